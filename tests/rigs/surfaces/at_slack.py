"""People in Slack: the real SDK, its events by the socket, and the emulator's channels."""

import asyncio
import contextlib
from dataclasses import dataclass

from bot.adapters.machine import RandomIds, SystemClock
from bot.adapters.slack import SlackPlatform
from bot.adapters.slack.buttons import pressed
from tests.rigs.block_kit import texts_of
from tests.rigs.slack_side import Secrets, SlackSide
from tests.rigs.surfaces.seen import Front, Seen, state_in

DIRECTLY = ("ana", "ben", "chris", "vera")


@dataclass(frozen=True)
class Talk:
    """A thread; a direct message has none."""

    channel: str
    thread: str = ""


class AtSlack(Front):
    """The channel #ops, and everybody's direct messages."""

    name = "slack"
    done_sign = "white_check_mark"

    def __init__(self, emulator):
        super().__init__()
        self.emulator = emulator

    @contextlib.asynccontextmanager
    async def opened(self, town):
        async with SlackSide(self.emulator) as self.side:
            self.settings = f"slack: {{enabled: true, api_url: '{self.side.url}', port: 0}}\n"
            self.side.faults.append(self._noted)
            # The workspace outlives a town, and a direct message has no thread of its own.
            self.before = {m["ts"] for who in DIRECTLY for m in self._said_to(who)}
            yield self

    def _noted(self, method, form):
        """Keep what Overseer tells one person alone."""
        if method == "chat.postEphemeral":
            names = {number: name for name, number in self.emulator.users.items()}
            self.told[names[form["user"]]].append(form["text"])

    def identity(self, who):
        return f"slack:{self.emulator.users[who]}"

    def made(self, app):
        self.platform = SlackPlatform(
            app.world.settings.slack, Secrets(), SystemClock(), lambda: app.world.people,
            books=app.books, ids=RandomIds(), store=app.store,
        )  # fmt: skip
        return self.platform

    async def ready(self):
        await self.platform.ready.wait()
        await self.side.connected.wait()

    async def died(self):
        await self.platform._api.close()
        await self.side.cut()

    # -- what people do -----------------------------------------------------------------------

    async def ask(self, who, text):
        return await self._said(who, f"<@{self.emulator.me['user_id']}> {text}", "app_mention")

    async def answer(self, talk, who, text):
        await self._said(who, text, "message", talk)

    async def _said(self, who, text, kind, talk=None):
        """Write it, and let Slack tell Overseer of it."""
        channel = talk.channel if talk else self.emulator.channels["ops"]
        where = {"thread_ts": talk.thread} if talk else {}
        token = f"xoxp-{who}"
        said = self.emulator.call("chat.postMessage", token=token, channel=channel, text=text, **where)  # fmt: skip
        event = self.side.said(
            who, text, channel=channel, kind=kind, ts=said["ts"], thread=talk.thread if talk else ""
        )
        await self.side.deliver(event)
        return talk or Talk(channel, said["ts"])

    def _direct(self, who):
        """Their direct messages."""
        opened = self.emulator.call("conversations.open", users=self.emulator.users[who])
        return Talk(opened["channel"]["id"])

    def _said_to(self, who):
        return self.emulator.said_in(self._direct(who).channel)

    async def called(self, who):
        talk = self._direct(who)
        return talk if self._newest(talk) else None

    async def seen(self, talk, who):
        message = self._newest(talk)
        if message is None:
            return None
        text = _text(message["blocks"])
        labels = tuple(button["text"]["text"] for button in _buttons(message))
        return Seen(message["ts"], state_in(text), text, labels)

    def _newest(self, talk):
        """The newest message that is drawn as a card: notices are a plain section."""
        said = self.emulator.said_in(talk.channel, talk.thread)
        me = self.emulator.me["user_id"]
        mine = [m for m in said if m["user"] == me and m["ts"] not in self.before]
        cards = [m for m in mine if (m.get("blocks") or [{}])[0].get("type") == "rich_text"]
        return cards[-1] if cards else None

    async def press(self, talk, who, label, text=""):
        message, card = self._newest(talk), await self.seen(talk, who)
        await self.press_on(talk, who, message, _buttons(message)[card.at(label)], text)

    async def press_on(self, talk, who, message, button, text=""):
        opened = len(self.side.sent("views.open"))
        click = self.side.click(who, message, button, channel=talk.channel)
        await self.side.deliver(click, "interactive")
        if not pressed(button["value"]).asks:
            return
        async with asyncio.timeout(30):
            while not (windows := self.side.sent("views.open")[opened:]):
                await asyncio.sleep(0.01)
        view = windows[0]["view"]
        written = view["blocks"][0]["element"]["type"] == "plain_text_input"
        form = self.side.submission(who, view, **{"text" if written else "choice": text})
        await self.side.deliver(form, "interactive")

    async def old(self, talk, who, label):
        """A press that can be made later of the button as it stands now."""
        message, card = self._newest(talk), await self.seen(talk, who)
        button = _buttons(message)[card.at(label)]
        return lambda: self.press_on(talk, who, message, button)

    async def sign(self, talk):
        """The sign on the request."""
        said = self.emulator.said_in(talk.channel, talk.thread)
        return [r["name"] for m in said if m["ts"] == talk.thread for r in m.get("reactions", ())]


def _buttons(message):
    return [b for block in message["blocks"] if block["type"] == "actions" for b in block["elements"]]  # fmt: skip


def _text(blocks):
    """What a person reads, a block a line."""
    return "\n".join("".join(texts_of([block])) for block in blocks)

"""Conversations that /overseer begins: a message that stands for the request, and its thread.

    judged      whoever is not heard here is told so, and nothing of theirs is kept or shown
    kept        durably and without its secrets, before the command is acknowledged
    a root      "Ben asks:" in the channel, found again by its mark
    the words   are taken in, in the thread of that root
    settled     beside the root's name stands what was asked, as it was stored; it is kept no more

Whatever of this a process leaves undone the next one does; a root that is there is not made again.
A root under which nobody will answer is deleted. No account is mentioned: names are plain text.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from bot.adapters.slack import text as texts
from bot.adapters.slack.api import Api
from bot.adapters.slack.events import SURFACE
from bot.adapters.slack.faults import SlackRefusedError
from bot.adapters.slack.hearing import Hearing
from bot.adapters.slack.membership import UNKNOWN, Standing
from bot.adapters.slack.missed import LONGEST
from bot.adapters.slack.rich import run
from bot.adapters.slack.speaking import Speaking, marked_with
from bot.adapters.slack.whispers import BROKEN, Whispers
from bot.domain.messages import Called, Message, Reply, ThreadRef
from bot.domain.posts import Notice, direct
from bot.domain.wording import shortened
from bot.errors import (
    ChatAwayError,
    ChatBusyError,
    ChatDoubtError,
    ChatError,
    OverseerError,
    StoreBusyError,
)
from bot.ports import Clock, Ears, Speech

_log = structlog.get_logger(__name__)

PAUSES_S = (1.0, 5.0, 30.0)
NOTICE = 250
NOT_HERE = (
    "I am not in this conversation: invite me with `/invite @Overseer`, begin a group message with "
    "me in it, or write to me."
)
SLOW = "Slack did not take it in time; mention me with the same words instead."
ONCE = "I have that already; its thread has the rest."
SAY_AGAIN = (
    "I was stopped while I took in what you asked by /overseer. It held what looks like a secret, "
    "so I kept none of it: ask again without that."
)
LOST = frozenset({"channel_not_found", "not_in_channel"})
GONE = frozenset({"message_not_found", "thread_not_found", *LOST})


class Begun:
    """Begins conversations."""

    def __init__(
        self,
        api: Api,
        speaking: Speaking,
        ears: Ears,
        hearing: Hearing,
        whispers: Whispers,
        clock: Clock,
    ) -> None:
        """`hearing` knows who somebody is and how they stand."""
        self._api = api
        self._speaking = speaking
        self._ears = ears
        self._hearing = hearing
        self._whispers = whispers
        self._clock = clock
        self._busy: set[str] = set()

    async def ask(self, called: Called, kept: Callable[[], None]) -> tuple[Reply, ThreadRef | None]:
        """What its asker is told, and the conversation that was begun; `kept` once it is kept."""
        standing = await self._hearing.standing(called.identity.account, called.channel)
        place = ThreadRef(surface=SURFACE, channel=called.channel, thread=called.event_id)
        told = await self._ears.turned_away(self._message(called, place, standing))
        if told is not None:
            why = f"{UNKNOWN} {told.text}" if standing.unknown else told.text
            return told.model_copy(update={"text": why.strip()}), None
        if called.event_id in self._busy:
            return Reply(accepted=True, text=ONCE), None
        self._busy.add(called.event_id)
        begun = False
        try:
            if not await self._ears.keep_call(called):
                return Reply(accepted=True, text=ONCE), None
            kept()
            try:
                root = await self._rooted(called)
            except ChatError as error:
                self._whispers.later(self._undone(called))
                begun = True
                return Reply(accepted=False, text=_why(error)), None
            place = place.model_copy(update={"thread": root})
            reply = await self._heard(called, place, standing)
            self._whispers.later(self._settled(called, place, reply))
            begun = True
            return reply, place if reply.accepted else None
        finally:
            if not begun:
                self._busy.discard(called.event_id)

    async def _heard(self, called: Called, place: ThreadRef, standing: Standing) -> Reply:
        try:
            return await self._ears.on_message(self._message(called, place, standing))
        except OverseerError as error:
            return Reply(accepted=False, text=str(error))
        except Exception:  # noqa: BLE001 -- the sender is told
            _log.exception("slack.command")
            return Reply(accepted=False, text=BROKEN)

    # -- what a former process left -------------------------------------------------------------

    async def take_up(self) -> None:
        """See to what was kept and that nobody is at."""
        for pause in (*PAUSES_S, 0.0):
            left = False
            for called in await self._ears.calls(SURFACE):
                if called.event_id in self._busy:
                    continue
                self._busy.add(called.event_id)
                try:
                    await self._again(called)
                except OverseerError as error:
                    left = True
                    _log.warning("what was asked waits", called=called.event_id, why=str(error))
                finally:
                    self._busy.discard(called.event_id)
            if not left:
                return
            await self._clock.sleep(pause)

    async def _again(self, called: Called) -> None:
        """See to one.

        Raises:
            OverseerError: it is to be tried again.
        """
        try:
            root = await self._found(called)
        except SlackRefusedError:  # it is in that conversation no more
            await self._ears.called(SURFACE, called.event_id)
            return
        place = ThreadRef(surface=SURFACE, channel=called.channel, thread=root or called.event_id)
        if root and await self._first_words(place):  # it was taken in before
            await self._settle(called, place, Reply(accepted=True))
            return
        reply = await self._late(called, root, place)
        if reply.text:
            await self._tell(called, reply.text)

    async def _late(self, called: Called, root: str, place: ThreadRef) -> Reply:
        if self._clock.now() - called.at > LONGEST:
            _log.warning("what was asked long ago is seen to no more", called=called.event_id)
            reply = Reply(accepted=False)
        elif called.redacted:  # nobody knows any more what it was
            reply = Reply(accepted=False, text=SAY_AGAIN)
        else:
            standing = await self._hearing.standing(called.identity.account, called.channel)
            if standing.unknown:
                raise ChatAwayError("Slack does not say who is a member of the workspace.")
            away = await self._ears.turned_away(self._message(called, place, standing))
            if away is None:
                root = root or await self._post(called)
                place = place.model_copy(update={"thread": root})
                away = await self._ears.on_message(self._message(called, place, standing))
            reply = away
        if root:
            await self._settle(called, place, reply)
        else:
            await self._ears.called(SURFACE, called.event_id)
        return reply

    # -- the steps ------------------------------------------------------------------------------

    def _message(self, called: Called, place: ThreadRef, standing: Standing) -> Message:
        known = self._ears.people().owner(called.identity)
        return Message(
            event_id=called.event_id,
            thread=place,
            identity=called.identity,
            person=known.name if known else None,
            text=called.text,
            at=called.at,
            outside=standing.outside,
        )

    async def _rooted(self, called: Called) -> str:
        """A root, tried for about half a minute where Slack does not answer."""
        for pause in PAUSES_S:
            try:
                return await self._post(called)
            except (ChatBusyError, ChatAwayError, ChatDoubtError) as error:
                _log.info("slack.root", why=str(error))
                await self._clock.sleep(max(pause, getattr(error, "retry_after", 0.0)))
                if isinstance(error, ChatDoubtError) and (root := await self._found(called)):
                    return root
        return await self._post(called)

    async def _post(self, called: Called) -> str:
        answer = await self._api.write(
            "chat.postMessage",
            channel=called.channel,
            metadata=marked_with(called.event_id),
            unfurl_links=False,
            unfurl_media=False,
            **_root(called.who),
        )
        return str(answer.get("ts", ""))

    async def _found(self, called: Called) -> str:
        """The root that was made already; empty: none was."""
        place = ThreadRef(surface=SURFACE, channel=called.channel, thread="")
        return await self._speaking.find(place, called.event_id, called.at) or ""

    async def _settle(self, called: Called, place: ThreadRef, reply: Reply) -> None:
        """The root says what was asked, as it was stored: a secret is out of it by now.

        Raises:
            ChatError: that could not be shown, or what nobody will answer is still there.
            StoreBusyError: it is kept still.
        """
        if reply.accepted and (said := await self._first_words(place)):
            items = await self._ears.thread(place)
            person = next((item.person for item in items if item.kind == "said"), "")
            known = self._ears.people().named(person)
            who = known.display if known else called.who
            await self._gone_is_well(
                "chat.update", channel=place.channel, ts=place.thread, **_root(who, said)
            )
        elif not reply.accepted:
            await self._gone_is_well("chat.delete", channel=place.channel, ts=place.thread)
        await self._ears.called(SURFACE, called.event_id)

    async def _gone_is_well(self, method: str, **given: Any) -> None:
        try:
            await self._api.write(method, **given)
        except SlackRefusedError as error:
            if error.error not in GONE:
                raise

    async def _settled(self, called: Called, place: ThreadRef, reply: Reply) -> None:
        """Settle it, tried for about half a minute."""
        await self._tried(called, lambda: self._settle(called, place, reply))

    async def _undone(self, called: Called) -> None:
        """It came to nothing: if there is a root nonetheless, it goes."""

        async def work() -> None:
            try:
                root = await self._found(called)
            except SlackRefusedError:
                root = ""
            if root:
                place = ThreadRef(surface=SURFACE, channel=called.channel, thread=root)
                await self._settle(called, place, Reply(accepted=False))
            else:
                await self._ears.called(SURFACE, called.event_id)

        await self._tried(called, work)

    async def _tried(self, called: Called, work: Callable[[], Awaitable[None]]) -> None:
        """Try it for about half a minute; what is left then, the next process sees to."""
        try:
            for pause in PAUSES_S:
                try:
                    await work()
                except SlackRefusedError as error:
                    _log.warning("slack.root", why=str(error))
                    await self._ears.called(SURFACE, called.event_id)
                    return
                except (ChatError, StoreBusyError) as error:
                    _log.info("slack.root", why=str(error))
                    await self._clock.sleep(max(pause, getattr(error, "retry_after", 0.0)))
                else:
                    return
            await work()
        finally:
            self._busy.discard(called.event_id)

    async def _first_words(self, place: ThreadRef) -> str:
        """What began a conversation, as it was stored; empty when nothing was."""
        items = await self._ears.thread(place)
        return next((item.text for item in items if item.kind == "said"), "")

    async def _tell(self, called: Called, said: str) -> None:
        """What only its asker is to read, by a direct message: the command can't be answered."""
        place = direct(SURFACE, called.identity.account)
        try:
            await self._speaking.post(place, Speech(said=Notice(text=said)), called.event_id)
        except ChatError as error:
            _log.info("slack.private", why=str(error))


def _why(error: ChatError) -> str:
    if isinstance(error, SlackRefusedError):
        return NOT_HERE if error.error in LOST else str(error)
    return SLOW


def _root(who: str, said: str = "") -> dict[str, Any]:
    """The message that a conversation begins with: a name as plain text, and what was asked."""
    parts = [
        *run(texts.one_line(who) or "Somebody", bold=True),
        *run(" asks: " if said else " asks:"),
    ]
    section = {"type": "rich_text_section", "elements": [*parts, *run(texts.prose(said))]}
    line = texts.mrkdwn(shortened(texts.one_line(f"{who} asks: {said}"), NOTICE))
    return {"text": line, "blocks": [{"type": "rich_text", "elements": [section]}]}

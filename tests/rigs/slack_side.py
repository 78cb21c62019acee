"""What Slack's emulator lacks, in front of it: Socket Mode, clicks, signed requests, faults, limits.

    async with SlackSide(emulator) as side:
        ack = await side.deliver(side.mention("ben", "restart nginx on web-1"))

Every call goes on to the emulator, except those that a fault answers. What is sent as blocks or as
a view is held against Block Kit's limits first; a message that breaks one fails the test.
"""

import asyncio
import contextlib
import hashlib
import hmac
import itertools
import json
import time
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from bot.adapters.machine import RandomIds, SystemClock
from bot.adapters.slack import SlackPlatform
from bot.domain.cards import ThreadItem
from bot.domain.messages import People, Reply
from bot.settings.chat import SlackSettings
from tests.rigs.slack_emulator import APP_TOKEN, BOT_TOKEN, SIGNING, SUBSCRIBED
from tests.rigs.slack_web_api import WebApi

_numbers = itertools.count(1)
KNOWN = {"store:slack-bot": BOT_TOKEN, "store:slack-app": APP_TOKEN, "store:slack-signing": SIGNING}


class Secrets:
    """Secrets that are known."""

    async def resolve(self, ref):
        return KNOWN[ref.reference]


class Ears:
    """Takes everything in, once."""

    def __init__(self):
        self.heard, self.pressed, self.reactions, self.deliveries = [], [], [], 0
        self.overheard, self.deleted, self.asked_of, self.names = [], [], [], {}
        self.reply = Reply(accepted=True)
        self.wait_s = 0.0
        self.error = None
        self.known = People()
        self.listed = ()
        self.calling, self.keeping, self.away, self.clicking = {}, None, None, None
        """What is kept, and what holds up the keeping of a command and the doing of a click."""
        self.gate, self.knocking = None, 0
        """What holds messages up before they are taken in, and how many have come to it."""
        self._ids = set()

    def known_as(self, key, name, link="", outside=None):
        self.names[key] = name, link

    async def turned_away(self, said):
        self.asked_of.append(said)
        return self.away

    async def keep_call(self, called):
        if self.keeping is not None:
            await self.keeping.wait()
        if self.error is not None:
            raise self.error
        new = called.event_id not in self.calling and called.event_id not in self._ids
        if new:
            self.calling[called.event_id] = called
        return new

    async def calls(self, surface):
        return tuple(self.calling.values())

    async def give_up_call(self, surface, event_id):
        if self.error is not None:
            raise self.error
        if event_id in self.calling:
            self.calling[event_id] = self.calling[event_id].model_copy(update={"given_up": True})

    async def called(self, surface, event_id):
        self.calling.pop(event_id, None)

    async def on_message(self, message):
        self.deliveries += 1
        await asyncio.sleep(self.wait_s)
        if self.gate is not None:
            self.knocking += 1
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        if message.event_id not in self._ids:
            self._ids.add(message.event_id)
            self.heard.append(message)
        return self.reply

    async def on_overheard(self, message):
        self.overheard.append(message)
        return Reply(accepted=True)

    async def is_stop(self, text):
        return text.lower() in ("stop", "stop everything")

    async def on_button(self, press, taken=None):
        self.pressed.append(press)
        if self.clicking is not None:
            if self.error is None and taken is not None:
                taken()
            await self.clicking.wait()
        if self.error is not None:
            raise self.error
        return self.reply

    async def on_deleted(self, thread, event_id):
        self.deleted.append((str(thread), event_id))

    async def on_reaction(self, reaction):
        self.reactions.append(reaction)

    async def thread(self, thread, after=0):
        """What a command has begun there; in no other thread does it take part."""
        return tuple(
            ThreadItem(seq=n, thread=str(m.thread), at=m.at, kind="said", person="ben", text=m.text)
            for n, m in enumerate(self.heard)
            if m.thread == thread and m.event_id.startswith("command/")
        )  # fmt: skip

    async def choices(self, plan, button):
        return self.listed if button == "output" else ()

    async def card(self, plan):
        return None

    def people(self):
        return self.known


def made_for(side, ears, secrets=None, store=None, **settings):
    """A platform that reaches this workspace."""
    return SlackPlatform(
        SlackSettings(enabled=True, api_url=side.url, **{"port": 0, **settings}),
        secrets or Secrets(), SystemClock(), ears.people, ids=RandomIds(), store=store,
    )  # fmt: skip


class SlackSide(WebApi):
    """The workspace as the platform reaches it, at `url`."""

    def __init__(self, emulator):
        super().__init__(emulator)
        self.sockets = []
        self._waiting = {}
        self.connected = asyncio.Event()

    async def __aenter__(self):
        app = web.Application(client_max_size=1 << 24)
        app.router.add_get("/socket", self._socket)
        app.router.add_post("/api/{method}", self._api)
        app.router.add_route("*", "/{rest:.*}", self._other)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.root = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.url = f"{self.root}/api/"
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_):
        await self.cut()
        await self._session.close()
        await self._runner.cleanup()
        assert self.broken == []

    # -- Socket Mode ------------------------------------------------------------------------

    async def _socket(self, request):
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        ws.transport_to_cut = request.transport
        self.sockets.append(ws)
        await ws.send_json({"type": "hello", "num_connections": 1})
        self.connected.set()
        try:
            async for message in ws:
                if message.type is aiohttp.WSMsgType.TEXT:
                    said = json.loads(message.data)
                    waiting = self._waiting.get(said.get("envelope_id"))
                    if waiting is not None and not waiting.done():
                        waiting.set_result(said.get("payload"))
        finally:
            self.sockets.remove(ws)
            if not self.sockets:
                self.connected.clear()
        return ws

    async def cut(self):
        """Cut every connection as a broken network does: without a word."""
        for ws in list(self.sockets):
            ws.transport_to_cut.abort()
        await asyncio.sleep(0)

    async def deliver(self, payload, kind="events_api", *, tries=50, wait_s=0.5):
        """Deliver an envelope until it is acknowledged; the answer's payload."""
        if kind == "events_api":
            self._subscribed(payload["event"])
        for attempt in range(tries):
            await self.connected.wait()
            envelope = f"env-{next(_numbers)}"
            future = self._waiting[envelope] = asyncio.get_running_loop().create_future()
            said = {
                "type": kind, "envelope_id": envelope, "payload": payload, "retry_attempt": attempt,
                "accepts_response_payload": (
                    kind == "slash_commands" or payload.get("type") == "view_submission"
                ),
            }  # fmt: skip
            try:
                await self.sockets[-1].send_json(said)
                async with asyncio.timeout(wait_s):
                    return await future
            except (TimeoutError, ConnectionError, IndexError, RuntimeError):
                await asyncio.sleep(0.05)
            finally:
                self._waiting.pop(envelope, None)
        raise AssertionError("it was never acknowledged")

    def _subscribed(self, event):
        """Slack delivers what the manifest asks for, and nothing else."""
        name, channel = event.get("type", ""), event.get("channel", "")
        if name == "message":
            group = channel in getattr(self.emulator, "groups", ())
            name = f"message.{'im' if channel[:1] == 'D' else 'mpim' if group else 'channels'}"
        assert name in SUBSCRIBED, f"the manifest does not ask for {name}"

    async def say_goodbye(self):
        """As Slack does before it ends a connection; it ends it a little later."""
        for ws in list(self.sockets):
            await ws.send_json({"type": "disconnect", "reason": "refresh_requested"})

    # -- payloads ---------------------------------------------------------------------------

    def said(self, who, text, *, channel="ops", thread="", ts="", kind="message", **more):
        """A message of a person's, as an event; it also stands in the emulator's channel."""
        channel = self.emulator.channels.get(channel, channel)
        event = {
            "type": kind, "user": self.emulator.users.get(who, who), "text": text,
            "channel": channel, "ts": ts or f"{1_700_000_000 + next(_numbers)}.000100", **more,
        }  # fmt: skip
        if thread:
            event["thread_ts"] = thread
        return {
            "type": "event_callback", "team_id": self.emulator.me["team_id"],
            "event_id": f"Ev{next(_numbers)}", "event": event, "is_ext_shared_channel": False,
        }  # fmt: skip

    def mention(self, who, text, **more):
        """A message that mentions Overseer."""
        return self.said(
            who, f"<@{self.emulator.me['user_id']}> {text}", kind="app_mention", **more
        )

    def deletion(self, who, ts, *, channel="ops", **former):
        """That a message of somebody's is gone, whoever deleted it."""
        payload = self.said(who, "what it said", channel=channel, ts=ts, **former)
        event = payload["event"]
        gone = {
            "type": "message", "subtype": "message_deleted", "channel": event.pop("channel"),
            "ts": f"{1_700_000_000 + next(_numbers)}.000200", "deleted_ts": ts,
            "previous_message": event,
        }  # fmt: skip
        return {**payload, "event": gone}

    def reaction(self, who, ts, emoji="+1", *, channel="ops"):
        """A sign that somebody puts on a message."""
        payload = self.said(who, "", channel=channel, kind="reaction_added")
        event = payload["event"]
        item = {"type": "message", "channel": event.pop("channel"), "ts": ts}
        return {**payload, "event": {**event, "reaction": emoji, "item": item}}

    def click(self, who, message, action, *, channel="ops"):
        """A press of a button of a message (`message` is as the emulator has it)."""
        user = self.emulator.users[who]
        trigger = self.emulator.call("views.generateTriggerId", user_id=user).get("trigger_id", "t")
        channel = self.emulator.channels.get(channel, channel)
        return {
            "type": "block_actions", "team": {"id": self.emulator.me["team_id"]},
            "user": {"id": user, "team_id": self.emulator.me["team_id"]},
            "channel": {"id": channel}, "trigger_id": trigger,
            "container": {
                "type": "message", "message_ts": message["ts"], "channel_id": channel,
                **({"thread_ts": message["thread_ts"]} if message.get("thread_ts") else {}),
            },
            "message": message, "actions": [{**action, "action_ts": f"{next(_numbers)}.1"}],
        }  # fmt: skip

    def submission(self, who, view, text="", choice=""):
        """A window, filled in."""
        (block,) = view["blocks"]
        element = block["element"]
        value = {"type": element["type"], "value": text}
        if choice:
            value = {"type": element["type"], "selected_option": {"value": choice}}
        state = {"values": {block["block_id"]: {element["action_id"]: value}}}
        return {
            "type": "view_submission", "team": {"id": self.emulator.me["team_id"]},
            "user": {"id": self.emulator.users[who]},
            "view": {**view, "id": f"V{next(_numbers)}", "state": state},
        }  # fmt: skip

    def command(self, who, text, *, channel="ops"):
        """`/overseer text`."""
        return {
            "command": "/overseer", "text": text, "user_id": self.emulator.users[who],
            "channel_id": self.emulator.channels.get(channel, channel),
            "team_id": self.emulator.me["team_id"], "trigger_id": f"T{next(_numbers)}",
        }  # fmt: skip

    # -- signed requests --------------------------------------------------------------------

    async def post(self, port, body, *, secret=SIGNING, at=None, signature=None, headers=()):
        """What the door answers: status and text."""
        timestamp = str(int(time.time() if at is None else at))
        signed = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256)
        given = {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature or f"v0={signed.hexdigest()}", **dict(headers),
        }  # fmt: skip
        async with self._session.post(
            f"http://127.0.0.1:{port}/slack/events", data=body, headers=given
        ) as answer:
            return answer.status, await answer.text()


def as_json(payload):
    """The body and headers of an event by HTTP."""
    return json.dumps(payload).encode(), {"content-type": "application/json"}


def as_form(payload):
    """The body and headers of a click or a command by HTTP."""
    form = payload if "command" in payload else {"payload": json.dumps(payload)}
    return urlencode(form).encode(), {"content-type": "application/x-www-form-urlencoded"}


def buttons_of(message):
    """The actions of a message, by the id of the button that each is."""
    found = {}
    for block in message.get("blocks") or ():
        if block["type"] == "actions":
            for each in block["elements"]:
                with contextlib.suppress(ValueError):
                    found.setdefault(json.loads(each.get("value", ""))["b"], each)
    return found

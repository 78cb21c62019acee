"""A Slack that answers at once, in the bench's own process, and an Overseer by the machine's clock."""

import asyncio
import itertools
import time

from aiohttp import web

from bot.adapters.machine import SystemClock
from tests.rigs.slack_side import SlackSide
from tests.rigs.slack_stage import SlackStage

_ts = itertools.count(1)


class Nobody:
    """A workspace that answers at once, without an emulator."""

    url = "http://127.0.0.1:9"
    me = {"ok": True, "team_id": "T1", "user_id": "U0OVERSEER", "url": "https://example.slack.com/"}
    users = {name: f"U0{name.upper()}" for name in ("ana", "ben", "chris", "vera")}
    channels = {"ops": "C0OPS"}

    def call(self, method, **_):
        return {}


class Side(SlackSide):
    """Knows when each thread was first answered."""

    checks = False

    def __init__(self):
        super().__init__(Nobody())
        self.replied = {}
        self.posted = {}
        self.faults.append(self._at_once)

    def _at_once(self, method, form):
        if method == "apps.connections.open":
            return None
        ts = f"{1_800_000_000 + next(_ts)}.000100"
        if method == "chat.postMessage":
            thread = form.get("thread_ts", "")
            card = {"ts": ts, "thread_ts": thread, "blocks": form.get("blocks")}
            self.posted.setdefault(thread, card)  # what comes after it is said about it
            waiting = self.replied.get(thread)
            if waiting is not None and not waiting.done():
                waiting.set_result(time.perf_counter())
        if method == "chat.update":
            for message in self.posted.values():
                if message["ts"] == form["ts"]:
                    message["blocks"] = form.get("blocks")
        if method == "auth.test":
            return web.json_response(Nobody.me)
        user = {"id": form.get("user"), "team_id": "T1"}
        return web.json_response({"ok": True, "ts": ts, "user": user, "channel": {}})

    def reply_to(self, payload):
        thread = payload["event"]["ts"]
        self.replied[thread] = asyncio.get_running_loop().create_future()
        return self.replied[thread]


class Real(SlackStage):
    """By the machine's own clock."""

    def __init__(self, *given, **more):
        super().__init__(*given, **more)
        self.clock = SystemClock()

    async def _tick(self):
        pass

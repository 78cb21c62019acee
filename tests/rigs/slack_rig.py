"""Slack for the contract of platforms: the real SDK, the emulator, and a way to look at it.

In tests/contract/test_platform.py: `RIGS = {…, "slack": slack_rig}`, marked `slack`.
"""

import json
from contextlib import asynccontextmanager
from types import SimpleNamespace

from aiohttp import web

from bot.adapters.machine import SystemClock
from bot.domain.messages import ThreadRef
from tests.rigs.slack_emulator import SlackEmulator
from tests.rigs.slack_side import Ears, SlackSide, made_for

SENDING = ("chat.postMessage", "chat.update", "reactions.add")


def words_of(message):
    """Everything that a message says, and the titles of its files."""
    blocks = json.dumps(message.get("blocks", ""), ensure_ascii=False)
    titles = " ".join(file.get("title", "") for file in message.get("files") or ())
    return f"{message.get('text', '')} {blocks} {titles}"


@asynccontextmanager
async def slack_rig(tmp_path):
    """What the contract's `Rig` has, by the same names, but for `ears.persons`."""
    emulator = SlackEmulator(tmp_path)
    channel = emulator.channels["ops"]
    roots = [emulator.call("chat.postMessage", channel=channel, text="root")["ts"] for _ in "ab"]
    rooms = tuple(ThreadRef(surface="slack", channel=channel, thread=ts) for ts in roots)
    try:
        async with SlackSide(emulator) as side:
            yield SimpleNamespace(
                platform=made_for(side, Ears()), clock=SystemClock(), rooms=rooms,
                message=roots[0], gone="1600000000.000001",
                texts=lambda place: [
                    words_of(m) for m in emulator.said_in(place.channel, place.thread)
                    if m["ts"] not in roots
                ],
                signs=lambda place, message: sum(
                    len(m.get("reactions") or ()) for m in emulator.said_in(place.channel, message)
                    if m["ts"] == message
                ),
                fails=lambda fault: side.faults.append(_failing(side, fault.name)),
            )  # fmt: skip
    finally:
        emulator.stop()


def _failing(side, fault):
    """Lets the next call that shows something end so, and then no more."""

    def once(method, form):
        if method not in SENDING or once not in side.faults:
            return None
        side.faults.remove(once)
        if fault == "TAKEN":
            packed = {k: v if isinstance(v, str) else json.dumps(v) for k, v in form.items()}
            side.emulator.call(method, **packed)
        status = {"BUSY": 429, "AWAY": 503, "LOST": 504, "TAKEN": 504}.get(fault)
        if status is None:
            word = "not_in_channel" if fault == "BARRED" else "cant_update_message"
            return web.json_response({"ok": False, "error": word})
        return web.Response(status=status, headers={"Retry-After": "3"})

    return once

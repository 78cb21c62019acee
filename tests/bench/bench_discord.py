"""What a person in Discord waits for: Overseer's side of the wire, on loopback.

    python tests/bench/bench_discord.py [ROUNDS [EVENTS]]

A small Discord in this process sends EVENTS events (200), one after the other, to the real
discord.py and to a bare aiohttp client of a few lines, in turn:

    heard        from a message's event to where its ears are asked; the ears store nothing here
    clicked      from a press's event to its acknowledgement at Discord
    replied      from a mention's event to the first post in its thread (the thread is made first)
    bare click   the bare client: the event is parsed and answered with the same requests
    bare reply   likewise

Medians in milliseconds.
"""

import asyncio
import json
import statistics
import sys
import time
import zlib
from contextlib import suppress
from pathlib import Path

import aiohttp

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.adapters.discord.platform import DiscordPlatform
from bot.adapters.machine import SystemClock
from bot.domain.cards import Button, Card
from bot.domain.messages import Identity, People, Person, Reply, Role
from bot.ports import Speech
from bot.settings.chat import DiscordSettings
from bot.testing.seeded_ids import SeededIds
from tests.bench.harness import duel, ratios
from tests.rigs import discord_parts
from tests.rigs.discord_guild import BEN, TOKEN
from tests.rigs.discord_wire import Wire

ROUNDS, EVENTS = 5, 200
PEOPLE = People(
    persons=(
        Person(name="ben", display="Ben", roles=frozenset({Role.OPERATOR}),
               identities=(Identity(surface="discord", account=BEN),)),
    )
)  # fmt: skip
CARD = Card(id="plan-1", plan=1, revision=1, digest="ab" * 32, title="restart nginx",
            state="WAITING", buttons=(Button(id="approve", label="Approve"),))  # fmt: skip


class Unchecked:
    """Validates nothing: here the time counts."""

    def flaws(self, *_):
        return []


class Ears(discord_parts.Ears):
    """Answers every message with a card, as soon as it is heard."""

    def __init__(self):
        super().__init__()
        self.at, self.platform = {}, None

    async def on_message(self, message):
        self.at[message.remote] = time.perf_counter()
        if self.platform is not None:
            asyncio.get_running_loop().call_soon(self._show, message)
        return Reply(accepted=True)

    def _show(self, message):
        said = self.platform.post(message.thread, Speech(CARD), nonce=message.remote)
        self.showing = asyncio.ensure_future(said)

    async def on_button(self, press, taken=None):
        return Reply(accepted=True)


class Tokens:
    async def resolve(self, ref):
        return TOKEN


class Bare:
    """A client of a few lines: one socket, one session."""

    def __init__(self, wire):
        self.wire = wire

    async def run(self):
        headers = {"Authorization": f"Bot {TOKEN}"}
        async with (
            aiohttp.ClientSession(headers=headers) as self.session,
            self.session.ws_connect(self.wire.gateway) as socket,
        ):
            await socket.send_str(json.dumps({"op": 2, "d": {"token": TOKEN, "intents": 1}}))
            unpack = zlib.decompressobj()
            async for frame in socket:
                event = json.loads(unpack.decompress(frame.data))
                if event.get("t") == "MESSAGE_CREATE" and not event["d"]["author"]["bot"]:
                    await self.reply(event["d"])
                if event.get("t") == "INTERACTION_CREATE":
                    await self.click(event["d"])

    async def reply(self, said):
        where = f"{self.wire.base}/channels/{said['channel_id']}/messages"
        async with self.session.post(f"{where}/{said['id']}/threads", json={"name": "x"}) as made:
            thread = (await made.json())["id"]
        body = {"content": "x", "nonce": said["id"], "enforce_nonce": True}
        async with self.session.post(
            f"{self.wire.base}/channels/{thread}/messages", json=body
        ) as r:
            await r.read()

    async def click(self, event):
        path = f"{self.wire.base}/interactions/{event['id']}/{event['token']}/callback"
        async with self.session.post(path, json={"type": 6}) as answer:
            await answer.read()


async def each(events, act):
    """The median of so many acts, each begun when the one before has ended."""
    return statistics.median([await act() for _ in range(events)])


async def took(wire, begin, over):
    began = time.perf_counter()
    what = begin()
    while (ended := over(what)) is None:
        await asyncio.sleep(0)
    return (ended - began) * 1000


async def main(rounds=ROUNDS, events=EVENTS):
    async with Wire(Unchecked()) as ours, Wire(Unchecked()) as theirs:
        ears = Ears()
        settings = DiscordSettings(enabled=True, api_url=ours.base, gateway_url=ours.gateway)
        platform = DiscordPlatform(
            settings, Tokens(), SystemClock(), lambda: PEOPLE, ids=SeededIds(1)
        )  # fmt: skip
        await platform.start(ears)
        bare = asyncio.create_task(Bare(theirs).run())
        await ours.until(lambda: ours.identified)
        await theirs.until(lambda: theirs.identified)

        def says(wire):
            return lambda: wire.says(BEN, "restart nginx on web-1")

        def presses(wire):
            card = next(m["id"] for m in wire.messages.values())
            custom_id = "o1|approve|1|1|" + "q" * 42 + "s|="
            return lambda: wire.presses(BEN, card, custom_id)

        def answered(wire):
            return lambda event: time.perf_counter() if event in wire.answers else None

        async def heard(_):
            ears.platform = None
            return await each(events, lambda: took(ours, says(ours), ears.at.get))

        async def replied(_):
            ears.platform = platform
            return await each(events, lambda: took(ours, says(ours), _first(ours)))

        async def clicked(_):
            return await each(events, lambda: took(ours, presses(ours), answered(ours)))

        async def bare_reply(_):
            return await each(events, lambda: took(theirs, says(theirs), _first(theirs)))

        async def bare_click(_):
            return await each(events, lambda: took(theirs, presses(theirs), answered(theirs)))

        medians = await duel(
            {"heard": heard, "replied": replied, "bare reply": bare_reply, "clicked": clicked,
             "bare click": bare_click},
            rounds=rounds, unit="ms",
        )  # fmt: skip
        bare.cancel()
        await asyncio.gather(bare, return_exceptions=True)
        await platform.stop()
    ratios(medians, "replied", ["bare reply"])
    ratios(medians, "clicked", ["bare click"])
    return medians


def _first(wire):
    """When the newest message of Overseer's stands in the thread of a message."""

    def over(message):
        newest = next(reversed(wire.messages.values()))
        return time.perf_counter() if newest["channel_id"] == message else None

    return over


async def test_the_discord_bench_runs():
    medians = await main(rounds=1, events=5)
    assert medians["heard"] < medians["replied"]


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main(*[int(a) for a in sys.argv[1:]]))

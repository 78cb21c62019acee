"""What Slack waits for, and what it costs to be there.

    python tests/bench/bench_slack.py [ROUNDS [EVENTS]]

The whole of Overseer, its real store, Slack's real SDKs; hosts are fakes, and Slack's side answers
at once, in the same process. Milliseconds, medians of EVENTS (60) in each round:

    event, ack      from an event on the socket to its acknowledgement; the row is durable by then,
                    and Overseer rests before each
    ack, busy       likewise, each as soon as the former one has its first post, beside what it began
    click, ack      from a button (`Why`, of a plan that waits) to its acknowledgement
    a commit        one small row in the same store, durable: no `event, ack` can take less
    first reply     from `help` on the socket to the first post of its thread, after a rest
    back to back    likewise, each as soon as the former one has its first post
    bare + parse    a client of aiohttp alone that posts as it hears, after a rest, and what the rules
                    took to read
    a look          as `first reply`, of "how is web-1?", and `bare + look`, what it is held against
    a change        likewise, of "restart nginx on web-1 because new certificate"
    bare, durable   likewise, with a row committed to the same store before and after the reading
    adapter, ack    as `ack, busy`, with ears that take everything in at once
    adapter, reply  as `back to back`, with ears that at once post a card that waits for votes
    1 / 100         a click, with such ears, where Slack was started with one action, and with a hundred

and then: the connections of 430 posts, and 2,000 events while the socket is cut every 2 s.
"""

import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from pathlib import Path

import aiohttp

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.adapters.machine import RandomIds
from bot.domain import buttons
from bot.domain.cards import Card
from bot.domain.messages import ThreadRef
from bot.ports import Speech
from bot.reporting.gallery import gallery
from tests.bench.harness import duel, ratios
from tests.bench.slack_at_once import Real, Side
from tests.rigs.slack_side import Ears, buttons_of, made_for

ROUNDS, EVENTS, CUT_EVENTS = 5, 60, 2000
REST_S = 0.05
CHANNELS = 1200
CARD = gallery()["Asking"]["waiting"]
LOOK = "how is web-1?"
CHANGE = "restart nginx on web-1 because new certificate"
CHANGE_REST_S = 0.3


async def timed(work):
    """Milliseconds until the platform has written its acknowledgement.

    Slack's side runs in this process, and would read it only after what the event began.
    """
    send, sent = aiohttp.ClientWebSocketResponse.send_str, []

    async def sending(self, data, **more):
        await send(self, data, **more)
        sent.append(time.perf_counter())

    aiohttp.ClientWebSocketResponse.send_str = sending
    begun = time.perf_counter()
    try:
        await work
    finally:
        aiohttp.ClientWebSocketResponse.send_str = send
    return (sent[0] - begun) * 1000


async def many(number, one, pause_s=0.0):
    """The median of so many, each after a pause in which what the former one began comes to rest."""
    took = []
    for _ in range(number):
        took.append(await one())
        await asyncio.sleep(pause_s)
    return statistics.median(took)


async def figures(rounds, events):
    with tempfile.TemporaryDirectory() as folder:
        async with Side() as side, Real(Path(folder), side) as stage:
            for host in ("web-1", "web-2"):
                stage.service(host, "nginx", "active")
            await the_duel(side, stage, rounds, events)


async def the_duel(side, stage, rounds, events):
    wait = {"wait_s": 30}
    event = side.mention("ben", "restart nginx on web-1 because new certificate")
    first = side.reply_to(event)
    await side.deliver(event, **wait)
    await first
    card = side.posted[event["event"]["ts"]]
    while "why" not in buttons_of(card):
        await asyncio.sleep(0.05)

    channels = itertools.cycle(f"C1{n:05}" for n in range(CHANNELS))

    def elsewhere(words="help"):
        """Ben asks; in one channel Overseer keeps to Slack's pace of a message a second.

        So there are enough of them for no reply to wait for its pace.
        """
        return side.mention("ben", words, channel=next(channels))

    async def ack():
        asked = elsewhere()
        replied = side.reply_to(asked)
        took = await timed(side.deliver(asked, **wait))
        await replied
        return took

    async def click():
        press = side.click("ben", card, buttons_of(card)["why"])
        return await timed(side.deliver(press, "interactive", **wait))

    written = itertools.count(1)

    async def commit():
        begun = time.perf_counter()
        await stage.app.store.write(lambda u: u.put("bench", next(written)), first=True)
        return (time.perf_counter() - begun) * 1000

    async def reply(words="help"):
        asked = elsewhere(words)
        replied = side.reply_to(asked)
        begun = time.perf_counter()
        await side.deliver(asked, **wait)
        return (await replied - begun) * 1000

    reads = watched(stage.app.pipeline._hearing._parser)
    bare = Bare(side, reads)
    alone = Alone()
    medians = await duel(
        {
            "event, ack": lambda _: many(events, ack, REST_S),
            "ack, busy": lambda _: many(events, ack),
            "click, ack": lambda _: many(events, click),
            "a commit": lambda _: many(events, commit),
            "first reply": lambda _: many(events, reply, REST_S),
            "back to back": lambda _: many(events, reply),
            "bare + parse": lambda _: bare.figure(events),
            "a look": lambda _: many(events, lambda: reply(LOOK), REST_S),
            "bare + look": lambda _: bare.figure(events, words=LOOK),
            "a change": lambda _: many(events, lambda: reply(CHANGE), CHANGE_REST_S),
            "bare + change": lambda _: bare.figure(events, words=CHANGE),
            "bare, durable": lambda _: bare.figure(events, commit),
            "adapter, ack": lambda _: alone.acknowledged(events),
            "adapter, reply": lambda _: alone.replied(events),
            "1 action": lambda _: alone.clicked(events, 1),
            "100 actions": lambda _: alone.clicked(events, 100),
        },
        rounds=rounds,
        unit="ms",
    )
    ratios(medians, "first reply", ["bare + parse", "bare, durable"])
    ratios(medians, "a look", ["bare + look"])
    ratios(medians, "a change", ["bare + change"])
    ratios(medians, "adapter, reply", ["bare + parse"])
    ratios(medians, "100 actions", ["1 action"])


@contextmanager
def actions(number):
    """While Overseer has so many buttons, *Why* among them; who starts then registers those."""
    known = dict(buttons.BUTTONS)
    buttons.BUTTONS.clear()
    buttons.BUTTONS.update({f"button-{n}": "does nothing" for n in range(number - 1)})
    buttons.BUTTONS["why"] = known["why"]
    try:
        yield
    finally:
        buttons.BUTTONS.clear()
        buttons.BUTTONS.update(known)


def watched(parser):
    """Milliseconds of each reading from now on, by its words."""
    reads, whole = defaultdict(list), parser.read

    async def read(text, *given, **more):
        begun = time.perf_counter()
        try:
            return await whole(text, *given, **more)
        finally:
            reads[text].append((time.perf_counter() - begun) * 1000)

    parser.read = read
    return reads


class Posting(Ears):
    """Answers with a card at once."""

    async def on_message(self, message):
        self.posting = asyncio.ensure_future(
            self.platform.post(message.thread, Speech(CARD), nonce=message.event_id)
        )
        return await super().on_message(message)


class Alone:
    """The adapter without an Overseer behind it."""

    async def acknowledged(self, events):
        async def one(side):
            return await timed(side.deliver(side.mention("ben", "help"), wait_s=30))

        return await self._figure(Ears(), events, one)

    async def replied(self, events):
        async def one(side):
            asked = side.mention("ben", "help")
            replied = side.reply_to(asked)
            begun = time.perf_counter()
            await side.deliver(asked, wait_s=30)
            return (await replied - begun) * 1000

        return await self._figure(Posting(), events, one)

    async def clicked(self, events, number):
        """A click, on a platform that was started while it knew so many actions."""
        place = ThreadRef(surface="slack", channel="C0OPS", thread="1.1")
        ears = Ears()

        async def one(side):
            if place.thread not in side.posted:
                await ears.platform.post(place, Speech(CARD), nonce="n")
            card = side.posted[place.thread]
            press = side.click("ben", card, buttons_of(card)["why"])
            return await timed(side.deliver(press, "interactive", wait_s=30))

        with actions(number):
            took = await self._figure(ears, events, one)
        assert len(ears.pressed) == events  # each was known, and taken in
        return took

    async def _figure(self, ears, events, one):
        async with Side() as side:
            ears.platform = platform = made_for(side, ears)
            await platform.start(ears)
            await side.connected.wait()
            try:
                return await many(events, lambda: one(side))
            finally:
                await platform.stop()


class Bare:
    """The least that an answer in Slack can be: heard, parsed by the rules, posted."""

    def __init__(self, side, reads):
        self.side, self.reads = side, reads

    async def figure(self, events, commit=None, words="help"):
        async with aiohttp.ClientSession() as session:
            ws = await session.ws_connect(f"{self.side.root}/socket")
            await ws.receive()
            try:
                read = statistics.median(self.reads[words])
                return await many(events, lambda: self._one(session, ws, commit), REST_S) + read
            finally:
                await ws.close()

    async def _one(self, session, ws, commit):
        asked = self.side.mention("ben", "help")
        replied = self.side.reply_to(asked)
        begun = time.perf_counter()
        await self.side.sockets[-1].send_json({"type": "x", "payload": asked})
        heard = (await ws.receive_json())["payload"]["event"]
        form = {"channel": heard["channel"], "thread_ts": heard["ts"], "text": "hello"}
        for _ in range(2 if commit else 0):
            await commit()
        async with session.post(f"{self.side.url}chat.postMessage", data=form) as answer:
            await answer.json()
        return (await replied - begun) * 1000


async def connections():
    async with Side() as side:
        ears = Ears()
        platform = made_for(side, ears)
        await platform.start(ears)
        await side.connected.wait()
        before = set(side.peers)
        place = ThreadRef(surface="slack", channel="C0OPS", thread="1.1")
        card = Speech(Card(id="plan-1", plan=1, title="restart nginx", state="WAITING"))
        ids = RandomIds()
        await asyncio.gather(*(platform.post(place, card, nonce=ids.new()) for _ in range(430)))
        print(f"430 posts went through {len(side.peers - before)} connections")
        await platform.stop()


async def cut(number, every_s=2.0):
    """Events, 100 a second, while the socket is cut: which were lost, which came twice."""
    async with Side() as side:
        ears = Ears()
        platform = made_for(side, ears)
        await platform.start(ears)
        await side.connected.wait()

        async def cutting():
            while True:
                await asyncio.sleep(every_s)
                await side.cut()

        knife = asyncio.ensure_future(cutting())
        begun = time.perf_counter()
        acks = []

        async def one(event):
            first = time.perf_counter()
            await side.deliver(event, wait_s=1, tries=200)
            acks.append((time.perf_counter() - first) * 1000)

        tasks = []
        for n in range(number):
            tasks.append(asyncio.ensure_future(one(side.mention("ben", f"how is web-{n}?"))))
            await asyncio.sleep(0.01)
        await asyncio.gather(*tasks)
        knife.cancel()
        heard = Counter(message.text for message in ears.heard)
        lost = number - len(heard)
        twice = sum(count > 1 for count in heard.values())
        p99 = statistics.quantiles(acks, n=100)[98]
        print(
            f"{number:,} events in {time.perf_counter() - begun:.0f} s, {side.opened} connections: "
            f"{lost} lost, {twice} doubled, {ears.deliveries - number} delivered again; "
            f"acknowledged p50 {statistics.median(acks):.1f} ms, p99 {p99:.0f} ms"
        )
        await platform.stop()
        assert (lost, twice) == (0, 0)


def test_slack():
    asyncio.run(figures(ROUNDS, EVENTS))
    asyncio.run(connections())
    asyncio.run(cut(CUT_EVENTS))


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    asyncio.run(figures(*(numbers + [ROUNDS, EVENTS][len(numbers) :])))
    asyncio.run(connections())
    asyncio.run(cut(CUT_EVENTS))

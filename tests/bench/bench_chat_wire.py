"""Everybody speaks at once, by the platforms' own ways: what is acknowledged, answered, doubled.

    python tests/bench/bench_chat_wire.py [SECONDS [PER_SECOND]] [--cut]

Overseer is a process of its own: rules, shipped policy, real store (synchronous=FULL), hosts that
answer at once, and the real libraries, connected to a Slack and a Discord in this process, with
125 channels each. Messages come on time, whether or not the ones before are done; every twentieth
is delivered twice. Half ask for a read, half for a change that waits for votes. `--cut` breaks both
connections every 2 s while they come, without a word.

    ack      from the moment at which an event of Slack's is due until it is acknowledged
    drained  until each message's thread shows one card, in its last state

Both sides share the machine's cores: the figures are those of a machine that has another half.
"""

import asyncio
import contextlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from aiohttp import web

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot import lifecycle
from bot.adapters.machine import SystemClock
from bot.adapters.secrets import set_secret
from bot.app import build
from bot.cli.platforms import platforms_of
from bot.settings import Home
from tests.bench.bench_chat_load import ABOUT, CHANNELS, HOSTS, TWICE, told
from tests.bench.bench_discord import Unchecked
from tests.bench.home import SERVICE, Hosts, home_with
from tests.bench.slack_at_once import Nobody
from tests.rigs.discord_guild import BEN, ME, TOKEN
from tests.rigs.discord_wire import Wire
from tests.rigs.slack_emulator import APP_TOKEN, BOT_TOKEN
from tests.rigs.slack_side import SlackSide

SECONDS, PER_SECOND, CUT_S, PATIENCE_S = 60, 200, 2.0, 600
WAIT_S = 30
ENDED = re.compile(r"\b(WAITING|ANSWER)\b")
PEOPLE = f"""
people:
  ben: {{display: Ben, roles: [operator], identities: ['slack:U0BEN', 'discord:{BEN}']}}
  chris: {{display: Chris, roles: [approver], identities: ['web:chris']}}
"""


class Slack(SlackSide):
    """Answers every call at once, and knows what stands in each thread."""

    checks = False

    def __init__(self):
        super().__init__(Nobody())
        self.shown = defaultdict(dict)
        self._thread_of = {}
        self._last = 0
        self.faults.append(self._at_once)

    def _at_once(self, method, form):
        self.calls.clear()
        if method == "apps.connections.open":
            return None
        if method == "auth.test":
            return web.json_response(Nobody.me)
        self._last += 1
        ts = f"{1_900_000_000 + self._last}.000100"
        if method == "chat.postMessage":
            self._thread_of[ts] = form.get("thread_ts", "")
            self.shown[self._thread_of[ts]][ts] = form["text"]
        if method == "chat.update":
            self.shown[self._thread_of[form["ts"]]][form["ts"]] = form["text"]
        user = {"id": form.get("user"), "team_id": "T1"}
        return web.json_response({"ok": True, "ts": ts, "user": user, "channel": {}})


class Discord(Wire):
    """A server with many channels."""

    def _guild(self):
        guild = super()._guild()
        (one,) = guild["channels"]
        guild["channels"] += [one | {"id": channel_of(n), "name": f"c{n}"} for n in range(CHANNELS)]
        return guild

    async def _rest(self, request):
        self.asked.clear()
        return await super()._rest(request)

    @property
    def shown(self):
        found = defaultdict(dict)
        for message in self.messages.values():
            if message["author"]["id"] == ME:
                found[message["channel_id"]][message["id"]] = str(message["components"])
        return found


def channel_of(number):
    return str(500_000 + number)


def asked(number):
    host = f"web-{number * 7 % HOSTS + 1}"
    return f"is {SERVICE} running on {host}?" if number % 4 < 2 else f"restart {SERVICE} on {host}"


class Load:
    """What is said on both, and what came of it."""

    def __init__(self, slack, discord, *, cut):
        self.slack, self.discord, self.cut = slack, discord, cut
        self.acks, self.threads, self.again = [], {}, {}

    async def _by_slack(self, number, due):
        channel = f"C1{number // 2 % CHANNELS:05}"
        event = self.again.pop(number, None) or self.slack.mention(
            "ben", asked(number), channel=channel
        )
        self.again[number] = event
        self.threads[number] = self.slack.shown, event["event"]["ts"]
        # Slack sends it again after three seconds without an answer; a bench of waits does not.
        tries, wait_s = (50, 3) if self.cut else (1, WAIT_S)
        await self.slack.deliver(event, tries=tries, wait_s=wait_s)
        self.acks.append(time.perf_counter() - due)

    async def _by_discord(self, number):
        if number in self.again:
            self.discord.dispatch("MESSAGE_CREATE", self.again[number])
            return
        said = self.discord.says(BEN, asked(number), channel=channel_of(number // 2 % CHANNELS))
        self.again[number] = self.discord.messages[said]
        self.threads[number] = None, said

    async def speak(self, count, per_second):
        """Say so many, on time; some once more, up to a second later."""
        chance, began = random.Random(1), time.perf_counter()
        events = [(number / per_second, number) for number in range(count)]
        again = [(at + chance.random(), number) for at, number in events if number % TWICE < 2]
        cutting = asyncio.create_task(self._cut()) if self.cut else None
        tasks = []
        for at, number in sorted(events + again[::2]):
            due = began + at
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            by_slack = number % 2 == 0
            work = self._by_slack(number, due) if by_slack else self._by_discord(number)
            tasks.append(asyncio.create_task(work))
        await asyncio.gather(*tasks)
        if cutting:
            cutting.cancel()
        return len(tasks)

    async def _cut(self):
        while True:
            await asyncio.sleep(CUT_S)
            await self.slack.cut()
            self.discord.cut()

    def counted(self):
        """How many threads show one card in its last state, more than one, and none."""
        discord = self.discord.shown
        one = more = none = 0
        for shown, thread in self.threads.values():
            found = (discord if shown is None else shown).get(thread, {})
            more += len(found) > 1
            none += not found
            one += len(found) == 1 and bool(ENDED.search(next(iter(found.values()))))
        return one, more, none

    async def drained(self, count, began):
        """Seconds since `began` until all are shown."""
        while time.perf_counter() - began < PATIENCE_S + SECONDS and self.counted()[0] < count:
            await asyncio.sleep(1)
        took = time.perf_counter() - began
        await asyncio.sleep(3)  # for what would come twice
        return took


async def overseer(home):
    """The other process: until its input ends."""
    clock = SystemClock()
    hosts = Hosts(lambda: app.world.inventory, clock)
    app = await build(Home(path=Path(home)), clock=clock, hosts=hosts)
    app.attach([], platforms_of(app))
    await app.start()
    ticker = asyncio.create_task(lifecycle.tick(app))
    lifecycle.spare_what_stays()
    await asyncio.to_thread(sys.stdin.read)
    ticker.cancel()
    await app.stop()


@contextlib.contextmanager
def beside(home):
    """Overseer's process on this home."""
    command = [sys.executable, "-P", __file__, "--overseer", str(home.path)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        yield child
    finally:
        child.stdin.close()
        try:
            child.wait(30)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.wait()


async def measured(seconds, per_second, *, cut):
    count = int(seconds * per_second)
    with tempfile.TemporaryDirectory() as folder:
        async with Slack() as slack, Discord(Unchecked()) as discord:
            on = (
                f"\nslack: {{enabled: true, api_url: '{slack.url}'}}\ndiscord: {{enabled: true, "
                f"api_url: '{discord.base}', gateway_url: '{discord.gateway}'}}\n"
            )
            hosts = {f"web-{n}": ABOUT for n in range(1, HOSTS + 1)}
            home = home_with(folder, hosts, people=PEOPLE, settings=on)
            for name, value in (
                ("slack-bot", BOT_TOKEN), ("slack-app", APP_TOKEN), ("discord", TOKEN)
            ):  # fmt: skip
                set_secret(home, name, value)
            with beside(home):
                await slack.connected.wait()
                await discord.until(lambda: discord.identified, 60)
                await asyncio.sleep(3)  # until both have looked up what they missed
                load = Load(slack, discord, cut=cut)
                began = time.perf_counter()
                heard = await load.speak(count, per_second)
                spoken = time.perf_counter() - began
                took = await load.drained(count, began)
                one, more, none = load.counted()
    print(f"{heard} deliveries of {count} messages, taken in over {spoken:.1f} s")
    print(f"ack      {told(load.acks)}")
    print(f"drained  {took:.1f} s after the first message, {took - spoken:.1f} s after the last")
    print(f"one card in its last state {one} of {count}, more than one {more}, none {none}")


def test_the_load_by_wire(capsys):
    with capsys.disabled():
        asyncio.run(measured(5, 40, cut=False))
        asyncio.run(measured(10, PER_SECOND, cut=True))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--overseer"]:
        asyncio.run(overseer(sys.argv[2]))
    else:
        args = [float(arg) for arg in sys.argv[1:] if arg != "--cut"]
        args += [SECONDS, PER_SECOND][len(args) :]
        asyncio.run(measured(*args, cut="--cut" in sys.argv))

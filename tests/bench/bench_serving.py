"""What a person waits for around the conversation, and what Overseer weighs while nobody speaks.

    python tests/bench/bench_serving.py [ROUNDS [OPEN]]

Each round starts the product as its users do, as processes of their own, on a home in which OPEN
plans (100) wait for votes:

    bare python     `python -c pass`, the floor below every start
    ready           from `overseer run` to its greeting
    ask             `overseer ask "how is localhost?"` against the running server, to its end
    status          `overseer status` likewise
    home page       the page's HTML, logged in; `runs`: that of the list with all OPEN
    MiB with page   the server's resident memory (VmRSS) after that, idle; `MiB without`: --no-web
"""

import asyncio
import re
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import httpx
import psutil

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.adapters.files.first_start import prepare
from bot.adapters.machine import SystemClock
from bot.app import build
from bot.domain.messages import Identity, Message, ThreadRef
from bot.settings import Home
from bot.testing.fake_host import FakeHosts
from tests.bench.harness import duel
from tests.rigs.overseers import READY, Overseer, link_in, until

ROUNDS = 5
OPEN = 100
IDLE_S = 2.0
"""How long a server is left alone before it is weighed."""


async def waiting(path, number):
    """A home in which so many plans wait for votes."""
    home = Home(path=path)
    prepare(home)
    hosts = FakeHosts(lambda: app.world.inventory, SystemClock())
    app = await build(home, hosts=hosts)
    person = app.world.people.persons[0].name
    await app.start()
    for count in range(number):
        thread = ThreadRef(surface="web", channel=person, thread=f"t{count}")
        await app.pipeline.on_message(
            Message(
                event_id=f"e{count}", thread=thread, person=person,
                identity=Identity(surface="web", account=person), at=app.clock.now(),
                text="run `true` on localhost",
            )
        )  # fmt: skip
        await app.pipeline.idle(thread, 30)
    await app.stop()


class Serving:
    """One home; a server is started and ended in each round."""

    def __init__(self, folder):
        self.one = Overseer(Path(folder) / "home")
        self.server = None

    def bare(self, _):
        return clocked(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True))

    def ready(self, _):
        def start():
            self.server = self.one.start()

        return clocked(start)

    def ask(self, _):
        return clocked(lambda: self.said("ask", "how is localhost?"))

    def status(self, _):
        return clocked(lambda: self.said("status"))

    def said(self, *words):
        done = self.one.cli(*words)
        assert done.returncode == 0, done.stdout + done.stderr

    def page(self, _):
        link = link_in(self.one.cli("login").stdout)
        base, token = re.fullmatch(r"(.*)/login\?token=(.*)", link).groups()
        self.client = httpx.Client(base_url=base, headers={"origin": base, "accept": "text/html"})
        self.client.post("/login", data={"token": token})
        return self.got("/", "o-app")

    def runs(self, _):
        return self.got("/runs", "#100" if OPEN == 100 else "o-app")

    def got(self, path, says):
        def get():
            assert says in self.client.get(path).text

        get()
        return clocked(get)

    def with_page(self, _):
        return self.weighed()

    def without(self, _):
        self.server = self.one.spawn("run", "--no-web")
        until(lambda: READY in self.server.output.read_text(), self.server.output.read_text)
        return self.weighed()

    def weighed(self):
        """MiB of the idle server, which ends."""
        time.sleep(IDLE_S)
        heavy = psutil.Process(self.server.pid).memory_info().rss / 2**20
        self.one.stop(self.server)
        return heavy


def clocked(work):
    """Milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


async def main(rounds=ROUNDS, number=OPEN):
    with tempfile.TemporaryDirectory() as folder:
        bench = Serving(folder)
        await waiting(bench.one.home, number)
        try:
            return await duel(
                {
                    "bare python": bench.bare, "ready": bench.ready, "ask": bench.ask,
                    "status": bench.status, "home page": bench.page, "runs": bench.runs,
                    "MiB with page": bench.with_page, "MiB without": bench.without,
                },
                rounds=rounds, unit="ms, and MiB",
            )  # fmt: skip
        finally:
            bench.one.end()


async def test_the_serving_bench_runs():
    medians = await main(rounds=1, number=3)
    assert medians["ready"] > medians["bare python"]


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main(*[int(a) for a in sys.argv[1:]]))

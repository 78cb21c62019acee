"""A read on 100 warm hosts: the runner beside bare asyncssh on the very same connections.

    python tests/bench/bench_ssh_read.py [ROUNDS]

`bare run` is asyncssh's own `connection.run(…)`; `runner` is `HostRunner.read`; `change` is
the whole change protocol (own session, output kept, forgotten afterwards). All run the same
program on all hosts at once. Hosts are 100 loopback addresses on real sshd processes.
"""

import asyncio
import sys
import time
import uuid
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import pytest

from bot.domain.commands import Shell
from tests.bench.harness import duel, ratios
from tests.rigs import sshd
from tests.rigs.ssh_runners import make_runner

HOSTS = 100
COMMAND = Shell(argv=("cat", "/proc/loadavg"))
LINE = "cat /proc/loadavg"


class Bench:
    """The warm hosts."""

    def __init__(self, rig):
        self.hosts = list(rig.hosts.values())
        self.runner = make_runner(rig, connect_timeout=60.0)

    async def warm(self):
        begun = time.perf_counter()
        self.targets = await asyncio.gather(*(self.runner.identify(h) for h in self.hosts))
        self.cold = time.perf_counter() - begun
        links = await asyncio.gather(*(self.runner.reach(h) for h in self.hosts))
        self.connections = [link.connection for link in links]

    async def bare(self, _number):
        begun = time.perf_counter()
        done = await asyncio.gather(*(c.run(LINE) for c in self.connections))
        taken = time.perf_counter() - begun
        assert all(d.exit_status == 0 and d.stdout for d in done)
        return taken * 1000

    async def read(self, _number):
        begun = time.perf_counter()
        done = await asyncio.gather(
            *(self.runner.read(t, COMMAND, timeout_s=60) for t in self.targets)
        )
        taken = time.perf_counter() - begun
        assert all(d.ok and d.stdout for d in done)
        return taken * 1000

    async def change(self, number):
        async def one(target):
            attempt = f"{uuid.uuid4().hex[:8]}.{number + 1}"
            done = await self.runner.change(target, COMMAND, attempt=attempt, timeout_s=60)
            await self.runner.forget(target, attempt, sudo=False)
            return done

        begun = time.perf_counter()
        done = await asyncio.gather(*(one(t) for t in self.targets))
        taken = time.perf_counter() - begun
        assert all(d.ok and d.stdout for d in done)
        return taken * 1000


async def main(rounds=7, hosts=HOSTS):
    rig = sshd.many_hosts(hosts)
    try:
        bench = Bench(rig)
        await bench.warm()
        print(f"{hosts} cold connections: {bench.cold * 1000:.0f} ms; {sshd.where()}")
        medians = await duel(
            {"bare run": bench.bare, "runner": bench.read, "change": bench.change},
            rounds=rounds, unit=f"ms for {hosts} hosts",
        )  # fmt: skip
        ratios(medians, "runner", ["bare run"])
        ratios(medians, "change", ["bare run"])
        await bench.runner.close()
        return medians
    finally:
        rig.stop()


@pytest.mark.sshd
async def test_the_ssh_read_bench_runs():
    if reason := sshd.why_not():
        pytest.skip(reason)
    medians = await main(rounds=1, hosts=20)
    assert set(medians) == {"bare run", "runner", "change"}


if __name__ == "__main__":
    asyncio.run(main(*(int(a) for a in sys.argv[1:])))

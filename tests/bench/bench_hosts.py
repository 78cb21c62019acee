"""A hundred warm hosts: the whole product beside bare asyncssh and beside Ansible.

    python tests/bench/bench_hosts.py [ROUNDS [HOSTS]]    --profile read|change

`read` and `change` are one step of a plan on all hosts at once, running `true`, from
`Executor.begin` to the stored end of the run: durable transitions (synchronous=FULL), events,
output, cards. A change has its own session on each host, its output kept, its status renamed
and removed once recorded; `+ tidied` is until the last host is clean again. `bare asyncssh` is
`connection.run("true")` on the product's own warm connections; there the login shell's builtin
answers, where the product executes a program, so `bare exec` asks for the program as well.
`ansible raw` is `ansible -m raw -a true -f 50` over kept connections. Hosts are loopback
addresses on real sshd processes, which share the processors with all contenders; their files
are in memory where the machine allows it, for all contenders alike, and Overseer's database is
on its disk. The processes that a change makes are counted over the whole machine, until the
hosts are clean again.
"""

import asyncio
import cProfile
import os
import pstats
import statistics
import sys
import time
from contextlib import contextmanager
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import pytest

from tests.bench.ansible_raw import FORKS, Ansible, environment
from tests.bench.harness import duel, ratios
from tests.bench.product import Product
from tests.rigs import sshd

HOSTS = 100
ROUNDS = 9


class Bench:
    """The contenders."""

    def __init__(self, product, connections, ansible):
        self.product = product
        self.connections = connections
        self.ansible = ansible
        self.tidy = 0.0
        self.made = []

    def contenders(self):
        found = {
            "bare asyncssh": lambda _: self.bare("true"),
            "bare exec": lambda _: self.bare("exec true"),
            "read": self.read, "change": self.change, "+ tidied": lambda _: self.tidy,
        }  # fmt: skip
        if self.ansible is not None:
            found["ansible raw"] = lambda _: self.ansible.raw() * 1000
        return found

    async def bare(self, line):
        begun = time.perf_counter()
        done = await asyncio.gather(*(c.run(line) for c in self.connections))
        taken = time.perf_counter() - begun
        assert all(d.exit_status == 0 for d in done)
        return taken * 1000

    async def read(self, _):
        plan = await self.product.plan("bench.true")
        return (await self.product.run(plan)).ended * 1000

    async def change(self, _):
        plan = await self.product.plan("bench.touch")
        before = processes_made()
        took = await self.product.run(plan)
        self.made.append((processes_made() - before) / len(self.connections))
        self.tidy = took.tidy * 1000
        return took.ended * 1000


def processes_made():
    """How many processes this machine has made since it was started."""
    lines = Path("/proc/stat").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("processes "))


@contextmanager
def hosts_of(count):
    rig = sshd.many_hosts(count)
    try:
        yield rig
    finally:
        rig.stop()


def ansible_of(rig, *, make):
    folder = environment(make=make)
    return Ansible(folder, rig) if folder else None


async def main(rounds=ROUNDS, hosts=HOSTS, *, make=True):
    with hosts_of(hosts) as rig:
        ansible = ansible_of(rig, make=make)
        try:
            async with Product(rig) as product:
                bench = Bench(product, await product.connections(), ansible)
                say_where(product, ansible)
                medians = await duel(
                    bench.contenders(), rounds=rounds, unit=f"ms for {hosts} hosts"
                )
        finally:
            if ansible is not None:
                ansible.close()
    ratios(medians, "read", ["bare asyncssh", "bare exec"])
    ratios(medians, "change", ["bare asyncssh", "read"])
    print(f"a change makes {statistics.median(bench.made):.1f} processes on each host")
    for name in ("read", "change", "+ tidied") if ansible is not None else ():
        print(
            f"{name} is {medians['ansible raw'] / medians[name]:.1f} times as fast as ansible raw"
        )
    return medians


def say_where(product, ansible):
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{os.cpu_count()} processors, load {load}; first connections {product.cold:.1f} s")
    print(f"{sshd.where()}, the database is on {product.home.path.parent}")
    if ansible is None:
        print("ansible raw: not measured, there is no environment with ansible-core")
    else:
        print(f"ansible {ansible.version}, {FORKS} forks, connections kept by ControlPersist")


@pytest.mark.sshd
async def test_the_hosts_bench_runs():
    if reason := sshd.why_not():
        pytest.skip(reason)
    medians = await main(rounds=1, hosts=8, make=False)
    assert {"bare asyncssh", "bare exec", "read", "change", "+ tidied"} <= set(medians)


async def profiled(action, hosts, times=5):
    with hosts_of(hosts) as rig:
        async with Product(rig) as product:
            await product.run(await product.plan(action))
            plans = [await product.plan(action) for _ in range(times)]
            profile = cProfile.Profile()
            begun, busy = time.perf_counter(), time.process_time()
            profile.enable()
            for plan in plans:
                await product.run(plan)
            profile.disable()
            wall, busy = time.perf_counter() - begun, time.process_time() - busy
    print(f"{times} × {action}: {wall:.2f} s, of which {busy:.2f} s this process computes")
    stats = pstats.Stats(profile).sort_stats(os.environ.get("SORT", "tottime"))
    stats.print_stats(45)


if __name__ == "__main__":
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
    if "--profile" in sys.argv:
        what = "bench.touch" if "change" in sys.argv else "bench.true"
        asyncio.run(profiled(what, *(numbers or [HOSTS])))
    else:
        asyncio.run(main(*numbers))

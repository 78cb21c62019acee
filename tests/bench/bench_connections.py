"""A hundred hosts: cold, warm beside `xargs -P50 ssh -S`, `sleep 1`, and what a host weighs.

    python tests/bench/bench_connections.py [ROUNDS [HOSTS]]

`cold runner` is `identify` and a read through a new runner, `cold bare` asyncssh alone with the
same key exchange, ciphers and trusted keys (parsed beforehand), and one command, which is the
login shell's builtin; for `cold exec` it is the program that the runner executes. `warm` is a read through the runner
on connections that are there; `xargs ssh -S` runs the same program through OpenSSH masters that
are there. `sleep 1` is a read that takes a second on every host. Memory is what the process
grows by per connected host. Hosts are loopback addresses on real sshd processes, which share the
processors with all contenders.
"""

import asyncio
import gc
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import asyncssh
import pytest

from bot.domain.commands import Shell
from tests.bench.harness import duel, ratios
from tests.rigs import sshd
from tests.rigs.ssh_runners import make_runner

HOSTS = 100
FORKS = 50
TRUE = Shell(argv=("true",))
SLEEP = Shell(argv=("sleep", "1"))


def resident_kib():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4


class Bench:
    """The contenders."""

    def __init__(self, rig, sockets):
        self.rig = rig
        self.hosts = list(rig.hosts.values())
        self.sockets = sockets
        self.runner = make_runner(rig, connect_timeout=120.0)

    async def begin(self):
        """Connect to everybody; what each weighs, in KiB."""
        first, *others = self.hosts
        await self.runner.identify(first)
        gc.collect()
        before = resident_kib()
        targets = await asyncio.gather(*(self.runner.identify(h) for h in others))
        gc.collect()
        self.targets = [await self.runner.identify(first), *targets]
        weight = (resident_kib() - before) / max(1, len(others))
        links = await asyncio.gather(*(self.runner.reach(h) for h in self.hosts))
        connection = links[0].connection
        self.options = {
            "known_hosts": asyncssh.read_known_hosts(str(self.rig.home.known_hosts)), "username": "root", "config": [],
            "client_keys": [str(self.rig.key)], "agent_path": None,
            "kex_algs": ["curve25519-sha256"],
            "encryption_algs": [connection.get_extra_info("send_cipher")],
            "login_timeout": 120, "connect_timeout": 120,
        }  # fmt: skip
        return weight

    async def cold_runner(self, _):
        runner = make_runner(self.rig, connect_timeout=120.0)

        async def one(host):
            target = await runner.identify(host)
            return await runner.read(target, TRUE, timeout_s=120)

        begun = time.perf_counter()
        done = await asyncio.gather(*map(one, self.hosts))
        taken = time.perf_counter() - begun
        assert all(d.ok for d in done)
        await runner.close()
        return taken * 1000

    async def cold_bare(self, line):
        async def one(host):
            there = host.connection
            connection = await asyncssh.connect(there.address, there.port, **self.options)
            done = await connection.run(line)
            return connection, done

        begun = time.perf_counter()
        done = await asyncio.gather(*map(one, self.hosts))
        taken = time.perf_counter() - begun
        assert all(d.exit_status == 0 for _, d in done)
        for connection, _ in done:
            connection.close()
        await asyncio.gather(*(c.wait_closed() for c, _ in done))
        return taken * 1000

    async def read(self, command):
        begun = time.perf_counter()
        done = await asyncio.gather(
            *(self.runner.read(t, command, timeout_s=120) for t in self.targets)
        )
        taken = time.perf_counter() - begun
        assert all(d.ok for d in done)
        return taken * 1000

    def xargs(self, _):
        names = "\n".join(h.connection.address for h in self.hosts)
        line = [
            "xargs",
            "-P",
            str(FORKS),
            "-I{}",
            "ssh",
            "-S",
            f"{self.sockets}/{{}}",
            "{}",
            "true",
        ]
        begun = time.perf_counter()
        subprocess.run(line, input=names, text=True, check=True)
        return (time.perf_counter() - begun) * 1000


def masters(rig, folder, stack):
    """One OpenSSH master per host, ended with `stack`."""
    for host in rig.hosts.values():
        there = host.connection
        started = subprocess.Popen(
            ["ssh", "-M", "-N", "-S", f"{folder}/{there.address}", "-p", str(there.port),
             "-F", "none", "-i", str(rig.key), "-o", f"UserKnownHostsFile={rig.home.known_hosts}",
             "-o", "BatchMode=yes", f"root@{there.address}"],
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        stack.callback(started.wait)
        stack.callback(started.terminate)
    for host in rig.hosts.values():
        path = Path(folder, host.connection.address)
        sshd.until(path.exists, f"the master of {host.name}", seconds=120)


async def main(rounds=5, hosts=HOSTS):
    with ExitStack() as stack:
        rig = sshd.many_hosts(hosts)
        stack.callback(rig.stop)
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="ovm-", dir="/tmp"))
        bench = Bench(rig, folder)
        weight = await bench.begin()
        print(f"{weight:.0f} KiB per connected host; {sshd.where()}")
        masters(rig, folder, stack)
        medians = await duel(
            {
                "cold bare": lambda _: bench.cold_bare("true"),
                "cold exec": lambda _: bench.cold_bare("exec true"),
                "cold runner": bench.cold_runner,
                "warm": lambda _: bench.read(TRUE), "xargs ssh -S": bench.xargs,
                "sleep 1": lambda _: bench.read(SLEEP),
            },
            rounds=rounds, unit=f"ms for {hosts} hosts",
        )  # fmt: skip
        await bench.runner.close()
    ratios(medians, "cold runner", ["cold bare", "cold exec"])
    print(f"warm is {medians['xargs ssh -S'] / medians['warm']:.1f} times as fast as xargs ssh -S")
    return medians


@pytest.mark.sshd
async def test_the_connections_bench_runs():
    if reason := sshd.why_not():
        pytest.skip(reason)
    medians = await main(rounds=1, hosts=4)
    assert set(medians) == {
        "cold bare",
        "cold exec",
        "cold runner",
        "warm",
        "xargs ssh -S",
        "sleep 1",
    }


if __name__ == "__main__":
    asyncio.run(main(*(int(a) for a in sys.argv[1:])))

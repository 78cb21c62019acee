"""How often we wait for a host: counted on the wire, by a proxy that answers late."""

import pytest

from bot.domain.commands import SecretRef, Shell, Upload
from tests.rigs.slow_way import slow_way
from tests.rigs.ssh_runners import TestSecrets, make_runner

pytest_plugins = ("tests.rigs.sshd_fixtures",)
pytestmark = pytest.mark.sshd

COLD, WARM = 10, 2
TOKEN = "Zq9-a-token-of-the-trips"


@pytest.fixture
async def far(rig):
    """A runner, and web-1 as `far-1`, at the end of a slow way; who has to wait is counted."""
    was = rig.home.known_hosts.read_text()
    async with slow_way(rig.hosts["web-1"]) as (way, port):
        host = rig.alias("far-1", "web-1", address="127.0.0.1", port=port)
        key = rig.servers["web-1"].known_hosts_lines[0].split(maxsplit=1)[1]
        rig.home.known_hosts.write_text(f"{was}[127.0.0.1]:{port} {key}\n")
        secrets = TestSecrets(**{"env:TRIPS": TOKEN})
        runner = make_runner(rig, secrets=secrets, connect_timeout=20)
        yield runner, host, way
        await runner.close()
    del rig.hosts["far-1"]
    rig.home.known_hosts.write_text(was)


async def read(runner, target, number):
    return await runner.read(target, Shell(argv=("true",)), timeout_s=20)


async def change(runner, target, number):
    return await runner.change(
        target, Shell(argv=("true",)), attempt=f"trips.{number}", timeout_s=20
    )


@pytest.mark.parametrize("act", [read, change])
async def test_whatever_is_cold_waits_ten_times_at_most(rig, far, act):
    """Of these, one command asks who answers and how its shell reads; it is asked once.

    A busy machine may send in two what is one word, which counts as two: the best of three counts.
    """
    _, host, way = far
    took = []
    for number in range(3):
        before, runner = way.trips, make_runner(rig, connect_timeout=20)
        target = await runner.identify(host)
        assert (await act(runner, target, number)).ok
        took.append(way.trips - before)
        await runner.close()
    assert min(took) <= COLD


@pytest.mark.parametrize("act", [read, change])
async def test_whatever_is_warm_waits_twice(far, act):
    runner, host, way = far
    target = await runner.identify(host)
    for number in range(1, 4):
        assert (await act(runner, target, number)).ok
        before = way.trips
        assert (await act(runner, target, number + 10)).ok
        assert way.trips - before <= WARM


@pytest.mark.parametrize(
    "command",
    [Upload(path="/var/tmp/overseer-trips", content="x"),
     Shell(argv=("cat",), stdin=SecretRef(reference="env:TRIPS"))],
)  # fmt: skip
async def test_what_a_change_is_given_costs_one_more(far, command):
    """It is said once the script has spoken: a sudo that asks again would take it for a password."""
    runner, host, way = far
    target = await runner.identify(host)
    assert (await change(runner, target, 20)).ok
    before = way.trips
    assert (await runner.change(target, command, attempt="trips.21", timeout_s=20)).ok
    assert way.trips - before <= WARM + 1

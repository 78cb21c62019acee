"""A host that hangs: said after the same time and in the same words, warm or cold."""

import asyncio
import signal
from contextlib import asynccontextmanager

import pytest

from bot.domain.commands import Shell
from bot.errors import HostUnreachableError
from tests.rigs.ssh_runners import make_runner

pytest_plugins = ("tests.rigs.sshd_fixtures",)
pytestmark = pytest.mark.sshd

TRUE = Shell(argv=("true",))
SOON_S = 15
"""Far more than the second that a host has here, far less than asyncssh's keepalives take."""


@asynccontextmanager
async def hangs(server):
    server.signal(signal.SIGSTOP)
    try:
        async with asyncio.timeout(SOON_S):
            yield
    finally:
        server.signal(signal.SIGCONT)


@pytest.fixture
async def runner(rig):
    made = make_runner(rig, connect_timeout=1)
    yield made
    await made.close()


async def cold(rig):
    """What is said of it by somebody who was never there."""
    other = make_runner(rig, connect_timeout=1)
    with pytest.raises(HostUnreachableError) as caught:
        await other.identify(rig.hosts["web-2"])
    await other.close()
    return str(caught.value)


@pytest.mark.parametrize("ask", ["read", "find", "kill", "forget"])
async def test_a_warm_host_that_hangs_is_unreachable_like_a_cold_one(rig, runner, ask):
    target = await runner.identify(rig.hosts["web-2"])
    calls = {
        "read": lambda: runner.read(target, TRUE, timeout_s=60),
        "find": lambda: runner.find(target, "silent.0", sudo=False),
        "kill": lambda: runner.kill(target, "silent.0", sudo=False),
        "forget": lambda: runner.forget(target, "silent.0", sudo=False),
    }
    async with hangs(rig.servers["web-2"]):
        with pytest.raises(HostUnreachableError) as caught:
            await calls[ask]()
        place = f"{target.address}:{target.port}"
        assert str(caught.value).startswith(f"web-2 did not answer on {place} within 1 s.")
        assert str(caught.value) == await cold(rig)
    assert (await runner.read(target, TRUE, timeout_s=20)).ok


async def test_a_host_that_hangs_in_mid_read_is_unreachable_too(rig, runner):
    target = await runner.identify(rig.hosts["web-2"])
    server = rig.servers["web-2"]
    begun = asyncio.Event()
    loud = Shell(argv=("sh", "-c", "echo up; exec sleep 61"))
    reading = asyncio.create_task(
        runner.read(target, loud, timeout_s=60, hear=lambda text: begun.set())
    )
    await begun.wait()
    async with hangs(server):
        with pytest.raises(HostUnreachableError, match="did not answer"):
            await reading


async def test_a_long_silent_command_is_no_silent_host(rig, runner):
    target = await runner.identify(rig.hosts["web-2"])
    result = await runner.read(target, Shell(argv=("sleep", "2.5")), timeout_s=20)
    assert result.ok


async def test_a_connection_that_died_without_a_word_is_replaced(rig, runner, monkeypatch):
    """A firewall forgot it; the host is well."""
    target = await runner.identify(rig.hosts["web-2"])
    connection = (await runner.reach(rig.hosts["web-2"])).connection
    monkeypatch.setattr(connection, "data_received", lambda *_: None)
    async with asyncio.timeout(SOON_S):
        assert (await runner.read(target, TRUE, timeout_s=60)).ok


async def test_all_who_want_a_host_that_hangs_wait_for_one_attempt(rig, runner):
    """Not one after the other, each as long again."""
    async with hangs(rig.servers["web-2"]):
        said = await asyncio.gather(
            *(runner.identify(rig.hosts["web-2"]) for _ in range(30)), return_exceptions=True
        )
    assert {str(error) for error in said} == {str(said[0])}
    assert isinstance(said[0], HostUnreachableError)


async def test_an_attempt_to_connect_outlives_who_gave_up_on_it(rig, runner, monkeypatch):
    dials = []
    dial = runner._dialler.dial
    monkeypatch.setattr(
        runner._dialler, "dial", lambda host, way: dials.append(host) or dial(host, way)
    )
    early = asyncio.create_task(runner.identify(rig.hosts["web-2"]))
    await asyncio.sleep(0)
    early.cancel()
    assert (await runner.identify(rig.hosts["web-2"])).name == "web-2"
    assert len(dials) == 1

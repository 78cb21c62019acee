"""The shell that greets on a new connection: it executes the first read, if that comes soon."""

import asyncio

import pytest

from bot.adapters.hosts import greeting, link
from bot.domain.commands import Script, SecretRef, Shell
from bot.errors import HostError
from bot.ports import FoundState
from tests.rigs.processes import running
from tests.rigs.ssh_runners import TestSecrets, make_runner
from tests.rigs.sshd import ODD_SHELL, Rig, until

pytest_plugins = ("tests.rigs.sshd_fixtures",)
pytestmark = pytest.mark.sshd

HERE = Shell(argv=("echo", "here"))


@pytest.fixture
def opened(monkeypatch):
    """The lines for which a session was opened."""
    lines = []
    channel = link.Link._channel

    def counted(self, line, session):
        lines.append(line)
        return channel(self, line, session)

    monkeypatch.setattr(link.Link, "_channel", counted)
    return lines


def waiting(server):
    """The processes on a host that wait for a line."""
    command = f"sh -c {greeting.PROBE} overseer {greeting.ODD}"
    return [pid for pid in running(command) if pid in server.family()]


async def test_the_first_read_takes_no_session_of_its_own(rig, ssh, opened):
    target = await ssh.identify(rig.hosts["web-1"])
    for sessions in (1, 2):
        result = await ssh.read(target, HERE, timeout_s=20)
        assert (result.exit_status, result.stdout) == (0, "here\n")
        assert len(opened) == sessions
    assert not waiting(rig.servers["web-1"])


@pytest.mark.parametrize(
    "command",
    [Shell(argv=("printf", "a\nb")), Shell(argv=("printf", "%s", "ü")),
     Shell(argv=("printf", "%s", "x" * link.LONGEST_FIRST))],
)  # fmt: skip
async def test_a_line_that_a_shell_might_read_otherwise_goes_elsewhere(rig, ssh, opened, command):
    target = await ssh.identify(rig.hosts["web-1"])
    assert (await ssh.read(target, command, timeout_s=20)).stdout == command.argv[-1]
    assert len(opened) == 2
    assert (await ssh.read(target, HERE, timeout_s=20)).ok
    assert len(opened) == 2, "it waits still"


async def test_arguments_secrets_and_statuses_come_through_it_unharmed(rig):
    secrets = TestSecrets(**{"env:FIRST": 'Zq9-first\'s \\ "secret"'})
    for command, status, said in (
        (Shell(argv=("printf", "%s", "a\\b'c\"d$e `f` * ~ ;&|")), 0, "a\\b'c\"d$e `f` * ~ ;&|"),
        (Shell(argv=("cat",), stdin=SecretRef(reference="env:FIRST")), 0, "[redacted]"),
        (Shell(argv=("cat",)), 0, ""),
        (Shell(argv=("id", "-u"), sudo=True), 0, "0\n"),
        (Shell(argv=("sh", "-c", "exit 7")), 7, ""),
        (Shell(argv=("no-such-program-here",)), 127, ""),
    ):
        runner = make_runner(rig, secrets=secrets)
        target = await runner.identify(rig.hosts["ops-2"])
        result = await runner.read(target, command, timeout_s=20)
        assert (result.exit_status, result.stdout) == (status, said)
        await runner.close()


async def test_a_first_read_that_takes_too_long_is_ended_there(rig, ssh):
    target = await ssh.identify(rig.hosts["web-1"])
    result = await ssh.read(target, Shell(argv=("sleep", "371")), timeout_s=0.5)
    assert (result.timed_out, result.error) == (True, "")
    until(lambda: not running("sleep 371"), "its end")


async def test_nothing_waits_on_a_host_for_long(rig, ssh, opened, monkeypatch):
    monkeypatch.setattr(link, "WAIT_S", 0.3)
    target = await ssh.identify(rig.hosts["web-1"])
    assert len(waiting(rig.servers["web-1"])) == 1
    async with asyncio.timeout(10):
        while waiting(rig.servers["web-1"]):
            await asyncio.sleep(0.02)
    assert (await ssh.read(target, HERE, timeout_s=20)).ok
    assert len(opened) == 2


@pytest.fixture
def strict():
    """A host that allows one session at a time."""
    rig = Rig()
    try:
        rig.add("strict", [rig.address(9)], extra="MaxSessions 1")
        yield rig
    finally:
        rig.stop()


async def test_whoever_waits_gives_way_where_one_session_is_allowed(strict, monkeypatch):
    monkeypatch.setattr(link, "WAIT_S", 600)
    runner = make_runner(strict)
    target = await runner.identify(strict.hosts["strict"])
    assert (await runner.change(target, Script(text="true"), attempt="one.0", timeout_s=20)).ok
    await runner.forget(target, "one.0", sudo=False)
    assert (await runner.find(target, "one.0", sudo=False)).state is FoundState.ABSENT
    await runner.close()


@pytest.mark.parametrize("text", [ODD_SHELL, "#!/bin/sh\nexec cat\n"], ids=["odd", "silent"])
async def test_a_shell_that_does_not_greet_is_told_so_soon(rig, ssh, monkeypatch, text):
    """Also one that says nothing and reads its input to the end."""
    monkeypatch.setattr(link, "ANSWER_S", 0.3 if "cat" in text else 60)
    rig.alias("odd-1", "ops-1", user="odd")
    shell = rig.servers["ops-1"].folder / "odd-shell"
    was = shell.read_text()
    shell.write_text(text)
    try:
        async with asyncio.timeout(20):
            with pytest.raises(HostError, match="does not read quotes"):
                await ssh.identify(rig.hosts["odd-1"])
    finally:
        shell.write_text(was)
        del rig.hosts["odd-1"]

"""Changes on real hosts survive whatever is cut, killed, hung, rebooted or filled up."""

import asyncio
import hashlib
import json
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from bot.adapters.hosts import changing, start_script
from bot.adapters.hosts.local import LocalRunner
from bot.adapters.machine import SystemClock
from bot.domain.commands import Script
from bot.domain.inventory import Connection, ConnectionKind, Host, Inventory
from bot.errors import HostError, HostLostError, HostUnreachableError
from bot.ports import FoundState
from bot.settings import HostSettings
from tests.rigs.processes import running
from tests.rigs.ssh_runners import TestSecrets, make_runner
from tests.rigs.sshd import until

pytest_plugins = ("tests.rigs.sshd_fixtures",)
pytestmark = pytest.mark.sshd
LOCAL = Host(name="here", connection=Connection(kind=ConnectionKind.LOCAL))


@pytest.fixture
def attempt():
    return f"t{uuid.uuid4().hex[:12]}.0"


@pytest.fixture
def ledger(tmp_path):
    tmp_path.chmod(0o755)
    path = tmp_path / "ledger"
    path.touch()
    path.chmod(0o666)
    return path


def local_runner():
    return LocalRunner(
        lambda: Inventory(hosts=(LOCAL,)), HostSettings(), TestSecrets(), SystemClock()
    )


@pytest.mark.parametrize("name", ["here", "web-1", "ops-1", "ops-2"])
async def test_overseer_killed_with_9_in_mid_command(rig, tmp_path, ledger, attempt, name):
    """It ran once, went on, and its result is found by the next Overseer."""
    host = LOCAL if name == "here" else rig.hosts[name]
    config = tmp_path / "config.json"
    inventory = Inventory(hosts=(host,)).model_dump(mode="json")
    config.write_text(
        json.dumps({"inventory": inventory, "home": str(rig.home.path), "sudo": name != "here"})
    )
    script = f"echo began >>{ledger}; echo up; sleep 2.5; echo ended >>{ledger}; echo done; exit 7"
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.rigs.ssh_child", str(config), attempt, script],
        stdout=subprocess.PIPE, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert child.stdout.readline() == b"up\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    if name != "here":
        rig.servers[name].cut()

    runner = local_runner() if name == "here" else make_runner(rig)
    target = await runner.identify(host)
    sudo = name != "here"
    found = await runner.find(target, attempt, sudo=sudo)
    assert found.state is FoundState.RUNNING
    result = await runner.follow(target, attempt, sudo=sudo, timeout_s=20)
    assert (result.exit_status, result.stdout) == (7, "up\ndone\n")
    assert ledger.read_text() == "began\nended\n"
    again = await runner.change(
        target, Script(text=script, sudo=sudo), attempt=attempt, timeout_s=20
    )
    assert again == result
    assert ledger.read_text() == "began\nended\n"
    await runner.forget(target, attempt, sudo=sudo)
    await runner.close()


@pytest.mark.parametrize("name", ["web-1", "ops-2"])
async def test_cuts_in_mid_command_go_unnoticed(rig, ssh, ledger, attempt, name):
    server = rig.servers[name]
    target = await ssh.identify(rig.hosts[name])
    heard, told = [], []

    def hear(text):
        heard.append(text)
        if text.startswith("line"):
            server.cut()

    script = f"echo began >>{ledger}; for i in 1 2 3; do echo line $i; sleep 0.7; done; echo é"
    command = Script(text=script, sudo=True)
    result = await ssh.change(
        target, command, attempt=attempt, timeout_s=30, hear=hear, cut=told.append
    )
    assert result.stdout == "line 1\nline 2\nline 3\né\n"
    assert [bool(why) for why in told] == [True, False] * 3, "gone, back, gone, back …"
    assert "".join(heard) == result.stdout
    assert result.sha256 == hashlib.sha256(result.stdout.encode()).hexdigest()
    assert ledger.read_text() == "began\n"


async def test_a_host_that_stays_away_is_lost_and_found_later(
    rig, ssh, ledger, attempt, monkeypatch
):
    monkeypatch.setattr("bot.adapters.hosts.changing.RECONNECTS", (0.0, 0.1, 0.1))
    server = rig.servers["web-2"]
    target = await ssh.identify(rig.hosts["web-2"])
    told = []

    def hear(_text):
        server.cut()
        server.stop()

    command = Script(text=f"echo began >>{ledger}; echo up; sleep 1; echo done")
    try:
        with pytest.raises(HostLostError, match="cut while a command ran"):
            await ssh.change(
                target, command, attempt=attempt, timeout_s=30, hear=hear, cut=told.append
            )
        assert len(told) == 4, "each try is told while it lasts"
        assert all(told)
        with pytest.raises(HostUnreachableError, match="refused the connection"):
            await ssh.find(target, attempt, sudo=False)
    finally:
        server.start()
    result = await ssh.follow(target, attempt, sudo=False, timeout_s=20)
    assert result.stdout == "up\ndone\n"
    assert ledger.read_text() == "began\n"


async def test_what_was_never_started_is_unreachable_not_lost(rig, attempt):
    runner = make_runner(rig)
    target = await runner.identify(rig.hosts["web-2"])
    await runner.close()
    server = rig.servers["web-2"]
    server.power_off()
    try:
        with pytest.raises(HostUnreachableError):
            await runner.change(target, Script(text="true"), attempt=attempt, timeout_s=5)
    finally:
        server.start()


async def test_a_host_that_hangs_in_a_change_is_lost(rig, attempt, monkeypatch):
    monkeypatch.setattr("bot.adapters.hosts.changing.RECONNECTS", (0.0,))
    runner = make_runner(rig, keepalive_s=0.3, connect_timeout=3)
    server = rig.servers["web-2"]
    target = await runner.identify(rig.hosts["web-2"])
    try:
        with pytest.raises(HostLostError):
            await runner.change(
                target, Script(text="echo up; sleep 1"), attempt=attempt, timeout_s=30,
                hear=lambda _text: server.signal(signal.SIGSTOP),
            )  # fmt: skip
    finally:
        server.signal(signal.SIGCONT)
    found = await runner.follow(target, attempt, sudo=False, timeout_s=10)
    assert found.stdout == "up\n"
    await runner.close()


async def test_a_start_that_arrives_after_absent_was_said_runs_nothing(rig, ledger, attempt):
    """A hung host gets the start late: whoever asked in between was told *absent* for good."""
    late, other = make_runner(rig), make_runner(rig)
    target = await late.identify(rig.hosts["web-1"])
    await other.identify(rig.hosts["web-1"])
    found = await other.find(target, attempt, sudo=False)
    assert found.state is FoundState.ABSENT
    command = Script(text=f"echo ran >>{ledger}")
    with pytest.raises(HostError, match="given up before it arrived"):
        await late.change(target, command, attempt=attempt, timeout_s=5)
    assert ledger.read_text() == ""
    assert (await other.change(target, command, attempt=attempt, timeout_s=5)).ok
    assert ledger.read_text() == "ran\n"
    await late.close()
    await other.close()


async def test_an_end_that_overtakes_its_start_holds(rig, ledger, attempt):
    """Time is up, or Stop is pressed, before the start has arrived there."""
    late, other = make_runner(rig), make_runner(rig)
    target = await late.identify(rig.hosts["web-1"])
    await other.identify(rig.hosts["web-1"])
    command = Script(text=f"echo ran >>{ledger}")
    await other.kill(target, attempt, sudo=False)
    with pytest.raises(HostError, match="given up before it arrived"):
        await late.change(target, command, attempt=attempt, timeout_s=5)
    assert ledger.read_text() == ""
    slow = Script(text=f"sleep 5; echo ran >>{ledger}")  # the end is as quick as the start
    result = await late.change(target, slow, attempt=f"{attempt}x", timeout_s=0)
    assert result.timed_out
    assert ledger.read_text() == ""
    await late.close()
    await other.close()


async def test_a_half_written_pid_is_no_pid(rig, ssh, attempt):
    """A shell reads byte by byte: the blanks it saw first must not make another pid of it."""
    target = await ssh.identify(rig.hosts["ops-3"])
    assert (await ssh.change(target, Script(text="true"), attempt=attempt, timeout_s=5)).ok
    folder = rig.servers["ops-3"].folder / "home/humble/.overseer/runs" / attempt
    (folder / "status").unlink()
    (folder / "claim").unlink()
    (folder / "pid").write_text(f"   1 1 {target.boot_id} 1.0 .\n")
    asking = asyncio.create_task(ssh.find(target, attempt, sudo=False))
    await asyncio.sleep(0.5)
    assert not asking.done()  # it waits for the supervisor to say who it is
    (folder / "pid").write_text(f"! 1 1 {target.boot_id} 1.0 .\n")
    (folder / "claim").touch()
    assert (await asking).state is FoundState.LOST


async def test_who_claims_first_decides(rig, ssh, attempt, ledger, monkeypatch):
    """A slow host's supervisor comes after the end: it must not run the command any more."""
    go = ledger.with_name("go")
    slow = f"supervise() {{ trap 'touch {go}ne' EXIT; until [ -e {go} ]; do sleep 0.02; done"
    start = start_script.START
    assert start.count("supervise() {") == 1
    monkeypatch.setattr(start_script, "START", start.replace("supervise() {", slow))
    target = await ssh.identify(rig.hosts["web-1"])
    command = Script(text=f"echo ran >>{ledger}")
    task = asyncio.create_task(ssh.change(target, command, attempt=attempt, timeout_s=30))
    folder = rig.servers["web-1"].folder / "lib/runs" / attempt
    while not (folder / "e.ok").exists():
        await asyncio.sleep(0.02)
    await ssh.kill(target, attempt, sudo=False)
    go.touch()
    until(ledger.with_name("gone").exists, "the supervisor's end")
    assert ledger.read_text() == ""
    with pytest.raises(HostError, match="never started"):
        await task


async def test_a_pid_of_another_boot_is_nobody(rig, ssh, attempt):
    """The same pid and start time, as after a reboot in a container, and another boot id."""
    target = await ssh.identify(rig.hosts["ops-3"])
    assert (await ssh.change(target, Script(text="true"), attempt=attempt, timeout_s=5)).ok
    folder = rig.servers["ops-3"].folder / "home/humble/.overseer/runs" / attempt
    (folder / "status").unlink()
    start = Path("/proc/1/stat").read_text().rpartition(") ")[2].split()[19]
    for boot, state in ((target.boot_id, FoundState.RUNNING), ("other", FoundState.LOST)):
        (folder / "pid").write_text(f"! 1 {start} {boot} 1.0 .\n")
        assert (await ssh.find(target, attempt, sudo=False)).state is state


async def test_a_reboot_in_mid_command_is_lost_and_awaited(rig, ssh, attempt, monkeypatch):
    monkeypatch.setattr("bot.adapters.hosts.changing.RECONNECTS", (0.2,) * 20)
    server = rig.servers["web-2"]
    target = await ssh.identify(rig.hosts["web-2"])
    with pytest.raises(HostLostError, match="without a status"):
        await ssh.change(
            target, Script(text="echo up; sleep 60"), attempt=attempt, timeout_s=60,
            hear=lambda _text: server.reboot(),
        )  # fmt: skip
    now = await ssh.reboot_wait(target, target.boot_id, timeout_s=20)
    assert now == (server.folder / "boot_id").read_text().strip() != target.boot_id
    found = await ssh.find(target, attempt, sudo=False)
    assert found.state is FoundState.LOST
    assert found.result.stdout == "up\n"
    assert found.result.exit_status is None
    await ssh.forget(target, attempt, sudo=False)
    with pytest.raises(HostUnreachableError, match="boot id that it had before"):
        await ssh.reboot_wait(target, now, timeout_s=0)


async def test_a_supervisor_that_was_killed_is_lost_once_its_command_is_over(
    rig, ssh, ledger, attempt
):
    """Its status will never be known, but for as long as it runs it is not over."""
    target = await ssh.identify(rig.hosts["web-1"])
    # Not before its group is on record: a busy host may write that after the command's first word.
    orphan = f"sleep 1; kill -9 $PPID; echo up; until [ -s {ledger} ]; do sleep 0.05; done"
    up = asyncio.Event()
    task = asyncio.create_task(
        ssh.change(
            target, Script(text=orphan), attempt=attempt, timeout_s=20, hear=lambda _: up.set()
        )
    )
    await asyncio.wait_for(up.wait(), 20)
    for _ in range(3):
        assert (await ssh.find(target, attempt, sudo=False)).state is FoundState.RUNNING
    with pytest.raises(HostError, match="still runs"):
        await ssh.forget(target, attempt, sudo=False)
    assert not task.done()
    ledger.write_text("go on")
    with pytest.raises(HostLostError, match="without a status"):
        await task
    assert (await ssh.find(target, attempt, sudo=False)).state is FoundState.LOST


async def test_what_goes_on_without_its_supervisor_can_be_ended(rig, ssh, attempt):
    target = await ssh.identify(rig.hosts["ops-1"])
    text = "sleep 1; kill -9 $PPID; sleep 349; sleep 350"  # not before its group is on record
    with pytest.raises(HostLostError, match="without a status"):
        await ssh.change(target, Script(text=text, sudo=True), attempt=attempt, timeout_s=2)
    until(lambda: not running("sleep 349", "sleep 350"), "all ended", 10)


async def test_a_shell_that_fails_while_it_follows_leaves_the_change_in_doubt(
    rig, ssh, attempt, monkeypatch
):
    """At its process limit it ends with a status of its own; the command goes on, and is found."""
    monkeypatch.setattr(changing, "RECONNECTS", (0.0,))
    monkeypatch.setattr(changing, "_AFTER_KILL_S", 1.0)
    broken = start_script.START.replace("\nfollow\n", "\nsleep 0.3; exit 2\n")
    assert broken != start_script.START
    monkeypatch.setattr(start_script, "START", broken)
    target = await ssh.identify(rig.hosts["web-1"])
    with pytest.raises(HostLostError):
        await ssh.change(target, Script(text="sleep 1; echo done"), attempt=attempt, timeout_s=8)
    found = await ssh.follow(target, attempt, sudo=False, timeout_s=20)
    assert (found.exit_status, found.stdout) == (0, "done\n")


async def test_a_secret_that_is_gone_at_a_reconnect_leaves_the_change_in_doubt(
    rig, ledger, attempt, monkeypatch
):
    monkeypatch.setattr(changing, "RECONNECTS", (0.0,))
    secrets = TestSecrets()
    runner = make_runner(rig, secrets=secrets)
    target = await runner.identify(rig.hosts["ops-2"])
    server = rig.servers["ops-2"]

    def hear(_text):
        secrets.values.clear()
        server.cut()

    command = Script(text=f"echo up; sleep 1; echo ran >>{ledger}", sudo=True)
    with pytest.raises(HostLostError):
        await runner.change(target, command, attempt=attempt, timeout_s=20, hear=hear)
    secrets.values.update(TestSecrets().values)
    assert (await runner.follow(target, attempt, sudo=True, timeout_s=20)).ok
    assert ledger.read_text() == "ran\n"
    await runner.close()


async def test_a_command_that_ignores_term_is_killed(rig, ssh, attempt, monkeypatch):
    monkeypatch.setattr("bot.adapters.hosts.changing._GRACE_S", 1)
    target = await ssh.identify(rig.hosts["ops-1"])
    text = "trap '' TERM; echo up; sleep 344; sleep 345; sleep 346"
    result = await ssh.change(target, Script(text=text, sudo=True), attempt=attempt, timeout_s=0.5)
    assert (result.timed_out, result.signal, result.stdout) == (True, "KILL", "up\n")
    until(lambda: not running("sleep 344", "sleep 345", "sleep 346"), "all ended", 10)

"""What a read may cost: two round trips on a warm connection, and little memory."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from bot.adapters.hosts import talking
from bot.domain.commands import Shell, Upload
from bot.domain.inventory import SudoMode
from bot.ports import FoundState
from tests.rigs.ssh_runners import make_runner

pytest_plugins = ("tests.rigs.sshd_fixtures",)
pytestmark = pytest.mark.sshd

OPEN, REQUEST, EOF, CLOSE = 90, 98, 96, 97
MEMORY_KIB = 300_000


class Wire:
    """What the client says over one connection; after `deaf_after` messages nobody hears it."""

    def __init__(self, monkeypatch, connection, deaf_after=None):
        self.said = []
        send = connection.send_packet

        def counted(kind, *rest, **more):
            if kind >= OPEN:
                self.said.append(kind)
                if deaf_after is not None and len(self.said) > deaf_after:
                    return
            send(kind, *rest, **more)

        monkeypatch.setattr(connection, "send_packet", counted)


async def warm(ssh, host):
    """Connected, and the shell that greeted has had its line."""
    target = await ssh.identify(host)
    assert (await ssh.read(target, Shell(argv=("true",)), timeout_s=20)).ok
    return target, (await ssh.reach(host)).connection


@pytest.mark.parametrize("name", ["web-1", "ops-1"])
async def test_a_warm_read_takes_two_round_trips(rig, ssh, monkeypatch, name):
    """The client says two things, is heard no more, and the whole result is there."""
    target, connection = await warm(ssh, rig.hosts[name])
    Wire(monkeypatch, connection, deaf_after=2)
    sudo = target.sudo is SudoMode.PASSWORDLESS
    result = await ssh.read(target, Shell(argv=("echo", "here"), sudo=sudo), timeout_s=20)
    assert (result.exit_status, result.stdout) == (0, "here\n")
    connection.abort()  # its channel was never closed on the other side


async def test_a_warm_read_says_four_things(rig, ssh, monkeypatch):
    """Open, execute, no input, done: no environment, no terminal, nothing asked beforehand.

    `cat` ends at the end of its input: what ends sooner may be over before we have said that.
    """
    target, connection = await warm(ssh, rig.hosts["web-1"])
    wire = Wire(monkeypatch, connection)
    for _ in range(3):
        assert (await ssh.read(target, Shell(argv=("cat",)), timeout_s=20)).ok
    assert wire.said == [OPEN, REQUEST, EOF, CLOSE] * 3


async def test_a_change_takes_one_session_from_its_start_until_it_is_forgotten(
    rig, ssh, monkeypatch
):
    target, connection = await warm(ssh, rig.hosts["ops-2"])
    wire = Wire(monkeypatch, connection)
    for number, command in enumerate(
        (
            Shell(argv=("echo", "here"), sudo=True),
            Upload(path="/var/tmp/overseer-cost", content="x"),
        )
    ):
        result = await ssh.change(target, command, attempt=f"cost.{number}", timeout_s=20)
        assert result.ok
        await ssh.forget(target, f"cost.{number}", sudo=command.sudo)
    assert wire.said.count(OPEN) == 2
    assert (await ssh.find(target, "cost.0", sudo=True)).state is FoundState.ABSENT


async def test_sessions_that_wait_to_forget_are_in_nobodys_way(rig, monkeypatch):
    """Neither for the ninth command on one host, nor where connections are few."""
    monkeypatch.setattr(talking, "LINGER_S", 600)
    runner = make_runner(rig, max_connections=1)
    target = await runner.identify(rig.hosts["web-1"])
    async with asyncio.timeout(60):
        for number in range(12):
            done = await runner.change(
                target, Shell(argv=("true",)), attempt=f"many.{number}", timeout_s=20
            )
            assert done.ok
        assert (await runner.read(target, Shell(argv=("true",)), timeout_s=20)).ok
        other = await runner.identify(rig.hosts["web-2"])
        assert (
            await runner.change(other, Shell(argv=("true",)), attempt="many.x", timeout_s=20)
        ).ok
    await runner.close()


async def test_a_session_that_is_not_told_to_forget_closes_and_leaves_the_attempt(
    rig, ssh, monkeypatch
):
    monkeypatch.setattr(talking, "LINGER_S", 0.05)
    target, connection = await warm(ssh, rig.hosts["web-1"])
    wire = Wire(monkeypatch, connection)
    assert (await ssh.change(target, Shell(argv=("true",)), attempt="late.0", timeout_s=20)).ok
    link = await ssh.reach(rig.hosts["web-1"])
    async with asyncio.timeout(10):
        while link.resting:
            await asyncio.sleep(0.01)
    assert (await ssh.find(target, "late.0", sudo=False)).state is FoundState.FINISHED
    await ssh.forget(target, "late.0", sudo=False)
    assert (await ssh.find(target, "late.0", sudo=False)).state is FoundState.ABSENT
    assert wire.said.count(OPEN) == 4


async def test_the_cheapest_cipher_is_taken_unless_ssh_config_names_one(rig, ssh, tmp_path):
    _, connection = await warm(ssh, rig.hosts["web-1"])
    assert connection.get_extra_info("send_cipher") == "aes128-gcm@openssh.com"
    config = tmp_path / "config"
    config.write_text("Host *\n  Ciphers aes256-ctr\n")
    other = make_runner(rig, ssh_config=str(config))
    _, connection = await warm(other, rig.hosts["web-1"])
    assert connection.get_extra_info("send_cipher") == "aes256-ctr"
    await other.close()


def test_a_gibibyte_through_the_whole_product_stays_under_300_mb(rig, tmp_path):
    """Read, followed live, recorded, drawn on a card: by a process of its own, measured whole."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.rigs.flood_child", str(tmp_path / "home"),
         str(rig.home.known_hosts), rig.hosts["web-1"].model_dump_json()],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    state, dropped, peak = done.stdout.split()
    assert (state, int(dropped)) == ("succeeded", (1 << 30) - 262144)
    assert int(peak) < MEMORY_KIB

"""What a read may cost: two round trips on a warm connection, and little memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain.commands import Shell
from bot.domain.inventory import SudoMode
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
    target = await ssh.identify(host)
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
    """Open, execute, no input, done: no environment, no terminal, nothing asked beforehand."""
    target, connection = await warm(ssh, rig.hosts["web-1"])
    wire = Wire(monkeypatch, connection)
    for _ in range(3):
        assert (await ssh.read(target, Shell(argv=("true",)), timeout_s=20)).ok
    assert wire.said == [OPEN, REQUEST, EOF, CLOSE] * 3


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

"""Connecting over real sshd: who is trusted, what is said when it fails, what stays warm."""

import asyncio
import os
import signal
import socket
import subprocess
import time

import asyncssh
import pytest

from bot.adapters.hosts import reading
from bot.adapters.hosts.known_hosts import KnownHosts, algorithms, trust
from bot.domain.commands import Script, Shell
from bot.domain.inventory import Connection, Host, SudoMode
from bot.errors import (
    ConfigError,
    HostAuthError,
    HostError,
    HostKeyChangedError,
    HostKeyUnknownError,
    HostUnreachableError,
)
from bot.settings import HostSettings
from tests.rigs.processes import running
from tests.rigs.ssh_runners import TestSecrets, make_runner
from tests.rigs.sshd import SUDO_PASSWORD, make_key, until

pytest_plugins = ("tests.rigs.sshd_fixtures",)
pytestmark = pytest.mark.sshd

WHO = Shell(argv=("id", "-un"))


@pytest.fixture
def trusted(rig):
    """Puts known_hosts and the inventory back afterwards."""
    was, hosts = rig.home.known_hosts.read_text(), dict(rig.hosts)
    yield was
    rig.home.known_hosts.write_text(was)
    rig.hosts.clear()
    rig.hosts.update(hosts)


async def test_an_unknown_key_is_refused_shown_and_can_be_trusted(rig, trusted):
    rig.distrust_all()
    runner = make_runner(rig)
    host = rig.hosts["web-1"]
    with pytest.raises(HostKeyUnknownError) as caught:
        await runner.identify(host)
    assert not isinstance(caught.value, HostKeyChangedError)
    assert caught.value.fingerprint.startswith("SHA256:")
    assert caught.value.cure == "./overseer hosts trust web-1"
    said = await runner.check(host)
    assert (said.reach, said.key) == (True, False)

    line, fingerprint = await runner.offered_key(host)
    assert fingerprint == caught.value.fingerprint
    assert line == rig.servers["web-1"].known_hosts_lines[0]
    with pytest.raises(HostKeyUnknownError):
        await runner.identify(host)  # asking for the key is not trusting it
    trust(rig.home, line)
    trust(rig.home, line)
    assert rig.home.known_hosts.read_text() == f"{line}\n"
    assert rig.home.known_hosts.stat().st_mode & 0o777 == 0o600
    assert (await runner.identify(host)).fingerprint == fingerprint
    await runner.close()


@pytest.mark.parametrize("line", ["", "web-1", "web-1 ssh-ed25519 nonsense", "a b\nc d"])
def test_only_known_hosts_lines_can_be_trusted(rig, line):
    was = rig.home.known_hosts.read_text()
    with pytest.raises(ConfigError):
        trust(rig.home, line)
    assert rig.home.known_hosts.read_text() == was


@pytest.mark.parametrize("other", ["ssh-ed25519", "ecdsa-sha2-nistp256"])
async def test_a_changed_key_has_no_one_key_acceptance(rig, trusted, other):
    """Also when the host now has only a kind of key that is not the known one's."""
    key = asyncssh.generate_private_key(other).export_public_key().decode().split()[:2]
    lines = trusted.splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith(f"[{rig.address(2)}]"))
    lines[place] = f"{lines[place].split()[0]} {' '.join(key)}"
    rig.home.known_hosts.write_text("\n".join(lines) + "\n")
    runner = make_runner(rig)
    with pytest.raises(HostKeyChangedError) as caught:
        await runner.identify(rig.hosts["web-1"])
    assert f"{rig.home.known_hosts}:{place + 1}" in caught.value.cure
    assert "console" in caught.value.cure
    await runner.close()


async def test_a_broken_line_in_known_hosts_locks_nobody_out(rig, trusted):
    rig.home.known_hosts.write_text(f"@nonsense\n|1|bad|worse ssh-rsa x\nweb\n{trusted}")
    runner = make_runner(rig)
    assert (await runner.identify(rig.hosts["web-1"])).fingerprint
    await runner.close()


async def test_trusted_keys_are_parsed_once_and_again_when_they_change(rig, trusted, monkeypatch):
    """For each connection anew they cost a cold start more than the key exchange does."""
    known = KnownHosts.of(rig.home, HostSettings(known_hosts="/dev/null"))
    hosts = known.load()
    assert known.load() is hosts
    assert algorithms(known.load(), "x", 22) == []
    was = len(known.lines())
    with rig.home.known_hosts.open("a") as file:
        file.write(f"x {rig.servers['web-1'].known_hosts_lines[0].split(maxsplit=1)[1]}\n")
    assert len(known.lines()) == was + 1
    assert known.load() is not hosts
    assert algorithms(known.load(), "x", 22) == ["ssh-ed25519"]


async def test_a_new_key_on_the_host_meets_no_old_plan(rig, trusted, ssh):
    target = await ssh.identify(rig.hosts["web-2"])
    server = rig.servers["web-2"]
    server.power_off()
    old = [(server.folder / name).read_bytes() for name in ("host_key", "host_key.pub")]
    server.new_key()
    server.start()
    try:
        with pytest.raises(HostKeyChangedError):
            await ssh.read(target, WHO, timeout_s=5)
        trust(rig.home, server.known_hosts_lines[0])
        with pytest.raises(HostKeyChangedError, match="planned for"):
            await ssh.read(target, WHO, timeout_s=5)
    finally:
        server.power_off()
        for name, data in zip(("host_key", "host_key.pub"), old, strict=True):
            (server.folder / name).write_bytes(data)
        server.start()


async def test_a_closed_port_says_so(rig, trusted):
    with socket.socket() as probe:
        probe.bind((rig.address(77), 0))
        port = probe.getsockname()[1]
    rig.alias("web-9", "web-1", address=rig.address(77), port=port)
    runner = make_runner(rig)
    with pytest.raises(HostUnreachableError) as caught:
        await runner.identify(rig.hosts["web-9"])
    assert str(caught.value) == (
        f"web-9 refused the connection on {rig.address(77)}:{port}. Is sshd running there?"
    )
    said = await runner.check(rig.hosts["web-9"])
    assert (said.reach, said.key, said.sudo) == (False, None, None)


async def test_a_name_without_address_says_so(rig, trusted):
    host = Host(name="nowhere.invalid", connection=Connection())
    rig.hosts[host.name] = host
    with pytest.raises(HostUnreachableError, match="can't be looked up"):
        await make_runner(rig).identify(host)


async def test_a_hanging_host_is_given_up(rig, ssh):
    server = rig.servers["web-2"]
    server.signal(signal.SIGSTOP)
    try:
        runner = make_runner(rig, connect_timeout=0.5)
        with pytest.raises(HostUnreachableError, match="did not answer"):
            await runner.identify(rig.hosts["web-2"])
    finally:
        server.signal(signal.SIGCONT)


async def test_whoever_could_not_go_there_does_not_say_what_works_there(rig, trusted):
    """A password that is not set: neither the way nor the key has been tried."""
    rig.alias("web-5", "web-1", password="env:NOT_SET")
    said = await make_runner(rig).check(rig.hosts["web-5"])
    assert (said.reach, said.key, said.sudo, said.systemd) == (None, None, None, None)
    assert "NOT_SET" in said.advice[0]


async def test_a_refused_login_says_who(rig, trusted, tmp_path):
    make_key(tmp_path / "other")
    rig.alias("web-8", "web-1", identity_file=str(tmp_path / "other"))
    with pytest.raises(HostAuthError, match="does not accept the login as root"):
        await make_runner(rig).identify(rig.hosts["web-8"])


async def test_a_key_with_a_passphrase_from_a_secret(rig, trusted, tmp_path):
    key = asyncssh.read_private_key(str(rig.key))
    locked = tmp_path / "locked"
    key.write_private_key(str(locked), "pkcs8-pem", passphrase="pass phrase")
    rig.alias("web-7", "web-1", identity_file=str(locked), passphrase="env:PASS")
    runner = make_runner(rig, secrets=TestSecrets(**{"env:PASS": "pass phrase"}))
    assert (await runner.identify(rig.hosts["web-7"])).user == "root"
    await runner.close()
    runner = make_runner(rig, secrets=TestSecrets(**{"env:PASS": "wrong"}))
    with pytest.raises(HostAuthError, match="can't be used") as caught:
        await runner.identify(rig.hosts["web-7"])
    assert "wrong" not in str(caught.value)


async def test_an_agent_serves_where_no_key_is_named(rig, trusted, tmp_path, monkeypatch):
    sock = tmp_path / "agent"
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", str(sock)], stdout=subprocess.DEVNULL)
    try:
        until(sock.exists, "the agent")
        monkeypatch.setenv("SSH_AUTH_SOCK", str(sock))
        monkeypatch.setenv("HOME", str(tmp_path))
        subprocess.run(["ssh-add", "-q", str(rig.key)], check=True, stderr=subprocess.DEVNULL)
        rig.alias("web-6", "web-1", identity_file="")
        runner = make_runner(rig)
        assert (await runner.identify(rig.hosts["web-6"])).user == "root"
        await runner.close()
    finally:
        agent.kill()
        agent.wait()


async def test_a_jump_host_is_verified_as_strictly(rig, trusted):
    rig.alias("inner", "web-2", proxy_jump="web-1")
    runner = make_runner(rig)
    target = await runner.identify(rig.hosts["inner"])
    assert target.address == rig.address(3)
    assert (await runner.read(target, WHO, timeout_s=5)).stdout == "root\n"
    link = await runner.reach(rig.hosts["inner"])
    assert link.connection._tunnel is not None
    await runner.close()

    kept = [line for line in trusted.splitlines() if not line.startswith(f"[{rig.address(2)}]")]
    rig.home.known_hosts.write_text("\n".join(kept) + "\n")
    runner = make_runner(rig)
    with pytest.raises(HostKeyUnknownError) as caught:
        await runner.identify(rig.hosts["inner"])
    assert caught.value.host == "web-1"
    await runner.close()


async def test_ssh_config_names_places_users_and_jumps(rig, trusted, tmp_path):
    config = tmp_path / "config"
    config.write_text(f"""\
Host bastion
  HostName {rig.address(2)}
  Port {rig.port}
  User root
  IdentityFile {rig.key}
Host db
  HostName {rig.address(4)}
  Port {rig.port}
  User plain
  IdentityFile {rig.key}
  ProxyJump bastion
""")
    rig.hosts["db"] = Host(name="db", connection=Connection())
    runner = make_runner(rig, ssh_config=str(config))
    target = await runner.identify(rig.hosts["db"])
    assert (target.address, target.user, target.port) == (rig.address(4), "plain", rig.port)
    await runner.close()
    kept = [line for line in trusted.splitlines() if not line.startswith(f"[{rig.address(2)}]")]
    rig.home.known_hosts.write_text("\n".join(kept) + "\n")
    runner = make_runner(rig, ssh_config=str(config))
    with pytest.raises(HostKeyUnknownError):
        await runner.identify(rig.hosts["db"])
    await runner.close()


async def test_jump_hosts_in_a_circle_are_said(rig, trusted):
    rig.alias("a", "web-1", proxy_jump="b")
    rig.alias("b", "web-2", proxy_jump="a")
    with pytest.raises(HostError, match="circle"):
        await make_runner(rig).identify(rig.hosts["a"])


async def test_a_login_shell_that_mangles_arguments_is_refused(rig, trusted):
    rig.alias("odd", "web-1", user="odd", sudo=SudoMode.NONE)
    runner = make_runner(rig)
    with pytest.raises(HostError, match="does not read quotes"):
        await runner.identify(rig.hosts["odd"])
    await runner.close()


async def test_a_login_shell_that_talks_is_refused(rig, trusted):
    noisy = rig.servers["web-1"].folder / "root" / ".bashrc"
    noisy.write_text("echo Welcome to web-1\n")
    runner = make_runner(rig)
    try:
        with pytest.raises(HostError, match="Welcome to web-1"):
            await runner.identify(rig.hosts["web-1"])
    finally:
        noisy.unlink()
        await runner.close()


async def test_one_connection_serves_many_reads_and_closes_when_idle(rig):
    runner = make_runner(rig, idle_close=0.3)
    target = await runner.identify(rig.hosts["web-1"])
    before = rig.servers["web-1"].log.count("Accepted publickey")
    results = await asyncio.gather(*(runner.read(target, WHO, timeout_s=10) for _ in range(30)))
    assert all(result.ok for result in results)  # more than MaxSessions at once
    assert rig.servers["web-1"].log.count("Accepted publickey") == before
    link = await runner.reach(rig.hosts["web-1"])
    deadline = time.monotonic() + 5
    while not link.connection.is_closed():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    assert (await runner.read(target, WHO, timeout_s=5)).ok
    assert rig.servers["web-1"].log.count("Accepted publickey") == before + 1
    await runner.close()


async def test_curve25519_is_offered_first(rig, ssh):
    await ssh.identify(rig.hosts["web-1"])
    link = await ssh.reach(rig.hosts["web-1"])
    kex = link.connection._kex.algorithm.decode() if link.connection._kex else ""
    assert link.connection._kex_algs[0] == b"curve25519-sha256", kex


async def test_a_read_over_a_stale_connection_is_repeated_once(rig, ssh):
    target = await ssh.identify(rig.hosts["web-1"])
    rig.servers["web-1"].cut()
    assert (await ssh.read(target, WHO, timeout_s=5)).stdout == "root\n"


async def test_a_read_whose_host_goes_away_is_an_error(rig, ssh):
    target = await ssh.identify(rig.hosts["web-2"])
    server = rig.servers["web-2"]
    reading = asyncio.create_task(ssh.read(target, Shell(argv=("sleep", "337")), timeout_s=20))
    link = await ssh.reach(rig.hosts["web-2"])
    while not link.busy:
        await asyncio.sleep(0.01)
    server.power_off()
    try:
        with pytest.raises(HostError, match=r"refused the connection|cut"):
            await reading
    finally:
        server.start()


async def test_a_host_that_hangs_in_a_read_is_a_timeout_that_says_so(rig, monkeypatch):
    monkeypatch.setattr("bot.adapters.hosts.reading._REAP_S", 0.5)
    runner = make_runner(rig)
    target = await runner.identify(rig.hosts["web-2"])
    server = rig.servers["web-2"]
    server.signal(signal.SIGSTOP)
    try:
        result = await runner.read(target, WHO, timeout_s=0.5)
        assert result.timed_out
        assert "no longer answers" in result.error
    finally:
        server.signal(signal.SIGCONT)
        await runner.close()


async def test_a_changed_inventory_counts_at_once(rig, trusted, ssh):
    target = await ssh.identify(rig.hosts["web-1"])
    rig.hosts["web-1"] = rig.hosts["web-1"].model_copy(
        update={"connection": rig.hosts["ops-1"].connection}
    )
    with pytest.raises(HostKeyChangedError, match="planned for"):
        await ssh.read(target, WHO, timeout_s=5)


async def test_a_read_over_time_leaves_nothing_running(rig, ssh, monkeypatch):
    monkeypatch.setattr(reading, "_REAP_S", 60.0)  # a whole suite may run beside it
    for name, sudo in (("web-1", False), ("ops-1", False), ("ops-1", True), ("ops-2", True)):
        target = await ssh.identify(rig.hosts[name])
        # A child that left the group, one that ignores TERM, and one that holds stdout.
        command = Script(
            text="setsid sleep 338 & sh -c 'trap \"\" TERM; sleep 339; :' & sleep 340", sudo=sudo
        )
        result = await ssh.read(target, command, timeout_s=0.5)
        assert result.timed_out
        assert not result.error
        until(lambda: not running("sleep 338", "sleep 339", "sleep 340"), f"{name} {sudo}", 10)


async def test_a_daemon_that_holds_stdout_does_not_hold_the_read(rig, ssh):
    target = await ssh.identify(rig.hosts["web-1"])
    begun = time.monotonic()
    result = await ssh.read(target, Script(text="sleep 15 & echo done"), timeout_s=10)
    assert (result.exit_status, result.stdout) == (0, "done\n")
    assert time.monotonic() - begun < 5
    for pid in running("sleep 15"):
        os.kill(pid, signal.SIGKILL)


def test_the_rig_password_is_odd_enough():
    assert set(SUDO_PASSWORD) & set(" ',")

"""Becoming root over real sshd, by each sudo mode; where the password goes and where not."""

import asyncio
import hashlib
import logging
import os
import shlex
import signal
from pathlib import Path

import pytest

from bot.domain.commands import Script, SecretRef, Shell, Upload
from bot.domain.inventory import SudoMode
from bot.errors import HostError, HostSudoError, SecretError
from bot.ports import FoundState
from tests.rigs.processes import running
from tests.rigs.ssh_runners import TestSecrets, make_runner
from tests.rigs.sshd import SUDO_PASSWORD, until

pytest_plugins = ("tests.rigs.sshd_fixtures",)
pytestmark = pytest.mark.sshd

ROOT = Shell(argv=("id", "-un"), sudo=True)
WAYS = ("web-1", "ops-1", "ops-2")  # root, password-less, with a password


@pytest.fixture
def hosts(rig):
    was = dict(rig.hosts)
    yield rig.hosts
    rig.hosts.clear()
    rig.hosts.update(was)


@pytest.mark.parametrize("name", WAYS)
async def test_reads_and_changes_become_root(rig, ssh, name):
    target = await ssh.identify(rig.hosts[name])
    assert (await ssh.read(target, ROOT, timeout_s=10)).stdout == "root\n"
    attempt = f"root-{name}.0"
    result = await ssh.change(target, ROOT, attempt=attempt, timeout_s=10)
    assert (result.stdout, result.exit_status) == ("root\n", 0)
    folder = rig.servers[name].folder / "lib" / "runs" / attempt
    assert (folder.stat().st_mode & 0o777, folder.stat().st_uid) == (0o700, 0)
    assert folder.parent.stat().st_mode & 0o777 == 0o700
    await ssh.forget(target, attempt, sudo=True)
    assert not folder.exists()


async def test_a_change_without_sudo_lies_in_the_users_home(rig, ssh):
    target = await ssh.identify(rig.hosts["ops-3"])
    await ssh.change(target, Shell(argv=("true",)), attempt="home.0", timeout_s=10)
    folder = rig.servers["ops-3"].folder / "home/humble/.overseer/runs/home.0"
    assert (folder.stat().st_mode & 0o777, folder.stat().st_uid) == (0o700, 53003)
    await ssh.forget(target, "home.0", sudo=False)
    assert not folder.exists()


async def test_without_sudo_nothing_runs_as_root(rig, ssh):
    target = await ssh.identify(rig.hosts["ops-3"])
    with pytest.raises(HostSudoError, match="sudo: none"):
        await ssh.read(target, ROOT, timeout_s=10)
    with pytest.raises(HostSudoError, match="sudo: none"):
        await ssh.change(target, ROOT, attempt="none.0", timeout_s=10)
    said = await ssh.check(rig.hosts["ops-3"])
    assert said.sudo is False


@pytest.mark.parametrize(
    ("name", "mode"), [("ops-3", SudoMode.PASSWORDLESS), ("ops-2", SudoMode.PASSWORDLESS)]
)
async def test_sudo_that_does_not_work_is_an_error_of_its_own(rig, hosts, ssh, name, mode):
    rig.alias("odd-sudo", name, sudo=mode)
    target = await ssh.identify(rig.hosts["odd-sudo"])
    with pytest.raises(HostSudoError, match="can't become root on odd-sudo"):
        await ssh.read(target, ROOT, timeout_s=10)
    with pytest.raises(HostSudoError, match="can't become root on odd-sudo"):
        await ssh.change(target, ROOT, attempt="odd.0", timeout_s=10)
    said = await ssh.check(rig.hosts["odd-sudo"])
    assert said.sudo is False
    assert any("sudoers" in advice for advice in said.advice)


async def test_a_command_that_fails_with_words_like_sudos_is_no_sudo_error(rig, ssh):
    target = await ssh.identify(rig.hosts["ops-1"])
    command = Script(text="echo 'sudo: no such thing' >&2; exit 1", sudo=True)
    assert (await ssh.read(target, command, timeout_s=10)).exit_status == 1
    result = await ssh.change(target, command, attempt="words.0", timeout_s=10)
    assert result.exit_status == 1


async def test_a_wrong_or_missing_password(rig, hosts):
    runner = make_runner(rig, secrets=TestSecrets(**{"env:RIG_SUDO": "wrong"}))
    target = await runner.identify(rig.hosts["ops-2"])
    with pytest.raises(HostSudoError) as caught:
        await runner.read(target, ROOT, timeout_s=20)
    assert "wrong" not in str(caught.value)
    await runner.close()
    rig.alias("forgotten", "ops-2", sudo_password="")
    runner = make_runner(rig)
    target = await runner.identify(rig.hosts["forgotten"])
    with pytest.raises(SecretError, match="sudo_password"):
        await runner.read(target, ROOT, timeout_s=10)
    await runner.close()


async def test_the_password_is_never_the_commands_input(rig, ssh, hosts):
    """Neither where sudo reads it, nor where a NOPASSWD rule leaves it unread."""
    rig.alias("nopasswd", "ops-1", sudo=SudoMode.PASSWORD, sudo_password="env:RIG_SUDO")
    for name in ("ops-2", "nopasswd"):
        target = await ssh.identify(rig.hosts[name])
        command = Shell(argv=("cat",), sudo=True)
        assert (await ssh.read(target, command, timeout_s=10)).stdout == ""
        result = await ssh.change(target, command, attempt=f"cat-{name}.0", timeout_s=10)
        assert result.stdout == ""
        upload = Upload(path="/root/uploaded", content="content\n", sudo=True)
        assert (await ssh.change(target, upload, attempt=f"up-{name}.0", timeout_s=10)).ok
        server = rig.servers["ops-2" if name == "ops-2" else "ops-1"]
        assert (server.folder / "root/uploaded").read_text() == "content\n"


@pytest.mark.parametrize("value", ["one line", "two\nlines\n", "", "späße '\"$x` \\", "x" * 9000])
async def test_a_secret_and_the_password_do_not_mix(rig, value):
    secrets = TestSecrets(**{"env:TOKEN": value})
    runner = make_runner(rig, secrets=secrets)
    for name in WAYS:
        target = await runner.identify(rig.hosts[name])
        # Its hash, since the secret itself would be taken out of what is printed.
        command = Shell(argv=("sha256sum",), sudo=True, stdin=SecretRef(reference="env:TOKEN"))
        digest = hashlib.sha256(value.encode()).hexdigest()
        assert (await runner.read(target, command, timeout_s=10)).stdout.split()[0] == digest
        attempt = f"secret-{name}.0"
        result = await runner.change(target, command, attempt=attempt, timeout_s=10)
        assert result.stdout.split()[0] == digest
        await runner.forget(target, attempt, sudo=True)
    await runner.close()


async def test_secrets_are_in_no_argv_no_environment_no_file_and_no_log(rig, caplog):
    caplog.set_level(logging.DEBUG)
    token = "tok3n-nobody-else-has"
    runner = make_runner(rig, secrets=TestSecrets(**{"env:TOKEN": token}))
    target = await runner.identify(rig.hosts["ops-2"])
    seen = []

    def look(_text):
        """While the command runs and has read its input."""
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                for name in ("cmdline", "environ"):
                    try:
                        data = (entry / name).read_bytes()
                    except OSError:
                        continue
                    if SUDO_PASSWORD.encode() in data or token.encode() in data:
                        seen.append((entry.name, name))
        files = (path for path in rig.servers["ops-2"].folder.rglob("*") if path.is_file())
        seen.extend(path for path in files if token.encode() in path.read_bytes())

    command = Shell(
        argv=("sh", "-c", "cat >/dev/null; echo up; sleep 0.3"),
        sudo=True, stdin=SecretRef(reference="env:TOKEN"),
    )  # fmt: skip
    await runner.read(target, command, timeout_s=10, hear=look)
    result = await runner.change(target, command, attempt="silent.0", timeout_s=10, hear=look)
    assert result.stdout == "up\n"
    look("")
    assert seen == []
    assert token not in caplog.text
    assert SUDO_PASSWORD not in caplog.text
    await runner.forget(target, "silent.0", sudo=True)
    await runner.close()


@pytest.mark.parametrize("name", WAYS)
async def test_a_root_change_is_ended_with_roots_privilege(rig, ssh, name):
    target = await ssh.identify(rig.hosts[name])
    command = Script(text="sleep 341 & setsid -f sleep 342; sleep 343", sudo=True)
    result = await ssh.change(target, command, attempt=f"end-{name}.0", timeout_s=0.6)
    assert (result.timed_out, result.signal) == (True, "TERM")
    until(lambda: not running("sleep 341", "sleep 343"), "sleeps of the session", 3)
    for pid in running("sleep 342"):  # a daemon of its own is none of the group's
        os.kill(pid, signal.SIGKILL)


async def test_the_unprivileged_can_neither_see_nor_end_roots_attempt(rig, ssh):
    target = await ssh.identify(rig.hosts["ops-1"])
    await ssh.change(target, Shell(argv=("true",), sudo=True), attempt="mine.0", timeout_s=10)
    assert (await ssh.find(target, "mine.0", sudo=True)).state is FoundState.FINISHED
    assert (await ssh.find(target, "mine.0", sudo=False)).state is FoundState.ABSENT
    hidden = await ssh.read(target, Shell(argv=("ls", "/var/lib/overseer/runs")), timeout_s=5)
    assert hidden.exit_status != 0
    await ssh.forget(target, "mine.0", sudo=True)


async def test_a_planted_folder_is_refused(rig, ssh):
    """A folder that is a link, or that others may read, holds no attempt.

    A link is looked for each time, the mode once per connection: only its owner can change it.
    """
    home = rig.servers["ops-3"].folder / "home/humble/.overseer"
    target = await ssh.identify(rig.hosts["ops-3"])
    await ssh.change(target, Shell(argv=("true",)), attempt="plant.0", timeout_s=10)
    runs = home / "runs"
    runs.chmod(0o755)
    rig.servers["ops-3"].cut()
    with pytest.raises(HostError, match="only the user"):
        await ssh.change(target, Shell(argv=("true",)), attempt="plant.1", timeout_s=10)
    runs.chmod(0o700)
    await ssh.find(target, "plant.0", sudo=False)
    elsewhere = home / "elsewhere"
    runs.rename(elsewhere)
    runs.symlink_to(elsewhere)
    try:
        with pytest.raises(HostError, match="only the user"):
            await ssh.find(target, "plant.0", sudo=False)
        with pytest.raises(HostError, match="only the user"):
            await ssh.change(target, Shell(argv=("true",)), attempt="plant.2", timeout_s=10)
    finally:
        runs.unlink()
        elsewhere.rename(runs)
    assert (await ssh.find(target, "plant.0", sudo=False)).state is FoundState.FINISHED
    assert sorted(p.name for p in runs.iterdir() if p.name.startswith("plant")) == ["plant.0"]


async def test_a_password_that_a_change_prints_is_masked(rig, ssh):
    target = await ssh.identify(rig.hosts["ops-2"])
    command = Script(text=f"echo {shlex.quote(SUDO_PASSWORD)}", sudo=True)
    result = await ssh.change(target, command, attempt="mask.0", timeout_s=20)
    assert result.ok
    assert SUDO_PASSWORD not in result.stdout


WRONG = (Shell(argv=("true",), sudo=True), Upload(path="/x", content="x", sudo=True))


@pytest.mark.parametrize("command", WRONG)
async def test_a_wrong_password_is_tried_once(rig, command):
    """Three tries lock the account where pam_faillock counts: nothing else is said to that sudo."""
    runner = make_runner(rig, secrets=TestSecrets(**{"env:RIG_SUDO": "wrong"}))
    target = await runner.identify(rig.hosts["ops-2"])
    with pytest.raises(HostSudoError, match="1 incorrect password attempt"):
        await runner.change(target, command, attempt="wrong.0", timeout_s=60)
    await runner.close()


@pytest.mark.parametrize("known", [True, False])
async def test_a_secret_that_was_given_stays_masked_after_a_restart(rig, known):
    """Whoever takes it up again knows the reference; where the value is gone nothing is shown."""
    token = "Zq9-token-of-the-deploy"
    ref = SecretRef(reference="env:DEPLOY")
    text = 'IFS= read -r t; echo "got $t"; echo "err $t" >&2; sleep 1; echo "end $t"'
    command = Shell(argv=("sh", "-c", text), stdin=ref)
    first = make_runner(rig, secrets=TestSecrets(**{"env:DEPLOY": f"{token}\n"}))
    target = await first.identify(rig.hosts["web-1"])
    name = f"deploy-{known}.0"
    begun = asyncio.Event()
    changing = asyncio.create_task(
        first.change(target, command, attempt=name, timeout_s=20, hear=lambda _: begun.set())
    )
    await begun.wait()
    changing.cancel()
    await asyncio.gather(changing, return_exceptions=True)
    await first.close()
    values = {"env:DEPLOY": f"{token}\n"} if known else {}
    after = make_runner(rig, secrets=TestSecrets(**values))
    heard = []
    followed = await after.follow(
        target, name, sudo=False, timeout_s=20, secret=ref, hear=heard.append
    )
    found = (await after.find(target, name, sudo=False, secret=ref)).result
    for result in (followed, found):
        assert result.exit_status == 0
        assert token not in f"{result.stdout}{result.stderr}{heard}"
        assert ("got [redacted]" in result.stdout) is known
        assert ("can't be had any more" in result.stdout) is not known
    await after.forget(target, name, sudo=False)
    await after.close()

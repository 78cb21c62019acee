"""Every `HostRunner` keeps the same promises: the fake that ships, this machine, real sshd.

The fake is taught what each command gives; the real ones run it.
"""

import asyncio
import hashlib
import uuid
from pathlib import Path

import pytest

from bot.adapters.hosts.local import LocalRunner
from bot.adapters.hosts.router import Hosts
from bot.adapters.machine import SystemClock
from bot.domain.commands import Script, SecretRef, Shell, Upload
from bot.domain.inventory import Connection, ConnectionKind, Host, Inventory, SudoMode, Target
from bot.errors import HostError, HostKeyChangedError, HostSudoError, RequestError
from bot.ports import FoundState
from bot.settings import Home, HostSettings
from bot.testing.fake_host import FakeHosts
from tests.rigs.ssh_runners import TestSecrets, make_runner

pytest_plugins = ("tests.rigs.sshd_fixtures",)

HOST = Host(name="web-1", connection=Connection(kind=ConnectionKind.LOCAL))


class Subject:
    """A runner, a host of it, and a way to teach what only the fake must be taught."""

    def __init__(self, runner, host, inventory, fake=None):
        self.runner = runner
        self.host = host
        self.inventory = inventory
        self.fake = fake
        self.attempt = f"c{uuid.uuid4().hex[:12]}.0"

    def will(self, command, *, status=0, stdout="", stderr=""):
        if self.fake:
            argv = command.argv if isinstance(command, Shell) else ("sh", "-c", command.text)
            self.fake.answer(argv, status=status, stdout=stdout, stderr=stderr)
        return command

    def hangs(self, command):
        if self.fake:
            self.fake.hang(("sh", "-c", command.text))
        return command


def fake_subject(tmp_path):
    hosts = {HOST.name: HOST}
    fake = FakeHosts(lambda: Inventory(hosts=tuple(hosts.values())), SystemClock())
    return Subject(fake, HOST, hosts, fake)


def local_subject(tmp_path):
    hosts = {HOST.name: HOST}
    secrets = TestSecrets(**{"env:TOKEN": "tok tok"})
    settings = HostSettings(output_cap_bytes=4096)

    def inventory():
        return Inventory(hosts=tuple(hosts.values()))

    local = LocalRunner(
        inventory, settings, secrets, SystemClock(), runs_dir=str(tmp_path / "runs")
    )
    home = Home(path=tmp_path)
    runner = Hosts(inventory, settings, home, secrets, SystemClock(), local=local)
    return Subject(runner, HOST, hosts)


@pytest.fixture(
    params=["fake", "local", pytest.param("ssh", marks=pytest.mark.sshd)],
)
async def subject(request, tmp_path):
    if request.param == "ssh":
        rig = request.getfixturevalue("rig")
        secrets = TestSecrets(**{"env:TOKEN": "tok tok"})
        runner = make_runner(rig, secrets=secrets, output_cap_bytes=4096)
        made = Subject(runner, rig.hosts["ops-1"], rig.hosts)
    else:
        made = {"fake": fake_subject, "local": local_subject}[request.param](tmp_path)
    yield made
    await made.runner.close()


async def test_identify_freezes_who_the_host_is(subject):
    target = await subject.runner.identify(subject.host)
    assert target.name == subject.host.name
    assert target.kind == subject.host.connection.kind
    assert target.environment == subject.host.environment
    assert target.boot_id
    assert bool(target.fingerprint) == (target.kind is ConnectionKind.SSH)
    assert target.is_self == (target.kind is ConnectionKind.LOCAL)
    assert target == await subject.runner.identify(subject.host)


async def test_a_read_gives_status_output_and_hash(subject):
    target = await subject.runner.identify(subject.host)
    command = subject.will(
        Script(text="echo out; echo err >&2; exit 3"), status=3, stdout="out\n", stderr="err\n"
    )
    heard = []
    result = await subject.runner.read(target, command, timeout_s=10, hear=heard.append)
    assert (result.exit_status, result.stdout, result.stderr) == (3, "out\n", "err\n")
    assert not result.ok
    assert not result.timed_out
    digests = [hashlib.sha256(text).hexdigest() for text in (b"out\n", b"err\n")]
    assert result.sha256 == hashlib.sha256("".join(f"{d}\n" for d in digests).encode()).hexdigest()
    assert sorted(heard) == ["err\n", "out\n"]


async def test_the_hash_without_stderr_is_that_of_stdout(subject):
    target = await subject.runner.identify(subject.host)
    command = subject.will(Shell(argv=("printf", "a b")), stdout="a b")
    result = await subject.runner.read(target, command, timeout_s=10)
    assert result.sha256 == hashlib.sha256(b"a b").hexdigest()


async def test_an_unknown_program_is_127_and_no_error(subject):
    target = await subject.runner.identify(subject.host)
    result = await subject.runner.read(target, Shell(argv=("no-such-thing",)), timeout_s=10)
    assert result.exit_status == 127
    assert "not found" in result.stderr


async def test_a_read_that_takes_too_long_is_ended(subject):
    target = await subject.runner.identify(subject.host)
    mark = uuid.uuid4().hex
    command = subject.hangs(Script(text=f"sleep 333 & sleep 334; : {mark}"))
    result = await subject.runner.read(target, command, timeout_s=0.3)
    assert result.timed_out
    assert result.exit_status is None
    assert not result.error


async def test_a_change_gives_what_a_read_gives(subject):
    target = await subject.runner.identify(subject.host)
    command = subject.will(
        Script(text="echo out; echo err >&2; exit 3"), status=3, stdout="out\n", stderr="err\n"
    )
    read = await subject.runner.read(target, command, timeout_s=10)
    heard = []
    result = await subject.runner.change(
        target, command, attempt=subject.attempt, timeout_s=10, hear=heard.append
    )
    assert result.model_copy(update={"duration_s": 0}) == read.model_copy(update={"duration_s": 0})
    assert "".join(sorted(heard)) == "err\nout\n"


async def test_a_change_is_found_until_it_is_forgotten(subject):
    runner = subject.runner
    target = await runner.identify(subject.host)
    absent = await runner.find(target, subject.attempt, sudo=False)
    assert absent.state is FoundState.ABSENT
    command = subject.will(Script(text="echo done"), stdout="done\n")
    result = await runner.change(target, command, attempt=subject.attempt, timeout_s=10)
    found = await runner.find(target, subject.attempt, sudo=False)
    assert found.state is FoundState.FINISHED
    assert found.result.stdout == result.stdout == "done\n"
    again = await runner.follow(target, subject.attempt, sudo=False, timeout_s=5)
    assert again.stdout == "done\n"
    await runner.forget(target, subject.attempt, sudo=False)
    absent = await runner.find(target, subject.attempt, sudo=False)
    assert absent.state is FoundState.ABSENT


async def test_an_attempt_starts_once(subject, tmp_path):
    target = await subject.runner.identify(subject.host)
    ledger = Path(f"/tmp/overseer-ledger-{uuid.uuid4().hex}")
    command = subject.will(
        Script(text=f"echo ran >>{ledger}; sleep 0.2; echo done"), stdout="done\n"
    )
    results = await asyncio.gather(
        *(
            subject.runner.change(target, command, attempt=subject.attempt, timeout_s=10)
            for _ in range(3)
        )
    )
    assert [r.stdout for r in results] == ["done\n"] * 3
    if subject.fake:
        assert subject.fake.ran(("sh", "-c", command.text)) == 1
    else:
        assert ledger.read_text() == "ran\n"
        ledger.unlink()


async def test_a_change_past_its_time_is_ended(subject):
    target = await subject.runner.identify(subject.host)
    command = subject.hangs(Script(text="sleep 335"))
    result = await subject.runner.change(target, command, attempt=subject.attempt, timeout_s=0.3)
    assert result.timed_out
    assert (result.exit_status, result.signal) == (None, "TERM")
    found = await subject.runner.find(target, subject.attempt, sudo=False)
    assert found.state is FoundState.FINISHED


async def test_a_change_can_be_killed_by_somebody_else(subject):
    runner = subject.runner
    target = await runner.identify(subject.host)
    command = subject.hangs(Script(text="echo up; sleep 336"))
    up = asyncio.Event()
    running = asyncio.create_task(
        runner.change(
            target, command, attempt=subject.attempt, timeout_s=60, hear=lambda _: up.set()
        )
    )
    if subject.fake:
        await asyncio.sleep(0)
    else:
        # To ask `find` before it has started would be to forbid it.
        await asyncio.wait_for(up.wait(), 10)
    assert (await runner.find(target, subject.attempt, sudo=False)).state is FoundState.RUNNING
    with pytest.raises(HostError, match="still runs"):
        await runner.forget(target, subject.attempt, sudo=False)
    await runner.kill(target, subject.attempt, sudo=False)
    result = await running
    assert (result.exit_status, result.signal, result.timed_out) == (None, "TERM", False)


async def test_a_change_that_must_not_be_killed_is_awaited(subject):
    target = await subject.runner.identify(subject.host)
    command = subject.will(Script(text="sleep 0.6; echo safe"), stdout="safe\n")
    result = await subject.runner.change(
        target, command, attempt=subject.attempt, timeout_s=0.1, killable=False
    )
    assert (result.stdout, result.timed_out) == ("safe\n", False)


async def test_absent_forbids_what_is_still_on_its_way_but_not_a_new_start(subject):
    runner = subject.runner
    target = await runner.identify(subject.host)
    command = subject.will(Script(text="echo ran"), stdout="ran\n")
    assert (await runner.find(target, subject.attempt, sudo=False)).state is FoundState.ABSENT
    assert (await runner.find(target, subject.attempt, sudo=False)).state is FoundState.ABSENT
    result = await runner.change(target, command, attempt=subject.attempt, timeout_s=10)
    assert result.stdout == "ran\n"


async def test_killing_or_forgetting_what_never_was_is_nothing(subject):
    target = await subject.runner.identify(subject.host)
    await subject.runner.kill(target, subject.attempt, sudo=False)
    await subject.runner.forget(target, subject.attempt, sudo=False)


async def test_an_upload_puts_a_file_and_is_no_read(subject, tmp_path):
    target = await subject.runner.identify(subject.host)
    path = f"/tmp/overseer-upload-{uuid.uuid4().hex}"
    command = Upload(path=path, content="é 'quoted'\n\\n\n", mode="0640")
    with pytest.raises(RequestError):
        await subject.runner.read(target, command, timeout_s=5)
    result = await subject.runner.change(target, command, attempt=subject.attempt, timeout_s=10)
    assert result.ok, result
    if subject.fake:
        assert subject.fake.machine(target.name).files[path] == command.content
        return
    assert Path(path).read_text() == command.content
    assert Path(path).stat().st_mode & 0o777 == 0o640
    Path(path).unlink()


async def test_a_secret_reaches_stdin(subject):
    target = await subject.runner.identify(subject.host)
    command = Shell(argv=("cat",), stdin=SecretRef(reference="env:TOKEN"))
    subject.will(command, stdout="[redacted]")
    read = await subject.runner.read(target, command, timeout_s=10)
    changed = await subject.runner.change(target, command, attempt=subject.attempt, timeout_s=10)
    assert read.stdout == changed.stdout == "[redacted]"
    if not subject.fake:  # the hash is over what was printed
        assert read.sha256 == changed.sha256 == hashlib.sha256(b"tok tok").hexdigest()


async def test_secrets_in_output_are_masked_in_results_and_on_the_way(subject):
    target = await subject.runner.identify(subject.host)
    printed = "DB_PASSWORD=hunter2Zq9\nrest\n"
    command = subject.will(Script(text="printf 'DB_PASSWORD=hunter2Zq9\\nrest\\n'"), stdout=printed)
    heard = []
    read = await subject.runner.read(target, command, timeout_s=10, hear=heard.append)
    changed = await subject.runner.change(
        target, command, attempt=subject.attempt, timeout_s=10, hear=heard.append
    )
    found = await subject.runner.find(target, subject.attempt, sudo=False)
    masked = "DB_PASSWORD=[redacted]\nrest\n"
    assert read.stdout == changed.stdout == found.result.stdout == masked
    assert "hunter2Zq9" not in "".join(heard)
    assert read.sha256 == changed.sha256 == hashlib.sha256(printed.encode()).hexdigest()


@pytest.mark.parametrize(
    ("update", "error"),
    [
        ({"fingerprint": "SHA256:another"}, HostKeyChangedError),
        ({"address": "10.9.9.9"}, HostError),
        ({"user": "somebody"}, HostError),
        ({"name": "gone"}, HostError),
    ],
)
async def test_a_target_that_is_not_what_was_planned_is_refused(subject, update, error):
    target = (await subject.runner.identify(subject.host)).model_copy(update=update)
    command = subject.will(Script(text="echo ran"), stdout="ran\n")
    with pytest.raises(error):
        await subject.runner.read(target, command, timeout_s=5)
    with pytest.raises(error):
        await subject.runner.change(target, command, attempt=subject.attempt, timeout_s=5)
    with pytest.raises(error):
        await subject.runner.find(target, subject.attempt, sudo=False)


async def test_a_host_that_was_not_seen_yet_can_be_read_and_not_changed(subject):
    """A read that nobody approves need not wait for who everybody is; a change must."""
    seen = await subject.runner.identify(subject.host)
    if seen.kind is ConnectionKind.LOCAL:
        assert seen.seen, "nobody else can answer in its place"
        return
    target = Target(name=seen.name, kind=seen.kind, environment=seen.environment)
    command = subject.will(Script(text="echo ran"), stdout="ran\n")
    assert (await subject.runner.read(target, command, timeout_s=5)).stdout == "ran\n"
    with pytest.raises(HostKeyChangedError):
        await subject.runner.change(target, command, attempt=subject.attempt, timeout_s=5)


async def test_sudo_none_is_said_and_nothing_runs(subject):
    connection = subject.host.connection.model_copy(update={"sudo": SudoMode.NONE})
    host = subject.host.model_copy(update={"connection": connection})
    before = subject.inventory[host.name]
    subject.inventory[host.name] = host
    try:
        target = await subject.runner.identify(host)
        command = Shell(argv=("id",), sudo=True)
        if target.sudo is SudoMode.ROOT:  # root needs no sudo
            assert (await subject.runner.read(target, command, timeout_s=5)).ok
            return
        with pytest.raises(HostSudoError, match="none"):
            await subject.runner.read(target, command, timeout_s=5)
        with pytest.raises(HostSudoError, match="none"):
            await subject.runner.change(target, command, attempt=subject.attempt, timeout_s=5)
    finally:
        subject.inventory[host.name] = before


async def test_check_raises_nothing_and_names_the_system(subject):
    said = await subject.runner.check(subject.host)
    assert said.host == subject.host.name
    assert (said.reach, said.key, said.sudo) == (True, True, True)
    assert said.system

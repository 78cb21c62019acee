"""Changes on odd hosts: another shell, a disk that fills up, a folder that isn't there."""

import subprocess
import uuid

import pytest

from bot.adapters.hosts import changing
from bot.domain.commands import Script, Shell, Upload
from bot.errors import HostError
from bot.ports import FoundState
from tests.rigs.ssh_runners import make_runner
from tests.rigs.sshd import Rig

pytest_plugins = ("tests.rigs.sshd_fixtures",)
pytestmark = pytest.mark.sshd


@pytest.fixture
def attempt():
    return f"t{uuid.uuid4().hex[:12]}.0"


@pytest.mark.parametrize("shell", ["busybox sh", "bash --posix"])
async def test_the_scripts_run_under_other_shells(rig, attempt, shell, monkeypatch):
    """As on Alpine and Fedora: `sh` is busybox's or bash there."""
    program, option = shell.split()
    if subprocess.run(
        ["sh", "-c", f"command -v {program}"], capture_output=True, check=False
    ).returncode:
        pytest.skip(f"{program} is not installed")
    script = changing.Changes._script

    def other(self, text, *rest):
        return lambda *where: (program, option, *script(self, text, *rest)(*where)[1:])

    monkeypatch.setattr(changing.Changes, "_script", other)
    runner = make_runner(rig, output_cap_bytes=4096)
    target = await runner.identify(rig.hosts["ops-3"])
    command = Script(text="echo err >&2; printf 'a\\nb\\n'; exit 5")
    result = await runner.change(target, command, attempt=attempt, timeout_s=20)
    assert (result.exit_status, result.stdout, result.stderr) == (5, "a\nb\n", "err\n")
    assert (await runner.find(target, attempt, sudo=False)).result == result
    await runner.forget(target, attempt, sudo=False)
    assert (await runner.find(target, attempt, sudo=False)).state is FoundState.ABSENT
    result = await runner.change(
        target, Script(text="sleep 348"), attempt=f"{attempt}x", timeout_s=0.5
    )
    assert (result.timed_out, result.signal) == (True, "TERM")
    await runner.close()


@pytest.fixture
def small_disk():
    rig = Rig()
    try:
        rig.add("full", [rig.address(9)], disk="256k")
        yield rig
    finally:
        rig.stop()


async def test_a_full_disk(small_disk, attempt):
    """Full before: nothing starts. Full in mid-command: its status is known, the loss is said."""
    runner = make_runner(small_disk)
    target = await runner.identify(small_disk.hosts["full"])
    fill = "head -c 400000 /dev/zero | tr '\\0' x >/var/lib/overseer/fill"
    command = Script(text=f"echo before; {fill}; seq 1 20000; exit 3")
    result = await runner.change(target, command, attempt=attempt, timeout_s=20)
    assert result.exit_status == 3
    assert "disk there was full" in result.error
    with pytest.raises(HostError, match=r"Nothing was started on full.*can't write"):
        await runner.change(target, Script(text="true"), attempt=f"{attempt}x", timeout_s=20)
    upload = Upload(path="/var/lib/overseer/up", content="x" * 50000)
    with pytest.raises(HostError, match="can't write"):
        await runner.change(target, upload, attempt=f"{attempt}y", timeout_s=20)
    await runner.read(target, Shell(argv=("rm", "/var/lib/overseer/fill")), timeout_s=5)
    assert (await runner.change(target, upload, attempt=f"{attempt}y", timeout_s=20)).ok
    await runner.close()


async def test_an_upload_into_nothing_fails_and_leaves_nothing(rig, ssh, attempt):
    target = await ssh.identify(rig.hosts["web-1"])
    upload = Upload(path="/no/such/folder/file", content="x")
    result = await ssh.change(target, upload, attempt=attempt, timeout_s=20)
    assert result.exit_status == 1
    folder = Upload(path="/tmp", content="x")
    result = await ssh.change(target, folder, attempt=f"{attempt}x", timeout_s=20)
    assert "is a directory" in result.stderr

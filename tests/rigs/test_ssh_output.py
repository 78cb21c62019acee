"""Every length of a change's output is kept right: short, at each border, past the cap."""

import hashlib
import shutil
import uuid

import pytest

from bot.adapters.hosts import changing
from bot.domain.commands import Script
from tests.rigs.ssh_runners import make_runner

pytest_plugins = ("tests.rigs.sshd_fixtures",)
pytestmark = pytest.mark.sshd


@pytest.mark.parametrize("cap", [1024, 8192])
@pytest.mark.parametrize("shell", ["sh", "busybox sh", "bash --posix"])
async def test_any_length_of_output_is_kept_right(rig, shell, cap, monkeypatch):
    program, *options = shell.split()
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    script = changing.Changes._script

    def other(self, text, *rest):
        return lambda *where: (program, *options, *script(self, text, *rest)(*where)[1:])

    monkeypatch.setattr(changing.Changes, "_script", other)
    runner = make_runner(rig, output_cap_bytes=cap)
    target = await runner.identify(rig.hosts["web-1"])
    for length in sorted({0, 1, 4095, 4096, 4097, cap - 1, cap, cap + 1, 2 * cap + 1}):
        command = Script(text=f"seq 1 9999 | head -c {length}; head -c {length} /dev/zero >&2")
        attempt = f"t{uuid.uuid4().hex[:12]}"
        heard = []
        result = await runner.change(
            target, command, attempt=attempt, timeout_s=20, hear=heard.append
        )
        await runner.forget(target, attempt, sudo=False)
        out = "".join(f"{n}\n" for n in range(1, 10000)).encode()[:length]
        assert result.ok, result
        assert not result.error
        assert result.dropped_bytes == 2 * max(0, length - cap)
        assert result.stdout == kept(out, cap)
        assert result.stderr == kept(bytes(length), cap).replace("\0", "\u2400")
        assert result.sha256 == digest(out, bytes(length))
    await runner.close()


LATE = """
tee() {
  case $1 in
    -a) cat >"$2.all"; cat "$2.all"; sleep 0.3; cat "$2.all" >>"$2" 2>/dev/null ;;
    *) command tee "$@" ;;
  esac
}
"""
"""One that goes on at once with what it has read, and writes it down only later."""


async def test_what_is_written_late_is_kept_as_well(rig, monkeypatch):
    script = changing.Changes._script
    monkeypatch.setattr(
        changing.Changes, "_script", lambda self, text, *rest: script(self, LATE + text, *rest)
    )
    runner = make_runner(rig, output_cap_bytes=8192)
    target = await runner.identify(rig.hosts["web-1"])
    command = Script(text="seq 1 9999 | head -c 12288")
    result = await runner.change(target, command, attempt="t-late", timeout_s=20)
    await runner.forget(target, "t-late", sudo=False)
    out = "".join(f"{n}\n" for n in range(1, 10000)).encode()[:12288]
    assert (result.ok, result.error, result.dropped_bytes) == (True, "", 12288 - 8192)
    assert result.stdout == kept(out, 8192)
    assert result.sha256 == digest(out, b"")
    await runner.close()


def kept(data, cap):
    if len(data) <= cap:
        return data.decode()
    half, said = cap // 2, f"[… {len(data) - cap} bytes left out …]"
    return f"{data[:half].decode()}\n{said}\n{data[half - cap :].decode()}"


def digest(out, err):
    one = hashlib.sha256(out).hexdigest()
    if not err:
        return one
    return hashlib.sha256(f"{one}\n{hashlib.sha256(err).hexdigest()}\n".encode()).hexdigest()


@pytest.mark.parametrize("how", ["read", "change"])
async def test_output_past_the_cap_keeps_both_ends(rig, how):
    attempt = f"t{uuid.uuid4().hex[:12]}.0"
    runner = make_runner(rig, output_cap_bytes=8192)
    target = await runner.identify(rig.hosts["ops-1"])
    command = Script(text="echo begin; seq 1 200000; echo end; seq 1 5000 >&2")
    whole = b"begin\n" + b"".join(b"%d\n" % n for n in range(1, 200001)) + b"end\n"
    err = b"".join(b"%d\n" % n for n in range(1, 5001))
    heard = []
    if how == "read":
        result = await runner.read(target, command, timeout_s=30, hear=heard.append)
    else:
        result = await runner.change(
            target, command, attempt=attempt, timeout_s=30, hear=heard.append
        )
    assert result.ok
    assert result.stdout.startswith("begin\n1\n2\n")
    assert result.stdout.endswith("200000\nend\n")
    assert result.stderr.startswith("1\n2\n")
    assert result.dropped_bytes == len(whole) + len(err) - 2 * 8192
    assert f"[… {len(whole) - 8192} bytes left out …]" in result.stdout
    digests = "".join(f"{hashlib.sha256(part).hexdigest()}\n" for part in (whole, err))
    assert result.sha256 == hashlib.sha256(digests.encode()).hexdigest()
    assert len("".join(heard)) < 3 * 8192
    await runner.close()

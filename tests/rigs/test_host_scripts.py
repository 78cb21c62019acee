"""The scripts themselves, under three shells and with busybox's programs, in odd moments."""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import termios
import threading
import uuid
from pathlib import Path

import pytest

from bot.adapters.hosts import scripts, start_script
from bot.adapters.hosts.frames import Frames
from tests.rigs.sshd import until

pytestmark = pytest.mark.sshd  # busybox is installed for these

MARK = "m4rk0123456789ab"
SHELLS = {"sh": ["sh"], "bash": ["bash", "--posix"], "busybox": ["busybox", "sh"]}
CAP = 16384


@pytest.fixture(params=SHELLS)
def shell(request):
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    return request.param


@pytest.fixture
def host(tmp_path, shell):
    made = Machine(tmp_path, shell)
    yield made
    made.clean()


class Machine:
    """A place where attempts lie, and what runs there."""

    def __init__(self, folder, shell):
        self.base = folder / "runs"
        self.base.mkdir(mode=0o700)
        name, *options = SHELLS[shell]
        self.shell = [shutil.which(name), *options]
        self.environ = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
        self.attempt = f"t{uuid.uuid4().hex[:8]}.0"
        self.talks = []

    @property
    def folder(self):
        return self.base / self.attempt

    def begun(self):
        pgid = self.folder / "pgid"
        until(lambda: pgid.exists() and pgid.read_text().startswith("!"), "its pid", 10)

    def over(self):
        return (self.folder / "status").read_text().startswith("!")

    def word_of(self, name, number):
        return (self.folder / name).read_text().split()[number]

    def start(self, *argv, payload=b"", kind="none", token="-"):
        how = (token, "0", "0", kind, MARK, str(CAP))
        return self._ask(start_script.START, "start", *how, *argv, payload=payload)

    def look(self, wait="0"):
        return self._ask(scripts.LOOK, "find", "token", "0", "0", wait)

    def kill(self):
        return self._ask(scripts.KILL, "kill", "1", "token")

    def _ask(self, text, operation, *rest, payload=b""):
        argv = [*self.shell, "-c", text, "overseer", operation, self.attempt]
        self.talks.append(Spoken([*argv, str(self.base), "-", *rest], self.environ, payload))
        return self.talks[-1]

    def clean(self):
        for talk in self.talks:
            talk.close()


class Spoken:
    """One script, asked; stdin stays open."""

    def __init__(self, argv, environ, payload):
        self.process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=environ, start_new_session=True,
        )  # fmt: skip
        self.frames = Frames(CAP)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.say(payload)

    def _read(self):
        while data := os.read(self.process.stdout.fileno(), 65536):
            self.frames.feed(data)

    def say(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def unread(self):
        """How many bytes it has not taken from its stdin: a shell takes one at a time."""
        waiting = fcntl.ioctl(self.process.stdin, termios.FIONREAD, bytes(4))
        return int.from_bytes(waiting, sys.byteorder)

    def word(self):
        until(lambda: self.frames.word or not self._reader.is_alive(), "a word", 20)
        return self.frames.word

    def forget(self):
        self.say(f"{MARK} forget\n".encode())
        return self.process.wait(10)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self._reader.join()
        self.process.stdout.close()


def ran(path):
    return ["sh", "-c", f"echo ran >>{path}"]


@pytest.mark.parametrize("kind", ["secret", "7"])
def test_who_follows_a_start_whose_input_is_cut_off_is_told(host, tmp_path, kind):
    """It was never started: asked again, it runs, once."""
    ledger = tmp_path / "ledger"
    whole = {"secret": f"{MARK}\nsecret\n{MARK}\n", "7": f"{MARK}\ncontent"}[kind].encode()
    first = host.start(*ran(ledger), kind=kind, payload=whole[:20])
    until((host.folder / "e.ok").exists, "the folder", 10)
    second = host.start(*ran(ledger), kind=kind, payload=whole)
    until(lambda: pids("sleep 0.3", second.process.pid), "a follower that waits", 20)
    first.process.stdin.close()
    assert (first.word(), first.frames.said) == ("x", "cut")
    assert (second.word(), second.frames.said) == ("x", "cut")
    third = host.start(*ran(ledger), kind=kind, payload=whole)
    assert third.word() == "f"
    assert ledger.read_text() == "ran\n"
    assert third.forget() == 0
    assert not host.folder.exists()


def test_what_was_begun_before_a_power_cut_is_never_absent(host, tmp_path):
    """Claim and pid were not on the disk yet when the host lost its power: it may have run."""
    host.start("sleep", "361")
    host.begun()
    leader = int(host.word_of("pgid", 1))
    until(lambda: os.getpgid(leader) == leader, "a session of its own", 10)
    os.killpg(leader, signal.SIGKILL)
    until(host.over, "its end", 10)
    for name in ("pid", "pgid", "status"):
        (host.folder / name).write_text("\n" + " " * 98 + "\n")
    (host.folder / "claim").unlink()
    (host.folder / "boot").write_text("another-boot\n")
    assert host.look().word() == "l"
    assert host.start(*ran(tmp_path / "ledger")).word() == "l"
    assert not (tmp_path / "ledger").exists()


def test_a_status_that_is_half_written_is_none(host):
    """A shell reads byte by byte: what it saw of the blanks must not make another status of it."""
    assert host.start("sh", "-c", "exit 143").word() == "f"
    whole = (host.folder / "status").read_text()
    _, status, up, again, _ = whole.split()
    assert status == again == "143"
    for torn in ("", f"! 14  {up} 143 .\n", f"! 143 {up} 14  .\n", f"! 143 {up} 143\n"):
        (host.folder / "status").write_text(torn)
        assert host.look().word() == "l"
    (host.folder / "status").write_text(whole)
    look = host.look()
    assert look.word() == "f"
    assert look.frames.result().signal == "TERM"


def test_a_stranger_with_the_sessions_number_is_left_alone(host):
    assert host.start("true").word() == "f"
    (host.folder / "status").unlink()
    stranger = subprocess.Popen(["sleep", "362"], start_new_session=True)
    try:
        (host.folder / "pgid").write_text(f"! {stranger.pid} 1 .\n")
        assert host.look().word() == "l"
        kill = host.kill()
        assert (kill.word(), kill.frames.said) == ("k", "0")
        assert stranger.poll() is None
        mine = f"! {stranger.pid} {began(stranger.pid)} .\n"
        (host.folder / "pgid").write_text(mine)
        assert host.look().word() == "r"
        (host.folder / "pid").write_text(f"! {stranger.pid} 1 another-boot 1.0 .\n")
        assert host.look().word() == "l"
        kill = host.kill()
        assert (kill.word(), kill.frames.said) == ("k", "0")
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def began(pid):
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[19]


def test_what_was_not_asked_to_forget_with_its_mark_or_goes_on_is_kept(host, tmp_path):
    """sudo may have left a password on that stdin; it may say anything."""
    go = tmp_path / "go"
    start = host.start("sh", "-c", f"until [ -e {go} ]; do sleep 0.05; done")
    host.begun()
    start.say(f"forget\n{MARK} forget\n{MARK} t\n".encode())
    until(lambda: not start.unread(), "that it listens", 10)  # or it hears so after the end
    go.touch()
    assert start.word() == "f"
    start.say(b"forget\n t\n")
    start.process.stdin.close()
    start.process.wait(10)
    assert host.over()


def test_whoever_cannot_forget_says_so(host, tmp_path):
    some = tmp_path / "some"
    some.mkdir()
    for name in ("ls", "mkdir", "mkfifo", "sync", "dd", "setsid", "wc", "head", "true"):
        (some / name).symlink_to(shutil.which(name))
    host.environ["PATH"] = str(some)
    start = host.start("true")
    assert start.word() == "f"
    assert start.forget() == 1, "there is no rm"
    assert host.folder.exists()


@pytest.mark.parametrize("kind", ["none", "secret", "7"])
def test_what_goes_on_holds_nothing_of_the_session(host, kind):
    """Neither the supervisor nor what keeps the output has a pipe of whoever asked."""
    payload = {"none": "", "secret": f"{MARK}\nv\n{MARK}\n", "7": f"{MARK}\ncontent"}[kind]
    start = host.start("sleep", "363", kind=kind, payload=payload.encode())
    host.begun()
    session = {Path(f"/proc/{start.process.pid}/fd/{n}").readlink() for n in (0, 1)}
    supervisor = int(host.word_of("pid", 1))
    family = {supervisor, *children(supervisor)}
    family |= {grandchild for child in family for grandchild in children(child)}
    assert len(family) >= 4
    held = {fd.readlink() for pid in family for fd in Path(f"/proc/{pid}/fd").iterdir()}
    assert not held & session
    assert host.kill().word() == "k"


def children(pid):
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return {int(one) for one in listed.stdout.split()}


@pytest.mark.parametrize("programs", ["ours", "busybox"])
@pytest.mark.parametrize("length", [0, 4095, 4096, 4097, CAP, CAP + 1, 20_000, 300_000])
def test_every_byte_is_kept_or_counted_with_other_programs_too(host, tmp_path, programs, length):
    if programs == "busybox":
        applets = tmp_path / "bin"
        applets.mkdir()
        subprocess.run(["busybox", "--install", "-s", str(applets)], check=True)
        host.environ["PATH"] = str(applets)
    data = (b"ab\0\xff\n0123456789" * (length // 15 + 1))[:length]
    file = tmp_path / "data"
    file.write_bytes(data)
    start = host.start("cat", str(file))
    assert start.word() == "f"
    result = start.frames.result()
    assert result.sha256 == hashlib.sha256(data).hexdigest()
    assert result.dropped_bytes == max(0, length - CAP)
    assert not result.error
    assert host.look().word() == "f"
    assert start.forget() == 0


def test_pipes_are_made_by_a_program_only_where_the_shell_hands_over_none(host, shell):
    """As bash did before 5.1: it kept every here-document in a file."""
    start = host.start("echo", "here")
    assert start.word() == "f"
    assert not (host.folder / "o.in").exists()
    assert start.forget() == 0
    if shell == "bash":
        host.environ["BASH_COMPAT"] = "5.0"
        data = "x" * 20_000
        start = host.start("sh", "-c", f"printf {data}; echo and this >&2")
        assert start.word() == "f"
        assert (host.folder / "o.in").is_fifo()
        result = start.frames.result()
        assert (result.dropped_bytes, result.stderr) == (20_000 - CAP, "and this\n")
        assert start.forget() == 0


def test_a_daemon_that_holds_a_long_output_open_is_said(host):
    text = "setsid sleep 364 & seq 1 20000; echo THE END"
    start = host.start("sh", "-c", text)
    host.begun()
    until(host.over, "its end", 10)
    start.say(f"{MARK} t\n".encode())
    assert start.word() == "f"
    result = start.frames.result()
    assert result.exit_status == 0
    assert "holds its output open" in result.error
    assert start.forget() == 0
    for pid in pids("sleep 364"):
        os.kill(pid, signal.SIGKILL)


def pids(command, parent=None):
    of = ["-P", str(parent)] if parent else []
    argv = ["pgrep", *of, "-fx", command]
    listed = subprocess.run(argv, capture_output=True, text=True, check=False)
    return [int(one) for one in listed.stdout.split()]

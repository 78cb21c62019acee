"""Make .venv from one of the hashed locks beside this file, or bring it up to that lock.

Called by ./overseer with the name of the lock, ``run`` or ``test``; standard library only.

- ``.venv/NAME.lock`` is a copy of the lock that was installed, written last. It is what
  ./overseer compares. An environment with no such copy is half made and is built anew.
- One process at a time: a second start waits, then finds the work done. The lock is the
  kernel's, and pip holds it too, so that a killed start can leave neither a stale lock
  nor an unguarded pip.
- Everything is said on stderr: the stdout of ``./overseer ask --json`` stays clean.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from importlib import metadata, util
from pathlib import Path
from typing import NoReturn

HERE = Path(__file__).resolve().parent
VENV = HERE.parent / ".venv"
LOG = VENV / "install.log"

# Set by some people for their own work; each would send the packages elsewhere or hide some.
MISLEADING = ("PIP_PREFIX", "PIP_ROOT", "PIP_TARGET", "PIP_USER", "PYTHONHOME", "PYTHONPATH")

UNREACHABLE = (
    "Connection broken",
    "ConnectionError",
    "ConnectTimeout",
    "from versions: none",
    "HTTP error",
    "ProxyError",
    "ReadTimeout",
    "SSLError",
)


def main(name: str) -> None:
    """Bring .venv up to the lock ``name``; on failure say why and exit with 1."""
    lock = HERE / f"{name}.txt"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with Path(__file__).open() as guard:
            wait_for_turn(guard.fileno())
            if not is_current(name):
                if not any(VENV.glob("*.lock")):
                    create()
                install(lock, guard.fileno())
                shutil.copyfile(lock, VENV / lock.with_suffix(".lock").name)
                if name == "test":  # its pins include those of run
                    shutil.copyfile(HERE / "run.txt", VENV / "run.lock")
    except PermissionError as error:
        fail(
            f"Overseer cannot write {error.filename}: {error.strerror}.\n"
            f"Run it as the owner of {VENV.parent}, or from a clone of your own."
        )
    except OSError as error:
        fail(f"Overseer's environment could not be made: {error}.")
    except KeyboardInterrupt:
        say("\nInterrupted. Start it again to go on.")
        sys.exit(130)


def is_current(name: str) -> bool:
    """Tell whether .venv works and was made from this very lock."""
    copy = VENV / f"{name}.lock"
    return (
        os.access(VENV / "bin" / "python", os.X_OK)
        and copy.is_file()
        and copy.read_bytes() == (HERE / f"{name}.txt").read_bytes()
    )


def wait_for_turn(guard: int) -> None:
    """Hold the guard, waiting for whoever holds it."""
    try:
        fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Another start is making the environment; waiting for it.")
        fcntl.flock(guard, fcntl.LOCK_EX)


def create() -> None:
    """Make an empty environment in place of whatever is there."""
    if VENV.is_symlink():
        VENV.unlink()
    elif VENV.exists():
        say("The environment in .venv is incomplete; building it anew.")
        shutil.rmtree(VENV)
    say("First start: making Overseer's own environment in .venv.")
    # The real interpreter, not a link to it: when the system moves to the next Python, a
    # link would quietly point at one that this environment was not made for.
    command = [os.path.realpath(sys.executable), "-m", "venv", str(VENV)]
    if not util.find_spec("ensurepip"):
        command.insert(-1, "--without-pip")
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        reason = (made.stdout + made.stderr).strip()
        if not os.access(VENV.parent, os.W_OK):
            raise PermissionError(13, "permission denied", str(VENV))
        fail(f"python3 could not make an environment:\n{reason}")


def pip_command() -> list[str]:
    """Give the pip that installs into .venv: its own, else that of this Python."""
    inside = str(VENV / "bin" / "python")
    if any(VENV.glob("lib/python*/site-packages/pip")):
        return [inside, "-m", "pip"]
    try:
        version = metadata.version("pip")
    except metadata.PackageNotFoundError:
        version = "0"
    if tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) < (22, 3):
        fail(
            "Neither Python's ensurepip nor a pip of 22.3 or newer is here.\n"
            "On Debian and Ubuntu:  sudo apt-get install python3-venv\n"
            "On Fedora:             sudo dnf install python3-pip"
        )
    return [sys.executable, "-m", "pip", "--python", inside]


def install(lock: Path, guard: int) -> None:
    """Install the lock with pip, showing how far it is."""
    command = [*pip_command(), "install", "--no-input", "--disable-pip-version-check"]
    command += ["--require-hashes", "--requirement", str(lock)]
    environment = {key: value for key, value in os.environ.items() if key not in MISLEADING}
    with LOG.open("w") as log:
        pip = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            pass_fds=(guard,),
        )
    try:
        follow(pip, Progress(expected=count_pins(lock)))
    finally:
        pip.terminate()
        pip.wait()
    if pip.returncode:
        fail(why_pip_failed(LOG.read_text(errors="replace")))
    for packages in VENV.glob("lib/python*/site-packages"):
        # Relative, so that the checkout may be moved.
        (packages / "overseer.pth").write_text("../../../..\n")


def follow(pip: "subprocess.Popen[bytes]", progress: "Progress") -> None:
    """Show what pip's log and the environment tell until pip ends."""
    before = count_installed()
    while True:
        ended = pip.poll() is not None
        lines = LOG.read_text(errors="replace").splitlines()
        chosen = [line for line in lines if line.startswith("Installing collected packages: ")]
        if chosen:
            # From here on the environment is neither the old one nor the new one.
            for copy in VENV.glob("*.lock"):
                copy.unlink()
            total = chosen[0].count(",") + 1
            progress.show("Installing", min(total, count_installed() - before), total)
        else:
            known = ("Collecting ", "Requirement already satisfied: ")
            fetched = sum(line.startswith(known) for line in lines)
            verb = "Retrying" if lines and "Retrying (" in lines[-1] else "Fetching"
            progress.show(verb, min(fetched, progress.expected), progress.expected)
        if ended:
            progress.end("The environment is ready." if pip.returncode == 0 else "")
            return
        time.sleep(0.1)


class Progress:
    """One line with a bar on a terminal; elsewhere a line when the work changes."""

    WIDTH = 30

    def __init__(self, expected: int) -> None:
        self.expected = expected
        self._live = sys.stderr.isatty()
        self._said: set[str] = set()

    def show(self, verb: str, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` packages have been fetched or installed."""
        if self._live:
            bar = ("#" * (self.WIDTH * done // total)).ljust(self.WIDTH, ".")
            sys.stderr.write(f"\r{verb:<10} [{bar}] {done} of {total} packages ")
            sys.stderr.flush()
        elif verb not in self._said:
            self._said.add(verb)
            say(f"{verb}: {done} of {total} packages")

    def end(self, sentence: str) -> None:
        """Leave the line, and say how it ended."""
        if self._live:
            sys.stderr.write("\r" + " " * 76 + "\r")
        if sentence:
            say(sentence)


def count_pins(lock: Path) -> int:
    """Count the packages of a lock that are meant for this kind of system."""
    pins = [line for line in lock.read_text().splitlines() if "==" in line[:80]]
    elsewhere = ("== 'win32'", "== 'emscripten'")
    return sum(not any(system in pin for system in elsewhere) for pin in pins)


def count_installed() -> int:
    """Count the packages in .venv."""
    return sum(1 for _ in VENV.glob("lib/python*/site-packages/*.dist-info"))


def why_pip_failed(log: str) -> str:
    """Turn pip's output into what happened and what to do about it."""
    errors = [line for line in log.splitlines() if line.startswith("ERROR: ")]
    detail = errors[-1].removeprefix("ERROR: ") if errors else log.strip()[-500:]
    if "DO NOT MATCH THE HASHES" in log:
        what = (
            "A package differs from the one that the lock names, so nothing was installed.\n"
            "Try again; if it stays so, ask whoever runs your package index or proxy."
        )
    elif "No space left on device" in log:
        what = "The disk is full: Overseer's environment needs 500 MB, for its tests 800 MB."
    elif "CERTIFICATE_VERIFY_FAILED" in log:
        what = (
            "The package index showed a certificate that is not trusted here. Where a proxy puts\n"
            "its own in place, set PIP_CERT to the file with the proxy's authority."
        )
    elif any(sign in log for sign in UNREACHABLE):
        what = (
            "Overseer's packages could not be fetched: the package index did not answer, or does\n"
            "not have them. Check the network, and behind a proxy or a mirror HTTPS_PROXY and\n"
            "PIP_INDEX_URL. Then start again."
        )
    else:
        what = "pip could not install Overseer's packages."
    return f"{what}\npip said: {detail}\nThe full log: {LOG}"


def say(sentence: str) -> None:
    """Print a sentence for the person."""
    print(sentence, file=sys.stderr, flush=True)


def fail(sentence: str) -> NoReturn:
    """Say what is wrong and end."""
    say(sentence)
    sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1])

"""The real programs that some suites drive, and how to get them.

A suite asks for its programs with a marker of the same name; conftest.py skips it with
``why_not`` where they are missing, and run.py installs them beforehand where it may.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.node_packages import AIMOCK, EMULATE
from tests.node_packages import why_not as why_no_package


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program that the tests with a marker need."""

    marker: str
    """The pytest marker of the suites that drive it."""
    names: tuple[str, ...]
    """What it may be called; the first one found is used."""
    package: str
    """The package that ships it, called the same on Debian and Fedora."""


PROGRAMS = (
    Program(marker="sshd", names=("sshd",), package="openssh-server"),
    Program(marker="sshd", names=("sudo",), package="sudo"),
    Program(marker="sshd", names=("openssl",), package="openssl"),
    Program(marker="sshd", names=("busybox",), package="busybox"),
    Program(
        marker="browser",
        names=("chromium", "chromium-browser", "google-chrome"),
        package="chromium",
    ),
    Program(marker="systemd", names=("systemd-nspawn",), package="systemd-container"),
    Program(marker="systemd", names=("mmdebstrap",), package="mmdebstrap"),
)


def find(*names: str) -> str | None:
    """Give the path of the first of these programs, also where only root looks."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def missing(*markers: str) -> list[Program]:
    """List what suites with these markers need and this machine lacks."""
    return [p for p in PROGRAMS if p.marker in markers and not find(*p.names)]


def install_command(programs: list[Program]) -> list[str]:
    """Give the command that installs them, for root to run."""
    tool = "dnf" if find("dnf") and not find("apt-get") else "apt-get"
    return [tool, "install", "--yes", *sorted({p.package for p in programs})]


def why_not(marker: str) -> str | None:
    """Say why suites with this marker cannot run here; None where they can."""
    if lacking := missing(marker):
        names = " and ".join(p.names[0] for p in lacking)
        return f"{names} not found: sudo {' '.join(install_command(lacking))}"
    if marker == "systemd":
        return no_containers()
    if marker == "aimock":
        return why_no_package(AIMOCK)
    if marker == "slack":
        return why_no_package(EMULATE)
    if marker == "pty" and not os.path.exists("/dev/ptmx"):  # noqa: PTH110 -- a device, no file
        return "this system offers no pseudo-terminals (/dev/ptmx)"
    return None


CGROUPS = Path("/sys/fs/cgroup")
TRY = """
mount -t tmpfs tmpfs "$1" && mkdir "$1/upper" "$1/work" "$1/root" &&
mount -t overlay overlay -o "lowerdir=/usr,upperdir=$1/upper,workdir=$1/work" "$1/root"
"""


def no_containers() -> str | None:
    """Say why systemd can't be booted in containers here; None where it can."""
    if os.geteuid() != 0:
        return "containers are booted by root: sudo ./overseer test --systemd"
    tree = next((CGROUPS / name for name in ("systemd", "") if (CGROUPS / name).is_dir()), None)
    if tree is None or not (tree / "cgroup.procs").is_file() or not os.access(tree, os.W_OK):
        return f"no control groups can be made under {CGROUPS}, and each container needs its own"
    tried = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "--propagation", "private",
         "sh", "-c", TRY, "try", "/mnt"],
        stdin=subprocess.DEVNULL, capture_output=True, check=False,
    )  # fmt: skip
    return "overlays can't be mounted here" if tried.returncode else None

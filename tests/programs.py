"""The real programs that some suites drive, and how to get them.

A suite asks for its programs with a marker of the same name; conftest.py skips it with
``why_not`` where they are missing, and run.py installs them beforehand where it may.
"""

import os
import shutil
from dataclasses import dataclass


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
    if marker == "systemd" and os.geteuid() != 0:
        return "containers are booted by root: sudo ./overseer test --systemd"
    if marker == "pty" and not os.path.exists("/dev/ptmx"):  # noqa: PTH110 -- a device, no file
        return "this system offers no pseudo-terminals (/dev/ptmx)"
    return None

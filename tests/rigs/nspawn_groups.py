"""Control groups and folders of guests, and what killed sessions left of them."""

import contextlib
import os
import shutil
import signal
import time
from pathlib import Path

from tests.programs import CGROUPS

MARK, SCRATCH = "overseer-nspawn", Path("/var/tmp")


def children(parent: int, name: str) -> list[int]:
    """The children of a process that bear this name."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError):
                before, _, after = (entry / "stat").read_text().rpartition(") ")
                if before.partition("(")[2] == name[:15] and int(after.split()[1]) == parent:
                    found.append(int(entry.name))
    return found


def group_roots() -> list[Path]:
    """Where control groups are made: systemd's own trees, or the one tree of version 2."""
    old = [CGROUPS / name for name in ("systemd", "unified") if (CGROUPS / name).is_dir()]
    return old or [CGROUPS]


def remove_group(group: Path) -> None:
    """Remove a control group with those inside; the kernel lets go of the dead a bit later."""
    deadline = time.monotonic() + 5
    while group.is_dir() and time.monotonic() < deadline:
        for folder, _, _ in os.walk(group, topdown=False):
            with contextlib.suppress(OSError):
                Path(folder).rmdir()
        time.sleep(0.02)


def remove_old() -> None:
    """Remove what sessions left that were killed: all of it bears their process id."""
    for root in group_roots():
        for group in root.glob(f"{MARK}-*"):
            if is_old(group):
                for file in group.rglob("cgroup.procs"):
                    for pid in file.read_text().split():
                        with contextlib.suppress(ProcessLookupError):
                            os.kill(int(pid), signal.SIGKILL)
                remove_group(group)
    for folder in SCRATCH.glob(f"{MARK}-*"):
        if is_old(folder):
            shutil.rmtree(folder, ignore_errors=True)


def is_old(path: Path) -> bool:
    """Whether the session that made it is gone."""
    return not Path("/proc", path.name.removeprefix(f"{MARK}-").partition("-")[0]).exists()

"""The processes of this machine, as suites on real servers look for them in /proc."""

import contextlib
from pathlib import Path


def namespace(pid: int) -> str:
    try:
        return str(Path(f"/proc/{pid}/ns/mnt").readlink())
    except OSError:
        return ""


def name_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def running(*commands: str) -> list[int]:
    """The live processes with exactly these command lines."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit():
                line = (entry / "cmdline").read_bytes().rstrip(b"\0").replace(b"\0", b" ").decode()
                if line in commands and (entry / "stat").read_text().rpartition(") ")[2][0] != "Z":
                    found.append(int(entry.name))
    return found

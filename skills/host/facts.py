"""What can be read of a machine with nothing but a shell and /proc.

`STATUS` works on any Linux with a POSIX shell (dash, bash, busybox): each section begins
with `==NAME`. It always exits 0, so that a missing part is a missing section and no error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.commands import CommandResult, Script
from bot.skillkit.contract import Fact

STATUS = """\
export LC_ALL=C
echo ==name; uname -n
echo ==kernel; uname -sr
echo ==os; grep -E '^(PRETTY_NAME|ID)=' /etc/os-release 2>/dev/null
echo ==uptime; cat /proc/uptime
echo ==boot; cat /proc/sys/kernel/random/boot_id
echo ==load; cat /proc/loadavg
echo ==cpus; nproc 2>/dev/null || grep -c ^processor /proc/cpuinfo
echo ==memory; grep -E '^(Mem|Swap)(Total|Free|Available):' /proc/meminfo
echo ==disks; df -P -k 2>/dev/null
if [ -e /run/reboot-required ]; then echo ==reboot-required; fi
if [ -d /run/systemd/system ]; then
  echo ==failed
  systemctl list-units --failed --plain --no-legend --no-pager 2>/dev/null | cut -d' ' -f1
fi
exit 0
"""

SYSTEM = """\
if [ -d /run/systemd/system ]; then echo systemd=yes; else echo systemd=no; fi
echo "boot=$(cat /proc/sys/kernel/random/boot_id)"
echo "uptime=$(cut -d' ' -f1 /proc/uptime)"
echo "users=$(who 2>/dev/null | wc -l)"
exit 0
"""

PROCESSES = """\
export LC_ALL=C
ps -eo pid=,user=,pcpu=,pmem=,rss=,args= |
awk '{{ x = $7; if (x ~ /^-/ || x ~ /[=:@]/) x = ""; print $1, $2, $3, $4, $5, $6, x }}' |
sort -k{column},{column}nr | head -n {limit}
"""

_NOT_DISKS = frozenset(
    {"tmpfs", "devtmpfs", "udev", "none", "shm", "proc", "sysfs", "cgroup", "cgroup2", "run",
     "dev", "efivarfs", "ramfs", "rootfs", "squashfs", "devpts", "mqueue"}
)  # fmt: skip
_BOUND_FILES = frozenset({"/etc/hosts", "/etc/hostname", "/etc/resolv.conf"})
_DF_LINE = re.compile(r"^(.+?)\s+(\d+)\s+(\d+)\s+(-?\d+)\s+(?:\d+%|-)\s+(/.*)$")


@dataclass(frozen=True, kw_only=True)
class Disk:
    """A mounted file system; sizes in KiB. `share` is what df calls capacity, 0 to 1."""

    source: str
    mount: str
    size_kib: int
    used_kib: int
    free_kib: int

    @property
    def share(self) -> float:
        """How full: used of what an ordinary user may use."""
        usable = self.used_kib + max(0, self.free_kib)
        return self.used_kib / usable if usable else 0.0


@dataclass(frozen=True, kw_only=True)
class Health:
    """How a machine is. Memory in KiB; `load` over 1, 5 and 15 minutes; None: not told."""

    name: str
    system: str
    kernel: str
    boot_id: str
    uptime_s: float
    load: tuple[float, float, float]
    cpus: int
    memory_kib: int
    available_kib: int
    swap_kib: int
    swap_free_kib: int
    disks: tuple[Disk, ...] = ()
    reboot_required: bool = False
    failed_units: tuple[str, ...] = ()
    systemd: bool = False

    @property
    def memory_share(self) -> float:
        """How much of the memory is taken, 0 to 1; caches count as free."""
        return 1 - self.available_kib / self.memory_kib if self.memory_kib else 0.0

    @property
    def swap_share(self) -> float:
        """How much of the swap is taken, 0 to 1."""
        return 1 - self.swap_free_kib / self.swap_kib if self.swap_kib else 0.0

    @property
    def load_per_cpu(self) -> float:
        """The load of the last five minutes for each CPU; above 1 something waits."""
        return self.load[1] / max(1, self.cpus)

    @property
    def fullest(self) -> Disk | None:
        """The fullest disk."""
        return max(self.disks, key=lambda disk: disk.share, default=None)


@dataclass(frozen=True, kw_only=True)
class System:
    """What a reboot needs to know. `users` is how many people are logged in."""

    systemd: bool
    boot_id: str
    uptime_s: float
    users: int = 0


def sections(text: str) -> Mapping[str, list[str]]:
    """The lines below each `==NAME`."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("=="):
            lines = found.setdefault(line[2:].strip(), [])
        elif line.strip():
            lines.append(line.rstrip())
    return found


def parse_health(result: CommandResult) -> Health:
    """What `STATUS` printed.

    Raises:
        ValueError: uptime, load or memory are missing or no numbers.
    """
    part = sections(result.stdout)
    try:
        memory = dict(_meminfo(part["memory"]))
        one, five, fifteen = (float(word) for word in part["load"][0].split()[:3])
        return Health(
            name=_first(part, "name"),
            system=_pretty(part.get("os", [])),
            kernel=_first(part, "kernel"),
            boot_id=_first(part, "boot"),
            uptime_s=float(part["uptime"][0].split()[0]),
            load=(one, five, fifteen),
            cpus=int(_first(part, "cpus") or 1),
            memory_kib=memory["MemTotal"],
            available_kib=memory.get("MemAvailable", memory.get("MemFree", 0)),
            swap_kib=memory.get("SwapTotal", 0),
            swap_free_kib=memory.get("SwapFree", 0),
            disks=parse_df("\n".join(part.get("disks", []))),
            reboot_required="reboot-required" in part,
            failed_units=tuple(part.get("failed", [])),
            systemd="failed" in part,
        )
    except (KeyError, IndexError) as error:
        raise ValueError(f"the host's answer has no {error}") from error


def parse_df(text: str, *, every: bool = False) -> tuple[Disk, ...]:
    """The disks in what `df -P -k` printed, fullest first.

    Pseudo file systems, loop-mounted images and files that a container binds are left out
    unless `every` is True; of several mounts of one device the shortest path stands.
    """
    found: dict[str, Disk] = {}
    for line in text.splitlines():
        match = _DF_LINE.match(line)
        if not match:
            continue
        source, mount = match[1].strip(), match[5]
        disk = Disk(
            source=source, mount=mount, size_kib=int(match[2]),
            used_kib=int(match[3]), free_kib=int(match[4]),
        )  # fmt: skip
        if not every and not _is_disk(disk):
            continue
        known = found.get(source)
        if known is None or len(mount) < len(known.mount):
            found[source] = disk
    return tuple(sorted(found.values(), key=lambda disk: (-disk.share, disk.mount)))


def _is_disk(disk: Disk) -> bool:
    """Whether a person would call it a disk."""
    if disk.size_kib < 1024 or disk.mount in _BOUND_FILES:
        return False
    if disk.mount == "/":
        return True
    if disk.mount.startswith(("/dev", "/proc", "/sys", "/run", "/snap/")):
        return False
    return disk.source not in _NOT_DISKS and not disk.source.startswith(("/dev/loop", "overlay"))


def _meminfo(lines: list[str]) -> Iterator[tuple[str, int]]:
    for line in lines:
        key, _, rest = line.partition(":")
        yield key, int(rest.split()[0])


def _first(part: Mapping[str, list[str]], name: str) -> str:
    lines = part.get(name) or [""]
    return lines[0].strip()


def _pretty(lines: list[str]) -> str:
    values = dict(line.partition("=")[::2] for line in lines)
    return values.get("PRETTY_NAME", values.get("ID", "")).strip("\"'")


def system() -> Fact[System]:
    """Whether systemd runs there, and since when the machine is up."""
    return Fact(name="host.system", command=Script(text=SYSTEM), parse=parse_system)


def parse_system(result: CommandResult) -> System:
    """What `SYSTEM` printed; ValueError when a part is missing."""
    values = dict(line.partition("=")[::2] for line in result.stdout.splitlines())
    try:
        return System(
            systemd=values["systemd"] == "yes",
            boot_id=values["boot"].strip(),
            uptime_s=float(values["uptime"]),
            users=int(values.get("users") or 0),
        )
    except KeyError as error:
        raise ValueError(f"the host's answer has no {error}") from error

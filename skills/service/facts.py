"""What can be read of a service.

Distributions give one program two unit names (Debian's `ssh` is Fedora's `sshd`), so the
read asks for the service's name and for its known twins, and takes the one that exists. Where
several do, each a unit of its own, the one that was said counts (`called`), and no other.
systemd's own aliases are resolved by the unit's `Id`. Where systemd does not run, the processes
of that name are counted, those in containers aside, and its log files listed. The read always
exits 0.

What a host prints is not trusted: a unit's name goes into commands, so it must be one.
"""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.domain.commands import CommandResult, Script
from bot.domain.naming import TWINS, service_name
from bot.skillkit.contract import Fact

PROGRAMS = {
    "ssh": ("sshd", "dropbear"),
    "cron": ("cron", "crond"),
    "postgresql": ("postgres",),
    "postgres": ("postgres",),
    "redis": ("redis-server",),
    "docker": ("dockerd",),
    "apache2": ("apache2", "httpd"),
    "mysql": ("mysqld", "mariadbd"),
    "mariadb": ("mariadbd", "mysqld"),
    "bind9": ("named",),
    "chrony": ("chronyd",),
    "grafana-server": ("grafana", "grafana-server"),
}
"""What the processes of a service are called, where it is not simply its name."""

UNIT = re.compile(r"[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]{0,254}")
"""What systemd itself lets a unit be called, without the few that begin with a dash."""
_LOG = re.compile(r"/var/log/[A-Za-z0-9@._+/-]{1,255}")

SUFFIXES = (".service", ".socket", ".timer", ".target", ".mount", ".path", ".slice", ".scope")

PROPERTIES = (
    "Id,LoadState,ActiveState,SubState,UnitFileState,CanReload,MainPID,NRestarts,Type,Result,"
    "TriggeredBy,StateChangeTimestampMonotonic"
)

_LOOK = """\
if [ -d /run/systemd/system ]; then
  echo systemd=yes
  echo "clock=$(cut -d' ' -f1 /proc/uptime)"
  shown=$(systemctl show -p {properties} -- {units})
  printf '%s\\n' "$shown"
  case $shown in
    *LoadState=loaded*|*LoadState=masked*) ;;
    *) systemctl list-unit-files --type=service --no-legend --no-pager | sed 's/^/listed=/' ;;
  esac
  case $shown in
    *ActiveState=failed*) journalctl {journal} -n 5 --no-pager -o cat -q 2>&1 |
      sed 's/^/said=/' ;;
  esac
else
  echo systemd=no
  for folder in /proc/[0-9]*; do
    read -r name 2>/dev/null <"$folder/comm" || continue
    case $name in {programs}) ;; *) continue ;; esac
    grep -Eqs '^NSpid:[[:space:]]+[0-9]+[[:space:]]+[0-9]' "$folder/status" && continue
    echo "process=${{folder#/proc/}} $name"
  done
  for file in {logs}; do
    if [ -f "$file" ]; then echo "log=$file"; fi
  done
fi
exit 0
"""


@dataclass(frozen=True, kw_only=True)
class UnitState:
    """How a service stands on one host.

    `unit` is systemd's own name for it. Without systemd only `processes` (pid and name) and
    `log_files` say anything. `for_s` is how long the state has lasted, None when unknown.
    `near` are existing units of a similar name when this one does not exist, `twins` the other
    units of the service's names that exist as well, `said` the
    journal's last lines when it has failed, or why they may not be read.
    """

    service: str
    systemd: bool
    unit: str = ""
    load: str = ""
    active: str = ""
    sub: str = ""
    enabled: str = ""
    kind: str = ""
    result: str = ""
    can_reload: bool = False
    main_pid: int = 0
    restarts: int = 0
    triggered_by: tuple[str, ...] = ()
    for_s: float | None = None
    near: tuple[str, ...] = ()
    twins: tuple[UnitState, ...] = ()
    said: tuple[str, ...] = ()
    processes: tuple[tuple[int, str], ...] = field(default=())
    log_files: tuple[str, ...] = ()

    @property
    def exists(self) -> bool:
        """Whether systemd has such a unit (a masked one exists, but cannot start)."""
        return self.load in {"loaded", "masked", "bad-setting", "error"}

    @property
    def masked(self) -> bool:
        """Whether somebody has forbidden to start it."""
        return self.load == "masked"

    @property
    def name(self) -> str:
        """The unit's name as people say it."""
        return self.unit.removesuffix(".service") or self.service

    def become(self, active: str) -> UnitState:
        """The state after a successful start or stop, for the previews of later steps."""
        sub = "running" if active == "active" else "dead"
        return replace(self, active=active, sub=sub, for_s=0.0)

    def called(self, said: str) -> UnitState | None:
        """The unit that was said, in the first place here; None when it may be any of several."""
        every = (self, *self.twins)
        if len(every) == 1:
            return self
        found = next((each for each in every if each.unit == unit_name(said)), None)
        if found is None:
            return None
        others = tuple(replace(x, twins=()) for x in every if x is not found)
        return replace(found, twins=others)


def unit_name(service: str) -> str:
    """The unit that a name stands for: `nginx` is `nginx.service`, `docker.socket` itself."""
    return service if service.endswith(SUFFIXES) else f"{service}.service"


def candidates(service: str) -> tuple[str, ...]:
    """The unit's name and those of its twins on other distributions, the service's name first."""
    plain = service_name(service)
    twins = next((group for group in TWINS if plain in group), (plain,))
    return tuple(unit_name(name) for name in twins)


def unit(service: str) -> Fact[UnitState]:
    """How a service stands; one read, whatever the host runs."""
    plain = service_name(service)
    programs = PROGRAMS.get(plain, (plain, f"{plain}d"))
    text = _LOOK.format(
        properties=PROPERTIES,
        units=shlex.join(candidates(service)),
        journal=" ".join(f"-u {shlex.quote(name)}" for name in candidates(service)),
        programs="|".join(shlex.quote(name[:15]) for name in programs),
        logs=" ".join(f"/var/log/{shlex.quote(plain)}{end}" for end in (".log", "/*.log")),
    )
    return Fact(
        name=f"service.unit:{plain}",
        command=Script(text=text),
        parse=lambda result: parse_unit(plain, result),
    )


def parse_unit(service: str, result: CommandResult) -> UnitState:
    """What the read printed; of several units the first that exists.

    Raises:
        ValueError: the answer does not say whether systemd runs, or systemctl gave none.
    """
    blocks: list[dict[str, str]] = [{}]
    listed: list[str] = []
    said: list[str] = []
    processes: list[tuple[int, str]] = []
    logs: list[str] = []
    for line in result.stdout.splitlines():
        key, _, value = line.partition("=")
        if not line.strip():
            blocks.append({})
        if key == "listed":
            listed += value.split()[:1]
        elif key == "said":
            said.append(value)
        elif key == "process":
            pid, _, name = value.partition(" ")
            processes.append((int(pid), name))
        elif key == "log":
            logs += [value] if _LOG.fullmatch(value) else []
        elif key.strip():
            blocks[-1][key] = value
    head = blocks[0]
    if head.get("systemd") not in {"yes", "no"}:
        raise ValueError(result.stderr.strip() or "the host did not say whether systemd runs")
    if head["systemd"] == "no":
        return UnitState(
            service=service, systemd=False,
            processes=tuple(sorted(processes)), log_files=tuple(sorted(logs)),
        )  # fmt: skip
    shown = [block for block in blocks if block.get("Id")]
    if not shown:
        raise ValueError(result.stderr.strip() or f"systemctl told nothing of {service}")
    states = [_state(service, block, head.get("clock", "")) for block in shown]
    there = list({s.unit: s for s in states if s.exists}.values())
    if not there:
        return replace(states[0], near=near(service, names_of(listed)))
    told = [replace(s, said=tuple(said)) if s.active == "failed" else s for s in there]
    return replace(told[0], twins=tuple(told[1:]))


def _state(service: str, block: dict[str, str], clock: str) -> UnitState:
    """One unit's properties, as `systemctl show` prints them."""
    if not UNIT.fullmatch(block["Id"]):
        raise ValueError(f"it calls {service} {block['Id'][:80]!r}, which is no unit's name")
    changed = int(block.get("StateChangeTimestampMonotonic") or 0)
    return UnitState(
        service=service,
        systemd=True,
        unit=block["Id"],
        load=block.get("LoadState", ""),
        active=block.get("ActiveState", ""),
        sub=block.get("SubState", ""),
        enabled=block.get("UnitFileState", ""),
        kind=block.get("Type", ""),
        result=block.get("Result", ""),
        can_reload=block.get("CanReload") == "yes",
        main_pid=int(block.get("MainPID") or 0),
        restarts=int(block.get("NRestarts") or 0),
        triggered_by=tuple(filter(UNIT.fullmatch, block.get("TriggeredBy", "").split())),
        for_s=max(0.0, float(clock) - changed / 1e6) if clock and changed else None,
    )


def near(service: str, known: Sequence[str]) -> tuple[str, ...]:
    """At most three existing services that look like this name."""
    inside = [name for name in known if service in name or (len(name) > 2 and name in service)]
    close = difflib.get_close_matches(service, known, n=3, cutoff=0.6)
    return tuple(dict.fromkeys([*close, *sorted(inside, key=len)]))[:3]


_UNITS = """\
if [ -d /run/systemd/system ]; then
  systemctl list-unit-files --type=service --no-legend --no-pager
fi
exit 0
"""


def units() -> Fact[tuple[str, ...]]:
    """The services of a host by name, templates left out; empty where systemd does not run.

    systemctl lists what lies on the disk even where systemd is not running; those units
    could not be started, so they are not counted.
    """
    return Fact(name="service.units", command=Script(text=_UNITS), parse=parse_units)


def parse_units(result: CommandResult) -> tuple[str, ...]:
    """The names in what `systemctl list-unit-files` printed."""
    return names_of([line.split()[0] for line in result.stdout.splitlines() if line.strip()])


def names_of(files: Sequence[str]) -> tuple[str, ...]:
    """Unit files as service names, sorted, without templates."""
    names = {file.removesuffix(".service") for file in files if file.endswith(".service")}
    return tuple(sorted(n for n in names if UNIT.fullmatch(n) and not n.endswith("@")))

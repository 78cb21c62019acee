"""Which updates wait on a host, read without root and without taking a lock.

Debian's family is asked by simulating the very order that would run (`apt-get -s`), so that
what it would remove or hold back is known too. For security alone the names are taken from one
simulation and simulated again, because they may bring others along. Fedora's and Red Hat's
family is asked by `dnf check-update`. The package lists are not refreshed: that would be a
change. How old they are is told. The read always exits 0.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.commands import CommandResult, Script
from bot.skillkit.contract import Fact

_LOOK = """\
export LC_ALL=C
if command -v apt-get >/dev/null 2>&1; then
  echo ==apt
  ls /var/lib/apt/lists 2>/dev/null | grep -c Packages
  now=$(date +%s)
  for file in /var/lib/apt/lists /var/lib/apt/lists/partial; do
    then=$(stat -c %Y "$file" 2>/dev/null) && echo "age=$((now - then))"
  done
  echo ==simulation
{simulate}
  echo ==auto
  apt-mark showauto
elif command -v dnf >/dev/null 2>&1; then
  echo ==dnf
  for name in {names}; do rpm -q --quiet -- "$name" || echo "absent=$name"; done
  echo ==check
  dnf -q check-update {dnf} 2>&1
  echo "status=$?"
else
  echo ==unknown
fi
exit 0
"""

_SIMULATE = "  apt-get -s -q -o Debug::NoLocking=1 {} 2>&1"
_SIMULATE_SECURITY = r"""
  all=$(apt-get -s -q -o Debug::NoLocking=1 upgrade 2>&1)
  set -f
  names=$(printf '%s\n' "$all" |
    sed -n 's/^Inst \([^ ]*\) \[[^]]*\] ([^)[]*[Ss]ecurity.*/\1/p')
  if [ -n "$names" ]; then
    apt-get -s -q -o Debug::NoLocking=1 install --only-upgrade -- $names 2>&1
  else
    printf '%s\n' "$all" | grep -v '^Inst '
  fi
""".strip("\n")
_INST = re.compile(r"^Inst (\S+)(?: \[([^\]]+)\])? \((\S+) ?([^)\[]*)")
_DNF = re.compile(r"^(\S+)\.(\w+)\s+(\S+)\s+(\S+)$")
_UNKNOWN = re.compile(r"Unable to locate package (\S+)")
_HELD = "The following packages have been kept back:"
_FROZEN = "The following held packages will be changed:"


@dataclass(frozen=True, kw_only=True)
class Update:
    """One package's way from `old` (empty when not told) to `new`."""

    name: str
    new: str
    old: str = ""
    arch: str = ""
    security: bool = False


@dataclass(frozen=True, kw_only=True)
class Updates:
    """What an upgrade would do. `family` is apt, dnf or empty for neither.

    `lists` is how many package lists the host has (None: not told), `age_s` how old they
    are. `held` are kept back; `frozen` are asked for by name although somebody holds them,
    which the simulation allows and the real thing refuses. `absent` are asked for and not
    installed, `unknown` in no list. `error` is the tool's own word when it would refuse.
    `auto` are those of `updates` that came as somebody's dependency, which an upgrade by
    name would forget.
    """

    family: str
    updates: tuple[Update, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    frozen: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    auto: tuple[str, ...] = ()
    lists: int | None = None
    age_s: float | None = None
    error: str = ""

    @property
    def security(self) -> tuple[Update, ...]:
        """Those from a security archive; dnf does not tell here."""
        return tuple(update for update in self.updates if update.security)


def updates(packages: Sequence[str] = (), only: str | None = None) -> Fact[Updates]:
    """What an upgrade would do: of these packages, of all, or of those for security alone."""
    names = shlex.join(packages)
    wanted = f"install --only-upgrade -- {names}" if packages else "upgrade"
    dnf = f"-- {names}" if packages else "--security" if only else ""
    text = _LOOK.format(
        simulate=_SIMULATE_SECURITY if only else _SIMULATE.format(wanted),
        names=names or "''",
        dnf=dnf,
    )
    if not packages:
        text = text.replace("  for name in ''; do rpm -q --quiet -- \"$name\" || "
                            'echo "absent=$name"; done\n', "")  # fmt: skip
    return Fact(
        name=f"package.updates:{','.join(packages)}"
        if not only
        else f"package.updates, only {only}",
        command=Script(text=text),
        parse=parse_updates,
    )


def parse_updates(result: CommandResult) -> Updates:
    """What the read printed.

    Raises:
        ValueError: it does not say which package tool there is.
    """
    part: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in result.stdout.splitlines():
        if line.startswith("==") and line[2:3].isalpha():
            lines = part.setdefault(line[2:], [])
        else:
            lines.append(line)
    if "apt" in part:
        return _apt(part)
    if "dnf" in part:
        return _dnf(part)
    if "unknown" in part:
        return Updates(family="")
    raise ValueError(result.stderr.strip() or "the host did not say which package tool it has")


def _apt(part: dict[str, list[str]]) -> Updates:
    lines = part.get("simulation", [])
    auto = set(part.get("auto", ()))
    found = [_INST.match(line) for line in lines]
    inst = [match for match in found if match]
    listed = tuple(
        Update(name=m[1], old=m[2], new=m[3], security="security" in m[4].lower())
        for m in inst
        if m[2]
    )
    ages = [float(line[4:]) for line in part["apt"] if line.startswith("age=")]
    count = next((int(line) for line in part["apt"] if line.strip().isdigit()), None)
    refusals = [line[3:].strip() for line in lines if line.startswith("E: ")]
    unlocated = [_UNKNOWN.search(refusal) for refusal in refusals]
    unknown = tuple(match[1] for match in unlocated if match)
    skipped = [word.rstrip(",") for word in _second(lines, "Skipping ")]
    return Updates(
        family="apt",
        updates=tuple(sorted(listed, key=lambda update: update.name)),
        added=tuple(m[1] for m in inst if not m[2]),
        removed=tuple(_second(lines, "Remv ")),
        held=tuple(_below(lines, _HELD)),
        frozen=tuple(_below(lines, _FROZEN)),
        absent=tuple(skipped),
        unknown=unknown,
        auto=tuple(u.name for u in listed if u.name in auto),
        lists=count,
        age_s=min(ages, default=None),
        error="" if unknown else " ".join(refusals),
    )


def _second(lines: Sequence[str], first: str) -> Iterator[str]:
    """The second word of each line that begins with this one."""
    for line in lines:
        if line.startswith(first):
            yield from line.split()[1:2]


def _below(lines: Sequence[str], heading: str) -> Iterator[str]:
    """The words of the indented lines below a heading of apt's."""
    inside = False
    for line in lines:
        if inside and not line.startswith("  "):
            return
        if inside:
            yield from line.split()
        inside = inside or line.startswith(heading)


def _dnf(part: dict[str, list[str]]) -> Updates:
    lines = part.get("check", [])
    status = next((line[7:] for line in lines if line.startswith("status=")), "")
    listed: list[Update] = []
    for line in _unwrapped(lines):
        if line.startswith("Obsoleting Packages"):
            break
        match = _DNF.match(line)
        if match:
            listed.append(Update(name=match[1], arch=match[2], new=match[3]))
    error = "" if status in {"0", "100"} else " ".join(line for line in lines[:-1] if line).strip()
    return Updates(
        family="dnf",
        updates=tuple(listed),
        absent=tuple(line[7:] for line in part["dnf"] if line.startswith("absent=")),
        error=error or ("" if status else "dnf gave no answer"),
    )


def _unwrapped(lines: Sequence[str]) -> Iterator[str]:
    """Lines, with those joined again that dnf wrapped after a long name."""
    begun = ""
    for line in lines:
        if begun and line.startswith(" "):
            yield f"{begun} {line.strip()}"
            begun = ""
            continue
        begun = line if len(line.split()) == 1 and "." in line else ""
        if not begun:
            yield line

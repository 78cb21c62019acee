"""What can be asked of machines and done with them."""

from __future__ import annotations

from typing import Annotated, Literal
from unicodedata import category

from pydantic import AfterValidator, Field

from bot.domain.wording import count, duration, shortened
from bot.skillkit.contract import (
    Call,
    Cannot,
    Caution,
    Effect,
    HostName,
    Hosts,
    Now,
    Params,
    Script,
    Shell,
    View,
    Yields,
    action,
)
from bot.skillkit.unfit import UnfitError
from skills.host import report
from skills.host.facts import PROCESSES, STATUS, system

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters that nobody sees: controls, marks that turn or join, no letters."""


def _printable(value: str) -> str:
    """Nothing but what can be seen, newlines and tabs: nobody means what they can't see."""
    odd = next((c for c in value if c not in "\n\t" and category(c) in _UNSEEN), "")
    if odd:
        raise UnfitError(
            f"holds a character that can't be seen (U+{ord(odd):04X})", "Type it anew without it."
        )
    if not value.strip():
        raise UnfitError("is empty", "Say it with what is meant.")
    return value


LONGEST = 8000
"""Characters of a command: somebody reads all of it before it may run."""


def _short(value: str) -> str:
    if len(value) > LONGEST:
        raise UnfitError(
            f"has {len(value):,} characters, and at most {LONGEST:,} are taken",
            "Put it into a script on the host and ask for that: run `/path/to/script` on the host.",
        )
    return value


Path = Annotated[str, Field(pattern=r"^/", max_length=1000), AfterValidator(_printable)]
CommandLine = Annotated[
    str,
    Field(json_schema_extra={"maxLength": LONGEST}),
    AfterValidator(_short),
    AfterValidator(_printable),
]


class InGroup(Params):
    """`group` narrows the list; None lists every host."""

    group: HostName | None = None


class OnHosts(Params):
    """Some hosts."""

    hosts: Hosts


class DiskParams(OnHosts):
    """`path` asks for the file system that holds it."""

    path: Path | None = None


class ProcessParams(OnHosts):
    """The `limit` processes that take most of `sort_by`."""

    sort_by: Literal["cpu", "memory"] = "cpu"
    limit: Annotated[int, Field(ge=1, le=100)] = 10


class RunParams(OnHosts):
    """`command` is the requester's own words for `sh -c`."""

    command: CommandLine


@action(
    "host.list",
    params=InGroup,
    effect=Effect.READ,
    title=lambda p: f"list the hosts of {p.group}" if p.group else "list the hosts",
    example="which hosts are there?",
    in_process=True,
    repeatable=True,
    report=report.hosts,
)
def list_hosts(p: InGroup, host: View) -> Yields:
    """The hosts Overseer knows, with groups and environment.

    The operation `host.list` returns, for each host by name, a mapping of `name`, `groups`
    (a list), `environment`, `connection` ("ssh" or "local") and `address`. Where some of them are
    not spoken of there it is a mapping: `hosts` is that list, `elsewhere` counts the others.
    """
    yield Call(operation="host.list", arguments={"group": p.group} if p.group else {})


@action(
    "host.status",
    params=OnHosts,
    effect=Effect.READ,
    title=lambda _: "check load, memory and disks",
    example="how is {host}?",
    repeatable=True,
    report=report.status,
)
def status(p: OnHosts, host: View) -> Yields:
    """How a machine is: uptime, load, memory, disks."""
    yield Script(text=STATUS)


@action(
    "host.disk",
    params=DiskParams,
    effect=Effect.READ,
    title=lambda p: f"show the disk that holds {p.path}" if p.path else "show the disks",
    example="how full are the disks on {host}?",
    repeatable=True,
    report=report.disk,
)
def disk(p: DiskParams, host: View) -> Yields:
    """How full the disks are."""
    where = ("--", p.path) if p.path else ()
    yield Shell(argv=("env", "LC_ALL=C", "df", "-P", "-k", *where))


@action(
    "host.processes",
    params=ProcessParams,
    effect=Effect.READ,
    title=lambda p: f"show the {p.limit} processes that take most {p.sort_by}",
    example="what's eating memory on {host}?",
    repeatable=True,
    report=report.processes,
)
def processes(p: ProcessParams, host: View) -> Yields:
    """What runs there, by CPU or memory.

    Of the arguments only a first word that looks like a script's name is read: the others
    may hold passwords.
    """
    column = {"cpu": 3, "memory": 5}[p.sort_by]
    yield Script(text=PROCESSES.format(column=column, limit=p.limit))


@action(
    "host.run",
    params=RunParams,
    effect=Effect.DESTRUCTIVE,
    title=lambda p: f"run {_one_line(p.command)}",
    example="run df -h on {host}",
    raw=True,
    undo_says="none: only you know what this command changes",
    may_break="whatever the command touches; nothing checks it for you",
)
def run(p: RunParams, host: View) -> Yields:
    """Run a command line, exactly as written."""
    yield Script(text=p.command)


def _one_line(command: str) -> str:
    """The command for a title: the card shows all of it below."""
    return shortened(" ".join(command.split()), 40)


@action(
    "host.reboot",
    params=OnHosts,
    effect=Effect.WRITE,
    title=lambda _: "reboot",
    example="reboot {host}",
    facts=lambda _: (system(),),
    cuts_connection=True,
    undo_says="none: a reboot cannot be taken back",
    may_break="everything on the host stops until it is up again",
)
def reboot(p: OnHosts, host: View) -> Yields:
    """Restart the whole machine and wait until it answers again."""
    state = host[system()]
    if not state.systemd:
        yield Cannot(
            f"{host.name} doesn't run systemd, so I can't reboot it; nothing ran, "
            f"and `how is {host.name}?` still works."
        )
        return
    if not host.can_be_root:
        yield Cannot(
            f"my login on {host.name} can't become root, which a reboot needs; "
            "set `sudo:` for it in the inventory."
        )
        return
    yield Now(f"up {duration(state.uptime_s)}")
    if state.users:
        people = count(state.users, "person is", "people are")
        yield Caution(f"{people} logged in on {host.name}")
    yield Shell(argv=("systemctl", "reboot"), sudo=host.sudo)

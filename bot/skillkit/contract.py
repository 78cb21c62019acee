"""What a skill is made of.

An *action* is a generator over parameters and facts that yields commands as data; it runs
nothing. A *fact* is a read-only command and a pure parser of what it printed. The protocol is kept
small on purpose: facts in, commands out. An action that would branch on what happened in
the middle is two steps.

    @action("service.restart", effect=Effect.WRITE, facts=lambda p: (unit(p.service),))
    def restart(p: OnService, host: View) -> Yields:
        state = host[unit(p.service)]
        if not state.exists:
            yield Cannot(f"there is no {p.service} on {host.name}")
            return
        yield Now(f"{p.service} {state.active}")
        yield Shell(argv=("systemctl", "restart", "--", f"{p.service}.service"), sudo=True)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.domain.cards import Block
from bot.domain.commands import Call, Command, CommandResult, Request, Script, Shell, Upload
from bot.domain.inventory import Host, SudoMode
from bot.domain.naming import service_name
from bot.domain.plans import Check, Effect

T = TypeVar("T")
P = TypeVar("P", bound="Params")


# -- parameters ---------------------------------------------------------------------------


class Params(BaseModel):
    """The base of every action's parameters: closed and immutable."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _safe_name(value: str) -> str:
    """A name that can stand in an argv: no option, no metacharacter, plain ASCII."""
    if (
        not value
        or value.startswith("-")
        or not all(c.isascii() and (c.isalnum() or c in "@._:+-") for c in value)
    ):
        raise ValueError(f"{value!r} is not a plain name (letters, digits and @ . _ : + -)")
    return value


def _sorted_names(value: tuple[str, ...]) -> tuple[str, ...]:
    """Host names, sorted, each once."""
    return tuple(sorted({_safe_name(v) for v in value}))


HostName = Annotated[str, AfterValidator(_safe_name)]
Hosts = Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_sorted_names)]
ServiceName = Annotated[str, AfterValidator(service_name)]
"""The service's one name: `nginx.service` becomes `nginx` and `sshd` becomes `ssh`, so that gate,
digest and history never take one service for two."""
PackageName = Annotated[str, AfterValidator(_safe_name)]
Duration = Annotated[str, Field(pattern=r"^(\d+[smhdw])+$")]
"""`90m`, `1h30m`: seconds, minutes, hours, days, weeks."""

DURATION_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


# -- facts ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Fact(Generic[T]):
    """A read of a host and what it means.

    `name` identifies the fact with its parameters ("service.unit:nginx"); two facts of one
    name are read once. `parse` is pure; it may raise `ValueError` when the output is not
    understood, which marks the host as unreadable on the card.
    """

    name: str
    command: Shell | Script
    parse: Callable[[CommandResult], T]


@dataclass(frozen=True)
class View:
    """One host as an action sees it: its inventory entry and the facts that were read.

    `others`: what was read of the hosts that the parameters name, for an action that happens
    inside Overseer. A host that gave no answer has no facts there.
    """

    host: Host
    facts: Mapping[str, Any] = field(default_factory=dict)
    others: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The host's name."""
        return self.host.name

    @property
    def sudo(self) -> bool:
        """Whether a command that needs root goes through sudo here (the login is not root)."""
        return self.host.connection.sudo in {SudoMode.PASSWORDLESS, SudoMode.PASSWORD}

    @property
    def can_be_root(self) -> bool:
        """Whether the inventory says that commands can run as root here at all."""
        return self.host.connection.sudo is not SudoMode.NONE

    def __getitem__(self, fact: Fact[T]) -> T:
        """The value of a declared fact; KeyError when the action did not declare it."""
        value: T = self.facts[fact.name]
        return value


# -- what an action yields -----------------------------------------------------------------


@dataclass(frozen=True)
class Now:
    """How it stands: `nginx active`. One per target, shown on the card."""

    text: str


@dataclass(frozen=True)
class Already:
    """Nothing to do, and why: `nginx is already active`. Nothing else may be yielded."""

    why: str


@dataclass(frozen=True)
class Cannot:
    """It can't be done here, and why; the card says so before anybody is asked."""

    why: str


@dataclass(frozen=True)
class Undo:
    """A command that takes the step back on this target. Frozen into the approved plan."""

    command: Shell | Script | Upload | Request | Call


@dataclass(frozen=True)
class Caution:
    """A sentence for the card: what this may break here."""

    text: str


@dataclass(frozen=True)
class Leaves:
    """What a fact will be once the step succeeded, so that later steps preview against it."""

    fact: Fact[Any]
    value: Any


Yielded = (
    Shell
    | Script
    | Upload
    | Request
    | Call
    | Check
    | Now
    | Already
    | Cannot
    | Undo
    | Caution
    | Leaves
)
Yields = Iterator[Yielded]


# -- reports ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class HostResult:
    """What a read gave on one host (`overseer` for a Call): one result per command."""

    host: str
    results: tuple[CommandResult, ...]

    @property
    def result(self) -> CommandResult:
        """The only, or last, result."""
        return self.results[-1]


@dataclass(frozen=True, kw_only=True)
class Report:
    """A read's answer for people: blocks for the card, and one plain sentence.

    `sends` is the number of a plan whose own card who reads this may have sent to them.
    """

    says: str = ""
    blocks: tuple[Block, ...] = ()
    sends: int | None = None


# -- actions ---------------------------------------------------------------------------------


def _no_facts(_: Any) -> tuple[Fact[Any], ...]:
    """An action that needs to know nothing."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Action:
    """One action of the catalogue.

    `title` turns parameters into the card's words ("restart nginx"), without hosts.
    `undo` names the catalogue's inverse action, `undo_says` is the card's word about it
    ("none: a restart cannot be taken back"). `repeatable`: running it twice is the same as
    once, so an interrupted attempt may be retried. `killable`: it may be ended halfway.
    `cuts_connection`: done when a new boot id answers. `raw`: the command is the
    requester's own words. `report` turns a read's results into blocks. `in_process`
    actions yield only `Call` and have no hosts of their own; the facts that one declares are read
    of the hosts that its parameters name. Others whose parameters have no `hosts` yield only
    `Request`, which Overseer itself sends. `example` is a sentence that asks for it, with
    `{host}` where the name of a host belongs; `help` shows it. `version` changes when the
    commands for the same parameters and facts change.
    """

    name: str
    params: type[Params]
    effect: Effect
    expand: Callable[[Any, View], Yields]
    title: Callable[[Any], str]
    facts: Callable[[Any], Sequence[Fact[Any]]] = _no_facts
    report: Callable[[Any, Sequence[HostResult]], Report] | None = None
    summary: str = ""
    example: str = ""
    version: int = 1
    undo: str = ""
    undo_says: str = ""
    may_break: str = ""
    repeatable: bool = False
    killable: bool = True
    cuts_connection: bool = False
    raw: bool = False
    in_process: bool = False

    @property
    def hostless(self) -> bool:
        """Whether it has no hosts: it happens inside Overseer, or Overseer sends requests."""
        return self.in_process or "hosts" not in self.params.model_fields

    @property
    def skill(self) -> str:
        """The part of the name before the dot."""
        return self.name.partition(".")[0]


def action(
    name: str,
    *,
    params: type[Params],
    effect: Effect,
    title: Callable[[Any], str],
    **details: Any,
) -> Callable[[Callable[[Any, View], Yields]], Action]:
    """Make an `Action` of a generator function; `details` are further fields of `Action`.

    The function's docstring's first line is the action's summary in `help`.
    """

    def make(function: Callable[[Any, View], Yields]) -> Action:
        summary = (function.__doc__ or "").strip().partition("\n")[0]
        return Action(
            name=name, params=params, effect=effect, title=title, expand=function,
            summary=summary, **details,
        )  # fmt: skip

    return make


@dataclass(frozen=True, kw_only=True)
class Skill:
    """One folder of `skills/`: its actions and the sentences that ask for them.

    `phrases` is the parsed `phrases.yaml`; the loader fills it in. `facts` are those that
    Overseer itself may read by name without a plan (`units`: the services of a host). `own`: it
    lies outside what ships; the loader says so.
    """

    name: str
    summary: str
    actions: tuple[Action, ...]
    phrases: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Fact[Any]] = field(default_factory=dict)
    own: bool = False


__all__ = [
    "DURATION_UNITS", "Action", "Already", "Call", "Cannot", "Caution", "Check", "Command",
    "CommandResult", "Duration", "Effect", "Fact", "HostName", "HostResult", "Hosts", "Leaves",
    "Now", "PackageName", "Params", "Report", "Request", "Script", "ServiceName", "Shell",
    "Skill", "Undo", "Upload", "View", "Yielded", "Yields", "action",
]  # fmt: skip

"""What can be done with services.

Each action reads the unit first, so that a unit that does not exist, a start of one that
runs or a machine without systemd is a sentence on the card and no failed command.
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from bot.domain.commands import Condition
from bot.domain.inventory import ConnectionKind
from bot.domain.naming import service_name
from bot.domain.plans import WHEN_IT_BEGAN
from bot.domain.wording import listed
from bot.skillkit.contract import (
    Already,
    Cannot,
    Caution,
    Check,
    Effect,
    Hosts,
    Leaves,
    Now,
    Params,
    ServiceName,
    Shell,
    Undo,
    View,
    Yielded,
    Yields,
    action,
)
from skills.service import report
from skills.service.facts import UnitState, unit

SETTLE_S = 5.0
_DURATION = r"(\d+[smhdw])+"
Since = Annotated[
    str,
    Field(
        pattern=rf"^({_DURATION}|today|yesterday|\d{{4}}-\d\d-\d\d( \d\d:\d\d(:\d\d)?( UTC)?)?)$"
    ),
]
"""A duration back from now (`2h`), `today`, `yesterday` or a date, in the host's time or UTC."""


class OnService(Params):
    """A service on some hosts.

    `service` is its one name, for gate and history; `said` the unit's own, where that was said.
    """

    service: ServiceName
    hosts: Hosts
    said: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _keep_what_was_said(cls, given: Any) -> Any:
        if not isinstance(given, dict) or not isinstance(given.get("service"), str):
            return given
        said = given["service"].removesuffix(".service")
        other = said != service_name(given["service"])
        return {**given, "said": said} if other else given

    @model_validator(mode="after")
    def _of_the_same_service(self) -> Self:
        if self.said is not None and service_name(self.said) != self.service:
            raise ValueError(f"{self.said!r} is no unit of {self.service}")
        return self

    @property
    def called(self) -> str:
        """What was said."""
        return self.said or self.service


class LogParams(OnService):
    """The newest `lines` lines, none older than `since` and none newer than `until`."""

    lines: Annotated[int, Field(ge=1, le=5000)] | None = None
    since: Since | None = None
    until: Since | None = None

    @property
    def bounded(self) -> bool:
        """Whether a part of the log is meant; it is then read from its end."""
        return self.since is not None or self.until is not None


def _unit(p: OnService) -> tuple[object, ...]:
    return (unit(p.service),)


@action(
    "service.status",
    params=OnService,
    effect=Effect.READ,
    title=lambda p: f"check {p.service}",
    example="is nginx up on {host}?",
    repeatable=True,
    report=report.status,
)
def status(p: OnService, host: View) -> Yields:
    """Whether a service runs, since when, and what it said last when it failed."""
    yield unit(p.service).command


@action(
    "service.start",
    params=OnService,
    effect=Effect.WRITE,
    title=lambda p: f"start {p.service}",
    example="start nginx on {host}",
    facts=_unit,
    undo="service.stop",
    undo_says="stop it again where this started it",
    repeatable=True,
)
def start(p: OnService, host: View) -> Yields:
    """Start a service."""
    state = host[unit(p.service)].called(p.called)
    if state is None:
        yield _which(p, host)
    elif refusal := _refusal(state, host, "start"):
        yield refusal
    elif state.active == "active":
        yield Already(f"{state.name} is already active on {host.name}")
    else:
        yield Now(_now(state))
        yield _systemctl("start", state, host, unless=_is_active(state))
        yield _up(state, host)
        yield Undo(_systemctl("stop", state, host))
        yield Leaves(unit(p.service), state.become("active"))


@action(
    "service.stop",
    params=OnService,
    effect=Effect.WRITE,
    title=lambda p: f"stop {p.service}",
    example="stop nginx on {host}",
    facts=_unit,
    undo="service.start",
    undo_says="start it again where this stopped it",
    may_break="whoever uses it is cut off until it is started again",
    repeatable=True,
)
def stop(p: OnService, host: View) -> Yields:
    """Stop a service."""
    state = host[unit(p.service)].called(p.called)
    if state is None:
        yield _which(p, host)
    elif refusal := _refusal(state, host, "stop"):
        yield refusal
    elif state.active in {"inactive", "failed"}:
        yield Already(f"{state.name} is not running on {host.name}")
    else:
        yield Now(_now(state))
        yield from _way_in(state, host)
        if state.triggered_by:
            yield Caution(f"{listed(state.triggered_by)} starts {state.name} again on demand")
        stopped = Condition(
            argv=_shows("ActiveState", state), stdout="inactive",
            says=f"{state.name} is stopped already",
        )  # fmt: skip
        yield _systemctl("stop", state, host, unless=stopped)
        yield _down(state, host)
        yield Undo(_systemctl("start", state, host))
        yield Leaves(unit(p.service), state.become("inactive"))


@action(
    "service.restart",
    params=OnService,
    effect=Effect.WRITE,
    title=lambda p: f"restart {p.service}",
    example="restart nginx on {host}",
    facts=_unit,
    undo_says="none: a restart cannot be taken back",
    may_break="requests in flight",
)
def restart(p: OnService, host: View) -> Yields:
    """Stop a service and start it again."""
    state = host[unit(p.service)].called(p.called)
    if state is None:
        yield _which(p, host)
    elif refusal := _refusal(state, host, "restart"):
        yield refusal
    else:
        yield Now(_now(state))
        yield from _way_in(state, host)
        if state.active in {"inactive", "failed"}:
            yield Caution(f"{state.name} is {state.active} on {host.name}: a restart starts it")
        yield _systemctl("restart", state, host)
        yield _up(state, host)
        yield Leaves(unit(p.service), state.become("active"))


@action(
    "service.reload",
    params=OnService,
    effect=Effect.WRITE,
    title=lambda p: f"reload {p.service}",
    example="reload nginx on {host}",
    facts=_unit,
    undo_says="none: the old configuration is on disk no more",
    may_break="nothing in flight; a broken configuration may be refused",
    repeatable=True,
)
def reload(p: OnService, host: View) -> Yields:
    """Have a service read its configuration again, without stopping."""
    state = host[unit(p.service)].called(p.called)
    if state is None:
        yield _which(p, host)
    elif refusal := _refusal(state, host, "reload"):
        yield refusal
    elif not state.can_reload:
        yield Cannot(
            f"{state.name} can't reload on {host.name}: its unit has no way to; "
            f"`restart {state.name}` does the same with a short gap."
        )
    elif state.active != "active":
        yield Cannot(
            f"{state.name} is {state.active} on {host.name}, so there is nothing to reload; "
            f"`start {state.name}` reads the configuration too."
        )
    else:
        yield Now(_now(state))
        yield _systemctl("reload", state, host)
        yield _up(state, host)


@action(
    "service.logs",
    params=LogParams,
    effect=Effect.READ,
    title=lambda p: f"show the log of {p.service}",
    example="show the last 50 lines of the nginx log on {host}",
    facts=_unit,
    repeatable=True,
    report=report.logs,
)
def logs(p: LogParams, host: View) -> Yields:
    """What a service wrote into the journal."""
    state = host[unit(p.service)].called(p.called)
    if state is None:
        yield _which(p, host)
        return
    lines = p.lines or (1000 if p.since else 50)
    if state.systemd:
        if not state.exists:
            yield _missing(state, host, "show its log")
            return
        argv = ("journalctl", "-u", state.unit, *_newest(lines, p), "--no-pager",
                "-o", "short-iso", "-q")  # fmt: skip
        yield Shell(argv=argv, sudo=host.sudo)
    elif state.log_files and not p.bounded:
        yield Shell(argv=("tail", "-n", str(lines), "--", *state.log_files), sudo=host.sudo)
    else:
        why = "files can't be cut by time" if state.log_files else "/var/log has none either"
        yield Cannot(
            f"{host.name} doesn't run systemd, so there is no journal of {p.service}, and {why}; "
            f"`is {p.service} up on {host.name}?` still works."
        )


def _refusal(state: UnitState, host: View, verb: str) -> Cannot | None:
    """Why this can't be done here, before anybody is asked."""
    if not state.systemd:
        return Cannot(
            f"{host.name} doesn't run systemd, so I can't {verb} {state.service} there; "
            f"nothing ran, and `how is {host.name}?` still works."
        )
    if not state.exists:
        return _missing(state, host, f"{verb} it")
    if state.masked and verb != "stop":
        return Cannot(
            f"{state.name} is masked on {host.name}: somebody forbade to start it; "
            f"`systemctl unmask {state.unit}` there lifts that."
        )
    if not host.can_be_root:
        return Cannot(
            f"my login on {host.name} can't become root, so I can't {verb} {state.name} there; "
            "set `sudo:` for it in the inventory."
        )
    return None


def _which(p: OnService, host: View) -> Cannot:
    """The host has several units that the name may mean."""
    there = host[unit(p.service)]
    names = listed([each.unit for each in (there, *there.twins)])
    one = there.name
    return Cannot(
        f"{host.name} has {names}, each a service of its own, and {p.called} may mean any; "
        f"say the one you mean, such as {one}."
    )


def _missing(state: UnitState, host: View, verb: str) -> Cannot:
    nearest = f"; did you mean {listed(state.near, 'or')}?" if state.near else "; nothing ran."
    return Cannot(f"there is no {state.service} on {host.name}, so I can't {verb}{nearest}")


def _systemctl(verb: str, state: UnitState, host: View, unless: Condition | None = None) -> Shell:
    return Shell(argv=("systemctl", verb, "--", state.unit), sudo=host.sudo, unless=unless)


def _is_active(state: UnitState) -> Condition:
    argv = ("systemctl", "is-active", "--", state.unit)
    return Condition(argv=argv, stdout="active", says=f"{state.name} is already active")


def _up(state: UnitState, host: View) -> Check:
    """How success is known; a one-shot unit has done its work and is active no more."""
    if state.kind == "oneshot":
        argv, word = _shows("Result", state), "success"
    else:
        argv, word = ("systemctl", "is-active", "--", state.unit), "active"
    return Check(
        argv=argv, stdout=word, settle_s=SETTLE_S, diagnose=_diagnose(state), sudo=host.sudo
    )


def _down(state: UnitState, host: View) -> Check:
    """How a stop is known. One that ended badly (a process killed at last) has ended all the same;
    one that is still stopping, or was started again meanwhile, has not."""
    return Check(
        argv=_shows("ActiveState", state), stdout="inactive", or_stdout=("failed",),
        settle_s=SETTLE_S, diagnose=_diagnose(state), sudo=host.sudo,
    )  # fmt: skip


def _shows(name: str, state: UnitState) -> tuple[str, ...]:
    """Reads one property of the unit; a unit that is not there has it too."""
    return ("systemctl", "show", "-p", name, "--value", "--", state.unit)


def _diagnose(state: UnitState) -> tuple[tuple[str, ...], ...]:
    return (
        ("systemctl", "status", "--no-pager", "--lines=0", "--", state.unit),
        # No `-n`: beside `--since`, systemd before 254 takes it for the oldest lines.
        ("journalctl", "-u", state.unit, f"--since={WHEN_IT_BEGAN}", "--no-pager", "-o", "cat"),
    )


def _way_in(state: UnitState, host: View) -> tuple[Yielded, ...]:
    """A caution when the service is the way on which Overseer reaches the host."""
    by_ssh = host.host.connection.kind is ConnectionKind.SSH
    if by_ssh and state.name in {"ssh", "sshd"}:
        return (Caution(f"{state.name} is how I reach {host.name}: if it stays down I am out"),)
    return ()


def _now(state: UnitState) -> str:
    """`nginx active`; under another name than the one that was said, both."""
    named = state.name if state.name == state.service else f"{state.service} (here {state.name})"
    return f"{named} {state.active}"


def _newest(lines: int, p: LogParams) -> tuple[str, ...]:
    """The newest lines, in every release of systemd.

    Before 254 `-n` beside `--since` means the oldest, and before 243 `-n` beside `-r` skips
    the newest unless `--until` says where to begin. The report turns them round.
    """
    if not p.bounded:
        return ("-n", str(lines))
    since = (f"--since={_moment(p.since)}",) if p.since else ()
    until = f"--until={_moment(p.until) if p.until else 'now'}"
    return (*since, until, "-r", "-n", str(lines))


def _moment(said: str) -> str:
    """As `journalctl` reads it behind `--since` and `--until`."""
    return f"-{said}" if said[-1] in "smhdw" and said[0].isdigit() else said

"""The sample data of the gallery: one restart on a web fleet, and what came of it. Pure.

Everything is a recorded event, a plan or a vote as the product itself makes them; the cards are
drawn of them by the real reporter.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.approvals import Ballot, Vote
from bot.domain.commands import CommandResult, Condition, Script, Shell
from bot.domain.events import Event
from bot.domain.inventory import ConnectionKind, Target
from bot.domain.messages import ThreadRef
from bot.domain.plans import (
    WHEN_IT_BEGAN,
    Check,
    Decision,
    Effect,
    Impact,
    Plan,
    Reason,
    Step,
    TargetPlan,
    Verdict,
)
from bot.domain.runs import PlanState
from bot.ports import StoredPlan
from bot.reporting.reader import Reader

NOON = datetime(2025, 6, 3, 12, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
NAMES = {"ana": "Ana", "ben": "Ben", "chris": "Chris", "dana": "Dana"}
UNIT = "nginx.service"
RESTART = Shell(argv=("systemctl", "restart", "--", UNIT), sudo=True)
CHECK = Check(
    argv=("systemctl", "is-active", "--", UNIT),
    stdout="active",
    settle_s=5,
    diagnose=(
        ("systemctl", "status", "--no-pager", "--lines=0", "--", UNIT),
        ("journalctl", "-u", UNIT, f"--since={WHEN_IT_BEGAN}", "--no-pager", "-o", "cat"),
    ),
    sudo=True,
)


def at(minute: float, second: float = 0) -> datetime:
    """A time of the story: minutes after 14:00 in the reader's zone."""
    return NOON + timedelta(minutes=minute, seconds=second)


def reader(minute: float = 4, second: float = 0) -> Reader:
    """Who looks at a card, at a time of the story."""
    return Reader(now=at(minute, second), zone=ZONE, names=NAMES)


def target(
    name: str, environment: str = "production", kind: ConnectionKind = ConnectionKind.SSH
) -> Target:
    """A host of the fleet."""
    return Target(name=name, environment=environment, kind=kind, user="ops")


def restart_part(name: str, environment: str = "production") -> TargetPlan:
    """A restart on one host."""
    return TargetPlan(
        target=target(name, environment), now="nginx active", commands=(RESTART,), checks=(CHECK,)
    )


def restart_step(**changes: Any) -> Step:
    """A rolling restart of four hosts."""
    fields: dict[str, Any] = {
        "id": "s1",
        "action": "service.restart",
        "effect": Effect.WRITE,
        "title": "restart nginx",
        "params": {"service": "nginx", "hosts": ["web-1", "web-2", "web-3", "web-4"]},
        "targets": (
            restart_part("web-1"),
            restart_part("web-2"),
            restart_part("web-3", "staging"),
            restart_part("web-4"),
        ),
        "batch": 1,
        "stop_at_first_failure": True,
        "undo_says": "none: a restart cannot be taken back",
        "may_break": "requests in flight",
        "expected_s": 12.0,
    }
    return Step(**(fields | changes))


def stop_step(hosts: Sequence[str] = ("web-1", "web-2"), **changes: Any) -> Step:
    """A stop, which can be taken back."""
    stop = Shell(
        argv=("systemctl", "stop", "--", UNIT),
        sudo=True,
        unless=Condition(
            argv=("systemctl", "show", "-p", "ActiveState", "--value", "--", UNIT),
            stdout="inactive",
            says="nginx is stopped already",
        ),
    )
    start = Shell(argv=("systemctl", "start", "--", UNIT), sudo=True)
    parts = [
        TargetPlan(target=target(h), now="nginx active", commands=(stop,), undo=(start,))
        for h in hosts
    ]
    fields: dict[str, Any] = {
        "id": "s1",
        "action": "service.stop",
        "effect": Effect.WRITE,
        "title": "stop nginx",
        "params": {"service": "nginx", "hosts": list(hosts)},
        "targets": tuple(parts),
        "undo_says": "start it again where this stopped it",
        "may_break": "whoever uses it is cut off until it is started again",
    }
    return Step(**(fields | changes))


def read_step(hosts: Sequence[str] = ("web-1",), **changes: Any) -> Step:
    """A look at hosts."""
    parts = [TargetPlan(target=target(h), commands=(Script(text="uptime"),)) for h in hosts]
    fields: dict[str, Any] = {
        "id": "s1",
        "action": "host.status",
        "effect": Effect.READ,
        "title": "check load, memory and disks",
        "params": {"hosts": list(hosts)},
        "targets": tuple(parts),
    }
    return Step(**(fields | changes))


QUORUM = Reason(id="prod-quorum", text="production needs 2 approvers other than Ben")


def verdict(**changes: Any) -> Verdict:
    """What the gate said."""
    fields: dict[str, Any] = {
        "decision": Decision.ASK,
        "impact": Impact.HIGH,
        "reasons": (QUORUM,),
        "votes": 2,
        "approvers": ("ana", "chris", "dana"),
        "policy": "p",
    }
    return Verdict(**(fields | changes))


def plan(*steps: Step, **changes: Any) -> Plan:
    """The plan; without steps the rolling restart."""
    fields: dict[str, Any] = {
        "id": 90,
        "requester": "ben",
        "thread": ThreadRef(surface="slack", channel="#ops", thread="1"),
        "request": "restart nginx on web",
        "reason": "new certificate",
        "title": "restart nginx on web, one at a time",
        "steps": steps or (restart_step(),),
        "verdict": verdict(),
        "created_at": at(2),
        "expires_at": at(32),
        "digest": "7f3ac21e" + "0" * 56,
    }
    return Plan(**(fields | changes))


def stored(
    state: PlanState = PlanState.WAITING, the_plan: Plan | None = None, **details: Any
) -> StoredPlan:
    """The plan as it stands in the store."""
    return StoredPlan(plan=the_plan or plan(), state=state, **details)


def vote(
    person: str = "ana", ballot: Ballot = Ballot.APPROVE, minute: float = 3, reason: str = ""
) -> Vote:
    """A vote on it."""
    return Vote(
        plan=90, revision=1, digest="7f3ac21e" + "0" * 56, person=person, ballot=ballot,
        reason=reason, at=at(minute),
    )  # fmt: skip


def event(
    kind: str, minute: float, second: float = 0, *, step: str = "", host: str = "",
    person: str = "", **data: Any,
) -> Event:  # fmt: skip
    """Something that happened to it."""
    return Event(
        kind=kind, at=at(minute, second), plan=90, step=step, host=host, person=person, data=data
    )


def began(host: str, minute: float, second: float = 0, step: str = "s1") -> Event:
    """An attempt began."""
    return event("attempt.started", minute, second, step=step, host=host,
                 attempt=f"90-1-{step}-{host}-1", number=1, fence=1)  # fmt: skip


def ended(
    host: str, minute: float, second: float = 0, *, state: str = "succeeded", note: str = "",
    step: str = "s1", took: float = 11.0, results: Sequence[dict[str, Any]] = (),
) -> Event:  # fmt: skip
    """An attempt ended."""
    return event("attempt.ended", minute, second, step=step, host=host, attempt="x", state=state,
                 note=note, exit_status=0, duration_s=took, results=list(results),
                 changed=state != "skipped")  # fmt: skip


def result(exit_status: int = 0, stdout: str = "", stderr: str = "") -> dict[str, Any]:
    """What a command left, as events carry it."""
    return CommandResult(exit_status=exit_status, stdout=stdout, stderr=stderr).model_dump(
        include={"exit_status", "stdout", "stderr", "duration_s", "signal", "timed_out"}
    )


FAILED_RESTART = (
    result(1, stderr="Job for nginx.service failed because the control process exited.\n"),
    result(3, "× nginx.service - A high performance web server\n     Active: failed\n"),
    result(0, '[emerg] cannot load certificate "/etc/ssl/shop.pem"\nFailed to start nginx.\n'),
)

STARTED = event("run.started", 5, revision=1, digest="7f3a")


def moved(
    to: str, minute: float, second: float = 0, *, why: str = "", decide_by: str | None = None
) -> Event:
    """The run went on to another state."""
    return event("run.moved", minute, second, to=to, why=why, decide_by=decide_by,
                 **{"from": "running"})  # fmt: skip


HALF_FAILED = (
    STARTED,
    began("web-1", 5, 1),
    ended("web-1", 5, 12, results=[result()]),
    began("web-2", 5, 13),
    ended("web-2", 5, 31, state="failed", note="exit 1", took=3.0, results=FAILED_RESTART),
    moved("needs_decision", 5, 31, decide_by=at(35).isoformat()),
)

"""Rows of plans, votes, runs, attempts, events and logins: out of domain values and back.

Writing is total: whatever a host printed or a person typed can be stored. Lone surrogates,
which neither JSON nor SQLite takes, become `?`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import structlog
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, from_json, to_json

from bot.domain.approvals import Ballot, Vote
from bot.domain.commands import CommandResult
from bot.domain.events import Event
from bot.domain.plans import Plan
from bot.domain.runs import Attempt, PlanState, Run, RunState, StepState
from bot.errors import UnreadableError
from bot.ports import Login, StoredPlan

_log = structlog.get_logger(__name__)

Row = tuple[Any, ...]

# -- values --------------------------------------------------------------------------------------


def time_out(at: datetime | None) -> str | None:
    """A time as text that sorts."""
    return None if at is None else moment(at)


def moment(at: datetime) -> str:
    """An aware time as text that sorts.

    Raises:
        ValueError: it is naive, so that nobody knows when it was.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return at.isoformat(timespec="microseconds")


def time_in(text: str | None) -> datetime | None:
    """The time that was stored."""
    return None if text is None else datetime.fromisoformat(text)


def plain(text: str) -> str:
    """The text with lone surrogates made harmless."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def json_out(value: Any) -> str:
    """Anything as JSON text."""
    try:
        return to_json(value).decode()
    except (PydanticSerializationError, UnicodeEncodeError, ValueError):
        return to_json(_cleaned(value), serialize_unknown=True).decode()


def json_in(text: str) -> Any:
    """What `json_out` was given, as plain JSON values."""
    return from_json(text)


def _cleaned(value: Any) -> Any:
    """The value with every text in it made storable."""
    match value:
        case str():
            return plain(value)
        case BaseModel():
            return {name: _cleaned(getattr(value, name)) for name in type(value).model_fields}
        case Mapping():
            return {plain(str(key)): _cleaned(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_cleaned(item) for item in value]
        case bytes():
            return value.decode("utf-8", "replace")
        case _:
            return value


# -- plans and votes -----------------------------------------------------------------------------


def plan_row(plan: Plan, state: PlanState, body: str) -> Row:
    """Columns of `plans`."""
    return (
        plan.id, plan.revision, True, state.value, plain(plan.requester),
        plain(str(plan.thread)), moment(plan.created_at), time_out(plan.expires_at),
        "", None, "", body, plan.effect.changes,
    )  # fmt: skip


@lru_cache(maxsize=256)
def _plan(number: int, body: str) -> Plan | str:
    """The plan, or why it can't be read. A revision's body never changes, so the text is the key.

    Reading one takes a while; of one that can't be read the log tells once, and not at each tick.
    """
    try:
        plan = Plan.model_validate_json(body)
    except ValidationError as error:
        why = _fault(error)
        _log.error("a stored plan can't be read and is passed over", plan=number, why=why)
        return why
    return plan


def _fault(error: ValidationError) -> str:
    """The first thing that is wrong, and where."""
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]


def body_of(plan: Plan) -> str:
    """The whole plan as text that can be read again.

    Raises:
        UnreadableError: it can't, so that nobody could vote on it, run it or stop it.
    """
    body = json_out(plan)
    found = _plan(plan.id, body)
    if isinstance(found, str):
        raise UnreadableError(
            f"#{plan.id} can't be stored: read again it would be no plan ({found}). Nothing ran.",
            plan=plan.id,
            cure="Say it in other words; that this could happen is a fault of mine.",
        )
    return body


def plan_of(row: Row) -> StoredPlan:
    """From `body, state, decided_by, decided_at, reason, plan`.

    Raises:
        UnreadableError: what is stored is no plan of this version.
    """
    body, state, by, at, reason, number = row
    found = _plan(number, body)
    if isinstance(found, str):
        raise UnreadableError(
            f"What is stored of #{number} can't be read ({found}), so I leave it alone.",
            plan=number,
            cure="Start the Overseer that wrote it, or restore a backup.",
        )
    return StoredPlan(found, PlanState(state), by, time_in(at), reason)


def readable(found: Iterable[Row]) -> Iterator[StoredPlan]:
    """The plans of some rows, without those that can't be read: the log has told of them."""
    for row in found:
        with suppress(UnreadableError):
            yield plan_of(row)


def tags_of(plan: Plan) -> set[tuple[str, str]]:
    """What a plan can be found by: `("host", name)` and `("service", name)`."""
    tags = {("host", host) for host in plan.hosts}
    for step in plan.steps:
        named = step.params.get("service"), *_listed(step.params.get("services"))
        tags |= {("service", name) for name in named if isinstance(name, str) and name}
    return {(kind, plain(value)) for kind, value in tags}


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def vote_row(vote: Vote) -> Row:
    """Columns of `votes` after the id."""
    return (
        vote.plan, vote.revision, vote.digest, plain(vote.person), vote.ballot.value,
        plain(vote.reason), moment(vote.at), plain(vote.surface),
    )  # fmt: skip


def vote_of(row: Row) -> Vote:
    """From the columns of `votes` after the id."""
    plan, revision, digest, person, ballot, reason, at, surface = row
    return Vote(
        plan=plan, revision=revision, digest=digest, person=person, ballot=Ballot(ballot),
        reason=reason, at=datetime.fromisoformat(at), surface=surface,
    )  # fmt: skip


# -- runs and attempts ---------------------------------------------------------------------------


def run_row(run: Run) -> Row:
    """Columns of `runs`."""
    return (
        run.plan, run.revision, run.digest, run.state.value, moment(run.started_at),
        time_out(run.ended_at), time_out(run.decide_by), plain(run.decider), run.stopping,
        plain(run.why),
    )  # fmt: skip


def run_of(row: Row) -> Run:
    """From the columns of `runs`."""
    plan, revision, digest, state, started, ended, decide_by, decider, stopping, why = row
    return Run(
        plan=plan, revision=revision, digest=digest, state=RunState(state),
        started_at=datetime.fromisoformat(started), ended_at=time_in(ended),
        decide_by=time_in(decide_by), decider=decider, stopping=bool(stopping), why=why,
    )  # fmt: skip


_RESULTS: Final = TypeAdapter(tuple[CommandResult, ...])


def results_out(results: tuple[CommandResult, ...]) -> str:
    """The results of an attempt as JSON."""
    return json_out(results) if results else "[]"


def seconds_of(attempt: Attempt) -> float | None:
    """How long an attempt took."""
    if attempt.started_at is None or attempt.ended_at is None:
        return None
    return (attempt.ended_at - attempt.started_at).total_seconds()


def attempt_row(attempt: Attempt, action: str) -> Row:
    """Columns of `attempts`."""
    return (
        attempt.plan, attempt.step, attempt.host, attempt.id, attempt.revision, attempt.number,
        attempt.fence, attempt.state.value, results_out(attempt.results), plain(attempt.note),
        attempt.changed, attempt.left_out, time_out(attempt.started_at),
        time_out(attempt.ended_at), action, seconds_of(attempt),
    )  # fmt: skip


def attempt_of(row: Row) -> Attempt:
    """From the columns of `attempts`."""
    (plan, step, host, name, revision, number, fence, state, results, note, changed, left_out,
     started, ended, _action, _seconds) = row  # fmt: skip
    return Attempt(
        id=name, plan=plan, revision=revision, step=step, host=host, number=number, fence=fence,
        state=StepState(state), note=note, changed=bool(changed), left_out=bool(left_out),
        results=() if results == "[]" else _RESULTS.validate_json(results),
        started_at=time_in(started), ended_at=time_in(ended),
    )  # fmt: skip


# -- events and logins ---------------------------------------------------------------------------

_NOTHING: Final = "{}"


def event_row(event: Event, seq: int) -> Row:
    """Columns of `events`."""
    data = event.data
    return (
        seq, event.kind, moment(event.at), event.plan, plain(event.step), plain(event.host),
        plain(event.person), json_out(data) if data else _NOTHING, event.version,
    )  # fmt: skip


def event_of(row: Row) -> Event:
    """From the columns of `events`."""
    seq, kind, at, plan, step, host, person, data, version = row
    return Event(
        kind=kind, at=datetime.fromisoformat(at), plan=plan, step=step, host=host, person=person,
        data={} if data == _NOTHING else json_in(data), seq=seq, version=version,
    )  # fmt: skip


def numbered(event: Event, seq: int) -> Event:
    """The event as it was stored."""
    return Event(
        kind=event.kind, at=event.at, plan=event.plan, step=event.step, host=event.host,
        person=event.person, data=event.data, seq=seq, version=event.version,
    )  # fmt: skip


def login_row(login: Login) -> Row:
    """Columns of `logins`."""
    return login.kind, login.secret_hash, plain(login.person), time_out(login.expires_at)


def login_of(row: Row) -> Login:
    """From the columns of `logins`."""
    kind, secret_hash, person, expires_at = row
    return Login(person, kind, secret_hash, time_in(expires_at))

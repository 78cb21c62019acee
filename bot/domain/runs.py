"""States of plans, runs, steps and attempts, and the one table that says how they move.

    plan      drafted → denied | waiting | approved | superseded | expired | cancelled
    run       running → succeeded | needs_decision | drifted | interrupted, and on from there
    step      pending → ready → running → succeeded | failed | skipped | interrupted …
    attempt   one step on one target; its intent is committed with a fence token first

An event that the table does not name is refused and changes nothing (`moved` raises).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from bot.domain.commands import CommandResult
from bot.domain.messages import Frozen
from bot.errors import ConflictError

S = TypeVar("S", bound=StrEnum)


class PlanState(StrEnum):
    """Where a plan stands."""

    DRAFTED = "drafted"
    DENIED = "denied"
    WAITING = "waiting"
    APPROVED = "approved"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class RunState(StrEnum):
    """Where a run stands."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    NEEDS_DECISION = "needs_decision"
    DRIFTED = "drifted"
    INTERRUPTED = "interrupted"
    ROLLED_BACK = "rolled_back"
    FAILED = "failed"
    CANCELLED = "cancelled"


class StepState(StrEnum):
    """Where a step stands."""

    PENDING = "pending"
    READY = "ready"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped"
    INTERRUPTED = "interrupted"
    UNDONE = "undone"
    CANCELLED = "cancelled"


AttemptState = StepState
"""A step on several targets is an attempt per target, with the same states."""

_P, _R, _S = PlanState, RunState, StepState

PLAN_MOVES: dict[PlanState, frozenset[PlanState]] = {
    _P.DRAFTED: frozenset({_P.DENIED, _P.WAITING, _P.APPROVED, _P.SUPERSEDED, _P.CANCELLED}),
    _P.WAITING: frozenset({_P.DENIED, _P.APPROVED, _P.SUPERSEDED, _P.EXPIRED, _P.CANCELLED}),
    # A vote may be withdrawn until the first command.
    _P.APPROVED: frozenset({_P.WAITING, _P.SUPERSEDED, _P.CANCELLED}),
    _P.DENIED: frozenset(),
    _P.SUPERSEDED: frozenset(),
    _P.EXPIRED: frozenset(),
    _P.CANCELLED: frozenset(),
}

RUN_MOVES: dict[RunState, frozenset[RunState]] = {
    _R.RUNNING: frozenset(
        {_R.SUCCEEDED, _R.NEEDS_DECISION, _R.DRIFTED, _R.INTERRUPTED, _R.FAILED,
         _R.CANCELLED, _R.ROLLED_BACK}
    ),
    _R.NEEDS_DECISION: frozenset(
        {_R.RUNNING, _R.ROLLED_BACK, _R.FAILED, _R.CANCELLED, _R.SUCCEEDED}
    ),
    _R.DRIFTED: frozenset({_R.RUNNING, _R.ROLLED_BACK, _R.FAILED, _R.CANCELLED}),
    _R.INTERRUPTED: frozenset({_R.RUNNING, _R.ROLLED_BACK, _R.FAILED, _R.CANCELLED, _R.SUCCEEDED}),
    _R.SUCCEEDED: frozenset(),
    _R.ROLLED_BACK: frozenset(),
    _R.FAILED: frozenset(),
    _R.CANCELLED: frozenset(),
}  # fmt: skip

STEP_MOVES: dict[StepState, frozenset[StepState]] = {
    _S.PENDING: frozenset({_S.READY, _S.RUNNING, _S.SKIPPED, _S.CANCELLED}),
    _S.READY: frozenset({_S.RUNNING, _S.SKIPPED, _S.CANCELLED}),
    _S.RUNNING: frozenset(
        {_S.SUCCEEDED, _S.FAILED, _S.SKIPPED, _S.INTERRUPTED, _S.CANCELLED, _S.UNDONE}
    ),
    _S.FAILED: frozenset({_S.RUNNING, _S.READY, _S.SKIPPED, _S.UNDONE, _S.CANCELLED}),
    _S.INTERRUPTED: frozenset(
        {_S.RUNNING, _S.READY, _S.SUCCEEDED, _S.FAILED, _S.SKIPPED, _S.UNDONE, _S.CANCELLED}
    ),
    _S.SUCCEEDED: frozenset({_S.UNDONE}),
    _S.SKIPPED: frozenset({_S.UNDONE}),
    _S.UNDONE: frozenset(),
    _S.CANCELLED: frozenset({_S.UNDONE}),
}  # fmt: skip

PLAN_ENDED = frozenset(s for s, to in PLAN_MOVES.items() if not to)
PLAN_REVISABLE = frozenset({_P.DRAFTED, _P.WAITING, _P.DENIED})
"""A plan in one of these that never ran can become another by its requester's words."""

RUN_ENDED = frozenset(s for s, to in RUN_MOVES.items() if not to)
RUN_HALTED = frozenset({_R.NEEDS_DECISION, _R.DRIFTED, _R.INTERRUPTED})
RUN_FAILED = frozenset({_R.FAILED, _R.NEEDS_DECISION, _R.INTERRUPTED, _R.ROLLED_BACK})
"""A run in one of these did not do what was asked."""
STEP_ENDED = frozenset(
    {_S.SUCCEEDED, _S.FAILED, _S.SKIPPED, _S.INTERRUPTED, _S.UNDONE, _S.CANCELLED}
)
STEP_BAD = frozenset({_S.FAILED, _S.INTERRUPTED})
"""A step, or a target of it, that somebody must decide about."""
STEP_SATISFIES = frozenset({_S.SUCCEEDED, _S.SKIPPED})
"""A step in one of these lets the steps that need it begin."""


GONE_OVER = ("failed", "in doubt")
"""How the note of a target begins that a person skipped because it had ended badly."""
ENDED_BY_STOP = "ended by Stop"
"""How the note of an attempt begins that a person has ended halfway."""


def moved(table: dict[S, frozenset[S]], now: S, to: S, what: str) -> S:
    """`to`, when the table lets `now` become it.

    Raises:
        ConflictError: the table has no such move; nothing changed.
    """
    if to not in table[now]:
        raise ConflictError(
            f"{what} is {now.replace('_', ' ')} and can't become {to.replace('_', ' ')}."
        )
    return to


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One step on one target, once.

    A plain dataclass, because a run makes three of each and validates none: every value is
    the engine's own.

    `id` names the attempt on the host too. `fence` grows with each attempt of the same
    step and target; a recorder with an older fence is refused. `results` are one per
    command, in order; `note` is the sentence for the card (why skipped, why failed).
    `changed` is True once a changing command may have taken effect there; `left_out` that the
    target was skipped by a decision, so that later steps leave the host out too.
    """

    id: str
    plan: int
    revision: int
    step: str
    host: str
    number: int = 1
    fence: int = 1
    state: StepState = StepState.PENDING
    results: tuple[CommandResult, ...] = ()
    note: str = ""
    changed: bool = False
    left_out: bool = False
    started_at: datetime | None = None
    ended_at: datetime | None = None


class Run(Frozen):
    """What happens after approval. One run per plan; its id is the plan's."""

    plan: int
    revision: int
    digest: str
    state: RunState = RunState.RUNNING
    started_at: datetime
    ended_at: datetime | None = None
    decide_by: datetime | None = None
    decider: str = ""
    stopping: bool = False
    why: str = ""

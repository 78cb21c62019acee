"""What a run looks like so far: events folded into a view. Pure.

    view = view_of_plan(plan)                      before it runs
    view = view_of(plan, run, steps, attempts)     after a restart, from what is stored
    view = fold_all(view, events)                  and on from there

A fold gives a new view and leaves the old one as it was. Only the steps that the events
touch are copied, once per call, so that a thousand targets cost a thousand times one when
events come in batches. An event of another plan, of an unknown kind or about an unknown
step changes nothing: the log outlives the code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.domain.commands import CommandResult
from bot.domain.events import Event
from bot.domain.plans import Plan
from bot.domain.runs import (
    ENDED_BY_STOP,
    GONE_OVER,
    RUN_ENDED,
    STEP_ENDED,
    Attempt,
    Run,
    RunState,
    StepState,
)
from bot.reporting.past import Past, past_of
from bot.reporting.standing import Tally

KEPT_LINES = 5
"""Newest lines of a target's live output that a view keeps."""


@dataclass(frozen=True, kw_only=True)
class TargetView:
    """One step on one target. `lines` is the tail of its live output, heard at `heard_at`.

    `left_out`: nothing was done, since a person skipped it, here or in an earlier step, or since
    nothing could be, as the plan has said.
    `waited_at` is when a person last chose to go on waiting for it.
    `changed`: it has ended, and a command may have changed something there; a person's skipping
    leaves that as it is.
    `cut` says why there has been no connection to it since `cut_at`, while it runs.
    """

    state: StepState = StepState.PENDING
    note: str = ""
    left_out: bool = False
    started_at: datetime | None = None
    ended_at: datetime | None = None
    duration_s: float | None = None
    results: tuple[CommandResult, ...] = ()
    lines: tuple[str, ...] = ()
    heard_at: datetime | None = None
    cut: str = ""
    cut_at: datetime | None = None
    waited_at: datetime | None = None
    number: int = 0
    changed: bool = False

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self.state in STEP_ENDED

    @property
    def gone_over(self) -> bool:
        """Whether it ended badly, and a person has skipped it: it is not as it was wanted."""
        return self.left_out and self.note.startswith(GONE_OVER)

    @property
    def ended_by_stop(self) -> bool:
        """Whether a person has ended it halfway: it did not fail by itself."""
        return self.state is StepState.FAILED and self.note.startswith(ENDED_BY_STOP)


@dataclass(frozen=True, kw_only=True)
class StepView:
    """One step; `targets` by host, in the plan's order."""

    state: StepState = StepState.PENDING
    targets: Mapping[str, TargetView] = field(default_factory=dict)

    def of(self, *states: StepState) -> tuple[str, ...]:
        """The hosts in one of these states."""
        return tuple(host for host, target in self.targets.items() if target.state in states)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The hosts that were skipped: nothing was done there, or nothing that is known."""
        skipped = self.of(StepState.SKIPPED)
        return tuple(host for host in skipped if self.targets[host].left_out)

    @property
    def changed(self) -> tuple[str, ...]:
        """The hosts where something may have been changed that was not taken back."""
        return tuple(
            host
            for host, target in self.targets.items()
            if target.changed and target.state is not StepState.UNDONE
        )

    @property
    def well(self) -> tuple[str, ...]:
        """The hosts where all is as it was wanted: done, or so already."""
        ended = self.of(StepState.SUCCEEDED, StepState.SKIPPED)
        return tuple(host for host in ended if host not in self.left_out)

    @property
    def started_at(self) -> datetime | None:
        """When its first target began."""
        return min((t.started_at for t in self.targets.values() if t.started_at), default=None)

    @property
    def ended_at(self) -> datetime | None:
        """When its newest target ended."""
        return max((t.ended_at for t in self.targets.values() if t.ended_at), default=None)


@dataclass(frozen=True, kw_only=True)
class RunView:
    """A run as a card needs it. `state` is None before it begins; `past` is in order."""

    plan: int
    revision: int = 1
    state: RunState | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    why: str = ""
    decide_by: datetime | None = None
    decider: str = ""
    stopping: bool = False
    steps: Mapping[str, StepView] = field(default_factory=dict)
    past: tuple[Past, ...] = ()

    @property
    def last_change(self) -> datetime | None:
        """When the newest target ended."""
        return max((s.ended_at for s in self.steps.values() if s.ended_at), default=None)

    @property
    def gone_over(self) -> bool:
        """Whether some target ended badly and was skipped."""
        return any(t.gone_over for step in self.steps.values() for t in step.targets.values())

    def bad(self) -> tuple[tuple[str, str], ...]:
        """Failed and interrupted targets as (step, host)."""
        return tuple(
            (step_id, host)
            for step_id, step in self.steps.items()
            for host in step.of(StepState.FAILED, StepState.INTERRUPTED)
        )

    @property
    def tally(self) -> Tally:
        """How many targets of all steps have ended, and how."""
        targets = [t for step in self.steps.values() for t in step.targets.values()]
        return Tally.of(((t.state, t.left_out) for t in targets), len(targets))


def view_of_plan(plan: Plan) -> RunView:
    """A plan before its run: everything is pending."""
    steps = {
        step.id: StepView(targets={host: TargetView() for host in step.hosts})
        for step in plan.steps
    }
    return RunView(plan=plan.id, revision=plan.revision, steps=steps)


def view_of(
    plan: Plan,
    run: Run,
    steps: Mapping[str, StepState],
    attempts: Sequence[Attempt],
    told: Iterable[Event] = (),
) -> RunView:
    """A run as the store has it: what folding all its events would give, but live output.

    `told` are the events that the states alone don't tell (`Unit.told`).
    """
    by_step: dict[str, dict[str, TargetView]] = {
        step.id: {host: TargetView() for host in step.hosts} for step in plan.steps
    }
    for attempt in attempts:
        targets = by_step.get(attempt.step)
        if targets is not None and attempt.host in targets:
            targets[attempt.host] = _of_attempt(attempt)
    return RunView(
        plan=plan.id,
        revision=run.revision,
        state=run.state,
        started_at=run.started_at,
        ended_at=run.ended_at,
        why=run.why,
        decide_by=run.decide_by,
        decider=run.decider,
        stopping=run.stopping,
        past=tuple(past for event in told if (past := past_of(event)) is not None),
        steps={
            step_id: StepView(state=steps.get(step_id, StepState.PENDING), targets=targets)
            for step_id, targets in by_step.items()
        },
    )


def _of_attempt(attempt: Attempt) -> TargetView:
    took = None
    if attempt.started_at and attempt.ended_at:
        took = (attempt.ended_at - attempt.started_at).total_seconds()
    return TargetView(
        state=attempt.state,
        note=attempt.note,
        left_out=attempt.left_out,
        started_at=attempt.started_at,
        ended_at=attempt.ended_at if attempt.state in STEP_ENDED else None,
        duration_s=took if attempt.state in STEP_ENDED else None,
        results=attempt.results,
        heard_at=attempt.started_at if attempt.state is StepState.RUNNING else None,
        number=attempt.number,
        changed=attempt.changed and attempt.state in STEP_ENDED,
    )


def fold(view: RunView, event: Event) -> RunView:
    """The view after one more event."""
    return fold_all(view, (event,))


def fold_all(view: RunView, events: Iterable[Event]) -> RunView:
    """The view after some more events, in order."""
    steps = dict(view.steps)
    fresh: set[str] = set()
    past: list[Past] = []
    seen = view.past[-1].seq if view.past else 0
    for event in events:
        if event.plan != view.plan:
            continue
        more = past_of(event)
        if more is not None and not 0 < more.seq <= seen:  # the store may have told it already
            past.append(more)
        if event.kind.startswith("run."):
            view = _run(view, event)
            if event.data.get("button") == "wait":
                steps = {key: _waited(step, event) for key, step in steps.items()}
        elif event.step in steps:
            step = steps[event.step]
            if event.step not in fresh:
                step = replace(step, targets=dict(step.targets))
                fresh.add(event.step)
            steps[event.step] = _step(step, event)
    return replace(view, steps=steps, past=(*view.past, *past))


def _waited(step: StepView, event: Event) -> StepView:
    """Somebody goes on waiting for a host: it counts as silent only from now on."""
    known = step.targets.get(event.host)
    if known is None or known.state is not StepState.RUNNING:
        return step
    return replace(step, targets={**step.targets, event.host: replace(known, waited_at=event.at)})


def _run(view: RunView, event: Event) -> RunView:
    data = event.data
    match event.kind:
        case "run.started":
            return replace(
                view,
                state=RunState.RUNNING,
                started_at=event.at,
                ended_at=None,
                revision=int(data.get("revision", view.revision)),
            )
        case "run.moved":
            to = RunState(data["to"])
            due = data.get("decide_by")
            return replace(
                view,
                state=to,
                why=str(data.get("why") or ""),
                decide_by=datetime.fromisoformat(due) if due else None,
                ended_at=event.at if to in RUN_ENDED else None,
                stopping=view.stopping and to is not RunState.RUNNING,
            )
        case "run.decided":
            button = str(data.get("button", ""))
            return replace(
                view,
                stopping=view.stopping or button in {"stop", "kill"},
                decider=str(data.get("to", view.decider)),
            )
    return view


def _step(step: StepView, event: Event) -> StepView:
    """The step after an event of its own; its `targets` are a copy that may be written to."""
    if event.kind == "step.moved":
        return replace(step, state=StepState(event.data["to"]))
    known = step.targets.get(event.host)
    if known is None or not isinstance(step.targets, dict):
        return step
    match event.kind:
        case "attempt.started":
            step.targets[event.host] = TargetView(
                state=StepState.RUNNING,
                started_at=event.at,
                heard_at=event.at,
                number=int(event.data.get("number", known.number + 1)),
            )
        case "attempt.output":
            heard = event.data.get("lines") or ""
            fresh = heard.splitlines() if isinstance(heard, str) else [str(x) for x in heard]
            lines = (*known.lines, *fresh)
            step.targets[event.host] = replace(known, lines=lines[-KEPT_LINES:], heard_at=event.at)
        case "attempt.cut":
            why = str(event.data.get("why") or "")
            since = (known.cut_at or event.at) if why else None
            step.targets[event.host] = replace(
                known, cut=why, cut_at=since, heard_at=known.heard_at if why else event.at
            )
        case "attempt.ended":
            step.targets[event.host] = _ended(known, event)
    return step


def _ended(known: TargetView, event: Event) -> TargetView:
    data = event.data
    state = StepState(data["state"])
    return replace(
        known,
        state=state,
        note=str(data.get("note") or ""),
        left_out=bool(data.get("left_out")),
        changed=bool(data.get("changed")) and state in STEP_ENDED,
        ended_at=event.at if state in STEP_ENDED else None,
        duration_s=float(data.get("duration_s") or 0.0),
        results=tuple(_result(result) for result in data.get("results") or ()),
        lines=(),
        cut="",
        cut_at=None,
    )


def _result(data: Mapping[str, Any]) -> CommandResult:
    """What an event carries of a result; keys that this version does not know are left out."""
    return CommandResult(**{k: v for k, v in data.items() if k in CommandResult.model_fields})

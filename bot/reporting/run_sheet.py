"""One request as a sheet: the graph of its steps, what each target did, and its story. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.cards import ThreadItem, Tone
from bot.domain.events import Event
from bot.domain.plans import Plan
from bot.domain.runs import RUN_ENDED, RUN_HALTED, StepState
from bot.domain.sheets import RunSheet, StepSheet, TargetSheet, Told
from bot.domain.wording import listed, natural
from bot.reporting.how_read import how_read
from bot.reporting.plan_rows import step_words
from bot.reporting.progress import RunView, StepView, TargetView
from bot.reporting.reader import Reader
from bot.reporting.retelling import told
from bot.reporting.target_rows import SIGNS, step_sign

_FIRST = (
    StepState.FAILED, StepState.INTERRUPTED, StepState.RUNNING, StepState.UNDONE,
    StepState.SUCCEEDED, StepState.SKIPPED, StepState.CANCELLED, StepState.READY,
    StepState.PENDING,
)  # fmt: skip
"""Failed and running targets first."""


def run_sheet(
    item: ThreadItem,
    plan: Plan,
    view: RunView,
    events: Sequence[Event],
    reader: Reader,
    *,
    cut: bool = False,
) -> RunSheet:
    """All that is known of a request; `events` are its own, in order."""
    halted = view.state is None or view.state in RUN_ENDED | RUN_HALTED or view.stopping
    steps = tuple(
        _step(number, plan, view, reader, halted=halted) for number in range(len(plan.steps))
    )
    lines = [told(event, reader, plan) for event in events]
    story = (*_beginning(plan, reader), *(line for line in lines if line is not None))
    return RunSheet(item=item, steps=steps, story=story, cut=cut)


def _step(number: int, plan: Plan, view: RunView, reader: Reader, *, halted: bool) -> StepSheet:
    step = plan.steps[number]
    found = view.steps.get(step.id, StepView())
    known = {part.target.name: part for part in step.targets}
    hosts = sorted(
        found.targets or known,
        key=lambda h: (_FIRST.index(found.targets.get(h, TargetView()).state), natural(h)),
    )
    state, tone = step_sign(found, halted=halted and view.state is not None)
    return StepSheet(
        id=step.id,
        number=number + 1,
        title=step_words(step),
        state=state,
        tone=tone,
        needs=step.needs,
        done=len(found.well),
        targets=tuple(_target(h, found.targets.get(h, TargetView()), reader) for h in hosts),
    )


def _target(host: str, target: TargetView, reader: Reader) -> TargetSheet:
    state, tone = SIGNS[target.state]
    took = target.duration_s
    if target.state is StepState.RUNNING and target.started_at is not None:
        took = reader.since(target.started_at)
    return TargetSheet(
        host=host,
        state="cut off" if target.cut else state,
        tone=Tone.WARNING if target.cut else tone,
        note=target.cut or target.note,
        took_s=took,
        attempt=target.number,
        printed=any(r.stdout or r.stderr for r in target.results),
        tail="\n".join(target.lines),
    )


def _beginning(plan: Plan, reader: Reader) -> tuple[Told, ...]:
    """The sentence as it was said, and how it was read."""
    steps = [f"{step_words(step)} on {listed(step.hosts)}" for step in plan.steps]
    mended = [f"“{c.said}” as “{c.read}”" for c in plan.corrections]
    asides = [how_read(plan).removeprefix("read "), *([f"read {listed(mended)}"] if mended else [])]
    because = f" because: “{plan.reason}”" if plan.reason else ""
    return (
        Told(
            at=plan.created_at, who=reader.who(plan.requester), text=f"“{plan.request}”{because}",
            aside=plan.thread.surface, plan=plan.id,
        ),
        Told(
            at=plan.created_at, text="read as", aside=" · ".join(asides), exact=tuple(steps),
            plan=plan.id,
        ),
    )  # fmt: skip

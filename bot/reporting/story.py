"""What happened on the way: ends that were bad and were gone over, and who pressed what.

The states of a run tell how it stands; a retry, a skip or a roll back leaves no trace in them.
These are the lines that tell it all the same, oldest first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.alike import beside, shape
from bot.domain.cards import Row, Tone, plain
from bot.domain.plans import Plan
from bot.domain.runs import RunState, StepState
from bot.domain.wording import count, folded, shortened
from bot.reporting.past import STOPS, Past, reason_of
from bot.reporting.progress import RunView
from bot.reporting.reader import Reader

MOST_LINES = 8
"""Lines on a card; of a longer story the first and the last ones."""
LONGEST = 160

_CHOSE = {
    "retry": "chose Retry", "skip": "chose Skip", "rollback": "chose Roll back",
    "recheck": "chose Check again", "mark_done": "chose Mark done",
    "stop": "chose Stop", "kill": "chose Stop and end what runs", "end": "chose Stop here",
    "cancel": "cancelled it", "begin": "chose Start now", "again": "asked anew for what was left",
}  # fmt: skip
_ENDED = {
    StepState.FAILED.value: "failed",
    StepState.INTERRUPTED.value: "was in doubt",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """One line: when, and what."""

    at: datetime
    text: str


def story(plan: Plan, view: RunView, reader: Reader) -> tuple[Told, ...]:
    """Every line, oldest first. What a card's rows show anyhow is left to them."""
    lines: list[Told] = []
    group: list[Past] = []
    for past in (*_over(view), None):
        if group and (past is None or _key(past) != _key(group[0])):
            lines.append(_bad(plan, group))
            group = []
        if past is None:
            break
        if past.kind in _ENDED:
            group.append(past)
        else:
            lines.append(Told(at=past.at, text=_decided(plan, view, past, reader)))
    return tuple(lines)


def story_rows(plan: Plan, view: RunView, reader: Reader) -> Iterator[Row]:
    """The lines for a card."""
    told = story(plan, view, reader)
    first, last = told, told[:0]
    if len(told) > MOST_LINES:
        first, last = told[: MOST_LINES // 2], told[-MOST_LINES // 2 + 1 :]
    for number, line in enumerate(first):
        yield _row("" if number else "history", line.text, reader.clock(line.at))
    if last:
        more = count(len(told) - len(first) - len(last), "more line", "more lines")
        yield _row("", f"… {more}: `show plan {plan.id}`", "")
        for line in last:
            yield _row("", line.text, reader.clock(line.at))


def _row(label: str, text: str, aside: str) -> Row:
    return Row(label=label, spans=plain(text), aside=aside, tone=Tone.DIM)


def _over(view: RunView) -> Sequence[Past]:
    """What is no longer so: of each target all bad ends but the one that it still stands at."""
    last = {(p.step, p.host): p for p in view.past if p.kind in _ENDED}
    now = {
        key: past
        for key, past in last.items()
        if (step := view.steps.get(past.step)) is not None
        and (target := step.targets.get(past.host)) is not None
        and target.state == past.kind
    }
    said = [p for p in view.past if p.kind not in _ENDED or now.get((p.step, p.host)) is not p]
    if said and said[-1].kind == "paused" and view.state is RunState.DRIFTED:
        said.pop()
    if view.state is RunState.RUNNING and view.stopping:  # the sentence above says who
        said = [p for p in said if p.kind not in STOPS]
    return said


def _key(past: Past) -> tuple[str, ...]:
    alike = (past.kind, past.step, shape(past.text, past.host))
    return alike if past.kind in _ENDED else ("", str(id(past)))


def _bad(plan: Plan, group: Sequence[Past]) -> Told:
    """`web-2 failed: exit 1`; of several steps with the step's name."""
    first = group[0]
    where = folded([past.host for past in group])
    title = next((s.title for s in plan.steps if s.id == first.step), "")
    what = f"{title} on {where}" if title and len(plan.steps) > 1 else where
    said = beside(shape(first.text, first.host), [past.host for past in group])
    note = " ".join(said.split()).rstrip(".")
    why = f": {shortened(note, LONGEST)}" if note else ""
    return Told(at=first.at, text=f"{what} {_ENDED[first.kind]}{why}")


def _decided(plan: Plan, view: RunView, past: Past, reader: Reader) -> str:
    """`Ana handed over to Root`, `Root chose Retry for web-2`."""
    who = reader.who(past.person) if past.person else "nobody"
    if past.kind == "paused":
        return f"paused: {past.text}" if past.text else "paused"
    if past.kind == "anew":
        ran = any(each.seq < past.seq and each.kind != "begin" for each in view.past)
        return f"#{plan.id} {'goes on' if ran else 'began'} as revision {past.text}"
    if past.kind == "giveup":
        return f"{who} gave up on {past.host}"
    if past.kind == "wait":
        return f"{who} chose to wait for {past.host}"
    if past.kind == "handover":
        if not past.text:  # who has it back may not decide, so nobody has it before others
            return f"{who} took the decision back"
        return f"{who} handed over to {reader.who(past.text)}"
    where = f" for {past.host}" if past.host and len(plan.hosts) > 1 else ""
    why = f": {said}" if (said := reason_of(past)) else ""
    return f"{who} {_CHOSE.get(past.kind, past.kind)}{where}{why}"

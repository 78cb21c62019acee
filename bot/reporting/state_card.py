"""Answers about Overseer's own state: what moves, what waits for whom, how a plan stands. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.approvals import Ballot, Vote
from bot.domain.cards import Block, Card, Paragraph, Table, Tone
from bot.domain.moments import brief
from bot.domain.runs import RUN_ENDED, RUN_HALTED, Run
from bot.domain.sheets import RunLine
from bot.domain.wording import count, listed
from bot.ports import StoredPlan
from bot.reporting.reader import Reader
from bot.reporting.standing import SCHEDULED, Tally, word

MOST = 20
"""Lines of one answer; of more the rest is counted."""

WAITING, QUEUED = "WAITING", "QUEUED"
_WAITS = {WAITING: "for votes", SCHEDULED: "for its time", QUEUED: "in the queue"}


def listing(
    card_id: str, says: str, lines: Sequence[RunLine], reader: Reader, *, elsewhere: int = 0
) -> Card:
    """A sentence, and the plans that it is about; `elsewhere` are others, not spoken of here."""
    body: list[Block] = [Paragraph(text=says)]
    if lines:
        rows = tuple(
            (f"#{line.plan}", reader.who(line.requester), line.title, _stands(line))
            for line in lines[:MOST]
        )
        body.append(Table(columns=("plan", "who", "what", "stands"), rows=rows))
    if len(lines) > MOST:
        body.append(Paragraph(text=f"And {len(lines) - MOST} more.", tone=Tone.DIM))
    if elsewhere:
        body.append(Paragraph(text=f"{elsewhere} more elsewhere.", tone=Tone.DIM))
    return Card(id=card_id, title="", body=tuple(body))


def _stands(line: RunLine) -> str:
    return f"{line.state}, {line.standing}" if line.standing else line.state


def runs_now(lines: Sequence[RunLine]) -> str:
    """`2 plans run: #7 and #9.`"""
    if not lines:
        return (
            "Nothing runs. For what runs on a host say it with its name: “what's running on web-1?”"
        )
    return f"{_which(lines, 'is under way', 'are under way')}."


def waits_for_me(mine: Sequence[RunLine], own: Sequence[RunLine]) -> str:
    """What wants this person's vote or decision, and what of theirs waits for others."""
    said = f"{_which(mine, 'waits', 'wait')} for you." if mine else "Nothing waits for you."
    if own:
        said += f" Of yours {_numbers(own)} {'waits' if len(own) == 1 else 'wait'} for others."
    return said


def waits(lines: Sequence[RunLine]) -> str:
    """`3 plans wait: #7 for votes, #8 for its time, #9 for a decision.`"""
    if not lines:
        return "Nothing waits."
    groups: dict[str, list[RunLine]] = {}
    for line in lines:
        groups.setdefault(_WAITS.get(line.state, "for a decision"), []).append(line)
    parts = ", ".join(f"{_numbers(group)} {why}" for why, group in groups.items())
    verb = "waits" if len(lines) == 1 else "wait"
    return f"{count(len(lines), 'plan')} {verb}: {parts}."


def starts_later(lines: Sequence[RunLine]) -> str:
    """What was approved for a later time; and what would begin then, and waits for votes."""
    if not lines:
        return "Nothing is to start later."
    open_yet = [line for line in lines if line.state == WAITING]
    told = [line for line in lines if line not in open_yet]
    said = [f"{_which(told, 'starts', 'start')} later."] if told else []
    if open_yet:
        it_waits = "it waits" if len(open_yet) == 1 else "they wait"
        said.append(f"{_numbers(open_yet)} would start later, once approved: {it_waits} for votes.")
    return " ".join(said)


def one_plan(
    stored: StoredPlan, votes: Sequence[Vote], run: Run | None, came: Tally, reader: Reader
) -> str:
    """How a plan stands, who asked and approved, and when it began or begins."""
    plan, ran = stored.plan, (run.started_at, run.ended_at) if run is not None else ()
    times = (plan.created_at, plan.expires_at, plan.start, *(vote.at for vote in votes), *ran)
    said = " ".join(_of_one(stored, votes, run, came, reader))
    return brief((said,), reader.moments(*times))[0]


def _of_one(
    stored: StoredPlan, votes: Sequence[Vote], run: Run | None, came: Tally, reader: Reader
) -> Iterator[str]:
    plan = stored.plan
    began = run if run is not None and run.revision == plan.revision else None
    done = f", {came.words}" if began is not None else ""
    yield f"#{plan.id}, {plan.title}: {word(stored, run)}{done}."
    yield f"{reader.who(plan.requester)} asked {reader.clock(plan.created_at)}."
    given = [v for v in votes if v.ballot is Ballot.APPROVE]
    if given:
        said = [f"{reader.who(v.person)} {reader.clock(v.at)}" for v in given]
        yield f"Approved by {listed(said)}."
    elif began is not None:
        yield "Nobody had to approve it."
    if began is not None:
        yield f"It began {reader.clock(began.started_at)}{_end(began, reader)}."
        return
    if word(stored, run) == WAITING and plan.verdict is not None:
        left = [n for n in plan.verdict.approvers if n not in {v.person for v in given}]
        more = count(plan.needed - len(given), "vote")
        of = f", of {listed([reader.who(n) for n in left], 'or')}" if left else ""
        until = f", until {reader.clock(plan.expires_at)}" if plan.expires_at else ""
        yield f"It waits for {more}{of}{until}."
    if stored.waits_for_its_time(reader.now) and plan.start is not None:
        yield f"It starts {reader.clock(plan.start)}."
    elif word(stored, run) == WAITING and plan.start is not None:
        yield f"It would start {reader.clock(plan.start)}."
    else:
        yield "Nothing of it has run."


def _end(run: Run, reader: Reader) -> str:
    if run.ended_at is not None:
        return f" and ended {reader.clock(run.ended_at)}"
    if run.state in RUN_HALTED:
        return ", and has halted"
    return ", and goes on" if run.state not in RUN_ENDED else ""


def _which(lines: Sequence[RunLine], one: str, more: str) -> str:
    return f"{_numbers(lines)} {one if len(lines) == 1 else more}"


def _numbers(lines: Sequence[RunLine]) -> str:
    names = [f"#{line.plan}" for line in lines[:6]]
    if len(lines) > 6:
        names = [*names[:5], f"{len(lines) - 5} more"]
    return listed(names)

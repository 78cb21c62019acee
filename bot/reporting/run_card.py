"""The card of a run: while it goes, when it wants a decision, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.approvals import Ballot, Vote
from bot.domain.cards import Block, Button, Card, Divider, Paragraph, Tone
from bot.domain.plans import Plan
from bot.domain.runs import RUN_ENDED, RUN_HALTED, RunState, StepState
from bot.domain.wording import duration, folded, listed
from bot.reporting import asked_again
from bot.reporting.exact import attachment
from bot.reporting.how_read import how_read
from bot.reporting.past import STOPS, reason_of
from bot.reporting.plan_rows import is_crowded
from bot.reporting.progress import RunView, StepView
from bot.reporting.reader import Reader
from bot.reporting.run_buttons import run_buttons, run_footer
from bot.reporting.standing import backwards, head
from bot.reporting.story import story_rows
from bot.reporting.target_rows import step_rows
from bot.skillkit.contract import Report

_R = RunState


_WHILE_STOPPED = frozenset({"rollback", "end", "handover"})
"""What works on a halted run all the same."""


def progress_card(
    plan: Plan,
    view: RunView,
    reader: Reader,
    *,
    votes: Sequence[Vote] = (),
    deciders: Sequence[str] = (),
    receivers: Sequence[str] | None = None,
    reports: Mapping[str, Report] | None = None,
    frozen: bool = False,
) -> Card:
    """The card of a plan that runs or has run.

    `deciders` are the people who may decide about a halted run, by name, whoever has the decision
    first; `receivers` those to whom it can be handed (None: them). `reports` are the answers
    of steps that read, by step id; they stand below the steps. `frozen`: everything is stopped.
    """
    state = view.state or RunState.RUNNING
    word, tone = head(state, why=view.why, stopping=view.stopping)
    if state is _R.SUCCEEDED and view.gone_over:
        tone = Tone.WARNING
    halted = state is not _R.RUNNING or view.stopping or rolling_back(view)
    body: list[Block] = [*_sentences(plan, view, reader)]
    buttons = run_buttons(plan, view, reader, state, deciders, receivers)
    if frozen and state in RUN_HALTED:
        body.append(Paragraph(text=_stopped(buttons)))
    body += step_rows(plan, view, reader, halted=halted)
    body += story_rows(plan, view, reader)
    for step in plan.steps:
        report = (reports or {}).get(step.id)
        if report is not None:
            body += [Divider(), Paragraph(text=report.says), *report.blocks]
    card = Card(
        id=f"plan-{plan.id}",
        plan=plan.id,
        revision=plan.revision,
        digest=plan.digest,
        title=plan.title,
        state=word,
        standing=_standing(view, state),
        tone=tone,
        lines=_lines(plan, view, reader, votes, deciders),
        body=tuple(body),
        buttons=buttons,
        footer=run_footer(plan, view, reader, state),
        attachments=(attachment(plan),) if is_crowded(plan) else (),
        busy=state is _R.RUNNING,
        ends=view.decide_by,
    )
    times = (plan.created_at, plan.votes_end, view.decide_by, view.ended_at, view.last_change)
    said = (*(vote.at for vote in votes), *(past.at for past in view.past))
    return reader.dated(card, *times, *said, seconds=view.last_change or view.started_at)


def _stopped(buttons: Sequence[Button]) -> str:
    works = [b.label.rstrip("…") for b in buttons if b.id in _WHILE_STOPPED]
    all_the_same = f" {listed(works)} {'works' if len(works) == 1 else 'work'} all the same."
    return (
        "Everything is stopped: nothing here is tried again or goes on until somebody says resume "
        f"(./overseer resume).{all_the_same if works else ''}"
    )


def rolling_back(view: RunView) -> bool:
    """Whether the run is on its way back."""
    return backwards(view.why)


def _standing(view: RunView, state: RunState) -> str:
    tally = view.tally
    if tally.total <= 1 and not tally.skipped and state in {_R.RUNNING, _R.SUCCEEDED}:
        return ""
    if state is _R.RUNNING and not tally.skipped and not tally.undone:
        return f"{tally.done} of {tally.total}"
    return tally.words


def _lines(
    plan: Plan, view: RunView, reader: Reader, votes: Sequence[Vote], deciders: Sequence[str]
) -> tuple[str, ...]:
    """Who asked and approved, how long it has run, whom it waits for, and how it was read."""
    given = [vote for vote in votes if vote.ballot is Ballot.APPROVE]
    because = (f'because: "{plan.reason}"',) if plan.reason else ()
    why = (*asked_again.lines(plan, reader), *because, how_read(plan))
    parts = [f"{reader.who(plan.requester)} {reader.clock(plan.created_at)}"]
    if given:
        last = max(vote.at for vote in given)
        names = reader.people([vote.person for vote in given])
        parts.append(f"approved by {names} {reader.clock(last)}")
    elif plan.verdict is not None:
        parts.append("allowed unasked")
    if view.started_at is None:
        return (" · ".join(parts), *why)
    if view.state in RUN_HALTED:
        at = view.last_change or view.started_at
        halted = [f"stopped by itself {reader.clock(at, seconds=True)}"]
        if view.decider:
            halted.append(f"handed to {reader.who(view.decider)}")
        elif deciders:
            whom = listed([reader.who(name) for name in deciders], "or")
            halted.append(f"waits for {whom}")
        return (" · ".join(parts), " · ".join(halted), *why)
    end = view.ended_at or (reader.now if view.state is _R.RUNNING else view.last_change)
    took = max(0.0, ((end or view.started_at) - view.started_at).total_seconds())
    if view.state in RUN_ENDED:
        ended = f" {reader.clock(end)}" if end else ""
        parts.append(f"ended{ended} in {duration(took)}")
    else:
        usual = expected(plan)
        word = " of" if took <= usual else ", usually"
        parts.append(f"{duration(took)}{f'{word} about {duration(usual)}' if usual else ''}")
    return (" · ".join(parts), *why)


def expected(plan: Plan) -> float:
    """Seconds that the whole run may take, 0 when a step's are not known."""
    total = 0.0
    for step in plan.steps:
        if step.expected_s is None:
            if step.effect.changes:
                return 0.0
            continue
        rounds = -(-len(step.targets) // step.batch) if step.batch else 1
        total += step.expected_s * rounds
    return total


def _sentences(plan: Plan, view: RunView, reader: Reader) -> list[Block]:
    """What happened, in one sentence, where the state alone does not say it."""
    text = ""
    bad = [host for _, host in view.bad()]
    match view.state:
        case _R.DRIFTED:
            text = (
                f"I paused: {view.why or 'a command would no longer be the one you approved'} "
                "Look again and have it approved anew, or stop here."
            )
        case _R.INTERRUPTED:
            text = (
                f"I was cut off while {folded(bad) or 'a host'} was working and can't tell "
                "whether it finished: check again, retry, mark done or skip."
            )
        case _R.RUNNING if rolling_back(view):
            text = "Taking back what this run changed, newest step first."
        case _R.RUNNING if view.stopping:
            stops = [p for p in view.past if p.kind in STOPS]
            by, why = (stops[-1].person, reason_of(stops[-1])) if stops else ("", "")
            who = f"{reader.who(by)} stopped it" if by else "It is being stopped"
            rest = "othing more starts; what runs ends first."
            text = f"{who}: {why}. N{rest}" if why else f"{who}: n{rest}"
        case _R.FAILED:
            text = f"{_upper(view.why)}." if view.why else ""
        case _R.CANCELLED:
            text = f"{_upper(view.why or 'stopped')}: what had not begun did not run."
        case _R.ROLLED_BACK:
            text = _taken_back(plan, view)
            text += f" {_upper(view.why)}." if view.why else ""
    return [Paragraph(text=text)] if text else []


def _taken_back(plan: Plan, view: RunView) -> str:
    """What is as it was before: of several steps each by its name."""
    undone = [(s, view.steps.get(s.id, StepView()).of(StepState.UNDONE)) for s in plan.steps]
    said = [(step.title, folded(hosts)) for step, hosts in undone if hosts]
    if not said:
        return "There was nothing to take back."
    if len(plan.steps) == 1:
        return f"Taken back on {said[0][1]}."
    return f"Taken back: {listed([f'{title} on {hosts}' for title, hosts in said])}."


def _upper(text: str) -> str:
    stripped = text.rstrip(".")
    return f"{stripped[:1].upper()}{stripped[1:]}"

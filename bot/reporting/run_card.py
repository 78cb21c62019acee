"""The card of a run: while it goes, when it wants a decision, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.approvals import Ballot, Vote
from bot.domain.cards import Block, Button, ButtonStyle, Card, Choice, Divider, Paragraph
from bot.domain.plans import Effect, Plan, Step
from bot.domain.runs import RUN_ENDED, RUN_HALTED, RunState, StepState
from bot.domain.wording import count, duration, folded, listed
from bot.reporting.exact import attachment
from bot.reporting.plan_rows import is_crowded
from bot.reporting.progress import RunView, StepView
from bot.reporting.reader import Reader
from bot.reporting.standing import backwards, head
from bot.reporting.story import story_rows
from bot.reporting.target_rows import step_rows
from bot.skillkit.contract import Report

_R = RunState


def progress_card(
    plan: Plan,
    view: RunView,
    reader: Reader,
    *,
    votes: Sequence[Vote] = (),
    deciders: Sequence[str] = (),
    reports: Mapping[str, Report] | None = None,
) -> Card:
    """The card of a plan that runs or has run.

    `deciders` are the people who may decide about a halted run, by name. `reports` are the
    answers of steps that read, by step id; they stand below the steps.
    """
    state = view.state or RunState.RUNNING
    word, tone = head(state, why=view.why, stopping=view.stopping)
    halted = state is not _R.RUNNING or view.stopping or rolling_back(view)
    body: list[Block] = [*_sentences(plan, view, reader)]
    body += step_rows(plan, view, reader, halted=halted)
    body += story_rows(plan, view, reader)
    for step in plan.steps:
        report = (reports or {}).get(step.id)
        if report is not None:
            body += [Divider(), Paragraph(text=report.says), *report.blocks]
    return Card(
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
        buttons=_buttons(plan, view, reader, state, deciders),
        footer=_footer(plan, view, reader, state),
        attachments=(attachment(plan),) if is_crowded(plan) else (),
        busy=state is _R.RUNNING,
        ends=view.decide_by,
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
    """Who asked and approved, how long it has run, and whom it waits for."""
    given = [vote for vote in votes if vote.ballot is Ballot.APPROVE]
    why = (f'because: "{plan.reason}"',) if plan.reason else ()
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
        expected = _expected(plan)
        word = " of" if took <= expected else ", usually"
        parts.append(f"{duration(took)}{f'{word} about {duration(expected)}' if expected else ''}")
    return (" · ".join(parts), *why)


def _expected(plan: Plan) -> float:
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
                "See the difference, then approve anew or stop here."
            )
        case _R.INTERRUPTED:
            text = (
                f"I was cut off while {folded(bad) or 'a host'} was working and can't tell "
                "whether it finished: check again, retry, mark done or skip."
            )
        case _R.RUNNING if rolling_back(view):
            text = "Taking back what this run changed, newest step first."
        case _R.RUNNING if view.stopping:
            stops = [p.person for p in view.past if p.kind in {"stop", "kill"}]
            by = stops[-1] if stops else ""
            who = f"{reader.who(by)} stopped it" if by else "It is being stopped"
            text = f"{who}: nothing more starts; what runs ends first."
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


# -- what may be pressed ---------------------------------------------------------------------


def _buttons(
    plan: Plan, view: RunView, reader: Reader, state: RunState, deciders: Sequence[str]
) -> tuple[Button, ...]:
    hosts = [host for _, host in view.bad()] or list(plan.hosts)
    output = Button(id="output", label="Output of…", key="o", asks="Of which host?")
    if len(set(hosts)) == 1:
        label = "Output" if len(plan.hosts) == 1 else f"Output of {hosts[0]}"
        output = Button(id="output", label=label, key="o", value=hosts[0])
    seen = any(t.results for s in view.steps.values() for t in s.targets.values())
    tail = (output,) if seen and set(plan.hosts) != {"overseer"} else ()
    if state is _R.RUNNING:
        return (*_stopping(plan, view), *tail)
    if state in RUN_HALTED:
        return (*_deciding(plan, view, reader, state, deciders), *tail)
    return tail


def _stopping(plan: Plan, view: RunView) -> tuple[Button, ...]:
    if plan.effect is Effect.READ:
        return (Button(id="stop", label="Stop", key="s"),)
    running = [s for s in plan.steps if view.steps.get(s.id, StepView()).of(StepState.RUNNING)]
    patient = [step for step in running if not step.killable]
    first = f" ({patient[0].action} finishes first)" if patient else ""
    kill = Button(
        id="kill", label=f"Stop and end what runs{first}", key="k", style=ButtonStyle.DANGER
    )
    if view.stopping:
        return (kill,)
    return (Button(id="stop", label="Stop: start nothing more", key="s"), kill)


def _deciding(
    plan: Plan, view: RunView, reader: Reader, state: RunState, deciders: Sequence[str]
) -> tuple[Button, ...]:
    hosts = list(dict.fromkeys(host for _, host in view.bad()))
    names = hosts[0] if len(hosts) == 1 else f"{len(hosts)} hosts"
    value = hosts[0] if len(hosts) == 1 else ""
    retry = Button(
        id="retry", label=f"Retry {names}", key="r", value=value, style=ButtonStyle.PRIMARY
    )
    skip = Button(id="skip", label=f"Skip {names}, go on", key="n", value=value)
    back = Button(id="rollback", label="Roll back", key="b", style=ButtonStyle.DANGER)
    end = Button(id="end", label="Stop here", key="x")
    hand = _handing(view, reader, deciders)
    recheck = Button(id="recheck", label="Check again", key="c", style=ButtonStyle.PRIMARY)
    done = Button(id="mark_done", label="Mark done", key="m", value=value)
    again = Button(id="again", label="Look again, ask anew", key="a", style=ButtonStyle.PRIMARY)
    holds = _votes_hold(plan, reader)
    going_on = (retry, skip) if holds and hosts else ()
    roll = (back,) if can_roll_back(plan, view) else ()
    if state is _R.DRIFTED:
        return (again, *roll, end, *hand)
    if state is _R.INTERRUPTED:
        plain_retry = retry.model_copy(update={"style": ButtonStyle.PLAIN})
        more = (plain_retry, done, skip) if holds else (done,)
        return (recheck, *more, *roll, end, *hand)
    return (*going_on, *roll, end, *hand)


def _handing(view: RunView, reader: Reader, deciders: Sequence[str]) -> tuple[Button, ...]:
    """Give the decision away, where there is somebody to give it to."""
    others = [name for name in deciders if name != view.decider]
    if len(deciders) < 2 or not others:
        return ()
    choices = tuple(Choice(value=name, label=reader.who(name)) for name in others)
    return (Button(id="handover", label="Hand over…", key="h", asks="To whom?", choices=choices),)


def _votes_hold(plan: Plan, reader: Reader) -> bool:
    """Going on repeats the approved digest under the same unexpired votes."""
    if not plan.effect.changes or plan.expires_at is None:
        return True
    return reader.now <= plan.expires_at


def can_roll_back(plan: Plan, view: RunView) -> bool:
    """Whether some target that this run touched has an approved undo."""
    return any(_undoable(step, view) for step in plan.steps)


def _undoable(step: Step, view: RunView) -> list[str]:
    touched = view.steps.get(step.id, StepView()).of(
        StepState.SUCCEEDED, StepState.FAILED, StepState.INTERRUPTED
    )
    return [host for host in touched if step.target(host).undo]


def _footer(plan: Plan, view: RunView, reader: Reader, state: RunState) -> tuple[str, ...]:
    """What the buttons mean, why one is missing, and what happens if nobody decides."""
    if state not in RUN_HALTED:
        return ()
    said: list[str] = []
    if state is not _R.DRIFTED:
        if not _votes_hold(plan, reader) and plan.expires_at:
            at = reader.clock(plan.expires_at)
            said.append(f"Retry and Skip: the votes ended {at}; stop here and ask anew.")
        elif plan.expires_at and plan.effect.changes:
            at = reader.clock(plan.expires_at)
            said.append(f"Retry: same command, same votes, until {at}.")
    if can_roll_back(plan, view):
        hosts = list(dict.fromkeys(h for step in plan.steps for h in _undoable(step, view)))
        said.append(f"Roll back: the approved undo on {folded(hosts)}.")
    else:
        said.append(f"Roll back: {_no_undo(plan)}.")
    lines = [" ".join(said)]
    if view.decide_by:
        at = reader.clock(view.decide_by)
        lines.append(f"No decision by {at}: stops here and frees the hosts.")
    return tuple(lines)


def _no_undo(plan: Plan) -> str:
    changing = [step for step in plan.steps if step.effect.changes]
    if not changing or any(target.undo for step in changing for target in step.targets):
        return "nothing was changed that could be taken back"
    verbs = list(dict.fromkeys(_verb(step.action) for step in changing))
    if len(verbs) == 1:
        article = "an" if verbs[0][0] in "aeiou" else "a"
        return f"{article} {verbs[0]} has no undo"
    return f"{count(len(verbs), 'kind of step', 'kinds of step')} here have no undo"


def _verb(action: str) -> str:
    verb = action.partition(".")[2].replace("_", " ")
    return "raw command" if action == "host.run" else verb

"""What may be pressed on the card of a run, and the lines that say what it would do."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.cards import Button, ButtonStyle, Choice
from bot.domain.inventory import OVERSEER
from bot.domain.plans import Effect, Plan, Step
from bot.domain.runs import RUN_HALTED, RunState, StepState
from bot.domain.wording import count, folded
from bot.reporting.progress import RunView, StepView
from bot.reporting.reader import Reader
from bot.reporting.standing import backwards
from bot.reporting.target_rows import unusually_silent

_R = RunState


def run_buttons(
    plan: Plan,
    view: RunView,
    reader: Reader,
    state: RunState,
    deciders: Sequence[str],
    receivers: Sequence[str] | None = None,
) -> tuple[Button, ...]:
    """The buttons of a run as it stands."""
    hosts = [host for _, host in view.bad()] or list(plan.hosts)
    output = Button(id="output", label="Output of…", key="o", asks="Of which host?")
    if len(set(hosts)) == 1:
        label = "Output" if len(plan.hosts) == 1 else f"Output of {hosts[0]}"
        output = Button(id="output", label=label, key="o", value=hosts[0])
    seen = any(t.results for s in view.steps.values() for t in s.targets.values())
    tail = (output,) if seen and set(plan.hosts) != {"overseer"} else ()
    if state is _R.RUNNING:
        silent = () if view.stopping or backwards(view.why) else _silent(plan, view, reader)
        return (*_stopping(plan, view), *silent, *tail)
    if state in RUN_HALTED:
        now = view.decider or next(iter(deciders), "")
        others = [n for n in (deciders if receivers is None else receivers) if n != now]
        return (*_deciding(plan, view, reader, state, others), *tail)
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


def _silent(plan: Plan, view: RunView, reader: Reader) -> tuple[Button, ...]:
    """*Wait* and *Give up* for the host that has been unusually silent for longest."""
    silent = [
        (target.heard_at, host, step)
        for step in plan.steps
        for host, target in view.steps.get(step.id, StepView()).targets.items()
        if target.heard_at is not None and unusually_silent(step, target, reader)
    ]
    if not silent:
        return ()
    _, host, step = min(silent, key=lambda found: found[0])
    wait = Button(id="wait", label=f"Wait for {host}", key="w", value=host)
    if not step.killable or host == OVERSEER:  # a request on its way can't be called back
        return (wait,)
    give_up = Button(
        id="giveup", label=f"Give up on {host}", key="g", value=host, style=ButtonStyle.DANGER
    )
    return (wait, give_up)


def _deciding(
    plan: Plan, view: RunView, reader: Reader, state: RunState, others: Sequence[str]
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
    hand = _handing(reader, others)
    recheck = Button(id="recheck", label="Check again", key="c", style=ButtonStyle.PRIMARY)
    done = Button(id="mark_done", label="Mark done", key="m", value=value)
    again = Button(id="again", label="Look again, ask anew", key="a", style=ButtonStyle.PRIMARY)
    holds = _votes_hold(plan, reader)
    rest = retry.model_copy(update={"label": "Ask anew for what is left", "value": ""})
    going_on = ((retry, skip) if holds else (rest,)) if hosts else ()
    roll = (back,) if can_roll_back(plan, view) else ()
    if state is _R.DRIFTED:
        return (again, *roll, end, *hand)
    if state is _R.INTERRUPTED:
        plain_retry = retry.model_copy(update={"style": ButtonStyle.PLAIN})
        more = (plain_retry, done, skip) if holds else (done,)
        return (recheck, *more, *roll, end, *hand)
    return (*going_on, *roll, end, *hand)


def _handing(reader: Reader, others: Sequence[str]) -> tuple[Button, ...]:
    """Give the decision away, where there is somebody to give it to."""
    if not others:
        return ()
    choices = tuple(Choice(value=name, label=reader.who(name)) for name in others)
    return (Button(id="handover", label="Hand over…", key="h", asks="To whom?", choices=choices),)


def _votes_hold(plan: Plan, reader: Reader) -> bool:
    """Going on repeats the approved digest under the same unexpired votes."""
    if not plan.effect.changes or plan.votes_end is None:
        return True
    return reader.now < plan.votes_end


def can_roll_back(plan: Plan, view: RunView) -> bool:
    """Whether some target that this run touched has an approved undo."""
    return any(_undoable(step, view) for step in plan.steps)


def _undoable(step: Step, view: RunView) -> list[str]:
    changed = view.steps.get(step.id, StepView()).changed
    return [host for host in changed if step.target(host).undo]


def run_footer(plan: Plan, view: RunView, reader: Reader, state: RunState) -> tuple[str, ...]:
    """What the buttons mean, why one is missing, and what happens if nobody decides."""
    if state not in RUN_HALTED:
        return ()
    said: list[str] = []
    if state is not _R.DRIFTED:
        if not _votes_hold(plan, reader) and plan.votes_end:
            at = reader.clock(plan.votes_end)
            way = "stop here and ask anew" if state is _R.INTERRUPTED else "the rest takes new ones"
            said.append(f"Retry and Skip: the votes ended {at}; {way}.")
        elif plan.votes_end and plan.effect.changes:
            at = reader.clock(plan.votes_end)
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

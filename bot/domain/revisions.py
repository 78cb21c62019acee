"""What a stored plan asked for, and how its next revision differs from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from bot.domain import ways
from bot.domain.intents import Intent, Wish
from bot.domain.plans import Changed, Plan, Step
from bot.domain.wording import folded, shortened
from bot.errors import RequestError


def intent_of(plan: Plan, *, without: Collection[tuple[str, str]] = ()) -> Intent:
    """The intent that a stored plan came from, to look at the hosts afresh.

    `without` are (step, host) pairs to leave out; a step that keeps no host goes.

    Raises:
        RequestError: nothing is left.
    """
    wishes = []
    for step in plan.steps:
        params = dict(step.params)
        if "hosts" in params:
            params["hosts"] = [h for h in params["hosts"] if (step.id, h) not in without]
            if not params["hosts"]:
                continue
        elif step.hosts and all((step.id, host) in without for host in step.hosts):
            continue
        wish = Wish(
            action=step.action,
            params=params,
            words=step.words,
            unsaid=step.unsaid,
            alone=step.alone,
        )
        wishes.append(wish)
    if not wishes:
        raise RequestError("No host is left to do it on.")
    return Intent(
        wishes=tuple(wishes),
        options=plan.asked,
        reason=plan.reason,
        corrections=plan.corrections,
        instead="" if without else plan.instead,
        doubts=plan.doubts,
    )


LONGEST = 60
"""Characters of an act in the row that tells a difference; the act itself stands below, whole."""


def difference(former: Plan, plan: Plan, *, void: Collection[str] = ()) -> Changed:
    """What went, what came and what is run differently; `void` voted on the former plan."""
    less, more = _acts(former.steps, plan.steps)
    return Changed(
        less=less, more=more, now=tuple(_ways(former, plan)), void=tuple(void),
        start=former.start != plan.start,
    )  # fmt: skip


def _acts(before: Sequence[Step], after: Sequence[Step]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Hosts alone where only those differ, acts alone where the hosts are the same, else both."""
    was, will = [_act(step) for step in before], [_act(step) for step in after]
    went = {(frozenset(a.hosts), frozenset(b.hosts)) for a, b in zip(before, after, strict=False)}
    if was == will and len(went - {(x, x) for x, _ in went}) <= 1:
        old, new = _hosts(before), _hosts(after)
        return _folded(old - new), _folded(new - old)
    everywhere = {step.hosts for step in (*before, *after)}
    if len(everywhere) > 1:
        was = [_placed(act, step) for act, step in zip(was, before, strict=True)]
        will = [_placed(act, step) for act, step in zip(will, after, strict=True)]
    return tuple(a for a in was if a not in will), tuple(a for a in will if a not in was)


def _act(step: Step) -> str:
    said = f"run {step.params.get('command', '')}" if step.raw else step.title
    return shortened(said, LONGEST)


def _placed(act: str, step: Step) -> str:
    hosts = [host for host in step.hosts if "hosts" in step.params]
    return f"{act} on {folded(hosts)}" if hosts else act


def _hosts(steps: Sequence[Step]) -> frozenset[str]:
    return frozenset(host for step in steps for host in step.hosts)


def _folded(hosts: Collection[str]) -> tuple[str, ...]:
    return (folded(sorted(hosts)),) if hosts else ()


def _ways(former: Plan, plan: Plan) -> Iterator[str]:
    """How it is run, where that has come out differently: said so, or by what it is done on."""
    was, now = former.asked, plan.asked
    before, after = _paces(former), _paces(plan)
    came = {b for b, _ in after} - {b for b, _ in before} if before else set()
    if was.batch != now.batch:
        came = {b for b, _ in after}
    yield from sorted(ways.pace(batch) for batch in came)
    if was.on_failure != now.on_failure and now.on_failure is not None:
        yield ways.IF_FAILED[now.on_failure]
    elif before and after and {stops for _, stops in before} != {stops for _, stops in after}:
        stops = any(stops for _, stops in after)
        yield ways.at_a_failure(stops=stops)
    if was.force_production != now.force_production:
        yield "with --force-production" if now.force_production else "without --force-production"
    if was.step_timeout_s != now.step_timeout_s and now.step_timeout_s is not None:
        yield ways.step_time(now.step_timeout_s)
    if was.parallel_steps != now.parallel_steps and now.parallel_steps is not None:
        yield ways.steps(now.parallel_steps)
    if former.reason != plan.reason and plan.reason:
        yield "with a new reason" if former.reason else "with a reason"
    elif former.reason and not plan.reason:
        yield "without the reason"


def _paces(plan: Plan) -> frozenset[tuple[int, bool]]:
    """How many at once, and whether it stops at a failure: of each change on several hosts."""
    several = [s for s in plan.steps if s.effect.changes and len(s.targets) > 1]
    return frozenset(
        (s.batch if s.batch < len(s.targets) else 0, s.stop_at_first_failure) for s in several
    )

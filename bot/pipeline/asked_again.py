"""What a plan had come to before it was asked for again: kept with it, written down, and told.

A denial does not vanish because somebody asks again, however often: who votes next reads on the
card the last word of everybody who has said no. And who asked for it before is told when it has
become another's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.conversation import holders
from bot.domain.events import Event
from bot.domain.messages import ThreadRef
from bot.domain.plans import Before, Plan
from bot.domain.posts import ANOTHERS
from bot.domain.runs import PlanState, RunState
from bot.pipeline.asked import AGAIN
from bot.pipeline.notifier import Notifier
from bot.planning.planner import OutlineStep
from bot.ports import PlanFilter, StoredPlan, Unit
from bot.reporting import notices
from bot.reporting.reader import Reader

LOOKED_THROUGH = 20
"""The newest plans of a thread among which the one is looked for that is asked for again."""
MOST = 8
"""Earlier ends that a plan keeps, unless more people have denied it; the log has all of them."""


def last(unit: Unit, thread: ThreadRef, steps: Sequence[OutlineStep]) -> Plan | None:
    """The last plan of a thread that was to do what these `steps` do, if it came to nothing.

    So does one that asks for such a plan once more, and still waits. On other hosts it is another
    plan; of a group that has grown since, it is the same.
    """
    now = [(s.action.name, s.params.model_dump(mode="json", exclude_none=True)) for s in steps]
    for stored in unit.plans(PlanFilter(thread=thread, limit=LOOKED_THROUGH)):
        then = [(step.action, step.params) for step in stored.plan.steps]
        if len(now) == len(then) and all(map(_is_same, now, then)):
            nothing = stored.state in _NOTHING or bool(stored.plan.before)
            return stored.plan if nothing and unit.run(stored.plan.id) is None else None
    return None


def _is_same(now: tuple[str, dict[str, Any]], then: tuple[str, dict[str, Any]]) -> bool:
    hosts, before = (set(params.get("hosts", ())) for _, params in (now, then))
    others = [{k: v for k, v in params.items() if k != "hosts"} for _, params in (now, then)]
    on_them = hosts == before or not hosts.isdisjoint(before)
    return now[0] == then[0] and others[0] == others[1] and on_them


def noted(unit: Unit, plan: Plan, button: str, of: Plan | None = None) -> Plan:
    """The plan with what it had come to before; that a `button` asks again is written down.

    `of` is another plan that is asked for once more, or of which it is what is left. Without a
    button it was changed in words.
    """
    stored = unit.plan(of.id if of is not None else plan.id)
    if stored is None:
        return plan
    former, left = stored.plan, of is not None and button != AGAIN
    how = "" if left else _how(unit, stored)
    by = stored.decided_by if how in _BY_PEOPLE else ""
    why = stored.reason if how == "denied" else ""
    if button:
        number = {"rest" if left else "of": former.id} if of is not None else {}
        unit.append(
            Event(
                kind="plan.again", at=unit.now, plan=plan.id, person=plan.requester,
                data={
                    "revision": plan.revision, "button": button, "was": how, "by": by,
                    "reason": why, **number,
                },
            )
        )  # fmt: skip
    came = Before(
        revision=plan.revision, how=how, by=by, why=why, at=stored.decided_at if by else None,
        asked=former.requester, again=plan.requester if button else "",
        number=former.id if of is not None and (left or how) else 0,
    )  # fmt: skip
    if came.is_anothers and holders.gave_away(unit, plan.thread, came.again):
        holders.keep_own(unit, plan)  # what they ask for since is no longer whose they handed it to
    before = (*former.before, came) if came.matters else former.before
    return plan.model_copy(update={"before": kept(before)})


def kept(before: tuple[Before, ...]) -> tuple[Before, ...]:
    """What a plan keeps of its earlier ends, in their order: the newest, and who has denied it.

    The oldest go first that are no denials, then denials by somebody who has denied it again.
    """
    last_words = {each.by: n for n, each in enumerate(before) if each.is_denial}
    newest = len(before) - 1

    def order(n: int) -> tuple[bool, int]:
        return before[n].is_denial, n

    may_go = sorted((n for n in range(newest) if n not in last_words.values()), key=order)
    gone = may_go[: max(0, len(before) - MOST)]
    return tuple(each for n, each in enumerate(before) if n not in gone)


_BY_PEOPLE = frozenset({"denied", "withdrawn"})
_NOTHING = frozenset({PlanState.DENIED, PlanState.CANCELLED, PlanState.EXPIRED})


def _how(unit: Unit, stored: StoredPlan) -> str:
    """How the former revision ended; empty: it had not, or in another way."""
    run = unit.run(stored.plan.id)
    if run is not None and run.revision == stored.plan.revision:
        return "paused" if run.state is RunState.DRIFTED else ""
    match stored.state:
        case PlanState.DENIED:
            return "refused" if stored.decided_by in {"", "policy"} else "denied"
        case PlanState.CANCELLED if stored.decided_by:
            return "withdrawn"
        case PlanState.EXPIRED:
            return "expired"
    return ""


def tell(unit: Unit, plan: Plan, notifier: Notifier, reader: Reader) -> None:
    """Tell who asked for it before that it is another's now; in a direct message, if need be."""
    notice = notices.asked_again(plan, reader)
    if notice is None:
        return
    key = f"{ANOTHERS}:{plan.id}:{plan.before[-1].revision}"
    (former,) = notice.concerns
    if notifier.tells(unit, former, plan.thread):
        notifier.tell(unit, plan.thread, key, notice)
    elif place := notifier.reached(former, plan.thread):
        notifier.say(unit, place, key, notice, reader=former)

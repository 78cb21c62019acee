"""What can be asked about plans."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.domain.wording import folded
from bot.skillkit.contract import (
    Call,
    Effect,
    Fact,
    Hosts,
    Params,
    ServiceName,
    View,
    Yields,
    action,
)
from skills.plan import report
from skills.plan.facts import Lasting, lasting

Since = Annotated[
    str, Field(pattern=r"^((\d+[smhdw])+|today|yesterday|\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?)$")
]
"""A duration back from now (`2d`), `today`, `yesterday` or a date, in the asker's time."""

PersonName = Annotated[str, Field(min_length=1, max_length=100)]


class HistoryParams(Params):
    """Each narrows the list; None does not. `outcome`: only what failed, or was refused."""

    hosts: Hosts | None = None
    service: ServiceName | None = None
    person: PersonName | None = None
    since: Since | None = None
    outcome: Literal["failed", "refused"] | None = None


def _history_title(p: HistoryParams) -> str:
    """What is looked for, as a person would say it."""
    what = {"failed": "what failed", "refused": "what was refused"}.get(p.outcome or "", "")
    said = [what or "what was done"]
    said += [f"with {p.service}"] if p.service else []
    said += [f"on {folded(p.hosts)}"] if p.hosts else []
    asked = f", asked by {p.person}" if p.person else ""
    return f"show {' '.join(said)}{asked}"


class OnePlan(Params):
    """`plan` is the number on the card."""

    plan: Annotated[int, Field(ge=1)]


MOST_LOOKED_AT = 20
"""Hosts whose boot is read for the history; of more, only the history is told."""


def _lasting(p: HistoryParams) -> tuple[Fact[Lasting], ...]:
    """Since when the named hosts are up, and the named service on them."""
    if not p.hosts or len(p.hosts) > MOST_LOOKED_AT or p.outcome:
        return ()
    return (lasting(p.service),)


@action(
    "plan.history",
    params=HistoryParams,
    effect=Effect.READ,
    title=_history_title,
    example="what was done today?",
    facts=_lasting,
    in_process=True,
    repeatable=True,
    report=report.history,
)
def history(p: HistoryParams, host: View) -> Yields:
    """What was asked and done: newest first.

    `up` and `active` are the seconds that each host, and the service on it, has been up; a host
    that did not answer has None.

    The operation `plan.history` returns a mapping: `span` (text, since when), `done` (changes
    that ran), `open` (what waits) and `ended` (what never ran), each a list of entries, newest
    first; `today`, how many of `done` are of today (missing when the span begins today); `cut`,
    for each of the lists how many more there are; `counted`, how many `reads` and `drafts`;
    `boots`, sentences on the hosts; `unknown`, a person whom nobody knows. An entry is `plan`
    (number), `title`, `requester`, `at` (text in the reader's zone), `state` (the word on its
    card), `waits` (`vote`, `decision`, `start` or nothing), `reason`, `voters` (names), `outcome`
    (a short text such as "4 of 4 done"), `ran` (whether anything did), `hosts` and `link`.
    """
    arguments = p.model_dump(mode="json", exclude_none=True)
    seen: dict[str, Lasting | None] = {}
    for fact in _lasting(p) if host.others else ():
        seen = {name: facts.get(fact.name) for name, facts in sorted(host.others.items())}
    if seen:
        arguments["up"] = {name: each and round(each.up_s) for name, each in seen.items()}
    if seen and p.service:
        active = {n: each.active_s for n, each in seen.items() if each and each.active_s}
        arguments["active"] = {name: round(seconds) for name, seconds in active.items()}
    yield Call(operation="plan.history", arguments=arguments)


@action(
    "plan.show",
    params=OnePlan,
    effect=Effect.READ,
    title=lambda p: f"show plan #{p.plan}",
    example="show plan 90",
    in_process=True,
    repeatable=True,
    report=report.show,
)
def show(p: OnePlan, host: View) -> Yields:
    """One plan in full: what was asked, who decided, what each host did.

    The operation `plan.show` returns None when there is no such plan, else a mapping with the
    keys of an entry of `plan.history` and: `request`, `digest` (short), `decided` (who said what,
    and when: a list of `text` and `at`), `refused` (the gate's reasons: a list of `text` and
    `id`), `story` (what was gone over: a list of `text` and `at`), `steps` (a list of `number`,
    `title`, `hosts`, `commands` (texts) and `targets`: a list of `host`, `state`, `good`, `note`
    and `duration_s`) and `apart` (whether its card stands in another conversation).
    """
    yield Call(operation="plan.show", arguments={"plan": p.plan})


@action(
    "plan.cancel",
    params=OnePlan,
    effect=Effect.WRITE,
    title=lambda p: f"cancel plan #{p.plan}",
    example="cancel plan 90",
    in_process=True,
    repeatable=True,
    undo_says="ask again: a cancelled plan stays cancelled",
    report=report.cancel,
)
def cancel(p: OnePlan, host: View) -> Yields:
    """Withdraw a plan that waits, or stop one that runs.

    The operation `plan.cancel` returns a mapping of `plan`, `state` (what it is now) and
    `text` (one sentence for the person).
    """
    yield Call(operation="plan.cancel", arguments={"plan": p.plan})

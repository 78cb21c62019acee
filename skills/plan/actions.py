"""What can be asked about plans."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.skillkit.contract import Call, Effect, Hosts, Params, ServiceName, View, Yields, action
from skills.plan import report

Since = Annotated[
    str, Field(pattern=r"^((\d+[smhdw])+|today|yesterday|\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?)$")
]
"""A duration back from now (`2d`), `today`, `yesterday` or a date, in the asker's time."""

PersonName = Annotated[str, Field(min_length=1, max_length=100)]


class HistoryParams(Params):
    """Each narrows the list; None does not."""

    hosts: Hosts | None = None
    service: ServiceName | None = None
    person: PersonName | None = None
    since: Since | None = None


class OnePlan(Params):
    """`plan` is the number on the card."""

    plan: Annotated[int, Field(ge=1)]


@action(
    "plan.history",
    params=HistoryParams,
    effect=Effect.READ,
    title=lambda _: "list former plans",
    example="what was done today?",
    in_process=True,
    repeatable=True,
    report=report.history,
)
def history(p: HistoryParams, host: View) -> Yields:
    """What was asked and done: newest first.

    The operation `plan.history` returns a list of mappings: `plan` (number), `title`,
    `requester`, `at` (text in the reader's zone), `state` (the run's state if it ran, else the
    plan's), `reason`, `voters` (names), `outcome` (a short text such as "4 of 4 done"), `hosts`.
    """
    arguments = p.model_dump(mode="json", exclude_none=True)
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
    keys of an entry of `plan.history` and: `request`, `digest` (short), `decided_by`,
    `decided_at`, `steps` (a list of `number`, `title`, `hosts`, `commands` (texts)) and
    `attempts` (a list of `step`, `host`, `state`, `note`, `duration_s`).
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

"""What a `PlanFilter` asks of the plans' table, as conditions and their values in order."""

from __future__ import annotations

from sqlalchemy import exists, false, literal, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from bot.adapters.store import rows
from bot.adapters.store.engine import given
from bot.adapters.store.tables import PlanRow, PlanTagRow, RunRow, table
from bot.domain.inventory import OVERSEER
from bot.ports import PlanFilter

_plans = table(PlanRow)
_runs = table(RunRow)
_tags = table(PlanTagRow)
_BY_VALUE: dict[str, ColumnElement[bool]] = {
    "person": _plans.c.requester == given("person"),
    "since": _plans.c.created_at >= given("since"),
    "thread": _plans.c.thread == given("thread"),
    "due_before": _plans.c.expires_at <= given("due_before"),
    "before": _plans.c.plan < given("before"),
}
_inside = _tags.alias()
_BY_FLAG: dict[str, ColumnElement[bool]] = {
    "without_run": ~exists().where(_runs.c.plan == _plans.c.plan),
    "changes": _plans.c.changes == true(),
    "reads": _plans.c.changes == false(),
    "on_hosts": ~exists().where(
        _inside.c.plan == _plans.c.plan,
        _inside.c.kind == literal("host"),
        _inside.c.value == literal(OVERSEER),
    ),
}


def narrowing(
    states: int, hosts: int, narrowed: frozenset[str], *, since: ColumnElement[bool] | None = None
) -> tuple[list[ColumnElement[bool]], list[str]]:
    """The conditions for so many states and hosts, and the names of their values in order.

    `since` is what that narrowing means instead of when the plan was made.
    """
    where: list[ColumnElement[bool]] = [_plans.c.newest == true()]
    names = [f"state{n}" for n in range(states)]
    if states:
        where.append(or_(*[_plans.c.state == given(name) for name in names]))
    for kind, many in (("host", hosts), ("service", int("service" in narrowed))):
        if many:
            tag = _tags.alias()
            values = [f"{kind}{n}" for n in range(many)]
            about = select(tag.c.plan).where(
                tag.c.kind == literal(kind), tag.c.value.in_([given(name) for name in values])
            )
            where.append(_plans.c.plan.in_(about))
            names += values
    for name, condition in _BY_VALUE.items():
        if name in narrowed:
            where.append(since if name == "since" and since is not None else condition)
            names.append(name)
    where += [condition for flag, condition in _BY_FLAG.items() if flag in narrowed]
    return where, names


def values_of(want: PlanFilter) -> tuple[frozenset[str], list[str | int]]:
    """The narrowings that a filter asks for, and their values as `narrowing` names them."""
    narrowed: dict[str, tuple[str | int, ...]] = {
        "hosts": tuple(want.hosts),
        "service": () if want.service is None else (want.service,),
        "person": () if want.person is None else (want.person,),
        "since": () if want.since is None else (rows.moment(want.since),),
        "thread": () if want.thread is None else (str(want.thread),),
        "due_before": () if want.due_before is None else (rows.moment(want.due_before),),
        "before": () if want.before is None else (want.before,),
    }
    flags = {
        "without_run": want.without_run, "on_hosts": want.on_hosts,
        "changes": want.changes is True, "reads": want.changes is False,
    }  # fmt: skip
    kinds = frozenset(kind for kind, found in narrowed.items() if found)
    values = [
        rows.plain(value) if isinstance(value, str) else value
        for found in narrowed.values()
        for value in found
    ]
    return kinds | {flag for flag, on in flags.items() if on}, values

"""Whether it was Overseer that last started a host, or a service on it.

A host's last boot is a moment; it was Overseer's when a step of its own that reboots was at
work on that host then. A little before and after belongs to it: clocks and boots take time.
A service's start is told by its host to the second, and an attempt ends seconds after it, when
its check has passed: what starts after that end was somebody else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.domain.plans import Plan, Step
from bot.domain.wording import duration
from bot.ports import PlanFilter, Unit
from bot.reporting.reader import Reader

SLACK = timedelta(minutes=2)
EXACTLY = timedelta(seconds=1)
"""How far a service's start, as its host tells it, may lie outside of the attempt."""
WITH_BOOT = timedelta(minutes=5)
"""A service that came up so soon after its host did so with it."""
MOST_LOOKED_THROUGH = 1000


def boots(unit: Unit, arguments: Mapping[str, Any], reader: Reader) -> list[str]:
    """A sentence for each host that was looked at, and for the service on it."""
    said: list[str] = []
    service = arguments.get("service")
    active: Mapping[str, float] = arguments.get("active") or {}
    for host, up in (arguments.get("up") or {}).items():
        if up is None:
            said.append(f"{host} did not answer, so I can't tell when it last booted.")
            continue
        booted = unit.now - timedelta(seconds=up)
        lasted = duration(up)
        cause = _cause(unit, host, booted, lambda step: step.cuts_connection)
        if service and host in active:
            said.append(_service(unit, host, service, active[host], booted, reader))
        when = f"{host} last booted {reader.clock(booted)}, {lasted} ago"
        said.append(f"{when}: {_whose(cause, reader)}.")
    return said


def _service(
    unit: Unit, host: str, service: str, seconds: float, booted: datetime, reader: Reader
) -> str:
    began = unit.now - timedelta(seconds=seconds)

    def fits(step: Step) -> bool:
        return step.cuts_connection or step.params.get("service") == service

    cause = _cause(unit, host, began, fits, slack=EXACTLY)
    who = _whose(cause, reader)
    if cause is None and began - booted < WITH_BOOT:
        who = "since that boot"
    when = f"{service} on {host} is active since {reader.clock(began)}"
    return f"{when}: {who}."


def _whose(cause: Plan | None, reader: Reader) -> str:
    if cause is None:
        return "that was not Overseer"
    return f"that was #{cause.id}, asked by {reader.who(cause.requester)}"


def _cause(
    unit: Unit, host: str, at: datetime, fits: Callable[[Step], bool], *, slack: timedelta = SLACK
) -> Plan | None:
    """The plan that was at work on the host at that moment with such a step."""
    wanted = PlanFilter(
        hosts=(host,), changes=True, since=at - SLACK, limit=MOST_LOOKED_THROUGH
    )  # fmt: skip
    for ran in unit.ran(wanted):
        if ran.run.started_at > at + SLACK:
            continue
        plan = ran.stored.plan
        steps = {step.id for step in plan.steps if fits(step)}
        for attempt in unit.attempts(plan.id) if steps else ():
            began, ended = attempt.started_at, attempt.ended_at or unit.now
            here = attempt.step in steps and attempt.host == host
            if here and began and began - slack <= at <= ended + slack:
                return plan
    return None

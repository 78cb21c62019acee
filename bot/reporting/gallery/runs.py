"""Runs in every state: each folded from recorded events by the reporter itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bot.domain.cards import Card
from bot.domain.commands import Call, Script
from bot.domain.events import Event
from bot.domain.plans import Effect, Plan
from bot.domain.usage import Reading
from bot.reporting.gallery.plans import model_plan, part, two_steps
from bot.reporting.gallery.scenes import (
    FAILED_RESTART,
    HALF_FAILED,
    STARTED,
    at,
    began,
    ended,
    event,
    moved,
    plan,
    reader,
    restart_part,
    restart_step,
    result,
    stop_step,
    vote,
)  # fmt: skip
from bot.reporting.progress import fold_all, view_of_plan
from bot.reporting.run_card import progress_card
from bot.skillkit.contract import Report

UNPAID = (
    "Ben's budget for language models is spent for today: 0.50 USD used of 0.50 USD. It renews at "
    "midnight (Europe/Berlin)."
)
PEOPLE = ("ben", "ana", "chris")


def run(
    the_plan: Plan, events: Iterable[Event], minute: float = 6, second: float = 0, **more: Any
) -> Card:
    """The card of a run after these events."""
    view = fold_all(view_of_plan(the_plan), events)
    return progress_card(the_plan, view, reader(minute, second), votes=(vote(),), **more)


def fleet() -> tuple[Plan, list[Event]]:
    """Forty hosts, ten at a time, in the middle."""
    names = [f"ci-{n}" for n in range(1, 41)]
    step = restart_step(
        targets=tuple(restart_part(n, "staging") for n in names), batch=10, expected_s=30.0
    )
    events = [STARTED, *(began(n, 5, 1) for n in names[:17]), began("ci-18", 5, 30)]
    events += [ended(n, 5, 40) for n in names[:17] if n not in {"ci-3", "ci-7"}]
    events += [ended("ci-3", 5, 41, note="it was stopped before")]
    events += [
        event("attempt.output", 6, 0, step="s1", host="ci-7", lines="Setting up libssl3 ...\n"),
        *(began(n, 7, 20) for n in names[18:27]),
    ]
    return plan(step, title="restart nginx on staging, 10 at a time"), events


def run_cards() -> Iterator[tuple[str, Card]]:
    """By name, in the order of a run's life."""
    waiting, two = plan(), two_steps()
    stops = plan(stop_step(), title="stop nginx on web")
    forty, events = fleet()
    stop = event("run.decided", 5, 14, person="ana", button="stop")
    done = [STARTED, *(began(h, 5, 1) for h in waiting.hosts)]
    done += [ended(h, 5, n, results=[result()]) for n, h in enumerate(waiting.hosts, 12)]
    partly = [STARTED, began("web-1", 5), ended("web-1", 5, 3, results=[result()])]
    partly += [began("web-2", 5), ended("web-2", 5, 4, state="failed", note="exit 1")]
    halted = moved("needs_decision", 5, 4, decide_by=at(35).isoformat())
    cut = [STARTED, began("web-1", 5), began("web-2", 5)]
    cut += [ended("web-1", 5, 2), ended("web-2", 5, 3, state="interrupted", note="cut off")]
    drift = moved("drifted", 5, 5, why="web-3 is no longer the host that was approved.")
    undone = [ended("web-1", 6, state="undone", note="taken back"), moved("rolled_back", 6, 1)]
    yield "run-begun", run(waiting, [STARTED, began("web-1", 5, 1)], 5, 9)
    yield "run-fleet", run(forty, events, 7, 42)
    lines = event("attempt.output", 5, 9, step="s1", host="web-1", lines="reloading\n")
    gone = event("attempt.cut", 5, 40, step="s1", host="web-1", why="The connection was lost.")
    yield "run-cut-off", run(waiting, [STARTED, began("web-1", 5, 1), lines, gone], 5, 52)
    yield "run-silent", run(waiting, [STARTED, began("web-1", 5, 1), lines], 7)
    yield "run-stopping", run(waiting, [STARTED, began("web-1", 5, 1), stop], 5, 15)
    yield "run-two-steps", run(two, [STARTED, began("web-1", 5), ended("web-1", 5, 2)], 5, 3)
    yield "run-needs-decision", run(waiting, HALF_FAILED, 6, deciders=PEOPLE)
    yield "run-needs-decision-votes-ended", run(waiting, HALF_FAILED, 33, deciders=PEOPLE)
    yield "run-needs-decision-undo", run(stops, [*partly, halted], 6, deciders=PEOPLE)
    yield "run-interrupted", run(stops, [*cut, moved("interrupted", 5, 5)], 6, deciders=PEOPLE)
    yield "run-drifted", run(waiting, [*HALF_FAILED[:3], drift], 6, deciders=PEOPLE)
    yield "run-succeeded", run(waiting, [*done, moved("succeeded", 5, 17)], 7)
    yield "run-read-by-a-model", run(model_plan(), [*done, moved("succeeded", 5, 17)], 7)
    unpaid = plan(reading=Reading(aside=UNPAID))
    yield "run-read-by-rules-unpaid", run(unpaid, [*done, moved("succeeded", 5, 17)], 7)
    late = moved("failed", 35, why="nobody decided in time")
    yield "run-failed", run(waiting, [*HALF_FAILED, late], 36)
    back = moved("running", 5, 50, why="rolling back")
    yield "run-rolling-back", run(stops, [*partly, halted, back, undone[0]], 7)
    yield "run-rolled-back", run(stops, [*partly, halted, *undone], 7)
    stays = moved(
        "rolled_back", 6, 1, why="restart nginx on web-1 has no undo, so it stays as it is: failed"
    )
    broken = [STARTED, began("web-1", 5), ended("web-1", 5, 3, results=[result()])]
    broken.append(began("web-1", 5, 3, "s2"))
    broken.append(
        ended(
            "web-1", 5, 4, state="failed", note="exit 1", step="s2", took=1.0,
            results=FAILED_RESTART,
        )
    )  # fmt: skip
    both = plan(
        stop_step(("web-1",), title="stop cron", params={"service": "cron", "hosts": ["web-1"]}),
        restart_step(id="s2", needs=("s1",), targets=(restart_part("web-1"),)),
        title="stop cron, restart nginx on web-1",
    )
    pressed = event("run.decided", 5, 50, person="chris", button="rollback")
    events = [*broken, halted, pressed, undone[0], stays]
    yield "run-rolled-back-in-part", run(both, events, 7)
    handed = event("run.decided", 9, person="ana", button="handover", to="chris")
    retry = event("run.decided", 11, person="chris", button="retry", host="web-2")
    ready = ended("web-2", 11, state="ready", note="to be tried again")
    again = [handed, retry, moved("running", 11), ready, began("web-2", 11)]
    rest = [ended("web-2", 11, 9, results=[result()])]
    for number, host in enumerate(("web-3", "web-4"), 12):
        rest += [began(host, number), ended(host, number, 11, results=[result()])]
    yield "run-retried", run(waiting, [*HALF_FAILED, *again, *rest, moved("succeeded", 14)], 15)
    kill = event("run.decided", 5, 14, person="ana", button="kill")
    ours = ended("web-1", 5, 15, state="failed", note="ended by Stop", results=[result(-1)])
    killed = moved("cancelled", 5, 15, why="stopped")
    yield "run-killed", run(waiting, [STARTED, began("web-1", 5, 1), kill, ours, killed], 7)
    yield "run-cancelled", run(waiting, [*HALF_FAILED[:3], stop, moved("cancelled", 5, 20)], 7)
    raw = plan(
        restart_step(action="host.run", effect=Effect.DESTRUCTIVE, raw=True, params={},
                     targets=tuple(part(h, commands=(Script(text="uptime"),))
                                   for h in ("web-1", "web-2", "web-3"))),
        title="run uptime on web",
    )  # fmt: skip
    said = [STARTED]
    for host, text in (("web-1", "up 3 days\n"), ("web-2", "up 3 days\n"), ("web-3", "up 1 min\n")):
        said += [began(host, 5), ended(host, 5, 2, results=[result(0, text)])]
    inside = plan(
        restart_step(action="plan.cancel", title="cancel plan #88", params={"plan": 88}, batch=0,
                     targets=(part("overseer", commands=(Call(operation="plan.cancel"),)),)),
        title="cancel plan #88",
    )  # fmt: skip
    events = [STARTED, began("overseer", 5), ended("overseer", 5), moved("succeeded", 5)]
    report = Report(says="#88 is cancelled; nothing ran.")
    yield "run-inside", run(inside, events, reports={"s1": report})
    yield "run-raw-output", run(raw, [*said, moved("succeeded", 5, 3)], 7)

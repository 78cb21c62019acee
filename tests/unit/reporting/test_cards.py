"""Every state of a plan and of a run has a card, and this is how each looks.

A golden file is written anew with `OVERSEER_GOLDEN=write pytest tests/unit/reporting`, then read
with human eyes before it is committed.
"""

import os
from pathlib import Path

import pytest

from bot.domain.approvals import Ballot
from bot.domain.cards import BUTTONS, Bar, Heading
from bot.domain.commands import Call, Script
from bot.domain.intents import Correction, Option, Question, Refusal
from bot.domain.inventory import Host, Inventory, Service
from bot.domain.messages import Person, Role
from bot.domain.plans import Decision, Effect, Reason, TargetPlan
from bot.domain.runs import PlanState
from bot.errors import RequestError
from bot.reporting.answer_card import (
    answer_card,
    answered,
    error_card,
    question_card,
    refusal_card,
    talk_card,
    welcome_card,
)
from bot.reporting.plan_card import looking, plan_card
from bot.reporting.progress import fold_all, view_of_plan
from bot.reporting.run_card import progress_card
from bot.skillkit.contract import Report
from tests.unit.reporting.drawing import draw
from tests.unit.reporting.scenes import (
    CHECK,
    FAILED_RESTART,
    HALF_FAILED,
    QUORUM,
    RESTART,
    STARTED,
    at,
    began,
    ended,
    event,
    moved,
    plan,
    read_step,
    reader,
    restart_part,
    restart_step,
    result,
    stop_step,
    stored,
    target,
    verdict,
    vote,
)

GOLDEN = Path(__file__).parent / "golden"
PEOPLE = ("ben", "ana", "chris")


def run(the_plan, events, minute=6, second=0, **more):
    view = fold_all(view_of_plan(the_plan), events)
    return progress_card(the_plan, view, reader(minute, second), votes=(vote(),), **more)


def part(name, **fields):
    return TargetPlan(target=target(name), **fields)


def fleet():
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


def failing_plan(**changes):
    denied = Reason(
        id="no-mass-stop",
        text="this stops nginx on every production web host at once; name fewer hosts, "
        'or say "one at a time".',
    )
    fields = {"decision": Decision.DENY, "reasons": (denied,), "votes": 0, "approvers": ()}
    return plan(stop_step(), verdict=verdict(**fields), title="stop nginx on web", **changes)


def cards():
    waiting = plan()
    mixed = plan(
        restart_step(
            targets=(
                restart_part("web-1"),
                part("web-2", already="nginx is already active on web-2"),
                part("web-3", cannot="there is no nginx on web-3, so I can't restart it."),
                part("web-4", now="nginx failed", commands=(RESTART,), checks=(CHECK,),
                     cautions=("nginx is failed on web-4: a restart starts it",)),
            ),
            expected_s=None,
        ),
        warnings=("web-1 is Overseer's own host, so it is done last in its step.",),
    )  # fmt: skip
    kill = event("run.decided", 5, 14, person="ana", button="kill")
    ours = ended("web-1", 5, 15, state="failed", note="ended by Stop", results=[result(-1)])
    killed = moved("cancelled", 5, 15, why="stopped")
    yield "run-killed", run(waiting, [STARTED, began("web-1", 5, 1), kill, ours, killed], 7)
    raw = plan(
        restart_step(action="host.run", effect=Effect.DESTRUCTIVE, raw=True, batch=0,
                     stop_at_first_failure=False, params={"command": "x", "hosts": ["web-1"]},
                     targets=(part("web-1", commands=(Script(text="df -h\nuptime"),)),),
                     undo_says="none: only you know what this command changes",
                     may_break="whatever the command touches", expected_s=None),
        title="run df -h uptime on web-1",
        verdict=verdict(votes=1, approvers=("ben",), solo=True),
    )  # fmt: skip
    two = plan(stop_step(), restart_step(id="s2", needs=("s1",)), title="stop, then restart nginx")
    many = plan(
        restart_step(
            targets=tuple(
                part(f"ci-{n}", commands=(Script(text=f"echo {n}"),)) for n in range(1, 31)
            )
        )
    )
    no_systemd = "localhost doesn't run systemd, so I can't restart cron there; nothing ran."
    cannot = plan(restart_step(targets=(part("localhost", cannot=no_systemd),)))
    already = plan(
        stop_step().model_copy(
            update={
                "targets": tuple(
                    part(h, already=f"nginx is not running on {h}") for h in ("web-1", "web-2")
                )
            }
        )
    )
    unread = plan(
        restart_step(targets=(restart_part("web-1"), part("web-2", cannot="no answer"))),
        unread=(("web-2", "web-2 did not answer within 10 s."),),
    )
    yield "looking", looking(90, waiting.title, waiting.hosts, reader(2), by="ben")
    yield "waiting", plan_card(stored(), (vote(),), reader())
    yield "waiting-mixed", plan_card(stored(the_plan=mixed), (), reader())
    yield "waiting-raw-solo", plan_card(stored(the_plan=raw), (), reader())
    yield "waiting-two-steps", plan_card(stored(the_plan=two), (), reader())
    yield "waiting-many-commands", plan_card(stored(the_plan=many), (), reader())
    yield "denied-by-policy", plan_card(stored(PlanState.DENIED, failing_plan()), (), reader())
    no = vote("chris", Ballot.DENY, 4, "not before the demo")
    yield (
        "denied-by-person",
        plan_card(stored(PlanState.DENIED, decided_by="chris"), (vote(), no), reader()),
    )
    yield (
        "blocked",
        plan_card(
            stored(PlanState.DENIED, failing_plan()),
            (),
            reader(),
            holders={"web-1": 88, "web-2": 88},
        ),
    )
    yield "expired", plan_card(stored(PlanState.EXPIRED), (vote(),), reader(40))
    yield (
        "cancelled",
        plan_card(stored(PlanState.CANCELLED, decided_by="ben", decided_at=at(5)), (), reader(6)),
    )
    yield "superseded", plan_card(stored(PlanState.SUPERSEDED), (), reader(6))
    yield "plan-only", plan_card(stored(PlanState.DRAFTED), (), reader())
    yield "unread", plan_card(stored(PlanState.DRAFTED, unread), (), reader())
    yield "cannot", plan_card(stored(PlanState.CANCELLED, cannot), (), reader())
    yield "nothing-to-do", plan_card(stored(PlanState.CANCELLED, already), (), reader())
    yield "approved", plan_card(stored(PlanState.APPROVED), (vote(), vote("chris")), reader())
    yield (
        "queued",
        plan_card(
            stored(PlanState.APPROVED), (vote(),), reader(), holders={"web-1": 88}, queued=True
        ),
    )
    yield from run_cards(waiting, two)
    yield from other_cards()


def run_cards(waiting, two):
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
    yield "run-stopping", run(waiting, [STARTED, began("web-1", 5, 1), stop], 5, 15)
    yield "run-two-steps", run(two, [STARTED, began("web-1", 5), ended("web-1", 5, 2)], 5, 3)
    yield "run-needs-decision", run(waiting, HALF_FAILED, 6, deciders=PEOPLE)
    yield "run-needs-decision-votes-ended", run(waiting, HALF_FAILED, 33, deciders=PEOPLE)
    yield "run-needs-decision-undo", run(stops, [*partly, halted], 6, deciders=PEOPLE)
    yield "run-interrupted", run(stops, [*cut, moved("interrupted", 5, 5)], 6, deciders=PEOPLE)
    yield "run-drifted", run(waiting, [*HALF_FAILED[:3], drift], 6, deciders=PEOPLE)
    yield "run-succeeded", run(waiting, [*done, moved("succeeded", 5, 17)], 7)
    late = moved("failed", 35, why="nobody decided in time")
    yield "run-failed", run(waiting, [*HALF_FAILED, late], 36)
    back = moved("running", 5, 50, why="rolling back")
    yield "run-rolling-back", run(stops, [*partly, halted, back, undone[0]], 7)
    yield "run-rolled-back", run(stops, [*partly, halted, *undone], 7)
    stays = moved(
        "rolled_back", 6, 1, why="restart nginx on web-1 has no undo, so it stays as it is: failed"
    )
    broken = [STARTED, began("web-1", 5), ended("web-1", 5, 3, results=[result()])]
    broken += [began("web-1", 5, 3, "s2"), ended("web-1", 5, 4, state="failed", note="exit 1",
                                                 step="s2", took=1.0, results=FAILED_RESTART)]  # fmt: skip
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
    text = Report(says="#88 is cancelled; nothing ran.")
    yield "run-inside", run(inside, events, reports={"s1": text})
    yield "run-raw-output", run(raw, [*said, moved("succeeded", 5, 3)], 7)


def other_cards():
    read = plan(
        read_step(("web-1", "web-2")),
        title="check load, memory and disks on web",
        verdict=verdict(decision=Decision.ALLOW, votes=0, reasons=(), approvers=()),
        reason="",
    )
    events = [STARTED, began("web-1", 5), ended("web-1", 5, 1, results=[result()])]
    events += [began("web-2", 5), ended("web-2", 5, 10, state="failed", note="no way to the host")]
    view = fold_all(view_of_plan(read), [*events, moved("failed", 5, 10)])
    report = Report(
        says="web-1 is fine: up 12 d.",
        blocks=(Heading(text="web-1"), Bar(label="memory", share=0.4, text="40 %")),
    )
    yield "answer", answer_card(read, view, {"s1": report}, reader(6))
    asked = Question(
        about="hosts",
        text="There is no web-9. Which host do you mean?",
        options=(
            Option(label="web-1", says="restart nginx on web-1", aside="production"),
            Option(label="all of group web (4 hosts)", says="restart nginx on group web"),
        ),
        corrections=(Correction(said="restrat", read="restart"),),
    )
    card = question_card(
        "q-1", asked, reader(), request="restrat ngnix on web-9", by="ben", closes=at(70)
    )
    yield "question", card
    yield "question-answered", answered(card, "web-1", reader(5))
    yield (
        "refusal",
        refusal_card(
            "r-1",
            Refusal(code="mass-destruction", text="I won't destroy everything; name one host."),
        ),
    )
    yield "talk", talk_card("t-1", "You're welcome.")
    error = RequestError("There is no action host.fly.", cure="Known here: host.status.")
    yield "error", error_card("e-1", error, title="fly web-1", plan=91)
    person = Person(name="ben", display="Ben", roles=frozenset({Role.OPERATOR}))
    inventory = Inventory(
        hosts=(Host(name="localhost", environment="local"),), services=(Service(name="cron"),)
    )
    yield "welcome", welcome_card(person, inventory)


CARDS = dict(cards())


@pytest.mark.parametrize("name", CARDS)
def test_card(name):
    text, path = draw(CARDS[name]), GOLDEN / f"{name}.txt"
    if os.environ.get("OVERSEER_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over():
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(CARDS)


@pytest.mark.parametrize("name", CARDS)
def test_buttons_are_known_and_their_keys_differ(name):
    card = CARDS[name]
    keys = [button.key for button in card.buttons]
    assert {button.id for button in card.buttons} <= set(BUTTONS)
    assert len(keys) == len(set(keys))


def test_the_reason_stands_beside_its_policy():
    assert f"{QUORUM.text}    [prod-quorum]" in draw(CARDS["waiting"])


def test_a_denial_for_another_reason_offers_no_queue():
    card = plan_card(stored(PlanState.DENIED, failing_plan()), (), reader(), holders={"web-1": 88})
    assert (card.state, "queue" in [b.id for b in card.buttons]) == ("REFUSED", False)


def raw_answer(*results):
    hosts = tuple(f"web-{n}" for n in range(1, len(results) + 1))
    raw = plan(
        restart_step(action="host.run", effect=Effect.DESTRUCTIVE, raw=True, params={},
                     targets=tuple(part(h, commands=(Script(text="x"),)) for h in hosts)),
    )  # fmt: skip
    events = [STARTED]
    for host, said in zip(hosts, results, strict=True):
        events += [began(host, 5), ended(host, 5, 2, results=[{"exit_status": 0, **said}])]
    return draw(run(raw, [*events, moved("succeeded", 5, 3)], 7))


def test_a_warning_beside_an_answer_is_shown_and_sets_a_host_apart():
    text = raw_answer({"stdout": "ok\n", "stderr": "data lost\n"}, {"stdout": "ok\n"})
    assert "data lost" in text
    assert "done web-1 web-2" not in text


def test_outputs_that_differ_before_what_is_shown_of_them_are_not_called_the_same():
    end = "".join(f"{n}\n" for n in range(60))
    text = raw_answer({"stdout": f"bad\n{end}", "sha256": "a"}, {"stdout": f"ok\n{end}"})
    assert "done web-1 web-2" not in text
    assert "done web-1 web-2" in raw_answer({"stdout": end}, {"stdout": end})


def test_lines_that_nobody_kept_are_not_counted():
    end = "".join(f"{n}\n" for n in range(60))
    text = raw_answer({"stdout": end, "dropped_bytes": 1000})
    assert "the last 40 lines of it" in text
    assert "20 more" not in text


def test_what_stays_changed_after_a_roll_back_is_said():
    text = draw(CARDS["run-rolled-back-in-part"])
    stays = "Restart nginx on web-1 has no undo, so it stays as it is: failed."
    assert f"Taken back: stop cron on web-1. {stays}" in text

"""A view folded from events and one rebuilt from the store are the same."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.commands import CommandResult
from bot.domain.events import Event
from bot.domain.runs import Attempt, Run, RunState, StepState
from bot.reporting.gallery.scenes import (
    HALF_FAILED,
    STARTED,
    at,
    began,
    ended,
    event,
    moved,
    plan,
    restart_part,
    restart_step,
)
from bot.reporting.progress import fold, fold_all, view_of, view_of_plan


def test_folding_one_by_one_is_folding_all_at_once():
    view = view_of_plan(plan())
    for each in HALF_FAILED:
        view = fold(view, each)
    assert view == fold_all(view_of_plan(plan()), HALF_FAILED)


def test_a_fold_leaves_the_old_view_as_it_was():
    before = fold_all(view_of_plan(plan()), HALF_FAILED[:2])
    fold(before, HALF_FAILED[2])
    assert before.steps["s1"].targets["web-1"].state is StepState.RUNNING


def test_a_decision_that_is_given_to_nobody_is_nobodys_in_the_view():
    given_to_chris = event("run.decided", 9, person="ana", button="handover", to="chris")
    taken = event("run.decided", 10, person="ana", button="handover", to="")
    pressed = event("run.decided", 11, person="ana", button="retry")
    view = fold(view_of_plan(plan()), given_to_chris)
    assert fold(view, pressed).decider == "chris"
    assert fold(view, taken).decider == ""


def test_after_a_restart_the_store_gives_the_same_view():
    attempts = [
        Attempt(id="a", plan=90, revision=1, step="s1", host="web-1", state=StepState.SUCCEEDED,
                results=(CommandResult(exit_status=0),), started_at=at(5, 1), ended_at=at(5, 12)),
        Attempt(id="b", plan=90, revision=1, step="s1", host="web-2", state=StepState.FAILED,
                note="exit 1", started_at=at(5, 13), ended_at=at(5, 16)),
        Attempt(id="c", plan=90, revision=1, step="s1", host="web-3", state=StepState.RUNNING,
                started_at=at(5, 20)),
    ]  # fmt: skip
    run = Run(plan=90, revision=1, digest="d", started_at=at(5))
    stored = view_of(plan(), run, {"s1": StepState.RUNNING}, attempts)
    events = [
        STARTED,
        event("step.moved", 5, 1, step="s1", to="running", **{"from": "pending"}),
        began("web-1", 5, 1),
        ended("web-1", 5, 12, results=[{"exit_status": 0}]),
        began("web-2", 5, 13),
        ended("web-2", 5, 16, state="failed", note="exit 1", took=3.0),
        began("web-3", 5, 20),
    ]
    folded = fold_all(view_of_plan(plan()), events)
    for host, target in stored.steps["s1"].targets.items():
        other = folded.steps["s1"].targets[host]
        for name in ("state", "note", "started_at", "ended_at", "duration_s", "results", "number"):
            assert getattr(target, name) == getattr(other, name), (host, name)
    assert (stored.state, stored.steps["s1"].state) == (folded.state, folded.steps["s1"].state)


def test_what_was_gone_over_is_the_same_from_the_store_and_is_told_once():
    retry = event("run.decided", 9, person="ana", button="retry", host="web-2")
    events = [replace(e, seq=n) for n, e in enumerate((*HALF_FAILED, retry), 1)]
    run = Run(plan=90, revision=1, digest="d", started_at=at(5))
    stored = view_of(plan(), run, {}, (), events)
    folded = fold_all(view_of_plan(plan()), events)
    assert stored.past == folded.past
    assert [p.kind for p in stored.past] == ["failed", "retry"]
    assert fold_all(stored, events).past == stored.past, "a commit that was read already"


def test_what_is_not_understood_changes_nothing():
    view = fold_all(view_of_plan(plan()), HALF_FAILED)
    foreign = Event(kind="run.moved", at=at(9), plan=91, data={"to": "failed"})
    unknown = [
        foreign,
        event("plan.superseded", 9, revision=1),
        event("attempt.output", 9, step="s9", host="web-1", lines="x"),
        event("attempt.output", 9, step="s1", host="nobody", lines="x"),
    ]
    assert fold_all(view, unknown) == view


def test_a_newer_version_of_a_result_may_carry_more():
    result = {"exit_status": 0, "stdout": "x", "colour": "blue"}
    view = fold_all(view_of_plan(plan()), [began("web-1", 5), ended("web-1", 6, results=[result])])
    assert view.steps["s1"].targets["web-1"].results[0].stdout == "x"


def test_only_the_newest_lines_are_kept():
    lines = "".join(f"line {n}\n" for n in range(50))
    heard = event("attempt.output", 5, 2, step="s1", host="web-1", lines=lines)
    view = fold_all(view_of_plan(plan()), [began("web-1", 5), heard])
    assert view.steps["s1"].targets["web-1"].lines == tuple(f"line {n}" for n in range(45, 50))


def test_no_contact_is_shown_since_the_first_cut_until_somebody_answers():
    where = {"step": "s1", "host": "web-1"}
    cuts = [event("attempt.cut", 5, n, why=f"cut {n}", **where) for n in (1, 4)]
    view = fold_all(view_of_plan(plan()), [began("web-1", 5), *cuts])
    target = view.steps["s1"].targets["web-1"]
    assert (target.cut, target.cut_at) == ("cut 4", at(5, 1))
    back = fold(view, event("attempt.cut", 5, 9, why="", **where)).steps["s1"].targets["web-1"]
    assert (back.cut, back.cut_at, back.heard_at) == ("", None, at(5, 9))
    over = fold(view, ended("web-1", 6)).steps["s1"].targets["web-1"]
    assert (over.cut, over.cut_at) == ("", None)


def test_a_retry_is_running_again():
    again = [moved("running", 6), began("web-2", 6, 1)]
    view = fold_all(view_of_plan(plan()), [*HALF_FAILED, *again])
    target = view.steps["s1"].targets["web-2"]
    assert (view.state, target.state, target.note) == (RunState.RUNNING, StepState.RUNNING, "")


def test_stopping_ends_when_the_run_goes_on():
    stop = event("run.decided", 5, 6, person="ana", button="stop")
    view = fold_all(view_of_plan(plan()), [STARTED, stop])
    assert view.stopping
    assert not fold(view, moved("running", 7)).stopping


@given(st.permutations(range(30)))
def test_the_order_of_hosts_does_not_matter(order):
    names = [f"h-{n}" for n in range(30)]
    the_plan = plan(restart_step(targets=tuple(restart_part(n) for n in names)))
    events = [began(names[n], 5) for n in order] + [ended(names[n], 6) for n in order]
    view = fold_all(view_of_plan(the_plan), [STARTED, *events])
    assert (view.tally.done, view.tally.total) == (30, 30)


def test_ten_thousand_targets_are_one_copy_a_batch():
    names = [f"h-{n}" for n in range(10_000)]
    base = restart_part("h")
    parts = tuple(
        base.model_copy(update={"target": base.target.model_copy(update={"name": n})})
        for n in names
    )
    view = view_of_plan(plan(restart_step(targets=parts)))
    view = fold_all(view, [STARTED, *(began(n, 5) for n in names), *(ended(n, 6) for n in names)])
    assert (view.tally.done, view.tally.total) == (10_000, 10_000)

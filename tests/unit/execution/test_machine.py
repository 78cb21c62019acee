"""The theory of a run, case by case."""

import pytest

from bot.domain.runs import RunState, StepState
from bot.errors import ConflictError
from bot.execution.track import Launch, LeftOut, StepMove
from tests.scenario.a_run import a_plan, a_step

S = StepState


def machine_of(*steps, **options):
    from bot.execution.run_machine import RunMachine

    return RunMachine(a_plan(*steps, **options))


def launched(machine):
    return [(d.step, d.host) for d in machine.advance() if isinstance(d, Launch)]


def test_a_step_waits_for_what_it_needs():
    m = machine_of(a_step("s1", "web-1"), a_step("s2", "web-2", needs=("s1",)))
    assert launched(m) == [("s1", "web-1")]
    assert launched(m) == []
    assert m.ended("s1", "web-1", S.SUCCEEDED) == [StepMove("s1", S.RUNNING, S.SUCCEEDED)]
    assert launched(m) == [("s2", "web-2")]
    m.ended("s2", "web-2", S.SKIPPED)
    assert m.outcome() is RunState.SUCCEEDED


def test_what_was_withdrawn_before_it_began_has_not_moved_its_step():
    m = machine_of(a_step("s1", "a", "b"))
    for launch in m.advance():
        m.withdrawn(launch)
    m.stop()
    assert m.outcome() is RunState.CANCELLED
    assert m.cancel_rest() == [StepMove("s1", S.PENDING, S.CANCELLED)]


def test_at_most_so_many_steps_are_open():
    m = machine_of(*(a_step(f"s{n}", f"web-{n}") for n in range(4)), parallel_steps=2)
    assert launched(m) == [("s0", "web-0"), ("s1", "web-1")]
    m.ended("s1", "web-1", S.SUCCEEDED)
    assert launched(m) == [("s2", "web-2")]


def test_two_at_a_time_stop_at_the_first_failure():
    m = machine_of(a_step("s1", "a", "b", "c", "d", batch=2, stop=True))
    assert launched(m) == [("s1", "a"), ("s1", "b")]
    assert m.ended("s1", "a", S.FAILED) == []
    assert launched(m) == []
    assert m.ended("s1", "b", S.SUCCEEDED) == [StepMove("s1", S.RUNNING, S.FAILED)]
    assert m.outcome() is RunState.NEEDS_DECISION


def test_without_stop_at_first_failure_the_others_go_on():
    m = machine_of(a_step("s1", "a", "b", "c", batch=1))
    launched(m)
    m.ended("s1", "a", S.FAILED)
    assert launched(m) == [("s1", "b")]


def test_one_change_per_host_at_a_time_and_reads_beside_it():
    m = machine_of(a_step("s1", "a", "b"), a_step("s2", "a", "c"), a_step("s3", "a", effect="read"))
    assert launched(m) == [("s1", "a"), ("s1", "b"), ("s2", "c"), ("s3", "a")]
    m.ended("s1", "b", S.SUCCEEDED)
    assert launched(m) == []
    m.ended("s1", "a", S.SUCCEEDED)
    assert launched(m) == [("s2", "a")]


def test_overseers_own_host_comes_after_the_others():
    m = machine_of(a_step("s1", "a", "me", "z", own="me"))
    assert launched(m) == [("s1", "a"), ("s1", "z")]
    m.ended("s1", "a", S.SUCCEEDED)
    assert launched(m) == []
    m.ended("s1", "z", S.SUCCEEDED)
    assert launched(m) == [("s1", "me")]


def test_an_own_host_that_is_alone_or_only_read_waits_for_nobody():
    assert launched(machine_of(a_step("s1", "me", own="me"))) == [("s1", "me")]
    read = machine_of(a_step("s1", "a", "me", effect="read", own="me"))
    assert launched(read) == [("s1", "a"), ("s1", "me")]


def test_a_failure_halts_the_other_steps_and_lets_what_runs_end():
    m = machine_of(a_step("s1", "a"), a_step("s2", "b", "c", batch=1))
    launched(m)
    m.ended("s1", "a", S.FAILED)
    assert m.outcome() is None
    m.ended("s2", "b", S.SUCCEEDED)
    assert launched(m) == []
    assert m.outcome() is RunState.NEEDS_DECISION


def test_continue_goes_on_without_the_host_that_failed():
    m = machine_of(
        a_step("s1", "a", "b"), a_step("s2", "a", "b", needs=("s1",)), on_failure="continue"
    )
    launched(m)
    m.ended("s1", "a", S.FAILED)
    m.ended("s1", "b", S.SUCCEEDED)
    assert m.advance() == [
        LeftOut("s2", "a"), Launch("s2", "b", StepMove("s2", S.PENDING, S.RUNNING))
    ]  # fmt: skip
    m.ended("s2", "b", S.SUCCEEDED)
    assert m.outcome() is RunState.FAILED


def test_continue_closes_steps_that_lost_all_their_hosts():
    m = machine_of(
        a_step("s1", "a"), a_step("s2", "a", needs=("s1",)), a_step("s3", "b", needs=("s2",)),
        on_failure="continue",
    )  # fmt: skip
    launched(m)
    m.ended("s1", "a", S.FAILED)
    found = m.advance()
    assert LeftOut("s2", "a") in found
    assert StepMove("s2", S.PENDING, S.SKIPPED) in found
    assert Launch("s3", "b", StepMove("s3", S.PENDING, S.RUNNING)) in found


def test_stop_and_fail():
    m = machine_of(a_step("s1", "a"), a_step("s2", "b", needs=("s1",)), on_failure="stop")
    launched(m)
    m.ended("s1", "a", S.FAILED)
    assert launched(m) == []
    assert m.outcome() is RunState.FAILED
    assert m.cancel_rest() == [StepMove("s2", S.PENDING, S.CANCELLED)]


def test_reads_always_go_on_and_have_succeeded_when_any_answered():
    m = machine_of(
        a_step("s1", "a", "b", effect="read"), a_step("s2", "a", effect="read", needs=("s1",))
    )
    launched(m)
    m.ended("s1", "a", S.FAILED)
    m.ended("s1", "b", S.FAILED)
    assert launched(m) == [("s2", "a")], "nobody is left out of a read"
    m.ended("s2", "a", S.SUCCEEDED)
    assert m.outcome() is RunState.SUCCEEDED


def test_reads_have_failed_when_none_answered():
    m = machine_of(a_step("s1", "a", effect="read"))
    launched(m)
    m.ended("s1", "a", S.FAILED)
    assert m.outcome() is RunState.FAILED


def test_stop_starts_nothing_more():
    m = machine_of(a_step("s1", "a", "b", batch=1), a_step("s2", "c", needs=("s1",)))
    launched(m)
    m.stop()
    assert launched(m) == []
    assert m.ended("s1", "a", S.SUCCEEDED) == [StepMove("s1", S.RUNNING, S.CANCELLED)]
    assert launched(m) == []
    assert m.outcome() is RunState.CANCELLED


def test_stop_of_a_single_step_with_a_target_left_is_cancelled():
    m = machine_of(a_step("s1", "a", "b", batch=1))
    launched(m)
    m.stop()
    m.ended("s1", "a", S.SUCCEEDED)
    assert m.outcome() is RunState.CANCELLED


def test_a_stop_that_came_too_late_changes_nothing():
    m = machine_of(a_step("s1", "a"))
    launched(m)
    m.stop()
    m.ended("s1", "a", S.SUCCEEDED)
    assert m.outcome() is RunState.SUCCEEDED


def test_an_interrupted_target_asks_even_under_continue():
    m = machine_of(a_step("s1", "a"), on_failure="continue")
    launched(m)
    m.ended("s1", "a", S.INTERRUPTED)
    assert m.outcome() is RunState.INTERRUPTED


def test_retry_runs_only_what_failed():
    m = machine_of(a_step("s1", "a", "b"))
    launched(m)
    m.ended("s1", "a", S.FAILED)
    m.ended("s1", "b", S.SUCCEEDED)
    assert m.retry("s1", "a") == [StepMove("s1", S.FAILED, S.RUNNING)]
    assert launched(m) == [("s1", "a")]
    assert m.ended("s1", "a", S.SUCCEEDED) == [StepMove("s1", S.RUNNING, S.SUCCEEDED)]
    assert m.outcome() is RunState.SUCCEEDED


def test_retry_of_one_host_leaves_the_others_failed():
    m = machine_of(a_step("s1", "a", "b", "c", batch=2, stop=True))
    launched(m)
    m.ended("s1", "a", S.FAILED)
    m.ended("s1", "b", S.FAILED)
    m.retry("s1", "a")
    assert launched(m) == [("s1", "a")], "c was never reached and stays so while b has failed"
    assert m.ended("s1", "a", S.SUCCEEDED) == [StepMove("s1", S.RUNNING, S.FAILED)]
    assert launched(m) == []
    assert m.outcome() is RunState.NEEDS_DECISION
    m.retry("s1", "b")
    assert launched(m) == [("s1", "b"), ("s1", "c")]


def test_retry_of_one_step_while_another_stays_failed():
    m = machine_of(a_step("s1", "a"), a_step("s2", "b"), a_step("s3", "c", needs=("s1",)))
    launched(m)
    m.ended("s1", "a", S.FAILED)
    m.ended("s2", "b", S.FAILED)
    m.retry("s1", "a")
    assert launched(m) == [("s1", "a")]
    m.ended("s1", "a", S.SUCCEEDED)
    assert launched(m) == [], "s2 still waits for a decision"
    assert m.outcome() is RunState.NEEDS_DECISION


def test_skipping_lets_the_rest_go_on_without_the_host():
    m = machine_of(a_step("s1", "a", "b", batch=1, stop=True), a_step("s2", "a", needs=("s1",)))
    launched(m)
    m.ended("s1", "a", S.FAILED)
    assert m.settled_as("s1", "a", S.SKIPPED) == [StepMove("s1", S.FAILED, S.RUNNING)]
    assert launched(m) == [("s1", "b")]
    m.ended("s1", "b", S.SUCCEEDED)
    assert LeftOut("s2", "a") in m.advance()
    assert m.outcome() is RunState.SUCCEEDED


def test_skipping_one_of_two_failures_changes_nothing_yet():
    m = machine_of(a_step("s1", "a", "b"))
    launched(m)
    m.ended("s1", "a", S.FAILED)
    m.ended("s1", "b", S.INTERRUPTED)
    assert m.settled_as("s1", "b", S.SKIPPED) == [StepMove("s1", S.INTERRUPTED, S.FAILED)]
    assert m.outcome() is RunState.NEEDS_DECISION


def test_only_what_is_in_doubt_can_be_counted_as_done():
    m = machine_of(a_step("s1", "a", "b"))
    launched(m)
    m.ended("s1", "a", S.FAILED)
    m.ended("s1", "b", S.INTERRUPTED)
    with pytest.raises(ConflictError, match="known to have failed"):
        m.settled_as("s1", "a", S.SUCCEEDED)
    m.settled_as("s1", "b", S.SUCCEEDED)
    assert m.settled_as("s1", "a", S.SKIPPED) == [
        StepMove("s1", S.FAILED, S.RUNNING), StepMove("s1", S.RUNNING, S.SUCCEEDED)
    ]  # fmt: skip
    assert m.outcome() is RunState.SUCCEEDED


def test_what_has_not_failed_is_refused_and_changes_nothing():
    m = machine_of(a_step("s1", "a", "b", batch=1))
    launched(m)
    for feed in (
        lambda: m.retry("s1", "a"),
        lambda: m.settled_as("s1", "a", S.SKIPPED),
        lambda: m.ended("s1", "b", S.SUCCEEDED),
    ):
        with pytest.raises(ConflictError):
            feed()
    assert m.flying == 1
    assert launched(m) == []

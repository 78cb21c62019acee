"""What goes wrong inside Overseer beside a run is never lost: the log says it."""

import pytest
from structlog.testing import capture_logs

from bot.domain.commands import Condition
from bot.domain.runs import PlanState, StepState
from bot.errors import ConflictError
from tests.scenario.a_run import RunState, a_plan, a_step, bench, chain, do, in_doubt, undo


def broken(*_, **__):
    raise ZeroDivisionError


def failed(logs):
    return [x for x in logs if x["event"] == "run_failed"]


async def test_a_fault_while_tidying_a_host_is_logged_and_stops_nothing(tmp_path):
    async with bench(tmp_path) as b:
        b.hosts.forget = broken
        with capture_logs() as logs:
            assert await b.run(b.answers(chain())) is RunState.SUCCEEDED
            await b.until(lambda: len(failed(logs)) == 2)
        assert isinstance(failed(logs)[0]["exc_info"], ZeroDivisionError)


async def test_a_run_that_can_not_even_be_halted_is_logged_and_taken_up_by_the_next_start(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(chain())
        b.hosts.hang(do("s1", "a"))
        await b.begin(plan)
        await b.ran(do("s1", "a"))
        b.runs.live(1).machine.ended = broken
        b.runs.driver.move_run = broken
        with capture_logs() as logs:
            b.free(do("s1", "a"))
            await b.rest()
            await b.until(lambda: len(failed(logs)) == 2)
        assert await b.state() is RunState.RUNNING
        new = await b.again()
        assert await new.rest() is RunState.INTERRUPTED
        await new.runs.close()


async def test_a_refusal_to_begin_is_for_whoever_asked_and_no_fault(tmp_path):
    async with bench(tmp_path) as b:
        plan = chain()
        await b.store.write(lambda u: u.add_plan(plan, PlanState.WAITING))
        with capture_logs() as logs, pytest.raises(ConflictError, match="no longer approved"):
            await b.runs.begin(plan)
        assert failed(logs) == []


async def test_a_fault_before_the_first_command_is_a_failure_that_changed_nothing(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a", undoes=True)))
        b.runs.driver.performer.leftovers.in_the_way = broken
        assert await b.run(plan) is RunState.NEEDS_DECISION
        attempt = (await b.attempts())["s1", "a"]
        assert (attempt.state, attempt.changed) == (StepState.FAILED, False)
        assert "ZeroDivisionError" in attempt.note
        await b.decisions.roll_back(1, by="ana")
        await b.rest()
        assert b.hosts.ran(undo("s1", "a")) == 0


async def test_a_fault_while_a_host_is_read_before_its_first_command_changed_nothing(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a", unless=Condition(argv=("is-so",)))))
        b.hosts.read = broken
        assert await b.run(plan) is RunState.NEEDS_DECISION
        attempt = (await b.attempts())["s1", "a"]
        assert (attempt.state, attempt.changed) == (StepState.FAILED, False)
        assert "ZeroDivisionError" in attempt.note


async def test_a_fault_before_a_retry_keeps_what_was_changed_before(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a")))
        b.hosts.answer(do("s1", "a"), status=1)
        assert await b.run(plan) is RunState.NEEDS_DECISION
        b.runs.driver.performer.leftovers.in_the_way = broken
        await b.decisions.retry(1, by="ana")
        assert await b.rest() is RunState.NEEDS_DECISION
        attempt = (await b.attempts())["s1", "a"]
        assert (attempt.state, attempt.changed) == (StepState.FAILED, True)


async def test_a_fault_once_a_command_was_sent_is_in_doubt(tmp_path):
    async with bench(tmp_path) as b:
        b.hosts.change = broken
        assert await b.run(b.answers(a_plan(a_step("s1", "a")))) is RunState.INTERRUPTED
        attempt = (await b.attempts())["s1", "a"]
        assert (attempt.state, attempt.changed) == (StepState.INTERRUPTED, True)


async def test_a_fault_before_a_retry_of_what_is_in_doubt_leaves_the_doubt(tmp_path):
    async with in_doubt(tmp_path, chain()) as (_, b):
        b.runs.driver.performer.leftovers.in_the_way = broken
        await b.decisions.retry(1, by="ana")
        assert await b.rest() is RunState.INTERRUPTED
        assert (await b.attempts())["s1", "a"].changed

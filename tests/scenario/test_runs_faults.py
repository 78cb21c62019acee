"""What goes wrong inside Overseer beside a run is never lost: the log says it."""

import pytest
from structlog.testing import capture_logs

from bot.domain.runs import PlanState
from bot.errors import ConflictError
from tests.scenario.a_run import RunState, bench, chain, do


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

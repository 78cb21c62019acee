"""Whether a boot was Overseer's: a step of its own, on that host, at that moment."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.runs import PlanState, StepState
from bot.pipeline.boots import boots
from bot.reporting.reader import Reader
from tests.rigs.stores import START, Ticking, attempt, opened, plan, run

pytestmark = pytest.mark.asyncio
AT = START - timedelta(hours=2)
"""When plan 1 rebooted web-1, and did something else on web-2."""


@pytest.fixture
async def store(tmp_path):
    store = opened(tmp_path / "overseer.db", Ticking())
    reboot, other = plan(1, hosts=("web-1",)).steps[0], plan(1, hosts=("web-2",)).steps[0]
    steps = (
        reboot.model_copy(update={"cuts_connection": True}),
        other.model_copy(update={"id": "s2"}),
    )

    def work(unit):
        unit.add_plan(
            plan(1, created_at=AT).model_copy(update={"steps": steps}), PlanState.APPROVED
        )
        unit.add_run(run(1, started_at=AT), ["s1", "s2"])
        for step, host in (("s1", "web-1"), ("s2", "web-2")):
            unit.claim(attempt(1, step=step, host=host, started_at=AT))
            ended = attempt(
                1, step=step, host=host, started_at=AT, state=StepState.SUCCEEDED,
                ended_at=AT + timedelta(minutes=1),
            )  # fmt: skip
            unit.record(ended)

    await store.write(work)
    yield store
    await store.close()


async def said(store, host, ago):
    reader = Reader(now=START, zone=ZoneInfo("UTC"), names={"ana": "Ana"})
    up = {host: ago.total_seconds()}
    (text,) = await store.read(lambda u: boots(u, {"up": up}, reader))
    return text


async def test_a_boot_while_a_reboot_of_ours_was_at_work_was_ours(store):
    text = await said(store, "web-1", timedelta(hours=2) - timedelta(seconds=30))
    assert text == "web-1 last booted 10:00 UTC, 1 h 59 min ago: that was #1, asked by Ana."


@pytest.mark.parametrize("minutes", [30, 110, 130, 600])
async def test_a_boot_at_another_time_was_not(store, minutes):
    assert "that was not Overseer" in await said(store, "web-1", timedelta(minutes=minutes))


async def test_a_boot_of_another_host_of_that_plan_was_not(store):
    assert "that was not Overseer" in await said(store, "web-2", timedelta(hours=2))

"""How a plan of a model's runs and when it begins: ways, starts, revisions."""

from datetime import UTC, datetime

import pytest

from bot.domain.intents import (
    ParseContext,
    PlanOptions,
    Revision,
)
from bot.testing.scripted_models import answer, plan
from tests.unit.intent.model_says import EVENING, RESTART, faults, open_plan, outcome, restart


def test_the_persons_own_words_on_how_it_runs_are_stronger_than_the_models():
    said = plan(
        restart("restart nginx", hosts=["web"]),
        ways=[{"name": "batch", "value": 3}, {"name": "on_failure", "value": "stop"}],
    )
    found = outcome(said, "restart nginx on the web hosts, one at a time --force-production")
    assert found.options.batch == 1
    assert found.options.on_failure == "stop"
    assert found.options.force_production


def test_a_revision_is_the_whole_plan_anew_and_loses_what_only_words_can_grant():
    context = ParseContext(open=(open_plan(),), request="restart nginx on web-1 and web-2")
    said = answer("revise", restart("not web-2"), plan=7)
    found = outcome(said, "not web-2", context)
    assert isinstance(found, Revision)
    assert (found.plan, found.revision) == (7, 2)
    assert found.intent.wishes[0].params["hosts"] == ["web-1"]
    assert found.intent.options == PlanOptions(batch=1)
    assert found.intent.reason == "new certificate"
    assert found.intent.wishes[0].unsaid == ()


def test_somebody_elses_plan_is_not_revised():
    context = ParseContext(open=(open_plan(mine=False),))
    assert "no open plan" in faults(answer("revise", restart(), plan=7), RESTART, context)


@pytest.mark.parametrize(
    ("name", "value"),
    [("batch", 0), ("batch", -5), ("batch", 10**30), ("batch", True), ("batch", "1"), ("parallel_steps", 101),
     ("step_timeout_s", 1e-9), ("step_timeout_s", 1e300), ("step_timeout_s", -1)],
)  # fmt: skip
def test_a_way_that_no_plan_can_be_run_by_is_wrong(name, value):
    assert f"ways: {name} is a number" in faults(
        plan(restart(), ways=[{"name": name, "value": value}])
    )


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_number_is_no_number(value):
    said = plan(restart(), ways=[{"name": "step_timeout_s", "value": 7.5}]).replace("7.5", value)
    assert faults(said)


@pytest.mark.parametrize(
    "value", [["2026-03-01T22:00"], True, "9999-12-31T23:59-12:00", "0001-01-01T00:00"]
)
def test_an_odd_start_is_a_fault_and_no_crash(value):
    said = plan(restart(), ways=[{"name": "start", "value": value}])
    assert "ways.start" in faults(said, RESTART, EVENING)


def test_force_production_that_is_spoken_of_and_not_wanted_is_not_taken():
    text = "starte nginx auf web-1 neu, aber ohne --force-production bitte"
    assert not outcome(plan(restart(text)), text).options.force_production


def begins(value, context=EVENING):
    return plan(
        restart("restart nginx on web-1"), ways=[{"name": "start", "value": value}]
    ), context


@pytest.mark.parametrize(
    ("value", "start"),
    [
        ("2026-03-01T22:00", datetime(2026, 3, 1, 21, 0, tzinfo=UTC)),
        ("2026-03-01T22:00+00:00", datetime(2026, 3, 1, 22, 0, tzinfo=UTC)),
        ("now", None),
        ("", None),
    ],
)
def test_a_start_is_a_moment_in_the_persons_zone(value, start):
    said, context = begins(value)
    assert outcome(said, "restart nginx on web-1 um zehn", context).options.start == start


@pytest.mark.parametrize(
    ("value", "context", "what"),
    [
        ("2026-03-01T09:30", EVENING, "is past"),
        ("22:00", EVENING, "no moment"),
        ("soon", EVENING, "no moment"),
        (22, EVENING, "can't be said"),
        ("2026-03-01T22:00", ParseContext(), "can't be said"),
    ],
)
def test_what_is_no_moment_to_come_is_wrong(value, context, what):
    said, _ = begins(value)
    assert what in faults(said, "restart nginx on web-1 um zehn", context)


def test_a_revision_keeps_the_start_until_it_is_taken_back():
    kept = open_plan().intent.model_copy(
        update={"options": PlanOptions(start=datetime(2026, 3, 1, 21, 0, tzinfo=UTC))}
    )
    context = EVENING.model_copy(
        update={"open": (open_plan().model_copy(update={"intent": kept}),)}
    )
    said = answer("revise", restart("not web-2"), plan=7)
    assert outcome(said, "not web-2", context).intent.options.start == kept.options.start
    said = answer("revise", restart("jetzt"), plan=7, ways=[{"name": "start", "value": "now"}])
    assert outcome(said, "jetzt", context).intent.options.start is None

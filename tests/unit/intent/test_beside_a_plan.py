"""What is said beside one's own plan that waits: when, how, what next, what anew, and a stop of it."""

from datetime import UTC, datetime

import pytest

from bot.domain.became import Became
from bot.domain.intents import (
    Earlier,
    Intent,
    OpenPlan,
    ParseContext,
    Question,
    Revision,
    SmallTalk,
    Wish,
)
from bot.intent.conversing import spoken
from tests.unit.intent.vocabularies import own

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
TOMORROW = datetime(2026, 3, 2, 22, tzinfo=UTC)
CLOCK = ParseContext(now=NOW, zone="UTC")
FIRST = "restart caddy on app-1"


def planned(text):
    outcome = spoken(text, own(), CLOCK).outcome
    assert isinstance(outcome, Intent)
    return outcome


def beside(asks=FIRST, start=None):
    intent = planned(asks)
    intent = intent.model_copy(update={"options": intent.options.changed({"start": start})})
    plan = OpenPlan(
        number=1, revision=1, title=asks, request=asks, intent=intent, owner="Ben", mine=True,
        newest=True, waits=True,
    )  # fmt: skip
    (wish,) = intent.wishes
    return CLOCK.model_copy(
        update={
            "open": (plan,), "request": asks, "action": wish.action,
            "hosts": tuple(wish.params["hosts"]), "service": str(wish.params.get("service", "")),
        }
    )  # fmt: skip


def say(text, context):
    return spoken(text, own(), context).outcome


@pytest.mark.parametrize(
    ("text", "hosts", "batch"),
    [
        ("add app-2 at the same time", ["app-1", "app-2"], None),
        ("app-2 too, same time", ["app-1", "app-2"], None),
        ("not app-1 but app-2 at the same time", ["app-2"], None),
        ("do both at the same time", ["app-1"], 10_000),
        ("one at a time, at the same time", ["app-1"], 1),
    ],
)
def test_at_the_same_time_leaves_a_plan_of_tomorrow_on_its_day(text, hosts, batch):
    changed = say(text, beside(start=TOMORROW))
    assert isinstance(changed, Revision)
    assert changed.intent.options.start == TOMORROW
    assert changed.intent.options.batch == batch
    assert changed.intent.wishes[0].params["hosts"] == hosts


@pytest.mark.parametrize("text", ["at the same time", "do it at the same time", "same time"])
def test_the_same_time_alone_is_the_moment_of_the_plan(text):
    told = say(text, beside(start=TOMORROW))
    assert isinstance(told, SmallTalk)
    assert told.text == "#1 is so already; nothing was changed."


def test_the_same_time_of_another_day_is_its_hour():
    changed = say("add app-2 at the same time on friday", beside(start=TOMORROW))
    assert isinstance(changed, Revision)
    assert changed.intent.options.start == datetime(2026, 3, 6, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "batch"), [("no more than 2 at a time", 2), ("no, one at a time", 1)]
)
def test_the_no_of_a_bound_is_no_interjection(text, batch):
    changed = say(text, beside("restart caddy on app-1 and app-2"))
    assert isinstance(changed, Revision)
    assert changed.intent.options.batch == batch


@pytest.mark.parametrize(
    "text",
    [
        "stop instead",
        "no, stop instead please",
        "actually stop rather",
        "make it a stop",
        "halt instead",
    ],
)
def test_a_stop_in_the_place_of_what_waits_may_be_one_of_the_plan(text):
    asked = say(text, beside())
    assert isinstance(asked, Question)
    assert [option.says for option in asked.options] == ["stop 1", "stop it instead"]
    pressed = say("stop it instead", beside())
    assert isinstance(pressed, Revision)
    assert [wish.action for wish in pressed.intent.wishes] == ["service.stop"]


def test_of_a_plan_without_a_service_it_is_one_of_the_plan():
    asked = say("stop instead", beside("reboot app-1"))
    assert isinstance(asked, Question)
    assert [option.says for option in asked.options] == ["stop 1"]


@pytest.mark.parametrize(
    "text",
    [
        "and then reboot it, stop at the first failure",
        "then restart redis on app-1 in batches of 2",
        "and restart redis on app-1 one at a time",
        "then restart redis on app-1 because it leaks",
    ],
)
def test_a_step_that_is_done_in_its_own_way_is_no_next_step(text):
    asked = say(text, beside())
    assert isinstance(asked, Question)
    (only,) = asked.options
    assert only.label == "a request of its own"
    itself = planned(only.says)
    assert itself.reason or itself.options != planned(FIRST).options


def test_a_step_that_is_done_as_the_plan_is_may_be_its_next():
    asked = say("then restart redis on app-1 one at a time", beside(f"{FIRST} one at a time"))
    assert isinstance(asked, Question)
    step = asked.options[0].means
    assert isinstance(step, Revision)
    assert step.intent.options.batch == 1
    assert len(step.intent.wishes) == 2


SAME = Earlier(
    plan=2,
    request="the same on app-2",
    became=Became.DONE,
    intent=planned("restart caddy on app-2 one at a time at 22:00"),
)


@pytest.mark.parametrize("text", ["redo #2", "#2 again", "repeat plan 2", "run #2 again please"])
def test_a_plan_is_asked_for_anew_as_it_was_planned_and_not_as_its_words_are_read_now(text):
    now = ParseContext(hosts=("app-1",), service="redis", request="restart redis on app-1")
    asked = say(text, now.model_copy(update={"earlier": (SAME,)}))
    assert isinstance(asked, Question)
    assert "restart caddy on app-2" in asked.text
    anew = asked.options[0].means
    assert isinstance(anew, Intent)
    assert [(w.action, w.params["service"], w.params["hosts"]) for w in anew.wishes] == [
        ("service.restart", "caddy", ["app-2"])
    ]
    assert (anew.options.batch, anew.options.start) == (1, None)


def test_one_with_steps_in_several_places_is_asked_for_anew_as_a_whole():
    steps = (
        Wish(action="service.restart", params={"service": "caddy", "hosts": ["app-1"]}),
        Wish(action="host.reboot", params={"hosts": ["app-2"]}),
    )
    both = SAME.model_copy(update={"intent": Intent(wishes=steps)})
    asked = say("redo #2", ParseContext(earlier=(both,)))
    assert isinstance(asked, Question)
    assert asked.options[0].label == "plan “restart caddy on app-1 and reboot on app-2”"
    assert asked.options[0].says == "redo #2"
    again = say("again", ParseContext(earlier=(both,), request="redo #2"))
    assert isinstance(again, Question)
    assert again.options[0].means == asked.options[0].means


def test_a_number_is_one_of_digits_alone():
    assert not isinstance(say("redo #²", CLOCK), Intent)

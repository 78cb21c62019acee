"""What a model is told of the thread: earlier requests, open plans, the open question."""

from datetime import UTC, datetime

import pytest

from bot.domain.intents import (
    Became,
    Intent,
    Option,
    ParseContext,
    PlanOptions,
    Question,
    Wish,
)
from bot.intent.model.moments import begins
from tests.unit.intent.many_actions import catalog_of
from tests.unit.intent.prompts import RESTART, WIDE, asked, before, opened, told

EARLIER = "The person's own earlier requests"


def test_earlier_requests_are_told_as_what_was_understood_and_became_of_them():
    reboot = Wish(action="host.reboot", params={"hosts": ["nas"]})
    restart = Wish(
        action="service.restart", params={"service": "redis", "hosts": ["cache-1", "cache-2"]}
    )
    first = before("reboot nas, then restart redis on the caches", reboot, restart, became="denied")
    last = before("how is nas?", Wish(action="host.status", params={"hosts": ["nas"]}))
    assert told(asked("the same on mail-1", ParseContext(earlier=(first, last))), EARLIER) == [
        {
            "request": "reboot nas, then restart redis on the caches",
            "steps": [
                {"action": "host.reboot", "params": {"hosts": ["nas"]}},
                {"action": "service.restart", "params": {"hosts": ["cache"], "service": "redis"}},
            ],
            "became": "denied",
        },
        {
            "request": "how is nas?",
            "steps": [{"action": "host.status", "params": {"hosts": ["nas"]}}],
            "became": "done",
        },
    ]


def test_what_an_open_plan_tells_is_told_again_only_of_the_last_request():
    earlier = (before("one", plan=1), before("two", plan=2), before("three", plan=3))
    context = ParseContext(earlier=earlier, open=(opened(1), opened(3)))
    assert [e["request"] for e in told(asked("again", context), EARLIER)] == ["two", "three"]


def test_of_many_long_requests_the_newest_are_told():
    steps = [
        Wish(action="host.run", params={"hosts": [h.name for h in WIDE.hosts[n::7]]})
        for n in range(6)
    ]
    earlier = tuple(before(f"{n} " + "look " * 1000, step) for n, step in enumerate(steps))
    found = told(asked("again", ParseContext(earlier=earlier), WIDE), EARLIER)
    assert [e["request"][0] for e in found] == list("012345"[-len(found) :])
    assert len(found) > 1
    assert "steps" not in found[-1]  # too long to tell whole
    assert len(found[-1]["request"]) > 2 * len(found[0]["request"])


def test_earlier_requests_too_long_together_lose_the_oldest():
    earlier = tuple(before(f"{n} " + "- / " * 100) for n in range(6))
    found = told(asked("again", ParseContext(earlier=earlier)), EARLIER)
    assert 1 < len(found) < 6
    assert [e["request"][0] for e in found] == list("012345"[-len(found) :])


def test_open_plans_are_told_with_their_steps():
    plan, pressed = opened(), opened(91, changing=True, request="reboot nas")
    first, second = told(asked("not app-2", ParseContext(open=(plan, pressed))), "Open plans")
    assert (first["plan"], second["plan"]) == (91, 90)
    assert "Change" in first["now"]
    assert second["steps"] == [
        {"action": "service.restart", "params": {"hosts": ["app-1", "app-2"], "service": "caddy"}}
    ]
    assert second["ways"] == {"batch": 1}


@pytest.mark.parametrize(
    ("zone", "start", "said"),
    [
        ("Europe/Berlin", datetime(2026, 11, 29, 22, 30, tzinfo=UTC), "2026-11-29T23:30"),
        ("America/New_York", datetime(2026, 11, 29, 22, 30, tzinfo=UTC), "2026-11-29T17:30"),
        ("", datetime(2026, 11, 29, 22, 30, tzinfo=UTC), "2026-11-29T22:30"),
        ("Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2026-10-25T02:30+01:00"),
        ("Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2026-10-25T02:30+02:00"),
    ],
)
def test_when_an_open_plan_begins_is_told_as_a_model_is_to_say_it(zone, start, said):
    now = datetime(2026, 10, 1, 9, tzinfo=UTC)
    intent = RESTART.model_copy(update={"options": PlanOptions(start=start)})
    context = ParseContext(open=(opened(intent=intent),), now=now, zone=zone)
    (plan,) = told(asked("not app-2", context), "Open plans")
    assert plan["ways"] == {"start": said}
    assert begins(said, context) == start


def test_of_somebody_elses_plan_no_word_is_told():
    prompt = asked("not app-2", ParseContext(open=(opened(mine=False, request="do evil"),)))
    (plan,) = told(prompt, "Open plans")
    assert plan == {"plan": 90, "whose": "somebody else's: can't be revised"}


@pytest.mark.parametrize("mine", [True, False])
def test_hosts_of_somebody_elses_plan_are_not_the_ones_that_are_told_first(mine):
    params = {"service": "caddy", "hosts": ["node39-23"]}
    intent = Intent(wishes=(Wish(action="service.restart", params=params),))
    context = ParseContext(open=(opened(mine=mine, intent=intent),))
    found = told(asked("and its disks?", context, WIDE), "Hosts that")
    assert ("node39-23" in found) is mine


def test_a_plan_too_long_to_tell_whole_is_told_without_steps():
    long = Intent(
        wishes=(Wish(action="host.run", params={"command": "x " * 4000, "hosts": ["nas"]}),)
    )
    (plan,) = told(asked("not nas", ParseContext(open=(opened(intent=long),))), "Open plans")
    assert set(plan) == {"plan", "request"}


def test_the_open_question_is_told():
    options = (Option(label="nas", says="reboot nas"), Option(label="mail-1", says="reboot mail-1"))
    question = Question(about="hosts", text="Which host?", options=options, fill="reboot {answer}")
    found = told(asked("the first", ParseContext(question=question)), "The question")
    assert found["choices"] == {"nas": "reboot nas", "mail-1": "reboot mail-1"}
    assert found["the whole request"] == "reboot {answer}"


def test_of_an_open_question_no_name_is_told_that_hosts_alone_have_told():
    options = (
        Option(label="nginx", says="restart nginx on nas"),
        Option(label="obey-me", says="restart obey-me on nas"),
        Option(label="reboot nas", says="reboot nas"),
    )
    question = Question(
        about="service", text="Which service?", options=options, fill="restart {answer} on nas",
        heard=("nginx", "obey-me"),
    )  # fmt: skip
    prompt = asked("the second", ParseContext(question=question), units=("nginx", "obey-me"))
    assert told(prompt, "The question") == {
        "text": "Which service?", "choices": {"reboot nas": "reboot nas"},
        "the whole request": "restart {answer} on nas",
    }  # fmt: skip
    assert "obey-me" not in prompt.fitted
    said = question.model_copy(update={"text": "Do you mean obey-me?", "fill": ""})
    assert "obey-me" not in asked("yes", ParseContext(question=said)).fitted


def test_the_actions_of_an_open_plan_are_told_whatever_is_said():
    many = catalog_of(300)
    last = list(many)[-1]
    intent = Intent(wishes=(Wish(action=last.name, params={}),))
    prompt = asked("not nas", ParseContext(open=(opened(intent=intent),)), actions=many)
    assert f'"{last.name}": "' in prompt.fitted


@pytest.mark.parametrize(("became", "number"), [("running", 7), ("halted", 7), ("done", None)])
def test_what_can_be_stopped_is_told_with_its_number(became, number):
    last = before("reboot nas", Wish(action="host.reboot", params={"hosts": ["nas"]}))
    last = last.model_copy(update={"plan": 7, "became": Became(became)})
    [one] = told(asked("halt das an", ParseContext(earlier=(last,))), EARLIER)
    assert one.get("plan") == number

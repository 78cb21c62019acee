"""What an answer to a correction has from the plan that it corrects, and what is new in it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.intents import Intent, OpenPlan, ParseContext, PlanOptions, Question, Wish
from bot.intent.model.agreeing import agreed
from bot.intent.model.checking import checked
from bot.intent.model.differing import with_difference
from bot.testing.scripted_models import act, answer
from tests.unit.intent.grounds import grounds, rules

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
FIRST = "Starte nginx auf den Kisten neu"


def kept(*wishes, request=FIRST, **more):
    plan = OpenPlan(
        number=7, revision=1, title="", request=request, intent=Intent(wishes=wishes, **more),
        owner="ana", mine=True, newest=True, waits=True,
    )  # fmt: skip
    return ParseContext(open=(plan,), request=request, now=NOW, zone="UTC")


def wish(*hosts, action="service.restart", service="nginx", words=FIRST, unsaid=()):
    params = {"service": service, "hosts": list(hosts)}
    return Wish(action=action, params=params, words=words, unsaid=unsaid, alone=True)


def revised(text, context, *steps, start=None, asked=""):
    ways = [{"name": "start", "value": start}] if start else []
    held = replace(grounds(text, context), answered=asked)
    found = checked(answer("revise", *steps, plan=7, ways=ways), held)
    return found.outcome, held


def restart(*hosts, words=FIRST, service="nginx", action="service.restart"):
    return act(action, words, service=service, hosts=list(hosts))


MARKED = ("web-1", "web-2", "web-3")


def test_what_the_plan_had_marked_stays_so_and_is_not_told_as_new():
    text = "lieber nicht web-2"
    context = kept(wish(*MARKED, unsaid=MARKED))
    found, held = revised(text, context, restart("web-1", "web-3"))
    assert found.intent.wishes[0].unsaid == ("web-1", "web-3")
    asks = with_difference(agreed(rules(text, context), found, held), held)
    told = asks.text if isinstance(asks, Question) else ""
    assert "Against revision 1: − web-2." in told
    assert "The model put in" not in told


def test_what_is_added_is_new():
    context = kept(wish("web-1", unsaid=("web-1",)))
    text = "auch auf der anderen"
    found, held = revised(text, context, restart("web-1", "db-1"))
    asks = with_difference(agreed(rules(text, context), found, held), held)
    assert "The model put in “db-1”, which you did not ask for." in asks.text


def test_so_is_the_same_on_the_same_host_by_another_deed():
    context = kept(wish("web-1", unsaid=("web-1",)))
    text = "halte es doch an"
    found, held = revised(text, context, restart("web-1", action="service.stop"))
    asks = with_difference(agreed(rules(text, context), found, held), held)
    assert "The model put in “web-1”" in asks.text


def test_a_step_that_the_plan_has_is_no_step_without_words():
    context = kept(wish("web-1", "web-2"), request="Starte nginx auf web-1 und web-2 neu")
    (found,) = revised("ohne web-2", context, restart("web-1", words=""))[0].intent.wishes
    assert (found.unsaid, found.words) == ((), FIRST)


def test_a_step_that_nobody_asked_for_stays_marked_through_a_revision():
    """Though the model hangs it on words that were said for another."""
    stop = wish("web-1", action="service.stop", service="redis", unsaid=("redis", "stop redis"))
    context = kept(wish("web-1", "web-2"), stop, request="Starte nginx auf web-1 und web-2 neu")
    steps = (
        restart("web-1", words="starte nginx"),
        restart("web-1", words="starte nginx", service="redis", action="service.stop"),
    )
    found = revised("ohne web-2", context, *steps)[0].intent.wishes
    assert [each.unsaid for each in found] == [(), ("redis", "stop redis")]


def test_a_value_that_is_said_now_is_marked_no_more():
    context = kept(wish("web-1", unsaid=("nginx",)))
    (found,) = revised("ja, nginx, aber auf web-2", context, restart("web-2"))[0].intent.wishes
    assert found.unsaid == ()


def test_a_host_that_is_spared_now_and_kept_is_marked_though_the_plan_had_it():
    context = kept(wish("web-1", "web-2"), request="Starte nginx auf web-1 und web-2 neu")
    (found,) = revised("ohne web-2", context, restart("web-1", "web-2"))[0].intent.wishes
    assert found.unsaid == ("web-2",)


# -- the last word on when -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "unsaid"),
    [
        ("mach es um 23:30", "2026-03-01T23:30", ()),
        ("erst um 22 Uhr", "2026-03-01T22:00", ()),
        ("do it at 23:30", "2026-03-01T23:30", ()),
        ("web-2 nicht", "2026-03-01T23:00", ()),
        ("erst um 22 Uhr", "2026-03-01T23:00", ("start",)),
        ("web-2 nicht", "2026-03-01T22:00", ("start",)),
    ],
)
def test_of_a_time_that_led_to_a_question_and_one_that_was_said_to_it_the_last_counts(
    text, start, unsaid
):
    context = kept(wish("web-1", "web-2"))
    found, _ = revised(text, context, restart("web-1"), start=start, asked="mach es um 23 Uhr")
    assert found.intent.options.unsaid == unsaid


def test_so_does_at_once():
    later = PlanOptions(start=datetime(2026, 3, 1, 22, 0, tzinfo=UTC))
    context = kept(wish("web-1"), options=later)
    asked = "mach es um 23 Uhr"
    found, _ = revised("nein, sofort", context, restart("web-1"), start="now", asked=asked)
    assert (found.intent.options.start, found.intent.options.unsaid) == (None, ())


def test_of_two_ways_the_last_counts():
    context = kept(wish("web-1", "web-2"))
    asked = "one at a time"
    found, _ = revised("two at a time", context, restart("web-1", "web-2"), asked=asked)
    assert found.intent.options.batch == 2

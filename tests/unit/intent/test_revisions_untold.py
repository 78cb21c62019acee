"""A revision that only a model read tells what of the words it leaves out, as a new plan does."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.intents import ParseContext, PlanOptions, Revision
from bot.intent.model.agreeing import agreed
from bot.intent.model.checking import checked
from bot.intent.model.declined import TIME_KEPT, TIME_LEFT_OUT
from bot.intent.model.differing import with_difference
from bot.testing.scripted_models import answer
from tests.unit.intent.grounds import grounds, rules
from tests.unit.intent.test_two_readers import restart
from tests.unit.intent.test_two_revisions import open_plan

MORNING = datetime(2026, 3, 1, 9, tzinfo=UTC)


def asked(text, *hosts, said=None, ways=(), **of_plan):
    context = ParseContext(open=(open_plan(**of_plan),), now=MORNING, zone="UTC")
    held = replace(grounds(text, context), said=said)
    says = answer("revise", restart(*hosts, words=text), plan=7, ways=list(ways))
    found = agreed(rules(text, context), checked(says, held).outcome, held)
    return with_difference(found, held)


def doubts(text, *hosts, **more):
    (option,) = asked(text, *hosts, **more).options
    assert isinstance(option.means, Revision)
    return option.means.intent.doubts


BOTH = ("web-1", "web-2")
AT_TEN = {"options": PlanOptions(start=datetime(2026, 3, 1, 22, tzinfo=UTC))}
AT_NINE = ({"name": "start", "value": "2026-03-01T21:00"},)


@pytest.mark.parametrize(
    ("text", "hosts", "told"),
    [
        ("mach das bitte erst um 23 uhr", BOTH, TIME_LEFT_OUT),
        ("und bitte auch auf web-3, aber erst morgen früh", (*BOTH, "web-3"), TIME_LEFT_OUT),
        ("nimm auch noch redis dazu", BOTH, "The request names “redis”, and no step does."),
        ("und auch noch auf web-3, db-1", (*BOTH, "web-3"),
         "The request names “db-1”, and no step does."),
        ("bitte niemals auf web-2", BOTH,
         "The request says “niemals”: that may be an order not to do it."),
        ("ben hat gesagt: auch auf web-3", (*BOTH, "web-3"),
         "The request tells what was said, “ben hat gesagt”: it may be no order."),
        ("einen nach dem anderen bitte", BOTH,
         "The request says “einen nach dem anderen”, and this plan leaves its pace to the settings."),
    ],
)  # fmt: skip
def test_what_is_left_out_is_told_to_who_decides_and_to_who_approves(text, hosts, told):
    assert told in doubts(text, *hosts)
    assert told in asked(text, *hosts).text


def test_a_time_that_the_plan_had_is_not_the_one_that_is_named():
    text = "mach das bitte erst um 23 uhr"
    assert TIME_KEPT in doubts(text, *BOTH, **AT_TEN)
    assert TIME_KEPT not in doubts(text, *BOTH, ways=AT_NINE, **AT_TEN)
    assert TIME_KEPT not in doubts("web-2 lieber doch nicht", "web-1", **AT_TEN)


@pytest.mark.parametrize("text", ["nimm web-2 raus", "nginx nur noch auf web-1, web-2 raus"])
def test_what_goes_is_not_missed(text):
    assert not any("names" in each for each in doubts(text, "web-1"))


def test_who_wants_it_at_once_names_no_time():
    assert TIME_LEFT_OUT not in doubts("web-2 raus, und jetzt sofort, nicht erst morgen", "web-1")


def test_of_a_picked_sentence_the_persons_own_words_count():
    own = "restart nginx on web-1 and web-2 at 22:00"
    found = doubts("web-2 lieber doch nicht", "web-1", said=own)
    assert TIME_LEFT_OUT in found
    assert any(each.startswith("The rules read the request otherwise: “") for each in found)

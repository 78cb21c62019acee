"""What a person picked of a question, what they said with it, and what the rest is measured by."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.intents import (
    Intent,
    OpenPlan,
    Option,
    ParseContext,
    PlanOptions,
    Question,
    Revision,
    Wish,
)
from bot.intent.model.chosen import picked
from bot.intent.model.measuring import measured
from bot.intent.rules.answers import answered, by_place
from tests.unit.intent.grounds import grounds, vocabulary

NOON, TEN = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 1, 22, tzinfo=UTC)
ONE, TWO = "starte nginx auf web-1 neu", "starte nginx auf web-2 neu"


def asks(*says, by="scripted-1", own="nginx spinnt"):
    options = tuple(Option(label=each.split()[-2], says=each) for each in says)
    return Question(about="request", text="?", options=options, by=by, own=own)


@pytest.mark.parametrize(
    "said",
    ["die zweite, bitte", "Den zweiten", "le deuxième", "la seconde", "el segundo", "la segunda",
     "il secondo", "de tweede", "letzte", "la última, por favor", "l'ultimo"],
)  # fmt: skip
def test_a_place_is_understood_in_other_languages(said):
    assert answered(said, asks(ONE, TWO), vocabulary()) == TWO
    assert by_place(said, asks(ONE, TWO))


@pytest.mark.parametrize("said", ["prima", "die dritte", "les deux", "die web-2"])
def test_what_is_no_place_of_these_picks_none(said):
    assert not by_place(said, asks(ONE, TWO))


@pytest.mark.parametrize(
    "said",
    ["2", "2 please", "for 2", "it's 2", "make it 2", "the second", "number 2", "last one, thanks"],
)
def test_a_place_says_nothing_but_which_option_is_meant(said):
    found = picked(said, ParseContext(question=asks(ONE, TWO)), vocabulary())
    assert (found.text, found.own) == (TWO, "nginx spinnt")
    assert by_place(said, asks(ONE, TWO))


@pytest.mark.parametrize("said", ["web-2", "on web-2", TWO])
def test_a_name_or_the_whole_says_what_it_says(said):
    found = picked(said, ParseContext(question=asks(ONE, TWO)), vocabulary())
    assert (found.text, found.own) == (TWO, f"nginx spinnt; {said}")


@pytest.mark.parametrize("said", ["3", "0", "web-2", "restart 2 hosts"])
def test_a_number_of_no_option_is_no_place(said):
    assert not by_place(said, asks(ONE, TWO))
    assert not by_place("last", asks())


@pytest.mark.parametrize("yes", ["yes", "ok", "do it"])
def test_yes_is_to_the_only_option_of_the_rules_and_to_none_of_a_models(yes):
    assert answered(yes, asks(ONE, by=""), vocabulary()) == ONE
    assert answered(yes, asks(ONE), vocabulary()) is None


LABELS = [
    "web-3", "on web-3 instead", "only on web-1", "restart nginx on web-1, web-2…", "Do it?",
    "web-1, please", "all 3", "“quoted”", "no", "yes, for both", "last", "use redis",
]  # fmt: skip


@pytest.mark.parametrize("typed", [str, str.upper, "{}.".format, "{} please".format])
@pytest.mark.parametrize("label", LABELS)
def test_a_label_that_is_typed_is_its_option(label, typed):
    asked = Question(
        about="request",
        text="?",
        options=(Option(label="web-9", says="one"), Option(label=label, says="two")),
    )
    assert answered(typed(label), asked, vocabulary()) == "two"


def test_of_two_options_that_look_alike_none_is_meant_by_their_label():
    options = (Option(label="all…", says="one"), Option(label="all…", says="two"))
    asked = Question(about="request", text="?", options=options)
    assert answered("all…", asked, vocabulary()) is None


@pytest.mark.parametrize(("said", "is_"), [("nein", "kept"), ("ja", "spared"), ("yes", "spared")])
def test_a_yes_and_a_no_choose_between_the_two(said, is_):
    options = (Option(label="yes, for both", says="spared"), Option(label="no", says="kept"))
    asked = Question(about="hosts", text="?", options=options)
    assert answered(said, asked, vocabulary()) == is_
    drops = Question(about="hosts", text="?", options=options[:1])
    assert answered("nein", drops, vocabulary()) == ""


def test_a_picked_sentence_that_takes_an_open_plan_its_time_is_marked():
    wish = Wish(action="service.restart", params={"service": "nginx", "hosts": ["web-1"]})
    later = Intent(wishes=(wish,), options=PlanOptions(start=TEN))
    mine = OpenPlan(
        number=7, revision=1, title="", request="restart nginx on web-1 at 22:00", intent=later,
        owner="ana", mine=True,
    )  # fmt: skip
    context = ParseContext(open=(mine,), now=NOON, zone="UTC")
    held = replace(grounds("x", context), said="hm, das Ding spinnt")
    now = later.model_copy(update={"options": PlanOptions()})
    found = measured(Revision(plan=7, revision=1, intent=now), held).intent
    assert (found.options.start, found.options.unsaid) == (None, ("start",))
    same = measured(Revision(plan=7, revision=1, intent=later), held).intent
    assert (same.options.start, same.options.unsaid) == (TEN, ())

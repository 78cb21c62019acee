"""A step that a model hangs on another step's words was not said, and is marked as a whole."""

import pytest

from bot.domain.intents import ParseContext
from bot.testing.scripted_models import act, answer, plan
from tests.unit.intent.model_says import open_plan, outcome

ASKED = "lade nginx auf web-2 neu, danke"
WORDS = "lade nginx auf web-2 neu"


def step(verb, words=WORDS, service="nginx", host="web-2"):
    return act(f"service.{verb}", words, service=service, hosts=[host])


def marks(text, *steps):
    return [wish.unsaid for wish in outcome(plan(*steps), text).wishes]


@pytest.mark.parametrize("words", [WORDS, ASKED, "nginx auf web-2 neu", WORDS.upper()])
def test_a_change_that_repeats_the_words_of_another_is_marked(words):
    assert marks(ASKED, step("reload"), step("restart", words)) == [(), ("restart nginx",)]


def test_the_one_whose_verb_is_said_is_none_of_the_models():
    said = "reload nginx on web-2, merci"
    steps = [step("restart", said), step("reload", said), step("stop", said)]
    assert marks(said, *steps) == [(), (), ("stop nginx",)]


def test_an_addition_is_one_on_every_host():
    said = "lade nginx auf web-1 und web-2 neu"
    steps = [step("reload", said), step("restart", said), step("restart", said, host="web-1")]
    assert marks(said, *steps) == [(), ("restart nginx",), ("restart nginx",)]


@pytest.mark.parametrize(
    ("said", "verbs"),
    [
        ("stoppe und starte nginx auf web-2", ("stop", "start")),
        ("nginx auf web-2 bitte stoppen und wieder starten", ("stop", "start")),
        ("arrête puis relance nginx sur web-2", ("stop", "start")),
        ("recarga nginx en web-2 y luego reinicia", ("reload", "restart")),
        ("stop nginx on web-2, then start it", ("stop", "start")),
    ],
)
def test_words_that_order_as_many_changes_are_everybodys(said, verbs):
    assert marks(said, *(step(verb, said) for verb in verbs)) == [(), ()]


def test_a_look_beside_a_change_is_no_addition():
    assert marks(ASKED, step("status"), step("reload"), step("status")) == [(), (), ()]


def test_the_same_change_elsewhere_needs_no_words_of_its_own():
    said = "lade nginx auf web-1 und web-2 neu"
    assert marks(said, step("reload", said, host="web-1"), step("reload", said)) == [(), ()]


def test_words_of_their_own_are_enough():
    said = "nginx auf web-2 neu laden, redis auf web-2 frisch"
    steps = [
        step("reload", "nginx auf web-2 neu laden"),
        step("restart", "redis auf web-2 frisch", "redis"),
    ]
    assert marks(said, *steps) == [(), ()]


def test_what_the_open_plan_does_was_asked_for_before():
    known = open_plan()
    stop = act("service.stop", "nicht web-2", service="nginx", hosts=["web-1"])
    restart = act("service.restart", "nicht web-2", service="nginx", hosts=["web-1"])
    found = outcome(
        answer("revise", stop, restart, plan=7), "nicht web-2", ParseContext(open=(known,))
    )
    assert [wish.unsaid for wish in found.intent.wishes] == [(), ()]

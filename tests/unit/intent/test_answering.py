"""What led to a question counts as said with what may be its answer, and with nothing else."""

from datetime import UTC, datetime

import pytest

from bot.domain.intents import ParseContext, Question, Understanding
from bot.intent.model.checking import checked
from bot.intent.model.declined import doubts
from bot.intent.model.marks import ways_said
from bot.testing.scripted_models import act, plan
from tests.unit.intent.grounds import grounds, rules

REQUEST = "redémarre le service sur web-1"
ASKED = ParseContext(question=Question(about="request", text="Quel service ?"), asked=REQUEST)


def answering(text, asked=REQUEST, context=ASKED):
    held = grounds(text, context.model_copy(update={"asked": asked}))
    return held.answering(Understanding(outcome=rules(text, held.context)))


def test_what_the_rules_do_not_read_by_itself_goes_on_from_the_request():
    held = answering("nginx, merci")
    assert held.spoken == f"{REQUEST}; nginx, merci"
    assert held.words.hosts == {"web-1"}
    assert held.here.hosts == {"web-1"}


def test_a_request_of_its_own_owes_nothing_to_the_one_before():
    held = answering("restart redis on web-2")
    assert held.spoken == "restart redis on web-2"
    assert held.words.hosts == {"web-2"}


@pytest.mark.parametrize(
    "text", ["starte redis auf web-2 neu", "redémarre redis sur web-2", "reinicia redis en web-2"]
)
def test_nor_does_an_order_in_another_language_that_names_where(text):
    held = answering(text)
    assert held.spoken == text
    assert held.words.hosts == {"web-2"}


def test_what_is_named_last_is_no_longer_to_be_left_alone():
    held = answering("doch auch auf web-3", asked="nicht auf web-3, nicht auf db-1")
    assert held.spoken.startswith("nicht auf web-3")
    assert "web-3" in held.words.hosts
    assert "web-3" in held.here.hosts
    assert held.words.spared == {"db-1"}


def test_without_a_question_nothing_was_answered():
    context = ASKED.model_copy(update={"question": None})
    assert answering("nginx, merci", context=context).spoken == "nginx, merci"


@pytest.mark.parametrize(
    ("asked", "text", "ways"),
    [
        (f"{REQUEST} --force-production", "nginx, merci", {}),
        (REQUEST, "nginx, merci --force-production", {"force_production": True}),
        (f"{REQUEST}, one at a time", "nginx, merci", {"batch": 1}),
    ],
)
def test_how_it_runs_is_kept_and_force_counts_only_for_the_words_that_say_it(asked, text, ways):
    assert ways_said(answering(text, asked)) == ways


LATER = ParseContext(now=datetime(2026, 3, 1, 9, 0, tzinfo=UTC), zone="UTC")


def told(asked, text, *steps, **more):
    """What is doubted of a model's plan for words that are said to an open question."""
    context = LATER.model_copy(update={"question": ASKED.question})
    held = answering(text, asked, context)
    model = checked(plan(*steps, **more), held).outcome
    return doubts(rules(text, held.context), model, held)


def test_of_words_that_led_to_a_question_no_card_says_that_the_request_has_them():
    step = act("service.restart", "nginx, merci", service="nginx", hosts=["web-1"])
    found = told(f"{REQUEST} à 22h", "nginx, merci", step)
    assert "What was said so far names a time, and this plan leaves it out: " in " ".join(found)
    assert "The request names a time" not in " ".join(found)
    found = told(REQUEST, "nginx à 22h, merci", step)
    assert "The request names a time" in " ".join(found)


def test_what_withdraws_a_plan_leaves_out_no_time():
    step = act("plan.cancel", "nein, vergiss es", plan=36)
    assert "a time" not in " ".join(told("mach es um 22 Uhr", "nein, vergiss es", step))

"""What led to a question counts as said with what may be its answer, and with nothing else."""

import pytest

from bot.domain.intents import ParseContext, Question, Understanding
from bot.intent.model.marks import ways_said
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

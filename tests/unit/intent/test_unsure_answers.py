"""An answer that wavers, or that only looks like a change of something, leaves the question open."""

from datetime import UTC, datetime

import pytest

from bot.domain.intents import Intent, ParseContext, Question, SmallTalk
from bot.intent.conversing import spoken
from tests.unit.intent.vocabularies import own

CLOCK = ParseContext(now=datetime(2026, 3, 1, 9, tzinfo=UTC), zone="UTC")


def asked(request):
    outcome = spoken(request, own(), CLOCK).outcome
    assert isinstance(outcome, Question)
    return CLOCK.model_copy(update={"question": outcome, "asked": request})


def answer(request, text):
    return spoken(text, own(), asked(request)).outcome


WHEN, WHERE = "restart caddy on app-1 tonight", "restart caddy"


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("maybe now", "now"), ("I think now", "now"), ("now, I guess", "now"), ("maybe 22:00", "22:00"),
        ("perhaps at 22:00", "at 22:00"), ("22:00 maybe", "22:00"), ("22:00, not sure", "22:00"), ("well, I think 22:00", "22:00"), ("probably ten", "ten"),
    ],
)  # fmt: skip
def test_a_time_that_is_perhaps_meant_is_told_as_one(text, time):
    told = answer(WHEN, text)
    assert isinstance(told, SmallTalk)
    assert told.of_question
    assert told.text.endswith(f"Say “{time}”, if you mean that.")
    assert isinstance(answer(WHEN, time), Intent)


@pytest.mark.parametrize("text", ["maybe app-1 at 22:00", "perhaps app-1, one at a time"])
def test_a_host_that_is_perhaps_meant_is_none_with_more_beside_it(text):
    assert not isinstance(answer(WHERE, text), Intent)


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (WHEN, "22:00?"),
        (WHERE, "not app-1"),
        (WHERE, "not app-1, app-2"),
        (WHERE, "not on app-1 but app-2"),
    ],
)
def test_beside_a_question_what_looks_like_a_change_is_told_what_would_answer(request_, text):
    told = answer(request_, text)
    assert isinstance(told, SmallTalk)
    assert told.of_question
    assert told.text.startswith(f"I can't take “{text}” for an answer. ")

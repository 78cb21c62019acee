"""A time that can't be kept is asked for once more, and the same request goes on with another."""

from datetime import UTC, datetime

import pytest

from bot.domain.intents import Intent, ParseContext, Question
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own

NOW = ParseContext(now=datetime(2026, 11, 29, 14, 0, tzinfo=UTC), zone="UTC")


def asked(text):
    outcome = understand(text, own(), NOW)
    assert isinstance(outcome, Question), text
    return outcome


@pytest.mark.parametrize("text", ["after lunch", "this weekend", "at some point"])
def test_the_request_goes_on_with_a_time_that_can_be_kept(text):
    question = asked(f"restart caddy on app-1 and app-2 {text}")
    assert question.fill == "restart caddy on app-1 and app-2 at {answer}"
    again = NOW.model_copy(update={"question": question})
    came = understand("at 22:00", own(), again)
    assert isinstance(came, Intent)
    assert came.options.start == datetime(2026, 11, 29, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "restart caddy on app-1 every night", "restart caddy on app-1 daily",
        "restart caddy on app-1 after lunch and app-2 tonight", "restart caddy after lunch, on app-1",
        "restart caddy on app-1 this weekend app-2",
    ],
)  # fmt: skip
def test_what_would_lose_more_than_a_time_does_not(text):
    outcome = understand(text, own(), NOW)
    assert not isinstance(outcome, Question) or "app-1 at {answer}" not in outcome.fill

"""“Yes, do that” is the whole of what was told: its time, its batches and its reason with it."""

from datetime import UTC, datetime

import pytest

from bot.domain.intents import Intent, ParseContext, Question
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own

NOW = ParseContext(now=datetime(2026, 11, 29, 14, 0, tzinfo=UTC), zone="UTC")
AT_TEN = datetime(2026, 11, 29, 22, 0, tzinfo=UTC)
AT_SIX = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)


def asked(text):
    question = understand(text, own(), NOW)
    assert isinstance(question, Question), question
    return question


@pytest.mark.parametrize(
    ("text", "start", "batch", "reason"),
    [
        ("foo bar: restart caddy on app-1 at 22:00", AT_TEN, None, ""),
        ("use rules: foo bar: restart caddy on app-1 at 22:00", AT_TEN, None, ""),
        ("todo: tonight at 22:00, restart caddy on app-1", AT_TEN, None, ""),
        ("ticket 12: restart caddy on app-1 tomorrow at 6", AT_SIX, None, ""),
        ("ben said: restart caddy on app-1 and app-2 at 22:00, one at a time", AT_TEN, 1, ""),
        ("todo: one at a time, restart caddy on app-1 and app-2", None, 1, ""),
        ("todo: restart caddy on app-1 at 22:00 because it hangs", AT_TEN, None, "it hangs"),
        ("can caddy on app-1 be restarted at 22:00?", AT_TEN, None, ""),
        ("ben said: restart caddy on app-1", None, None, ""),
    ],
)
def test_what_is_pressed_begins_and_runs_as_it_was_told(text, start, batch, reason):
    question = asked(text)
    yes = question.options[0]
    assert yes.label == "Yes, do that"
    assert f"“{yes.says.removesuffix(' please')}”" in question.text  # what is pressed was shown
    meant = understand(yes.says, own(), NOW)
    assert isinstance(meant, Intent)
    assert (meant.options.start, meant.options.batch, meant.reason) == (start, batch, reason)


@pytest.mark.parametrize(
    "text",
    [
        "at 22:00 ben said: restart caddy on app-1",
        "one at a time, ben said: restart caddy on app-1 and app-2",
        "ben said: restart caddy on app-1 and reload redis on nas at 22:00",
        "todo: restart caddy on app-1 and stop redis on nas, stop at the first failure",
    ],
)
def test_nothing_is_offered_that_leaves_out_a_time_or_a_way(text):
    question = asked(text)
    assert not question.options
    assert "Say it once more, with its time" in question.text

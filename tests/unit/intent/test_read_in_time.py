"""A sentence is read a few times at most, however often something is said in it.

It is read on the loop that all wait for. What is counted is how often the words of a text are
tagged, which is most of the work; a reading that asks for others in its turn would need more and
more of it for each word.
"""

from datetime import UTC, datetime

import pytest

from bot.domain.intents import ParseContext
from bot.intent import phrase_rules
from bot.intent.conversing import spoken
from tests.unit.intent.vocabularies import own

CLOCK = ParseContext(now=datetime(2026, 3, 1, 9, tzinfo=UTC), zone="UTC", people=frozenset({"ana"}))
MOST = 30
"""Readings of one text; each takes a millisecond or two."""
PIECES = (
    "@22:00 ", "at 22:00 ", "tonight ", "tomorrow night ", "not app-1 ", "no, ", "no, app-2, ", "@foo ",
    "since 8 ", "if it is down ", "when it is up, ", "and app-2 ", "then app-2 ", "or so ", "later ", "before lunch ",
    "because of me ", "one at a time ", "redo #1 ", "stop it, ", "is it up? ", "instead of app-2 ", "caddy ",
)  # fmt: skip


@pytest.fixture
def readings(monkeypatch):
    seen = []
    tagger = phrase_rules.Tagger

    def counted(words, vocabulary):
        seen.append(1)
        assert len(seen) <= MOST
        return tagger(words, vocabulary)

    monkeypatch.setattr(phrase_rules, "Tagger", counted)
    return seen


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("head", ["restart caddy on app-1 ", "", "logs of caddy on app-1 "])
def test_a_text_is_read_a_few_times_whatever_is_said_again_and_again(readings, head, piece):
    for times in (5, 37):
        readings.clear()
        spoken(f"{head}{piece * times}", own(), CLOCK)
        assert readings or not head

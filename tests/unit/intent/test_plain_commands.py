"""What is offered as a raw command is a command, and no sentence that begins like one."""

from datetime import UTC, datetime

import pytest

from bot.domain.intents import Intent, ParseContext
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own

CLOCK = ParseContext(now=datetime(2026, 3, 1, 9, tzinfo=UTC), zone="UTC")


def ask(text):
    return understand(text, own(), CLOCK)


@pytest.mark.parametrize("text", ["free up some space on app-1", "last of the logs on app-1", "ls all files on app-1"])  # fmt: skip
def test_words_of_a_sentence_are_offered_as_no_command(text):
    outcome = ask(text)
    assert not isinstance(outcome, Intent)
    assert not any("`" in option.says for option in outcome.options)


def test_a_plain_command_is_still_offered():
    assert "run `ls /var/log` on app-1" in [o.says for o in ask("ls /var/log on app-1").options]

"""A negation denies what it stands with: not a condition, not a quoted command, not "forget"."""

import pytest

from bot.domain.intents import Intent, ParseContext, Question, SmallTalk
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own

NOTHING = ParseContext()


@pytest.mark.parametrize(
    "text",
    [
        "reboot nas as soon as nobody is logged in",
        "reboot nas when nobody uses it",
        "once no job is running reboot nas",
        "if nobody is logged in, reboot nas",
        "restart caddy on app-1 if it does not respond",
    ],
)
def test_a_condition_that_denies_something_is_asked_about(text):
    question = understand(text, own(), NOTHING)
    assert isinstance(question, Question)
    assert question.about == "condition"


@pytest.mark.parametrize("text", ["don't reboot nas if somebody is logged in", "never restart caddy on app-1 when it is busy"])  # fmt: skip
def test_a_denied_change_with_a_condition_is_still_denied(text):
    assert isinstance(understand(text, own(), NOTHING), SmallTalk)


@pytest.mark.parametrize("command", ["journalctl --no-pager", "docker ps --no-trunc", "apt-get install --no-install-recommends x"])  # fmt: skip
def test_a_no_inside_a_quoted_command_is_the_commands_own(command):
    outcome = understand(f"run `{command}` on nas", own(), NOTHING)
    assert isinstance(outcome, Intent), outcome
    assert outcome.wishes[0].params["command"] == command


@pytest.mark.parametrize("lead", ["don't forget to", "please do not forget to", "never forget to"])
def test_not_to_be_forgotten_is_to_be_done(lead):
    outcome = understand(f"{lead} reboot nas", own(), NOTHING)
    assert isinstance(outcome, Intent), outcome


def test_not_to_be_forgotten_is_refused_like_anything_else():
    assert understand("don't forget to wipe all servers", own(), NOTHING).kind == "refusal"

"""A request that is too long is refused as a whole: never read in part, never slowly."""

import pytest

from bot.domain.intents import Intent, ParseContext, Refusal
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own


def read(text):
    return understand(text, own(), ParseContext())


@pytest.mark.parametrize(
    "text",
    [
        "(" * 8000,
        "reboot on app-1 and " * 700,
        f"reboot on app-1, {'please ' * 500} but not on app-1",
        f"reboot on all app hosts{' ' * 20_000}except app-1",
        "a." * 8000,
        f"reboot on app-1 {'x' * 5000}",
    ],
)
def test_what_is_far_too_long_is_refused(text):
    outcome = read(text)
    assert isinstance(outcome, Refusal)
    assert outcome.code == "too-long"
    assert outcome.redact == (len(text) > 16_384), "what nobody has read is not stored in clear"


def test_a_long_command_in_backticks_is_read_whole():
    command = "\n".join(f"echo line number {n}" for n in range(500))
    outcome = read(f"run `{command}` on app-1")
    assert isinstance(outcome, Intent)
    assert outcome.wishes[0].params["command"] == command


def test_a_request_of_usual_length_is_no_matter():
    listed = ", ".join(["app-1", "app-2"] * 40)
    assert isinstance(read(f"reboot on {listed}"), Intent)

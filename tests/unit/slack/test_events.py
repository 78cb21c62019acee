"""What Slack's payloads say, in our words."""

import pytest

from bot.adapters.slack import events
from bot.domain.messages import Identity, Reaction

ITEM = {"type": "message", "channel": "C1", "ts": "17.1"}
SIGN = {"type": "reaction_added", "user": "U1", "reaction": "+1", "item": ITEM}


@pytest.mark.parametrize("name", ["+1", "+1::skin-tone-3"])
def test_a_sign_on_a_message_is_a_reaction_whatever_its_skin(name):
    assert events.reaction({"event": {**SIGN, "reaction": name}}, "U0ME") == Reaction(
        identity=Identity(surface="slack", account="U1"), channel="C1", remote="17.1",
        event_id="C1/17.1", emoji="+1",
    )  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        {"user": "U0ME"},
        {"user": ""},
        {"reaction": 7},
        {"item": {"type": "file", "file": "F1"}},
        {"item": None},
    ],
)
def test_signs_of_its_own_or_on_something_else_are_none(other):
    assert events.reaction({"event": {**SIGN, **other}}, "U0ME") is None


@pytest.mark.parametrize(
    ("said", "called"),
    [
        ("reload nginx, <@U0999ABCD>", {"u0999abcd"}),
        ("reload nginx <@U0999ABCD|Max M>", {"max", "m"}),
        ("reload nginx <!subteam^S12|@sre> <!subteam^S13>", {"sre", "subteam"}),
        ("reload nginx in <#C1|ops> as of <https://x.test|@now> @22:00", set()),
    ],
)
def test_whom_slack_knows_to_be_called_is_told_beside_the_words(said, called):
    event = {"user": "U1", "channel": "C1", "ts": "17.1", "text": said}
    assert events.utterance({"event": event}, "U0ME").called == called

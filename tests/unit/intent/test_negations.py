"""A negation denies what it stands with: not a condition, not a quoted command, not "forget"."""

import pytest

from bot.domain.intents import Intent, OpenPlan, ParseContext, Question, SmallTalk
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


@pytest.mark.parametrize(
    "text",
    [
        "not now",
        "Not right now, please.",
        "jetzt nicht",
        "nicht jetzt!",
        "pas maintenant",
        "ahora no",
    ],
)
def test_not_now_is_no_time_that_is_asked_about(text):
    said = understand(text, own(), NOTHING)
    assert isinstance(said, SmallTalk)
    assert said.text == understand("not yet", own(), NOTHING).text
    plan = OpenPlan(
        number=1, revision=1, title="t", request="reboot nas", owner="Ben", mine=True, waits=True,
        intent=understand("reboot nas", own(), NOTHING),
    )  # fmt: skip
    assert "#1 still waits as it is" in understand(text, own(), ParseContext(open=(plan,))).text


@pytest.mark.parametrize(
    "text",
    ["nobody approve this please", "please, no one should approve plan 7", "Nobody approve."],
)
def test_who_wants_nobody_to_approve_it_asks_for_no_approval(text):
    assert isinstance(understand(text, own(), NOTHING), SmallTalk)


@pytest.mark.parametrize(
    "text", ["nobody else is here, so approve it", "nobody approve this, approve it for me instead"]
)
def test_who_wants_an_approval_all_the_same_is_refused(text):
    refused = understand(text, own(), NOTHING)
    assert (refused.kind, refused.code) == ("refusal", "approval")


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

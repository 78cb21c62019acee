"""A cancellation is planned or asked about, whatever is said of its reason."""

import pytest

from bot.domain.intents import Control, Intent, ParseContext, Question
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own

NOTHING = ParseContext()


def read(text):
    return understand(text, own(), NOTHING)


@pytest.mark.parametrize(
    "text",
    [
        "cancel plan 12, no longer needed, reboot nas",
        "cancel plan 12 (no longer needed), reboot nas",
        "cancel plan 12 - not needed any more - and reboot nas",
        "please abort plan 12, it's obsolete, then reboot nas",
        "drop the plan 12 as it is no longer required and reboot nas",
        "withdraw plan #12, not wanted; reboot nas",
        "reboot nas, cancel plan 12, no longer needed",
        "reboot nas; cancel plan 12 (no longer needed)",
        "cancel plan 12, no longer needed, reboot nas because the kernel was updated",
    ],
)
def test_a_reason_between_two_orders_leaves_both(text):
    outcome = read(text)
    assert isinstance(outcome, Intent), outcome
    assert {w.action for w in outcome.wishes} == {"plan.cancel", "host.reboot"}
    assert outcome.reason


def test_two_cancellations_are_two():
    for text in (
        "cancel plan 12, no longer needed, cancel plan 13",
        "cancel plan 12, no longer needed, and plan 13",
        "cancel plans 12 and 13, no longer needed, thanks",
        "cancel plan 12, obsolete, cancel plan 13, not needed",
    ):
        outcome = read(text)
        assert isinstance(outcome, Intent), outcome
        assert [w.params["plan"] for w in outcome.wishes] == [12, 13]


@pytest.mark.parametrize(
    "text",
    [
        "cancel plan 12, no need, reboot nas",
        "cancel plan 12, no need",
        "cancel plan 12, we no longer need it, reboot nas",
        "cancel plan 12 not plan 13, reboot nas",
        "plan 12 is no longer needed, reboot nas",
        "cancel plan 12, plan 13 is no longer needed either, reboot nas",
        "cancel plan 12; plan 13 too",
        "cancel plan 12 if no longer needed, reboot nas",
        "cancel plan 12 and reboot nas, not needed any more, reload caddy on app-1",
    ],
)
def test_a_cancellation_that_is_not_understood_is_asked_about(text):
    assert isinstance(read(text), Question)


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("I don't need plan 12, cancel it", ["plan.cancel"]),
        ("plan 12 is no longer needed, cancel it and reboot nas", ["plan.cancel", "host.reboot"]),
        ("cancel plan 12 and reboot nas", ["plan.cancel", "host.reboot"]),
        ("do not cancel plan 12, show plan 13", ["plan.show"]),
    ],
)
def test_what_was_clear_stays_clear(text, actions):
    outcome = read(text)
    assert isinstance(outcome, Intent), outcome
    assert [w.action for w in outcome.wishes] == actions


@pytest.mark.parametrize(
    "text",
    [
        "appreciate the reboot of nas",
        "really appreciate a restart of caddy on app-1",
        "just appreciate the restart of caddy on app-1",
        "appreciate the quick reboot of nas",
        "appreciate the upgrade of nas, thanks",
        "we appreciate the restart of caddy on app-1",
    ],
)
def test_what_is_appreciated_is_no_order(text):
    assert not isinstance(read(text), Intent)


@pytest.mark.parametrize("lead", ["I'd appreciate", "we would appreciate", "I would really appreciate"])  # fmt: skip
def test_what_would_be_appreciated_is_one(lead):
    outcome = read(f"{lead} a restart of caddy on app-1")
    assert isinstance(outcome, Intent), outcome


def test_a_reason_behind_it_is_kept_with_it():
    assert read("cancel plan 12, no longer needed") == Control(
        verb="cancel", scope="12", reason="no longer needed"
    )

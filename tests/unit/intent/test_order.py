"""Steps are planned in the order meant, not in the order said; where that is unclear, asked."""

import pytest

from bot.domain.intents import Intent, ParseContext, Question
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own

NOTHING = ParseContext()
STOP, REBOOT = "service.stop", "host.reboot"


def actions(text):
    outcome = understand(text, own(), NOTHING)
    return [w.action for w in outcome.wishes] if isinstance(outcome, Intent) else outcome.kind


@pytest.mark.parametrize(
    "text",
    [
        "reboot nas, but first stop redis there",
        "reboot nas but stop redis on it first",
        "reboot nas. First stop redis there.",
        "reboot nas; first of all stop redis there",
        "reboot nas (but first stop redis there)",
        "reboot nas and, first, stop redis there",
        "reboot nas, before that stop redis there",
        "reboot nas and stop redis there beforehand",
        "reboot nas, stop redis there before",
        "reboot nas after you have stopped redis there",
        "after you stopped redis on nas, reboot it",
        "reboot nas after stopping redis there",
        "before you reboot nas stop redis on it",
        "stop redis on nas first, then reboot it",
        "first stop redis on nas and then reboot the host",
        "stop redis on nas; when done, reboot it",
    ],
)
def test_the_step_that_is_meant_first_is_planned_first(text):
    outcome = understand(text, own(), NOTHING)
    assert isinstance(outcome, Intent), outcome
    assert [w.action for w in outcome.wishes] == [STOP, REBOOT]
    assert all(w.params["hosts"] == ["nas"] for w in outcome.wishes)
    assert outcome.options.keep_order


@pytest.mark.parametrize(
    "text",
    [
        "reboot nas, then start redis there, but first stop caddy on it",
        "stop redis on nas, reboot it, but before that show its logs",
        "reboot nas, then stop redis there first",
        "stop redis on nas, then first reboot it",
        "stop redis on nas first reboot it",
        "reboot nas, beforehand",
        "reboot nas, before that",
        "reboot nas when done",
        "when done, reboot nas",
        "before I reboot nas, stop redis there",
        "after I have stopped redis on nas, reboot it",
        "once redis is stopped on nas, reboot it",
    ],
)
def test_an_order_that_nobody_can_tell_is_asked_about(text):
    assert isinstance(understand(text, own(), NOTHING), Question)


def test_first_without_a_step_before_it_changes_nothing():
    assert actions("nas is slow. first check redis on nas, then restart it") == [
        "service.status",
        "service.restart",
    ]


def test_it_and_there_mean_what_was_named_before_although_the_step_moves():
    outcome = understand("stop redis on nas, but first show its logs", own(), NOTHING)
    assert isinstance(outcome, Intent)
    assert [(w.action, w.params["service"]) for w in outcome.wishes] == [
        ("service.logs", "redis"),
        (STOP, "redis"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "start caddy on app-1 again after you stopped it",
        "start caddy again after you stopped it on app-1",
        "start caddy on app-1 after you have stopped it",
        "start caddy on app-1 again, now that it is stopped",
        "start caddy on app-1 again now that you've stopped it",
        "now that redis is stopped, start caddy on app-1",
    ],
)
def test_what_was_done_before_is_told_and_not_done_once_more(text):
    outcome = understand(text, own(), NOTHING)
    assert isinstance(outcome, Intent), outcome
    assert [(w.action, w.params) for w in outcome.wishes] == [
        ("service.start", {"service": "caddy", "hosts": ["app-1"]})
    ]


def test_an_order_is_not_swallowed_by_what_is_told():
    outcome = understand("now that redis is stopped start caddy on app-1", own(), NOTHING)
    assert not isinstance(outcome, Intent)
    assert "change" not in outcome.text  # of no plan, either


def test_where_nobody_said_where_only_the_start_is_asked_about():
    question = understand("start caddy again after you stopped it", own(), NOTHING)
    assert question.text == "On which hosts shall I start caddy?"


@pytest.mark.parametrize(
    "text",
    ["start caddy on app-1 after stopping it", "start caddy on app-1 after you stop it"],
)
def test_what_is_still_to_be_done_is_a_step(text):
    assert actions(text) == [STOP, "service.start"]

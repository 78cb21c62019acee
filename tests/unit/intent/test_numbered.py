"""Numbered steps are steps; other numbers, and numbers out of order, are left alone."""

import pytest

from bot.domain.intents import Intent, ParseContext, Question
from bot.intent.phrase_rules import understand
from bot.intent.rules.numbered import divided
from tests.unit.intent.vocabularies import own

NOTHING = ParseContext()


@pytest.mark.parametrize(
    "text",
    [
        "1. stop redis on nas\n2. reboot the host\n3. start redis again",
        "1) stop redis on nas 2) reboot the host 3) start redis there",
        "(1) stop redis on nas, (2) reboot the host, (3) start redis there",
        "step 1: stop redis on nas, step 2: reboot the host, step 3: start redis there",
        "a) stop redis on nas\nb) reboot the host\nc) start redis",
    ],
)
def test_numbered_steps_are_planned_in_their_order(text):
    outcome = understand(text, own(), NOTHING)
    assert isinstance(outcome, Intent), outcome
    assert [w.action for w in outcome.wishes] == ["service.stop", "host.reboot", "service.start"]
    assert all(w.params["hosts"] == ["nas"] for w in outcome.wishes)
    assert outcome.options.keep_order


@pytest.mark.parametrize(
    "text",
    [
        "2. reboot nas 1. stop redis on it",
        "1. reboot nas\n3. stop redis on it",
        "1. reboot nas\n1. stop redis on it",
        "the runbook: 1. stop redis on nas 2. reboot it",
        "1. stop redis on nas 2. if it is down reboot it",
    ],
)
def test_numbers_that_do_not_count_up_and_reports_are_asked_about(text):
    assert isinstance(understand(text, own(), NOTHING), Question)


@pytest.mark.parametrize("text", ["restart caddy on app-1, 2. and 3.", "upgrade to 1. then 2.", "cancel plan 12. ok"])  # fmt: skip
def test_a_number_inside_a_sentence_divides_nothing(text):
    assert divided(text) == (text, False)


def test_every_other_character_keeps_its_place():
    text = "1. reboot nas\n2. check it"
    mended, counted = divided(text)
    assert counted
    assert len(mended) == len(text)
    assert mended.split() == ["reboot", "nas", ";", "check", "it"]

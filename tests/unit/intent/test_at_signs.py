"""An "@" that is glued to a word is a time, a place or a person; never nothing unasked."""

from datetime import UTC, datetime

import pytest

from bot.domain.intents import Intent, ParseContext, Question
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own

CLOCK = ParseContext(now=datetime(2026, 3, 1, 9, tzinfo=UTC), zone="UTC")
KNOWN = CLOCK.model_copy(update={"people": frozenset({"ana", "unabc"})})


@pytest.mark.parametrize(
    ("said", "start"),
    [("@22:00", "1 22:00"), ("@10pm", "1 22:00"), ("@10 pm", "1 22:00"), ("@noon", "1 12:00"), ("@23", "1 23:00"),
     ("@ 22:00", "1 22:00"), (", @22:00 please", "1 22:00"), ("@tomorrow at 9", "2 09:00")],
)  # fmt: skip
def test_a_time_behind_it_is_when_it_begins(said, start):
    outcome = understand(f"restart caddy on app-1 {said}", own(), CLOCK)
    assert isinstance(outcome, Intent), outcome
    assert f"{outcome.options.start:%-d %H:%M}" == start


def test_a_day_behind_it_is_asked_for_its_hour():
    outcome = understand("restart caddy on app-1 @tonight", own(), CLOCK)
    assert isinstance(outcome, Question)
    assert outcome.text == "At what time, “tonight”?"


@pytest.mark.parametrize(
    ("text", "hosts"),
    [("restart caddy on app @staging", ["app-3", "app-4"]), ("restart caddy @app-1", ["app-1"]),
     ("restart caddy @app", ["app-1", "app-2", "app-3", "app-4"])],
)  # fmt: skip
def test_a_place_behind_it_is_where(text, hosts):
    outcome = understand(text, own(), KNOWN)
    assert isinstance(outcome, Intent), outcome
    assert outcome.wishes[0].params["hosts"] == hosts


@pytest.mark.parametrize("said", ["@edgy", "@22h", "@99"])
def test_what_is_nothing_known_is_asked_about_beside_a_change(said):
    outcome = understand(f"restart caddy on app-1 {said}", own(), KNOWN)
    assert isinstance(outcome, Question), outcome
    assert said in outcome.text
    assert [option.says for option in outcome.options] == ["restart caddy on app-1"]


def test_a_number_is_nobody_also_where_nobody_is_known():
    outcome = understand("restart caddy on app-1 @22h", own(), CLOCK)
    assert isinstance(outcome, Question)


def test_the_hour_may_be_the_answer_to_what_it_is():
    asked = understand("restart caddy on app-1 @22h", own(), KNOWN)
    stands = KNOWN.model_copy(update={"question": asked})
    outcome = understand("at 22:00", own(), stands)
    assert isinstance(outcome, Intent), outcome
    assert f"{outcome.options.start:%H:%M}" == "22:00"


@pytest.mark.parametrize("said", ["@ana", "@Ana", "@UNABC", "<@UXYZ>", "@all", "@opsbot", "@123456789012345678"])  # fmt: skip
def test_somebody_who_is_called_changes_nothing(said):
    outcome = understand(f"restart caddy on app-1 {said}", own(), KNOWN)
    assert isinstance(outcome, Intent), outcome
    assert outcome.options.start is None


def test_a_person_goes_before_a_group_of_that_name():
    called = KNOWN.model_copy(update={"people": frozenset({"app"})})
    outcome = understand("restart caddy on app-1 @app", own(), called)
    assert isinstance(outcome, Intent), outcome
    assert outcome.wishes[0].params["hosts"] == ["app-1"]


def test_what_a_command_says_stays_as_it_is():
    outcome = understand("run `mail a @22:00` on app-1", own(), KNOWN)
    assert isinstance(outcome, Intent), outcome
    assert outcome.wishes[0].params["command"] == "mail a @22:00"

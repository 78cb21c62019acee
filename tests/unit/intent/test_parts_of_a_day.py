"""The part of a day that an hour stands with, hours in words, and dates by their month."""

from datetime import UTC, datetime

import pytest

from bot.domain.intents import ParseContext, Question
from bot.intent.phrase_rules import understand
from bot.intent.rules import times
from tests.unit.intent.vocabularies import own

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)  # a Sunday
CLOCK = ParseContext(now=NOW, zone="UTC")


def said(text, now=NOW):
    """When it begins, or the ways that it may be meant."""
    (when,) = times.find(f"restart caddy on app-1 {text}", now, "UTC")
    if when.at is not None:
        return f"{when.at:%m-%d %H:%M}"
    return [f"{way.at:%m-%d %H:%M}" for way in when.ways]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("tonight at 00:30", "03-02 00:30"), ("tonight at 12:30 am", "03-02 00:30"), ("tonight at 9", "03-01 21:00"),
        ("tomorrow at 7 in the morning", "03-02 07:00"), ("at 7 in the morning tomorrow", "03-02 07:00"),
        ("at 10 in the evening", "03-01 22:00"), ("at 11 at night", "03-01 23:00"), ("at 10 in the evening utc", "03-01 22:00"),
        ("tomorrow at half past six", "03-02 06:30"), ("half past six in the evening", "03-01 18:30"),
        ("at quarter to one tomorrow", "03-02 12:45"), ("tomorrow at ten", "03-02 10:00"), ("at ten tomorrow", "03-02 10:00"),
        ("on March 2nd at 10", "03-02 10:00"), ("at 10 on 2 march", "03-02 10:00"), ("on the 2nd of march at 22:00", "03-02 22:00"),
    ],
)  # fmt: skip
def test_a_time_of_one_meaning(text, at):
    assert said(text) == at


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("tonight at 12:30", ["03-01 12:30", "03-02 00:30"]), ("at 12:30 tonight", ["03-01 12:30", "03-02 00:30"]),
        ("this evening at 12:30", ["03-01 12:30", "03-02 00:30"]), ("friday night at 12:30", ["03-06 12:30", "03-07 00:30"]),
        ("tonight at 12:30pm", ["03-01 12:30", "03-02 00:30"]), ("tonight at 14:00", ["03-01 14:00", "03-02 02:00"]),
        ("this afternoon at 9", ["03-01 21:00"]), ("tomorrow morning at 12:30", ["03-02 00:30", "03-02 12:30"]),
        ("tomorrow at 2 at night", ["03-02 02:00", "03-03 02:00"]), ("at 7 in the morning", ["03-02 07:00"]),
        ("at half past six", ["03-01 18:30", "03-02 06:30"]), ("at ten", ["03-01 10:00", "03-01 22:00"]),
        ("on march 2nd", ["03-02 06:00", "03-02 09:00", "03-02 22:00"]),
    ],
)  # fmt: skip
def test_what_may_be_two_moments_has_a_way_for_each(text, ways):
    assert said(text) == ways


def test_half_past_midnight_is_all_that_is_left_of_a_night_after_noon():
    assert said("tonight at 12:30", NOW.replace(hour=15)) == "03-02 00:30"


@pytest.mark.parametrize("text", ["at two hosts", "at one time", "on feb 31 at 10", "on feb 28 at 10", "tonight at 7 in the morning"])  # fmt: skip
def test_what_is_no_time_to_come_is_none(text):
    assert times.find(f"restart caddy on app-1 {text}", NOW, "UTC") == ()


def test_the_hour_of_a_night_that_was_asked_for_is_not_midday():
    asked = understand("restart caddy on app-1 tonight", own(), CLOCK)
    outcome = understand("12:30", own(), CLOCK.model_copy(update={"question": asked}))
    assert isinstance(outcome, Question), outcome
    assert [option.label for option in outcome.options] == ["today at 12:30", "tomorrow at 00:30"]


def test_an_hour_of_another_part_of_the_day_is_said_to_be_one():
    outcome = understand("restart caddy on app-1 tonight at 14:00", own(), CLOCK)
    assert isinstance(outcome, Question), outcome
    assert outcome.text.startswith("“tonight at 14:00” does not go together.")

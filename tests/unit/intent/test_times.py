"""When something shall begin, as it is said: one moment, a choice of moments, or no time at all."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intent.rules import times

BERLIN = ZoneInfo("Europe/Berlin")
# A Wednesday afternoon; an hour ahead of UTC.
NOW = datetime(2026, 1, 14, 14, 0, tzinfo=BERLIN)


def one(text, now=NOW, zone="Europe/Berlin"):
    found = times.find(text, now, zone)
    assert len(found) == 1, found
    return found[0]


def local(at):
    return f"{at.astimezone(BERLIN):%d %H:%M}"


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ("at 22:00", "14 22:00"),
        ("after 22:00", "14 22:00"),
        ("not before 22:00", "14 22:00"),
        ("only after 22:00", "14 22:00"),
        ("today at 22:00", "14 22:00"),
        ("at 22:00 today", "14 22:00"),
        ("at 22:00 UTC", "14 23:00"),
        ("at 22:00Z", "14 23:00"),
        ("at 22:00 CET", "14 22:00"),
        ("at 22:00 Europe/London", "14 23:00"),
        ("at 22:00 local time", "14 22:00"),
        ("at 10pm", "14 22:00"),
        ("at 10 p.m.", "14 22:00"),
        ("tonight at 11pm", "14 23:00"),
        ("tonight at 11", "14 23:00"),
        ("tonight at 2", "15 02:00"),
        ("this evening at 8", "14 20:00"),
        ("at 02:00", "15 02:00"),
        ("at midnight", "15 00:00"),
        ("tomorrow at 6", "15 06:00"),
        ("tomorrow at 06:00", "15 06:00"),
        ("tomorrow evening at 6", "15 18:00"),
        ("at noon tomorrow", "15 12:00"),
        ("today at 6", "14 18:00"),
        ("on friday at 22:00", "16 22:00"),
        ("friday 22:00", "16 22:00"),
        ("on 2026-01-20 at 06:30", "20 06:30"),
        ("2026-01-20T22:00Z", "20 23:00"),
        ("in 20 minutes", "14 14:20"),
        ("in twenty minutes", "14 14:20"),
        ("in an hour", "14 15:00"),
        ("in half an hour", "14 14:30"),
        ("in an hour and a half", "14 15:30"),
        ("in 2 hours and 10 minutes", "14 16:10"),
        ("in 2h30m", "14 16:30"),
        ("after 20 minutes", "14 14:20"),
        ("two hours from now", "14 16:00"),
    ],
)
def test_a_plain_time_is_one_moment(said, begins):
    when = one(f"restart nginx {said}")
    assert when.why == ""
    assert local(when.at) == begins
    assert when.at.tzinfo is UTC
    assert when.blanked(f"restart nginx {said}").strip() == "restart nginx"


@pytest.mark.parametrize(
    ("said", "why", "ways"),
    [
        ("at 6", "ambiguous", ["14 18:00", "15 06:00"]),
        ("at 6:30", "ambiguous", ["14 18:30", "15 06:30"]),
        ("at 9 o'clock", "ambiguous", ["14 21:00", "15 09:00"]),
        ("wednesday at 22:00", "ambiguous", ["14 22:00", "21 22:00"]),
        ("next friday at 22:00", "ambiguous", ["16 22:00", "23 22:00"]),
        ("tomorrow at midnight", "ambiguous", ["15 00:00", "16 00:00"]),
        ("at 13:00", "past", ["15 13:00"]),
        ("today at 06:00", "past", ["15 06:00"]),
        ("on 2026-01-02 at 06:00", "past", []),
        ("by 22:00", "promise", ["14 22:00"]),
        ("before 22:00", "promise", ["14 22:00"]),
        ("around 22:00", "promise", ["14 22:00"]),
        ("in about 20 minutes", "promise", ["14 14:20"]),
        ("at 22:00 EST", "zone", []),
        ("at 22:00 Nowhere/Land", "zone", []),
        ("tomorrow", "vague", ["15 06:00", "15 09:00", "15 22:00"]),
        ("tonight", "vague", ["14 20:00", "14 22:00", "14 23:00"]),
    ],
)
def test_what_is_not_plain_says_why_and_offers_what_may_be_meant(said, why, ways):
    when = one(f"restart nginx {said}")
    assert when.at is None
    assert when.why == why
    assert [local(m.at) for m in when.ways] == ways


@pytest.mark.parametrize(
    "text",
    [
        "restart nginx", "two at a time", "at most 5 hosts", "after 5 failures", "at 50%",
        "10:00:00", "within 20 minutes", "run `at 22:00`", 'say "at 22:00"', "web-1:22",
        "at 25:00", "at 12:60", "in 0 minutes", "in a few minutes", "port 22", "at 10.0.0.1",
        "version 22:00", "today", "since 22:00", "on 2026-02-30 at 10:00", "every night",
    ],
)  # fmt: skip
def test_what_is_no_time_to_begin_is_left_alone(text):
    assert times.find(text, NOW, "Europe/Berlin") == ()


def test_without_a_clock_no_time_is_understood():
    assert times.find("at 22:00", None, "Europe/Berlin") == ()


def test_a_bare_time_is_meant_in_the_zone_of_who_says_it():
    assert one("at 22:00", NOW, "America/New_York").at == datetime(2026, 1, 15, 3, 0, tzinfo=UTC)
    assert one("at 22:00", NOW.astimezone(UTC), "").at == datetime(2026, 1, 14, 22, 0, tzinfo=UTC)
    assert one("at 22:00", NOW, "No/Where").at == datetime(2026, 1, 14, 21, 0, tzinfo=UTC)


def test_a_time_that_the_clocks_leave_out_or_show_twice_is_asked_about():
    spring = datetime(2026, 3, 28, 20, 0, tzinfo=BERLIN)
    assert one("tomorrow at 02:30", spring).why == "gap"
    autumn = datetime(2026, 10, 24, 20, 0, tzinfo=BERLIN)
    twice = one("tomorrow at 02:30", autumn)
    assert twice.why == "ambiguous"
    first, second = twice.ways
    assert second.at - first.at == timedelta(hours=1)
    assert first.label != second.label
    assert [one(m.says, autumn).at for m in twice.ways] == [first.at, second.at]


def test_several_times_are_all_found_in_order():
    found = times.find("at 22:00 or at 23:00 tomorrow", NOW, "")
    assert [when.said for when in found] == ["at 22:00", "at 23:00 tomorrow"]


@given(st.integers(0, 1_000_000), st.integers(1, 10_000))
def test_the_words_for_a_moment_mean_it_and_nothing_else(since, minutes):
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=since)
    at = now + timedelta(minutes=minutes)
    said = times.moment(at, now.astimezone(BERLIN)).says
    when = one(said, now, "Europe/Berlin")
    assert when.at == at
    assert when.blanked(said).strip() == ""


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_it_and_what_begins_lies_ahead(text):
    for when in times.find(text, NOW, "Europe/Berlin"):
        assert when.at is None or when.at > NOW
        assert 0 <= when.start < when.end <= len(text)

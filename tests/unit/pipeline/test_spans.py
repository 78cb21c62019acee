"""Since when the history tells, in words and in the zone of whoever reads it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.pipeline.history import _span, since
from bot.reporting.reader import Reader
from skills.plan.report import _of_today

SATURDAY = datetime(2026, 11, 28, 22, 44, tzinfo=UTC)


def told(text, zone="UTC", now=SATURDAY):
    reader = Reader(now=now, zone=ZoneInfo(zone))
    return _span(since(text, reader), reader)


@pytest.mark.parametrize(
    ("text", "zone", "said"),
    [
        ("today", "UTC", "today"),
        ("1d", "UTC", "since yesterday"),
        ("yesterday", "UTC", "since yesterday"),
        ("3d", "UTC", "since Wed 25 Nov"),
        ("1w", "UTC", "since Sat 21 Nov"),
        ("2h", "UTC", "since 20:44 UTC"),
        ("23h", "UTC", "since Fri 27 Nov 23:44 UTC"),
        ("today", "Asia/Tokyo", "today"),
        ("3d", "Asia/Tokyo", "since Thu 26 Nov"),  # it is Sunday there
        ("2h", "Asia/Tokyo", "since 05:44 JST"),
        ("2026-11-20", "America/New_York", "since Fri 20 Nov"),
        ("2025-12-31", "UTC", "since Wed 31 Dec 2025"),
    ],
)
def test_a_span_is_told_in_days_where_it_is_of_days(text, zone, said):
    assert told(text, zone) == said


def test_days_are_told_as_days_over_a_change_of_the_clock():
    monday = datetime(2026, 10, 26, 9, 0, tzinfo=UTC)  # Berlin's summer time ended on Sunday
    assert told("2d", "Europe/Berlin", monday) == "since Sat 24 Oct"
    assert told("1d", "Europe/Berlin", monday) == "since yesterday"


@pytest.mark.parametrize(
    ("number", "today", "said"),
    [
        (9, None, ""), (9, 4, ", 4 of them today"), (9, 0, ", none today"),
        (9, 9, ", all of them today"), (1, 1, ", today"), (1, 0, ", none today"),
    ],
)  # fmt: skip
def test_how_many_are_of_today(number, today, said):
    assert _of_today(number, today) == said

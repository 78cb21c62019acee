"""Which part of a log is asked for: a bound is kept or asked about, and never dropped."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.intents import Intent, ParseContext, Question
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)  # a Sunday
CLOCK = ParseContext(now=NOW, zone="UTC")


def ask(text, context=CLOCK):
    return understand(text, own(), context)


def params(text, context=CLOCK):
    outcome = ask(text, context)
    assert isinstance(outcome, Intent), outcome
    (wish,) = outcome.wishes
    assert wish.action == "service.logs"
    return {k: v for k, v in wish.params.items() if k not in {"service", "hosts"}}


def day(clock, on="2026-03-01"):
    return f"{on} {clock} UTC"


@pytest.mark.parametrize(
    ("part", "bounds"),
    [
        ("since 08:30", {"since": day("08:30")}), ("since 8am", {"since": day("08:00")}), ("since 8", {"since": day("08:00")}),
        ("between 8 and 9", {"since": day("08:00"), "until": day("09:00")}),
        ("from 8:00 to 8:30", {"since": day("08:00"), "until": day("08:30")}),
        ("from 23:00 to 1:00", {"since": day("23:00", "2026-02-28"), "until": day("01:00")}),
        ("from 10 minutes ago", {"since": "10m"}), ("from an hour ago until 10 minutes ago", {"since": "1h", "until": "10m"}),
        ("since 28 february", {"since": day("00:00", "2026-02-28")}), ("since monday", {"since": day("00:00", "2026-02-23")}),
        ("since 2026-02-27 13:00", {"since": day("13:00", "2026-02-27")}), ("since yesterday 13:00", {"since": day("13:00", "2026-02-28")}),
        ("on monday", {"since": day("00:00", "2026-02-23"), "until": day("00:00", "2026-02-24")}),
        ("before 8:00", {"until": day("08:00")}), ("since yesterday", {"since": "1d"}), ("since 2 hours ago", {"since": "2h"}),
        ("of the last hour", {"since": "1h"}),
    ],
)  # fmt: skip
def test_a_bound_is_kept(part, bounds):
    assert params(f"caddy logs on app-1 {part}") == bounds
    assert params(f"show me the logs of caddy on app-1 {part}") == bounds


def test_a_count_of_lines_stands_beside_a_bound():
    text = "last 20 lines of the caddy log on app-1 since 8:00"
    assert params(text) == {"lines": 20, "since": day("08:00")}


def test_a_bound_is_meant_in_the_zone_of_who_says_it():
    berlin = CLOCK.model_copy(update={"zone": "Europe/Berlin"})
    assert params("caddy logs on app-1 since 08:30", berlin) == {"since": day("07:30")}
    at = NOW.astimezone(ZoneInfo("Asia/Tokyo"))
    assert params("caddy logs on app-1 since 08:30", CLOCK.model_copy(update={"now": at, "zone": "Asia/Tokyo"})) == {"since": day("23:30", "2026-02-28")}  # fmt: skip


@pytest.mark.parametrize(
    ("part", "ways"),
    [
        ("at 8:15", ["from 2026-03-01 08:10 to 2026-03-01 08:20", "since 2026-03-01 08:15"]),
        ("at 22:00", ["from 2026-02-28 21:55 to 2026-02-28 22:05", "since 2026-02-28 22:00"]),
        ("since 10", ["since 2026-02-28 10:00", "since 2026-02-28 22:00"]),
        ("from 10 to 11", ["from 2026-02-28 10:00 to 2026-02-28 11:00", "from 2026-02-28 22:00 to 2026-02-28 23:00"]),
    ],
)  # fmt: skip
def test_what_may_be_two_parts_has_a_way_for_each(part, ways):
    outcome = ask(f"caddy logs on app-1 {part}")
    assert isinstance(outcome, Question), outcome
    assert [option.says for option in outcome.options] == [f"caddy logs on app-1 {w}" for w in ways]
    assert all(isinstance(ask(option.says), Intent) for option in outcome.options)


@pytest.mark.parametrize(
    "text",
    ["caddy logs on app-1 since 08:30, only errors", "caddy logs on app-1 on monday and on tuesday", "caddy logs on app-1 since 32 february", "caddy logs on app-1 between the deploys", "caddy logs on app-1 since 25:00",
     "caddy logs on app-1 since 8:00 and before 8:30", "first 10 lines of the caddy logs on app-1", "caddy logs on app-1, only errors",
     "just the errors in the caddy logs on app-1", 'caddy logs on app-1 with "timeout"', "caddy logs on app-1 containing timeout",
     "caddy logs on app-1 that mention upstream"],
)  # fmt: skip
def test_what_cant_be_told_or_picked_out_is_asked_about(text):
    outcome = ask(text)
    assert isinstance(outcome, Question), outcome
    assert all(isinstance(ask(option.says), Intent) for option in outcome.options if option.says != "help")  # fmt: skip


def test_what_cant_be_picked_out_is_named():
    assert "“containing timeout”" in ask("caddy logs on app-1 containing timeout").text


def test_a_time_beside_a_change_is_still_no_part_of_a_log():
    assert isinstance(ask("restart caddy on app-1 between 8 and 9"), Question)


DAYS = {
    "monday": "23", "tuesday": "24", "wednesday": "25", "thursday": "26", "friday": "27", "saturday": "28",
    "mon": "23", "tue": "24", "tues": "24", "wed": "25", "thu": "26", "thurs": "26", "fri": "27", "sat": "28",
    "last tuesday": "24", "last sunday": "22",
}  # fmt: skip


@pytest.mark.parametrize(("name", "of_month"), list(DAYS.items()))
def test_every_day_of_the_week_is_one(name, of_month):
    on = f"2026-02-{of_month}"
    assert params(f"logs of caddy on app-1 since {name}") == {"since": day("00:00", on)}
    assert params(f"logs of caddy on app-1 since {name} at 08:00") == {"since": day("08:00", on)}
    bounds = params(f"logs of caddy on app-1 on {name}")
    assert (bounds["since"], bounds["until"][11:]) == (day("00:00", on), "00:00 UTC")


@pytest.mark.parametrize(("part", "bounds"), [
    ("from tuesday to thursday", {"since": day("00:00", "2026-02-24"), "until": day("00:00", "2026-02-26")}),
    ("since 1st of august", {"since": day("00:00", "2025-08-01")}),
    ("since 2026-02-24T08:00", {"since": day("08:00", "2026-02-24")}),
    ("from 10 minutes ago to 1 hour ago", {"since": "1h", "until": "10m"}),
    ("from 1 hour ago to 90 minutes ago", {"since": "90m", "until": "1h"}),
])  # fmt: skip
def test_a_bound_is_kept_in_its_order(part, bounds):
    assert params(f"logs of caddy on app-1 {part}") == bounds


@pytest.mark.parametrize(("part", "ways"), [
    ("since sunday", ["since 2026-02-22 00:00", "since 2026-03-01 00:00"]),
    ("on sunday", ["on 2026-02-22", "on 2026-03-01"]),
    ("since sunday at 08:00", ["since 2026-02-22 08:00", "since 2026-03-01 08:00"]),
    ("since 12", ["since 2026-02-28 12:00", "since 2026-03-01 00:00"]),
])  # fmt: skip
def test_what_may_be_two_days_or_noon_and_midnight_is_asked(part, ways):
    asked = ask(f"logs of caddy on app-1 {part}")
    assert isinstance(asked, Question)
    assert [option.says for option in asked.options] == [
        f"logs of caddy on app-1 {w}" for w in ways
    ]
    for option in asked.options:
        assert isinstance(ask(option.says), Intent)


@pytest.mark.parametrize("since", ["zero minutes ago", "0 hours ago"])
def test_no_time_at_all_ago_is_no_bound(since):
    assert isinstance(ask(f"logs of caddy on app-1 since {since}"), Question)

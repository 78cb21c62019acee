"""Whatever is said is read: no day is so far, and no sign so strange, that reading breaks off."""

from datetime import UTC, datetime
from itertools import product

import pytest

from bot.domain.intents import Intent, ParseContext
from bot.intent.conversing import spoken
from tests.unit.intent.vocabularies import own

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati")
FAR = ("0001-01-01", "0001-01-02", "9999-12-31", "9999-12-30", "1900-01-01", "2500-01-01")
WHEN = (
    "on {}", "@{}", "on {} at 23:30", "on {} at 00:30", "at 1 in the evening on {}", "at midnight on {}",
    "at {}T00:00", "at {}T23:59Z", "@{}T00:00", "tonight, {}", "by {}",
)  # fmt: skip
LOGS = (
    "on {}",
    "since {}",
    "until {}",
    "from {} to {}",
    "from {} at 8 to 9",
    "since {}T00:00",
    "at 8 on {}",
)
STRANGE = (
    "logs of caddy on app-1 since zero minutes ago", "logs of caddy on app-1 since 0 weeks ago",
    "logs of caddy on app-1 from zero days ago to zero hours ago", "logs of caddy on app-1 at 99",
    "logs of caddy on app-1 since feb 29", "restart caddy on app-1 on feb 30", "restart caddy on app-1 in zero minutes",
    "redo #²", "undo #²", "#² again", "undo #٣", "redo #٣", "stop ²", "stop #²", "plan ² again", "cancel plan ²",
    "restart caddy on app-²", "restart caddy on app-1 in batches of ²", "show the last ² lines of caddy on app-1",
    "restart caddy on app-1 @²", "restart caddy on app-1 at ²²:00", "app-1 to app-²", "take ²", "1. ² 2. ³",
)  # fmt: skip


def read(text, zone="UTC"):
    return spoken(text, own(), ParseContext(now=NOW, zone=zone, people=frozenset({"ana"}))).outcome


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("far", FAR)
def test_a_day_that_nobody_can_mean_is_asked_about(zone, far):
    for when in WHEN:
        assert not isinstance(read(f"restart caddy on app-1 {when.format(far)}", zone), Intent), (
            when
        )
    for part in LOGS:
        text = f"logs of caddy on app-1 {part.format(far, far)}"
        assert not isinstance(read(text, zone), Intent), part


@pytest.mark.parametrize("text", STRANGE)
def test_a_number_that_is_none_is_read_all_the_same(text):
    read(text)


DIGITS = ("²", "٣", "½", "0", "0" * 30, "9" * 30)
AROUND = (
    "#{}",
    "plan {}",
    "app-{}",
    "{} lines",
    "{}m",
    "{}:00",
    "{} at a time",
    "{} hours ago",
    "{}",
)
HEADS = (
    "stop",
    "redo",
    "undo",
    "cancel",
    "restart caddy on app-1",
    "logs of caddy on app-1 since",
    "show",
    "not",
)


@pytest.mark.parametrize(("digits", "around"), list(product(DIGITS, AROUND)))
def test_whatever_stands_for_a_number(digits, around):
    for head in HEADS:
        read(f"{head} {around.format(digits)}")

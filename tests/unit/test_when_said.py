"""What comes late counts as said when it was written, and nothing else does."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.when_said import AT_ONCE, LONGEST, when_said

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
TICK = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("behind", "late"),
    [
        (timedelta(0), False),
        (AT_ONCE, False),
        (AT_ONCE + TICK, True),
        (timedelta(minutes=5), True),
        (LONGEST, True),
        (LONGEST + TICK, False),  # another clock's
        (-timedelta(minutes=1), False),
    ],
)
def test_what_comes_late_counts_as_it_was_written(behind, late):
    written = NOW - behind
    assert when_said(written, NOW) == (written if late else NOW)

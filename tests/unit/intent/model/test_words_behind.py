"""The words that a step claims to come from, held against the request: at once, whatever they are."""

import time

import pytest

from bot.intent.model.marks import words_behind
from tests.unit.intent.grounds import grounds

REQUEST = "run `df -h` on web-1, and `uptime` as well"


@pytest.mark.parametrize(
    ("claimed", "behind"),
    [
        ("run df -h on web-1", "run `df -h` on web-1"),
        ("RUN 'df -h' on web-1", "run `df -h` on web-1"),
        ("run `df -h` on web-1", "run `df -h` on web-1"),
        ("and uptime as well", "and `uptime` as well"),
        ("run df -h on we", ""),
        ("run df -hon web-1", ""),
        ("as agreed", ""),
        ("on", ""),
    ],
)
def test_they_are_found_but_for_their_quotes(claimed, behind):
    assert words_behind(claimed, grounds(REQUEST).words) == behind


@pytest.mark.parametrize(("piece", "times"), [("r ' ", 4000), ("- ' ", 4000)])
def test_what_stands_nowhere_takes_no_time_at_each_place(piece, times):
    """A regular expression holds up everybody else while it looks; here for seconds."""
    words = grounds(f"restart nginx on web-1 {piece * times}").words
    began = time.process_time()
    for _ in range(5):
        assert words_behind(f"{piece * (times // 2)}x", words) == ""
    assert time.process_time() - began < 1.0

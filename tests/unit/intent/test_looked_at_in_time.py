"""What every message is asked first takes time in proportion to its length."""

import time

import pytest

from bot.intent.rules.control import control, ending
from bot.intent.rules.moods import awaits

PIECES = (", ", ". ", " now", "please ", "@a,", "@", "@a ", "stop ", "hey, ", ", . ")
SOON = 0.4
"""Seconds for what takes some milliseconds, and took a second and more (or ages: "@a,")."""


def seconds(work):
    began = time.process_time()
    work()
    return time.process_time() - began


@pytest.mark.parametrize("asked", [control, ending])
@pytest.mark.parametrize("piece", PIECES)
def test_a_long_text_is_soon_known_to_be_no_stop(asked, piece):
    for length in (24, 16_000):  # nothing else is begun where the short one takes ages
        text = (piece * length)[: max(length, 24 * len(piece))] + "x"
        assert seconds(lambda text=text: asked(text)) < SOON, length
        assert asked(text) is None


def test_what_is_said_around_a_stop_may_be_long():
    assert control("please, " * 2000 + "stop" + " now" * 2000).verb == "stop"


@pytest.mark.parametrize("piece", ["after the ", "a" * 200 + " ", "after ", " after the update ;"])
def test_what_a_change_waits_for_is_soon_found(piece):
    text = (piece * 16_000)[:16_000] + "x"
    assert seconds(lambda: awaits(text)) < SOON
    assert not awaits(text)


@pytest.mark.parametrize(
    ("text", "waits"),
    [
        ("restart nginx on web-1 after the update", True),
        ("look at web-2, restart nginx on web-1 right after the backup is done, please", False),
        ("restart nginx on web-1 right after the backup is done please.", True),
        ("nginx on web-1 is broken, restart it after the update", True),
        ("restart it; nginx is broken after the update", False),
        ("restart it, nginx is not right after the update", False),
        ("reboot web-1 and check it after the reboot", False),
        ("after the update", False),
    ],
)
def test_what_is_ordered_for_after_something_waits(text, waits):
    assert awaits(text) is waits

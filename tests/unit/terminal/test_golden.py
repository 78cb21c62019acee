"""Cards as they look. `python -m tests.unit.terminal.test_golden` writes the files anew."""

from __future__ import annotations

import re
from datetime import UTC
from pathlib import Path

import pytest

from bot.adapters.terminal.layout import width_of
from bot.adapters.terminal.paint import painted
from bot.adapters.terminal.render import lines
from tests.unit.terminal import sample_cards

HERE = Path(__file__).parent

LOOKS = {
    "80": {"width": 80, "unicode": True},
    "ascii": {"width": 80, "unicode": False},
    "narrow": {"width": 40, "unicode": True},
    "wide": {"width": 160, "unicode": True},
    "pipe": {"width": 80, "unicode": True, "keys": False},
}


def drawn(card, look):
    return lines(card, tz=UTC, now=sample_cards.NOW, **LOOKS[look])


def sheet(look, colour=False):
    cards = (
        "\n".join(painted(drawn(card, look), colour=colour)) for card in sample_cards.ALL.values()
    )
    return "\n\n".join(cards) + "\n"


@pytest.mark.parametrize("look", LOOKS)
def test_cards_look_as_agreed(look):
    assert sheet(look) == (HERE / "golden" / f"{look}.txt").read_text()


@pytest.mark.parametrize("look", LOOKS)
def test_no_line_is_wider_than_the_window(look):
    for card in sample_cards.ALL.values():
        for line in drawn(card, look):
            assert width_of(line) <= LOOKS[look]["width"]


def test_without_utf8_everything_is_ascii():
    assert sheet("ascii").isascii()


def test_colour_changes_no_letter():
    assert re.sub(r"\x1b\[[0-9;]*m", "", sheet("80", colour=True)) == sheet("80")


def test_what_the_style_guide_shows_stands_on_the_waiting_card():
    text = sheet("80")
    assert (
        "#90  restart nginx on web, one at a time                   WAITING  1 of 2 votes\n"
        "Ben, 14:02, #ops · read by rules · because: “new certificate”\n" + "─" * 80 + "\n"
        "CHANGES   service.restart nginx · 4 hosts, 1 at a time, stops at first failure\n"
    ) in text
    assert (
        "[a] Approve restart on 4 hosts   [d] Deny…   [c] Change…   [x] Cancel   [?] Why\n" in text
    )


if __name__ == "__main__":
    for each in LOOKS:
        (HERE / "golden" / f"{each}.txt").write_text(sheet(each))

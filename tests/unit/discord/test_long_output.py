"""Endless lines of output cost no more than what can be shown of them, and are not called whole."""

import pytest

from bot.adapters.discord import text
from bot.adapters.discord.blocks import MOST_OUTPUT, pieces
from bot.adapters.discord.render import draw, fits
from bot.domain.cards import Card, Exact, Output, Paragraph

LINE = "é`*_ " * 13_000


def card(*blocks):
    return Card(id="c", title="o", body=blocks)


@pytest.fixture
def cleaned(monkeypatch):
    """How many characters were made harmless."""
    seen = []

    def counted(given, *more, real=text.safe):
        seen.append(len(given))
        return real(given, *more)

    monkeypatch.setattr(text, "safe", counted)
    return seen


def test_no_more_of_an_output_is_looked_at_than_its_end(cleaned):
    block = Output(title="web-1", text=f"first\n{LINE}\nlast")
    assert not fits(card(block))
    assert sum(cleaned) < 20 * MOST_OUTPUT
    shown = draw(card(block))
    assert "last" in str(shown.components)
    assert "… 2 lines before these" in str(shown.components)


def test_of_many_outputs_those_that_have_no_room_are_not_drawn(cleaned):
    blocks = [Output(title=f"web-{n}", text=f"{LINE}\n" + "short\n" * 500) for n in range(40)]
    assert not draw(card(*blocks)).whole
    assert sum(cleaned) < 4 * MOST_OUTPUT


def test_an_output_whose_beginning_is_left_out_is_not_whole_however_short_it_becomes():
    colours = "\x1b[31m" * 4_000
    hidden = card(Output(title="web-1", text=f"secret plan\n{colours}\nend"))
    drawn = draw(hidden)
    assert "secret plan" not in str(drawn.components)
    assert not drawn.whole
    known = card(Output(title="web-1", text=f"before\n{colours}\nend", hidden_lines=3))
    assert draw(known).whole  # that it is only the end was known before


def test_every_piece_is_that_of_its_own_block():
    blocks = [
        *(Exact(label=f"run {n}", text=f"command-{n}") for n in range(3)),
        Paragraph(text="well"),
    ]
    drawn = [piece.text for piece in list(pieces(blocks))]
    assert [f"command-{n}" in said for n, said in enumerate(drawn[:3])] == [True] * 3
    assert drawn[3] == "well"

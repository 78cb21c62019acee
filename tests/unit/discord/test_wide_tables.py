"""Discord's narrow box: no table is wider than it, and nothing of it is lost."""

from bot.domain.cards import Card, Table
from bot.domain.monospace import WIDE, cells
from bot.reporting.gallery import gallery
from tests.unit.discord.test_render import said


def fenced(text):
    parts = text.split("```")[1::2]
    return [line for part in parts for line in part.strip("\n").split("\n")]


def test_a_wide_table_stands_in_narrow_lines():
    card = gallery()["Answering"]["answer-wide-table"]
    assert fenced(said(card)) == [
        "host   up    load  CPUs  memory  fullest disk",
        "  remarks",
        "web-1  41 d  3.20     2    91 %  97 % /var/lib/postgresql",
        "  disk 97 % full, memory 91 % used, load 3.20 on 2 CPUs",
        "web-2  12 d  0.31     4    39 %  60 % /",
    ]


def test_no_table_of_a_card_is_wider_than_that():
    for cards in gallery().values():
        for card in cards.values():
            tables = tuple(block for block in card.body if isinstance(block, Table))
            shown = fenced(said(card.model_copy(update={"body": tables})))
            assert all(cells(line) <= WIDE for line in shown)


def test_a_cell_below_its_row_is_made_harmless_as_one_beside_it():
    table = Table(columns=("host", "says"), rows=(("a\u202eb", "``` \x1b[31mred\n" + "x " * 40),))
    card = Card(id="c", title="t", body=(table,))
    text = said(card)
    assert text.count("```") == 2
    assert fenced(text)[2:4] == ["ab", "  `\u200b`\u200b` red " + "x " * 23 + "x"]

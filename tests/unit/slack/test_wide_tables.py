"""Slack on a phone: no table is wider than its screen, and nothing of it is lost."""

from bot.adapters.slack.blocks import draw
from bot.domain.cards import Card, Table
from bot.domain.monospace import WIDE, cells
from bot.reporting.gallery import gallery
from tests.rigs.block_kit import check_blocks
from tests.unit.slack.preview import preview


def seen(card, **more):
    drawn = draw(card, **more)
    check_blocks(drawn.blocks)
    return preview(drawn.blocks)


def fenced(said):
    return [line[4:] for line in said.splitlines() if line.startswith("  | ")]


def test_a_wide_table_stands_in_narrow_lines():
    card = gallery()["Answering"]["answer-wide-table"]
    assert fenced(seen(card)) == [
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
            shown = fenced(seen(card.model_copy(update={"body": tables})))
            assert all(cells(line) <= WIDE for line in shown)


def test_a_cell_below_its_row_is_made_harmless_as_one_beside_it():
    card = Card(id="c", title="t", body=(Table(
        columns=("host", "says"), rows=(("a\u202eb", "\x1b[31mred\nnext  " + "word " * 20),)),
    ))  # fmt: skip
    assert fenced(seen(card))[2:4] == [r"a\u202eb", "  red next " + "word " * 8 + "word"]

"""A whole card as a text file: whatever is approved as it stands is in it, to the letter."""

import pytest

from bot.domain.cards import (
    Bar,
    Card,
    Divider,
    Exact,
    Heading,
    Output,
    Paragraph,
    Row,
    StepRow,
    Table,
    TargetRow,
    Tone,
    plain,
)
from bot.domain.exactly import NOTE, visible
from bot.reporting.gallery import gallery
from bot.reporting.whole_card import whole_card

LONG = "systemctl restart -- " + "x" * 3000
CARD = Card(
    id="plan-90", plan=90, revision=2, digest="7f3a", title="restart nginx", state="NEEDS A DECISION",
    standing="1 of 4", lines=("Ben, 14:02",), footer=("the end",),
    body=(
        Exact(label="run", text=LONG, aside="same on all 4"),
        Exact(label="check", text="a\u202eb"),
        Row(label="may break", spans=plain("requests"), aside="now"),
        Paragraph(text="two\nlines"), Heading(text="web-1", aside="old"), Divider(),
        Bar(label="disk", share=0.5, text="10 GB"), Table(columns=("a", "b"), rows=(("1", "2"),)),
        Output(title="log", text="\x1b[31mred", hidden_lines=3),
        StepRow(
            number=1, state="running", tone=Tone.BUSY, title="restart", done=1, total=4,
            targets=(
                TargetRow(
                    hosts=("web-1",), state="failed", tone=Tone.BAD, text="exit 1", elapsed_s=3,
                    blocks=(Exact(label="run", text="df -h"),),
                ),
            ),
        ),
    ),
)  # fmt: skip


def test_all_of_a_card_is_written_out():
    file = whole_card(CARD)
    lines = file.text.split("\n")
    assert file.name == "plan-90-2-needs-a-decision.txt"
    for line in (
        "#90 restart nginx", "NEEDS A DECISION 1 of 4", "revision 2, digest 7f3a", "Ben, 14:02",
        "      run  (same on all 4)", f"      | {LONG}", r"      | a\u202eb", f"      ({NOTE})",
        "may break requests  (now)", "two", "lines", "web-1  (old)", "disk 50% 10 GB", "a   b",
        "1   2", "log", r"      \x1b[31mred", "      (3 more lines)",
        "1 restart: running 1/4", "   web-1  failed 3 s: exit 1", "         | df -h", "the end",
    ):  # fmt: skip
        assert line in lines, line


def test_what_is_only_a_head_is_no_whole():
    head = Exact(label="run", text="df", more="the file has the rest")
    assert whole_card(CARD.model_copy(update={"body": (head,)})) is None


CARDS = [
    (f"{room}/{name}", card) for room, cards in gallery().items() for name, card in cards.items()
]


@pytest.mark.parametrize(("name", "card"), CARDS, ids=[name for name, _ in CARDS])
def test_every_exact_text_of_the_gallery_is_in_its_whole(name, card):
    file = whole_card(card)
    exact = [block for block in card.body if isinstance(block, Exact)]
    if file is None:
        assert any(block.more for block in exact)
        return
    for block in exact:
        lines = "\n".join(f"      | {line}".rstrip() for line in visible(block.text).lines)
        assert f"\n{lines}\n" in f"\n{file.text}\n"

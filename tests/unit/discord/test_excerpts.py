"""Of what was printed Discord shows the lines that help, and says where the others are."""

import pytest

from bot.adapters.discord.render import draw, fits
from bot.delivery.drawing import Beside, drawn, wanted
from bot.domain.cards import Button, Card, Output, StepRow, TargetRow, Tone
from bot.reporting.whole_card import whole_card
from tests.unit.discord.test_render import check_limits, labels, said
from tests.unit.discord.test_wide_tables import fenced

LINES = "\n".join(f"line {n}" for n in range(40))
FILE = {"c-done.txt": "https://discord.com/channels/1/2/3"}


def printed(**more):
    given = {"id": "c", "title": "t", "state": "DONE"} | more
    return Card(body=(Output(text=LINES, title="web-1"),), **given)


def test_of_what_was_printed_a_dozen_lines_stand_there_and_the_file_has_all():
    card = printed()
    check_limits(draw(card))
    assert [line for line in said(card).splitlines() if "line" in line] == [
        *(f"line {n}" for n in range(4)),
        "-# … 28 more lines in the file",
        *(f"line {n}" for n in range(32, 40)),
    ]
    assert not fits(card)
    (file,) = wanted(card, fits=fits(card))
    assert file.attachment is None
    assert all(f"      {line}" in whole_card(card).text.splitlines() for line in LINES.splitlines())


def test_the_file_of_all_of_it_can_be_opened_from_the_card():
    assert "[c-done.txt](https://discord.com/channels/1/2/3) has all of it" in said(
        printed(), files=FILE
    )
    assert "has all of it" not in said(printed())


def test_the_end_of_what_was_known_to_be_one_is_in_the_file_too():
    card = Card(id="c", title="t", body=(Output(text=LINES, hidden_lines=35),))
    assert "-# … 63 lines before these" in said(card)
    assert not fits(card)


def test_a_card_on_its_way_says_what_to_press():
    row = TargetRow(hosts=("web-1",), state="done", tone=Tone.GOOD, blocks=(Output(text=LINES),))
    step = StepRow(number=1, state="running", tone=Tone.BUSY, title="t", targets=(row,))
    buttons = (Button(id="stop", label="Stop"), Button(id="output", label="Output of…"))
    card = Card(id="c", title="t", state="RUNNING", busy=True, body=(step,), buttons=buttons)
    assert wanted(card, fits=fits(card)) == ()
    assert "-# … 28 more lines, press Output for all" in said(card)


@pytest.mark.parametrize("button", ["approve", "begin"])
def test_nothing_waits_for_a_file_because_lines_could_be_left_out(button):
    card = printed(plan=1, buttons=(Button(id=button, label="Go"),))
    assert fits(card)
    assert fenced(said(card)) == LINES.splitlines()
    assert labels(card) == ["Go"]


def test_where_no_file_can_be_put_all_that_there_is_room_for_is_shown():
    lines = [f"line {n}" for n in range(30)]
    body = (Output(text="\n".join(lines), title="web-1"),)
    card = Card(id="c", title="t", plan=1, state="DONE", digest="ab" * 32, body=body)
    assert wanted(card, fits=fits(card))
    barred = Beside("plan-1-done.txt", gone="Files can't be put in this channel.")
    text = said(drawn(card, (barred,), ""))
    assert all(line in text for line in lines)
    assert "more line" not in text
    assert "in_full" not in card.model_dump()

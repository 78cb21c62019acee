"""Of what was printed Slack shows the lines that help, and says where the others are."""

import pytest

from bot.adapters.slack.blocks import BRIEF, CUT, CUT_NOW, CUT_THERE, draw
from bot.delivery.drawing import wanted
from bot.domain.cards import Attachment, Button, Card, Output, StepRow, TargetRow, Tone
from bot.reporting.whole_card import whole_card
from tests.unit.slack.preview import preview
from tests.unit.slack.test_wide_tables import fenced, seen

LINES = "\n".join(f"line {n}" for n in range(40))


def test_of_what_was_printed_a_dozen_lines_stand_there_and_the_file_has_all():
    card = Card(id="c", title="t", state="DONE", body=(Output(text=LINES, title="web-1"),))
    said = seen(card)
    assert [line for line in said.splitlines() if "line" in line] == [
        *(f"  | line {n}" for n in range(4)),
        "… 28 more lines in the file",
        *(f"  | line {n}" for n in range(32, 40)),
    ]
    assert f"  ~ {CUT}\n" in said
    assert not draw(card).whole
    (file,) = wanted(card, fits=draw(card).whole)
    assert file.attachment is None
    assert all(f"      {line}" in whole_card(card).text.splitlines() for line in LINES.splitlines())


def test_a_card_on_its_way_says_that_its_file_comes_later():
    row = TargetRow(hosts=("web-1",), state="done", tone=Tone.GOOD, blocks=(Output(text=LINES),))
    step = StepRow(number=1, state="running", tone=Tone.BUSY, title="t", targets=(row,))
    buttons = (Button(id="stop", label="Stop"), Button(id="output", label="Output of…"))
    plan = Attachment(name="plan-1-1.txt", text="df")
    card = Card(
        id="c", title="t", state="RUNNING", busy=True, body=(step,), buttons=buttons,
        attachments=(plan,),
    )  # fmt: skip
    assert [wish.attachment for wish in wanted(card, fits=draw(card).whole)] == [plan]
    said = seen(card, files={plan.name: ""})
    assert "… 28 more lines, press Output for all" in said
    assert f"  ~ {CUT_NOW}\n" in said
    assert f"  ~ {CUT}\n" not in said
    assert CUT_THERE not in said
    assert f"  ~ {BRIEF}\n" in seen(card, brief=True)


@pytest.mark.parametrize("button", ["approve", "begin"])
def test_nothing_waits_for_a_file_because_lines_could_be_left_out(button):
    card = Card(
        id="c", title="t", plan=1, body=(Output(text=LINES),),
        buttons=(Button(id=button, label="Go"),),
    )  # fmt: skip
    drawn = draw(card)
    assert drawn.whole
    assert fenced(preview(drawn.blocks)) == LINES.splitlines()
    assert "[Go]" in preview(drawn.blocks)


def test_a_plans_own_file_does_not_have_the_whole_card_of_what_ran():
    plan = Attachment(name="plan-1-1.txt", text="df")
    text = "\n".join(f"line {n}" for n in range(30))
    card = Card(
        id="c", title="t", plan=1, revision=1, digest="ab" * 32, state="DONE",
        body=(Output(text=text, title="web-1"),), attachments=(plan,),
    )  # fmt: skip
    there = {plan.name: "https://x/1"}
    assert CUT_THERE not in seen(card, files=there)
    assert CUT_THERE in seen(card, files=there | {"plan-1-done.txt": "https://x/2"})

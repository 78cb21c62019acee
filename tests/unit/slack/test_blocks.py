"""Cards in Slack: within every limit, calm to look at, and what is approved stands there whole.

After looking at the difference: `OVERSEER_GOLDEN=write pytest` writes the file anew.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.slack import text as texts
from bot.adapters.slack.blocks import draw
from bot.adapters.slack.buttons import pressed
from bot.domain.cards import (
    Attachment,
    Bar,
    Button,
    Card,
    Divider,
    Exact,
    Heading,
    Output,
    Paragraph,
    Row,
    Span,
    StepRow,
    Table,
    TargetRow,
    Tone,
)  # fmt: skip
from bot.domain.exactly import visible
from bot.domain.messages import Person
from bot.reporting.gallery import gallery
from tests.rigs.block_kit import check_blocks, texts_of
from tests.unit.slack.preview import preview

GOLDEN = Path(__file__).parent / "golden" / "gallery.txt"
CARDS = {
    f"{room} {name}": card for room, cards in gallery().items() for name, card in cards.items()
}


def card_of(*body, **more):
    return Card(**{"id": "plan-1", "plan": 1, "title": "t", "body": body, **more})


def fences(blocks):
    return [
        "".join(part["text"] for part in element["elements"])
        for block in blocks
        if block["type"] == "rich_text"
        for element in block["elements"]
        if element["type"] == "rich_text_preformatted"
    ]


def beside(blocks):
    """What stands in monospace beside its label."""
    return [
        part["text"]
        for block in blocks
        if block["type"] == "rich_text"
        for element in block["elements"]
        if element["type"] == "rich_text_section"
        for part in element["elements"]
        if part.get("style", {}).get("code")
    ]


def ids(blocks):
    return [
        pressed(each["value"]).button
        for block in blocks
        if block["type"] == "actions"
        for each in block["elements"]
    ]


def test_every_card_looks_as_it_was_looked_at():
    sheet = ""
    for name, card in CARDS.items():
        drawn = draw(card, files={each.name: "" for each in card.attachments})
        sheet += f"===== {name} | {drawn.text}\n{preview(drawn.blocks)}\n"
    if os.environ.get("OVERSEER_GOLDEN") == "write":
        GOLDEN.write_text(sheet)
    assert sheet == GOLDEN.read_text()


@pytest.mark.parametrize("name", CARDS)
def test_every_card_keeps_the_limits_and_fits(name):
    drawn = draw(CARDS[name])
    check_blocks(drawn.blocks)
    assert drawn.whole


words = st.text(max_size=400)
spans = st.lists(st.builds(Span, text=words, code=st.booleans(), strong=st.booleans()), max_size=3)
rows = st.builds(Row, label=words, spans=spans.map(tuple), aside=words)
exacts = st.builds(Exact, label=words, text=st.text(max_size=9000), aside=words, more=words)
outputs = st.builds(
    Output, text=st.text(max_size=9000), title=words, hidden_lines=st.integers(0, 9)
)
targets = st.builds(
    TargetRow, hosts=st.lists(words, max_size=60).map(tuple), state=words,
    tone=st.sampled_from(Tone), text=words, elapsed_s=st.none() | st.floats(0, 1e6),
    blocks=st.lists(rows | exacts | outputs, max_size=3).map(tuple),
)  # fmt: skip
steps = st.builds(
    StepRow, number=st.integers(1, 99), state=words, tone=st.sampled_from(Tone), title=words,
    done=st.integers(0, 9), total=st.integers(0, 9), targets=st.lists(targets, max_size=4).map(tuple),
)  # fmt: skip
tables = st.integers(1, 4).flatmap(
    lambda n: st.builds(
        Table, columns=st.tuples(*[words] * n),
        rows=st.lists(st.tuples(*[words] * n), max_size=30).map(tuple),
    )
)  # fmt: skip
blocks = st.one_of(
    rows, exacts, outputs, steps, tables, st.builds(Paragraph, text=words),
    st.builds(Heading, text=words, aside=words), st.just(Divider()),
    st.builds(Bar, label=words, share=st.floats(), text=words),
)  # fmt: skip
buttons = st.builds(
    Button, id=st.sampled_from(["approve", "deny", "option"]), label=words,
    value=st.text(max_size=3000), asks=words,
)  # fmt: skip
cards = st.builds(
    Card, id=st.just("plan-1"), plan=st.none() | st.integers(1, 999999), title=st.text(max_size=900),
    state=words, standing=words, lines=st.lists(words, max_size=30).map(tuple),
    body=st.lists(blocks, max_size=60).map(tuple), buttons=st.lists(buttons, max_size=70).map(tuple),
    footer=st.lists(words, max_size=30).map(tuple), ends=st.none() | st.just(datetime(2026, 3, 1, tzinfo=UTC)),
    attachments=st.lists(st.builds(Attachment, name=words, text=words), max_size=3).map(tuple),
)  # fmt: skip


@given(cards)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_no_card_breaks_a_limit(card):
    drawn = draw(card)
    if not drawn.blocks:
        return
    check_blocks(drawn.blocks)
    said = json.dumps(drawn.blocks)
    assert "<!" not in "".join(
        each["text"] for block in drawn.blocks if block["type"] == "context"
        for each in block["elements"]
    )  # fmt: skip
    assert said


@given(st.text(max_size=6000))
def test_what_is_approved_stands_there_to_the_letter_or_not_at_all(command):
    drawn = draw(card_of(Exact(label="run", text=command)))
    shown = [*fences(drawn.blocks), *beside(drawn.blocks)]
    written = "\n".join(visible(command).lines)
    if drawn.whole:
        pieces = "".join(shown).replace("\n", "")
        assert pieces.strip() == written.replace("\n", "").strip()
    else:
        assert shown == []


@pytest.mark.parametrize(
    ("command", "inline"),
    [
        ("sudo systemctl restart -- nginx.service", True), ("x" * 96, True), ("x" * 97, False),
        ("a  b", False), ("a ", False), (" a", False), ("a\nb", False), ("a`b", False),
        ("é", False), ("a\tb", False), ("", False),
    ],
)  # fmt: skip
def test_a_command_that_is_short_and_plain_stands_beside_its_label(command, inline):
    drawn = draw(card_of(Exact(label="run", text=command, aside="same on all 4")))
    assert (beside(drawn.blocks) == [command]) is inline
    assert (fences(drawn.blocks) == []) is inline
    head = Exact(label="run", text="df", more="2 more lines")
    assert fences(draw(card_of(head)).blocks) == ["df"], "only its head: what is more stands below"


def test_the_head_tells_until_when_it_can_be_decided_and_not_when_something_begins():
    ends = datetime(2026, 3, 1, 22, tzinfo=UTC)
    waits = preview(draw(card_of(state="WAITING", standing="1 of 2 votes", ends=ends)).blocks)
    assert "until 22:00 UTC" in waits
    card = CARDS["Asking scheduled"]
    assert card.ends
    assert "until" not in preview(draw(card).blocks).partition("\n─")[0]


def test_a_strong_word_that_is_bad_warns_and_crosses_nothing_out():
    said = preview(draw(card_of(Row(label="DESTROYS", spans=(), tone=Tone.BAD))).blocks)
    assert "⚠  *DESTROYS*" in said


def test_what_does_not_fit_is_not_offered_for_approval_before_the_file_is_there():
    long = [Exact(label="run", text=f"echo {n} " + "x" * 2000) for n in range(12)]
    card = card_of(
        *long, buttons=(Button(id="approve", label="Approve"), Button(id="deny", label="Deny"))
    )
    drawn = draw(card)
    assert not drawn.whole
    assert ids(drawn.blocks) == ["deny"]
    there = draw(card, files={"plan-1.txt": ""})
    assert ids(there.blocks) == ["approve", "deny"]
    check_blocks(there.blocks)


def test_what_stands_in_an_attached_file_is_not_approved_before_the_file_is_there():
    card = CARDS["Asking waiting-many-commands"]
    (name,) = (each.name for each in card.attachments)
    waiting = draw(card)
    assert waiting.whole
    assert "approve" not in ids(waiting.blocks)
    assert "when the whole plan is attached" in preview(waiting.blocks)
    assert "approve" not in ids(draw(card, files={"another.txt": ""}).blocks)
    assert "approve" in ids(draw(card, files={name: ""}).blocks)


def test_a_file_is_named_and_can_be_opened_once_it_is_there():
    card = card_of(attachments=(Attachment(name="plan-1.txt", text="a\nb"),))
    assert "follows_  plan-1.txt, 2 lines" in preview(draw(card).blocks)
    assert "attached_  plan-1.txt, 2 lines" in preview(draw(card, files={"plan-1.txt": ""}).blocks)
    lost = card_of(attachments=(Attachment(name="plan-1.txt", text="a\nb", lost=True),))
    assert "plan-1.txt" not in preview(draw(lost).blocks)
    files = {"plan-1.txt": "https://example.slack.com/files/U1/F1", "whole.txt": "javascript:x"}
    drawn = draw(card, files=files)
    check_blocks(drawn.blocks)
    said = preview(drawn.blocks)
    assert "[plan-1.txt], 2 lines" in said
    assert "attached_  whole.txt" in said
    assert "javascript" not in json.dumps(drawn.blocks)


def test_long_output_is_its_end_and_says_so():
    printed = Output(text="\n".join(f"line {n}" for n in range(900)))
    drawn = draw(card_of(printed, buttons=(Button(id="change", label="Change…"),)))
    assert not drawn.whole
    assert "line 899" in fences(drawn.blocks)[0]
    assert "line 1\n" not in fences(drawn.blocks)[0]
    assert "860 more lines before these" in preview(drawn.blocks)


def test_a_fence_can_not_be_left_and_nobody_is_pinged():
    text = "``` <!channel> <@U024BE7LH> *x* \x1b[31m"
    drawn = draw(
        card_of(Output(text=text), Paragraph(text=text), title=text, lines=(text,), footer=(text,))
    )
    found = list(texts_of(drawn.blocks))
    marked = [
        each["text"] for block in drawn.blocks if block["type"] == "context"
        for each in block["elements"]
    ]  # fmt: skip
    assert all("<" not in each and "`" not in each for each in [*marked, drawn.text])
    assert all("\x1b" not in each for each in found)
    assert {block["type"] for block in drawn.blocks} == {"rich_text", "context", "divider"}
    assert all(
        part["type"] in ("text", "emoji")
        for block in drawn.blocks if block["type"] == "rich_text"
        for element in block["elements"] for part in element["elements"]
    )  # fmt: skip


def test_a_plan_of_500_hosts_fits_in_one_message():
    hosts = tuple(f"web-{n}" for n in range(1, 501))
    odd = tuple(f"host-{chr(97 + n % 26)}{n}x" for n in range(500))
    for names in (hosts, odd):
        row = TargetRow(hosts=names, state="waiting", tone=Tone.WAITING)
        step = StepRow(
            number=1, state="", tone=Tone.BUSY, title="t", done=3, total=500, targets=(row,)
        )
        drawn = draw(card_of(step))
        check_blocks(drawn.blocks)
        assert drawn.whole
        assert len(preview(drawn.blocks)) < 1200
    assert "web-1…web-500" in preview(draw(card_of(StepRow(
        number=1, state="", tone=Tone.BUSY, title="t", targets=(
            TargetRow(hosts=hosts, state="waiting", tone=Tone.WAITING),)))).blocks)  # fmt: skip


def test_a_notification_says_what_the_card_is_about():
    card = card_of(Paragraph(text="2 plans <!here> wait."), title="", plan=None)
    assert draw(card).text == "2 plans &lt;!here&gt; wait."
    assert draw(card_of(title="restart nginx", state="WAITING", standing="1 of 2 votes")).text == (
        "#1 restart nginx · WAITING 1 of 2 votes"
    )


def test_one_reader_sees_the_buttons_that_are_theirs():
    card = card_of(
        buttons=(
            Button(id="approve", label="Approve", only=("ana",), others="Ana may vote."),
            Button(id="unvote", label="Withdraw", only=()),
        )
    )
    assert ids(draw(card).blocks) == ["approve"]
    ben = Person(name="ben", display="Ben", roles=frozenset())
    drawn = draw(card, ben)
    assert ids(drawn.blocks) == []
    assert "Ana may vote." in preview(drawn.blocks)


def test_where_all_see_the_same_what_is_for_nobody_says_why():
    nobody = Button(id="approve", label="Approve", only=(), others="Approve is for nobody yet.")
    drawn = draw(card_of(buttons=(nobody, Button(id="deny", label="Deny"))))
    assert ids(drawn.blocks) == ["deny"]
    assert "Approve is for nobody yet." in preview(drawn.blocks)


def test_a_press_brings_back_what_the_card_showed():
    card = card_of(
        buttons=(Button(id="deny", label="Deny", asks="Why not?", value="v"),),
        revision=3,
        digest="7f3a",
    )
    (value,) = [
        e["value"] for b in draw(card).blocks if b["type"] == "actions" for e in b["elements"]
    ]
    back = pressed(value)
    assert (back.button, back.value, back.plan, back.revision, back.digest, back.asks) == (
        "deny", "v", 1, 3, "7f3a", True,
    )  # fmt: skip


@pytest.mark.parametrize("value", ["", "approve", "[]", '{"b": "rm"}', '{"b": 1}', "{"])
def test_a_value_that_overseer_did_not_write_is_no_press(value):
    assert pressed(value) is None


def test_no_more_of_an_output_is_made_harmless_than_its_end(monkeypatch):
    seen = []

    def counted(text, real=texts.printed):
        seen.append(len(text))
        return real(text)

    monkeypatch.setattr(texts, "printed", counted)
    drawn = draw(Card(id="c", title="o", body=(Output(text=f"first\n{'é`' * 50_000}\nlast"),)))
    assert max(seen) <= 16_000
    assert not drawn.whole
    assert "… 2 more lines before these" in str(drawn.blocks)
    assert "last" in str(drawn.blocks)


def test_an_output_whose_beginning_is_left_out_is_not_whole_however_short_it_becomes():
    colours = "\x1b[31m" * 4_000
    drawn = draw(Card(id="c", title="o", body=(Output(text=f"secret plan\n{colours}\nend"),)))
    assert "secret plan" not in str(drawn.blocks)
    assert not drawn.whole


def test_a_copy_leads_to_the_conversation_it_is_of():
    link = "https://example.slack.com/archives/C1/p1"
    drawn = draw(card_of(), origin=link)
    check_blocks(drawn.blocks)
    assert json.dumps(drawn.blocks).count(link) == 1
    assert "open the conversation" not in json.dumps(draw(card_of(), origin="javascript:x").blocks)

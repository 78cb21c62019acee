"""Nothing that a card carries becomes Markdown, mentions anybody, or leaves its fence."""

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.adapters.discord import text
from bot.adapters.discord.render import draw
from bot.adapters.discord.text import Manner, raw, safe
from bot.domain.cards import (
    Attachment,
    Bar,
    Button,
    Card,
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
)
from bot.domain.harmless import printed
from bot.domain.monospace import cells
from tests.unit.reporting.reading_back import hostile, read

# As Discord's client reads it: escapes first, then fences and inline code, then everything else.
FENCE = re.compile(r"```(?:([a-z0-9_+\-.#]+?)\n)?\n*([^\n][\s\S]*?)\n*```", re.IGNORECASE)
INLINE = re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")
ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
MEANS = re.compile(r"[`*_~|<>\[\]]|https?://|@(?:everyone|here)", re.IGNORECASE)
STARTS = re.compile(r"^\s*(?:#{1,3} |-# |[-*+] |\d+[.)] |>)")
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200c-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)

pieces = st.sampled_from(
    ["`", "``", "```", "````", "\\", "*", "**", "_", "__", "~~", "||", "@everyone", "@here", "<@1>",
     "<@!12>", "<@&3>", "<#4>", "<:x:5>", "<a:y:6>", "<t:1:R>", "</ask:7>", "[a](http://x)", "[",
     "](", "https://evil.example/x", "# ", "## ", "-# ", "- ", "+ ", "1. ", "12) ", "> ", ">>> ",
     "\n", "\r\n", "\x1b[31m", "\x1b]0;x\x07", "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff",
     "é", "e\u0301\u0301\u0301\u0301", "👩‍👩‍👧", "\ud800", "word", " ", "*Stop*", "`code`", "😀"]
)  # fmt: skip
nasty = st.lists(pieces | st.characters(), max_size=14).map("".join) | st.text(max_size=60)


def bare(drawn):
    """What is left to be read as Markdown: without escapes, and without what is code."""
    out, at = "", 0
    while at < len(drawn):
        for pattern in (ESCAPE, FENCE, INLINE):
            if found := pattern.match(drawn, at):
                out += "¤"  # a sign that means nothing
                at = found.end()
                break
        else:
            out += drawn[at]
            at += 1
    return out


def check_line(drawn):
    """One line of prose in which nothing means anything."""
    left = bare(drawn)
    assert not MEANS.search(left), (drawn, left)
    assert "\n" not in drawn
    assert not STARTS.match(left), (drawn, left)
    assert not UNSEEN.search(drawn)


def check_fence(drawn):
    """One fence, all of it, and nothing after."""
    found = FENCE.fullmatch(drawn)
    assert found, drawn
    assert found[1] is None
    assert "```" not in found[2]
    assert not UNSEEN.search(found[2])
    return found[2]


@given(nasty)
@example("@everyone")
@example("1. one")
@example("\\")
@example("||spoiler||")
def test_plain_words_mean_nothing(said):
    check_line(safe(said, Manner.PLAIN))


@given(nasty)
@example("*Stop*\x1b]0;x\x07*Stop*")
@example("`a`\x1b[m`b`")
def test_words_are_set_apart_and_mean_nothing_else(said):
    left = bare(safe(said))
    names = re.sub(r"(?<!\*)\*(?!\*)([^*]*)\*", r"\1", left)  # the *Name* of a button
    assert not MEANS.search(names), (said, left)
    assert not UNSEEN.search(left)


@given(nasty)
@example("``")
@example("`x`")
@example("a```b\\")
def test_code_stays_inside_its_backticks(said):
    drawn = safe(said, Manner.CODE)
    found = INLINE.fullmatch(drawn)
    assert found, drawn
    assert "```" not in drawn
    assert "\n" not in drawn
    assert not UNSEEN.search(drawn)


@given(nasty)
@example("```\n@everyone")
@example("\x1b[31mred\x1b[0m")
def test_output_stays_inside_its_fence(said):
    check_fence(safe(said, Manner.OUTPUT))


@given(st.text(alphabet="`ab\n", max_size=40).filter(str.strip))
def test_backticks_that_were_printed_are_shown_as_backticks(said):
    """Nothing stands for them, and nothing that can be seen stands between them."""
    inner = check_fence(safe(said, Manner.OUTPUT))
    assert "```" not in inner
    assert inner.replace("\u200b", "").split() == "\n".join(printed(said)).split()
    assert "```" not in raw(said)
    assert cells(raw("a```b")) == 5


@given((hostile | nasty).filter(bool))
@example("\n\nfirst\n```\nlast\n\n")
@example("a\\b```c")
@example("``\n`")
def test_what_is_approved_is_fenced_and_can_be_read_back(said):
    drawn, odd = text.exact(said)
    assert read(check_fence(drawn).split("\n"), odd=odd) == said


@given(nasty)
def test_a_label_is_one_short_line(said):
    made = text.label(said, 80)
    assert 0 < len(made) <= 80
    assert not UNSEEN.search(made)
    assert "\n" not in made


def everywhere(said):
    spans = (Span(text=said), Span(text=said, code=True), Span(text=said, strong=True))
    row = Row(label=said, spans=spans, aside=said)
    target = TargetRow(
        hosts=(said,), state=said, tone=Tone.BAD, text=said, blocks=(row, Output(text=said))
    )
    return Card(
        id="c", plan=7, title=said, state=said, standing=said, lines=(said,), footer=(said,),
        body=(
            row, Paragraph(text=said), Heading(text=said, aside=said), Bar(label=said, share=0.5, text=said),
            Table(columns=(said, said), rows=((said, said),), code=(1,)), Output(text=said, title=said),
            Exact(label=said, text=said, aside=said, more=said),
            StepRow(number=1, state=said, tone=Tone.BAD, title=said, aside=said, targets=(target,)),
        ),
        buttons=(Button(id="say", label=said, says=said),),
        attachments=(Attachment(name=said, text=said),),
    )  # fmt: skip


def texts(components):
    for part in components:
        if part["type"] == 10:
            yield part["content"]
        yield from texts(part.get("components") or ())


def check_card(said):
    """Our own marks are there, and no others: pings, links, spoilers and pictures are never ours."""
    for drawn in texts(draw(everywhere(said)).components):
        left = re.sub(r"<t:\d+:R>", "", bare(drawn))
        assert not re.search(r"<[@#:/a-z]|\[[^\]]*\]\(|\|\||~~|__|https?://", left), (said, left)
        assert not re.search(r"@(?:everyone|here)", left, re.IGNORECASE)
        assert left.count("`") == 0, (said, drawn)


@given(nasty)
def test_no_text_on_a_card_pings_links_or_breaks_out(said):
    check_card(said)


def test_naughty_strings_do_neither(shared_dir):
    path = shared_dir / "data" / "naughty-strings.json"
    if not path.is_file():
        pytest.skip("shared/data/naughty-strings.json is not there")
    for said in json.loads(path.read_text(encoding="utf-8")):
        check_line(safe(said, Manner.PLAIN))
        check_fence(safe(said, Manner.OUTPUT))
        check_card(said)


@pytest.mark.parametrize(
    "said", ["\U0001f525" * 200, "a" + "\U0001f525" * 200, "x" * 79 + "\U0001f525"]
)
def test_a_label_keeps_its_limit_as_the_strictest_counts_it(said):
    made = text.label(said, 80)
    assert 70 < text.size(made) <= 80
    assert made.endswith("…")


def test_a_label_that_just_fits_is_not_cut():
    assert text.label("\U0001f525" * 40, 80) == "\U0001f525" * 40

"""Nothing that others wrote reaches the terminal as an instruction."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.terminal import untrusted
from bot.adapters.terminal.layout import Piece, text_of, width_of, wrap
from bot.adapters.terminal.paint import painted
from bot.adapters.terminal.render import frame_of, lines
from bot.adapters.terminal.rows import paragraph_lines
from bot.domain.cards import (
    Bar,
    Button,
    Card,
    Heading,
    Output,
    Paragraph,
    Row,
    Span,
    StepRow,
    Table,
    TargetRow,
    Tone,
    code,
    plain,
)
from tests.unit.terminal.sample_cards import NOW

NAUGHTY = Path(__file__).resolve().parents[4] / "shared" / "data" / "naughty-strings.json"
ATTACKS = [
    "\x1b[2J\x1b[H",
    "\x1b]0;owned\x07",
    "\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\",
    "\x9b31mred",
    "\x1bP$q\x1b\\",
    "safe\rEVIL",
    "a\u202eb\u2066c",
    "zero\u200bwidth\ufeff",
    "\x1b]52;c;cm0gLXJmIC8=\x07",
    "\ud800",
    "Z" + "\u0301" * 60,
    "\U000e0041\U000e0042",
]


def everywhere(text):
    """A card with one text in each place that holds any."""
    spans = (Span(text=text), Span(text=text, code=True))
    return Card(
        id="plan-1",
        plan=1,
        title=text,
        state=text,
        standing=text,
        lines=(text,),
        body=(
            Row(label=text, spans=spans, aside=text),
            Paragraph(text=text),
            Heading(text=text, aside=text),
            Bar(label=text, share=0.5, text=text),
            Table(columns=(text, "b"), rows=((text, text),), code=(1,)),
            Output(text=text, title=text),
            StepRow(
                number=1,
                state=text,
                tone=Tone.BAD,
                title=text,
                aside=text,
                total=30,
                targets=(
                    TargetRow(
                        hosts=(text, text),
                        state=text,
                        tone=Tone.BAD,
                        text=text,
                        blocks=(Output(text=text), Row(label="$", spans=code(text))),
                    ),
                ),
            ),
        ),
        buttons=(Button(id="approve", label=text), Button(id="say", label=text, says=text)),
        footer=(text,),
    )


def harmless(shown):
    return all(unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in shown)


def drawn(text, width=80, unicode=True):
    return painted(lines(everywhere(text), width, unicode, UTC, NOW), colour=False)


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_is_only_text(text):
    assert all(harmless(line) for line in drawn(text))


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the list is kept outside this repository")
def test_the_list_of_naughty_strings_is_only_text():
    for text in json.loads(NAUGHTY.read_text()):
        for line in drawn(str(text)):
            assert harmless(line), text


@given(st.text(alphabet=st.characters(), max_size=60), st.sampled_from([24, 40, 80, 160]))
def test_any_text_is_only_text_and_fits(text, width):
    card = everywhere(text)
    for line in lines(card, width, True, UTC, NOW):
        assert harmless(text_of(line))
        assert width_of(line) <= width
    for line in lines(card, width, False, UTC, NOW):
        assert text_of(line).isascii()
        assert width_of(line) <= width


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=200),
       st.integers(4, 90))  # fmt: skip
def test_wrapping_loses_nothing_but_blanks(text, width):
    clean = untrusted.prose(text)
    out = "".join(text_of(line) for line in wrap((Piece(clean),), width))
    assert "".join(out.split()) == "".join(clean.split())


@given(st.text(alphabet=st.characters(), max_size=80))
def test_two_commands_that_differ_never_look_the_same(text):
    shown = untrusted.code(text, unicode=False)
    assert all(line.isascii() and line.isprintable() for line in shown)
    without = "".join(untrusted.code("".join(c for c in text if c.isprintable()), unicode=False))
    if any(not c.isprintable() for c in text):
        assert "\n".join(shown) != without


def test_what_cannot_be_seen_in_a_command_is_written_out():
    assert untrusted.code("rm a\u202eb\x1b[8mc\xa0d") == ["rm a\\u202eb\\x1b[8mc\\xa0d"]


def test_a_broken_word_of_code_says_so_and_prose_does_not():
    assert text_of(wrap((Piece("abcdefghij", code=True),), 6)[0]) == "abcde\\"
    assert text_of(wrap((Piece("abcdefghij"),), 6)[0]) == "abcdef"


def test_a_carriage_return_overwrites_nothing():
    assert untrusted.output("10 %\r100 %\r\nEVIL\rgood\n\n") == ["10 %", "100 %", "EVIL", "good"]


def test_an_unended_sequence_hides_nothing():
    assert untrusted.prose("\x1b]0;title without end") == "0;title without end"


@pytest.mark.parametrize(
    ("said", "shown"), [("Zoë · 3 → 4", "Zoe - 3 -> 4"), ("“a”…", '"a"...'), ("漢", "?")]
)
def test_without_utf8_words_stay_readable(said, shown):
    assert untrusted.prose(said, unicode=False) == shown


def test_wide_and_combining_signs_take_their_columns():
    assert untrusted.cells("漢字") == 4
    assert untrusted.cells("e\u0301") == 1


def test_plain_spans_are_never_commands():
    assert plain("x")[0].code is False


def test_code_in_a_sentence_is_set_apart_by_colour_and_without_one_by_its_signs():
    text = "`./overseer resume` ends it; *Ask again* looks"
    block = Paragraph(text=text)

    def drawn(*, colour):
        frame = frame_of(80, True, UTC, datetime(2026, 3, 5, tzinfo=UTC), colour=colour)
        return painted(paragraph_lines(block, frame), colour=colour)

    assert drawn(colour=False) == [text]
    assert drawn(colour=True) == [
        "\x1b[36m./overseer resume\x1b[0m ends it; \x1b[1mAsk again\x1b[0m looks"
    ]


def test_code_in_a_sentence_hides_nothing():
    frame = frame_of(80, True, UTC, datetime(2026, 3, 5, tzinfo=UTC), colour=True)
    assert "\\u202e" in text_of(frame.words("`rm\u202ex`"))

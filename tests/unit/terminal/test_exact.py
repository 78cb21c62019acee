"""From what a terminal shows of a plan, the exact commands can be read back, letter by letter."""

from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.terminal.glyphs import glyphs
from bot.adapters.terminal.layout import width_of
from bot.adapters.terminal.paint import painted
from bot.adapters.terminal.render import frame_of, whole_card
from bot.adapters.terminal.rows import output_lines
from bot.domain.cards import Exact, Output
from bot.reporting.exact import exact
from bot.reporting.gallery.scenes import reader, stored
from bot.reporting.plan_card import plan_card
from tests.unit.reporting.reading_back import HOSTILE, commands, plan_of, read, read_file
from tests.unit.terminal.sample_cards import NOW

LOOKS = st.tuples(st.sampled_from([20, 40, 80, 120]), st.booleans())


def drawn(card, width, unicode):
    frame = frame_of(width, unicode, UTC, NOW, keys=False)
    lines = whole_card(card, frame)
    assert all(width_of(line) <= width for line in lines)
    return painted(lines, colour=False), frame


def read_texts(lines, label, frame):
    """The texts that stand under one label of a card, as a person reads them."""
    indent, found = frame.label, []
    for at, line in enumerate(lines):
        if line[:indent].strip() == label and not line.startswith(" "):
            found.append(_read_one([line[indent:], *_below(lines[at + 1 :], indent)], frame))
        elif line == label:  # in a narrow window it has a line of its own
            found.append(_read_one([*_below(lines[at + 1 :], indent)], frame))
    return found


def _below(lines, indent):
    for line in lines:
        if line[:indent].strip():
            return
        yield line[indent:]


def _read_one(rows, frame):
    """Of one block: the rows from its label on, without the label's column."""
    side, goes_on = frame.signs.side, frame.signs.goes_on
    if rows[0][:1] not in ("", " ", side):
        text = ""
        for row in rows:
            text += row.removesuffix("\\")
            if not row.endswith("\\"):
                break
        return text.partition("  ")[0]
    while rows[0][:1] != side:
        rows = rows[1:]
    texts = []
    for at, row in enumerate(rows):
        if row[:1] == side:
            texts.append(row[2:])
        elif row[:1] == goes_on:
            texts[-1] = texts[-1].removesuffix("\\") + row[2:]
        else:
            return read(texts, odd=row.startswith("(Signs")) if at else ""
    return read(texts, odd=False)


def read_attached(lines, name, frame):
    """The attached file, from the rows under its name."""
    rows = lines[len(lines) - lines[::-1].index(name) :]
    odd = not rows[0].startswith(frame.signs.side)
    texts = []
    for row in rows:
        if row.startswith(frame.signs.side):
            texts.append(row[2:])
        elif row.startswith(frame.signs.goes_on):
            texts[-1] = texts[-1].removesuffix("\\") + row[2:]
    return read(texts, odd=odd)


@settings(max_examples=150, deadline=None)
@given(st.lists(commands, min_size=1, max_size=3), st.lists(commands, max_size=1), LOOKS)
def test_the_commands_can_be_read_back_from_the_terminal(given_, undo, look):
    the_plan = plan_of(*given_, undo=tuple(undo))
    card = plan_card(stored(the_plan=the_plan), (), reader())
    assert "approve" in [button.id for button in card.buttons]
    lines, frame = drawn(card, *look)
    for label, wanted in (("run", given_), ("undo", undo)):
        texts = [exact(command) for command in wanted]
        if card.attachments:
            text = read_attached(lines, card.attachments[0].name, frame)
            assert read_file(text, label) == texts
        elif texts:
            assert read_texts(lines, label, frame) == texts


@pytest.mark.parametrize("unicode", [True, False])
@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("aside", ["", "same on all 4", "says active after 5 s or fails " * 4])
def test_a_block_shows_all_of_its_text_whatever_stands_beside_it(text, aside, unicode):
    from bot.adapters.terminal.exact import exact_lines

    frame = frame_of(80, unicode, UTC, NOW)
    block = Exact(label="check", text=text, aside=aside)
    lines = painted(exact_lines(block, frame), colour=False)
    assert read_texts(lines, "check", frame) == [text]


def test_what_a_command_printed_stays_harmless_and_short():
    text = "ok \x90; hidden; \x9c\x1b[2J\n" * 900
    lines = output_lines(Output(text=text), frame_of(80, True, UTC, NOW))
    assert len(lines) < 500
    assert "\x90" not in "".join(painted(lines, colour=False))


def test_the_signs_that_begin_a_line_differ():
    for unicode in (True, False):
        assert glyphs(unicode).side != glyphs(unicode).goes_on

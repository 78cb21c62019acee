"""Text that others wrote, without what moves, hides or buries: one place for every surface."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.harmless import MOST_MARKS, end_of, one_line, printed, shaped, unmoved


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;https://x\x07link\x1b]8;;\x07", "link"),
        ("\x9b2Jgone", "gone"),
        ("\x1b]0;never ended", "0;never ended"),
        ("a\r\nb\rc\td", "a b c d"),
        ("a\u202eb\u200bc\u00add", "abcd"),
        ("nbsp\u00a0thin\u2009", "nbsp thin "),
        ("\ud800 \ue000", "\ufffd \ufffd"),
        ("z" + "\u0301" * 9, "z" + "\u0301" * MOST_MARKS),
        ("❤\ufe0f", "❤"),
    ],
)
def test_words_are_one_line_of_what_can_be_seen(text, seen):
    assert one_line(text) == seen


def test_every_break_of_what_was_printed_counts_and_nothing_is_overwritten():
    assert printed("10 %\r20 %\n\tindented  \n\u2028end\n\n") == [
        "10 %", "20 %", "        indented", "", "end",
    ]  # fmt: skip
    assert printed("") == []


@given(st.text())
def test_nothing_that_moves_or_hides_is_left(text):
    for line in (one_line(text), *printed(text)):
        assert not any(c in line for c in "\x1b\x9b\r\n\x07\u202e\u2066\u200b")
        assert shaped(line) == line
        assert unmoved(line) == line


@pytest.mark.parametrize(
    ("text", "most", "kept", "before"),
    [
        ("ab\ncd", 5, "ab\ncd", 0),
        ("ab\ncd", 4, "cd", 1),
        ("ab\ncd", 2, "cd", 1),
        ("ab\ncd", 1, "d", 1),
        ("a\nb\nc\nd", 3, "c\nd", 2),
        ("abcd", 3, "bcd", 0),
        ("", 0, "", 0),
    ],
)
def test_the_end_of_a_text_is_whole_lines_as_far_as_there_are_any(text, most, kept, before):
    assert end_of(text, most) == (kept, before)

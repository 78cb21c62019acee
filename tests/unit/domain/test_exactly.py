"""What is drawn of a text tells the text, and nothing in it hides or moves."""

import unicodedata

import pytest
from hypothesis import given

from bot.domain.exactly import hides, is_blank, one_line, visible
from tests.unit.reporting.reading_back import HOSTILE, hostile, read


@given(hostile)
def test_the_text_can_be_read_back_from_what_is_drawn(text):
    drawn = visible(text)
    assert read(drawn.lines, odd=drawn.odd) == text


@given(hostile)
def test_on_a_terminal_of_ascii_too(text):
    drawn = visible(text, ascii_only=True)
    assert all(line.isascii() for line in drawn.lines)
    assert read(drawn.lines, odd=drawn.odd) == text


@given(hostile)
def test_nothing_that_is_drawn_is_unseen_or_turns_the_line(text):
    for line in (*visible(text).lines, one_line(text)):
        for c in line:
            assert c == " " or unicodedata.category(c)[0] in "LNPS"
            assert unicodedata.bidirectional(c) not in {"R", "AL", "AN", "RLO", "LRO", "RLI"}
    assert not any(line.endswith(" ") for line in visible(text).lines)


@given(hostile, hostile)
def test_two_texts_are_never_drawn_alike(one, other):
    if one != other:
        assert visible(one) != visible(other)
        assert one_line(one) != one_line(other)


def test_an_ordinary_command_stands_as_it_is():
    for text in ("df -h", "awk '{print \\$1}' x\\", "a\nb", "grüße 你好 🎉"):
        assert visible(text).lines == tuple(text.split("\n"))
        assert not visible(text).odd


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("a\u202eb", "\\u202e"),
        ("\x9c", "\\x9c"),
        ("a\rb", "\\x0d"),
        ("a\tb\nc", ""),
        ("\u05d0", "\\u05d0"),
    ],
)
def test_the_first_hidden_sign_is_named(text, sign):
    assert hides(text) == sign


def test_the_hostile_ones_are_hostile():
    assert sum(visible(text).odd for text in HOSTILE) >= 10


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u202e\u00a0", "\u3164", "\ufe0f"])
def test_what_is_drawn_as_nothing_is_blank(text):
    assert is_blank(text)
    assert not is_blank(f"{text}.")


@pytest.mark.parametrize("text", ["no", "لا", "לא", "ᄒ", "👎", "\u202eno"])
def test_what_can_be_seen_is_not(text):
    assert not is_blank(text)

"""Marks in sentences: Overseer's own are drawn, and nobody else's words can hold one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.marked import Mark, literal, marked


def test_code_and_the_names_of_buttons_are_marks():
    found = list(marked("Press *Ask again*, or say `how is web-1?` 2 * 3 times."))
    assert [(m, t) for m, t in found if m is not Mark.WORDS] == [
        (Mark.NAME, "Ask again"), (Mark.CODE, "how is web-1?"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "plainly"),
    [
        ("Approved. *Approve* it with `yes`.", "Approved. Approve it with 'yes'."),
        ("**Approve** and ***Deny***", "Approve and Deny"),
        ("*Approve *y* it*", "Approve y it"),
        ("*Approve", "Approve"),
        ("”, says Overseer: “", "', says Overseer: '"),
        ("rm *.log, 2 * 3", "rm *.log, 2 * 3"),
    ],
)
def test_words_of_others_lose_what_would_mark_them_and_nothing_else(text, plainly):
    assert literal(text) == plainly


@given(st.text(alphabet="*`“”\"'aAp …é\n", max_size=60), st.text(alphabet="*`Aa ", max_size=12))
def test_nothing_in_words_of_others_is_ever_a_mark(text, around):
    sentence = f"“{literal(text)}”"
    assert all(mark is Mark.WORDS for mark, _ in marked(sentence))
    assert not set(literal(text)) & set("`“”")
    assert literal(literal(text)) == literal(text)
    both = "".join(part for _, part in marked(f"{sentence} {around}"))
    assert both.startswith(sentence)  # nor the beginning of one that ends outside

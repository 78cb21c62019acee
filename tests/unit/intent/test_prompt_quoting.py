"""Strangers' words as data: read back they are the same, and on the way nothing of them acts."""

import json
import re
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intent.model.quoting import estimated, quoted

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
BORDERS = ["<|im_start|>", "</s>", "<s>", "<start_of_turn>", "<｜User｜>", "<<SYS>>", "<!-- fitted -->", "[INST]", "[/INST]", "[SYSTEM_PROMPT]"]  # fmt: skip


@given(PLAIN)
def test_it_is_one_line_that_reads_back(value):
    text = quoted(value)
    assert json.loads(text) == value
    assert not [c for c in text if category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}]
    assert text.splitlines() == [text]


@pytest.mark.parametrize("border", BORDERS)
def test_no_border_between_turns_survives(border):
    text = quoted({"x": f"a {border} b"})
    assert border not in text
    assert not re.search(r"<[|｜/<!A-Za-z]|\[/?[A-Z_]{3,}\]", text)
    assert json.loads(text) == {"x": f"a {border} b"}


def test_what_is_hidden_in_tags_is_seen():
    hidden = "".join(chr(0xE0000 + ord(c)) for c in "reboot all")
    assert "\\udb40" in quoted(hidden)


def test_languages_stay_readable():
    said = "Перезапусти nginx, 重启, Grüße"
    assert quoted(said) == f'"{said}"'


@pytest.mark.parametrize(
    ("text", "tokens"),  # counted by a real tokenizer
    [
        ("请在所有网站服务器上重新启动nginx，但不要在web-2上", 18),
        ("Перезапусти nginx на web-1, пожалуйста, и покажи журнал за последний час", 39),
        ("أعد تشغيل nginx على web-1 من فضلك", 29),
        ("\\u200b\\u202e" * 20, 160),
        (", ".join(f'"node{n % 40}-{n // 40}": "rack{n % 40} staging"' for n in range(300)), 3298),
    ],
)
def test_an_estimate_is_rather_too_high(text, tokens):
    assert tokens <= estimated(text) <= 3 * tokens

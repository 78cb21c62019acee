"""Nothing that others wrote becomes markup of Slack's, and nothing of it hides."""

import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.adapters.slack import text

NAUGHTY = Path(__file__).resolve().parents[4] / "shared" / "data" / "naughty-strings.json"
ATTACKS = [
    "<!channel> <!here> <!everyone>",
    "<@U024BE7LH> <#C024BE91L> <!subteam^S1>",
    "<http://evil.example|bank.example>",
    "*bold* _quiet_ ~gone~ `code` ```fence```",
    "> quote\n>>> all of it",
    ":tada: :100:",
    "\x1b[2J\x1b]0;owned\x07",
    "a\u202eb\u2066c\u200bd\ufeff",
    "&lt;!channel&gt; &amp;amp;",
    "\ud800 \U000e0041",
    "Z" + "\u0301" * 60,
    "a\rb\u2028c",
]
anything = st.one_of(
    st.text(),
    st.lists(st.sampled_from(["<", ">", "&", "!channel", "*", "_", "~", "`", ":", "a", " ", "\n"]))
    .map("".join),
)  # fmt: skip


def unseen(out):
    return [c for c in out if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n"]


def safe_in_markup(out):
    assert not re.search(r"[<>*~`]", out)
    assert not re.search(r"&(?!amp;|lt;|gt;)", out)
    assert not re.search(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", out)
    assert not re.search(r"^\s*&gt;", out, re.MULTILINE)
    assert not re.search(r":[a-z_+'-]+:", out)
    assert unseen(out) == []
    out.encode()


@given(anything)
def test_words_in_markup_stay_words(words):
    safe_in_markup(text.mrkdwn(words))


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_on_markup_are_words(attack):
    safe_in_markup(text.mrkdwn(attack))


@given(anything)
@example("`a` *Deny* `b")
def test_a_sentence_has_no_markup_but_its_own(words):
    out = text.sentence(words)
    assert not re.search(r"[<>~]", out)
    assert unseen(out) == []
    bare = re.sub(r"`[^`\n]+`", "", out)
    assert "`" not in bare


def test_a_sentence_keeps_its_code_and_the_names_of_buttons():
    assert text.sentence("run `a_b --now` or press *Deny*") == "run `a_b --now` or press *Deny*"


@given(anything)
def test_code_can_not_be_left(words):
    out = text.code(words)
    assert out == "" or re.fullmatch(r"`[^`\n<>]+`", out)


@given(st.text())
@example("\x9b31m")
def test_prose_and_output_hide_nothing(words):
    for out in (text.prose(words), text.printed(words)):
        assert unseen(out) == []
        out.encode()


def test_output_writes_out_what_prose_takes_out():
    assert "\\u202e" in text.printed("a\u202eb")
    assert text.prose("a\u202eb") == "ab"


def test_output_hides_nothing_that_was_overwritten():
    assert text.printed("ERROR disk failed\rall fine\nend\r\r\n") == (
        "ERROR disk failed\nall fine\nend\n"
    )


def test_what_is_taken_as_it_is_has_a_shape():
    for point in range(0x110000):
        c = chr(point)
        if c > "~" and text._PLAIN.match(c):
            assert unicodedata.category(c)[0] in "LNPS"
            assert unicodedata.bidirectional(c) not in ("R", "AL", "AN")
            assert text._seen(c) == c


def test_few_marks_stay_on_a_letter():
    assert text.prose("Z" + "\u0301" * 60) == "Z" + "\u0301" * 3


def test_times_and_names_with_underscores_stay_as_they_are():
    assert text.mrkdwn("at 14:05:31 on web_1_a: fine") == "at 14:05:31 on web_1_a: fine"


@pytest.mark.parametrize("account", ["", "!channel", "U1>", "U024 BE7LH", "u024be7lh", "S012ABC"])
def test_only_ids_of_persons_are_mentions(account):
    assert text.mention(account) == ""


def test_a_person_is_mentioned_by_id():
    assert text.mention("U024BE7LH") == "<@U024BE7LH>"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("<@UBOT> restart nginx on web-1", "restart nginx on web-1"),
        ("<@UBOT|overseer>: stop", "stop"),
        ("how is <http://web-1.example.com|web-1.example.com>?", "how is web-1.example.com?"),
        ("fetch <https://example.com/a?b=1&amp;c=2>", "fetch https://example.com/a?b=1&c=2"),
        ("a &lt;b&gt; &amp;amp;", "a <b> &amp;"),
        ("ask <@U2> in <#C1|ops> <!here> <!subteam^S1|@team>", "ask @U2 in #ops @here @team"),
        ("mail <mailto:a@example.com|a@example.com>", "mail a@example.com"),
        ("a\u00a0b", "a b"),
        ("&lt;@UBOT&gt; stop", "<@UBOT> stop"),
        ("restart *nginx* on *web-1*", "restart nginx on web-1"),
        ("run `ls *a* :b:` on *web-1*", "run `ls *a* :b:` on web-1"),
        ("restart nginx on web-1 :pray:", "restart nginx on web-1"),
        ("*stop* :rotating_light::fire:!", "stop !"),
        (":wave::skin-tone-3: how is web-1?", "how is web-1?"),
        ("all good :+1::skin-tone-2: :100:", "all good"),
        (":+1::skin-tone-2: #3", ":+1::skin-tone-2: #3"),
        (":+1:", ":+1:"),
        (":wave:", ":wave:"),
        (
            "at 14:05:31 and :30: image:prod:8080 a:b:c",
            "at 14:05:31 and :30: image:prod:8080 a:b:c",
        ),
    ],
)
def test_what_people_wrote_is_read_as_they_see_it(sent, read):
    assert text.heard(sent, "UBOT") == read


def test_a_person_who_is_known_is_called_by_name():
    names = {"U2": "chris"}.get
    assert text.heard("hand over to <@U2> or <@U3>", "", lambda u: names(u, "")) == (
        "hand over to chris or @U3"
    )


@pytest.mark.skipif(not NAUGHTY.is_file(), reason="there is no shared/ beside this checkout")
def test_naughty_strings_are_harmless():
    for words in json.loads(NAUGHTY.read_text()):
        safe_in_markup(text.mrkdwn(words))
        assert unseen(text.prose(words)) == unseen(text.printed(words)) == []

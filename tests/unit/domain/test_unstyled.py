"""Bold words are words; what only looks like it stays as it is."""

import pytest

from bot.domain.unstyled import outside_code, without_bold

SLACK, DISCORD = r"\*", r"\*{1,3}|__"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("restart *nginx* on *web-1*", "restart nginx on web-1"),
        ("*restart nginx on web-1!*", "restart nginx on web-1!"),
        ("(*web-1*), *web-2*.", "(web-1), web-2."),
        ("on *web-1* only", "on web-1 only"),
    ],
)
@pytest.mark.parametrize("marks", [SLACK, DISCORD])
def test_what_is_bold_is_read_without_its_marks(text, read, marks):
    assert without_bold(text, marks) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("restart **nginx** on ***web-1***", "restart nginx on web-1"),
        ("restart __nginx__ on web-1", "restart nginx on web-1"),
    ],
)
def test_discord_has_more_marks(text, read):
    assert without_bold(text, DISCORD) == read


@pytest.mark.parametrize(
    "text",
    [
        "*.log and *.txt", "rm /var/*.log *.txt", "web-* and db-*", "2*3*4", "* one\n* two", "a * b * c",
        "*", "**", "* *", "web* db*", r"\*web-1\*", "/srv/*name*/x", "init__db__x", "*open", "x*web*y",
    ],
)  # fmt: skip
@pytest.mark.parametrize("marks", [SLACK, DISCORD])
def test_what_only_looks_like_it_stays(text, marks):
    assert without_bold(text, marks) == text


def test_code_is_left_alone():
    text = "run `ls *a* *b*` on *web-1*\n```\n*c*\n```\n*d*"
    read = outside_code(text, lambda part: without_bold(part, SLACK))
    assert read == "run `ls *a* *b*` on web-1\n```\n*c*\n```\nd"

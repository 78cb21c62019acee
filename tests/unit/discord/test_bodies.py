"""What is said keeps Discord's limits as it is drawn, not as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord import bodies, text
from bot.domain.posts import Notice
from bot.ports import Speech
from tests.rigs.discord_api import text_limits

TABS, STARS, NAMES, FACES = "a\tb\tc\n" * 500, "*" * 3400, "x_y " * 850, "😀" * 2000
PEOPLE = tuple(str(10**18 + n) for n in range(100))
long = st.builds(lambda piece, times: piece * times, st.text(min_size=1, max_size=8), st.integers(1, 1000))  # fmt: skip


def said(body):
    return "".join(part["content"] for part in parts(body["components"]) if "content" in part)


def parts(components):
    for part in components:
        yield part
        yield from parts(part.get("components", ()))


@pytest.mark.parametrize(
    ("written", "printed"),
    [(TABS, True), (STARS, False), (NAMES, False), (FACES, True), (FACES, False), ("a" * 9000, True)],
)  # fmt: skip
def test_a_private_reply_that_grows_when_it_is_drawn_is_a_file(written, printed):
    body, (file,) = bodies.private(written, printed=printed)
    assert text_limits(body) == []
    assert file.content.decode() == "\n".join(map(text.raw, written.split("\n")))
    assert body["attachments"] == [{"id": "0", "filename": file.name}]


@pytest.mark.parametrize(
    ("written", "printed"), [(TABS, False), (STARS, True), (NAMES, True), ("word", False)]
)
def test_one_that_fits_is_read_where_it_was_asked_for(written, printed):
    body, files = bodies.private(written, printed=printed)
    assert (text_limits(body), files) == ([], [])


@given(long, st.booleans())
def test_every_private_reply_keeps_the_limit(written, printed):
    assert text_limits(bodies.private(written, printed=printed)[0]) == []


@pytest.mark.parametrize("pings", [(), PEOPLE])
@pytest.mark.parametrize("written", [STARS, NAMES, FACES, "a" * 9000])
def test_a_notice_that_grows_is_cut_and_mentions_everybody(written, pings):
    body, _ = bodies.message(Speech(Notice(text=written), pings=pings), nonce="n")
    assert text_limits(body) == []
    assert said(body).count("<@") == len(pings)
    assert said(body).endswith("…")
    assert len(said(body)) > 1900  # and not cut more than it must be


@pytest.mark.parametrize("written", ["#1 needs 1 vote.", STARS])
def test_a_link_to_the_card_of_a_notice_stands_behind_it(written):
    link = "https://discord.com/channels/1/2/3"
    body, _ = bodies.message(Speech(Notice(text=written), pings=PEOPLE, origin=link), nonce="n")
    assert text_limits(body) == []
    assert said(body).endswith(f" [open the card]({link})")
    body, _ = bodies.message(Speech(Notice(text=written), origin="http://x"), nonce="n")
    assert "open the card" not in said(body)


@given(long)
def test_every_notice_and_sentence_keeps_the_limit(written):
    assert (
        text_limits(bodies.message(Speech(Notice(text=written), pings=PEOPLE), nonce="n")[0]) == []
    )
    assert text_limits(bodies.words(written, answers="5")) == []

"""A notice is taken by Slack whoever it mentions, however many they are, and whatever it says."""

from datetime import UTC, datetime

import pytest

from bot.adapters.slack.speaking import MOST_PINGS, NOTICE, said
from bot.domain.moments import Form, Moment
from bot.domain.posts import Notice
from bot.ports import Speech
from tests.rigs.block_kit import check_blocks


def accounts(number):
    return tuple(f"U{n:010d}" for n in range(number))


@pytest.mark.parametrize("number", [0, 1, MOST_PINGS, MOST_PINGS + 1, 5_000])
@pytest.mark.parametrize("text", ["#1 needs 1 vote.", "&<>" * 2_000, "`a` *b* " * 500])
def test_it_keeps_the_limit_of_a_section(number, text):
    drawn = said(Speech(said=Notice(text=text), pings=accounts(number)))
    check_blocks(drawn["blocks"])
    assert len(drawn["text"]) <= NOTICE
    assert drawn["text"].count("<@U") == min(number, MOST_PINGS)


def test_what_it_says_stands_behind_all_whom_it_mentions():
    drawn = said(Speech(said=Notice(text="#1 needs 1 vote."), pings=accounts(MOST_PINGS)))
    assert drawn["text"].endswith("> #1 needs 1 vote.")


def test_nobody_is_mentioned_who_is_no_account():
    pings = ("U0000000001", "!channel", "U1> <!here", "")
    assert said(Speech(said=Notice(text="x"), pings=pings))["text"] == "<@U0000000001> x"


@pytest.mark.parametrize("text", ["#1 needs 1 vote.", "&<>" * 2_000])
def test_a_link_to_its_card_stands_behind_it_and_no_other_address_does(text):
    link = "https://team.slack.example/archives/C1/p17"
    drawn = said(Speech(said=Notice(text=text), pings=accounts(MOST_PINGS), origin=link))
    check_blocks(drawn["blocks"])
    assert drawn["blocks"][0]["text"]["text"].endswith(f" <{link}|open the card>")
    assert "open the card" not in drawn["text"]  # a notification's line is no place for it
    for other in ("", "javascript:x"):
        plain = said(Speech(said=Notice(text=text), origin=other))
        assert "open the card" not in str(plain)


AT = Moment(text="14:32 CET", at=datetime(2026, 11, 29, 13, 32, tzinfo=UTC), form=Form.DAY)


@pytest.mark.parametrize("number", [0, MOST_PINGS])
@pytest.mark.parametrize(
    ("text", "dated"),
    [("#1 needs 1 vote until 14:32 CET.", True), ("14:32 CET, " * 90, False), ("&" * 9, False)],
)
def test_a_time_that_is_drawn_for_each_reader_keeps_the_limit_too(number, text, dated):
    drawn = said(Speech(said=Notice(text=text, moments=(AT,)), pings=accounts(number)))
    check_blocks(drawn["blocks"])
    assert len(drawn["text"]) <= NOTICE
    assert ("<!date^" in drawn["text"]) is dated

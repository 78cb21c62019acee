"""What is listed privately fits into one message, and tells how much it leaves out."""

import re
from datetime import UTC, datetime

import pytest

from bot.adapters.discord import bodies, lists
from bot.adapters.discord.lists import LISTED, Section
from bot.domain.cards import Tone
from bot.domain.sheets import RunLine
from tests.rigs.discord_api import text_limits

THREAD = "discord/1188235716412358656/1188235716412358657"
LONG = "upgrade openssl on web-1…web-9 db-1…db-4 ci-1…ci-9 and restart nginx, 2 at a time"


def run(number, title=LONG):
    line = RunLine(
        plan=number, title=f"#{number} {title}", requester="ben", at=datetime.now(UTC),
        state="WAITING", tone=Tone.WAITING, standing="0 of 2 votes",
    )  # fmt: skip
    return lists.of_run(line, THREAD)


def section(name, first, number, title=LONG):
    drawn = [run(first + n, title) for n in range(min(number, LISTED))]
    return Section(name, drawn, number)


@pytest.mark.parametrize("title", [LONG, "*" * 80, "😀" * 80, "short"])
def test_two_long_lists_fit_and_say_how_many_more_there_are(title):
    texts = lists.texts([section("open", 1000, 20, title), section("ended", 900, 60, title)])
    assert text_limits(bodies.listed(texts)) == []
    assert [texts[0], texts[2]] == ["### 20 open", "### 60 ended"]
    for told, first, number in ((texts[1], 1000, 20), (texts[3], 900, 60)):
        shown = [int(n) for n in re.findall(r"\*\*#(\d+)\*\*", told)]
        assert shown == list(range(first, first + len(shown)))
        assert 4 < len(shown) <= LISTED
        assert told.endswith(f"\n-# and {number - len(shown)} more")


def test_the_room_that_one_list_leaves_is_the_next_ones():
    (_, few, _, many) = lists.texts([section("open", 1000, 1), section("ended", 900, 15)])
    assert few.count("\n") == 0
    assert many.count("\n") == LISTED - 1
    assert "more" not in many


def test_a_short_list_is_all_there():
    assert lists.texts([section("open", 7, 2, "short")])[1] == "\n".join([run(7, "short"), run(8, "short")])  # fmt: skip

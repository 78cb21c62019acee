"""What is listed privately fits into one message, and tells how much it leaves out."""

import re
from datetime import UTC, datetime

import pytest

from bot.adapters.discord import bodies, lists
from bot.adapters.discord.lists import LISTED, Section
from bot.domain.cards import Card, ThreadItem, Tone
from bot.domain.sheets import RunLine
from tests.rigs.discord_api import text_limits

THREAD = "discord/1188235716412358656/1188235716412358657"
LONG = "upgrade openssl on web-1…web-9 db-1…db-4 ci-1…ci-9 and restart nginx, 2 at a time"


def way(thread):
    return f"<#{thread.rpartition('/')[2]}>" if thread == THREAD else ""


def line(number, title=LONG, state="WAITING"):
    return RunLine(
        plan=number, title=f"#{number} {title}", requester="ben", at=datetime.now(UTC),
        state=state, tone=Tone.WAITING, standing="0 of 2 votes",
    )  # fmt: skip


def run(number, title=LONG):
    return lists.of_run(line(number, title), waits(number, THREAD), {}, way)


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


def waits(number, thread):
    card = Card(
        id=f"plan-{number}", plan=number, revision=1, digest="ab" * 32, title=f"#{number} {LONG}",
        state="WAITING", standing="0 of 1 vote",
    )  # fmt: skip
    return ThreadItem(kind="card", seq=number, thread=thread, at=datetime.now(UTC), card=card)


def labels(parts):
    return [each["label"] for row in parts if isinstance(row, dict) for each in row["components"]]


def test_a_card_that_nothing_here_leads_to_can_be_sent():
    link = "https://discord.com/channels/@me/1188235716412358650/1188235716412358651"
    places = ["web/ben/x1", "slack/C1/17.1", "discord/900/dm", THREAD, "web/ben/x2"]
    items = [waits(n, place) for n, place in enumerate(places, 1)]
    parts = lists.waiting(items, {"plan-4": link, "plan-5": link}, way)
    assert labels(parts) == ["Send me #1", "Send me #2", "Send me #3"]
    web, slack, theirs, here, copied = parts[1].split("\n")
    assert web.endswith(" · on the page")
    assert slack.endswith(" · in Slack")
    assert theirs.endswith(" · in direct messages")
    assert here.endswith("<#1188235716412358657>")
    assert copied.endswith(f"on the page · [its card]({link})")


def test_a_run_leads_to_its_card_too():
    link = "https://discord.com/channels/@me/1188235716412358650/1188235716412358651"
    there, copied, away = (
        lists.of_run(line(4), waits(4, place), copies, way)
        for place, copies in ((THREAD, {}), ("slack/C1/17.1", {"plan-4": link}), ("web/x/y", {}))
    )
    assert there.endswith(" · <#1188235716412358657>")
    assert copied.endswith(f" · in Slack · [its card]({link})")
    assert away.endswith(" · on the page")
    assert lists.of_run(line(4), None, {}, way).startswith("**#4**")


def test_a_long_list_with_its_buttons_fits():
    parts = lists.waiting([waits(n, "web/ben/x1") for n in range(1000, 1100)], {}, way)
    assert len(labels(parts)) == LISTED
    body = bodies.listed(parts)
    assert text_limits(body) == []
    assert [len(row["components"]) for row in body["components"][2:]] == [5, 5, 5]


def test_a_short_list_is_all_there():
    assert lists.texts([section("open", 7, 2, "short")])[1] == "\n".join([run(7, "short"), run(8, "short")])  # fmt: skip


def test_what_must_be_decided_is_first_and_then_what_runs():
    states = ["WAITING", "RUNNING", "APPROVED", "NEEDS A DECISION", "STOPPING", "PAUSED"]
    lines = [line(9 - n, state=state) for n, state in enumerate(states)]
    assert [each.plan for each in lists.urgent(lines)] == [6, 4, 8, 5, 9, 7]

"""Whom Slack says nothing to by itself, while it is not known who is one of the team, and then."""

import asyncio

import pytest

from bot.adapters.slack import unheard
from bot.adapters.slack.membership import Standing
from bot.adapters.slack.unheard import Unheard
from bot.domain.messages import Outside, ThreadRef
from bot.domain.posts import Notice, direct
from bot.errors import ChatAwayError, ChatBarredError
from bot.ports import Speech

pytestmark = pytest.mark.asyncio
ROOM = ThreadRef(surface="slack", channel="C1", thread="17.1")
SAID = Speech(said=Notice(text="#1 needs 1 vote"))
CALLS = Speech(said=Notice(text="#1 needs 1 vote"), pings=("UANA", "UGUS", "UODD"))


class Team:
    """Gus is a guest, and not heard; of Odd Slack says nothing just now."""

    def __init__(self):
        self.standings = {
            "UGUS": Standing(Outside.GUEST), "UODD": Standing(Outside.SHARED, unknown=True),
        }  # fmt: skip

    async def standing(self, account, channel):
        return self.standings.get(account, Standing(None))

    async def turned_away(self, account):
        return f"I don't act for {account}."


@pytest.fixture
async def begun():
    made = Unheard()
    made.begin()
    return made


@pytest.mark.parametrize(("place", "speech"), [(direct("slack", "UANA"), SAID), (ROOM, CALLS)])
async def test_what_is_for_somebody_is_tried_later_where_slack_does_not_tell_who_we_are(
    begun, monkeypatch, place, speech
):
    monkeypatch.setattr(unheard, "KNOWN_S", 0)
    for _ in range(2):
        with pytest.raises(ChatAwayError, match="not told yet who I am"):
            await begun.left_out(place, speech)
    begun.known(Team())  # it waits for that still, however often it was given up
    assert (await begun.left_out(place, speech)).said == speech.said


async def test_it_waits_a_moment_for_that(begun):
    waiting = asyncio.ensure_future(begun.left_out(ROOM, CALLS))
    await asyncio.sleep(0)
    assert not waiting.done()
    begun.known(Team())
    assert (await waiting).pings == ("UANA", "UODD")


async def test_what_is_for_nobody_alone_waits_for_nothing(begun, monkeypatch):
    monkeypatch.setattr(unheard, "KNOWN_S", 0)
    assert await begun.left_out(ROOM, SAID) is SAID


async def test_who_is_not_heard_is_not_written_to_and_others_are(begun):
    begun.known(Team())
    with pytest.raises(ChatBarredError, match="UGUS"):
        await begun.left_out(direct("slack", "UGUS"), SAID)
    for account in ("UANA", "UODD"):
        assert await begun.left_out(direct("slack", account), SAID) == SAID


async def test_before_it_is_begun_everybody_is_written_to():
    assert await Unheard().left_out(ROOM, CALLS) is CALLS

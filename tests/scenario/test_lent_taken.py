"""A role of a server that is taken away between a vote and the run counts no more (promise 11)."""

import pytest

from bot.errors import ChatAwayError, ChatBarredError
from tests.scenario.server import APPROVER, OPERATOR, PLACE, OnServer
from tests.scenario.test_lent_roles import ASK, asks, votes

pytestmark = pytest.mark.asyncio
LATER = f"{ASK} in 20 minutes"


@pytest.fixture
async def stage(tmp_path):
    async with OnServer(tmp_path) as made:
        made.service("web-1", "nginx", "active")
        yield made


async def its_time_comes(stage):
    """The plan's time, and half a minute in which what a server does not say is asked again."""
    await stage.later(minutes=21)
    for _ in range(8):
        await stage.later(minutes=1)
        await stage.settle()
    return await stage.card()


@pytest.mark.parametrize(
    ("account", "left"),
    [("2", frozenset()), ("2", OPERATOR), ("1", frozenset())],
)
async def test_who_has_lost_their_role_by_then_does_not_count(stage, account, left):
    await asks(stage, text=LATER)
    assert (await votes(stage)).accepted
    stage.server.members[account] = left
    card = await its_time_comes(stage)
    assert stage.changes() == []
    assert card.state not in ("DONE", "RUNNING", "APPROVED")


async def test_who_holds_another_one_that_lets_vote_counts(stage):
    await asks(stage, text=LATER)
    assert (await votes(stage)).accepted
    stage.server.members["2"] = APPROVER | OPERATOR
    assert (await its_time_comes(stage)).state == "DONE"


async def test_a_server_that_does_not_say_at_once_is_asked_again(stage):
    await asks(stage, text=LATER)
    await votes(stage)
    tries = []

    async def away():
        tries.append(1)
        if len(tries) < 4:
            raise ChatAwayError("no route.")

    stage.server.fault = away
    assert (await its_time_comes(stage)).state == "DONE"


@pytest.mark.parametrize("error", [ChatAwayError, ChatBarredError])
async def test_a_server_that_never_says_lets_nothing_run_and_the_card_says_why(stage, error):
    await asks(stage, text=LATER)
    await votes(stage)

    async def away():
        raise error("Discord can't be reached.")

    stage.server.fault = away
    card = await its_time_comes(stage)
    assert stage.changes() == []
    assert "Discord does not say whether" in str(card.body)
    assert "Ask again once it does" in str(card.body)


async def test_where_discord_is_not_connected_it_counts_for_nothing_either(stage):
    await asks(stage, text=LATER)
    await votes(stage)
    stage.app._box.rooms = ()
    card = await its_time_comes(stage)
    assert stage.changes() == []
    assert "it is not connected" in str(card.body)


async def test_nobody_is_asked_about_whom_people_yaml_lets(stage):
    await stage.hear("3", LATER, thread=PLACE)
    assert (await votes(stage)).accepted
    people = stage.home.people.read_text()
    stage.home.people.write_text(people.replace("chris: {display: Chris, roles: [viewer]", "chris: {display: Chris, roles: [approver]"))  # fmt: skip
    await stage.app.reload(by="ana")
    tries = []

    async def asked():
        tries.append(1)

    stage.server.fault = asked
    stage.server.members.clear()
    assert (await its_time_comes(stage)).state == "DONE"
    assert tries == []

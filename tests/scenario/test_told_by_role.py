"""Who may vote by a role of the server is told where their account is known, and once."""

import asyncio

import pytest

from bot.domain.messages import Role
from bot.domain.posts import PostKind
from bot.errors import ChatAwayError
from bot.pipeline import lenders
from tests.scenario.server import APPROVER, OPERATOR, PEOPLE, PLACE, OnServer
from tests.scenario.test_lent_roles import asks, votes

pytestmark = pytest.mark.asyncio


class Told(OnServer):
    """A stage on which they are told."""

    async def owed(self):
        await self.settle()
        await self.app._noticing.tick()
        await self.app._noticing._task
        posts = await self.app.store.read(lambda u: u.owed("discord"))
        return [post for post in posts if post.kind is PostKind.NOTICE]

    async def arrives(self, post):
        """It gets there, and the card says so."""
        await self.app.store.write(lambda u: u.sent(post.id, "77", post.version))
        await self.app._speaker.refresh(1)
        return str((await self.card()).body)


@pytest.fixture
async def stage(tmp_path):
    async with Told(tmp_path) as made:
        for host in ("web-1", "web-2"):
            made.service(host, "nginx", "active")
        yield made


async def test_they_are_mentioned_in_the_thread_and_told_where_they_may_vote(stage):
    stage.server.members = {"2": APPROVER, "3": OPERATOR}
    await asks(stage)
    here, direct = await stage.owed()
    assert (here.place, here.body.concerns) == (PLACE, ("ana", "chris"))
    assert (str(direct.place), direct.reader) == ("discord/@2/", "chris")
    assert direct.body.concerns == ()
    assert direct.body.text.startswith("#1 restart nginx on web-1 needs 1 vote until ")
    assert direct.body.text.endswith(
        "A role of yours on Discord lets you vote: there, on its card."
    )
    assert sorted(stage.server.asked) == [
        "2",
        "3",
    ]  # the requester's account is 1, and Ana has none
    posts = await stage.app.store.read(lambda u: u.posts_of("plan-1"))
    assert [p.reader for p in posts if p.kind is PostKind.CARD] == [""]  # no copy to press in vain


async def test_the_card_says_that_they_were_told_and_that_others_were_not(stage):
    stage.server.members = {"2": APPROVER}
    await asks(stage)
    _, direct = await stage.owed()
    assert "nobody told them" in str((await stage.card()).body)
    body = await stage.arrives(direct)
    assert "may vote: Ana · by a role on Discord: Chris (told " in body
    assert "whoever else holds it was not told" in body


async def test_their_vote_counts_and_they_are_not_reminded_then(stage):
    stage.server.members = {"2": APPROVER, "3": APPROVER}
    await asks(stage)
    for post in await stage.owed():
        if post.reader:
            await stage.arrives(post)
    await stage.later(minutes=16)
    reminded = [p for p in await stage.owed() if p.key.startswith("remind:")]
    assert sorted(p.reader for p in reminded) == ["chris", "vera"]
    assert (await votes(stage)).accepted
    assert (await stage.card()).state == "DONE"


async def test_a_new_revision_is_told_anew_and_nothing_twice(stage):
    stage.server.members = {"2": APPROVER}
    await asks(stage, text="restart nginx on web-1 and web-2")
    assert len(await stage.owed()) == 2
    assert len(await stage.owed()) == 2
    await stage.hear("1", "not web-2", thread=PLACE, lent=OPERATOR)
    direct = [p.key for p in await stage.owed() if p.reader == "chris"]
    assert direct == ["votes:1:2"]  # the former was not sent yet, and holds no more
    await stage.app._speaker.refresh(1)
    assert "(told " not in str((await stage.card()).body)  # neither has got there


@pytest.mark.parametrize("members", [{}, {"2": OPERATOR}, {"2": frozenset({Role.ADMIN})}])
async def test_who_holds_nothing_that_the_settings_lend_for_it_is_told_nothing(stage, members):
    stage.server.members = members
    await asks(stage)
    assert [p.reader for p in await stage.owed()] == []  # and Ana has no account to mention


async def test_nobody_is_asked_about_where_no_role_could_let_them_vote(stage):
    stage.home.settings.write_text("discord: {roles: {'50': operator}}\n")
    await stage.app.reload(by="ana")
    await asks(stage)
    await stage.owed()
    assert stage.server.asked == []


async def away():
    raise ChatAwayError("Discord can't be reached.")


async def for_ever():
    await asyncio.Event().wait()


@pytest.mark.parametrize("fault", [away, for_ever])
async def test_a_server_that_does_not_say_holds_nothing_up(stage, monkeypatch, fault):
    monkeypatch.setattr(lenders, "WITHIN_S", 0.01)
    stage.home.people.write_text(PEOPLE.replace("'web:ana'", "'web:ana', 'discord:9'"))
    await stage.app.reload(by="ana")
    stage.server.fault = fault
    await asks(stage)
    (notice,) = await stage.owed()
    assert notice.body.concerns == ("ana",)
    assert len(stage.server.asked) == 1


async def test_only_so_many_are_asked_about(stage, monkeypatch):
    monkeypatch.setattr(lenders, "MOST", 1)
    stage.server.members = {"2": APPROVER, "3": APPROVER}
    await asks(stage)
    assert [p.reader for p in await stage.owed() if p.reader] == ["chris"]


async def test_why_names_them_among_those_who_may_vote(stage):
    stage.server.members = {"2": APPROVER, "3": OPERATOR}
    await asks(stage, text="restart nginx on web-1 and web-2")
    await stage.owed()
    for name in ("vera", "chris"):
        assert "Ana or Chris may approve it, until" in (await stage.press(name, "why")).text
    stage.server.members = {}
    await stage.hear("1", "not web-2", thread=PLACE, lent=OPERATOR)
    await stage.owed()
    said = (await stage.press("vera", "why")).text
    assert "Ana may approve it, until" in said  # of the former revision he was told

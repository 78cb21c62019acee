"""Who gives somebody else's conversation back reads no more of it, also where it stands open."""

import asyncio

import pytest

from tests.rigs.surfaces.at_terminal import AtTerminal
from tests.rigs.surfaces.town import Play, Town

pytest_plugins = ("tests.rigs.surfaces.fixtures",)
SAID = "what can you do for me?"


async def handed(town, to):
    """Wait until it is this person's."""

    async def theirs():
        events = await town.app.store.read(lambda u: u.events())
        return [e.data["to"] for e in events if e.kind == "thread.handed"][-1:] == [to]

    await town.sees(theirs)


async def lent(play):
    await play.begun("restart nginx on web-1", state="WAITING")
    await play.front.answer(play.talk, "ben", "hand over to chris")
    await handed(play.town, "chris")


async def test_a_terminal_that_follows_it_is_told_no_more_of_it(tmp_path):
    async with Town(tmp_path, front := AtTerminal()) as town:
        play = Play(town, front)
        await lent(play)
        view = await front._view(play.talk, "chris")

        async def words(text):
            await asyncio.to_thread(view.step, 0.0)
            return any(text in item.text for item in view.items.values())

        await town.sees(lambda: words("hand over to chris"))
        await front.answer(play.talk, "chris", "hand it back")
        await handed(town, "ben")
        await front.answer(play.talk, "ben", SAID)
        own = await front._view(play.talk, "ben")
        await town.sees(lambda: asyncio.to_thread(seen_by, own))
        assert not await words(SAID)


def seen_by(view):
    view.step(0.0)
    return any(SAID in item.text for item in view.items.values())


@pytest.mark.browser
async def test_a_page_that_shows_it_shows_it_no_more(tmp_path, front_of):
    async with Town(tmp_path, front := front_of("web")) as town:
        play = Play(town, front)
        await lent(play)
        page = await front._page("chris")

        async def shows(where, text):
            return await front.windows.do(lambda: text in where.inner_text(".o-main"))

        def go():
            page.goto(f"{front.surface.address}/thread/{play.talk}")

        await front.windows.do(go)
        await town.sees(lambda: shows(page, "hand over to chris"))
        await front.answer(play.talk, "chris", "hand it back")
        await handed(town, "ben")
        await front.answer(play.talk, "ben", SAID)
        bens = await front._page("ben")
        await town.sees(lambda: shows(bens, SAID))
        await town.sees(lambda: shows(page, "somebody else"))
        assert not await shows(page, SAID)

"""What is said of whatever was last, while something newer runs: it is asked, or about that."""

import pytest

from tests.scenario.rooms import PEOPLE, ROOM, Rooms
from tests.scenario.stage import RESTART, words

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def stage(tmp_path):
    """A run of web-1's has halted; a newer one is at web-3."""
    async with Rooms(tmp_path, people=PEOPLE) as made:
        for host in ("web-1", "web-3"):
            made.service(host, "nginx", "active")
        made.broken.add(("web-1", "nginx"))
        await made.hear("UBEN", "restart nginx on web-1")
        await made.press("ana", "approve", await made.card(1))
        made.hosts.hang(RESTART)
        await made.hear("UBEN", "restart nginx on web-3")
        await made.press("ana", "approve", await made.card(2), settle=False)
        await made.until(lambda: made.changes("web-3"))
        yield made
        made.release(RESTART)


async def decided(stage):
    return [(each.plan, each.data["button"]) for each in await stage.events("run.decided")]


@pytest.mark.parametrize(
    ("text", "other"),
    [("undo it", "#2 runs"), ("roll it back", "#2 runs"), ("take it back", "#2 runs"),
     ("mach das rückgängig", "#2 runs"), ("again", "something else was asked since"),
     ("noch einmal", "something else was asked since")],
)  # fmt: skip
async def test_it_is_asked_which_is_meant(stage, text, other):
    await stage.hear("UBEN", text)
    said = words(await stage.card_in(ROOM))
    assert f"#1 needs a decision, and {other}. Which do you mean?" in said
    assert await decided(stage) == []


async def test_the_answer_does_it(stage):
    await stage.hear("UBEN", "again")
    await stage.hear("UBEN", "1")
    assert await decided(stage) == [(1, "retry")]


async def test_to_stop_the_newer_one_is_offered(stage):
    await stage.hear("UBEN", "undo it")
    await stage.hear("UBEN", "the second")
    assert (await stage.app.store.read(lambda u: u.run(2))).stopping
    assert await decided(stage) == [(2, "stop")]


async def test_what_only_the_halted_one_can_mean_is_done(stage):
    await stage.hear("UBEN", "retry")
    assert await decided(stage) == [(1, "retry")]


async def test_once_the_newer_one_is_done_a_roll_back_is_asked_about(stage):
    stage.release(RESTART)
    await stage.settle()
    await stage.hear("UBEN", "roll it back")
    said = words(await stage.card_in(ROOM))
    assert "what has been done since is taken back by asking for the opposite" in said
    await stage.hear("UBEN", "undo it")
    assert "I can't plan an undo." in words(await stage.card_in(ROOM))
    assert await decided(stage) == []

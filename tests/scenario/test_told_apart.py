"""What a channel does not take any more is told in direct messages to those whom it concerns."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.delivery import bars, written
from bot.domain.posts import PostKind
from tests.scenario.rooms_told import THREAD, asked, stage  # noqa: F401
from tests.scenario.stage import RESTART

ARCHIVED = "Slack takes nothing there: the channel is archived."


def given_up(unit, post):
    written.gone(unit, post, ARCHIVED)


def barred(unit, post):
    bars.barred(unit, post, ARCHIVED, doubt=False, tell=False)  # the log has it of the channel


async def there(stage, key, how):
    """The thread's notice of this kind is not taken; which posts people are owed apart then."""
    (notice,) = [p for p in await stage.owed() if p.place == THREAD and p.key.startswith(key)]
    before = {p.id for kind in (PostKind.CARD, PostKind.NOTICE) for p in await stage.owed(kind)}
    await stage.app.store.write(lambda u: how(u, notice))
    after = [p for kind in (PostKind.CARD, PostKind.NOTICE) for p in await stage.owed(kind)]
    return sorted((p.kind.value, str(p.place), p.reader) for p in after if p.id not in before)


@pytest.mark.parametrize("how", [given_up, barred])
async def test_who_decides_has_the_card_where_the_thread_takes_no_word(stage, how):
    stage.broken.add(("web-1", "nginx"))
    await asked(stage)
    for post in await stage.owed(PostKind.CARD):
        await stage.app.store.write(lambda u, p=post: u.sent(p.id, f"17.{p.id}", p.version))
    await stage.press("ana", "approve")
    assert (await stage.card(1)).state == "NEEDS A DECISION"
    assert await there(stage, "decide:", how) == [
        ("card", "slack/@UBEN/", "ben"), ("notice", "slack/@UANA/", "ana"),
    ]  # fmt: skip
    assert await stage.owed(PostKind.CARD)
    again = await stage.owed()
    await stage.app.pipeline.tick()
    assert await stage.owed() == again


@pytest.mark.parametrize("how", [given_up, barred])
async def test_who_asked_is_told_the_end_all_the_same(stage, how):
    stage.hosts.hang(RESTART)
    await asked(stage)
    await stage.press("ana", "approve", settle=False)
    await stage.until(stage.changes)
    await stage.clock.advance(90)
    stage.release(RESTART)
    assert (await there(stage, "ended:", how)) == [("notice", "slack/@UBEN/", "ben")]


@pytest.mark.parametrize("how", [given_up, barred])
async def test_whose_plan_has_become_anothers_is_told_so_all_the_same(stage, how):
    await asked(stage)
    await stage.press("ana", "deny", text="not today")
    await stage.press("ana", "again")
    assert await there(stage, "again:", how) == [("notice", "slack/@UBEN/", "ben")]
    again = await stage.owed()
    await stage.app.pipeline.tick()
    assert await stage.owed() == again, "once"


@pytest.mark.parametrize("how", [given_up, barred])
async def test_who_asked_is_told_what_came_to_nothing(stage, how):
    await asked(stage)
    await stage.press("ana", "deny", text="not today")
    assert await there(stage, "undone:", how) == [("notice", "slack/@UBEN/", "ben")]


async def test_what_the_thread_takes_is_told_there_alone(stage):
    stage.broken.add(("web-1", "nginx"))
    await asked(stage)
    await stage.press("ana", "approve")
    assert (await there(stage, "decide:", lambda u, p: u.sent(p.id, "17.9", p.version))) == []

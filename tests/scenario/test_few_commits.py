"""What is stored together, so that little stands between a request and its first reply."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio

import pytest

from bot.domain.posts import MarkState, PostKind
from bot.domain.runs import RUN_ENDED
from bot.pipeline import standing_then
from bot.ports import PlanFilter
from tests.scenario.rooms import ROOM, Rooms
from tests.scenario.rooms_told import asked, stage  # noqa: F401


@pytest.fixture
async def room(tmp_path):
    async with Rooms(tmp_path) as stage:
        stage.service("web-1", "nginx", "active")
        yield stage


def watched(stage):
    """After each commit from now on: the plans, the cards of each, and how many cards are owed.

    It is what a process that is killed there leaves behind.
    """
    seen, write, read = [], stage.app.store.write, stage.app.store.read

    def standing(unit):
        plans = [stored.plan.id for stored in unit.plans(PlanFilter(thread=ROOM))]
        cards = [item.card for item in unit.thread(ROOM) if item.card is not None]
        owed = [post for post in unit.owed("slack") if post.kind is PostKind.CARD]
        return plans, [(card.plan, card.state) for card in cards], len(owed)

    async def written(work, **how):
        made = await write(work, **how)
        if getattr(work, "__module__", "").startswith("bot."):  # not the stage's own
            seen.append(await read(standing))
        return made

    stage.app.store.write = written
    return seen


async def test_a_request_without_a_host_is_two_commits_until_its_card_is_owed(room):
    seen = watched(room)
    await room.hear("UBEN", "help")
    taken_in, answered = seen[:2]
    assert taken_in == ([], [], 0)
    assert answered == ([1], [(1, "APPROVED")], 1)


async def test_how_the_conversation_stood_is_read_as_the_request_is_taken_in(room, monkeypatch):
    inside, known = [], standing_then.known

    def noted(unit, *given):
        unit.put("probe", len(inside))  # which only what writes can do
        inside.append(unit)
        return known(unit, *given)

    monkeypatch.setattr(standing_then, "known", noted)
    await room.hear("UBEN", "help")
    assert len(inside) == 1


async def test_what_can_not_be_read_of_it_then_is_read_again_and_nothing_is_lost(room, monkeypatch):
    broken, known = [], standing_then.known

    def once(unit, *given):
        if not broken:
            broken.append(unit)
            raise RuntimeError("odd")
        return known(unit, *given)

    monkeypatch.setattr(standing_then, "known", once)
    await room.hear("UBEN", "restart nginx on web-1")
    assert broken
    assert (await room.card_in(ROOM)).state == "WAITING"


async def test_one_that_looks_at_hosts_is_two_until_it_says_so_and_never_a_plan_without_a_card(
    room,
):
    seen = watched(room)
    await room.hear("UBEN", "restart nginx on web-1")
    assert seen[0] == ([], [], 0)
    assert seen[1] == ([], [(1, "LOOKING")], 1)
    assert next(each for each in seen if each[0]) == ([1], [(1, "WAITING")], 1)


async def test_what_is_refused_is_stored_with_the_card_that_says_so(room):
    seen = watched(room)
    await room.hear("UVERA", "restart nginx on web-1")
    assert seen[1] == ([1], [(1, "REFUSED")], 1)


async def test_a_card_that_can_not_be_drawn_in_its_unit_is_drawn_later(room, monkeypatch):
    speaker, broken = room.app.pipeline._asking._speaker, []
    card = speaker._card

    def once(*given):
        if not broken:
            broken.append(given)
            raise RuntimeError("odd")
        return card(*given)

    monkeypatch.setattr(speaker, "_card", once)
    await room.hear("UBEN", "restart nginx on web-1")
    assert (await room.card_in(ROOM)).state == "WAITING"
    assert broken


async def test_what_is_looked_up_inside_is_shown_as_it_begins_and_with_its_answer_and_not_between(
    stage,
):
    await asked(stage, "help", settle=False)
    async with asyncio.timeout(30):  # no time passes for it
        while not await stage.app.store.read(ended):
            await asyncio.sleep(0.005)
    await stage.stored()
    assert await shown(stage) == ("APPROVED", 0)
    await stage.settle()
    assert await shown(stage) == ("ANSWER", 1)


def ended(unit):
    run = unit.run(1)
    return run is not None and run.state in RUN_ENDED


async def shown(stage):
    """The state of the card, and how often it was another."""
    _, card = await stage.app.store.read(lambda u: u.card("plan-1"))
    return card.state, card.serial


async def test_the_sign_of_what_nobody_was_asked_about_goes_from_heard_to_done(stage):
    await asked(stage, "is nginx running on web-1?")
    (post,) = await stage.owed(PostKind.MARK)
    assert (post.body.state, post.version) == (MarkState.DONE, 1)


async def test_one_that_does_not_end_at_once_is_told_to_run_by_the_next_tick(stage):
    async def hangs(*_, **__):
        await asyncio.Event().wait()

    stage.app.pipeline._executor.driver.performer.perform = hangs
    await asked(stage, "help", settle=False)
    await stage.until(lambda: any(not live.rested.is_set() for live in lives(stage)))
    await stage.stored()
    assert await sign(stage) is MarkState.HEARD
    await stage.app.pipeline.tick()
    await stage.app._noticing._task
    assert await sign(stage) is MarkState.RUNNING


def lives(stage):
    return stage.app.pipeline._executor.lives()


async def sign(stage):
    posts = await stage.app.store.read(lambda u: u.owed("slack"))
    (mark,) = [post.body for post in posts if post.kind is PostKind.MARK]
    return mark.state

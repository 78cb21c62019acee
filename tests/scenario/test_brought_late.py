"""What a platform brings again late is said of what was there when it was said, and of nothing newer."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot.domain.runs import PlanState
from bot.pipeline import late
from tests.scenario.rooms import ROOM, Rooms
from tests.scenario.stage import RESTART, words

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path) as made:
        for host in ("web-1", "web-2", "web-3"):
            for service in ("nginx", "redis"):
                made.service(host, service, "active")
        yield made


async def waiting(stage):
    return [(c.plan, c.revision, c.title) for c in await stage.cards() if c.state == "WAITING"]


async def told(stage):
    return words((await stage.items())[-1].card)


async def another_question(stage):
    """Two questions, one after the other; when the first was open."""
    then = stage.clock.now() + timedelta(seconds=10)
    await stage.hear("UBEN", "restart nginx")
    await stage.clock.advance(20)
    await stage.hear("UBEN", "never mind")
    await stage.clock.advance(10)
    await stage.hear("UBEN", "restart redis")
    await stage.clock.advance(40)
    return then


async def another_plan(stage):
    """A plan that is withdrawn, and another one; when the first waited."""
    then = stage.clock.now() + timedelta(seconds=10)
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.clock.advance(20)
    await stage.press("ben", "cancel", await stage.card())
    await stage.clock.advance(10)
    await stage.hear("UBEN", "restart redis on web-2")
    await stage.clock.advance(40)
    return then


@pytest.mark.parametrize(
    ("said", "more"),
    [
        ("web-1", {}), ("yes", {}), ("2", {}), ("web-1", {"addressed": False}),
        ("web-1", {"missed": True}), ("2", {"missed": True}),
    ],
)  # fmt: skip
async def test_it_answers_no_question_that_was_asked_later(stage, said, more):
    then = await another_question(stage)
    await stage.hear("UBEN", said, at=then, **more)
    assert await waiting(stage) == []
    assert f"You said “{said}” before I asked this" in await told(stage)
    await stage.hear("UBEN", "web-1")
    assert await waiting(stage) == [(1, 1, "restart redis on web-1")]


async def test_it_answers_the_question_that_was_open_then_however_late_it_comes(stage):
    await stage.hear("UBEN", "restart nginx")
    await stage.clock.advance(10)
    then = stage.clock.now()
    await stage.clock.advance(60)
    await stage.hear("UBEN", "web-1", at=then)
    assert await waiting(stage) == [(1, 1, "restart nginx on web-1")]


@pytest.mark.parametrize("said", ["web-3 too", "one at a time", "at 22:00", "not web-2"])
@pytest.mark.parametrize("addressed", [True, False])
async def test_it_changes_no_plan_that_was_asked_for_later(stage, said, addressed):
    then = await another_plan(stage)
    await stage.hear("UBEN", said, at=then, addressed=addressed)
    assert await waiting(stage) == [(2, 1, "restart redis on web-2")]


@pytest.mark.parametrize("said", ["cancel it", "stop", "stop it, wrong host", "kill it"])
async def test_nor_does_it_withdraw_one_and_what_does_is_told(stage, said):
    then = await another_plan(stage)
    await stage.hear("UBEN", said, at=then)
    assert await waiting(stage) == [(2, 1, "restart redis on web-2")]
    assert "before #2 was asked for, so it stops nothing of it: `stop 2` does." in await told(stage)
    await stage.hear("UBEN", "stop 2", at=then)
    assert await waiting(stage) == [], "who says its number knows of it"


async def test_nor_does_never_mind_to_a_question_take_back_what_was_made_of_its_answer(stage):
    then = stage.clock.now() + timedelta(seconds=10)
    await stage.hear("UBEN", "restart nginx")
    await stage.clock.advance(20)
    await stage.hear("UBEN", "web-1")
    await stage.clock.advance(40)
    await stage.hear("UBEN", "never mind", at=then)
    assert await waiting(stage) == [(1, 1, "restart nginx on web-1")]
    assert "#1 still waits: `stop 1` withdraws it." in await told(stage)


async def test_a_late_stop_is_of_what_ran_then_and_not_of_what_runs_since(stage):
    stage.hosts.hang(RESTART)
    for number in (1, 2):
        await stage.hear("UBEN", f"restart nginx on web-{number}")
        await stage.press("ana", "approve", await stage.card_in(ROOM, number), settle=False)
        await stage.until(lambda n=number: stage.changes(f"web-{n}"))
        await stage.clock.advance(20)
    first = await stage.app.store.read(lambda u: u.plan(1))
    await stage.hear("UBEN", "stop", at=first.plan.created_at + timedelta(seconds=10))
    runs = [await stage.app.store.read(lambda u, n=n: u.run(n)) for n in (1, 2)]
    assert [run.stopping for run in runs] == [True, False]
    stage.release(RESTART)


async def test_what_was_asked_for_late_is_as_old_as_its_request(stage):
    """Both were said while nobody heard, one after the other."""
    then = stage.clock.now()
    await stage.clock.advance(300)
    await stage.hear("UBEN", "restart nginx on web-1", at=then, missed=True)
    await stage.hear("UBEN", "web-2 too", at=then + timedelta(seconds=5), missed=True)
    assert await waiting(stage) == [(1, 2, "restart nginx on web-1, web-2")]


async def test_a_change_button_that_was_pressed_later_makes_it_no_change(stage):
    then = stage.clock.now() + timedelta(seconds=10)
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.clock.advance(30)
    await stage.click("UBEN", "change")
    await stage.hear("UBEN", "restart redis on web-2", at=then)
    assert await waiting(stage) == [
        (1, 1, "restart nginx on web-1"), (2, 1, "restart redis on web-2"),
    ]  # fmt: skip


async def test_it_is_withdrawn_by_what_was_said_of_it(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.clock.advance(10)
    then = stage.clock.now()
    await stage.clock.advance(60)
    await stage.hear("UBEN", "cancel it", at=then)
    stored = await stage.app.store.read(lambda u: u.plan(1))
    assert stored.state is PlanState.CANCELLED


@pytest.mark.parametrize(
    ("said", "shown", "before"),
    [("100.5", ("100.2",), False), ("100.1", ("100.2",), True), ("", ("100.2",), True), ("100.5", ("", "x"), True)],
)  # fmt: skip
async def test_where_clocks_differ_a_platforms_own_numbers_tell_what_was_seen(
    stage, said, shown, before
):
    message = stage._message("UBEN", "web-1", ROOM, remote=said)
    posts = tuple(SimpleNamespace(place=ROOM, remote=each) for each in shown)
    unit = SimpleNamespace(posts_of=lambda card: posts)
    since = message.at + timedelta(seconds=60)
    assert late.was_before(unit, message, "ask-1", since) is before
    assert not late.was_before(unit, message, "ask-1", message.at + late.CLOCKS)

"""A short answer counts for the question that was open when it was said, and for no later one."""

import asyncio

import pytest

from bot.conversation.threads import ThreadLocks
from bot.domain.messages import ThreadRef
from bot.pipeline.open_question import open_key
from bot.ports import PlanFilter
from tests.scenario.stage import RESTART, Stage, words

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def stage(tmp_path):
    async with Stage(tmp_path) as made:
        for host in ("web-1", "web-2", "web-3"):
            for service in ("nginx", "redis"):
                made.service(host, service)
        yield made


def busy(stage):
    """While this is held, what is said in the conversation waits in its inbox."""
    return stage.app.pipeline._hearing.locks.of(stage.thread)


async def plans(stage):
    found = await stage.app.store.read(lambda u: u.plans(PlanFilter(limit=9)))
    return [
        (step.params["service"], step.hosts) for each in found[::-1] for step in each.plan.steps
    ]


def options(card):
    return [button.says for button in card.buttons if button.id == "option"]


@pytest.mark.parametrize("said", ["2", "the first", "yes", "web-3", "last"])
async def test_what_was_said_before_the_question_is_no_answer_to_it(stage, said):
    async with busy(stage):
        await stage.say("ben", "restart nginx", settle=False)
        await stage.say("ben", said, settle=False)
    await stage.settle()
    card = await stage.card()
    assert card.state == "QUESTION"
    assert f"You said “{said}” before I asked this" in words(card)
    assert card.title == '"restart nginx"'
    assert await plans(stage) == []
    former = [c for c in await stage.cards() if c.id.startswith("ask-") and c.id != card.id]
    assert [(c.state, c.buttons) for c in former] == [("CLOSED", ())]
    await stage.say("ben", "web-2")
    assert await plans(stage) == [("nginx", ("web-2",))]


async def test_an_answer_to_one_question_answers_no_later_one_after_a_restart(stage):
    await stage.say("ben", "restart nginx")
    async with busy(stage):
        await stage.say("ben", "restart redis", settle=False)
        await stage.say("ben", "2", settle=False)
        await stage.crash()
    await stage.revive()
    await stage.settle()
    card = await stage.card()
    assert "You said “2” before I asked this" in words(card)
    assert card.title == '"restart redis"'
    assert await plans(stage) == []
    await stage.say("ben", "2")
    assert [service for service, _ in await plans(stage)] == ["redis"]


async def test_a_press_on_one_question_answers_no_later_one(stage):
    await stage.say("ben", "restart nginx")
    card = await stage.card()
    async with busy(stage):
        await stage.say("ben", "restart redis", settle=False)
        await stage.press("ben", "option", card, value=card.buttons[0].value, settle=False)
    await stage.settle()
    card = await stage.card()
    assert "before I asked this" in words(card)
    assert all("redis" in says for says in options(card))
    assert await plans(stage) == []


async def test_never_mind_on_one_question_ends_no_later_one(stage):
    await stage.say("ben", "restart nginx")
    never_mind = next(b for b in (await stage.card()).buttons if b.id == "dismiss")
    await stage.say("ben", "restart redis")
    said = await stage.press("ben", "dismiss", value=never_mind.value)
    assert (said.accepted, said.text) == (False, "That question has been answered.")
    assert (await stage.card()).state == "QUESTION"


async def test_a_press_that_another_question_overtakes_at_the_door_does_not_answer_it(stage):
    await stage.say("ben", "restart nginx")
    door, card = stage.app.pipeline._door, await stage.card()
    enter = door.message

    async def overtaken(message):
        await stage.app.store.write(lambda u: u.put(open_key(stage.thread), "ask-another"))
        return await enter(message)

    door.message = overtaken
    await stage.press("ben", "option", card, value=card.buttons[0].value)
    assert "before I asked this" in words(await stage.card())
    assert await plans(stage) == []


async def test_an_answer_to_what_is_still_asked_counts_after_a_restart(stage):
    await stage.say("ben", "restart nginx")
    async with busy(stage):
        await stage.say("ben", "web-3", settle=False)
        await stage.crash()
    await stage.revive()
    await stage.settle()
    assert await plans(stage) == [("nginx", ("web-3",))]


async def test_a_second_answer_to_what_has_been_answered_counts_for_nothing(stage):
    await stage.say("ben", "restart nginx")
    async with busy(stage):
        await stage.say("ben", "1", settle=False)
        await stage.say("ben", "2", settle=False)
    await stage.settle()
    assert len(await plans(stage)) == 1
    said = [words(card) for card in await stage.cards()]
    assert any("What I had asked when you said “2” is open no more" in each for each in said)


async def test_a_whole_request_is_read_for_itself_whatever_is_asked_meanwhile(stage):
    async with busy(stage):
        await stage.say("ben", "restart nginx", settle=False)
        await stage.say("ben", "restart redis on web-3", settle=False)
    await stage.settle()
    assert await plans(stage) == [("redis", ("web-3",))]


async def test_a_question_that_shall_only_be_shown_stays_so_when_it_is_asked_again(stage):
    async with busy(stage):
        await stage.say("ben", "restart nginx", plan_only=True, settle=False)
        await stage.say("ben", "2", settle=False)
    await stage.settle()
    await stage.say("ben", "web-3")
    assert (await stage.card()).state == "PLAN ONLY"


async def test_what_is_said_in_one_breath_means_what_the_first_of_it_led_to(stage):
    await asyncio.gather(
        stage.say("ben", "restart nginx on web-1", settle=False),
        stage.say("ben", "the same on web-2", settle=False),
    )
    await stage.settle()
    assert await plans(stage) == [("nginx", ("web-1", "web-2"))]


async def test_what_waited_long_for_its_turn_is_read_as_things_stand_then(stage, monkeypatch):
    locks = ThreadLocks(at_once=1)
    monkeypatch.setattr(stage.app.pipeline._hearing, "locks", locks)
    await stage.say("ben", "restart nginx on web-1 and web-2")
    async with locks.turn(ThreadRef(surface="room", channel="c", thread="other")):
        await stage.say("ben", "not web-2", settle=False)
        await stage.press("ben", "cancel", await stage.card(1), settle=False)
        assert (await stage.app.store.read(lambda u: u.plan(1))).state == "cancelled"
    await stage.settle()
    assert "Nothing is open to change" in words((await stage.cards())[-1])


async def test_that_nothing_has_run_is_said_only_where_nothing_does(stage):
    await stage.say("ben", "restart redis")
    first = await stage.card()
    assert first.lines == ("nothing has run",)
    await stage.press("ben", "dismiss", first, value=f"@{first.id}")
    stage.hosts.hang(RESTART)
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("ana", "approve")
    async with busy(stage):
        await stage.say("ben", "restart redis", settle=False)
        await stage.say("ben", "2", settle=False)
    await stage.settle()
    both = [c for c in await stage.cards() if c.title == '"restart redis"' and c.id != first.id]
    assert [card.state for card in both] == ["CLOSED", "QUESTION"]
    assert "nothing has run" not in str(both)
    elsewhere = ThreadRef(surface="room", channel="c", thread="t2")
    await stage.say("ben", "restart redis", thread=elsewhere)
    (card,) = [i.card for i in await stage.ears.thread(elsewhere) if i.card]
    assert card.lines == ("nothing has run",)

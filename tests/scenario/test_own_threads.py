"""A conversation is its person's own: nobody else speaks in it, answers in it or reads it."""

import pytest

from bot.adapters.web.routes import may_read
from bot.domain.messages import ButtonPress, Identity, ThreadRef
from tests.scenario.stage import Stage

pytestmark = pytest.mark.asyncio
ANAS = [
    ThreadRef(surface="terminal", channel="ana", thread="t1"),
    ThreadRef(surface="web", channel="ana", thread="t1"),
]


@pytest.fixture
async def stage(tmp_path):
    async with Stage(tmp_path) as made:
        for host in ("web-1", "web-3"):
            made.service(host, "nginx", "active")
        yield made


async def press(stage, who, button, thread, *, value="", event="b-1", surface="web"):
    reply = await stage.ears.on_button(
        ButtonPress(
            event_id=event, thread=thread, identity=Identity(surface=surface, account=who),
            person=who, button=button, value=value, at=stage.clock.now(),
        )
    )  # fmt: skip
    await stage.settle()
    return reply


async def speakers(stage, thread):
    return {item.person for item in await stage.ears.thread(thread) if item.person}


@pytest.mark.parametrize("thread", ANAS, ids=str)
@pytest.mark.parametrize("how", ["message", "say", "option"])
async def test_nobody_else_speaks_in_it_however_they_send_it(stage, thread, how):
    await stage.say("ana", "is nginx up on web-9?", thread=thread)
    words = "is nginx up on web-1?"
    if how == "message":
        reply = await stage.say("vera", words, thread=thread)
    else:
        reply = await press(stage, "vera", how, thread, value=words if how == "say" else "1")
    assert not reply.accepted
    assert "somebody else's" in reply.text
    assert await speakers(stage, thread) == {"ana"}
    vera = stage.app.world.people.named("vera")
    assert not await may_read(stage.ears, vera, thread)
    assert [t.thread for t in await stage.ears.threads("vera")] == []


@pytest.mark.parametrize("thread", ANAS, ids=str)
async def test_nobody_else_dismisses_its_question(stage, thread):
    await stage.say("ana", "is nginx up on web-9?", thread=thread)
    assert not (await press(stage, "vera", "dismiss", thread)).accepted
    assert await stage.app.store.read(lambda u: u.asked(thread)) is not None
    assert (await press(stage, "ana", "dismiss", thread, event="b-2")).accepted
    assert await stage.app.store.read(lambda u: u.asked(thread)) is None


async def test_its_person_speaks_in_it_from_any_surface(stage):
    for thread in ANAS:
        assert (await stage.say("ana", "is nginx up on web-1?", thread=thread)).accepted
        ana = stage.app.world.people.named("ana")
        assert await may_read(stage.ears, ana, thread)


async def test_in_a_room_only_whom_it_asked_dismisses_a_question(stage):
    await stage.say("ben", "restart nginx on web-9")
    reply = await press(stage, "vera", "dismiss", stage.thread, surface="room")
    assert not reply.accepted
    assert "Ben" in reply.text
    assert (await stage.card()).state == "QUESTION"


async def test_in_a_room_what_another_person_says_answers_no_question_of_somebody_elses(stage):
    await stage.say("ben", "restart nginx on web-9")
    await stage.say("chris", "thanks")
    await stage.say("vera", "is nginx up on web-1?")
    await stage.say("ben", "web-3")
    card = await stage.card()
    assert card.state == "WAITING"
    assert "web-3" in card.title


async def test_in_a_room_another_person_does_not_continue_somebody_elses_request(stage):
    await stage.say("ben", "restart nginx on web-9")
    await stage.say("chris", "web-3")
    assert all(c.plan is None for c in await stage.cards())


@pytest.mark.parametrize("how", ["message", "say", "option", "dismiss"])
async def test_who_is_not_in_a_room_speaks_there_from_no_other_surface(stage, how):
    await stage.say("ben", "restart nginx on web-9")
    if how == "message":
        reply = await stage.say("vera", "is nginx up on web-1?", surface="web")
    else:
        value = "1" if how == "option" else "thanks"
        reply = await press(stage, "vera", how, stage.thread, value=value)
    assert not reply.accepted
    assert "somebody else's" in reply.text
    assert await speakers(stage, stage.thread) == {"ben"}
    vera = stage.app.world.people.named("vera")
    assert not await may_read(stage.ears, vera, stage.thread)


async def test_who_is_in_a_room_speaks_there_from_another_surface_too(stage):
    await stage.say("ben", "is nginx up on web-1?")
    assert (await stage.say("ben", "is nginx up on web-3?", surface="web")).accepted
    assert (await stage.say("vera", "is nginx up on web-1?")).accepted


@pytest.mark.parametrize(("who", "surface"), [("vera", "room"), ("ben", "web")])
async def test_who_is_in_a_room_may_press_what_is_said_there(stage, who, surface):
    await stage.say("ben", "is nginx up on web-1?")
    assert (await press(stage, who, "say", stage.thread, value="thanks", surface=surface)).accepted

"""What is said while something else is still read: it closes no question that came after it."""

import asyncio

import pytest

from bot.conversation import holders
from bot.pipeline.open_question import open_key
from bot.ports import PlanFilter
from tests.scenario.rooms import ROOM
from tests.scenario.stage import words
from tests.scenario.test_deleted_in_time import Delayed, Slow
from tests.scenario.test_handed_over import PLACES, Places, may_vote
from tests.scenario.test_late_answers import busy, plans

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def stage(tmp_path):
    async with Places(tmp_path, ROOM) as made:
        for host in ("web-1", "web-2", "web-3"):
            for service in ("nginx", "redis"):
                made.service(host, service)
        yield made


async def questions(stage):
    return [card for card in await stage.cards() if card.id.startswith("ask-")]


def while_read(stage, text, *meanwhile):
    """Let people say these things while a message is read, once it is known what was asked."""
    parser = stage.app.pipeline._hearing._parser
    real = parser.read

    async def read(said, *more, **others):
        if said == text:
            parser.read = real
            for who, each in meanwhile:
                assert (await stage.says(who, each, settle=False)).accepted
        return await real(said, *more, **others)

    parser.read = read


# -- the question stays open -----------------------------------------------------------------------


@pytest.mark.parametrize("said", ["restart redis on web-3", "thanks", "hello", "how is web-1?"])
async def test_what_was_said_before_a_question_leaves_it_open(stage, said):
    async with busy(stage):
        await stage.says("ben", "restart nginx", settle=False)
        await stage.says("ben", said, settle=False)
    await stage.settle()
    (asked,) = await questions(stage)
    assert (asked.state, asked.footer) == ("QUESTION", ())
    assert (await stage.presses("ben", "option", asked, value=asked.buttons[0].value)).accepted
    newest = (await stage.app.store.read(lambda u: u.plans(PlanFilter(limit=1))))[0].plan
    assert newest.request == asked.buttons[0].says
    assert newest.steps[0].params["service"] == "nginx"


async def test_a_question_that_another_takes_the_place_of_says_so(stage):
    async with busy(stage):
        await stage.says("ben", "restart nginx", settle=False)
        await stage.says("ben", "restart redis", settle=False)
    await stage.settle()
    former, asked = await questions(stage)
    assert (former.state, former.buttons) == ("CLOSED", ())
    assert former.footer == ("Another question stands below; say it again.",)
    assert asked.state == "QUESTION"
    await stage.says("ben", "web-2")
    assert await plans(stage) == [("redis", ("web-2",))]


async def test_a_change_that_was_said_after_a_question_closes_it_and_is_no_answer_to_it(stage):
    await stage.says("ben", "restart nginx")
    await stage.says("ben", "restart redis on web-3")
    (asked,) = await questions(stage)
    assert (asked.state, asked.buttons) == ("CLOSED", ())
    assert asked.footer == ("What was said next was read by itself.",)


@pytest.mark.parametrize("said", ["what would happen if I rebooted db-1?", "what's running?"])
async def test_what_is_only_shown_or_told_leaves_a_question_open(stage, said):
    await stage.says("ben", "restart nginx on web-8")
    await stage.says("ben", said)
    (asked,) = await questions(stage)
    assert (asked.state, asked.footer) == ("QUESTION", ())
    assert (await stage.presses("ben", "option", asked, value=asked.buttons[0].value)).accepted
    assert (await questions(stage))[0].state == "ANSWERED"


async def test_a_request_that_was_said_before_is_done_though_the_question_shall_only_show(stage):
    async with busy(stage):
        await stage.says("ben", "restart nginx", plan_only=True, settle=False)
        await stage.says("ben", "restart redis on web-3", settle=False)
    await stage.settle()
    assert (await stage.card(1)).state == "WAITING"


async def test_a_request_that_was_said_before_is_asked_by_nobody_else(stage):
    await stage.says("ben", "show disks on web-1")
    async with busy(stage):
        await stage.says("ben", "restart nginx", settle=False)
        await stage.says("ben", "hand over to chris", settle=False)
        await stage.says("chris", "restart redis on web-3", settle=False)
    await stage.settle()
    assert (await stage.asked(2)).askers == ("chris",)


# -- whose it is -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("meanwhile", "who", "askers"),
    [
        ([("ana", "hand over to ben")], "ben", {"ben", "ana"}),
        ([("ana", "hand over to chris"), ("chris", "hand it back")], "ana", {"ana", "chris"}),
    ],
)
async def test_who_handed_a_question_over_while_it_was_asked_again_has_asked(
    stage, meanwhile, who, askers
):
    while_read(stage, "2", *meanwhile)
    async with busy(stage):
        await stage.says("ana", "restart nginx", settle=False)
        await stage.says("ana", "2", settle=False)
    await stage.settle()
    said = [words(card) for card in await stage.cards()]
    assert any("You said “2” before I asked this" in each for each in said)
    assert [card.state for card in await questions(stage)][-1] == "QUESTION"
    assert len(await questions(stage)) == len(meanwhile), "nobody is asked again for another"
    await stage.says(who, "web-1")
    assert set((await stage.asked()).askers) == askers
    assert not await may_vote(stage) & askers


async def test_what_is_asked_after_a_handover_is_asked_of_who_has_it(stage):
    await stage.says("ana", "show disks on web-1")
    async with busy(stage):
        await stage.says("ana", "restart nginx", settle=False)
        await stage.says("ana", "hand over to ben", settle=False)
    await stage.settle()
    (asked,) = await questions(stage)
    assert asked.standing == "for Ben"
    press = {"button": "option", "value": asked.buttons[0].value}
    assert (await stage.presses("ana", **press)).text == "That question is for Ben."
    assert (await stage.presses("ben", **press)).accepted
    assert (await stage.asked(2)).askers == ("ana", "ben")
    assert await may_vote(stage, 2) == {"chris"}


# -- on which card it stands -----------------------------------------------------------------------


@pytest.mark.parametrize("button", ["option", "dismiss"])
async def test_a_press_on_the_former_card_of_a_question_is_told_of_the_newer_one(stage, button):
    async with busy(stage):
        await stage.says("ben", "restart nginx", settle=False)
        await stage.says("ben", "2", settle=False)
    await stage.settle()
    former, asked = await questions(stage)
    reply = await stage.presses("ben", button, former, value=f"1@{former.id}")
    assert not reply.accepted
    assert reply.text == "That question is open still. It stands on a newer card."
    assert (await stage.presses("ben", button, asked, value=f"1@{asked.id}")).accepted
    await stage.says("ben", "restart redis")
    reply = await stage.presses("ben", button, former, value=f"1@{former.id}")
    assert reply.text == "That question has been answered."


async def test_never_mind_says_nothing_false_when_another_question_is_asked_meanwhile(stage):
    await stage.says("ben", "restart nginx")
    (asked,) = await questions(stage)
    store, answers = stage.app.store, stage.app.pipeline._answers

    async def overtaken(work):
        await store.write(lambda u: u.put(open_key(stage.thread), "ask-another"))
        return await store.write(work)

    answers._store = Delayed(store, overtaken)
    reply = await stage.presses("ben", "dismiss", asked, value=f"@{asked.id}")
    assert (reply.accepted, reply.text) == (False, "That question has been answered.")


# -- a pressed option ------------------------------------------------------------------------------


async def pressed(stage, says):
    """What a press comes to of an option that says this."""
    await stage.says("ben", "restart nginx")
    question, request, whom = await stage.app.store.read(lambda u: u.asked(stage.thread))
    option = question.options[0].model_copy(update={"says": says})
    changed = question.model_copy(update={"options": (option,)})
    await stage.app.store.write(lambda u: u.ask(stage.thread, changed, request, whom))
    (asked,) = await questions(stage)
    return await stage.presses("ben", "option", asked, value=asked.buttons[0].value)


@pytest.mark.parametrize(
    "says",
    ["pass this on to chris", "Chris takes this", "übergib an Chris", "link my discord account"],
)
async def test_an_option_hands_nothing_over_and_links_nothing(stage, says):
    reply = await pressed(stage, says)
    assert (reply.accepted, reply.text) == (True, "")
    assert await stage.app.store.read(lambda u: holders.held_by(u, stage.thread)) == ("ben",)
    heard = [e.data["text"] for e in await stage.events("request.heard")]
    assert heard[-1] == says


async def test_an_option_spends_no_code(tmp_path):
    async with Places(tmp_path, PLACES["web"]) as stage:
        reply = await pressed(stage, "link ABCD-EFGH-JKLM")
        assert (reply.accepted, reply.text) == (True, "")


# -- what was to be changed ------------------------------------------------------------------------


async def test_what_was_said_before_change_was_pressed_changes_no_plan(stage):
    await stage.says("ben", "restart nginx on web-1")
    card = await stage.card(1)
    async with busy(stage):
        await stage.says("ben", "restart redis on web-3", settle=False)
        pressing = asyncio.ensure_future(stage.presses("ben", "change", card))
        while not await stage.app.store.read(
            lambda u: u.get(f"changing/ben/{stage.thread}") is not None
        ):
            await asyncio.sleep(0)
    await pressing
    await stage.settle()
    assert await plans(stage) == [("nginx", ("web-1",)), ("redis", ("web-3",))]


async def test_what_was_to_be_changed_is_forgotten_with_a_handover(stage):
    await stage.says("ben", "restart nginx on web-1")
    assert (await stage.presses("ben", "change", await stage.card(1))).accepted
    await stage.says("ben", "hand over to chris")
    await stage.says("chris", "hand it back")
    await stage.says("ben", "restart redis on web-3")
    assert await plans(stage) == [("nginx", ("web-1",)), ("redis", ("web-3",))]


# -- what is deleted -------------------------------------------------------------------------------


async def test_who_reads_a_message_that_is_deleted_leaves_off_at_once(tmp_path):
    async with Slow(tmp_path) as stage:
        hearing = asyncio.ensure_future(stage.hear("UBEN", "thanks", event="C1/17.1"))
        await stage.reading.wait()
        await stage.ears.on_deleted(stage.thread, "C1/17.1")
        try:
            await asyncio.wait_for(asyncio.shield(hearing), 20)
        finally:
            stage.let.set()
            await hearing

"""A message is answered, and once: whatever breaks, crashes or stands in the way meanwhile."""

import asyncio

import pytest

from bot.domain.messages import ThreadRef
from bot.errors import StoreBusyError
from bot.testing.scripted_models import ScriptedModels, answer
from tests.scenario.plainly import Plainly
from tests.scenario.stage import Stage, words

pytestmark = pytest.mark.asyncio
ROOM = ThreadRef(surface="room", channel="c", thread="t1")


@pytest.fixture
async def stage(tmp_path):
    async with Stage(tmp_path) as made:
        made.service("web-3", "nginx", "active")
        yield made


def breaks(stage):
    async def parse(_text, _context, **_):
        raise RecursionError("too deep")

    parser = stage.app.pipeline._hearing._parser
    parser.parse = parser.read = parse


async def again(stage):
    await stage.crash()
    await stage.revive()
    await stage.settle()


async def waits(stage):
    return await stage.app.store.read(lambda u: u.kept_keys("pending"))


async def test_what_cannot_be_read_is_said_once_and_does_not_come_back(stage):
    breaks(stage)
    reply = await stage.say("ben", "restart nginx on web-3")
    assert reply.accepted
    (card,) = await stage.cards()
    assert "could not read" in words(card)
    assert not await waits(stage)
    await again(stage)
    assert len(await stage.cards()) == 1
    assert stage.changes() == []


async def test_what_breaks_behind_the_parser_is_said_once_and_does_not_come_back(stage):
    async def plan(_asked):
        raise RuntimeError("a fault of my own")

    stage.app.pipeline._asking.plan = plan
    await stage.say("ben", "restart nginx on web-3")
    (card,) = await stage.cards()
    assert "the log" in words(card)
    await again(stage)
    assert len(await stage.cards()) == 1


@pytest.mark.parametrize(
    "text", ["restart nginx on web-9", "destroy everything", "thanks", "my password is hunter2"]
)
async def test_an_answer_is_shown_once_although_the_process_dies_right_after_it(stage, text):
    """Whatever comes after the answer's commit is lost with the process."""
    store, writing = stage.app.store, stage.app.store.write
    dead = asyncio.Event()

    async def write(work, **how):
        if dead.is_set():
            await asyncio.Event().wait()
        result = await writing(work, **how)
        if any(i.kind == "card" for i in await store.read(lambda u: u.thread(ROOM))):
            dead.set()
            await asyncio.Event().wait()
        return result

    store.write = write
    await stage.say("ben", text, settle=False)
    await stage.until(dead.is_set)
    await again(stage)
    assert len(await stage.cards()) == 1
    assert not await waits(stage)


async def test_a_pasted_secret_is_refused_after_a_crash_too(stage):
    hearing = stage.app.pipeline._hearing

    async def never(*_, **__):
        await asyncio.Event().wait()

    hearing._answer = never
    await stage.say("ben", "my password is hunter2", settle=False)
    await stage.stored()
    await again(stage)
    (card,) = await stage.cards()
    assert "struck it out" in words(card)


async def test_the_answer_to_a_question_means_the_same_after_a_crash(stage):
    await stage.say("ben", "restart nginx on web-9")
    asking = stage.app.pipeline._asking

    async def never(_asked):
        await asyncio.Event().wait()

    asking.plan = never
    await stage.say("ben", "web-3", settle=False)
    await stage.until(lambda: any(i.card and i.card.state == "ANSWERED" for i in stage.shown))
    await again(stage)
    card = await stage.card()
    assert (card.plan, card.state) == (1, "WAITING")


async def test_a_stop_that_was_said_is_heeded_after_a_crash_and_means_the_same(stage):
    restart = ("systemctl", "restart", "--", "nginx.service")
    stage.hosts.hang(restart)
    await stage.say("ben", "restart nginx on web-3")
    await stage.press("chris", "approve", settle=False)
    await stage.until(stage.changes)
    await stage.stored()
    await stage.say("ben", "stop nginx on web-3", settle=False)
    await stage.until(lambda: any(i.card and i.card.plan == 2 for i in stage.shown))
    await stage.stored()

    async def never(*_, **__):
        await asyncio.Event().wait()

    stage.app.pipeline._stopping.stop = never
    await stage.say("ben", "stop", settle=False)
    await stage.stored()
    await stage.crash()
    stage.release(restart)
    await stage.revive()
    await stage.settle()
    decided = await stage.app.store.read(lambda u: u.events(plan=1))
    assert [e.person for e in decided if e.kind == "run.decided"] == ["ben"]
    assert (await stage.card(2)).state != "CANCELLED"
    assert not await waits(stage)


async def test_a_message_that_meets_a_busy_database_is_answered_when_it_is_back(stage):
    store, writing = stage.app.store, stage.app.store.write
    taken = []

    async def write(work, **how):
        if taken:
            raise StoreBusyError("The database is locked. Nothing was done.")
        taken.append(work)
        return await writing(work, **how)

    store.write = write
    assert (await stage.say("ben", "restart nginx on web-3", settle=False)).accepted
    await stage.until(lambda: not stage.app.pipeline._tasks)
    store.write = writing
    await stage.later(seconds=1)
    assert (await stage.card()).state == "WAITING"


class Deadly(ScriptedModels):
    """Whatever asks it dies of it."""

    def __init__(self):
        super().__init__("x")
        self.asked = 0

    async def ask(self, *_, **__):
        self.asked += 1
        await asyncio.Event().wait()


async def test_a_request_that_ends_each_process_that_reads_it_is_read_by_the_rules_at_last(
    tmp_path,
):
    models = Deadly()
    async with Stage(tmp_path, models=models, prompting=Plainly()) as stage:
        stage.service("web-3", "nginx", "active")
        await stage.say("ben", "restart nginx on web-3", settle=False)
        for life in range(1, 5):
            await stage.until(lambda life=life: models.asked == life)
            await stage.crash()
            await stage.revive()
        await stage.settle()
        assert models.asked == 4
        card = await stage.card()
        assert card.state == "WAITING"
        assert "No model was asked: Overseer has ended 4 times before" in words(card)
        await stage.say("ben", "restart nginx on web-3", settle=False)
        await stage.until(lambda: models.asked == 5)


async def test_a_database_that_is_busy_is_no_process_that_has_ended(tmp_path):
    models = ScriptedModels(answer("talk", text="Hello."))
    async with Stage(tmp_path, models=models, prompting=Plainly()) as stage:
        answered = stage.app.pipeline._hearing._answer
        busy = 9

        async def answer_later(*given, **more):
            nonlocal busy
            busy -= 1
            if busy:
                raise StoreBusyError("The database is busy.")
            return await answered(*given, **more)

        stage.app.pipeline._hearing._answer = answer_later
        await stage.say("ben", "hello there")
        for _ in range(8):
            await stage.app.pipeline.tick()
            await stage.settle()
        assert len(models.prompts) == 9
        assert "No model" not in words(await stage.card())


async def test_what_breaks_around_a_model_is_told_on_the_card_that_the_rules_make(tmp_path):
    class Broken(ScriptedModels):
        async def ask(self, *_, **__):
            raise KeyError("a fault of my own")

    async with Stage(tmp_path, models=Broken("x"), prompting=Plainly()) as stage:
        stage.service("web-3", "nginx", "active")
        await stage.say("ben", "restart nginx on web-3")
        told = words(await stage.card())
        assert "No model read this: something broke inside Overseer" in told
        assert "overseer.log says what" in told

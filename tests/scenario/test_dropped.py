"""A stop voids what is still being read, wherever it was said, at once and for good."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio

import pytest

from bot.adapters.terminal.outcomes import Exit, exit_of
from bot.conversation.unread import Whose
from bot.domain.messages import told_apart
from bot.domain.runs import PlanState
from bot.pipeline.pending import STOPPED
from tests.scenario.being_read import (  # noqa: F401
    ASKED,
    PRE_APPROVED,
    elsewhere,
    heard,
    is_none_and_says_so,
    nothing_comes_of_it,
    plans,
    stage,
)
from tests.scenario.stage import Stage, words
from tests.scenario.test_deleted_in_time import Delayed

pytestmark = pytest.mark.asyncio


async def test_a_stop_in_another_conversation_drops_what_a_model_reads(stage):
    async with stage:
        await heard(stage)
        await stage.say("ana", "stop", thread=elsewhere(stage), settle=False)
        await stage.stored()
        told = await stage.ears.thread(elsewhere(stage))
        assert "Dropped 1 request of yours that was still being read." in str(told)
        assert "nothing to stop" not in str(told)
        card = await stage.card()
        assert f"“{ASKED}”" in words(card), "it is quoted where it was said"
        assert (card.state, exit_of(card)) == ("DROPPED", Exit.CANCELLED)
        await nothing_comes_of_it(stage)


async def test_a_stop_ends_the_calls_and_no_other_model_is_asked(stage):
    async with stage:
        models = stage.given["models"]
        await heard(stage)
        await stage.say("ana", "stop", settle=False)
        await stage.until(lambda: models.left == 1)
        await stage.stored()
        assert models.asked == 1
        await nothing_comes_of_it(stage)
        assert models.asked == 1


async def test_somebody_elses_stop_elsewhere_drops_nothing_of_mine(stage):
    async with stage:
        await heard(stage)
        await stage.say("ben", "stop", thread=elsewhere(stage), settle=False)
        stage.given["models"].let.set()
        await stage.settle()
        assert len(await plans(stage)) == 1


async def test_who_may_not_stop_everything_drops_what_is_theirs(stage):
    async with stage:
        await heard(stage)
        await heard(stage, who="ben", thread=elsewhere(stage), at_work=2)
        await stage.say("ben", "stop everything", thread=elsewhere(stage, "t3"), settle=False)
        stage.given["models"].let.set()
        await stage.settle()
        assert [each.plan.requester for each in await plans(stage)] == ["ana"]


@pytest.mark.parametrize("by_command", [False, True])
async def test_stopping_everything_drops_everybodys_and_resume_brings_none_back(stage, by_command):
    async with stage:
        await heard(stage)
        await heard(stage, who="ben", thread=elsewhere(stage), at_work=2)
        if by_command:
            person = stage.app.world.people.named("chris")
            said = await stage.app.pipeline.freeze(person, frozen=True)
        else:
            await stage.say("chris", "stop everything", thread=elsewhere(stage, "t3"))
            said = str(await stage.ears.thread(elsewhere(stage, "t3")))
        assert "Dropped 2 requests that were still being read." in said
        await stage.say("chris", "resume", thread=elsewhere(stage, "t3"))
        await nothing_comes_of_it(stage)


async def test_eight_that_wait_in_a_thread_are_told_at_once_each_with_its_words(stage):
    async with stage:
        models = stage.given["models"]
        for number in range(8):
            await heard(stage, text=f"{ASKED} {number}")
        begun = stage.clock.monotonic()
        await stage.say("ana", "stop", settle=False)
        await stage.stored()
        for _ in range(20):
            await stage.stored()
        told = "\n".join([words(card) for card in await stage.cards()])
        assert stage.clock.monotonic() == begun, "no time passed"
        assert "Dropped 8 requests of yours that were still being read." in told
        assert all(f"“{ASKED} {number}”" in told for number in range(8))
        assert models.asked == 1


@pytest.mark.parametrize("crash", [True, False])
async def test_what_was_dropped_stays_so_over_a_restart(stage, crash):
    async with stage:
        await heard(stage)
        await stage.app.pipeline.drop(stage.app.world.people.named("ana"))
        if crash:
            await stage.crash()
        else:
            await stage.app.stop()
        stage.given["models"].let.set()
        await stage.revive()
        await nothing_comes_of_it(stage)


@pytest.mark.parametrize("in_words", [False, True])
async def test_a_stop_that_was_written_and_no_more_drops_at_the_next_start(stage, in_words):
    """Killed right after it was said: the requests were marked with it, and nobody told."""
    async with stage:
        await heard(stage)
        await heard(stage, who="ben", thread=elsewhere(stage), at_work=2)
        pipeline = stage.app.pipeline
        pipeline._hearing._unread.drop = lambda whose: {}  # the process knows of nothing
        if in_words:
            await stage.say("ana", "stop", thread=elsewhere(stage, "t3"), settle=False)
        else:
            await pipeline.drop(stage.app.world.people.named("ana"))
        await stage.stored()
        await stage.crash()
        stage.given["models"].let.set()
        await stage.revive()
        await stage.settle()
        assert [each.plan.requester for each in await plans(stage)] == ["ben"]
        assert "A stop came before I had read that" in words(await stage.card())


async def stopped_when_looked_at(stage, text):
    """A stop is said and written when hosts have been read, and nothing is stored yet."""
    asking, store, stops = stage.app.pipeline._asking, stage.app.store, []
    sealed = asking._sealed

    def stop(plan, verdict):
        stops.append(asyncio.ensure_future(stage.say("ana", "stop", settle=False)))
        return sealed(plan, verdict)

    async def after_the_stop(work):
        while stops:
            await stops.pop()
        return await store.write(work)

    asking._sealed, asking._store = stop, Delayed(store, after_the_stop)
    await stage.say("ana", text)


async def test_what_is_looked_at_for_its_plan_when_the_stop_comes_is_withdrawn(tmp_path):
    stage = Stage(tmp_path)
    stage.service("web-3", "nginx")
    async with stage:
        await stopped_when_looked_at(stage, ASKED)
        (found,) = await plans(stage)
        assert (found.state, found.reason) == (PlanState.CANCELLED, STOPPED)
        assert not stage.app.pipeline._hearing._unread.is_reading("ana", stage.thread)


async def test_a_revision_that_is_looked_at_when_the_stop_comes_is_none_and_says_so(tmp_path):
    await is_none_and_says_so(tmp_path, stopped_when_looked_at)


async def test_a_stop_between_a_plan_and_its_start_withdraws_it(tmp_path):
    stage = Stage(tmp_path)
    stage.home.settings.write_text(PRE_APPROVED)
    stage.service("web-3", "nginx")
    async with stage:
        asking, unread = stage.app.pipeline._asking, stage.app.pipeline._hearing._unread
        keep = asking._keep

        async def kept(*words):
            found = await keep(*words)
            unread.drop(Whose(person="ana"))
            return found

        asking._keep = kept
        await stage.say("ana", ASKED)
        (found,) = await plans(stage)
        assert found.state is PlanState.CANCELLED
        assert stage.changes() == []


async def test_what_has_its_answer_is_not_said_to_be_dropped(tmp_path):
    """Its surface is slow to show it, so that its reading has not ended."""
    stage = Stage(tmp_path)
    async with stage:
        answers, shown = stage.app.pipeline._answers, asyncio.Event()
        pass_on, told = answers.pass_on, []

        async def slowly(items):
            told.append(items)
            if len(told) == 1:
                await shown.wait()
            await pass_on(items)

        answers.pass_on = slowly
        await stage.say("ana", "thanks", settle=False)
        await stage.until(lambda: told)
        await stage.say("ana", "stop", settle=False)
        await stage.until(lambda: len(told) > 1)
        shown.set()
        await stage.settle()
        said = str(await stage.ears.thread(stage.thread))
        assert "You're welcome" in said
        assert "Dropped" not in said


HASTY = ["stopp", "abbrechen", "never mind", "wait", "cancel", "halt", "arrête", "para",
         "nevermind", "hold on", "Stopp!", "Moment mal"]  # fmt: skip


@pytest.mark.parametrize("text", HASTY)
async def test_words_of_haste_drop_what_is_being_read(stage, text):
    async with stage:
        await heard(stage)
        await stage.say("ana", text, settle=False)
        async with asyncio.timeout(20):
            while "Dropped 1 request of yours that was still being read." not in str(
                await stage.ears.thread(stage.thread)
            ):
                await asyncio.sleep(0.01)
        await nothing_comes_of_it(stage)


async def test_words_of_haste_are_nobody_elses_and_nothing_special_later(stage):
    async with stage:
        await heard(stage)
        await stage.say("ben", "wait", settle=False)
        stage.given["models"].let.set()
        await stage.settle()
        assert len(await plans(stage)) >= 1
        assert "Dropped" not in str(await stage.ears.thread(stage.thread))


async def test_one_message_is_dropped_by_who_said_it_alone(stage):
    async with stage:
        await stage.say("ana", ASKED, event="mine", settle=False)
        await stage.until(lambda: stage.given["models"].asked)
        people = stage.app.world.people
        event = told_apart(stage.thread.surface, "mine")
        assert await stage.app.pipeline.drop(people.named("ben"), event) == ""
        assert "Dropped 1" in await stage.app.pipeline.drop(people.named("ana"), event)
        await nothing_comes_of_it(stage)

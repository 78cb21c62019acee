"""A stop voids what is still being read, wherever it was said, at once and for good."""

import asyncio

import pytest

from bot.adapters.terminal.outcomes import Exit, exit_of
from bot.conversation.unread import Whose
from bot.domain.messages import told_apart
from bot.domain.runs import PlanState
from bot.pipeline.pending import STOPPED
from bot.ports import PlanFilter
from bot.testing.scripted_models import ScriptedModels, act, plan
from tests.scenario.plainly import Plainly
from tests.scenario.stage import Stage, words
from tests.scenario.test_deleted_in_time import Delayed

pytestmark = pytest.mark.asyncio
ASKED = "restart nginx on web-3"
PRE_APPROVED = """
autonomy: {level: scheduled, pre_approved: [{action: service.restart}]}
"""


class Hanging(ScriptedModels):
    """Answers when it is let, and knows what became of those who asked."""

    def __init__(self):
        super().__init__(plan(act("service.restart", ASKED, service="nginx", hosts=["web-3"])))
        self.let = asyncio.Event()
        self.asked = self.left = 0

    def order(self, **_):
        return ("one", "two")

    async def ask(self, name, prompt, *, person, deadline):
        self.asked += 1
        try:
            await self.let.wait()
        except asyncio.CancelledError:
            self.left += 1
            raise
        return await super().ask(name, prompt, person=person, deadline=deadline)


@pytest.fixture
def stage(tmp_path):
    stage = Stage(tmp_path, models=Hanging(), prompting=Plainly())
    stage.home.settings.write_text(PRE_APPROVED)
    stage.service("web-3", "nginx")
    return stage


def elsewhere(stage, name="t2"):
    return stage.thread.model_copy(update={"thread": name})


async def heard(stage, *, who="ana", text=ASKED, thread=None, at_work=1):
    models = stage.given["models"]
    await stage.say(who, text, thread=thread, settle=False)
    await stage.until(lambda: models.asked >= at_work)


async def plans(stage):
    return await stage.app.store.read(lambda u: u.plans(PlanFilter(limit=100)))


async def nothing_comes_of_it(stage):
    stage.given["models"].let.set()
    await stage.settle()
    await stage.later(minutes=1)
    assert await plans(stage) == ()
    assert stage.changes() == []


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


async def is_none_and_says_so(path, stopped):
    """A revision is none that is `stopped` while hosts are read for it; the plan, as it is then."""
    stage = Stage(path)
    for host in ("web-1", "web-2"):
        stage.service(host, "nginx")
    async with stage:
        await stage.say("ana", "restart nginx on web-1 and web-2")
        await stopped(stage, "not web-2")
        (found,) = await plans(stage)
        assert found.plan.revision == 1
        assert "A stop came before I had read that" in str(await stage.ears.thread(stage.thread))
        return found


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


async def test_never_mind_is_an_answer_where_a_question_is_open(tmp_path):
    stage = Stage(tmp_path, models=Hanging(), prompting=Plainly())
    async with stage:
        stage.given["models"].order = lambda **_: ()
        await stage.say("ana", "restart nginx")
        assert (await stage.card()).state == "QUESTION"
        stage.given["models"].order = lambda **_: ("one",)
        await heard(stage, text="how is db-1?")
        await stage.say("ana", "never mind", settle=False)
        await stage.stored()
        assert "Dropped" not in str(await stage.ears.thread(stage.thread))
        await stage.say("ana", "stopp", settle=False)
        await stage.stored()
        assert "Dropped" in str(await stage.ears.thread(stage.thread))


async def asked_and_answered(stage):
    """A question is open, and a model is at what was typed to it. Gives the question's card."""
    models = stage.given["models"]
    models.order = lambda **_: ()
    await stage.say("ana", "restart nginx")
    asked = await stage.card()
    assert asked.state == "QUESTION"
    models.order = lambda **_: ("one", "two")
    await heard(stage, text="the staging one, web-3 I mean")
    return asked


async def test_never_mind_on_a_question_ends_the_reading_of_its_answer(stage):
    async with stage:
        models = stage.given["models"]
        asked = await asked_and_answered(stage)
        await stage.say("ben", "restart nginx on web-3", thread=elsewhere(stage), settle=False)
        await stage.until(lambda: models.asked == 2)
        reply = await stage.press("ana", "dismiss", asked, value=f"@{asked.id}", settle=False)
        assert (reply.accepted, reply.text) == (True, "Never mind, then.")
        await stage.until(lambda: models.left == 1)
        await stage.stored()
        said = words(await stage.card())
        assert "Dropped: “the staging one, web-3 I mean”" in said
        assert "put away before I had read that" in said
        assert "stop" not in said
        models.let.set()
        await stage.settle()
        assert [each.plan.requester for each in await plans(stage)] == ["ben"]
        assert models.asked == 2, "no other model is asked for what was dropped"


async def test_what_was_said_to_a_question_that_was_put_away_is_dropped_after_a_crash(stage):
    async with stage:
        asked = await asked_and_answered(stage)
        unread = stage.app.pipeline._dropping.unread
        unread.drop_one = lambda event: None  # the crash comes as soon as it is stored
        await stage.press("ana", "dismiss", asked, value=f"@{asked.id}", settle=False)
        await stage.crash()
        await stage.revive()
        await stage.settle()
        assert "put away before I had read that" in words(await stage.card())
        await nothing_comes_of_it(stage)


async def test_a_request_that_is_deleted_ends_the_reading_of_what_was_said_to_its_question(stage):
    async with stage:
        models = stage.given["models"]
        models.order = lambda **_: ()
        await stage.say("ana", "restart nginx", event="C1/17.1")
        models.order = lambda **_: ("one", "two")
        await heard(stage, text="the staging one, web-3 I mean")
        await stage.ears.on_deleted(stage.thread, "C1/17.1")
        await stage.until(lambda: models.left == 1)
        await stage.stored()
        assert "put away before I had read that" in words(await stage.card())
        await nothing_comes_of_it(stage)


async def test_never_mind_that_is_typed_ends_the_reading_of_an_answer_and_puts_the_question_away(
    stage,
):
    async with stage:
        asked = await asked_and_answered(stage)
        await stage.say("ana", "never mind", settle=False)
        await stage.until(lambda: stage.given["models"].left == 1)
        await stage.stored()
        assert "Dropped 1 request of yours" in str(await stage.ears.thread(stage.thread))
        await nothing_comes_of_it(stage)
        assert await stage.app.store.read(lambda u: u.asked(stage.thread)) is None
        card = next(card for card in await stage.cards() if card.id == asked.id)
        assert not card.buttons


async def test_one_message_is_dropped_by_who_said_it_alone(stage):
    async with stage:
        await stage.say("ana", ASKED, event="mine", settle=False)
        await stage.until(lambda: stage.given["models"].asked)
        people = stage.app.world.people
        event = told_apart(stage.thread.surface, "mine")
        assert await stage.app.pipeline.drop(people.named("ben"), event) == ""
        assert "Dropped 1" in await stage.app.pipeline.drop(people.named("ana"), event)
        await nothing_comes_of_it(stage)

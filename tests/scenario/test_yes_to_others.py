"""A mere yes is no answer to what was asked before somebody else spoke; a no in any words is one."""

import pytest

from bot.domain.runs import PlanState
from tests.scenario.rooms import PEOPLE, Rooms
from tests.scenario.stage import RESTART
from tests.scenario.test_talk_among_people import halts, runs, told, waits

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path, people=PEOPLE) as made:
        for host in ("web-1", "web-2", "web-3"):
            made.service(host, "nginx", "active")
            made.service(host, "redis", "active")
        yield made


async def is_stopped(stage):
    stored = await stage.app.store.read(lambda u: u.plan(1))
    run = await stage.app.store.read(lambda u: u.run(1))
    ends = {"failed", "cancelled"}
    return stored.state is PlanState.CANCELLED or bool(run and (run.stopping or run.state in ends))


@pytest.mark.parametrize("before", [runs, halts, waits])
async def test_a_yes_after_another_has_spoken_is_asked_back(stage, before):
    await before(stage)
    assert "#1?" in await told(stage, "should I stop it?")
    for text in ("sure", "ok", "yes please"):
        await stage.hear("UCHRIS", "please don't", addressed=False)
        asked = await told(stage, text)
        assert "That may be to something else that was said since." in asked, text
        assert not await is_stopped(stage), text
    stage.release("systemctl restart nginx")


async def test_whoever_says_it_in_full_means_it(stage):
    await waits(stage)
    await stage.hear("UBEN", "should I withdraw it?", addressed=False)
    await stage.hear("UCHRIS", "coffee?", addressed=False)
    await stage.hear("UBEN", "withdraw #1", addressed=False)
    assert await is_stopped(stage)


@pytest.mark.parametrize("text", ["is chris around?", "it's fine", "hmm, a minute more"])
async def test_a_yes_behind_their_own_words_is_asked_back(stage, text):
    await waits(stage)
    await stage.hear("UBEN", "should I stop it?", addressed=False)
    await stage.hear("UBEN", text, addressed=False)
    assert "Say “withdraw #1”, if you want that." in await told(stage, "ok")
    assert not await is_stopped(stage)
    await stage.hear("UBEN", text, addressed=False)
    assert "Say “withdraw #1”, if you want that." in await told(stage, "ok")
    assert not await is_stopped(stage)
    await stage.hear("UBEN", "withdraw #1", addressed=False)
    assert await is_stopped(stage)


@pytest.mark.parametrize("text", ["why?", "what's running?", "rm -rf / on web-1", "thanks"])
async def test_so_it_is_behind_what_overseer_has_answered(stage, text):
    await runs(stage)
    await stage.hear("UBEN", "should I stop it?")
    await stage.hear("UBEN", text)
    assert "Say “stop #1”, if you want that." in await told(stage, "ok", addressed=True)
    assert not await is_stopped(stage)
    stage.release(RESTART)


async def test_a_yes_that_is_said_to_overseer_counts_behind_silence(stage):
    await waits(stage)
    await stage.hear("UBEN", "should I stop it?", addressed=False)
    await stage.hear("UBEN", "is chris around?", addressed=False)
    await stage.hear("UBEN", "yes")
    assert await is_stopped(stage)


@pytest.mark.parametrize("before", [runs, halts, waits])
async def test_a_yes_with_nobody_between_is_an_answer(stage, before):
    await before(stage)
    await stage.hear("UBEN", "should I stop it?", addressed=False)
    await stage.hear("UBEN", "yes", addressed=False)
    assert await is_stopped(stage)


NOES = ["no, all good", "no let it run", "let it run", "nope, carry on", "no, don't stop it",
        "don't stop it", "leave it running", "no, leave it", "no don't", "not yet", "no, wait", "rather not", "keep it",
        "keep it running", "leave it be", "nearly done", "it\u2019s almost finished", "maybe not"]  # fmt: skip


async def test_a_no_in_any_words_closes_the_question(stage):
    await waits(stage)
    for text in NOES:
        assert "Shall I withdraw #1?" in await told(stage, "should I stop it?"), text
        assert "All right, nothing ran. #1 still waits as it is" in await told(stage, text), text
        assert await stage.app.store.read(lambda u: u.asked(stage.thread)) is None, text
    assert await stage.app.store.read(lambda u: u.plan(2)) is None


@pytest.mark.parametrize(
    "text",
    [
        "no, stop it now",
        "no, it must end today",
        "no, #2 of course",
        "no problem",
        "no worries",
        "keep it short, kill it",
        "I'd rather stop it",
        "it's about time",
    ],
)
async def test_what_only_begins_like_a_no_closes_nothing(stage, text):
    await waits(stage)
    await stage.hear("UBEN", "should I stop it?", addressed=False)
    assert "All right, nothing ran" not in await told(stage, text)


@pytest.mark.parametrize("addressed", [True, False])
@pytest.mark.parametrize(
    "text",
    ["thanks, retry", "great, try again", "please retry, I fixed the disk"],
)
async def test_a_decision_beside_a_courtesy_or_a_report_is_one(stage, text, addressed):
    await halts(stage)
    assert "#1 tries what failed again" in await told(stage, text, addressed)


@pytest.mark.parametrize("text", ["retry, if it's fixed", "retry, chris fixed nothing", "no retry"])
async def test_another_tail_makes_it_none(stage, text):
    await halts(stage)
    assert "tries what failed" not in await told(stage, text)


# -- reasons that are none -------------------------------------------------------------------------


async def test_how_things_are_is_no_reason_of_the_plan(stage):
    await waits(stage)
    for text in ("it's slow", "it's slow today", "because chris asked", "because I said so"):
        assert not await told(stage, text), text
    for text in ("it's no longer needed", "it's obsolete", "the reason is gone"):
        assert "#1 still waits as it is" in await told(stage, text), text
    plan = (await stage.app.store.read(lambda u: u.plan(1))).plan
    assert (plan.revision, plan.reason) == (1, "")


@pytest.mark.parametrize(
    ("text", "addressed"), [("because the certificate is new", True), ("reason: new cert", False)]
)
async def test_a_reason_that_is_given_is_kept(stage, text, addressed):
    await waits(stage)
    await stage.hear("UBEN", text, addressed=addressed)
    plan = (await stage.app.store.read(lambda u: u.plan(1))).plan
    assert plan.revision == 2
    assert plan.reason


# -- how it stands ---------------------------------------------------------------------------------

ASKED = ["done?", "are you done?", "still running?", "what's going on?", "what's happening?",
         "how long will it take?", "how far along is it?", "what are you waiting for?", "update?",
         "status please"]  # fmt: skip


async def test_how_it_stands_is_asked_in_many_words(stage):
    await waits(stage)
    said = {text: await told(stage, text, addressed=True) for text in ASKED}
    assert {text: what for text, what in said.items() if "#1, restart nginx" not in what} == {}
    assert [text for text in ("done", "all done!") if await told(stage, text)] == []


async def test_talk_of_who_approves_is_among_people(stage):
    await waits(stage)
    for text in (
        "chris, I've put up #1, could you approve it when you're back?",
        "don't press approve yet", "whoever is around: please approve", "ping", "reload instead?",
    ):  # fmt: skip
        assert not await told(stage, text), text

"""A model's small talk says nothing of how things stand: that is told from the store."""

import pytest

from bot.testing.scripted_models import answer
from tests.scenario.stage import RESTART, words
from tests.scenario.test_models_apart import plainly

pytestmark = pytest.mark.asyncio
SAID = "mach das bitte irgendwie weg da"
TALK = answer("talk", text="C'est annulé.")


async def talked(stage, who="ben"):
    await stage.say(who, SAID)
    return words([card for card in await stage.cards() if card.id.startswith("say-")][-1])


async def test_what_waits_for_votes_is_said_to_wait(staged):
    async with staged(TALK) as stage:
        await plainly(stage, "restart nginx on web-3")
        said = await talked(stage)
        assert "“C'est annulé.” That changed nothing: #1 still waits for approval" in said
        assert "(`stop` ends that)" in said
        assert "Nothing has run" not in said


async def test_what_is_scheduled_is_said_to_start_at_its_time(staged):
    async with staged(TALK) as stage:
        await plainly(stage, "restart nginx on web-3 at 22:00")
        await stage.press("chris", "approve")
        assert "#1 still starts at 22:00 UTC (`stop` ends that)." in await talked(stage)


async def test_what_runs_is_said_to_run_and_nothing_is_said_to_have_run_not(staged):
    async with staged(TALK) as stage:
        stage.hosts.hang(RESTART)
        await plainly(stage, "restart nginx on web-3")
        await stage.press("chris", "approve", settle=False)
        await stage.until(stage.changes)
        await stage.say("ben", SAID, settle=False)
        await stage.until(lambda: stage.given["models"].prompts)
        await stage.stored()
        said = str(await stage.ears.thread(stage.thread))
        assert "That changed nothing: #1 still runs (`stop` ends that)." in said
        assert "Nothing has run" not in said
        stage.release(RESTART)
        await stage.settle()
        assert "“C'est annulé.” Nothing has run." in await talked(stage), "it is over"


async def test_of_several_each_is_told_and_stopped_by_its_number(staged):
    async with staged(TALK) as stage:
        for host in ("web-1", "web-2", "web-3"):
            await plainly(stage, f"restart nginx on {host}")
        await plainly(stage, "reload nginx on web-1")
        said = await talked(stage)
        assert "#4 still waits for approval (`stop 4` ends that); #3 still waits" in said
        assert "1 more is open here." in said


async def test_whose_plan_it_is_not_is_told_no_word_that_stops_it(staged):
    async with staged(TALK) as stage:
        await plainly(stage, "restart nginx on web-3")
        said = await talked(stage, who="vera")
        assert "#1 still waits for approval." in said
        assert "`stop`" not in said

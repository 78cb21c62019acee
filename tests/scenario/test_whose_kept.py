"""Who was told whose a conversation is, is known as long as their plan waits there."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.domain.events import Event
from bot.pipeline import whose_words
from bot.pipeline.whose_words import TOLD
from tests.scenario.rooms_told import asked, stage  # noqa: F401

pytestmark = pytest.mark.asyncio


async def known(stage):
    await stage.owed()
    return await stage.app.store.read(lambda u: u.kept_keys(TOLD))


async def objects(stage):
    return await stage.say("ben", "no, not that one", addressed=False)


async def told(stage):
    """Ben's plan waits in a conversation of Ana's, and he has been told so."""
    await asked(stage)
    await stage.say("ben", "hand over to ana", event="C1/17.2")
    assert "This conversation is Ana's" in (await objects(stage)).text
    assert not (await objects(stage)).text, "once"
    assert await known(stage) == ("1",)


@pytest.mark.parametrize(
    ("who", "button", "state"),
    [("chris", "deny", "DENIED"), ("ben", "cancel", "CANCELLED"), ("chris", "approve", "DONE")],
)
async def test_it_is_forgotten_as_the_plan_waits_no_more(stage, who, button, state):
    await told(stage)
    await stage.press(who, button, text="not now")
    assert (await stage.card(1)).state == state
    assert await known(stage) == ()


async def test_whatever_else_happens_to_a_plan_that_waits_it_is_known(stage):
    await told(stage)
    happened = Event(kind="vote.withdrawn", at=stage.clock.now(), plan=1)
    await stage.app.store.write(lambda u: u.append(happened))
    assert await known(stage) == ("1",)


async def test_over_a_restart_it_is_known_and_nobody_is_told_twice(stage):
    await told(stage)
    await stage.crash()
    await stage.revive()
    assert not (await objects(stage)).text
    assert await known(stage) == ("1",)


async def test_a_start_forgets_what_was_left_a_few_at_a_time(stage, monkeypatch):
    monkeypatch.setattr(whose_words, "AT_ONCE", 2)
    await told(stage)

    def leave(unit):
        for key in ("7", "8", "9"):  # nobody knows these plans
            unit.keep(TOLD, key, ["ben"])

    await stage.app.store.write(leave)
    for kept in (("1", "9"), ("1",)):
        await stage.crash()
        await stage.revive()
        assert await known(stage) == kept


async def test_what_waits_again_meanwhile_is_known(stage):
    await told(stage)
    await stage.app.store.write(lambda u: whose_words.forget(u, ("1",)))
    assert await known(stage) == ("1",)

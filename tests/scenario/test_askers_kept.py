"""By whom a plan was asked for is known as long as it may run, or be asked for again."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.domain.messages import ThreadRef
from bot.pipeline import asked_by
from bot.pipeline.asked_by import ASKED, SENDERS
from tests.scenario.rooms_told import asked, stage  # noqa: F401

FIRST, CHANGE = "C1/17.1", "C1/17.3"


async def known(stage):
    """The plans of which the account, and the senders of their messages, are known."""
    await stage.owed()
    return await stage.app.store.read(lambda u: (u.kept_keys(ASKED), u.kept_keys(SENDERS)))


async def handed(stage):
    """Ben's plan, which is Ana's since, by her word."""
    await asked(stage)
    await stage.say("ben", "hand over to ana", event="C1/17.2")
    await stage.say("ana", "also on web-2", event=CHANGE)
    plan = (await stage.app.store.read(lambda u: u.plan(1))).plan
    assert (plan.revision, plan.requester, plan.formerly) == (2, "ana", ("ben",))
    # The stage's people have names for accounts: a chat's own account is written down.
    await stage.app.store.write(lambda u: u.keep(ASKED, "1", {"surface": "slack", "account": "X"}))
    assert await known(stage) == (("1",), ("1",))


async def test_a_plan_whose_run_has_ended_is_forgotten(stage):
    stage.broken.add(("web-1", "nginx"))
    await handed(stage)
    await stage.press("chris", "approve")
    assert (await stage.card(1)).state == "NEEDS A DECISION"
    assert await known(stage) == (("1",), ("1",)), "it may go on"
    await stage.press("ana", "end")
    assert await known(stage) == ((), ())


@pytest.mark.parametrize("how", ["deny", "cancel"])
async def test_of_what_came_to_nothing_the_senders_are_known_for_some_months(stage, how):
    await handed(stage)
    await stage.press("chris", how, text="not now")
    assert await known(stage) == ((), ("1",)), "asked for again, it is by another account"
    await restarted(stage, days=89)
    assert await known(stage) == ((), ("1",))
    await restarted(stage, days=2)
    assert await known(stage) == ((), ())


async def test_what_is_asked_for_again_is_known_whosever_words_it_was(stage):
    await handed(stage)
    await stage.press("chris", "deny", text="not now")
    await stage.press("ana", "again")
    assert (await stage.card(1)).state == "WAITING"
    await stage.ears.on_deleted(stage.thread, CHANGE)
    await stage.settle()
    assert (await stage.card(1)).state == "CANCELLED"


async def test_of_a_page_nothing_is_kept_as_no_message_is_deleted_there(stage):
    await handed(stage)
    plan = (await stage.app.store.read(lambda u: u.plan(1))).plan
    page = ThreadRef(surface="web", channel="ben", thread="x1")
    theirs = plan.model_copy(update={"id": 7, "thread": page})
    await stage.app.store.write(lambda u: asked_by.noted(u, theirs, "x1/2"))
    assert (await known(stage))[1] == ("1",)


async def test_a_start_forgets_the_older_ones_a_few_at_a_time(stage, monkeypatch):
    monkeypatch.setattr(asked_by, "AT_ONCE", 1)
    await asked(stage)
    await stage.press("ana", "approve")
    await stage.say("ben", "restart nginx on web-2", event="C1/18.1")

    def as_before(unit):
        for box, key in ((SENDERS, "1"), (ASKED, "1"), (ASKED, "2"), (SENDERS, "2"), (ASKED, "9")):
            unit.keep(box, key, {})
        unit.keep(SENDERS, "odd", {})

    await stage.app.store.write(as_before)
    monkeypatch.setattr(asked_by, "follow", lambda *_: None)  # only the start is looked at
    await restarted(stage)
    assert await known(stage) == (("2", "1", "9"), ("2", "odd"))
    await restarted(stage)
    assert await known(stage) == (("2", "9"), ("2", "odd")), "the others may run yet"


async def restarted(stage, days=0):
    await stage.crash()
    await stage.clock.advance(days * 86_400)
    await stage.revive()
    await stage.settle()


async def test_what_is_asked_for_anew_meanwhile_is_not_forgotten(stage):
    """A start looks for what is over, and takes up presses that were left, at the same time."""
    account = {"surface": "slack", "account": "X"}
    await handed(stage)
    await stage.press("chris", "deny", text="not now")
    await stage.app.store.write(lambda u: u.keep(ASKED, "1", account))
    over = await stage.app.store.read(asked_by.left)
    assert over == ((ASKED, "1"),)
    await stage.press("ana", "again")
    await stage.app.store.write(lambda u: u.keep(ASKED, "1", account))
    await stage.app.store.write(lambda u: asked_by.forget(u, over))
    assert await known(stage) == (("1",), ("1",))

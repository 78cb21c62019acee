"""A read of several hosts does not wait for the one that says nothing."""

import asyncio

import pytest

from bot.domain.plans import Decision
from tests.scenario.stage import Stage, words

ASKED = "is nginx up on web-1 and web-2?"


@pytest.fixture
async def stage(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.planning.preview.LATE_S", 0.02)
    monkeypatch.setattr("bot.reporting.thread_reporter.HEARTBEAT_S", 0.02)
    async with Stage(tmp_path) as made:
        for host in ("web-1", "web-2"):
            made.service(host, "nginx")
        made.hosts.machine("web-2").silence = asyncio.Event()
        yield made


async def seen(stage, says):
    """The newest card, once it is so; time goes on meanwhile."""
    async with asyncio.timeout(10):
        while not (cards := await stage.cards()) or not says(cards[-1]):
            await stage.clock.advance(0.1)
            await asyncio.sleep(0.01)
    return cards[-1]


@pytest.mark.parametrize("answers", [True, False])
async def test_the_others_are_shown_while_one_host_says_nothing(stage, answers):
    await stage.say("ben", ASKED, settle=False)
    card = await seen(stage, lambda card: "nginx is up on web-1" in words(card))
    assert (card.state, card.busy) == ("RUNNING", True)
    silent = stage.hosts.machine("web-2")
    silent.down = not answers
    silent.silence.set()
    await stage.settle()
    card = await stage.card()
    assert card.state == ("ANSWER" if answers else "PARTLY ANSWERED")
    assert answers or "web-2 did not answer" in words(card)


async def test_one_host_alone_that_says_nothing_is_not_read(stage):
    stage.hosts.machine("web-2").down = True
    stage.hosts.machine("web-2").silence.set()
    await stage.say("ben", "is nginx up on web-2?")
    beforehand = await stage.card()
    stage.hosts.machine("web-2").silence = asyncio.Event()
    await stage.say("ben", "is nginx up on web-2?", settle=False)
    await seen(stage, lambda card: card.state == "RUNNING")
    stage.hosts.machine("web-2").silence.set()
    await stage.settle()
    later = await stage.card()
    assert beforehand.state == later.state == "NOT READ"
    rows = [[b.spans for b in c.body if b.kind == "row"] for c in (beforehand, later)]
    assert rows[0] == rows[1]


async def test_what_turns_out_to_need_a_vote_waits_for_who_everybody_is(stage, monkeypatch):
    """What people approve is bound to the hosts' identities."""
    asking = stage.app.pipeline._asking
    judge = asking._judge

    async def stricter(asked, draft, plan):
        verdict = await judge(asked, draft, plan)
        if plan is None:
            return verdict
        if not all(p.target.seen for s in plan.steps for p in s.targets):
            stage.hosts.machine("web-2").silence.set()
        return verdict.model_copy(update={"decision": Decision.ASK, "votes": 1})

    monkeypatch.setattr(asking, "_judge", stricter)
    await stage.say("ben", ASKED)
    stored = await stage.app.store.read(lambda u: u.plan(1))
    assert all(p.target.seen for s in stored.plan.steps for p in s.targets)
    assert (await stage.card()).state == "WAITING"

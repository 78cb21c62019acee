"""A run that halts calls those who decide, also where the plan's own thread does not reach them."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio

import pytest

from bot.delivery import bars
from bot.delivery.drawing import seen_by
from bot.domain.events import Event
from bot.domain.messages import ButtonPress, Identity, ThreadRef
from bot.domain.posts import PostKind, direct
from bot.pipeline.deciders import Deciders
from tests.scenario.rooms_told import PEOPLE, THREAD, Slack, asked, stage  # noqa: F401
from tests.scenario.stage import keys

ANA, BEN, CHRIS = "slack/@UANA/", "slack/@UBEN/", "discord/@77/"
PAGE = ThreadRef(surface="web", channel="ben", thread="p1")


async def halted(stage):
    stage.broken.add(("web-1", "nginx"))
    await stage.press("chris", "approve")
    assert (await stage.card(1)).state == "NEEDS A DECISION"


async def told(stage):
    """Where somebody is called to decide: by the sentence, and by the card alone."""
    said = {str(p.place): p.body.text for p in await stage.owed() if p.key.startswith("decide:")}
    cards = {str(p.place) for p in await stage.owed(PostKind.CARD) if p.reader}
    return said, cards


async def sent(stage):
    """Everything that is owed has got there."""
    for post in [*await stage.owed(), *await stage.owed(PostKind.CARD)]:
        await stage.app.store.write(lambda u, p=post: u.sent(p.id, f"r{p.id}", p.version))


async def test_of_a_plan_of_the_page_who_has_the_card_is_told_beside_it_and_others_get_it(stage):
    stage.thread = PAGE
    await asked(stage)
    await sent(stage)
    await halted(stage)
    said, cards = await told(stage)
    assert list(said) == [CHRIS]
    assert said[CHRIS].startswith("#1 restart nginx on web-1 needs a decision: decide by ")
    assert BEN in cards
    await sent(stage)
    await stage.later(minutes=1)
    again, _ = await told(stage)
    assert again == {}, "once"


async def test_where_it_halts_again_the_card_alone_would_notify_nobody(stage):
    stage.thread = PAGE
    await asked(stage)
    await halted(stage)
    await sent(stage)
    await stage.press("ben", "retry", await stage.card(1))
    await stage.settle()
    assert (await stage.card(1)).state == "NEEDS A DECISION"
    said, _ = await told(stage)
    assert set(said) == {BEN, CHRIS}


async def test_who_has_no_account_where_it_was_asked_is_told_where_they_have_one(stage):
    await asked(stage)
    await sent(stage)
    await halted(stage)
    said, cards = await told(stage)
    assert set(said) == {str(THREAD), CHRIS}
    assert BEN not in cards


@pytest.mark.parametrize("where", [PAGE, THREAD])
async def test_once_it_is_decided_that_is_told_wherever_somebody_was_called(stage, where):
    stage.thread = where
    await asked(stage)
    await sent(stage)
    await halted(stage)
    await sent(stage)
    await stage.press("ben", "end", await stage.card(1))
    said, _ = await told(stage)
    ended = "No decision is needed any more: #1 restart nginx on web-1 ended as it stood."
    assert set(said.values()) == {ended}
    assert CHRIS in said


async def test_what_arrives_as_a_call_says_that_a_decision_is_needed(stage, monkeypatch):
    """The card that is stored may still say that it runs: that would be read in a notification."""
    stage.thread, seen = PAGE, []
    call = Deciders.call

    def noted(self, unit, plan, run):
        seen.append(unit.card("plan-1")[1].state)
        call(self, unit, plan, run)

    monkeypatch.setattr(Deciders, "call", noted)
    drawn = stage.app._speaker.refresh

    async def late(plan):
        await asyncio.sleep(0.05)
        return await drawn(plan)

    monkeypatch.setattr(stage.app._speaker, "refresh", late)
    await asked(stage)
    await halted(stage)
    await told(stage)
    assert set(seen) == {"NEEDS A DECISION"}


async def test_they_decide_on_the_card_that_came(stage):
    stage.thread = PAGE
    await asked(stage)
    await halted(stage)
    stage.broken.clear()
    press = ButtonPress(
        event_id="b/1", thread=direct("slack", "UBEN"), button="retry", at=stage.clock.now(),
        identity=Identity(surface="slack", account="UBEN"), person="UBEN", plan=1, revision=1,
        digest=(await stage.card(1)).digest,
    )  # fmt: skip
    reply = await stage.ears.on_button(press)
    assert reply.accepted, reply.text
    await stage.settle()
    assert (await stage.card(1)).state == "DONE"


async def test_what_else_happens_meanwhile_calls_nobody_again(stage):
    stage.thread = PAGE
    await asked(stage)
    await sent(stage)
    await halted(stage)
    await sent(stage)
    await stage.app.store.write(
        lambda u: u.append(Event(kind="run.decided", at=u.now, plan=1, data={"button": "wait"}))
    )
    said, _ = await told(stage)
    assert said == {}


async def test_whose_copy_could_not_be_there_then_gets_it_now(stage):
    stage.thread = PAGE
    await asked(stage)
    for post in await stage.owed(PostKind.CARD):
        await stage.app.store.write(lambda u, p=post: u.give_up(p.id, "They take no messages."))
    await halted(stage)
    said, cards = await told(stage)
    assert CHRIS in cards
    assert CHRIS not in said


async def test_each_hand_over_calls_who_gets_it(stage):
    stage.thread = PAGE
    await asked(stage)
    await sent(stage)
    await halted(stage)
    for giver, receiver, where in (("ben", "ana", ANA), ("ana", "ben", BEN), ("ben", "ana", ANA)):
        await sent(stage)
        card = await stage.card(1)
        assert (await stage.press(giver, "handover", card, text=receiver)).accepted
        said, _ = await told(stage)
        assert where in said


async def test_in_somebodys_direct_messages_who_else_is_to_decide_gets_the_card(tmp_path):
    eve = "  eve: {display: Eve, roles: [operator], identities: ['web:eve', 'slack:UEVE']}\n"
    stage = Slack(tmp_path)
    stage.home.people.write_text(PEOPLE + eve)
    stage.thread = ThreadRef(surface="slack", channel="D9", thread="18.1")
    async with stage:
        stage.service("web-1", "nginx")
        await stage.say("ben", "restart nginx on web-1", event="D9/18.1", remote="18.1")
        await halted(stage)
        await sent(stage)
        assert (await stage.press("ben", "handover", await stage.card(1), text="eve")).accepted
        said, cards = await told(stage)
        assert "slack/@UEVE/" in cards
        assert "slack/@UEVE/" not in said


@pytest.mark.parametrize("where", [PAGE, THREAD])
async def test_once_handed_over_it_stands_on_nobody_elses_copy(stage, where):
    stage.thread = where
    await asked(stage)
    await halted(stage)
    await sent(stage)
    before = await stage.card(1)
    for name in ("ana", "ben", "chris"):
        assert {"retry", "skip", "end", "handover"} <= keys(seen_by(before, name))
    await stage.press("ben", "handover", before, text="ana")
    copies = {str(p.place): p for p in await stage.owed(PostKind.CARD) if p.reader}
    assert CHRIS in copies, "his copy is drawn again"
    after = await stage.card(1)
    chris = seen_by(after, copies[CHRIS].reader)
    assert not keys(chris) & {"retry", "skip", "end", "handover"}
    assert chris.footer[0] == "Ana or an admin decides about it now."
    assert seen_by(after, "ana") == after
    await stage.press("ana", "handover", after, text="ben")
    for name in ("ana", "ben"):
        assert {"retry", "skip", "end"} <= keys(seen_by(await stage.card(1), name)), "an admin too"
    assert not keys(seen_by(await stage.card(1), "dana")) & {"retry", "skip", "end"}


async def test_who_gets_it_is_told_where_they_read_it_as_long_as_its_channel_is_barred(stage):
    await asked(stage)
    await halted(stage)

    def bar(unit):
        for post in [
            p for p in unit.owed("slack") if p.place == THREAD and p.key.startswith("decide:")
        ]:
            bars.barred(unit, post, "The channel is archived.", doubt=False, tell=True)

    await stage.app.store.write(bar)
    await stage.later(minutes=1)
    await sent_but_in(stage, THREAD)
    reply = await stage.press("ben", "handover", await stage.card(1), text="ana")
    assert reply.accepted
    said, _ = await told(stage)
    assert ANA in said
    assert said[ANA].startswith("#1 restart nginx on web-1 needs a decision: decide by ")


async def sent_but_in(stage, place):
    """Everything that is owed elsewhere has got there."""
    for post in [*await stage.owed(), *await stage.owed(PostKind.CARD)]:
        if post.place != place:
            await stage.app.store.write(lambda u, p=post: u.sent(p.id, f"r{p.id}", p.version))

"""A stored plan that can't be read, in chats: nobody else goes unheard or uncalled because of it."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.adapters.store import rows
from bot.conversation.holders import holder
from bot.domain.events import Event
from bot.domain.intents import Option, Question, Revision
from bot.domain.messages import ThreadRef
from bot.domain.posts import PostKind
from bot.domain.revisions import intent_of
from bot.domain.runs import PlanState
from bot.errors import UnreadableError
from bot.pipeline import noticing, open_question
from bot.pipeline.books import line_of
from bot.pipeline.spoken import Spoken
from tests.scenario.rooms_told import asked, stage  # noqa: F401
from tests.scenario.stage import words
from tests.scenario.test_decided_in_words import halted
from tests.scenario.test_decided_in_words import stage as rooms  # noqa: F401
from tests.scenario.test_unreadable_plans import damage

pytestmark = pytest.mark.asyncio
OTHER = ThreadRef(surface="slack", channel="C1", thread="18.1")


@pytest.fixture(autouse=True)
def nothing_read_before():
    rows._plan.cache_clear()


async def happened(stage, plan=1):
    """Something that plan has left in the log."""
    event = Event(kind="vote.cast", at=stage.clock.now(), plan=plan, person="ana")
    await stage.app.store.write(lambda u: u.append(event))


async def caught_up(stage):
    """Whether people were told of all that the log has."""
    return await stage.app.store.read(lambda u: u.get(noticing.CURSOR) == u.log(limit=1)[0].seq)


# -- who must notice -----------------------------------------------------------------------------


async def test_who_votes_on_another_is_asked(stage):
    await asked(stage)
    await stage.owed()
    damage(stage)
    await happened(stage)
    await stage.say("ben", "restart nginx on web-2", event="C1/18.1", remote="18.1", thread=OTHER)
    posts = await stage.owed()
    assert ("votes:2:1", str(OTHER)) in [(post.key, str(post.place)) for post in posts]
    copies = await stage.owed(PostKind.CARD)
    assert ("plan-2", "ana") in [(post.card, post.reader) for post in copies]
    assert await caught_up(stage)


@pytest.mark.parametrize("last", [False, True])
async def test_who_votes_by_a_role_there_is_looked_up_for_the_others(stage, monkeypatch, last):
    """Wherever the one that can't be read stands among the events."""
    await asked(stage)
    await stage.owed()
    monkeypatch.setattr(stage.app._noticing._lenders, "lend", lambda _: True)
    looked = []

    async def able(plan):
        looked.append(plan.id)
        return ()

    monkeypatch.setattr(stage.app._noticing._lenders, "able", able)
    damage(stage)
    if not last:
        await happened(stage)
    await stage.say("ben", "restart nginx on web-2", event="C1/18.1", remote="18.1", thread=OTHER)
    if last:
        await happened(stage)
    await stage.owed()
    assert set(looked) == {2}
    assert await caught_up(stage)


async def test_damaged_while_it_is_told_of_it_holds_up_nobody(stage, monkeypatch):
    """Between the look for cards that are behind, and what is written."""
    await asked(stage)
    await stage.owed()
    by_role = stage.app._noticing._by_role

    async def damaged(events):
        able = await by_role(events)
        damage(stage)
        rows._plan.cache_clear()
        return able

    monkeypatch.setattr(stage.app._noticing, "_by_role", damaged)
    await happened(stage)
    await stage.say("ben", "restart nginx on web-2", event="C1/18.1", remote="18.1", thread=OTHER)
    assert ("votes:2:1", str(OTHER)) in [(p.key, str(p.place)) for p in await stage.owed()]
    assert await caught_up(stage)


# -- who speaks ------------------------------------------------------------------------------------


async def elsewhere(rooms):
    """One run has halted in a conversation, and can't be read; Ben speaks in another."""
    await halted(rooms)
    await rooms.hear("UBEN", "is nginx up on web-2?", thread=OTHER)
    damage(rooms)
    rows._plan.cache_clear()


async def last(rooms, thread=OTHER):
    return words((await rooms.ears.thread(thread))[-1].card)


@pytest.mark.parametrize("text", ["go on", "continue"])
async def test_everything_is_resumed_by_these_words_in_another_thread(rooms, text):
    await elsewhere(rooms)
    await rooms.hear("UANA", "stop everything", thread=OTHER)
    assert (await rooms.ears.status()).frozen
    await rooms.hear("UANA", text, thread=OTHER)
    assert not (await rooms.ears.status()).frozen


@pytest.mark.parametrize("text", ["go on", "continue"])
async def test_everything_is_resumed_by_these_words_in_its_own_thread(rooms, text):
    await halted(rooms)
    damage(rooms)
    await rooms.hear("UANA", "stop everything")
    await rooms.hear("UANA", text)
    assert not (await rooms.ears.status()).frozen


@pytest.mark.parametrize("text", ["go on", "continue"])
async def test_what_has_halted_beside_it_can_still_be_gone_on_with(rooms, text):
    await halted(rooms)
    rooms.broken.add(("web-2", "nginx"))
    await rooms.hear("UBEN", "restart nginx on web-2")
    await rooms.press("ana", "approve", await rooms.card_in(rooms.thread, 2))
    damage(rooms)
    rows._plan.cache_clear()
    await rooms.hear("UBEN", text)
    assert "#2 waits for a decision: say `retry`" in words(await rooms.card())


async def test_a_conversation_is_handed_over_beside_it(rooms):
    await elsewhere(rooms)
    assert (await rooms.hear("UBEN", "hand over to chris", thread=OTHER)).accepted
    assert await rooms.app.store.read(lambda u: holder(u, OTHER)) == "chris"


async def test_its_own_conversation_is_handed_over_without_it(rooms):
    await halted(rooms)
    damage(rooms)
    rows._plan.cache_clear()
    assert (await rooms.hear("UBEN", "hand over to chris")).accepted
    assert await rooms.app.store.read(lambda u: holder(u, rooms.thread)) == "chris"
    assert (await rooms.app.store.read(lambda u: u.run(1))).decider == ""


async def test_a_question_whether_to_change_it_or_another_is_still_answered(rooms):
    """Anything that is said where such a question is open looks at all that it offers."""
    for number, host in ((1, "web-1"), (2, "web-2")):
        await rooms.hear("UBEN", f"restart nginx on {host}")
        assert (await rooms.card_in(rooms.thread, number)).state == "WAITING"
    plans = [s.plan for s in await rooms.app.store.read(lambda u: [u.plan(n) for n in (1, 2)])]
    means = [Revision(plan=plan.id, revision=1, intent=intent_of(plan)) for plan in plans]
    options = tuple(Option(label=f"#{m.plan}", says="not web-1", means=m) for m in means)
    asks = Question(text="Which?", about="plan", options=options)
    await rooms.app.store.write(lambda u: u.ask(rooms.thread, asks, "not web-1", "ben"))
    damage(rooms)
    with pytest.raises(UnreadableError):
        await rooms.app.store.read(lambda u: u.plan(1))

    async def over():
        return await rooms.app.store.read(lambda u: open_question.is_over(u, rooms.thread))

    assert not await over()
    await rooms.app.store.write(lambda u: u.move_plan(2, 1, PlanState.CANCELLED))
    assert await over()


# -- lists and deletions ---------------------------------------------------------------------------


async def test_what_runs_is_listed_without_one_that_was_damaged_meanwhile(rooms):
    for host in ("web-1", "web-2"):
        await rooms.hear("UBEN", f"restart nginx on {host}")
    lines = await rooms.app.store.read(lambda u: [line_of(u, number) for number in (1, 2)])
    damage(rooms)
    telling, spoken = rooms.app.pipeline._hearing._telling, Spoken(rooms.app.world, rooms.thread)
    here, others = await telling._here(lines, spoken)
    assert ([line.plan for line in here], others) == ([2], 1)


@pytest.mark.parametrize("event", ["C1/17.1", "C1/17.9"])
async def test_what_asked_for_it_or_its_card_is_deleted(rooms, event):
    await rooms.hear("UBEN", "restart nginx on web-1", event="C1/17.1")
    (card,) = [p for p in await owed(rooms) if p.card == "plan-1" and not p.reader]
    await rooms.app.store.write(lambda u: u.sent(card.id, "17.9", card.version))
    damage(rooms)
    await rooms.ears.on_deleted(rooms.thread, event)
    assert await rooms.app.store.read(lambda u: u.received("slack", event))


async def owed(rooms):
    posts = await rooms.app.store.read(lambda u: u.owed("slack"))
    return [post for post in posts if post.kind is PostKind.CARD]

"""What `bot.ports.Store` and `Unit` promise: deliveries, threads, cards, questions."""

import itertools

import pytest

from bot.domain.cards import Card, Paragraph, Tone
from bot.domain.intents import Option, Question
from tests.rigs.stores import OTHER, THREAD

pytestmark = pytest.mark.asyncio


async def test_a_delivery_is_taken_in_once(store):
    assert await store.write(lambda u: u.receive("slack", "Ev1"))
    assert not await store.write(lambda u: u.receive("slack", "Ev1"))
    assert await store.write(lambda u: u.receive("web", "Ev1"))


async def test_a_delivery_that_is_let_go_is_taken_in_again(store):
    await store.write(lambda u: (u.receive("web", "Ev1"), u.receive("slack", "Ev1")))
    assert await store.read(lambda u: (u.received("web", "Ev1"), u.received("web", "Ev2"))) == (
        True,
        False,
    )
    await store.write(lambda u: u.let_go("web", "Ev1"))
    assert await store.write(lambda u: u.receive("web", "Ev1"))
    assert not await store.write(lambda u: u.receive("slack", "Ev1"))


async def test_a_thread_keeps_its_order_and_each_item_its_seq(store):
    card = Card(id="plan-1", title="Restart", state="WAITING", body=(Paragraph(text="x"),))
    said = await store.write(lambda u: u.say(THREAD, "ana", "restart nginx"))
    first = await store.write(lambda u: u.put_card(THREAD, card))
    await store.write(lambda u: u.say(OTHER, "bo", "elsewhere"))
    more = await store.write(lambda u: u.say(THREAD, "bo", "why?"))
    edited = await store.write(
        lambda u: u.put_card(THREAD, card.model_copy(update={"state": "RUNNING"}))
    )
    items = await store.read(lambda u: u.thread(THREAD))
    assert items == (said, edited, more)
    assert edited.seq == first.seq < more.seq
    assert await store.read(lambda u: u.thread(THREAD, after=edited.seq)) == (more,)


async def test_an_older_edit_never_overwrites_a_newer_card(store):
    card = Card(id="plan-1", title="Restart")
    serials = []
    for title in ("first", "second", "third"):
        card = (await store.write(lambda u, c=card, t=title: u.put_card(
            THREAD, c.model_copy(update={"title": t})))).card  # fmt: skip
        serials.append(card.serial)
    assert serials == [0, 1, 2]
    old = card.model_copy(update={"serial": 1, "title": "old"})
    assert await store.write(lambda u: u.put_card(THREAD, old)) is None
    assert await store.read(lambda u: u.card("plan-1")) == (THREAD, card)
    assert await store.read(lambda u: u.card("plan-2")) is None


async def test_a_card_stays_where_it_first_appeared(store):
    card = Card(id="plan-1", title="Restart")
    await store.write(lambda u: u.put_card(THREAD, card))
    item = await store.write(lambda u: u.put_card(OTHER, card))
    assert item.thread == str(THREAD)
    assert await store.read(lambda u: u.thread(OTHER)) == ()


async def test_conversations_are_listed_by_person_newest_first(store, clock):
    async def say(thread, person, text):
        clock.tick(minutes=1)
        await store.write(lambda u: u.say(thread, person, text))

    await store.write(lambda u: u.put_card(THREAD, Card(id="hi", title="Welcome")))
    await say(THREAD, "ana", "\n  restart nginx\non web-1")
    await say(OTHER, "bo", "x" * 200)
    await say(THREAD, "ana", "and again")
    await store.write(
        lambda u: u.put_card(THREAD, Card(id="c", title="R", state="WAITING", tone=Tone.WAITING))
    )
    await store.write(lambda u: u.put_card(THREAD, Card(id="hi", title="W", state="OLD")))
    (mine,) = await store.read(lambda u: u.threads("ana"))
    assert (mine.title, mine.state, mine.tone) == ("restart nginx", "WAITING", Tone.WAITING)
    assert mine.at == clock.now()
    both = await store.read(lambda u: u.threads(None))
    assert [t.thread for t in both] == [str(THREAD), str(OTHER)]
    assert len(both[1].title) == 80
    assert await store.read(lambda u: u.threads(None, limit=1)) == both[:1]
    assert await store.read(lambda u: u.threads("nobody")) == ()


async def test_a_conversation_is_also_whose_it_was_made_until_it_is_no_more(store):
    async def lists():
        found = [await store.read(lambda u, n=n: u.threads(n)) for n in ("ana", "bo")]
        return [[each.thread for each in one] for one in found]

    await store.write(lambda u: u.say(THREAD, "ana", "restart nginx"))
    for _ in range(2):
        await store.write(lambda u: u.share(THREAD, "bo"))
    assert await lists() == [[str(THREAD)], [str(THREAD)]]
    await store.write(lambda u: u.say(THREAD, "bo", "on web-1"))
    for _ in range(2):
        await store.write(lambda u: u.unshare(THREAD, "bo"))
    assert await lists() == [[str(THREAD)], []]


async def test_the_card_that_most_wants_attention_stands_for_its_conversation(store):
    drawn = itertools.count(100, 100)

    async def stands(card_id, state, tone=Tone.NEUTRAL):
        card = Card(id=card_id, title="R", state=state, tone=tone, serial=next(drawn))
        await store.write(lambda u: u.put_card(THREAD, card))
        (now,) = await store.read(lambda u: u.threads(None))
        return now.state

    assert await stands("plan-1", "WAITING", Tone.WAITING) == "WAITING"
    assert await stands("plan-2", "ANSWER") == "WAITING"
    assert await stands("ask-1", "ANSWERED") == "WAITING"
    (now,) = await store.read(lambda u: u.threads(None))
    assert now.tone is Tone.WAITING
    assert await stands("plan-1", "RUNNING") == "RUNNING"
    assert await stands("plan-3", "NEEDS A DECISION") == "NEEDS A DECISION"
    assert await stands("plan-3", "FAILED") == "RUNNING"
    assert await stands("plan-1", "DONE") == "FAILED"  # the newest change; the answer is a look
    assert await stands("plan-4", "ANSWER") == "FAILED"
    assert await stands("plan-5", "DONE") == "DONE"


async def test_a_card_that_is_drawn_again_is_no_news_in_its_conversation(store, clock):
    old = Card(id="plan-1", title="R", state="DONE")
    await store.write(lambda u: u.put_card(THREAD, old))
    clock.tick(minutes=1)
    await store.write(lambda u: u.put_card(THREAD, Card(id="plan-2", title="S", state="RUNNING")))
    before = await store.read(lambda u: u.threads(None))
    clock.tick(minutes=1)
    for again in (old, Card(id="plan-2", title="S", state="RUNNING", lines=("1 min left",))):
        await store.write(lambda u, card=again: u.put_card(THREAD, card))
    assert await store.read(lambda u: u.threads(None)) == before
    await store.write(
        lambda u: u.put_card(THREAD, Card(id="plan-2", serial=9, state="DONE", title="S"))
    )
    (now,) = await store.read(lambda u: u.threads(None))
    assert (now.at, now.state) == (clock.now(), "DONE")


async def test_one_open_question_per_thread(store):
    question = Question(about="hosts", text="Which?", options=(Option(label="a", says="b"),))
    await store.write(lambda u: u.ask(THREAD, question, "restart nginx", "ana"))
    newer = question.model_copy(update={"about": "service"})
    await store.write(lambda u: u.ask(THREAD, newer, "restart", "bo"))
    assert await store.read(lambda u: u.asked(THREAD)) == (newer, "restart", "bo")
    await store.write(lambda u: u.ask(THREAD, None, "", ""))
    assert await store.read(lambda u: u.asked(THREAD)) is None

"""What `bot.ports.Unit` promises of posts: the durable outbox of chat platforms."""

from datetime import timedelta

import pytest

from bot.adapters.store.unit_posts import POST_TO, POSTS_TO
from bot.domain.cards import Attachment, Card
from bot.domain.messages import ThreadRef
from bot.domain.posts import Mark, MarkState, Notice, PostKind, direct
from tests.rigs.stores import START

pytestmark = pytest.mark.asyncio
ROOM = ThreadRef(surface="slack", channel="C1", thread="17.1")
PAGE = ThreadRef(surface="web", channel="ana", thread="t1")
CARD = Card(id="plan-1", title="restart nginx", plan=1)


async def shown(store, card, thread=ROOM):
    item = await store.write(lambda u: u.put_card(thread, card))
    return item.card


async def owed(store, surface="slack"):
    return await store.read(lambda u: u.owed(surface))


async def test_a_card_of_a_room_is_owed_there_in_the_same_transaction(store):
    await shown(store, CARD)
    (post,) = await owed(store)
    assert (post.place, post.kind, post.card) == (ROOM, PostKind.CARD, "plan-1")
    assert (post.version, post.shown, post.remote) == (0, -1, "")


async def test_a_card_that_could_not_be_stored_is_not_owed(store):
    def work(unit):
        unit.put_card(ROOM, CARD)
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        await store.write(work)
    assert await owed(store) == ()


async def test_a_card_of_the_page_is_owed_to_no_platform(store):
    await shown(store, CARD, PAGE)
    assert await owed(store) == await owed(store, "web") == ()


async def test_edits_coalesce_and_the_last_one_is_owed_until_it_was_sent(store):
    card = CARD
    for state in ("LOOKING", "WAITING", "RUNNING"):
        card = await shown(store, card.model_copy(update={"state": state}))
    (post,) = await owed(store)
    assert post.version == 2
    await store.write(lambda u: u.sent(post.id, "17.2", 1))  # an older state got there
    (post,) = await owed(store)
    assert (post.shown, post.remote) == (1, "17.2")
    await store.write(lambda u: u.sent(post.id, "17.2", 2))
    assert await owed(store) == ()
    await shown(store, card.model_copy(update={"state": "DONE"}))
    (post,) = await owed(store)
    assert (post.version, post.shown, post.remote) == (3, 2, "17.2")


async def test_every_copy_of_a_card_follows_it(store):
    card = await shown(store, CARD, PAGE)
    to_ben = direct("discord", "42")
    copy = await store.write(lambda u: u.owe_card(to_ben, card, "ben"))
    assert (copy.place, copy.reader) == (to_ben, "ben")
    await store.write(lambda u: u.sent(copy.id, "m1", 0))
    assert await owed(store, "discord") == ()
    await shown(store, card, PAGE)
    assert await owed(store, "discord") == (), "it says the same"
    await shown(store, card.model_copy(update={"state": "DONE"}), PAGE)
    (post,) = await owed(store, "discord")
    assert (post.version, post.shown) == (1, 0)


async def test_what_is_owed_twice_under_one_key_is_one_post(store):
    notice = Notice(text="needs a vote", concerns=("ana",))

    def work(unit):
        return unit.owe(ROOM, "votes:1", PostKind.NOTICE, notice)

    first, second = await store.write(work), await store.write(work)
    assert first == second
    assert first.body == notice
    assert len(await owed(store)) == 1


async def test_another_body_under_the_key_is_owed_anew(store):
    def mark(state):
        return lambda u: u.owe(ROOM, "mark", PostKind.MARK, Mark(message="17.1", state=state))

    post = await store.write(mark(MarkState.HEARD))
    await store.write(lambda u: u.sent(post.id, "17.1", 0))
    assert await owed(store) == ()
    await store.write(mark(MarkState.DONE))
    (post,) = await owed(store)
    assert post.body.state is MarkState.DONE
    assert (post.version, post.shown) == (1, 0)


async def test_a_sending_is_known_by_its_nonce_until_its_outcome_is(store):
    await shown(store, CARD)
    (post,) = await owed(store)
    await store.write(lambda u: u.sending(post.id, "n1"))
    (post,) = await owed(store)
    assert (post.nonce, post.tries, post.sent_at) == ("n1", 0, START)
    until = START + timedelta(seconds=30)
    await store.write(lambda u: u.put_off(post.id, until, failed=True, doubt=True))
    (post,) = await owed(store)
    assert (post.nonce, post.tries, post.not_before) == ("n1", 1, until)
    await store.write(lambda u: u.sent(post.id, "17.2", 0))
    post = await store.read(lambda u: u.post(post.id))
    assert (post.nonce, post.tries, post.not_before) == ("", 0, None)


async def test_what_is_known_not_to_be_there_needs_no_looking_for(store):
    await shown(store, CARD)
    (post,) = await owed(store)
    await store.write(lambda u: u.sending(post.id, "n1"))
    await store.write(lambda u: u.put_off(post.id, START))
    (post,) = await owed(store)
    assert (post.nonce, post.tries) == ("", 0)


async def test_a_card_is_drawn_again_when_what_is_said_around_it_changes(store):
    await shown(store, CARD)
    (post,) = await owed(store)
    await store.write(lambda u: u.sent(post.id, "17.2", 0))
    await store.write(lambda u: u.draw(ROOM, post.key))
    (again,) = await owed(store)
    assert (again.remote, again.is_first) == ("17.2", False)
    await store.write(lambda u: u.give_up(post.id, "It was deleted."))
    await store.write(lambda u: u.draw(ROOM, post.key))
    assert await owed(store) == ()


async def test_a_post_is_found_by_its_place_and_key(store):
    await shown(store, CARD)
    found = await store.read(lambda u: u.posted(ROOM, "card:plan-1"))
    assert found.card == "plan-1"
    elsewhere = ROOM.model_copy(update={"thread": "18.1"})
    assert await store.read(lambda u: u.posted(elsewhere, "card:plan-1")) is None


async def test_how_much_is_owed_and_what_was_refused_can_be_told(store):
    await shown(store, CARD)
    await shown(store, CARD.model_copy(update={"id": "plan-2"}))
    first, _ = await owed(store)
    await store.write(lambda u: u.give_up(first.id, "There is no channel C1."))
    assert await store.read(lambda u: u.how_many_owed("slack")) == 1
    assert await store.read(lambda u: u.how_many_owed("discord")) == 0
    (refused,) = await store.read(lambda u: u.given_up("slack"))
    assert (refused.id, refused.gone) == (first.id, "There is no channel C1.")


async def test_what_was_refused_is_found_behind_any_number_of_signs(store):
    await shown(store, CARD)
    (card,) = await owed(store)

    def signs(unit):
        for n in range(30):
            body = Mark(message=f"17.{n}", state=MarkState.HEARD)
            post = unit.owe(ROOM, f"mark:{n}", PostKind.MARK, body)
            unit.give_up(post.id, "There is no such message.")

    await store.write(lambda u: (u.give_up(card.id, "There is no channel C1."), signs(u)))
    assert [p.id for p in await store.read(lambda u: u.given_up("slack"))] == [card.id]


async def test_what_was_given_up_is_never_owed_again(store):
    card = await shown(store, CARD)
    (post,) = await owed(store)
    await store.write(lambda u: u.give_up(post.id, "There is no channel C1."))
    await shown(store, card)
    assert await owed(store) == ()
    assert (await store.read(lambda u: u.post(post.id))).gone == "There is no channel C1."


async def test_a_message_of_the_platform_leads_to_its_post(store):
    await shown(store, CARD)
    (post,) = await owed(store)
    await store.write(lambda u: u.sent(post.id, "17.2", 0))
    found = await store.read(lambda u: u.post_at("slack", "C1", "17.2"))
    assert found.card == "plan-1"
    assert await store.read(lambda u: u.post_at("slack", "C2", "17.2")) is None
    assert await store.read(lambda u: u.post_at("slack", "C1", "")) is None


def _sent_to(unit, reader, remote, kind=PostKind.CARD, *, number=1):
    """A post of this kind in direct messages to somebody; without a `remote` it is not there."""
    place = direct("slack", f"U-{reader}")
    if kind is PostKind.CARD:
        post = unit.owe_card(place, CARD.model_copy(update={"id": f"plan-{number}"}), reader)
    else:
        post = unit.owe(place, f"votes:{number}:1", kind, Notice(text="look"), reader=reader)
    if remote:
        unit.sent(post.id, remote, post.version)


async def test_what_stands_in_direct_messages_is_found_by_whose_they_are(store):
    def work(unit):
        _sent_to(unit, "ana", "1.1")
        _sent_to(unit, "ana", "1.2", PostKind.NOTICE)
        _sent_to(unit, "ana", "1.3", number=2)
        _sent_to(unit, "ana", "", number=3)
        for n in range(9):
            _sent_to(unit, "bo", f"2.{n}", number=n)

    await store.write(work)

    async def remotes(kind=PostKind.CARD, limit=5, surface="slack", reader="ana"):
        found = await store.read(lambda u: u.posts_to(surface, reader, kind, limit))
        return [post.remote for post in found]

    assert await remotes() == ["1.3", "1.1"]
    assert await remotes(limit=1) == ["1.3"]
    assert await remotes(PostKind.NOTICE) == ["1.2"]
    assert await remotes(reader="bo", limit=2) == ["2.8", "2.7"]
    assert await remotes(surface="discord") == []


async def test_a_message_to_somebody_leads_to_its_post_whatever_names_its_place(store):
    def work(unit):
        _sent_to(unit, "ana", "1.1")
        _sent_to(unit, "ana", "", number=2)
        _sent_to(unit, "bo", "1.1", PostKind.NOTICE)
        post = unit.owe_card(ROOM, CARD)
        unit.sent(post.id, "17.2", 0)

    await store.write(work)

    async def found(reader, remote, surface="slack"):
        post = await store.read(lambda u: u.post_to(surface, reader, remote))
        return post and (post.kind, post.reader)

    assert await found("ana", "1.1") == (PostKind.CARD, "ana")
    assert await found("bo", "1.1") == (PostKind.NOTICE, "bo")
    for nobodys in (("ana", "1.2"), ("ana", ""), ("", "17.2"), ("cy", "1.1")):
        assert await found(*nobodys) is None
    assert await found("ana", "1.1", "discord") is None


@pytest.mark.parametrize(
    ("statement", "values", "index"),
    [
        (POST_TO, ["slack", "ana", "1.1"], "reader_remote (surface=? AND reader=? AND remote=?)"),
        (
            POSTS_TO,
            ["slack", "ana", "card", 9],
            "reader_kind_id (surface=? AND reader=? AND kind=?)",
        ),
    ],
)
async def test_it_is_looked_up_and_not_searched_for(store, statement, values, index):
    """With each direct message: however much was sent to everybody else."""
    connection = store._writer._connection
    sql = f"EXPLAIN QUERY PLAN {statement.sql}"
    steps = str(connection.execute(sql, statement.values(values)).fetchall())
    assert f"ix_posts_surface_{index}" in steps
    assert "SCAN" not in steps
    assert "TEMP B-TREE" not in steps


async def test_what_is_owed_comes_in_order_and_in_pages(store):
    for number in range(5):
        await store.write(
            lambda u, n=number: u.owe(
                ROOM, f"f{n}", PostKind.FILE, Attachment(name=f"{n}.txt", text="…")
            )
        )
    first = await store.read(lambda u: u.owed("slack", limit=3))
    rest = await store.read(lambda u: u.owed("slack", after=first[-1].id))
    assert [post.body.name for post in (*first, *rest)] == [f"{n}.txt" for n in range(5)]


async def test_who_subscribes_hears_of_every_change_of_a_post_as_it_stands(store):
    heard = []
    stop = store.subscribe_posts(heard.extend)
    card = await shown(store, CARD)
    (post,) = await owed(store)
    changes = (
        lambda u: u.sending(post.id, "n1"),
        lambda u: u.put_off(post.id, START + timedelta(seconds=5), failed=True),
        lambda u: u.sent(post.id, "17.9", 0),
        lambda u: u.draw(ROOM, post.key),
        lambda u: u.put_card(ROOM, card.model_copy(update={"state": "DONE"})),
        lambda u: u.owe(ROOM, "m", PostKind.MARK, Mark(message="17.1", state=MarkState.HEARD)),
        lambda u: u.owe(ROOM, "m", PostKind.MARK, Mark(message="17.1", state=MarkState.DONE)),
        lambda u: u.give_up(post.id, "no"),
    )
    assert heard == [post]
    for change in changes:
        heard.clear()
        await store.write(change)  # heard before whoever waits for it goes on
        (known,) = heard
        assert known == await store.read(lambda u, n=known.id: u.post(n))
    stop()
    await store.write(lambda u: u.draw(ROOM, "m"))
    assert len(heard) == 1


async def test_who_sends_may_begin_with_a_post_in_the_commit_that_owes_it(store):
    heard, seen = [], []

    def begin(unit, posts):
        seen.extend(posts)
        for post in posts:
            unit.sending(post.id, "n1")
        return True

    stop = store.subscribe_posts(heard.extend, begin)
    await shown(store, CARD)
    assert ([post.nonce for post in seen], [post.nonce for post in heard]) == ([""], ["n1"])
    assert [post.nonce for post in await owed(store)] == ["n1"]
    await store.write(lambda u: None)  # nothing of a post
    stop()
    await store.write(lambda u: u.owe(ROOM, "n", PostKind.NOTICE, Notice(text="look")))
    assert len(seen) == len(heard) == 1


async def test_what_can_not_be_begun_with_is_owed_all_the_same(store):
    heard = []

    def begin(unit, posts):
        unit.sending(posts[0].id, "n1")
        raise RuntimeError("no")

    store.subscribe_posts(heard.extend, begin)
    await shown(store, CARD)
    assert [post.nonce for post in heard] == [post.nonce for post in await owed(store)] == [""]


async def test_what_came_to_nothing_is_heard_of_by_nobody(store):
    heard, card = [], await shown(store, CARD)
    store.subscribe_posts(heard.extend)

    def breaks(unit):
        unit.put_card(ROOM, card.model_copy(update={"state": "DONE"}))
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        await store.write(breaks)
    await store.write(lambda u: u.owe(ROOM, "n", PostKind.NOTICE, Notice(text="look")))
    assert [post.key for post in heard] == ["n"]


async def test_a_look_changes_nothing_and_tells_nobody(store):
    await shown(store, CARD)
    for change in (lambda u: u.draw(ROOM, "card:plan-1"), lambda u: u.give_up(1, "no")):
        with pytest.raises(TypeError):
            await store.read(change)

"""What is owed to a chat platform gets there: once, in order, within its pace, in its thread.

Whatever happens meanwhile: 429 and 500, cuts of an hour, and a process that dies at any moment.
"""

import asyncio
import random

import pytest

from bot.delivery.worker import AT_ONCE
from bot.domain.messages import ThreadRef
from bot.domain.posts import Mark, MarkState, Notice, PostKind, direct
from bot.errors import StoreBusyError
from bot.reporting.mouth import put
from bot.testing.recorded_platform import Fault
from tests.rigs.deliveries import Rig, card, room

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def rig(tmp_path):
    made = Rig(tmp_path)
    await made.start()
    yield made
    await made.stop()


def states(rig, place):
    return [shown.state for shown in rig.platform.cards(place)]


# -- the last state of every card arrives ----------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
async def test_with_a_third_refused_every_last_state_arrives_in_order(rig, seed):
    chance = random.Random(seed)
    faults = [Fault.BUSY, Fault.AWAY, Fault.LOST, Fault.TAKEN]
    rig.platform.faults = lambda _: chance.choice(faults) if chance.random() < 0.3 else None
    places = [room(n, f"C{n % 3}") for n in range(15)]
    for number, place in enumerate(places):
        await rig.put(place, card(number))
    for state in ("WAITING", "RUNNING", "DONE"):
        for number, place in enumerate(places):
            await rig.put(place, card(number, state=state))
            await rig.passes(0.3)
    await rig.passes(600)
    assert await rig.owed() == ()
    for number, place in enumerate(places):
        (shown,) = rig.platform.cards(place)
        assert (shown.plan, shown.state) == (number, "DONE")
    for channel in ("C0", "C1", "C2"):
        order = [m.card.plan for m in rig.platform.messages.values() if m.place.channel == channel]
        assert order == sorted(order)
    for message in rig.platform.messages.values():
        serials = [speech.said.serial for speech in message.said]
        assert serials == sorted(serials)
    assert rig.platform.too_fast == []


async def test_at_most_one_edit_per_second_and_card_and_the_last_one_counts(rig):
    for number in range(100):
        await rig.put(room(), card(1, state="RUNNING", standing=f"{number} of 100"))
        await rig.passes(0.1)
    await rig.put(room(), card(1, state="DONE"))
    await rig.passes(3)
    (message,) = rig.platform.shown(room())
    gaps = [b - a for a, b in zip(message.changed, message.changed[1:], strict=False)]
    assert min(gaps) >= 1 - 1e-6
    assert 9 <= len(message.said) <= 13
    assert message.card.state == "DONE"


async def test_after_an_hours_cut_each_card_is_edited_once_and_in_order(rig):
    before = [room(n) for n in range(5)]
    for number, place in enumerate(before):
        await rig.put(place, card(number))
    await rig.passes(30)
    rig.platform.down = True
    for minute in range(60):
        for number, place in enumerate(before):
            await rig.put(place, card(number, state="RUNNING", standing=f"{minute}"))
        if minute % 10 == 0:
            number = 100 + minute
            await rig.put(room(number), card(number))
        await rig.passes(60)
    calls = len(rig.platform.calls)
    rig.platform.down = False
    await rig.passes(120)
    assert await rig.owed() == ()
    made = rig.platform.calls[calls:]
    assert len([call for call in made if call.kind == "edit"]) == 5
    new = [call.speech.said.plan for call in made if call.kind == "post"]
    assert new == [100, 110, 120, 130, 140, 150]
    for place in before:
        (message,) = rig.platform.shown(place)
        assert (len(message.said), message.card.standing) == (2, "59")


async def test_a_platform_that_is_away_is_not_hammered(rig):
    rig.platform.down = True
    await rig.put(room(), card())
    await rig.passes(3600)
    assert len(rig.platform.calls) < 90


# -- order, and what may hold it up ----------------------------------------------------------------


async def test_a_notice_never_overtakes_the_card_before_it(rig):
    rig.platform.faults = lambda call: (
        Fault.AWAY if call.kind == "post" and call.place == room(1) else None
    )
    await rig.put(room(1), card(1))
    await rig.owe(lambda u: u.owe(room(1), "n", PostKind.NOTICE, Notice(text="votes")))
    await rig.put(room(2), card(2))
    await rig.passes(600)
    assert rig.platform.shown(room(1)) == []
    assert len(rig.platform.cards(room(2))) == 1  # one dead message does not block its channel
    rig.platform.faults = lambda _: None
    await rig.passes(120)
    card_shown, notice = rig.platform.shown(room(1))
    assert card_shown.card.plan == 1
    assert notice.last.said.text == "votes"


async def test_a_refused_post_is_given_up_and_the_rest_goes_on(rig):
    rig.platform.fail(Fault.REFUSED)
    await rig.put(room(1), card(1))
    await rig.put(room(2), card(2))
    await rig.passes(10)
    await rig.put(room(1), card(1, state="DONE"))
    await rig.passes(10)
    assert (states(rig, room(1)), states(rig, room(2))) == ([], [""])
    (event,) = await rig.store.read(lambda u: u.log(words=["post.refused"]))
    assert event.data["why"] == "slack does not take that."
    assert "1 message refused for good, the last: slack does not" in await rig.delivery.line()


async def test_retry_after_is_obeyed_in_its_channel_alone(rig):
    rig.platform.retry_after = 30
    rig.platform.fail(Fault.BUSY)
    await rig.put(room(1, "C1"), card(1))
    await rig.passes(0.5)
    await rig.put(room(2, "C1"), card(2))
    await rig.put(room(3, "C2"), card(3))
    await rig.passes(28)
    assert [call.place.channel for call in rig.platform.calls] == ["C1", "C2"]
    await rig.passes(5)
    assert [call.place.channel for call in rig.platform.calls] == ["C1", "C2", "C1", "C1"]


async def test_a_pause_for_all_is_obeyed_by_all(rig):
    rig.platform.retry_after = 30
    rig.platform.fail(Fault.BUSY_EVERYWHERE)
    await rig.put(room(1, "C1"), card(1))
    await rig.passes(0.5)
    await rig.put(room(3, "C2"), card(3))
    await rig.passes(28)
    assert len(rig.platform.calls) == 1
    await rig.passes(5)
    assert states(rig, room(1, "C1")) == states(rig, room(3, "C2")) == [""]


async def test_a_pause_is_obeyed_over_a_restart(rig):
    rig.platform.retry_after = 30
    rig.platform.fail(Fault.BUSY)
    await rig.put(room(), card())
    await rig.passes(5)
    await rig.crash()
    await rig.start()
    await rig.passes(20)
    assert len(rig.platform.calls) == 1
    await rig.passes(10)
    assert states(rig, room()) == [""]


# -- a process that dies at any moment -------------------------------------------------------------

MOMENTS = [
    (at, kind)
    for at in ("before", "after", "sending", "sent")
    for kind in ("post", "edit", "mark")
    if (at, kind) != ("sending", "edit")  # an edit is not written down before
]


def dies(rig, at, kind):
    """An event that is set when the process has come to that moment, and goes no further."""
    reached = asyncio.Event()

    def stop(call):
        if call.kind == kind and not reached.is_set():
            reached.set()
            rig.store.kill()

    if at in ("before", "after"):
        setattr(rig.platform, at, stop)
        return reached
    write = rig.store.write

    async def written(work, **how):
        # `sending`: its nonce is written, and nothing was called. `sent`: called, not written.
        if at == "sent" and not reached.is_set() and settles(work) == kind:
            reached.set()
            rig.store.kill()
            await asyncio.get_running_loop().create_future()
        made = await write(work, **how)
        if at == "sending" and not reached.is_set() and begins(made) == kind:
            reached.set()
            rig.store.kill()
            await asyncio.get_running_loop().create_future()
        return made

    rig.store.write = written
    return reached


def settles(work):
    """What kind of call a unit of work writes down the outcome of."""
    if "_there" not in work.__code__.co_names:
        return ""
    post = dict(zip(work.__code__.co_freevars, work.__closure__, strict=True))["post"].cell_contents
    return "mark" if post.kind is PostKind.MARK else "edit" if post.remote else "post"


def begins(made):
    """What kind of call has just been written down before it is made."""
    if not getattr(made, "begun", ""):
        return ""
    return "mark" if made.post.kind is PostKind.MARK else "post"


@pytest.mark.parametrize(("at", "kind"), MOMENTS)
async def test_a_crash_at_any_moment_loses_nothing_and_doubles_nothing(rig, at, kind):
    marks = rig.platform.marks[room().channel, "17.1"]

    async def state(name, mark, *, notice=True):
        def work(unit):
            put(unit, room(), card(1, state=name))
            unit.owe(room(), "mark", PostKind.MARK, Mark(message="17.1", state=mark))
            if notice:
                unit.owe(room(), "n", PostKind.NOTICE, Notice(text="look"))

        await rig.owe(work)

    if kind != "post":
        await state("WAITING", MarkState.WAITING, notice=False)
        await rig.passes(5)
    reached = dies(rig, at, kind)
    await state("RUNNING", MarkState.RUNNING)
    await rig.passes(3)
    assert reached.is_set()
    await rig.crash()
    rig.platform.before = rig.platform.after = lambda _: None
    await rig.start()
    await state("DONE", MarkState.DONE)
    await rig.passes(30)
    assert await rig.owed() == ()
    assert states(rig, room()) == ["DONE"]
    assert [notice.text for notice in rig.platform.notices(room())] == ["look"]
    assert marks == {MarkState.DONE}
    assert rig.platform.too_fast == []


@pytest.mark.parametrize("seed", range(8))
async def test_random_crashes_among_random_faults_lose_and_double_nothing(rig, seed):
    chance = random.Random(seed)
    faults = [Fault.BUSY, Fault.AWAY, Fault.LOST, Fault.TAKEN]
    rig.platform.faults = lambda _: chance.choice(faults) if chance.random() < 0.3 else None
    count = 0
    for life in range(6):
        for step in range(6):
            if step % 2 == 0:
                count += 1
                notice = Notice(text=f"look at {count}")
                await rig.put(room(count, f"C{count % 2}"), card(count))
                place = room(count, f"C{count % 2}")
                await rig.owe(lambda u, p=place, n=notice: u.owe(p, "n", PostKind.NOTICE, n))
            for number in range(1, count + 1):
                place = room(number, f"C{number % 2}")
                await rig.put(place, card(number, state=f"S{life}.{step}"))
            await rig.passes(chance.random() * 3)
        rig.store.kill()  # at whatever moment this is
        await rig.passes(chance.random())
        await rig.crash()
        await rig.start()
    rig.platform.faults = lambda _: None
    await rig.passes(400)
    assert await rig.owed() == ()
    for number in range(1, count + 1):
        place = room(number, f"C{number % 2}")
        first, second = rig.platform.shown(place)
        assert (first.card.plan, first.card.state) == (number, "S5.5")
        assert second.last.said.text == f"look at {number}"
    assert rig.platform.too_fast == []


async def test_what_is_shown_at_a_stop_is_the_last_state(rig):
    await rig.passes(5)
    await rig.put(room(), card(1, state="DONE"))
    await rig.stop()
    assert states(rig, room()) == ["DONE"]
    await rig.start()


async def test_a_platform_that_is_away_holds_up_no_stop(rig):
    rig.platform.down = True
    await rig.put(room(), card())
    await rig.passes(300)
    async with asyncio.timeout(2):
        await rig.stop()
    rig.platform.down = False
    await rig.start()
    await rig.passes(120)
    assert states(rig, room()) == [""]


# -- what else may go wrong ------------------------------------------------------------------------


def once(rig, kind, act):
    """Let something happen when the first call of this kind is made."""
    done = []

    def before(call):
        if call.kind == kind and not done:
            done.append(call)
            act()

    rig.platform.before = before


async def test_a_fault_that_nobody_foresaw_is_a_doubt(rig):
    def breaks():
        raise RuntimeError("odd")

    once(rig, "post", breaks)
    await rig.put(room(), card())
    await rig.passes(10)
    assert [call.kind for call in rig.platform.calls] == ["post", "find", "post"]
    assert states(rig, room()) == [""]


async def test_what_got_there_while_the_database_was_locked_is_found_and_not_sent_again(rig):
    write = rig.store.write

    async def locked(work, **how):
        if "_there" in work.__code__.co_names:
            rig.store.write = write
            raise StoreBusyError("The database is locked. Nothing was done.")
        return await write(work, **how)

    rig.store.write = locked
    await rig.put(room(), card())
    await rig.passes(10)
    assert states(rig, room()) == [""]
    assert await rig.owed() == ()


async def test_while_it_cant_be_looked_for_it_is_not_sent_again(rig):
    rig.platform.fail(Fault.TAKEN, Fault.AWAY, Fault.BUSY, Fault.LOST)
    await rig.put(room(), card())
    await rig.passes(60)
    assert [call.kind for call in rig.platform.calls][:5] == ["post", *["find"] * 4]
    assert states(rig, room()) == [""]


async def test_what_may_never_be_looked_for_is_rather_sent_twice_than_not_at_all(rig):
    rig.platform.fail(Fault.LOST, Fault.REFUSED)
    await rig.put(room(), card())
    await rig.passes(10)
    assert states(rig, room()) == [""]


async def test_the_same_nonce_is_used_again(rig):
    rig.platform.fail(Fault.LOST)
    await rig.put(room(), card())
    await rig.passes(10)
    first, _, second = rig.platform.calls
    assert first.target == second.target
    assert len(first.target) <= 20


async def test_no_more_than_so_many_calls_are_under_way(rig):
    under_way, most = [], []

    async def slow(place, speech, *, nonce):
        under_way.append(place)
        most.append(len(under_way))
        await rig.clock.sleep(3)
        under_way.remove(place)
        return nonce

    rig.platform.post = slow
    for number in range(60):
        await rig.put(room(number, f"C{number}"), card(number))
    await rig.passes(60)
    assert max(most) == AT_ONCE
    assert await rig.owed() == ()


async def test_a_card_that_changed_while_it_was_sent_is_sent_again(rig):
    changes = []
    once(
        rig,
        "post",
        lambda: changes.append(asyncio.ensure_future(rig.put(room(), card(state="DONE")))),
    )
    await rig.put(room(), card(state="WAITING"))
    await rig.passes(10)
    (message,) = rig.platform.shown(room())
    assert [speech.said.state for speech in message.said] == ["WAITING", "DONE"]


# -- to whom, and where ----------------------------------------------------------------------------


async def test_a_reply_goes_to_the_thread_that_the_request_came_from(rig):
    chance = random.Random(4)
    rig.platform.faults = lambda _: Fault.AWAY if chance.random() < 0.3 else None
    page = ThreadRef(surface="web", channel="ana", thread="t")
    for number in range(12):
        await rig.put(room(number, f"C{number % 4}"), card(number))
        await rig.put(room(99), card(number, state="DONE"))  # a card stays where it first was
    await rig.put(page, card(50))
    await rig.passes(300)
    for number in range(12):
        (shown,) = rig.platform.cards(room(number, f"C{number % 4}"))
        assert (shown.plan, shown.state) == (number, "DONE")
    assert len(rig.platform.messages) == 12


async def test_a_copy_goes_to_its_readers_account_alone(rig):
    shown = await rig.put(room(), card(1, state="WAITING"))
    for name, account in (("ben", "UBEN"), ("ana", "UBEN"), ("zoe", "UZOE")):
        place = direct("slack", account)
        await rig.owe(
            lambda u, p=place, n=name: u.owe(p, f"c:{n}", PostKind.CARD, card=shown.id, reader=n)
        )
    await rig.passes(20)
    (copy,) = rig.platform.shown(direct("slack", "UBEN"))
    assert copy.last.reader.name == "ben"
    assert rig.platform.shown(direct("slack", "UZOE")) == []
    gone = {post.gone for post in await rig.store.read(lambda u: u.given_up("slack"))}
    assert gone == {
        "The account UBEN is no longer ana's, so nothing is sent there.",
        "Nobody is called zoe any more, so nothing is sent to them.",
    }


async def test_a_notice_mentions_the_accounts_of_those_it_concerns_and_no_other(rig):
    twin = rig.people.persons[0].identities  # ben claims ana's account as well
    ben = rig.people.persons[1].model_copy(
        update={"identities": (*rig.people.persons[1].identities, *twin)}
    )
    notice = Notice(text="<@UZOE> votes, please", concerns=("ana", "ben", "zoe"))
    await rig.owe(lambda u: u.owe(room(1), "n", PostKind.NOTICE, notice))
    await rig.passes(2)
    rig.people = rig.people.model_copy(update={"persons": (rig.people.persons[0], ben)})
    await rig.owe(lambda u: u.owe(room(2), "n", PostKind.NOTICE, notice))
    await rig.passes(2)
    pings = [message.last.pings for message in rig.platform.messages.values()]
    assert pings == [("UANA", "UBEN"), ("UBEN",)]


async def test_a_direct_copy_is_told_of_once_it_is_there(rig):
    shown = await rig.put(room(), card(7, state="WAITING"))
    to_ana = direct("slack", "UANA")
    await rig.store.write(lambda u: u.owe_card(to_ana, u.card("plan-7")[1], "ana"))
    await rig.passes(5)
    await rig.put(room(), card(7, state="DONE"))
    await rig.passes(5)
    told = [e for e in await rig.store.read(lambda u: u.events()) if e.kind == "person.told"]
    assert [(e.plan, e.person, dict(e.data)) for e in told] == [
        (7, "ana", {"surface": "slack", "account": "UANA"})
    ], shown

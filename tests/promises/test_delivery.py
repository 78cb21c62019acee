"""What is owed to a chat platform gets there: in order and within its pace, in its last state.

Whatever happens meanwhile: 429 and 500, and cuts of an hour.
"""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import itertools
import random

import pytest

from bot.domain.posts import Notice, PostKind
from bot.testing.recorded_platform import Fault
from tests.rigs.deliveries import card, rig, room, states  # noqa: F401

pytestmark = pytest.mark.asyncio


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
    edits = message.changed[1:]
    gaps = [b - a for a, b in itertools.pairwise(edits)]
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


async def test_one_refused_edit_does_not_freeze_a_card(rig):
    await rig.put(room(), card(state="WAITING"))
    await rig.passes(5)
    rig.platform.fail(Fault.REFUSED)
    await rig.put(room(), card(state="RUNNING"))
    await rig.passes(5)
    assert (states(rig, room()), await rig.owed()) == (["WAITING"], ())
    (event,) = await rig.store.read(lambda u: u.log(words=["post.refused"]))
    assert event.data["why"] == "slack does not take that."
    await rig.put(room(), card(state="DONE"))
    await rig.passes(5)
    assert states(rig, room()) == ["DONE"]


async def test_a_card_that_somebody_deleted_is_posted_anew_once(rig):
    await rig.put(room(), card())
    await rig.passes(5)
    rig.platform.messages.clear()
    await rig.put(room(), card(state="RUNNING"))
    await rig.passes(5)
    assert states(rig, room()) == ["RUNNING"]
    await rig.put(room(), card(state="HALTED"))
    await rig.passes(5)
    assert states(rig, room()) == ["HALTED"]
    assert "refused" not in await rig.delivery.line()
    await rig.stop()
    await rig.start()
    rig.platform.messages.clear()  # whoever deletes it means it
    await rig.put(room(), card(state="DONE"))
    await rig.put(room(2), card(2))
    await rig.passes(60)
    assert (states(rig, room()), states(rig, room(2))) == ([], [""])
    assert "1 message refused for good" in await rig.delivery.line()


async def test_a_crash_after_a_card_was_found_gone_posts_it_once(rig):
    await rig.put(room(), card())
    await rig.passes(5)
    rig.platform.messages.clear()
    rig.platform.fail(None, Fault.TAKEN)  # the edit, and the post whose answer is lost
    await rig.put(room(), card(state="DONE"))
    await rig.passes(0.1)
    await rig.crash()
    await rig.start()
    await rig.passes(30)
    assert states(rig, room()) == ["DONE"]


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


async def test_an_edit_that_came_too_soon_holds_up_no_new_message(rig):
    await rig.put(room(1), card(1))
    await rig.passes(5)
    rig.platform.retry_after = 30
    rig.platform.fail(Fault.BUSY)
    await rig.put(room(1), card(1, state="RUNNING"))
    await rig.passes(1)
    await rig.put(room(2), card(2))
    await rig.passes(1)
    assert (states(rig, room(1)), states(rig, room(2))) == ([""], [""])
    await rig.put(room(2), card(2, state="RUNNING"))
    await rig.passes(27)
    assert (states(rig, room(1)), states(rig, room(2))) == ([""], [""])
    await rig.passes(5)
    assert (states(rig, room(1)), states(rig, room(2))) == (["RUNNING"], ["RUNNING"])


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

"""Copies in direct messages follow whose the account is: closed when unlinked, alive again after."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.domain.cards import Button
from bot.domain.messages import ThreadRef
from bot.domain.posts import PostKind, direct
from bot.testing.recorded_platform import Fault
from tests.rigs.deliveries import all_may_see, card, rig, room  # noqa: F401

pytestmark = pytest.mark.asyncio
TO_BEN = direct("slack", "UBEN")
APPROVE = (Button(id="approve", label="Approve"),)


async def copied(rig, number=1):
    """A card that waits, and its copy for Ben."""
    shown = await rig.put(room(number), card(number, state="WAITING", buttons=APPROVE))
    await rig.owe(lambda u: u.owe_card(TO_BEN, shown, "ben"))
    await rig.passes(10)


async def unlink(rig):
    rig.before = rig.people
    ana, ben = rig.people.persons
    ben = ben.model_copy(update={"identities": ()})
    rig.people = rig.people.model_copy(update={"persons": (ana, ben)})
    rig.delivery.again()
    await rig.passes(10)


async def link(rig):
    rig.people = rig.before
    rig.delivery.again()
    await rig.passes(10)


def calls_to_ben(rig):
    return [call for call in rig.platform.calls if call.place == TO_BEN]


def theirs(rig):
    return rig.platform.cards(TO_BEN)


@pytest.mark.parametrize("known", ["by all", "by who spoke", "not"])
async def test_a_copy_leads_to_the_conversation_of_who_may_open_it_and_the_card_to_itself_never(
    rig, known
):
    if known == "by all":
        await all_may_see(rig)
    if known == "by who spoke":
        await rig.store.write(lambda u: u.say(room(), "ben", "restart nginx"))
    await copied(rig)
    await rig.put(room(), card(1, state="DENIED"))
    await rig.passes(10)
    (here,) = rig.platform.shown(room())
    (copy,) = rig.platform.shown(TO_BEN)
    link = rig.platform.link(here.place, here.remote)
    assert copy.last.origin == ("" if known == "not" else link)
    assert here.last.origin == ""


async def test_a_copy_leads_to_nobody_elses_direct_messages(rig):
    home = ThreadRef(surface="slack", channel="D0ANA", thread="1700000000.000100")
    shown = await rig.put(home, card(1, state="WAITING", buttons=APPROVE))
    await rig.owe(lambda u: u.owe_card(TO_BEN, shown, "ben"))
    await rig.passes(10)
    await rig.put(home, card(1, state="DENIED"))
    await rig.passes(10)
    (copy,) = rig.platform.shown(TO_BEN)
    assert (copy.last.said.state, copy.last.origin) == ("DENIED", "")


async def test_an_unlinked_account_has_no_live_button(rig):
    await copied(rig)
    assert theirs(rig)[0].buttons == APPROVE
    await unlink(rig)
    (shown,) = theirs(rig)
    assert (shown.title, shown.buttons, shown.plan) == ("Closed", (), None)
    assert "This account is no longer Ben's" in shown.body[0].text
    assert await rig.store.read(lambda u: u.given_up("slack")) == ()
    asked = len(calls_to_ben(rig))
    await rig.put(room(), card(1, state="DENIED"))
    await rig.passes(10)
    assert theirs(rig)[0].title == "Closed"
    assert await rig.owed() == ()
    assert len(calls_to_ben(rig)) == asked, "it is said once"


async def test_linked_again_it_shows_the_last_state(rig):
    await copied(rig)
    await unlink(rig)
    await rig.put(room(), card(1, state="DENIED"))
    await rig.passes(10)
    await link(rig)
    assert [c.state for c in theirs(rig)] == ["DENIED"]
    await rig.put(room(), card(1, state="REPLACED"))
    await rig.passes(10)
    assert [c.state for c in theirs(rig)] == ["REPLACED"]


async def test_what_was_not_sent_meanwhile_is_sent_then(rig):
    rig.before = rig.people
    await unlink(rig)
    shown = await rig.put(room(), card(1, state="WAITING"))
    await rig.owe(lambda u: u.owe_card(TO_BEN, shown, "ben"))
    await rig.passes(10)
    assert theirs(rig) == []
    await link(rig)
    assert [c.state for c in theirs(rig)] == ["WAITING"]
    assert await rig.store.read(lambda u: u.given_up("slack")) == ()


async def test_what_was_unlinked_while_nothing_ran_is_closed_by_the_next_start(rig):
    await copied(rig)
    await rig.stop()
    rig.before = rig.people
    ana, _ben = rig.people.persons
    rig.people = rig.people.model_copy(update={"persons": (ana,)})
    await rig.start()
    await rig.passes(10)
    assert [c.title for c in theirs(rig)] == ["Closed"]


async def test_a_platform_that_is_away_closes_it_later(rig):
    await copied(rig)
    rig.platform.fail(Fault.AWAY, Fault.AWAY)
    await unlink(rig)
    await rig.passes(60)
    assert [c.title for c in theirs(rig)] == ["Closed"]


async def test_only_what_has_changed_hands_is_drawn_again(rig):
    await copied(rig)
    await copied(rig, 2)
    before = len(calls_to_ben(rig))
    rig.delivery.again()
    await rig.passes(10)
    assert len(calls_to_ben(rig)) == before
    kinds = [p.kind for p in await rig.store.read(lambda u: u.copies("slack", 10))]
    assert kinds == [PostKind.CARD] * 2

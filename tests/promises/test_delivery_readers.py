"""To whom a post goes, and where: the thread of its request, the account of its reader."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import random

import pytest

from bot.domain.cards import Attachment, Button
from bot.domain.messages import ThreadRef
from bot.domain.posts import Notice, PostKind, direct
from bot.testing.recorded_platform import Fault
from tests.rigs.deliveries import all_may_see, card, rig, room  # noqa: F401

pytestmark = pytest.mark.asyncio


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
        "The account UBEN is no longer Ana's, so nothing is sent there.",
        "Nobody is called zoe any more, so nothing is sent to them.",
    }


async def told(rig):
    events = await rig.store.read(lambda u: u.events(0, limit=1000))
    return [event.person for event in events if event.kind == "person.told"]


@pytest.mark.parametrize("fault", [None, Fault.TAKEN])
async def test_who_was_sent_a_card_and_its_file_was_told_once(rig, fault):
    plan = Attachment(name="plan-1.txt", text="all of it")
    approve = Button(id="approve", label="Approve")
    shown = await rig.put(
        room(9), card(1, state="WAITING", digest="d", buttons=(approve,), attachments=(plan,))
    )
    await rig.passes(30)
    rig.platform.fail(fault)
    await rig.owe(lambda u: u.owe_card(direct("slack", "UBEN"), shown, "ben"))
    await rig.passes(60)
    assert len(rig.platform.shown(direct("slack", "UBEN"))) == 2
    assert await told(rig) == ["ben"]
    await rig.put(room(9), card(1, state="DONE"))
    await rig.passes(60)
    assert await told(rig) == ["ben"]


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


async def test_what_is_said_about_a_card_to_who_can_use_it_there_alone_leads_there(rig):
    await all_may_see(rig)
    await rig.put(room(), card(1))
    await rig.passes(2)
    (there,) = rig.platform.shown(room())
    for place, of in ((direct("slack", "UANA"), "plan-1"), (room(2), "")):
        said = Notice(text="there, on its card")
        await rig.owe(
            lambda u, p=place, c=of, s=said: u.owe(
                p, "votes:1:1", PostKind.NOTICE, s, reader="ana" if c else "", card=c
            )
        )
    await rig.passes(3)
    (told,) = rig.platform.shown(direct("slack", "UANA"))
    assert told.said[-1].origin == f"https://slack.example/C1/{there.remote}"
    (other,) = rig.platform.shown(room(2))
    assert other.said[-1].origin == ""


async def test_so_is_what_is_said_about_a_card_directly_and_no_other_notice(rig):
    await rig.put(room(), card(7, state="WAITING"))
    for account, about in (("ana", "plan-7"), ("ben", "")):
        place, said = direct("slack", f"U{account.upper()}"), Notice(text="It needs a vote.")
        await rig.owe(
            lambda u, p=place, s=said, r=account, c=about: u.owe(
                p, "votes:7:1", PostKind.NOTICE, s, reader=r, card=c
            )
        )
    await rig.passes(5)
    told = [e for e in await rig.store.read(lambda u: u.events()) if e.kind == "person.told"]
    assert [(e.plan, e.person) for e in told] == [(7, "ana")]


@pytest.mark.parametrize("late", ["the card", "the notice", "neither"])
async def test_what_leads_to_a_card_leads_there_whichever_comes_first(rig, late):
    await all_may_see(rig)
    place, said = direct("slack", "UANA"), Notice(text="there, on its card")
    slow = {"the card": room(), "the notice": place}.get(late)
    rig.platform.faults = lambda call: Fault.AWAY if call.place == slow else None
    await rig.put(room(), card(1))
    await rig.owe(
        lambda u: u.owe(place, "votes:1:1", PostKind.NOTICE, said, reader="ana", card="plan-1")
    )
    await rig.passes(5)
    rig.platform.faults = lambda _: None
    await rig.passes(60)
    (there,) = rig.platform.shown(room())
    (told,) = rig.platform.shown(place)
    assert told.last.origin == f"https://slack.example/C1/{there.remote}"

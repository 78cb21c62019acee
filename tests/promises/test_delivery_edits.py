"""A platform that counts the edits of a whole workspace together: they stay within its limit.

Another state goes before progress, and no edit holds up what is new.
"""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import itertools

import pytest

from bot.adapters.slack.platform import SlackPlatform
from bot.domain.messages import People, Person
from bot.domain.posts import direct
from bot.testing.recorded_platform import Fault
from tests.rigs.deliveries import account, card, rig, room, states  # noqa: F401

pytestmark = pytest.mark.asyncio

TIER_3 = 50
"""Calls of one method that Slack takes in a minute from one app in one workspace, at the least."""
NAMES = ("ana", "ben", "cleo")


@pytest.fixture
async def slack(rig):
    """The rig in the pace of Slack, which refuses what is more than its limit of edits."""
    rig.platform.pace = SlackPlatform.pace
    rig.edits, rig.refused = [], []
    await rig.stop()

    def limited(call):
        now = rig.clock.monotonic()
        if call.kind != "edit":
            return None
        recent = [at for at in rig.edits if at > now - 60]
        if len(recent) >= TIER_3:
            rig.platform.retry_after = max(1.0, recent[0] + 60 - now)
            rig.refused.append(now)
            return Fault.BUSY
        rig.edits.append(now)
        return None

    rig.platform.faults = limited
    rig.people = People(
        persons=tuple(
            Person(name=n, display=n, roles=frozenset(), identities=(account(n),)) for n in NAMES
        )
    )
    await rig.start()
    return rig


def copy(name):
    return direct("slack", account(name).account)


async def copied(rig, shown):
    for name in NAMES:
        await rig.owe(lambda u, name=name: u.owe_card(copy(name), shown, name))


def running(number, tick):
    return card(number, state="RUNNING", standing=f"{tick}", busy=True)


def edits_of(rig, place):
    (message,) = rig.platform.shown(place)
    return message.changed[1:]


async def test_a_running_card_with_copies_stays_within_the_limit_and_holds_up_nothing_new(slack):
    await copied(slack, await slack.put(room(), running(1, 0)))
    waited = []
    for second in range(240):
        await slack.put(room(), running(1, second))
        if second % 30 == 20:
            await slack.put(room(second), card(second))
            begun = slack.clock.monotonic()
            await slack.passes(1)
            waited += [at - begun for m in slack.platform.shown(room(second)) for at in m.changed]
        else:
            await slack.passes(1)
    assert slack.refused == []
    assert len(waited) == 8
    assert max(waited) < 0.1
    own, copies = edits_of(slack, room()), [edits_of(slack, copy(name)) for name in NAMES]
    assert all(len(own) > 3 * len(each) > 0 for each in copies)
    for edits in (own, *copies):  # none of them stands still
        assert max(b - a for a, b in itertools.pairwise(edits)) < 45
    await slack.put(room(), card(1, state="DONE"))
    await slack.passes(10)
    assert {s for p in (room(), *map(copy, NAMES)) for s in states(slack, p)} == {"DONE"}
    assert slack.platform.too_fast == []


async def test_a_copy_that_one_person_reads_changes_more_seldom(slack):
    shown = await slack.put(room(), running(1, 0))
    await slack.owe(lambda u: u.owe_card(copy("ana"), shown, "ana"))
    for second in range(60):
        await slack.put(room(), running(1, second))
        await slack.passes(1)
    own, theirs = edits_of(slack, room()), edits_of(slack, copy("ana"))
    assert len(own) > 30
    assert 2 <= len(theirs) < len(own) / 4
    assert min(b - a for a, b in itertools.pairwise(theirs)) >= 5
    await slack.put(room(), card(1, state="DONE"))
    await slack.passes(1)
    assert states(slack, copy("ana")) == ["DONE"]


async def test_another_state_goes_before_the_progress_of_many_cards(slack):
    for number in range(40):
        await slack.put(room(number, f"C{number}"), running(number, 0))
    for second in range(120):
        for number in range(40):
            await slack.put(room(number, f"C{number}"), running(number, second))
        await slack.passes(1)
    assert slack.refused == []
    for number in (3, 17, 39):
        place = room(number, f"C{number}")
        await slack.put(place, card(number, state="HALTED", busy=number == 17))
        await slack.passes(0.2)
        assert states(slack, place) == ["HALTED"]
        for other in range(40):
            if other not in (3, 17, 39):
                await slack.put(room(other, f"C{other}"), running(other, 1000 + number))
        await slack.passes(2)
    for number in range(40):
        await slack.put(room(number, f"C{number}"), card(number, state="DONE"))
    await slack.passes(70)
    assert await slack.owed() == ()
    assert {s for n in range(40) for s in states(slack, room(n, f"C{n}"))} == {"DONE"}
    assert len(slack.refused) == 1  # by which it is known that no more is taken just now


async def test_where_a_platform_takes_more_no_state_waits(slack):
    slack.platform.faults = lambda _: None
    for number in range(200):
        await slack.put(room(number, f"C{number}"), card(number, busy=True))
    await slack.passes(2)
    for number in range(200):
        await slack.put(room(number, f"C{number}"), card(number, state="DONE"))
    await slack.passes(5)
    assert await slack.owed() == ()
    assert {s for n in range(200) for s in states(slack, room(n, f"C{n}"))} == {"DONE"}


async def test_a_limit_of_edits_that_is_met_all_the_same_pauses_all_edits_and_nothing_new(slack):
    await slack.put(room(1), card(1))
    await slack.put(room(2, "C2"), card(2))
    await slack.passes(5)
    slack.platform.retry_after = 30.0
    slack.platform.faults = lambda call: Fault.BUSY if call.kind == "edit" else None
    await slack.put(room(1), card(1, state="RUNNING"))
    await slack.passes(1)
    slack.platform.faults = lambda _: None
    calls = len(slack.platform.calls)
    await slack.put(room(2, "C2"), card(2, state="RUNNING"))
    await slack.put(room(3), card(3))
    await slack.passes(0.5)
    assert [call.kind for call in slack.platform.calls[calls:]] == ["post"]
    await slack.passes(27)
    assert (states(slack, room(1)), states(slack, room(2, "C2"))) == ([""], [""])
    await slack.passes(3)
    assert (states(slack, room(1)), states(slack, room(2, "C2"))) == (["RUNNING"], ["RUNNING"])


async def test_a_pause_of_edits_holds_up_nothing_new_after_a_restart(slack):
    await slack.put(room(1), card(1))
    await slack.passes(5)
    slack.platform.retry_after = 30.0
    slack.platform.faults = lambda call: Fault.BUSY if call.kind == "edit" else None
    await slack.put(room(1), card(1, state="RUNNING"))
    await slack.passes(1)
    await slack.crash()
    slack.platform.faults = lambda _: None
    await slack.start()
    await slack.put(room(3), card(3))
    await slack.passes(20)
    assert (states(slack, room(1)), states(slack, room(3))) == ([""], [""])
    await slack.passes(15)
    assert states(slack, room(1)) == ["RUNNING"]

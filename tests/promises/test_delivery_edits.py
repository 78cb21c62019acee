"""What a platform takes of all edits together: kept, and neither new cards nor last states wait."""

from collections import deque
from itertools import pairwise

import pytest

from bot.domain.posts import direct
from bot.ports import Pace
from bot.testing.recorded_platform import Fault
from tests.rigs.deliveries import PERSONS, Rig, card, room, states

pytestmark = pytest.mark.asyncio
MOST = 50


class Counting:
    """Takes so many edits in any minute, as Slack does of a workspace."""

    def __init__(self, rig):
        self.clock, self.platform = rig.clock, rig.platform
        self.taken, self.refused = deque(), 0

    def __call__(self, call):
        now = self.clock.monotonic()
        if call.kind != "edit":
            return None
        while self.taken and self.taken[0] <= now - 60:
            self.taken.popleft()
        if len(self.taken) >= MOST:
            self.refused += 1
            self.platform.retry_after = self.taken[0] + 60 - now
            return Fault.BUSY
        self.taken.append(now)
        return None


@pytest.fixture
async def slack(tmp_path):
    made = Rig(tmp_path, pace=Pace(copy_s=5.0, edits=MOST))
    made.platform.faults = made.counting = Counting(made)
    await made.start()
    yield made
    await made.stop()


async def test_cards_that_change_every_second_stay_within_it(slack):
    copies = [direct("slack", person.identities[0].account) for person in PERSONS]
    shown = await slack.put(room(1), card(1, state="RUNNING"))
    for person, place in zip(PERSONS, copies, strict=True):
        await slack.owe(lambda u, p=place, n=person.name: u.owe_card(p, shown, n))
    for second in range(180):
        await slack.put(room(1), card(1, state="RUNNING", standing=f"{second} s"))
        if second % 60 == 30:
            await slack.put(room(second), card(second))
        await slack.passes(1)
        if second % 60 == 31:
            assert states(slack, room(second - 1)) == [""]
    assert slack.counting.refused == 0
    assert len(slack.platform.shown(room(1))[0].said) > 60
    await slack.put(room(1), card(1, state="DONE"))
    await slack.passes(15)
    for place in (room(1), *copies):
        assert states(slack, place) == ["DONE"]


async def test_a_copy_that_one_person_reads_changes_more_seldom(slack):
    copy = direct("slack", PERSONS[0].identities[0].account)
    shown = await slack.put(room(1), card(1, state="RUNNING"))
    await slack.owe(lambda u: u.owe_card(copy, shown, PERSONS[0].name))
    for second in range(11):
        await slack.put(room(1), card(1, state="RUNNING", standing=f"{second} s"))
        await slack.passes(1)
    (theirs,), (everybodys,) = slack.platform.shown(copy), slack.platform.shown(room(1))
    edits = theirs.changed[1:]
    assert all(later - one >= 5 - 1e-6 for one, later in pairwise(edits))
    assert len(edits) == 2
    assert len(everybodys.changed) > 7


async def test_when_it_says_no_all_the_same_no_channel_is_asked_before_its_time(slack):
    await slack.put(room(1, "C1"), card(1))
    await slack.put(room(2, "C2"), card(2))
    await slack.passes(5)
    slack.platform.retry_after = 20
    slack.platform.fail(Fault.BUSY)
    await slack.put(room(1, "C1"), card(1, state="RUNNING"))
    await slack.passes(1)
    await slack.put(room(2, "C2"), card(2, state="RUNNING"))
    await slack.passes(18)
    assert [call.kind for call in slack.platform.calls].count("edit") == 1
    await slack.passes(5)
    assert states(slack, room(1, "C1")) == states(slack, room(2, "C2")) == ["RUNNING"]

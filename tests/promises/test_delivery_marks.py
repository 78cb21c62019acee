"""The signs on requests stay within what a platform takes, and the last one always gets there."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

from datetime import UTC, datetime

import pytest

from bot.adapters.discord.platform import DiscordPlatform
from bot.adapters.slack.platform import SlackPlatform
from bot.delivery.marks import FIRST_S, Marks
from bot.domain.posts import Mark, MarkState, Notice, Post, PostKind
from bot.testing.recorded_platform import Fault
from tests.rigs.deliveries import rig, room  # noqa: F401

pytestmark = pytest.mark.asyncio
ADDS, REMOVES = 50, 20
"""Calls a minute that Slack takes at the least: `reactions.add`, and `reactions.remove`."""
WAY = (MarkState.HEARD, MarkState.WAITING, MarkState.RUNNING, MarkState.DONE)


@pytest.fixture
async def slack(rig):
    """The rig in Slack's pace; `refused` are the times at which it took too many signs."""
    rig.platform.pace = SlackPlatform.pace
    rig.puts, rig.refused, shown = [], [], set()
    await rig.stop()

    def limited(call):
        if call.kind != "mark":
            return None
        now = rig.clock.monotonic()
        recent = [each for each in rig.puts if each[0] > now - 60]
        changes = [at for at, change in recent if change]
        if len(recent) >= ADDS or len(changes) >= REMOVES:
            rig.platform.retry_after = 30.0
            rig.refused.append(now)
            return Fault.BUSY
        rig.puts.append((now, call.target in shown))
        shown.add(call.target)
        return None

    rig.platform.faults = limited
    await rig.start()
    return rig


async def sign(rig, number, state):
    place, message = room(number, f"C{number % 5}"), f"{number}.1"
    mark = Mark(message=message, state=state)
    await rig.owe(lambda u: u.owe(place, f"mark:{number}", PostKind.MARK, mark))


def signs(rig, number):
    return rig.platform.marks[f"C{number % 5}", f"{number}.1"]


async def test_requests_as_people_make_them_meet_no_limit(slack):
    """Four a minute, each from heard to done: every outcome stands at once."""
    for number in range(40):
        for state in WAY:
            await sign(slack, number, state)
            await slack.passes(1)
        assert signs(slack, number) == {MarkState.DONE}
        await slack.passes(11)
    assert slack.refused == []


async def test_a_flood_is_refused_once_in_a_while_and_ends_with_every_last_sign(slack):
    for state in WAY:
        for number in range(60):
            await sign(slack, number, state)
        await slack.passes(2)
    await slack.passes(900)
    assert all(signs(slack, number) == {MarkState.DONE} for number in range(60))
    assert len(slack.refused) < 15, "it does not run against it again and again"
    assert await slack.owed() == ()


async def test_what_is_on_its_way_leaves_room_for_how_requests_come_out(slack):
    for number in range(30):
        await sign(slack, number, MarkState.HEARD)
    await slack.passes(1)
    for number in range(29):
        await sign(slack, number, MarkState.RUNNING)
    await slack.passes(1)
    await sign(slack, 29, MarkState.FAILED)
    await slack.passes(1)
    assert signs(slack, 29) == {MarkState.FAILED}
    assert sum(MarkState.RUNNING in signs(slack, number) for number in range(29)) < 10
    assert slack.refused == []


async def test_on_discord_a_channel_gets_one_sign_after_the_other(rig):
    rig.platform.pace = DiscordPlatform.pace
    await rig.stop()
    await rig.start()
    await rig.passes(2)
    for number in (0, 5, 10, 1):
        await sign(rig, number, MarkState.HEARD)
    await rig.passes(FIRST_S + 0.1)
    put = [call.place.channel for call in rig.platform.calls if call.kind == "mark"]
    assert sorted(put) == ["C0", "C1"]
    await rig.passes(2)
    assert all(signs(rig, number) == {MarkState.HEARD} for number in (0, 5, 10, 1))


async def test_a_request_that_is_answered_at_once_bears_one_sign_and_one_that_is_not_bears_it_soon(
    rig,
):
    await rig.passes(2)
    await sign(rig, 1, MarkState.HEARD)
    await sign(rig, 2, MarkState.HEARD)
    await rig.passes(FIRST_S / 2)
    await sign(rig, 1, MarkState.DONE)
    await rig.passes(FIRST_S / 4)
    assert rig.platform.calls == []
    await rig.passes(FIRST_S / 4 + 0.01)
    assert (signs(rig, 1), signs(rig, 2)) == ({MarkState.DONE}, {MarkState.HEARD})
    await sign(rig, 2, MarkState.WAITING)
    await rig.passes(1)
    assert signs(rig, 2) == {MarkState.WAITING}
    assert len(rig.platform.calls) == 3


def a_mark(state, *, remote=""):
    return Post(
        place=room(), key="m", kind=PostKind.MARK, remote=remote, at=datetime.now(UTC),
        body=Mark(message="1", state=state),
    )  # fmt: skip


async def test_once_refused_all_signs_keep_to_what_is_taken():
    marks, done = Marks(SlackPlatform.pace, 0.0), a_mark(MarkState.DONE, remote="running")
    for _ in range(100):
        assert marks.ready(done, 0.0) == 0.0
        marks.take(done, 0.0)
    marks.pause(30.0)
    now, times = 0.0, []
    while now < 150.0:
        now = max(marks.ready(done, now), now)
        times.append(now)
        marks.take(done, now)
    assert times[0] >= 30.0
    assert len([at for at in times if 60.0 <= at < 120.0]) <= 20


async def test_a_sign_that_is_not_taken_for_good_is_nothing_to_be_told_of(rig):
    """As where the request was deleted by who had said it."""
    rig.platform.fail(Fault.REFUSED)
    await sign(rig, 1, MarkState.HEARD)
    await rig.passes(10)
    sent = await rig.store.read(lambda u: u.posted(room(1, "C1"), "mark:1"))
    assert sent.gone
    assert await rig.delivery.line() == "on"


async def test_many_such_signs_hide_no_message_that_was_refused(rig):
    def work(unit):
        refused = unit.owe(room(), "said", PostKind.NOTICE, Notice(text="Decide."))
        unit.give_up(refused.id, "There is no channel C1.")
        for n in range(25):
            mark = Mark(message=f"{n}.1", state=MarkState.HEARD)
            post = unit.owe(room(n), f"mark:{n}", PostKind.MARK, mark)
            unit.give_up(post.id, "There is no such message.")

    await rig.store.write(work)
    line = await rig.delivery.line()
    assert line == "on; 1 message refused for good, the last: There is no channel C1"

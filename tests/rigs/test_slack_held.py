"""Who waits in Slack for what was missed before it sees that they were seen."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.chat.first_sign import is_taken_over
from bot.domain.messages import Reply, ThreadRef
from bot.domain.posts import Mark, MarkState, PostKind, mark_key
from tests.rigs.slack_fixtures import ears, emulator, side, stage_of  # noqa: F401
from tests.rigs.slack_missed import ask, caught_up, store, was_here  # noqa: F401
from tests.rigs.test_slack_away import away
from tests.rigs.test_slack_jobs import seen
from tests.rigs.test_slack_order import (  # noqa: F401
    held,
    nothing_older,
    seen_of,
    slow,
    started,
)

pytestmark = pytest.mark.slack


def signs(side, way):
    return [(form["timestamp"], form["name"]) for form in side.sent(f"reactions.{way}")]


async def test_who_waits_for_their_turn_sees_at_once_that_they_were_seen(side, stage_of, slow):
    async with stage_of() as stage:
        slow.set()
        stage.service("web-1", "nginx", "active")
        await side.deliver(side.mention("ben", "is nginx up on web-1?"))
        await seen(lambda: signs(side, "add"), "the first sign")
        await seen_of(stage.app.store, [])  # its turn has come, too
        await away(stage, crash=False)
        slow.clear()
        await stage.revive()
        socket = stage.platform._socket
        await seen(lambda: socket and socket.connected.is_set())
        ts = ask(side, "ben", "is nginx up on web-1?")
        event = side.mention("ben", "is nginx up on web-1?", ts=ts)
        await side.deliver(event, tries=1, wait_s=3)
        await seen(lambda: (ts, "eyes") in signs(side, "add"), "the sign before its turn")
        assert len(await held(stage.app.store)) == 1
        slow.set()
        await seen(lambda: (ts, "white_check_mark") in signs(side, "add"), "its answer")
        await seen(lambda: (ts, "eyes") in signs(side, "remove"), "the end of the first sign")


async def test_the_sign_goes_where_nothing_of_it_bears_one(
    side, ears, store, was_here, slow, nothing_older
):
    made = await started(side, ears, store)
    ts = ask(side, "ben", "link slack")
    await side.deliver(side.mention("ben", "link slack", ts=ts), tries=1, wait_s=3)
    await seen(lambda: signs(side, "add") == [(ts, "eyes")], "the sign")
    ears.away = Reply(accepted=False, text="I don't act for guests here.")
    late = ask(side, "ana", "how is web-1?")
    await side.deliver(side.mention("ana", "how is web-1?", ts=late), tries=1, wait_s=3)
    slow.set()
    await caught_up(made)
    await seen_of(store, [])
    await seen(lambda: signs(side, "remove") == [(ts, "eyes")], "its end")
    assert signs(side, "add") == [(ts, "eyes")]
    await made.stop()


@pytest.mark.parametrize(
    ("stands", "begun", "taken"),
    [
        ("", "", True), ("heard", "", True), ("", "heard", True), ("done", "", False),
        ("", "done", False),
    ],
)  # fmt: skip
async def test_the_outbox_takes_away_what_was_put_before_it(store, stands, begun, taken):
    place = ThreadRef(surface="slack", channel="C1", thread="1.1")

    def work(unit):
        body = Mark(message="1.1", state=MarkState.DONE)
        post = unit.owe(place, "mark:x", PostKind.MARK, body, card="mark:x")
        if stands:
            unit.sent(post.id, stands, post.version)
        if begun:
            unit.sending(post.id, begun)
        return is_taken_over(unit, "mark:x"), unit.post(post.id)

    found, post = await store.write(work)
    assert found is taken
    if not stands and not begun:
        assert (post.remote, post.is_owed) == ("heard", True)


async def test_the_outbox_takes_nothing_away_that_it_gave_up(store):
    place = ThreadRef(surface="slack", channel="C1", thread="1.1")

    def work(unit):
        body = Mark(message="1.1", state=MarkState.DONE)
        post = unit.owe(place, "mark:x", PostKind.MARK, body, card="mark:x")
        unit.give_up(post.id, "no such message")
        return is_taken_over(unit, "mark:x")

    assert not await store.write(work)


async def test_of_a_request_that_bears_no_sign_the_outbox_takes_nothing_away(store):
    assert not await store.write(lambda unit: is_taken_over(unit, "mark:x"))


@pytest.mark.parametrize(
    ("begun", "remote", "removed"),
    [("", "heard", False), ("heard", "", False), ("done", "", True)],
    ids=["nothing is put yet", "it is being put", "the next one is being put"],
)
async def test_the_sign_gives_way_to_one_that_comes_before_it_was_put(
    side, ears, store, was_here, slow, nothing_older, monkeypatch, begun, remote, removed
):
    """The sign of how it came out is the first that is put, where all of it went so quickly."""
    hear = ears.on_message

    async def done(message):
        key = mark_key(message.event_id)

        def work(unit):
            mark = Mark(message=message.remote, state=MarkState.DONE)
            post = unit.owe(message.thread, key, PostKind.MARK, mark, card=key)
            if begun:
                unit.sending(post.id, begun)

        await store.write(work)
        return await hear(message)

    monkeypatch.setattr(ears, "on_message", done)
    made = await started(side, ears, store)
    ts = ask(side, "ben", "is nginx up on web-1?")
    event = side.mention("ben", "is nginx up on web-1?", ts=ts)
    await side.deliver(event, tries=1, wait_s=3)
    await seen(lambda: signs(side, "add") == [(ts, "eyes")], "the sign")
    slow.set()
    await caught_up(made)
    await seen_of(store, [])
    if removed:
        await seen(lambda: signs(side, "remove") == [(ts, "eyes")], "its end")
    await made.stop()
    (message,) = [each for each in ears.heard if each.remote == ts]
    (post,) = await store.read(lambda u: u.posts_of(mark_key(message.event_id)))
    assert (post.remote, post.is_owed) == (remote, True)
    assert signs(side, "remove") == ([(ts, "eyes")] if removed else [])

"""A vote that is asked for while everything is stopped counts, and starts nothing until resume."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.domain.posts import PostKind
from bot.pipeline.noticing import CURSOR
from bot.pipeline.standstill import SHOWN, TOLD
from tests.scenario.rooms_told import THREAD, Slack, asked, stage  # noqa: F401
from tests.scenario.stage import RESTART, Stage

STOPPED = "Everything is stopped: votes count, and nothing starts until somebody says resume."


async def frozen(stage, *, so=True, who="ana"):
    person = stage.app.world.people.named(who)
    await stage.app.pipeline.freeze(person, frozen=so)
    await drawn(stage)
    await stage.later(seconds=1)


async def drawn(stage):
    """All cards that are drawn again as everything is stopped, or resumed, are."""
    task = stage.app.pipeline._standstill._task
    await stage.until(lambda: task is None or task.done())


async def sent(stage):
    """What is owed by now gets there; by which key, and whether it is a new message."""
    found = await stage.owed()
    for post in found:
        remote = post.remote or f"17.{post.id}"
        await stage.app.store.write(lambda u, p=post, r=remote: u.sent(p.id, r, p.version))
    return [(post.key, bool(post.remote)) for post in found]


async def said(stage, key="votes:1:1", place=THREAD):
    post = await stage.app.store.read(lambda u: u.posted(place, key))
    return post.body.text


async def body(stage):
    return str((await stage.card(1)).body)


async def test_who_is_asked_for_a_vote_meanwhile_is_told_that_nothing_starts(stage):
    await frozen(stage)
    await asked(stage)
    assert await sent(stage) == [("votes:1:1", False)]
    assert (await said(stage)).startswith("#1 restart nginx on web-1 needs 1 vote until ")
    assert (await said(stage)).endswith(f". {STOPPED}")
    assert "Everything is stopped: nothing starts until" in await body(stage)
    await stage.press("ana", "approve")
    assert (await stage.card(1)).state == "QUEUED"
    assert stage.changes() == []
    await frozen(stage, so=False)
    await stage.later(seconds=2)
    assert stage.changes() == [("web-1", RESTART)]


@pytest.mark.parametrize("killed", [False, True])
async def test_after_resume_it_is_said_no_more_and_nobody_is_told_twice(stage, killed):
    await frozen(stage)
    await asked(stage)
    await sent(stage)
    if killed:
        keys = (CURSOR, TOLD, SHOWN)
        then = await stage.app.store.read(lambda u: [(key, u.get(key)) for key in keys])
        await frozen(stage, so=False)
        # Nobody was told yet.
        await stage.app.store.write(lambda u: [u.put(key, value) for key, value in then])
        await stage.crash()
        await stage.revive()
    else:
        await frozen(stage, so=False)
    assert await sent(stage) == [("votes:1:1", True)]
    assert "stopped" not in await said(stage)
    assert "Everything is stopped" not in await body(stage)
    assert await sent(stage) == []


async def test_what_was_asked_before_the_stop_says_so_as_long_as_it_holds(stage):
    await asked(stage)
    await sent(stage)
    before = await said(stage)
    for _ in range(2):
        await frozen(stage)
        assert await sent(stage) == [("votes:1:1", True)]
        assert await said(stage) == f"{before} {STOPPED}"
        assert "A vote counts all the same." in await body(stage)
        await frozen(stage)  # said once more
        assert await sent(stage) == []
        await frozen(stage, so=False)
        assert await sent(stage) == [("votes:1:1", True)]
        assert await said(stage) == before
        assert "Everything is stopped" not in await body(stage)


async def test_a_message_that_was_not_sent_yet_is_sent_as_it_is_by_then(stage):
    await frozen(stage)
    await asked(stage)
    await stage.owed()
    await frozen(stage, so=False)
    (post,) = await stage.owed()
    assert not post.remote
    assert "stopped" not in post.body.text


async def test_a_reminder_and_a_new_revision_say_so_too(stage):
    await asked(stage, "restart nginx on web-1 and web-2")
    await sent(stage)
    await frozen(stage)
    await stage.say("ben", "not web-2", event="C1/17.3", remote="17.3")
    await stage.later(minutes=16)
    texts = {(p.key, str(p.place)): p.body.text for p in await stage.owed()}
    wanted = {("votes:1:2", str(THREAD)), ("votes:1:2", "slack/@UANA/"),
              ("remind:1:2", "slack/@UANA/")}  # fmt: skip
    assert wanted <= set(texts)
    assert all(texts[each].endswith(STOPPED) for each in wanted)


async def test_the_copy_that_a_voter_gets_says_so_and_tells_who_was_told(stage):
    await frozen(stage)
    await asked(stage)
    assert " told " not in await body(stage)
    (copy,) = [p for p in await stage.owed(PostKind.CARD) if p.reader == "ana"]
    await stage.app.store.write(lambda u: u.sent(copy.id, "D.1", copy.version))
    await stage.app._speaker.refresh(1)
    assert "(Ana told " in await body(stage)
    await frozen(stage, so=False)
    (again,) = [p for p in await stage.owed(PostKind.CARD) if p.reader == "ana"]
    assert (again.id, again.remote) == (copy.id, "D.1")


async def test_what_is_decided_meanwhile_is_told_as_past(stage):
    await frozen(stage)
    await asked(stage)
    await sent(stage)
    await stage.press("ana", "deny", text="not now")
    await sent(stage)
    await frozen(stage, so=False)
    assert await sent(stage) == []
    assert await said(stage) == "No more votes are needed: #1 restart nginx on web-1 was denied."


async def test_a_card_says_so_where_there_is_no_chat_platform(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.service("web-1", "nginx")
        await stage.say("ben", "restart nginx on web-1")
        await frozen(stage)
        assert "A vote counts all the same." in await body(stage)
        await frozen(stage, so=False)
        assert "Everything is stopped" not in await body(stage)


async def test_a_run_that_needs_a_decision_says_what_works_meanwhile(stage):
    stage.broken.add(("web-1", "nginx"))
    await asked(stage)
    await stage.press("ana", "approve")
    assert (await stage.card(1)).state == "NEEDS A DECISION"
    assert "Everything is stopped" not in await body(stage)
    await frozen(stage)
    assert "somebody says resume (./overseer resume). Stop here" in await body(stage)
    reply = await stage.press("ana", "retry")
    assert "Everything is stopped, so nothing new runs." in reply.text
    await frozen(stage, so=False)
    assert "Everything is stopped" not in await body(stage)

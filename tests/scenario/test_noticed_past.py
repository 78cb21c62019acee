"""What asked for a vote or a decision says so no more once it is past."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.delivery.sending import Sender
from bot.domain.posts import PostKind
from bot.reporting.retelling import told
from bot.testing.recorded_platform import RecordedPlatform
from bot.testing.seeded_ids import SeededIds
from tests.scenario.rooms_told import THREAD, asked, stage  # noqa: F401


async def sent(stage):
    """All notices that are owed get there."""
    for post in await stage.owed():
        await stage.app.store.write(lambda u, p=post: u.sent(p.id, f"17.{p.id}", p.version))


async def said(stage, key):
    """What stands under a key in the room, and whom it mentions."""
    post = await stage.app.store.read(lambda u: u.posted(THREAD, key))
    return post.body.text, post.body.concerns


@pytest.mark.parametrize(
    ("who", "what", "became"),
    [
        ("ana", "deny", "was denied"),
        ("ana", "approve", "was approved"),
        ("ben", "cancel", "was withdrawn"),
    ],
)
async def test_what_asked_for_votes_says_so_no_more_once_they_are_not_needed(
    stage, who, what, became
):
    """On a phone the last thing that was said is what is read; an edit notifies nobody."""
    await asked(stage)
    (notice,) = await stage.owed()
    await stage.app.store.write(lambda u: u.sent(notice.id, "17.2", notice.version))
    await stage.press(who, what, text="not now")
    edits = [p for p in await stage.owed() if p.key == "votes:1:1" and p.place == THREAD]
    assert [p.remote for p in edits] == ["17.2"]
    assert await said(stage, "votes:1:1") == (
        f"No more votes are needed: #1 restart nginx on web-1 {became}.", ("ana", "chris", "dana"),
    )  # fmt: skip


async def test_what_the_policy_refuses_was_denied_by_nobody(stage):
    await asked(stage, "stop nginx on web-1")
    await sent(stage)
    await stage.say("ben", "also on web-2", event="C1/17.3", remote="17.3")
    await stage.owed()
    assert (await stage.card(1)).state == "REFUSED"
    (text, _) = await said(stage, "votes:1:1")
    assert text.startswith("No more votes are needed: #1 stop nginx on web-1, web-2 ")
    assert text.endswith(" was refused by the policy.")
    log = await stage.app.store.read(lambda u: u.log(limit=20))
    (event,) = [e for e in log if e.kind == "plan.denied"]
    assert told(event, stage.app.pipeline._speaker.reader("ana")).text.startswith(
        "refused by policy"
    )


async def test_what_asked_for_votes_asks_again_where_one_is_withdrawn(stage):
    await asked(stage, "restart nginx on web-1 at 23:00")
    await sent(stage)
    before, whom = await said(stage, "votes:1:1")
    for _ in range(2):
        await stage.press("ana", "approve", await stage.card(1))
        await sent(stage)
        assert "No more votes are needed" in (await said(stage, "votes:1:1"))[0]
        await stage.press("ana", "unvote", await stage.card(1))
        assert await said(stage, "votes:1:1") == (before, whom)
        await sent(stage)
    await stage.press("ben", "cancel", await stage.card(1))
    await sent(stage)
    assert "No more votes are needed" in (await said(stage, "votes:1:1"))[0]


async def test_a_decision_that_is_handed_over_is_still_needed(stage):
    stage.broken.add(("web-1", "nginx"))
    await asked(stage)
    await stage.press("chris", "approve")
    (key,) = {p.key for p in await stage.owed() if p.key.startswith("decide")}
    await sent(stage)
    assert (await stage.press("ben", "handover", await stage.card(1), text="@ana")).accepted
    await stage.owed()
    assert "needs a decision" in (await said(stage, key))[0]
    await stage.press("ana", "end", await stage.card(1))
    await stage.owed()
    assert (await said(stage, key))[0].startswith("No decision is needed any more: #1 ")


async def test_what_became_of_it_is_told_with_that_a_decision_is_needed_no_more(stage):
    stage.broken.add(("web-1", "nginx"))
    await asked(stage)
    await stage.press("chris", "approve")
    (key,) = {p.key for p in await stage.owed() if p.key.startswith("decide")}
    await sent(stage)
    stage.broken.clear()
    await stage.press("ben", "retry", await stage.card(1))
    await stage.owed()
    text, _ = await said(stage, key)
    now = text.removeprefix("No decision is needed any more: #1 restart nginx on web-1 ")
    assert now in ("went on.", "is done."), "told as soon as it runs, which is soon over"


async def test_what_asked_for_votes_on_a_former_revision_follows_and_the_new_one_stands(stage):
    await asked(stage, "restart nginx on web-1 and web-2")
    await sent(stage)
    await stage.say("ben", "not web-2", event="C1/17.3", remote="17.3")
    await stage.owed()
    former, _ = await said(stage, "votes:1:1")
    assert former == "This holds no more: #1 restart nginx on web-1 has changed since."
    assert "needs 1 vote until" in (await said(stage, "votes:1:2"))[0]


async def test_a_reminder_and_what_asked_for_a_decision_are_told_as_past(stage):
    await asked(stage)
    await stage.later(minutes=16)
    stage.broken.add(("web-1", "nginx"))
    await stage.press("chris", "approve")
    owed = {p.key: p for p in await stage.owed()}  # what nobody has begun to send is not said
    assert [key.partition(":")[0] for key in owed] == ["decide"]
    (key,) = owed
    await sent(stage)
    assert "needs a decision: decide by" in (await said(stage, key))[0]
    await stage.press("ben", "end", await stage.card(1))
    await stage.owed()
    assert (await said(stage, key))[0].startswith("No decision is needed any more: #1 ")


async def to_chris(stage, platform):
    """Send what Discord is owed; the states of the cards that it shows Chris then."""
    sender = Sender(
        platform, stage.app.store, lambda: stage.app.world.people, SeededIds(), whole=lambda _: None,
        address=str,
    )  # fmt: skip
    for post in await stage.owed(PostKind.CARD):
        if post.reader == "chris":
            await sender.send(post)
    return [shown.last.said.state for shown in platform.messages.values()]


@pytest.mark.parametrize("over", ["approve", "deny"])
async def test_nobody_is_sent_the_card_of_what_is_over_by_then(stage, over):
    """Discord was away meanwhile: a new message would call him to nothing."""
    await asked(stage)
    discord = RecordedPlatform(stage.clock, name="discord")
    await stage.press("ana", over, text="not now")
    assert await to_chris(stage, discord) == []
    assert [p for p in await stage.owed(PostKind.CARD) if p.reader == "chris"] == []


async def test_but_what_may_be_there_is_looked_for_and_brought_up_to_date(stage):
    """Nobody knows whether its first sending arrived: it would ask for a vote for ever."""
    await asked(stage)
    discord = RecordedPlatform(stage.clock, name="discord")
    (copy,) = [p for p in await stage.owed(PostKind.CARD) if p.reader == "chris"]
    await stage.app.store.write(lambda u: u.sending(copy.id, "n1"))
    await stage.press("ana", "deny", text="not now")
    assert await to_chris(stage, discord) == ["DENIED"]


async def test_what_is_asked_anew_is_sent_all_the_same(stage):
    await asked(stage)
    discord = RecordedPlatform(stage.clock, name="discord")
    await stage.press("ana", "deny", text="not now")
    assert await to_chris(stage, discord) == []
    await stage.press("ben", "again")
    assert [p.key for p in await stage.owed() if p.reader == "chris"] == []  # nothing beside it
    assert await to_chris(stage, discord) == ["WAITING"]
    assert [p.key for p in await stage.owed() if p.reader == "chris"] == []
    await stage.press("ana", "deny", text="not now")
    assert await to_chris(stage, discord) == ["DENIED"]

"""People must notice: edits notify nobody, so what concerns somebody is said once, to them."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.sending import Fate, Sender
from bot.domain.messages import ThreadRef
from bot.domain.posts import PostKind
from bot.errors import StoreBusyError
from bot.testing.recorded_platform import RecordedPlatform
from bot.testing.seeded_ids import SeededIds
from tests.scenario.rooms_told import PEOPLE, THREAD, Slack, asked, stage  # noqa: F401
from tests.scenario.stage import Stage
from tests.scenario.test_revisions import TWO_VOTES


async def test_who_may_vote_is_mentioned_once(stage):
    await asked(stage)
    (notice,) = await stage.owed()
    assert notice.place == THREAD
    assert notice.body.text.startswith("#1 restart nginx on web-1 needs 1 vote until ")
    assert notice.body.concerns == ("ana", "chris", "dana")  # Ben asked
    await stage.press("chris", "unvote")
    assert len(await stage.owed()) == 1


async def test_who_may_vote_gets_the_card_where_they_can_be_reached(stage):
    await asked(stage)
    copies = {p.reader: p.place for p in await stage.owed(PostKind.CARD) if p.reader}
    assert {name: str(place) for name, place in copies.items()} == {
        "ana": "slack/@UANA/",
        "chris": "discord/@77/",  # he is not on Slack, and Dana nowhere
    }


async def linked_in_both(stage):
    people = PEOPLE.replace("'discord:77'", "'discord:77', 'slack:UCHRIS'")
    stage.home.people.write_text(people)
    await stage.app.reload(by="ana")


def of_chris(posts):
    return {str(p.place): p for p in posts if p.reader == "chris"}


BOTH = {"slack/@UCHRIS/", "discord/@77/"}


async def test_who_is_linked_in_two_places_can_vote_and_is_reminded_in_each(stage):
    """Which of them somebody reads, and whether one will refuse it, nobody knows."""
    await linked_in_both(stage)
    await asked(stage)
    copies = of_chris(await stage.owed(PostKind.CARD))
    assert set(copies) == BOTH
    refused = copies["slack/@UCHRIS/"].id
    await stage.app.store.write(lambda u: u.give_up(refused, "They take no messages."))
    await stage.later(minutes=16)
    reminders = of_chris(p for p in await stage.owed() if p.key == "remind:1:1")
    assert set(reminders) == {"discord/@77/"}


async def test_a_new_revision_is_told_in_each_place_that_has_a_copy(stage):
    await linked_in_both(stage)
    await asked(stage, "restart nginx on web-1 and web-2")
    await stage.owed()
    await stage.say("ben", "not web-2", event="C1/17.3", remote="17.3")
    told = of_chris(p for p in await stage.owed() if p.key == "votes:1:2")
    assert set(told) == BOTH


async def test_a_copy_that_comes_with_a_revision_is_all_that_is_said_of_it(tmp_path):
    """Whatever else happens while that waits."""
    async with Slack(tmp_path) as stage:
        stage.home.policies.write_text(stage.home.policies.read_text() + TWO_VOTES)
        stage.home.people.write_text(PEOPLE.replace("'discord:77'", "'github:77'"))
        await stage.app.reload(by="ana")
        for host in ("web-1", "web-2"):
            stage.service(host, "nginx")
        await asked(stage, "restart nginx on web-1 and web-2")
        await stage.owed()
        await linked_in_both(stage)
        await stage.say("ben", "not web-2", event="C1/17.3", remote="17.3")
        assert set(of_chris(await stage.owed(PostKind.CARD))) == BOTH
        await stage.press("ana", "approve")
        assert of_chris(await stage.owed()) == {}


async def test_the_card_goes_before_what_is_said_about_it(stage):
    await asked(stage)
    (notice,) = await stage.owed()
    cards = await stage.owed(PostKind.CARD)
    assert all(card.id < notice.id for card in cards if card.place == THREAD)


async def test_the_card_says_who_was_told_once_they_were(stage):
    await asked(stage)
    assert "Ana told" not in str((await stage.card()).body)
    (to_ana,) = [p for p in await stage.owed(PostKind.CARD) if p.reader == "ana"]
    await stage.app.store.write(lambda u: u.sent(to_ana.id, "D.1", 0))
    await stage.app._speaker.refresh(1)
    assert "may vote: Ana, Chris, Dana (Ana told " in str((await stage.card()).body)


async def test_one_reminder_at_half_time_for_who_has_not_voted(stage):
    await asked(stage)
    await stage.later(minutes=14)
    assert [p.key for p in await stage.owed()] == ["votes:1:1"]
    await stage.later(minutes=1)
    for _ in range(2):
        reminders = [p for p in await stage.owed() if p.key == "remind:1:1"]
        assert {str(p.place) for p in reminders} == {"slack/@UANA/", "discord/@77/"}
        assert reminders[0].body.concerns == ()
        assert "still waits for your vote, until " in reminders[0].body.text


@pytest.mark.parametrize("again", [False, True])
async def test_a_plan_for_later_reminds_at_half_of_its_own_time(stage, again):
    await asked(stage, "restart nginx on web-1 in 8 hours")
    await stage.later(minutes=3 * 60 + 55)
    assert [p.key for p in await stage.owed()] == ["votes:1:1"]
    if again:
        await stage.crash()
        await stage.revive()
    await stage.later(minutes=6)
    assert "remind:1:1" in [p.key for p in await stage.owed()]


async def test_who_is_reminded_reads_their_own_clock_and_a_room_reads_whose_it_is(tmp_path):
    zones = {"Chris": "Asia/Tokyo", "Ben": "America/New_York"}
    people = PEOPLE
    for name, zone in zones.items():
        people = people.replace(f"display: {name},", f"display: {name}, timezone: {zone},")
    stage = Slack(tmp_path)
    stage.home.people.write_text(people)
    async with stage:
        stage.service("web-1", "nginx")
        await asked(stage)
        await stage.later(minutes=16)
        ends = (await stage.app.store.read(lambda u: u.plan(1))).plan.expires_at
        said = {(p.key, str(p.place)): p.body.text for p in await stage.owed()}
        tokyo, york = (ends.astimezone(ZoneInfo(zone)) for zone in zones.values())
        assert f"{tokyo:%H:%M %Z}" in said["remind:1:1", "discord/@77/"]
        assert f"{york:%H:%M %Z}" in said["votes:1:1", str(THREAD)]


async def test_who_has_voted_is_not_reminded(tmp_path):
    stage = Slack(tmp_path)
    stage.home.policies.write_text(stage.home.policies.read_text() + TWO_VOTES)
    async with stage:
        stage.service("web-1", "nginx")
        await asked(stage)
        await stage.press("ana", "approve")
        assert (await stage.card()).state == "WAITING"
        await stage.later(minutes=16)
        reminders = [p for p in await stage.owed() if p.key == "remind:1:1"]
        assert [str(p.place) for p in reminders] == ["discord/@77/"]


async def test_nobody_is_reminded_where_the_card_can_never_be(stage):
    await asked(stage)
    await stage.app.store.write(lambda u: u.give_up(to_chris(u).id, "He takes no messages."))
    await stage.later(minutes=16)
    reminders = [p for p in await stage.owed() if p.key == "remind:1:1"]
    assert [str(p.place) for p in reminders] == ["slack/@UANA/"]


def to_chris(unit):
    return next(p for p in unit.posts_of("plan-1") if p.reader == "chris")


@pytest.mark.parametrize("theirs", [True, False])
async def test_what_concerns_somebody_goes_to_no_account_that_is_no_longer_theirs(stage, theirs):
    """A reminder, and word of a new revision, in a direct message."""
    await asked(stage, "restart nginx on web-1 and web-2")
    await stage.owed()
    await stage.say("ben", "not web-2", event="C1/17.3", remote="17.3")
    await stage.later(minutes=16)
    direct = [p for p in await stage.owed() if str(p.place) == "discord/@77/"]
    assert [p.key for p in direct] == ["votes:1:2", "remind:1:2"]
    if not theirs:
        stage.home.people.write_text(PEOPLE.replace("'discord:77'", "'slack:UCHRIS'"))
        await stage.app.reload(by="ana")
    platform = RecordedPlatform(stage.clock, name="discord")
    sender = Sender(
        platform, stage.app.store, lambda: stage.app.world.people, SeededIds(), whole=lambda _: None,
        address=str,
    )  # fmt: skip
    fates = [(await sender.send(post)).fate for post in direct]
    assert fates == [Fate.THERE if theirs else Fate.REFUSED] * 2
    assert len(platform.messages) == (2 if theirs else 0)


async def test_a_reminder_that_could_not_be_stored_is_owed_by_the_next_tick(stage, monkeypatch):
    await asked(stage)
    await stage.clock.advance(15 * 60)
    write = stage.app.store.write

    async def torn(work):
        def undone(unit):
            work(unit)
            raise StoreBusyError("The database is busy.")

        return await write(undone)

    with monkeypatch.context() as patch:
        patch.setattr(stage.app._noticing._store, "write", torn)
        with pytest.raises(StoreBusyError):
            await stage.app._noticing.tick()
    assert "remind:1:1" in [p.key for p in await stage.owed()]


async def test_nobody_is_reminded_of_what_is_over(stage):
    await asked(stage)
    await stage.press("ana", "deny", text="not now")
    await stage.later(minutes=20)
    assert "remind:1:1" not in [p.key for p in await stage.owed()]


async def test_a_new_revision_is_told_anew(stage):
    await asked(stage, "restart nginx on web-1 and web-2")
    await stage.owed()
    await stage.say("ben", "not web-2", event="C1/17.3", remote="17.3")
    told = {(str(p.place), p.key): p.body for p in await stage.owed()}
    assert told["slack/C1/17.1", "votes:1:2"].text.endswith("It is revision 2 now.")
    assert told["slack/@UANA/", "votes:1:2"].concerns == ()


async def test_a_run_that_needs_a_decision_tells_who_asked_and_who_approved(stage):
    await asked(stage)
    stage.broken.add(("web-1", "nginx"))
    await stage.press("chris", "approve")
    calls = [p for p in await stage.owed() if p.key.startswith("decide:")]
    (notice,) = [p for p in calls if p.place == THREAD]
    assert notice.body.concerns == ("ben", "chris")
    assert notice.body.text.startswith("#1 restart nginx on web-1 needs a decision: decide by ")


async def test_in_a_direct_message_nobody_is_mentioned_who_does_not_read_it(stage):
    stage.thread = ThreadRef(surface="slack", channel="D1", thread="18.1")
    await asked(stage)
    assert await stage.owed() == []  # who may vote gets a copy of the card
    copies = [p.reader for p in await stage.owed(PostKind.CARD) if p.reader]
    assert sorted(copies) == ["ana", "chris"]
    stage.broken.add(("web-1", "nginx"))
    await stage.press("chris", "approve")
    told = {str(p.place): p for p in await stage.owed() if p.key.startswith("decide:")}
    assert {place: p.body.concerns for place, p in told.items()} == {
        "slack/D1/18.1": ("ben",), "discord/@77/": (),
    }  # fmt: skip
    assert told["discord/@77/"].reader == "chris"
    assert len({p.body.text for p in told.values()}) == 1


async def test_the_end_of_what_took_long_is_told(stage):
    await asked(stage)
    stage.hosts.hang(("systemctl", "restart", "--", "nginx.service"))
    await stage.press("ana", "approve", settle=False)
    await stage.until(stage.changes)
    await stage.clock.advance(90)
    stage.release(("systemctl", "restart", "--", "nginx.service"))
    (notice,) = [p for p in await stage.owed() if p.key == "ended:1"]
    assert notice.body.concerns == ("ben",)
    assert "is done after 1 min" in notice.body.text


async def test_who_was_handed_it_is_told_what_becomes_of_it(stage):
    stage.broken.add(("web-1", "nginx"))
    await asked(stage)
    await stage.say("ben", "hand over to ana")
    await stage.press("dana", "approve", await stage.card(1))
    (halted,) = [p for p in await stage.owed() if p.key.startswith("decide:1:")]
    assert halted.body.concerns == ("ana", "dana")
    await stage.later(minutes=2)
    await stage.press("ana", "end", await stage.card(1))
    (ended,) = [p for p in await stage.owed() if p.key == "ended:1"]
    assert ended.body.concerns == ("ben", "ana")


async def test_where_nobody_can_be_mentioned_nothing_is_said(tmp_path):
    async with Slack(tmp_path) as stage:
        stage.home.people.write_text(PEOPLE.replace(", 'slack:UANA'", ""))
        await stage.app.reload(by="ana")
        stage.service("web-1", "nginx")
        await asked(stage)
        assert [p.key for p in await stage.owed()] == []


async def test_the_end_of_what_was_quick_is_not(stage):
    await asked(stage)
    await stage.press("ana", "approve")
    assert (await stage.card()).state == "DONE"
    assert "ended:1" not in [p.key for p in await stage.owed()]


async def test_a_restart_tells_nobody_twice_and_forgets_nobody(stage):
    await asked(stage)
    before = {p.id for p in await stage.owed()}
    await stage.app.store.write(lambda u: u.put("noticed", 0))  # as if it had not been written down
    await stage.crash()
    await stage.revive()
    assert {p.id for p in await stage.owed()} == before


async def test_what_happened_before_there_was_a_platform_is_told_to_nobody(tmp_path):
    class Page(Stage):
        name = "web"

    async with Page(tmp_path, people=PEOPLE) as stage:
        stage.service("web-1", "nginx")
        await stage.say("ben", "restart nginx on web-1")
    async with Slack(tmp_path) as stage:
        assert await stage.owed() == []


def test_half_of_the_time():
    from bot.reporting.notices import reminds_at
    from bot.testing.manual_clock import ManualClock

    now = ManualClock().now()
    assert reminds_at(now, now + timedelta(minutes=30)) == now + timedelta(minutes=15)


async def test_who_is_handed_a_conversation_is_mentioned_once(stage):
    await stage.say("ben", "restart nginx on web-1")
    for _ in range(2):
        await stage.say("ben", "hand over to ana", event="C1/5.5")
    (told,) = [p for p in await stage.owed() if p.key.startswith("handed:")]
    assert (told.place, told.body.concerns) == (THREAD, ("ana",))
    assert told.body.text == (
        "Ben has handed this conversation over to you: what you say here answers and changes what "
        "is open."
    )


async def test_where_they_are_mentioned_it_is_said_once_that_a_conversation_is_theirs(stage):
    await stage.say("ben", "restart nginx on web-1")
    before = len(await stage.cards())
    await stage.say("ben", "hand over to ana")
    assert len(await stage.cards()) == before
    assert "handed over to Ana" in (await stage.card(1)).lines
    await stage.say("ben", "hand it back")  # Ben takes it: nobody is mentioned
    assert "This conversation is Ben's now: what Ben says here" in str((await stage.card()).body)
    assert len([p for p in await stage.owed() if p.key.startswith("handed:")]) == 1


async def test_who_is_handed_a_halted_run_is_asked_to_decide_and_told_nothing_else(stage):
    stage.broken.add(("web-1", "nginx"))
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("dana", "approve")
    await stage.say("ben", "hand over to ana")
    told = [p.body for p in await stage.owed() if p.body.concerns == ("ana",)]
    assert ["needs a decision" in body.text for body in told] == [True]


async def test_a_stop_does_not_wait_until_everybody_was_told_everything(stage, monkeypatch):
    """Thousands of events may be left: the next start tells what they call for."""
    noticing, pages = stage.app._noticing, []
    monkeypatch.setattr("bot.pipeline.noticing.LAST_S", 0.001)

    async def told():
        pages.append(1)
        await asyncio.sleep(0)
        return True

    await noticing._task  # what it was at when it started
    noticing._told = told
    noticing._wake()
    async with asyncio.timeout(20):
        await noticing.close()
    assert pages


async def test_a_page_that_could_not_be_told_keeps_its_place_before_the_next(stage, monkeypatch):
    """Nothing after it moves the cursor past it."""
    monkeypatch.setattr("bot.pipeline.noticing._PAGE", 1)
    noticing, page, busy = stage.app._noticing, stage.app._noticing._page, [True]

    def failing(unit, events, after, able):
        if busy and any(event.plan == 1 for event in events):
            raise StoreBusyError("The database is busy. Nothing was done.")
        page(unit, events, after, able)

    noticing._page = failing
    await asked(stage)
    await stage.say("ben", "restart nginx on web-2 because its certificate is new")
    assert await stage.owed() == []
    busy.clear()
    notices = await stage.owed()
    assert [notice.body.text[:2] for notice in notices] == ["#1", "#2"]

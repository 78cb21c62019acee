"""Approved now, begun later: exactly once, at its time, also over restarts; or not, and said so."""

from datetime import timedelta

import pytest

from bot.domain.messages import ThreadRef
from bot.domain.revisions import intent_of
from bot.domain.runs import PlanState
from bot.errors import ConflictError
from bot.pipeline.asked import Asked
from bot.ports import PlanFilter
from tests.scenario.stage import PEOPLE, RESTART, Stage, keys, words

pytestmark = pytest.mark.asyncio

# The stage's clock stands at 09:00 UTC; Ben reads and means Berlin's time, an hour ahead.
BERLIN = PEOPLE.replace(
    "identities: ['web:ben']", "identities: ['web:ben'], timezone: Europe/Berlin"
)
OTHER = ThreadRef(surface="room", channel="c", thread="t2")


@pytest.fixture
async def stage(tmp_path):
    made = Stage(tmp_path, people=BERLIN)
    async with made:
        for host in ("web-1", "web-2", "web-3"):
            made.service(host, "nginx", "active")
        yield made


async def approved(stage, said="restart nginx on web-1 at 12:00"):
    await stage.say("ben", said)
    assert (await stage.press("chris", "approve")).accepted
    return await stage.card()


async def state_of(stage, plan=1):
    return (await stage.app.store.read(lambda u: u.plan(plan))).state


async def runs(stage):
    return [e.kind for e in await stage.app.store.read(lambda u: u.told(1))].count("run.started")


async def test_the_card_says_when_it_would_start_and_votes_are_taken_until_then(stage):
    await stage.say("ben", "restart nginx on web-1 at 12:00")
    card = await stage.card()
    assert card.state == "WAITING"
    assert "STARTS 12:00 CET" in " ".join(words(card).split())
    assert "Approve restart on web-1 for 12:00 CET" in [b.label for b in card.buttons]
    await stage.later(minutes=119)
    assert (await stage.card()).state == "WAITING"
    await stage.later(minutes=1)
    card = await stage.card()
    assert card.state == "EXPIRED"
    assert stage.changes() == []


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("restart nginx on web-1 at 12:00", 120),
        ("at 12:00, restart nginx on web-1", 120),
        ("restart nginx on web-1 after 12:00 please", 120),
        ("restart nginx on web-1 in two hours", 120),
        ("restart nginx on web-1 at 12:00 UTC", 180),
        ("restart nginx on web-1 tonight at 11pm", 780),
        ("tomorrow at 6, restart nginx on web-1", 1200),
    ],
)
async def test_an_approved_plan_begins_at_its_time_and_once(stage, said, minutes):
    card = await approved(stage, said)
    assert (card.state, await state_of(stage)) == ("SCHEDULED", PlanState.APPROVED)
    await stage.later(minutes=minutes - 1)
    assert stage.changes() == []
    await stage.later(minutes=1)
    await stage.later(seconds=2)
    assert stage.changes() == [("web-1", RESTART)]
    assert (await stage.card()).state == "DONE"
    assert await runs(stage) == 1


async def test_it_begins_at_its_time_after_a_crash_too(stage):
    await approved(stage)
    await stage.later(minutes=60)
    await stage.crash()
    await stage.revive()
    await stage.later(minutes=59)
    assert stage.changes() == []
    await stage.later(minutes=1)
    assert stage.changes() == [("web-1", RESTART)]


@pytest.mark.parametrize(("late", "ran"), [(14, True), (16, False)])
async def test_a_missed_start_is_made_up_for_only_within_its_grace(stage, late, ran):
    await approved(stage)
    await stage.crash()
    await stage.clock.advance((120 + late) * 60)
    await stage.revive()
    await stage.later(seconds=2)
    assert bool(stage.changes()) is ran
    card = await stage.card(plan=1)
    assert card.state == ("DONE" if ran else "MISSED")
    if not ran:
        assert "It was to start 12:00 CET" in words(card)
        assert "again" in [b.id for b in card.buttons]


async def test_asking_again_for_what_was_missed_starts_at_once_with_votes_anew(stage):
    await approved(stage)
    await stage.crash()
    await stage.clock.advance(150 * 60)
    await stage.revive()
    await stage.press("ben", "again", await stage.card(plan=1))
    card = await stage.card(plan=1)
    assert (card.state, card.revision) == ("WAITING", 2)
    assert "STARTS" not in words(card)
    assert (await stage.press("chris", "approve", card)).accepted
    assert stage.changes() == [("web-1", RESTART)]


async def test_who_may_approve_may_start_it_now_and_nobody_else(stage):
    card = await approved(stage)
    for who in ("ben", "vera"):
        refused = await stage.press(who, "begin", card)
        assert not refused.accepted
        assert refused.text
    assert stage.changes() == []
    assert (await stage.press("ana", "begin", card)).accepted
    assert stage.changes() == [("web-1", RESTART)]
    assert not (await stage.press("ana", "begin", card)).accepted
    await stage.later(minutes=121)
    assert await runs(stage) == 1
    log = await stage.app.books.log("ana")
    assert [line.who for line in log.lines if "lets it start at once" in line.text] == ["Ana"]


@pytest.mark.parametrize("way", ["cancel", "unvote", "words"])
async def test_what_is_withdrawn_before_its_time_never_begins(stage, way):
    card = await approved(stage)
    if way == "words":
        await stage.say("ben", "never mind")
    else:
        await stage.press("ben" if way == "cancel" else "chris", way, card)
    card = await stage.card(plan=1)
    assert card.state == ("WAITING" if way == "unvote" else "CANCELLED")
    await stage.later(minutes=125)
    assert stage.changes() == []
    assert (await stage.card(plan=1)).state == ("EXPIRED" if way == "unvote" else "CANCELLED")


async def test_the_gate_judges_again_before_it_begins(stage):
    await approved(stage)
    people = stage.home.people.read_text().replace("roles: [approver]", "roles: [operator]")
    stage.home.people.write_text(people)
    await stage.app.reload(by="ana")
    await stage.later(minutes=120)
    assert stage.changes() == []
    card = await stage.card(plan=1)
    assert card.state == "PAUSED"
    assert "It takes 1 vote, and none counts any more: Chris may no longer approve it" in words(
        card
    )


async def test_stop_everything_holds_it_and_resume_lets_it_go(stage):
    await approved(stage)
    await stage.say("ana", "stop everything")
    await stage.later(minutes=120)
    assert stage.changes() == []
    assert (await stage.card(plan=1)).state == "QUEUED"
    await stage.say("ana", "resume")
    await stage.later(seconds=2)
    assert stage.changes() == [("web-1", RESTART)]


async def test_a_frozen_start_does_not_outlive_its_votes(stage):
    await approved(stage)
    await stage.say("ana", "stop everything")
    await stage.later(minutes=120)
    await stage.later(minutes=31)
    await stage.say("ana", "resume")
    await stage.later(seconds=2)
    assert stage.changes() == []
    assert await state_of(stage) is PlanState.CANCELLED


async def test_busy_hosts_at_its_time_make_it_wait_its_turn(stage):
    await approved(stage)
    stage.hosts.hang(RESTART)
    await stage.later(minutes=119)
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("chris", "approve")
    await stage.later(minutes=1)
    assert (await stage.card(plan=1)).state == "QUEUED"
    stage.release(RESTART)
    await stage.later(seconds=5)
    await stage.later(seconds=5)
    assert [host for host, _ in stage.changes()] == ["web-1", "web-1"]
    assert (await stage.card(plan=1)).state == "DONE"


async def test_hosts_that_are_busy_now_keep_nothing_from_being_asked_for_later(stage):
    stage.hosts.hang(RESTART)
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("chris", "approve")
    await stage.say("ben", "restart nginx on web-1 at 12:00")
    assert (await stage.card(plan=2)).state == "WAITING"
    stage.release(RESTART)
    await stage.later(seconds=2)


async def test_a_look_may_be_had_later_unasked(stage):
    await stage.say("ben", "check nginx on web-1 in 20 minutes")
    card = await stage.card()
    assert card.state == "SCHEDULED"
    assert "unvote" not in [b.id for b in card.buttons]
    assert not (await stage.press("chris", "begin", card)).accepted
    await stage.later(minutes=20)
    assert (await stage.card()).state == "ANSWER"


async def test_whoever_begins_it_early_is_refused_in_the_unit_that_would(stage):
    await approved(stage)
    plan = (await stage.app.store.read(lambda u: u.plan(1))).plan
    with pytest.raises(ConflictError, match="a later time, which is still to come"):
        await stage.app.pipeline._executor.begin(plan)
    assert stage.changes() == []


async def test_what_was_brought_forward_is_that_revision_alone(stage):
    card = await approved(stage)
    stage.hosts.hang(RESTART)
    await stage.say("ben", "restart nginx on web-1", thread=OTHER)
    await stage.press("chris", "approve", (await stage.ears.card(2)).card)
    await stage.press("ana", "begin", card)
    assert (await stage.card(plan=1)).state == "QUEUED"
    await stage.say("ben", "do it at 13:00")
    card = await stage.card(plan=1)
    assert (card.state, card.revision) == ("WAITING", 2)
    await stage.press("chris", "approve", card)
    stage.release(RESTART)
    await stage.later(seconds=5)
    assert len(stage.changes()) == 1
    assert (await stage.card(plan=1)).state == "SCHEDULED"
    await stage.later(minutes=180)
    assert len(stage.changes()) == 2


async def test_a_time_that_is_over_when_it_comes_to_be_planned_is_refused(stage):
    """The rules ask about it; whatever else gives such a time is held to it here."""
    await stage.say("ben", "restart nginx on web-1")
    stored = await stage.app.store.read(lambda u: u.plan(1))
    intent = intent_of(stored.plan)
    over = intent.options.model_copy(update={"start": stage.clock.now() - timedelta(seconds=1)})
    asked = Asked(
        thread=stage.thread, person=stage.app.world.people.named("ben"), text="restart nginx",
        intent=intent.model_copy(update={"options": over}), read_by="somebody",
    )  # fmt: skip
    assert await stage.app.pipeline._asking.plan(asked) is None
    assert "is over, so nothing can begin then" in words(await stage.card())


async def test_the_digest_binds_the_time(stage):
    await stage.say("ben", "restart nginx on web-1 at 12:00")
    old = await stage.card()
    await stage.say("ben", "do it at 13:00")
    card = await stage.card()
    assert card.digest != old.digest
    assert not (await stage.press("chris", "approve", old)).accepted


@pytest.mark.parametrize(
    ("said", "told", "minutes"),
    [
        ("do it at 13:00", "starts 13:00 CET", 180),
        ("not web-2, and after 13:00", "− web-2   now starts 13:00 CET", 180),
        ("at 13:00 instead", "starts 13:00 CET", 180),
        ("make it 13:00", "starts 13:00 CET", 180),
        ("now instead", "starts at once", 0),
        ("do it now", "starts at once", 0),
        ("no, right away please", "starts at once", 0),
    ],
)
@pytest.mark.parametrize("voted", [False, True])
async def test_an_open_plan_is_moved_in_words_and_votes_are_void(stage, said, told, minutes, voted):
    await stage.say("ben", "restart nginx on web-1, web-2 at 12:00")
    if voted:
        await stage.press("chris", "approve")
        assert (await stage.card()).state == "SCHEDULED"
    await stage.say("ben", said)
    card = await stage.card()
    assert (card.plan, card.revision, card.state) == (1, 2, "WAITING")
    assert told in words(card)
    assert ("void: Chris's on revision 1" in words(card)) is voted
    await stage.later(minutes=1)
    assert stage.changes() == []
    assert (await stage.press("chris", "approve", card)).accepted
    await stage.later(minutes=max(0, minutes - 1))
    hosts = [host for host, _ in stage.changes()]
    assert hosts == (["web-1"] if "not web-2" in said else ["web-1", "web-2"])
    assert await runs(stage) == 1


async def test_a_plan_that_was_to_begin_at_once_is_put_off_in_words(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.say("ben", "do it at 12:00")
    card = await stage.card()
    assert (card.revision, card.state) == (2, "WAITING")
    await stage.press("chris", "approve", card)
    assert stage.changes() == []
    await stage.later(minutes=120)
    assert stage.changes() == [("web-1", RESTART)]


async def test_a_time_that_may_be_two_is_asked_about_and_an_option_goes_on(stage):
    await stage.say("ben", "restart nginx on web-1 at 6")
    card = await stage.card()
    assert card.state == "QUESTION"
    assert [b.label for b in card.buttons][:2] == ["today at 18:00", "tomorrow at 06:00"]
    await stage.press("ben", "option", card, value="1")
    assert "STARTS 18:00 CET" in " ".join(words(await stage.card()).split())


async def test_the_answer_to_when_may_be_typed(stage):
    await stage.say("ben", "restart nginx on web-1 tomorrow")
    await stage.say("ben", "tomorrow at 7")
    assert "STARTS Mon 2 Mar 07:00 CET" in " ".join(words(await stage.card()).split())


async def test_a_moved_time_that_may_be_two_is_asked_about(stage):
    await stage.say("ben", "restart nginx on web-1, web-2 at 12:00")
    await stage.say("ben", "not web-2, and at 6")
    card = await stage.card()
    assert card.state == "QUESTION"
    await stage.press("ben", "option", card, value="1")
    card = await stage.card(plan=1)
    assert card.revision == 2
    assert "now starts 18:00 CET" in words(card)
    assert "− web-2" in words(card)


async def test_what_is_too_far_ahead_is_not_promised(stage):
    await stage.say("ben", "restart nginx on web-1 on 2026-03-20 at 12:00")
    card = await stage.card()
    assert "further ahead than 7 days" in words(card)
    assert await stage.app.store.read(lambda u: u.plans(PlanFilter())) == ()


async def test_what_waits_lists_what_starts_later(stage):
    await approved(stage)
    await stage.say("ben", "what waits?")
    said = words(await stage.card())
    assert "1 plan waits: #1 for its time." in said
    assert "SCHEDULED, starts 12:00 CET" in said
    await stage.say("ben", "what is waiting for approval?")
    said = words(await stage.card())
    assert "#1 starts later" in said
    assert "starts 12:00 CET" in said


async def test_the_story_tells_the_time_and_who_brought_it_forward(stage):
    card = await approved(stage)
    await stage.press("ana", "begin", card)
    sheet = await stage.app.books.run(1, "ben")
    told = " | ".join(line.text for line in sheet.story)
    assert "to start 12:00 CET" in told
    assert "lets it start at once" in told
    assert "Ana chose Start now" in words(await stage.card(plan=1))


async def test_the_keys_of_what_waits_for_its_time(stage):
    card = await approved(stage)
    assert "begin" in keys(card)
    assert [b.id for b in card.buttons] == ["begin", "unvote", "change", "cancel", "why"]
    assert card.ends is not None


async def test_a_vote_that_is_taken_back_takes_back_that_it_may_begin_at_once(stage):
    card = await approved(stage)
    ana = stage.app.world.people.named("ana")
    await stage.app.pipeline.freeze(ana, frozen=True)
    await stage.press("ana", "begin", card)
    await stage.press("chris", "unvote", await stage.card(1))
    assert await state_of(stage) is PlanState.WAITING
    await stage.app.pipeline.freeze(ana, frozen=False)
    await stage.press("ana", "approve", await stage.card(1))
    await stage.later(minutes=1)
    assert stage.changes() == []
    assert (await stage.card(1)).state == "SCHEDULED"

"""The main job, told as people would play it: ask, see, approve, watch."""

import pytest

from bot.domain.cards import Tone
from tests.scenario.stage import RESTART, Stage, keys, words

pytestmark = pytest.mark.asyncio


async def test_a_restart_is_shown_exactly_asked_approved_and_done(stage):
    await stage.say("ben", "restart nginx on web-1")
    card = await stage.card()
    assert card.state == "WAITING"
    assert "systemctl restart -- nginx.service" in words(card)
    assert {"approve", "deny"} <= keys(card)
    assert stage.changes() == []

    reply = await stage.press("chris", "approve")
    assert reply.accepted
    card = await stage.card()
    assert card.state == "DONE"
    assert keys(card) & {"approve", "deny"} == set()
    assert stage.changes() == [("web-1", RESTART)]


async def test_a_read_runs_unasked(stage):
    await stage.say("vera", "is nginx up on web-1?")
    card = await stage.card()
    assert card.state == "ANSWER"
    assert "active" in words(card)


async def test_the_requester_cannot_approve_and_a_viewer_cannot_ask(stage):
    await stage.say("ben", "restart nginx on web-1")
    reply = await stage.press("ben", "approve")
    assert not reply.accepted
    reply = await stage.press("vera", "approve")
    assert not reply.accepted
    assert (await stage.card()).state == "WAITING"
    await stage.say("vera", "restart nginx on web-2")
    assert (await stage.card()).state == "REFUSED"
    assert stage.changes() == []


async def test_deny_with_a_reason_ends_it(stage):
    await stage.say("ben", "restart nginx on web-1")
    waiting = await stage.card()
    assert (await stage.press("chris", "deny", text="not now")).accepted
    card = await stage.card()
    assert card.state == "DENIED"
    assert "not now" in words(card)
    late = await stage.press("ana", "approve", waiting)
    assert not late.accepted
    assert "denied" in late.text
    assert stage.changes() == []


async def test_it_expires_and_can_be_asked_again(stage):
    await stage.say("ben", "restart nginx on web-1")
    waiting = await stage.card()
    await stage.later(minutes=31)
    card = await stage.card()
    assert card.state == "EXPIRED"
    assert not (await stage.press("chris", "approve", waiting)).accepted
    await stage.press("ben", "again", card)
    fresh = await stage.card()
    assert (fresh.state, fresh.revision) == ("WAITING", 2)
    await stage.press("chris", "approve", fresh)
    assert (await stage.card()).state == "DONE"
    assert stage.changes() == [("web-1", RESTART)]


async def test_the_same_delivery_twice_is_one_plan(stage):
    await stage.say("ben", "restart nginx on web-1", event="same")
    await stage.say("ben", "restart nginx on web-1", event="same")
    assert len(await stage.cards()) == 1
    card = await stage.card()
    await stage.press("chris", "approve", card, event="click", settle=False)
    await stage.press("chris", "approve", card, event="click", settle=False)
    await stage.press("ana", "approve", card)
    assert stage.changes() == [("web-1", RESTART)]


async def test_equal_words_later_are_a_new_request(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.say("ben", "restart nginx on web-1")
    assert sorted(c.plan for c in await stage.cards()) == [1, 2]


async def test_a_start_of_one_that_runs_is_a_card_that_says_so(stage):
    await stage.say("ben", "start nginx on web-1")
    card = await stage.card()
    assert card.state == "NOTHING TO DO"
    assert "active" in words(card)
    assert "approve" not in keys(card)


async def test_a_unit_that_does_not_exist_is_said_before_anybody_is_asked(stage):
    stage.service("db-1", "redis", "missing")
    await stage.say("ben", "restart redis on db-1")
    card = await stage.card()
    assert card.state == "CAN'T"
    assert "redis" in words(card)
    assert "approve" not in keys(card)


async def test_an_unknown_host_is_a_question_and_the_answer_continues_it(stage):
    await stage.say("ben", "restart nginx on web-9")
    card = await stage.card()
    assert card.state == "QUESTION"
    option = next(b for b in card.buttons if b.id == "option" and b.label.startswith("web-1"))
    await stage.press("ben", "option", card, value=option.value)
    card = await stage.card()
    assert card.state == "WAITING"
    assert "web-1" in card.title
    first = (await stage.cards())[0]
    assert "option" not in keys(first)


async def test_only_whom_it_asked_answers_a_question(stage):
    await stage.say("ben", "restart nginx on web-9")
    reply = await stage.press("chris", "option", value="1")
    assert not reply.accepted
    assert (await stage.card()).state == "QUESTION"


async def test_a_failure_needs_a_decision_and_retry_repeats_the_same_digest(stage):
    stage.broken.add(("web-1", "nginx"))
    await stage.say("ben", "restart nginx on web-1")
    digest = (await stage.card()).digest
    await stage.press("chris", "approve")
    card = await stage.card()
    assert card.state == "NEEDS A DECISION"
    assert {"retry", "skip", "end"} <= keys(card)
    assert "rollback" not in keys(card)
    stage.broken.clear()
    await stage.press("ben", "retry", card)
    card = await stage.card()
    assert (card.state, card.digest) == ("DONE", digest)
    assert stage.changes() == [("web-1", RESTART)] * 2


async def test_production_goes_one_at_a_time_and_stops_at_the_first_failure(stage):
    stage.broken.add(("web-1", "nginx"))
    await stage.say("ben", "restart nginx on web-1 and web-2")
    assert "2 hosts, 1 at a time" in words(await stage.card())
    await stage.press("chris", "approve")
    card = await stage.card()
    assert card.state == "NEEDS A DECISION"
    assert stage.changes() == [("web-1", RESTART)]
    await stage.press("ben", "skip", card)
    assert stage.changes() == [("web-1", RESTART), ("web-2", RESTART)]
    card = await stage.card()
    assert (card.state, card.standing) == ("DONE", "1 of 2 done, 1 skipped")
    assert card.tone is Tone.WARNING
    assert "failed: exit 1; skipped by Ben" in words(card)


async def test_undecided_it_stops_and_frees_its_hosts(stage):
    stage.broken.add(("web-1", "nginx"))
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("chris", "approve")
    await stage.say("ben", "restart nginx on web-1")
    blocked = await stage.card()
    assert blocked.state == "BLOCKED"
    assert "queue" in keys(blocked)
    await stage.later(minutes=31)
    assert (await stage.card(1)).state == "FAILED"
    await stage.press("ben", "again", blocked)
    assert (await stage.card(2)).state == "WAITING"


async def test_a_blocked_request_may_queue_behind_the_run_that_holds_its_host(stage):
    stage.hosts.hang(RESTART)
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("chris", "approve", settle=False)
    await stage.say("ben", "reload nginx on web-1")
    blocked = await stage.card(2)
    assert blocked.state == "BLOCKED"
    await stage.press("ben", "queue", blocked)
    await stage.press("chris", "approve", await stage.card(2))
    assert (await stage.card(2)).state == "QUEUED"
    stage.release(RESTART)
    await stage.settle()
    await stage.later(seconds=1)
    assert (await stage.card(1)).state == "DONE"
    assert (await stage.card(2)).state == "DONE"


async def test_stop_is_never_gated_and_starts_nothing_more(stage):
    stage.hosts.hang(RESTART)
    await stage.say("ben", "restart nginx on web-1 and web-2")
    await stage.press("chris", "approve", settle=False)
    await stage.until(stage.changes)
    await stage.say("ben", "stop")
    stage.release(RESTART)
    await stage.settle()
    assert stage.changes() == [("web-1", RESTART)]
    assert (await stage.card(1)).state == "STOPPED"


async def test_stop_all_freezes_until_resume(stage):
    await stage.say("chris", "stop everything")
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("chris", "approve", await stage.card(1))
    assert stage.changes() == []
    await stage.say("chris", "resume")
    await stage.later(seconds=1)
    assert stage.changes() == [("web-1", RESTART)]


async def test_unreadable_hosts_are_named_and_never_dropped_silently(stage):
    stage.hosts.machine("web-2").down = True
    await stage.say("ben", "restart nginx on web-1 and web-2")
    card = await stage.card()
    assert "web-2" in words(card)
    assert {"without", "again"} <= keys(card)
    await stage.press("ben", "without", card)
    card = await stage.card()
    assert card.state == "WAITING"
    await stage.press("chris", "approve", card)
    assert stage.changes() == [("web-1", RESTART)]


async def test_a_read_names_the_host_that_is_down_and_answers_for_the_others(stage):
    stage.hosts.machine("web-2").down = True
    await stage.say("ben", "is nginx up on web-1 and web-2?")
    card = await stage.card()
    assert card.state == "PARTLY ANSWERED"
    assert "web-2" in words(card)
    assert "active" in words(card)


async def test_a_lone_administrator_approves_in_solo_mode(tmp_path):
    people = "people:\n  ana: {display: Ana, roles: [admin], identities: ['web:ana']}\n"
    async with Stage(tmp_path, people=people) as stage:
        stage.service("web-1", "nginx")
        await stage.say("ana", "restart nginx on web-1")
        assert "only approver" in words(await stage.card())
        await stage.press("ana", "approve")
        assert (await stage.card()).state == "DONE"


async def test_a_role_taken_away_after_the_vote_voids_it(stage):
    stage.hosts.hang(RESTART)
    await stage.say("ben", "restart nginx on web-1 and web-2")
    await stage.press("chris", "approve", settle=False)
    await stage.until(stage.changes)
    text = stage.home.people.read_text().replace("approver", "viewer")
    stage.home.people.write_text(text)
    await stage.app.reload(by="ana")
    stage.release(RESTART)
    await stage.settle()
    card = await stage.card(1)
    assert card.state == "PAUSED"
    assert stage.changes() == [("web-1", RESTART)]


async def test_only_a_plan_runs_nothing(stage):
    await stage.say("ben", "restart nginx on web-1", plan_only=True)
    card = await stage.card()
    assert card.state == "PLAN ONLY"
    assert "systemctl restart -- nginx.service" in words(card)
    await stage.say("ben", "is nginx up on web-1?", plan_only=True)
    assert (await stage.card(2)).state == "PLAN ONLY"
    assert stage.changes() == []


async def test_destroying_everything_is_refused_with_a_reason(stage):
    await stage.say("ana", "destroy everything")
    card = await stage.card()
    assert card.state == "REFUSED"


async def test_a_pasted_secret_is_never_stored(stage):
    await stage.say("ben", "use the token ghp_16C7e42F292c6912E7710c838347Ae178B4a please")
    assert b"ghp_16C7e42F" not in stage.home.database.read_bytes()
    wal = stage.home.database.with_name("overseer.db-wal")
    assert not wal.exists() or b"ghp_16C7e42F" not in wal.read_bytes()


async def test_a_stranger_is_told_so(stage):
    reply = await stage.say("mallory", "restart nginx on web-1")
    assert not reply.accepted
    assert await stage.items() == ()


async def test_a_waiting_plan_survives_a_crash(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.crash()
    await stage.revive()
    await stage.press("chris", "approve")
    assert (await stage.card()).state == "DONE"


async def test_a_run_survives_a_crash_and_runs_once(stage):
    stage.hosts.hang(RESTART)
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("chris", "approve", settle=False)
    await stage.until(stage.changes)
    ledger = list(stage.hosts.ledger)
    await stage.crash()
    await stage.revive()
    stage.hosts.hang(RESTART)
    stage.release(RESTART)
    await stage.settle()
    assert (await stage.card(1)).state == "DONE"
    again = [r for r in stage.hosts.ledger if r.attempt]
    assert len([r for r in ledger if r.attempt]) == 1
    assert again == []


async def test_waiting_lists_who_may_vote(stage):
    await stage.say("ben", "restart nginx on web-1")
    assert [i.card.plan for i in await stage.ears.waiting("chris")] == [1]
    assert await stage.ears.waiting("ben") == ()
    assert await stage.ears.waiting("vera") == ()


async def test_history_tells_who_and_why(stage):
    await stage.say("ben", "restart nginx on web-1 because of the new certificate")
    await stage.press("chris", "approve")
    await stage.say("vera", "who restarted nginx on web-1?")
    said = words(await stage.card())
    assert "Ben" in said
    assert "#1" in said


async def test_a_refused_mass_stop_does_not_say_that_it_was_to_go_one_at_a_time(stage):
    await stage.say("ana", "stop nginx on web-1 and web-2")
    card = await stage.card()
    assert card.state == "REFUSED"
    assert "nobody asked for one at a time" in words(card)
    assert "at a time" not in card.title
    await stage.say("ana", "stop nginx on web-1 and web-2 one at a time")
    assert (await stage.card()).title.endswith(", one at a time")

"""Abuse 5 to 9 and 12: one guard of the approval desk per test.

Where a test names its guard, the guard can be taken out of `bot/gate/approval_desk.py` and
the test fails.
"""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.approvals import Ballot
from bot.domain.plans import Decision, Verdict
from bot.domain.runs import PlanState, RunState
from bot.errors import ConflictError
from bot.gate.approval_desk import ApprovalDesk, Outcome, may_withdraw
from tests.unit.gate.court import (
    ANA,
    BEN,
    CHRIS,
    MAX,
    VIC,
    Ledger,
    ask,
    plan_of,
    press,
    question,
    shipped,
)

RESTART = ask("service.restart", "web-1", service="nginx")
RAW_PROD = ask("host.run", "web-1", command="df -h")


def judged(votes=1, decision=Decision.ASK, **more):
    return Verdict(decision=decision, votes=votes, policy="p", **more)


def eligible(voter, asked=RESTART, requester=BEN, **more):
    """What the pipeline gives the desk: the gate's word on this voter, as of now."""
    put = question(requester, asked, **more)
    return lambda plan: shipped().may_vote(voter, put, plan.requester)


class Room:
    """A desk over a ledger with one plan that waits."""

    def __init__(self, plan):
        self.ledger = Ledger()
        self.desk = ApprovalDesk(self.ledger, display=str.title)
        self.plan = plan

    async def open(self):
        self.ledger.add_plan(self.plan, PlanState.WAITING)
        return self

    async def click(self, voter, ballot=Ballot.APPROVE, *, may_vote=None, text="", **shown):
        clicked = press(self.plan, ballot.value, by=voter.name, text=text, **shown)
        return await self.desk.vote(clicked, voter, ballot, may_vote=may_vote or eligible(voter))


async def waiting(votes=1, **more):
    return await Room(plan_of(RESTART, verdict=judged(votes), **more)).open()


async def test_an_eligible_vote_approves_and_is_in_the_log():
    room = await waiting()
    decided = await room.click(CHRIS)
    assert (decided.outcome, decided.approved) == (Outcome.APPROVED, True)
    assert room.ledger.state() is PlanState.APPROVED
    assert room.ledger.kinds() == ["vote.cast", "plan.approved"]
    assert room.ledger.events[-1].data == {"by": ["chris"]}


# -- 5: double clicks, two surfaces --------------------------------------------------------------


async def test_one_vote_a_person_guard_add_vote():
    room = await waiting(votes=2)
    assert (await room.click(CHRIS)).outcome is Outcome.COUNTED
    again = await room.click(CHRIS)
    assert again.outcome is Outcome.REFUSED
    assert "already" in again.text
    assert room.ledger.state() is PlanState.WAITING
    assert (await room.click(ANA)).outcome is Outcome.APPROVED


async def test_the_quorum_is_a_number_guard_needed():
    room = await waiting(votes=3)
    outcomes = [(await room.click(p)).outcome for p in (ANA, CHRIS, MAX)]
    assert outcomes == [Outcome.COUNTED, Outcome.COUNTED, Outcome.APPROVED]


async def test_a_verdict_without_votes_still_needs_one():
    room = await Room(plan_of(RESTART, verdict=judged(votes=0))).open()
    assert room.ledger.state() is PlanState.WAITING
    assert (await room.click(VIC)).outcome is Outcome.REFUSED


async def test_the_late_click_is_explained_and_begins_nothing_guard_state():
    room = await waiting()
    await room.click(CHRIS)
    late = await room.click(ANA)
    assert (late.outcome, late.approved) == (Outcome.REFUSED, False)
    assert late.text == "Chris approved #7 at 12:00 already; your click changed nothing."
    assert room.ledger.kinds().count("plan.approved") == 1


# -- 6: after expiry, denial, cancellation, revision -----------------------------------------------


async def test_expiry_is_judged_by_the_stores_clock_guard_is_due():
    room = await waiting()
    room.ledger.now += timedelta(minutes=30)
    late = await room.click(CHRIS)
    assert late.outcome is Outcome.EXPIRED
    assert late.text == (
        "Nobody decided by 12:30, so nothing ran; *Ask again* looks at the hosts afresh."
    )
    assert room.ledger.state() is PlanState.EXPIRED
    assert room.ledger.kinds()[-1] == "plan.expired"
    assert not room.ledger.ballots


async def test_a_second_before_expiry_still_counts():
    room = await waiting()
    room.ledger.now += timedelta(minutes=30, seconds=-1)
    assert (await room.click(CHRIS)).approved


async def test_a_plan_without_a_deadline_is_too_late_already():
    bare = plan_of(RESTART, verdict=judged()).model_copy(update={"expires_at": None})
    room = await Room(bare).open()
    assert (await room.click(CHRIS)).outcome is Outcome.EXPIRED


async def test_what_is_due_expires_by_itself_and_the_rest_stays():
    room = await waiting()
    later = plan_of(RESTART, number=8, verdict=judged())
    later = later.model_copy(update={"expires_at": room.ledger.now + timedelta(hours=1)})
    room.ledger.add_plan(later, PlanState.WAITING)
    assert await room.desk.expire_due() == ()
    room.ledger.now += timedelta(minutes=31)
    assert await room.desk.expire_due() == (7,)
    assert (room.ledger.state(7), room.ledger.state(8)) == (PlanState.EXPIRED, PlanState.WAITING)


async def test_nothing_is_written_while_nothing_is_due():
    room = await waiting()
    before = room.ledger.writes
    assert await room.desk.expire_due() == ()
    assert room.ledger.writes == before
    room.ledger.now += timedelta(minutes=31)
    assert await room.desk.expire_due() == (7,)
    assert await room.desk.expire_due() == ()
    assert room.ledger.writes == before + 1


async def test_many_due_at_once_all_expire_in_units_that_stay_short():
    room = await waiting()
    numbers = range(8, 228)
    for number in numbers:
        room.ledger.add_plan(plan_of(RESTART, number=number, verdict=judged()), PlanState.WAITING)
    before = room.ledger.writes
    room.ledger.now += timedelta(minutes=31)
    assert sorted(await room.desk.expire_due()) == [7, *numbers]
    assert room.ledger.writes == before + 3
    assert room.ledger.kinds().count("plan.expired") == 221


async def test_a_denial_ends_it_with_its_reason():
    room = await waiting(votes=2)
    decided = await room.click(CHRIS, Ballot.DENY, text=" not on a Friday ")
    assert decided.outcome is Outcome.DENIED
    assert room.ledger.stored[7].reason == "not on a Friday"
    late = await room.click(ANA)
    assert late.text == "Chris denied #7 at 12:00: not on a Friday. Nothing ran."
    assert room.ledger.kinds()[-1] == "plan.denied"


async def test_nobody_votes_on_what_was_withdrawn():
    room = await waiting()
    assert (await room.desk.cancel(7, 1, by="ben")).outcome is Outcome.CANCELLED
    late = await room.click(CHRIS)
    assert late.text == "Ben withdrew #7 at 12:00; nothing ran."
    assert not room.ledger.ballots


@pytest.mark.parametrize(
    "shown", [{"revision": 2}, {"revision": None}, {"digest": "0" * 64}, {"digest": ""}], ids=str
)
async def test_a_card_of_another_revision_or_digest_guard_unfit(shown):
    room = await waiting()
    decided = await room.click(CHRIS, **shown)
    assert decided.outcome is Outcome.REFUSED
    assert "has changed since that card was drawn" in decided.text
    assert room.ledger.state() is PlanState.WAITING


# -- 7 and 8: who may --------------------------------------------------------------------------------


async def test_nobody_approves_their_own_plan_guard_own_plan():
    room = await waiting(requester="ana")
    refused = await room.click(ANA, may_vote=eligible(ANA, requester=ANA))
    assert refused.outcome is Outcome.REFUSED
    assert "own plan" in refused.text


async def test_a_lone_admin_may_in_solo_mode():
    room = await waiting(requester="ana")
    solo = eligible(ANA, requester=ANA, people=(ANA, BEN))
    assert (await room.click(ANA, may_vote=solo)).approved


async def test_a_lone_admin_without_the_flag_is_told_of_the_flag_and_not_of_others():
    room = await Room(plan_of(RAW_PROD, requester="ana", verdict=judged())).open()
    refused = await room.click(
        ANA, may_vote=eligible(ANA, RAW_PROD, requester=ANA, people=(ANA, BEN))
    )
    assert refused.outcome is Outcome.REFUSED
    assert "I know it's production" in refused.text
    forced = plan_of(RAW_PROD, requester="ana", verdict=judged(), force_production=True)
    room = await Room(forced).open()
    said = eligible(ANA, RAW_PROD, requester=ANA, people=(ANA, BEN), force_production=True)
    assert (await room.click(ANA, may_vote=said)).approved


async def test_solo_mode_ends_when_another_approver_comes_between_card_and_click():
    room = await waiting(requester="ana")
    now = eligible(ANA, requester=ANA, people=(ANA, CHRIS))
    assert (await room.click(ANA, may_vote=now)).outcome is Outcome.REFUSED


@pytest.mark.parametrize("voter", [VIC, BEN], ids=lambda p: p.name)
async def test_only_those_whom_the_gate_lets_guard_may_vote(voter):
    room = await waiting(requester="dan")
    refused = await room.click(voter)
    assert refused.outcome is Outcome.REFUSED
    assert refused.text.startswith("Thanks, but")
    assert "ask Ana, Max or Chris." in refused.text
    assert not room.ledger.ballots


async def test_who_may_not_approve_may_not_deny_either():
    room = await waiting()
    assert (await room.click(VIC, Ballot.DENY)).outcome is Outcome.REFUSED


async def test_ones_own_plan_is_withdrawn_rather_than_denied():
    room = await waiting()
    decided = await room.click(BEN, Ballot.DENY, text="wrong host")
    assert decided.outcome is Outcome.CANCELLED
    assert room.ledger.stored[7].reason == "wrong host"


async def test_a_vote_on_destructive_production_without_the_flag_is_refused():
    room = await Room(plan_of(RAW_PROD, requester="ana", verdict=judged())).open()
    for voter in (MAX, CHRIS):
        refused = await room.click(voter, may_vote=eligible(voter, RAW_PROD, requester=ANA))
        assert refused.outcome is Outcome.REFUSED
        assert "I know it's production" in refused.text


# -- 9: the digest -----------------------------------------------------------------------------------


async def test_votes_on_another_digest_do_not_count_guard_approvals():
    room = await waiting(votes=2)
    await room.click(CHRIS)
    room.ledger.ballots[0] = room.ledger.ballots[0].model_copy(update={"digest": "0" * 64})
    decided = await room.click(ANA)
    assert (decided.outcome, len(decided.votes)) == (Outcome.COUNTED, 1)


# -- the reader's clock ------------------------------------------------------------------------------


async def test_a_late_click_is_told_the_time_in_the_clicker_s_zone():
    room = await waiting()
    zones = {"chris": ZoneInfo("Asia/Tokyo"), "max": UTC}
    room.desk = ApprovalDesk(room.ledger, display=str.title, zone=lambda p: zones.get(p.name))
    await room.click(ANA)
    assert "at 21:00 already" in (await room.click(CHRIS)).text
    assert "at 12:00 already" in (await room.click(MAX)).text


# -- withdrawing ---------------------------------------------------------------------------


async def test_what_has_begun_is_stopped_not_withdrawn():
    room = await waiting()
    await room.click(CHRIS)
    room.ledger.begun.add(7)
    refused = await room.desk.cancel(7, 1, by="ben")
    assert (refused.outcome, "*Stop*" in refused.text) == (Outcome.REFUSED, True)


OVER = {
    RunState.RUNNING: "has begun; *Stop* ends it",
    RunState.DRIFTED: "waits for a decision; *Stop here* ends it",
    RunState.SUCCEEDED: "has run already and is done",
    RunState.CANCELLED: "has run already and was stopped",
}


@pytest.mark.parametrize("state", OVER)
async def test_who_withdraws_too_late_is_told_how_the_run_stands(state):
    room = await waiting()
    await room.click(CHRIS)
    room.ledger.begun.add(7)
    room.ledger.run_state = state
    refused = await room.desk.cancel(7, 1, by="ben")
    taken_back = await room.desk.withdraw(press(room.plan, "unvote", by="chris"), CHRIS)
    for each in (refused, taken_back):
        assert OVER[state] in each.text
        assert state in (RunState.RUNNING, RunState.DRIFTED) or "*Stop" not in each.text


async def test_nobody_is_told_of_themselves_as_of_somebody_else():
    room = await waiting(2)
    for voter in (CHRIS, ANA):
        await room.click(voter)
    assert (await room.click(ANA)).text.startswith("You and Chris approved #7")
    assert (await room.click(MAX)).text.startswith("Chris and Ana approved #7")
    denied = await waiting()
    await denied.click(CHRIS, Ballot.DENY, text="not now")
    assert (await denied.click(CHRIS)).text.startswith("You denied #7")
    cancel = await denied.desk.cancel(7, 1, by="chris")
    assert cancel.text.startswith("You denied #7")


async def test_withdrawing_is_for_requester_approvers_and_admins():
    plan = plan_of(RESTART, requester="ben")
    assert [may_withdraw(p, plan) for p in (BEN, CHRIS, ANA, VIC)] == [True, True, True, False]


async def test_an_unknown_plan_is_a_conflict_and_leaves_no_trace():
    room = await waiting()
    with pytest.raises(ConflictError, match="no plan #99"):
        await room.desk.cancel(99, 1, by="ben")
    assert room.ledger.kinds() == []

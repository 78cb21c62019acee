"""A vote can be withdrawn until the first command, by whoever cast it, and by nobody else."""

from bot.domain.approvals import Ballot
from bot.domain.runs import PlanState
from bot.gate.approval_desk import Outcome
from tests.promises.test_approval_desk import waiting
from tests.scenario.stage import Stage, keys
from tests.unit.gate.court import ANA, BEN, CHRIS, MAX, press

RESTART = ("systemctl", "restart", "--", "nginx.service")


async def withdraws(room, voter, **shown):
    clicked = press(room.plan, "unvote", by=voter.name, **shown)
    return await room.desk.withdraw(clicked, voter)


async def test_a_withdrawn_vote_counts_no_more_and_may_be_cast_again():
    room = await waiting(votes=2)
    await room.click(CHRIS)
    taken = await withdraws(room, CHRIS)
    assert (taken.outcome, taken.accepted, taken.votes) == (Outcome.WITHDRAWN, True, ())
    assert (await room.click(ANA)).outcome is Outcome.COUNTED
    assert (await room.click(CHRIS)).outcome is Outcome.APPROVED
    assert room.ledger.kinds() == [
        "vote.cast", "vote.withdrawn", "vote.cast", "vote.cast", "plan.approved"
    ]  # fmt: skip


async def test_a_no_takes_the_place_of_ones_own_yes_guard_taken_back():
    room = await waiting(votes=2)
    await room.click(CHRIS)
    denied = await room.click(CHRIS, Ballot.DENY, text="I was wrong")
    assert (denied.outcome, denied.accepted) == (Outcome.DENIED, True)
    assert room.ledger.kinds() == ["vote.cast", "vote.withdrawn", "vote.cast", "plan.denied"]
    assert [e.person for e in room.ledger.events] == ["chris"] * 4
    ((person, ballot),) = [(v.person, v.ballot) for v in room.ledger.ballots]
    assert (person, ballot) == ("chris", Ballot.DENY)
    assert (await room.click(ANA)).outcome is Outcome.REFUSED


async def test_a_no_takes_nobody_elses_yes():
    room = await waiting(votes=2)
    await room.click(CHRIS)
    assert (await room.click(ANA, Ballot.DENY, text="no")).outcome is Outcome.DENIED
    assert room.ledger.kinds() == ["vote.cast", "vote.cast", "plan.denied"]
    assert [v.person for v in room.ledger.ballots] == ["chris", "ana"]


async def test_what_was_approved_waits_again():
    room = await waiting()
    await room.click(CHRIS)
    assert (await withdraws(room, CHRIS)).outcome is Outcome.WITHDRAWN
    assert room.ledger.state() is PlanState.WAITING
    assert room.ledger.kinds()[-1] == "plan.waiting"
    assert (await room.click(ANA)).outcome is Outcome.APPROVED


async def test_only_ones_own_vote_guard_drop_vote():
    room = await waiting(votes=2)
    await room.click(CHRIS)
    for other in (ANA, MAX, BEN):
        refused = await withdraws(room, other)
        assert (refused.outcome, refused.text) == (Outcome.REFUSED, "You have no vote on #7.")
    assert len(room.ledger.ballots) == 1


async def test_not_once_it_has_begun_guard_run():
    room = await waiting()
    await room.click(CHRIS)
    room.ledger.begun.add(7)
    refused = await withdraws(room, CHRIS)
    assert (refused.outcome, "has begun" in refused.text) == (Outcome.REFUSED, True)
    assert room.ledger.state() is PlanState.APPROVED


async def test_not_on_a_card_of_another_revision_nor_after_the_end():
    room = await waiting(votes=2)
    await room.click(CHRIS)
    assert (await withdraws(room, CHRIS, digest="other")).outcome is Outcome.REFUSED
    await room.desk.cancel(7, room.plan.revision, by="ben")
    assert "withdrew #7" in (await withdraws(room, CHRIS)).text


async def test_a_queued_plan_whose_vote_is_withdrawn_does_not_begin(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.service("web-1", "nginx")
        stage.hosts.hang(RESTART)
        await stage.say("ben", "restart nginx on web-1")
        await stage.press("chris", "approve", settle=False)
        await stage.say("ben", "reload nginx on web-1")
        await stage.press("ben", "queue", await stage.card(2))
        await stage.press("chris", "approve", await stage.card(2))
        queued = await stage.card(2)
        (button,) = [b for b in queued.buttons if b.id == "unvote"]
        assert (queued.state, button.only) == ("QUEUED", ("chris",))
        assert not (await stage.press("ana", "unvote", queued)).accepted
        assert (await stage.press("chris", "unvote", queued)).accepted
        assert (await stage.card(2)).state == "WAITING"
        stage.release(RESTART)
        await stage.settle()
        await stage.later(seconds=1)
        assert (await stage.card(1)).state == "DONE"
        assert (await stage.card(2)).state == "WAITING"
        assert stage.changes() == [("web-1", RESTART)]
        assert "approve" in keys(await stage.card(2))

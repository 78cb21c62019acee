"""An open plan is changed in words: the same number, the next revision, all votes void."""

import asyncio

import pytest

from bot.domain.intents import Intent, Revision, Understanding, Wish
from bot.domain.runs import PlanState
from bot.errors import OverseerError
from bot.pipeline import last_words, pipeline
from bot.ports import PlanFilter
from tests.scenario.stage import RESTART, Stage, keys, words

pytestmark = pytest.mark.asyncio
TWO_VOTES = """
@id("production-quorum")
@reason("Production needs two approvers.")
@votes("2")
forbid (principal, action in Action::"change", resource == May::"run_unasked")
when { context has production && context.production };
"""


@pytest.fixture
async def stage(tmp_path):
    made = Stage(tmp_path)
    made.home.policies.write_text(made.home.policies.read_text() + TWO_VOTES)
    async with made:
        for host in ("web-1", "web-2", "web-3"):
            made.service(host, "nginx", "active")
        made.service("db-1", "redis", "active")
        yield made


async def plans(stage):
    """Number, revision, state and hosts of every plan, the newest first."""
    found = await stage.app.store.read(lambda u: u.plans(PlanFilter()))
    return [(s.plan.id, s.plan.revision, s.state, s.plan.hosts) for s in found]


async def waiting(stage):
    return [(n, rev, hosts) for n, rev, state, hosts in await plans(stage) if state == "waiting"]


@pytest.mark.parametrize(
    ("said", "hosts", "told"),
    [
        ("not web-2", ("web-1",), "− web-2"),
        ("only web-2", ("web-2",), "− web-1"),
        ("also on web-3", ("web-1", "web-2", "web-3"), "+ web-3"),
        ("and on web-3 too", ("web-1", "web-2", "web-3"), "+ web-3"),
        ("the same on web-3", ("web-1", "web-2", "web-3"), "+ web-3"),
        ("on web-3 instead", ("web-3",), "− web-1 web-2   + web-3"),
        ("web-3 instead of web-1", ("web-2", "web-3"), "− web-1   + web-3"),
        ("one at a time", ("web-1", "web-2"), "now one at a time"),
        ("not web-2, one at a time please", ("web-1",), "− web-2"),
        ("go on after failures", ("web-1", "web-2"), "now goes on after a failure"),
        ("because the certificate is new", ("web-1", "web-2"), "now with a reason"),
    ],
)
async def test_words_change_the_open_plan_and_the_card_says_how(stage, said, hosts, told):
    await stage.say("ben", "restart nginx on web-1, web-2")
    before = await stage.card()
    await stage.say("ben", said)
    card = await stage.card()
    assert (card.plan, card.revision, card.state) == (before.plan, 2, "WAITING")
    assert "changed" in words(card)
    assert told in words(card)
    assert "revision 2" in words(card)
    assert await plans(stage) == [(1, 2, PlanState.WAITING, hosts)]
    assert stage.changes() == []


async def test_votes_for_the_former_plan_are_void_and_its_card_approves_nothing(stage):
    await stage.say("ben", "restart nginx on web-1, web-2, web-3")
    old = await stage.card()
    assert (await stage.press("chris", "approve")).accepted
    assert (await stage.card()).standing == "1 of 2 votes"
    await stage.say("ben", "leave out web-2")
    new = await stage.card()
    assert new.standing == "0 of 2 votes"
    assert "void: Chris's on revision 1" in words(new)
    for who in ("chris", "ana"):
        late = await stage.press(who, "approve", old)
        assert not late.accepted
        assert "older revision" in late.text
    assert stage.changes() == []
    assert (await stage.press("chris", "approve", new)).accepted
    assert (await stage.press("ana", "approve", new)).accepted
    assert [host for host, _ in stage.changes()] == ["web-1", "web-3"]


async def test_a_whole_request_after_change_replaces_the_plan(stage):
    await stage.say("ben", "restart nginx on web-1")
    old = await stage.card()
    assert (await stage.press("ben", "change")).accepted
    await stage.say("ben", "restart redis on db-1")
    card = await stage.card()
    assert (card.plan, card.revision) == (old.plan, 2)
    assert "− restart nginx on web-1   + restart redis on db-1" in words(card)
    assert await waiting(stage) == [(1, 2, ("db-1",))]
    assert not (await stage.press("chris", "approve", old)).accepted
    await stage.say("ben", "restart nginx on web-2")  # the change was made; this is another one
    assert await waiting(stage) == [(2, 1, ("web-2",)), (1, 2, ("db-1",))]


async def test_a_whole_request_without_change_is_one_of_its_own(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.say("ben", "restart nginx on web-2")
    assert await waiting(stage) == [(2, 1, ("web-2",)), (1, 1, ("web-1",))]


async def test_a_look_between_change_and_the_change_replaces_nothing(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("ben", "change")
    await stage.say("ben", "is nginx up on web-2?")
    assert await waiting(stage) == [(1, 1, ("web-1",))]
    await stage.say("ben", "restart nginx on web-2")
    assert await waiting(stage) == [(1, 2, ("web-2",))]


async def test_a_change_that_was_pressed_long_ago_is_forgotten(stage):
    await stage.say("ben", "restart nginx on web-1", plan_only=True)
    await stage.press("ben", "change")
    await stage.later(minutes=31)
    await stage.say("ben", "restart nginx on web-2")
    assert [number for number, *_ in await plans(stage)] == [2, 1]


@pytest.mark.parametrize("said", ["cancel", "never mind", "forget it", "ok, never mind please"])
async def test_the_open_plan_is_withdrawn_in_words(stage, said):
    await stage.say("ben", "restart nginx on web-1")
    card = await stage.card()
    await stage.say("ben", said)
    assert (await stage.card(plan=1)).state == "CANCELLED"
    assert not (await stage.press("chris", "approve", card)).accepted


async def test_never_mind_after_change_leaves_the_plan_and_says_so(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("ben", "change")
    await stage.say("ben", "never mind")
    assert "#1 stays as it is" in words(await stage.card())
    await stage.say("ben", "restart nginx on web-2")
    assert len(await waiting(stage)) == 2


async def test_never_mind_after_something_else_asks_which(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.say("ben", "is nginx up on web-2?")
    await stage.say("ben", "never mind")
    asked = await stage.card()
    assert asked.state == "QUESTION"
    assert len(await waiting(stage)) == 1


async def test_with_nothing_open_there_is_nothing_to_change(stage):
    await stage.say("ben", "not web-2")
    assert "Nothing is open to change" in words(await stage.card())
    await stage.say("ben", "restart nginx on web-3")
    await stage.press("chris", "approve")
    assert stage.changes() == [("web-3", RESTART)]
    await stage.say("ben", "not web-3")
    assert "Nothing is open to change" in words(await stage.card())
    await stage.say("ben", "the same on web-2")
    assert await waiting(stage) == [(2, 1, ("web-2",))]


async def test_a_change_in_another_conversation_leads_to_the_plans_own(stage):
    await stage.say("ben", "restart nginx on web-1, web-2")
    other = stage.thread.model_copy(update={"thread": "t2"})
    await stage.say("ben", "not web-2", thread=other)
    shown = [words(item.card) for item in await stage.ears.thread(other) if item.card]
    assert "answer in the thread of its card, here above" in shown[-1]
    await stage.say("ana", "not web-2", thread=other)
    shown = [words(item.card) for item in await stage.ears.thread(other) if item.card]
    assert "chat" not in shown[-1]  # it is none of hers
    assert await waiting(stage) == [(1, 1, ("web-1", "web-2"))]


async def test_only_the_requester_changes_a_plan(stage):
    await stage.say("ben", "restart nginx on web-1, web-2")
    reply = await stage.press("ana", "change")
    assert not reply.accepted
    assert "Ben's to change" in reply.text
    await stage.say("ana", "not web-2")
    assert "Ben's to change" in words(await stage.card())
    assert await waiting(stage) == [(1, 1, ("web-1", "web-2"))]


async def test_with_two_plans_open_it_is_asked_which(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.say("ben", "restart nginx on web-2")
    await stage.say("ben", "also on web-3")
    asked = await stage.card()
    assert asked.state == "QUESTION"
    assert all(rev == 1 for _, rev, _ in await waiting(stage))
    await stage.press("ben", "option", asked, value="1")
    assert await waiting(stage) == [(2, 1, ("web-2",)), (1, 2, ("web-1", "web-3"))]
    await stage.say("ben", "#2: web-3 instead")
    assert (2, 2, ("web-3",)) in await waiting(stage)


async def test_a_name_that_nobody_has_is_asked_about_and_the_answer_changes_the_plan(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.say("ben", "also on web-9")
    assert (await stage.card()).state == "QUESTION"
    assert await waiting(stage) == [(1, 1, ("web-1",))]
    await stage.say("ben", "web-3")
    assert await waiting(stage) == [(1, 2, ("web-1", "web-3"))]


async def test_another_question_that_is_open_is_not_taken_for_the_plan(stage):
    await stage.say("ben", "restart nginx on web-1, web-2")
    await stage.say("ben", "restart redis")
    assert (await stage.card()).state == "QUESTION"
    await stage.say("ben", "not web-2")
    assert "#1 is as it was" in words(await stage.card())
    assert await waiting(stage) == [(1, 1, ("web-1", "web-2"))]


async def test_what_the_policy_refused_can_be_said_carefully(stage):
    await stage.say("ben", "stop nginx on web")
    assert (await stage.card()).state == "REFUSED"
    await stage.say("ben", "one at a time")
    card = await stage.card()
    assert (card.plan, card.revision, card.state) == (1, 2, "WAITING")


async def test_a_revision_reaches_nothing_that_a_request_would_not(stage):
    await stage.say("ben", "stop nginx on web-1")
    old = await stage.card()
    await stage.say("ben", "also on web-2, web-3")
    card = await stage.card()
    assert (card.revision, card.state) == (2, "REFUSED")
    assert "no-mass-stop" in words(card)
    assert "approve" not in keys(card)
    assert not (await stage.press("chris", "approve", old)).accepted


async def test_a_flag_for_production_is_not_carried_to_another_host(stage):
    await stage.say("ben", "restart nginx on web-1 --force-production")
    await stage.say("ben", "also on web-2")
    assert "now without --force-production" in words(await stage.card())


async def test_what_was_left_out_is_not_approved_though_a_host_gives_no_answer(stage):
    await stage.say("ben", "restart nginx on web-1, web-2")
    old = await stage.card()

    async def silent(host):
        raise OverseerError(f"{host.name} did not answer.")

    stage.hosts.identify = silent
    await stage.say("ben", "not web-2")
    assert (await stage.card()).state == "NOT READ"
    assert not (await stage.press("chris", "approve", old)).accepted
    assert await waiting(stage) == []


async def test_once_more_means_the_plan_as_it_was_revised(stage):
    await stage.say("ben", "restart nginx on web-2")
    await stage.say("ben", "on web-3 instead")
    await stage.press("chris", "approve")
    assert stage.changes() == [("web-3", RESTART)]
    await stage.say("ben", "again")
    assert await waiting(stage) == [(2, 1, ("web-3",))]


def while_looking(stage, act):
    """Do something while the facts for the next plan are read."""
    previewer = stage.app.pipeline._asking._previewer
    look = previewer.preview

    async def preview(*args, **more):
        found = await look(*args, **more)
        previewer.preview = look
        await act()
        return found

    previewer.preview = preview


async def test_what_is_approved_while_it_is_changed_runs_as_approved_and_that_is_said(
    stage, monkeypatch
):
    async def nothing_is_read(*_):
        """The vote was let in a moment before the words were heard."""

    monkeypatch.setattr(pipeline, "all_read", nothing_is_read)
    await stage.say("ben", "restart nginx on web-3, web-2")
    old = await stage.card()
    await stage.press("ana", "approve", old)
    votes = []

    async def approve():
        votes.append(await stage.press("chris", "approve", old, settle=False))

    while_looking(stage, approve)
    await stage.say("ben", "not web-2")
    assert votes[0].accepted
    assert {host for host, _ in stage.changes()} == {"web-2", "web-3"}
    said = "\n".join(words(card) for card in await stage.cards())
    assert "approved meanwhile" in said
    assert "Your change was not made" in said
    assert [(n, rev) for n, rev, *_ in await plans(stage)] == [(1, 1)]
    assert (await stage.card(plan=1)).state == "DONE"


async def test_what_is_being_changed_is_not_approved_over_it(stage, monkeypatch):
    monkeypatch.setattr(last_words, "READ_S", 0.0)
    await stage.say("ben", "restart nginx on web-3, web-2")
    old = await stage.card()
    await stage.press("ana", "approve", old)
    votes = []

    async def approve():
        votes.append(await stage.press("chris", "approve", old, settle=False))

    while_looking(stage, approve)
    await stage.say("ben", "not web-2")
    assert not votes[0].accepted
    assert "still being read" in votes[0].text
    assert stage.changes() == []
    assert (1, 2) in [(n, rev) for n, rev, *_ in await plans(stage)]


async def test_a_fault_while_it_is_changed_leaves_the_plan_as_it_was_and_says_so(stage):
    await stage.say("ben", "restart nginx on web-3, web-2")

    async def fail():
        raise RuntimeError("a library broke")

    while_looking(stage, fail)
    await stage.say("ben", "not web-2")
    assert "broke" in words((await stage.cards())[-1])
    card = await stage.card(plan=1)
    assert (card.state, card.revision) == ("WAITING", 1)
    assert "approve" in keys(card)


async def test_of_two_changes_at_once_the_second_is_told(stage):
    await stage.say("ben", "restart nginx on web-1, web-2")
    card = await stage.card()

    async def cancel():
        await stage.press("ben", "cancel", card, settle=False)

    while_looking(stage, cancel)
    await stage.say("ben", "not web-2")
    said = "\n".join(words(each) for each in await stage.cards())
    assert "withdrawn meanwhile" in said
    assert (await stage.card(plan=1)).state == "CANCELLED"


async def test_a_crash_while_it_is_changed_makes_one_revision_in_the_next_life(stage):
    await stage.say("ben", "restart nginx on web-1, web-2")

    looking = asyncio.Event()

    async def forever():
        looking.set()
        await asyncio.Event().wait()

    while_looking(stage, forever)
    await stage.say("ben", "not web-2", settle=False)
    await stage.until(looking.is_set)
    await stage.crash()
    await stage.revive()
    await stage.settle()
    assert await waiting(stage) == [(1, 2, ("web-1",))]


class Insisting:
    """A parser that makes of everything a revision of plan 1."""

    def __init__(self, intent):
        self.revision = Revision(plan=1, revision=1, intent=intent, whole=True)

    def wants_reading(self, text):
        return True

    async def parse(self, text, context):
        return Understanding(outcome=self.revision)

    async def read(self, text, context, **_):
        return await self.parse(text, context)


@pytest.mark.parametrize(("who", "thread"), [("ana", "t1"), ("ben", "t2")])
async def test_whoever_reads_the_words_only_the_requester_changes_it_and_where_it_is(
    stage, who, thread
):
    await stage.say("ben", "restart nginx on web-1, web-2")
    wish = Wish(action="service.restart", params={"service": "nginx", "hosts": ["web-3"]})
    stage.app.pipeline._hearing._parser = Insisting(Intent(wishes=(wish,)))
    elsewhere = stage.thread.model_copy(update={"thread": thread})
    await stage.say(who, "whatever", thread=elsewhere)
    assert await waiting(stage) == [(1, 1, ("web-1", "web-2"))]

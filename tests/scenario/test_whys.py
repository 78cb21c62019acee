""" "Why?": the verdict on the thread's last plan in sentences, and what is only supposed."""

import pytest

from bot.domain.runs import PlanState
from bot.ports import PlanFilter
from tests.scenario.stage import keys, words

pytestmark = pytest.mark.asyncio


async def answer(stage, said, who="ben"):
    """The sentence that was said last."""
    await stage.say(who, said)
    return words(await stage.card())


async def plans(stage):
    return [s.plan.id for s in await stage.app.store.read(lambda u: u.plans(PlanFilter()))]


@pytest.mark.parametrize(
    "said",
    [
        "why?",
        "Why does this need approval?",
        "why not?",
        "who may approve it?",
        "why #1",
        "explain that",
    ],
)
async def test_what_waits_is_explained_with_rule_voters_and_way_out(stage, said):
    await stage.say("ben", "restart nginx on web-1")
    told = await answer(stage, said)
    assert "#1 waits for 1 vote." in told
    assert "This changes production (web-1), so somebody must approve it [production-asks]." in told
    assert "Ana or Chris may approve it, until" in told
    assert "An admin can change the rule `production-asks` in policies.cedar." in told
    assert await plans(stage) == [1]


async def test_the_button_says_the_same(stage):
    await stage.say("ben", "restart nginx on web-1")
    said = (await stage.press("ben", "why")).text
    assert said.startswith("#1 waits for 1 vote.")
    assert "[production-asks]" in said


@pytest.mark.parametrize("said", ["why?", "why was that denied?", "which policy says so?"])
async def test_what_the_policy_refused_is_explained(stage, said):
    await stage.say("ben", "stop nginx on web-1, web-2 all at once")
    card = await stage.card()
    assert card.state == "REFUSED"
    told = await answer(stage, said)
    assert "#1 was refused by the policy, so nothing ran and nobody is asked." in told
    assert "[no-mass-stop]" in told
    assert "name fewer hosts" in told


async def test_what_a_person_denied_is_explained(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("chris", "deny", text="not before the demo")
    told = await answer(stage, "why was it denied?")
    assert "Chris said no to #1: “not before the demo”; nothing ran." in told
    assert "It needed 1 vote." in told


async def test_what_ran_is_explained_by_its_votes(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("chris", "approve")
    told = await answer(stage, "why?")
    assert "(restart nginx on web-1) is DONE." in told
    assert "It was approved by Chris. It needed 1 vote." in told


async def test_a_look_ran_unasked_and_why_says_so(stage):
    await stage.say("ben", "is nginx up on web-1?")
    assert "It needed no vote: the policy lets looks run unasked." in await answer(stage, "why?")


async def test_what_waits_for_its_time_is_explained(stage):
    await stage.say("ben", "restart nginx on web-1 at 12:00 UTC")
    await stage.press("chris", "approve")
    told = await answer(stage, "why?")
    assert "#1 was approved by Chris." in told
    assert "It starts" in told


async def test_nothing_to_explain_is_said(stage):
    assert "There is nothing to explain here yet." in await answer(stage, "why?")
    assert "There is no plan #7." in await answer(stage, "why #7")


async def test_looking_at_the_books_in_between_changes_nothing_of_what_is_meant(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.say("ben", "what is waiting for approval?")
    assert "#1 waits for 1 vote." in await answer(stage, "why?")


async def test_who_did_it_and_why_is_still_the_history(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.say("ben", "who restarted nginx on web-1, and why?")
    assert "Nobody has changed anything" in words(await stage.card())


async def test_why_leaves_an_open_question_open(stage):
    await stage.say("ben", "restart nginx")
    await stage.say("ben", "why?")
    await stage.say("ben", "web-1")
    assert (await stage.card()).state == "WAITING"


@pytest.mark.parametrize(
    "said",
    [
        "what would happen if I restarted nginx on web-1?",
        "what happens if we restart nginx on web-1",
        "what would restarting nginx on web-1 do?",
        "show me what a restart of nginx on web-1 would do",
        "dry run: restart nginx on web-1",
        "restart nginx on web-1 --dry-run",
        "simulate restarting nginx on web-1",
    ],
)
async def test_what_is_only_supposed_is_planned_and_asks_nobody(stage, said):
    await stage.say("ben", said)
    card = await stage.card()
    assert (card.state, card.plan) == ("PLAN ONLY", 1)
    assert "sudo systemctl restart -- nginx.service" in words(card)
    assert "approve" not in keys(card)
    stored = await stage.app.store.read(lambda u: u.plan(1))
    assert (stored.state, stored.plan.plan_only) == (PlanState.DRAFTED, True)
    await stage.later(minutes=1)
    assert stage.changes() == []
    await stage.press("ben", "again", card)
    assert (await stage.card()).state == "WAITING"


async def test_a_supposed_request_that_lacks_something_stays_supposed(stage):
    await stage.say("ben", "what would happen if I restarted nginx?")
    card = await stage.card()
    assert card.state == "QUESTION"
    await stage.say("ben", "web-1")
    assert (await stage.card()).state == "PLAN ONLY"


async def test_what_would_not_run_unasked_either_never_runs_when_it_is_supposed(stage):
    await stage.say("ana", "what would happen if I restarted nginx on web-3?")
    assert (await stage.card()).state == "PLAN ONLY"
    assert stage.changes() == []


async def test_the_way_to_change_a_plan_fits_it(stage):
    await stage.say("ben", "restart nginx on web-1")
    assert "(“at 22:00”, *Change…*)" in await answer(stage, "why #1")
    await stage.say("ben", "at 22:00")
    assert (await stage.card(1)).revision == 2
    await stage.say("ben", "restart nginx on web-1 and web-2")
    assert "(“not web-2”, *Change…*)" in await answer(stage, "why #2")


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("web-1", "#1 still waits as it is: `cancel` withdraws it, *Change…* changes it."),
        (
            "web-1 and web-2",
            "#1 still waits as it is: `cancel` withdraws it, “not web-2” leaves out a host.",
        ),
    ],
)
async def test_a_denial_that_changes_nothing_is_told_what_would_leave_out_a_host(
    stage, where, told
):
    await stage.say("ben", f"restart nginx on {where}")
    assert told in await answer(stage, "hold on")

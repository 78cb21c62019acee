"""What is asked about Overseer's own state is answered from the store: no plan, no host, no model."""

import re

import pytest

from bot.domain.messages import ThreadRef
from bot.ports import PlanFilter
from tests.scenario.stage import RESTART, words

pytestmark = pytest.mark.asyncio


async def answer(stage, said, who="ben"):
    """The newest card: what was said to it, in one line."""
    before = len(await stage.app.store.read(lambda u: u.plans(PlanFilter())))
    await stage.say(who, said)
    after = len(await stage.app.store.read(lambda u: u.plans(PlanFilter())))
    assert before == after, "a question about the books is no plan"
    return " ".join(words(await stage.card()).split())


async def under_way(stage):
    stage.hosts.hang(RESTART)
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("chris", "approve")


async def let_go(stage):
    stage.release(RESTART)
    await stage.later(seconds=5)


@pytest.mark.parametrize(
    "said",
    ["what's running?", "is anything running?", "what are you doing?", "anything in progress?"],
)
async def test_what_runs(stage, said):
    assert "Nothing runs." in await answer(stage, said)
    await under_way(stage)
    told = await answer(stage, said)
    assert "#1 is under way." in told
    assert "restart nginx on web-1" in told
    assert "RUNNING" in told
    await let_go(stage)
    assert "Nothing runs." in await answer(stage, said)


@pytest.mark.parametrize(
    "said", ["what waits for me?", "what do I have to approve?", "what needs my vote?"]
)
async def test_what_waits_for_whom(stage, said):
    await stage.say("ben", "restart nginx on web-1")
    assert "#1 waits for you." in await answer(stage, said, "chris")
    mine = await answer(stage, said, "ben")
    assert "Nothing waits for you. Of yours #1 waits for others." in mine
    await stage.press("chris", "approve", await stage.card(plan=1))
    assert "Nothing waits for you." in await answer(stage, said, "chris")


@pytest.mark.parametrize(
    "said", ["what waits?", "what's pending?", "does anything need a decision?"]
)
async def test_all_that_waits_and_what_for(stage, said):
    assert "Nothing waits." in await answer(stage, said)
    await stage.say("ben", "restart nginx on web-1 at 12:00 UTC")
    await stage.press("chris", "approve")
    await stage.say("ben", "restart nginx on web-2")
    stage.broken.add(("web-3", "nginx"))
    await stage.say("ben", "restart nginx on web-3")
    await stage.press("chris", "approve")
    told = await answer(stage, said)
    assert "3 plans wait:" in told
    for part in ("#3 for a decision", "#2 for votes", "#1 for its time"):
        assert part in told


@pytest.mark.parametrize("said", ["what starts later?", "what is scheduled?", "what's coming up?"])
async def test_what_starts_later_the_nearest_first(stage, said):
    assert "Nothing is to start later." in await answer(stage, said)
    for when in ("12:00 UTC", "11:00 UTC"):
        await stage.say("ben", f"restart nginx on web-1 at {when}")
        await stage.press("chris", "approve")
    assert "#2 and #1 start later." in await answer(stage, said)


async def test_what_would_start_later_and_waits_for_votes_is_told(stage):
    await stage.say("ben", "restart nginx on web-1 at 12:00 UTC")
    await stage.say("ben", "restart nginx on web-2 at 11:00 UTC")
    await stage.press("chris", "approve")
    await stage.say("ben", "restart nginx on web-3")
    told = await answer(stage, "what starts later?")
    assert "#2 starts later. #1 would start later, once approved: it waits for votes." in told
    assert "#3" not in told


async def test_how_one_plan_stands(stage):
    assert "Nothing was asked here yet." in await answer(stage, "is it done?")
    await stage.say("ben", "restart nginx on web-1 at 12:00 UTC")
    told = await answer(stage, "who approved that?")
    assert "#1, restart nginx on web-1: WAITING. Ben asked" in told
    assert "It waits for 1 vote, of Ana or Chris, until" in told
    await stage.press("chris", "approve", await stage.card(plan=1))
    for said in ("when does it start?", "when does #1 start?", "who approved #1?"):
        told = await answer(stage, said)
        assert "SCHEDULED" in told
        assert "Approved by Chris" in told
        assert "It starts" in told
    await stage.later(minutes=180)
    told = await answer(stage, "did it work?")
    assert "#1, restart nginx on web-1: DONE, 1 of 1 done." in told
    assert "It began" in told
    assert "and ended" in told
    assert (told.count(":"), len(re.findall(r"\d\d:\d\d [A-Z]", told))) == (5, 1)  # one zone
    assert "There is no plan #9." in await answer(stage, "who approved #9?")


@pytest.mark.parametrize(
    "said",
    ["who can approve #1?", "who may approve plan 1?", "who else has to vote on #1?",
     "what's the state of #1", "what\u2019s the status of #1?", "where's the progress of #1?"],
)  # fmt: skip
async def test_who_may_approve_a_plan_and_how_it_stands_are_asked_by_its_number(stage, said):
    await stage.say("ben", "restart nginx on web-1")
    told = await answer(stage, said, "chris")
    assert "#1, restart nginx on web-1: WAITING. Ben asked" in told
    assert "It waits for 1 vote, of Ana or Chris, until" in told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("was wartet?", "1 plan waits: #1 for votes."),
        ("was wartet auf mich?", "#1 waits for you."),
        ("was läuft gerade?", "Nothing runs."),
        ("qu'est-ce qui attend ?", "1 plan waits: #1 for votes."),
        ("qu\u2019est-ce qui tourne ?", "Nothing runs."),
        ("¿qué está pendiente?", "1 plan waits: #1 for votes."),
        ("¿qué está corriendo?", "Nothing runs."),
    ],
)
async def test_what_waits_and_what_runs_is_asked_in_other_languages_too(stage, said, told):
    await stage.say("ben", "restart nginx on web-1")
    assert told in await answer(stage, said, "chris")


async def test_whether_everything_is_stopped(stage):
    assert "Nothing is stopped" in await answer(stage, "is everything stopped?")
    await stage.say("ana", "stop everything")
    assert "Everything is stopped" in await answer(stage, "are you frozen?")


@pytest.mark.parametrize(
    ("said", "action"),
    [
        ("what did you do today?", "plan.history"),
        ("which hosts do you know?", "host.list"),
        ("is plan 1 done?", "plan.show"),
        ("is anything broken?", "host.status"),
        ("anything broken?", "host.status"),
        ("what is failing?", "host.status"),
        ("what failed today?", "plan.history"),
    ],
)
async def test_what_is_answered_by_a_look_is_left_to_it(stage, said, action):
    await stage.say("ben", "restart nginx on web-1")
    await stage.say("ben", said)
    newest = (await stage.app.store.read(lambda u: u.plans(PlanFilter(limit=1))))[0]
    assert [step.action for step in newest.plan.steps] == [action]


@pytest.mark.parametrize(
    "said", ["what's running on web-1?", "is nginx running on web-1?", "how is web-1 doing?"]
)
async def test_what_is_asked_of_a_host_is_read_there(stage, said):
    await stage.say("ben", said)
    newest = (await stage.app.store.read(lambda u: u.plans(PlanFilter(limit=1))))[0]
    assert newest.plan.hosts == ("web-1",)


async def test_a_link_leads_to_where_the_page_really_is(stage):
    stage.app.address = "https://ops.example"
    await stage.say("ben", "restart nginx on web-1")
    await stage.say("ben", "what was done today on web-1?")
    assert "https://ops.example/plan/1" in str(await stage.card())


@pytest.mark.parametrize("local", ["127.0.0.1", "localhost", "[::1]"])
async def test_no_link_leads_to_the_readers_own_machine(stage, local):
    stage.app.address = f"http://{local}:8477"
    page = ThreadRef(surface="web", channel="ben", thread="x1")
    await stage.say("ben", "restart nginx on web-1")
    await stage.say("ben", "show plan 1")
    assert f"{local}:8477" not in str(await stage.card())
    await stage.say("ben", "show plan 1", thread=page)
    items = await stage.ears.thread(page)
    assert f"http://{local}:8477/plan/1" in str(items[-1].card)

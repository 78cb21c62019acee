"""Corrections that only a model has read: made at once where the words say all of it."""

import pytest

from bot.domain.runs import PlanState
from bot.testing.scripted_models import act, answer, plan
from tests.scenario.stage import words
from tests.scenario.test_models_apart import plainly
from tests.scenario.test_models_choices import pre_approved

pytestmark = pytest.mark.asyncio
FIRST = "starte nginx auf web neu"


def revised(said, *hosts, start=None, number=1, **more):
    ways = [{"name": "start", "value": f"2026-03-01T{start}"}] if start else []
    step = act("service.restart", said, service="nginx", hosts=list(hosts))
    return answer("revise", step, plan=number, ways=ways, **more)


async def stored(stage, number=1):
    return await stage.app.store.read(lambda u: u.plan(number))


async def questions(stage):
    return [card for card in await stage.cards() if card.id.startswith("ask-")]


RESTARTS = plan(act("service.restart", FIRST, service="nginx", hosts=["web"]))


async def test_several_in_a_row_add_up_and_each_shows_what_it_changes(staged):
    says = [
        revised("web-2 nicht", "web", "!web-2"),
        revised("um 22 Uhr", "web", "!web-2", start="22:00"),
        revised("auch auf db-2", "web", "!web-2", "db-2", start="22:00"),
    ]
    async with staged(RESTARTS, *says) as stage:
        stage.service("db-2", "nginx")
        await stage.say("ana", FIRST)
        for number, said in enumerate(("web-2 nicht", "um 22 Uhr", "auch auf db-2"), 2):
            await stage.say("ana", said)
            found = await stored(stage)
            assert (found.state, found.plan.revision) == (PlanState.WAITING, number)
            assert "read by scripted-1" in words(await stage.card(1))
        assert "+ db-2" in words(await stage.card(1))
        assert set(found.plan.hosts) == {"web-1", "web-3", "db-2"}
        assert found.plan.start is not None
        assert found.plan.request == f"{FIRST}; web-2 nicht; um 22 Uhr; auch auf db-2"
        assert (found.plan.steps[0].alone, found.plan.steps[0].unsaid) == (True, ())
        assert await questions(stage) == []


@pytest.mark.parametrize(
    "said", ["nicht web-2 sondern web-3", "pas web-2 mais web-3", "niet web-2 maar web-3"]
)
async def test_another_host_in_the_place_of_the_one_that_is_left_alone_is_the_next_revision(
    staged, said
):
    async with staged(revised(said, "web-3")) as stage:
        await plainly(stage, "restart nginx on web-2")
        await stage.say("ben", said)
        found = await stored(stage)
        assert (found.plan.revision, found.plan.hosts) == (2, ("web-3",))
        assert "− web-2" in words(await stage.card(1))
        assert await questions(stage) == []


async def test_of_a_no_that_the_rules_read_as_english_the_right_change_is_offered(staged):
    said = "no web-2 sino web-3"
    async with staged(revised(said, "web-3")) as stage:
        await plainly(stage, "restart nginx on web-2")
        await stage.say("ben", said)
        [asked] = await questions(stage)
        assert "− web-2, + web-3" in words(asked)
        await stage.press("ben", "option", asked, value=asked.buttons[0].value)
        assert (await stored(stage)).plan.hosts == ("web-3",)


async def test_its_votes_are_void_and_the_difference_says_so(staged):
    async with staged(revised("web-2 nicht", "web-1")) as stage:
        await plainly(stage, "restart nginx on web-1 and web-2 at 22:00")
        await stage.press("chris", "approve")
        assert (await stored(stage)).state is PlanState.APPROVED
        await stage.say("ben", "web-2 nicht")
        found = await stored(stage)
        assert (found.state, found.plan.revision) == (PlanState.WAITING, 2)
        assert found.plan.changed.void == ("chris",)
        assert "− web-2" in words(await stage.card(1))


@pytest.mark.parametrize("said", ["web-3 auch", "auch auf web-3"])
async def test_nothing_of_it_runs_unasked_though_policy_would_let_it(staged, said):
    """What the rules would have let run at once waits for a person who has seen it."""
    async with staged(revised(said, "web-1", "web-3")) as stage:
        await plainly(stage, "restart nginx on web-1")
        await pre_approved(stage)
        await stage.say("ben", said)
        found = await stored(stage)
        assert (found.state, found.plan.revision) == (PlanState.WAITING, 2)
        assert stage.changes() == []


async def test_who_only_asks_for_the_plan_of_it_changes_nothing(staged):
    async with staged(revised("web-2 nicht", "web-1")) as stage:
        await plainly(stage, "restart nginx on web-1 and web-2")
        await stage.say("ben", "web-2 nicht", plan_only=True)
        assert (await stage.card()).state == "PLAN ONLY"
        assert (await stored(stage)).plan.revision == 1


async def test_where_nothing_would_change_the_plan_keeps_its_votes(staged):
    async with staged(revised("hm", "web-1", "web-2"), revised("web-2 nicht", "web-1")) as stage:
        await plainly(stage, "restart nginx on web-1 and web-2")
        await stage.say("ben", "hm, also doch")
        asked = await stage.card()
        assert "nothing of #1 would change" in words(asked)
        assert [b for b in asked.buttons if b.id == "option"] == []
        await stage.say("ben", "web-2 nicht")
        assert (await stored(stage)).plan.revision == 2


async def test_who_read_what_is_told_where_the_rules_changed_what_a_model_alone_had_read(staged):
    """“Only the model read this” stands on that card, too."""
    later = revised("do it at 22:00", "web", start="22:00")
    async with staged(
        RESTARTS, later, revised("not web-2", "web", "!web-2", start="22:00")
    ) as stage:
        await stage.say("ana", FIRST)
        for said in ("do it at 22:00", "not web-2"):
            await stage.say("ana", said)
            shown = words(await stage.card(1))
            assert "read by scripted-1, its last change by rules and scripted-1" in shown
            assert "Only the model read this" in shown
        assert (await stored(stage)).plan.revision == 3


async def test_what_the_rules_read_from_the_beginning_is_told_so(staged):
    async with staged(revised("not web-2", "web-1")) as stage:
        await plainly(stage, "restart nginx on web-1 and web-2")
        await stage.say("ben", "not web-2")
        assert "read by rules and scripted-1" in words(await stage.card(1))


# -- the question that is open ---------------------------------------------------------------------


async def asked_to_change(stage):
    await plainly(stage, "restart nginx on web-1 and web-2")
    await stage.say("ben", "ohne die zweite")
    asked = await stage.card()
    assert "Shall #1 be changed to this?" in words(asked)
    return asked


async def now(stage, asked):
    return next(card for card in await stage.cards() if card.id == asked.id)


ASKS = revised("ohne die zweite", "web-1")
WHAT_IF = "cosa succederebbe se riavviassi nginx su web-3?"


async def test_what_would_happen_elsewhere_is_no_answer_to_it_and_leaves_it_open(staged):
    step = act("service.restart", WHAT_IF, service="nginx", hosts=["web-3"])
    look = plan(step, only_show=True)
    async with staged(ASKS, look, answer("talk", text="Gern.")) as stage:
        asked = await asked_to_change(stage)
        await stage.say("ben", WHAT_IF)
        assert (await stage.card()).state == "PLAN ONLY"
        assert (await now(stage, asked)).state == "QUESTION"
        assert await stage.app.store.read(lambda u: u.asked(stage.thread)) is not None
        await stage.say("ben", "ok")  # it may be to what was just shown
        assert (await stored(stage)).plan.revision == 1
        await stage.press("ben", "option", asked, value=asked.buttons[0].value)
        assert (await stored(stage)).plan.revision == 2
        assert (await now(stage, asked)).state == "ANSWERED"


async def test_nor_is_another_correction_which_takes_its_place(staged):
    async with staged(ASKS, revised("web-1 nicht", "web-2")) as stage:
        asked = await asked_to_change(stage)
        await stage.say("ben", "web-1 nicht")
        assert (await stored(stage)).plan.hosts == ("web-2",)
        card = await now(stage, asked)
        assert (card.state, card.footer) == ("CLOSED", ("What was said next was read by itself.",))


async def test_an_answer_that_only_a_model_understands_is_one(staged):
    asks = answer("ask", text="Auf welchem Host?", choices=[])
    said = "auf dem dritten"
    async with staged(
        asks, plan(act("service.restart", said, service="nginx", hosts=["web-3"]))
    ) as stage:
        await stage.say("ana", "nginx spinnt")
        asked = await stage.card()
        await stage.say("ana", said)
        assert (await now(stage, asked)).state == "ANSWERED"


ASKED_BACK = "no web-2 sino web-3"


@pytest.mark.parametrize(
    ("then", "hosts", "start"),
    [("auch auf web-1", ("web-1", "web-2"), None), ("um 22 Uhr bitte", ("web-2",), "22:00")],
)
async def test_a_correction_that_was_asked_back_leaves_out_nothing_of_the_next_one(
    staged, then, hosts, start
):
    async with staged(revised(ASKED_BACK, "web-3"), revised(then, *hosts, start=start)) as stage:
        await plainly(stage, "restart nginx on web-2")
        await stage.say("ben", ASKED_BACK)
        assert len(await questions(stage)) == 1
        await stage.say("ben", then)
        found = await stored(stage)
        assert (found.plan.revision, found.plan.hosts) == (2, hosts)
        assert "left alone" not in words(await stage.card(1))


async def test_what_was_said_in_it_is_told_as_said_before_and_not_as_unsaid(staged):
    then = "um 22 Uhr bitte"
    async with staged(revised(ASKED_BACK, "web-3"), revised(then, "web-3", start="22:00")) as stage:
        await plainly(stage, "restart nginx on web-2")
        await stage.say("ben", ASKED_BACK)
        await stage.say("ben", then)
        said = words((await questions(stage))[-1])
        assert "− web-2, + web-3, now starting 2026-03-01 22:00 UTC." in said
        assert "A part of it you had said before, and I had asked you about that." in said
        assert "You did not" not in said
        assert (await stored(stage)).plan.revision == 1

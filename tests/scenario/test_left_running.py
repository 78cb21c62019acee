"""What is asked whether it shall end goes on, unless who was asked says so to Overseer."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.domain.runs import PlanState
from tests.scenario.rooms import ROOM
from tests.scenario.stage import words
from tests.scenario.test_stops_among_words import (  # noqa: F401 - a fixture
    plans,
    runs,
    stage,
    state,
    stops,
    waits,
)

pytestmark = pytest.mark.asyncio
KEPT = [
    "no, let it run", "no let it finish", "no, leave it", "no, leave it running", "don't", "no don't",
    "don't stop it", "no, don't stop it", "no, keep going", "nope, carry on", "no, it's fine",
    "no, all good", "not yet", "no, not yet", "no, wait", "leave it running", "keep it running", "let it finish",
]  # fmt: skip
NEEDLESS = ["it's no longer needed", "its not needed anymore", "because it's no longer needed", "it's obsolete"]  # fmt: skip


async def is_asked(stage):
    asked = await stage.app.store.read(lambda u: u.asked(ROOM))
    return asked is not None and asked[0].text in ("Shall I stop #1?", "Shall I withdraw #1?")


async def asks(stage, text="should I stop it?"):
    await stage.hear("UBEN", text)
    assert await is_asked(stage)


async def test_who_says_no_to_the_end_of_a_run_is_asked_no_more(stage):
    await runs(stage)
    for text in KEPT:
        await asks(stage)
        await stage.hear("UBEN", text, addressed=False)
        assert not await is_asked(stage), text
        await stage.hear("UBEN", "ok", addressed=False)
        assert not await stops(stage), text
    assert await plans(stage) == {1}


@pytest.mark.parametrize("addressed", [False, True])
async def test_a_yes_ends_it(stage, addressed):
    await runs(stage)
    await asks(stage)
    await stage.hear("UBEN", "yes", addressed=addressed)
    assert await stops(stage)


@pytest.mark.parametrize("others", ["please don't", "no", "shall we wait?", "coffee?"])
@pytest.mark.parametrize("text", ["ok", "yes please", "sure"])
async def test_a_yes_to_a_colleague_is_asked_back_once(stage, others, text):
    await runs(stage)
    await asks(stage)
    await stage.hear("UCHRIS", others, addressed=False)
    await stage.hear("UBEN", text, addressed=False)
    assert not await stops(stage)
    said = [item.card for item in await stage.ears.thread(ROOM) if item.card is not None]
    assert "That may be to something else" in words(said[-1])
    await stage.hear("UBEN", text, addressed=False)  # what was asked last is what it is to
    assert await stops(stage)


async def test_who_talks_on_after_that_is_asked_back_again(stage):
    await runs(stage)
    await asks(stage)
    for _ in range(2):
        await stage.hear("UCHRIS", "coffee?", addressed=False)
        await stage.hear("UBEN", "sure", addressed=False)
    assert not await stops(stage)


async def test_a_yes_to_a_colleague_withdraws_nothing(stage):
    await waits(stage)
    await asks(stage, "should I cancel it?")
    await stage.hear("UCHRIS", "no, I'll approve it", addressed=False)
    await stage.hear("UBEN", "ok", addressed=False)
    assert await state(stage) is PlanState.WAITING


async def test_a_decision_about_a_run_ends_the_question_whether_to_end_it(stage):
    stage.broken.add(("web-1", "nginx"))
    await waits(stage)
    await stage.press("ana", "approve", await stage.card())
    await asks(stage)
    await stage.hear("UBEN", "retry", addressed=False)
    assert not await is_asked(stage)
    await stage.hear("UBEN", "ok", addressed=False)
    assert [e.data["button"] for e in await stage.events("run.decided")] == ["retry"]


@pytest.mark.parametrize("text", ["let it run", "no, let it run", "leave it running", "let it finish please"])  # fmt: skip
@pytest.mark.parametrize("addressed", [False, True])
async def test_let_it_run_starts_nothing(stage, text, addressed):
    await runs(stage)
    await stage.hear("UBEN", text, addressed=addressed)
    assert await plans(stage) == {1}
    assert not await stops(stage)
    said = [item.card for item in await stage.ears.thread(ROOM) if item.card is not None]
    assert ("`stop 1` stops it" in words(said[-1])) is addressed


@pytest.mark.parametrize("addressed", [False, True])
async def test_that_a_plan_is_needed_no_more_is_no_reason_for_it(stage, addressed):
    await waits(stage)
    for text in NEEDLESS:
        await stage.hear("UBEN", text, addressed=addressed)
        card = next(c for c in await stage.cards() if c.plan == 1)
        assert (card.revision, card.state) == (1, "WAITING"), text
        said = [item.card for item in await stage.ears.thread(ROOM) if item.card is not None]
        told = words(said[-1])
        assert "`cancel` withdraws it" in told or "Shall I withdraw #1?" in told, text
        if "Shall I" in told:
            await stage.hear("UBEN", "no", addressed=False)


@pytest.mark.parametrize("text", ["it's slow", "it's slow today", "because chris asked", "because I said so"])  # fmt: skip
async def test_what_is_approved_stays_so_whatever_is_said_of_why(stage, text):
    await waits(stage, "restart nginx on web-1 at 23:00")
    await stage.press("ana", "approve", await stage.card())
    assert await state(stage) is PlanState.APPROVED
    await stage.hear("UBEN", text, addressed=False)
    await stage.hear("UBEN", text)
    assert await state(stage) is PlanState.APPROVED


async def test_what_is_said_of_a_plan_that_waits_is_a_reason_where_it_says_so(stage):
    await waits(stage)
    await stage.hear("UBEN", "it's slow", addressed=False)
    assert next(c for c in await stage.cards() if c.plan == 1).revision == 1
    await stage.hear("UBEN", "because the certificate is new", addressed=False)
    assert next(c for c in await stage.cards() if c.plan == 1).revision == 2


REASONS = [
    "because the sale is over", "because the traffic is over the limit", "for the new certificate",
    "because the old certificate is gone", "due to the new certificate", "the reason is the new certificate",
    "because nginx is not serving the new certificate any more", "as the certificate has changed", "why: new certificate",
]  # fmt: skip


@pytest.mark.parametrize("text", REASONS)
async def test_what_begins_a_reason_gives_the_plan_one(stage, text):
    await waits(stage)
    await stage.hear("UBEN", text)
    card = next(c for c in await stage.cards() if c.plan == 1)
    assert card.revision == 2
    assert "because: " in words(card)


ELSE = ["no need to ask, stop it", "no need to wait, kill it", "not now... yes stop it", "no wait, yes", "no, it's fine, stop it"]  # fmt: skip


async def test_a_no_with_more_behind_it_leaves_the_question(stage):
    await runs(stage)
    await asks(stage)
    for text in ELSE:
        await stage.hear("UBEN", text, addressed=False)
        assert await stops(stage) or await is_asked(stage), text


async def test_what_is_delivered_again_is_nothing_said_since(stage):
    await runs(stage)
    await stage.hear("UCHRIS", "coffee?", event="C1/7.7", addressed=False)
    await asks(stage)
    await stage.hear("UCHRIS", "coffee?", event="C1/7.7", addressed=False)
    await stage.hear("UBEN", "yes", addressed=False)
    assert await stops(stage)


@pytest.mark.parametrize("addressed", [False, True])
async def test_who_has_nothing_running_starts_nothing_by_let_it_run(stage, addressed):
    await stage.hear("UCHRIS", "stop redis on web-3")
    await runs(stage, "restart nginx on web-1")
    known = await plans(stage)
    await stage.hear("UCHRIS", "no, let it run", addressed=addressed)
    assert await plans(stage) == known


@pytest.mark.parametrize("account", ["UCHRIS", "UNOBODY"])
async def test_a_yes_that_is_said_to_overseer_counts_whoever_has_talked(stage, account):
    await runs(stage)
    await asks(stage)
    await stage.hear(account, "coffee?", addressed=False)
    await stage.hear("UBEN", "yes", addressed=False)
    assert not await stops(stage)
    await stage.hear("UBEN", "yes")
    assert await stops(stage)


async def test_everything_stops_by_a_yes_to_overseer_whoever_has_talked(stage):
    await runs(stage)
    await stage.hear("UANA", "stop everything?")
    await stage.hear("UCHRIS", "coffee?", addressed=False)
    await stage.hear("UANA", "yes")
    assert await stops(stage)


@pytest.mark.parametrize("says", ["yes", "stop 1", "stop"])
async def test_what_is_stopped_is_asked_about_no_more(stage, says):
    await runs(stage)
    await asks(stage)
    await stage.hear("UBEN", says)
    assert await stops(stage)
    assert not await is_asked(stage)


async def test_what_somebody_else_stops_is_asked_about_no_more(stage):
    await runs(stage)
    await asks(stage)
    await stage.hear("UANA", "stop 1")
    assert await stops(stage)
    assert not await is_asked(stage)
    await stage.hear("UBEN", "no, let it run", addressed=False)
    said = [item.card for item in await stage.ears.thread(ROOM) if item.card is not None]
    assert "nothing ran" not in words(said[-1])


async def test_what_is_withdrawn_is_asked_about_no_more(stage):
    await waits(stage)
    await asks(stage, "should I cancel it?")
    await stage.hear("UBEN", "yes")
    assert await state(stage) is PlanState.CANCELLED
    assert not await is_asked(stage)


NO_YES = ["it's fine", "fine", "it's ok", "sure?", "right?", "yes?", "ok?", "alright", "all good"]


async def test_what_asks_or_is_fine_ends_nothing(stage):
    await runs(stage)
    for text in NO_YES:
        if not await is_asked(stage):
            await asks(stage)
        await stage.hear("UBEN", text, addressed=False)
        assert not await stops(stage), text


@pytest.mark.parametrize("addressed", [False, True])
@pytest.mark.parametrize("text", ["do it", "yes, do it", "let's do it"])
async def test_do_it_is_no_answer_to_which_and_repeats_nothing(stage, text, addressed):
    await waits(stage)
    await stage.press("ana", "approve", await stage.card())
    await stage.hear("UBEN", "restart redis")
    await stage.hear("UBEN", text, addressed=addressed)
    assert await plans(stage) == {1}
    assert await stage.app.store.read(lambda u: u.asked(ROOM)) is not None


@pytest.mark.parametrize(("text", "again"), [("let's do it", False), ("do it", False), ("same", False), ("the same", False), ("do it again", True), ("again", True)])  # fmt: skip
async def test_among_people_only_again_repeats_what_is_done(stage, text, again):
    await waits(stage)
    await stage.press("ana", "approve", await stage.card())
    await stage.hear("UCHRIS", "lunch now?", addressed=False)
    await stage.hear("UBEN", text, addressed=False)
    assert await plans(stage) == {1}
    await stage.hear("UBEN", text, addressed=False)  # nobody has spoken in between
    assert (await plans(stage) == {1, 2}) is again


@pytest.mark.parametrize("others", ["stop 7", "cancel 3"])
async def test_so_is_a_yes_behind_what_a_colleague_said_to_overseer(stage, others):
    await runs(stage)
    await asks(stage)
    await stage.hear("UCHRIS", others, addressed=False)
    await stage.hear("UBEN", "ok", addressed=False)
    assert not await stops(stage)
    assert await is_asked(stage)

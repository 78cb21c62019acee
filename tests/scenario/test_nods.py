"""Words for a plan that waits, and against it: no votes, and told apart; "again" makes no second."""

import pytest

from bot.domain.messages import ThreadRef
from bot.domain.posts import direct
from tests.scenario.rooms import PEOPLE, ROOM, Rooms, silent
from tests.scenario.stage import RESTART, words

pytestmark = pytest.mark.asyncio
OTTO = "  otto: {display: Otto, roles: [operator], identities: ['web:otto', 'slack:UOTTO']}\n"
BELOW = ThreadRef(surface="slack", channel="D7", thread="55.1")
PAGE = ThreadRef(surface="web", channel="ben", thread="x1")
APART = ROOM.model_copy(update={"thread": "18.1"})
HOW = "That is no vote on #1: press *Approve* or *Deny…* on its card."
OWN = "That is no vote on #1. Thanks, but nobody approves their own plan; ask Ana or Chris."
NO = "That denies nothing: press *Deny…* on #1's card."
ALREADY = "#1 asks for that already, and waits for "
GO = ["do it", "yes, do it", "ok do it", "please do it", "just do it", "go ahead and do it",
      "let's do it", "make it so", "run it", "let it run"]  # fmt: skip
AGAIN = ["again", "same", "the same", "repeat", "do it again", "once more", "noch einmal"]
YES = ["yes", "ok", "ja", "oui", "sí", "fine by me", "proceed", "ok from my side", "genehmigt"]


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path, people=PEOPLE + OTTO) as made:
        for host in ("web-1", "web-2"):
            made.service(host, "nginx", "active")
        yield made


async def waits(stage, host="web-1", **more):
    await stage.hear("UBEN", f"restart nginx on {host}", **more)


async def timed(stage):
    await waits(stage, "web-1 at 23:00")
    await stage.press("ana", "approve")


async def copied(stage):
    """Ben's plan waits in the room, and its card stands in Chris's direct messages."""

    def copy(unit):
        card = unit.card("plan-1")[1]
        owed = unit.owe_card(direct("slack", "UCHRIS"), card, "chris")
        unit.sent(owed.id, BELOW.thread, owed.version)

    await waits(stage)
    await stage.app.store.write(copy)


async def count(stage):
    number = 0
    while await stage.app.store.read(lambda u, n=number + 1: u.plan(n)) is not None:
        number += 1
    return number


async def state(stage, plan=1):
    return (await stage.app.store.read(lambda u: u.plan(plan))).state.value


async def answer(stage, account, text, thread=ROOM, **more):
    """What is answered, beside the room and in it; empty: nothing."""
    before = len(await stage.ears.thread(thread))
    reply = await stage.hear(account, text, thread=thread, **more)
    new = [item.card for item in (await stage.ears.thread(thread))[before:]]
    return " ".join([reply.text, *(words(card).strip() for card in new if card is not None)])


# -- that it be done -------------------------------------------------------------------------------


@pytest.mark.parametrize("text", GO)
async def test_that_it_be_done_is_no_vote_and_no_second_plan(stage, text):
    await copied(stage)
    assert (await stage.hear("UBEN", text, addressed=False)).text == OWN
    assert (await stage.hear("UCHRIS", text)).text == HOW
    assert (await stage.hear("UCHRIS", text, thread=BELOW)).text == HOW
    assert silent(await stage.hear("UBEN", text, addressed=False))
    assert await count(stage) == 1
    assert not await stage.events("vote.cast")


@pytest.mark.parametrize("text", ["do it", "let it run", "run it", "again"])
async def test_nor_is_it_on_the_page(stage, text):
    await stage.hear("ben", "restart nginx on web-1", thread=PAGE)
    assert f"{ALREADY}votes." in await answer(stage, "ben", text, PAGE)
    assert await count(stage) == 1


@pytest.mark.parametrize("text", ["do it", "let it run", "again", "same"])
@pytest.mark.parametrize("addressed", [True, False])
async def test_what_waits_for_its_time_is_told_of(stage, text, addressed):
    await timed(stage)
    assert f"{ALREADY}its time." in await answer(stage, "UBEN", text, addressed=addressed)
    assert await count(stage) == 1


@pytest.mark.parametrize("text", ["do it", "again", "repeat"])
@pytest.mark.parametrize("ends", ["done", "denied", "cancelled", "expired"])
async def test_of_what_is_over_it_asks_anew(stage, text, ends):
    await waits(stage)
    if ends == "expired":
        await stage.later(minutes=31)
    elif ends == "cancelled":
        await stage.hear("UBEN", "cancel")
    else:
        await stage.press("ana", "deny" if ends == "denied" else "approve", text="not today")
    await stage.hear("UBEN", text, addressed=text == "do it")  # it is said of anything, too
    assert (await count(stage), await state(stage, 2)) == (2, "waiting")


async def test_it_means_what_was_asked_last_and_nothing_that_waits_from_before(stage):
    await waits(stage)
    await waits(stage, "web-2")
    await stage.press("ana", "deny", text="not today")
    await stage.hear("UBEN", "do it", addressed=False)
    assert (await stage.card(3)).title == "restart nginx on web-2"


async def test_below_a_card_what_was_asked_there_since_is_meant(stage):
    await copied(stage)
    await stage.hear("UCHRIS", "is nginx up on web-2?", thread=BELOW)
    for text in ("do it", "yes"):
        assert not (await stage.hear("UCHRIS", text, thread=BELOW)).text


# -- once more -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", AGAIN)
async def test_what_only_repeats_makes_no_second_plan(stage, text):
    await waits(stage)
    assert (await answer(stage, "UBEN", text, addressed=False)).strip() == f"{ALREADY}votes."
    for account in ("UOTTO", "UCHRIS"):
        assert f"{ALREADY}votes." in await answer(stage, account, text)
    assert await count(stage) == 1


async def test_what_says_more_than_that_is_a_request(stage):
    await waits(stage)
    await stage.hear("UOTTO", "the same on web-2")
    await stage.hear("UOTTO", "restart nginx on web-1")
    assert await count(stage) == 3


async def test_what_shall_only_be_shown_asks_nobody_for_anything(stage):
    await waits(stage)
    await stage.hear("UBEN", "again", plan_only=True)
    assert await state(stage, 2) == "drafted"


# -- a plain yes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", YES)
async def test_a_plain_yes_to_overseer_is_told_how_one_votes(stage, text):
    await copied(stage)
    assert (await stage.hear("UCHRIS", text)).text == HOW
    assert (await stage.hear("UCHRIS", text, thread=BELOW)).text == HOW
    assert (await stage.hear("UBEN", text)).text == OWN
    assert not await stage.events("vote.cast")


@pytest.mark.parametrize("text", YES)
async def test_among_people_it_meets_silence(stage, text):
    await waits(stage)
    assert not await answer(stage, "UCHRIS", text, addressed=False)


@pytest.mark.parametrize("text", ["yes", "do it", "lgtm"])
async def test_a_question_of_theirs_comes_first(stage, text):
    await waits(stage)
    await stage.hear("UCHRIS", "restart redis")
    assert "no vote" not in await answer(stage, "UCHRIS", text)


@pytest.mark.parametrize("text", ["yes", "proceed"])
async def test_so_does_a_run_that_waits_for_a_decision(stage, text):
    stage.broken.add(("web-1", "nginx"))
    await waits(stage)
    await stage.press("ana", "approve")
    await waits(stage, "web-2")
    assert "no vote" not in await answer(stage, "UCHRIS", text)
    assert "no vote on #2" in (await stage.hear("UCHRIS", "lgtm")).text


# -- a no ------------------------------------------------------------------------------------------

DENIES = ["hmm, deny", "reject it", "deny it", "deny #1", "veto", "👎", "-1", ":-1:", "❌", ":x:",
          "🛑", "refuse it", "nack", "I object", "deny, not during the sale"]  # fmt: skip


@pytest.mark.parametrize("text", DENIES)
async def test_a_no_has_a_hint_of_its_own_once(stage, text):
    await waits(stage)
    assert (await stage.hear("UCHRIS", "looks good", addressed=False)).text == HOW
    assert (await stage.hear("UCHRIS", text, addressed=False)).text == NO
    for said in (text, "lgtm", "deny"):
        assert silent(await stage.hear("UCHRIS", said, addressed=False))
    assert (await stage.hear("UCHRIS", "deny")).text == NO
    assert await state(stage) == "waiting"


async def test_below_the_cards_copy_it_is_told_too(stage):
    await copied(stage)
    assert (await stage.hear("UCHRIS", "reject", thread=BELOW)).text == NO


async def test_to_whom_it_was_handed_has_a_vote_on_it(stage):
    await waits(stage)
    await stage.hear("UBEN", "hand over to chris")
    assert (await stage.hear("UCHRIS", "deny", addressed=False)).text == NO


async def test_who_has_no_vote_is_told_why_not_once_for_both(stage):
    await waits(stage)
    told = (await stage.hear("UVERA", "deny", addressed=False)).text
    assert "needs an approver and you are a viewer; ask Ana or Chris" in told
    assert silent(await stage.hear("UVERA", "lgtm", addressed=False))


@pytest.mark.parametrize("text", ["-1, stop it", "deny, cancel that", "veto. Hold on!",
                                  "object storage is slow", "deny everything", "veto power"])  # fmt: skip
async def test_what_may_be_a_stop_is_no_reason_nor_is_what_goes_on(stage, text):
    await waits(stage)
    assert not await answer(stage, "UCHRIS", text, addressed=False)


async def test_what_stands_behind_a_no_to_overseer_is_heard(stage):
    await waits(stage)
    assert "*Deny…* on its card refuses it" in await answer(stage, "UCHRIS", "deny, too risky")


@pytest.mark.parametrize("text", ["deny", "reject it", "👎", "-1", "veto", "❌", "🛑", "refuse it"])
async def test_who_asked_for_it_is_told_that_it_waits_and_how_it_is_withdrawn(stage, text):
    await waits(stage)
    for addressed in (False, False, True):
        told = (await stage.hear("UBEN", text, addressed=addressed)).text
        assert told == (
            "That denies nothing: #1 is your own and still waits; `cancel` withdraws it."
        )
    await stage.hear("UBEN", "cancel", addressed=False)
    assert await state(stage) == "cancelled"


async def test_where_cancel_alone_means_another_the_number_is_said(stage):
    await waits(stage)
    await waits(stage, "web-2")
    assert "`cancel #1` withdraws" in (await stage.hear("UBEN", "deny #1", addressed=False)).text
    assert "`cancel #1` withdraws" in (await stage.hear("UBEN", "deny #1", thread=APART)).text
    await stage.hear("UBEN", "cancel #1", thread=APART)
    assert [await state(stage, n) for n in (1, 2)] == ["cancelled", "waiting"]


OBJECTS = ["refuse it", "veto", "I object", "no way", "absolutely not", "❌", "🛑", "deny", "-1",
           "we shouldn't do this", "I object, the sale is on", "we decline"]  # fmt: skip


@pytest.mark.parametrize("text", OBJECTS)
async def test_an_objection_beside_ones_own_is_told_how_it_stands(stage, text):
    await waits(stage)
    told = await answer(stage, "UBEN", text, addressed=False)
    assert "#1" in told
    assert "still waits" in told
    assert "`cancel` withdraws it" in told
    stage.hosts.hang(RESTART)
    await stage.press("ana", "approve", await stage.card(1), settle=False)
    await stage.until(stage.changes)
    told = await answer(stage, "UBEN", text, addressed=False)
    assert told.strip() == "#1 runs: `stop 1` stops it."
    stage.release(RESTART)
    await stage.settle()


@pytest.mark.parametrize("text", OBJECTS)
async def test_among_others_it_is_talk(stage, text):
    await stage.hear("UBEN", "is nginx up on web-1?")
    assert not await answer(stage, "UBEN", text, addressed=False)


# -- said to people --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "can somebody approve this?", "chris can you approve?", "I'll approve in a minute",
        "Chris, could you please approve #1?", "someone approve my plan please :pray:",
        "could ana sign off on this?", "waiting for chris to approve", "I can vote later",
    ],
)  # fmt: skip
async def test_who_shall_vote_is_said_to_people_unless_it_is_addressed(stage, text):
    await waits(stage)
    assert not await answer(stage, "UBEN", text, addressed=False)
    told = await answer(stage, "UBEN", text)
    assert told
    assert "no vote" not in told


@pytest.mark.parametrize("text", ["can you approve this?", "approve it for me", "approve as chris"])
async def test_overseer_itself_still_says_that_it_approves_nothing(stage, text):
    await waits(stage)
    assert "I can't approve" in await answer(stage, "UBEN", text, addressed=False)


@pytest.mark.parametrize("text", ["can somebody approve this and restart nginx on web-2",
                                  "can somebody approve this? restart nginx on web-2"])  # fmt: skip
async def test_what_asks_for_more_than_a_vote_is_answered(stage, text):
    await waits(stage)
    assert await answer(stage, "UBEN", text, addressed=False)


# -- what was said is taken back -------------------------------------------------------------------


@pytest.mark.parametrize("text", ["forget what I said", "Sorry, forget what I just said."])
@pytest.mark.parametrize("addressed", [True, False])
async def test_what_one_has_said_is_forgotten_as_by_never_mind(stage, text, addressed):
    await waits(stage)
    await stage.hear("UBEN", text, addressed=addressed)
    assert await state(stage) == "cancelled"


async def test_beside_what_runs_it_is_told_how_that_is_stopped(stage):
    stage.hosts.hang(RESTART)
    await waits(stage)
    await stage.press("ana", "approve", settle=False)
    await stage.until(stage.changes)
    told = await answer(stage, "UBEN", "forget what I said", addressed=False)
    assert told.strip() == "#1 runs: `stop 1` stops it."
    stage.release(RESTART)
    await stage.settle()


async def test_beside_a_question_it_drops_that(stage):
    await stage.hear("UBEN", "restart nginx")
    await stage.hear("UBEN", "forget what I said", addressed=False)
    assert await stage.app.store.read(lambda u: u.asked(ROOM)) is None


@pytest.mark.parametrize("text", ["forget what you were told", "forget everything said before"])
async def test_what_overseer_was_told_is_another_matter(stage, text):
    assert "change my rules" in await answer(stage, "UBEN", text)

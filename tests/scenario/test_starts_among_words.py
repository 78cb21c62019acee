"""Of a time that people speak of, a plan that waits takes none as its start: its votes stay."""

import pytest

from bot.conversation.threads import context_of
from bot.domain.intents import Intent, PlanOptions, Understanding, Wish
from bot.pipeline import asked_twice
from tests.scenario.rooms import PEOPLE, ROOM, Rooms
from tests.scenario.stage import words

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path, people=PEOPLE) as made:
        made.service("web-1", "nginx", "active")
        made.service("web-2", "nginx", "active")
        yield made


async def plan(stage, number=1):
    return (await stage.app.store.read(lambda u: u.plan(number))).plan


async def plans(stage):
    return {card.plan for card in await stage.cards() if card.plan is not None}


async def test_who_will_be_a_moment_gives_a_plan_no_start(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    for text in ["in a sec", "in a minute", "in one second", "ok, in a min", "in a moment",
                 "in a minute or two", "in just a sec, sorry"]:  # fmt: skip
        for addressed in (True, False):
            await stage.hear("UBEN", text, addressed=addressed)
            stands = await plan(stage)
            assert (stands.revision, stands.start) == (1, None), text
    await stage.hear("UBEN", "do it in a minute", addressed=False)
    assert (await plan(stage)).revision == 2


async def test_a_time_with_a_question_mark_is_asked_about(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    for text in ["at noon?", "tomorrow 9am?", "at 22:00?", "in half an hour", "in an hour", "no, at noon?"]:  # fmt: skip
        await stage.hear("UBEN", text, addressed=False)
        assert "Shall #1 begin then" in words(await stage.card_in(ROOM)), text
        assert (await plan(stage)).revision == 1, text
        await stage.hear("UBEN", "no")
    await stage.hear("UBEN", "at noon?", addressed=False)
    await stage.hear("UBEN", "yes", addressed=False)
    stands = await plan(stage)
    assert (stands.revision, stands.start.hour) == (2, 12)


async def test_a_time_with_a_change_beside_it_keeps_the_change(stage):
    await stage.hear("UBEN", "restart nginx on web-1 and web-2")
    await stage.hear("UBEN", "at noon and only web-1?", addressed=False)
    assert "Shall #1 begin then" in words(await stage.card_in(ROOM))
    await stage.hear("UBEN", "yes", addressed=False)
    stands = await plan(stage)
    assert (stands.revision, stands.start.hour, stands.hosts) == (2, 12, ("web-1",))


@pytest.mark.parametrize("text", ["at noon", "can you do it at noon?", "could you make it noon?", "in 20 minutes"])  # fmt: skip
async def test_a_time_that_is_said_or_asked_for_is_the_start(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UBEN", text, addressed=False)
    stands = await plan(stage)
    assert stands.revision == 2
    assert stands.start is not None


async def test_what_names_nothing_and_comes_to_the_same_makes_no_second_plan(stage):
    await stage.hear("UBEN", "restart nginx on web-1 and web-2")
    for text in ["can we do this now?", "let's do this now", "can we do it now?", "could you do that now?"]:  # fmt: skip
        await stage.hear("UBEN", text, addressed=False)
        assert await plans(stage) == {1}, text
        assert "#1 asks for that already" in words(await stage.card_in(ROOM)), text
    await stage.hear("UBEN", "restart nginx on web-1 and web-2 now")
    assert await plans(stage) == {1, 2}


async def test_beside_an_approved_plan_it_is_told_that_it_waits_for_its_time(stage):
    await stage.hear("UBEN", "restart nginx on web-1 at 23:00")
    await stage.press("ana", "approve", await stage.card(1))
    await stage.hear("UBEN", "can we do this now?", addressed=False)
    assert await plans(stage) == {1}
    told = "#1 asks for that already, and waits for its time. `now instead` begins it at once."
    assert told in words(await stage.card_in(ROOM))
    await stage.hear("UBEN", "now instead", addressed=False)
    assert (await plan(stage)).start is None


@pytest.mark.parametrize("how", ["in parallel", "all at once", "and carry on if one fails", "because the cert changed"])  # fmt: skip
async def test_what_is_to_be_done_otherwise_is_not_asked_for_already(stage, how):
    await stage.hear("UBEN", "restart nginx on web-1 and web-2")
    await stage.hear("UBEN", f"bounce it, {how}")
    assert "asks for that already" not in " ".join(words(card) for card in await stage.cards())
    plans_there = [await stage.app.store.read(lambda u, n=n: u.plan(n)) for n in (1, 2)]
    newest = next(each.plan for each in reversed(plans_there) if each is not None)
    assert newest.revision + newest.id == 3, "it is a plan of its own, or the first one changed"


async def test_another_deed_by_the_same_words_is_a_plan_of_its_own(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UBEN", "reload it", addressed=False)
    assert await plans(stage) == {1, 2}


async def test_the_same_at_another_time_is_none_that_was_asked_for(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    wish = Wish(action="service.restart", params={"service": "nginx", "hosts": ["web-1"]})
    said = stage._message("UBEN", "could that be done", ROOM)
    stood = await stage.app.store.read(lambda u: context_of(u, ROOM, "ben"))
    for start, same in ((None, True), (said.at, False)):
        intent = Intent(wishes=(wish,), options=PlanOptions(start=start))
        read = Understanding(outcome=intent)
        judged = await asked_twice.judged(read, said, stood, stage.app.store)
        assert (judged.outcome is not intent) is same, start

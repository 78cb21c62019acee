"""A decision in words while a plan waits, a question is open or other runs have halted beside it."""

import pytest

from tests.scenario.rooms import DIRECT, PEOPLE, Rooms, meets_silence
from tests.scenario.stage import INVENTORY, keys, words

pytestmark = pytest.mark.asyncio
SAID = pytest.mark.parametrize(
    ("text", "button"),
    [
        ("retry", "retry"), ("skip", "skip"), ("retry web-1", "retry"), ("skip web-1", "skip"),
        ("try again", "retry"), ("again", "retry"), ("retry please", "retry"),
        ("could you retry it?", "retry"), ("noch einmal", "retry"), ("überspringe web-1", "skip"),
        ("weiter", ""), ("don't retry", ""), ("no retry", ""),
    ],
)  # fmt: skip


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path, people=PEOPLE) as made:
        opened(made)
        yield made


def opened(stage):
    for host in ("web-1", "web-2", "web-3", "db-1"):
        stage.service(host, "nginx", "active")


async def halted(stage, hosts="web-1", fails=("web-1",), deed="restart"):
    """A run of Ben's that has halted; its number."""
    stage.broken.update((host, "nginx") for host in fails)
    await stage.hear("UBEN", f"{deed} nginx on {hosts}")
    card = await stage.card()
    await stage.press("ana", "approve", card)
    assert (await stage.card(card.plan)).state == "NEEDS A DECISION"
    return card.plan


async def two(stage):
    await halted(stage)
    await halted(stage, "web-3", ("web-3",))


async def pressed(stage):
    events = await stage.events("run.decided")
    return [(e.plan, e.data["button"], e.host or "") for e in events]


async def plans(stage):
    return {card.plan for card in await stage.cards() if card.plan is not None}


async def told(stage):
    return words((await stage.cards())[-1])


async def labels(stage):
    return [button.label for button in (await stage.cards())[-1].buttons][:-1]


async def is_decided(stage, text, button):
    """One run needs a decision: it was made, or the ways to make it were said."""
    assert [b for _, b, _ in await pressed(stage)] == ([button] if button else [])
    if not button:
        assert "#1 waits for a decision: say `retry`, `skip`" in await told(stage)
        assert ("Nothing was pressed." in await told(stage)) == (text != "weiter")


@SAID
@pytest.mark.parametrize("addressed", [True, False])
async def test_beside_a_waiting_plan_the_run_is_meant(stage, text, button, addressed):
    await halted(stage)
    await stage.hear("UBEN", "restart nginx on web-2")
    await stage.hear("UBEN", text, addressed=addressed)
    await is_decided(stage, text, button)
    assert await plans(stage) == {1, 2}
    assert ((await stage.card(2)).state, (await stage.card(2)).revision) == ("WAITING", 1)


@SAID
async def test_a_question_about_something_else_is_not_answered_by_it(stage, text, button):
    await halted(stage)
    await stage.hear("UBEN", "restart nginx")
    asked = (await stage.cards())[-1]
    assert asked.state == "QUESTION"
    await stage.hear("UBEN", text, addressed=False)
    await is_decided(stage, text, button)
    assert await plans(stage) == {1}
    await stage.hear("UBEN", "web-3", addressed=False)
    assert (await stage.card(2)).title == "restart nginx on web-3"


async def test_nor_one_of_what_would_happen(stage):
    await halted(stage)
    await stage.hear("UBEN", "restart nginx", plan_only=True)
    await stage.hear("UBEN", "retry", addressed=False)
    assert await pressed(stage) == [(1, "retry", "")]


async def test_a_host_that_is_called_so_answers_it(tmp_path):
    there = INVENTORY.replace("services:", "  retry: {environment: staging}\nservices:")
    async with Rooms(tmp_path, people=PEOPLE, inventory=there) as made:
        opened(made)
        made.service("retry", "nginx", "active")
        await halted(made)
        await made.hear("UBEN", "restart nginx")
        await made.hear("UBEN", "retry", addressed=False)
        assert await pressed(made) == []
        assert (await made.card(2)).title == "restart nginx on retry"


async def test_to_skip_it_drops_what_is_asked_and_the_run_is_told_of(stage):
    await halted(stage)
    await stage.hear("UBEN", "restart nginx")
    await stage.hear("UBEN", "skip it", addressed=False)
    said = await told(stage)
    assert "nothing ran. #1 still waits for a decision: say `skip #1`, if you mean that." in said
    assert await pressed(stage) == []


async def test_what_was_said_before_it_halted_does_nothing_to_it(stage):
    before = stage.clock.now()
    await stage.clock.advance(60)
    await halted(stage)
    await stage.hear("UBEN", "restart nginx on web-2")
    await stage.hear("UBEN", "retry", addressed=False, at=before)
    assert "#1 has moved since you said that." in await told(stage)
    assert (await pressed(stage), await plans(stage)) == ([], {1, 2})


async def test_who_may_not_decide_is_told_so_beside_a_waiting_plan_too(stage):
    await halted(stage)
    await stage.hear("UBEN", "restart nginx on web-2")
    await stage.hear("UVERA", "retry please")
    assert "Only Ben, an approver or an admin decides about #1." in await told(stage)
    assert await pressed(stage) == []


async def test_in_a_direct_message_it_is_understood_politely(stage):
    stage.thread = DIRECT
    stage.broken.add(("web-1", "nginx"))
    await stage.hear("UBEN", "restart nginx on web-1", thread=DIRECT)
    await stage.press("ana", "approve", await stage.card_in(DIRECT, 1))
    await stage.hear("UBEN", "retry please", thread=DIRECT)
    assert await pressed(stage) == [(1, "retry", "")]


# -- several runs ----------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["", "retry"])
@pytest.mark.parametrize("text", ["skip", "skip it", "again", "réessaie", "undo", "ask again"])
async def test_of_several_runs_it_is_asked_which(stage, first, text):
    await two(stage)
    await stage.hear("UBEN", "restart nginx on web-2")
    if first:
        await stage.hear("UBEN", first, addressed=False)
    await stage.hear("UBEN", text, addressed=False)
    assert "Which do you mean?" in await told(stage)
    assert (await labels(stage))[:2] == ["#1", "#2"]
    assert (await pressed(stage), await plans(stage)) == ([], {1, 2, 3})


async def test_the_answer_presses_what_was_said_last(stage):
    await two(stage)
    await stage.hear("UBEN", "retry", addressed=False)
    await stage.hear("UBEN", "skip", addressed=False)
    await stage.hear("UBEN", "2", addressed=False)
    assert await pressed(stage) == [(2, "skip", "")]


async def test_a_host_tells_which_run_is_meant(stage):
    await two(stage)
    await stage.hear("UBEN", "retry", addressed=False)
    await stage.hear("UBEN", "skip web-3", addressed=False)
    assert await pressed(stage) == [(2, "skip", "web-3")]


async def test_a_number_alone_decides_nothing(stage):
    await two(stage)
    await meets_silence(stage, "UBEN", "2")


# -- hosts -----------------------------------------------------------------------------------------


async def test_a_host_of_the_waiting_plan_that_has_not_failed_is_left_out_of_that(stage):
    await halted(stage, "web-1, web-2 and web-3")
    await stage.hear("UBEN", "stop nginx on web-2 and web-3", plan_only=True)
    await stage.hear("UBEN", "skip web-2", addressed=False)
    assert await pressed(stage) == []
    assert (await stage.card(2)).revision == 2


async def test_of_two_waiting_plans_the_one_that_has_the_host_is_meant(stage):
    await halted(stage)
    await stage.hear("UBEN", "restart nginx on web-2 and web-3")
    await stage.hear("UBEN", "restart nginx on db-1 and web-3")
    await stage.hear("UBEN", "skip web-2", addressed=False)
    assert ((await stage.card(2)).revision, (await stage.card(3)).revision) == (2, 1)
    await stage.hear("UBEN", "skip web-3", addressed=False)
    assert "#2 and #3 are open here. Which one?" in await told(stage)


async def test_a_host_that_is_in_no_halted_run_is_told_of(stage):
    await halted(stage)
    await stage.hear("UBEN", "retry db-1", addressed=False)
    assert "db-1 is not in #1, which needs a decision." in await told(stage)
    assert await labels(stage) == ["#1"]


@pytest.mark.parametrize(
    ("text", "found"),
    [("retry web-1 and web-2", [(1, "retry", "")]), ("skip web-2", [(1, "skip", "web-2")])],
)
async def test_hosts_that_failed_are_named(stage, text, found):
    await halted(stage, "web-1 and web-2, both at once", ("web-1", "web-2"))
    await stage.hear("UBEN", text, addressed=False)
    assert await pressed(stage) == found


async def test_some_of_those_that_failed_are_asked_about(stage):
    await halted(stage, "web-1, web-2 and web-3, all at once", ("web-1", "web-2", "web-3"))
    await stage.hear("UBEN", "skip web-1 and web-2", addressed=False)
    assert await labels(stage) == ["web-1 of #1", "web-2 of #1", "all that failed"]
    await stage.hear("UBEN", "2", addressed=False)
    assert await pressed(stage) == [(1, "skip", "web-2")]


# -- back ------------------------------------------------------------------------------------------

BACK = pytest.mark.parametrize(
    "text",
    ["undo", "undo it", "take it back", "reverse it", "revert", "rollback please", "roll back",
     "mach es rückgängig"],
)  # fmt: skip


async def stopped_halfway(stage):
    await halted(stage, "web-1 and web-3", ("web-3",), deed="stop")
    assert "rollback" in keys(await stage.card(1))


@BACK
async def test_what_has_halted_is_taken_back(stage, text):
    await stopped_halfway(stage)
    await stage.hear("UBEN", text, addressed=False)
    assert await pressed(stage) == [(1, "rollback", "")]


@pytest.mark.parametrize("text", ["undo it", "take it back"])
async def test_beside_a_waiting_plan_it_is_asked_what_is_taken_back(stage, text):
    await stopped_halfway(stage)
    await stage.hear("UBEN", "restart nginx on web-2")
    await stage.hear("UBEN", text, addressed=False)
    assert "#1 needs a decision, and #2 can be withdrawn. Which do you mean?" in await told(stage)
    assert await labels(stage) == ["#1", "withdraw #2\trestart nginx on web-2"]
    await stage.hear("UBEN", "1", addressed=False)
    assert await pressed(stage) == [(1, "rollback", "")]
    assert (await stage.card(2)).state == "WAITING"


async def test_one_host_alone_is_not_taken_back(stage):
    await stopped_halfway(stage)
    await stage.hear("UBEN", "roll back web-1", addressed=False)
    assert "takes back all that #1 has changed, not on one host alone" in await told(stage)
    assert await pressed(stage) == []


# -- again -----------------------------------------------------------------------------------------


async def test_where_something_else_has_ended_since_it_is_asked_what_again_means(stage):
    await halted(stage)
    await stage.hear("UBEN", "is nginx up on web-2?")
    await stage.hear("UBEN", "try again", addressed=False)
    assert "#1 needs a decision, and something else was asked since." in await told(stage)
    assert (await pressed(stage), await plans(stage)) == ([], {1, 2})
    await stage.hear("UBEN", "ask again", addressed=False)
    assert await plans(stage) == {1, 2, 3}
    await stage.hear("UBEN", "again", addressed=False)
    await stage.hear("UBEN", "1", addressed=False)
    assert await pressed(stage) == [(1, "retry", "")]


async def test_what_the_run_itself_holds_up_is_no_more_asked_for(stage):
    await halted(stage)
    await stage.hear("UBEN", "stop nginx on web-1")
    assert (await stage.card(2)).state == "BLOCKED"
    await stage.hear("UBEN", "again", addressed=False)
    assert await pressed(stage) == [(1, "retry", "")]
    assert await plans(stage) == {1, 2}


@pytest.mark.parametrize(
    "text", ["could you skip it?", "can you skip web-1?", "will you roll back?"]
)
async def test_what_can_not_be_taken_back_is_asked_about_where_it_was_only_asked(stage, text):
    await halted(stage)
    await stage.hear("UBEN", text, addressed=False)
    assert "#1 needs a decision. Shall I " in await told(stage)
    assert await pressed(stage) == []


async def test_what_people_ask_each_other_decides_nothing(stage):
    await halted(stage)
    await stage.hear("UBEN", "can we skip this?", addressed=False)
    assert await pressed(stage) == []

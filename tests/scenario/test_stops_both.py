""" "stop both", a stop by its number with a reason, and what is kept of that."""

import pytest

from bot.domain.runs import PlanState, RunState
from tests.scenario.rooms import DIRECT, ROOM, Rooms
from tests.scenario.stage import RESTART, words

pytestmark = pytest.mark.asyncio
ELSEWHERE = ROOM.model_copy(update={"thread": "99.1"})
WHERE = pytest.mark.parametrize("thread", [ROOM, ELSEWHERE, DIRECT])


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path) as made:
        for host in ("web-1", "web-2", "web-3"):
            made.service(host, "nginx", "active")
        yield made


async def runs(stage, *plans):
    """Plans of Ben's that go on, by number: the host is called so."""
    stage.hosts.hang(RESTART)
    for plan in plans:
        await stage.hear("UBEN", f"restart nginx on web-{plan}, with a timeout of 2 hours")
        await stage.press("ana", "approve", await stage.card_in(ROOM, plan), settle=False)
        await stage.until(lambda p=plan: stage.changes(f"web-{p}"))


async def stopping(stage):
    return {
        r.plan
        for r in await stage.app.store.read(lambda u: u.runs(frozenset(RunState)))
        if r.stopping
    }


async def asked(stage, thread=ROOM):
    found = await stage.app.store.read(lambda u: u.asked(thread))
    return found[0].text if found else ""


async def withdrawn(stage, plan=1):
    stored = await stage.app.store.read(lambda u: u.plan(plan))
    return stored.reason if stored.state is PlanState.CANCELLED else None


@pytest.mark.parametrize(
    "text", ["stop both", "stop both of them", "stop them both!", "stop 1 and 2", "stop both, wrong hosts", "stop #1 & #2"],
)  # fmt: skip
@pytest.mark.parametrize("addressed", [True, False])
async def test_both_are_stopped_where_two_of_ones_own_go_on(stage, text, addressed):
    await runs(stage, 1, 2)
    await stage.hear("UBEN", text, addressed=addressed)
    assert await stopping(stage) == {1, 2}
    told = words((await stage.items())[-1].card)
    assert "#1 starts nothing more" in told
    assert "#2 starts nothing more" in told
    assert "still run (" not in told


@pytest.mark.parametrize(
    "text", ["stop both?", "stop 1 or 2", "stop the first one", "should we stop both?"]
)
async def test_which_is_asked_where_that_is_not_said(stage, text):
    await runs(stage, 1, 2)
    await stage.hear("UBEN", text)
    assert await stopping(stage) == set()
    assert "#1 and #2 go on or wait. Which shall I stop?" in await asked(stage)


async def test_with_a_third_or_with_one_it_is_asked(stage):
    await runs(stage, 1)
    await stage.hear("UBEN", "stop both")
    assert await asked(stage) == "Shall I stop #1?"
    await runs(stage, 2, 3)
    await stage.hear("UBEN", "stop both")
    assert "Which shall I stop?" in await asked(stage)
    assert await stopping(stage) == set()


async def test_of_anothers_it_is_asked(stage):
    await runs(stage, 1, 2)
    await stage.hear("UANA", "stop both")
    assert await stopping(stage) == set()
    assert "Which shall I stop?" in await asked(stage)


async def test_what_runs_and_what_waits_are_both_ended(stage):
    await runs(stage, 1)
    await stage.hear("UBEN", "restart nginx on web-2")
    await stage.hear("UBEN", "stop both")
    assert await stopping(stage) == {1}
    assert await withdrawn(stage, 2) is not None


async def test_one_that_ended_meanwhile_keeps_the_other_from_nothing(stage):
    await runs(stage, 1, 2)
    stage.release(RESTART)
    await stage.settle()
    await runs(stage, 3)
    await stage.hear("UBEN", "stop 1 and 3")
    assert await stopping(stage) <= {3}
    await stage.hear("UBEN", "stop #3, wrong host")
    assert await stopping(stage) == {3}


@WHERE
@pytest.mark.parametrize(
    "text",
    [
        "stop 1, wrong host",
        "stop #1 because wrong host",
        "cancel plan 1, wrong host",
        "cancel plan 1 because wrong host",
    ],
)
async def test_a_number_with_a_reason_withdraws_it_from_anywhere_and_the_reason_is_kept(
    stage, text, thread
):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UBEN", text, thread=thread)
    assert await withdrawn(stage) == "wrong host"
    await stage.hear("UBEN", "why #1?")
    assert "Ben withdrew #1: wrong host; nothing ran." in words(await stage.card_in(ROOM))


@WHERE
@pytest.mark.parametrize("text", ["stop 1", "stop #1", "stop 1, wrong host", "stop number 1"])
async def test_a_run_is_stopped_by_its_number_from_anywhere(stage, text, thread):
    await runs(stage, 1)
    await stage.hear("UBEN", text, thread=thread)
    assert await stopping(stage) == {1}


async def test_what_is_anothers_is_not_stopped_by_its_number(stage):
    await runs(stage, 1)
    await stage.hear("UVERA", "stop 1, wrong host", thread=ELSEWHERE)
    assert await stopping(stage) == set()
    shown = words((await stage.ears.thread(ELSEWHERE))[-1].card)
    assert "Only Ben, an approver or an admin may stop #1." in shown


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("cancel it because Zoe is on it", "Zoe is on it"),
        ("withdraw it, the demo is on", "the demo is on"), ("cancel it", ""),
        ("cancel #1, it's no longer needed", "it's no longer needed"),
        ("cancel it, my mistake", "my mistake"),
        ("stop it, token is sk-ant-api03-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", None),
    ],
)  # fmt: skip
async def test_why_is_kept_as_it_was_typed_without_secrets(stage, text, kept):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UBEN", text)
    reason = await withdrawn(stage)
    assert reason == kept if kept is not None else "sk-ant" not in (reason or "")


NUMBERS = ["stop #1 and #2", "stop 1 and 2, wrong hosts", "kill run 1 and run 2", "cancel #2 & #1, my mistake"]  # fmt: skip


async def apart(stage):
    """#1 and #2 of Ben's go on, in two conversations."""
    stage.hosts.hang(RESTART)
    for plan, thread in ((1, ROOM), (2, ELSEWHERE)):
        await stage.hear("UBEN", f"restart nginx on web-{plan}", thread=thread)
        await stage.press("ana", "approve", await stage.card_in(thread, plan), settle=False)
        await stage.until(lambda p=plan: stage.changes(f"web-{p}"))


@pytest.mark.parametrize("thread", [ROOM, ELSEWHERE, DIRECT])
@pytest.mark.parametrize("text", NUMBERS)
async def test_two_numbers_are_as_plain_as_one_wherever_they_are(stage, text, thread):
    await apart(stage)
    async with stage.app.pipeline._hearing.locks.turn(thread):  # nor does it wait for a turn
        await stage.hear("UBEN", text, thread=thread)
        assert await stopping(stage) == {1, 2}


@pytest.mark.parametrize("account", ["UANA", "UCHRIS"])
@pytest.mark.parametrize("text", NUMBERS[:2])
async def test_whose_role_is_to_stop_them_stops_both_by_their_numbers(stage, text, account):
    await runs(stage, 1, 2)
    await stage.hear(account, text)
    assert await stopping(stage) == {1, 2}


async def test_who_may_not_stop_them_stops_neither_and_is_told_of_both(stage):
    await apart(stage)
    await stage.hear("UVERA", "stop #1 and #2", thread=DIRECT)
    assert await stopping(stage) == set()
    shown = words((await stage.ears.thread(DIRECT))[-1].card)
    assert all(f"Only Ben, an approver or an admin may stop #{n}." in shown for n in (1, 2))


async def test_both_are_stopped_by_number_where_one_of_them_runs_here(stage):
    await apart(stage)
    await stage.hear("UBEN", "cancel #1 and #2")
    assert await stopping(stage) == {1, 2}


@pytest.mark.parametrize("text", ["stop 1 or 2", "stop #1 and #2?", "no need, stop #1 and #2"])
async def test_what_may_mean_one_or_none_of_them_stops_neither_there(stage, text):
    await apart(stage)
    await stage.hear("UBEN", text, thread=DIRECT)
    assert await stopping(stage) == set()


async def test_a_number_that_is_said_twice_is_stopped_once(stage):
    await runs(stage, 1)
    await stage.hear("UBEN", "stop #1 and #1")
    assert await stopping(stage) == {1}
    assert words((await stage.items())[-1].card).count("#1 starts nothing more") == 1


@pytest.mark.parametrize("text", ["stop #1, wrong host", "stop it, wrong host is down", "kill 1 because the sale is on"])  # fmt: skip
async def test_why_a_run_is_stopped_is_kept_and_shown(stage, text):
    await runs(stage, 1)
    await stage.hear("UBEN", text)
    assert await stopping(stage) == {1}
    why = text.partition(", ")[2] or text.partition(" because ")[2]
    (told,) = [e for e in await stage.events("run.decided") if e.data.get("reason")]
    assert told.data["reason"] == why
    if not text.startswith("kill"):  # that has ended it already
        assert f"Ben stopped it: “{why}”. Nothing more starts" in words(
            await stage.card_in(ROOM, 1)
        )
    stage.release(RESTART)
    await stage.settle()
    assert f": “{why}”" in words(await stage.card_in(ROOM, 1))


async def test_without_a_reason_none_is_shown(stage):
    await runs(stage, 1)
    await stage.hear("UBEN", "stop 1")
    assert "Ben stopped it: nothing more starts" in words(await stage.card_in(ROOM, 1))

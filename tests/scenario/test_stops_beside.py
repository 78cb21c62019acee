"""A stop waits for no answer: it tells what still goes on beside what it stopped."""

import pytest

from bot.errors import StoreBusyError
from bot.pipeline import stopping
from tests.scenario.rooms import ROOM, Rooms
from tests.scenario.stage import RESTART, words

UNDONE = "There is nothing to stop here."


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path) as stage:
        for host in ("web-1", "web-2", "web-3"):
            for name in ("nginx", "redis"):
                stage.service(host, name)
        yield stage


def apart(number):
    return ROOM.model_copy(update={"thread": f"17.{number}"})


async def told(stage, account, text, thread=ROOM):
    await stage.hear(account, text, thread=thread)
    return words(await stage.card_in(thread)).strip()


@pytest.mark.parametrize("text", ["cancel", "stop", "stop 2"])
async def test_what_still_waits_in_the_thread_is_told(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UBEN", "restart redis on web-2")
    said = await told(stage, "UBEN", text)
    assert said.endswith("#2 is withdrawn; nothing ran. #1 still waits (`stop 1`).")
    assert (await told(stage, "UBEN", "stop")).endswith("#1 is withdrawn; nothing ran.")


async def test_so_it_is_where_much_was_asked_there_since(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    for _ in range(52):
        await stage.hear("UBEN", "is nginx up on web-2?")
    await stage.hear("UBEN", "restart redis on web-2")
    assert (await told(stage, "UBEN", "stop 54")).endswith("#1 still waits (`stop 1`).")


@pytest.mark.parametrize("digits", [20, 5_000])
async def test_a_number_that_no_plan_can_have_is_answered_as_any_other_that_is_none(stage, digits):
    await stage.hear("UBEN", "restart nginx on web-1")
    before = len(await stage.items())
    await stage.hear("UBEN", f"stop {'9' * digits}")
    assert len(await stage.items()) > before + 1  # what was said, and an answer
    assert (await stage.card_in(ROOM, 1)).state == "WAITING"


async def test_who_may_not_stop_everything_is_told_what_they_can_stop(stage):
    no = "Only an approver or an admin stops or resumes everything."
    assert (await told(stage, "UBEN", "stop everything")).endswith(no)
    await stage.hear("UBEN", "restart nginx on web-1", thread=apart(5))
    await stage.hear("UCHRIS", "restart nginx on web-2", thread=apart(6))
    said = await told(stage, "UBEN", "stop everything")
    assert said.endswith(f"{no} Of yours, #1 waits: say `stop 1`.")
    assert "Nothing was frozen" in await told(stage, "UBEN", "resume")
    await stage.hear("UANA", "stop everything")
    assert (await told(stage, "UBEN", "resume")).endswith(no)


async def test_that_what_waits_still_waits_is_told_where_a_run_is_stopped(stage):
    stage.hosts.hang(RESTART)
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.click("UCHRIS", "approve")
    await stage.hear("UBEN", "restart redis on web-2")
    said = await told(stage, "UBEN", "stop")
    assert "#1 starts nothing more" in said
    assert said.endswith("#2 still waits (`stop 2`).")


async def test_of_what_is_not_theirs_to_stop_nothing_is_told(stage):
    await stage.hear("UCHRIS", "restart nginx on web-1")
    await stage.hear("UBEN", "restart redis on web-2")
    assert (await told(stage, "UBEN", "stop 2")).endswith("#2 is withdrawn; nothing ran.")


async def test_what_is_stopped_is_not_stopped_again_because_more_can_not_be_told(
    stage, monkeypatch
):
    def busy(*_, **__):
        raise StoreBusyError("The database is busy.")

    monkeypatch.setattr(stopping, "in_thread", busy)
    await stage.hear("UBEN", "restart nginx on web-1")
    assert (await told(stage, "UBEN", "stop")).endswith("#1 is withdrawn; nothing ran.")


async def test_where_there_is_nothing_to_stop_what_runs_elsewhere_here_is_named_first(stage):
    stage.broken.add(("web-1", "nginx"))
    await stage.hear("UBEN", "restart nginx on web-1", thread=apart(2))
    await stage.click("UCHRIS", "approve", thread=apart(2))
    assert (await stage.card_in(apart(2), 1)).state == "NEEDS A DECISION"
    for n in range(4, 12):
        await stage.hear("UBEN", "restart redis on web-3", thread=apart(n))
    await stage.hear("UCHRIS", "restart redis on web-2", thread=apart(12))
    stage.hosts.hang(RESTART, host="web-2")
    await stage.hear("UBEN", "restart nginx on web-2", thread=apart(3))
    await stage.click("UCHRIS", "approve", thread=apart(3))
    assert (await stage.card_in(apart(3))).state == "RUNNING"
    said = await told(stage, "UBEN", "stop", apart(13))
    assert said.endswith(
        f"{UNDONE} In other threads here #11 runs, #1 needs a decision, #9, #8 and #7 wait, and 5 "
        "more: say `stop 11`."
    )


async def test_what_goes_on_in_another_channel_is_not_named(stage):
    await stage.hear("UBEN", "restart nginx on web-1", thread=apart(2))
    other = ROOM.model_copy(update={"channel": "C9"})
    assert (await told(stage, "UBEN", "stop", other)).endswith(
        f"{UNDONE} Say `stop` with a number."
    )

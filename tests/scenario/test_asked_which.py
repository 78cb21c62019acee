"""Which plan "is it done?" and "why did it fail?" are about, and what is told while all is stopped."""

import pytest

from bot.domain.messages import ThreadRef
from tests.scenario.rooms import Rooms
from tests.scenario.stage import RESTART, words
from tests.scenario.test_copied import BELOW, copied

pytestmark = pytest.mark.asyncio
NGINX = "restart nginx on {}"
STOPPED = "Everything is stopped since 09:00 UTC by Ana: `resume` lets runs begin."


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path) as made:
        for host in ("web-1", "web-2", "web-3"):
            made.service(host, "nginx", "active")
        yield made


async def halted(stage, host="web-1"):
    stage.broken.add((host, "nginx"))
    await done(stage, host)


async def done(stage, host="web-1"):
    await stage.hear("UBEN", NGINX.format(host))
    await stage.press("ana", "approve", await stage.card())


async def told(stage, text, **more):
    await stage.hear("UBEN", text, **more)
    return words(await stage.card()).strip()


@pytest.mark.parametrize("text", ["why did it fail?", "why did it stop?", "why didn't it work?"])
async def test_what_failed_is_explained_whatever_was_asked_since(stage, text):
    await halted(stage)
    await stage.hear("UBEN", NGINX.format("web-2"))
    said = await told(stage, text)
    assert said.startswith("#1 (restart nginx on web-1) is NEEDS A DECISION.")
    assert "failed on web-1" in said
    assert (await told(stage, "why?")).startswith("#2 waits for 1 vote.")


@pytest.mark.parametrize("text", ["is it done?", "did it work?", "how is it going?"])
async def test_how_far_it_is_means_what_runs_and_tells_of_what_waits(stage, text):
    stage.hosts.hang(RESTART)
    await done(stage)
    await stage.hear("UBEN", NGINX.format("web-2"))
    said = await told(stage, text)
    assert said.startswith("#1, restart nginx on web-1: RUNNING")
    assert said.endswith("#2, asked since, is WAITING.")
    assert (await told(stage, "why did it fail?")).startswith("#1 (restart nginx on web-1) is RUN")
    assert (await told(stage, "when does it start?")).startswith("#2, restart nginx on web-2")
    stage.release(RESTART)


@pytest.mark.parametrize("text", ["is it done?", "did it work?", "why did it fail?"])
async def test_a_look_is_not_asked_about_beside_a_change(stage, text):
    await done(stage)
    await stage.hear("UBEN", "is nginx up on web-2?")
    assert "restart nginx on web-1" in await told(stage, text)
    assert (await told(stage, "why?")).startswith("#2 (check nginx on web-2)")


@pytest.mark.parametrize("text", ["is it done?", "why did it fail?"])
async def test_a_look_alone_is_asked_about(stage, text):
    await stage.hear("UBEN", "is nginx up on web-2?")
    assert "#1" in (said := await told(stage, text))
    assert "check nginx on web-2" in said


@pytest.mark.parametrize("text", ["is it done?", "did it work?", "when does it start?"])
async def test_below_a_copy_it_is_about_the_plan_of_that_card(stage, text):
    for number, host in ((1, "web-1"), (2, "web-2")):
        room = ThreadRef(surface="slack", channel="C1", thread=f"17.{number}")
        await stage.hear("UBEN", NGINX.format(host), thread=room)
        await stage.app.store.write(lambda u, n=number: copied(u, n))
    await stage.hear("UCHRIS", "is nginx up on web-3?", thread=BELOW[1])
    await stage.hear("UCHRIS", text, thread=BELOW[1])
    said = words((await stage.ears.thread(BELOW[1]))[-1].card).strip()
    assert said.startswith("#3" if text.startswith("when") else "#1, restart nginx on web-1: WAIT")
    await stage.hear("UCHRIS", text, thread=BELOW[2])
    said = words((await stage.ears.thread(BELOW[2]))[-1].card).strip()
    assert said.startswith("#2, restart nginx on web-2: WAITING")


@pytest.mark.parametrize(
    "text", ["is it done?", "why?", "why does it not start?", "why isn't it running?", "why #1"]
)
@pytest.mark.parametrize("approved", [False, True])
async def test_what_a_stop_of_everything_holds_up_says_so(stage, text, approved):
    await stage.hear("UANA", "stop everything")
    await stage.hear("UANA", "stop everything")
    await stage.hear("UBEN", NGINX.format("web-1"))
    if approved:
        await stage.press("ana", "approve", await stage.card(1))
    assert STOPPED in await told(stage, text)
    await stage.hear("UANA", "resume")
    assert "Everything is stopped" not in await told(stage, text)


async def test_of_a_stop_said_twice_the_first_since_it_was_lifted_is_told(stage):
    for said in ("stop everything", "resume", NGINX.format("web-1")):
        await stage.hear("UANA", said)
    for account in ("UCHRIS", "UANA"):
        await stage.later(seconds=120)
        await stage.hear(account, "stop everything")
    assert STOPPED.replace("09:00 UTC by Ana", "09:02 UTC by Chris") in await told(stage, "why?")


async def test_what_has_ended_is_not_held_up_by_it(stage):
    await done(stage)
    await stage.hear("UANA", "stop everything")
    for text in ("is it done?", "why?", "why did it fail?"):
        assert "Everything is stopped" not in await told(stage, text)


async def test_a_plan_that_waits_does_not_start_and_one_that_halted_has(stage):
    await halted(stage)
    await stage.hear("UBEN", NGINX.format("web-2"))
    assert (await told(stage, "why does it not start?")).startswith("#2 waits for 1 vote.")

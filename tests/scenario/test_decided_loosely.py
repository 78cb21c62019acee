"""A halted run is decided among other words, and what decides nothing is told the ways."""

import pytest

from tests.scenario.stage import words
from tests.scenario.test_decided_in_words import halted, pressed, stage  # noqa: F401

pytestmark = pytest.mark.asyncio
WAYS = "#1 waits for a decision: say `retry`, `skip` or `stop here`, or press a button on its card."


@pytest.mark.parametrize("addressed", [False, True])
@pytest.mark.parametrize("text", ["fixed it, try again", "I fixed it, retry please"])
async def test_behind_a_report_it_is_tried_again(stage, text, addressed):  # noqa: F811
    await halted(stage)
    stage.broken.clear()
    await stage.hear("UBEN", text, addressed=addressed)
    assert await pressed(stage) == [("ben", "retry")]


@pytest.mark.parametrize("text", ["end it", "end here", "end the run"])
async def test_it_ends_as_by_stop_here(stage, text):  # noqa: F811
    await halted(stage)
    await stage.hear("UBEN", text, addressed=False)
    assert "#1 stops here" in words(await stage.card())
    assert (await stage.app.store.read(lambda u: u.run(1))).state.value == "failed"


@pytest.mark.parametrize("text", ["leave it", "not web-1", "what now?", "retry in 5 minutes"])
async def test_what_decides_nothing_is_told_the_ways(stage, text):  # noqa: F811
    await halted(stage)
    await stage.hear("UBEN", text, addressed=False)
    assert words(await stage.card()).strip() == WAYS
    assert await pressed(stage) == []


async def test_a_no_presses_nothing_and_says_so(stage):  # noqa: F811
    await halted(stage)
    await stage.hear("UBEN", "no, don't retry", addressed=False)
    assert words(await stage.card()).strip() == f"Nothing was pressed. {WAYS}"


async def test_what_gives_up_is_asked_about_first(stage):  # noqa: F811
    await halted(stage)
    await stage.hear("UBEN", "fixed it, skip it", addressed=False)
    assert "#1 needs a decision. Shall I skip?" in words(await stage.card())
    assert await pressed(stage) == []
    await stage.hear("UBEN", "yes", addressed=False)
    assert await pressed(stage) == [("ben", "skip")]

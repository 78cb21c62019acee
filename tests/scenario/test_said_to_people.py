"""What begins with a colleague's name is said to them, and asks nothing of Overseer."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from tests.scenario.test_stops_among_words import plans, runs, stage, waits  # noqa: F401

pytestmark = pytest.mark.asyncio
TO_ANA = [
    "ana, what about web-3?", "Ana: what about web-2?", "hey ana, what about web-2?", "thanks ana, what about web-3?",
    "ana, can you do the same on web-3?", "ana: restart nginx on web-2 please", "ana: is web-2 ok?", "ok Ana, restart nginx on web-2",
]  # fmt: skip


@pytest.mark.parametrize("before", [runs, waits])
async def test_it_meets_silence(stage, before):
    await before(stage)
    known = len(await stage.ears.thread(stage.thread))
    for text in TO_ANA:
        await stage.hear("UBEN", text, addressed=False)
        assert len(await stage.ears.thread(stage.thread)) == known, text
    assert await plans(stage) == {1}


async def test_a_mention_of_overseer_is_said_to_overseer(stage):
    await waits(stage)
    await stage.hear("UBEN", "ana, restart redis on web-3")
    assert len(await stage.ears.thread(stage.thread)) > 3

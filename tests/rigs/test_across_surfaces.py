"""A plan is asked on one surface and approved on another, and its card follows on both."""

import itertools

import pytest

from tests.rigs.surfaces.every import SURFACES
from tests.rigs.surfaces.town import Play, Town

pytest_plugins = ("tests.rigs.surfaces.fixtures",)

PAIRS = [
    pytest.param(*one.values, *other.values, marks=[*one.marks, *other.marks])
    for one, other in itertools.permutations(SURFACES, 2)
]


@pytest.mark.parametrize(("asks", "approves"), PAIRS)
async def test_each_card_follows(tmp_path, front_of, asks, approves):
    here, there = front_of(asks), front_of(approves)
    known = {"ana": (asks,), "ben": (asks,), "chris": (approves,)}
    async with Town(tmp_path, here, there, at=known) as town:
        play = Play(town, here)
        first = await play.begun("restart nginx on web-1", state="WAITING")
        copy = await town.called(approves, "chris")
        shown = await copy.sees("chris", state="WAITING")
        assert "systemctl restart -- nginx.service" in shown.text
        await copy.press("chris", "Approve")
        done, there_too = await play.sees(state="DONE"), await copy.sees("chris", state="DONE")
        assert (done.message, there_too.message) == (first.message, shown.message)
        assert len(town.changes()) == 1

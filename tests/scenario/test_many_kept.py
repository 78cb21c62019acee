"""However many plans wait, and posts are barred, no more of them is read than is asked about."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.delivery import bars
from bot.domain.posts import PostKind, direct
from bot.domain.runs import PlanState
from bot.pipeline import arrivals, asked_by
from bot.ports.readable import readable
from tests.scenario.rooms_told import stage  # noqa: F401

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("kept", [asked_by, arrivals])
async def test_a_start_reads_no_plan_that_waits_to_forget_those_that_are_over(
    stage, monkeypatch, kept
):
    for host in ("web-1", "web-2"):
        await stage.say("ben", f"restart nginx on {host}")

    def as_ever(unit):
        for number in (1, 2):
            copy = unit.owe(
                direct("slack", "UANA"), f"copy:{number}", PostKind.CARD, card=f"plan-{number}",
                reader="ana",
            )  # fmt: skip
            unit.keep(asked_by.ASKED, str(number), {})
            unit.keep(arrivals.ARRIVED_WITH, f"slack/{copy.id}", "votes:1:1")
        unit.move_plan(2, 1, PlanState.CANCELLED)

    await stage.app.store.write(as_ever)
    read = []

    def counted(unit, number):
        read.append(number)
        return readable(unit, number)

    monkeypatch.setattr(kept, "readable", counted)
    over = await stage.app.store.read(kept.left)
    assert set(read) == {2}
    assert over


async def test_what_is_barred_elsewhere_is_not_read(stage, monkeypatch):
    def work(unit):
        for account in ("U1", "U2", "UANA"):
            post = unit.owe(direct("slack", account), "k", PostKind.CARD, card="plan-1")
            bars.barred(unit, post, f"{account} takes none.", doubt=False, tell=False)

    await stage.app.store.write(work)

    def look(unit):
        read = []
        monkeypatch.setattr(type(unit), "kept", lambda *_: read.append(1))
        monkeypatch.setattr(type(unit), "kept_keys", lambda *_: read.append(1) or ())
        places = (direct("slack", "UANA"), direct("slack", "UBEN"), direct("discord", "UANA"))
        return [bars.why_there(unit, place) for place in places], read

    assert await stage.app.store.read(look) == (["UANA takes none.", "", ""], [])

"""What is remembered of messages, people and channels has an end, however many of them come."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot.adapters.discord import hearing, places
from bot.adapters.discord.server_roles import ServerRoles
from bot.adapters.slack.heard import Heard
from bot.delivery import bars
from bot.domain.messages import ThreadRef
from bot.domain.recent import Recent
from bot.testing.recorded_platform import Fault
from tests.rigs.deliveries import card, rig, room  # noqa: F401
from tests.rigs.stores import opened
from tests.scenario.rooms_told import Slack, asked

pytestmark = pytest.mark.asyncio
MANY = 300


async def test_the_newest_keys_are_remembered():
    recent = Recent(3)
    assert [recent.add(key) for key in (1, 2, 1, 3, 4)] == [True, True, False, True, True]
    assert [key in recent for key in (1, 2, 3, 4)] == [False, True, True, True]
    assert len(recent) == 3


class Nothing:
    """Asks Discord nothing, and notes what it was to say."""

    def __init__(self):
        self.said = []

    async def ask(self, method, path, **given):
        self.said.append(path)
        return {"id": "77"}


async def test_who_was_told_what_in_discord_is_remembered_of_so_many_places(monkeypatch):
    for module, name in ((hearing, "MOST_HINTED"), (places, "MOST_KNOWN")):
        monkeypatch.setattr(module, name, 10)
    rest = Nothing()
    known = places.Places(rest, None)
    ears = hearing.Hearing(None, rest, known, None, None, lambda: 1, ServerRoles({}), content=False)
    said = SimpleNamespace(guild=object(), author=SimpleNamespace(id=5), channel=None)
    for number in range(MANY):
        place = ThreadRef(surface="discord", channel="1", thread=str(number))
        for _ in range(2):
            await ears._hint(place, said)
            known.first_told(str(number))
            known.known(place, places.Spot(str(number)))
    assert sum(path.startswith("/channels/77") for path in rest.said) == MANY
    assert (len(ears._hinted), len(known._told), len(known._spots)) == (10, 10, 10)
    assert not known.first_told(str(MANY - 1))


async def test_a_mark_of_slacks_is_in_memory_only_until_it_is_written(tmp_path):
    store = opened(tmp_path / "overseer.db")
    heard = Heard(store)
    for number in range(MANY):
        with heard.taking(f"D{number}", f"17.{number:06}"):
            heard.took(f"D{number}", f"17.{number:06}")
    with heard.taking("D1", "18.0"):
        await heard.write()
        assert set(heard._newest) == set()
    assert set(heard._newest) == {"D1"}
    await heard.write()
    assert len(heard._newest) == 0
    assert await heard.until("D1") == 18.0
    assert await heard.until("D7") == pytest.approx(17.000007)
    await store.close()


async def test_only_plans_that_wait_are_remembered_as_reminded(tmp_path):
    async with Slack(tmp_path) as stage:
        stage.service("web-1", "nginx")
        await asked(stage)
        noticing = stage.app.pipeline._noticing
        await stage.later(minutes=16)
        assert noticing._reminding._done == {1: 1}
        await stage.press("ana", "deny")
        await stage.later(minutes=1)
        assert (noticing._reminding._done, noticing._reminding._due) == ({}, {})


async def test_what_a_channel_was_said_to_lack_is_forgotten_with_what_was_owed_there(
    rig, monkeypatch
):
    monkeypatch.setattr(bars, "LONGEST", timedelta(seconds=60))
    rig.platform.faults = lambda _: Fault.BARRED
    for number in range(10):
        await rig.put(room(1, f"C{number}"), card(number))
    await rig.passes(5)
    told = rig.delivery._worker._sender._told
    assert len(told) == 10
    await rig.passes(60)
    rig.delivery.again()
    await rig.passes(10)
    assert await rig.owed() == ()
    assert len(told) == 0

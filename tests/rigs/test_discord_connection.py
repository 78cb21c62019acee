"""What becomes of a connection to Discord that fails in ways the library does not mend."""

import asyncio

import pytest
from discord.gateway import DiscordWebSocket

from tests.rigs.discord_guild import BEN
from tests.rigs.discord_parts import Quick, connected, platform_on

pytest_plugins = ("tests.rigs.discord_fixtures",)
pytestmark = pytest.mark.asyncio


@pytest.fixture
async def quick(wire, ears):
    """A platform that is connected, and waits for nothing long."""
    async with connected(wire, ears, clock=Quick()) as made:
        yield made


@pytest.fixture
def gateway(monkeypatch):
    """Whether the gateway can be reached: `there` is emptied and filled by a test."""
    from_client, there = DiscordWebSocket.from_client, [True]

    async def reached(client, **given):
        if not there:
            raise OSError("no route to the gateway")
        return await from_client(client, **given)

    monkeypatch.setattr(DiscordWebSocket, "from_client", staticmethod(reached))
    return there


async def test_a_gateway_that_is_not_there_at_first_is_tried_again(wire, ears, gateway):
    gateway.clear()  # REST answers, the gateway does not yet
    platform = platform_on(wire, clock=Quick())
    await platform.start(ears)
    assert platform.deaf() == ""  # it has only begun
    await wire.until(platform.deaf)
    assert "no route to the gateway" in platform.deaf()
    gateway.append(True)
    await wire.until(lambda: wire.identified)
    said = wire.says(BEN, "restart nginx on web-1")
    await wire.until(lambda: [each.remote for each in ears.heard] == [said])
    assert platform.deaf() == ""
    await platform.stop()


async def test_a_frame_that_cannot_be_read_ends_no_more_than_its_session(wire, ears, quick):
    broken = quick.client
    wire.dispatch("GUILD_CREATE", {"id": "x"})
    await wire.until(lambda: len(wire.identified) == 2)
    assert broken.is_closed()
    assert "ValueError" in broken.trouble
    said = wire.says(BEN, "restart nginx on web-1")
    await wire.until(lambda: [each.remote for each in ears.heard] == [said])
    assert quick.deaf() == ""


async def test_it_says_why_it_hears_nothing_as_soon_as_a_cut_cannot_be_mended(
    wire, ears, quick, gateway
):
    await wire.until(quick.client.is_ready)  # which the library then calls it for good
    gateway.clear()
    wire.cut()
    await wire.until(quick.deaf)
    assert "no route to the gateway" in quick.deaf()
    assert "Look whether this machine reaches discord.com" in quick.deaf()
    gateway.append(True)
    await wire.until(lambda: not quick.deaf())
    assert wire.resumed == 1
    said = wire.says(BEN, "restart nginx on web-1")
    await wire.until(lambda: [each.remote for each in ears.heard] == [said])


async def test_a_cut_that_is_mended_at_once_is_no_trouble(wire, ears, quick):
    wire.resuming = asyncio.Event()
    wire.cut()
    await wire.until(lambda: not quick.client.hears)
    assert quick.deaf() == ""
    wire.resuming.set()
    await wire.until(lambda: quick.client.hears)
    assert wire.resumed == 1

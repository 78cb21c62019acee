"""A small Discord, a platform that is connected to it, and ears that keep what they hear.

pytest_plugins = ("tests.rigs.discord_fixtures",)
"""

import pytest

from tests.rigs.discord_api import Api
from tests.rigs.discord_parts import Ears, platform_on
from tests.rigs.discord_wire import Wire


@pytest.fixture(scope="session")
def discord_api(shared_dir):
    path = shared_dir / "data" / "discord-openapi.json"
    if not path.is_file():
        pytest.skip("shared/data/discord-openapi.json is not there")
    return Api(path)


@pytest.fixture
def discord_addresses(monkeypatch):
    """The addresses that a platform sets are those of the library again afterwards."""
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)


@pytest.fixture
async def wire(discord_api, discord_addresses):
    async with Wire(discord_api) as made:
        yield made
        assert made.flaws == []


@pytest.fixture
def ears():
    return Ears()


@pytest.fixture
async def platform(wire, ears):
    made = platform_on(wire)
    await made.start(ears)
    await wire.until(lambda: wire.identified)
    yield made
    await made.stop()

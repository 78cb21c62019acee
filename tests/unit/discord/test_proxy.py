"""Discord is reached by the proxy that this machine's environment names, as Slack is."""

import asyncio

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.adapters.discord.client import GatewayClient
from bot.adapters.discord.faults import RestAwayError
from bot.adapters.discord.platform import DiscordPlatform
from bot.adapters.discord.proxy import proxy_to
from bot.adapters.discord.rest import Rest
from bot.domain.messages import People
from bot.settings.chat import DiscordSettings
from bot.testing.manual_clock import ManualClock
from bot.testing.seeded_ids import SeededIds

DISCORD = "https://discord.com/api/v10"
NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture
def environment(monkeypatch):
    for name in (*NAMES, *map(str.upper, NAMES)):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("given", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "http://proxy:3128"),
        ({"https_proxy": "proxy:3128"}, "http://proxy:3128"),
        ({"HTTP_PROXY": "http://proxy:3128"}, None),
        ({"ALL_PROXY": "http://proxy:3128"}, "http://proxy:3128"),
        ({"ALL_PROXY": "socks5://proxy:1080"}, None),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": ".example, discord.com"}, None),
    ],
)
def test_the_proxy_of_the_environment_is_the_one_to_discord(environment, given, proxy):
    for name, value in given.items():
        environment.setenv(name, value)
    assert proxy_to(DISCORD) == proxy


class Proxy:
    """Stands between, and lets nobody through; what it was asked for."""

    def __init__(self):
        self.asked = []

    async def __aenter__(self):
        self.server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        port = self.server.sockets[0].getsockname()[1]
        self.address = f"http://me:secret@127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_):
        self.server.close()
        await self.server.wait_closed()

    async def _talk(self, reader, writer):
        self.asked.append((await reader.readline()).decode().split()[:2])
        while (await reader.readline()).strip():
            pass
        writer.write(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


@pytest.mark.asyncio
async def test_what_a_proxy_lets_through_to_nobody_got_nowhere_and_tells_no_password():
    async with Proxy() as proxy:
        rest = Rest(DISCORD, "t", ManualClock(), version="1", proxy=proxy.address)
        with pytest.raises(RestAwayError) as told:
            await rest.ask("POST", "/channels/1/messages", body={})
        await rest.close()
    assert proxy.asked == [["CONNECT", "discord.com:443"]]
    assert told.value.said == "the proxy answers 407"


@pytest.mark.asyncio
async def test_how_the_platform_stands_tells_no_password_of_a_proxy_either(environment):
    async with Proxy() as proxy:
        environment.setenv("HTTPS_PROXY", proxy.address)
        settings = DiscordSettings(enabled=True)
        platform = DiscordPlatform(settings, None, ManualClock(), People, ids=SeededIds(1))
        platform._rest = await platform._spoken_to("t")
        client = platform.listen(None)
        await platform._connection._once(client, "t")
        await platform._rest.close()
    assert platform.deaf().startswith("Discord can't be reached: the proxy answers 407.")


@pytest.mark.asyncio
@pytest.mark.parametrize(("api_url", "proxy"), [("", "http://proxy:3128"), ("http://here", None)])
async def test_both_ways_of_the_platform_go_through_it(environment, api_url, proxy):
    environment.setenv("HTTPS_PROXY", "http://proxy:3128")
    settings = DiscordSettings(enabled=True, api_url=api_url)
    platform = DiscordPlatform(settings, None, ManualClock(), People, ids=SeededIds(1))
    platform._rest = rest = await platform._spoken_to("t")
    assert rest._proxy == proxy
    client = platform.listen(None)
    assert isinstance(client, GatewayClient)
    assert client.http.proxy == proxy
    await rest.close()


@pytest.mark.asyncio
async def test_what_an_earlier_platform_spoke_to_is_not_where_a_later_one_goes(environment):
    elsewhere = DiscordSettings(enabled=True, api_url="http://here/", gateway_url="ws://there")
    told = []
    for settings in (elsewhere, DiscordSettings(enabled=True)):
        platform = DiscordPlatform(settings, None, ManualClock(), People, ids=SeededIds(1))
        await (await platform._spoken_to("t")).close()
        told.append((Route.BASE, str(DiscordWebSocket.DEFAULT_GATEWAY)))
    assert told == [("http://here", "ws://there"), (DISCORD, "wss://gateway.discord.gg/")]

"""The connection to Discord's gateway: kept for as long as it takes.

    no network, no gateway     tried again, after ever longer pauses
    it broke inside            likewise: the library reads frames, and may find one that it can't
    a token that is wrong      the end; the log says how to mend that
    no message-content intent  connected without, so that mentions are heard

A cut is the library's own to mend, on the same client; what it raises ends that client, and the
next one begins a session of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiohttp
import discord
import structlog

from bot.adapters.discord.client import GatewayClient, unreachable
from bot.adapters.discord.faults import CURES, UNAUTHORIZED
from bot.adapters.discord.proxy import said_of
from bot.ports import Clock

_log = structlog.get_logger(__name__)

LONGEST_PAUSE_S = 90.0
STEADY_S = 600.0
"""A connection that held this long was one: the next is tried without a pause that grows.

Discord takes 1,000 logins a day and then takes the bot's token away: whenever connections break,
these two keep below that.
"""
ONCE_MORE_S = 0.5
BROKE = "The connection to Discord broke: {}. I connect again; if that goes on, send in the log."
NO_CONTENT = (
    "the message-content intent is off in Discord's developer portal: only what mentions Overseer "
    "is heard; ./overseer check discord says how to switch it on"
)


class Connection:
    """Keeps a client connected."""

    def __init__(self, clock: Clock, *, content: bool) -> None:
        """`content`: words without a mention are to be read, where Discord lets them be."""
        self.content = content
        self.client: GatewayClient | None = None
        self.task: asyncio.Task[None] | None = None
        self._clock = clock
        self._stopped = False

    def deaf(self) -> str:
        """See `bot.ports.platforms.Listener.deaf`."""
        client = self.client
        return "" if client is None or client.hears else client.trouble

    def begin(self, token: str, made: Callable[[], GatewayClient]) -> None:
        """Connect in the background; `made` is a client that has not been connected before."""
        self._stopped = False
        self.client = made()
        self.task = asyncio.create_task(self._keep(token, self.client, made), name="discord")

    async def stop(self) -> None:
        """Hear nothing more."""
        self._stopped = True
        if self.client is not None and not self.client.is_closed():
            await self.client.close()
        if self.task is not None:
            # Python 3.11's wait_for, in discord.py's connect, may swallow a cancellation.
            while not self.task.done():
                self.task.cancel()
                await asyncio.wait({self.task}, timeout=ONCE_MORE_S)

    async def _keep(
        self, token: str, client: GatewayClient, made: Callable[[], GatewayClient]
    ) -> None:
        """Be connected, again and again."""
        pause = 1.0
        while True:
            began = self._clock.monotonic()
            if not await self._once(client, token) or self._stopped:
                return
            if self._clock.monotonic() - began > STEADY_S:
                pause = 1.0
            await self._clock.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)
            trouble = client.trouble
            client = self.client = made()
            client.trouble = trouble

    async def _once(self, client: GatewayClient, token: str) -> bool:
        """Be connected until that ends; whether to connect again."""
        try:
            async with client:
                await client.login(token)
                await client.connect(reconnect=True)
        except discord.LoginFailure:
            client.deafened(" ".join(CURES[UNAUTHORIZED]))
            _log.error(client.trouble)
            return False
        except discord.PrivilegedIntentsRequired:
            _log.warning(NO_CONTENT)
            self.content = False
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            client.deafened(unreachable(error))
            _log.warning("Discord can't be reached", why=said_of(error))
        except Exception as error:  # noqa: BLE001 -- whatever a library finds, somebody must hear
            # A first connection that fails breaks discord.py; what came before says why.
            client.deafened(client.trouble or BROKE.format(repr(error)))
            _log.exception("the connection to Discord broke", why=client.trouble)
        return True

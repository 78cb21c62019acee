"""The sign on what waits for what was missed before it: put as it comes, before its turn.

A process that ends meanwhile leaves it there: the next one reads the message from Discord's
history, and its outbox goes on from the same sign.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

import structlog

from bot.adapters.discord.faults import RestError
from bot.adapters.discord.rest import Asks
from bot.adapters.discord.signs import SIGNS
from bot.chat.first_sign import is_taken_over
from bot.domain.posts import MarkState, mark_key
from bot.errors import OverseerError
from bot.ports import Store

if TYPE_CHECKING:
    import discord

_log = structlog.get_logger(__name__)


class FirstSigns:
    """Puts them, and takes away what nothing follows."""

    def __init__(
        self, rest: Asks, store: Store, is_heard: Callable[[discord.Message], Awaitable[bool]]
    ) -> None:
        """`is_heard` says whether a message is a request of somebody who is heard there."""
        self._rest = rest
        self._store = store
        self._is_heard = is_heard

    def put(self, said: discord.Message) -> asyncio.Task[bool]:
        """Begin to put it; the task's result is whether it may be there."""
        return asyncio.ensure_future(self._put(said))

    async def follow(self, said: discord.Message) -> None:
        """It was heard and may bear one: the outbox goes on from that, or it is taken away."""
        mark = mark_key(f"{said.channel.id}/{said.id}")
        try:
            if not await self._store.write(lambda u: is_taken_over(u, mark)):
                await self._react("DELETE", said)
        except (OverseerError, RestError) as error:
            _log.info("a first sign stays", message=said.id, why=str(error))

    async def _put(self, said: discord.Message) -> bool:
        try:
            if not await self._is_heard(said):
                return False
            await self._react("PUT", said)
        except (OverseerError, RestError) as error:  # it comes with its turn
            _log.info("no first sign", message=said.id, why=str(error))
            return False
        return True

    async def _react(self, method: str, said: discord.Message) -> None:
        where = f"/channels/{said.channel.id}"
        sign = quote(SIGNS[MarkState.HEARD])
        path = f"{where}/messages/{said.id}/reactions/{sign}/@me"
        await self._rest.ask(method, path, limit=f"{where}/reactions")

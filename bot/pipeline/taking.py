"""Deliveries that are being taken in: of two that are the same the second waits for the first.

Platforms send again what is not acknowledged in time. The first may still be on its way into the
database then, or fail there: to acknowledge the second would be to lose both in a crash.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.domain.messages import Reply


class Taking:
    """What is being taken in now, and what comes of it."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._first: dict[tuple[str, str], asyncio.Future[Reply]] = {}

    async def once(
        self, surface: str, event_id: str, take: Callable[[], Awaitable[Reply]]
    ) -> Reply:
        """Take it in, or wait for whoever does: the same reply, or the same error.

        Where the first is cancelled, nothing is known of it, and the next one takes it in.
        """
        key = (surface, event_id)
        while (first := self._first.get(key)) is not None:
            try:
                return await asyncio.shield(first)
            except asyncio.CancelledError:
                me = asyncio.current_task()
                if not first.cancelled() or (me is not None and me.cancelling()):
                    raise
        mine = self._first[key] = asyncio.get_running_loop().create_future()
        try:
            reply = await take()
        except asyncio.CancelledError:
            mine.cancel()
            raise
        except BaseException as error:
            mine.set_exception(error)
            mine.exception()  # where nobody waits for it, it is told to the first alone
            raise
        else:
            mine.set_result(reply)
            return reply
        finally:
            del self._first[key]

"""How many calls one server is asked at once: a bound that outlives a change of the settings."""

from __future__ import annotations

import asyncio
from collections import deque
from types import TracebackType


class Turns:
    """`async with turns:` waits until fewer than the most are taken, first come first served.

    A turn that is given back goes to who waits the longest, never to who comes just then.
    """

    def __init__(self, most: int) -> None:
        """Nobody has one yet."""
        self._most = most
        self._taken = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    def bound(self, most: int) -> None:
        """So many from now on; calls under way go on, and new ones wait for them."""
        self._most = most
        self._hand_on()

    async def __aenter__(self) -> None:
        """Wait for one."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._hand_on()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was given at that very moment
                self._give_back()
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give it back; waits for nothing."""
        self._give_back()

    def _give_back(self) -> None:
        self._taken -= 1
        self._hand_on()

    def _hand_on(self) -> None:
        while self._waiting and self._taken < self._most:
            turn = self._waiting.popleft()
            if not turn.done():  # else whoever waited for it has gone
                self._taken += 1
                turn.set_result(None)

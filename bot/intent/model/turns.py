"""How many calls one server is asked at once: a bound that outlives a change of the settings."""

from __future__ import annotations

import asyncio
from types import TracebackType


class Turns:
    """`async with turns:` waits until fewer than the most are taken, first come first served."""

    def __init__(self, most: int) -> None:
        """Nobody has one yet."""
        self._most = most
        self._taken = 0
        self._given_back = asyncio.Event()

    def bound(self, most: int) -> None:
        """So many from now on; calls under way go on, and new ones wait for them."""
        self._most = most
        self._given_back.set()

    async def __aenter__(self) -> None:
        """Wait for one."""
        while self._taken >= self._most:
            self._given_back.clear()
            await self._given_back.wait()
        self._taken += 1

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give it back; waits for nothing."""
        self._taken -= 1
        self._given_back.set()

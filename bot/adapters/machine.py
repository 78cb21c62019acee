"""What only the machine itself knows: its time, and ids that nobody guesses."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from secrets import token_hex


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class RandomIds:
    """Unguessable ids."""

    def new(self) -> str:
        """26 lower-case letters and digits, 128 bits."""
        return token_hex(16)

"""What a chat platform's wire must do for a conversation that a command begins."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from bot.domain.messages import Called, Outside, ThreadRef
from bot.errors import ChatError


class Roots(Protocol):
    """What a platform does for them; each raises the `ChatError`s of `Platform`.

    `command` is what people call it by, `back` how long after it was asked it is seen to still.
    """

    surface: str
    command: str
    back: timedelta

    async def outside(self, called: Called) -> Outside | None:
        """Whether its asker is no member; `ChatAwayError` where nobody can say so now."""
        ...

    async def post(self, called: Called) -> str:
        """Make the root, with its asker's name alone; the platform's id of it."""
        ...

    async def find(self, called: Called) -> str:
        """The root that was made already; empty only where nothing else can be it: none was."""
        ...

    async def show(self, called: Called, root: ThreadRef, who: str, said: str) -> None:
        """Let the root say what was asked."""
        ...

    async def remove(self, called: Called, root: ThreadRef) -> None:
        """Take the root away."""
        ...

    async def tell(self, called: Called, said: str) -> None:
        """What only its asker is to read, by a direct message; what comes in the way is logged."""
        ...

    def lost(self, error: ChatError) -> bool:
        """Whether that will never be done: nothing more comes of what was asked there."""
        ...

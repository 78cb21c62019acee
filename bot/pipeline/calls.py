"""Commands that ask for something: kept from before their acknowledgement until they are asked.

A platform first makes a place for the conversation that a command begins, and only then is there a
message to take in. What a process leaves between the two is taken up by the next one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from pydantic import ValidationError

from bot.domain.messages import Called
from bot.ports import Store, Unit

_log = structlog.get_logger(__name__)

CALLS = "calls"
"""The box of what is kept: surface and event id → the command."""


class Calls:
    """Keeps them."""

    def __init__(self, store: Store, safe: Callable[[str], Awaitable[str]]) -> None:
        """`safe` is what was typed as it may be stored."""
        self._store = store
        self._safe = safe

    async def keep(self, called: Called) -> bool:
        """See `bot.ports.Ears.keep_call`."""
        text = await self._safe(called.text)
        kept = called.model_copy(update={"text": text, "redacted": text != called.text})
        entry = kept.model_dump(mode="json")
        surface, key = called.identity.surface, _key(called.identity.surface, called.event_id)

        def work(unit: Unit) -> bool:
            if unit.received(surface, called.event_id) or unit.kept(CALLS, key) is not None:
                return False
            unit.keep(CALLS, key, entry)
            return True

        return await self._store.write(work)

    async def left(self, surface: str) -> tuple[Called, ...]:
        """See `bot.ports.Ears.calls`."""

        def work(unit: Unit) -> list[Called]:
            found = []
            for key in unit.kept_keys(CALLS):
                if not key.startswith(_key(surface, "")):
                    continue
                try:
                    found.append(Called.model_validate(unit.kept(CALLS, key)))
                except ValidationError:  # another version wrote it, in another shape
                    _log.warning("a command that waits can't be read", called=key)
            return found

        return tuple(await self._store.read(work))

    async def give_up(self, surface: str, event_id: str) -> None:
        """See `bot.ports.Ears.give_up_call`."""
        key = _key(surface, event_id)

        def work(unit: Unit) -> None:
            entry = unit.kept(CALLS, key)
            if entry is not None:
                unit.keep(CALLS, key, {**entry, "given_up": True})

        await self._store.write(work)

    async def done(self, surface: str, event_id: str) -> None:
        """See `bot.ports.Ears.called`."""
        await self._store.write(lambda u: u.drop(CALLS, _key(surface, event_id)))


def _key(surface: str, event_id: str) -> str:
    return f"{surface}/{event_id}"

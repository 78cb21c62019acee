"""What was seen last: as many keys as may be remembered, the oldest forgotten first."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Recent(Generic[K]):
    """The newest keys."""

    def __init__(self, most: int) -> None:
        """At most so many are remembered."""
        self._most = most
        self._keys: dict[K, None] = {}

    def add(self, key: K) -> bool:
        """Remember it; whether it was not remembered before."""
        if key in self._keys:
            return False
        self._keys[key] = None
        if len(self._keys) > self._most:
            del self._keys[next(iter(self._keys))]
        return True

    def __contains__(self, key: K) -> bool:
        """Whether it is remembered."""
        return key in self._keys

    def __len__(self) -> int:
        """How many are."""
        return len(self._keys)

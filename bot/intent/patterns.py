"""Patterns that are compiled when something is first held against them.

The rules have hundreds, and to compile them takes a second of a processor: a third of a start, and
of each command that reads nothing. What is not needed is not compiled; a server compiles the rest
once it is up, beside its work.
"""

from __future__ import annotations

import asyncio
import re
from typing import cast
from weakref import WeakSet

_OFFERED = (
    "search", "match", "fullmatch", "sub", "subn", "finditer", "findall", "split",
    "groups", "groupindex", "flags",
)  # fmt: skip
_waiting: WeakSet[_OnUse] = WeakSet()


class _OnUse:
    """Stands for a pattern; what is asked of it is asked of the compiled one from then on."""

    def __init__(self, source: str, flags: int) -> None:
        self.pattern = source
        self._asked = flags
        _waiting.add(self)

    def __getattr__(self, name: str) -> object:  # only what is not there yet
        if name not in _OFFERED:
            raise AttributeError(name)
        made = re.compile(self.pattern, self._asked)
        for each in _OFFERED:
            setattr(self, each, getattr(made, each))
        _waiting.discard(self)
        return getattr(made, name)


def compiled(source: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, but that a fault in it is raised on its first use.

    >>> compiled("b+").search("abba")[0], compiled("a", re.IGNORECASE).fullmatch("A") is not None
    ('bb', True)
    """
    return cast("re.Pattern[str]", _OnUse(source, flags))


def is_pattern(value: object) -> bool:
    """Whether it is one, compiled or not."""
    return isinstance(value, re.Pattern | _OnUse)


async def compile_beside(after_s: float = 0.0) -> int:
    """Compile those that nothing was held against yet, one by one beside what goes on; how many.

    It begins after so many seconds. A pattern may take a tenth of one; the loop goes on meanwhile.
    """
    await asyncio.sleep(after_s)
    waiting = list(_waiting)
    for each in waiting:
        await asyncio.to_thread(each.__getattr__, "search")
    return len(waiting)

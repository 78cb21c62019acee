"""The marks on what a model put into a plan, once its requester has changed that in words. Pure.

What is gone from it needs no mark, and what they have now named themselves is no longer the
model's. That only a model has read the deed stays marked, whatever hosts it is done on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.domain.intents import Wish


def still_marked(
    wishes: Sequence[Wish], former: Sequence[Wish], named: Iterable[str]
) -> list[Wish]:
    """The wishes with those marks that still hold; `former` is what was planned before.

    A mark that is none of the former values is about the deed as a whole, and stays.
    """
    had = {value for wish in former for value in _values(wish)}
    said = set(named)
    return [_cleared(wish, had, said) for wish in wishes]


def _cleared(wish: Wish, had: set[str], said: set[str]) -> Wish:
    has = set(_values(wish))
    kept = tuple(
        mark for mark in wish.unsaid if mark not in said and (mark in has or mark not in had)
    )
    return wish if kept == wish.unsaid else wish.model_copy(update={"unsaid": kept})


def _values(wish: Wish) -> Iterator[str]:
    for value in wish.params.values():
        yield from map(str, value if isinstance(value, list | tuple) else [value])

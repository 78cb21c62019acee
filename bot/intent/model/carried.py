"""What a revision takes over from the plan that it revises: its words, and its marks. Pure.

A model answers a correction with the whole plan anew. What the plan did already is not put in by
that answer: it was said, or marked, when the plan was made, and stays so. Only hosts are looked
at afresh, for these are what a correction is about: one that it spares and the model keeps is
marked.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.intents import Intent, PlanOptions, Wish
from bot.intent.model.parts import deed
from bot.skillkit.catalog import Catalog


def carried(wishes: Iterable[Wish], former: Intent, catalog: Catalog) -> tuple[Wish, ...]:
    """The wishes of a revision; of each that does what the former plan did, what that one's has."""
    return tuple(_carried(wish, _alike(wish, former), catalog) for wish in wishes)


def new_marks(intent: Intent, former: Intent) -> tuple[str, ...]:
    """What nobody said of the wishes that the former plan does not have marked already."""
    found: list[str] = []
    for wish in intent.wishes:
        was = _alike(wish, former)
        old = was.unsaid if was is not None else ()
        found += [name for name in wish.unsaid if name not in old]
    return tuple(dict.fromkeys(found))


def new_ways(options: PlanOptions, former: PlanOptions) -> tuple[str, ...]:
    """Names of the ways that a model chose, where the former plan was not run so already."""
    return tuple(
        name
        for name in options.unsaid
        if name not in former.unsaid or getattr(options, name) != getattr(former, name)
    )


def _alike(wish: Wish, former: Intent) -> Wish | None:
    """The former plan's wish that does the same, wherever it does it."""
    return next((each for each in former.wishes if deed(each) == deed(wish)), None)


def _carried(wish: Wish, was: Wish | None, catalog: Catalog) -> Wish:
    """A value stays marked until it is said, and a step as a whole for good."""
    if was is None:
        return wish
    title = catalog.action(was.action).title(catalog.params(was.action, was.params))
    hosts = wish.params.get("hosts") or ()
    marks = [name for name in wish.unsaid if name in hosts or name in was.unsaid]
    marks += [title] if title in was.unsaid else []
    update = {"words": wish.words or was.words, "unsaid": tuple(dict.fromkeys(marks))}
    return wish.model_copy(update=update)

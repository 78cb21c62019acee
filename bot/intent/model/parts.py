"""What a model leaves out of a group that the words name. Pure.

"Restart the web servers" names all of them. A reading that takes web-3 alone names no host that
was not said, and is another request all the same. A host is said by its own name, or as one of
everything that the names around it have in common ("web in staging" names web-3 alone); what
was spoken of before narrows in the same way.

Several steps that do the same ("web-1, then web-2, then web-3") are looked at together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.domain.intents import Wish
from bot.domain.marked import literal
from bot.domain.wording import listed, ranged
from bot.intent.model.words import Words

_MOST, _FIRST = 12, 5
"""So many names and runs of them are told; of more the first, and how many others there are."""


@dataclass(frozen=True)
class Part:
    """Hosts that were taken out of sets which the words name: those sets, and what is left."""

    hosts: frozenset[str]
    names: tuple[str, ...]
    left: frozenset[str]

    def sentence(self) -> str:
        """`The words name “web”: web-1 and web-2 are left out.`"""
        told = ranged(sorted(self.left))
        if len(told) > _MOST:
            told = [*sorted(self.left)[:_FIRST], f"{len(self.left) - _FIRST:,} more"]
        verb = "is" if len(self.left) == 1 else "are"
        named = listed([f"“{literal(name)}”" for name in self.names])
        return f"The words name {named}: {listed(told)} {verb} left out."


def part_of(hosts: Iterable[str], words: Words) -> Part | None:
    """What of these hosts is only a part of what this request names; None: nothing is."""
    chosen = frozenset(hosts)
    wider = {host: _common(host, words) - chosen for host in chosen - words.single}
    partly = frozenset(host for host, left in wider.items() if left)
    if not partly:
        return None
    sets = {of: name for name, of in reversed(words.sets) if of & partly}
    names = [name for of, name in sets.items() if not any(other < of for other in sets)]
    return Part(partly, tuple(reversed(names)), frozenset().union(*wider.values()))


def _common(host: str, words: Words) -> frozenset[str]:
    """What all sets that this request names with this host in them have in common."""
    named = [of for _, of in words.sets if host in of]
    if not named:
        return frozenset()
    return frozenset.intersection(*named, *(of for of in words.before if host in of))


def parts_of(wishes: Sequence[Wish], words: Words) -> Iterator[tuple[Wish, Part | None]]:
    """Each wish, and what it takes only a part of, seen with those that do the same elsewhere."""
    for wish in wishes:
        own = frozenset(wish.params.get("hosts") or ())
        alike = (w.params.get("hosts") or () for w in wishes if deed(w) == deed(wish))
        found = part_of(frozenset().union(*alike), words)
        mine = found.hosts & own if found is not None else frozenset()
        yield wish, Part(mine, found.names, found.left) if found is not None and mine else None


def deed(wish: Wish) -> tuple[object, ...]:
    """What a wish does, wherever it does it."""
    rest = {name: value for name, value in wish.params.items() if name != "hosts"}
    return wish.action, rest

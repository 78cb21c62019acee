"""A first start: no services are listed and no units were read.

Then a plain word in a service's place is taken as the service's name, as typed; whether
the host has such a unit is for the facts to say. Everything else of the clause must be
understood, as ever.

What was done on a host with a service can be asked of any name, at any time: it may be gone by now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.intent.rules.finding import Finding, Spoken
from bot.intent.rules.fitting import wish
from bot.intent.rules.tagging import Item
from bot.intent.rules.unmatched import unknown
from bot.intent.rules.vocabulary import Vocabulary

_OF_HOSTS = frozenset("reboot rebooting ping reach reachable upgrade update patch".split())
HISTORY = "plan.history"
_JOINS = frozenset(("and", "&", "plus", ",", "+"))


def unlisted(
    base: Finding, items: Sequence[Item], spoken: Spoken, vocabulary: Vocabulary
) -> Finding | None:
    """The clause's wish if its unknown words are names of services, or None."""
    if any(i.kind == "service" for i in items):
        return None
    if _OF_HOSTS & {i.low for i in items}:
        return None
    for odd in _names(items, vocabulary):
        found = _with(odd, base, items, spoken, vocabulary)
        if found and _may_be(found, vocabulary):
            return found
    return None


def _may_be(found: Finding, vocabulary: Vocabulary) -> bool:
    """Whether a name that nobody has listed can be a service in such a wish."""
    if vocabulary.known_services:
        return found.action == HISTORY and found.selection is not None
    return found.action == HISTORY or found.action.startswith("service.")


def _names(items: Sequence[Item], vocabulary: Vocabulary) -> Iterator[list[Item]]:
    """The words that nobody knows; else each that was read as the slip of another."""
    words = [i for i in items if i.kind == "word"]
    strange = [i for i in words if unknown(i.low, vocabulary)]
    if strange:
        yield strange
        return
    for item in reversed(words):  # the verb comes first
        if item.low != item.text.casefold() and unknown(item.text.casefold(), vocabulary):
            yield [item]


def _with(
    odd: Sequence[Item],
    base: Finding,
    items: Sequence[Item],
    spoken: Spoken,
    vocabulary: Vocabulary,
) -> Finding | None:
    """The wish with one service item in place of the words, which only "and" may divide."""
    start, end = odd[0].start, odd[-1].end
    inside = [i for i in base.clause.items if start <= i.start < end]
    joins = [i for i in inside if i not in odd]
    names = [name for i in odd if (name := vocabulary.unlisted(i.text))]
    if not all(i.low in _JOINS for i in joins) or len(names) != len(odd):
        return None
    if len(joins) < len(odd) - 1:
        return None
    text = " ".join(i.text for i in odd)
    service = Item("service", "qservice", start, end, text, names=tuple(dict.fromkeys(names)))
    swapped = [service if i is odd[0] else i for i in items if i is odd[0] or i not in inside]
    whole = [
        service if i is odd[0] else i for i in base.clause.items if i is odd[0] or i not in inside
    ]
    base = replace(base, clause=replace(base.clause, items=tuple(whole)))
    return wish(base, swapped, spoken, vocabulary)

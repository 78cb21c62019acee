"""Looks that are said in one list: "cpu, memory and disk of web-1", "nginx status and logs". Pure.

What such a list names is looked at, each of it: a look that was dropped from a list is not missed
by whoever reads the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.intent.rules.finding import Finding
from bot.intent.rules.tagging import Item
from bot.intent.rules.templates import Keyword
from bot.intent.rules.vocabulary import Vocabulary

_AND = frozenset(("and", ",", "&", "plus", "+"))


def others(items: Sequence[Item], first: Keyword, vocabulary: Vocabulary) -> list[Keyword]:
    """The looks that a list of topics names beside the first; those at a service before others.

    `items` are those of the clause, its commas with them.
    """
    lows = [i.low for i in items]
    said = {low for low in lows if low in first.any}
    found = [first]
    of_services = sorted(vocabulary.templates.keywords, key=lambda k: "qservice" not in k.all)
    for keyword in of_services:
        shape = vocabulary.actions.get(keyword.action)
        known = any(k.action == keyword.action for k in found)
        if shape is None or shape.changes or known or keyword.all - set(lows):
            continue
        places = [k for k, low in enumerate(lows) if low in keyword.any - said]
        if any(_joined(lows, k, said) for k in places):
            said |= {lows[k] for k in places}
            found.append(keyword)
    return found[1:]


def _joined(lows: Sequence[str], at: int, said: set[str]) -> bool:
    """Whether "and" or a comma joins this word to one of those, or the other way round."""
    before = [low for low in lows[max(at - 2, 0) : at] if low != "the"]
    behind = [low for low in lows[at + 1 : at + 4] if low != "the"]
    return (bool(before) and before[-1] in _AND) or (
        behind[:1] != [] and behind[0] in _AND and bool(said & set(behind[1:2]))
    )


def joined(findings: list[Finding], vocabulary: Vocabulary) -> list[Finding]:
    """The findings, with topics before a comma or "and" as looks at what follows them."""
    for at in range(len(findings) - 2, -1, -1):
        topic, after = findings[at], findings[at + 1]
        look = vocabulary.actions.get(after.action) if after.kind == "wish" else None
        bare = topic.kind == "none" and topic.selection is None and after.clause.joined == "soft"
        if look is None or look.changes or not bare or not after.hosts:
            continue
        words = {i.low for i in topic.clause.items if i.kind == "word"}
        keyword = next(
            (k for k in vocabulary.templates.keywords if k.any & words and k.all <= words), None
        )
        shape = vocabulary.actions.get(keyword.action) if keyword else None
        if keyword is None or shape is None or shape.changes or shape.required != {"hosts"}:
            continue
        findings[at] = replace(
            topic, kind="wish", action=keyword.action, params=dict(keyword.params),
            hosts=after.hosts, missing=(), guessed=True,
        )  # fmt: skip
    return findings

"""Which actions a model is told of in full when there are too many for one prompt. Pure.

Those that ship come first, one of each skill before the second of any; they stay in the stable
part as far as they fit. The rest is there by name, and the details of those that the words of
the request point at go into the fitted part.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from bot.intent.model.entries import entry_of, grouped
from bot.intent.model.quoting import estimated, quoted
from bot.intent.patterns import compiled
from bot.intent.rules.templates import COMMON_RULES
from bot.skillkit.catalog import Catalog

_WORD = compiled(r"[^\W_]{2,}")
_RULE = compiled(r"<(\w+)>")
_MARKUP = compiled(r"<\w+>|\{\w+\}")
_ENDINGS = ("ing", "ed", "es", "s", "e")


@dataclass(frozen=True, eq=False)
class Shelf:
    """A catalogue, divided. Make it with `Shelf.of`.

    `details` are the entries of those told in full to everybody, `others` the names of the rest;
    `listed` is how the rest is told: by name, or when even that is too much by skill and number.
    """

    details: tuple[dict[str, Any], ...]
    others: tuple[str, ...]
    listed: list[str] | dict[str, int]
    _entries: Mapping[str, dict[str, Any]]
    _words: Mapping[str, frozenset[str]]
    _common: Mapping[str, int]

    @classmethod
    def of(cls, catalog: Catalog, *, whole: int, room: int) -> Shelf:
        """All actions in full where `whole` tokens hold them, else those that `room` holds.

        The names of the rest may take as much again. All stay in the catalogue's order.
        """
        entries = {action.name: entry_of(action) for action in catalog}
        sizes = {name: estimated(quoted(entry)) + 1 for name, entry in entries.items()}
        kept: set[str] = set()
        full = room
        if sum(estimated(quoted(group)) + 1 for group in grouped(entries.values())) <= whole:
            kept = set(entries)
        else:
            for name in _in_turn(catalog):
                room -= sizes[name]
                if room < 0:
                    break
                kept.add(name)
        words = _words_of(catalog)
        others = tuple(name for name in entries if name not in kept)
        common: dict[str, int] = {}
        for own in words.values():
            for word in own:
                common[word] = common.get(word, 0) + 1
        return cls(
            details=tuple(entry for name, entry in entries.items() if name in kept),
            others=others, listed=_listed(others, full),
            _entries=entries, _words=words, _common=common,
        )  # fmt: skip

    def meant(self, text: str, *, wanted: Iterable[str] = (), room: int) -> list[dict[str, Any]]:
        """Of the rest, those in `wanted` and those that the text points at, as far as they fit."""
        said = _plain(text)
        scores = {
            name: round(sum(self._rarity(word) for word in said & self._words[name]), 6)
            for name in self.others
        }
        best = sorted((n for n in self.others if scores[n] > 0), key=lambda n: -scores[n])
        first = [name for name in wanted if name in scores]
        found: list[dict[str, Any]] = []
        for name in dict.fromkeys([*first, *best]):
            room -= estimated(quoted(self._entries[name])) + 1
            if room < 0:
                break
            found.append(self._entries[name])
        return found

    def named_in(self, text: str) -> list[dict[str, Any]]:
        """Of the rest, those whose names stand in a text."""
        return [self._entries[name] for name in self.others if f'"{name}"' in text]

    def _rarity(self, word: str) -> float:
        return math.log(1 + len(self._entries) / self._common[word])


def _listed(names: Sequence[str], room: int) -> list[str] | dict[str, int]:
    """The names, or how many each skill has."""
    if estimated(quoted(names)) <= room:
        return list(names)
    return dict(Counter(name.partition(".")[0] for name in names))


def _in_turn(catalog: Catalog) -> list[str]:
    """Those that ship first, one of each skill before the second of any."""
    turns: list[str] = []
    for own in (False, True):
        rows: Iterable[Sequence[Any]] = zip_longest(
            *(skill.actions for skill in catalog.skills.values() if skill.own is own)
        )
        turns += [action.name for row in rows for action in row if action is not None]
    return turns


def _words_of(catalog: Catalog) -> dict[str, frozenset[str]]:
    """What betrays each action: its name, its summary, its parameters and its own sentences."""
    found = {
        action.name: _plain(
            " ".join((action.name, action.summary, action.example, *action.params.model_fields))
        )
        for action in catalog
    }
    for skill in catalog.skills.values():
        rules = {**COMMON_RULES, **(skill.phrases.get("rules") or {})}
        for block in skill.phrases.get("sentences") or ():
            if block["action"] not in found:
                continue
            said = " ".join(block["phrases"])
            used = {name for name in _RULE.findall(said) if name not in COMMON_RULES}
            said = _MARKUP.sub(" ", said) + " ".join(str(rules.get(name, "")) for name in used)
            found[block["action"]] |= _plain(said)
    return found


def _plain(text: str) -> frozenset[str]:
    """The words of a text without their endings."""
    return frozenset(_stem(word) for word in _WORD.findall(text.replace("_", " ").casefold()))


def _stem(word: str) -> str:
    for end in _ENDINGS:
        if word.endswith(end) and len(word) - len(end) > 2:
            return word.removesuffix(end)
    return word

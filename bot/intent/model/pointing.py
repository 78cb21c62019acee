"""Which names the words of a request point at. Pure.

A name is compared without case and separators (`web-1`, `web_1` and `Web 1` are one). The nearer
a word comes to it, the better: the whole name, one of its parts (`berlin` in `edge-berlin`), its
beginning, a slip of the pen, and last the siblings of a name that was said (`web-1 to web-3`).
A word that points at few names counts for more than one that points at many.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz, process

from bot.domain.wording import natural
from bot.intent.patterns import compiled
from bot.intent.rules.vocabulary import fold, stem

_WORD = compiled(r"[^\W_][\w@.:+=-]*")
_PART = compiled(r"[^\W_]+")
_SHORTEST = 3
"""Letters that a beginning must have to point at anything; a slip of the pen, one more."""
_LIKE = 80.0
"""How alike two words must be, of 100."""
_MOST_WORDS = 200
_Point = Callable[[Sequence[str], float], None]
_WHOLE, _IN_PART, _BEGINNING, _SLIP, _SIBLING = 100.0, 30.0, 20.0, 10.0, 1.0


@dataclass(frozen=True)
class Pointers:
    """The words of a request, and every two neighbours as one word; each folded, each once.

    `loose` are those that may point by their beginning or by a slip; the others are everyday
    words of the catalogue ("restart"), which name something only when they are its whole name.
    """

    words: tuple[str, ...]
    loose: tuple[str, ...]

    @classmethod
    def of(cls, text: str, everyday: Collection[str] = ()) -> Pointers:
        """Those of a text."""
        said = [w.rstrip(".:-=+@").casefold() for w in _WORD.findall(text)[:_MOST_WORDS]]
        single = [fold(w) for w in said]
        pairs = [a + b for a, b in pairwise(single)]
        loose = [fold(w) for w in said if w not in everyday and len(w) >= _SHORTEST]
        return cls(tuple(dict.fromkeys(single + pairs)), tuple(dict.fromkeys(loose)))


@dataclass(frozen=True, eq=False)
class Names:
    """Names that can be pointed at. Make it with `Names.of`."""

    _folded: Mapping[str, tuple[str, ...]]
    _parts: Mapping[str, tuple[str, ...]]
    _stems: Mapping[str, tuple[str, ...]]
    _sorted: Sequence[str]
    _part_list: Sequence[str]

    @classmethod
    def of(cls, names: Mapping[str, Iterable[str]]) -> Names:
        """Index names, each with what else it is called."""
        folded: dict[str, list[str]] = {}
        parts: dict[str, list[str]] = {}
        stems: dict[str, list[str]] = {}
        for name, also in names.items():
            for called in (name, *also):
                folded.setdefault(fold(called), []).append(name)
                pieces = {p.casefold() for p in _PART.findall(called) if not p.isdecimal()}
                for part in pieces if len(pieces) > 1 else ():
                    parts.setdefault(part, []).append(name)
                if own := stem(called):
                    stems.setdefault(own, []).append(name)
        return cls(
            _folded=_frozen(folded), _parts=_frozen(parts), _stems=_frozen(stems),
            _sorted=sorted(folded), _part_list=sorted({*parts, *stems}),
        )  # fmt: skip

    def pointed(self, pointers: Pointers) -> list[str]:
        """The names that are pointed at, the likeliest first."""
        scores: dict[str, float] = {}

        def point(names: Sequence[str], weight: float) -> None:
            worth = weight / math.log(len(names) + 1.72)
            for name in names:
                scores[name] = max(scores.get(name, 0.0), worth)

        for word in pointers.words:
            if word in self._folded:
                point(self._folded[word], _WHOLE)
                point(self._stems.get(_stem_of(word), ()), _SIBLING)
            if len(word) >= _SHORTEST:
                point(self._parts.get(word, ()), _IN_PART)
                point(self._stems.get(word, ()), _IN_PART)
        for word in pointers.loose:
            point([n for f in self._beginning(word) for n in self._folded[f]], _BEGINNING)
            if len(word) > _SHORTEST:
                self._slips(word, point_at=point)
        return sorted(scores, key=lambda name: (-scores[name], natural(name)))

    def _beginning(self, word: str) -> list[str]:
        at = bisect_left(self._sorted, word)
        end = bisect_left(self._sorted, word + "\U0010ffff")
        return list(self._sorted[at:end])

    def _slips(self, word: str, *, point_at: _Point) -> None:
        for found, _, _ in _alike(word, self._sorted):
            point_at(self._folded[found], _SLIP)
        for found, _, _ in _alike(word, self._part_list):
            point_at([*self._parts.get(found, ()), *self._stems.get(found, ())], _SLIP)


def _frozen(found: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    return {said: tuple(dict.fromkeys(names)) for said, names in found.items()}


def _alike(word: str, among: Sequence[str]) -> list[tuple[str, float, int]]:
    return process.extract(
        word, among, scorer=fuzz.ratio, processor=None, score_cutoff=_LIKE, limit=20
    )


def _stem_of(folded: str) -> str:
    return folded.rstrip("0123456789")

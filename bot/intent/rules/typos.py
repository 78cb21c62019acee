"""Slips of the finger in verbs and nouns, never in names of hosts or VMs.

A word of four letters is corrected only when two neighbours were swapped, a longer one
within one edit, from eight letters two; and only when one known word is nearest. A word
that English has is no slip, nor is the name of a program.
"""

from __future__ import annotations

from collections.abc import Collection

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from bot.intent.rules.real_words import REAL, SOFTWARE

_NO_SLIP = REAL | SOFTWARE
_SHORT = 4
_LONG = 8


def nearest(word: str, known: Collection[str]) -> str:
    """The one known word that this is a slip of, or the empty string."""
    if len(word) < _SHORT or not word.isalpha() or word in _NO_SLIP:
        return ""
    reach = 2 if len(word) > _SHORT + 1 else 1
    found = extract(word, known, scorer=OSA.distance, score_cutoff=reach, limit=6)
    close = [(str(c), int(d)) for c, d, _ in found if len(c) >= _SHORT and d]
    if len(word) < _LONG:
        close = [(c, d) for c, d in close if d == 1 or sorted(c) == sorted(word)]
    if len(word) == _SHORT:
        close = [(c, d) for c, d in close if sorted(c) == sorted(word)]
    if not close:
        return ""
    best = min(d for _, d in close)
    winners = {c for c, d in close if d == best}
    swapped = {c for c in winners if sorted(c) == sorted(word)}
    winners = swapped if len(swapped) == 1 else winners
    begun = {c for c in winners if c[0] == word[0]}  # the first letter is seldom the slip
    winners = begun if len(begun) == 1 else winners
    single = {c for c in winners if _undoubled(c) == _undoubled(word)}
    winners = single if len(single) == 1 else winners
    return winners.pop() if len(winners) == 1 else ""


def _undoubled(word: str) -> str:
    """The word with each doubled letter once: "stopp" is "stop" before it is "stops"."""
    return "".join(c for i, c in enumerate(word) if not i or c != word[i - 1])


def service(word: str, known: Collection[str]) -> str:
    """The one service name that this is a slip of: same first letter, one edit."""
    if len(word) <= _SHORT or not word.isalpha() or word in _NO_SLIP:
        return ""
    same = [k for k in known if k[:1] == word[0] and len(k) > _SHORT - 1]
    close = extract(word, same, scorer=OSA.distance, score_cutoff=1, limit=3)
    winners = {c for c, _, _ in close}
    return winners.pop() if len(winners) == 1 else ""


def is_slip(word: str, names: Collection[str]) -> bool:
    """Whether it is one edit away from a name, and begins alike: a program, most likely."""
    alike = [name for name in names if name[:1] == word[:1] and len(word) >= _SHORT]
    return bool(extract(word, alike, scorer=OSA.distance, score_cutoff=1, limit=1))


def near_names(word: str, names: Collection[str], limit: int = 4) -> list[str]:
    """Names by how near they are, the nearest first; for the options of a question."""
    ranked = extract(
        word, names, scorer=OSA.distance, limit=limit, score_cutoff=max(3, len(word) // 2)
    )
    return [name for name, _, _ in sorted(ranked, key=lambda r: (r[1], r[0]))]

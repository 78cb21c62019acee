"""Names that stand for several: `web-1..3`, `web-[1-3]`, `web-{1,2}`, `web-*`, `web-1/2`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bot.intent.patterns import compiled
from bot.intent.rules.vocabulary import Vocabulary

_HOLE = compiled(r"(.+?)(?:\[(\d+)-(\d+)\]|\{(\d+)\.\.(\d+)\}|\[([\d,]+)\]|\{([\d,]+)\})$")
_DOTS = compiled(r"(.*?\D)(\d+)\.\.(.*?)(\d+)$")
_SPAN = 512


@dataclass(frozen=True)
class Trouble:
    """Why a phrase names no clear set: `unknown` word, `ambiguous` singular, `empty` set."""

    kind: str
    word: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Selection:
    """The hosts of a phrase, sorted, and where the phrase ends.

    `group` is the group or environment that alone it names. `back` means: what was spoken
    of before ("there", "them", "the host"). `narrow` is the smaller set that the phrase may
    mean as well. `out` was taken away by an exception, `missed` of it was not there to take;
    `contrast` says that it was named only to tell it apart ("web-1, not web-2").
    """

    hosts: tuple[str, ...] = ()
    end: int = 0
    group: str = ""
    back: bool = False
    wide: bool = False
    trouble: Trouble | None = None
    counted: bool = True
    narrow: tuple[str, ...] = ()
    out: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    contrast: bool = False
    part: tuple[str, ...] | None = None

    @property
    def own(self) -> tuple[str, ...]:
        """The hosts of this member of a list alone."""
        return self.hosts if self.part is None else self.part


def several(low: str, vocabulary: Vocabulary, end: int) -> Selection | None:
    """A range in one word, a glob, or names with slashes."""
    if "*" in low:
        if not re.fullmatch(r"[a-z0-9*_.\[\]-]+", low):
            return None
        hosts = tuple(h for h in vocabulary.hosts if fnmatchcase(h.casefold(), low))
        trouble = None if hosts else Trouble("unknown", low)
        return Selection(hosts, end, trouble=trouble, wide=low == "*")
    hole = _HOLE.fullmatch(low)
    if hole:
        if hole[6] or hole[7]:
            return _one_of(hole[1], hole[6] or hole[7], end, vocabulary, each=bool(hole[6]))
        first, last = (int(n) for n in (hole.group(2, 3) if hole[2] else hole.group(4, 5)))
        return span(hole[1], first, last, end, vocabulary)
    dots = _DOTS.fullmatch(low)
    if dots and (not dots[3] or dots[3] == dots[1]):
        return span(dots[1], int(dots[2]), int(dots[4]), end, vocabulary)
    for mark in ("/", "+"):
        parts = low.split(mark)
        if len(parts) > 1 and vocabulary.host(parts[0]):
            head = re.sub(r"\d+$", "", parts[0])
            return many([head + p if p.isdecimal() else p for p in parts if p], end, vocabulary)
    return None


def _one_of(head: str, said: str, end: int, vocabulary: Vocabulary, *, each: bool) -> Selection:
    """`web-{1,12}`; where `each` is set, `web-[12]` too: each digit, as a shell reads it."""
    named = many([f"{head}{n}" for n in said.split(",") if n], end, vocabulary)
    digits = many([f"{head}{n}" for n in said], end, vocabulary)
    if not each or "," in said or len(said) == 1 or digits.trouble:
        return named
    if named.trouble:
        return digits
    both = tuple(sorted({*named.hosts, *digits.hosts}))
    return Selection(end=end, trouble=Trouble("ambiguous", f"{head}[{said}]", both))


def up_to(first: str, last: str, after: str, end: int, vocabulary: Vocabulary) -> Selection | None:
    """`web-1 to web-3`, `web-1 to 3` or `web 1 to web 3`; `end` is the place behind `last`."""
    low = re.fullmatch(r"(.*?\D)(\d+)", first.casefold())
    if low and after.isdecimal() and last == low[1].rstrip("-_."):
        last, end = after, end + 1
    high = re.fullmatch(r"(.*?\D)?(\d+)", last)
    if not low or not high:
        return None
    if high[1] and high[1].rstrip("-_.") != low[1].rstrip("-_."):
        return None
    return span(low[1], int(low[2]), int(high[2]), end, vocabulary)


def span(head: str, first: int, last: int, end: int, vocabulary: Vocabulary) -> Selection:
    """`head` with each number from first to last."""
    said = f"{head}{first}..{last}"
    if last < first or last - first > _SPAN:
        return Selection(end=end, trouble=Trouble("unknown", said))
    return many([f"{head}{n}" for n in range(first, last + 1)], end, vocabulary)


def many(parts: Sequence[str], end: int, vocabulary: Vocabulary) -> Selection:
    """These names together; an unknown one is a trouble."""
    hosts: set[str] = set()
    trouble: Trouble | None = None
    for part in parts:
        name = vocabulary.host(part)
        if name:
            hosts.add(name)
        else:
            trouble = trouble or Trouble("unknown", part)
    return Selection(tuple(sorted(hosts)), end, trouble=trouble)

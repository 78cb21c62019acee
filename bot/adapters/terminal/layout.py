"""Styled pieces of text, put into lines of a given width.

A `Line` is a tuple of `Piece`s; a piece is cleaned text with a style. Everything here is
pure; `paint` turns lines into bytes for a terminal. A word of code that must be broken ends
in a backslash, as in a shell, so that a break is never taken for a space.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.cards import Tone
from bot.domain.monospace import cells


@dataclass(frozen=True, slots=True)
class Piece:
    """Cleaned text in one style."""

    text: str
    tone: Tone = Tone.NEUTRAL
    strong: bool = False
    code: bool = False


Line = tuple[Piece, ...]
_ATOMS = re.compile(r"\s+|\S+")


def width_of(line: Iterable[Piece]) -> int:
    """The columns that a line takes."""
    return sum(cells(piece.text) for piece in line)


def text_of(line: Iterable[Piece]) -> str:
    """A line without its styles."""
    return "".join(piece.text for piece in line)


def dim(text: str) -> Piece:
    """A quiet piece."""
    return Piece(text, Tone.DIM)


def space(count: int) -> Piece:
    """So many blanks; none when the count is negative."""
    return Piece(" " * count)


def wrap(line: Iterable[Piece], width: int) -> list[Line]:
    """A line broken at spaces, and inside a word only where the word is wider than `width`."""
    width = max(width, 4)
    done: list[Line] = []
    now: list[Piece] = []
    used = 0
    for word in _words(line):
        blank = word[0].text.isspace()
        need = width_of(word)
        if used + need <= width:
            now.extend(word)
            used += need
            continue
        if blank:
            # spaces at a break belong to the break
            done.append(tuple(now))
            now, used = [], 0
            continue
        if used:
            done.append(_trimmed(now))
            now, used = [], 0
        for chunk in _chopped(word, width):
            if now:
                done.append(tuple(now))
            now = list(chunk)
        used = width_of(now)
    if now or not done:
        done.append(tuple(now))
    return [joined(each) for each in done]


def _words(line: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Runs of blanks and runs of anything else; a word may go over several pieces."""
    word: list[Piece] = []
    for piece in line:
        for atom in _ATOMS.findall(piece.text):
            if word and atom.isspace() != word[0].text.isspace():
                yield word
                word = []
            word.append(replace(piece, text=atom))
    if word:
        yield word


def _trimmed(line: list[Piece]) -> Line:
    while line and line[-1].text.isspace():
        line = line[:-1]
    return tuple(line)


def _chopped(word: list[Piece], width: int) -> Iterator[list[Piece]]:
    """Parts of a word that is too wide for a line."""
    part: list[Piece] = []
    used = 0
    room = width - 1 if any(piece.code for piece in word) else width
    for piece in word:
        text = ""
        for c in piece.text:
            if used + cells(c) > room:
                ended = [*part, replace(piece, text=text)]
                yield [*ended, dim("\\")] if room < width else ended
                part, text, used = [], "", 0
            text += c
            used += cells(c)
        if text:
            part.append(replace(piece, text=text))
    if part:
        yield part


def joined(line: Line) -> Line:
    """The same line with neighbours of one style in one piece."""
    out: list[Piece] = []
    for piece in line:
        if not piece.text:
            continue
        if out and replace(out[-1], text="") == replace(piece, text=""):
            out[-1] = replace(piece, text=out[-1].text + piece.text)
        else:
            out.append(piece)
    return tuple(out)


def hang(label: Line, body: Sequence[Line], indent: int) -> list[Line]:
    """`label` before the first line, blanks before the others."""
    lead = (*label, space(indent - width_of(label)))
    return [joined((*(lead if n == 0 else (space(indent),)), *line)) for n, line in enumerate(body)]


def beside(lines: Sequence[Line], aside: Line, width: int, *, gap: int = 2) -> list[Line]:
    """`aside` at the right edge of the first line that is alone, else after the text."""
    out = list(lines) or [()]
    need = width_of(aside)
    if not need:
        return out
    at = 0 if len(out) == 1 else len(out) - 1
    used = width_of(out[at])
    if used + gap + need <= width:
        out[at] = joined((*out[at], space(width - used - need), *aside))
        return out
    for part in wrap(aside, width):
        out.append(joined((space(width - width_of(part)), *part)))
    return out


def flowed(parts: Sequence[Line], gap: int, width: int) -> list[Line]:
    """Parts beside each other, `gap` columns apart, in as many lines as it takes."""
    out: list[Line] = []
    now: Line = ()
    for part in parts:
        if now and width_of(now) + gap + width_of(part) <= width:
            now = joined((*now, space(gap), *part))
            continue
        if now:
            out.append(now)
        first, *rest = wrap(part, width)
        now = first
        for more in rest:
            out.append(now)
            now = (space(4), *more)
    return [*out, now] if now else out


def fit(text: str, width: int, more: str) -> str:
    """A cleaned text in at most `width` columns, `more` standing for what is left out."""
    if cells(text) <= width:
        return text
    room = max(width - cells(more), 0)
    kept = ""
    used = 0
    for c in text:
        if used + cells(c) > room:
            break
        kept += c
        used += cells(c)
    return kept + more[: max(width, 0)]


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Filled with blanks up to a width."""
    blanks = " " * max(width - cells(text), 0)
    return blanks + text if right else text + blanks

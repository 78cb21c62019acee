r"""Text that is approved as it stands, so written that the eye misses nothing of it.

A command on a card must be the command that runs, to the letter. Whatever has no shape of
its own (controls, invisible signs, odd blanks), or would turn the line around (bidi marks and
letters that are written from the right), is written out: `\u202e`. Nothing is taken out and
nothing is cut; from what is drawn the text can be read back:

    nothing was written out    the lines are the text; a backslash is a backslash
    something was              `\t`, `\x07`, `\u202e`, `\U000e0041` are signs, `\\` a backslash

Every surface draws `Visible.lines`, and says `NOTE` beside them where `odd` is true.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

NOTE = r"Signs that can't be seen are written out, as \u202e is; \\ is one backslash."

SHORT = 96
"""Characters of a command that stands beside its label."""

_PLAIN = re.compile(r"[ -~\n]*\Z")
_BLANK_END = re.compile(r" (?=\n|\Z)")
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")
"""Letters and signs, says Unicode, that are drawn as nothing."""

_FROM_THE_RIGHT = frozenset({"R", "AL", "AN"})


@dataclass(frozen=True, slots=True)
class Visible:
    """A text as it is drawn. `odd`: something was written out, so backslashes are doubled."""

    lines: tuple[str, ...]
    odd: bool


def visible(text: str, *, ascii_only: bool = False) -> Visible:
    r"""The lines of a text as any surface may draw them.

    `ascii_only` writes out every sign beyond ASCII, for a terminal that shows nothing else.

    >>> visible("df -h\n").lines, visible("a\u202eb\\").lines
    (('df -h', ''), ('a\\u202eb\\\\',))
    """
    if _PLAIN.match(text) and not _BLANK_END.search(text):
        return Visible(tuple(text.split("\n")), odd=False)
    ends = {found.start() for found in _BLANK_END.finditer(text)}
    signs = [
        r"\x20" if at in ends else c if c == "\n" else _written(c, ascii_only)
        for at, c in enumerate(text)
    ]
    odd = any(len(sign) > 1 for sign in signs)
    if odd:
        signs = [r"\\" if sign == "\\" else sign for sign in signs]
    return Visible(tuple("".join(signs).split("\n")), odd=odd)


def is_simple(text: str) -> bool:
    """Whether it may stand in a line of words: every sign is seen, and no blank can be the line's.

    So short that it is read at a glance; nothing in it ends what sets it apart.
    """
    return (
        0 < len(text) <= SHORT
        and text.isascii()
        and text.isprintable()
        and "`" not in text
        and "  " not in text
        and text == text.strip()
    )


def one_line(text: str) -> str:
    r"""A short text inside a sentence: as `visible`, on one line and always in the doubled way.

    >>> one_line("active"), one_line("a\nb")
    ('active', 'a\\nb')
    """
    parts = ("\\\\" if c == "\\" else "\\n" if c == "\n" else _written(c, False) for c in text)
    return "".join(parts)


def hides(text: str) -> str:
    """The first sign that must be written out, as it is written; empty when all can be seen.

    Line breaks and tabs are no hiding places: their shape is the layout.
    """
    return next((w for c in text if c not in "\n\t" and len(w := _written(c, False)) > 1), "")


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen: blanks, and signs that are drawn as nothing."""
    return not any(unicodedata.category(c)[0] in "LNPS" and c not in _BLANK_LETTERS for c in text)


def _written(c: str, ascii_only: bool) -> str:
    if " " <= c <= "~":
        return c
    if c == "\t":
        return r"\t"
    if not ascii_only and _has_shape(c):
        return c
    point = ord(c)
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def _has_shape(c: str) -> bool:
    """A letter, number, sign or symbol that stands where it is written, by itself."""
    if unicodedata.category(c)[0] not in "LNPS" or c in _BLANK_LETTERS:
        return False
    if 0x1160 <= ord(c) <= 0x11FF:  # vowels and finals of Hangul: they sit on what is before
        return False
    return unicodedata.bidirectional(c) not in _FROM_THE_RIGHT

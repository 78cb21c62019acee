r"""Text that others wrote, without what moves a cursor, hides words or buries lines. Pure.

A surface adds what its own medium needs on top: escapes, fences, tags. What is approved never comes
this way, since something is taken out here (`bot.domain.exactly` writes it out instead).
"""

from __future__ import annotations

import re
import unicodedata

TAB = 8
MOST_MARKS = 3
"""Combining marks that may stand on one letter; more of them bury the lines around."""

_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\r\n]{0,8192}(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[\]PX^_]"  # a string sequence that nobody ended: its text stays
    r"|\x1b[ -/]*[0-~]"
)
_BREAKS = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def unmoved(text: str) -> str:
    """Without the sequences by which a terminal is told to move, to colour or to answer."""
    return _SEQUENCES.sub("", text) if not text.isprintable() else text


def one_line(text: str) -> str:
    """Words on one line, every sign of which has a shape of its own."""
    return shaped(_BREAKS.sub(" ", unmoved(text)).replace("\t", " "))


def printed(text: str) -> list[str]:
    """What a command printed, line by line, with no empty one at the end.

    Every break counts, a lone carriage return too: nothing overwrites what stood before it.
    """
    lines = [
        shaped(line.expandtabs(TAB) if "\t" in line else line).rstrip()
        for line in _BREAKS.split(unmoved(text))
    ]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def end_of(text: str, most: int) -> tuple[str, int]:
    """The last lines of a text, within `most` characters, and how many stand before them.

    Of a last line that is longer it is its end. Making a text harmless costs by the character: so
    it is cut first, where no more of it can be shown in any case.
    """
    if len(text) <= most:
        return text, 0
    at = text.find("\n", len(text) - most - 1) + 1 or len(text) - most
    return text[at:], text.count("\n", 0, at)


def shaped(text: str) -> str:
    """Without controls, bidi marks and what else has no shape of its own.

    What is no character is written as one that says so; any blank is a blank.
    """
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    marks = 0
    for c in text:
        kind = unicodedata.category(c)
        if kind in ("Cc", "Cf"):
            continue
        if kind[0] == "M" and kind != "Mc":
            marks += 1
            if marks > MOST_MARKS or 0xFE00 <= ord(c) <= 0xFE0F or ord(c) >= 0xE0100:
                continue
        else:
            marks = 0
        if kind in ("Cs", "Co", "Cn"):
            c = "\ufffd"
        elif kind == "Zs":
            c = " "
        kept.append(c)
    return "".join(kept)

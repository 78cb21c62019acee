r"""Text that others wrote, made fit for a terminal: nothing in it can move, hide or colour.

Three readings of the same text:

    prose    one line: escape sequences, controls and invisible signs are taken out
    output   lines: the same, tabs are spread, every line break counts (a lone CR too, so
             that nothing overwrites what stood before it)
    code     nothing is taken out: what cannot be seen is written out (`\u202e`), because
             a command on a card must be the command that runs

Without UTF-8 prose and output are folded to ASCII; code writes the rest out.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

TAB = 8
MARKS = 3
"""Combining marks that may stand on one letter; more of them bury the lines around."""

_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\r\n]{0,8192}(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[\]PX^_]"  # a string sequence that nobody ended: its text stays
    r"|\x1b[ -/]*[0-~]"
)
_BREAKS = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_PLAIN = re.compile(r"[ -~]*\Z")

_ASCII = {
    "…": "...", "·": "-", "–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"',
    "„": '"', "→": "->", "←": "<-", "×": "x", "›": ">", "✓": "+", "✗": "x", "▸": ">",
    "●": "*", "○": "o", "•": "*", "─": "-", "│": "|", "█": "#", "░": ".", "≥": ">=",
    "≤": "<=", "µ": "u", "°": " deg", "ß": "ss", "⏎": "Enter", "≈": "~", "€": "EUR",
}  # fmt: skip


def prose(text: str, *, unicode: bool = True) -> str:
    """One line of words."""
    if _PLAIN.match(text):
        return text
    text = _BREAKS.sub(" ", _SEQUENCES.sub("", text)).replace("\t", " ")
    return _fold(_seen(text), unicode)


def output(text: str, *, unicode: bool = True) -> list[str]:
    """What a command printed, line by line; no empty line at the end."""
    lines = [
        _fold(_seen(_spread(line)), unicode).rstrip()
        for line in _BREAKS.split(_SEQUENCES.sub("", text))
    ]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def code(text: str, *, unicode: bool = True) -> list[str]:
    """A command's lines; whatever cannot be seen is written out."""
    if _PLAIN.match(text):
        return [text]
    return ["".join(_written(c, unicode) for c in line) for line in text.split("\n")]


def _spread(line: str) -> str:
    return line.expandtabs(TAB) if "\t" in line else line


def _seen(text: str) -> str:
    """Without what has no shape of its own."""
    kept: list[str] = []
    marks = 0
    for c in text:
        kind = unicodedata.category(c)
        if kind in ("Cc", "Cf"):
            continue
        if kind[0] == "M" and kind != "Mc":
            marks += 1
            if marks > MARKS or 0xFE00 <= ord(c) <= 0xFE0F or ord(c) >= 0xE0100:
                continue
        else:
            marks = 0
        if kind in ("Cs", "Co", "Cn"):
            c = "\ufffd"
        elif kind == "Zs":
            c = " "
        kept.append(c)
    return "".join(kept)


def _fold(text: str, unicode: bool) -> str:
    if unicode or text.isascii():
        return text
    return "".join(c if c.isascii() else _folded(c) for c in text)


def _folded(c: str) -> str:
    known = _ASCII.get(c)
    if known is not None:
        return known
    if unicodedata.category(c) == "Pd" or c == "\u2212":
        return "-"
    bare = "".join(x for x in unicodedata.normalize("NFKD", c) if " " <= x <= "~")
    return bare or ("" if cells(c) == 0 else "?")


def _written(c: str, unicode: bool) -> str:
    if " " <= c <= "~":
        return c
    if unicode and unicodedata.category(c)[0] in "LNPS" and cells(c) > 0:
        return c
    point = ord(c)
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


@lru_cache(maxsize=4096)
def _cell(c: str) -> int:
    if unicodedata.category(c) in ("Mn", "Me") or 0x1160 <= ord(c) <= 0x11FF:
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1


def cells(text: str) -> int:
    """How many columns a cleaned text takes."""
    return len(text) if text.isascii() else sum(_cell(c) for c in text)

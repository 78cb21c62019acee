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

from bot.domain.harmless import one_line, printed
from bot.domain.monospace import cells

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
    return _fold(one_line(text), unicode)


def output(text: str, *, unicode: bool = True) -> list[str]:
    """What a command printed, line by line; no empty line at the end."""
    lines = [_fold(line, unicode).rstrip() for line in printed(text)]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def code(text: str, *, unicode: bool = True) -> list[str]:
    """A command's lines; whatever cannot be seen is written out."""
    if _PLAIN.match(text):
        return [text]
    return ["".join(_written(c, unicode) for c in line) for line in text.split("\n")]


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

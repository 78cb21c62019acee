"""Lines → text for a terminal: SGR colours and nothing else, or plain text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.adapters.terminal.layout import Line, Piece
from bot.domain.cards import Tone

_COLOURS = {
    Tone.DIM: "2",
    Tone.GOOD: "32",
    Tone.BUSY: "36",
    Tone.WAITING: "33",
    Tone.WARNING: "33",
    Tone.BAD: "31",
}


def painted(lines: Iterable[Line], *, colour: bool) -> list[str]:
    """Each line as text that may be written to the terminal, without its line break."""
    return ["".join(_piece(piece, colour) for piece in _trimmed(line)) for line in lines]


def _trimmed(line: Line) -> Line:
    """Without the blanks at its end, which colour would hide from a later look."""
    for at in range(len(line) - 1, -1, -1):
        text = line[at].text.rstrip(" ")
        if text:
            return (*line[:at], replace(line[at], text=text))
    return ()


def _piece(piece: Piece, colour: bool) -> str:
    if not colour:
        return piece.text
    codes = [_COLOURS[piece.tone]] if piece.tone in _COLOURS else []
    if piece.strong:
        codes.insert(0, "1")
    if not codes or not piece.text.strip():
        return piece.text
    return f"\x1b[{';'.join(codes)}m{piece.text}\x1b[0m"

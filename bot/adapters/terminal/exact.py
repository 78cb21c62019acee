r"""Text that is approved as it stands, drawn so that it can be read back to the letter.

A text of one line stands beside its label. Where a line is wider than the window, what is drawn
of it ends in a backslash wherever more follows, as in a shell:

    run       sudo systemctl restart --no-block -- nginx.service \
              php-fpm.service                                      same on all 4

Any other text (of several lines, or with blanks that the eye can't count) stands at a line's
side, `│` before each of its own lines and `┊` before what did not fit into the window:

    run                                                                     on web-3
              │ df -h
              │ echo done

What cannot be seen is written out (`bot.domain.exactly`), and a sentence says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.adapters.terminal.frame import Frame
from bot.adapters.terminal.layout import Line, Piece, beside, dim, hang, joined, wrap
from bot.adapters.terminal.rows import hard, label_beside, label_piece
from bot.domain.cards import Attachment, Exact, Tone
from bot.domain.exactly import NOTE, Visible, visible
from bot.domain.monospace import cells


def exact_lines(block: Exact, frame: Frame, *, column: int | None = None) -> list[Line]:
    """The block's lines. `column` is where its text begins, the labels' column by default."""
    column = frame.label if column is None else column
    lead, label, indent = label_beside(block.label, block.tone, frame, column)
    room = frame.width - indent
    text = visible(block.text, ascii_only=not frame.unicode)
    aside: Line = (dim(frame.one(block.aside)),) if block.aside else ()
    if _is_simple(text, frame):
        body = beside(_beside_its_label(text.lines[0], room, block.tone), aside, room)
    else:
        body = beside([], aside, room) if aside else []
        body += _at_its_side(text, room, block.tone, frame)
    for note in (NOTE if text.odd else "", block.more):
        if note:
            body += wrap((dim(frame.one(f"({note})")),), room)
    return [*lead, *hang((label_piece(label, block.tone),), body, indent)]


def _is_simple(text: Visible, frame: Frame) -> bool:
    """One line in which no blank, backslash or sign could be taken for a part of the drawing."""
    line = text.lines[0]
    return (
        len(text.lines) == 1
        and not text.odd
        and "  " not in line
        and not line.startswith((" ", frame.signs.side, frame.signs.goes_on))
        and not line.endswith("\\")
        and bool(line)
    )


def _beside_its_label(text: str, room: int, tone: Tone) -> list[Line]:
    *cut, last = _cut(text, room)
    return [*((Piece(part, tone, code=True), dim("\\")) for part in cut), _code(last, tone)]


def _at_its_side(text: Visible, room: int, tone: Tone, frame: Frame) -> list[Line]:
    out: list[Line] = []
    for line in text.lines:
        side = frame.signs.side
        *cut, last = _cut(line, max(room - 2, 3))
        for part in cut:
            out.append(joined((dim(f"{side} "), Piece(part, tone, code=True), dim("\\"))))
            side = frame.signs.goes_on
        out.append(joined((dim(f"{side} "), Piece(last, tone, code=True))))
    return out


def _code(text: str, tone: Tone) -> Line:
    return (Piece(text, tone, code=True),)


def _cut(text: str, room: int) -> Iterator[str]:
    """The parts of a line; all but the last leave room for the backslash that ends them."""
    while cells(text) > room:
        head = hard(text[:room], room - 1)[0]
        if (blank := head.rfind(" ") + 1) > len(head) // 2:
            head = head[:blank]
        yield head
        text = text[len(head) :]
    yield text


def attached_lines(attached: Attachment, frame: Frame) -> list[Line]:
    """An attached file, every line of it."""
    text = visible(attached.text, ascii_only=not frame.unicode)
    out = wrap((dim(frame.one(attached.name)),), frame.width)
    if text.odd:
        out += wrap((dim(f"({NOTE})"),), frame.width)
    return out + _at_its_side(text, frame.width, Tone.NEUTRAL, frame)

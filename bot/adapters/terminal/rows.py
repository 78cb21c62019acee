"""The blocks of a card's body, except steps: rows, prose, bars, tables, output."""

from __future__ import annotations

from collections.abc import Sequence

from bot.adapters.terminal import untrusted
from bot.adapters.terminal.frame import Frame
from bot.adapters.terminal.layout import (
    Line,
    Piece,
    beside,
    dim,
    hang,
    joined,
    pad,
    space,
    width_of,
    wrap,
)
from bot.domain.cards import Bar, Divider, Heading, Output, Paragraph, Row, Span, Table, Tone
from bot.domain.monospace import cells, filled, within

BAR = 20
MOST_OUTPUT = 400
"""Lines of one output block that are drawn; a builder shortens long before that."""


def label_piece(label: str, tone: Tone = Tone.NEUTRAL) -> Piece:
    """A row's label: CAPITALS are strong, everything else is quiet."""
    if label.isupper():
        return Piece(label, tone, strong=True)
    return Piece(label, tone if tone is not Tone.NEUTRAL else Tone.DIM)


def label_beside(label: str, tone: Tone, frame: Frame, indent: int) -> tuple[list[Line], str, int]:
    """The lines above the text, the label beside it, and the column at which the text begins.

    A label that is as long as `indent` pushes the text to the right; in a narrow window it gets a
    line of its own.
    """
    label = frame.one(label)
    if not label or cells(label) < indent:
        return [], label, indent
    if frame.width < 60:
        return [(label_piece(label, tone),)], "", indent
    return [], label, cells(label) + 1


def row_lines(row: Row, frame: Frame) -> list[Line]:
    """`run       sudo systemctl restart -- nginx.service                 same on all 4`."""
    lead, label, indent = label_beside(row.label, row.tone, frame, frame.label)
    room = frame.width - indent
    body: list[Line] = []
    for line in pieces(row.spans, frame, tone=row.tone):
        body.extend(wrap(line, room))
    aside = frame.one(row.aside) or (frame.left_until(row.until) if row.until else "")
    if aside:
        body = beside(body, (dim(aside),), room)
    return [*lead, *hang((label_piece(label, row.tone),), body, indent)]


def pieces(spans: Sequence[Span], frame: Frame, *, tone: Tone = Tone.NEUTRAL) -> list[Line]:
    """Spans, cleaned; more than one line only where code has line breaks of its own."""
    lines: list[list[Piece]] = [[]]
    for span in spans:
        ink = span.tone if span.tone is not Tone.NEUTRAL else tone
        if not span.code:
            lines[-1] += frame.words(span.text, ink, strong=span.strong)
            continue
        first, *rest = untrusted.code(span.text, unicode=frame.unicode)
        lines[-1].append(Piece(first, ink, span.strong, code=True))
        lines.extend([Piece(text, ink, span.strong, code=True)] for text in rest)
    return [tuple(line) for line in lines]


def paragraph_lines(block: Paragraph, frame: Frame) -> list[Line]:
    """Prose, wrapped; its own line breaks count."""
    out: list[Line] = []
    for text in block.text.split("\n"):
        out.extend(wrap(frame.words(text, block.tone), frame.width))
    return out


def heading_lines(block: Heading, frame: Frame) -> list[Line]:
    """A group's name, with a quiet word at the right edge."""
    lines = wrap((Piece(frame.one(block.text), block.tone, strong=True),), frame.width)
    return beside(lines, (dim(frame.one(block.aside)),) if block.aside else (), frame.width)


def divider_lines(_block: Divider, frame: Frame) -> list[Line]:
    """A line across."""
    return [rule(frame)]


def rule(frame: Frame) -> Line:
    """The rule between the parts of a card."""
    return (dim(frame.signs.rule * frame.width),)


def gauge(share: float, size: int, frame: Frame, tone: Tone) -> Line:
    """`████████░░░░`: full and empty cells. Anything above 0 shows, anything below 1 too."""
    full = filled(share, size)
    return (
        Piece(frame.signs.full * full, tone),
        dim(frame.signs.empty * (size - full)),
    )


def bar_lines(block: Bar, frame: Frame) -> list[Line]:
    """`memory    ████████░░░░░░░░░░░░   41 %  6.4 of 15.6 GiB`."""
    label = frame.one(block.label)
    indent = max(frame.label, frame.bars, cells(label) + 1)
    size = BAR if frame.width >= 60 else 10
    percent = f"{within(block.share) * 100:3.0f} %"
    text = frame.one(block.text)
    head: Line = gauge(block.share, size, frame, block.tone)
    if "%" not in text:  # else the text says it
        head = (*head, Piece(f"  {percent}", block.tone))
    if not text:
        return hang((label_piece(label),), [head], indent)
    room = frame.width - indent - width_of(head) - 2
    rest = wrap((Piece(text),), room) if room >= 8 else [()]
    body = [joined((*head, space(2), *rest[0]))]
    body += [joined((space(width_of(head) + 2), *line)) for line in rest[1:]]
    if room < 8:
        body = [head, *wrap((Piece(text),), frame.width - indent)]
    return hang((label_piece(label),), body, indent)


def output_lines(block: Output, frame: Frame, *, column: int | None = None) -> list[Line]:
    """`journal │ [emerg] cannot load certificate`: what a command printed, never read.

    `column` is where the side stands when there is a title; the labels' column by default.
    """
    title = frame.one(block.title)
    side = f"{frame.signs.side} "
    room = frame.width - cells(side)
    column = frame.label if column is None else column
    lead = pad(title, max(column, cells(title) + 1)) if title else ""
    out: list[Line] = []
    if cells(lead) > min(14, frame.width // 3):  # too long to stand beside the text
        out = [(dim(title),)]
        lead = ""
    room -= cells(lead)
    lines = untrusted.output(block.text, unicode=frame.unicode)
    hidden = block.hidden_lines + max(len(lines) - MOST_OUTPUT, 0)
    if hidden:
        count = f"{frame.signs.more} {hidden} more line{'s' if hidden > 1 else ''} before these"
        out.append((Piece(lead), dim(side), dim(count)))
        lead = " " * cells(lead)
    for text in lines[-MOST_OUTPUT:] or [""]:
        for part in hard(text, room):
            out.append(joined((dim(lead), dim(side), Piece(part, block.tone, code=True))))
            lead = " " * cells(lead)
    return out


def hard(text: str, width: int) -> list[str]:
    """Text cut every `width` columns; nothing is left out."""
    parts: list[str] = [""]
    used = 0
    for c in text:
        size = cells(c)
        if used + size > width:
            parts.append("")
            used = 0
        parts[-1] += c
        used += size
    return parts


def table_lines(block: Table, frame: Frame) -> list[Line]:
    """Columns; the widest ones wrap when the window is narrower than the table."""
    count = (
        max(len(block.columns), *(len(row) for row in block.rows), 0)
        if block.rows
        else len(block.columns)
    )
    if not count:
        return []
    head = _cells(block.columns, count, frame, ())
    rows = [_cells(row, count, frame, block.code) for row in block.rows]
    sizes = [max(cells(row[n]) for row in [head, *rows]) for n in range(count)]
    gap = 2
    room = frame.width - gap * (count - 1)
    if room < count * 6 and sum(sizes) > room:
        return _records(head, rows, frame)
    while sum(sizes) > room:
        widest = max(range(count), key=lambda n: sizes[n])
        sizes[widest] -= 1
    out: list[Line] = []
    if any(head):
        out += _table_row(head, sizes, gap, block.right, Tone.DIM)
    for row in rows:
        out += _table_row(row, sizes, gap, block.right, Tone.NEUTRAL)
    return out


def _cells(row: Sequence[str], count: int, frame: Frame, code: Sequence[int]) -> list[str]:
    texts = [
        " ".join(untrusted.code(cell, unicode=frame.unicode)) if n in code else frame.one(cell)
        for n, cell in enumerate(row)
    ]
    return texts + [""] * (count - len(texts))


def _table_row(
    row: Sequence[str], sizes: Sequence[int], gap: int, right: Sequence[int], tone: Tone
) -> list[Line]:
    parts = [wrap((Piece(text, tone),), size) for text, size in zip(row, sizes, strict=True)]
    out: list[Line] = []
    for n in range(max(len(part) for part in parts)):
        line: list[Piece] = []
        for column, (part, size) in enumerate(zip(parts, sizes, strict=True)):
            piece = part[n] if n < len(part) else ()
            blanks = space(size - width_of(piece))
            line += [blanks, *piece] if column in right else [*piece, blanks]
            line.append(space(gap))
        while line and not line[-1].text.strip():
            line.pop()
        out.append(joined(tuple(line)))
    return out


def _records(head: Sequence[str], rows: Sequence[Sequence[str]], frame: Frame) -> list[Line]:
    """A table in a window too narrow for columns: a line per cell."""
    out: list[Line] = []
    for row in rows:
        for n, (name, text) in enumerate(zip(head, row, strict=True)):
            if text:
                mark = Piece(text, strong=n == 0)
                lead = (dim(f"{name}: "),) if n and name else ()
                out += hang(
                    (space(2),) if n else (), wrap((*lead, mark), frame.width - 2), 2 * bool(n)
                )
    return out

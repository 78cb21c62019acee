"""A card as lines for a terminal: header, quiet lines, body, keys, footer.

    #90  restart nginx on web, one at a time                   WAITING  1 of 2 votes
    Ben, 14:02, #ops · read by rules
    ────────────────────────────────────────────────────────────────────────────────
    CHANGES   service.restart nginx · 4 hosts, 1 at a time, stops at first failure
    run       sudo systemctl restart -- nginx.service                 same on all 4
    ────────────────────────────────────────────────────────────────────────────────
    [a] Approve restart on 4 hosts   [d] Deny…

Pure: the width, the signs, the zone and the time are arguments. All text is data; see
`untrusted`. State and effect are words as well as colours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any

from bot.adapters.terminal import rows
from bot.adapters.terminal.exact import attached_lines, exact_lines
from bot.adapters.terminal.frame import NARROWEST, WIDEST, Frame
from bot.adapters.terminal.keys import Key, keys_of
from bot.adapters.terminal.layout import (
    Line,
    Piece,
    beside,
    dim,
    flowed,
    hang,
    pad,
    space,
    width_of,
    wrap,
)
from bot.adapters.terminal.steps import steps_lines
from bot.adapters.terminal.typed import command_lines
from bot.domain.cards import (
    Bar,
    Block,
    ButtonStyle,
    Card,
    Divider,
    Exact,
    Heading,
    Output,
    Paragraph,
    Row,
    StepRow,
    Table,
    ThreadItem,
    Tone,
)
from bot.domain.moments import in_one_zone
from bot.domain.monospace import cells

_BLOCKS: Mapping[type[Any], Callable[[Any, Frame], list[Line]]] = {
    Row: rows.row_lines,
    Paragraph: rows.paragraph_lines,
    Heading: rows.heading_lines,
    Bar: rows.bar_lines,
    Table: rows.table_lines,
    Exact: exact_lines,
    Output: rows.output_lines,
    Divider: rows.divider_lines,
}


def lines(
    card: Card,
    width: int,
    unicode: bool,
    tz: tzinfo,
    now: datetime,
    *,
    keys: bool = True,
) -> list[Line]:
    """The whole card. `keys` is False where nobody can press one."""
    return card_lines(card, frame_of(width, unicode, tz, now, keys=keys))


def frame_of(
    width: int,
    unicode: bool,
    tz: tzinfo,
    now: datetime,
    *,
    keys: bool = True,
    colour: bool = False,
) -> Frame:
    """A frame of a sensible width for a window of `width` columns."""
    return Frame(min(max(width, NARROWEST), WIDEST), unicode, tz, now, keys, colour=colour)


def card_lines(card: Card, frame: Frame) -> list[Line]:
    """The whole card in a frame."""
    card = in_one_zone(card)
    out = header_lines(card, frame)
    for text in card.lines:
        out += wrap(frame.words(text, Tone.DIM), frame.width)
    listed = [k for k in keys_of(card) if k.listed and (frame.keys or k.button.id != "dismiss")]
    body = body_lines(card.body, frame) + _listed(listed, frame)
    tail = _tail(card, frame)
    if body:
        out += [*([rows.rule(frame)] if out else []), *body]
    if tail:
        out += [rows.rule(frame), *tail]
    return [part for line in out for part in _kept_in(line, frame.width)]


def whole_card(card: Card, frame: Frame) -> list[Line]:
    """The card, and under it every line of what is attached to it."""
    out = card_lines(card, frame)
    for attached in card.attachments:
        out += [(), *attached_lines(attached, frame)]
    return out


def _kept_in(line: Line, width: int) -> list[Line]:
    """The last word on width: whatever a block made of odd text, it stays in the window."""
    return [line] if width_of(line) <= width else wrap(line, width)


def header_lines(card: Card, frame: Frame) -> list[Line]:
    """Number and title on the left, state and standing at the right edge."""
    number = f"#{card.plan}  " if card.plan is not None else ""
    state: Line = ()
    if card.state:
        state = (Piece(frame.one(card.state), card.tone, strong=True),)
    if card.standing:
        standing = Piece(frame.one(card.standing), card.tone)
        state = (*state, *((space(2),) if state else ()), standing)
    title = frame.words(card.title, strong=True)
    lead: Line = (Piece(number, Tone.DIM),) if number else ()
    room = frame.width - cells(number)
    if not (number or width_of(title) or state):
        return []
    if width_of(title) + width_of(state) + 2 > room and frame.width < 60:
        head = hang(lead, wrap(title, room), cells(number))
        return [*head, *wrap(state, frame.width)] if state else head
    titles = wrap(title, room)
    if len(titles) > 1 and state:  # the state stands where the eye looks for it: first line
        titles = wrap(title, max(room - width_of(state) - 2, room // 2))
    first = beside(titles[:1], state, room)
    return hang(lead, [*first, *titles[1:]], cells(number))


def body_lines(blocks: Sequence[Block], frame: Frame) -> list[Line]:
    """The body; steps that follow each other share their columns."""
    out: list[Line] = []
    steps: list[StepRow] = []
    names = [cells(frame.one(block.label)) for block in blocks if isinstance(block, Bar)]
    frame = replace(frame, bars=min(max(names, default=0) + 1, frame.width // 3))
    for n, block in enumerate(blocks):
        if isinstance(block, StepRow):
            steps.append(block)
            if n + 1 < len(blocks) and isinstance(blocks[n + 1], StepRow):
                continue
            out += steps_lines(steps, frame)
            steps = []
            continue
        if isinstance(block, Heading) and out:
            out.append(())
        out += _BLOCKS[type(block)](block, frame)
    return out


def _listed(keys: Sequence[Key], frame: Frame) -> list[Line]:
    """Choices of sentences: `  [1] web-1   production   nginx active`."""
    out: list[Line] = []
    columns = [[frame.one(part) for part in k.button.label.split("\t")] for k in keys]
    sizes = [
        max((cells(row[n]) for row in columns if n < len(row) - 1), default=0)
        for n in range(max((len(row) for row in columns), default=0))
    ]
    for k, parts in zip(keys, columns, strict=True):
        mark = f"[{k.key}] " if frame.keys else f"{frame.signs.quiet} "
        text = "   ".join([*(pad(part, sizes[n]) for n, part in enumerate(parts[:-1])), parts[-1]])
        lead: Line = (space(2), Piece(mark, Tone.BUSY if frame.keys else Tone.DIM))
        tone = Tone.DIM if k.button.id == "dismiss" else Tone.NEUTRAL
        out += hang(
            lead, wrap((Piece(text, tone),), frame.width - 2 - cells(mark)), 2 + cells(mark)
        )
    return out


def _tail(card: Card, frame: Frame) -> list[Line]:
    """Keys (or, in a pipe, the commands that do the same), attachments and the footer."""
    out = key_lines(card, frame) if frame.keys else command_lines(card, frame)
    for attached in card.attachments:
        count = len(attached.text.splitlines())
        size = f"{count} line{'' if count == 1 else 's'}"
        shows = f": ./overseer show {card.plan} prints it" if card.plan is not None else ""
        shows = ": [v] shows it" if frame.keys else shows
        out += wrap((dim(f"attached  {frame.one(attached.name)}, {size}{shows}"),), frame.width)
    for text in card.feet(present=frame.keys):
        out += wrap(frame.words(text, Tone.DIM), frame.width)
    return out


_COLOUR = {ButtonStyle.PRIMARY: Tone.GOOD, ButtonStyle.DANGER: Tone.BAD}


def key_lines(card: Card, frame: Frame) -> list[Line]:
    """`[a] Approve restart on 4 hosts   [d] Deny…`, in as few lines as it takes."""
    buttons: list[Line] = []
    for k in keys_of(card):
        if k.listed:
            continue
        label = frame.one(k.button.label)
        if k.button.asks and not label.endswith(frame.signs.more):
            label += frame.signs.more
        tone = _COLOUR.get(k.button.style, Tone.NEUTRAL)
        buttons.append((Piece(f"[{k.key}]", tone, strong=True), Piece(f" {label}", tone)))
    if not buttons:
        return []
    for gap in (3, 2):
        out = flowed(buttons, gap, frame.width)
        if len(out) == 1:
            return out
    return flowed(buttons, 3, frame.width)


def item_lines(item: ThreadItem, frame: Frame, *, me: str = "") -> list[Line]:
    """Anything in a thread: a card, a note, or what somebody said."""
    if item.card is not None:
        return card_lines(item.card, frame)
    if item.kind == "note":
        return wrap(frame.words(item.text, Tone.DIM), frame.width)
    who = "" if item.person == me else f"{item.person} "
    lead: Line = (dim(f"{frame.one(who)}{frame.clock(item.at)} {frame.signs.said} "),)
    indent = width_of(lead)
    text: list[Line] = []
    for said in item.text.split("\n"):
        text += wrap((Piece(frame.one(said), strong=True),), frame.width - indent)
    return hang(lead, text, indent)

"""A whole card as a text file, for where a message has no room for it: nothing is shortened.

What is approved as it stands is written as in the file of a plan (`exact.filed`): a `|` begins each
of its lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.domain.cards import (
    Attachment,
    Bar,
    Block,
    Card,
    Divider,
    Exact,
    Heading,
    Output,
    Paragraph,
    Row,
    StepRow,
    TargetRow,
    text_of,
)
from bot.domain.exactly import visible
from bot.reporting.exact import filed


def whole_card(card: Card) -> Attachment | None:
    """The card's text in full; None where a part of it is only the head of something."""
    if any(isinstance(block, Exact) and block.more for block in card.body):
        return None
    number = f"#{card.plan} " if card.plan is not None else ""
    lines = [*_said(f"{number}{card.title}"), *_said(f"{card.state} {card.standing}".strip())]
    if card.digest:
        lines += _said(f"revision {card.revision}, digest {card.digest}")
    for text in card.lines:
        lines += _said(text)
    lines += ["", *_blocks(card.body)]
    if card.footer:
        lines += ["", *(line for text in card.footer for line in _said(text))]
    state = (card.state or "whole").lower().replace(" ", "-").replace("'", "")
    name = f"{card.id}-{card.revision}-{state}.txt" if card.revision else f"{card.id}-{state}.txt"
    return Attachment(name=name, text="\n".join(lines))


def _blocks(blocks: Iterable[Block]) -> list[str]:
    return [line for block in blocks for line in _block(block)]


def _block(block: Block) -> Iterator[str]:
    match block:
        case Exact():
            yield from filed((block.label, block.text, block.aside))
        case Row():
            yield from _said(f"{block.label:<9} {text_of(block.spans)}{_aside(block.aside)}")
        case Paragraph():
            yield from _said(block.text)
        case Heading():
            yield ""
            yield from _said(f"{block.text}{_aside(block.aside)}")
        case Bar():
            yield from _said(f"{block.label} {block.share:.0%} {block.text}".rstrip())
        case Output():
            yield from _output(block)
        case StepRow():
            yield from _step(block)
        case Divider():
            yield ""
        case _:
            for row in (block.columns, *block.rows):
                yield from _said("   ".join(row))


def _output(block: Output) -> Iterator[str]:
    if block.title:
        yield from _said(block.title)
    for line in visible(block.text).lines:
        yield f"      {line}".rstrip()
    if block.hidden_lines:
        yield f"      ({block.hidden_lines} more lines)"


def _step(block: StepRow) -> Iterator[str]:
    share = f" {block.done}/{block.total}" if block.total else ""
    yield from _said(f"{block.number} {block.title}: {block.state}{share}{_aside(block.aside)}")
    for target in block.targets:
        yield from _target(target)


def _target(target: TargetRow) -> Iterator[str]:
    took = f" {target.elapsed_s:.0f} s" if target.elapsed_s is not None else ""
    said = f": {target.text}" if target.text else ""
    yield from _said(f"   {' '.join(target.hosts)}  {target.state}{took}{said}")
    yield from (f"   {line}".rstrip() for line in _blocks(target.blocks))


def _aside(text: str) -> str:
    return f"  ({text})" if text else ""


def _said(text: str) -> tuple[str, ...]:
    """Prose, each sign of which can be seen."""
    return tuple(line.rstrip() for line in visible(text).lines) if text else ()

"""Which lines of an output a chat shows: those that help, among what people say there. Pure.

The whole of it goes along as the card's file, as what has no room does. A card on which something
may still be let run, or be changed, is left as it is: nothing on it waits for a file because of it.
So is one that can't be written out whole, as it has only the head of something, and one whose file
can't be put where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from bot.domain.cards import LETS_RUN, Block, Card, Exact, Output, StepRow, TargetRow, Tone
from bot.domain.wording import count

MOST: Final = 24
"""Lines that are shown as they are, about a phone's screen: a file beside fewer helps nobody."""
HEAD, TAIL = 4, 8
"""Lines of a longer one: its beginning tells what it is, its end how it came out."""
END: Final = 12
"""Lines of one that went wrong, or whose beginning is gone: what helps stands at its end."""
HEAD_TEXT: Final = 600
"""Characters of a beginning; one that is longer takes more room than it tells."""

_B = TypeVar("_B", bound=Block)


def excerpted(card: Card) -> Card:
    """The card with the lines that help; the same one where none is left out."""
    if (
        card.in_full
        or is_open(card)
        or any(isinstance(block, Exact) and block.more for block in card.body)
    ):
        return card
    body = tuple(_blocks(card.body, _where(card)))
    return card if body == card.body else card.model_copy(update={"body": body})


def is_open(card: Card) -> bool:
    """Whether something may still be let run on it, or be changed."""
    return any(button.id in LETS_RUN or button.id == "change" for button in card.buttons)


def is_unfiled(card: Card) -> bool:
    """Whether the file with all of it comes later: the card is on its way by itself.

    It runs, or waits for its turn, and nobody has to have read all of it.
    """
    moves = card.busy or any(button.id == "stop" for button in card.buttons)
    return moves and not card.asks_for_approval


def _where(card: Card) -> str:
    """Where all of it is to be read."""
    if not is_unfiled(card):
        return " in the file"
    return ", press Output for all" if any(b.id == "output" for b in card.buttons) else ""


def _blocks(blocks: Iterable[_B], where: str) -> Iterator[_B | Output]:
    for block in blocks:
        match block:
            case Output():
                yield from _output(block, where)
            case StepRow():
                yield block.model_copy(
                    update={"targets": tuple(_target(each, where) for each in block.targets)}
                )
            case _:
                yield block


def _target(target: TargetRow, where: str) -> TargetRow:
    return target.model_copy(update={"blocks": tuple(_blocks(target.blocks, where))})


def _output(block: Output, where: str) -> Iterator[Output]:
    """Its lines are counted as they are drawn: a lone carriage return begins one too."""
    lines = block.text.rstrip("\n").splitlines()
    if len(lines) <= MOST:
        yield block
        return
    head = "\n".join(lines[:HEAD])
    bad = block.tone in (Tone.BAD, Tone.WARNING)
    if bad or block.hidden_lines or len(head) > HEAD_TEXT or not head.strip():
        hidden = block.hidden_lines + len(lines) - END
        end = "\n".join(lines[-END:])
        yield block.model_copy(update={"text": end, "hidden_lines": hidden})
        return
    yield block.model_copy(update={"text": head})
    between = f"… {count(len(lines) - HEAD - TAIL, 'more line')}{where}"
    yield block.model_copy(update={"title": between, "text": "\n".join(lines[-TAIL:])})

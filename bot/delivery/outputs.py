"""What raw commands printed, in full, for the file of a card that shows the end of it alone.

There the output is the answer: a file that had no more of it than the card would be of no use.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.domain.captured import captured
from bot.domain.cards import Block, Card, Output, StepRow, TargetRow
from bot.domain.plans import Step
from bot.ports import Unit
from bot.ports.readable import readable

MOST: Final = 2_000_000
"""Characters of all outputs that one file takes; of the others it has what the card has."""


def is_cut(unit: Unit, card: Card) -> bool:
    """Whether it shows the end alone of what a raw command printed."""
    return any(_cut(target) for _, target in _raw(unit, card))


def in_full(unit: Unit, card: Card) -> Card:
    """The card with all that was kept of what its raw commands printed."""
    found = {(a.step, a.host): a.results for a in unit.attempts(card.plan or 0)}
    left, whole = MOST, {}
    for step, target in _raw(unit, card):
        text = captured(found.get((step.id, target.hosts[0]), ())) if _cut(target) else ""
        if text and len(text) <= left:
            left -= len(text)
            whole[step.id, target.hosts] = (Output(text=text),)
    if not whole:
        return card
    body = [_with(block, steps, whole) for block, steps in _blocks(unit, card)]
    return card.model_copy(update={"body": tuple(body)})


def _with(
    block: Block, step: Step | None, whole: dict[tuple[str, tuple[str, ...]], tuple[Output]]
) -> Block:
    if step is None or not isinstance(block, StepRow):
        return block
    targets = tuple(
        target.model_copy(update={"blocks": whole.get((step.id, target.hosts), target.blocks)})
        for target in block.targets
    )
    return block.model_copy(update={"targets": targets})


def _raw(unit: Unit, card: Card) -> Iterator[tuple[Step, TargetRow]]:
    for block, step in _blocks(unit, card):
        if step is not None and isinstance(block, StepRow):
            yield from ((step, target) for target in block.targets if target.hosts)


def _blocks(unit: Unit, card: Card) -> Iterator[tuple[Block, Step | None]]:
    """The blocks of a card; a step's row with its step, where that is a raw command."""
    rows = any(isinstance(block, StepRow) and any(map(_cut, block.targets)) for block in card.body)
    stored = readable(unit, card.plan) if rows and card.plan is not None else None
    steps = stored.plan.steps if stored is not None else ()
    for block in card.body:
        number = block.number if isinstance(block, StepRow) else 0
        step = steps[number - 1] if 0 < number <= len(steps) else None
        yield block, step if step is not None and step.raw else None


def _cut(target: TargetRow) -> bool:
    return any(isinstance(block, Output) and block.hidden_lines for block in target.blocks)

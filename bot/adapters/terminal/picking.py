"""Which of a run's hosts is meant: they are listed by numbers, and a part of a name is enough.

The hosts that the card tells of come first, as it tells of those that failed before the others.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.cards import Button, Card, Choice, StepRow
from bot.domain.wording import folded, listed

INLINE, NUMBERED, RANGES, NEAR = 6, 100, 24, 5
"""Choices that stand in the prompt, that are numbered one by one, and words of a longer list; and
how many are named of those that fit."""
ASKS = "Output of which host?"
HOW = "Its number, its name or a part of it:"


def offering(card: Card, button: Button, choices: Sequence[Choice]) -> Button:
    """The button with its choices in order; with a single one it asks for nothing."""
    first = [
        host
        for block in card.body if isinstance(block, StepRow)
        for target in block.targets
        for host in target.hosts
    ]  # fmt: skip
    known = {choice.value: choice for choice in choices}
    ordered = dict.fromkeys([*(host for host in first if host in known), *known])
    if len(ordered) == 1:
        return button.model_copy(update={"value": next(iter(ordered))})
    return button.model_copy(update={"choices": tuple(known[value] for value in ordered)})


def in_full(button: Button, width: int) -> str:
    """The list, in columns, to be written above the prompt; empty where that holds the choices."""
    labels = [choice.label for choice in button.choices]
    if len(labels) <= INLINE:
        return ""
    if len(labels) > NUMBERED:
        return f"{len(labels)} hosts, numbered in this order: {folded(labels, RANGES)}"
    cells = [_cell(number, label) for number, label in enumerate(labels, 1)]
    wide = max(map(len, cells)) + 3
    across = max(1, (width + 3) // wide)
    rows = (cells[at : at + across] for at in range(0, len(cells), across))
    return "\n".join("".join(cell.ljust(wide) for cell in row).rstrip() for row in rows)


def prompt(button: Button) -> str:
    """What is asked."""
    asks = button.asks or ASKS
    if len(button.choices) > INLINE:
        return f"{asks} {HOW} "
    cells = [_cell(number, choice.label) for number, choice in enumerate(button.choices, 1)]
    return f"{asks} {'   '.join(cells)} "


def meant(button: Button, typed: str) -> tuple[str, str]:
    """What is meant by what was typed; or nothing, and why."""
    chosen = button.chosen(typed)
    if not button.choices or any(chosen == choice.value for choice in button.choices):
        return chosen, ""
    said = typed.casefold()
    near = [choice for choice in button.choices if said in choice.label.casefold()]
    if len(near) == 1:
        return near[0].value, ""
    if not near:
        return "", f"Nothing of it ran on {typed}."
    names = [choice.label for choice in near[:NEAR]]
    rest = [f"{len(near) - NEAR} more"] if len(near) > NEAR else []
    return "", f"{listed([*names, *rest])} have {typed} in their names: type more of it."


def _cell(number: int, label: str) -> str:
    return f"[{number}] {label}"

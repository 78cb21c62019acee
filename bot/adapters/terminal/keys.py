"""Which key presses which button. Drawing and pressing both ask here, so they always agree.

A button's own key counts where it is free; options get the digits in their order, every
other button a letter of its label. What offers a choice of sentences (options, examples)
is `listed`: it is drawn as a list in the body, the rest as a line under the rule.
"""

from __future__ import annotations

import string
from dataclasses import dataclass

from bot.domain.cards import Button, Card

LISTED = frozenset({"option", "say"})
_SPARE = "123456789" + string.ascii_lowercase


@dataclass(frozen=True, slots=True)
class Key:
    """A button and the key that presses it; `listed` says where it is drawn."""

    key: str
    button: Button
    listed: bool = False

    @property
    def quick(self) -> bool:
        """Whether one press is enough where sentences are typed too: nobody begins one so."""
        return not self.key.isalpha()


def keys_of(card: Card) -> tuple[Key, ...]:
    """Every button of a card that can have a key, in the card's order."""
    listed = {n for n, b in enumerate(card.buttons) if b.id in LISTED}
    if listed:
        listed |= {n for n, b in enumerate(card.buttons) if b.id == "dismiss"}
    taken: dict[str, int] = {}
    for n, button in enumerate(card.buttons):
        own = button.key[:1].lower()
        if own and own in string.printable and not own.isspace():
            taken.setdefault(own, n)
    given = {n: key for key, n in taken.items()}
    for n, button in enumerate(card.buttons):
        if n in given:
            continue
        digits = "123456789" if n in listed and button.id != "dismiss" else ""
        letters = [c for c in button.label.lower() if c in string.ascii_lowercase]
        free = next((c for c in [*digits, *letters, *_SPARE] if c not in taken), "")
        if free:
            taken[free] = n
            given[n] = free
    return tuple(
        Key(given[n], button, n in listed) for n, button in enumerate(card.buttons) if n in given
    )


def pressed(card: Card, key: str) -> Button | None:
    """The button that a key stands for on this card."""
    return next((k.button for k in keys_of(card) if k.key == key.lower()), None)

"""Messages that the rules read although models are set up, and what their cards say of it."""

from __future__ import annotations

from typing import Final

from bot.domain.intents import Understanding
from bot.domain.usage import Reading, chosen, stricter

LIVES: Final = 3
"""So many processes read anew what a former one had left; then no model reads it any more."""
ENDED: Final = (
    f"No model was asked: Overseer has ended {LIVES + 1} times before it had answered this; "
    "overseer.log may say why."
)
BROKE: Final = (
    "No model read this: something broke inside Overseer while one did; overseer.log says what."
)


def by_rules(understood: Understanding, why: str, tier: str = "") -> Understanding:
    """What the rules made of a message, and why no model did; `tier` is the message's own."""
    wanted = stricter(understood.reading.wanted, chosen(tier))
    return understood.model_copy(update={"reading": Reading(aside=why, wanted=wanted)})

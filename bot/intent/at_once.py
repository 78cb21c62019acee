"""What must be known of words before they are stored: a stop, or a secret in them. Pure.

Reading a sentence takes a hundred times as long as this look at it, and whoever has said it waits
for its receipt. Whatever may be a stop or a secret is read in full there and then.
"""

from __future__ import annotations

from bot.intent.phrase_rules import LONG
from bot.intent.rules.control import control, ending
from bot.intent.rules.guards import is_pasted
from bot.intent.rules.words import plain

_REWRITTEN = frozenset("\n\r@")
"""Of lines that are quoted and places after a sign the rules read less than what was typed."""


def wants_reading(text: str) -> bool:
    """Whether the rules may make of it a `Control`, or a refusal whose words are not stored.

    True more often than they do, and never False where they do.
    """
    said = plain(text.strip())
    if len(said) > LONG or not _REWRITTEN.isdisjoint(said):
        return True
    return control(said) is not None or ending(said) is not None or is_pasted(said)

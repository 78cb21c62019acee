"""What must be known of words before they are stored: a stop, or a secret in them. Pure.

Reading a sentence takes a hundred times as long as this look at it, and whoever has said it waits
for its receipt. Whatever may be a stop or a secret is read in full there and then.
"""

from __future__ import annotations

from bot.domain.intents import Control
from bot.intent.phrase_rules import LONG, QUOTED_LINE
from bot.intent.rules.control import control, ending
from bot.intent.rules.guards import is_pasted, refuse
from bot.intent.rules.stop_clauses import clause_in
from bot.intent.rules.words import plain, tokens

_REWRITTEN = frozenset("\n\r@")
"""Of lines that are quoted and places after a sign the rules read less than what was typed."""
SHORT = 120
"""Characters; whoever says more to nobody in a room says something else than a stop."""


def wants_reading(text: str) -> bool:
    """Whether the rules may make of it a `Control`, or a refusal whose words are not stored.

    True more often than they do, and never False where they do.
    """
    said = plain(text.strip())
    if len(said) > LONG or not _REWRITTEN.isdisjoint(said):
        return True
    whole = control(said) is not None or ending(said) is not None
    return whole or _is_numbered(said) or is_pasted(said)


def _is_numbered(said: str) -> bool:
    """Whether it stops by a number, or with little around it, or withdraws one and says why."""
    clause = clause_in(said)
    if clause is None:
        return False
    if clause.verb == "cancel":  # by itself it depends on what one has asked for
        return bool(clause.numbers and clause.why)
    return bool(clause.numbers) or (clause.sure and clause.bare)


def short_control(text: str) -> Control | None:
    """The order to stop or to go on that the whole of some words is, if they are few; else None.

    It is what the rules make of them. All that people say to each other is asked, so that nothing
    of it is read in full.
    """
    if len(text) > LONG:
        return None
    said = QUOTED_LINE.sub(" ", text).strip()
    if len(said) > SHORT:
        return None
    said = plain(said)
    found = ending(said) or control(said)
    if found is None or said == (whole := plain(text.strip())):
        return found
    return None if refuse(whole, tokens(whole)) else found  # for what is quoted, as the rules do

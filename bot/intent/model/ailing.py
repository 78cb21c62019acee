"""A "no" that tells what does not work: "nginx no responde en web-2, reinícialo". Pure.

The rules read English, and a "no" there leaves things as they are; so does a "not" that they can't place
("redis doesn't start on db-2, …"). Here it says how something is, so their reading of the sentence is
taken without it.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from typing import Final

from bot.domain.intents import Outcome
from bot.intent.model.grounds import Grounds
from bot.intent.model.ordered import orders_in
from bot.intent.model.unordered import is_ordered
from bot.intent.patterns import compiled
from bot.intent.phrase_rules import understand
from bot.intent.rules.combining import LEFT_AS_IT_IS
from bot.intent.rules.since_then import WELL

_AILING: Final = compiled(
    r"\bya no (?:necesit\w+|usamos|hacen? falta)\b|\b(?:ya )?no (?:me |nos |les? )?(?:respond\w+|contest\w+|funcion\w+|arranca\b|arrancó|arrancaba|carga\b|cargaba|va\b|anda\b|levanta\b|levantó|reacciona\w*|sirve\b|"
    r"está\w* (?:activ|disponib|arriba|respondiendo|funcionando|corriendo)\w*|ha (?:arrancado|levantado|vuelto|respondido)|quiere (?:arrancar|levantar))"
    rf"|\b(?:doesn't|does not|didn't|did not|won't|no longer|isn't|is not|aren't|are not) (?:even |really |properly )?{WELL}\b",
    re.IGNORECASE,
)

_DENIED: Final = compiled(
    r"(?:\b(?:not|no|never|none|nothing|don['’]?t|cannot|without|leave|nunca|jamás|nada|tampoco|ni|sin|deja\w*)\b|n['’]t\b)",
    re.IGNORECASE,
)
"""With another "no" beside it something may be meant to stay as it is."""

_ORDERS: Final = (
    "restart", "reboot", "reload", "start", "stop", "upgrade", "update", "patch", "bounce", "bring",
    "turn", "switch", "give", "kick", "try", "run",
)  # fmt: skip
"""How English orders begin: who only tells that something does not work has asked for nothing."""

_DO_IT: Final = compiled(
    r"\b(?:(?:des|re)?(?:iníci|arrán[cq]|detén|pár[ae]|cár[gq]|levánt|actualí[zc]|instál|elimín|apág|lán[zc]|súb|báj|mát|quít|bórr|"
    r"actív|túmb|resetéa|rebootéa|habilít|repár|arrégl|solución|enciénd|prénd|ciérr)[^\W\d_]*?"
    r"|(?:reinici|par|apagu|recargu|arranqu|actualic|levant)émos|detengámos)(?:l[oa]s?|me|nos)\b",
    re.IGNORECASE,
)
"""A Spanish order to change what it is about: "reinícialo", and not "reiniciándolo" or "míralo"."""


def as_told(rules: Outcome, grounds: Grounds) -> Outcome:
    """What the rules read, where they took such a "no" for a word that leaves all as it is."""
    if rules != LEFT_AS_IT_IS or not _AILING.search(grounds.text):
        return rules
    text = _AILING.sub(lambda found: " " * len(found[0]), grounds.text)
    orders = is_ordered(text) or orders_in(text, _ORDERS) or _DO_IT.search(text)
    if _DENIED.search(text) or not orders:
        return rules
    context = grounds.context.model_copy(update={"question": None})
    return understand(text, grounds.vocabulary, context)

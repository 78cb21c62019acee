"""The words in which people choose who reads a request, in the languages that they write in. Pure.

Whole phrases at the beginning or the end. A wish for the local model counts wherever it stands, and
a word order that nobody foresaw never sends it elsewhere: it keeps its words, and its tier. So does
what stands before a colon and names that model.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from typing import Final

from bot.domain.usage import RULES, Chosen, Tier
from bot.intent.patterns import compiled

TIER: Final = "|".join(tier.value.replace("-", "[- ]") for tier in Tier)
_CLOUD = r"cloud[- ](?:fast|heavy)"
_OWN = (
    r"lokale?[nmrs]?[- ](?:sprach|taal)?modell?s?|(?:mod[eèé]le?|modelo) local|modello (?:linguistico )?locale|"
    r"local (?:language )?(?:model|tier)"
)
"""The local model by its name; "lokal" and "local" alone are said of many things."""
_THE = r"(?:(?:the|our|das|dem|die|der|den|unser\w*|le|la|les|el|los|las|il|lo|i|het|de|ons|onze|nostro) )?"
_NOUN = r"(?:[- ](?:model|tier|modell|stufe|mod[eèé]le|modell?o))?"
_BEFORE = r"(?:mod[eèé]le |modell?o |modell? |stufe )?"
_TAKE = (
    r"nimm|nehmt|nutze|benutze?|verwende|frage?|utilise[zr]?|demande[zr]? (?:[àa]|au)|"
    r"us[ae]r?|utilizz?a|pregunta a|chiedi a|gebruik|vraag(?: aan)?|neem"
)
_WITH = r"mit|per|mittels|[üu]ber|via|avec|con|usando|mediante|par|col|tramite|met"
_BY = rf"{_WITH}|auf|op|sul|sur"
"""By whom, and only where a colon follows: else it is a place."""
_ONLY = r"(?:nur|only|just|alleen|solo|sólo|soltanto|seulement|uniquement)"
_HERE = r"lokale?[nms]?|lokaal|locally|local(?:e|ement)?|localmente|localement"
_READ = (
    r"(?:lesen|auswerten|verarbeiten|gelesen|lire|lu|traiter|leer|le[ií]do|leggere|letto|lezen|"
    r"gelezen|read)"
)
_EN = r"use|ask|with|using"
_PLEASE = r"(?:(?:please|bitte|por favor|s'il te pla[iî]t|s'il vous pla[iî]t|per favore|alsjeblieft)[, ]+)?"
_RULES = (
    r"(?:rules|regeln|r[eè]gles|reglas|regole|regels)"
    r"(?: (?:alone|only|allein|alleine|alleen|seules|solas|soltanto))?"
)
_NO_MODEL = (
    r"without (?:(?:any|a|the) )?(?:language )?models?|no model|ohne (?:(?:ein|jedes|das) )?(?:sprach)?modelle?|"
    r"sans (?:aucun |le )?mod[eè]le|sin (?:ning[uú]n )?modelo|senza (?:alcun )?modello|zonder (?:enig )?model"
)

FIRST: Final = (
    compiled(
        rf"^\s*{_PLEASE}(?P<tier>{_NO_MODEL})\s*:\s*",
        re.IGNORECASE,
    ),
    compiled(
        rf"^\s*{_PLEASE}(?:{_EN}|{_TAKE}|{_WITH}) (?:nur |only )?{_THE}(?P<tier>{_RULES})\s*:\s*",
        re.IGNORECASE,
    ),
    compiled(
        rf"^\s*{_PLEASE}(?:{_TAKE}|{_WITH}) (?:nur )?{_THE}{_BEFORE}"
        rf"(?P<tier>{_OWN}|{_CLOUD}|lokal|local){_NOUN}"
        r"(?:\s*[:;]\s*|\s*,\s*(?:um\s+|und\s+)?|\s+(?:und|um|pour|para|et|y)\s+)",
        re.IGNORECASE,
    ),
    compiled(
        rf"^\s*{_PLEASE}(?:{_WITH}) (?:nur )?{_THE}{_BEFORE}(?P<tier>{_OWN}|{_CLOUD}){_NOUN}\s+",
        re.IGNORECASE,
    ),
    compiled(rf"^\s*(?:nur |only )?{_THE}(?P<tier>{_OWN}|{_CLOUD})\s*:\s*", re.IGNORECASE),
    compiled(
        rf"^\s*{_PLEASE}(?:{_ONLY} )?(?:{_BY}) (?:{_ONLY} )?{_THE}(?P<tier>{_OWN}|{_CLOUD}){_NOUN}"
        r"(?: bitte)?\s*:\s*",
        re.IGNORECASE,
    ),
    compiled(
        rf"^\s*{_PLEASE}(?:{_ONLY} )?(?:in |en )?(?P<tier>{_HERE}) {_READ}\s*:\s*", re.IGNORECASE
    ),
)
ONLY_HERE: Final = compiled(
    rf"^\s*{_PLEASE}{_ONLY} (?:in |en )?(?P<tier>{_HERE})\s*:\s*", re.IGNORECASE
)
"""A wish too, unless a host is called so: then it may be the host that is meant."""
LAST: Final = (
    compiled(
        rf"[\s,;(]+(?:using|by|mit|con|avec) {_THE}(?P<tier>(?:rules|regeln|r[eè]gles|reglas) "
        r"(?:alone|only|allein|alleine|seules|solas))[)\s.!?]*$",
        re.IGNORECASE,
    ),
    compiled(
        rf"[\s,;(]+(?:{_WITH}) (?:nur )?{_THE}{_BEFORE}(?P<tier>{_OWN}|{_CLOUD}){_NOUN}"
        r"(?: bitte)?[)\s.!?]*$",
        re.IGNORECASE,
    ),
)
UNKNOWN: Final = compiled(
    r"^\s*(?:bitte )?(?:nimm|nutze|benutze|verwende|utilise|usa|gebruik|neem|utilizza) "
    r"(?P<tier>[\w][\w./:@+-]*(?<!:))\s*:\s",
    re.IGNORECASE,
)
NOT_SO: Final = compiled(
    r"\b(?:stop|quit|avoid|cease|start|keep|begin|not|never|don['\u2019]?t|"
    r"nicht|nie|niemals|kein\w*|pas|jamais|no|nunca|non|mai|niet|nooit|geen)(?: (?:to|zu))?$",
    re.IGNORECASE,
)
"""What "using …" belongs to: "stop using the local model" stops nothing with its help."""
_WISH = compiled(
    rf"\b(?:{_EN}|via|through|by|{_TAKE}|{_WITH}) (?:{_ONLY} )?{_THE}(?:{_OWN})\b"
    rf"|^[^:;.!?]{{0,60}}\b(?:{_OWN})\b[^:;.!?]{{0,40}}:\s",
    re.IGNORECASE,
)


def meant(said: str) -> Chosen:
    """Whom the words name.

    >>> meant("lokalen Modell"), meant("Cloud Fast"), meant("Regeln")
    (<Tier.LOCAL: 'local'>, <Tier.CLOUD_FAST: 'cloud-fast'>, 'rules')
    """
    low = said.casefold()
    if low.startswith("cloud"):
        return Tier(low.replace(" ", "-"))
    ruled = low.startswith("r") or re.fullmatch(_NO_MODEL, low) is not None
    return RULES if ruled else Tier.LOCAL


def wants_local(hidden: str) -> bool:
    """Whether the local model is asked for anywhere; `hidden` has nothing that is quoted."""
    return any(not NOT_SO.search(hidden[: at.start()].rstrip()) for at in _WISH.finditer(hidden))

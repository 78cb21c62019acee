"""What shall be done where a step fails, in languages that the rules don't read. Pure.

Only the commonest: "wenn es schiefgeht, mach es rückgängig". German, French, Spanish, Italian, Dutch.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re

from bot.intent.patterns import compiled

_IF = (
    r"(?:wenn|falls|sobald)\s+(?:(?:es|das|etwas|was|ein schritt|der neustart|dabei)\s+){0,2}(?:schief ?geht|schief ?läuft|fehlschlägt|scheitert|nicht klappt|misslingt)"
    r"|(?:si|en cas)\s+(?:(?:ça|cela|une étape|d['’])\s*){0,2}(?:échoue|échec|rate|se passe mal|tourne mal)"
    r"|si\s+(?:(?:algo|un paso|esto|eso)\s+)?(?:falla|sale mal|va mal)"
    r"|se\s+(?:(?:qualcosa|un passo)\s+)?(?:fallisce|va storto|va male)"
    r"|als\s+(?:(?:het|er|iets|een stap)\s+){0,2}(?:mislukt|misgaat|fout gaat)"
)
_BACK = (
    r"(?:mach(?:e|t)? (?:es|das|alles) (?:(?:bitte|wieder) )?rückgängig|(?:roll(?:e)?|dreh(?:e)?) (?:es|das|alles) (?:wieder )?zurück|nimm (?:es|das|alles) (?:wieder )?zurück"
    r"|(?:annule[zr]?|défai[st]|défaites)(?:[- ](?:le|la|tout|les))?|reviens en arrière|revenez en arrière"
    r"|deshaz(?:lo|la|los)?|deshágalo|revi[eé]rte(?:lo|la)?|annulla(?:lo|la| tutto)?|ripristina(?:lo|la| tutto)?"
    r"|draai (?:het|alles) terug|maak (?:het|alles) ongedaan)"
)
_ROLLS_BACK = compiled(
    rf"\b(?:{_IF})\b\s*,?\s*(?:dann |alors |entonces |allora |dan )?(?:bitte )?{_BACK}\b|\b{_BACK},?\s+(?:{_IF})\b",
    re.IGNORECASE,
)


def rollback_in(text: str) -> str:
    """The words that want it taken back where a step fails; empty: none do.

    >>> rollback_in("starte nginx neu, und wenn es schiefgeht, mach es rückgängig")
    'wenn es schiefgeht, mach es rückgängig'
    """
    found = _ROLLS_BACK.search(" ".join(text.split()))
    return found[0] if found is not None else ""

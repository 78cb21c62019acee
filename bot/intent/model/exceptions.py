"""Phrases that leave a host out of a change, beside the plain words of `spared`. Pure.

"Bis auf web-2", "hormis web-2" and "instead of web-2" say so before the name, "web-2 ist tabu",
"web-2 bleibt oben" and "web-2 nehmen wir aus" behind it. No list of phrases is ever whole: what they
miss, `overlooked` finds by where the name stands.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Callable

from bot.intent.patterns import compiled

_LEADS = (
    r"(?:bis auf|mit (?:der )?ausnahme (?:von|der|des)|ausgenommen|abgesehen von|abzüglich|exkl(?:usive|\.)?|anstelle von|(?:an)?statt|finger weg von|"
    r"hormis|excepté|à l['’]exception (?:de|du|des)|(?:mis )?à part|moins|au lieu (?:de|du|des)|plutôt que|"
    r"(?:a|con (?:la )?) ?excepción de|aparte de|menos|en vez de|en lugar de|"
    r"(?:ad?|con l['’]) ?eccezione (?:di|del|della)|a parte|invece (?:di|che)|met uitzondering van|afgezien van|in plaats van|"
    r"save(?: for)?(?<=, save)|save for|other than|apart(?: from)?|aside(?: from)?|minus|bar(?:ring)?|excl(?:usive of|\.)?|instead of|rather than|in place of|hands off)"
)
_BEFORE = compiled(
    rf"(?<![\w-]){_LEADS}"
    r"(?:\s+|$)(?:(?:auf|on|sur|en|su|op|de|von|of|dem|der|den|die|das|the|le|la|el|il|host|server|rechner|maschine)\s+){0,3}$",
    re.IGNORECASE,
)
_FOLLOWS = (
    r"(?:(?:ist|sind|is|are|est|sont|es|está|è)\s+(?:\w+\s+)?(?:tabu|off[- ]limits|ausgenommen|exempt(?:ed)?|excluded|excluid[oa]|exclue?|esclus[oa]|hors jeu)\b"
    r"|(?:bleibt|bleiben|stays?|remains?|reste|restent|se queda|permanece|resta|blijft)\b"
    r"|(?:lass|lasst)\s+(?:(?:bitte|aber|mal|du|ihr|dabei)\s+){0,2}(?:in (?:ruhe|frieden)|aus|weg|so|unberührt|stehen|laufen)\b"
    r"|(?:nehmen|lassen|klammern) (?:wir|sie) (?:\w+ )?(?:aus|weg|raus|außen vor|in (?:ruhe|frieden))\b"
    r"|(?:soll|sollen|muss|müssen|darf|should|must|has to|needs to|doit|debe|deve|moet)\s+(?:\w+\s+){0,2}?(?:bleiben|weiterlaufen|verschont|ausgenommen|nicht|stay|remain|keep|not|rester|seguir|rimanere|blijven)\b)"
)
_BEHIND = compiled(
    r"^[\s,:–-]*(?:(?:bitte|aber|dabei|diesmal|jetzt|heute|please|though|today|maar|però|pero|mais)\s+)*"
    rf"{_FOLLOWS}",
    re.IGNORECASE,
)
_LEAVES = r"(?:lass|lasst|lassen|laisse[zr]?|deja[drn]?|leave|keep|lascia)"
_LEFT = compiled(rf"\b{_LEAVES}\s+$", re.IGNORECASE)
_AS_IT_IS = compiled(
    r"^\s*(?:como está|tel(?:le)? quel(?:le)?|com['’]è|laufen|oben|up\b|running\b|as (?:it )?is\b)", re.IGNORECASE
)  # fmt: skip
_LISTED = compiled(
    r"(?<![^\s,;:()])(?P<name>[^\s,;:()]+)(?:\s*,\s*|\s+(?:und|and|et|y|e|en|oder|or|ou)\s+)(?:(?:auf|on|sur|en|su|op)\s+)?$",
    re.IGNORECASE,
)
_LONG_LIST = 8
_CLOSED = compiled(
    rf"(?<![\w-])(?:außer|ausser|{_LEADS}|except(?: for)?|excepting|sauf|salvo|excepto|tranne|eccetto|meno|behalve)\s+"
    r"(?:(?:auf|bei|von|dem|der|den|on|for|the|sur|le|la|les|en|de|el|los|las|su|il|op)\s+){0,2}"
    r"(?P<names>[^\s,;:()]+(?:(?:\s*,\s*|\s+(?:und|and|et|y|e|en|oder|or|ou)\s+)[^\s,;:()]+){0,7})\s*,?\s+"
    r"(?:bitte|sollen|sollten|müssen|mögen|should|shall|must|are to|have to|need to|please|doivent|devraient|deben|deberían|tienen que|por favor|devono|dovrebbero|moeten)\s",
    re.IGNORECASE,
)
"""An exception and what goes on with the whole: "alle außer web-2 sollen …"."""
_JOINED = compiled(r"\s*,\s*|\s+(?:und|and|et|y|e|en|oder|or|ou)\s+", re.IGNORECASE)
_NEAR = 100
"""Characters before a name in which a phrase stands that leaves it out."""

SAID = rf"{_LEADS}|\b{_FOLLOWS}|\b{_LEAVES}\b"
"""A pattern of all that leaves a name out, wherever it stands: without it nothing is left out."""


def excepts(before: str, behind: str, is_name: Callable[[str], bool]) -> bool:
    """Whether the words around a name leave it out; over a list of names (`is_name`), too.

    >>> excepts("alle bis auf ", "", str.isalnum), excepts("auf ", " und web-3", str.isalnum)
    (True, False)
    """
    if _BEHIND.match(behind):
        return True
    for _ in range(_LONG_LIST):
        near = max(0, len(before) - _NEAR)
        if _BEFORE.search(before, near):
            return True
        found = _LISTED.search(before, near)
        if found is None or not is_name(found["name"]):
            break
        before = before[: found.start()]
    return bool(_LEFT.search(before) and _AS_IT_IS.match(behind))


def closed_at(text: str, at: int, is_name: Callable[[str], bool]) -> int:
    """Where an exception before that place is over, and the sentence goes on; 0: nowhere.

    What excepts a name says nothing of a service behind it: of "alle außer web-2 sollen nginx neu
    starten" nginx is what they shall restart.

    >>> text = "alle außer web-2 sollen nginx neu starten"
    >>> text[closed_at(text, text.index("nginx"), lambda word: word == "web-2"):]
    'nginx neu starten'
    """
    near = max(0, at - _NEAR * 2)
    for found in _CLOSED.finditer(text, near, at):
        if all(map(is_name, _JOINED.split(found["names"]))):
            return found.end()
    return 0

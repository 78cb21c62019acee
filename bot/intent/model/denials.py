"""Orders not to do something, in languages that the rules don't read, and what they miss. Pure.

"Bitte niemals nginx auf web-3 neu starten" names a deed and a host, and a model may plan it. Only
what denies an order counts: a "nicht" in a reason or in a report ("weil er nicht antwortet", "nginx
antwortet nicht, starte ihn neu") denies none.
"""

# ruff: noqa: E501 - patterns and lists of words read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.intent.model.unquoted import told, unquoted
from bot.intent.patterns import compiled

_CLAUSE = compiled(r"[,;:.!?](?=\s|$)|\s(?=(?:aber|sondern|mais|pero|but)\s)")
_TOLD = compiled(
    r"^\W*(?:weil|da|denn|damit|obwohl|seit|wenn|falls|dass|die|der|das|parce|car|puisque|pour|porque|ya que|para|si|que|qui|perch[ée]|poiché|siccome|dato che|se|che|omdat|want|doordat|als|dat|because|since|so that)\b",
    re.IGNORECASE,
)
"""Such a clause tells of something."""
_NEVER = (
    r"niemals|keinesfalls|keineswegs|auf (?:gar )?keinen fall|unter keinen umständen|nie (?:wieder|mehr)?\b|bloß nicht|"
    r"jamais|en aucun cas|surtout pas|nunca|jamás|en ningún caso|de ninguna manera|nooit|in geen geval|onder geen beding|(?<!come )\bmai\b|in nessun caso|per nessun motivo|assolutamente non"
)
_DOING = (
    r"(?:neu )?(?:starten|laden|booten)|neustarten|neuladen|rebooten|stoppen|anhalten|beenden|abschalten|ausschalten|herunterfahren|"
    r"runterfahren|aktualisieren|installieren|deinstallieren|entfernen|löschen|anfassen|anrühren|updaten|upgraden|patchen"
)
_DENIED = compiled(
    rf"\b(?:{_NEVER})\b"
    rf"|\bnicht (?:mehr |wieder |sofort |jetzt )?(?:{_DOING})\b(?! (?:können|kann|konnte|müssen|muss|lassen|lässt))"
    rf"|^\W*(?:bitte |dann |und |aber )*nicht (?!nur\b)[^,;:.!?]*\b(?:{_DOING})\W*$"
    r"|^\W*(?:bitte |dann |und )*(?:starte?|stoppe?|boote|installiere?|aktualisiere?|entferne?|lösche?|beende|lade|fahre?)\b[^,;:.!?]*\bnicht\b"
    r"|\bn(?:e |['’])(?:redémarre|relance|arrête|démarre|installe|recharge|supprime|touche|mets|met)\w*\b[^,;:.!?]{0,120}\bpas\b|\bne pas (?:redémarrer|relancer|arrêter|installer|recharger|supprimer|toucher|mettre)\b"
    r"|\bno (?:lo |la |los |las )?(?:reinici|par|deten|instal|actuali|recarg|elimin|apag|toqu|toc)\w*(?:es|as|e|a|en|ar|er)\b"
    r"|\bnon (?:lo |la |li |le )?(?:(?:ri)?avvi|ferm|arrest|install|disinstall|aggiorn|ricaric|rimuov|elimin|cancell|spegn|tocc|disattiv|attiv)\w*(?:are|ere|ire|arlo|erlo|arla)\b"
    r"|\bnot (?:yet )?(?:ok|okay|safe|allowed|advisable|wise|supposed|meant|ready)(?: yet)? to \w+|\b(?:just |only )?(?:kidding|joking)\b|\bscratch that\b"
    r"|\b(?:may|can|must|should) (?:only )?be \w+(?:ed|pt|n)\b[^,;:.!?]{0,40}\b(?:only )?by\b"
    r"|^\W*(?:alsjeblieft |dan |en )*(?:herstart|start|stop|installeer|verwijder|herlaad|update)\b[^,;:.!?]*\bniet\b"
    r"|\bniet (?:herstarten|stoppen|installeren|bijwerken|aanraken|verwijderen)\b",
    re.IGNORECASE,
)


def denials_in(text: str) -> Iterator[tuple[str, str]]:
    """Each order not to do something: the words that deny it, and the clause in which they stand.

    >>> list(denials_in("bitte niemals nginx auf web-3 neu starten"))
    [('niemals', 'bitte niemals nginx auf web-3 neu starten')]
    >>> list(denials_in("nginx antwortet nicht, starte ihn neu"))
    []
    """
    for clause in _CLAUSE.split(unquoted(text)):
        found = None if _TOLD.match(clause) else _DENIED.search(clause)
        if found is not None:
            yield told(found[0].strip()), clause.strip()

"""Orders to change something, found by the verb that begins a clause; in six languages. Pure.

Where a model makes no more than a look of "zeig nginx auf web-3 und starte db-1 neu", half of the
request is lost. Only the imperative at the beginning of a clause counts: who asks whether a restart
is needed, or when something was restarted, gives no order.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from bot.intent.model.unquoted import unquoted
from bot.intent.patterns import compiled

_BEGIN = (
    r"(?:^|[,;.:!?]\s*|\b(?:and|then|und|dann|danach|anschließend|et|puis|ensuite|y|luego|después|e|poi|dopo|quindi|en|daarna|vervolgens)\s+)"
    r"(?:(?:and|then|also|please|und|dann|danach|auch|bitte|mal|gleich|et|puis|ensuite|s['’]il (?:te|vous) pla[iî]t|y|luego|por favor|e|poi|anche|per favore|en|dan|ook|alsjeblieft)[\s,]+){0,4}"
)
_FOREIGN = (
    r"(?:starte?|stoppe?|(?:re)?boote|storniere?|installiere?|deinstalliere?|aktualisiere?|entferne?|lösche?|beende|deaktiviere?|aktiviere?)\b(?!\s*(?:mit|beginnt|läuft))"
    r"|(?:lade|fahre?|spiele?|schalte?|mache?)\b(?=[^.;!?]{1,80}\b(?:neu|herunter|runter|hoch|ein|aus|platt)\b)"
    r"|brich\b(?=[^.;!?]{1,60}\bab\b)|annule[zr]?\b|cancela[r]?\b|annulla(?:re)?\b|annuleer\b"
    r"|(?:redémarre[zr]?|relance[zr]?|arrête[zr]?|démarre[zr]?|installe[zr]?|recharge[zr]?|supprime[zr]?|désactive[zr]?|active[zr]?)\b|met(?:s|tez)? à jour\b"
    r"|(?:reinici[ae]r?|detén|detener|arranc[ae]r?|instal[ae]r?|actualiz[ae]r?|recarg[ae]r?|elimin[ae]r?|desactiv[ae]r?|apag[ae]r?)\b"
    r"|(?:riavvia(?:re)?|avvia(?:re)?|ferma(?:re)?|arresta(?:re)?|disinstalla(?:re)?|installare|aggiorna(?:re)?|ricarica(?:re)?|rimuovi|rimuovere|elimina(?:re)?|disattiva(?:re)?|attiva(?:re)?|spegni|spegnere)\b"
    r"|(?:herstarte?n?|installeer|installeren|deinstalleer|verwijder(?:en)?|herlaad|herladen)\b|(?:werk|schakel|zet)\b(?=[^.;!?]{1,80}\b(?:bij|uit|in|aan)\b)"
)
_CHANGES = (
    r"(?:neu)?start|stopp|halte? an|anhalt|beend|(?:neu ?)?lad|(?:re)?boot|deinstall|instal|aktualisier|entfern|lösch|"
    r"deaktiv|aktiv|fahr|herunterfahr|spiel|schalt|redémarr|relanc|arrêt|démarr|recharg|supprim|désactiv|activ|"
    r"met\w* à jour|reinici|inici|det[eé]n|par[ae]\b|arranc|actualiz|recarg|elimin|desactiv|apag|riavvi|avvi|ferm|arrest|aggiorn|ricaric|rimuov|disattiv|attiv|spegn|herstart|verwijder|herla[ad]"
)
"""How words that order a change begin, whatever their form: "stoppen", "arrêtez"."""
_SPARED = compiled(
    r"\b(?:not|nothing|nicht|nichts|nie|niemals|keinesfalls|auf keinen fall|pas|rien|jamais|nada|kein\w*|non|niente|mai|niet|niets|nooit|geen)\b",
    re.IGNORECASE,
)
_CLAUSE_ENDS = compiled(r"[,;.:!?](?:\s|$)|\s(?:und|and|et|y|e|en)\s")


_AT_ITS_END = compiled(
    r"(?<!zu )\b(?P<verb>(?:neu )?(?:starten|laden|booten)|neustarten|rebooten|stoppen|anhalten|herunterfahren|aktualisieren|updaten|"
    r"installieren|deinstallieren|entfernen|löschen|aktivieren|deaktivieren|abbrechen|stornieren)\b(?=\s*(?:[,;.!?()]|$|und\b|dann\b|danach\b))",
    re.IGNORECASE,
)
_AS_NOUN = compiled(
    r"\b(?:update|upgrade|neustart|reboot|reload|aktualisierung|installation|skript|script)\w*", re.IGNORECASE
)  # fmt: skip
"""What is begun in "starte ein Upgrade"."""
_MEANS: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (stem, frozenset(verbs.split()))
    for stem, verbs in (
        ("deinstall", "remove uninstall purge"), ("deaktiv", "disable stop mask"), ("désactiv", "disable stop mask"),
        ("desactiv", "disable stop mask"), ("neu", "restart reboot reload"), ("start", "start restart reboot"),
        ("stop", "stop shutdown"), ("boot", "reboot restart"), ("reboot", "reboot restart"), ("beend", "stop kill"),
        ("anhalt", "stop"), ("install", "install upgrade"), ("instal", "install upgrade"), ("aktualis", "upgrade update refresh"),
        ("updat", "upgrade update refresh"), ("actuali", "upgrade update refresh"), ("met", "upgrade update refresh"),
        ("entfern", "remove uninstall purge"), ("lösch", "remove uninstall purge delete"), ("supprim", "remove delete purge"),
        ("elimin", "remove delete purge"), ("aktiv", "enable start"), ("activ", "enable start"), ("lad", "reload restart"),
        ("recharg", "reload restart"), ("recarg", "reload restart"), ("herunter", "shutdown stop poweroff"),
        ("fahr", "shutdown stop poweroff reboot start restart"), ("redémarr", "restart reboot"), ("relanc", "restart reboot start"), ("brich", "cancel"), ("abbrech", "cancel"), ("annul", "cancel"),
        ("cancela", "cancel"), ("storn", "cancel"),
        ("reinici", "restart reboot"), ("arrêt", "stop shutdown"), ("démarr", "start restart"), ("arranc", "start restart"),
        ("riavvi", "restart reboot"), ("avvi", "start restart"), ("ferm", "stop shutdown"), ("arrest", "stop shutdown"),
        ("disinstall", "remove uninstall purge"), ("aggiorn", "upgrade update refresh"), ("ricaric", "reload restart"),
        ("rimuov", "remove uninstall purge delete"), ("disattiv", "disable stop mask"), ("attiv", "enable start"),
        ("spegn", "shutdown stop poweroff"), ("herstart", "restart reboot"), ("verwijder", "remove uninstall purge delete"),
        ("herla", "reload restart"), ("werk", "upgrade update refresh"), ("schakel", "disable enable stop start"),
        ("zet", "disable enable stop start shutdown poweroff"),
        ("det", "stop shutdown"), ("apag", "stop shutdown poweroff"),
    )
)  # fmt: skip
"""What a foreign verb may be called in the catalogue."""


def unmet(text: str, done: Collection[str]) -> tuple[str, ...]:
    """Foreign orders to change something that none of these deeds can be ("aktualisiere").

    An infinitive at the end of a clause orders, too ("… und danach alle Pakete aktualisieren").

    >>> unmet("starte nginx auf web-3 neu und aktualisiere danach alle Pakete", {"restart"})
    ('aktualisiere',)
    """
    said = unquoted(text)
    found = [*orders_in(text, ()), *(m["verb"].casefold() for m in _AT_ITS_END.finditer(said))]
    return tuple(
        verb
        for verb in dict.fromkeys(found)
        if not _is_met(verb, done) and not (verb.startswith("start") and _AS_NOUN.search(said))
    )


_SIDE_BY_SIDE = compiled(
    r"\b(?:gleichzeitig|parallel|zugleich|zeitgleich|simultan\w*|zur (?:selben|gleichen) zeit|en même temps|en parallèle|simultanément|a la vez|al mismo tiempo|en paralelo|"
    r"simultáneamente|contemporaneamente|in parallelo|tegelijk(?:ertijd)?|in parallel|simultaneously|at the same time)\b",
    re.IGNORECASE,
)


def side_by_side(text: str) -> bool:
    """Whether it says that all of it shall be done at the same time.

    >>> side_by_side("starte nginx und redis gleichzeitig neu"), side_by_side("erst nginx")
    (True, False)
    """
    return _SIDE_BY_SIDE.search(unquoted(text)) is not None


def ordered_at_an_end(text: str) -> bool:
    """Whether a clause ends in an infinitive that orders a change ("nginx auf web-3 neu starten").

    >>> ordered_at_an_end("nginx bitte neu starten"), ordered_at_an_end("soll ich nginx neu starten?")
    (True, False)
    """
    said = unquoted(text)
    asks = re.match(
        r"\W*(?:soll|sollen|sollte|sollten|darf|dürfen|muss|müssen|kann|wie|warum|wann|wer)\b",
        said,
        re.IGNORECASE,
    )
    return asks is None and _AT_ITS_END.search(said) is not None


def _is_met(verb: str, done: Collection[str]) -> bool:
    for stem, verbs in _MEANS:
        if verb.startswith(stem):
            return any(name in verbs or name.split("_")[0] in verbs for name in done)
    return True  # what it may be is not known here


def changes_named(text: str, verbs: Iterable[str]) -> frozenset[str]:
    """The verbs of change that stand anywhere in the text, each by how it begins.

    `verbs` are the catalogue's own, in English. It finds rather too many than too few.

    >>> sorted(changes_named("nginx auf web-2 stoppen und starten", ["restart"]))
    ['start', 'stopp']
    """
    english = "|".join(re.escape(verb) for verb in verbs)
    known = r"restart|reload|stop|start|upgrade|update|remove|enable|disable|kill"
    pattern = rf"\b(?P<verb>{english}|{_CHANGES}|{known})"
    return frozenset(found["verb"] for found in re.finditer(pattern, text.casefold()))


def orders_in(text: str, verbs: Iterable[str]) -> tuple[str, ...]:
    """The verbs that order a change; `verbs` are the catalogue's own, in English.

    >>> orders_in("zeig nginx auf web-3 und starte db-1 neu", ["restart"])
    ('starte',)
    >>> orders_in("does web-1 need a restart?", ["restart"])
    ()
    """
    said = unquoted(text)
    english = "|".join(sorted(map(re.escape, verbs), key=len, reverse=True))
    one = rf"(?:{english})\b" if english else r"(?!)"
    pattern = compiled(rf"{_BEGIN}(?P<verb>{one}|{_FOREIGN})", re.IGNORECASE)
    found = []
    for match in pattern.finditer(said):
        clause = _CLAUSE_ENDS.split(said[match.end() :], maxsplit=1)[0]
        if not _SPARED.search(clause):
            found.append(match["verb"].casefold())
    return tuple(dict.fromkeys(found))

"""Names of groups and environments as other languages inflect and join them. Pure.

"Auf den web-Servern", "der Webserver", "den Workern", "i nodi", "in Produktion": the name is said,
and stands for the same hosts as by itself. What is asked is always a whole word, and all of it must
be accounted for: a known name, then an ending or a noun for machines. "Webhook" and "Testament" name
nothing. An ending alone is a weak sign, for "testen" is a verb: it counts where a noun stands,
behind an article or a preposition.
"""

# ruff: noqa: E501 - lists of words read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from bot.intent.patterns import compiled
from bot.intent.rules.lexicon import COMMON

_MACHINES = (
    "server servers servern serveur serveurs servidor servidores servidora rechner rechnern rechners "
    "host hosts hosten maschine maschinen machine machines machinen macchina macchine máquina máquinas "
    "knoten node nodes nodo nodos nodi noeud noeuds nœud nœuds box boxen boxes kiste kisten vm vms instanz "
    "instanzen instance instances instancia instancias istanza istanze instantie instanties system systeme "
    "systemen systems gruppe gruppen group groups groupe groupes grupo grupos gruppo gruppi groep groepen "
    "cluster clusters clustern pool pools farm flotte umgebung umgebungen environment environments environnement "
    "entorno entornos ambiente ambienti omgeving omgevingen"
).split()  # fmt: skip
_A_MACHINE = frozenset(_MACHINES)
_ENDS = tuple(_MACHINES)
_OF_A_SERVICE = frozenset((
    "log logs logfile logfiles logdatei logdateien protokoll protokolle dienst dienste dienstes service services "
    "prozess prozesse prozesses process status konfiguration config server daemon instanz neustart restart reload"
).split())  # fmt: skip
"""What German and Dutch join to the name of a service: "nginx-Logs"."""
_LINKS = ("", "s", "n", "en", "es")
"""What German and Dutch put between two nouns: "Produktionsserver", "Kundenserver"."""
_ENDINGS = ("s", "n", "en", "e", "es", "er", "ern", "x")
_VOWELS = {"o": "i", "a": "e", "e": "i"}
"""Italian plurals: "nodo" is "nodi", "macchina" is "macchine"."""
NEAR = 40
"""Characters before a word in which the one that leads it is looked for."""
_LEAST = 3
"""Letters of a name that an ending may be put to: shorter ones are too many other words."""
LEADING = frozenset((
    "der die das den dem des ein eine einen einem einer eines alle allen aller auf an am in im bei von vom zu zum zur für "
    "mit aus sämtliche sämtlichen beide beiden jeder jedem jeden unsere unseren unserer "
    "le la les des du de aux au sur dans tous toutes chaque nos el los las del al en todos todas cada nuestros nuestras "
    "il lo i gli un una dei degli delle dai ai agli alle sui sugli sulle nei negli nelle su tutti tutte ogni di da "
    "op het een van bij uit elke iedere onze alle"
).split())  # fmt: skip
"""What stands before a place or a noun in these languages: none of it is a name."""
_ALSO_CALLED: Mapping[str, tuple[str, ...]] = {
    "db": ("datenbank", "datenbanken"),
    "database": ("datenbank", "datenbanken"),
    "production": (
        "produktion", "produktiv", "produktive", "produktiven", "producción", "produccion", "produzione", "productie",
    ),
    "development": ("entwicklung", "développement", "desarrollo", "sviluppo", "ontwikkeling"),
}  # fmt: skip
"""What the names that most inventories have are called in other languages."""


_EVERYWHERE = compiled(
    r"(?<![\w-])(?:(?:alle[nrs]?|sämtliche[nr]?|die ganzen) (?:server[ns]?|rechnern?|maschinen|hosts|systemen?|knoten|kisten|machines)"
    r"|tous les (?:serveurs|hôtes|hosts|n(?:œ|oe)uds|systèmes)|toutes les machines"
    r"|todos los (?:servidores|hosts|nodos|equipos|sistemas)|todas las máquinas"
    r"|tutti i (?:server|nodi|host|sistemi)|tutte le macchine"
    r"|überall|partout|en todas partes|ovunque|dappertutto|overal)(?![\w-])",
    re.IGNORECASE,
)
_DATABASES = compiled(
    r"(?<![\w-])(?:bases? de (?:données|datos)|banc(?:a|he) dati)(?![\w-])", re.IGNORECASE
)


def everywhere_in(text: str, is_name: Callable[[str], bool]) -> Iterator[re.Match[str]]:
    """Where the text says "all servers"; behind "tous les serveurs web" stands whose they are."""
    for found in _EVERYWHERE.finditer(text):
        behind = text[found.end() :].split()
        if not behind or text[found.end()] != " " or not is_name(behind[0].strip(".,;:!?")):
            yield found


def databases_in(text: str, names: Mapping[str, str]) -> Iterator[tuple[re.Match[str], str]]:
    """Where it speaks of the databases in several words, and the group that is called so."""
    group = names.get("db") or names.get("database")
    if group is not None:
        yield from ((found, group) for found in _DATABASES.finditer(text))


def group_in(word: str, before: str, names: Mapping[str, str]) -> str | None:
    """The name (a value of `names`, by its words) that a whole word is a form of; None: of none.

    `before` is the text up to it. A name by itself is no form of it.
    """
    low = word.casefold()
    if low in names:
        return None
    return _translated(low, names) or _joined(low, names) or _ended(low, before, names)


def environment_in(word: str, names: Mapping[str, str]) -> str | None:
    """The same for environments, whose names are verbs and adjectives too: no ending counts."""
    low = word.casefold()
    return None if low in names else _translated(low, names) or _joined(low, names)


def host_in(word: str) -> str:
    """What may be a host's name in a word that is joined to a noun: "web-1-Server"; else empty."""
    head, _, noun = word.rpartition("-")
    return head if noun.casefold() in _A_MACHINE else ""


def service_in(word: str) -> str:
    """What may be a service's name in a word that is joined to a noun: "nginx-Logs"; else empty."""
    head, _, noun = word.rpartition("-")
    return head if noun.casefold() in _OF_A_SERVICE else ""


def _translated(low: str, names: Mapping[str, str]) -> str | None:
    return next(
        (names[name] for name, also in _ALSO_CALLED.items() if low in also and name in names), None
    )


def _joined(low: str, names: Mapping[str, str]) -> str | None:
    if not low.endswith(_ENDS):
        return None
    for noun in _MACHINES:
        if not low.endswith(noun):
            continue
        head = low[: -len(noun)].removesuffix("-").removesuffix("_")
        for link in _LINKS:
            if link and not head.endswith(link):
                continue
            name = head.removesuffix(link)
            if found := names.get(name) or _translated(name, names):
                return found
    return None


def _ended(low: str, before: str, names: Mapping[str, str]) -> str | None:
    leads = before[-NEAR:].casefold().split()[-1:]
    if low in COMMON or not leads or leads[0] not in LEADING:
        return None
    for ending in _ENDINGS:
        name = low.removesuffix(ending)
        if len(name) >= _LEAST and name != low and name in names:
            return names[name]
    for one, many in _VOWELS.items():
        if low.endswith(many) and len(low) > _LEAST and (found := names.get(f"{low[:-1]}{one}")):
            return found
    return None

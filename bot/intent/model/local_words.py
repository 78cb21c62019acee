"""A wish that nothing leaves this machine, in whatever order its few words come. Pure.

"Local only: …", "nur lokal bitte: …", "keep this local, …", "nichts in die Cloud: …" and "…, but
don't send this to the cloud". What has left can't be taken back, so a part of the request that is
made of nothing but such words counts wherever it stands, at the beginning or the end. It is taken
out only at the beginning, and where it can be nothing else: "in local: …" may name a host, "without
the cloud, …" may spare a group, "…, but don't upload it to the cloud" may be said of a backup. They
keep their words, and the request stays here all the same. So does what names a host or a group that
is called so.
"""

# ruff: noqa: E501 - lists of words read worse when they are cut

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from bot.intent.patterns import compiled

_LOCAL: Final = frozenset(
    "local locale lokal lokale lokales lokalen lokaal locally localmente localement".split()
)
_CLOUD: Final = frozenset("cloud clouds nube nuage".split())
_NO: Final = frozenset((
    "no not never nothing don dont without nichts nicht nie niemals kein keine keinen nix ohne pas rien sans jamais "
    "nada sin nunca non niente nulla senza mai niet niets geen zonder nooit "
    "out away raus heraus fern hors fuera fuori buiten uit"
).split())  # fmt: skip
_ONLY: Final = frozenset((
    "only just strictly keep stay stays nur ausschliesslich bleib bleibt bleiben halte uniquement seulement garde "
    "gardez reste solo solamente unicamente manten mantenlo soltanto tieni tienilo resta alleen hou houd blijf blijft"
).split())  # fmt: skip
_SENDS: Final = frozenset((
    "send sending schick schicke schicken schickt sende senden envoie envoyez envoyer envoies "
    "envia envies enviar enviarlo mandes mandar mandarlo invia inviare inviarlo mandare stuur sturen"
).split())  # fmt: skip
_MOVES: Final = frozenset((
    "upload uploading use using geht gehen gib leave leaves leaving go goes nimm nutze benutze "
    "verlassen verlasst utilise utilisez quitte quitter sort sortir usa uses usar salir sale "
    "usare lascia lasciare esce uscire gebruik gebruiken verlaat verlaten"
).split())  # fmt: skip
_MACHINE: Final = frozenset(
    "machine computer maschine rechner computers ordinateur maquina ordenador macchina".split()
)
_BESIDE: Final = frozenset((
    "this it that all any of from everything please do t to the into in on be must may can should read process processed "
    "here data "
    "bitte das dies dieses diese diesen alles davon daten es soll darf durfen in die der den dem an aus von zu nach hier "
    "rein ganz lesen verarbeiten auslesen "
    "en dans le la les l au du de a ca cela cette cet ce tout ne n s il te vous plait svp stp que y vers doit peut "
    "esto eso esta este todo lo por favor el los las al debe puede "
    "questo questa ci tutto per favore nel nella sul dal dalla alla deve "
    "dit dat deze het naar alsjeblieft graag mag"
).split())  # fmt: skip
_KNOWN: Final = _LOCAL | _CLOUD | _NO | _ONLY | _SENDS | _MOVES | _MACHINE | _BESIDE
_POLITE: Final = frozenset(
    "please bitte s il te vous plait svp stp por per favor favore alsjeblieft".split()
)
_THIS: Final = frozenset("this it das dies es ca cela esto eso lo questo dit dat".split())
_KEEP: Final = frozenset("keep halte garde gardez manten tieni hou houd".split())
"""Verbs that say nothing of the request unless a word of `_THIS` does: "keep local" may be a host."""
_MANNER: Final = frozenset(
    "be must should in en soll read process processed lesen verarbeiten auslesen".split()
)
_ONLY_HERE: Final = _LOCAL | _ONLY | _POLITE | _THIS | _MANNER
_INTO: Final = compiled(
    r"\b(?:into|in die|vers|naar)(?: (?:the|any|le|de|het))? (?:clouds?|nuage)\b"
)
"""A direction: what is "in the cloud", or "not to the cloud", may be the hosts of that name."""
_MANY: Final = compiled(
    r"\b(?:all|every\w*|each|any|both|whole|entire|fleet|others?|rest|hosts|servers?|machines|boxes|nodes"
    r"|alle[mnrs]?|jede\w*|samtliche\w*|ganze\w*|uberall|beide\w*|tout(?:e?s?)|tous|chaque|partout"
    r"|tod[oa]s?|cada|tutt[oaie]|ogni|dappertutto|elke?|iedere?|overal|serveurs|servidores"
    r"|local\w*|lokal\w*|lokaal)\b"
)
"""Of so many, "local only" may choose one: a host can be called that."""
_ENDS: Final = compiled(r"\s*:\s+|[,;.!]\s+|\s[-\u2013\u2014]\s+|\n+")
_BEGINS: Final = compiled(
    r"[,;.!(:]\s*|\s[-\u2013\u2014]\s+|\s(?=(?:but|and|aber|und|mais|et|pero|y|ma|maar|en"
    r"|without|ohne|sans|sin|senza|zonder)\s)",
    re.IGNORECASE,
)
_JOINS: Final = compiled(r"^(?:but|and|aber|und|mais|et|pero|y|ma|maar|en)\s+", re.IGNORECASE)
_PARTS: Final = compiled(r"[,;.!]|\s[-\u2013\u2014]\s")
_SIGNS: Final = compiled(r"[\w\s,;.!()'’-]*")
_LONG: Final = 100
"""Characters at either end that are looked at."""


IsName = Callable[[str], bool]
"""Whether a word, in small letters and without accents, is a host's name, a group's or such."""


def names_nothing(word: str) -> bool:
    """Where nobody knows of any."""
    del word
    return False


def local_wish(text: str, is_name: IsName = names_nothing) -> str | None:
    """The request, without the wish that it stay here where that can be nothing else; None: no wish.

    >>> local_wish("nur lokal bitte: starte nginx neu"), local_wish("local: restart nginx")
    ('starte nginx neu', 'local: restart nginx')
    >>> local_wish("nicht lokal: starte nginx neu")
    """
    for end in reversed(list(_ENDS.finditer(text[:_LONG]))):
        rest, words = text[end.end() :].strip(), _words(text[: end.start()])
        if rest and _wishes(words) and (len(words) > 1 or ":" in end[0]):
            plainly = _plainly(text[: end.start()], rest, ":" in end[0], is_name)
            return rest if plainly else text
    near = max(0, len(text) - _LONG)
    for begin in _BEGINS.finditer(text, near):
        head, tail = text[: begin.start()].strip(), _JOINS.sub("", text[begin.end() :])
        words = _words(tail)
        if head and _wishes(words) and (len(words) > 1 or begin[0].startswith("(")):
            return text
    return None


def _plainly(wish: str, rest: str, colon: bool, is_name: IsName) -> bool:
    """Whether each part of a wish before `rest` speaks of the request alone, and of no host."""
    parts = [words for part in _PARTS.split(wish) if (words := _low(part).strip())]
    return all(_plain(part, rest, colon, is_name) for part in parts)


def _plain(part: str, rest: str, colon: bool, is_name: IsName) -> bool:
    words = _words(part)
    if any(is_name(word) for word in words & (_LOCAL | _CLOUD)):
        return False
    if words <= _POLITE:
        return True
    if words & _CLOUD:
        if not colon or not words & _NO:
            return False
        if words & _SENDS and words & _THIS:
            return True
        return bool(words & _SENDS or _INTO.search(part)) and not _MANY.search(_low(rest))
    if not words <= _ONLY_HERE or not words & _LOCAL or not words & _ONLY:
        return False
    return not (words & _KEEP and not words & _THIS) and not _MANY.search(_low(rest))


def _wishes(words: frozenset[str]) -> bool:
    """Whether they say that it shall stay here, and nothing else."""
    if not words or not words <= _KNOWN:
        return False
    if words & _CLOUD:
        return bool(words & _NO)
    if words & _MACHINE:
        return bool(words & _NO) and bool(words & (_MOVES | _SENDS))
    return bool(words & _LOCAL) and not words & _NO


def folded(word: str) -> str:
    """A name as `IsName` is asked about it."""
    return _low(word)


def _words(text: str) -> frozenset[str]:
    """The words of a part, without accents; none where it holds anything else."""
    low = _low(text)
    return frozenset(re.findall(r"\w+", low)) if _SIGNS.fullmatch(low) else frozenset()


def _low(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))

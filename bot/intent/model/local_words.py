"""A wish that nothing leaves this machine, in whatever order its few words come. Pure.

"Local only: …", "nur lokal bitte: …", "keep this local, …", "nichts in die Cloud: …" and "…, but
don't send this to the cloud". What has left can't be taken back, so a part of the request that is
made of nothing but such words counts wherever it stands, at the beginning or the end. It is taken
out only where it can be nothing else: "in local: …" and "… (local)" may name hosts, too, and keep
their words.
"""

# ruff: noqa: E501 - lists of words read worse when they are cut

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LOCAL: Final = frozenset(
    "local locale lokal lokale lokales lokalen lokaal locally localmente localement".split()
)
_CLOUD: Final = frozenset("cloud clouds nube nuage".split())
_NO: Final = frozenset((
    "no not never nothing don dont without nichts nicht nie niemals kein keine keinen nix ohne pas rien sans jamais "
    "nada sin nunca non niente nulla senza mai niet niets geen zonder nooit"
).split())  # fmt: skip
_ONLY: Final = frozenset((
    "only just strictly keep stay stays nur ausschliesslich bleib bleibt bleiben halte uniquement seulement garde "
    "gardez reste solo solamente unicamente manten mantenlo soltanto tieni tienilo resta alleen hou houd blijf blijft"
).split())  # fmt: skip
_SENDS: Final = frozenset((
    "send sending upload schick schicke schicken schickt sende senden geht gehen gib envoie envoyez envoyer envoies "
    "envia envies enviar mandes mandar invia inviare mandare stuur sturen leave leaves go goes"
).split())  # fmt: skip
_BESIDE: Final = frozenset((
    "this it that all any of everything please t to the into in on be must should read processed here "
    "bitte das dies dieses alles davon es soll in die der den dem an zu nach hier rein ganz lesen verarbeiten auslesen "
    "en dans le la les au a ca cela tout ne n s il te vous plait svp stp que y vers "
    "esto eso todo lo por favor el los las al "
    "questo ci tutto per favore nel nella sul alla l deve "
    "dit dat alles de het naar alsjeblieft graag"
).split())  # fmt: skip
_KNOWN: Final = _LOCAL | _CLOUD | _NO | _ONLY | _SENDS | _BESIDE
_ENDS: Final = re.compile(r"\s*:\s+|[,;.!]\s+|\s[-\u2013\u2014]\s+|\n+")
_BEGINS: Final = re.compile(
    r"[,;.!(:]\s*|\s[-\u2013\u2014]\s+|\s(?=(?:but|and|aber|und|mais|et|pero|y|ma|maar|en)\s)"
)
_JOINS: Final = re.compile(r"^(?:but|and|aber|und|mais|et|pero|y|ma|maar|en)\s+", re.IGNORECASE)
_SIGNS: Final = re.compile(r"[\w\s,;.!()'’-]*")
_LONG: Final = 100
"""Characters at either end that are looked at."""


def local_wish(text: str) -> str | None:
    """The request, without the wish that it stay here where that can be nothing else; None: no wish.

    >>> local_wish("nur lokal bitte: starte nginx neu"), local_wish("local: restart nginx")
    ('starte nginx neu', 'local: restart nginx')
    >>> local_wish("nicht lokal: starte nginx neu")
    """
    for end in reversed(list(_ENDS.finditer(text[:_LONG]))):
        rest, words = text[end.end() :].strip(), _words(text[: end.start()])
        if rest and _wishes(words) and (len(words) > 1 or ":" in end[0]):
            plainly = len(words) > 1 and bool(words & (_ONLY | _CLOUD))
            return rest if plainly else text
    near = max(0, len(text) - _LONG)
    for begin in _BEGINS.finditer(text, near):
        head, tail = text[: begin.start()].strip(), _JOINS.sub("", text[begin.end() :])
        words = _words(tail)
        if head and _wishes(words) and (len(words) > 1 or begin[0].startswith("(")):
            return head if words & _CLOUD and words & _SENDS else text
    return None


def _wishes(words: frozenset[str]) -> bool:
    """Whether they say that it shall stay here, and nothing else."""
    if not words or not words <= _KNOWN:
        return False
    if words & _CLOUD:
        return bool(words & _NO)
    return bool(words & _LOCAL) and not words & _NO


def _words(text: str) -> frozenset[str]:
    """The words of a part, without accents; none where it holds anything else."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    low = "".join(char for char in apart if not unicodedata.combining(char))
    return frozenset(re.findall(r"\w+", low)) if _SIGNS.fullmatch(low) else frozenset()

"""An order of hosts that was said, and that a step over several hosts does not keep. Pure.

"… db-2 first", "erst web-3, dann den Rest": the hosts of one step go by their names, or side by
side. Who tries something on one host before it comes to the others has to be told so.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from bot.domain.intents import Intent, Wish
from bot.domain.marked import literal
from bot.intent.model.grounds import Grounds
from bot.intent.model.unquoted import unquoted
from bot.intent.patterns import compiled

_MANY = 20
"""Places in the text that are looked at: whoever approves reads no more."""
_NEAR = 60
"""Characters around a name that are looked at."""
_TO = r"(?:(?:auf|bei|mit|on|with|from|sur|par|en|con|por|su|da|op|met|only|just|nur|erst|at|in|the|der|die|das|dem|den|le|la|les|el|los|las|il|host|server|group|gruppe|restart(?:ing)?|do|doing|take|try)\s+){0,4}"
_FIRST = r"first(?: of all)?|start(?:ing|e)?(?: off)? (?:with|from|mit|bei)|starting (?:on|at)|begin(?:ning)? (?:with|on|at)|zuerst|erst(?:mal|ens)?|zunächst|als erste[ns]?|beginnend|angefangen|beginne|fang(?:e)?|d['’]abord|en premier(?: lieu)?|en commençant|commence[rz]?|primero|empezando|comenzando|empieza|comienza|per primo|iniziando|cominciando|inizia|comincia|eerst|als eerste|te beginnen|begin(?:nend)? met"
_LAST = r"last(?: of all)?|at last|lastly|at the end|zuletzt|zum schluss|als letzte[ns]?|am ende|en dernier(?: lieu)?|à la fin|por último|al último|al final|por fin|per ultim[oa]|alla fine|infine|als laatste|tot slot"
_THEN = r"then|afterwards?|after that|next|dann|danach|anschließend|hinterher|puis|ensuite|après|luego|después|entonces|poi|dopo|daarna|vervolgens|dan"
_REST = r"(?:the |den |die |der |les |le |el |los |las |gli |il |de |al |all |alle |tous |todos )*(?:rest(?:lichen)?|remaining|others?|übrigen|anderen|autres|reste|resto|demás|otros|altri|overige|andere)\b"
_SO = compiled(
    r"\b(?:in (?:that|this|the given|exactly this) order|in (?:dieser|genau dieser|der) reihenfolge|dans cet ordre|en (?:ese|este) orden|in quest['’]ordine|in (?:deze|die) volgorde)\b",
    re.IGNORECASE,
)
_END = r"(?=\s*(?:$|[,;.!?()]|\b(?:and|then|und|dann|danach|et|puis|y|luego|e|poi|en|daarna|please|bitte)\b))"


def _pattern(text: str) -> re.Pattern[str]:
    return compiled(text, re.IGNORECASE)


_FIRST_BEFORE = _pattern(rf"\b(?:{_FIRST})\s+{_TO}$")
_LAST_BEFORE = _pattern(rf"\b(?:{_LAST})\s+{_TO}$")
_THEN_BEFORE = _pattern(rf"\b(?:{_THEN})\s+{_TO}$")
_FIRST_BEHIND = _pattern(rf"\s+(?:{_FIRST}){_END}")
_LAST_BEHIND = _pattern(rf"\s+(?:{_LAST}){_END}")
_THEN_THE_REST = _pattern(rf"[^.;!?]{{0,30}}?\b(?:{_THEN})\s+{_TO}{_REST}")
_BEFORE = _pattern(rf"\s+(?:before|ahead of|vor|avant|antes (?:de|que)|prima di|voor)\s+{_TO}")
_AFTER = _pattern(rf"\s+(?:after|nach|après|después de|dopo|na)\s+{_TO}")

_Place: TypeAlias = tuple[int, int, frozenset[str]]
"""Where hosts are named in a text, from and to, and which."""
_Pair: TypeAlias = tuple[frozenset[str], frozenset[str], str]
"""Hosts that come before other hosts, and the words that say so."""


def out_of_order(model: Intent, changing: Sequence[Wish], grounds: Grounds) -> Iterator[str]:
    """Sentences on steps that don't keep it, for whoever approves."""
    many = [w for w in changing if len(w.params.get("hosts") or ()) > 1]
    if not many:
        return
    text = " ".join(unquoted(grounds.spoken).split())
    places = _places(text, grounds)
    for wish in many:
        hosts: Sequence[str] = wish.params["hosts"]
        serial = _is_serial(hosts, model, grounds)
        for early, late, said in _orders(text, places, frozenset(hosts)):
            first = [n for n, host in enumerate(hosts) if host in early]
            then = [n for n, host in enumerate(hosts) if host in late]
            if not first or not then or (serial and max(first) < min(then)):
                continue
            does = f"begins with {literal(hosts[0])}" if serial else "takes them side by side"
            yield (
                f"The request gives its hosts an order, “{literal(said)}”, and this step {does}: "
                "ask for one host, and then for the others."
            )
            break


def _is_serial(hosts: Sequence[str], model: Intent, grounds: Grounds) -> bool:
    """Whether they are taken one at a time, in the order of the step."""
    if model.options.batch is not None:
        return model.options.batch == 1
    found = (grounds.inventory.host(name) for name in hosts)
    return sum(host is not None and host.is_production for host in found) > 1


def _places(text: str, grounds: Grounds) -> list[_Place]:
    """Where hosts and sets of them are named, as the text has them: from, to, which."""
    named = {host: frozenset({host}) for host in grounds.here.single}
    named |= {word: of for word, of in grounds.here.sets if " " not in word}
    found = (
        (at.start(), at.end(), of)
        for name, of in named.items()
        for at in re.finditer(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE)
    )
    return sorted(found, key=lambda place: place[:2])[:_MANY]


def _orders(text: str, places: Sequence[_Place], hosts: frozenset[str]) -> Iterator[_Pair]:
    """What comes before what, for these hosts."""
    met: frozenset[str] = frozenset()
    for start, end, of in places:
        before, name, behind = text[:start][-_NEAR:], text[start:end], text[end:][:_NEAR]
        if at := _FIRST_BEFORE.search(before):
            yield of, hosts - of, at[0] + name
        elif at := _LAST_BEFORE.search(before):
            yield hosts - of, of, at[0] + name
        elif met and (at := _THEN_BEFORE.search(before)):
            yield met - of, of, at[0] + name
        if at := _FIRST_BEHIND.match(behind):
            yield of, hosts - of, name + at[0]
        elif at := _LAST_BEHIND.match(behind):
            yield hosts - of, of, name + at[0]
        met |= of
        if at := _THEN_THE_REST.match(behind):
            yield met, hosts - met, name + at[0]
    yield from _of_two(text, places)


def _of_two(text: str, places: Sequence[_Place]) -> Iterator[_Pair]:
    """What comes before what, where one is named behind the other."""
    so = _SO.search(text)
    for (start, end, of), (behind, last, other) in pairwise(places):
        between = text[end:behind]
        if _BEFORE.fullmatch(between):
            yield of, other, text[start:last]
        elif _AFTER.fullmatch(between):
            yield other, of, text[start:last]
        elif so:
            yield of - other, other - of, so[0]

"""Names that were said, and not for where a change is to be made. Pure.

"… auf web neu, aber nur in staging" narrows the one set by the other, "web-1 oder web-2" leaves a
choice, and "… auf web-1 neu, weil web-2 hängt" names web-2 for the reason alone. A plan with all of
these has no host that was not said.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from bot.domain.intents import Wish
from bot.domain.marked import literal
from bot.domain.wording import listed, natural
from bot.intent.model.grounds import Grounds
from bot.intent.model.parts import deed
from bot.intent.model.words import words_of
from bot.intent.patterns import compiled

_PREPOSITIONS = r"(?:(?:auf|on|sur|en|su|op|in|bei|von|of|dem|der|den|die|das|the|le|la|les|el|los|las|il|host|hosts|server|servern|rechner)\s+)*"
_MANY = 20
"""Names and choices that are looked at: whoever approves reads no more, and nobody waits."""
_CLAUSE = 200
"""Characters of a clause that are looked at for what it tells of a name."""
_ALSO = compiled(
    rf"\W*+(?:(?:und|and|et|y|e|en|sowie|plus|auch|also|aussi|también|anche|ook|noch)\W*+)?(?:auch |also |aussi |noch )*{_PREPOSITIONS}(?:alle[nrm]? |all )?{_PREPOSITIONS}",
    re.IGNORECASE,
)
"""Between two sets that are both meant."""
_BETWEEN = 60
"""So many characters of it at most: further apart other things are said."""
_OR = compiled(
    rf"(?<![^\s,;:()])(?P<one>[^\s,;:()]+),?\s+(?:oder|or|ou|o|oppure|of|bzw\.?|beziehungsweise|respektive|alternativ|wahlweise)\s+{_PREPOSITIONS}(?P<other>[^\s,;:()]+)",
    re.IGNORECASE,
)
_WHY = compiled(
    r"\b(?:weil|damit|denn|obwohl|sodass|so dass|da|wie|ähnlich wie|parce qu['’e]\w*|car|pour qu['’e]\w*|puisque|comme|porque|para que|ya que|como|perché|affinché|come|omdat|zodat|zoals|because|so that|just as|same as|like)\b[^.;!?]*$",
    re.IGNORECASE,
)
_STATE = compiled(
    r"^\s+(?:läuft|hängt|geht|ist|antwortet|spinnt|reagiert|steht|war|runs?|hangs?|is|works?|was|est|répond|tourne|marche|está|funciona|responde|è|funziona|draait|hangt)\b",
    re.IGNORECASE,
)


def where_said(changing: Sequence[Wish], grounds: Grounds) -> Iterator[str]:
    """Sentences on changes that reach further than the names mean, for whoever approves."""
    text = " ".join(grounds.spoken.split())
    yield from dict.fromkeys(_narrowed(changing, text, grounds))
    yield from _chosen(changing, text, grounds)
    yield from _for_reasons(changing, text, grounds)


def _narrowed(changing: Sequence[Wish], text: str, grounds: Grounds) -> Iterator[str]:
    """A set taken whole where another, which has a part of it, is named apart from it."""
    sets = {word: of for word, of in reversed(grounds.here.sets) if " " not in word}
    placed = sorted(
        (at.start(), at.end(), word)
        for word in sets
        for at in re.finditer(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text, re.IGNORECASE)
    )[:_MANY]
    pairs = {
        (one, other): start - end <= _BETWEEN and _ALSO.fullmatch(text, end, start) is not None
        for _, end, one in placed
        for start, _, other in placed
        if start > end
    }
    for wish in changing:
        hosts = _hosts(wish, changing)
        others = [_hosts(each, changing) for each in changing if deed(each) != deed(wish)]
        for (one, other), joined in pairs.items():
            both, names = sets[one] & sets[other], (sets[one], sets[other])
            if not both or hosts <= both or (joined and all(of <= hosts for of in names)):
                continue
            elsewhere = any(of <= each for of in names for each in others)
            if not elsewhere and any(of <= hosts for of in names):
                yield (
                    f"The request names “{literal(one)}” and “{literal(other)}”, and this plan "
                    f"takes more than what is in both ({_named(both)})."
                )


def _chosen(changing: Sequence[Wish], text: str, grounds: Grounds) -> Iterator[str]:
    """Both of two names between which there is an "or"."""
    hosts = frozenset(h for wish in changing for h in wish.params.get("hosts") or ())
    services = {str(wish.params.get("service", "")).casefold() for wish in changing}
    for found in islice(_OR.finditer(text), _MANY):
        names = [found[each].strip(".?!\"'`") for each in ("one", "other")]
        of = [words_of(name, grounds.context.without_last(), grounds.vocabulary) for name in names]
        taken = [
            bool(each.every & hosts) or bool({s.casefold() for s in each.services} & services)
            for each in of
        ]
        if all(taken):
            yield f"The request says “{literal(found[0])}”, and this plan takes both."


def _for_reasons(changing: Sequence[Wish], text: str, grounds: Grounds) -> Iterator[str]:
    """Hosts that are only named for a reason, or for how they are, beside those for the order."""
    hosts = frozenset(h for wish in changing for h in wish.params.get("hosts") or ())
    named = {host: _places(host, text) for host in hosts & grounds.here.single}
    aside = {
        host
        for host, places in named.items()
        if places and all(_is_aside(text, at) for at in places)
    }
    if aside and hosts - aside:
        yield (
            f"The request names {_named(aside)} to say why, or how it is there, and this plan "
            "changes it: see whether that is meant."
        )


def _places(name: str, text: str) -> list[tuple[int, int]]:
    found = re.finditer(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE)
    return [at.span() for at in islice(found, _MANY)]


def _is_aside(text: str, at: tuple[int, int]) -> bool:
    clause = re.split(r"[,;.!?]\s", text[max(0, at[0] - _CLAUSE) : at[0]])[-1]
    return bool(_WHY.search(clause) or _STATE.match(text[at[1] :]))


def _hosts(wish: Wish, changing: Sequence[Wish]) -> frozenset[str]:
    """Those of all steps that do the same."""
    alike = (each for each in changing if deed(each) == deed(wish))
    return frozenset(host for each in alike for host in each.params.get("hosts") or ())


def _named(names: Iterable[str]) -> str:
    return listed([f"“{literal(name)}”" for name in sorted(names, key=natural)])

"""What a change that only a model read makes otherwise of the words, or leaves out. Pure.

Its hosts, names and numbers may all have been said, and the plan be another one: a host that was to
be spared is among them, a version or a pace is missing, what was said of one service is done to
another, or what comes second comes first. No mark can tell of that, for each part by itself was
said; so it is told in sentences.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from bot.domain.intents import Intent, ParseContext, Wish
from bot.domain.marked import literal
from bot.domain.wording import listed, natural
from bot.intent.model.grounds import Grounds
from bot.intent.model.host_order import out_of_order
from bot.intent.model.ordered import orders_in, unmet
from bot.intent.model.paces import pace_in
from bot.intent.model.parts import deed
from bot.intent.model.unheeded import unheeded
from bot.intent.model.where_said import where_said
from bot.intent.model.words import Words, words_of
from bot.intent.patterns import compiled

_PACE = compiled(
    r"\b(?:(?:eine[nrs]?|je eine[nrs]?) (?:nach de[mr] anderen|auf einmal)|einzeln|nacheinander|der reihe nach|(?:zwei|drei|vier|\d{1,3}) auf einmal|"
    r"une? par une?|l['’]une? après l['’]autre|un[oa]? (?:por|a) un[oa]?|de un[oa] en un[oa]|un[oa] alla volta|[ée][ée]n voor [ée][ée]n)\b",
    re.IGNORECASE,
)
_FAILS = compiled(
    r"\b(?:(?:beim ersten|bei (?:einem|jedem)|bei) (?:fehlern?|fehlschlag)|à la première (?:erreur|panne)|al primer (?:error|fallo)|al primo errore|bij de eerste fout)\b",
    re.IGNORECASE,
)
_NUMBER = r"(?:\d{1,4}|two|three|four|five|zwei|drei|vier|fünf|deux|trois|quatre|dos|tres|cuatro|due|tre|twee|drie|eine[nmrs]?|un[ae]?|uno)"
_SO_MANY = compiled(
    rf"\b(?:(?:nur|bloß|lediglich|höchstens|maximal|nicht mehr als|only|just|at most|no more than|seulement|uniquement|au plus|solo|sólo|solamente|soltanto|al massimo|alleen|hoogstens)"
    rf"\s+(?:(?:auf|on|sur|en|su|op)\s+)?{_NUMBER}|{_NUMBER} (?:von )?(?:der|den|of the|des|de l[oa]s|dei|delle|van de))\b"
    r"(?!\s*(?:[:.]\d|uhr|%|prozent|mal\b|sekunden|minuten|stunden|tage|nach|auf einmal|par\b|por\b|at a time|letzten|last))",
    re.IGNORECASE,
)
_VERSION = compiled(
    r"(?<![\w.:/@-])(?:v\d+(?:\.\d+)+|\d+(?:\.\d+){2}(?:[-+~.][\w.+~-]*\w)?|(?<=version )\d+(?:\.\d+)*|(?<=[\w]=)\d[\w.+~:-]*\w)(?![\w.]*\s*uhr)(?!\.\d)",
    re.IGNORECASE,
)
_ADDRESS = compiled(r"\d{1,3}(?:\.\d{1,3}){3}")
_RULED_OUT = compiled(
    r"\b(?:keine?n?|ohne(?: eine?n?)?|statt(?: eines| einem)?|pas de|sans|plutôt qu['’]un|sin(?: un)?|en vez de|no|without(?: an?)?|instead of(?: an?)?|senza|geen|zonder)\s+(?:(?:ihn|sie|es|le|la) )?"
    r"(?:(?P<restart>neustarts?|restart\w*|reboot\w*|neu ?zu ?starten|neuzustarten|redémarr\w*|reinici\w*|riavvi\w*|herstart\w*)"
    r"|(?P<stop>stopp?\w*|anzuhalten|unterbrechung|downtime|ausfall|arrêt\w*|coupure|parar\w*|detener\w*|fermar\w*))\b",
    re.IGNORECASE,
)
_DEEDS = {"restart": frozenset({"restart", "reboot"}), "stop": frozenset({"stop", "shutdown"})}
_CLAUSE = compiled(
    r"[,;.!?](?=\s|$)|\s(?:und|and|et|y|e|en|dann|danach|then|puis|ensuite|luego|poi|sowie|aber|but|mais|pero)(?=\s)",
    re.IGNORECASE,
)
_EARLIER = compiled(
    r"\b(?:vorher|zuvor|davor|bevor|before(?:hand)?|avant|auparavant|antes|previamente|prima|eerst|zuerst|d['’]abord|primero|first)\b",
    re.IGNORECASE,
)
"""Says of what comes later in the sentence that it is done before."""


def overlooked(model: Intent, grounds: Grounds) -> Iterator[str]:
    """The sentences, for whoever approves."""
    changing = [w for w in model.wishes if grounds.catalog.action(w.action).effect.changes]
    if not changing:
        return
    yield from _singled_out(model, changing, grounds)
    yield from where_said(changing, grounds)
    yield from _crossed(model, changing, grounds)
    yield from _turned_round(changing, grounds)
    yield from out_of_order(model, changing, grounds)
    yield from unheeded(model, changing, grounds)
    yield from _ruled_out(changing, grounds)
    yield from unlike(model, grounds)


def _singled_out(model: Intent, changing: list[Wish], grounds: Grounds) -> Iterator[str]:
    """Hosts that are named beside a set with them, and changed with the set alone."""
    words = grounds.here
    for wish in changing:
        hosts = frozenset(wish.params.get("hosts") or ())
        for called, of in words.sets:
            if len(of & hosts) < 2 or of <= words.single:  # an enumeration is no set
                continue
            alone = {
                host
                for host in of & hosts & words.single
                if host.casefold() not in called.casefold() and not _acted_on(host, of, model)
            }
            if alone:
                it = "it" if len(alone) == 1 else "them"
                yield (
                    f"The request names {_named(alone)} beside “{literal(called)}”, and no step is "
                    f"about {it} alone: see what is meant for {it}."
                )


def _acted_on(host: str, of: frozenset[str], model: Intent) -> bool:
    """Whether some step is about the host and not about the whole set."""
    each = (frozenset(wish.params.get("hosts") or ()) for wish in model.wishes)
    return any(host in hosts and not of <= hosts for hosts in each)


def _crossed(model: Intent, changing: list[Wish], grounds: Grounds) -> Iterator[str]:
    """What the clauses that name a service say of it: other hosts, another deed."""
    clauses = [c for c in _CLAUSE.split(grounds.spoken) if c.strip()]
    found = [(c, words_of(c, ParseContext(), grounds.vocabulary)) for c in clauses]
    for wish in changing:
        service = str(wish.params.get("service") or "")
        there = [
            (c, w) for c, w in found if service in w.services or (service and w.named(service))
        ]
        if not there:
            continue
        alike = [w.params.get("hosts") or () for w in model.wishes if deed(w) == deed(wish)]
        hosts = frozenset().union(*alike)
        said = [w.every - grounds.here.spared for _, w in there]  # "all but web-2 should …"
        if hosts and all(said) and not any(of & hosts for of in said):
            yield (
                f"The request names “{literal(service)}” with {_named(frozenset().union(*said))}, "
                f"and this plan takes it to {_named(hosts)}."
            )
        verb = wish.action.rpartition(".")[2]
        orders = [(orders_in(c, ()), unmet(c, {verb})) for c, _ in there]
        if _does_both(model, wish, found):
            continue
        if any(given for given, _ in orders) and all(set(g) <= set(u) for g, u in orders):
            told = next(given[0] for given, _ in orders if given)
            yield (
                f"The request says “{literal(told)}” of “{literal(service)}”, and a step of this "
                f"plan would {verb.replace('_', ' ')} it."
            )


def _does_both(model: Intent, wish: Wish, clauses: Sequence[tuple[str, Words]]) -> bool:
    """Whether a clause that names no service orders this step of what another one acts on, too.

    "Stoppe redis und starte es wieder" asks for both.
    """
    service = wish.params.get("service")
    verb = wish.action.rpartition(".")[2]
    others = {w.action for w in model.wishes if w.params.get("service") == service} - {wish.action}
    return bool(others) and any(
        set(orders_in(clause, ())) - set(unmet(clause, {verb}))
        for clause, words in clauses
        if not words.services
    )


def _turned_round(changing: list[Wish], grounds: Grounds) -> Iterator[str]:
    """A step before another whose words stand before its own."""
    text = " ".join(grounds.spoken.casefold().split())
    if _EARLIER.search(text):
        return
    for one, other in pairwise(changing):
        first, then = (" ".join(w.words.casefold().split()) for w in (one, other))
        if not first or not then or first in then or then in first:
            continue
        if 0 <= text.find(then) < text.find(first):
            yield (
                f"The request says “{literal(other.words)}” first; this plan begins with "
                f"“{literal(one.words)}”."
            )


def _ruled_out(changing: list[Wish], grounds: Grounds) -> Iterator[str]:
    """A deed that the words only name to rule it out ("kein Restart", "sans redémarrer")."""
    found = _RULED_OUT.search(grounds.spoken)
    verbs = {wish.action.rpartition(".")[2] for wish in changing}
    for kind, deeds in _DEEDS.items():
        done = verbs & deeds
        if found is not None and found[kind] and done:
            would = min(done).replace("_", " ")
            yield f"The request says “{literal(found[0])}”, and a step of this plan would {would}."


def unlike(model: Intent, grounds: Grounds) -> Iterator[str]:
    """How many, how fast, which version: what is said of it and stands nowhere in the plan."""
    text, options = " ".join(grounds.spoken.split()), model.options
    several = any(len(wish.params.get("hosts") or ()) > 1 for wish in model.wishes)
    pace, fails, many = _PACE.search(text), _FAILS.search(text), _SO_MANY.search(text)
    if several and pace and options.batch is None:
        yield f"The request says “{literal(pace[0])}”, and this plan leaves its pace to the settings."
    if several and not pace and pace_in(text) is not None and options.batch is None:
        yield "The request says on how many hosts at a time, and this plan leaves that to the settings."
    elif several and many and not pace and options.batch is None:
        yield f"The request says “{literal(many[0])}”; see whether this plan keeps to that."
    if fails and options.on_failure is None and options.stop_at_first_failure is None:
        yield f"The request says “{literal(fails[0])}”, and this plan takes nothing of it up."
    said = [found[0] for found in _VERSION.finditer(text) if not _ADDRESS.fullmatch(found[0])]
    used = " ".join(str(value) for wish in model.wishes for value in wish.params.values())
    missing = [each for each in dict.fromkeys(said) if each not in used]
    if missing:
        yield f"The request names {_named(missing)}, and no step does."


def _named(names: Iterable[str]) -> str:
    return listed([f"“{literal(name)}”" for name in sorted(names, key=natural)])

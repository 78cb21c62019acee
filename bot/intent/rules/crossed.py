"""Steps that cross one another: words that bind two ways, so that a person must say which.

A negation that may cover what follows, an exception that is said as a step of its own, an
"after" with two objects, a pronoun between two services, a host that no step took. Each
finds the clause in doubt; none makes a change out of anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from bot.domain.intents import Question
from bot.intent.patterns import compiled
from bot.intent.rules import lost, questions, reasons, twofold
from bot.intent.rules.combining import Request, changes
from bot.intent.rules.finding import Finding
from bot.intent.rules.lexicon import NEGATIONS
from bot.intent.rules.verbs import doing

_CONTRAST = compiled(r"\b(?:but|instead|rather|just|only)\b")
_EXCEPTS = compiled(
    r"\b(?:but|although|though|however|instead|rather|only(?! then| after)|just|yet|merely)\b"
)
_BEHIND = compiled(r"[\s,]*(?:instead|only|rather)\b(?! of\b)")
_AND = compiled(r"\b(?:and|then|afterwards?|before|after|plus)\b|&")
_LEADS = frozenset(("before", "after", "prior", "once"))


def crossed(findings: Sequence[Finding], request: Request) -> Question | None:
    """A question where a change may be meant in two ways."""
    said = sorted(findings, key=lambda f: f.clause.start)
    doing = [f for f in said if f.kind == "wish" and changes(f, request.vocabulary)]
    dropped = lost.lost(said, doing, request.text)
    if dropped is not None or not doing:
        return questions.unclear(dropped, request.text, request.vocabulary) if dropped else None
    narrow = _excepted(said, request)
    if narrow is not None:
        return twofold.of_a_step(*narrow, request.text)
    doubt = next(_doubts(said, request), None)
    return questions.unclear(doubt, request.text, request.vocabulary) if doubt else None


def _doubts(said: Sequence[Finding], request: Request) -> Iterator[Finding]:
    for at, finding in enumerate(said):
        if not (finding.kind == "wish" and changes(finding, request.vocabulary)):
            continue
        if (
            _denied(said, at, request.text)
            or _after_both(said, at)
            or _there(said, at, request.text)
            or _another(said, at)
            or _said_of_one(finding, said, request.text)
        ):
            yield finding


def _denied(said: Sequence[Finding], at: int, text: str) -> bool:
    """ "don't reboot db-2 before stopping redis", "don't stop it and reboot it"."""
    here = said[at].clause
    for k, other in enumerate(said):
        if other.kind not in {"negated", "spared"} or abs(k - at) != 1:
            continue
        lows = [i.low for i in other.clause.items if i.kind == "word"]
        if not NEGATIONS & set(lows):
            continue
        if here.lead in _LEADS or other.clause.lead in _LEADS:
            return True
        if k > at or here.joined == "hard" or here.contrast:
            continue
        between = text[other.clause.end : here.end].casefold()
        touching = not {"touch", "bother", "mess", "disturb"} & set(lows)
        own = said[at].selection is not None and not said[at].back
        gap = text[other.clause.end : here.start].casefold()
        if (touching or not own) and _AND.search(gap) and not _CONTRAST.search(between):
            return True
    return False


def _excepted(said: Sequence[Finding], request: Request) -> tuple[Finding, Finding] | None:
    """ "reboot all staging hosts, but only check ci-1": is ci-1 rebooted?"""
    text = reasons.masked(request.text).casefold()
    for wide, narrow in combinations([f for f in said if f.kind == "wish" and f.hosts], 2):
        if not changes(wide, request.vocabulary) or wide.action == narrow.action:
            continue
        if {"foremost", "early", "disordered"} & {*wide.clause.marks, *narrow.clause.marks}:
            continue
        if narrow.selection is None or not set(narrow.hosts) & set(wide.hosts):
            continue
        if wide.services and narrow.services and not set(wide.services) & set(narrow.services):
            continue
        if set(narrow.hosts) >= set(wide.hosts) and narrow.back:
            continue
        between = text[wide.clause.end : narrow.clause.end]
        looks = not changes(narrow, request.vocabulary)
        if looks and narrow.clause.joined == "then" and not re.search(r"\bbut\b", between):
            continue
        if _EXCEPTS.search(between) or _BEHIND.match(text[narrow.clause.end :]):
            return wide, narrow
    return None


def _after_both(said: Sequence[Finding], at: int) -> bool:
    """ "reboot gpu-1 after stopping docker there and cron on gpu-2": both come first."""
    if said[at].clause.lead in {"after", "once"} and len(said[at].services) > 1:
        placed = said[at].selection is not None and not said[at].back
        near = [f for f in said[max(at - 1, 0) : at + 2] if f is not said[at] and f.hosts]
        if placed and any(set(f.hosts) != set(said[at].hosts) for f in near):
            return True  # "reboot web-3 after stopping nginx and redis on db-2"
    before = said[at - 1] if at else None
    here = said[at].clause
    if before is None or here.joined != "soft" or before.clause.lead not in {"after", "once"}:
        return False
    first = next((i for i in here.items if i.kind != "punct"), None)
    if "early" in before.clause.marks:
        return first is not None and (doing(first.low) or first.kind in {"service", "hosts"})
    own = said[at].selection
    several = len(said[at].services) > 1 and own is not None and not own.back
    return several and bool(before.hosts) and set(before.hosts) != set(said[at].hosts)


def _there(said: Sequence[Finding], at: int, text: str) -> bool:
    """ "restart nginx on web except web-1, reload it there": on which of them?"""
    here = said[at]
    where = re.search(r"\bthere\b", text[here.clause.start : here.clause.end].casefold())
    return bool(where) and any(f.selection is not None and f.selection.out for f in said[:at])


def _pronoun(finding: Finding) -> bool:
    return any(i.kind == "it" for i in finding.clause.items)


def _another(said: Sequence[Finding], at: int) -> bool:
    """ "stop redis on db-1, check nginx on web-1, start it again": start which?"""
    here = said[at]
    if any(i.kind == "service" for i in here.clause.items) or not here.services:
        return False
    before = [f for f in said[:at] if f.kind in {"wish", "again", "place"}]
    own = here.selection is not None and not here.selection.back
    if here.action == "service.start" and said[at - 1].kind != "topic":
        stopped = [f for f in before if f.action == "service.stop"]
        same = [f for f in stopped if set(f.services) & set(here.services)]
        if stopped and not any(own or set(f.hosts) & set(here.hosts) for f in same):
            return True
    if own:
        return False
    for other in before[1:]:
        hosts = other.hosts or (other.selection.hosts if other.selection else ())
        alike = other.kind == "again" or _pronoun(other)
        if alike and hosts and set(hosts) != set(before[0].hosts) and _pronoun(here):
            return True
    return False


_ONLY_AFTER = compiled(r"\bonly (?:after|once|before|when)\b")
_ONE_OF_TWO = compiled(r"\b(?:latter|former)\b")
_ARROW = compiled(r"[\w)]\s*(?:->|=>|\u2192|\u21d2)\s*\w")
_THE_HOST = compiled(r"\band (?:the )?(?:host|machine|box|server|node|vm) ")


def _said_of_one(finding: Finding, said: Sequence[Finding], text: str) -> bool:
    """ "reboot gpu-1 and gpu-2, but gpu-2 only after …", "…, the latter after …"."""
    low = reasons.masked(text).casefold()
    if _ONE_OF_TWO.search(low) or (_ARROW.search(low) and len(finding.hosts) >= 1):
        return True
    item = finding.item
    led = any(f.clause.lead in _LEADS for f in said)
    if led and item is not None and _twice(finding, item.text.casefold()):
        return True
    if finding.services and item is not None and _THE_HOST.search(item.text.casefold()):
        return True
    match = _ONLY_AFTER.search(low)
    if match is None:
        return False
    places = {
        i.text.casefold()
        for f in said
        for i in f.clause.items
        if i.kind == "hosts" and not (i.selection and i.selection.back)
    }
    spared = any(f.selection is not None and f.selection.out for f in said)
    return len(places) > 1 or spared


def _twice(finding: Finding, said: str) -> bool:
    """ "reboot gpu-1 and gpu-2, gpu-2 after stopping docker": a host that is named again."""
    names = re.findall(r"[\w.-]*\w", said)
    return len(finding.hosts) > 1 and any(
        names.count(host.casefold()) > 1 for host in finding.hosts
    )

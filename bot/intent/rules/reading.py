"""One clause in, one finding out: a wish, a place, a negation, a statement or a problem.

The whole clause must be matched by a template once its entities are placeholders; a word
that is left over means no match, and without a match nothing is ever changed. What is
missing is taken from the clause before, or becomes a question.
"""

# ruff: noqa: E501 - word lists and sentences read worse when they are cut

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.intent.rules import faults
from bot.intent.rules.clauses import EXCEPTING, Clause
from bot.intent.rules.finding import Finding, Spoken, asks
from bot.intent.rules.fitting import wish
from bot.intent.rules.lexicon import NEGATIONS, bounded
from bot.intent.rules.tagging import Item
from bot.intent.rules.unlisted import unlisted
from bot.intent.rules.unmatched import unmatched
from bot.intent.rules.verbs import doing
from bot.intent.rules.vocabulary import Vocabulary

_SPARE = frozenset(
    "leave skip spare exclude omit keep ignore not do touch include alone out as is untouched "
    "be reboot restart stop reload start mess anything with to please need in running change "
    "affect hands off bother apply on this that qit but and never avoid disturb it was were "
    "stay stays should must remain them hit your hands though touched limits use used affected "
    "bothered changed busy please without touching affecting disturbing".split()
)
_SPARING = frozenset("leave skip spare exclude omit keep".split()) | EXCEPTING
_AGAIN = frozenset((
    ("same",), ("do", "same"), ("same", "thing"), ("do", "same", "thing"), ("likewise",), ("repeat",),
    ("repeat", "qit"), ("do", "qit"), ("repeat", "that"), ("do", "likewise"), ("that",), ("qit",),
    ("same", "again"), ("now", "same"), ("and", "same"), ("but", "same"), ("do", "that"), ("and",), ("but",),
    ("do", "this"), ("do", "so"), ("same", "action"), ("what", "about"), ("how", "about"), ("and", "what", "about"), ("same", "there"),
    ("do", "exactly", "same"), ("exactly", "same"), ("do", "same", "qit"), ("apply", "same"), ("then",),
    ("do", "exactly", "same", "thing"), ("but", "do", "same"), ("make", "qit"), ("try",), ("do",),
))  # fmt: skip
_KEPT = frozenset(
    "keep leave qservice qhosts running up on alive going alone untouched as is be qit online".split()
)
_DROPPING = frozenset("forget skip postpone delay defer cancel stop avoid drop scrap".split())
THANKING = frozenset("thanks thank thx ty tia cheers ta sorry".split())
_EMPTY = frozenset(("and", "but", "to", "with", "on", "in", "at", "then", "also", "qsince"))


def read(clause: Clause, spoken: Spoken, vocabulary: Vocabulary) -> Finding:
    """The finding of one clause."""
    items = [i for i in clause.items if i.kind not in {"punct", "flag", "its"}]
    hosts = [i for i in items if i.kind == "hosts"]
    words = [i.low for i in items if not (i.kind == "hosts" and i.adjunct)]
    selection = hosts[0].selection if hosts else None
    item = hosts[0] if hosts else None
    base = Finding(
        "none", clause, selection=selection, item=item, adjunct=bool(item and item.adjunct)
    )
    if clause.lead in {"contrary", "without"}:
        return replace(base, kind="contrary")
    if words[:1] and words[0] in THANKING:
        told = words[0] != "sorry" or any(doing(w) or w == "said-noun" for w in words)
        told = told or not (hosts or "qservice" in words)
        return replace(base, kind="statement" if told else "unknown")
    if not [w for w in words if w not in _EMPTY and w != "qhosts"] and len(hosts) == 1:
        return replace(base, kind="place")
    if "forget" in words[1:] and NEGATIONS & set(words):
        return replace(base, kind="unknown")  # "don't forget redis" wants it, too
    if NEGATIONS & set(words) and not asks(words):
        return _with_a_no(base, items, words)
    if _dropped(words):
        return _negated(base, items)
    if words[:1] in (["keep"], ["leave"]) and "qservice" in words and set(words) <= _KEPT:
        services = tuple(n for i in items if i.kind == "service" for n in i.names)
        return replace(base, kind="negated", services=services)
    sparing = words and words[0] in _SPARING
    if sparing and hosts and set(words) - {"qhosts"} <= _SPARE | EXCEPTING:
        return replace(base, kind="spared")
    if tuple(w for w in words if w != "qhosts") in _AGAIN and hosts and len(hosts) == 1:
        return replace(base, kind="again")
    if tuple(words) in _AGAIN - {("that",), ("qit",), ("and",), ("but",), ("do",)} and not hosts:
        return replace(base, kind="again")
    if len(hosts) > 1:
        return _several(base, items, hosts, vocabulary)
    return (
        _asked_after(base, items, words)
        or wish(base, items, spoken, vocabulary)
        or unlisted(base, items, spoken, vocabulary)
        or unmatched(base, items, words, spoken, vocabulary)
    )


def _asked_after(base: Finding, items: Sequence[Item], words: Sequence[str]) -> Finding | None:
    """ "nginx on web-3?": a service and a host, and nothing but a question mark."""
    named = [i for i in items if i.kind == "service"]
    where = base.selection
    if not base.clause.asked or len(named) != 1 or not set(words) <= {"qservice", "qhosts"}:
        return None
    if where is None or where.back or where.trouble:
        return None
    names = named[0].names
    return replace(base, kind="wish", action="service.status", services=names, hosts=where.hosts)


_AWAITING = frozenset("if when whenever once until till unless while soon long".split())


def _awaits(words: Sequence[str]) -> bool:
    """Whether the negation stands in a condition: "restart it if it does not respond"."""
    first = next((k for k, w in enumerate(words) if w in NEGATIONS), 0)
    return bool(_AWAITING & set(words[:first]))


_CANCELLING = frozenset(
    "cancel abort drop scrap withdraw discard stop kill halt end forget revoke retract call "
    "terminate".split()
)


def _ordered(words: Sequence[str]) -> bool:
    """Whether a cancellation stands before the negation, which only says why."""
    first = next((k for k, w in enumerate(words) if w in NEGATIONS), 0)
    return bool(_CANCELLING & set(words[:first]))


def _dropped(words: Sequence[str]) -> bool:
    """ "hold off on rebooting …", "forget about the restart", "skip upgrading …"."""
    if words[:2] == ["hold", "off"] or words[:2] == ["hands", "off"]:
        return True
    if words[:1] and words[0] in _DROPPING:
        ends = words[0] == "stop"  # "stop the daemon running there for the upgrade" stops it
        near = words[1:2] if ends else words[1:4]
        return any((doing(w) and not (ends and w == "running")) or w == "said-noun" for w in near)
    return False


def _with_a_no(base: Finding, items: Sequence[Item], words: Sequence[str]) -> Finding:
    """ "no later than 10" bounds an order, "nginx is not running" tells of a fault; else a denial."""
    if bounded(words):
        return replace(base, kind="unknown")
    told = faults.tells_of_one(words)
    return replace(base, kind="statement") if told else _negated(base, items)


def _negated(base: Finding, items: Sequence[Item]) -> Finding:
    """ "don't touch web-2" spares web-2; any other negation just asks for nothing."""
    if _awaits([i.low for i in items]):
        return replace(base, kind="unknown")  # "reboot it once nobody is logged in"
    rest = {i.low for i in items if i.kind == "word"}
    if rest & {"sure", "ensure"} and rest & {"running", "up", "started", "on", "active"}:
        return replace(base, kind="unknown")  # "make sure redis is not running" wants it stopped
    if any(i.kind == "plan" for i in items) and _ordered([i.low for i in items]):
        return replace(base, kind="unknown")  # "cancel plan 90, no longer needed" wants it gone
    if any(i.kind == "plan" for i in items) and rest & {"need", "want", "needed", "wanted"}:
        return replace(base, kind="statement")  # "I don't need plan 90, cancel it"
    if base.selection and rest <= _SPARE:
        services = tuple(n for i in items if i.kind == "service" for n in i.names)
        return replace(base, kind="spared", services=services)
    services = tuple(n for i in items if i.kind == "service" for n in i.names)
    return replace(base, kind="negated", services=services)


def _several(
    base: Finding, items: Sequence[Item], hosts: Sequence[Item], vocabulary: Vocabulary
) -> Finding:
    """Two host phrases: "on web-1 … there" is one, anything else is a question."""
    real = [h for h in hosts if h.selection and not h.selection.back]
    if len(real) == 1:
        kept = [i for i in items if i.kind != "hosts" or i is real[0]]
        base = replace(base, selection=real[0].selection, item=real[0], adjunct=real[0].adjunct)
        return wish(base, kept, Spoken(), vocabulary) or replace(base, kind="unknown")
    return replace(base, kind="unknown", word="hosts")

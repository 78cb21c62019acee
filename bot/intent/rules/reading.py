"""One clause in, one finding out: a wish, a place, a negation, a statement or a problem.

The whole clause must be matched by a template once its entities are placeholders; a word
that is left over means no match, and without a match nothing is ever changed. What is
missing is taken from the clause before, or becomes a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.intent.rules import moods
from bot.intent.rules.clauses import Clause
from bot.intent.rules.lexicon import COMMON, NEGATIONS
from bot.intent.rules.selectors import Selection
from bot.intent.rules.tagging import Item
from bot.intent.rules.templates import Match
from bot.intent.rules.vocabulary import ActionShape, Vocabulary


@dataclass
class Spoken:
    """What has been spoken of so far: the targets that "it" and "there" mean."""

    hosts: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    here: bool = False
    action: str = ""


@dataclass
class Finding:
    """What one clause means.

    `kind` is wish, place, negated, spared, again, statement, foreign, unknown or none.
    """

    kind: str
    clause: Clause
    action: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    services: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    selection: Selection | None = None
    item: Item | None = None
    adjunct: bool = False
    word: str = ""
    back: bool = False


_ASKING = frozenset(
    "is are was were did does has had who what when where why how which should shall am may any".split()
)
_SPARE = frozenset("leave skip spare exclude omit keep ignore not do touch include alone out as is untouched be reboot restart stop reload start mess anything with to please need in running change affect hands off bother apply on this that qit but and never avoid disturb it was were stay stays should must remain them hit".split())
_AGAIN = frozenset((
    ("same",), ("do", "same"), ("same", "thing"), ("do", "same", "thing"), ("likewise",), ("repeat",),
    ("repeat", "qit"), ("do", "qit"), ("repeat", "that"), ("do", "likewise"), ("that",), ("qit",),
    ("same", "again"), ("now", "same"), ("and", "same"), ("but", "same"), ("do", "that"), ("and",), ("but",),
    ("do", "this"), ("do", "so"), ("same", "action"), ("what", "about"), ("how", "about"), ("and", "what", "about"), ("same", "there"),
    ("do", "exactly", "same"), ("exactly", "same"), ("do", "same", "qit"), ("apply", "same"), ("then",),
    ("do", "exactly", "same", "thing"), ("but", "do", "same"), ("make", "qit"), ("try",), ("do",),
))  # fmt: skip
_PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.:-]*(?:=[\w.:~+-]+)?")
_EMPTY = frozenset(("and", "but", "to", "with", "on", "in", "at", "then", "also", "qsince"))


def read(clause: Clause, spoken: Spoken, vocabulary: Vocabulary) -> Finding:
    """The finding of one clause."""
    items = [i for i in clause.items if i.kind not in {"punct", "flag"}]
    hosts = [i for i in items if i.kind == "hosts"]
    words = [i.low for i in items if not (i.kind == "hosts" and i.adjunct)]
    selection = hosts[0].selection if hosts else None
    item = hosts[0] if hosts else None
    base = Finding("none", clause, selection=selection, item=item, adjunct=bool(item and item.adjunct))
    if not [w for w in words if w not in _EMPTY and w != "qhosts"] and len(hosts) == 1:
        return replace(base, kind="place")
    if NEGATIONS & set(words) and not _asking(words):
        return _negated(base, items)
    if words and words[0] in {"leave", "skip", "spare", "exclude", "omit", "keep"} and hosts:
        if set(words) - {"qhosts"} <= _SPARE:
            return replace(base, kind="spared")
    if tuple(w for w in words if w != "qhosts") in _AGAIN and hosts and len(hosts) == 1:
        return replace(base, kind="again")
    if tuple(words) in _AGAIN - {("that",), ("qit",), ("and",), ("but",), ("do",)} and not hosts:
        return replace(base, kind="again")
    if len(hosts) > 1:
        return _several(base, items, hosts, vocabulary)
    wish = _wish(base, items, spoken, vocabulary)
    if wish:
        return wish
    return _unmatched(base, items, words, spoken, vocabulary)


def _asking(words: Sequence[str]) -> bool:
    return bool(words) and words[0] in _ASKING


def _negated(base: Finding, items: Sequence[Item]) -> Finding:
    """"don't touch web-2" spares web-2; any other negation just asks for nothing."""
    rest = {i.low for i in items if i.kind == "word"}
    if base.selection and rest <= _SPARE:
        services = tuple(n for i in items if i.kind == "service" for n in i.names)
        return replace(base, kind="spared", services=services)
    services = tuple(n for i in items if i.kind == "service" for n in i.names)
    return replace(base, kind="negated", services=services)


def _several(base: Finding, items: Sequence[Item], hosts: Sequence[Item], vocabulary: Vocabulary) -> Finding:
    """Two host phrases: "on web-1 … there" is one, anything else is a question."""
    real = [h for h in hosts if h.selection and not h.selection.back]
    if len(real) == 1:
        kept = [i for i in items if i.kind != "hosts" or i is real[0]]
        base = replace(base, selection=real[0].selection, item=real[0], adjunct=real[0].adjunct)
        return _wish(base, kept, Spoken(), vocabulary) or replace(base, kind="unknown")
    return replace(base, kind="unknown", word="hosts")


# -- matching -----------------------------------------------------------------------------


def cores(items: Sequence[Item]) -> Iterator[str]:
    """The texts in which the templates may find the clause, the fullest first."""
    seen: set[str] = set()
    for bare in ("keep", "drop", "group"):
        for adjunct in ("group",) if bare == "group" else ("drop", "keep"):
            words: list[str] = []
            for item, after in zip(items, (*items[1:], None), strict=True):
                if item.kind == "since" or _joins(item, after):
                    continue
                if item.kind == "hosts":
                    words += _host_words(item, adjunct if item.adjunct else bare)
                else:
                    words.append(item.low)
            text = " ".join(words)
            if text and text not in seen:
                seen.add(text)
                yield text


def _joins(item: Item, after: Item | None) -> bool:
    """The "but" of "…, but on web-2": it joins a place, and nothing else."""
    return item.low in {"but", "and"} and after is not None and after.kind == "hosts" and after.adjunct


def _host_words(item: Item, how: str) -> list[str]:
    if how == "drop":
        return []
    grouped = item.selection is not None and item.selection.group
    slot = "qgroup" if how == "group" and grouped else "qhosts"
    if item.adjunct:
        head = item.text.split()[0].casefold()
        return [head, slot] if head not in {"of", "for", "from", "there"} else [slot]
    return [slot]


def _wish(base: Finding, items: Sequence[Item], spoken: Spoken, vocabulary: Vocabulary) -> Finding | None:
    best: tuple[int, int, Finding] | None = None
    if _shell(base, items):
        return None
    telling = _tells(base, items)
    for rank, text in enumerate(cores(items)):
        for match in vocabulary.templates.match(text):
            found = _fit(base, match, items, spoken, vocabulary)
            if found is None or (telling and not vocabulary.actions[match.action].changes):
                continue
            score = (match.weight * 2 - 5 * bool(match.wild) + (2 if "group" in match.slots else 0), -rank)
            if best is None or score > best[:2]:
                best = (*score, found)
    return best[2] if best else None


_SHELL_WORDS = frozenset("df uptime ps top free htop ls date whoami hostname id dmesg journalctl systemctl apt w last".split())
_LISTED_ELSEWHERE = frozenset("digest tests test playbook pipeline build builds release suite scan lab labs report update updates upgrade".split())
_TELLING = frozenset("is are was were has have had seems looks keeps went got feels acts".split())


def _shell(base: Finding, items: Sequence[Item]) -> bool:
    """A plain command behind "run", or a dash that no sentence has: no template may match."""
    if any(i.kind == "flag" and i.low not in {"--yes", "-y", "--dry-run", "--plan-only"} for i in base.clause.items):
        return True
    return len(items) > 1 and items[0].low in {"run", "execute", "exec"} and items[1].low in _SHELL_WORDS


def _tells(base: Finding, items: Sequence[Item]) -> bool:
    """"web-1 is slow": tells something, asks for no read."""
    lows = [i.low for i in items if not (i.kind == "hosts" and i.adjunct)]
    return (
        not base.clause.asked
        and len(lows) > 1
        and lows[0] in {"qhosts", "qservice", "qit"}
        and lows[1] in _TELLING
    )


def _fit(
    base: Finding, match: Match, items: Sequence[Item], spoken: Spoken, vocabulary: Vocabulary
) -> Finding | None:
    """The wish that a match stands for, or None when something of the clause is not in it."""
    shape = vocabulary.actions.get(match.action)
    if shape is None:
        return None
    if shape.changes and (_asking([i.low for i in items]) or base.clause.lead == "lookup"):
        return None
    params: dict[str, Any] = dict(match.params)
    if not _carry(items, shape, params):
        return None
    if not _wildcards(match, params, vocabulary):
        return None
    if base.selection and "hosts" not in shape.fields:
        if "group" not in match.slots or not base.selection.group:
            if not (base.selection.wide and "group" in shape.fields):
                return None
        else:
            params["group"] = base.selection.group
    services = tuple(n for i in items if i.kind == "service" for n in i.names)
    if services and "service" not in shape.fields:
        if "packages" not in shape.fields:
            return None
        params["packages"] = sorted({*params.get("packages", ()), *services})
        services = ()
    kinds = [i.kind for i in items]
    if kinds.count("service") > 1 or kinds.count("quote") > 1:
        return None
    pronoun = "it" in kinds
    found = replace(base, kind="wish", action=match.action, params=params, services=services)
    return _complete(found, shape, spoken, vocabulary, pronoun=pronoun)


def _carry(items: Sequence[Item], shape: ActionShape, params: dict[str, Any]) -> bool:
    """Numbers, lines, times, paths, commands and plans of the clause into the parameters."""
    for item in items:
        name, value = {
            "lines": ("lines", None), "since": ("since", item.text), "path": ("path", item.text),
            "quote": ("command", item.text), "number": ("limit", None), "plan": ("plan", None),
        }.get(item.kind, ("", None))  # fmt: skip
        if not name:
            continue
        if name not in shape.fields:
            if name == "lines" and "limit" in shape.fields:
                name = "limit"
            elif name == "limit" and "lines" in shape.fields:
                name = "lines"
            elif shape.changes or item.kind in {"quote", "plan"}:
                return False
            else:
                continue
        if item.kind in {"number", "plan"}:
            if len(item.names) != 1:
                return False
            value = int(item.names[0])
        elif item.kind == "lines":
            value = int(item.text)
        params[name] = value
    return True


def _wildcards(match: Match, params: dict[str, Any], vocabulary: Vocabulary) -> bool:
    for name, text in match.wild.items():
        words = text.split()
        if any(w.startswith("q") and w[1:] in {"hosts", "it", "number", "since", "lines", "quote", "path", "plan", "other"} for w in words):
            return False
        if name == "packages":
            parts = [w for w in words if w not in {"and", ",", "&", "plus", "qservice"}]
            if not all(_PACKAGE.fullmatch(p) and p not in COMMON and p not in vocabulary.words for p in parts):
                return False
            if words and (words[0] in {"and", ","} or words[-1] in {"and", ","}):
                return False
            params["packages"] = sorted({*params.get("packages", ()), *parts})
        elif name == "person":
            if len(words) != 1 or words[0] in COMMON - {"i", "me"} or words[0] in vocabulary.words - {"i", "me"}:
                return False
            params["person"] = "me" if words[0] == "i" else words[0]
        elif name == "topic":
            if len(words) > 3 or "qservice" in words or not words or NEGATIONS & set(words):
                return False
            params["topic"] = text
        elif name == "what" and len(words) > 6:
            return False
    return True


def _complete(
    found: Finding, shape: ActionShape, spoken: Spoken, vocabulary: Vocabulary, *, pronoun: bool
) -> Finding | None:
    """Fill hosts and service from what was spoken of; note what is missing."""
    missing: list[str] = []
    own = found.selection
    if found.params.get("hosts") == "*":
        if own is not None:
            return None
        found = replace(found, hosts=vocabulary.hosts, params={k: v for k, v in found.params.items() if k != "hosts"})
        return found
    if "hosts" in shape.fields:
        if own is not None and not own.back:
            found = replace(found, hosts=own.hosts)
        else:
            back = own is not None or pronoun
            hosts = spoken.hosts if (spoken.here or back or not shape.changes) else ()
            if not hosts and "hosts" in shape.required:
                if not shape.changes and vocabulary.local and len(vocabulary.hosts) == 1:
                    hosts = vocabulary.hosts
                else:
                    missing.append("hosts")
            if "hosts" in shape.required or back:
                found = replace(found, hosts=hosts, back=back)
    if "service" in shape.required and not found.services:
        services = spoken.services if (spoken.here or pronoun) else ()
        if not services:
            missing.insert(0, "service")
        found = replace(found, services=services)
    for name in sorted(shape.required - {"hosts", "service"}):
        if name not in found.params:
            missing.append(name)
    return replace(found, missing=tuple(missing))


# -- no match -----------------------------------------------------------------------------


def _unmatched(
    base: Finding, items: Sequence[Item], words: Sequence[str], spoken: Spoken, vocabulary: Vocabulary
) -> Finding:
    said = " ".join(words)
    raw = " ".join(i.text.casefold() for i in base.clause.items if i.kind != "punct")
    if any(i.kind == "other" for i in items) or set(words) & set(vocabulary.other_nouns):
        return replace(base, kind="foreign")
    command = _command(base, items, vocabulary)
    if command:
        return command
    if words[:1] == ["run"] and set(words) & {"digest", "tests", "test"}:
        return replace(base, kind="foreign")
    wanted = _changing(words, vocabulary)
    about = base.selection is not None or any(i.kind == "service" for i in items)
    if moods.elsewhere(raw) and not (wanted and about):
        return replace(base, kind="none")
    if not wanted and (moods.told(raw) or moods.told(said)):
        return replace(base, kind="statement")
    slots = (("qservice", "service"), ("qhosts", "hosts"))
    if {"reboot", "rebooting", "upgrade", "update", "patch"} & set(words):
        slots = (slots[1], slots[0])
    for slot, name in slots:
        guess = _guess(base, items, slot, name, spoken, vocabulary)
        if guess:
            return guess
    if moods.pondered(raw):
        return replace(base, kind="statement")
    if not base.clause.asked and _declares(words):
        return replace(base, kind="statement")
    found = _keyword(base, items, words, spoken, vocabulary)
    if found:
        return found
    if about or wanted:
        return replace(base, kind="unknown")
    return base


def _declares(words: Sequence[str]) -> bool:
    """"nginx on web-1 is slow", "it keeps crashing", "i love nginx"."""
    if not words or words[0] in _ASKING:
        return False
    first = words[0] in {"i", "we", "he", "she", "they", "it", "qit", "qservice", "qhosts", "users", "everything", "nothing",
                         "customers", "people", "someone", "somebody", "there", "you", "that", "this", "everyone", "nobody", "glad", "great", "nice"}  # fmt: skip
    return first and len(words) > 1 and words[1] not in {"needs", "must", "should", "wants"}


_CHANGES = frozenset(
    "restart reboot reload start stop bounce kill halt shutdown upgrade update patch install remove destroy delete wipe disable "
    "enable cancel run execute kick cycle shut bring take turn switch launch refresh resume pause fix repair reset drain reinstall uninstall "
    "mask format deploy power relaunch scale rollback revert clean prune rotate flush".split()
)


def _changing(words: Sequence[str], vocabulary: Vocabulary) -> bool:
    return bool(words) and words[0] in _CHANGES


def _guess(
    base: Finding, items: Sequence[Item], slot: str, name: str, spoken: Spoken, vocabulary: Vocabulary
) -> Finding | None:
    """A match if one unknown word were a service or a host, or if it were simply missing."""
    text = " ".join(i.low if i.kind != "since" else "" for i in items if not (i.kind == "hosts" and i.adjunct))
    words = text.split()
    if base.selection is not None and not base.adjunct and slot == "qservice" and "qservice" not in words:
        found = _try(base, [slot if w == "qhosts" else w for w in words], items, spoken, vocabulary)
        if found and found.action.startswith("service."):
            return replace(found, missing=("service",), word="", services=())
    unknown = [
        i for i in items
        if i.kind == "word" and i.low not in COMMON and i.low not in vocabulary.words
        and i.low not in vocabulary.other_nouns and i.low != "qservice"
    ]  # fmt: skip
    if len(unknown) == 1 and (slot == "qhosts" or "qservice" not in words):
        odd = unknown[0]
        tried = [slot if w == odd.low else w for w in words]
        for core in (tried, [w for w in tried if w != "qhosts"], _without_nouns(tried)):
            found = _try(base, core, items, spoken, vocabulary)
            if found and (slot == "qservice") == found.action.startswith("service."):
                return replace(found, kind="wish", missing=(name, *found.missing), word=odd.text, item=odd, services=())
    if len(words) <= 3 and not unknown and slot == "qservice" and "qservice" not in words:
        found = _try(base, [*[w for w in words if w not in {"qit", "qhosts"}], slot], items, spoken, vocabulary)
        if found and found.action.startswith("service.") and words:
            services = spoken.services if spoken.here else ()
            missing = tuple(m for m in found.missing if m != "service")
            if not services:
                missing = ("service", *missing)
            return replace(found, missing=missing, services=services)
    return None


def _without_nouns(words: Sequence[str]) -> list[str]:
    return [w for w in words if w not in {"service", "services", "daemon", "unit", "server", "host", "hosts"}]


def _try(
    base: Finding, words: Sequence[str], items: Sequence[Item], spoken: Spoken, vocabulary: Vocabulary
) -> Finding | None:
    for match in vocabulary.templates.match(" ".join(words)):
        if match.wild:
            continue
        found = _fit(base, match, items, spoken, vocabulary)
        if found:
            return found
    return None


def _command(base: Finding, items: Sequence[Item], vocabulary: Vocabulary) -> Finding | None:
    """`run df -h on web-1` without quotes: the words between "run" and the hosts."""
    if "host.run" not in vocabulary.actions or len(items) < 2:
        return None
    head, *rest = items
    if head.low not in {"run", "execute", "exec"} or head.text.casefold() != head.low:
        return None
    body = [i for i in rest if not (i.kind == "hosts" and i.adjunct)]
    flags = [i for i in base.clause.items if i.kind == "flag"]
    if not body or body[0].kind not in {"word", "path"} or (rest[-1].kind != "hosts" and base.selection):
        return None
    first = body[0].text.casefold()
    known = first in _SHELL_WORDS
    if first in _LISTED_ELSEWHERE or body[0].low != first and body[0].kind == "word":
        return None
    if body[0].kind == "word" and not known and (first in COMMON or first in vocabulary.words):
        return None
    if not base.selection and not known and not flags and len(body) < 2:
        return None
    if any(i.kind not in {"word", "path", "number", "service"} for i in body):
        return None
    if any(i.low in COMMON for i in body[1:] if i.kind == "word"):
        return None
    parts = sorted([*body, *flags], key=lambda i: i.start)
    hosts = base.selection.hosts if base.selection and not base.selection.back else ()
    params = {"command": " ".join(p.text for p in parts)}
    missing = () if hosts or base.selection else ("hosts",)
    return replace(base, kind="wish", action="host.run", params=params, hosts=hosts, missing=missing)


def _keyword(
    base: Finding, items: Sequence[Item], words: Sequence[str], spoken: Spoken, vocabulary: Vocabulary
) -> Finding | None:
    """A read that its words betray. Needs a target, and no verb that changes anything."""
    if set(words) & _CHANGES or NEGATIONS & set(words) or not (base.selection or "qservice" in words):
        return None
    if base.selection is not None and base.selection.trouble:
        return None
    for keyword in vocabulary.templates.keywords:
        if keyword.all - set(words) or (keyword.any and not keyword.any & set(words)):
            continue
        shape = vocabulary.actions.get(keyword.action)
        if shape is None or shape.changes:
            continue
        fits = Match(keyword.action, keyword.params, frozenset(), {}, 0)
        found = _fit(base, fits, items, spoken, vocabulary)
        if found:
            return found
    return None

"""From a matched template to a wish: parameters, targets, and what is missing.

A match counts only when everything in the clause is in it: a number, a time or a name that
the action has no place for means no match.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from bot.intent.patterns import compiled
from bot.intent.rules.carrying import several, whereabouts
from bot.intent.rules.finding import Finding, Spoken, asks
from bot.intent.rules.lexicon import COMMON, NEGATIONS
from bot.intent.rules.packages import unlikely
from bot.intent.rules.tagging import Item
from bot.intent.rules.templates import Match
from bot.intent.rules.vocabulary import ActionShape, Vocabulary

_PACKAGE = compiled(r"[a-z0-9][a-z0-9+.:-]*(?:=[\w.:~+-]+)?")


_FILE = compiled(r"\.(?:conf|cfg|cnf|ini|ya?ml|json|toml|txt|sh|log|service|timer|env|xml)$")
_PACKAGES_TOO = frozenset(("sudo", "apt", "htop"))
"""Words of the phrases that are names of packages as well."""


def cores(items: Sequence[Item]) -> Iterator[str]:
    """The texts in which the templates may find the clause, the fullest first."""
    seen: set[str] = set()
    for bare in ("keep", "drop", "group"):
        for adjunct in ("group",) if bare == "group" else ("drop", "keep"):
            words: list[str] = []
            for item, after in zip(items, [*items[1:], None], strict=False):
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
    return (
        item.low in {"but", "and"} and after is not None and after.kind == "hosts" and after.adjunct
    )


def _host_words(item: Item, how: str) -> list[str]:
    if how == "drop":
        return []
    grouped = item.selection is not None and item.selection.group
    slot = "qgroup" if how == "group" and grouped else "qhosts"
    if item.adjunct:
        head = item.text.split()[0].casefold()
        return [head, slot] if head not in {"of", "for", "from", "there"} else [slot]
    return [slot]


def wish(
    base: Finding, items: Sequence[Item], spoken: Spoken, vocabulary: Vocabulary
) -> Finding | None:
    """The best wish that the templates make of the clause, or None."""
    best: tuple[int, int, Finding] | None = None
    if _shell(base, items):
        return None
    telling = _tells(base, items)
    for rank, text in enumerate(cores(items)):
        for match in vocabulary.templates.match(text):
            found = fit(base, match, items, spoken, vocabulary)
            if found is None or (telling and not vocabulary.actions[match.action].changes):
                continue
            worth = match.weight * 2 + 2 * ("group" in match.slots)
            worth -= base.clause.asked and vocabulary.actions[match.action].changes
            score = (worth - 3 * len(found.missing) - 5 * bool(match.wild), -rank)
            if best is None or score > best[:2]:
                best = (*score, found)
    return best[2] if best else None


SHELL_WORDS = frozenset(
    "df uptime ps top free htop ls date whoami hostname id dmesg journalctl systemctl w "
    "last".split()
)
_TELLING = frozenset("is are was were has have had seems looks keeps went got feels acts".split())


def _shell(base: Finding, items: Sequence[Item]) -> bool:
    """A plain command behind "run", or a dash that no sentence has: no template may match."""
    if any(i.kind == "flag" for i in base.clause.items):
        return True
    return (
        len(items) > 1
        and items[0].low in {"run", "execute", "exec"}
        and items[1].low in SHELL_WORDS
    )


def _tells(base: Finding, items: Sequence[Item]) -> bool:
    """ "web-1 is slow": tells something, asks for no read."""
    lows = [i.low for i in items if not (i.kind == "hosts" and i.adjunct)]
    return (
        not base.clause.asked
        and len(lows) > 1
        and lows[0] in {"qhosts", "qservice", "qit"}
        and lows[1] in _TELLING
    )


def fit(
    base: Finding, match: Match, items: Sequence[Item], spoken: Spoken, vocabulary: Vocabulary
) -> Finding | None:
    """The wish that a match stands for, or None when something of the clause is not in it."""
    shape = vocabulary.actions.get(match.action)
    if shape is None or (match.action == "package.check_updates" and _upgrades(base, items)):
        return None
    if shape.changes and (asks([i.low for i in items]) or base.clause.lead == "lookup"):
        return None
    params: dict[str, Any] = dict(match.params)
    if not _carry(items, shape, params):
        return None
    if "plan" in match.slots and spoken.plan:
        params.setdefault("plan", spoken.plan)
    if "plan" in match.slots - set(params) or not _wildcards(match, params, vocabulary):
        return None
    if "packages" in params and (
        not _separated(base, params["packages"])
        or unlikely(params["packages"], [i.low for i in base.clause.items], vocabulary)
    ):
        return None
    if not _grouped(base, match, shape, params):
        return None
    services = tuple(n for i in items if i.kind == "service" for n in i.names)
    if services and "service" not in shape.fields:
        if "packages" not in shape.fields:
            return None
        params["packages"] = sorted({*params.get("packages", ()), *_packages(items)})
        services = ()
    if "service" in match.slots and not services and items[0].low in {"reboot", "rebooting"}:
        return None  # "reboot it": the machine, or nobody knows
    kinds = [i.kind for i in items]
    if kinds.count("service") > 1 or kinds.count("quote") > 1:
        return None
    pronoun = "it" in kinds or any(i.kind == "its" for i in base.clause.items)
    found = replace(base, kind="wish", action=match.action, params=params, services=services)
    return _complete(found, shape, spoken, vocabulary, pronoun=pronoun)


_OF_UPDATES = frozenset(
    "status level state situation check available pending due needed required ready list count "
    "overview".split()
)


def _upgrades(base: Finding, items: Sequence[Item]) -> bool:
    """ "update, …", "run the updates": an upgrade is ordered, and no look at what is pending."""
    lows = [i.low for i in items]
    if base.clause.asked or "apt" in lows or "apt-get" in lows:
        return False
    if lows[0] in {"run", "do", "perform", "execute", "make"}:
        return "check" not in lows
    if lows[0] not in {"upgrade", "update", "patch"}:
        return False
    beside = len(items) > 1 and items[1].start - items[0].end == 1  # "update the status" has a gap
    return not (beside and lows[1] in _OF_UPDATES)


def _packages(items: Sequence[Item]) -> Iterator[str]:
    """Packages that bear a service's name; `openssh-server` is one itself, and no `ssh`."""
    for item in items:
        if item.kind == "service":
            said = item.text.casefold()
            own = len(item.names) == 1 and re.fullmatch(r"openssh[a-z-]*|[a-z0-9]+-server", said)
            yield from (said,) if own else item.names


def _grouped(base: Finding, match: Match, shape: ActionShape, params: dict[str, Any]) -> bool:
    """Whether hosts have a place in the action: as hosts, or as the group that they are."""
    selection = base.selection
    if selection is None or "hosts" in shape.fields:
        return True
    if "group" in match.slots and selection.group:
        params["group"] = selection.group
        return True
    return selection.wide and "group" in shape.fields


def _carry(items: Sequence[Item], shape: ActionShape, params: dict[str, Any]) -> bool:
    """Numbers, lines, times, paths, commands and plans of the clause into the parameters."""
    for item in items:
        value: Any
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
            if len(item.names) != 1 and item.kind == "number":
                return False
            value = int(item.names[0])
        elif item.kind == "lines":
            value = int(item.text)
        params[name] = value
    return True


def _wildcards(match: Match, params: dict[str, Any], vocabulary: Vocabulary) -> bool:
    for name, text in match.wild.items():
        words = text.split()
        if any(
            w.startswith("q")
            and w[1:]
            in {"hosts", "it", "number", "since", "lines", "quote", "path", "plan", "other"}
            for w in words
        ):
            return False
        if name == "packages":
            parts = [w for w in words if w not in {"and", ",", "&", "plus", "qservice"}]
            if not all(
                _PACKAGE.fullmatch(p)
                and not _FILE.search(p)
                and (p in _PACKAGES_TOO or (p not in COMMON and p not in vocabulary.words))
                for p in parts
            ):
                return False
            if words and (words[0] in {"and", ","} or words[-1] in {"and", ","}):
                return False
            params["packages"] = sorted({*params.get("packages", ()), *parts})
        elif name == "person":
            if (
                len(words) != 1
                or words[0] in COMMON - {"i", "me"}
                or words[0] in vocabulary.words - {"i", "me"}
            ):
                return False
            params["person"] = "me" if words[0] == "i" else words[0]
        elif name == "topic":
            if len(words) > 3 or "qservice" in words or not words or NEGATIONS & set(words):
                return False
            if len(words) > 1 and not any(w in vocabulary.words - COMMON for w in words):
                return False  # "how do I boil an egg"
            params["topic"] = text
        elif name == "what" and len(words) > 6:
            return False
    return True


def _separated(base: Finding, packages: Sequence[str]) -> bool:
    """Whether a comma or "and" stands between the names of packages, and nothing else."""
    gap: set[str] = set()
    seen = False
    for item in base.clause.items:
        if item.kind == "service" or (item.kind == "word" and item.low in packages):
            if seen and not (gap and gap <= {",", "and", "&", "plus"}):
                return False
            seen, gap = True, set()
        elif seen:
            gap.add(item.low)
    return not any(p.endswith("ly") for p in packages)


def _uncertain(
    found: Finding, shape: ActionShape, hosts: Sequence[str], spoken: Spoken
) -> list[str]:
    """What "it" leaves open: one of several hosts, or a service's package instead of the host."""
    if not shape.changes or "service" in shape.fields:
        return []
    one = any(i.kind == "it" and i.text.casefold() == "it" for i in found.clause.items)
    if "packages" in shape.fields and "packages" not in found.params and spoken.services:
        return ["packages"]
    return ["hosts"] if one and (len(hosts) > 1 or spoken.subject) else []


def _both(found: Finding) -> bool:
    """Whether the clause speaks of "both", and names none of them."""
    said = (i for i in found.clause.items if i.kind == "it" or (i.selection and i.selection.back))
    return any("both" in i.text.casefold().split() for i in said)


def _complete(
    found: Finding, shape: ActionShape, spoken: Spoken, vocabulary: Vocabulary, *, pronoun: bool
) -> Finding | None:
    """Fill hosts and service from what was spoken of; note what is missing."""
    missing: list[str] = []
    own = found.selection
    if found.params.get("hosts") == "*":
        if own is not None:
            return None
        rest = {k: v for k, v in found.params.items() if k != "hosts"}
        return replace(found, hosts=vocabulary.hosts, params=rest)
    if "hosts" in shape.fields:
        if own is not None and not own.back:
            found = replace(found, hosts=own.hosts)
        else:
            back = own is not None or pronoun
            hosts = spoken.hosts if (spoken.here or back or not shape.changes) else ()
            if pronoun and (own is None or own.back):
                missing += _uncertain(found, shape, hosts, spoken)
            if not hosts and "hosts" in shape.required:
                if not shape.changes and vocabulary.local and len(vocabulary.hosts) == 1:
                    hosts = vocabulary.hosts
                else:
                    missing.append("hosts")
            if "hosts" in shape.required or back:
                found = replace(found, hosts=hosts, back=back)
    if "service" in shape.required:
        found, lacking = _served(found, shape, spoken, pronoun=pronoun)
        missing = lacking + missing
    if _both(found) and 2 not in {len(found.hosts), len(found.services or spoken.services)}:
        missing.append("hosts")
    others = sorted(shape.required - {"hosts", "service"})
    missing += [name for name in others if name not in found.params]
    return replace(found, missing=tuple(missing))


def _served(
    found: Finding, shape: ActionShape, spoken: Spoken, *, pronoun: bool
) -> tuple[Finding, list[str]]:
    """The finding with its services, where they were spoken of, and what is still missing."""
    missing: list[str] = []
    if not found.services:
        services = spoken.services if (spoken.here or pronoun or not shape.changes) else ()
        if several(found.clause.items) and len(spoken.company) > 1 == len(spoken.company_at):
            services = spoken.company
        if not services:
            missing.append("service")
        found = replace(found, services=services)
    own = found.selection
    if found.hosts and (own is None or own.back):
        found, doubtful = _carried(found, shape, spoken, pronoun=pronoun)
        missing += ["hosts"] if doubtful else []
    return found, missing


def _carried(
    found: Finding, shape: ActionShape, spoken: Spoken, *, pronoun: bool
) -> tuple[Finding, bool]:
    """The finding on the hosts where its service was spoken of, and whether that is a guess."""
    own = found.selection
    hosts, doubtful = whereabouts(
        found.services, spoken, there=own is not None, pronoun=pronoun, changes=shape.changes
    )
    known = any(name in spoken.where for name in found.services)
    carried = own is None and not pronoun and not known and shape.changes
    one = len(found.services) < 2 > len(hosts)
    doubtful = doubtful or (shape.changes and one and own is None and several(found.clause.items))
    return replace(found, hosts=hosts or found.hosts, carried=carried), doubtful

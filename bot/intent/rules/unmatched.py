"""A clause that no template matches: what it most likely is.

Something of another skill, a plain command behind "run", a tale, a name that nobody has, a
read that its words betray, or something to ask about. Never a change by guesswork.
"""

# ruff: noqa: E501 - word lists and sentences read worse when they are cut

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.intent.rules import faults, listed_looks, moods
from bot.intent.rules.finding import Finding, Spoken, asks
from bot.intent.rules.fitting import SHELL_WORDS, fit
from bot.intent.rules.lexicon import COMMON, NEGATIONS
from bot.intent.rules.tagging import Item
from bot.intent.rules.templates import Match
from bot.intent.rules.vocabulary import Vocabulary

_LISTED_ELSEWHERE = frozenset(
    "digest tests test playbook pipeline build builds release suite scan lab labs report "
    "update updates upgrade".split()
)


_AWAITED = frozenset("after when once until till while before as".split())
_BROKEN = frozenset(
    "stuck broken dead hanging hung frozen unresponsive slow flapping failing crashing dying wedged "
    "misbehaving gone acting up again completely totally unreachable sluggish qhosts".split()
)
_LOOKS = frozenset(
    "show list get give print check display tell find fetch pull see read count view".split()
)


_LOOKING = _LOOKS | frozenset(
    "i we us me let know can could would want need like have take please status current latest last first quick full "
    "inspect examine peek glance watch follow tail any anything check-up verify confirm test if when with whether".split()
)
"""What may begin a clause that only looks."""
_NO_LOOKS = frozenset(
    "clear truncate archive compress purge erase rotate mount unmount extend grow shrink resize export email".split()
)


def unmatched(
    base: Finding,
    items: Sequence[Item],
    words: Sequence[str],
    spoken: Spoken,
    vocabulary: Vocabulary,
) -> Finding:
    """What the clause is, when it is no wish."""
    raw = " ".join(i.text.casefold() for i in base.clause.items if i.kind != "punct")
    foreign = any(i.kind == "other" for i in items) or set(words) & set(vocabulary.other_nouns)
    awaited = _changing(words) and base.selection is not None and _AWAITED & set(words)
    if foreign and awaited:  # "reboot gpu-1 after the job finishes"
        return replace(base, kind="unknown")
    if foreign:
        return replace(base, kind="foreign")
    command = _command(base, items, vocabulary)
    if command:
        return command
    if words[:1] == ["run"] and set(words) & {"digest", "tests", "test"}:
        return replace(base, kind="foreign")
    wanted = _changing(words)
    about = base.selection is not None or any(i.kind == "service" for i in items)
    if moods.elsewhere(raw) and not (wanted and about):
        return replace(base, kind="none")
    looks = words[:1] and words[0] in _LOOKS
    telling = moods.told(raw)
    if telling and not wanted and not looks and not (about and moods.demanded(raw)):
        return replace(base, kind="statement")
    slots = ("qservice", "qhosts")
    if {"reboot", "rebooting", "upgrade", "update", "patch", "ping", "reach"} & set(words):
        slots = ("qhosts", "qservice")
    for slot in slots:
        guess = _guess(base, items, slot, spoken, vocabulary)
        if guess:
            return guess
    broken = words[:1] == ["qservice"] and len(words) > 1 and set(words[1:]) <= _BROKEN
    broken = broken or faults.shows_signs(words)
    if broken and not base.clause.asked:
        return replace(base, kind="statement")  # "nginx's stuck on web-1, give it a kick"
    if about and moods.demanded(raw) and not base.clause.asked:
        return replace(base, kind="unknown")  # "i think nginx must be restarted"
    return _talked(base, items, words, raw, spoken, vocabulary) or replace(
        base, kind="unknown" if about or wanted else "none"
    )


def _talked(
    base: Finding, items: Sequence[Item], words: Sequence[str], raw: str,
    spoken: Spoken, vocabulary: Vocabulary,
) -> Finding | None:  # fmt: skip
    """Pondering, telling, or a read that the words betray."""
    if moods.pondered(raw):
        return replace(base, kind="pondered")
    if not base.clause.asked and _declares(words):
        return replace(base, kind="statement")
    return _keyword(base, items, words, spoken, vocabulary)


_FINITE = frozenset(
    "is are was were am has have had seems seem looks look keeps keep went goes got gets feels feel acts act "
    "report reports reported complain complains complained see sees saw can cannot could will would says said "
    "want think thinks know knows love loves like likes hate hates hangs hung crashed crashes fails failed works "
    "work worked helps helped did does took takes came comes happened happens died broke breaks runs ran needs "
    "stopped started leaks eats uses lost loses shows showed reads wrote told tells asked needed again should".split()
)


def _declares(words: Sequence[str]) -> bool:
    """ "nginx on web-1 is slow", "it keeps crashing", "i love nginx"."""
    if not words or asks(words):
        return False
    first = words[0] in {"i", "we", "he", "she", "they", "it", "qit", "qservice", "qhosts", "users", "everything", "nothing",
                         "customers", "people", "someone", "somebody", "there", "you", "that", "this", "everyone", "nobody", "glad", "great", "nice"}  # fmt: skip
    if not first or len(words) < 2 or words[1] in {"needs", "must", "should", "wants"}:
        return False
    return bool(set(words[1:]) & _FINITE)


_CHANGES = frozenset(
    "restart reboot reload start stop bounce kill halt shutdown upgrade update patch install "
    "remove destroy delete wipe disable "
    "enable cancel run execute kick cycle shut bring take turn switch launch refresh resume "
    "pause fix repair reset drain reinstall uninstall "
    "mask format deploy power relaunch scale rollback revert clean prune rotate flush".split()
)


def _changing(words: Sequence[str]) -> bool:
    return bool(words) and words[0] in _CHANGES


def _guess(
    base: Finding, items: Sequence[Item], slot: str, spoken: Spoken, vocabulary: Vocabulary
) -> Finding | None:
    """A match if one unknown word were a service or a host, or if it were simply missing."""
    seen = [i.low for i in items if i.kind != "since" and not (i.kind == "hosts" and i.adjunct)]
    words = " ".join(seen).split()
    odd = [i for i in items if i.kind == "word" and unknown(i.low, vocabulary)]
    if slot == "qhosts" and base.selection is not None and odd and items[0] is odd[0]:
        return None  # "rebalance the load on web-1": a verb, no host
    if slot == "qservice" and "qservice" in words:
        return None
    if slot == "qservice" and base.selection is not None and not base.adjunct:
        swapped = [slot if w == "qhosts" else w for w in words]
        found = _try(base, swapped, items, spoken, vocabulary)
        if found and found.action.startswith("service."):
            return replace(found, missing=("service",), word="", services=())
    if len(odd) == 1:
        return _named(base, items, odd[0], words, slot, spoken, vocabulary)
    if len(words) <= 3 and not odd and slot == "qservice":
        bare = [w for w in words if w not in {"qit", "qhosts"}]
        found = _try(base, [*bare, slot], items, spoken, vocabulary) if bare else None
        if found and found.action.startswith("service."):
            return found
    return None


def unknown(low: str, vocabulary: Vocabulary) -> bool:
    """Whether a word is neither English nor of any template: perhaps a name."""
    return not (low in COMMON or low in vocabulary.words or low in vocabulary.other_nouns)


def _named(
    base: Finding, items: Sequence[Item], odd: Item, words: Sequence[str], slot: str,
    spoken: Spoken, vocabulary: Vocabulary,
) -> Finding | None:  # fmt: skip
    """The match if `odd` were the name that belongs in the slot."""
    name = slot.removeprefix("q")
    tried = [slot if w == odd.low else w for w in words]
    for core in (tried, [w for w in tried if w != "qhosts"], _without_nouns(tried)):
        found = _try(base, core, items, spoken, vocabulary)
        if found and (slot == "qservice") == found.action.startswith("service."):
            missing = (name, *found.missing)
            return replace(found, missing=missing, word=odd.text, odd=odd, services=())
    return None


def _without_nouns(words: Sequence[str]) -> list[str]:
    return [
        w
        for w in words
        if w not in {"service", "services", "daemon", "unit", "server", "host", "hosts"}
    ]


def _try(
    base: Finding,
    words: Sequence[str],
    items: Sequence[Item],
    spoken: Spoken,
    vocabulary: Vocabulary,
) -> Finding | None:
    for match in vocabulary.templates.match(" ".join(words)):
        if match.wild:
            continue
        found = fit(base, match, items, spoken, vocabulary)
        if found:
            return found
    return None


_KINDS_OF_FILE = frozenset("script scripts program binary executable file playbook".split())
"""What is said of a file: `script` is a command of its own as well, and would overwrite it."""


def _command(base: Finding, items: Sequence[Item], vocabulary: Vocabulary) -> Finding | None:
    """`run df -h on web-1` without quotes: the words between "run" and the hosts."""
    if "host.run" not in vocabulary.actions or len(items) < 2:
        return None
    head, *rest = items
    if head.low not in {"run", "execute", "exec"} or head.text.casefold() != head.low:
        return None
    body = [i for i in rest if not (i.kind == "hosts" and i.adjunct)]
    flags = [i for i in base.clause.items if i.kind == "flag"]
    if (
        not body
        or body[0].kind not in {"word", "path"}
        or (rest[-1].kind != "hosts" and base.selection)
    ):
        return None
    first = body[0].text.casefold()
    known = first in SHELL_WORDS
    if _KINDS_OF_FILE & {i.text.casefold() for i in body if i.kind == "word"}:
        return None
    if first in _LISTED_ELSEWHERE or (body[0].low != first and body[0].kind == "word"):
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
    return replace(
        base, kind="wish", action="host.run", params=params, hosts=hosts, missing=missing
    )


def _keyword(
    base: Finding,
    items: Sequence[Item],
    words: Sequence[str],
    spoken: Spoken,
    vocabulary: Vocabulary,
) -> Finding | None:
    """A read that its words betray. Needs a target, and no verb that changes anything."""
    if (
        set(words) & _CHANGES
        or NEGATIONS & set(words)
        or not (base.selection or "qservice" in words)
    ):
        return None
    if base.selection is not None and base.selection.trouble:
        return None
    topics = {w for k in vocabulary.templates.keywords for w in k.any | k.all}
    if not (words[0] in _LOOKING | topics or words[0].startswith("q") or asks(words)):
        return None  # "archive the logs", "move the load": no look
    if not asks(words) and set(words) & _NO_LOOKS:
        return None
    for keyword in vocabulary.templates.keywords:
        if keyword.all - set(words) or (keyword.any and not keyword.any & set(words)):
            continue
        shape = vocabulary.actions.get(keyword.action)
        if shape is None or shape.changes:
            continue
        fits = Match(keyword.action, keyword.params, frozenset(), {}, 0)
        found = fit(base, fits, items, spoken, vocabulary)
        if found:
            also = listed_looks.others(base.clause.items, keyword, vocabulary)
            return replace(found, guessed=True, also=tuple(k.action for k in also))
    return None

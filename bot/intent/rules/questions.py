"""Questions with a way on: each option is the whole sentence that it stands for.

`fill` is the request with `{answer}` where a typed answer belongs.
"""

# ruff: noqa: E501 - word lists and sentences read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.exactly import is_blank
from bot.domain.intents import Option, Question
from bot.domain.wording import all_of
from bot.intent.patterns import compiled
from bot.intent.rules import typos
from bot.intent.rules.described import DESCRIBED
from bot.intent.rules.finding import Finding
from bot.intent.rules.lexicon import COMMON
from bot.intent.rules.not_understood import not_understood
from bot.intent.rules.tagging import Item
from bot.intent.rules.vocabulary import Vocabulary, stem
from bot.intent.rules.words import Odd, tokens

ANSWER = "{answer}"
_MOST = 5
_FEW = 12
_QUOTED = compiled(r"```.*?```|`[^`]*`|\"[^\"]*\"", re.DOTALL)
_SPARING = frozenset(
    "except excepting but not excluding without minus apart aside besides other save bar leaving "
    "skipping skip omitting sparing barring leave ignoring exclude exception".split()
)
_VERBS = {
    "service.restart": "restart", "service.reload": "reload", "service.start": "start",
    "service.stop": "stop", "service.status": "check", "service.logs": "read the logs of",
    "host.run": "run it", "package.upgrade": "upgrade", "package.check_updates": "look for updates",
}  # fmt: skip
_WHICH_HOSTS = {
    "host.reboot": "Which hosts shall I reboot?", "host.status": "Which hosts shall I look at?",
    "host.disk": "Whose disks shall I read?", "host.processes": "Whose processes shall I list?",
    "host.list": "The hosts of which group?",
}  # fmt: skip


def listed(names: Sequence[str]) -> str:
    """`a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def odd_character(odd: Odd, text: str, vocabulary: Vocabulary) -> Question:
    """The word holds a character that never matches; the likely name is offered."""
    if is_blank(odd.likely):
        return _unseen(odd, text)
    likely = vocabulary.host(odd.likely) or vocabulary.service(odd.likely) or odd.likely
    fixed = text[: odd.start] + likely + text[odd.end :]
    return Question(
        about=odd.word,
        text=f"“{odd.word}” holds {odd.name}, so I don't take it for a name. Do you mean {likely}?",
        options=(Option(label=likely, says=fixed),),
        fill=text[: odd.start] + ANSWER + text[odd.end :],
    )


def _unseen(odd: Odd, text: str) -> Question:
    """It stands by itself, and nobody can see it: no name can be quoted, and none is meant."""
    rest = " ".join(f"{text[: odd.start]} {text[odd.end :]}".split())
    leave = () if is_blank(rest) else (Option(label="Leave it out", says=rest),)
    return Question(
        about="signs",
        text=f"There is {odd.name} in that, which nobody can see. Say it without that, please.",
        options=leave,
    )


def condition() -> Question:
    """A condition cannot be promised."""
    return Question(
        about="condition",
        text="I can't wait for a condition and act on it. Shall I do it now, or do you want to "
        "look first? Say it without the condition.",
    )


def when() -> Question:
    """A time, or a rhythm, that can't be kept as it was said."""
    return Question(
        about="when",
        text="I can't tell one time to begin from that, and I won't do it now unasked. Say it as "
        "in “at 22:00”, “in 20 minutes” or “tomorrow at 6”, or without a time to do it now. "
        "What shall be done again and again I can't keep yet.",
    )


def unclear(finding: Finding, text: str, vocabulary: Vocabulary) -> Question:
    """Something was wanted, and not understood. Looks are offered: no change by guesswork."""
    said = text[finding.clause.start : finding.clause.end]
    selection = finding.selection
    hosts = selection.hosts if selection and not selection.trouble else ()
    services = [n for i in finding.clause.items if i.kind == "service" for n in i.names]
    return not_understood(said, hosts, services, vocabulary)


def unknown_plan(plan: int, finding: Finding, text: str, vocabulary: Vocabulary) -> Question:
    """A plan's number that nobody has given."""
    near = sorted(vocabulary.plans, key=lambda n: (abs(n - plan), n))[:_MOST]
    said = _standing(str(plan)).search(text, finding.clause.start, finding.clause.end)
    fill = text[: said.start()] + ANSWER + text[said.end() :] if said else ""
    options = tuple(Option(label=f"#{n}", says=fill.replace(ANSWER, str(n))) for n in near)
    return Question(
        about="plan", text=f"There is no plan {plan}: {listed([f'#{n}' for n in near])}?",
        options=options if fill else (), fill=fill,
    )  # fmt: skip


def missing(finding: Finding, text: str, vocabulary: Vocabulary, near: Sequence[str]) -> Question:
    """The first thing that a wish lacks; `near` are hosts that the thread spoke of."""
    need = finding.missing[0]
    if finding.word:
        return _unknown_word(finding, text, vocabulary, need)
    if need == "service":
        return _no_service(finding, text, vocabulary)
    if need == "hosts":
        return _no_hosts(finding, text, vocabulary, near)
    if need == "packages":
        return Question(
            about=need,
            text="One package, or everything on the host? Name the package, or say “all packages”.",
        )
    noun = {"plan": "Which plan, by its number?", "command": "Which command? Put it in backticks."}
    end = finding.clause.end
    return Question(
        about=need, text=noun.get(need, f"Which {need}?"), fill=f"{text[:end]} {ANSWER}{text[end:]}"
    )


def _unknown_word(finding: Finding, text: str, vocabulary: Vocabulary, need: str) -> Question:
    odd = finding.odd
    start, end = (odd.start, odd.end) if odd else (finding.clause.end, finding.clause.end)
    fill = _with_answer(text, start, end)
    word = finding.word.casefold()
    if need != "service" and (
        word in vocabulary.group_words or word in vocabulary.environment_words
    ):
        whole_set = f"the {word} hosts"  # "upgrade staging"
        return Question(
            about="hosts",
            text=f"“{finding.word}” names a set of hosts. Do you mean all of them?",
            options=(Option(label=whole_set, says=fill.replace(ANSWER, whole_set)),),
            fill=fill,
        )
    if need != "service":
        return no_such_host(finding.word, fill, vocabulary)
    known = vocabulary.known_services
    names = typos.near_names(finding.word.casefold(), known, 3)
    if finding.selection is None and finding.action == "service.status":
        names += [n for n in nearest_hosts(finding.word, vocabulary) if n not in names]
        return Question(
            about=finding.word,
            text=f"I know no host, group or service {finding.word}. Which one do you mean?",
            options=tuple(Option(label=n, says=fill.replace(ANSWER, n)) for n in names[:_MOST]),
            fill=fill,
        )
    if odd and odd.low == DESCRIBED:
        names = _services_of(finding.hosts, vocabulary)[:_MOST]
    elif len(known) <= _FEW:
        names += [n for n in known if n not in names][: _MOST - len(names)]
    there = (
        f" on {listed(finding.hosts[:3])}" if odd and odd.low == DESCRIBED and finding.hosts else ""
    )
    hosts = word in vocabulary.group_words or word in vocabulary.environment_words
    known_as = f"“{finding.word}” names a set of hosts, and no service"
    return Question(
        about=finding.word,
        text=f"{known_as if hosts else f'I know no service {finding.word}'}{there}. "
        f"Which {'service' if hosts else 'one'} do you mean?",
        options=tuple(Option(label=n, says=fill.replace(ANSWER, n)) for n in names),
        fill=fill,
    )


def _with_answer(text: str, start: int, end: int, name: str = "") -> str:
    """The text with `{answer}` at this place, and wherever else the same name stands."""
    word = text[start:end]
    if not word.strip():
        return f"{text[:start]} {ANSWER}{text[end:]}"
    same = _standing(f"{re.escape(word)}|{_loosely(name)}" if name else re.escape(word))
    quoted = [m.span() for m in _QUOTED.finditer(text)]
    places = [
        m.span()
        for m in same.finditer(text)
        if not start <= m.start() < end and not any(a <= m.start() < b for a, b in quoted)
    ]
    rest = text
    for a, b in sorted({*places, (start, end)}, reverse=True):
        rest = rest[:a] + ANSWER + rest[b:]
    return rest


def no_such_host(
    word: str, fill: str, vocabulary: Vocabulary, known: Sequence[str] = ()
) -> Question:
    """A host that nobody has; `fill` is the request with the answer in its place."""
    names = nearest_hosts(word, vocabulary)
    rest = f": {', '.join(names)}?" if names else "."
    options = [Option(label=n, says=fill.replace(ANSWER, n)) for n in names]
    if len(known) > 1:
        every = listed(known)
        options.insert(0, Option(label=f"the {len(known)} that exist", says=fill.replace(ANSWER, every), aside=every))  # fmt: skip
    return Question(
        about=word, text=f"{word} is not in the inventory{rest}", options=tuple(options), fill=fill
    )


def nearest_hosts(word: str, vocabulary: Vocabulary) -> list[str]:
    """Hosts that may be meant: the same stem first, then the likest names, or all of a few."""
    own = stem(word)
    same = [h for h in vocabulary.hosts if own and stem(h) == own][:_MOST]
    near = same or typos.near_names(word.casefold(), vocabulary.hosts)[:_MOST]
    return near or (list(vocabulary.hosts) if len(vocabulary.hosts) <= _MOST else [])


def trouble(finding: Finding, text: str, vocabulary: Vocabulary) -> Question:
    """A host phrase that names no clear set."""
    selection, item = finding.selection, finding.item
    problem = selection.trouble if selection else None
    if selection is None or problem is None or item is None:
        return unclear(finding, text, vocabulary)
    place = _place(problem.word, text, item)
    named = problem.word if problem.kind == "unknown" and place else ""
    fill = _with_answer(text, *(place or whole(finding, item)), named)
    spares = any(w in _SPARING for w in item.text.casefold().split())
    if spares and problem.kind == "unknown" and problem.word.casefold() in COMMON:
        return unclear(finding, text, vocabulary)  # "…, not sure though"
    if problem.kind == "unknown":
        if place is None and spares:
            return Question(about=problem.word, text=f"{problem.word} is not in the inventory. Say the hosts without it.")  # fmt: skip
        known = selection.hosts if place is None else ()
        return no_such_host(problem.word, fill, vocabulary, known)
    if problem.kind == "empty":
        return Question(
            about="hosts",
            text=f"“{problem.word}” leaves no host at all. Which hosts do you mean?",
            fill=fill,
        )
    names = list(problem.candidates[:_MOST])
    options = [Option(label=n, says=fill.replace(ANSWER, n)) for n in names]
    if 1 < len(problem.candidates) <= _MOST:
        every = listed(problem.candidates)
        options.append(
            Option(
                label=all_of(len(problem.candidates)),
                says=fill.replace(ANSWER, every),
                aside=every,
            )
        )
    return Question(
        about="hosts", text=f"“{problem.word}” could be {listed(names)}. Which do you mean?" if names else f"Which hosts are “{problem.word}”?",
        options=tuple(options), fill=fill,
    )  # fmt: skip


def _place(word: str, text: str, item: Item) -> tuple[int, int] | None:
    """Where the word stands in the host phrase: as typed, "web 9" for web-9, a bare "9"."""
    shapes = [re.escape(word), _loosely(word)]
    number = re.search(r"\D(\d+)$", word)
    if number:
        shapes.append(re.escape(number[1]))
    for shape in filter(None, shapes):
        found = _standing(shape).search(text, item.start, item.end)
        if found and text[found.start() - 1 : found.start()] not in {"[", "{", ","}:
            return found.span()
    return None


def _standing(shape: str) -> re.Pattern[str]:
    return compiled(rf"(?<![\w.-])(?:{shape})(?![\w-])", re.IGNORECASE)


def _loosely(name: str) -> str:
    """The name with any separators: "web 9" and "web9" for web-9."""
    parts = re.findall(r"[^\W\d_]+|\d+|[^\w\s.-]+", name)
    return r"[-_.\s]?".join(map(re.escape, parts)) or re.escape(name)


def whole(finding: Finding, item: Item) -> tuple[int, int]:
    """Where the host phrase stands, without its preposition."""
    return whole_phrase(item) if finding.adjunct else (item.start, item.end)


def whole_phrase(item: Item) -> tuple[int, int]:
    """Where what an item names stands, without its own preposition."""
    head = item.text.split()[0] if item.adjunct else ""
    return item.start + (len(head) + 1 if head else 0), item.end


_BACK = compiled(
    r"\b(?:its|it|them|their|that|there|the (?:service|host|machine|server|box)|(?:that|this) (?:service|host|machine|box|server))\b",
    re.IGNORECASE,
)


_BOTH = compiled(r"\bboth\b(?: of (?:them|those|these))?", re.IGNORECASE)


def _instead_of_pronoun(finding: Finding, text: str, answer: str) -> str:
    """The request with its "it" replaced, or the empty string when it has none."""
    start, end = finding.clause.start, finding.clause.end
    match = _BACK.search(text[start:end])
    if not match:
        return ""
    return f"{text[: start + match.start()]}{answer}{text[start + match.end() :]}"


def _services_of(hosts: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """Every known service, those of these hosts first."""
    here = [s for s, known in vocabulary.service_hosts.items() if set(hosts) & set(known)]
    return [*here, *[s for s in vocabulary.known_services if s not in here]]


def _no_service(finding: Finding, text: str, vocabulary: Vocabulary) -> Question:
    item = finding.item if finding.item and finding.item.kind == "hosts" else None
    if item and not finding.adjunct:
        fill = f"{text[: item.start]}{ANSWER} on {text[item.start :]}"
    elif item:
        fill = f"{text[: item.start]}{ANSWER} {text[item.start :]}"
    else:
        fill = f"{text[: finding.clause.end]} {ANSWER}{text[finding.clause.end :]}"
    fill = (_instead_of_pronoun(finding, text, ANSWER) if not item else "") or fill
    hosts = finding.hosts
    names = _services_of(hosts, vocabulary)[: _MOST - 1]
    options = [Option(label=n, says=fill.replace(ANSWER, n)) for n in names]
    if finding.action == "service.restart" and hosts and "host.reboot" in vocabulary.actions:
        options.append(
            Option(
                label=f"reboot {listed(hosts[:3])}",
                says=f"reboot {', '.join(hosts)}",
                aside="the whole machine",
            )
        )
    verb = _VERBS.get(finding.action, "do that to")
    asked = f"Which service shall I {verb}?"
    if item and not finding.adjunct and verb in {"start", "stop"}:
        asked = f"I can't {verb} a whole host. Which service on it shall I {verb}?"
    return Question(about="service", text=asked, options=tuple(options), fill=fill)


def _no_hosts(finding: Finding, text: str, vocabulary: Vocabulary, near: Sequence[str]) -> Question:
    joint = " " if finding.action == "host.reboot" else " on "
    end = finding.clause.end
    fill = f"{text[:end]}{joint}{ANSWER}{text[end:]}"
    back = finding.selection is not None and finding.selection.back
    if back or not finding.services:
        there = (
            "on " + ANSWER if re.search(r"\bthere\b", text[finding.clause.start : end]) else ANSWER
        )
        item = finding.item
        if back and item and item.text.casefold() != "there":
            start, stop = whole(finding, item)
            fill = f"{text[:start]}{ANSWER}{text[stop:]}"
        else:
            fill = _instead_of_pronoun(finding, text, there) or fill
    both = _BOTH.search(text, finding.clause.start, end)
    if both:
        fill = f"{text[: both.start()]}{ANSWER}{text[both.end() :]}"
    known = [h for s in finding.services for h in vocabulary.service_hosts.get(s, ())]
    names = list(dict.fromkeys([*finding.hosts, *near, *known]))
    if len(vocabulary.hosts) <= _MOST:
        names += [h for h in vocabulary.hosts if h not in names]
    options = [Option(label=n, says=fill.replace(ANSWER, n)) for n in names[:_MOST]]
    if len(options) < _MOST and len(vocabulary.hosts) > _MOST:
        named = {vocabulary.host(t.text) for t in tokens(text)}  # "…, not on web-1": of group web
        shape = vocabulary.actions.get(finding.action)
        if shape and not shape.changes:
            options.append(Option(label=f"all {len(vocabulary.hosts)} hosts", says=fill.replace(ANSWER, "all hosts")))  # fmt: skip
        options += [
            Option(label=f"all of group {g}", says=fill.replace(ANSWER, f"the {g} hosts"), aside=listed(hosts) if len(hosts) < _MOST else f"{len(hosts)} hosts")
            for g, hosts in sorted(vocabulary.groups.items(), key=lambda g: named.isdisjoint(g[1]))
        ][: _MOST - len(options)]  # fmt: skip
    what = f" {listed(finding.services)}" if finding.services else ""
    verb = _VERBS.get(finding.action, "do that")
    asked = _WHICH_HOSTS.get(finding.action, f"On which hosts shall I {verb}{what}?")
    return Question(about="hosts", text=asked, options=tuple(options), fill=fill)

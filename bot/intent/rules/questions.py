"""Questions with a way on: each option is the whole sentence that it stands for.

`fill` is the request with `{answer}` where a typed answer belongs.
"""

# ruff: noqa: E501 - word lists and sentences read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.intents import Option, Question
from bot.intent.rules import typos
from bot.intent.rules.finding import Finding
from bot.intent.rules.vocabulary import Vocabulary, stem
from bot.intent.rules.words import Odd

ANSWER = "{answer}"
_MOST = 5
_VERBS = {
    "service.restart": "restart", "service.reload": "reload", "service.start": "start",
    "service.stop": "stop", "service.status": "check", "service.logs": "read the logs of",
    "host.reboot": "reboot", "host.run": "run it", "package.upgrade": "upgrade",
    "host.disk": "read the disks of", "host.processes": "list the processes of",
    "package.check_updates": "look for updates on", "host.status": "look at",
}  # fmt: skip


def listed(names: Sequence[str]) -> str:
    """`a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def odd_character(odd: Odd, text: str, vocabulary: Vocabulary) -> Question:
    """The word holds a character that never matches; the likely name is offered."""
    likely = vocabulary.host(odd.likely) or vocabulary.service(odd.likely) or odd.likely
    fixed = text[: odd.start] + likely + text[odd.end :]
    return Question(
        about=odd.word,
        text=f"“{odd.word}” holds {odd.name}, so I don't take it for a name. Do you mean {likely}?",
        options=(Option(label=likely, says=fixed),),
        fill=text[: odd.start] + ANSWER + text[odd.end :],
    )


def condition() -> Question:
    """A condition cannot be promised."""
    return Question(
        about="condition",
        text="I can't wait for a condition and act on it. Shall I do it now, or do you want to "
        "look first? Say it without the condition.",
    )


def when() -> Question:
    """A time cannot be scheduled yet."""
    return Question(
        about="when",
        text="I can't keep a time yet, and I won't do it now unasked. When it's time, say it "
        "again without the time, or say it now to do it now.",
    )


def unclear(finding: Finding, text: str, vocabulary: Vocabulary) -> Question:
    """Something was wanted, and not understood."""
    said = text[finding.clause.start : finding.clause.end]
    examples = vocabulary.templates.examples[:3]
    return Question(
        about="request",
        text=f"I don't understand “{said}” well enough to act on it, so nothing ran. "
        "Say it in other words, or try one of these.",
        options=tuple(Option(label=e, says=e) for e in examples),
    )


def missing(finding: Finding, text: str, vocabulary: Vocabulary, near: Sequence[str]) -> Question:
    """The first thing that a wish lacks; `near` are hosts that the thread spoke of."""
    need = finding.missing[0]
    if finding.word:
        return _unknown_word(finding, text, vocabulary, need)
    if need == "service":
        return _no_service(finding, text, vocabulary)
    if need == "hosts":
        return _no_hosts(finding, text, vocabulary, near)
    noun = {"plan": "Which plan, by its number?", "command": "Which command? Put it in backticks."}
    end = finding.clause.end
    return Question(
        about=need, text=noun.get(need, f"Which {need}?"), fill=f"{text[:end]} {ANSWER}{text[end:]}"
    )


def _unknown_word(finding: Finding, text: str, vocabulary: Vocabulary, need: str) -> Question:
    item = finding.item
    start, end = (item.start, item.end) if item else (finding.clause.end, finding.clause.end)
    fill = text[:start] + ANSWER + text[end:]
    if need == "service":
        names = typos.near_names(finding.word, vocabulary.known_services, 3)
        names += [n for n in vocabulary.known_services if n not in names][: _MOST - len(names)]
        if finding.action == "service.restart" and not finding.selection and not names:
            names = []
        return Question(
            about=finding.word,
            text=f"I know no service {finding.word}. Which one do you mean?",
            options=tuple(Option(label=n, says=fill.replace(ANSWER, n)) for n in names),
            fill=fill,
        )
    return _host_question(finding.word, fill, vocabulary)


def _host_question(word: str, fill: str, vocabulary: Vocabulary) -> Question:
    names = nearest_hosts(word, vocabulary)
    rest = f": {', '.join(names)}?" if names else "."
    return Question(
        about=word,
        text=f"{word} is not in the inventory{rest}",
        options=tuple(Option(label=n, says=fill.replace(ANSWER, n)) for n in names),
        fill=fill,
    )


def nearest_hosts(word: str, vocabulary: Vocabulary) -> list[str]:
    """Hosts that may be meant: the same stem first, then the likest names."""
    own = stem(word)
    same = [h for h in vocabulary.hosts if own and stem(h) == own][:_MOST]
    return same or typos.near_names(word.casefold(), vocabulary.hosts)[:_MOST]


def trouble(finding: Finding, text: str, vocabulary: Vocabulary) -> Question:
    """A host phrase that names no clear set."""
    selection, item = finding.selection, finding.item
    problem = selection.trouble if selection else None
    if problem is None or item is None:
        return unclear(finding, text, vocabulary)
    at = text.casefold().find(problem.word.casefold(), item.start)
    whole = problem.word
    if at < 0 or at > item.end:
        head = item.text.split()[0] if finding.adjunct else ""
        at = item.start + (len(head) + 1 if head else 0)
        end = item.end
    else:
        end = at + len(whole)
    fill = text[:at] + ANSWER + text[end:]
    if problem.kind == "unknown":
        return _host_question(problem.word, fill, vocabulary)
    if problem.kind == "empty":
        return Question(
            about="hosts",
            text=f"“{whole}” leaves no host at all. Which hosts do you mean?",
            fill=fill,
        )
    names = list(problem.candidates[:_MOST])
    options = [Option(label=n, says=fill.replace(ANSWER, n)) for n in names]
    if 1 < len(problem.candidates) <= _MOST:
        every = listed(problem.candidates)
        options.append(
            Option(
                label=f"all {len(problem.candidates)}",
                says=fill.replace(ANSWER, every),
                aside=every,
            )
        )
    return Question(
        about="hosts", text=f"“{whole}” could be {listed(names)}. Which do you mean?" if names else f"Which hosts are “{whole}”?",
        options=tuple(options), fill=fill,
    )  # fmt: skip


_BACK = re.compile(
    r"\b(?:its|it|them|their|that|there|the (?:service|host|machine|server|box)|(?:that|this) (?:service|host|machine|box|server))\b",
    re.IGNORECASE,
)


def _instead_of_pronoun(finding: Finding, text: str, answer: str) -> str:
    """The request with its "it" replaced, or the empty string when it has none."""
    start, end = finding.clause.start, finding.clause.end
    match = _BACK.search(text[start:end])
    if not match:
        return ""
    return f"{text[: start + match.start()]}{answer}{text[start + match.end() :]}"


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
    here = [s for s, known in vocabulary.service_hosts.items() if set(hosts) & set(known)]
    names = [*here, *[s for s in vocabulary.known_services if s not in here]][: _MOST - 1]
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
    return Question(
        about="service", text=f"Which service shall I {verb}?", options=tuple(options), fill=fill
    )


def _no_hosts(finding: Finding, text: str, vocabulary: Vocabulary, near: Sequence[str]) -> Question:
    joint = " " if finding.action == "host.reboot" else " on "
    end = finding.clause.end
    fill = f"{text[:end]}{joint}{ANSWER}{text[end:]}"
    back = finding.selection is not None and finding.selection.back
    if back or not finding.services:
        there = (
            "on " + ANSWER if re.search(r"\bthere\b", text[finding.clause.start : end]) else ANSWER
        )
        fill = _instead_of_pronoun(finding, text, there) or fill
    known = [h for s in finding.services for h in vocabulary.service_hosts.get(s, ())]
    names = list(dict.fromkeys([*near, *known]))
    if len(vocabulary.hosts) <= _MOST:
        names += [h for h in vocabulary.hosts if h not in names]
    options = [Option(label=n, says=fill.replace(ANSWER, n)) for n in names[:_MOST]]
    if len(options) < _MOST and len(vocabulary.hosts) > _MOST:
        options += [
            Option(label=f"all of group {g}", says=fill.replace(ANSWER, f"the {g} hosts"), aside=listed(hosts) if len(hosts) < _MOST else f"{len(hosts)} hosts")
            for g, hosts in vocabulary.groups.items()
        ][: _MOST - len(options)]  # fmt: skip
    what = f" {listed(finding.services)}" if finding.services else ""
    verb = _VERBS.get(finding.action, "do that")
    return Question(
        about="hosts",
        text=f"On which hosts shall I {verb}{what}?"
        if finding.action != "host.reboot"
        else "Which hosts shall I reboot?",
        options=tuple(options),
        fill=fill,
    )

"""A correction in the middle of an order: "restart nginx on web-1, no, web-2", "… redis, not nginx".

What is meant is most likely the order with the one thing replaced; it may be the order as it was
begun, too. Neither is planned unasked: both are offered, each as the whole sentence, as far as
it can be planned. A thing that was said not to be meant is in none that is offered in its place.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from bot.domain.intents import Intent, Option, Outcome, ParseContext, Question, SmallTalk
from bot.domain.marked import literal
from bot.domain.wording import shortened
from bot.intent.patterns import compiled
from bot.intent.rules import scheduling
from bot.intent.rules.lexicon import COMMON
from bot.intent.rules.not_understood import is_unclear
from bot.intent.rules.questions import whole_phrase
from bot.intent.rules.reasons import masked
from bot.intent.rules.tagging import Item, Tagger
from bot.intent.rules.verbs import VERBS
from bot.intent.rules.vocabulary import Vocabulary
from bot.intent.rules.words import tokens

Ask = Callable[[str], Outcome]
"""What a sentence comes to by itself."""

ABOUT = "correction"
_OOPS = r"(?:no|nope|nah|sorry|oops|wait|actually|correction|rather|or rather|i mean|i meant|i should have said|make that|hold on|er+m?|uh+|hm+)"
_MARK = compiled(
    rf"(?:\s*[,;(]\s*|\s+[-\u2013\u2014]\s*|\s*[.!?]\s+){_OOPS}\b(?!-)(?:[\s,:.!\u2013\u2014-]+{_OOPS}\b(?!-)){{0,3}}[\s,:.!\u2013\u2014-]*"
    r"|\s+(?:no (?:wait|sorry|actually)|i (?:mean|meant)|sorry i meant?)\b[\s,:.!-]*",
    re.IGNORECASE,
)
_TAIL = compiled(r"[\s,]*\b(?:please|pls|instead|rather|sorry|i mean|i meant)\W*$|[\s.!)]+$", re.IGNORECASE)  # fmt: skip
_NOT = compiled(
    r"(?:\s*[,(]|\s+and|\s+but)?\s+not (?:(?:on|at|for|from|in) )?(?:the )?(?P<out>[\w@][\w.@-]*)\)?,?(?P<but> but(?: rather)?)?(?=\s|$)",
    re.IGNORECASE,
)
_EXCEPTS = compiled(r"(?:not|only|just|except|without|but not)\b", re.IGNORECASE)
_DAYS = frozenset("today tonight tomorrow now".split())
_LONGEST = 400
_SHOWN = 70
"""Characters of a button that every platform shows in full."""
_PART = 50
_MOST = 3
"""Ways that are offered, and denials of a sentence that are looked at: each is read anew."""


def offered(
    text: str, outcome: Outcome, vocabulary: Vocabulary, context: ParseContext, ask: Ask
) -> Question | None:
    """The question which of two readings is meant, where nothing else was understood."""
    if not _lost(outcome) or len(text) > _LONGEST:
        return None
    hidden = masked(text)
    spared = islice(_spared(text, hidden, vocabulary), _MOST)
    says = next((says for says, out in spared if _meant(says, out, vocabulary, ask)), None)
    if says is not None:
        return _question([says], "There is a “not” in that, so nothing ran to be sure.")
    mark = _MARK.search(hidden)
    if mark is None:
        return None
    before, after = text[: mark.start()].strip(), _TAIL.sub("", text[mark.end() :].strip())
    if not after or not _meant(before, "", vocabulary, ask):
        return None
    ways = [
        says
        for says in _replaced(before, after, vocabulary, context)
        if says != before and _meant(says, "", vocabulary, ask)
    ]
    return _question([*dict.fromkeys([*ways[: _MOST - 1], before])]) if ways else None


def _lost(outcome: Outcome) -> bool:
    """Whether it came to nothing that was asked for."""
    if isinstance(outcome, Question):
        return is_unclear(outcome) or (outcome.about == scheduling.ABOUT and not outcome.options)
    return isinstance(outcome, SmallTalk)


def _question(ways: Sequence[str], why: str = "You corrected that, so nothing ran.") -> Question:
    asked = "Which of these do you mean?" if len(ways) > 1 else "Is this what you mean?"
    labels = [*ways]
    if max(map(len, ways)) > _SHOWN:  # cut short they would look alike
        labels = _differing(ways)
        asked = f"{asked} {_numbered([literal(way) for way in ways])}"
    options = (Option(label=label, says=way) for label, way in zip(labels, ways, strict=True))
    return Question(about=ABOUT, text=f"{why} {asked}", options=tuple(options))


def _numbered(ways: Sequence[str]) -> str:
    """Each of them whole, by the key of its button."""
    several = len(ways) > 1
    return " ".join(f"{n}: “{way}”." if several else f"“{way}”." for n, way in enumerate(ways, 1))


def _differing(ways: Sequence[str]) -> list[str]:
    """What of each is not in all of them; the last is the order as it was begun."""
    if len(ways) == 1:
        return ["yes, that"]
    words = [way.split() for way in ways]
    head = _shared(words)
    tail = _shared([each[head:][::-1] for each in words])
    parts = [shortened(" ".join(each[head : len(each) - tail]), _PART) for each in words]
    begun = f"as it was begun: {parts[-1]}" if parts[-1] else "as it was begun"
    labels = [part or "without that" for part in parts[:-1]]
    alike = len({*labels}) < len(labels)
    return [*(f"{n}: {label}" if alike else label for n, label in enumerate(labels, 1)), begun]


def _shared(words: Sequence[Sequence[str]]) -> int:
    """With how many words all of them begin."""
    many = 0
    for each in zip(*words, strict=False):
        if len(set(each)) > 1:
            break
        many += 1
    return many


def _meant(says: str, without: str, vocabulary: Vocabulary, ask: Ask) -> bool:
    """Whether it can be planned as a change, and what was ruled out is none of it."""
    found = ask(says)
    if not isinstance(found, Intent):
        return False
    out = {vocabulary.host(without), vocabulary.service(without)} - {None}
    held = {v for w in found.wishes for v in (*w.params.get("hosts", ()), w.params.get("service"))}
    return not out & held and any(vocabulary.actions[w.action].changes for w in found.wishes)


def _spared(text: str, hidden: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """ "… redis not nginx …", "not on web-1 but on web-2": the sentence without that, and its name."""
    for match in _NOT.finditer(hidden):
        out = text[match.start("out") : match.end("out")]
        known = vocabulary.host(out) or vocabulary.service(out) or out.casefold() in _DAYS
        if known:
            yield " ".join(f"{text[: match.start()]} {text[match.end() :]}".split()), out


def _replaced(
    before: str, after: str, vocabulary: Vocabulary, context: ParseContext
) -> Iterator[str]:
    """The order with what stands behind the correction in the place of its like."""
    yield from _at_another_time(before, after, context)
    old = Tagger(tokens(before), vocabulary).items()
    new = [i for i in Tagger(tokens(after), vocabulary).items() if i.kind != "punct"]
    kinds = {i.kind for i in new}
    if kinds and kinds <= {"hosts", "service"}:
        held = [i for i in old if i.kind in kinds]
        if held and {i.kind for i in held} == kinds:
            yield _swapped(before, after, held, new)
    elif len(new) == 1 and new[0].low in VERBS:
        verb = next((i for i in old if i.kind == "word" and i.low in VERBS), None)
        if verb is not None:
            yield f"{before[: verb.start]}{after}{before[verb.end :]}"
    elif _EXCEPTS.match(after):
        yield f"{before}, {after}"
    elif len(new) == 1 and new[0].low not in COMMON:
        yield from _another_package(old, before, after)
    else:
        yield after


def _another_package(old: Sequence[Item], before: str, after: str) -> Iterator[str]:
    """ "upgrade openssl on web-1, no, curl": the one word that is a name of nothing else."""
    names = [i for i in old if i.kind == "word" and i.low not in COMMON | VERBS]
    if len(names) == 1:
        yield f"{before[: names[0].start]}{after}{before[names[0].end :]}"


def _at_another_time(before: str, after: str, context: ParseContext) -> Iterator[str]:
    said = scheduling.found_in(before, context)
    for typed in (after, f"at {after}"):
        new = scheduling.found_in(typed, context)
        if len(said) == len(new) == 1 and not new[0].blanked(typed).strip():
            yield said[0].replaced(before, typed)
            return


def _swapped(before: str, after: str, old: Sequence[Item], new: Sequence[Item]) -> str:
    """The names between the first and the last of a kind make place for the new ones."""
    start, _ = whole_phrase(old[0])
    first, _ = whole_phrase(new[0])
    return f"{before[:start]}{after[first:]}{before[old[-1].end :]}"

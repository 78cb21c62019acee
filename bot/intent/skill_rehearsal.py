"""Tries the sentences of an own skill: which template matches, and what else they are taken for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from hassil.parse_expression import parse_sentence
from hassil.sample import sample_expression

from bot.domain.intents import Intent, Outcome, ParseContext
from bot.domain.inventory import Host, Inventory, Service
from bot.intent.phrase_rules import understand
from bot.intent.rules import courtesy, lexicon, options, quantities
from bot.intent.rules.clauses import split
from bot.intent.rules.fitting import cores
from bot.intent.rules.tagging import Tagger
from bot.intent.rules.templates import COMMON_RULES, Templates
from bot.intent.rules.vocabulary import Vocabulary
from bot.intent.rules.words import tokens
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import Skill

SAMPLES = 12
"""Sentences that are made of one phrase."""
INVENTORY = Inventory(
    hosts=tuple(Host(name=f"web-{n}", groups=("web",)) for n in (1, 2)),
    services=(Service(name="nginx"),),
    version="rehearsal",
)
_WORDS = {
    "hosts": "web-1", "group": "web", "service": "nginx", "number": "3", "path": "/var/log/x.log",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A template that a sentence matched, with what its slots took."""

    action: str
    phrase: str
    slots: tuple[str, ...]


def matched(text: str, skill: Skill, vocabulary: Vocabulary) -> tuple[Told, ...]:
    """The phrases of a skill that some clause of a sentence matches."""
    found: dict[tuple[str, str], Told] = {}
    wanted = options.take(text, vocabulary.host).text
    words = lexicon.without_filler(courtesy.plainly(quantities.take(tokens(wanted))))
    clauses, _ = split(Tagger(words, vocabulary).items())
    said = [
        core
        for clause in clauses
        for core in cores([i for i in clause.items if i.kind not in {"punct", "flag", "its"}])
    ]
    for action, phrase in phrases_of(skill):
        one = {
            "rules": skill.phrases.get("rules") or {},
            "sentences": [{"action": action, "phrases": [phrase]}],
        }
        templates = Templates.build({skill.name: one})
        for core in said:
            for match in templates.match(core):
                slots = (*sorted(match.slots), *(f"{k}={v}" for k, v in match.wild.items()))
                found.setdefault((action, phrase), Told(action, phrase, slots))
    return tuple(found.values())


def phrases_of(skill: Skill) -> Iterator[tuple[str, str]]:
    """Each phrase with its action."""
    for block in skill.phrases.get("sentences") or ():
        for phrase in block["phrases"]:
            yield block["action"], phrase


def strays(skill: Skill, catalog: Catalog, others: Catalog) -> Iterator[tuple[str, str]]:
    """Sentences that are not taken for what they ask for: (phrase or example, what is wrong).

    `others` is the catalogue without the skill: what those understood before, they still must.
    """
    vocabulary = Vocabulary.build(INVENTORY, catalog)
    for action in skill.actions:
        said = action.example.replace("{host}", "web-1")
        if not said:
            yield action.name, f"{action.name} has no example; help shows one"
        elif read_as(said, vocabulary) != [action.name]:
            yield action.example, _astray(said, action.name, vocabulary)
    for name, phrase in phrases_of(skill):
        on = "hosts" in catalog.action(name).params.model_fields
        for said in _sentences(phrase, skill, on=on):
            if read_as(said, vocabulary) != [name]:
                yield phrase, _astray(said, name, vocabulary)
                break
    before = Vocabulary.build(INVENTORY, others)
    for other in others:
        said = other.example.replace("{host}", "web-1")
        if said and read_as(said, before) != (now := read_as(said, vocabulary)):
            yield "", f"“{said}” asks for {other.name}, and would be read as {_names(now)}"


def read_as(text: str, vocabulary: Vocabulary) -> list[str]:
    """The actions that a sentence asks for."""
    outcome = outcome_of(text, vocabulary)
    return [wish.action for wish in outcome.wishes] if isinstance(outcome, Intent) else []


def outcome_of(text: str, vocabulary: Vocabulary) -> Outcome:
    """What a sentence asks for, without a conversation before it."""
    return understand(text, vocabulary, ParseContext())


def _astray(said: str, action: str, vocabulary: Vocabulary) -> str:
    outcome = outcome_of(said, vocabulary)
    if isinstance(outcome, Intent):
        return f"“{said}” is read as {_names([w.action for w in outcome.wishes])}, not as {action}"
    answer = getattr(outcome, "text", outcome.kind)
    return f"“{said}” is not read as {action}, but answered: {answer}"


def _names(actions: Sequence[str]) -> str:
    return " and ".join(actions) or "nothing"


def _sentences(phrase: str, skill: Skill, *, on: bool) -> Iterator[str]:
    """Some sentences that a phrase stands for; none when it holds what only a person can fill."""
    rules: dict[str, Any] = {**COMMON_RULES, **(skill.phrases.get("rules") or {})}
    parsed: Any = parse_sentence(phrase)
    expression = getattr(parsed, "expression", parsed)
    known = {name: parse_sentence(body) for name, body in rules.items()}
    for text in islice(sample_expression(expression, {}, known, expand_lists=False), SAMPLES):
        said = text
        for slot, word in _WORDS.items():
            said = said.replace(f"{{{slot}}}", word)
        if "{" in said:
            return
        yield " ".join(said.split()) + (" on web-1" if on and "{hosts}" not in phrase else "")

"""Sentences of the skills, matched by hassil.

A skill's `phrases.yaml` is

    rules: {restart: "(restart|bounce|cycle)"}
    sentences:
      - action: service.restart
        params: {}                      # fixed ones
        phrases: ["<restart> {service}"]
    keywords:                           # reads only: what betrays the wish when no
      - action: host.disk               # sentence matches
        any: [disk, disks, df]
    commands:                           # plain commands, and what to say instead of them:
      - {command: "df(?: -[a-z]+)*", says: "disks of {hosts}"}    # a regular expression
    examples: ["restart {service} on {host}"]   # and {group}; each must work everywhere

What the phrases see is a clause whose entities were replaced by one word each (`qhosts`,
`qservice` …), without articles, filler and "on HOSTS", which is understood everywhere.

Every template is filed under one literal word that it cannot do without; only those whose
word occurs, whose other required words occur too, and which could say every word of the
text, are handed to hassil. So the time for a sentence does not grow with the number of
templates.
"""

# ruff: noqa: E501 - word lists and sentences read worse when they are cut

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from hassil.expression import Sentence
from hassil.intents import Intent as HassilIntent
from hassil.intents import IntentData, Intents, TextSlotList, WildcardSlotList
from hassil.parse_expression import parse_sentence
from hassil.recognize import recognize_all

from bot.errors import ConfigError
from bot.intent.patterns import compiled

_LONGEST = 40
"""No wish takes more words; a longer clause is not handed to hassil."""
SLOTS = (
    "hosts", "service", "number", "lines", "quote", "tick", "path", "group", "other", "plan",
)  # fmt: skip
PLACEHOLDERS = frozenset(f"q{slot}" for slot in (*SLOTS, "it", "since"))
"""What entities become. Typed by a person, such a word is just a word that nobody knows."""
WILDCARDS = ("topic", "packages", "person", "what")
COMMON_RULES = {
    "show": "(show|show me|give me|get|get me|fetch|fetch me|pull|pull up|print|display|list|see|view|"
    "let me see|tell me|grab|dump|bring up|want|want to see|like to see|look at|have look at|"
    "take look at|"
    "what is|what are|check|read|output|report|send me|find|find out|pass me|open|inspect|examine|"
    "could see|can see|i see|can i see|could i see|can i get|can i have|could i have|may i see|"
    "can i have look at|run|do|i want|i need|we need|i would like|need|"
    "i want to see|i would like to see|hand me|return)",
    "check": "(check|check on|check up on|look at|have look at|take look at|take peek at|peek at|"
    "inspect|examine|verify|test|probe|ping|query|monitor|look into|see|show|show me|tell me|"
    "tell me about|give me|get|get me|what is|report|report on|find out|confirm|assess|"
    "let me know|let me know about|let me see|display|print|view|how about)",
    "must_be": "(should be|must be|needs to be|need to be|has to be|have to be|ought to be|is to be|"
    "are to be|shall be|wants to be|should get|needs to get|"
    "would have to be|will have to be|would need to be|will need to be|can be|could be|may be|might want "
    "to be)",
    "want": "(want|i want|we want|i need|we need|need|would like|i would like|we would like|get|have|"
    "i would love|would love|would appreciate|i would appreciate|we would appreciate|lets have|lets get|can i have|can i get|could i get|can we get|can we have|"
    "could we have|could we get)",
    "needs": "(needs|need|wants|requires|could use|could do with|can use|is due for|is in need of|is due|"
    "deserves|is up for|calls for|should have|should get|must have|is begging for|is overdue for)",
    "do": "(go ahead with|ahead with|proceed with|do|perform|make|execute|carry out|initiate|trigger|issue|give|run|begin|apply|kick off)",
}


@dataclass(frozen=True)
class Match:
    """A template that the whole clause matched.

    `slots` are the placeholders it used, `wild` the text of its wildcards, `weight` how
    many literal words it has (more is more specific).
    """

    action: str
    params: Mapping[str, Any]
    slots: frozenset[str]
    wild: Mapping[str, str]
    weight: int


@dataclass(frozen=True)
class Keyword:
    """Words that betray a read when no sentence matches: all of `all`, one of `any`."""

    action: str
    params: Mapping[str, Any]
    any: frozenset[str]
    all: frozenset[str]


@dataclass(frozen=True, eq=False)
class Templates:
    """All sentences, ready to match. Build with `Templates.build`."""

    entries: Mapping[str, tuple[str, Mapping[str, Any], HassilIntent]]
    clauses: Mapping[str, tuple[frozenset[str], ...]]
    sayable: Mapping[str, frozenset[str]]
    by_word: Mapping[str, tuple[str, ...]]
    unfiled: tuple[str, ...]
    rules: Mapping[str, Sentence]
    keywords: tuple[Keyword, ...]
    examples: tuple[str, ...]
    commands: tuple[tuple[re.Pattern[str], str], ...]
    words: frozenset[str]

    @classmethod
    def build(cls, phrases: Mapping[str, Mapping[str, Any]]) -> Templates:
        """Compile the phrases of each skill, by the skill's name.

        The same phrases give the same templates, which are compiled once.

        Raises:
            ConfigError: a phrase that hassil cannot read, with its file.
        """
        return _compiled(json.dumps(phrases))

    @classmethod
    def _build(cls, phrases: Mapping[str, Mapping[str, Any]]) -> Templates:
        rules = {name: parse_sentence(body) for name, body in COMMON_RULES.items()}
        bodies = dict(COMMON_RULES)
        sources: dict[str, str] = {}
        entries: dict[str, tuple[str, Mapping[str, Any], HassilIntent]] = {}
        required: dict[str, tuple[frozenset[str], ...]] = {}
        keywords: list[Keyword] = []
        examples: dict[str, list[str]] = {}
        commands: list[tuple[re.Pattern[str], str]] = []
        for skill, body in phrases.items():
            where = f"skills/{skill}/phrases.yaml"
            try:
                for name, rule in (body.get("rules") or {}).items():
                    rules[name], bodies[name] = parse_sentence(rule), rule
                for block in body.get("sentences") or ():
                    for phrase in block["phrases"]:
                        key = f"{skill}#{len(entries)}"
                        data = IntentData([phrase], wildcard_list_names=set(WILDCARDS))
                        clause = data.sentences[0].get_required_clauses(rules)
                        required[key] = tuple(sorted(clause, key=len))
                        sources[key] = phrase
                        intent = HassilIntent(key, [data])
                        entries[key] = (block["action"], block.get("params") or {}, intent)
                keywords += [
                    Keyword(
                        k["action"], k.get("params") or {}, frozenset(k.get("any") or ()),
                        frozenset(k.get("all") or ()),
                    )
                    for k in body.get("keywords") or ()
                ]  # fmt: skip
                commands += [
                    (compiled(c["command"]), c["says"]) for c in body.get("commands") or ()
                ]
                examples[skill] = list(body.get("examples") or ())
            except Exception as error:
                raise ConfigError(f"a phrase can't be read: {error}.", path=where) from error
        by_word, unfiled = _file(required)
        return cls(
            entries=entries, clauses=required,
            sayable=_sayable(sources, bodies), by_word=by_word, unfiled=unfiled, rules=rules,
            keywords=tuple(keywords), examples=_in_turn(examples.values()), commands=tuple(commands),
            words=frozenset(_literals(phrases.values())),
        )  # fmt: skip

    def match(self, text: str) -> list[Match]:
        """Every template that the whole text matches, the most specific first."""
        words = frozenset(text.split())
        if len(text.split()) > _LONGEST:
            return []
        names = {n for w in words for n in self.by_word.get(w, ())} | set(self.unfiled)
        fitting = [
            n
            for n in sorted(names)
            if words <= self.sayable.get(n, words)
            and all(not c.isdisjoint(words) for c in self.clauses[n])
        ]
        if not fitting:
            return []
        intents = Intents(
            language="en",
            intents={n: self.entries[n][2] for n in fitting},
            slot_lists=dict(_LISTS),
            expansion_rules=dict(self.rules),
        )
        found: dict[str, Match] = {}
        for result in recognize_all(text, intents):
            action, params, _ = self.entries[result.intent.name]
            slots = {e.name for e in result.entities_list}
            wild = {
                e.name: (e.text or str(e.value)).strip()
                for e in result.entities_list
                if e.name in WILDCARDS
            }
            match = Match(
                action, params, frozenset(slots - set(WILDCARDS)), wild, _weight(text, wild)
            )
            known = found.get(result.intent.name)
            if known is None or known.weight < match.weight:
                found[result.intent.name] = match
        return sorted(found.values(), key=lambda m: -m.weight)


@lru_cache(maxsize=4)
def _compiled(phrases: str) -> Templates:
    return Templates._build(json.loads(phrases))  # noqa: SLF001 - it is its own module's


_LISTS = {
    **{s: TextSlotList.from_strings([f"q{s}"], allow_template=False, name=s) for s in SLOTS},
    **{w: WildcardSlotList(name=w) for w in WILDCARDS},
}
_LISTS["quote"] = TextSlotList.from_strings(["qquote", "qtick"], allow_template=False, name="quote")
_LISTS["plan"] = TextSlotList.from_strings(["qplan", "qit"], allow_template=False, name="plan")
_LISTS["hosts"] = TextSlotList.from_strings(["qhosts", "qit"], allow_template=False, name="hosts")
_LISTS["service"] = TextSlotList.from_strings(
    ["qservice", "qit"], allow_template=False, name="service"
)


_PART = compiled(r"<(\w+)>|\{(\w+)\}")
_OTHER = compiled(r"[{}<>;]")
_GLUED = compiled(r"\w[\[(<{]|[\])>}]\w")
"""Markup that makes more of a phrase than its words tell: permutations, parts of words."""
_SAID = {"hosts": ("qhosts", "qit"), "service": ("qservice", "qit"), "plan": ("qplan", "qit"), "quote": ("qquote", "qtick")}  # fmt: skip


def _sayable(phrases: Mapping[str, str], rules: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Every word that a phrase can say; one that may say more, by a wildcard or by markup that is
    not read here, is left out."""
    known: dict[str, frozenset[str] | None] = {}

    def words(body: str) -> frozenset[str] | None:
        if _OTHER.search(_PART.sub(" ", body)) or _GLUED.search(body):
            return None
        found = set(_MARKUP.sub(" ", body).split())
        for rule, slot in _PART.findall(body):
            if slot in WILDCARDS:
                return None
            if slot:
                found.update(_SAID.get(slot, (f"q{slot}",)))
                continue
            if rule not in known:
                known[rule] = words(rules[rule])
            inner = known[rule]
            if inner is None:
                return None
            found |= inner
        return frozenset(found)

    said = {key: words(phrase) for key, phrase in phrases.items()}
    return {key: all_of_it for key, all_of_it in said.items() if all_of_it is not None}


def _weight(text: str, wild: Mapping[str, str]) -> int:
    """Words of the text that no wildcard swallowed."""
    return len(text.split()) - sum(len(v.split()) for v in wild.values())


def _file(
    required: Mapping[str, Sequence[frozenset[str]]],
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Each template under the words of its rarest clause."""
    counts: dict[str, int] = {}
    for clauses in required.values():
        for word in {w for c in clauses for w in c}:
            counts[word] = counts.get(word, 0) + 1
    index: dict[str, list[str]] = {}
    unfiled: list[str] = []
    for name, clauses in required.items():
        if not clauses:
            unfiled.append(name)
            continue
        rarest = min(clauses, key=lambda c: sum(counts[w] for w in c))
        for word in rarest:
            index.setdefault(word, []).append(name)
    return {w: tuple(n) for w, n in index.items()}, tuple(unfiled)


def _in_turn(lists: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """The first of each list, then the second of each, and so on."""
    rows = zip_longest(*lists)
    return tuple(said for row in rows for said in row if said)


_MARKUP = compiled(r"\{[^}]*\}|<[^>]*>|[\[\]()|]")


def _literals(bodies: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """Every literal word of every phrase and rule."""
    for rule in COMMON_RULES.values():
        yield from _MARKUP.sub(" ", rule).split()
    for body in bodies:
        for rule in (body.get("rules") or {}).values():
            yield from _MARKUP.sub(" ", rule).split()
        for block in body.get("sentences") or ():
            for phrase in block["phrases"]:
                yield from _MARKUP.sub(" ", phrase).split()
        for keyword in body.get("keywords") or ():
            yield from keyword.get("any") or ()
            yield from keyword.get("all") or ()

"""What the rules made of a change that they did not plan and a model did. Pure.

They may have read a condition, an order that somebody else gave, or half of what was asked; the
model may have passed over a name or a whole deed. Whoever approves sees it in a sentence. Where a
deed is missing it is asked before there is a plan.

The limits: deeds are recognised by the names of actions, so in English; names are those of hosts,
services and known programs, and what stands in backticks or quotes. Neither is looked for where
the rules planned too, for then both must agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.domain.intents import Intent, Outcome, Question, SmallTalk
from bot.domain.wording import listed
from bot.intent.model.grounds import Grounds
from bot.intent.model.words import Words, words_of
from bot.intent.rules import not_understood, options, scheduling
from bot.intent.rules.quoted import PLAIN_NAME
from bot.intent.rules.real_words import SOFTWARE
from bot.intent.rules.words import plain, tokens

_SENTENCE = re.compile(r"(?<=[.!?])\s")
_SHOWN = 200
"""Characters of the rules' own sentence."""


def doubts(rules: Outcome, model: Intent, grounds: Grounds) -> tuple[str, ...]:
    """Sentences on why the rules would not have planned this change, and what it leaves out."""
    return tuple(_doubts(rules, model, grounds))


def _doubts(rules: Outcome, model: Intent, grounds: Grounds) -> Iterator[str]:
    yield from unplanned(rules)
    if names := _passed_over(model, grounds):
        said = listed([f"“{name}”" for name in names])
        yield f"The request names {said}, and no step does."


def unplanned(rules: Outcome) -> Iterator[str]:
    """Why the rules would have planned nothing of it."""
    match rules:
        case Question(about="condition"):
            yield "The rules read a condition here, and a plan waits for none: approved, it runs."
        case Question(about=scheduling.ABOUT):
            yield "The rules read a time here that they could not place; look when it begins."
        case Question() if not not_understood.is_unclear(rules):
            yield f"The rules would have asked first: {_SENTENCE.split(rules.text)[0][:_SHOWN]}"
        case SmallTalk():
            yield "The rules found no order here."


def left_out(model: Intent, grounds: Grounds) -> tuple[str, ...]:
    """Deeds that the request names and no step does: "reboot"."""
    words = _ordering(grounds)
    done = {_verb(wish.action) for wish in model.wishes}
    changing = (action for action in grounds.catalog if action.effect.changes and not action.raw)
    verbs = dict.fromkeys(_verb(action.name) for action in changing)
    return tuple(
        verb
        for verb in verbs
        if verb not in done and (words.named(verb) or words.named(f"{verb}ing"))
    )


def _verb(action: str) -> str:
    return action.rpartition(".")[2]


def _ordering(grounds: Grounds) -> Words:
    """The words of this request alone, without those that say how it runs and why."""
    words = words_of(grounds.text, grounds.context, grounds.vocabulary)
    text = options.take(plain(grounds.text), grounds.vocabulary.host).text
    return replace(words, text=" ".join(text.casefold().split()), earlier="")


def _passed_over(model: Intent, grounds: Grounds) -> tuple[str, ...]:
    """Hosts, services and programs that the request names and no parameter of a step does."""
    words, vocabulary = _ordering(grounds), grounds.vocabulary
    said = tokens(words.text)
    quoted = [t.low for t in said if t.kind in {"tick", "quote"} and PLAIN_NAME.fullmatch(t.text)]
    known = [t.low for t in said if t.low in SOFTWARE or vocabulary.service(t.low) is not None]
    used = " ".join(_values(model)).casefold()
    on = {host for wish in model.wishes for host in wish.params.get("hosts", ())}
    hosts = [host for host in sorted(words.hosts - on) if words.named(host)]
    programs = (
        name
        for name in dict.fromkeys([*quoted, *known])
        if words.named(name)
        and name not in used
        and (vocabulary.service(name) or name).casefold() not in used
        and not vocabulary.host(name)
        and name not in vocabulary.group_words
        and name not in vocabulary.environment_words
    )
    return (*hosts, *programs)


def _values(model: Intent) -> Iterator[str]:
    for wish in model.wishes:
        for value in wish.params.values():
            yield from map(str, value if isinstance(value, list) else [value])

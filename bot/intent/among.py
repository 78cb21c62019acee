"""Whether words are talk among people: they name nothing that is known, and ask for nothing. Pure.

In a conversation that somebody holds, they speak to their colleagues as well. What the rules can't
read there as anything to do, they would ask about or refuse: "is chris around?" names a host that
nobody has, and a pasted line of code is no syntax of theirs. Nobody who said that waits for an
answer. It is another matter where something is named that is known here: a host, a service, a plan,
or nearly so.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise

from rapidfuzz.distance import OSA

from bot.domain.intents import (
    Intent,
    ParseContext,
    Question,
    Refusal,
    Revision,
    SmallTalk,
    Understanding,
)
from bot.domain.repeats import asks_again, goes_ahead, repeats
from bot.domain.wording import number_in
from bot.intent.patterns import compiled
from bot.intent.phrase_rules import understand
from bot.intent.rules import answered_freely, answering, said_of_last, scheduling, typos
from bot.intent.rules.lexicon import COMMON
from bot.intent.rules.not_understood import is_unclear
from bot.intent.rules.questions import ANSWER
from bot.intent.rules.real_words import REAL
from bot.intent.rules.rewriting import ABOUT
from bot.intent.rules.vocabulary import Vocabulary, fold, stem

_WORD = compiled(r"[^\W_][\w.@:-]*[^\W_]|[^\W_]")
_NUMBERED = compiled(r"(?:#|\b(?:plan|run|request|number) #?)(\d{1,9})\b", re.IGNORECASE)
_OF_A_PLAN = compiled(r"#\d")
_ALL = compiled(r"\b(?:all|every|everywhere|each|both|everything)\b(?!.*\?)", re.IGNORECASE)
_SHAPED = compiled(r"\W*(?!(?-i:[A-Z]{2,})-\d)[a-z][a-z-]*(?:\d|[._]\w)[\w.-]*\W*", re.IGNORECASE)
"""One word that may well be a machine's name, and is none of English."""
_BIDDEN = compiled(
    r"\W*(?:(?:hey|hi|ok|okay|so|and|please|overseer)\W+)*(?:(?:can|could|would|will) you\b.*\bapprove|approve\b.*\b(?:for (?:me|us)|as \w+)|approve (?:plan )?#?\d)",
    re.IGNORECASE,
)
"""Whoever is asked to approve something for somebody is Overseer."""
_OF_PEOPLE = compiled(
    r"\b(?:i|you|he|she|they|\w+) (?:said|says|say|asked|asks|told|wants?|wanted)\b", re.IGNORECASE
)
"""Why somebody does something, rather than why it is needed."""
_OF_VOTES = frozenset({"approval", "guard"})
_TO_EACH_OTHER = compiled(
    r"\W*(?:(?:sorry|pardon|hey|hm+|what)\W+)*(?:(?:can|could|would|will) you (?:please )?(?:repeat|say (?:that|it) again)(?: (?:that|it|please|again))*\s*\?+|ping|bump|same here|same(?: thing)?\s*!+|same thing|(?:right )?(?:now|today|tonight|tomorrow|any ?time)(?: is|'s| works| would be) ?(?:fine|good|ok|okay|great|perfect|best|better)?(?: (?:for|by|with) (?:me|us))?)[\s.!]*\W*",
    re.IGNORECASE,
)
"""What people say of each other's words, and may as well be said of a request."""
_TYPED = compiled(r"(?<!\S)-\S+|[|&;<>$`\\]+")
"""What is typed to a shell, and holds no name."""
_LONGEST = 2_000
"""Characters in which a name is looked for; in more there is one for certain."""
_SHORT, _LONG = 4, 8


def is_talk(
    read: Understanding,
    text: str,
    context: ParseContext,
    vocabulary: Vocabulary,
    units: Collection[str] = (),
) -> bool:
    """Whether what was `read` would only be asked about or refused, and names nothing known.

    So is an answer to the open question that is none of those offered, and nothing that is known.
    What is about a plan is none, nor what somebody says who has pressed *Change…*.
    """
    if any(plan.mine and plan.changing for plan in context.open) or len(text) > _LONGEST:
        return False
    asked = None if context.unseen else context.question
    answers_it = asked is not None and bool(read.picks) and answered_freely.is_open(asked, context)
    if not answers_it and _is_to_each_other(read, text, context):
        return True
    outcome = read.outcome
    if read.picks is not None and asked is not None:
        if not _is_free(text, asked, vocabulary, context):
            return False
    elif not isinstance(outcome, Question | Refusal):
        return False
    if isinstance(outcome, Refusal) and (outcome.redact or _BIDDEN.match(text)):
        return False
    if isinstance(outcome, Refusal) and outcome.code in _OF_VOTES:
        return not names_known(_NUMBERED.sub(" ", text), context, vocabulary, units)
    if isinstance(outcome, Question) and (
        _is_of_a_plan(outcome) or (asked is None and _is_of_last(outcome, context, vocabulary))
    ):
        return False
    if isinstance(outcome, Intent | Revision) and not vocabulary.known_services:
        return False  # whatever is typed there may be a service
    if isinstance(outcome, Refusal) and outcome.code == "injection" and _is_shown(text, vocabulary):
        return True
    labels = [o.label for o in outcome.options] if isinstance(outcome, Question) else []
    labels += [option.label for option in asked.options] if asked is not None else []
    return not names_known(text, context, vocabulary, units, near=labels)


def names_known(
    text: str,
    context: ParseContext,
    vocabulary: Vocabulary,
    units: Collection[str] = (),
    *,
    near: Collection[str] = (),
) -> bool:
    """Whether a text names what is known: of the inventory, a plan's number, or nearly one `near`."""
    numbers = {number_in(found) for found in _NUMBERED.findall(text)}
    if not numbers.isdisjoint(_numbers(context)):
        return True
    words = [word.casefold() for word in _WORD.findall(text)]
    pairs = [" ".join(pair) for pair in pairwise(words)]
    if any(_is_name(said, vocabulary, units) for said in (*words, *pairs)):
        return True
    return any(_is_near(word, label.casefold()) for label in near for word in words)


def _is_free(
    text: str, asked: Question, vocabulary: Vocabulary, context: ParseContext
) -> bool:  # fmt: skip
    """Whether an answer is typed, and neither one that is offered, nor a time, nor quoted.

    "all" is offered always, and what is shaped like a machine's name may be one that is missed.
    """
    if "`" in text or not asked.fill or scheduling.answered(text, asked, context) is not None:
        return False
    if _SHAPED.fullmatch(text) or _ALL.search(text):
        return False
    if answered_freely.answered(text, asked, context) is not None:
        return False
    offered = asked.model_copy(update={"fill": ""})
    return answering.answered(text, offered, vocabulary, context) is None


def _is_to_each_other(read: Understanding, text: str, context: ParseContext) -> bool:
    """Whether people say it of each other's words, though it can be read as a request."""
    if isinstance(read.outcome, Intent | SmallTalk) and _TO_EACH_OTHER.fullmatch(text):
        return True
    if isinstance(read.outcome, Revision):
        return _is_only_a_reason(read.outcome, text, context)
    waits = any(plan.mine and plan.waits for plan in context.open)
    if said_of_last.is_shown(context) and goes_ahead(text):
        return False
    return isinstance(read.outcome, Intent) and not waits and _is_said_of_anything(text)


def _is_said_of_anything(text: str) -> bool:
    """Whether it says that something be done, or the same, and not that it be done again."""
    return goes_ahead(text) or (repeats(text) and not asks_again(text))


def _is_only_a_reason(said: Revision, text: str, context: ParseContext) -> bool:
    """Whether nothing would change but why, and people may wonder: "because chris asked"."""
    plan = next((plan for plan in context.open if plan.number == said.plan), None)
    if plan is None or _NUMBERED.search(text) or "reason" in text.casefold():
        return False
    only = said.intent == plan.intent.model_copy(update={"reason": said.intent.reason})
    return only and (plan.approved or _OF_PEOPLE.search(said.intent.reason) is not None)


def _is_shown(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a command is only shown to others: without its signs nothing is asked for by it."""
    bare = " ".join(_TYPED.sub(" ", text).split())
    came = understand(bare, vocabulary, ParseContext()) if bare != text else None
    return isinstance(came, SmallTalk) or (isinstance(came, Question) and is_unclear(came))


def _is_of_last(asks: Question, context: ParseContext, vocabulary: Vocabulary) -> bool:
    """Whether an order of theirs, which is only asked back, follows on what was done last there.

    That is what undoes it, or is of the same kind ("upgrade openssl" behind the updates).
    """
    if context.between or not context.own or not context.hosts:
        return False
    last = vocabulary.actions.get(context.action)
    if asks.about == "undo":
        return last is not None and last.changes
    if last is None or last.changes or asks.about != "hosts" or ANSWER not in asks.fill:
        return False
    says = asks.fill.replace(ANSWER, ", ".join(context.hosts))
    came = understand(says, vocabulary, ParseContext())
    kind = context.action.partition(".")[0]
    return isinstance(came, Intent) and all(
        wish.action.partition(".")[0] == kind for wish in came.wishes
    )


def _is_of_a_plan(question: Question) -> bool:
    """Whether it asks about a plan: by its number, or whether it shall be changed."""
    if question.about == ABOUT or _OF_A_PLAN.search(question.text):
        return True
    return any(
        isinstance(o.means, Revision) or _OF_A_PLAN.search(o.label) for o in question.options
    )


def _numbers(context: ParseContext) -> set[int]:
    """The numbers of the plans that are known in a conversation."""
    known = {plan.number for plan in context.open} | {each.plan for each in context.earlier}
    known |= {run.number for run in context.halted} | {run.number for run in context.moving}
    return known | set(context.elsewhere)


def _is_name(word: str, vocabulary: Vocabulary, units: Collection[str]) -> bool:
    """Whether it is a name here, or shaped like one of this inventory's ("web-9", "web 9")."""
    if vocabulary.is_name(word) or vocabulary.service(word) is not None or word in units:
        return True
    if typos.service(word, vocabulary.services):
        return True
    own = stem(fold(word))
    return bool(own) and (own in vocabulary.stems or own in vocabulary.group_words)


def _is_near(word: str, name: str) -> bool:
    """Whether a word is most likely a slip of a name; what English has is none."""
    if len(word) < _SHORT or word in COMMON or word in REAL:
        return False
    reach = 2 if len(word) >= _LONG else 1
    return OSA.distance(word, name, score_cutoff=reach) <= reach

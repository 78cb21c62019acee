"""Answers in people's own words: "10pm please", "now", "the whole machine", "of course". Pure.

What stands around an answer says nothing, and an option is meant by any words of it that stand in
no other. All of this holds only right behind the question: what may be said to somebody who has
spoken since is taken by the letter (`answers`), and so is what would end something.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bot.domain.intents import Option, ParseContext, Question
from bot.domain.wording import listed
from bot.intent.patterns import compiled
from bot.intent.rules import (
    answers,
    choosing,
    not_understood,
    options,
    rescheduling,
    scheduling,
)
from bot.intent.rules.quantities import NUMBERS
from bot.intent.rules.questions import ANSWER
from bot.intent.rules.target_words import SINGULAR
from bot.intent.rules.verbs import VERBS
from bot.intent.rules.vocabulary import Vocabulary

_LEAD = compiled(
    r"^(?:(?:ok|okay|well|so|h+m+|um+|uh+|then|please|pls|just|yes|yeah|yep|no|nope|actually|and|sorry|rather|better|let's|lets|let us|"
    r"i (?:mean|meant|think|guess)|i(?:'d| would) (?:like|prefer)|(?:do|make|run|start|schedule) (?:it|that)|say|take|use|go (?:with|for)|i want)\b[\s,.!:\u2026-]*)+",
    re.IGNORECASE,
)
_TAIL = compiled(
    r"(?:(?<![\s,.!])[\s,.!]+(?:please|pls|then|thanks|thank you|thx|(?:is|'s|would be|sounds|looks) (?:fine|good|ok|okay|great|perfect|best|better)|works|instead|for (?:me|us)|i (?:think|guess)))+[\s,.!]*$",
    re.IGNORECASE,
)
_UNSURE = compiled(
    r"\W*+(?:(?:well|h+m+|ok|okay|so|yes|no)\b\W*+)*+(?:maybe|perhaps|possibly|probably|i (?:think|guess|suppose|believe)|(?:it )?(?:may|might|could) be)\b[\s,.]*+",
    re.IGNORECASE,
)
_NOT_SURE = compiled(
    r"(?<=\w)[\s,.]++(?:maybe|perhaps|possibly|probably|i (?:think|guess|suppose|believe)|(?:but )?(?:i'm |im )?not sure)[\s,.!]*+$",
    re.IGNORECASE,
)
"""Before and behind a time that is perhaps meant: nothing begins by that."""
_NOT_BUT = compiled(
    r"^\W*(?:no\W+)?not [^,;]+?(?:[,;]\s*(?:(?:but|rather)\s+)?|\s+but\s+(?:rather\s+)?)",
    re.IGNORECASE,
)
"""What is not meant, before what is: "not a service, the host"."""
_OCLOCK = compiled(rf"\b(?:at )?({'|'.join(NUMBERS)})(?: o'?clock)?$", re.IGNORECASE)
_WITHOUT = compiled(r"without (?:a |any )?(?:time|start|schedule)", re.IGNORECASE)
_HOURS = compiled(r"\b(\d{1,2}) ?h$", re.IGNORECASE)
_PART = compiled(r"^in the (?=morning|afternoon|evening)", re.IGNORECASE)
_TIMELY = compiled(
    r"(?:at|in|on|by|after|before|around|about|half|quarter|towards?|early|late|later|this|next)\b|\d|(?:morning|noon|afternoon|evening|night|midnight)s?\b",
    re.IGNORECASE,
)
"""How something begins that may be meant as a time."""
_OF_A_DAY = compiled(
    rf"\d|\b(?:{'|'.join(each for each in NUMBERS if len(each) > len('a'))}|morning|noon|afternoon|evening|night|midnight|today|tonight|tomorrow|\w+day|weekend|week|lunch|dinner|hours?|minutes?)\b",
    re.IGNORECASE,
)
"""What it must name for that."""
_TELLS = compiled(
    r"\b(?:is|are|was|were|has|have|had|will|needs?|should)\b|'(?:s|m|re|ve|ll)\b", re.IGNORECASE
)
"""It says how something is, and answers nothing."""
_IT_IS = compiled(r"^\W*(?:i (?:think|guess) )?(?:it|that)(?:'s| is)\b", re.IGNORECASE)
_CONSENTS = compiled(
    r"(?:(?:yes|yep|yeah|ok|okay|sure|oh|well)[\s,.!]+)*(?:(?:please|pls|of course|by all means|go for it|i do|we do|i want(?: it| that)?|do (?:it|that|so)|that(?:'s| is) what i want)[\s,.!]*)+"
)
_EMPTY = frozenset(
    "the a an it that this them please just on at in of for to i we you do mean meant one ones and "
    "then ok okay well so yes yeah yep sure is take use want let's lets rather only whole".split()
)
"""Words that tell no option from another."""
_DENYING = frozenset(
    "or no not don't dont never neither nor none nothing without except but instead what which who "
    "why how where when if unless until stop cancel wait hold later maybe perhaps".split()
)
_LOOKS = frozenset("look check see inspect".split())
_WORD = compiled(r"[^\W_][\w.'-]*[^\W_]|[^\W_]")
_MACHINE = "machine"
_MOST_WORDS = 6
_AT = f"at {ANSWER}"


def is_open(question: Question, context: ParseContext) -> bool:
    """Whether it takes an answer in free words: a time until somebody else has spoken last,
    anything else as long as nobody has said anything since. Never what ends something."""
    taken = not context.between if _AT in question.fill else not question.beside
    unclear = not_understood.is_unclear(question)
    return taken and not (question.by or unclear or answers.ends_something(question))


def answered(text: str, question: Question, context: ParseContext) -> str | None:
    """The whole sentence that the text stands for, as in `answers.answered`; it drops nothing."""
    if not is_open(question, context) or "?" in text or "`" in text or len(text) > choosing.LONGEST:
        return None
    if (at := _time(text, question, context)) is not None:
        return at
    if question.beside or (_AT in question.fill and _without_doubt(text)):
        return None
    if _CONSENTS.fullmatch(answers.plainly(text)) and len(question.options) == 1:
        return question.options[0].says
    option = _by_words(text, question)
    return option.says if option is not None else None


def foremost(text: str, question: Question, context: ParseContext) -> str | None:
    """The same of what would else be a name or a no: a time, and what is meant after a "not"."""
    if _AT in question.fill or _NOT_BUT.match(text):
        return answered(text, question, context)
    return None


def without_names(question: Question) -> Question:
    """The question as it is for names, which don't say when something shall begin."""
    return question.model_copy(update={"fill": ""}) if _AT in question.fill else question


def with_more(
    text: str,
    question: Question,
    vocabulary: Vocabulary,
    context: ParseContext,
    answer: Callable[[str], str | None],
) -> str | None:
    """The whole sentence of an answer beside which it is said when, how or why: "web-1 at 22:00".

    `answer` is what the rest of it stands for.
    """
    if _AT in question.fill or not is_open(question, context) or "`" in text or "?" in text:
        return None
    left = options.take(text, vocabulary.host).text
    for when in scheduling.found_in(left, context):
        left = when.blanked(left)
    more = "".join(s if s != kept else " " for s, kept in zip(text, left, strict=True))
    more, rest = " ".join(more.split()).strip(" ,.;!"), _core(" ".join(left.split()))
    said = answer(rest) if more and rest else None
    known = any(each.means is not None for each in question.options)
    return f"{said} {more}" if said and not known else None


def is_tried(text: str, question: Question, vocabulary: Vocabulary, context: ParseContext) -> bool:
    """Whether it is meant as an answer, as far as one can tell, and none that can be read."""
    if not is_open(question, context) or question.beside or "?" in text or "`" in text:
        return False
    core = _core(text)
    if _AT in question.fill and _is_place(core, vocabulary, context):
        return True
    if not core or len(core.split()) > _MOST_WORDS or _names(core, vocabulary):
        return False
    if _TELLS.search(core.replace("\u2019", "'")):
        return False
    if _AT in question.fill and _TIMELY.match(core) and _OF_A_DAY.search(core):
        return True
    words = _content(core) - _DENYING
    known = {word for each in question.options for word in _option_words(each, labels=False)}
    return bool(words) and words <= known


def perhaps_at(text: str, question: Question, context: ParseContext) -> str:
    """The time that is perhaps meant: "maybe 22:00", "I think now"; empty: none is."""
    said = _without_doubt(text) if len(text) <= choosing.LONGEST else ""
    return said if said and _time(said, question, context) is not None else ""


def _without_doubt(text: str) -> str:
    """What is perhaps meant, whatever that is; empty: the text is sure of itself."""
    said = " ".join(text.split())
    lead = _UNSURE.match(said)
    sure = _NOT_SURE.sub("", said[lead.end() :] if lead is not None else said)
    return sure.strip(" .!,") if sure != said else ""


def would_answer(question: Question) -> str:
    """What would answer it, in a sentence."""
    labels = [option.label for option in question.options]
    one = f"pick {listed(labels, 'or')}" if labels else ""
    if _AT in question.fill:
        at = "Say a time, as in “at 22:00” or “tomorrow at 06:00”"
        return f"{at}, or {one}." if one else f"{at}."
    return f"{one[:1].upper()}{one[1:]}." if one else question.text


def _time(text: str, question: Question, context: ParseContext) -> str | None:
    """The request with the time that is said among other words, or with none: "now"."""
    if _AT not in question.fill or _without_doubt(text):
        return None
    for said in _cores(text):
        if (at := scheduling.answered(said, question, context)) is not None:
            return at
    bare = question.fill.replace(_AT, "").strip(" ,;")
    now = any(rescheduling.is_now(s) or _WITHOUT.fullmatch(s) for s in _cores(text))
    return " ".join(bare.split()) if now and bare and not bare.startswith("#") else None


def _cores(text: str) -> Iterator[str]:
    """What may be the answer itself, in other words of the same meaning."""
    said = " ".join(text.split()).strip(" .!")
    for each in dict.fromkeys((said, _core(text))):
        if not each:
            continue
        yield each
        yield _PART.sub("", each)
        yield _HOURS.sub(r"\1:00", each)
        yield _OCLOCK.sub(lambda found: f"at {NUMBERS[found[1].casefold()]}", each)


def _core(text: str) -> str:
    """A text without what is only said around an answer."""
    said = _TAIL.sub("", " ".join(text.split()).strip(" .!"))
    said = _LEAD.sub("", _NOT_BUT.sub("", said, count=1), count=1)
    return _LEAD.sub("", said, count=1).strip(" ,.!")


def _by_words(text: str, question: Question) -> Option | None:
    """The one option in which all of these words stand."""
    low = answers.plainly(text)
    if answers.agrees(low) or choosing.is_no_name(low) or choosing.wavers(low):
        return None
    if _TELLS.search(_IT_IS.sub("", text.replace("\u2019", "'"))):
        return None  # "I think web-1 is fine"
    core = _core(text)
    words = _content(core)
    if not words:
        return None
    orders = (
        core.casefold().split()[0] in VERBS
    )  # a request of its own, unless it is what is offered
    labels = orders or ANSWER in question.fill  # a name is filled in, and no part of a list
    found = [each for each in question.options if words <= _option_words(each, labels=labels)]
    return found[0] if len(found) == 1 else None


def _option_words(option: Option, *, labels: bool) -> frozenset[str]:
    """The words of an option; of `labels` alone without the names that are told beside one."""
    aside = _content(option.aside)
    told = aside if not labels else aside & {_MACHINE}
    return _content(option.label) | told


def _content(said: str) -> frozenset[str]:
    """The words that say something, each kind of machine and each way of looking as one."""
    low = (found[0] for found in _WORD.finditer(said.casefold().replace("\u2019", "'")))
    return frozenset(
        _MACHINE if word in SINGULAR else "look" if word in _LOOKS else word
        for word in low
        if word not in _EMPTY
    )


def _is_place(core: str, vocabulary: Vocabulary, context: ParseContext) -> bool:
    """Whether it is a time and, beside it, nothing but where: "on web-2 at 22:00"."""
    found = scheduling.found_in(core, context)
    rest = found[0].blanked(core).split() if len(found) == 1 else []
    return 0 < len(rest) <= len(("on", "host")) and _names(" ".join(rest[-1:]), vocabulary)


def _names(core: str, vocabulary: Vocabulary) -> bool:
    """Whether a host, a group or a service is named in it."""
    return any(vocabulary.is_name(found[0]) for found in _WORD.finditer(core.casefold()))

"""An answer to an open question: a number, a name, "the second", "never mind".

What is not plainly an answer is a new request.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.intents import Option, Question
from bot.domain.wording import number_in
from bot.intent.patterns import compiled
from bot.intent.rules import choosing, places_abroad
from bot.intent.rules.control import control
from bot.intent.rules.lexicon import without_filler
from bot.intent.rules.selectors import Grammar
from bot.intent.rules.stop_clauses import clause_in
from bot.intent.rules.vocabulary import Vocabulary
from bot.intent.rules.words import tokens
from bot.intent.rules.yes_and_no import is_no, is_yes

NEVER_MIND = ""
"""What `answered` returns when the person has dropped the request."""

_NTH = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
    "fifth": 5, "5th": 5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "former": 1,
}  # fmt: skip
_DROP = compiled(
    r"(?:no|nope|nah|never ?mind|nvm|cancel(?: (?:it|that|this))?|forget (?:it|that|about it|what i(?: just)? said)|x|none(?: of (?:them|these|those))?|stop|"
    r"abort|drop it|leave it|neither|scratch that|no thanks?|nothing|let it be|not any ?more|skip it|quit)"
)
_NEVER_MIND = compiled(
    r"(?:(?:ok|okay|oh|no|nah|actually|sorry|wait|hm+|ah|well|please)\W+)*(?:never ?mind|nvm|forget it)\b"
)
DROPPED_FIRST = compiled(rf"\W*{_NEVER_MIND.pattern}(?: then)?\s*[,.;:!\u2013\u2014-]+\s*")
"""What drops a question, where something else is said behind it."""
_ENDING = compiled(r"(?:stop|withdraw|cancel|end|kill) #?\d{1,9}")
"""What ends something, if it is chosen."""
_ENDS = compiled(rf"{_ENDING.pattern}|(?:stop|kill) everything")
"""The same, of all that goes on, too."""
_DECIDES = compiled(rf"{_ENDING.pattern}|(?:skip|stop here|roll(?:ed)? ?back|undo|mark|end)\b.*")
"""What ends something or decides what can't be taken back."""
_LETS_BE = compiled(
    r"(?:(?:no+|nope|nah|nein|please|oh|ok|okay|actually|well|wait)[\s,.!;]+)*(?:(?:do not|don't|dont|never)\b.*|not (?:yet|now)|(?:no(?:pe)?|nah|nein)\W+(?!(?:problem|worries|rush|idea|clue|one|doubt)\b)\S.*|(?:keep|carry|go) (?:it )?(?:going|running|on)|"
    r"(?:(?:just|let's|lets|(?:i|we|you)(?:'d| would| should| can|'ll)?(?: rather| better)?) )?(?:let|leave|keep) (?:it|that|this|them)\b.*|"
    r"(?:(?:i|we)(?:'d| would|'ll) )?(?:rather|better|best|maybe|probably|perhaps|let's|lets) not\b.*|"
    r"(?:(?:it|that|this)(?:'?s| is| looks) )?(?:(?:already|nearly|almost|about|just|all|as good as|close to) )+(?:done|finished|over|through|ready|there|completed?)\b.*)"
)
"""Also what is nearly done is let be."""
_NO_END = compiled(
    r"(?:do not|don't|dont|not|never|no need|no reason)(?: to)? (?:\w+ )?(?:stop|cancel|withdraw|kill|end|abort|halt)\w*"
)
_ENDS_IT = compiled(
    r"\b(?:stop|cancel|withdraw|kill|end|abort|halt)|\d|\b(?:yes|yep|yeah|yup|do it|go ahead)\b"
)
"""Behind a no it may be what is wanted."""
_FINE = compiled(r"\b(?:fine|alright|good|passt|prima)\b|^(?:it|that|this)(?:'?s| is) ok(?:ay)?\b")
_YES = compiled(
    r"(?:yes|yep|yeah|yup|y|sure|ok|okay|correct|exactly|right|that one|that's it|please do|do it|go ahead|aye)"
)
_AFFIRMS = compiled(r"yes\b", re.IGNORECASE)
_PICK = compiled(
    r"(?:(?:the|option|number|choice|no\.?|#|take|pick|choose|use) ?)*#?(\d{1,2}|[a-z0-9]+)(?: (?:one|option|choice))?"
)
_PLAN = compiled(r"(?:withdraw )?#(\d{1,9})")
"""A label that is the number of a plan."""
_OF_ALL = frozenset(
    {"all", "all of them", "all hosts", "everywhere", "every one", "all of those"}
)  # fmt: skip
_ALL = compiled(r"all \d+(?: hosts)?")
"""A label that stands for all that there is to choose."""
_NAME = compiled(r"[A-Za-z0-9][\w@.:+*\[\]{}-]*")


def ends_something(question: Question) -> bool:
    """Whether one of its answers stops or withdraws something."""
    return any(_ENDS.fullmatch(option.says.casefold()) for option in question.options)


def calls_off(text: str) -> bool:
    """Whether it says "cancel", among whatever courtesies, and not what.

    >>> calls_off("sorry, cancel that"), calls_off("cancel #1"), calls_off("stop that")
    (True, False, False)
    """
    if (whole := control(text)) is not None:
        return whole.verb == "cancel" and whole.scope == "thread"
    clause = clause_in(text)
    return clause is not None and clause.verb == "cancel" and clause.bare and clause.sure


def plainly(text: str) -> str:
    """In one case, with single spaces, without what stands around it."""
    return " ".join(text.casefold().split()).strip(" .!?\"'`()[]")


def _politely(low: str) -> str:
    """The answer alone, of a plain text."""
    said = re.sub(
        r"^(?:please |i mean |i meant |on |for |um |it's |that's |make it |the |use )+|(?: please| pls| thanks| thank you)+$",
        "",
        low,
    )
    return said.strip(" ,")


def _place(low: str, polite: str, options: int) -> int:
    """Which of so many options is meant by its place, from 1; 0: none is."""
    abroad = places_abroad.place(low)
    if low == "last" or polite in {"last", "last one"} or abroad == places_abroad.LAST:
        return options
    pick = _PICK.fullmatch(polite)
    number = 0
    if pick:
        number = number_in(pick[1]) or _NTH.get(pick[1], 0)
    number = number or abroad
    return number if 1 <= number <= options else 0


def _picked(low: str, polite: str, options: Sequence[Option]) -> int:
    """As `_place`; a bare number is a plan's where the options name plans, and no other place."""
    plans = [found[1] for each in options if (found := _PLAN.fullmatch(each.label)) is not None]
    pick = _PICK.fullmatch(polite)
    if pick and pick[1].isdecimal() and len(plans) == len(options):
        return plans.index(pick[1]) + 1 if pick[1] in plans else 0
    return _place(low, polite, len(options))


def is_all(low: str) -> bool:
    """Whether a plain text chooses all that there is."""
    return low in _OF_ALL


def by_place(text: str, question: Question) -> bool:
    """Whether the text picks an option by its place ("2 please"): it says nothing else."""
    low = plainly(text)
    return bool(question.options and _picked(low, _politely(low), question.options))


def bare(text: str) -> bool:
    """Whether a text would be taken for an answer whatever the question: a number, yes, the last."""
    low = plainly(text)
    if _DROP.fullmatch(low) or agrees(low) or is_no(low):
        return True
    if low in {"last", "last one", "the last"} or places_abroad.place(low):
        return True
    pick = _PICK.fullmatch(low)
    return pick is not None and (pick[1].isdecimal() or pick[1] in _NTH)


def answered(
    text: str, question: Question, vocabulary: Vocabulary, *, names: bool = True
) -> str | None:
    """The whole sentence that the text stands for as an answer, `NEVER_MIND`, or None.

    Without `names` it is known neither to drop the question nor to name what it waits for.
    """
    low = plainly(text)
    polite = _politely(low)
    options = question.options
    pressed = [option.says for option in options if option.says.strip() == text]
    if pressed:  # to the letter: of two that differ in a capital it is this one
        return pressed[0]
    if (named := _named(low, polite, options)) is not None:
        return named.says
    if names and _denies(low, polite):
        return next((o.says for o in options if is_no(o.label)), NEVER_MIND)
    if _NEVER_MIND.match(low) or (names and _lets_be(low, options)):
        return NEVER_MIND
    if names and calls_off(text) and not ends_something(question):
        return NEVER_MIND
    if agrees(low) and _is_plain_yes(text, low, options):
        # What a model asks and what its button says may be two things: yes is to the question.
        agreeing = [o for o in options if _AFFIRMS.match(o.label)] or options
        meant = len(agreeing) == 1 and not question.by and not question.beside
        return agreeing[0].says if meant else None
    if choosing.is_no_choice(low) and not vocabulary.is_name(low):
        return None
    if options and (place := _picked(low, polite, options)):
        return options[place - 1].says
    if not names:
        return None
    if (changed := _changed(low, options)) is not None:
        return changed.says
    if rest := without(choosing.loosely(low), question):
        return rest[0].says if len(rest) == 1 else None
    filled = _filled(text, polite, question, vocabulary) if question.fill else None
    return filled or _loosely(low, question, vocabulary)


def chosen(low: str, question: Question) -> tuple[Option, ...]:
    """The options that are chosen together, two at least; empty: not all of it chooses one."""
    options = question.options
    if many := choosing.so_many(low):
        enough = 2 <= abs(many) <= len(options)
        return (options[:many] if many > 0 else options[many:]) if enough else ()
    whole = {plainly(option.says) for option in options if option.says != option.label}
    parts = choosing.several(low)
    if not whole.isdisjoint(parts):  # a request by itself, that goes on
        return ()
    found = [_one(part, options) for part in parts]
    options = tuple(option for option in found if option is not None)
    return options if len(found) == len(options) > 1 else ()


def without(low: str, question: Question) -> tuple[Option, ...]:
    """The options but for the one that is not chosen, nor those for all; empty: no such is said."""
    out = choosing.left_out(low)
    option = _one(out, question.options) if out else None
    return tuple(each for each in _each(question) if option and each is not option)


def _each(question: Question) -> tuple[Option, ...]:
    """The options but for those that stand for all of them."""
    return tuple(option for option in question.options if not _ALL.fullmatch(option.label))


def perhaps(low: str, question: Question, vocabulary: Vocabulary) -> str:
    """What is named of the options, or is known, and only perhaps chosen; empty: nothing is."""
    core = choosing.loosely(choosing.wavers(low))
    option = _one(core, question.options)
    return option.label if option is not None else core if vocabulary.is_name(core) else ""


def _changed(low: str, options: Sequence[Option]) -> Option | None:
    """The one of two ways to change a plan that is said without what it is about: "add it"."""
    way = choosing.way(low)
    found = [option for option in options if way in option.label.split()] if way else []
    return found[0] if len(found) == 1 else None


def _one(low: str, options: Sequence[Option]) -> Option | None:
    """The option that a part of an answer names, by its label or its place."""
    polite = _politely(low)
    if (named := _named(low, polite, options)) is not None:
        return named
    place = _picked(low, polite, options)
    return options[place - 1] if place else None


def _loosely(low: str, question: Question, vocabulary: Vocabulary) -> str | None:
    """What is chosen among other words, by a name that is known or by its place."""
    core = choosing.loosely(low)
    option = _one(core, question.options) if core != "one" else None
    if option is not None:
        return option.says
    if together := chosen(core, question):
        return _together([option.label for option in together], question, vocabulary)
    known = core != low and question.fill and (vocabulary.host(core) or vocabulary.service(core))
    return question.fill.replace("{answer}", core) if known else None


def _together(labels: Sequence[str], question: Question, vocabulary: Vocabulary) -> str | None:
    """The request with several hosts, or several services, where it may have more than one."""
    if not question.fill:
        return None
    if all(vocabulary.host(label) for label in labels):
        return question.fill.replace("{answer}", ", ".join(labels))
    if all(vocabulary.service(label) for label in labels):
        return question.fill.replace("{answer}", " and ".join(labels))
    return None


def _denies(low: str, polite: str) -> bool:
    return bool(_DROP.fullmatch(low) or _DROP.fullmatch(polite) or is_no(low))


def _is_plain_yes(text: str, low: str, options: Sequence[Option]) -> bool:
    """Whether a yes is one: "sure?" asks, and "it's fine" may as well let things be."""
    ends = any(_DECIDES.fullmatch(option.says.casefold()) for option in options)
    return not text.rstrip().endswith("?") and not (ends and _FINE.search(low))


def _lets_be(low: str, options: Sequence[Option]) -> bool:
    """Whether it says no, in whatever words, where it is asked whether one thing shall be ended."""
    if len(options) != 1 or not _ENDING.fullmatch(options[0].says.casefold()):
        return False
    low = low.replace("\u2019", "'")
    return bool(_LETS_BE.fullmatch(low)) and not _ENDS_IT.search(_NO_END.sub("", low))


def agrees(low: str) -> bool:
    """Whether a plain text says yes, and nothing else."""
    return _YES.fullmatch(low) is not None or is_yes(low)


def _named(low: str, polite: str, options: Sequence[Option]) -> Option | None:
    """The one option whose label or sentence was typed; of two that look alike, neither."""
    found = [
        option
        for option in options
        if low in (plainly(option.label), plainly(option.says))
        or polite in (option.label.casefold(), _politely(plainly(option.label)))
    ]
    return found[0] if len({option.says for option in found}) == 1 else None


def _filled(text: str, polite: str, question: Question, vocabulary: Vocabulary) -> str | None:
    if choosing.is_no_name(plainly(text)) and not vocabulary.is_name(plainly(text)):
        return None
    if choosing.is_both(polite):
        both = [option.label for option in _each(question)]
        return _together(both, question, vocabulary) if len(both) == 2 else None
    if polite in _OF_ALL and "?" in text:
        return None  # it asks back
    if polite in _OF_ALL:
        return _all_of(polite, question, vocabulary)
    words = without_filler(tokens(text))
    while (
        words
        and words[0].low in {"on", "for", "the", "i", "mean", "meant", "at"}
        and len(words) > 1
    ):
        words = words[1:]
    words = [w for w in words if not (w.kind == "punct" and w.low in {".", "!", "?"})]
    while len(words) > 1 and words[-1].low in {"one", "ones", "service", "please"}:
        words = words[:-1]
    if not words:
        return None
    grammar = Grammar(words, vocabulary)
    found = grammar.read(0, after_preposition=True)
    if found and found.end == len(words) and not found.back:
        return question.fill.replace("{answer}", text[words[0].start : words[-1].end])
    names = [w.text for w in words if w.low not in {",", "and", "&"}]
    if all(vocabulary.service(n) for n in names):
        return question.fill.replace("{answer}", " and ".join(names))
    if len(words) == 1 and (words[0].kind == "tick" or _NAME.fullmatch(words[0].text)):
        raw = words[0].text if words[0].kind != "tick" else f"`{words[0].text}`"
        if words[0].low not in vocabulary.words:
            return question.fill.replace("{answer}", raw)
    return None


def _all_of(polite: str, question: Question, vocabulary: Vocabulary) -> str | None:
    if polite not in {"all hosts", "everywhere"}:
        counted = [o.says for o in question.options if re.fullmatch(r"all \d+", o.label)]
        if counted:
            return counted[-1]
        names = [o.label for o in question.options]
        if names and question.about != "hosts" and all(vocabulary.host(n) for n in names):
            return question.fill.replace("{answer}", ", ".join(names))
    return question.fill.replace("{answer}", "all hosts") if question.about == "hosts" else None

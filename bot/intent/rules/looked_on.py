"""The next look, said by what is new of it alone: "and web-2?", "and redis?", "and the disks?". Pure.

The rest is that of what was asked last in the conversation. Each is a sentence that the rules know
anyway, and counts only where it leads to a look, or is asked back: nobody changes anything by it.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bot.domain.intents import Intent, Outcome, ParseContext, Question, SmallTalk
from bot.domain.wording import listed
from bot.intent.patterns import compiled
from bot.intent.rules.not_understood import is_unclear
from bot.intent.rules.rewriting import ABOUT
from bot.intent.rules.vocabulary import Vocabulary

Ask = Callable[[str], Outcome]

_ELLIPSIS = compiled(
    r"(?P<lead>(?:(?:and|ok|okay|so|now|then|next|well|hm|hmm|also|(?:what|how) about)\b[\s,.:-]*+)*+)"
    r"(?:(?:on|in|for|at|of)\s++)?+(?:the\s++)?+(?P<what>[\w.-]++(?:(?:\s*+,\s*+|\s++)(?:and\s++)?+[\w.-]++){0,3}+)",
    re.IGNORECASE,
)
_PLACED = compiled(r"\S (?:on|in|at) \S", re.IGNORECASE)
_LONGEST = 80


def read(
    text: str, found: Outcome, context: ParseContext, vocabulary: Vocabulary, ask: Ask
) -> Outcome | None:
    """The look that is meant, or a question whether more is; None: it is no such.

    `found` is what the words are by themselves: only where that is nothing are they held against
    what was asked last. `ask` is what another sentence comes to there.
    """
    last = vocabulary.actions.get(context.action)
    if last is None or context.question is not None or context.between:
        return None
    bare = text.strip(" \t\n.,!?")
    said = _ELLIPSIS.fullmatch(bare) if len(text) <= _LONGEST else None
    if said is None or not (said["lead"] or text.rstrip().endswith("?")):
        return None
    if not _is_nothing(found, about="about" in said["lead"].casefold()):
        return None
    for sentence in _sentences(said["what"], context, vocabulary, looked=not last.changes):
        came = ask(sentence)
        if _only_looks(came, vocabulary) or (last.changes and _asks_back(came)):
            return came
        if (
            not last.changes
            and isinstance(came, Question)
            and vocabulary.looks_like_host(said["what"])
        ):
            return came  # a host that nobody has
    return None


def _is_nothing(found: Outcome, *, about: bool) -> bool:
    """Whether words come to nothing by themselves; what is asked `about` may be for people."""
    if isinstance(found, SmallTalk):
        answers = found.answers and not about
        return not (answers or found.dropped or found.closes or found.stands)
    return isinstance(found, Question) and is_unclear(found)


def _sentences(
    what: str, context: ParseContext, vocabulary: Vocabulary, *, looked: bool
) -> Iterator[str]:
    """What may be meant in full, the likeliest first."""
    service = vocabulary.service(what)
    where = listed(context.hosts) if context.hosts else ""
    if _PLACED.search(what):
        yield f"is {what} up?"
    elif service is None:
        yield f"the same for {what}" if looked else f"what about {what}?"
    if not where:
        return
    if service is not None:
        logs = context.action == "service.logs"
        yield f"logs of {service} on {where}" if logs else f"is {service} up on {where}?"
        return
    if context.service:
        yield f"{what} of {context.service} on {where}"
    yield f"{what} of {where}"
    yield f"{what} on {where}"


def _only_looks(came: Outcome, vocabulary: Vocabulary) -> bool:
    return isinstance(came, Intent) and not any(
        vocabulary.actions[wish.action].changes for wish in came.wishes
    )


def _asks_back(came: Outcome) -> bool:
    """Whether it is asked if the same change is wanted there."""
    return isinstance(came, Question) and (
        came.about == ABOUT or any(isinstance(option.means, Intent) for option in came.options)
    )

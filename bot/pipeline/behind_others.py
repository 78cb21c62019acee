"""What is said to nobody by name behind somebody else's words: it may be said to them.

"skip it", "web-2 too", "the first one" or "again" then answers a colleague as well as Overseer, so
nothing is decided, changed, chosen or planned by it, whoever has read it: that is told. Said once
more it counts, since what Overseer has answered was said to it. What asks back anyway, a stop, and
what by itself says what it wants ("restart nginx on web-1", "retry #1") is heard as it is.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from bot.domain.intents import (
    Deciding,
    Intent,
    ParseContext,
    Question,
    Revision,
    SmallTalk,
    Understanding,
)
from bot.domain.messages import Message
from bot.pipeline import unaddressed

Read = Callable[[str, ParseContext], Awaitable[Understanding]]

TOLD = (
    "That may be said to somebody here, so nothing came of it. Say it once more, or by my name, if "
    "you mean me."
)
NOT_HANDED = (
    "That may be said to somebody here, so nothing was handed over. Say it once more, or by my "
    "name, if you mean me."
)
_NUMBERED = re.compile(r"#\d|\b(?:plan|run) \d", re.IGNORECASE)

_BARE = re.compile(r"\W*(?:(?:the|number|plan|run) )?#?\d{1,9}\W*", re.IGNORECASE)


async def minded(
    understood: Understanding,
    message: Message,
    stood: ParseContext,
    asked: Question | None,
    read: Read,
) -> Understanding:
    """What words come to, as their conversation `stood`; `asked` is the question that is theirs.

    `read` is what the rules alone make of words.
    """
    said = unaddressed.as_said(understood, message)
    if message.addressed or message.pressed or not stood.between:
        return said
    chosen = asked is not None and said.picks is not None
    first = chosen and _BARE.fullmatch(message.text)  # "#1" is the first of anything
    if not _acts(said, asked) or (_NUMBERED.search(message.text) and not first):
        return said
    if isinstance(said.outcome, Intent):
        says_all = not (said.leans or any(wish.unsaid for wish in said.outcome.wishes))
        if said.read_by != "rules" and says_all and not chosen:
            return said
        clock = ParseContext(now=stood.now, zone=stood.zone, people=stood.people)
        alone = (await read(message.text, clock)).outcome
        if isinstance(alone, Intent) and alone.wishes == said.outcome.wishes:
            return said
    told = SmallTalk(text=TOLD, answers=True, stands=True, of_question=True)
    return said.model_copy(update={"outcome": told, "picks": None})


def _acts(said: Understanding, asked: Question | None) -> bool:
    """Whether something would be done by it."""
    if asked is not None and said.picks is not None:
        return True
    if isinstance(said.outcome, Deciding):
        return bool(said.outcome.button)  # "go on" alone is told the ways
    return isinstance(said.outcome, Intent | Revision)

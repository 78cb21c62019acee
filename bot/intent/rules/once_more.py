"""What is said of one's last request: "again", "do it again", "ask again", "forget what I said".

Pure.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re

from bot.domain.intents import Intent, Option, ParseContext, Question, Wish
from bot.domain.repeats import asks_again
from bot.domain.wording import listed
from bot.intent.patterns import compiled
from bot.intent.rules import revising, said_of_last
from bot.intent.rules.vocabulary import Vocabulary
from bot.intent.rules.words import plain

_FORGET = compiled(
    r"\W*(?:(?:ok|okay|oh|no|sorry|actually|please|hm+|well|wait|ah|oops)\W+)*"
    r"(?:forget|ignore|disregard) (?:what i(?:'ve| have)?(?: just)? (?:said|asked|asked for|wrote|typed)|that i asked|i said (?:anything|that))"
    r"(?:\W+(?:please|thanks|thank you|sorry))*\W*",
    re.IGNORECASE,
)  # fmt: skip
"""Of one's own words: what others have said, or the rules, is another matter."""


_MINE = compiled(
    r"\W*(?:(?:please|show|list|give|what are|which are|and|so|ok)\W+)*(?:me )?(?:all )?(?:of )?my (?:own |recent |last |past )?(?P<what>plans|requests|runs|changes)(?:\W+please)?\W*",
    re.IGNORECASE,
)
"""Whose they are is no word for the phrases, where "my" and "the" say the same."""
_POLITE = r"(?:please|pls|now|ok|okay|can you|could you|would you)"
_ONE = r"(?:(?:plan|run|request) ?#?|#)"
_NUMBERED = compiled(
    rf"\W*(?:{_POLITE}\W+)*(?:(?:redo|re-?run|repeat) {_ONE}(?P<a>[0-9]{{1,9}})(?: again| once more)?|(?:(?:run|do|try|plan|start) )?{_ONE}(?P<b>[0-9]{{1,9}}) (?:again|once more|one more time|anew))(?:\W+{_POLITE})*\W*",
    re.IGNORECASE,
)


def _numbered(number: int, context: ParseContext) -> Question:
    """What a plan asked for shall be asked for anew: of one's own here, as it was planned.

    Its words may mean something else by now ("the same on web-2"), and so they are not read again.
    """
    shows = Option(label=f"show plan {number}", says=f"show plan {number}")
    asked = next((each for each in context.earlier if each.plan == number), None)
    intent = asked.intent if asked is not None else None
    if asked is None or intent is None:
        return Question(
            about="plan",
            text=f"I ask anew for what was asked for here, and #{number} is none of yours in this "
            "conversation. Say once more what it asked for.",
            options=(shows,),
        )
    what = listed([_told(wish) for wish in intent.wishes])
    places = {tuple(wish.params.get("hosts", ())) for wish in intent.wishes}
    where = listed(min(places)) if len(places) == 1 else ""
    anew = Option(
        label=f"plan “{what}”" if len(what) < _LABEL else f"plan #{number} anew",
        says=f"the same on {where}" if where else f"redo #{number}",
        means=revising.once_more(intent),
    )
    text = f"#{number} asked for “{asked.request}”: {what}. Shall I plan that anew?"
    return Question(about="plan", text=text, options=(anew, shows))


def _told(wish: Wish) -> str:
    """A step in words: "restart nginx on web-1"."""
    deed = wish.action.partition(".")[2].replace("_", " ")
    hosts = wish.params.get("hosts", ())
    named = (str(wish.params.get("service", "")), f"on {listed(hosts)}" if hosts else "")
    return " ".join(filter(None, (deed, *named)))


_LABEL = 65
"""Characters of what a button may show in full."""


def meant(text: str, context: ParseContext, vocabulary: Vocabulary) -> str | Intent | Question:
    """The words that are meant, or what they asked for where they no longer say it."""
    if _FORGET.fullmatch(text):
        return "forget it"
    of_last = said_of_last.meant(text, context, vocabulary)
    if isinstance(of_last, Question):
        return of_last
    text = of_last
    if (mine := _MINE.fullmatch(text)) is not None:
        return f"{mine['what']} by me"
    if (number := _NUMBERED.fullmatch(text)) is not None:
        return _numbered(int(number["a"] or number["b"]), context)
    if not context.request or not asks_again(text):
        return text
    if context.again is not None:
        return revising.once_more(context.again)
    former = plain(context.request)
    number = _NUMBERED.fullmatch(former)
    return former if number is None else _numbered(int(number["a"] or number["b"]), context)

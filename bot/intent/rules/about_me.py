"""What people ask about Overseer itself, and buttons that are said as words: one honest line."""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re

from bot import __version__
from bot.domain.intents import Option, Outcome, Question, SmallTalk
from bot.intent.patterns import compiled

_HEY = r"\W*(?:(?:hey|hi|hello|so|and|by the way|btw|ok|overseer|just|please|tell me|then)\W+)*"
_TO_YOU = r"(?:\W+(?:then|by the way|btw|actually|really|overseer|please|bot))*\W*"
_KIND = (
    r"(?:are you|is this|am i (?:talking|speaking) (?:to|with)|do you use) (?:really )?(?:an? |some )?"
    r"(?:ai|a\.i\.|bot|robot|human|person|machine|program|llm|language model|real(?: person| human)?|chat ?gpt|gpt|claude|chat ?bot)"
    r"(?: or an? \w+)?"
)
_VERSION = (
    r"(?:(?:what|which) version(?: of (?:overseer|you|this|yourself))?(?: (?:is|are|am|do) (?:this|you|it|i|we|there|that)(?: (?:run|running|using|on|have))*)?|"
    r"what(?:'s| is) your version|(?:overseer )?version(?: of overseer)?)"
)
_LIMITS = r"what (?:can(?:'t| ?not)|can(?:'t)? you not|are you (?:not able|unable) to|won't|will you not|are your) ?(?:you )?(?:do|limits|limitations)?"
_PROGRAM = (
    "I am a program. A model or plain rules read what you write, and each plan's card says which; "
    "neither can run anything that its card does not show."
)
_BEYOND = (
    "I can't do what is in none of my skills (`help` lists them), wait for a condition, repeat something by itself, "
    "or change anything without showing the exact commands first."
)
_SECRETS = (
    r"how (?:do|can|should|would) (?:i|we|you) (?:set|store|add|keep|save|manage|change|rotate) (?:an? |the |my |our )?(?:\w+ )?(?:secrets?|passwords?|tokens?|keys?|credentials?)|"
    r"where (?:are|do you keep|do i (?:put|keep|set)) (?:the |your |my |our )?(?:secrets?|passwords?|tokens?|credentials?)(?: (?:kept|stored))?"
)
_KEPT = (
    "`./overseer secret set NAME` asks for it and keeps it in `secrets/` of the home; write "
    "`store:NAME` where it is used. `env:`, `file:` and `command:` fetch it from elsewhere. It is "
    "never shown, stored with a plan, or put on a card."
)
_PRESENT = r"(?:are|r) (?:you|u) (?:still |even )?(?:there|here|alive|awake|up|online|listening|around|with (?:me|us))|(?:anybody|anyone) (?:there|home)|do you (?:hear|read) me"
_SAYINGS = (
    (_PRESENT, "I'm here. Tell me what you want done."),
    (_SECRETS, _KEPT),
    (_KIND, _PROGRAM),
    (
        _VERSION,
        f"This is Overseer {__version__}; `./overseer status` tells what it runs with.",
    ),
    (
        _LIMITS,
        _BEYOND,
    ),
)
_PEOPLE = compiled(
    r"\W*(?:(?:please|pls|hey|can you|could you|just)\W+)*(?:ping|poke|nudge|cc|ask|tell|remind|page|notify|call)\W*@\w[\w.-]*\W*",
    re.IGNORECASE,
)
"""A person is to be called, who is no host."""
_CALLS_NOBODY = SmallTalk(
    text="I call nobody by name: whose vote is needed is told by the card itself."
)
_ANSWERS = tuple(
    (compiled(f"{_HEY}(?:{asked}){_TO_YOU}", re.IGNORECASE), said) for asked, said in _SAYINGS
)
_SAID = {
    "retry": "retry #{n}", "skip": "skip #{n}", "recheck": "check again #{n}",
    "rollback": "roll back #{n}", "markdone": "mark #{n} done", "markasdone": "mark #{n} done",
}  # fmt: skip
"""What presses these buttons, said where the plan was asked for."""
_BUTTON = compiled(
    r"\W*(?:(?:please|pls|ok|now|can you|could you)\W+)*(?P<what>retry|skip|re-?check|roll ?back|hand over|mark (?:as )?done)"
    r"(?: (?:the|step|failed|hosts?|[\w.-]*\d))*(?: (?:of|on|in))?\s+(?:(?:plan|run|request)\s*#?|#)(?P<n>\d{1,9})(?:\W+please)?\W*",
    re.IGNORECASE,
)


def said_of_me(text: str) -> Outcome | None:
    """The answer, or None when it is about something else."""
    for pattern, said in _ANSWERS:
        if pattern.fullmatch(text):
            return SmallTalk(text=said, answers=True)
    if _PEOPLE.fullmatch(text):
        return _CALLS_NOBODY
    button = _BUTTON.fullmatch(text)
    if button is None:
        return None
    what, number = " ".join(button["what"].casefold().split()), button["n"]
    shows = f"show plan {number}"
    way = _SAID.get(what.replace("-", "").replace(" ", ""))
    words = f" Said in its own conversation, `{way.format(n=number)}` does the same." if way else ""
    return Question(
        about="plan",
        text=f"“{what.capitalize()}” is a button on the card of #{number}, as long as its run waits "
        f"for a decision.{words}",
        options=(Option(label=shows, says=shows),),
    )

"""What is said to nobody in a room: who is called there, and whether it stops something. Pure.

Colleagues say "hold on", "we have to stop" and "cancel" to each other. By a role alone such words
stop nothing, unless they name what shall stop; by whom it belongs to they do.
"""

from __future__ import annotations

import re

from bot.domain.intents import Control
from bot.domain.messages import Message, People, Person
from bot.intent.at_once import SHORT, wants_reading
from bot.intent.rules.control import is_among_people
from bot.intent.rules.stop_clauses import clause_in

STOPS = frozenset({"stop", "kill"})
_ALL_OF_THEM = frozenset({"here", "channel", "everyone", "everybody", "all", "overseer", "bot"})
"""After an at sign: everybody in the room, and so Overseer, or Overseer by its name."""
_CALLED = re.compile(r"(?:^|(?<=[\s,(]))@([^\s,:;.!?]+)")
_CALLS = re.compile(r"\s*@")
_BY_NAME = re.compile(
    r"\W*(?:(?:hey|hi|hello|thanks|thank you|thx|ok|okay|so|sorry|well|morning)\b[\s,!.]*)*"
    r"(?P<who>[^\W\d_][\w'.-]*(?: [^\W\d_][\w'.-]*)?)\s*[,:;\u2013\u2014]"
)
"""The one or two words before the first comma, after a greeting."""
_TO_ME = re.compile(
    r"\W*(?:(?:hey|hi|hello|ok|okay|so|please)\W+@?overseer\b|(?<!\w)@overseer\b|overseer\s*,)",
    re.IGNORECASE,
)
"""Its name, typed without the platform's own sign; behind a colon it is a line of a record."""
_WORD = re.compile(r"[^\W\d_][\w'-]+")
_ANYBODY = frozenset(
    f"{whom}{who}" for whom in ("every", "any", "some") for who in ("one", "body")
) | {"folks", "guys"}
_SIGN = re.compile(r"^\W*@overseer\b[\s,:]*", re.IGNORECASE)
_CALLING_OFF = (
    r"\b(?:cancel|abort|drop|call|scrap|withdr|discard|kill|abandon|retract|revok|void|dismiss|end|"
    r"forget|bin|terminat|clos|ditch|tak|pull|throw|nix|ax|rescind|remov|delet|stop)"
)
_CALLS_OFF = re.compile(rf"{_CALLING_OFF}|\b(?:want|need|obsolete|gone|go\b)", re.IGNORECASE)
"""How the words begin with which a plan is called off by its number (`skills/plan`)."""
_NUMBERED = re.compile(
    rf"(?:#|\b(?:plan|run|request|number|no)\b)\W{{0,3}}\d|{_CALLING_OFF}\w*\W+(?:\w+\W+)?\d",
    re.IGNORECASE,
)
_EACH_OTHER = re.compile(r"\b(?:you|we|i)\b", re.IGNORECASE)
_MILD = re.compile(r"\b(?:hold|pause|whoa)\b", re.IGNORECASE)


def calls(text: str, people: People) -> bool:
    """Whether it begins with whom it is said to, by an at sign or by the name of one of `people`.

    >>> from bot.domain.messages import Person
    >>> ana = People(persons=(Person(name="ana", display="Ana", roles=frozenset()),))
    >>> calls("ana, what about web-3?", ana), calls("thanks Ana: same on web-3", ana)
    (True, True)
    >>> calls("ana restarted web-3", ana), calls("what about web-3?", ana)
    (False, False)
    """
    if _CALLS.match(text):
        return True
    named = _BY_NAME.match(text.casefold())
    if named is None:
        return False
    known = {name.casefold() for each in people.persons for name in (each.name, each.display)}
    return named["who"] in known or (named["who"].split() or [""])[0] in known


def to_me(message: Message) -> Message:
    """As its holder said it: to Overseer, where it begins with its name as one calls somebody.

    "overseer, retry" and "hey overseer, retry" do; "overseer is slow today" speaks of it.
    """
    if message.addressed or not _TO_ME.match(message.text):
        return message
    said = _SIGN.sub("", message.text, count=1) or message.text  # as platforms take a mention out
    return message.model_copy(update={"addressed": True, "text": said})


def names_somebody(text: str, people: People, but: Person) -> bool:
    """Whether it has one of `people` in it, or whoever is there; `but` is who says it.

    What they say next may be to those: "what do you think, chris?", "lunch, anyone?".
    """
    if calls(text, people):
        return True
    said = set(_WORD.findall(text.casefold()))
    own = {word for name in (but.name, but.display) for word in name.casefold().split()}
    return not said.isdisjoint(_ANYBODY) or not said.isdisjoint(people.called - own)


def is_for_all(text: str) -> bool:
    """Whether nobody is called in it but everybody, or Overseer."""
    called = (found[1].casefold() for found in _CALLED.finditer(text))
    return all(name in _ALL_OF_THEM for name in called)


def may_withdraw(text: str) -> bool:
    """Whether it is short and may call off a plan by its number, which only the rules can tell."""
    return len(text.strip()) <= SHORT and _NUMBERED.search(text) is not None


def may_be_stop(text: str) -> bool:
    """Whether words that were said to Overseer may be a stop; never False where they are one."""
    return wants_reading(text) or _CALLS_OFF.search(text) is not None


def is_stop(control: Control) -> bool:
    """Whether it stops; a bare "cancel" may be meant for anybody, with a number it is `stop 7`."""
    return control.verb in STOPS or (control.verb == "cancel" and control.scope.isdigit())


def stop_among(text: str) -> Control | None:
    """The stop among few words that people don't say to each other; None: there is none.

    It is heard where something goes on that it can mean (`stop_said`). What says which one by its
    name, or something besides, is for who is heard there, or mentions Overseer.
    """
    if len(text.strip()) > SHORT or not is_for_all(text):
        return None
    clause = clause_in(text)
    if (
        clause is None
        or not clause.sure
        or clause.every
        or clause.names
        or _EACH_OTHER.search(clause.said)
    ):
        return None
    scope = str(clause.numbers[0]) if clause.numbers else "thread"
    return Control(verb=clause.verb, scope=scope)


def is_by_role(control: Control, text: str) -> bool:
    """Whether a role is enough for it to be heard, whosever it is what it stops."""
    named = control.scope != "thread"
    return is_stop(control) and (named or not (_MILD.search(text) or is_among_people(text)))

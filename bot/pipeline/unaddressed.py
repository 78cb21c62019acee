"""What the holder of a conversation says to nobody by name, and what is told of it. Pure.

People talk to each other there, and what asks nothing of Overseer meets silence. Three things don't,
though nothing is to be done:

    beside the question that they are asked   an answer that none of it can be: it is open still
    beside their own plan that waits          an objection: the plan stands as it was, and may run
    beside their own plan that runs           an objection: it goes on until somebody stops it

What picks an option, drops the question, withdraws or changes the plan is heard as it is anyway. An
objection that is said to Overseer is answered likewise.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re

from bot.conversation.asides import is_chatter, opposes, unread_beside
from bot.domain.intents import Option, ParseContext, Question, SmallTalk, Understanding
from bot.domain.marked import literal
from bot.domain.messages import Message
from bot.domain.wording import shortened
from bot.intent.rules import choosing, hasty, revising
from bot.intent.rules.combining import LEFT_AS_IT_IS
from bot.intent.rules.denials_abroad import is_denial
from bot.intent.rules.not_understood import is_unclear
from bot.intent.rules.yes_and_no import is_no

_SHOWN = 80
"""Characters of what was said that are told."""
_NOTHING = Question(about="request", text="", options=(Option(label="help", says="help"),))
"""What talk among people comes to: nothing was understood, and nobody waits to hear that."""
_LEAD = (
    r"\W*(?:(?:oh|ok|okay|actually|sorry|well|uh|um|hm+|hey|ah|oops|please|wait|no|and|but)\b\W+)*"
)
_TAIL = r"(?:\W+(?:please|pls|sorry|thanks|yet|now|today|for now|just yet|everyone|all|folks))*\W*"

_NO_CHOICE = re.compile(
    rf"{_LEAD}(?:both(?: of (?:them|those))?|either(?: of (?:them|those))?|any(?: of (?:them|those))?|all|all of (?:them|those)|"
    r"(?:i )?(?:really )?(?:do not|don't|dont) know(?: which(?: one)?| yet)?|idk|dunno|no idea|(?:i'?m |i am )?not sure(?: which(?: one)?)?|whichever|whatever|"
    rf"you (?:choose|pick|decide)|none|some(?: of (?:them|those))?|the other(?:s| one)?){_TAIL}",
    re.IGNORECASE,
)
"""What answers a question and picks nothing of what it offers."""

_THAT = r"(?:it|that|this|them|anything|the (?:plan|command|change|restart))"
_NOT_DONE = rf"(?:do not|don't|dont|not to|never|let's not|lets not)(?: (?:run|do|start|execute|begin|apply|approve|touch|launch|continue|proceed|go on|go ahead(?: with)?)(?: {_THAT})?)"
_WRONG = r"(?:(?:that'?s|that is|this is|it'?s|it is|that was) )?(?:all |the |on the )*wrong(?: (?:hosts?|servers?|machines?|boxe?s?|ones?|plan|service|time|command))?"
_HOLD = (
    r"(?:hold (?:on|off|up)|hang on|wait|let's wait|lets wait|stand by)"
    r"(?: (?:a|one|just a) (?:moment|minute|min|second|sec|bit|mo))?(?: (?:with|on) (?:it|that|this))?"
)
_ONE = r"(?:plan )?#\d{1,18}"
_TAKEN_BACK = (
    rf"(?:no|not|never ?mind|forget|drop|skip|ignore|delete|remove|retract|withdraw|undo|revoke) {_ONE}|{_ONE} (?:no|nope|not)|"
    rf"(?:i(?:'d| would)? )?(?:withdraw|retract|revoke|delete|remove|ignore) (?:it|that|this)|(?:i )?take (?:it|that|this|{_ONE}) back|(?:finalement|en fait) non|ann?ulla"
)
_FIRM = rf"(?:not (?:yet|now|today|so fast|like (?:this|that)|(?:this|that)(?: one)?)|{_WRONG}|{_NOT_DONE}|let's not|lets not|hold (?:on|off|up)|hang on|leave (?:it|that|this|them)(?: alone| be| as (?:it is|they are))?|skip (?:it|that|this|them)|do nothing|{_TAKEN_BACK})"
_OBJECTS = re.compile(
    rf"{_LEAD}(?:no+|nope|nah|do not|don't|dont|(?:on )?second thoughts?(?:\W+no)?|{_HOLD}|{_FIRM}){_TAIL}",
    re.IGNORECASE,
)
_TO_PEOPLE = re.compile(
    rf"{_LEAD}(?:no+|nope|nah|not (?:yet|now|today|really)|wait|rather not){_TAIL}", re.IGNORECASE
)
"""What colleagues answer each other all day."""
_BEGINS = re.compile(rf"{_LEAD}{_FIRM}\s*[,.;:\u2026\u2013\u2014-]+\s*\S", re.IGNORECASE)
"""An objection with more behind it, that may say what is wanted instead."""
_DENIES = re.compile(
    rf"{_LEAD}(?:i |we )?(?:deny|denied|reject|rejected|veto|refuse|refused|decline|disapprove)(?: (?:of )?(?:{_THAT}|(?:plan )?#?\d{{1,18}}))?"
    rf"(?:\s*[,.;:\u2013\u2014-].*)?{_TAIL}",
    re.IGNORECASE,
)
"""A vote, were it one that words can give."""
_STOPPISH = re.compile(
    r"(?<![\w/.-])(?:stop|stahp|stoop|cancel|cancle|abort|halt|withdraw|terminate|quit|(?:kill|end|drop|ditch|nix|suspend|retract|break off|pull) (?:it|this|that|the)|end now|to end|revoke|undo|"
    r"cut it out|knock it off|cease|desist|bail(?: out)?|pull the plug|hold your|on hold|take back|my mistake|st0p|"
    r"postpone|delay|(?:not|skip|cancel|do|don't|dont|run|start|postpone)(?: \w+)? tonight|(?:minutes?|hours?|min|h|day|week) later|not (?:before|until|till)|wait (?:for|until|till)|(?<!fair )(?<!good )enough(?!\s*\?)|(?:no longer|not) needed|not necessary|unneeded|obsolete|superseded|reason is gone|basta|wacht|"
    r"den(?:y|ied)|reject|refuse|veto|i object|no way|absolutely not|should ?n[o'’]?t|must ?n[o'’]?t)\b(?!-)"
    r"|[\u274c\U0001f6d1\U0001f44e]|стоп|停止|やめ",
    re.IGNORECASE,
)
"""What may have been meant to end what goes on, whatever else is said."""
_OF_IT = re.compile(
    r"\b(?:(?!(?-i:[A-Z]{2,}-))[a-z]\w*-\d+(?! (?:is|are|has|was|looks|seems)\b)|(?:at|by|to|until|till) \d{1,2}[:.]\d\d|(?:the (?:first|second|third|last|other)(?: one)?|(?:first|second|third|last|other) one)(?=\W*$)|rather)\b(?!.*\?\s*$)",
    re.IGNORECASE,
)
"""What is said of hosts, of an hour or of one among several: most likely of what is open."""
_OTHERS_HOUR = re.compile(
    r"\b(?:(?!(?:it|that|this|run|restart|reboot|plan|start)\b)[\w'-]+ (?:is|are|was|starts?|begins?|ends?|leaves?|will (?!(?:it|that|this)\b)\w+)|(?:i|we|he|she|they)(?:'ve|'m|'re| have| has| am| got)(?! to\b))\b.*\b(?:at|by|to|until|till) \d",
    re.IGNORECASE,
)
"""Of something else it is said when it is: "the sale starts at 20:00"."""
_CORRECTS = re.compile(
    r"\b(?:no|nope|not|don't|dont|wrong|instead|rather|meant|only|except|switch|other than)\b",
    re.IGNORECASE,
)
"""Of these there is one in what may be a change of the plan that could not be read."""


def as_said(read: Understanding, message: Message) -> Understanding:
    """What words come to as they were said: talk among people asks for nothing and answers nothing."""
    if message.addressed or not read.talk:
        return read
    return read.model_copy(update={"outcome": _NOTHING, "picks": None})


def told(
    read: Understanding, said: str, *, asked: Question | None, stood: ParseContext
) -> SmallTalk | None:
    """What is told of words that ask nothing that was understood; None: silence.

    `asked` is the question that is theirs to answer; `stood`: how their conversation stood.
    """
    how = read.reading
    if isinstance(read.outcome, SmallTalk) and read.outcome.stands and asked is None:
        return read.outcome
    if how.aside and not how.model and (unread := unread_beside(read.outcome, said, stood.open)):
        return unread
    if not is_chatter(read.outcome):
        return None
    if (as_it_is := stands(read, said, stood, asked)) is not None:
        return as_it_is
    if isinstance(read.outcome, SmallTalk) and read.outcome.of_question:
        return read.outcome
    words = _plain(said)
    if choosing.is_courtesy(words.casefold()):
        return None
    if asked is not None and (_objects(words) or _unclear(read) or _NO_CHOICE.fullmatch(words)):
        goes = revising.still_goes((), stood.moving)
        text = f"I can't take “{_short(said)}” for an answer. {goes}"
        return SmallTalk(text=text.rstrip())
    return None


def is_objection(read: Understanding, message: Message, asked: Question | None) -> bool:
    """Whether it objects, is said to Overseer, and neither answers a question nor does anything."""
    if not message.addressed or asked is not None or read.picks is not None:
        return False
    words = _plain(message.text)
    objects = read.outcome == LEFT_AS_IT_IS or _objects(words) or bool(_DENIES.fullmatch(words))
    return (objects or bool(_STOPPISH.search(words))) and is_chatter(read.outcome)


def stands(
    read: Understanding, said: str, stood: ParseContext, asked: Question | None
) -> SmallTalk | None:
    """What is told of an objection to one's own plan that changes nothing of it.

    Beside a question that is `asked` it is rather about that than about what runs.
    """
    goes = revising.still_goes(stood.open, stood.moving if asked is None else ())
    if not goes or not is_chatter(read.outcome):
        return None
    words = _plain(said)
    if stood.between and not stood.moving and _TO_PEOPLE.fullmatch(words):
        return None  # most likely an answer to them, and the plan runs by nobody's silence
    objects = _objects(words) or _DENIES.fullmatch(words) is not None
    of_it = _OF_IT.search(words) and not _OTHERS_HOUR.search(words)
    ends = objects or (asked is None and (_STOPPISH.search(words) or of_it))
    if ends or (_unclear(read) and _CORRECTS.search(words)):
        return SmallTalk(text=goes)
    return None


def objects(said: str) -> bool:
    """Whether it says that something is not to be."""
    return _objects(_plain(said))


def _plain(said: str) -> str:
    return " ".join(said.replace("\u2019", "'").split())


def _unclear(read: Understanding) -> bool:
    return isinstance(read.outcome, Question) and is_unclear(read.outcome) and not read.talk


def _objects(words: str) -> bool:
    if is_no(words) and "thank" in words.casefold():
        return False
    if _OBJECTS.fullmatch(words) or _BEGINS.match(words):
        return True
    if hasty.is_second_thought(words) or is_denial(words) or opposes(words):
        return True
    return is_no(words)


def _short(said: str) -> str:
    return literal(shortened(" ".join(said.split()), _SHOWN))

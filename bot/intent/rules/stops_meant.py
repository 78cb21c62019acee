"""What words with a stop verb come to whose object is nothing known: "can someone stop this?". Pure.

The rules read every sentence as a request, and "it" as the service that was spoken of last. Of a
stop that is nearly never meant: where something of theirs goes on, it is about that, and where
nothing does, about nothing here. A service is stopped by its name ("stop nginx on web-2").

    asked of others, or bounded   they are told what goes on, and how it is stopped
    wanted, in whatever words     it is asked whether that shall be stopped
    of a word that nobody knows   no service is looked for in people's talk ("stop joking")
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from bot.domain.intents import Intent, Outcome, ParseContext, Question, Revision, SmallTalk
from bot.intent.patterns import compiled
from bot.intent.rules import revising, typos
from bot.intent.rules.combining import BEYOND_ME
from bot.intent.rules.control_abroad import is_asked_abroad
from bot.intent.rules.real_words import SOFTWARE
from bot.intent.rules.stops_asked import NOTHING, only_says_why, question, what_goes
from bot.intent.rules.vocabulary import Vocabulary
from bot.intent.rules.words import tokens

_LONG: Final = 300
"""Characters; whoever says more says something else."""
_SAYS: Final = compiled(
    r"\b(?:stop(?:ped|ping)?|halt(?:ed)?|abort(?:ed)?|cancel(?:l?ed)?|kill(?:ed)?|terminated?|interrupt(?:ed)?|end(?:ed)?)\b",
    re.IGNORECASE,
)
_THING: Final = r"(?:it|that|this|it all|all (?:of )?this|all that|(?:the|this|that|my|our) (?:run|plan|restart|rollout|thing))"
_ENDED: Final = r"(?:stopped|halted|aborted|cancell?ed|killed|terminated|interrupted|ended|called off|withdrawn)"
_WANTED: Final = compiled(
    rf"\b(?:want|need|needs|needed|have|has|get|must|should|please|like|prefer)\b[^,.;:]*?\b(?:{_THING} (?:to be |be )?|to be |be ){_ENDED}\b"
    rf"|\b(?:need|want|get) {_THING} {_ENDED}\b",
    re.IGNORECASE,
)
"""That it shall end, and not who has ended it."""
_NOT_WANTED: Final = compiled(
    r"\b(?:not|n'?t|never|no|nobody|without|why|who|when|if|once|after|before|until|till|unless|what|which|how|did|was|were|already|been)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
_OF_OTHERS: Final = compiled(
    r"(?:^|\s)@\w|\b(?:some|any)(?:one|body)\b|\bone of you\b|\byou (?:can|could|may|might)\b|\b(?:after|before|when|once|until|till|if|unless)\b",
    re.IGNORECASE,
)
"""Who else is asked, and what is not to be done at once."""
_TALK: Final = compiled(
    r"\b\w+ing\b|\b(?:ha(?:ha)+|lol|lmao|rofl|he(?:he)+|hihi|jk)\b", re.IGNORECASE
)
_SERVICE: Final = compiled(r"\b(?:services?|daemons?|units?|process(?:es)?)\b", re.IGNORECASE)
_NO_MORE: Final = r"(?:(?:no longer|not|\w+n['\u2019]t) (?:needed|required|necessary|relevant|wanted)|obsolete|superseded)"
_UNNEEDED: Final = compiled(rf"\b{_NO_MORE}\b", re.IGNORECASE)
"""Why a plan that waits is none any more, and no reason of it."""
_VISIT: Final = compiled(
    r"\W*(?:(?:please|pls|hey|ok|okay|i|i'?ll|we|we'?ll|you|can|could|will|would|let me|let's|should|just|maybe|to|going|gonna)\W+)*stop(?:ping)? (?:by|over|in|round|around)\b[^.;!\n]*",
    re.IGNORECASE,
)
_APPOINTMENT: Final = compiled(
    r"[^.;!\n]*\b(?:cancel|end|stop|kill|call off)\b (?:my|the|our|your|his|her|their|an?|tomorrow'?s|today'?s|that|this)? ?(?!.*\b(?:plan|run|request|job|restart|reboot|reload|upgrade|update|rollout|deployment|install)\b)[^.;!\n]*",
    re.IGNORECASE,
)


def meant(
    outcome: Outcome,
    text: str,
    context: ParseContext,
    vocabulary: Vocabulary,
    alone: Callable[[str], Outcome],
) -> Outcome:
    """What the text comes to, if its outcome is about a service that it does not name.

    `alone` reads a text as if nothing had been said before it.
    """
    if isinstance(outcome, Revision):
        return _for_what_reason(outcome, text, context)
    if isinstance(outcome, SmallTalk | Question) and is_asked_abroad(text):
        return _told(context) or BEYOND_ME
    if len(text) > _LONG or not _SAYS.search(text):
        return outcome
    if isinstance(outcome, Intent):
        about_it = _is_stop(outcome) and not _names_one(outcome, text, context, alone)
        return _about_what_goes(text, context) if about_it else outcome
    if isinstance(outcome, Question):
        return _asked(outcome, text, context, vocabulary)
    if isinstance(outcome, SmallTalk) and _is_wanted(text) and (there := what_goes(context)):
        return question("stop", there[:1])
    return outcome


def _for_what_reason(changed: Revision, text: str, context: ParseContext) -> Outcome:
    """Whether a plan shall go that is said not to be needed: that is no reason to ask for it."""
    there = tuple(each for each in what_goes(context) if each.number == changed.plan)
    over = there and _UNNEEDED.search(text) and only_says_why(changed, context)
    return question("stop", there) if over else changed


def _is_stop(intent: Intent) -> bool:
    return all(wish.action == "service.stop" for wish in intent.wishes)


def _names_one(
    intent: Intent, text: str, context: ParseContext, alone: Callable[[str], Outcome]
) -> bool:
    """Whether the words name a service, or a host that nothing of theirs goes on at."""
    if _SERVICE.search(text):
        return True
    by_itself = alone(text)
    if not isinstance(by_itself, Question) or by_itself.about != "service":
        return True
    low = text.casefold()
    hosts = {host for wish in intent.wishes for host in wish.params.get("hosts", ())}
    named = {host for host in hosts if host.casefold() in low}
    titles = " ".join(each.title for each in what_goes(context)).split()
    halted = {host for run in context.halted for host in run.hosts}
    return bool(named - {word.strip(",") for word in titles} - halted)


def _about_what_goes(text: str, context: ParseContext) -> Outcome:
    told = _told(context)
    if told is None:
        return SmallTalk(text=NOTHING)
    return told if _OF_OTHERS.search(text) else question("stop", what_goes(context)[:1])


def _asked(asked: Question, text: str, context: ParseContext, vocabulary: Vocabulary) -> Outcome:
    if asked.about == "when" and _is_of_people(text, vocabulary):
        return BEYOND_ME
    unknown = asked.text.startswith(f"I know no service {asked.about}")
    if not unknown and (asked.about != "service" or "shall I stop" not in asked.text):
        return asked
    if unknown and _TALK.search(text):
        return _told(context) or BEYOND_ME
    meant = _names_host(text, vocabulary) or _SERVICE.search(text)
    if not unknown and not meant:
        return _about_what_goes(text, context)
    told = _told(context)
    if told is None:
        return asked
    if meant or _is_program(asked.about, vocabulary):
        return asked.model_copy(update={"text": f"{asked.text} {told.text}"})
    return told.model_copy(update={"text": f"I know no service {asked.about}. {told.text}"})


def _is_wanted(text: str) -> bool:
    return _WANTED.search(text) is not None and _NOT_WANTED.search(text) is None


def _is_of_people(text: str, vocabulary: Vocabulary) -> bool:
    """ "stop by later", "cancel my 3pm": nothing of it is known here, and no number is a plan's."""
    known = any(vocabulary.is_name(token.low) for token in tokens(text))
    talk = _VISIT.fullmatch(text) or _APPOINTMENT.fullmatch(text)
    return talk is not None and not known and "#" not in text


def _names_host(text: str, vocabulary: Vocabulary) -> bool:
    return any(vocabulary.host(token.text) for token in tokens(text))


def _is_program(word: str, vocabulary: Vocabulary) -> bool:
    """Whether an unknown word may well be a service: a program's name, or a slip of a known one."""
    low = word.casefold()
    begun = len(low) > 2 and any(name.startswith(low) for name in vocabulary.known_services)
    return low in SOFTWARE or begun or typos.is_slip(low, vocabulary.known_services)


def _told(context: ParseContext) -> SmallTalk | None:
    """What goes on, and how it is ended; None: nothing does."""
    first = next(iter(what_goes(context)), None)
    if first is None:
        return None
    n, goes = first.number, revising.still_goes(context.open, context.moving)
    if not goes and first.halted:
        goes = f"#{n} needs a decision: `stop {n}` ends it there."
    elif not goes and first.waits:
        goes = f"#{n} waits: `stop {n}` withdraws it."
    elif not goes:
        goes = f"#{n} runs: `stop {n}` stops it."
    return SmallTalk(text=goes, stands=True)

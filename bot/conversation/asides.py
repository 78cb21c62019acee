"""What is said beside a request: applause, which is no vote, and words that nobody has to answer.

People say "lgtm" to each other. A vote is a click, since only a click carries the digest of what
was read; so such words count for nothing, and whoever says them is told once.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.intents import OpenPlan, Outcome, Question, SmallTalk
from bot.domain.marked import literal
from bot.domain.wording import but_one, listed, shortened

_TONES = "\U0001f3fb-\U0001f3ff\ufe0f"
_FOR = (
    r"lgtm|ship ?it|ack|\+1|approved?|i approve|i(?:'ll)? vote (?:yes|for)|"
    r"looks? (?:good|fine|ok(?:ay)?)(?: to me)?|sounds good|go ahead|go for it|"
    r"\N{THUMBS UP SIGN}|\N{WHITE HEAVY CHECK MARK}|"
    r":(?:\+1|thumbsup|shipit|white_check_mark)(?:::skin-tone-\d)?:"
)
_AGAINST = (
    r"den(?:y|ied)|reject(?:ed)?|veto(?:ed)?|refused?|nack|-1|i(?:'ll)? vote (?:no|against)|"
    r"\N{THUMBS DOWN SIGN}|\N{CROSS MARK}|\N{OCTAGONAL SIGN}|\N{NO ENTRY SIGN}|\N{NO ENTRY}|"
    r":(?:-1|thumbsdown|x|octagonal_sign|no_entry|no_entry_sign)(?:::skin-tone-\d)?:"
)
_MORE = 4
"""Of one breath: "LGTM 👍", "looks good to me, go ahead"."""
_LEAD = r"[\s.,!]*(?:(?:ok|okay|yes|yep|sure|thanks|please|h+m+|well|sorry|no|nope|actually)[\s.,!\u2026]+)*"
_ABOUT = r"(?:\s+(?:it|this|that|the plan|from me|here))?(?:\s+(?:plan\s+)?#?(?P<plan>\d{1,12}))?"


def _nodding(words: str) -> re.Pattern[str]:
    return re.compile(
        rf"{_LEAD}(?:{words})[{_TONES}]*(?:[\s.,!]*(?:{words})[{_TONES}]*){{0,{_MORE}}}{_ABOUT}"
        rf"(?:[\s.,!]+(?:please|thanks|from me))*[\s.,!]*",
        re.IGNORECASE,
    )


_NO = _nodding(_AGAINST)
_EITHER = _nodding(f"{_FOR}|{_AGAINST}")
_REFUSES = _nodding(rf"(?:i(?:'d| would)? )?(?:{_AGAINST}|objection|object(?: to)?|oppose)")
_APART = re.compile(r"[,;:.!\u2013\u2014-]\s*$")
_STOPPING = re.compile(
    r"\b(?:stop|stopp|cancel|abort|halt|kill|hold|pause|freeze|wait|withdraw)\b", re.IGNORECASE
)
_OPPOSES = re.compile(
    rf"{_LEAD}(?:no way|(?:absolutely|definitely|certainly|surely|of course|please) not?|"
    r"(?:we|you|i) (?:should(?:n't| not)|must(?:n't| not)|better not)"
    r"(?: (?:do|run|touch|apply|start|approve) (?:it|that|this|the plan))?)[\s.,!]*",
    re.IGNORECASE,
)
"""What else says that it shall not be done, and is said to people as well."""


@dataclass(frozen=True)
class Nod:
    """Applause or dismay about a plan: its number (0: none was said), and whether it is a no.

    `newest`: it can mean only what was asked last; `bare`: a plain yes, as to anybody's question.
    """

    plan: int = 0
    against: bool = False
    newest: bool = False
    bare: bool = False


def nod_in(text: str, *, reasoned: bool = False) -> Nod | None:
    """What words of applause or dismay say, where they say nothing else; `reasoned`: but why not.

    What stands behind a no may be a request, where it comes from who is heard there; and a whole
    sentence of theirs, "I object", is answered as one.
    """
    said = text.replace("\u2019", "'")
    no = _NO.fullmatch(said) or (_because(said) if reasoned else None)
    found = no or _EITHER.fullmatch(said)
    return Nod(int(found["plan"] or 0), against=no is not None) if found is not None else None


def _because(said: str) -> re.Match[str] | None:
    """A no, and perhaps why; what may be a stop is none."""
    found = _REFUSES.match(said)
    if found is None or _STOPPING.search(said, found.end()):
        return None
    start = found.end()
    why = said[start:]
    apart = _APART.search(said[:start]) or _APART.search(why[:1])
    return found if apart or not why else None


def opposes(text: str) -> bool:
    """Whether it says that a plan shall not be, as people say it to each other: "no way", "veto"."""
    nod = nod_in(text, reasoned=True)
    return (nod is not None and nod.against) or _OPPOSES.fullmatch(text) is not None


_ANYBODY = r"(?:some|any)(?:one|body)|one of you|you (?:guys|all|two|both)|the others?"
_NAMED = r"(?!(?:overseer|bot|you|i|we|please|pls|hey|hi|ok|okay|so|and|but|then|now|well|yes|no|thanks|just|never|do|to|not|who|what|when|how|which|why|where|nobody|it)\b)@?[^\W\d_][\w'-]*"
_CASTS = r"(?:(?:please|pls|also|maybe|then|now|just|happily|quickly|not|be) )*(?:approve|approving|vote|sign off|review and approve)\b"
_TO_PEOPLE = re.compile(
    r"\W*(?:(?:hey|hi|hello|ok|okay|so|and|please|well|btw)\W+)*(?:"
    rf"(?:can|could|would|will|should) (?:{_ANYBODY}|{_NAMED}),? {_CASTS}|"
    rf"(?:{_ANYBODY})(?: (?:can|could|would|will|should|has to|needs to|must))? {_CASTS}|"
    rf"(?:{_NAMED})[,:]? (?:(?:can|could|would|will) you|please|pls) {_CASTS}|"
    rf"(?:i|he|she|they|{_NAMED})(?:'ll|'d| will| would| can| could| may| might| should|(?:'m|'s| am| is) (?:going|about) to) {_CASTS}|"
    rf"(?:(?:we|i)(?:'re|'m| are| am)? )?(?:still )?(?:need|wait(?:ing)? (?:for|on)) (?:{_ANYBODY}|{_NAMED}) to {_CASTS})"
    r"(?! (?:for|as) (?:me|us|him|her|them)\b)(?:(?! (?:and|then|or|but)\b)[^.,;:!?\n]){0,80}[\s.!?]*(?::\w+:[\s.!?]*)*[^\w]*",
    re.IGNORECASE,
)


def is_called_to_vote(text: str) -> bool:
    """Whether people speak to each other of who votes: "can somebody approve this?".

    Overseer itself, asked to approve something, is not among those who are called.
    """
    said = " ".join(text.replace("\u2019", "'").split())
    return _TO_PEOPLE.fullmatch(said) is not None


_UNREAD = (
    "I could not read “{said}”, so {plans} {as_before} and may still run. If it was about "
    "that, say it as {how}“cancel”, or press *Change…*."
)
_SHOWN = 80
"""Characters of what was said that are told."""


def unread_beside(outcome: Outcome, said: str, plans: Sequence[OpenPlan]) -> SmallTalk | None:
    """What is told of words that no model could read beside the person's own waiting plan.

    They may have been meant to keep it from running. Courtesies are understood without a model.
    """
    theirs = [plan for plan in plans if plan.mine and plan.waits]
    waiting = sorted(plan.number for plan in theirs)
    if not waiting or not isinstance(outcome, Question):
        return None
    numbers = listed([f"#{number}" for number in waiting])
    as_before = "stays as it is" if len(waiting) == 1 else "stay as they are"
    told = literal(shortened(" ".join(said.split()), _SHOWN))
    spare = but_one([name for plan in theirs for name in plan.hosts])
    how = f"{spare} or " if spare else ""
    return SmallTalk(text=_UNREAD.format(said=told, plans=numbers, as_before=as_before, how=how))


def is_chatter(outcome: Outcome) -> bool:
    """Whether it asks nothing of Overseer, so that nobody misses an answer to it."""
    if isinstance(outcome, SmallTalk):
        return not outcome.dropped
    if not isinstance(outcome, Question) or outcome.fill:
        return False
    # Nothing was understood: what is offered then is for somebody who spoke to it.
    return any(option.says == "help" for option in outcome.options)

"""What is said beside a request: applause, which is no vote, and words that nobody has to answer.

People say "lgtm" to each other. A vote is a click, since only a click carries the digest of what
was read; so such words count for nothing, and whoever says them is told once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.intents import OpenPlan, Outcome, Question, SmallTalk
from bot.domain.marked import literal
from bot.domain.wording import but_one, listed, shortened

_TONES = "\U0001f3fb-\U0001f3ff\ufe0f"
_WORDS = (
    r"lgtm|ship ?it|ack|nack|[+-]1|approved?|i approve|den(?:y|ied)|reject(?:ed)?|"
    r"i(?:'ll)? vote (?:yes|no|for|against)|"
    r"looks? (?:good|fine|ok(?:ay)?)(?: to me)?|sounds good|go ahead|go for it|"
    r"\N{THUMBS UP SIGN}|\N{THUMBS DOWN SIGN}|\N{WHITE HEAVY CHECK MARK}|"
    r":(?:\+1|-1|thumbsup|thumbsdown|shipit|white_check_mark)(?:::skin-tone-\d)?:"
)
_MORE = 4
"""Of one breath: "LGTM 👍", "looks good to me, go ahead"."""
_ABOUT = r"(?:\s+(?:it|this|that|the plan|from me|here))?(?:\s+(?:plan\s+)?#?(?P<plan>\d{1,12}))?"
_NOD = re.compile(
    rf"[\s.,!]*(?:(?:ok|okay|yes|yep|sure|thanks|please)[\s.,!]+)?(?:{_WORDS})[{_TONES}]*"
    rf"(?:[\s.,!]*(?:{_WORDS})[{_TONES}]*){{0,{_MORE}}}{_ABOUT}"
    r"(?:[\s.,!]+(?:please|thanks|from me))*[\s.,!]*",
    re.IGNORECASE,
)


def nod_in(text: str) -> int | None:
    """The plan that words of applause (or dismay) name; 0 for none by number, None: no such."""
    found = _NOD.fullmatch(text)
    return None if found is None else int(found["plan"] or 0)


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

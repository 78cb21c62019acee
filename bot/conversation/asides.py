"""What is said beside a request: applause, which is no vote, and words that nobody has to answer.

People say "lgtm" to each other. A vote is a click, since only a click carries the digest of what
was read; so such words count for nothing, and whoever says them is told once.
"""

from __future__ import annotations

import re

from bot.domain.intents import Outcome, Question, SmallTalk

_TONES = "\U0001f3fb-\U0001f3ff\ufe0f"
_WORDS = (
    r"lgtm|ship ?it|ack|nack|[+-]1|approved?|i approve|den(?:y|ied)|reject(?:ed)?|"
    r"looks? (?:good|fine|ok(?:ay)?)(?: to me)?|sounds good|go ahead|go for it|"
    r"\N{THUMBS UP SIGN}|\N{THUMBS DOWN SIGN}|\N{WHITE HEAVY CHECK MARK}|"
    r":(?:\+1|-1|thumbsup|thumbsdown|shipit|white_check_mark)(?:::skin-tone-\d)?:"
)
_ABOUT = r"(?:\s+(?:it|this|that|the plan|from me|here))?(?:\s+(?:plan\s+)?#?(?P<plan>\d{1,12}))?"
_NOD = re.compile(
    rf"[\s.,!]*(?:(?:ok|okay|yes|yep|sure|thanks|please)[\s.,!]+)?(?:{_WORDS})[{_TONES}]*{_ABOUT}"
    r"(?:[\s.,!]+(?:please|thanks|from me))*[\s.,!]*",
    re.IGNORECASE,
)


def nod_in(text: str) -> int | None:
    """The plan that words of applause (or dismay) name; 0 for none by number, None: no such."""
    found = _NOD.fullmatch(text)
    return None if found is None else int(found["plan"] or 0)


def is_chatter(outcome: Outcome) -> bool:
    """Whether it asks nothing of Overseer, so that nobody misses an answer to it."""
    if isinstance(outcome, SmallTalk):
        return not outcome.dropped
    if not isinstance(outcome, Question) or outcome.fill:
        return False
    # Nothing was understood: what is offered then is for somebody who spoke to it.
    return any(option.says == "help" for option in outcome.options)

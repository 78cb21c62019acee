"""What is said of why, when a plan stands already: a reason of it, or none. Pure."""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re

from bot.domain.intents import OpenPlan, SmallTalk

_IT = r"(?:(?:it|this|that|the (?:plan|change|reason|need))(?:'?s| is)? )"
_NEEDLESS = re.compile(
    rf"{_IT}?(?:now |just |really |already )*(?:(?:no longer|not) (?:needed|necessary|required|wanted|relevant)|obsolete|needless|unnecessary|superseded|moot|over|gone)(?: now| by now| any ?more)*"
    r"|(?:we|i) (?:don't|do not|no longer) (?:need|want) (?:it|this|that)(?: any ?more)?"
)
"""What is a reason to withdraw the plan, and none to do it."""
_APPROVED = (
    "#{n} is approved as it is, and stays so: a reason would need its votes anew. "
    "`cancel` withdraws it."
)


def told(reason: str, plan: OpenPlan, goes: str) -> SmallTalk | None:
    """What is told of a reason that changes nothing; None: it is the plan's from now on.

    `goes` is what goes on as before.
    """
    if _NEEDLESS.fullmatch(reason.casefold().replace("\u2019", "'")):
        return SmallTalk(text=goes, stands=True)
    return SmallTalk(text=_APPROVED.format(n=plan.number)) if plan.approved else None

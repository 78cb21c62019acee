""" "Who are the admins?", "who approves?": people and what they may do, and no plan. Pure."""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re

from bot.domain.intents import Standing, Why
from bot.domain.messages import Role
from bot.intent.patterns import compiled

_LEAD = r"\W*(?:(?:so|and|hey|hi|ok|please|tell me|overseer|btw)\W+)*"
_TAIL = r"(?:\W+(?:here|please|then|exactly|now|of (?:you|us)|in (?:this|our) team))*\W*"
_NAMED = r"(?P<role>admin|administrator|approver|operator|viewer)s?"
_ARE = compiled(
    rf"{_LEAD}(?:(?:who(?:'s|'re| is| are)?|which of us (?:is|are)|which people are)(?: else)?|(?:list|show|name)(?: me)?(?: all)?|(?:what|which)) (?:(?:an?|the|our|your|my) )?{_NAMED}(?: (?:are there|do we have|exist))?{_TAIL}",
    re.IGNORECASE,
)
_APPROVES = compiled(
    rf"{_LEAD}who(?: else)? (?:approves|votes|decides|signs off|will approve|(?:must|has to|needs to|gets to) approve)(?: (?:it|this|that|plans?|changes|things|here|the plan))?{_TAIL}",
    re.IGNORECASE,
)
_ROLES = {"admin": Role.ADMIN, "administrator": Role.ADMIN, "approver": Role.APPROVER, "operator": Role.OPERATOR, "viewer": Role.VIEWER}  # fmt: skip
_LONGEST = 120


def asked(text: str, *, of_a_plan: bool) -> Standing | Why | None:
    """Whose role is asked for, or None; `of_a_plan`: a plan was spoken of, which has approvers.

    >>> asked("who are the admins?", of_a_plan=False).roles
    (<Role.ADMIN: 'admin'>,)
    """
    said = " ".join(text.split()).replace("\u2019", "'")
    if len(said) > _LONGEST:
        return None
    named = _ARE.fullmatch(said)
    if named is not None:
        return Standing(what="people", roles=(_ROLES[named["role"].casefold()],))
    if _APPROVES.fullmatch(said) is None:
        return None
    return Why() if of_a_plan else Standing(what="people", roles=(Role.APPROVER, Role.ADMIN))

"""Votes on a plan."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from bot.domain.messages import Frozen


class Ballot(StrEnum):
    """What a vote says."""

    APPROVE = "approve"
    DENY = "deny"


class Vote(Frozen):
    """One person's vote, bound to exactly one revision and digest of a plan."""

    plan: int
    revision: int
    digest: str
    person: str
    ballot: Ballot
    reason: str = ""
    at: datetime
    surface: str = ""

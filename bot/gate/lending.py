"""Roles that a place lends: what somebody holds on a platform, there and then (`Person.lent`).

A vote counts by the roles that its voter had when they cast it. Those that the place lent are
written down with it, in the unit that records it, and count for as long as the settings lend them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.approvals import Vote
from bot.domain.messages import Person, Role
from bot.ports import Unit

LENT = "lent"
"""The box of what is kept: a vote's plan, revision and person → the roles that were lent."""


def lend_for(unit: Unit, vote: Vote, voter: Person) -> None:
    """Write down what was lent for a vote; of an earlier one that was withdrawn nothing stays."""
    unit.drop(LENT, _key(vote))
    if voter.lent:
        unit.keep(LENT, _key(vote), sorted(voter.lent))


def lent_for(unit: Unit, vote: Vote) -> tuple[Role, ...]:
    """What was lent for a vote."""
    return tuple(Role(each) for each in unit.kept(LENT, _key(vote)) or ())


def lent_by(surface: str, lent: Iterable[Role]) -> dict[str, Any]:
    """What the log says of it; nothing where nothing was lent."""
    roles = [role.value for role in sorted(lent)]
    return {"lent": roles, "by": surface} if roles else {}


def _key(vote: Vote) -> str:
    return f"{vote.plan}/{vote.revision}/{vote.person}"

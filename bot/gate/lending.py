"""What stands beside a vote: the roles that a place lent for it, and the account that cast it.

A vote counts by the roles that its voter had when they cast it. Those that the place lent (what
somebody holds on a platform, there and then: `Person.lent`) are written down with it, in the unit
that records it, and count for as long as the settings lend them. So is the account of a chat
platform: a vote counts for as long as that is its voter's. One that was stolen and is unlinked
votes no more, and one that is another's by now has not voted twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.approvals import Vote
from bot.domain.messages import ButtonPress, Identity, Person, Role, account_in
from bot.ports import Unit

LENT = "lent"
"""The box of what is kept: a vote's plan, revision and person → the roles that were lent."""

CAST = "cast"
"""The box of what is kept: likewise → the account of a chat platform that cast it."""


def cast_by(unit: Unit, vote: Vote, press: ButtonPress) -> None:
    """Write down which account of a chat platform has cast a vote; of other ones nothing is."""
    unit.drop(CAST, _key(vote))
    if (account := account_in(press.thread, press.identity)) is not None:
        unit.keep(CAST, _key(vote), account.model_dump())


def account_of(unit: Unit, vote: Vote) -> Identity | None:
    """The account of a chat platform that has cast a vote; None: it was cast elsewhere."""
    kept = unit.kept(CAST, _key(vote))
    return None if kept is None else Identity.model_validate(kept)


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

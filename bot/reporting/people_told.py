"""Who holds which role, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.messages import People, Role
from bot.domain.wording import listed

_CALLED = {
    Role.ADMIN: ("admin", "admins"),
    Role.APPROVER: ("approver", "approvers"),
    Role.OPERATOR: ("operator", "operators"),
    Role.VIEWER: ("viewer", "viewers"),
}
UNTOLD = "Your account belongs to nobody here, so I don't tell who may do what."
_MOST = 20
_VOTES = "Whose votes a plan needs stands on its card."


def holders(people: People, person: str, roles: Sequence[Role]) -> str:
    """Who of `people.yaml` holds each of the roles, for somebody who stands there themselves.

    Roles that a chat lends to somebody for a while are not among them.
    """
    if people.named(person) is None:
        return UNTOLD
    told = [_of(people, role) for role in roles]
    return " ".join([*told, _VOTES] if Role.APPROVER in roles else told)


def _of(people: People, role: Role) -> str:
    names = sorted(p.display for p in people.persons if p.has(role))
    one, several = _CALLED[role]
    if not names:
        return f"There are no {several} here."
    more = len(names) - _MOST
    shown = [*names[:_MOST], f"{more} more"] if more > 0 else names
    return f"{one.capitalize() if len(names) == 1 else several.capitalize()}: {listed(shown)}."

"""The targets that a model names: hosts, groups, environments, `all`, and `!name` for "not this".

    ["web", "!web-2"]   every host of the group web but web-2

Only exact names count. A model that is nearly right is wrong: nobody guesses a host.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.inventory import Inventory
from bot.domain.wording import listed

ALL = "all"
NOT = "!"


class UnknownTargetError(Exception):
    """A name that the inventory does not have, or targets that come to nothing."""


def resolved(said: Any, inventory: Inventory) -> list[str]:
    """The sorted names of the hosts that are meant.

    A host's name is stronger than a group's, and a group's than an environment's.

    Raises:
        UnknownTargetError: a name is unknown, or nothing is left.
    """
    names = [said] if isinstance(said, str) else said
    if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
        raise UnknownTargetError("a list of names is wanted")
    with_, without = set[str](), set[str]()
    groups, environments = inventory.groups(), inventory.environments()
    known = frozenset(inventory.names())

    def members(name: str) -> Iterable[str]:
        if name in known:
            return (name,)
        if name in groups:
            return groups[name]
        if name in environments:
            return environments[name]
        if name == ALL:
            return known
        raise UnknownTargetError(f"{name!r} is no host, group or environment of the inventory")

    for name in names:
        if name.startswith(NOT):
            without.update(members(name[len(NOT) :]))
        else:
            with_.update(members(name))
    if not with_ and without:
        raise UnknownTargetError("only what is left out is named, not what it is left out of")
    left = sorted(with_ - without)
    if not left:
        raise UnknownTargetError(f"nothing is left of {listed(names)}" if names else "it is empty")
    return left

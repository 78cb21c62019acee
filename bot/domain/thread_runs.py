"""The runs of a conversation, as words may mean them."""

from __future__ import annotations

from bot.domain.messages import Frozen


class HaltedRun(Frozen):
    """A run of the thread that waits for a decision, by its plan's number, and its hosts.

    `failed` are those that failed there. `newest`: nothing was asked since that has begun or ended.
    """

    number: int
    hosts: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    newest: bool = False


class MovingRun(Frozen):
    """A plan of the thread that changes hosts, or is about to, and its title.

    `mine`: it is theirs who speaks. `queued`: it has not begun, and may at any moment.
    """

    number: int
    title: str = ""
    mine: bool = False
    queued: bool = False

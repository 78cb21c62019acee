"""What a card's state means to a script: the exit statuses, in one table.

0 done   2 question   3 denied or refused   4 failed   5 cancelled or expired
6 waiting for votes   64 usage   1 internal error   130 detached
"""

from __future__ import annotations

from enum import IntEnum

from bot.domain.cards import Card, Tone
from bot.errors import ConflictError, NotAllowedError, OverseerError, RequestError


class Exit(IntEnum):
    """An exit status."""

    DONE = 0
    INTERNAL = 1
    QUESTION = 2
    DENIED = 3
    FAILED = 4
    CANCELLED = 5
    WAITING = 6
    USAGE = 64
    DETACHED = 130

    @property
    def meaning(self) -> str:
        """The word that `--json` prints beside the number."""
        return _MEANINGS[self]


_MEANINGS = {
    Exit.DONE: "done",
    Exit.INTERNAL: "internal error",
    Exit.QUESTION: "question",
    Exit.DENIED: "denied or refused",
    Exit.FAILED: "failed",
    Exit.CANCELLED: "cancelled or expired",
    Exit.WAITING: "waiting for votes",
    Exit.USAGE: "usage",
    Exit.DETACHED: "detached",
}

EXIT_BY_STATE: dict[str, Exit] = {
    "PLAN": Exit.DONE,
    "LOOKING": Exit.DETACHED,
    "WAITING": Exit.WAITING,
    "QUEUED": Exit.DETACHED,
    "RUNNING": Exit.DETACHED,
    "DONE": Exit.DONE,
    "ANSWER": Exit.DONE,
    "TALK": Exit.DONE,
    "NOTHING TO DO": Exit.DONE,
    "CANNOT": Exit.FAILED,
    "NEEDS A DECISION": Exit.FAILED,
    "DRIFTED": Exit.FAILED,
    "INTERRUPTED": Exit.FAILED,
    "FAILED": Exit.FAILED,
    "ROLLED BACK": Exit.FAILED,
    "CANCELLED": Exit.CANCELLED,
    "EXPIRED": Exit.CANCELLED,
    "SUPERSEDED": Exit.CANCELLED,
    "DENIED": Exit.DENIED,
    "REFUSED": Exit.DENIED,
    "QUESTION": Exit.QUESTION,
}
"""The status of a command that ends while its card is in this state."""

MOVING = frozenset({"LOOKING", "QUEUED", "RUNNING"})
"""It goes on by itself."""

HALTED = frozenset({"NEEDS A DECISION", "DRIFTED", "INTERRUPTED"})
"""A person must choose how to go on."""

OPEN = MOVING | HALTED | {"WAITING"}
"""Nothing of it is settled yet: whoever leaves now detaches."""


def over(card: Card) -> bool:
    """Whether the card tells an end (a question counts: the next word is the person's)."""
    return not card.busy and card.state not in OPEN


def exit_of(card: Card) -> Exit:
    """The status for a card; one of an unknown state is judged by its tone."""
    found = EXIT_BY_STATE.get(card.state)
    if found is not None:
        return found
    if card.busy:
        return Exit.DETACHED
    return Exit.FAILED if card.tone is Tone.BAD else Exit.DONE


def exit_of_error(error: OverseerError) -> Exit:
    """The status for an error that a command ends with."""
    if isinstance(error, (NotAllowedError, ConflictError)):
        return Exit.DENIED
    return Exit.USAGE if isinstance(error, RequestError) else Exit.INTERNAL

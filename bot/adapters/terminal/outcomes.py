"""What a card's state means to a script: the exit statuses, in one table.

0 done   2 question   3 denied or refused   4 failed   5 cancelled, expired, dropped
6 waiting for votes   64 usage   1 internal error   130 detached
"""

from __future__ import annotations

from enum import IntEnum

from bot.domain.cards import Card, Tone
from bot.errors import ConfigError, ConflictError, NotAllowedError, OverseerError, RequestError


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
    # a plan
    "LOOKING": Exit.DETACHED,
    "PLAN ONLY": Exit.DONE,
    "WAITING": Exit.WAITING,
    "APPROVED": Exit.DETACHED,
    "QUEUED": Exit.DETACHED,
    "SCHEDULED": Exit.DETACHED,
    "NOTHING TO DO": Exit.DONE,
    "CAN'T": Exit.FAILED,
    "NOT READ": Exit.FAILED,
    "NOT POSSIBLE": Exit.FAILED,
    "BLOCKED": Exit.DENIED,
    "DENIED": Exit.DENIED,
    "REFUSED": Exit.DENIED,
    "EXPIRED": Exit.CANCELLED,
    "CANCELLED": Exit.CANCELLED,
    "MISSED": Exit.CANCELLED,
    "REPLACED": Exit.CANCELLED,
    # a run
    "RUNNING": Exit.DETACHED,
    "STOPPING": Exit.DETACHED,
    "NEEDS A DECISION": Exit.FAILED,
    "PAUSED": Exit.FAILED,
    "INTERRUPTED": Exit.FAILED,
    "DONE": Exit.DONE,
    "ANSWER": Exit.DONE,
    "PARTLY ANSWERED": Exit.FAILED,
    "FAILED": Exit.FAILED,
    "ROLLED BACK": Exit.FAILED,
    "STOPPED": Exit.CANCELLED,
    # a conversation
    "QUESTION": Exit.QUESTION,
    "ANSWERED": Exit.DONE,
    "CLOSED": Exit.CANCELLED,
    "DROPPED": Exit.CANCELLED,
}
"""The status of a command that ends while its card is in this state (the words that
`bot.reporting` puts on cards)."""

MOVING = frozenset({"LOOKING", "APPROVED", "QUEUED", "SCHEDULED", "RUNNING", "STOPPING"})
"""It goes on by itself."""

ON_ITS_OWN = frozenset({"QUEUED", "SCHEDULED"})
"""It may run, and begins by itself: when its hosts are free, or when its time has come."""

HALTED = frozenset({"NEEDS A DECISION", "PAUSED", "INTERRUPTED"})
"""A person must choose how to go on."""

CALLS_YOU = HALTED | {"WAITING"}
"""It waits for somebody's vote or decision."""

CHOICES = frozenset({"QUESTION", "BLOCKED", "NOT READ"})
"""An end, unless a person presses one of its buttons."""

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
    return Exit.USAGE if isinstance(error, (RequestError, ConfigError)) else Exit.FAILED

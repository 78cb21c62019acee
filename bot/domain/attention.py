"""Which of a conversation's cards stands for it in a list: the one that most wants attention."""

from __future__ import annotations

from collections.abc import Sequence

_LIVE = (
    "NEEDS A DECISION", "INTERRUPTED", "PAUSED", "WAITING", "QUESTION", "CUT OFF", "SLOW",
    "ROLLING BACK", "STOPPING", "RUNNING", "QUEUED", "APPROVED", "LOOKING",
)  # fmt: skip
"""States that wait for somebody, then those that move; what comes first wants more."""
_RANK = {state: rank for rank, state in enumerate(_LIVE)}
_READS = frozenset({"", "ANSWER", "PARTLY ANSWERED", "ANSWERED", "CLOSED", "DROPPED"})
"""States of cards beside which a change that failed before is still worth knowing."""
_FAILED = frozenset({"FAILED", "ROLLED BACK"})


def foremost(states: Sequence[str]) -> int:
    """The place of the state that stands for them all; they come newest first, at least one.

    What waits for a person goes before what moves, and that before what has ended. Of what has
    ended the newest counts, but a look after a failure does not hide it.
    """
    live = [(_RANK[state], at) for at, state in enumerate(states) if state in _RANK]
    if live:
        return min(live)[1]
    change = next((at for at, state in enumerate(states) if state not in _READS), 0)
    return change if states[change] in _FAILED else 0

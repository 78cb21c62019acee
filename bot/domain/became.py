"""What became of a request that was made before."""

from __future__ import annotations

from enum import StrEnum


class Became(StrEnum):
    """What became of a request."""

    SHOWN = "only shown"
    WAITING = "waiting"
    APPROVED = "approved"
    DENIED = "denied"
    CHANGED = "changed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    RUNNING = "running"
    DONE = "done"
    HALTED = "halted"
    FAILED = "failed"
    STOPPED = "stopped"
    UNDONE = "undone"

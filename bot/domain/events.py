"""Everything that happened, as one versioned record.

State and its event are written in one transaction; readers fold events in `seq` order. The
log outlives the code: `version` is that of the payload, and a reader keeps understanding
old ones. `EVENTS` names every kind with the keys of its payload.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

EVENT_VERSION = 1

EVENTS: Mapping[str, str] = {
    "request.heard": "text, thread, surface: a message was taken in",
    "request.answered": "kind, text: it ended without a plan",
    "plan.drafted": "title, revision, digest, reason, start (missing: as soon as it may), lent, by "
    "(roles of who asks that a platform gives)",
    "plan.judged": "decision, reasons, votes, impact",
    "plan.waiting": "votes, expires_at",
    "plan.approved": "by (a list; empty when allowed unasked)",
    "plan.hastened": "revision: it may begin before the time that it was approved for",
    "plan.denied": "by, reason",
    "plan.again": "revision, button, was, by, reason, of: somebody asks again for what ended so",
    "plan.superseded": "revision",
    "plan.expired": "",
    "plan.cancelled": "by",
    "vote.cast": "ballot, reason, revision, lent, by",
    "vote.withdrawn": "revision",
    "vote.voided": "revision, account: which cast it, and is its voter's no more",
    "run.started": "revision, digest",
    "run.moved": "from, to, why, decide_by",
    "run.decided": "button, step, host, reason: a person chose how to go on",
    "step.moved": "from, to, note",
    "attempt.started": "attempt, number, fence",
    "attempt.output": "attempt, lines: the newest lines (never stored, fan-out only)",
    "attempt.cut": "attempt, why: no connection to it; empty: there is one again (never stored)",
    "attempt.ended": "attempt, state, note, exit_status, duration_s, results, left_out, changed",
    "freeze.changed": "frozen, by",
    "config.reloaded": "files, later (settings that wait for a start), versions",
    "person.told": "surface, account: a direct message about the plan got there",
    "post.refused": "surface, place, what (card, file, notice, mark), card, why, again (is tried); "
    "of a notice: post (its id), key",
    "people.changed": "person, what",
    "thread.handed": "to, thread",
    "host.trusted": "fingerprint, by",
    "secret.set": "name (never the value)",
    "login.made": "surface",
    "password.set": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened.

    `seq` is 0 until the store has written it. `step` is a step's id, `host` a target's
    name, `person` who did it; each is empty where it does not apply.
    """

    kind: str
    at: datetime
    plan: int | None = None
    step: str = ""
    host: str = ""
    person: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    seq: int = 0
    version: int = EVENT_VERSION

    def __post_init__(self) -> None:
        """Refuse a kind that nobody declared, so that none is lost on a reader."""
        if self.kind not in EVENTS:
            raise ValueError(f"{self.kind!r} is no kind of event")

"""What a run has gone over: bad ends that were tried again, and what people pressed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.events import Event
from bot.domain.marked import literal
from bot.domain.runs import STEP_BAD, RunState
from bot.domain.wording import shortened

STOPS = frozenset({"stop", "kill"})
REASON = 300
"""Characters of a reason that are shown."""


@dataclass(frozen=True, kw_only=True)
class Past:
    """What the states alone no longer tell once the run has gone on.

    `kind` is the state of a bad end (`failed`, `interrupted`; `text` is its note), the id of a
    button that `person` pressed (`text`: to whom it was handed, or why it was stopped), `paused`
    (`text`: why) or `anew` (`text`: the revision). `seq` is that of its event.
    """

    at: datetime
    kind: str
    person: str = ""
    step: str = ""
    host: str = ""
    text: str = ""
    seq: int = 0


_BY_A_PERSON = {
    "stopped here": "end", "stopped": "stop", "cancelled": "cancel",
    "its votes expired; asked anew": "again",
}  # fmt: skip
"""Why a halted run ended, when a person has ended it, and with which button."""


def reason_of(past: Past) -> str:
    """Why somebody has stopped a run, as they said it; empty: they said nothing of that."""
    if past.kind not in STOPS or not past.text:
        return ""
    return f"“{shortened(' '.join(literal(past.text).split()), REASON)}”"


def past_of(event: Event) -> Past | None:
    """What an event adds to the past of its run, if anything."""
    data = event.data
    kind = text = ""
    match event.kind:
        case "attempt.ended" if data.get("state") in STEP_BAD:
            kind, text = str(data["state"]), str(data.get("note") or "")
        case "plan.hastened":
            kind = "begin"
        case "run.decided":
            kind, text = (
                str(data.get("button", "")),
                str(data.get("to") or data.get("reason") or ""),
            )
        case "run.moved" if data.get("to") == RunState.DRIFTED.value:
            kind, text = "paused", str(data.get("why") or "")
        case "run.moved" if event.person:
            kind = _BY_A_PERSON.get(str(data.get("why") or ""), "")
        case "run.started" if int(data.get("revision", 1)) > 1:
            kind, text = "anew", str(data["revision"])
    if not kind:
        return None
    return Past(
        at=event.at, kind=kind, person=event.person, step=event.step, host=event.host,
        text=text, seq=event.seq,
    )  # fmt: skip

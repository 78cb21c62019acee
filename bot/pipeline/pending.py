"""Messages that were taken in and not yet answered: they are taken up again until they are.

A message's entry is written with its inbox row and goes in the same transaction as its answer,
so that a crash at any moment makes neither none nor two. What a message was understood as is
kept with it once that has closed an open question: read again without the question, the same
words would mean something else. How many processes have read it in vain is counted: what ends
each of them must not end the next one. With a stop is kept where stood what it stops: done again
after a crash, it does nothing to a later revision, and freezes nothing that was resumed since.

What a stop has dropped keeps its entry until that is said, and so does what was said to a question
that was put away meanwhile: it is read no more, by no process.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import ValidationError

from bot.domain.intents import Control, Understanding
from bot.domain.messages import Identity, Message, ThreadRef, account_in
from bot.domain.plans import DELETED
from bot.execution.ledger import FREEZES
from bot.pipeline import last_spoke
from bot.ports import Unit
from bot.ports.readable import readable

_log = structlog.get_logger(__name__)

PENDING = "pending"
"""The box of what is kept: event id → the message as it was recorded, and the plan's number."""

STOPPED = "a stop came while it was made"
PUT_AWAY = "the question that it answered was put away"
GONE = "Whoever said that is not known here any more, so nothing came of it."


@dataclass(frozen=True)
class Waiting:
    """A message without an answer, and what it was understood as, if that is known.

    `passed`: it is a stop (or a resume) of what has moved on since it was said. `stopped`: a stop
    has dropped it.
    """

    message: Message
    understood: Understanding | None
    passed: bool = False
    stopped: bool = False

    @property
    def control(self) -> Control | None:
        """What is to be stopped or resumed, if that is what was said."""
        outcome = self.understood.outcome if self.understood is not None else None
        return outcome if isinstance(outcome, Control) else None


def keep(
    unit: Unit,
    message: Message,
    known: Understanding | None = None,
    *,
    anew: bool = False,
    late: bool = False,
) -> None:
    """Remember a message that was just taken in, and what it means where only now shows it.

    `anew`: whoever says it has handed its conversation over before; `late`: it came late.
    """
    entry: dict[str, Any] = {"message": message.model_dump(mode="json")}
    if late:
        entry["late"] = True
    if anew:
        entry["anew"] = True
    if known is not None:
        entry["understood"] = known.model_dump(mode="json")
        if isinstance(known.outcome, Control):
            entry["stood"] = _standing(unit, known.outcome)
    unit.keep(PENDING, message.event_id, entry)


def understand(unit: Unit, event_id: str, understood: Understanding, *, plan_only: bool) -> None:
    """Keep what a message means."""
    entry = unit.kept(PENDING, event_id)
    if entry is not None:
        entry["understood"] = understood.model_dump(mode="json")
        entry["message"]["plan_only"] = plan_only
        unit.keep(PENDING, event_id, entry)


def answer(unit: Unit, event_id: str, asked: Sequence[str]) -> None:
    """Keep with a message that it answers what these messages led to be asked, oldest first."""
    entry = unit.kept(PENDING, event_id)
    if entry is not None and asked:
        unit.keep(PENDING, event_id, {**entry, "answers": [*entry.get("answers", ()), *asked]})


def answered(unit: Unit, event_id: str) -> tuple[str, ...]:
    """The messages that asked for what this one completes: what comes of it comes of them."""
    entry = unit.kept(PENDING, event_id)
    return tuple(entry.get("answers", ())) if entry is not None else ()


def reserve(unit: Unit, event_id: str) -> int:
    """The number of the plan that a message becomes; the same one when it is asked for again."""
    entry = unit.kept(PENDING, event_id)
    if entry is None:
        return unit.next_plan_id()
    if "plan" not in entry:
        entry["plan"] = unit.next_plan_id()
        unit.keep(PENDING, event_id, entry)
    return int(entry["plan"])


def tried(unit: Unit, event_id: str) -> int:
    """Count that a process started anew reads it again; how many have by now."""
    entry = unit.kept(PENDING, event_id)
    if entry is None:
        return 0
    entry["tried"] = entry.get("tried", 0) + 1
    unit.keep(PENDING, event_id, entry)
    return int(entry["tried"])


def asked_then(unit: Unit, event_id: str) -> str:
    """The card of the question that was open for its sender when a message was said."""
    entry = unit.kept(PENDING, event_id)
    return str(entry["message"].get("asked", "")) if entry is not None else ""


def said_by(unit: Unit, event_id: str) -> Identity | None:
    """The account of a chat platform that said a message; None: it was said elsewhere."""
    entry = unit.kept(PENDING, event_id)
    if entry is None:
        return None
    identity = Identity.model_validate(entry["message"]["identity"])
    thread = ThreadRef.model_validate(entry["message"]["thread"])
    return account_in(thread, identity)


def is_anew(unit: Unit, event_id: str) -> bool:
    """Whether who said a message had handed its conversation over before: it asks for them."""
    return bool((unit.kept(PENDING, event_id) or {}).get("anew"))


def late_then(unit: Unit, event_id: str) -> Message | None:
    """A message that came late; None: it did not."""
    entry = unit.kept(PENDING, event_id)
    if entry is None or not entry.get("late"):
        return None
    return Message.model_validate(entry["message"])


def changing_then(unit: Unit, event_id: str) -> tuple[int, int] | None:
    """The plan and its revision whose *Change…* its sender had pressed when a message was said."""
    entry = unit.kept(PENDING, event_id)
    found = entry["message"].get("changing") if entry is not None else None
    return (int(found[0]), int(found[1])) if found else None


def between_then(unit: Unit, event_id: str) -> bool:
    """Whether somebody else had spoken last there when a message was said to nobody by name."""
    entry = unit.kept(PENDING, event_id)
    return bool(entry["message"].get("between")) if entry is not None else False


def waits(unit: Unit, event_id: str) -> bool:
    """Whether the message is still to be answered: it was neither answered nor deleted."""
    return unit.kept(PENDING, event_id) is not None


def void(unit: Unit, event_id: str) -> str:
    """Why no plan may be made of a message any more; empty: it is still wanted."""
    entry = unit.kept(PENDING, event_id)
    if entry is None:
        return DELETED
    stopped = entry.get("stopped")
    return PUT_AWAY if stopped == PUT_AWAY else STOPPED if stopped else ""


def stop(unit: Unit, means: Callable[[str, str, ThreadRef], bool]) -> dict[str, str]:
    """Drop the messages that are meant, by id, person and thread; message → person of each.

    Neither a stop nor what was dropped before is among them.
    """
    dropped = {}
    for event_id in unit.kept_keys(PENDING):
        entry = unit.kept(PENDING, event_id)
        try:
            message = Message.model_validate(entry["message"])
        except ValidationError:  # another version wrote it: nobody reads it either
            continue
        person = message.person or ""
        if _is_control(entry) or entry.get("stopped"):
            continue
        if means(event_id, person, message.thread):
            unit.keep(PENDING, event_id, {**entry, "stopped": True})
            dropped[event_id] = person
    return dropped


def stop_one(unit: Unit, event_id: str) -> None:
    """Drop one message that waits."""
    entry = unit.kept(PENDING, event_id)
    if entry is not None:
        unit.keep(PENDING, event_id, {**entry, "stopped": True})


def put_away(unit: Unit, thread: ThreadRef, card: str) -> tuple[str, ...]:
    """Drop what was said to the question on a card and is still being read; which messages."""
    dropped = tuple(each.event_id for each in said_to(unit, thread, card))
    for event_id in dropped:
        unit.keep(PENDING, event_id, {**(unit.kept(PENDING, event_id) or {}), "stopped": PUT_AWAY})
    return dropped


def said_to(unit: Unit, thread: ThreadRef, card: str) -> list[Message]:
    """What was said to the question on a card, and is neither answered nor dropped."""
    found = []
    for event_id in unit.kept_keys(PENDING):
        entry = unit.kept(PENDING, event_id)
        if entry is None or _is_control(entry) or entry.get("stopped"):
            continue
        try:
            message = Message.model_validate(entry["message"])
        except ValidationError:  # another version wrote it: nobody reads it either
            continue
        if message.asked == card and message.thread == thread:
            found.append(message)
    return found


def _is_control(entry: dict[str, Any] | None) -> bool:
    kept = (entry or {}).get("understood")
    return kept is not None and kept["outcome"]["kind"] == "control"


def forget(unit: Unit, event_id: str) -> None:
    """The message was deleted: it is read no more. A stop that was said stays said."""
    if not _is_control(unit.kept(PENDING, event_id)):
        over(unit, event_id)


def done(unit: Unit, event_id: str) -> None:
    """The message has its answer."""
    if (message := _behind(unit, event_id)) is not None:
        last_spoke.answered(unit, message)
    unit.drop(PENDING, event_id)


def over(unit: Unit, event_id: str) -> None:
    """The message waits no more: nearly always it was answered, else it met silence."""
    if (message := _behind(unit, event_id)) is not None:
        last_spoke.met_silence(unit, message)
    unit.drop(PENDING, event_id)


def _behind(unit: Unit, event_id: str) -> Message | None:
    """A message that waits and was said behind another's words; None: it is no such one."""
    if not between_then(unit, event_id):
        return None
    return Message.model_validate((unit.kept(PENDING, event_id) or {})["message"])


def waits_in(unit: Unit, thread: ThreadRef) -> bool:
    """Whether a message of a conversation is still to be answered."""
    entries = (unit.kept(PENDING, event_id) for event_id in unit.kept_keys(PENDING))
    places = (entry["message"]["thread"] for entry in entries)
    return any(str(ThreadRef.model_validate(place)) == str(thread) for place in places)


def waiting(unit: Unit, besides: Container[str] = ()) -> tuple[Waiting, ...]:
    """The messages that have no answer yet, oldest first, `besides` those that somebody is at.

    Thousands may wait, and nearly all of them be worked at.
    """
    found = []
    for event_id in unit.kept_keys(PENDING):
        if event_id in besides:
            continue
        entry = unit.kept(PENDING, event_id)
        kept = entry.get("understood")
        try:
            understood = Understanding.model_validate(kept) if kept else None
            message = Message.model_validate(entry["message"])
            passed = _passed(unit, entry, understood)
            found.append(Waiting(message, understood, passed, bool(entry.get("stopped"))))
        except ValidationError:  # another version wrote it, in another shape
            _log.warning("a message that waits can't be read", said=event_id)
    return tuple(sorted(found, key=lambda each: each.message.at))


def _passed(unit: Unit, entry: dict[str, Any], understood: Understanding | None) -> bool:
    control = understood.outcome if understood is not None else None
    if not isinstance(control, Control) or "stood" not in entry:
        return False
    return bool(entry["stood"] != _standing(unit, control))


def _standing(unit: Unit, control: Control) -> int:
    """Where stands what a control is about; its own doing changes nothing of this."""
    stopped, resumed = unit.get(FREEZES) or (0, 0)
    if control.verb == "resume":
        return int(stopped)
    if not control.scope.isdecimal():
        return int(resumed)
    stored = readable(unit, int(control.scope))
    return stored.plan.revision if stored is not None else 0

"""Events told as sentences, one each: for the log, and for the story of one request. Pure.

A kind that this version does not know is told by its name: the log outlives the code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.domain.cards import Tone
from bot.domain.events import Event
from bot.domain.plans import MISSED, Before, Plan, short
from bot.domain.runs import RunState, StepState
from bot.domain.sheets import Told
from bot.domain.wording import count, duration, listed
from bot.reporting.asked_again import ended
from bot.reporting.exact import exact
from bot.reporting.plan_rows import step_words
from bot.reporting.reader import Reader
from bot.reporting.standing import HEADS
from bot.reporting.target_rows import SIGNS

UNTOLD = frozenset({"step.moved", "attempt.output", "attempt.cut"})
"""What says nothing that the targets' own moves don't, and what is never stored."""

_BY_ITSELF = frozenset({"plan.drafted", "plan.approved", "run.started", "run.moved"})
"""What follows from what a person did, though the event names them."""

OUTPUT_LINES = 20

_PRESSED: Mapping[str, str] = {
    "retry": "Retry", "skip": "Skip", "rollback": "Roll back", "end": "Stop here",
    "stop": "Stop", "kill": "Stop and end what runs", "handover": "Hand over",
    "recheck": "Check again", "mark_done": "Mark done", "again": "Ask again",
}  # fmt: skip

_CHOSEN: Mapping[str, str] = {"giveup": "gave up on", "wait": "chose to wait for"}

_Parts = tuple[str, Tone, str]
"""The sentence, its tone, and what stands quietly beside it."""
_Teller = Callable[[Event, Mapping[str, Any], Reader], _Parts]


def told(event: Event, reader: Reader, plan: Plan | None = None) -> Told | None:
    """The event in words; None for one that is not worth a line.

    `plan` is the one that the event is about, for a story that shows commands and output.
    """
    if event.kind in UNTOLD or event.data.get("state") == StepState.READY:
        return None  # an attempt that is to be tried again: the press of Retry says so
    teller = _TELLERS.get(event.kind, _unknown)
    text, tone, aside = teller(event, event.data, reader)
    lines, prompt = _exact(event, plan) if plan else ((), False)
    if event.kind == "attempt.started" and plan:
        aside = _step(event, plan)
    who = reader.who(event.person) if event.person and event.kind not in _BY_ITSELF else ""
    return Told(
        at=event.at, who=who, text=text, tone=tone,
        plan=event.plan, aside=aside, exact=lines, prompt=prompt,
    )  # fmt: skip


def _step(event: Event, plan: Plan) -> str:
    for number, step in enumerate(plan.steps, 1):
        if step.id == event.step:
            return f"step {number}, {step_words(step)}"
    return ""


def _exact(event: Event, plan: Plan) -> tuple[tuple[str, ...], bool]:
    """The commands that an attempt begins with, or the end of what they printed."""
    if event.kind == "attempt.started":
        parts = [
            part
            for step in plan.steps
            if step.id == event.step
            for part in step.targets
            if part.target.name == event.host
        ]
        return tuple(exact(c) for part in parts for c in part.commands), True
    if event.kind == "attempt.ended":
        printed = [
            str(text).rstrip("\n")
            for result in event.data.get("results") or ()
            for text in (result.get("stdout"), result.get("stderr"))
            if text
        ]
        lines = "\n".join(printed).splitlines()
        return tuple(lines[-OUTPUT_LINES:]), False
    return (), False


def _said(_: Event, data: Mapping[str, Any], __: Reader) -> _Parts:
    return f"“{data.get('text', '')}”", Tone.NEUTRAL, str(data.get("surface", ""))


def _answered(_: Event, data: Mapping[str, Any], __: Reader) -> _Parts:
    tone = Tone.WARNING if data.get("kind") == "refusal" else Tone.DIM
    return str(data.get("text") or data.get("kind") or "It was answered."), tone, ""


def _drafted(_: Event, data: Mapping[str, Any], reader: Reader) -> _Parts:
    revision = int(data.get("revision", 1))
    again = f"revision {revision} · " if revision > 1 else ""
    digest = str(data.get("digest", ""))
    start = _moment(data.get("start"))
    begins = f", to start {reader.clock(start)}" if start else ""
    reason = f" because: “{data['reason']}”" if data.get("reason") else ""
    return (
        f"planned: {data.get('title', '')}{begins}{reason}{_lent(data)}",
        Tone.NEUTRAL,
        f"{again}digest {short(digest)}",
    )


def _lent(data: Mapping[str, Any]) -> str:
    """`, operator by a role on Discord`: what `people.yaml` does not give them."""
    roles = [str(role) for role in data.get("lent") or ()]
    return f", {listed(roles)} by a role on {str(data.get('by', '')).title()}" if roles else ""


def _judged(_: Event, data: Mapping[str, Any], __: Reader) -> _Parts:
    reasons = [r for r in data.get("reasons") or () if isinstance(r, Mapping)]
    why = " ".join(str(r.get("text", "")) for r in reasons)
    ids = ", ".join(str(r.get("id", "")) for r in reasons)
    word, tone = {
        "allow": ("may run unasked", Tone.GOOD),
        "ask": ("must be approved", Tone.WAITING),
        "deny": ("refused", Tone.BAD),
    }.get(str(data.get("decision")), ("judged", Tone.NEUTRAL))
    return f"{word}: {why}" if why else word, tone, f"policy: {ids}" if ids else ""


def _waiting(_: Event, data: Mapping[str, Any], reader: Reader) -> _Parts:
    until = _moment(data.get("expires_at"))
    aside = f"until {reader.clock(until)}" if until else ""
    return f"waits for {count(int(data.get('votes') or 0), 'vote')}", Tone.WAITING, aside


def _approved(_: Event, data: Mapping[str, Any], reader: Reader) -> _Parts:
    names = [str(name) for name in data.get("by") or ()]
    if not names:
        return "allowed unasked", Tone.GOOD, ""
    return f"approved by {reader.people(names)}", Tone.GOOD, ""


def _denied(event: Event, data: Mapping[str, Any], _: Reader) -> _Parts:
    reason = str(data.get("reason") or "")
    by_policy = data.get("by", event.person) in ("", "policy")
    word = "refused by policy" if by_policy else "denied"
    return f"{word}: {reason}" if reason else word, Tone.BAD, ""


def _again(_: Event, data: Mapping[str, Any], reader: Reader) -> _Parts:
    before = Before(
        how=str(data.get("was", "")), by=str(data.get("by", "")), why=str(data.get("reason", ""))
    )
    of = f" for #{data['of']}" if data.get("of") else ""
    if data.get("rest"):
        of = f" for what #{data['rest']} has left"
    was = ended(before, reader)
    return f"asks again{of}{f': it was {was}' if was else ''}", Tone.NEUTRAL, ""


def _withdrawn(_: Event, data: Mapping[str, Any], __: Reader) -> _Parts:
    if data.get("reason") == MISSED:
        return "not begun: its time was missed, and nothing ran", Tone.WARNING, ""
    return "withdrawn; nothing ran", Tone.DIM, ""


def _voted(_: Event, data: Mapping[str, Any], __: Reader) -> _Parts:
    approves = data.get("ballot") == "approve"
    reason = str(data.get("reason") or "")
    word = f"{'voted to approve' if approves else 'denied'}{_lent(data)}"
    return f"{word}: {reason}" if reason else word, Tone.GOOD if approves else Tone.BAD, ""


def _taken_off(_: Event, data: Mapping[str, Any], __: Reader) -> _Parts:
    return f"has no vote any more: {data.get('account', '')} is not theirs now", Tone.WARNING, ""


def _began(_: Event, data: Mapping[str, Any], __: Reader) -> _Parts:
    return "the run began", Tone.BUSY, f"digest {short(str(data.get('digest', '')))}"


def _run_moved(_: Event, data: Mapping[str, Any], reader: Reader) -> _Parts:
    word, tone = str(data.get("to", "")), Tone.NEUTRAL
    if word in set(RunState):
        word, tone = HEADS[RunState(word)]
    why = str(data.get("why") or "")
    until = _moment(data.get("decide_by"))
    aside = f"until {reader.clock(until)}" if until else ""
    said = "" if why.casefold() == word.casefold() else f", {why}"
    return f"the run: {word}" + (said if why else ""), tone, aside


def _decided(event: Event, data: Mapping[str, Any], reader: Reader) -> _Parts:
    button = str(data.get("button", ""))
    if button in _CHOSEN:
        return f"{_CHOSEN[button]} {event.host}", Tone.WARNING, ""
    if button == "handover" and data.get("to") == "":
        return "took the decision back", Tone.NEUTRAL, ""
    to = f" to {reader.who(str(data['to']))}" if data.get("to") else ""
    where = f" for {event.host}" if event.host else ""
    why = f": {data['reason']}" if data.get("reason") else ""
    return f"chose {_PRESSED.get(button, button)}{to}{where}{why}", Tone.NEUTRAL, ""


def _attempt_began(event: Event, data: Mapping[str, Any], _: Reader) -> _Parts:
    number = int(data.get("number") or 1)
    again = f", attempt {number}" if number > 1 else ""
    return f"{event.host}: begins{again}", Tone.BUSY, ""


def _attempt_ended(event: Event, data: Mapping[str, Any], _: Reader) -> _Parts:
    state = StepState(data["state"]) if data.get("state") in set(StepState) else None
    word, tone = SIGNS[state] if state else (str(data.get("state", "")), Tone.NEUTRAL)
    note = str(data.get("note") or "")
    took = duration(float(data["duration_s"])) if data.get("duration_s") else ""
    return f"{event.host}: {word}" + (f", {note}" if note else ""), tone, took


def _frozen(_: Event, data: Mapping[str, Any], __: Reader) -> _Parts:
    if data.get("frozen"):
        return "stopped everything: nothing new starts", Tone.BAD, ""
    return "let runs start again", Tone.GOOD, ""


def _reloaded(_: Event, data: Mapping[str, Any], __: Reader) -> _Parts:
    files = [str(name) for name in data.get("files") or ()]
    later = [str(name) for name in data.get("later") or ()]
    aside = f"{listed(later)} only from the next start" if later else ""
    what = f": {listed(files)}" if files else ", nothing had changed"
    return f"read the configuration again{what}", Tone.NEUTRAL, aside


def _refused_post(_: Event, data: Mapping[str, Any], __: Reader) -> _Parts:
    what = f"a {data.get('what', 'message')} could not be shown in {data.get('place', '')}"
    how = "until somebody mends it" if data.get("again") else "ever"
    return f"{what}, {how}: {data.get('why', '')}", Tone.WARNING, ""


def _people(_: Event, data: Mapping[str, Any], reader: Reader) -> _Parts:
    person = reader.who(str(data.get("person", "")))
    return f"people: {person} {data.get('what', '')}".rstrip(), Tone.WARNING, ""


def _told(_: Event, data: Mapping[str, Any], __: Reader) -> _Parts:
    return "was told in a direct message", Tone.DIM, str(data.get("surface", ""))


def _handed(_: Event, data: Mapping[str, Any], reader: Reader) -> _Parts:
    return f"handed the conversation to {reader.who(str(data.get('to', '')))}", Tone.NEUTRAL, ""


def _trusted(event: Event, data: Mapping[str, Any], _: Reader) -> _Parts:
    return f"trusts the key of {event.host}", Tone.WARNING, str(data.get("fingerprint", ""))


def _secret(_: Event, data: Mapping[str, Any], __: Reader) -> _Parts:
    return f"set the secret {data.get('name', '')}", Tone.WARNING, ""


def _entered(_: Event, data: Mapping[str, Any], __: Reader) -> _Parts:
    return f"logged in, {data.get('surface', '')}", Tone.DIM, ""


def _simple(text: str, tone: Tone) -> _Teller:
    return lambda _event, _data, _reader: (text, tone, "")


def _unknown(event: Event, _: Mapping[str, Any], __: Reader) -> _Parts:
    return event.kind, Tone.DIM, ""


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(str(text)) if text else None


_TELLERS: Mapping[str, _Teller] = {
    "request.heard": _said,
    "request.answered": _answered,
    "plan.drafted": _drafted,
    "plan.judged": _judged,
    "plan.waiting": _waiting,
    "plan.approved": _approved,
    "plan.hastened": _simple("lets it start at once", Tone.WARNING),
    "plan.denied": _denied,
    "plan.again": _again,
    "plan.superseded": _simple("a newer revision takes its place", Tone.WARNING),
    "plan.expired": _simple("expired: nobody decided in time", Tone.DIM),
    "plan.cancelled": _withdrawn,
    "vote.cast": _voted,
    "vote.withdrawn": _simple("withdrew their vote", Tone.WARNING),
    "vote.voided": _taken_off,
    "run.started": _began,
    "run.moved": _run_moved,
    "run.decided": _decided,
    "attempt.started": _attempt_began,
    "attempt.ended": _attempt_ended,
    "freeze.changed": _frozen,
    "config.reloaded": _reloaded,
    "post.refused": _refused_post,
    "people.changed": _people,
    "person.told": _told,
    "thread.handed": _handed,
    "host.trusted": _trusted,
    "secret.set": _secret,
    "login.made": _entered,
    "password.set": _simple("set a password", Tone.WARNING),
}

"""What was asked and done, from the store: the history, and one plan in full.

Done is what changed something, by when it ran; it comes first and whole. What waits is said
to wait, what never ran is apart, and what only looked or was only drafted is counted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.approvals import Ballot, Vote
from bot.domain.commands import shown
from bot.domain.messages import People, Person, ThreadRef
from bot.domain.pages import is_local
from bot.domain.plans import MISSED, Plan, Step, short
from bot.domain.runs import RUN_FAILED, RUN_HALTED, STEP_BAD, Attempt, PlanState, Run
from bot.domain.wording import count
from bot.errors import ConflictError, NotAllowedError
from bot.pipeline.boots import boots
from bot.pipeline.readers import reader_of
from bot.pipeline.spoken import Spoken
from bot.pipeline.voted import decided_by
from bot.ports import Caller, PlanFilter, Ran, StoredPlan, Unit, World
from bot.reporting.asked_again import line
from bot.reporting.how_read import how_read
from bot.reporting.past import past_of
from bot.reporting.progress import view_of
from bot.reporting.reader import Reader
from bot.reporting.standing import (
    BLOCKED,
    DENIED,
    REFUSED,
    SCHEDULED,
    Tally,
    refusal_word,
    tally,
    word,
)
from bot.reporting.story import story
from bot.reporting.target_rows import SIGNS
from bot.skillkit.contract import DURATION_UNITS

MOST_DONE, MOST_OPEN, MOST_ENDED = 100, 50, 20
"""Entries of each list; the card says how many more there are."""

MOST_EVER = 30
"""Changes that are listed when no span was asked for."""

_OPEN = frozenset({PlanState.WAITING, PlanState.APPROVED})
_ENDED = frozenset({PlanState.DENIED, PlanState.EXPIRED, PlanState.CANCELLED})
_REFUSED = frozenset({PlanState.DENIED})


def history(
    unit: Unit, caller: Caller, arguments: Mapping[str, Any], world: World
) -> dict[str, Any]:
    """The operation `plan.history`; what is not spoken of where it is asked is only counted."""
    person, spoken = caller.person, Spoken(world, caller.thread)
    reader = reader_of(person, world, unit.now)
    who, unknown = _whom(str(arguments.get("person") or ""), person, world.people)
    begin = since(str(arguments.get("since") or ""), reader)
    want = PlanFilter(
        hosts=tuple(arguments.get("hosts") or ()),
        service=arguments.get("service"),
        person=who,
        since=begin,
        changes=True,
        limit=MOST_DONE if begin else min(MOST_DONE, MOST_EVER),
    )
    found: dict[str, Any] = {
        "span": _span(begin, reader) if begin else "",
        "done": [], "open": [], "ended": [], "cut": {}, "counted": {}, "boots": [],
        "unknown": unknown, "elsewhere": 0,
    }  # fmt: skip
    if unknown:
        return found
    links = _Links(world, caller.thread)
    outcome = arguments.get("outcome")
    if outcome != "refused":
        flawed = outcome == "failed"
        every = unit.ran(want, flawed=flawed)
        ran = [each for each in every if _together(each.stored.plan, want)]
        told = [each for each in ran if spoken.plan(each.stored.plan)]
        found["done"] = [_ran(unit, each, reader, links) for each in told]
        outside = len(ran) - len(told)
        found["elsewhere"] += outside
        apart = len(every) - len(ran) + outside
        _cut(found, "done", unit.how_many(want, ran=True, flawed=flawed) - apart)
        midnight = since("today", reader)
        if begin and midnight and begin < midnight:
            today = replace(want, since=midnight)
            found["today"] = (
                sum(each.run.started_at >= midnight for each in told)
                if apart
                else unit.how_many(today, ran=True, flawed=flawed)
            )
        reads = replace(want, changes=False, on_hosts=True)
        found["counted"]["reads"] = unit.how_many(reads, ran=True, flawed=flawed)
    if outcome is None:
        waits = replace(want, since=None, without_run=True, states=_OPEN, limit=MOST_OPEN)
        _list(found, "open", unit, waits, reader, links, spoken)
        drafts = replace(want, changes=None, states=frozenset({PlanState.DRAFTED}))
        found["counted"]["drafts"] = unit.how_many(drafts, ran=False)
        found["voted"] = list(decided_by(unit, want, reader, spoken))
    if outcome != "failed":
        states = _REFUSED if outcome == "refused" else _ENDED
        changes = None if outcome == "refused" else True
        ended = replace(
            want, without_run=True, states=states, changes=changes, limit=MOST_ENDED
        )  # fmt: skip
        _list(found, "ended", unit, ended, reader, links, spoken)
    found["boots"] = boots(unit, arguments, reader)
    return found


def _together(plan: Plan, want: PlanFilter) -> bool:
    """Whether the service was meant on one of the hosts, not in another step of the plan."""
    if want.service is None or not want.hosts:
        return True
    return any(
        want.service in (step.params.get("service"), *(step.params.get("services") or ()))
        and not set(want.hosts).isdisjoint(step.hosts)
        for step in plan.steps
    )


def _whom(name: str, person: Person, people: People) -> tuple[str | None, str]:
    """Whose plans are meant, and the name when nobody is called so."""
    if not name:
        return None, ""
    if name.casefold() in {"me", "i", "my"}:
        return person.name, ""
    folded = name.casefold()
    known = people.named(name) or next(
        (p for p in people.persons if folded in (p.display.casefold(), p.name.casefold())), None
    )
    return (known.name, "") if known else (None, name)


def since(text: str, reader: Reader) -> datetime | None:
    """`2h`, `2d`, `today`, `yesterday` or a date, as a time; None for an empty text.

    Whole days and weeks begin at midnight: whoever says "yesterday" in the evening means the
    morning too.
    """
    if not text:
        return None
    here = reader.now.astimezone(reader.zone)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    if text == "today":
        return midnight
    if text == "yesterday":
        return midnight - timedelta(days=1)
    parts = re.findall(r"(\d+)([smhdw])", text)
    if re.fullmatch(r"(\d+[smhdw])+", text):
        back = timedelta(seconds=sum(int(n) * DURATION_UNITS[u] for n, u in parts))
        whole = all(unit in "dw" for _, unit in parts)
        return midnight - back if whole else reader.now - back
    try:
        return datetime.fromisoformat(text).replace(tzinfo=reader.zone)
    except ValueError as error:
        raise ConflictError(f"I don't know when {text!r} is.") from error


def _span(begin: datetime, reader: Reader) -> str:
    """`today`, `since yesterday`, `since Mon 2 Jun`, `since 14:02`: in the reader's zone."""
    there, here = begin.astimezone(reader.zone), reader.now.astimezone(reader.zone)
    if (there.hour, there.minute, there.second) != (0, 0, 0):
        return f"since {reader.clock(begin)}"
    days = (here.date() - there.date()).days
    named = {0: "today", 1: "since yesterday"}
    return named.get(days) or f"since {reader.day(begin)}"


class _Links:
    """Where a plan stands on the page, if there is one."""

    def __init__(self, world: World, asked: ThreadRef) -> None:
        """`asked` is where it is told: what leads nowhere from there is left out."""
        web = world.settings.web
        host = f"[{web.host}]" if ":" in web.host else web.host
        meant = f"http://{host}:{web.port}" if web.enabled and web.port else ""
        page = world.address.rstrip("/") or meant
        self.page = "" if asked.is_room and is_local(page) else page

    def to(self, plan: int) -> str:
        """The address of a plan's card."""
        return f"{self.page}/plan/{plan}" if self.page else ""


def _cut(found: dict[str, Any], kind: str, total: int) -> None:
    if (more := total - len(found[kind])) > 0:
        found["cut"][kind] = more


def _list(
    found: dict[str, Any],
    kind: str,
    unit: Unit,
    want: PlanFilter,
    reader: Reader,
    links: _Links,
    spoken: Spoken,
) -> None:
    """Plans of which nothing ran."""
    every = unit.plans(want)
    stored = [each for each in every if _together(each.plan, want)]
    told = [each for each in stored if spoken.plan(each.plan)]
    found[kind] = [_entry(unit, each, None, Tally(), reader, links) for each in told]
    found["elsewhere"] += len(stored) - len(told)
    _cut(found, kind, unit.how_many(want, ran=False) - (len(every) - len(told)))


def _ran(unit: Unit, ran: Ran, reader: Reader, links: _Links) -> dict[str, Any]:
    plan = ran.stored.plan
    total = sum(len(step.targets) for step in plan.steps)
    reached = ((key, number) for key, number in ran.reached.items())
    states = (key for key, number in reached for _ in range(number))
    entry = _entry(unit, ran.stored, ran.run, Tally.of(states, total), reader, links)
    flawed = ran.run.state in RUN_FAILED or entry["outcome"].endswith("skipped")
    if flawed and (why := _last_failure(unit, plan.id)):
        entry["outcome"] += f"; {why}"
    return entry


def _last_failure(unit: Unit, plan: int) -> str:
    """`web-2: exit 1`: the newest end that was bad."""
    bad = [past for event in unit.told(plan) if (past := past_of(event)) and past.host]
    ends = [past for past in bad if past.kind in STEP_BAD]
    if not ends:
        return ""
    text = " ".join(ends[-1].text.split()).rstrip(".")
    return f"{ends[-1].host}: {text}" if text else f"{ends[-1].host} failed"


def _entry(
    unit: Unit, stored: StoredPlan, run: Run | None, came: Tally, reader: Reader, links: _Links
) -> dict[str, Any]:
    plan = stored.plan
    votes = unit.votes(plan.id, plan.revision)
    state = word(stored, run)
    waits = {"WAITING": "vote", SCHEDULED: "start"}.get(state, "")
    if run is not None and run.state in RUN_HALTED and not waits:
        waits = "decision"
    given = [vote.person for vote in votes if vote.ballot is Ballot.APPROVE]
    return {
        "plan": plan.id,
        "title": plan.title,
        "requester": reader.who(plan.requester),
        "at": reader.clock(run.started_at if run is not None else plan.created_at),
        "state": state,
        "waits": waits,
        "reason": plan.reason,
        "before": [
            {"text": line(each, reader), "at": _at(each.at, reader)} for each in plan.before
        ],
        "voters": [reader.who(name) for name in given],
        "outcome": came.words if run is not None else _unrun(stored, votes, state, reader),
        "ran": run is not None,
        "hosts": list(plan.hosts),
        "link": links.to(plan.id),
    }


def _at(at: datetime | None, reader: Reader) -> str:
    return reader.clock(at) if at is not None else ""


def _unrun(stored: StoredPlan, votes: Sequence[Vote], state: str, reader: Reader) -> str:
    """Why nothing of it ran, or what it waits for."""
    verdict = stored.plan.verdict
    given = sum(vote.ballot is Ballot.APPROVE for vote in votes)
    asked = f"{given} of {count(verdict.votes if verdict else 1, 'vote')}"
    by = reader.who(stored.decided_by) if stored.decided_by else ""
    match stored.state:
        case PlanState.WAITING:
            return asked
        case PlanState.APPROVED if stored.waits_for_its_time(reader.now) and stored.plan.start:
            return f"starts {reader.clock(stored.plan.start)}"
        case PlanState.APPROVED:
            return "not begun yet"
        case PlanState.CANCELLED if stored.reason == MISSED and stored.plan.start:
            return f"was to start {reader.clock(stored.plan.start)}: {MISSED}"
        case PlanState.EXPIRED:
            return f"{asked} in time"
        case PlanState.CANCELLED if by:
            return f"{by} withdrew it" + (f": {stored.reason}" if stored.reason else "")
        case PlanState.DENIED if state == DENIED:
            why = next((v.reason for v in votes if v.ballot is Ballot.DENY), "") or stored.reason
            return f"{by} said no" + (f": {why}" if why else "")
        case PlanState.DENIED if verdict and verdict.reasons:
            return verdict.reasons[0].text
    return "nothing ran"


# -- one plan -------------------------------------------------------------------------------


def show(unit: Unit, caller: Caller, number: int, world: World) -> dict[str, Any] | None:
    """The operation `plan.show`.

    Raises:
        NotAllowedError: the plan is not spoken of where it is asked.
    """
    stored, person, spoken = unit.plan(number), caller.person, Spoken(world, caller.thread)
    if stored is None:
        return None
    if not spoken.plan(stored.plan):
        raise NotAllowedError(spoken.not_here(number))
    plan, run, reader = stored.plan, unit.run(number), reader_of(person, world, unit.now)
    attempts = unit.attempts(number)
    came = tally(plan, attempts)
    entry = _entry(unit, stored, run, came, reader, _Links(world, caller.thread))
    told: list[dict[str, str]] = []
    if run is not None:
        view = view_of(plan, run, unit.steps(number), attempts, unit.told(number))
        told = [
            {"text": each.text, "at": reader.clock(each.at)} for each in story(plan, view, reader)
        ]
    if not plan.effect.changes and run is not None and entry["state"] == "FAILED" and came.done:
        entry["state"] = "PARTLY ANSWERED"
    refused = entry["state"] in {REFUSED, BLOCKED} and plan.verdict is not None
    return entry | {
        "request": plan.request,
        "read": how_read(plan).removeprefix("read "),
        "at": reader.clock(plan.created_at),
        "digest": short(plan.digest) if plan.digest else "",
        "decided": _decided(unit, stored, reader),
        "refused": [
            {"text": r.text, "id": r.id}
            for r in (plan.verdict.reasons if refused and plan.verdict else ())
        ],
        "story": told,
        "steps": [_step(n, step, attempts) for n, step in enumerate(plan.steps, 1)],
        "apart": plan.thread != caller.thread,
    }


def _decided(unit: Unit, stored: StoredPlan, reader: Reader) -> list[dict[str, str]]:
    """Each vote, and the end of a plan that never ran."""
    plan = stored.plan
    said = []
    for vote in unit.votes(plan.id, plan.revision):
        verb = "approved" if vote.ballot is Ballot.APPROVE else "denied"
        why = f": {vote.reason}" if vote.reason else ""
        said.append({"text": f"{reader.who(vote.person)} {verb}{why}", "at": reader.clock(vote.at)})
    at = reader.clock(stored.decided_at) if stored.decided_at else ""
    denied = stored.state is PlanState.DENIED and refusal_word(stored) == DENIED
    if denied and not any("denied" in each["text"] for each in said):
        why = f": {stored.reason}" if stored.reason else ""
        said.append({"text": f"{reader.who(stored.decided_by)} denied{why}", "at": at})
    if stored.state is PlanState.CANCELLED and stored.decided_by:
        said.append({"text": f"{reader.who(stored.decided_by)} withdrew it", "at": at})
    if stored.state is PlanState.EXPIRED:
        said.append({"text": "nobody else decided in time", "at": at})
    if stored.state is PlanState.APPROVED and not said:
        said.append({"text": "allowed unasked", "at": ""})
    return said


def _step(number: int, step: Step, attempts: Sequence[Attempt]) -> dict[str, Any]:
    return {
        "number": number,
        "title": step.title,
        "hosts": list(step.hosts),
        "commands": list(dict.fromkeys(shown(c) for t in step.targets for c in t.commands)),
        "targets": [_target(a) for a in attempts if a.step == step.id],
    }


def _target(attempt: Attempt) -> dict[str, Any]:
    ended, started = attempt.ended_at, attempt.started_at
    sign, tone = SIGNS[attempt.state]
    return {
        "host": attempt.host,
        "state": sign,
        "tone": tone.value,
        "note": attempt.note if attempt.note != sign else "",
        "duration_s": (ended - started).total_seconds() if ended and started else None,
    }

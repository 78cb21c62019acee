"""A plan's card before it runs: looking, asking, and every way it can end without running.

Everything that will run can be read from the card or its attachment; where that can't be
kept, *Approve* is not offered (`bot.reporting.exact.fully_readable`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.domain.approvals import Ballot, Vote
from bot.domain.cards import (
    Block,
    Button,
    ButtonStyle,
    Card,
    Divider,
    Paragraph,
    Row,
    Tone,
    plain,
)
from bot.domain.plans import Plan, short
from bot.domain.runs import PlanState
from bot.domain.wording import count, folded, listed
from bot.ports import StoredPlan
from bot.reporting.exact import attachment, fully_readable
from bot.reporting.plan_rows import is_crowded, left_out, step_rows, work
from bot.reporting.reader import Reader

WHY = Button(id="why", label="Why", key="?")
CHANGE = Button(id="change", label="Change…", key="c")
AGAIN = Button(id="again", label="Ask again", key="a", style=ButtonStyle.PRIMARY)


def looking(
    plan_id: int, title: str, hosts: Sequence[str], reader: Reader, *, by: str = "", text: str = ""
) -> Card:
    """The card that appears at once, while facts are read."""
    del text
    asked = f"{reader.who(by)}, {reader.clock(reader.now)}" if by else ""
    names = listed(hosts) if len(hosts) <= 4 else f"{len(hosts)} hosts: {folded(hosts)}"
    return Card(
        id=f"plan-{plan_id}",
        plan=plan_id,
        title=title,
        state="LOOKING",
        tone=Tone.BUSY,
        lines=(asked,) if asked else (),
        body=(Paragraph(text=f"Looking at {names}…"),),
        busy=True,
    )


def plan_card(
    stored: StoredPlan,
    votes: Sequence[Vote],
    reader: Reader,
    *,
    holders: Mapping[str, int] | None = None,
    queued: bool = False,
) -> Card:
    """The card of a plan that has not begun to run, in whatever state it is.

    `holders` are the targets that another run changes, and by which plan. `queued` means
    that it is approved and waits for them.
    """
    plan = stored.plan
    if plan.unread and stored.state is PlanState.DRAFTED:
        return _unread(plan, reader)
    if stored.state is PlanState.CANCELLED and not work(plan) and plan.steps:
        return _nothing(plan, reader)
    if stored.state is PlanState.DENIED and holders:
        return _blocked(plan, reader, holders)
    build = _BUILDERS[stored.state]
    card = build(stored, votes, reader)
    if stored.state is PlanState.APPROVED:
        return _begins(card, holders or {}, queued=queued)
    return card


def _card(plan: Plan, reader: Reader, *, state: str, tone: Tone, body: Sequence[Block]) -> Card:
    """What all cards of a plan have."""
    return Card(
        id=f"plan-{plan.id}",
        plan=plan.id,
        revision=plan.revision,
        digest=plan.digest,
        title=plan.title,
        state=state,
        tone=tone,
        lines=asked_lines(plan, reader),
        body=tuple(body),
    )


def asked_lines(plan: Plan, reader: Reader) -> tuple[str, ...]:
    """`Ben, 14:02, #ops · read by rules · because: "new certificate"`."""
    thread = plan.thread
    where = thread.channel if thread.channel.startswith("#") else thread.surface
    parts = [f"{reader.who(plan.requester)}, {reader.clock(plan.created_at)}, {where}"]
    parts.append(f"read by {plan.read_by}")
    if plan.revision > 1:
        parts.append(f"revision {plan.revision}")
    if plan.reason:
        parts.append(f'because: "{plan.reason}"')
    lines = [" · ".join(parts)]
    if plan.corrections:
        lines.append(", ".join(f'"{c.said}" read as {c.read}' for c in plan.corrections))
    return tuple(lines)


def _waiting(stored: StoredPlan, votes: Sequence[Vote], reader: Reader) -> Card:
    plan = stored.plan
    verdict = plan.verdict
    needed = verdict.votes if verdict else 1
    given = [vote for vote in votes if vote.ballot is Ballot.APPROVE]
    body = [*step_rows(plan), *_warnings(plan), *_asked(plan), _votes(plan, given, reader)]
    if verdict and verdict.solo:
        body.append(Paragraph(text=SOLO))
    body.append(_expires(plan, reader))
    card = _card(plan, reader, state="WAITING", tone=Tone.WAITING, body=body).model_copy(
        update={
            "standing": f"{len(given)} of {count(needed, 'vote')}",
            "attachments": (attachment(plan),) if is_crowded(plan) else (),
            "ends": plan.expires_at,
        }
    )
    buttons = [
        Button(id="approve", label=approve_label(plan), key="a", style=ButtonStyle.PRIMARY),
        Button(id="deny", label="Deny…", key="d", style=ButtonStyle.DANGER, asks="Why not?"),
        CHANGE,
        Button(id="cancel", label="Cancel", key="x"),
        WHY,
    ]
    if not fully_readable(card, plan):
        buttons = buttons[1:]
        card = card.model_copy(update={"footer": (UNREADABLE,)})
    return card.model_copy(update={"buttons": tuple(buttons)})


SOLO = (
    "You're the only approver, so your own click counts; `./overseer people invite` adds "
    "another and ends solo mode."
)
UNREADABLE = "Approve is missing: this card can't show all that would run. Ask for it in parts."


def approve_label(plan: Plan) -> str:
    """The act and how many targets: `Approve restart on 4 hosts`."""
    busy = [step for step in plan.steps if any(part.commands for part in step.targets)]
    hosts = sorted({part.target.name for part in work(plan)} - {"overseer"})
    act = count(len(busy), "step") if len(busy) != 1 else _verb(busy[0].action)
    if not hosts:
        return f"Approve {act}"
    return f"Approve {act} on {hosts[0] if len(hosts) == 1 else f'{len(hosts)} hosts'}"


def _verb(action: str) -> str:
    return action.partition(".")[2].replace("_", " ")


def _asked(plan: Plan) -> list[Block]:
    """Why somebody must decide, each reason with its policy's name."""
    reasons = plan.verdict.reasons if plan.verdict else ()
    return [
        Row(label="ASKED" if n == 0 else "", spans=plain(r.text), aside=f"[{r.id}]")
        for n, r in enumerate(reasons)
    ]


def _votes(plan: Plan, given: Sequence[Vote], reader: Reader) -> Row:
    said = [f"{reader.who(v.person)} approved {reader.clock(v.at)}" for v in given]
    voted = {vote.person for vote in given}
    left = [n for n in (plan.verdict.approvers if plan.verdict else ()) if n not in voted]
    if left:
        verb = "may still vote" if said else "may vote"
        said.append(f"{verb}: {', '.join(reader.who(name) for name in left)}")
    return Row(label="VOTES", spans=plain(" · ".join(said) or "nobody here may vote on this"))


def _expires(plan: Plan, reader: Reader) -> Row:
    until = reader.until(plan.expires_at) if plan.expires_at else "never"
    return Row(label="EXPIRES", spans=plain(f"{until} · digest {short(plan.digest)}"))


def _warnings(plan: Plan) -> list[Block]:
    return [Row(label="NOTE", spans=plain(text), tone=Tone.WARNING) for text in plan.warnings]


def _drafted(stored: StoredPlan, votes: Sequence[Vote], reader: Reader) -> Card:
    """A plan that was only asked to be shown."""
    del votes
    plan = stored.plan
    verdict = plan.verdict
    body: list[Block] = [*step_rows(plan), *_warnings(plan), *_asked(plan)]
    asks = verdict.votes if verdict else 0
    then = f"asks for {count(asks, 'vote')}" if asks else "runs it unasked"
    body.append(Paragraph(text=f"Only a plan: nothing runs. Asking for it {then}."))
    card = _card(plan, reader, state="PLAN ONLY", tone=Tone.NEUTRAL, body=body)
    files = (attachment(plan),) if is_crowded(plan) else ()
    ask = AGAIN.model_copy(update={"label": "Ask for it"})
    return card.model_copy(update={"attachments": files, "buttons": (ask, CHANGE)})


def _denied(stored: StoredPlan, votes: Sequence[Vote], reader: Reader) -> Card:
    """By the policy, before anybody was asked, or by a person."""
    plan = stored.plan
    against = next((vote for vote in votes if vote.ballot is Ballot.DENY), None)
    if against is not None or stored.decided_by not in {"", "policy"}:
        name = against.person if against else stored.decided_by
        at = against.at if against else stored.decided_at
        why = (against.reason if against else "") or stored.reason
        when = f" {reader.clock(at)}" if at else ""
        said = f"{reader.who(name)} said no{when}{f': “{why}”' if why else ''}. Nothing ran."
        body: list[Block] = [Paragraph(text=said, tone=Tone.BAD), Divider(), *step_rows(plan)]
        card = _card(plan, reader, state="DENIED", tone=Tone.BAD, body=body)
        return card.model_copy(update={"buttons": (CHANGE, AGAIN.model_copy(update={"key": "n"}))})
    reasons = plan.verdict.reasons if plan.verdict else ()
    body = [
        Row(label="" if n else "I WON'T", spans=plain(r.text), aside=f"[{r.id}]", tone=Tone.BAD)
        for n, r in enumerate(reasons)
    ] or [Paragraph(text=stored.reason or "The policy does not allow it.", tone=Tone.BAD)]
    body.append(Paragraph(text="Nothing ran."))
    card = _card(plan, reader, state="DENIED", tone=Tone.BAD, body=body)
    return card.model_copy(update={"buttons": (CHANGE, WHY)})


def _blocked(plan: Plan, reader: Reader, holders: Mapping[str, int]) -> Card:
    """Another run changes a target: that run is named, and the queue offered."""
    body: list[Block] = [
        Paragraph(text=f"{_held(holders)} Nothing ran; I can queue this behind it."),
    ]
    card = _card(plan, reader, state="BLOCKED", tone=Tone.WARNING, body=body)
    first = f"#{min(holders.values())}" if len(set(holders.values())) == 1 else "them"
    buttons = (
        Button(id="queue", label=f"Queue behind {first}", key="b", style=ButtonStyle.PRIMARY),
        AGAIN.model_copy(update={"label": "Try again", "key": "t", "style": ButtonStyle.PLAIN}),
        CHANGE,
    )
    return card.model_copy(update={"buttons": buttons})


def _held(holders: Mapping[str, int]) -> str:
    by_plan: dict[int, list[str]] = {}
    for host, plan_id in holders.items():
        by_plan.setdefault(plan_id, []).append(host)
    return " ".join(f"#{n} is changing {folded(hosts)}." for n, hosts in sorted(by_plan.items()))


def _expired(stored: StoredPlan, votes: Sequence[Vote], reader: Reader) -> Card:
    plan = stored.plan
    at = reader.clock(plan.expires_at) if plan.expires_at else "then"
    verdict = plan.verdict
    given = len([vote for vote in votes if vote.ballot is Ballot.APPROVE])
    who = "Nobody" if not given else f"Only {given} of {verdict.votes if verdict else 1}"
    text = f"{who} decided by {at}, so nothing ran; *Ask again* looks at the hosts afresh."
    card = _card(plan, reader, state="EXPIRED", tone=Tone.DIM, body=[Paragraph(text=text)])
    return card.model_copy(update={"buttons": (AGAIN,)})


def _cancelled(stored: StoredPlan, votes: Sequence[Vote], reader: Reader) -> Card:
    del votes
    by = reader.who(stored.decided_by) if stored.decided_by else "It was"
    verb = "withdrew it" if stored.decided_by else "withdrawn"
    when = f" {reader.clock(stored.decided_at)}" if stored.decided_at else ""
    why = f" ({stored.reason})" if stored.reason else ""
    body: list[Block] = [Paragraph(text=f"{by} {verb}{when}{why}; nothing ran.")]
    card = _card(stored.plan, reader, state="CANCELLED", tone=Tone.DIM, body=body)
    return card.model_copy(update={"buttons": (AGAIN,)})


def _superseded(stored: StoredPlan, votes: Sequence[Vote], reader: Reader) -> Card:
    del votes
    text = f"Revision {stored.plan.revision} was replaced; the newest one counts. Nothing ran."
    return _card(stored.plan, reader, state="REPLACED", tone=Tone.DIM, body=[Paragraph(text=text)])


def _nothing(plan: Plan, reader: Reader) -> Card:
    """Every target is so already, or can't be done: nobody is asked."""
    parts = [part for step in plan.steps for part in step.targets]
    rows = [row for step in plan.steps for row in left_out(step)]
    can_not = [part for part in parts if part.cannot]
    sentences = list(dict.fromkeys(p.cannot or p.already for p in parts if p.cannot or p.already))
    if len(sentences) == 1:
        text = sentences[0].rstrip(".")
        body: list[Block] = [Paragraph(text=f"{text[0].upper()}{text[1:]}{_end(text)}")]
        if text.startswith(tuple(part.target.name for part in parts)):
            body = [Paragraph(text=f"{text}{_end(text)}")]
    else:
        body = [*rows, Paragraph(text="Nothing to run, so nobody is asked.")]
    state, tone = ("CAN'T", Tone.WARNING) if can_not else ("NOTHING TO DO", Tone.GOOD)
    card = _card(plan, reader, state=state, tone=tone, body=[*body, *_warnings(plan)])
    return card.model_copy(update={"buttons": (AGAIN.model_copy(update={"label": "Look again"}),)})


def _end(text: str) -> str:
    return "" if text.endswith("?") else "."


def _unread(plan: Plan, reader: Reader) -> Card:
    """Hosts that gave no answer are named; the person chooses how to go on."""
    silent = [host for host, _ in plan.unread]
    body: list[Block] = [
        Row(label="NO ANSWER", spans=plain(host), aside=why, tone=Tone.BAD)
        for host, why in plan.unread
    ]
    others = sorted({part.target.name for part in work(plan)} - set(silent))
    text = f"{folded(others)} could be read." if others else "No host could be read."
    body.append(Paragraph(text=f"{text} Nothing ran."))
    card = _card(plan, reader, state="NOT READ", tone=Tone.WARNING, body=body)
    them = silent[0] if len(silent) == 1 else f"those {len(silent)}"
    again = AGAIN.model_copy(update={"label": "Try again", "key": "t"})
    without = Button(id="without", label=f"Plan without {them}", key="w")
    return card.model_copy(update={"buttons": (again, without) if others else (again,)})


def _approved(stored: StoredPlan, votes: Sequence[Vote], reader: Reader) -> Card:
    """Approved, and not begun yet."""
    plan = stored.plan
    card = _card(plan, reader, state="APPROVED", tone=Tone.BUSY, body=[*step_rows(plan)])
    names = [vote.person for vote in votes if vote.ballot is Ballot.APPROVE]
    by = (f"approved by {reader.people(names)}",) if names else ()
    files = (attachment(plan),) if is_crowded(plan) else ()
    return card.model_copy(update={"lines": (*card.lines, *by), "busy": True, "attachments": files})


def _begins(card: Card, holders: Mapping[str, int], *, queued: bool) -> Card:
    if not queued and not holders:
        return card
    said = f"{_held(holders)} This runs when it is done." if holders else "This waits its turn."
    stop = Button(id="stop", label="Leave the queue", key="s")
    return card.model_copy(
        update={
            "state": "QUEUED",
            "tone": Tone.WAITING,
            "busy": False,
            "body": (Paragraph(text=said), *card.body),
            "buttons": (stop,),
        }
    )


_Builder = Callable[[StoredPlan, Sequence[Vote], Reader], Card]
_BUILDERS: dict[PlanState, _Builder] = {
    PlanState.DRAFTED: _drafted,
    PlanState.WAITING: _waiting,
    PlanState.DENIED: _denied,
    PlanState.EXPIRED: _expired,
    PlanState.CANCELLED: _cancelled,
    PlanState.SUPERSEDED: _superseded,
    PlanState.APPROVED: _approved,
}

"""The cards of plans that never ran: refused, blocked, too late, withdrawn, nothing to do."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from bot.domain.alike import together, told
from bot.domain.approvals import Ballot, Vote
from bot.domain.cards import Block, Button, ButtonStyle, Card, Divider, Paragraph, Row, Tone, plain
from bot.domain.plans import DELETED, Plan, Reason
from bot.domain.wording import folded, listed
from bot.ports import StoredPlan
from bot.reporting.exact import attachment
from bot.reporting.hosts_said import outgrows, said_rows
from bot.reporting.plan_frame import AGAIN, WHY, change, framed, instead, warnings
from bot.reporting.plan_rows import is_crowded, left_out, step_rows, work
from bot.reporting.reader import Reader
from bot.reporting.standing import BLOCKED, DENIED, REFUSED, idle_word


def denied(stored: StoredPlan, votes: Sequence[Vote], reader: Reader) -> Card:
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
        card = framed(plan, reader, state=DENIED, tone=Tone.BAD, body=body)
        buttons = (change(plan), AGAIN.model_copy(update={"key": "n"}))
        files = (attachment(plan),) if is_crowded(plan) else ()
        return card.model_copy(update={"buttons": buttons, "attachments": files})
    reasons = plan.verdict.reasons if plan.verdict else ()
    body = _refusals(reasons) or [
        Paragraph(text=stored.reason or "The policy does not allow it.", tone=Tone.BAD)
    ]
    body.append(Paragraph(text="Nothing ran."))
    card = framed(plan, reader, state=REFUSED, tone=Tone.BAD, body=body)
    return card.model_copy(update={"buttons": (*instead(plan), change(plan), WHY)})


def _refusals(reasons: Sequence[Reason]) -> list[Block]:
    """A row for each; its label says once what a policy's own words begin with."""
    rows: list[Block] = []
    last = ""
    for reason in reasons:
        opens = _OPENS.match(reason.text)
        label = "NOT YET" if opens and opens["yet"] else "I WON'T"
        text = reason.text[opens.end() :] if opens else reason.text
        shown = "" if label == last else label
        rows.append(Row(label=shown, spans=plain(text), aside=f"[{reason.id}]", tone=Tone.BAD))
        last = label
    return rows


_OPENS = re.compile(r"I won't(?P<yet> yet)?:\s+(?=\S)")


def blocked(
    plan: Plan, reader: Reader, holders: Mapping[str, int], halted: Collection[int] = ()
) -> Card:
    """Another run changes a target: that run is named, and the queue offered."""
    if not holders:
        which = folded(plan.hosts) if len(plan.hosts) == 1 else f"some of {folded(plan.hosts)}"
        free = "they are free again" if len(plan.hosts) > 1 else "it is free again"
        text = (
            f"Another run was changing {which}; {free}. Nothing of this ran: "
            "*Ask again* looks afresh."
        )
        body: list[Block] = [Paragraph(text=text)]
        card = framed(plan, reader, state=BLOCKED, tone=Tone.WARNING, body=body)
        return card.model_copy(update={"standing": "free again", "buttons": (AGAIN, change(plan))})
    body = [Paragraph(text=f"{held(holders, halted)} Nothing ran; I can queue this behind it.")]
    card = framed(plan, reader, state=BLOCKED, tone=Tone.WARNING, body=body)
    first = f"#{min(holders.values())}" if len(set(holders.values())) == 1 else "them"
    buttons = (
        Button(id="queue", label=f"Queue behind {first}", key="b", style=ButtonStyle.PRIMARY),
        AGAIN.model_copy(update={"label": "Try again", "key": "t", "style": ButtonStyle.PLAIN}),
        change(plan),
    )
    return card.model_copy(update={"buttons": buttons})


def held(holders: Mapping[str, int], halted: Collection[int]) -> str:
    """Which run changes which hosts: `#88 is changing web-1 web-2.`; one that is `halted` none."""
    by_plan: dict[int, list[str]] = {}
    for host, plan_id in holders.items():
        by_plan.setdefault(plan_id, []).append(host)
    return " ".join(
        f"#{n} holds {folded(hosts)} until somebody decides about it." if n in halted
        else f"#{n} is changing {folded(hosts)}."
        for n, hosts in sorted(by_plan.items())
    )  # fmt: skip


def expired(stored: StoredPlan, votes: Sequence[Vote], reader: Reader) -> Card:
    """Nobody, or not enough, decided in time."""
    plan = stored.plan
    at = reader.clock(plan.expires_at) if plan.expires_at else "then"
    verdict = plan.verdict
    given = len([vote for vote in votes if vote.ballot is Ballot.APPROVE])
    who = "Nobody" if not given else f"Only {given} of {verdict.votes if verdict else 1}"
    text = f"{who} decided by {at}, so nothing ran; *Ask again* looks at the hosts afresh."
    card = framed(plan, reader, state="EXPIRED", tone=Tone.DIM, body=[Paragraph(text=text)])
    return card.model_copy(update={"buttons": (AGAIN,)})


def cancelled(stored: StoredPlan, votes: Sequence[Vote], reader: Reader) -> Card:
    """Withdrawn before it ran."""
    del votes
    by = reader.who(stored.decided_by) if stored.decided_by else "It was"
    verb = "withdrew it" if stored.decided_by else "withdrawn"
    when = f" {reader.clock(stored.decided_at)}" if stored.decided_at else ""
    why = f" ({stored.reason})" if stored.reason else ""
    said = f"{by} {verb}{when}{why}"
    if stored.reason == DELETED:  # whoever did
        said = f"It was withdrawn{when}, for {DELETED}"
    body: list[Block] = [Paragraph(text=f"{said}; nothing ran.")]
    card = framed(stored.plan, reader, state="CANCELLED", tone=Tone.DIM, body=body)
    return card.model_copy(update={"buttons": (AGAIN,)})


def superseded(stored: StoredPlan, votes: Sequence[Vote], reader: Reader) -> Card:
    """A newer revision took its place."""
    del votes
    text = f"Revision {stored.plan.revision} was replaced; the newest one counts. Nothing ran."
    return framed(stored.plan, reader, state="REPLACED", tone=Tone.DIM, body=[Paragraph(text=text)])


def nothing(plan: Plan, reader: Reader) -> Card:
    """Every target is so already, or can't be done: nobody is asked."""
    if plan.unread and not plan.effect.changes:
        return unread(plan, reader)
    parts = [part for step in plan.steps for part in step.targets]
    rows = [row for step in plan.steps for row in left_out(step)]
    can_not = [part for part in parts if part.cannot]
    said = together((p.target.name, p.cannot or p.already) for p in parts if p.cannot or p.already)
    if len(said) == 1:
        ((shaped, hosts),) = said.items()
        text = told(shaped, hosts).rstrip(".")
        first = "" if text.startswith(hosts) else text[0].upper()
        body: list[Block] = [Paragraph(text=f"{first or text[0]}{text[1:]}{_end(text)}")]
    else:
        body = [*rows, Paragraph(text="Nothing to run, so nobody is asked.")]
    if plan.impossible and len(plan.steps) > 1:
        which = listed([f"step {plan.steps.index(step) + 1}" for step in plan.impossible])
        text = f"{which[0].upper()}{which[1:]} can't be done, so nobody is asked and nothing runs."
        body = [
            *rows,
            Paragraph(text=f"{text} Ask for the rest alone if you want it all the same."),
        ]
    state, tone = idle_word(plan), Tone.WARNING if can_not else Tone.GOOD
    card = framed(plan, reader, state=state, tone=tone, body=[*body, *warnings(plan)])
    files = (attachment(plan),) if outgrows(plan) else ()
    again = AGAIN.model_copy(update={"label": "Look again"})
    return card.model_copy(update={"buttons": (again,), "attachments": files})


def _end(text: str) -> str:
    return "" if text.endswith("?") else "."


def unread(plan: Plan, reader: Reader) -> Card:
    """Hosts that gave no answer are named; the person chooses how to go on."""
    silent = [host for host, _ in plan.unread]
    body: list[Block] = [*said_rows(plan.unread, "NOT READ", Tone.BAD)]
    others = sorted({part.target.name for part in work(plan)} - set(silent))
    text = f"{folded(others)} could be read." if others else "No host could be read."
    body.append(Paragraph(text=f"{text} Nothing ran."))
    card = framed(plan, reader, state="NOT READ", tone=Tone.WARNING, body=body)
    them = silent[0] if len(silent) == 1 else f"those {len(silent)}"
    again = AGAIN.model_copy(update={"label": "Try again", "key": "t"})
    without = Button(id="without", label=f"Plan without {them}", key="w")
    files = (attachment(plan),) if outgrows(plan) else ()
    return card.model_copy(
        update={"buttons": (again, without) if others else (again,), "attachments": files}
    )

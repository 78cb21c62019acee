"""How a card tells that something begins later: a row while it is asked for, then its own card."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.approvals import Ballot, Vote
from bot.domain.cards import BEGINS, Block, Button, ButtonStyle, Card, Paragraph, Row, Tone, plain
from bot.domain.plans import Decision, Plan
from bot.domain.wording import listed
from bot.ports import StoredPlan
from bot.reporting.plan_frame import AGAIN, WHY, change, framed
from bot.reporting.reader import Reader
from bot.reporting.standing import SCHEDULED


def starts(plan: Plan, reader: Reader) -> list[Block]:
    """`STARTS  22:00 CET`, which surfaces count down to; nothing of a plan that begins at once."""
    if plan.start is None:
        return []
    return [Row(label="STARTS", spans=plain(reader.clock(plan.start)), until=plan.start)]


def for_later(plan: Plan, reader: Reader) -> str:
    """` for 22:00 CET`, behind what *Approve* approves."""
    return f" for {reader.clock(plan.start)}" if plan.start is not None else ""


def scheduled(
    stored: StoredPlan, votes: Sequence[Vote], reader: Reader, body: Sequence[Block]
) -> Card:
    """Approved, and its time is still to come: who may begin it now, and who withdraws it."""
    plan = stored.plan
    if plan.start is None:
        raise ValueError(f"#{plan.id} waits for no time")
    said = "It starts by itself then: judged again, and held up by what runs on its hosts."
    names = [vote.person for vote in votes if vote.ballot is Ballot.APPROVE]
    by = (f"approved by {reader.people(names)}",) if names else ()
    card = framed(
        plan, reader, state=SCHEDULED, tone=Tone.WAITING,
        body=[*starts(plan, reader), *body, Paragraph(text=said)],
    )  # fmt: skip
    unvote = (Button(id="unvote", label="Withdraw my vote", key="u", only=tuple(names)),)
    return card.model_copy(
        update={
            "lines": (*card.lines, *by),
            "standing": f"{BEGINS}{reader.clock(plan.start)}",
            "ends": plan.start,
            "buttons": (
                _begin(plan, reader), *(unvote if names else ()), change(plan),
                Button(id="cancel", label="Cancel", key="x"), WHY,
            ),
        }
    )  # fmt: skip


def _begin(plan: Plan, reader: Reader) -> Button:
    verdict = plan.verdict
    asked = verdict is not None and verdict.decision is not Decision.ALLOW
    may = tuple(verdict.approvers) if verdict is not None and asked else (plan.requester,)
    whose = listed([reader.who(name) for name in may], "or") if may else "nobody who is here now"
    return Button(
        id="begin", label="Start now", key="b", style=ButtonStyle.PRIMARY,
        only=may, others=f"Start now is for {whose}.",
    )  # fmt: skip


def missed(stored: StoredPlan, reader: Reader) -> Card:
    """Its time passed while nothing could begin: it is not made up for unasked."""
    plan = stored.plan
    at = reader.clock(plan.start) if plan.start is not None else "then"
    text = (
        f"It was to start {at}, and Overseer was not running or could not begin it then. Nothing "
        "ran, and nothing begins late unasked; *Ask again* looks at the hosts afresh, to start at "
        "once."
    )
    card = framed(plan, reader, state="MISSED", tone=Tone.WARNING, body=[Paragraph(text=text)])
    return card.model_copy(update={"buttons": (AGAIN,)})

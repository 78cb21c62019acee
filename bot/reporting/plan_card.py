"""A plan's card before it runs: looking, asking, and every way it can end without running.

Everything that will run can be read from the card or its attachment; where that can't be
kept, *Approve* is not offered (`bot.reporting.exact.fully_readable`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from bot.domain.approvals import Ballot, Vote
from bot.domain.cards import (
    Block,
    Button,
    ButtonStyle,
    Card,
    Paragraph,
    Row,
    Tone,
    plain,
)
from bot.domain.plans import MISSED, ONCE_APPROVED, Decision, Plan, short
from bot.domain.runs import PlanState
from bot.domain.wording import count, folded, listed
from bot.ports import StoredPlan
from bot.reporting.exact import attachment, fully_readable
from bot.reporting.plan_endings import (
    blocked,
    cancelled,
    denied,
    expired,
    held,
    nothing,
    superseded,
    unread,
)
from bot.reporting.plan_frame import (
    AGAIN,
    WHY,
    change,
    framed,
    handed,
    instead,
    warnings,
)
from bot.reporting.plan_rows import is_crowded, step_rows, work
from bot.reporting.plan_start import for_later, missed, scheduled, starts
from bot.reporting.reader import Reader
from bot.reporting.standing import BLOCKED, PLAN_ONLY, is_idle, refusal_word
from bot.reporting.votes_rows import BY_NOBODY, left_of, votes_rows


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
        moments=reader.moments(reader.now) if asked else (),
        body=(Paragraph(text=f"Looking at {names}…"),),
        busy=True,
    )


def plan_card(
    stored: StoredPlan,
    votes: Sequence[Vote],
    reader: Reader,
    *,
    holders: Mapping[str, int] | None = None,
    halted: Collection[int] = (),
    queued: bool = False,
    frozen: bool = False,
    steered_by: str = "",
) -> Card:
    """The card of a plan that has not begun to run, in whatever state it is.

    `holders` are the targets that another run changes, and by which plan; `halted` are those plans
    whose run waits for a decision. `queued` means that it is approved and waits for them; `frozen`,
    that everything waits for `resume`. `steered_by` is to whom its requester has handed it, if to
    anybody.
    """
    card = _drawn(stored, votes, reader, holders or {}, halted, queued=queued, frozen=frozen)
    plan, told = stored.plan, (*stored.told.values(), *stored.told_by_role.values())
    times = (plan.created_at, plan.expires_at, plan.start, stored.decided_at)
    card = reader.dated(card, *times, *(vote.at for vote in votes), *told)
    return handed(card, plan, steered_by, reader)


def _drawn(
    stored: StoredPlan,
    votes: Sequence[Vote],
    reader: Reader,
    holders: Mapping[str, int],
    halted: Collection[int],
    *,
    queued: bool,
    frozen: bool,
) -> Card:
    plan = stored.plan
    if plan.unread and stored.state is PlanState.DRAFTED:
        return unread(plan, reader)
    only_shown = stored.state is PlanState.DRAFTED
    if (only_shown or stored.state is PlanState.CANCELLED) and is_idle(plan):
        return nothing(plan, reader)
    if stored.state is PlanState.DENIED and refusal_word(stored) == BLOCKED:
        return blocked(plan, reader, holders, halted)
    if stored.state is PlanState.CANCELLED and stored.reason == MISSED:
        return missed(stored, reader)
    if stored.waits_for_its_time(reader.now) and not queued:
        crowded = (attachment(plan),) if is_crowded(plan) else ()
        card = scheduled(stored, votes, reader, [*step_rows(plan), *warnings(plan)])
        return card.model_copy(update={"attachments": crowded})
    build = _BUILDERS[stored.state]
    card = build(stored, votes, reader)
    if stored.state is PlanState.APPROVED:
        return _begins(card, queued=queued, frozen=frozen, held_up=held(holders, halted))
    if stored.state is PlanState.WAITING and frozen:
        stopped = Paragraph(text=f"{FROZEN} A vote counts all the same.")
        return card.model_copy(update={"body": (stopped, *card.body)})
    if card.state == PLAN_ONLY and holders and plan.effect.changes:
        said = f"{held(holders, halted)} Asked for meanwhile, this has to wait."
        note = Row(label="NOTE", spans=plain(said), tone=Tone.WARNING)
        return card.model_copy(update={"body": (*card.body[:-1], note, *card.body[-1:])})
    return card


UNSAID = frozenset({"unsaid", "read-by-a-model", "declined"})
"""Reasons for a vote that nobody can give who has not read what a model made of the request."""


def _waiting(stored: StoredPlan, votes: Sequence[Vote], reader: Reader) -> Card:
    plan = stored.plan
    verdict = plan.verdict
    needed = verdict.votes if verdict else 1
    reasons = verdict.reasons if verdict else ()
    given = [vote for vote in votes if vote.ballot is Ballot.APPROVE]
    alone = verdict is not None and not (verdict.approvers or given or stored.lends)
    body = [*step_rows(plan), *warnings(plan), *_asked(plan), *votes_rows(stored, given, reader)]
    if verdict and verdict.solo and all(reason.id != "solo" for reason in verdict.reasons):
        body.append(Paragraph(text=SOLO))
    body += [*starts(plan, reader), _expires(plan, reader)]
    card = framed(plan, reader, state="WAITING", tone=Tone.WAITING, body=body).model_copy(
        update={
            "standing": BY_NOBODY if alone else f"{len(given)} of {count(needed, 'vote')}",
            "attachments": (attachment(plan),) if is_crowded(plan) else (),
            "ends": plan.expires_at,
        }
    )
    able, left = verdict.approvers if verdict else (), left_of(plan, given)
    approve = Button(
        id="approve", label=f"{approve_label(plan)}{for_later(plan, reader)}", key="a",
        style=ButtonStyle.PRIMARY, only=left, others=_whose(left, reader),
        unread=not (plan.doubts or any(reason.id in UNSAID for reason in reasons)),
    )  # fmt: skip
    buttons = [
        approve,
        Button(
            id="deny",
            label="Deny…",
            key="d",
            style=ButtonStyle.DANGER,
            asks="Why not?",
            only=(plan.requester, *able),  # nobody else's would count, whatever they typed
        ),
        *_unvote(given),
        change(plan),
        Button(id="cancel", label="Cancel", key="x"),
        *instead(plan),
        WHY,
    ]
    if not fully_readable(card, plan):
        buttons = buttons[1:]
        card = card.model_copy(update={"footer": (UNREADABLE,)})
    elif _is_barred(plan):
        buttons = buttons[1:]
        card = card.model_copy(update={"footer": (NOBODY,)})
    return card.model_copy(update={"buttons": tuple(buttons)})


def _unvote(given: Sequence[Vote]) -> tuple[Button, ...]:
    """For those who have approved: they may think again until the first command."""
    names = tuple(vote.person for vote in given)
    return (Button(id="unvote", label="Withdraw my vote", key="u", only=names),) if names else ()


SOLO = (
    "You're the only approver, so your own click counts; `./overseer people invite` adds "
    "another and ends solo mode."
)
NOBODY = "Approve is missing: nobody may vote for this as it stands. ASKED says what would help."
INVITE = (
    "Approve is for nobody who is here yet; an admin invites somebody: "
    "`./overseer people invite NAME --role approver`."
)
UNREADABLE = "Approve is missing: this card can't show all that would run. Ask for it in parts."


NO_APPROVER = "no-approver"
"""The id of the gate's reason that somebody who may vote is missing, and may still be invited."""


def _is_barred(plan: Plan) -> bool:
    """Whether nobody, whoever comes, may vote for it as it stands."""
    verdict = plan.verdict
    if verdict is None or verdict.approvers:
        return False
    return bool(verdict.reasons) and all(r.id != NO_APPROVER for r in verdict.reasons)


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
    """Why somebody must decide, each reason with its policy's name.

    What is only shown is asked of nobody yet: it says what asking for it would lead to.
    """
    reasons = plan.verdict.reasons if plan.verdict else ()
    then = f"asked for and {ONCE_APPROVED}" if plan.plan_only else ONCE_APPROVED
    return [
        Row(
            label="ASKED" if n == 0 else "",
            spans=plain(r.text.replace(f": {ONCE_APPROVED} ", f": {then} ")),
            aside=f"[{r.id}]",
        )
        for n, r in enumerate(reasons)
    ]


def _whose(names: Sequence[str], reader: Reader) -> str:
    """For those who may not vote, or have voted: `Approve is for Ana or Chris.`"""
    if not names:
        return INVITE
    return f"Approve is for {listed([reader.who(name) for name in names], 'or')}."


def _expires(plan: Plan, reader: Reader) -> Row:
    at = reader.clock(plan.expires_at) if plan.expires_at else "never"
    said = plain(f"{at} · digest {short(plan.digest)}")
    return Row(label="EXPIRES", spans=said, until=plan.expires_at)


def _drafted(stored: StoredPlan, votes: Sequence[Vote], reader: Reader) -> Card:
    """A plan that was only asked to be shown; a refused one is refused here too."""
    plan = stored.plan
    verdict = plan.verdict
    if verdict is not None and verdict.decision is Decision.DENY:
        return denied(stored, votes, reader)
    body: list[Block] = [
        *step_rows(plan), *warnings(plan), *_asked(plan), *starts(plan, reader),
    ]  # fmt: skip
    asks = verdict.votes if verdict else 0
    then = f"needs {count(asks, 'vote')}" if asks else "runs it unasked"
    body.append(Paragraph(text=f"Only a plan: nothing runs. Asking for it {then}."))
    card = framed(plan, reader, state=PLAN_ONLY, tone=Tone.NEUTRAL, body=body)
    files = (attachment(plan),) if is_crowded(plan) else ()
    ask = AGAIN.model_copy(update={"label": "Ask for it"})
    return card.model_copy(update={"attachments": files, "buttons": (ask, change(plan))})


def _approved(stored: StoredPlan, votes: Sequence[Vote], reader: Reader) -> Card:
    """Approved, and not begun yet."""
    plan = stored.plan
    card = framed(plan, reader, state="APPROVED", tone=Tone.BUSY, body=[*step_rows(plan)])
    given = [vote for vote in votes if vote.ballot is Ballot.APPROVE]
    names = [vote.person for vote in given]
    by = (f"approved by {reader.people(names)}",) if names else ()
    files = (attachment(plan),) if is_crowded(plan) else ()
    return card.model_copy(
        update={
            "lines": (*card.lines, *by), "busy": True, "attachments": files,
            "buttons": _unvote(given),
        }
    )  # fmt: skip


FROZEN = "Everything is stopped: nothing starts until somebody says resume (./overseer resume)."


def _begins(card: Card, *, queued: bool, frozen: bool, held_up: str) -> Card:
    if not queued and not held_up:
        return card
    said = f"{held_up} This runs when it is done." if held_up else "This waits its turn."
    if frozen:
        said = f"{FROZEN} Then this runs."
    stop = Button(id="stop", label="Leave the queue", key="s")
    return card.model_copy(
        update={
            "state": "QUEUED",
            "tone": Tone.WAITING,
            "busy": False,
            "body": (Paragraph(text=said), *card.body),
            "buttons": (stop, *card.buttons),
        }
    )


_Builder = Callable[[StoredPlan, Sequence[Vote], Reader], Card]
_BUILDERS: dict[PlanState, _Builder] = {
    PlanState.DRAFTED: _drafted,
    PlanState.WAITING: _waiting,
    PlanState.DENIED: denied,
    PlanState.EXPIRED: expired,
    PlanState.CANCELLED: cancelled,
    PlanState.SUPERSEDED: superseded,
    PlanState.APPROVED: _approved,
}

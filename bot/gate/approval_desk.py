"""Where plans wait for votes. Nothing waits in memory: every decision is one unit of work.

    waiting ── enough approvals ──▶ approved        one vote a person, bound to revision + digest
            ── one denial ────────▶ denied          with its reason; one's own approval gives way
            ── time is up ────────▶ expired         by the store's clock, in the same unit
            ── withdrawn ─────────▶ cancelled
    approved ─ a vote withdrawn ──▶ waiting         until the first command

A click is judged entirely inside the unit that records it: the plan's state, revision and
digest, the expiry, the person's right to vote, and whether they have voted. Of two clicks at
once the second finds what the first has done. Times come from `unit.now` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from bot.domain.approvals import Ballot, Vote
from bot.domain.events import Event
from bot.domain.exactly import is_blank
from bot.domain.messages import ButtonPress, Person, Role
from bot.domain.plans import Plan
from bot.domain.runs import PlanState
from bot.errors import ConflictError
from bot.gate.desk_words import begun_already, how_it_ended, nobody_decided, stale, voted
from bot.gate.lending import cast_by, lend_for, lent_by
from bot.gate.voiding import approvals, reopened
from bot.ports import PlanFilter, Store, StoredPlan, Unit

MayVote = Callable[[Plan], str]
"""Empty when the clicker may vote on this plan, else the private sentence why not."""

_AT_ONCE = 100
"""How many plans one unit ends: each is read and moved while the only writer waits for it."""


class Outcome(StrEnum):
    """What became of a click."""

    COUNTED = "counted"
    """The vote stands; more are needed."""
    APPROVED = "approved"
    DENIED = "denied"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    """The vote counts no more; the plan itself waits on."""
    EXPIRED = "expired"
    """Too late: nobody had decided in time, and it is expired now."""
    REFUSED = "refused"
    """Nothing changed; the sentence says why."""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What the desk did. `text` is for the clicker alone; `votes` are the approvals so far."""

    outcome: Outcome
    text: str
    stored: StoredPlan
    votes: tuple[Vote, ...] = ()
    needed: int = 0

    @property
    def approved(self) -> bool:
        """Whether *this* click made it approved: the run begins once."""
        return self.outcome is Outcome.APPROVED

    @property
    def accepted(self) -> bool:
        """Whether anything was done that the person wanted."""
        return self.outcome not in {Outcome.REFUSED, Outcome.EXPIRED}


class ApprovalDesk:
    """Counts, denies, cancels and expires. Plans come to it stored as waiting."""

    def __init__(
        self,
        store: Store,
        *,
        display: Callable[[str], str] = str,
        zone: Callable[[Person], tzinfo | None] = lambda _: None,
        needed: Callable[[Plan], int] = lambda plan: plan.needed,
    ) -> None:
        """`display` turns a person's key into the name that others read; `zone` knows the zone
        that a person reads times in, None for the server's own, and `needed` how many votes a plan
        takes as things stand; neither raises. A plan never takes fewer than it was stored with."""
        self._store = store
        self._needed_now = needed
        self.display = display
        self._zone = zone

    # -- each in a transaction of its own -------------------------------------------------------

    async def vote(
        self, press: ButtonPress, voter: Person, ballot: Ballot, *, may_vote: MayVote
    ) -> Decided:
        """Cast a vote. Never raises for a late, double or unfit click: the outcome says so.

        Raises:
            ConflictError: there is no such plan.
        """
        return await self._store.write(
            lambda unit: self.vote_in(unit, press, voter, ballot, may_vote=may_vote)
        )

    async def withdraw(self, press: ButtonPress, voter: Person) -> Decided:
        """Take one's own approval back, until the first command.

        Raises:
            ConflictError: there is no such plan.
        """
        return await self._store.write(lambda unit: self.withdraw_in(unit, press, voter))

    async def cancel(self, plan_id: int, revision: int, *, by: str, reason: str = "") -> Decided:
        """Withdraw a plan that has not begun. Who may is the caller's to check (`may_withdraw`).

        Raises:
            ConflictError: there is no such plan.
        """
        return await self._store.write(
            lambda unit: self.cancel_in(unit, plan_id, revision, by=by, reason=reason)
        )

    async def expire_due(self) -> tuple[int, ...]:
        """End every waiting plan whose time is up by the store's clock; their numbers.

        Asked each second: it looks first, and takes the writer only when something is due.
        """
        ended: tuple[int, ...] = ()
        while await self._store.read(lambda unit: bool(_due(unit, limit=1))):
            ended += await self._store.write(self.expire_due_in)
        return ended

    # -- the same inside somebody else's unit ----------------------------------------------------

    def vote_in(
        self,
        unit: Unit,
        press: ButtonPress,
        voter: Person,
        ballot: Ballot,
        *,
        may_vote: MayVote,
    ) -> Decided:
        """See `vote`."""
        stored = _stored(unit, press.plan)
        plan = stored.plan
        if problem := self._unfit(unit, stored, press, voter):
            return problem
        if ballot is Ballot.DENY and voter.name == plan.requester:
            # One's own plan is withdrawn rather than denied: that is always one's right.
            return self.cancel_in(
                unit, plan.id, plan.revision, by=voter.name, reason=_reason(press)
            )
        if sentence := may_vote(plan):
            return self._refused(unit, stored, sentence)
        if ballot is Ballot.DENY:  # a no that stops a change takes the place of one's own yes
            _taken_back(unit, plan, voter)
        vote = Vote(
            plan=plan.id,
            revision=plan.revision,
            digest=plan.digest,
            person=voter.name,
            ballot=ballot,
            reason=_reason(press),
            at=unit.now,
            surface=press.identity.surface,
        )
        if not unit.add_vote(vote):
            return self._refused(unit, stored, voted(plan))
        lend_for(unit, vote, voter)
        cast_by(unit, vote, press)
        unit.append(
            Event(
                kind="vote.cast",
                at=unit.now,
                plan=plan.id,
                person=voter.name,
                data={
                    "ballot": ballot.value, "reason": vote.reason, "revision": plan.revision,
                    **lent_by(vote.surface, voter.lent),
                },
            )
        )  # fmt: skip
        if ballot is Ballot.DENY:
            return self._denied(unit, plan, voter, vote.reason)
        return self._counted(unit, stored)

    def why_not_deny(
        self, unit: Unit, press: ButtonPress, voter: Person, *, may_vote: MayVote
    ) -> str:
        """Why a denial can't count, whatever its reason will be; empty: it would. Writes nothing.

        Raises:
            ConflictError: there is no such plan.
        """
        stored = _stored(unit, press.plan)
        plan = stored.plan
        if said := self._why_unfit(stored, press, voter):
            return said
        if _is_due(plan, unit.now):
            return nobody_decided(plan, self._zone(voter))
        if voter.name == plan.requester:
            return ""
        return may_vote(plan)

    def withdraw_in(self, unit: Unit, press: ButtonPress, voter: Person) -> Decided:
        """See `withdraw`."""
        stored = _stored(unit, press.plan)
        plan = stored.plan
        if press.revision != plan.revision or press.digest != plan.digest:
            return self._refused(unit, stored, stale(plan))
        run = unit.run(plan.id)
        if run is not None and run.revision == plan.revision:
            return self._refused(unit, stored, begun_already(run))
        if stored.state not in {PlanState.WAITING, PlanState.APPROVED}:
            return self._refused(unit, stored, self._told_late(stored, voter))
        if not _taken_back(unit, plan, voter):
            return self._refused(unit, stored, f"You have no vote on #{plan.id}.")
        given, needed = approvals(unit, plan), self._needed(plan)
        return Decided(
            outcome=Outcome.WITHDRAWN,
            text=f"Your vote on #{plan.id} counts no more: {len(given)} of {needed}.",
            stored=reopened(unit, stored), votes=given, needed=needed,
        )  # fmt: skip

    def cancel_in(
        self, unit: Unit, plan_id: int, revision: int, *, by: str, reason: str = ""
    ) -> Decided:
        """See `cancel`."""
        stored = _stored(unit, plan_id)
        plan = stored.plan
        if revision != plan.revision:
            return self._refused(unit, stored, stale(plan))
        if stored.state is PlanState.CANCELLED:
            return self._refused(unit, stored, f"#{plan_id} has been withdrawn already.")
        run = unit.run(plan_id)
        if stored.state is PlanState.APPROVED and run is not None:
            return self._refused(unit, stored, begun_already(run))
        if stored.state not in {PlanState.DRAFTED, PlanState.WAITING, PlanState.APPROVED}:
            return self._refused(unit, stored, how_it_ended(stored, None, self.display, to=by))
        stored = _move(unit, plan, PlanState.CANCELLED, by=by, reason=reason, data={"by": by})
        return Decided(
            outcome=Outcome.CANCELLED, text=f"#{plan_id} is withdrawn; nothing ran.", stored=stored
        )

    def expire_due_in(self, unit: Unit) -> tuple[int, ...]:
        """See `expire_due`; at most `_AT_ONCE` of them."""
        due = [stored.plan for stored in reversed(_due(unit, limit=_AT_ONCE))]
        for plan in due:
            _move(unit, plan, PlanState.EXPIRED)
        return tuple(plan.id for plan in due)

    # -- judging a click -------------------------------------------------------------------------

    def _unfit(
        self, unit: Unit, stored: StoredPlan, press: ButtonPress, voter: Person
    ) -> Decided | None:
        """Why this click can't count whoever made it, or None."""
        plan = stored.plan
        if said := self._why_unfit(stored, press, voter):
            return self._refused(unit, stored, said)
        if not _is_due(plan, unit.now):
            return None
        stored = _move(unit, plan, PlanState.EXPIRED)
        return Decided(
            outcome=Outcome.EXPIRED,
            text=nobody_decided(plan, self._zone(voter)),
            stored=stored,
            needed=plan.needed,
        )

    def _why_unfit(self, stored: StoredPlan, press: ButtonPress, voter: Person) -> str:
        """Why it can't count, but for the time; empty: it may."""
        plan = stored.plan
        if press.revision != plan.revision or press.digest != plan.digest:
            return stale(plan)
        if stored.state is not PlanState.WAITING:
            return self._told_late(stored, voter)
        return "" if plan.digest else stale(plan)

    def _counted(self, unit: Unit, stored: StoredPlan) -> Decided:
        plan = stored.plan
        given, needed = approvals(unit, plan), self._needed(plan)
        if len(given) < needed:
            return Decided(
                outcome=Outcome.COUNTED,
                text=f"Your vote on #{plan.id} counts: {len(given)} of {needed}.",
                stored=stored,
                votes=given,
                needed=needed,
            )
        by = [vote.person for vote in given]
        stored = _move(unit, plan, PlanState.APPROVED, by=", ".join(by), data={"by": by})
        return Decided(
            outcome=Outcome.APPROVED,
            text=f"#{plan.id} is approved.",
            stored=stored,
            votes=given,
            needed=needed,
        )

    def _denied(self, unit: Unit, plan: Plan, voter: Person, reason: str) -> Decided:
        data = {"by": voter.name, "reason": reason}
        stored = _move(unit, plan, PlanState.DENIED, by=voter.name, reason=reason, data=data)
        return Decided(
            outcome=Outcome.DENIED, text=f"#{plan.id} is denied; nothing ran.", stored=stored
        )

    def _refused(self, unit: Unit, stored: StoredPlan, text: str) -> Decided:
        return Decided(
            outcome=Outcome.REFUSED,
            text=text,
            stored=stored,
            votes=approvals(unit, stored.plan),
            needed=self._needed(stored.plan),
        )

    def _needed(self, plan: Plan) -> int:
        """How many votes it takes: as many as were asked for, or more as policy is now."""
        return max(plan.needed, self._needed_now(plan))

    def _told_late(self, stored: StoredPlan, voter: Person | None = None) -> str:
        zone = self._zone(voter) if voter is not None else None
        to = voter.name if voter is not None else ""
        return how_it_ended(stored, zone, self.display, to=to)


def may_withdraw(person: Person, plan: Plan) -> bool:
    """Whether stopping this plan is theirs: its requester, any approver, an admin."""
    return person.name == plan.requester or bool(person.roles & {Role.APPROVER, Role.ADMIN})


def _stored(unit: Unit, plan_id: int | None) -> StoredPlan:
    stored = unit.plan(plan_id) if plan_id is not None else None
    if stored is None:
        raise ConflictError(f"There is no plan #{plan_id}." if plan_id else "Which plan?")
    return stored


def _reason(press: ButtonPress) -> str:
    """What was typed; signs that nobody sees give no reason."""
    return "" if is_blank(press.text) else press.text.strip()


def _taken_back(unit: Unit, plan: Plan, voter: Person) -> bool:
    """Take a person's vote off a revision and say so in the log; False when there is none."""
    if not unit.drop_vote(plan.id, plan.revision, voter.name):
        return False
    unit.append(
        Event(
            kind="vote.withdrawn", at=unit.now, plan=plan.id, person=voter.name,
            data={"revision": plan.revision},
        )
    )  # fmt: skip
    return True


def _due(unit: Unit, *, limit: int) -> tuple[StoredPlan, ...]:
    """Waiting plans whose time is up, the newest first."""
    waiting = frozenset({PlanState.WAITING})
    return unit.plans(PlanFilter(states=waiting, due_before=unit.now, limit=limit))


def _is_due(plan: Plan, now: datetime) -> bool:
    """A plan without a deadline is due: no approval may be given for ever."""
    return plan.expires_at is None or plan.expires_at <= now


_KINDS = {
    PlanState.APPROVED: "plan.approved",
    PlanState.DENIED: "plan.denied",
    PlanState.EXPIRED: "plan.expired",
    PlanState.CANCELLED: "plan.cancelled",
}


def _move(
    unit: Unit,
    plan: Plan,
    to: PlanState,
    *,
    by: str = "",
    reason: str = "",
    data: Mapping[str, object] | None = None,
) -> StoredPlan:
    """Move the plan and say so in the log, in the same unit."""
    stored = unit.move_plan(plan.id, plan.revision, to, by=by, reason=reason)
    unit.append(Event(kind=_KINDS[to], at=unit.now, plan=plan.id, person=by, data=data or {}))
    return stored

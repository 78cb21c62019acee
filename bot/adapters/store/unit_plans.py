"""A unit's plans and votes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import (
    Table,
    and_,
    delete,
    insert,
    select,
    true,
    update,
)

from bot.adapters.store import rows
from bot.adapters.store.engine import Handle, Statement, adding, given
from bot.adapters.store.narrowing import narrowing, values_of
from bot.adapters.store.tables import CounterRow, PlanRow, PlanTagRow, RunRow, VoteRow, table
from bot.domain.approvals import Vote
from bot.domain.plans import Plan
from bot.domain.runs import PLAN_ENDED, PLAN_MOVES, PlanState, moved
from bot.errors import ConflictError
from bot.ports import PlanFilter, StoredPlan

_counters: Final[Table] = table(CounterRow)
_plans = table(PlanRow)
_runs = table(RunRow)
_tags = table(PlanTagRow)
_votes = table(VoteRow)

STORED = (
    _plans.c.body, _plans.c.state, _plans.c.decided_by, _plans.c.decided_at, _plans.c.reason,
    _plans.c.plan,
)  # fmt: skip
_THE_PLAN = _plans.c.plan == given("plan")
_THE_REVISION = and_(_THE_PLAN, _plans.c.revision == given("revision"))

COUNTER: Final = Statement(select(_counters.c.value).where(_counters.c.name == given("n")), "n")
COUNT: Final = Statement(
    update(_counters)
    .where(_counters.c.name == given("n"))
    .values(value=_counters.c.value + 1),
    "n",
)  # fmt: skip
ADD_COUNTER: Final = Statement(insert(_counters).values(name=given("n"), value=1), "n")

ADD_PLAN: Final = adding(_plans)
REVISIONS: Final = Statement(
    select(_plans.c.revision, _plans.c.state).where(_THE_PLAN).order_by(_plans.c.revision), "plan"
)
NO_LONGER_NEWEST: Final = Statement(
    update(_plans).where(_THE_PLAN, _plans.c.newest == true()).values(newest=False), "plan"
)
SUPERSEDE: Final = Statement(
    update(_plans).where(_THE_REVISION).values(state=given("to"), decided_at=given("now")),
    "plan revision to now",
)
PLAN: Final = Statement(select(*STORED).where(_THE_REVISION), "plan revision")
NEWEST: Final = Statement(
    select(*STORED).where(_THE_PLAN).order_by(_plans.c.revision.desc()).limit(1), "plan"
)
STANDING: Final = Statement(
    select(_plans.c.revision, _plans.c.state)
    .where(_THE_PLAN)
    .order_by(_plans.c.revision.desc())
    .limit(1),
    "plan",
)
IN_STATE: Final = Statement(
    select(_plans.c.plan, _plans.c.revision)
    .where(_plans.c.state == given("state"), _plans.c.newest == true())
    .order_by(_plans.c.plan.desc()),
    "state",
)
MOVE_PLAN: Final = Statement(
    update(_plans)
    .where(_THE_REVISION)
    .values(state=given("to"), decided_by=given("by"), decided_at=given("at"), reason=given("why")),
    "plan revision to by at why",
)
ADD_TAG: Final = adding(_tags)
DROP_TAGS: Final = Statement(delete(_tags).where(_tags.c.plan == given("plan")), "plan")

ADD_VOTE: Final = adding(_votes, without="id")
_VOTES_ON = and_(_votes.c.plan == given("plan"), _votes.c.revision == given("revision"))
VOTED: Final = Statement(
    select(_votes.c.id).where(_VOTES_ON, _votes.c.person == given("person")),
    "plan revision person",
)
DROP_VOTE: Final = Statement(
    delete(_votes).where(_VOTES_ON, _votes.c.person == given("person")), "plan revision person"
)
VOTES: Final = Statement(
    select(*[c for c in _votes.c if c.name != "id"]).where(_VOTES_ON).order_by(_votes.c.id),
    "plan revision",
)


@lru_cache(maxsize=64)
def _listing(states: int, hosts: int, narrowed: frozenset[str]) -> Statement:
    """The list of newest revisions, for a number of states and the given narrowings."""
    where, names = narrowing(states, hosts, narrowed)
    order = _plans.c.plan.desc()
    if "due_before" in narrowed:
        # Not by the bare column: SQLite would take the index that has its order, not the times'.
        order = (_plans.c.plan + 0).desc()
    query = select(*STORED).where(*where).order_by(order).limit(given("limit"))
    return Statement(query, " ".join([*names, "limit"]))


class PlanPart:
    """Plans and votes."""

    _db: Handle
    _now: datetime

    def next_plan_id(self) -> int:
        """The next plan's number, counted from 1; never given twice."""
        if not self._db.change(COUNT, "plan"):
            self._db.change(ADD_COUNTER, "plan")
        row = self._db.row(COUNTER, "plan")
        return int(row[0]) if row else 1

    def add_plan(self, plan: Plan, state: PlanState) -> None:
        """Store a revision; an earlier revision that is not ended becomes superseded.

        Raises:
            ConflictError: this revision, or a newer one, is there already.
            UnreadableError: what would be stored could not be read again.
        """
        body = rows.body_of(plan)
        for revision, stood in self._db.rows(REVISIONS, plan.id):
            if revision >= plan.revision:
                raise ConflictError(f"Plan {plan.id} has a revision {revision} already.")
            if PlanState(stood) not in PLAN_ENDED:
                now = rows.moment(self._now)
                self._db.change(SUPERSEDE, plan.id, revision, PlanState.SUPERSEDED.value, now)
        self._db.change(NO_LONGER_NEWEST, plan.id)
        self._db.change(ADD_PLAN, *rows.plan_row(plan, state, body))
        self._db.change(DROP_TAGS, plan.id)
        self._db.many(ADD_TAG, [(*tag, plan.id) for tag in sorted(rows.tags_of(plan))])

    def plan(self, plan_id: int, revision: int | None = None) -> StoredPlan | None:
        """A revision, the newest by default.

        Raises:
            UnreadableError: it is there, and can't be read.
        """
        if revision is None:
            row = self._db.row(NEWEST, plan_id)
        else:
            row = self._db.row(PLAN, plan_id, revision)
        return None if row is None else rows.plan_of(row)

    def move_plan(
        self, plan_id: int, revision: int, to: PlanState, *, by: str = "", reason: str = ""
    ) -> StoredPlan:
        """Move along `PLAN_MOVES`.

        Raises:
            ConflictError: the revision is not the newest, or the table has no such move.
        """
        standing = self._db.row(STANDING, plan_id)
        if standing is None:
            raise ConflictError(f"There is no plan {plan_id}.")
        newest, state = standing
        if newest != revision:
            raise ConflictError(
                f"Plan {plan_id} has changed: revision {newest} is the one that counts now, "
                f"not revision {revision}."
            )
        moved(PLAN_MOVES, PlanState(state), to, f"Plan {plan_id}")
        at = None if to is PlanState.WAITING else rows.moment(self._now)
        self._db.change(
            MOVE_PLAN, plan_id, revision, to.value, rows.plain(by), at, rows.plain(reason)
        )
        stored = self.plan(plan_id, revision)
        assert stored is not None  # noqa: S101 - it was moved in this transaction
        return stored

    def plans(self, want: PlanFilter) -> tuple[StoredPlan, ...]:
        """The newest revisions that match; one that can't be read is passed over."""
        if want.states is not None and not want.states:
            return ()
        read: list[StoredPlan] = []
        while len(read) < want.limit:  # as many as were asked for, as if the bad ones were not
            found = self._page(replace(want, limit=want.limit - len(read)))
            good = list(rows.readable(found))
            read += good
            if len(good) == len(found):
                break
            want = replace(want, before=found[-1][-1])
        return tuple(read)

    def _page(self, want: PlanFilter) -> Sequence[rows.Row]:
        states = sorted(state.value for state in want.states or ())
        kinds, values = values_of(want)
        statement = _listing(len(states), len(want.hosts), kinds)
        return self._db.rows(statement, *states, *values, want.limit)

    def plans_in(self, state: PlanState) -> tuple[tuple[int, int], ...]:
        """(plan, revision) of all newest revisions in a state, newest first, without bodies."""
        return tuple((int(plan), int(rev)) for plan, rev in self._db.rows(IN_STATE, state.value))

    def add_vote(self, vote: Vote) -> bool:
        """Record a vote; False when this person has voted on this revision already.

        Raises:
            ConflictError: there is no such revision.
        """
        if self._db.row(VOTED, vote.plan, vote.revision, rows.plain(vote.person)):
            return False
        if not self._db.row(PLAN, vote.plan, vote.revision):
            raise ConflictError(f"There is no revision {vote.revision} of plan {vote.plan}.")
        self._db.change(ADD_VOTE, *rows.vote_row(vote))
        return True

    def drop_vote(self, plan_id: int, revision: int, person: str) -> bool:
        """Take a person's vote away again; False when there is none."""
        return self._db.change(DROP_VOTE, plan_id, revision, person) > 0

    def votes(self, plan_id: int, revision: int) -> tuple[Vote, ...]:
        """The votes on a revision, in order."""
        return tuple(rows.vote_of(row) for row in self._db.rows(VOTES, plan_id, revision))

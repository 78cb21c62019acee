"""The store: units of work, grouped into durable commits.

The store is the truth. A *unit of work* is a plain function on a `Unit`; it runs inside one
transaction, its result is delivered after COMMIT, and an exception rolls back it alone.
Events appended in it are fanned out after COMMIT, in `seq` order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol, TypeVar

from bot.domain.approvals import Vote
from bot.domain.events import Event
from bot.domain.messages import ThreadRef
from bot.domain.plans import Plan
from bot.domain.runs import PLAN_REVISABLE, Attempt, PlanState, Run, RunState, StepState
from bot.domain.usage import Usage, Used
from bot.ports.posts import Inbox, PostNews, Posts
from bot.ports.threads import Threads

T = TypeVar("T")

ANSWERED_WITHIN = timedelta(minutes=2)
"""So long after its time a plan that has not begun may still be changed, by words said before."""


@dataclass(frozen=True)
class StoredPlan:
    """A plan's revision and where it stands."""

    plan: Plan
    state: PlanState
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    told: Mapping[str, datetime] = field(default_factory=dict)
    """Who was written to directly about it, and when; filled in by who draws its card."""
    untold: Mapping[str, str] = field(default_factory=dict)
    """Who was to be, and what none of their accounts has got it for; likewise."""
    nowhere: tuple[str, ...] = ()
    """Who may vote on it and has no account where anybody is written to; likewise."""
    told_by_role: Mapping[str, datetime] = field(default_factory=dict)
    """Likewise, who may vote by what they hold where it was asked."""
    lends: bool = False
    """Whether what others hold where it was asked may let them vote; likewise."""
    voided: tuple[str, ...] = ()
    """Whose votes on it were taken off: their account is theirs no more; likewise."""

    def waits_for_its_time(self, now: datetime) -> bool:
        """Whether it is approved, and the time that it was approved for is still to come."""
        start = self.plan.start
        return self.state is PlanState.APPROVED and start is not None and now < start

    def revisable(self, now: datetime) -> bool:
        """Whether its requester may make it another in words, as far as it has no run."""
        return self.state in PLAN_REVISABLE or self.waits_for_its_time(now - ANSWERED_WITHIN)


@dataclass(frozen=True)
class PlanFilter:
    """What `Unit.plans` looks for; None does not narrow. Newest first, at most `limit`."""

    states: frozenset[PlanState] | None = None
    hosts: tuple[str, ...] = ()
    """What touches any of them; empty does not narrow."""
    service: str | None = None
    person: str | None = None
    since: datetime | None = None
    thread: ThreadRef | None = None
    due_before: datetime | None = None
    """Only what expires then or earlier; a plan without an expiry never does."""
    without_run: bool = False
    """Only what no run, of this or an earlier revision, was ever begun for."""
    before: int | None = None
    """Only plans with a lower number: the next page of a list that was cut at `limit`."""
    changes: bool | None = None
    """Whether some step is more than a read."""
    on_hosts: bool = False
    """Only what touches a host: not what happens inside Overseer."""
    limit: int = 50


@dataclass(frozen=True)
class Ran:
    """A plan whose run has begun. `reached` counts targets by (state, left out)."""

    stored: StoredPlan
    run: Run
    reached: Mapping[tuple[StepState, bool], int]


@dataclass(frozen=True)
class Login:
    """How a person may enter the page, or link an account: links and codes are one-time.

    Passwords are Argon2 hashes.
    """

    person: str
    kind: str
    """`link`, `session`, `password`, or a code's (`bot.domain.linkcodes.KINDS`)."""
    secret_hash: str
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Leftover:
    """A command that may still run on a host after its attempt ended in doubt."""

    host: str
    name: str
    """Under which the host knows it."""
    plan: int
    sudo: bool


class Unit(Inbox, Posts, Threads, Protocol):
    """One transaction. Every method either does what it says or raises and changes nothing."""

    @property
    def now(self) -> datetime:
        """The store's clock when the unit began: deadlines are judged by this alone."""
        ...

    # plans and votes
    def next_plan_id(self) -> int:
        """The next plan's number, counted from 1; never given twice."""
        ...

    def add_plan(self, plan: Plan, state: PlanState) -> None:
        """Store a revision; an earlier revision that is not ended becomes superseded."""
        ...

    def plan(self, plan_id: int, revision: int | None = None) -> StoredPlan | None:
        """A revision, the newest by default; UnreadableError when it is there, but no plan."""
        ...

    def move_plan(
        self, plan_id: int, revision: int, to: PlanState, *, by: str = "", reason: str = ""
    ) -> StoredPlan:
        """Move along `PLAN_MOVES`.

        Raises:
            ConflictError: the revision is not the newest, or the table has no such move.
        """
        ...

    def plans(self, want: PlanFilter) -> tuple[StoredPlan, ...]:
        """The newest revisions that match."""
        ...

    def ran(self, want: PlanFilter, *, flawed: bool = False) -> tuple[Ran, ...]:
        """Plans whose run has begun, the newest run first.

        `since` is about the run: whatever had not ended by then. Plan states don't count.
        `flawed`: only what failed, as a whole or on a host that was then left out.
        """
        ...

    def how_many(self, want: PlanFilter, *, ran: bool, flawed: bool = False) -> int:
        """How many `plans` (or `ran`) would find without their limit."""
        ...

    def plans_in(self, state: PlanState) -> tuple[tuple[int, int], ...]:
        """(plan, revision) of all newest revisions in a state, newest first, without their bodies.

        However long that list is: reading the plans themselves takes a while.
        """
        ...

    def add_vote(self, vote: Vote) -> bool:
        """Record a vote; False when this person has voted on this revision already."""
        ...

    def drop_vote(self, plan_id: int, revision: int, person: str) -> bool:
        """Take a person's vote away again; False when there is none."""
        ...

    def votes(self, plan_id: int, revision: int) -> tuple[Vote, ...]:
        """The votes on a revision, in order."""
        ...

    # runs
    def add_run(self, run: Run, steps: Sequence[str]) -> None:
        """Begin a run; its steps are pending. Replaces the drifted run of an older revision."""
        ...

    def run(self, plan_id: int) -> Run | None:
        """The run of a plan."""
        ...

    def runs(self, states: frozenset[RunState], thread: ThreadRef | None = None) -> tuple[Run, ...]:
        """The runs in these states, oldest first; with a `thread` those of its plans alone."""
        ...

    def save_run(self, run: Run) -> None:
        """Store a run; its state must be reachable from the stored one by `RUN_MOVES`.

        Raises:
            ConflictError: the table has no such move.
        """
        ...

    def steps(self, plan_id: int) -> dict[str, StepState]:
        """Each step's state."""
        ...

    def move_step(self, plan_id: int, step: str, to: StepState) -> None:
        """Move along `STEP_MOVES`; ConflictError otherwise."""
        ...

    def claim(self, attempt: Attempt) -> None:
        """Commit the intent of an attempt (state running) before its command is sent.

        Raises:
            ConflictError: an attempt of this step and host with the same or a newer fence exists.
        """
        ...

    def record(self, attempt: Attempt) -> None:
        """Record what came of an attempt.

        Raises:
            ConflictError: a newer fence exists, or `STEP_MOVES` has no such move.
        """
        ...

    def attempts(self, plan_id: int) -> tuple[Attempt, ...]:
        """The newest attempt of each step and host of a run."""
        ...

    def hold(self, hosts: Sequence[str], plan_id: int) -> dict[str, int]:
        """Take hosts for a run that changes them: all of them or none.

        Returns which are held by another plan (empty: they are held now by this one).
        """
        ...

    def holders(self, hosts: Sequence[str]) -> dict[str, int]:
        """Which of these hosts are held, and by which plan."""
        ...

    def release(self, plan_id: int) -> None:
        """Free every host that the plan holds."""
        ...

    def leave(self, leftover: Leftover) -> None:
        """Remember what may still run on a host; once is enough."""
        ...

    def left(self, hosts: Sequence[str] | None = None) -> tuple[Leftover, ...]:
        """What may still run on these hosts (None: on any), on each the oldest first."""
        ...

    def cleared(self, host: str, name: str) -> None:
        """It runs no more."""
        ...

    def durations(self, action: str, limit: int = 5) -> tuple[float, ...]:
        """Seconds that the newest successful attempts of an action took."""
        ...

    # the use of language models
    def book(self, day: date, person: str, model: str, usage: Usage, currency: str = "") -> None:
        """Add to what a person has used of a model on a day (of the server's time zone)."""
        ...

    def used(self, first: date, last: date) -> tuple[Used, ...]:
        """What was used from one day to another, both counted: by person, model, currency."""
        ...

    # events, settings, logins
    def append(self, event: Event) -> None:
        """Add an event; it gets its `seq` and is fanned out after COMMIT."""
        ...

    def events(
        self, after: int = 0, *, plan: int | None = None, limit: int = 1000
    ) -> tuple[Event, ...]:
        """Events with `seq` greater than `after`, in order."""
        ...

    def log(
        self,
        *,
        words: Sequence[str] = (),
        plan: int | None = None,
        of: str | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> tuple[Event, ...]:
        """Events with all of these words in them, newest first.

        `of` keeps what a person did, and what concerns the plans that they asked for; `before`
        what has a lower `seq`. Words match in any case (of a to z), also inside of others.
        """
        ...

    def told(self, plan: int) -> tuple[Event, ...]:
        """The events of a run that its states don't tell later, in order.

        How it moved, what people decided about it, and each end that was bad.
        """
        ...

    def get(self, key: str) -> Any:
        """A stored setting (JSON), or None."""
        ...

    def ending(self, prefix: str, last: str) -> tuple[str, ...]:
        """The settings under a prefix that are a list of several with this text as its last."""
        ...

    def put(self, key: str, value: Any) -> None:
        """Store a setting."""
        ...

    def add_login(self, login: Login) -> None:
        """Store a link, a session, or a person's password (which replaces the former)."""
        ...

    def login(self, kind: str, secret_hash: str) -> Login | None:
        """A link or session by its hash, unless it has expired."""
        ...

    def login_hashes(self, kind: str) -> frozenset[str]:
        """The hashes of all links (or sessions) that have not expired."""
        ...

    def password(self, person: str) -> Login | None:
        """A person's password hash."""
        ...

    def spend_login(self, kind: str, secret_hash: str) -> Login | None:
        """Take a one-time link out: the first caller gets it, later ones None."""
        ...

    def drop_logins(self, person: str, kind: str) -> None:
        """End a person's sessions or links."""
        ...


class Store(PostNews, Protocol):
    """Units of work, grouped into durable commits."""

    async def write(self, work: Callable[[Unit], T], *, first: bool = False) -> T:
        """Run `work` in a transaction; its result is delivered after COMMIT (fsync'd).

        `first`: somebody waits for no more than this, so it goes before what waits and is not.

        Raises:
            StoreBusyError: the database is locked, full or read-only; nothing was done.
        """
        ...

    async def read(self, work: Callable[[Unit], T]) -> T:
        """Run `work` on a consistent snapshot; it must not change anything."""
        ...

    def subscribe(self, hear: Callable[[Sequence[Event]], None]) -> Callable[[], None]:
        """Call `hear` on the event loop with the events of each commit; returns the way to stop."""
        ...

    def publish(self, event: Event) -> None:
        """Fan an event out without storing it (live output)."""
        ...

    async def close(self) -> None:
        """Finish what is queued and close."""
        ...

"""What the stages need from the outside, as Protocols: every adapter and fake fits one of these.

Time, ids, the database, hosts, chat surfaces and secrets come in through here and nowhere
else. `bot.app` is the only place that says which implementation serves.

The store is the truth. A *unit of work* is a plain function on a `Unit`; it runs inside one
transaction, its result is delivered after COMMIT, and an exception rolls back it alone.
Events appended in it are fanned out after COMMIT, in `seq` order.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar, runtime_checkable

from bot.domain.approvals import Vote
from bot.domain.cards import Card, ThreadItem, ThreadSummary
from bot.domain.commands import CommandResult, Script, SecretRef, Shell, Upload
from bot.domain.events import Event
from bot.domain.intents import ParseContext, Question, Understanding
from bot.domain.inventory import Host, Inventory, Target
from bot.domain.messages import ButtonPress, Message, People, Person, Reply, ThreadRef
from bot.domain.plans import Plan, Verdict
from bot.domain.runs import Attempt, PlanState, Run, RunState, StepState

T = TypeVar("T")

HostCommand = Shell | Script | Upload


# -- time and chance --------------------------------------------------------------------------


class Clock(Protocol):
    """The only source of time. Tests tick it; they never sleep."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow, for durations."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Ids(Protocol):
    """The only source of fresh names."""

    def new(self) -> str:
        """An unguessable id of lower-case letters and digits."""
        ...


# -- the store ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class StoredPlan:
    """A plan's revision and where it stands."""

    plan: Plan
    state: PlanState
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class PlanFilter:
    """What `Unit.plans` looks for; None does not narrow. Newest first, at most `limit`."""

    states: frozenset[PlanState] | None = None
    host: str | None = None
    service: str | None = None
    person: str | None = None
    since: datetime | None = None
    thread: ThreadRef | None = None
    limit: int = 50


@dataclass(frozen=True)
class Login:
    """How a person may enter the page. Links are one-time; passwords are Argon2 hashes."""

    person: str
    kind: str
    """`link`, `session` or `password`."""
    secret_hash: str
    expires_at: datetime | None = None


class Unit(Protocol):
    """One transaction. Every method either does what it says or raises and changes nothing."""

    @property
    def now(self) -> datetime:
        """The store's clock when the unit began: deadlines are judged by this alone."""
        ...

    # inbox, threads and cards
    def receive(self, surface: str, event_id: str) -> bool:
        """Take a delivery in; False when it has been taken in before."""
        ...

    def say(self, thread: ThreadRef, person: str, text: str) -> ThreadItem:
        """Record what a person said."""
        ...

    def put_card(self, thread: ThreadRef, card: Card) -> ThreadItem | None:
        """Insert a card, or replace the one with its id unless that has a newer serial.

        Returns the item, or None when the stored one is newer. What is stored gets the old
        serial + 1.
        """
        ...

    def thread(self, thread: ThreadRef, after: int = 0) -> tuple[ThreadItem, ...]:
        """The items of a thread with `seq` greater than `after`, in order of first appearance."""
        ...

    def threads(self, person: str | None, limit: int = 50) -> tuple[ThreadSummary, ...]:
        """Conversations of one person (None: everybody's), newest first."""
        ...

    def card(self, card_id: str) -> tuple[ThreadRef, Card] | None:
        """A card and where it is shown."""
        ...

    def ask(self, thread: ThreadRef, question: Question | None, request: str, person: str) -> None:
        """Set (or clear, with None) the open question of a thread."""
        ...

    def asked(self, thread: ThreadRef) -> tuple[Question, str, str] | None:
        """The open question of a thread: question, the request it belongs to, and who asked."""
        ...

    # plans and votes
    def next_plan_id(self) -> int:
        """The next plan's number, counted from 1; never given twice."""
        ...

    def add_plan(self, plan: Plan, state: PlanState) -> None:
        """Store a revision; an earlier revision that is not ended becomes superseded."""
        ...

    def plan(self, plan_id: int, revision: int | None = None) -> StoredPlan | None:
        """A revision, the newest by default."""
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

    def add_vote(self, vote: Vote) -> bool:
        """Record a vote; False when this person has voted on this revision already."""
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

    def runs(self, states: frozenset[RunState]) -> tuple[Run, ...]:
        """The runs in these states, oldest first."""
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

    def durations(self, action: str, limit: int = 5) -> tuple[float, ...]:
        """Seconds that the newest successful attempts of an action took."""
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

    def get(self, key: str) -> Any:
        """A stored setting (JSON), or None."""
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

    def password(self, person: str) -> Login | None:
        """A person's password hash."""
        ...

    def spend_login(self, kind: str, secret_hash: str) -> Login | None:
        """Take a one-time link out: the first caller gets it, later ones None."""
        ...

    def drop_logins(self, person: str, kind: str) -> None:
        """End a person's sessions or links."""
        ...


class Store(Protocol):
    """Units of work, grouped into durable commits."""

    async def write(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in a transaction; its result is delivered after COMMIT (fsync'd).

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


# -- hosts -------------------------------------------------------------------------------------


class FoundState(StrEnum):
    """What a host says of an attempt that was started there."""

    ABSENT = "absent"
    RUNNING = "running"
    FINISHED = "finished"
    LOST = "lost"
    """It was started and is gone without a status: the host rebooted or it was killed."""


@dataclass(frozen=True)
class Found:
    """What became of an attempt."""

    state: FoundState
    result: CommandResult | None = None


@dataclass(frozen=True)
class HostCheck:
    """What works on a host; `advice` has one sentence per thing that does not."""

    host: str
    reach: bool | None = None
    key: bool | None = None
    sudo: bool | None = None
    systemd: bool | None = None
    system: str = ""
    advice: tuple[str, ...] = ()


Hear = Callable[[str], None]
"""Gets new lines of a command's output while it runs."""


class HostRunner(Protocol):
    """Runs commands on hosts.

    Reads run bare. A *change* runs in its own session on the host under a name made of the
    attempt's id, so that it outlives the connection and can be found again. The runner looks
    up how to connect by `target.name` in the current inventory and refuses (`HostError`) a
    target whose address, user or host key is no longer what the plan froze.

    All methods raise `HostUnreachableError` (nothing was started), `HostKeyUnknownError`,
    `HostKeyChangedError`, `HostAuthError`, `HostSudoError`, or `HostLostError` (cut in the
    middle; for a change, `find` tells later).
    """

    async def identify(self, host: Host) -> Target:
        """Connect and freeze the identity: address, port, user, key fingerprint, boot id."""
        ...

    async def read(
        self, target: Target, command: HostCommand, *, timeout_s: float, hear: Hear | None = None
    ) -> CommandResult:
        """Run a read. On timeout the remote process group is ended and `timed_out` is set."""
        ...

    async def change(
        self,
        target: Target,
        command: HostCommand,
        *,
        attempt: str,
        timeout_s: float,
        killable: bool = True,
        hear: Hear | None = None,
    ) -> CommandResult:
        """Start a change in its own session, follow it, return its result; see `forget`.

        When `killable` is False a timeout does not end it: the call goes on following.
        """
        ...

    async def find(self, target: Target, attempt: str, *, sudo: bool) -> Found:
        """Ask the host what became of an attempt."""
        ...

    async def follow(
        self,
        target: Target,
        attempt: str,
        *,
        sudo: bool,
        timeout_s: float,
        hear: Hear | None = None,
    ) -> CommandResult:
        """Wait for an attempt that is still running."""
        ...

    async def kill(self, target: Target, attempt: str, *, sudo: bool) -> None:
        """End the attempt's process group, with the privilege it was started with."""
        ...

    async def forget(self, target: Target, attempt: str, *, sudo: bool) -> None:
        """Remove what the attempt left on the host, once its result is recorded."""
        ...

    async def reboot_wait(self, target: Target, old_boot_id: str, *, timeout_s: float) -> str:
        """Wait until the host answers with another boot id, and return that."""
        ...

    async def check(self, host: Host) -> HostCheck:
        """What works there and what to do about what doesn't. Raises nothing."""
        ...

    async def offered_key(self, host: Host) -> tuple[str, str]:
        """The host's offered key as a known_hosts line and its fingerprint, trusted or not."""
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...


class Secrets(Protocol):
    """Resolves references; values never leave the adapter that uses them."""

    def resolve(self, ref: SecretRef) -> str:
        """The value.

        Raises:
            SecretError: it is not there, or others can read the file.
        """
        ...


# -- deciding ----------------------------------------------------------------------------------


class Parser(Protocol):
    """Words → outcome."""

    async def parse(self, text: str, context: ParseContext) -> Understanding:
        """Understand one sentence. Never raises for what somebody typed."""
        ...


@dataclass(frozen=True)
class Ask:
    """One step as the gate sees it before any host is touched, and after."""

    action: str
    effect: str
    raw: bool
    params: Mapping[str, Any]
    hosts: tuple[Host, ...]
    batch: int = 0
    in_process: bool = False


@dataclass(frozen=True)
class GateQuestion:
    """Everything the gate may judge by. Pure data; no clock.

    `holders` says which targets are being changed by another run. `everyone` is who exists.
    `plan` is None on the first judgement (no host touched yet).
    """

    person: Person
    asks: tuple[Ask, ...]
    inventory: Inventory
    people: People
    force_production: bool = False
    reason: str = ""
    holders: Mapping[str, int] | None = None
    plan: Plan | None = None


class Gate(Protocol):
    """Judges. Policies are parsed once; `version` is their hash (with autonomy settings)."""

    @property
    def version(self) -> str:
        """The hash of what judges."""
        ...

    def judge(self, question: GateQuestion) -> Verdict:
        """Allow unasked, ask, or deny, with reasons. Never raises: an error denies."""
        ...

    def may_vote(self, voter: Person, question: GateQuestion, requester: str) -> str:
        """Empty when this person may vote on this plan, else the private sentence why not."""
        ...


Operation = Callable[[Unit, Person, Mapping[str, Any]], Any]
"""In-process work: a name from a closed registry, run inside the unit that records it."""


OPERATIONS = ("host.list", "plan.history", "plan.show", "plan.cancel", "help.show")
"""The closed registry's names; `bot.app` fills it and refuses to start with one missing."""


# -- surfaces ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Status:
    """What a surface shows of the whole: one line each."""

    version: str
    parser: str
    hosts: str
    policy: str
    database: str
    frozen: bool
    address: str = ""
    waiting: int = 0
    running: int = 0


class Ears(Protocol):
    """What a surface may call: the pipeline. All methods are safe to call twice."""

    async def on_message(self, message: Message) -> Reply:
        """Take a message in, durably, and answer at once; the rest arrives as cards."""
        ...

    async def on_button(self, press: ButtonPress) -> Reply:
        """Take a click in; the reply is for the clicker alone."""
        ...

    async def thread(self, thread: ThreadRef, after: int = 0) -> tuple[ThreadItem, ...]:
        """What has been said and shown there."""
        ...

    async def threads(self, person: str) -> tuple[ThreadSummary, ...]:
        """The person's conversations, newest first."""
        ...

    async def waiting(self, person: str) -> tuple[ThreadItem, ...]:
        """The cards that wait for this person's vote or decision."""
        ...

    async def card(self, plan: int) -> ThreadItem | None:
        """A plan's card, wherever it was asked."""
        ...

    async def output(self, plan: int, host: str, step: str = "") -> str:
        """Everything that a target's commands printed in a run."""
        ...

    async def idle(self, thread: ThreadRef, timeout_s: float | None = None) -> None:
        """Wait until nothing is in flight for the thread (parsing, reading, running)."""
        ...

    def welcome(self, person: Person) -> Card:
        """The first card of an empty conversation, with example requests as buttons."""
        ...

    def people(self) -> People:
        """Who is known."""
        ...

    async def status(self) -> Status:
        """How Overseer itself stands."""
        ...


@runtime_checkable
class Surface(Protocol):
    """A chat transport. `show` gets every new or edited item of its threads, in `seq` order."""

    name: str

    async def start(self, ears: Ears) -> None:
        """Begin to listen."""
        ...

    async def stop(self) -> None:
        """Stop listening; everything true is in the store."""
        ...

    async def show(self, item: ThreadItem, *, edited: bool) -> None:
        """Show an item. An item of another surface's thread may be ignored or listed."""
        ...


Wakeup = Callable[[], Awaitable[None]]

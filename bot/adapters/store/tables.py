"""Every table, in one file. Rows are made and read by `rows.py`, never by these classes.

Times are ISO 8601 text in UTC with microseconds, so that they sort and compare as text. What
is only ever read whole (a plan, a card, results) is one JSON column; whatever a query or a
transition looks at is a column of its own. A change here needs a migration beside it:
`tests/unit/store/test_migrations.py` compares the two.
"""

from __future__ import annotations

from typing import ClassVar, Final, cast

from sqlalchemy import ForeignKeyConstraint, Index, MetaData, Table, UniqueConstraint
from sqlmodel import Field, SQLModel

NAMES: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Our own registry of tables; constraints have names, so that batch migrations can find them."""


class Row(SQLModel):
    """The root of our tables."""

    metadata: ClassVar[MetaData] = NAMES


class InboxRow(Row, table=True):
    """A delivery that was taken in, and the plan that it asked for or changed."""

    __tablename__ = "inbox"
    __table_args__ = (Index(None, "plan"),)
    surface: str = Field(primary_key=True)
    event_id: str = Field(primary_key=True)
    at: str
    plan: int | None = None


class KeptRow(Row, table=True):
    """A delivery that was taken in and is not done yet, with what is known of it (JSON)."""

    __tablename__ = "kept"
    __table_args__ = (UniqueConstraint("box", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    box: str
    key: str
    entry: str


class ThreadRow(Row, table=True):
    """A conversation. `card_seq` is the item whose card `state` and `tone` come from."""

    __tablename__ = "threads"
    __table_args__ = (Index(None, "at"),)
    thread: str = Field(primary_key=True)
    surface: str
    channel: str
    name: str
    title: str
    said: bool
    at: str
    state: str
    tone: str
    card_seq: int


class ThreadPersonRow(Row, table=True):
    """Who said something in which conversation."""

    __tablename__ = "thread_persons"
    person: str = Field(primary_key=True)
    thread: str = Field(primary_key=True, foreign_key="threads.thread")


class ItemRow(Row, table=True):
    """One thing in a thread. `serial` is the card's."""

    __tablename__ = "items"
    __table_args__ = (Index(None, "thread", "seq"),)
    seq: int | None = Field(default=None, primary_key=True)
    thread: str = Field(foreign_key="threads.thread")
    at: str
    kind: str
    person: str
    text: str
    card_id: str | None = Field(default=None, unique=True)
    card: str | None = None
    serial: int


class QuestionRow(Row, table=True):
    """The open question of a thread."""

    __tablename__ = "questions"
    thread: str = Field(primary_key=True)
    question: str
    request: str
    person: str


class CounterRow(Row, table=True):
    """Numbers that are given once."""

    __tablename__ = "counters"
    name: str = Field(primary_key=True)
    value: int


class PlanRow(Row, table=True):
    """A plan's revision; `body` never changes. `changes`: some step is more than a read."""

    __tablename__ = "plans"
    __table_args__ = (
        Index(None, "state", "newest", "plan"),
        Index(None, "state", "newest", "expires_at"),
        Index(None, "requester", "plan"),
        Index(None, "thread", "plan"),
        Index(None, "changes", "newest", "plan"),
    )
    plan: int = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    newest: bool
    state: str
    requester: str
    thread: str
    created_at: str
    expires_at: str | None = None
    decided_by: str
    decided_at: str | None = None
    reason: str
    body: str
    changes: bool


class PlanTagRow(Row, table=True):
    """Which hosts and services a plan's newest revision is about (kind `host`, `service`)."""

    __tablename__ = "plan_tags"
    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    plan: int = Field(primary_key=True)


class VoteRow(Row, table=True):
    """A vote on one revision."""

    __tablename__ = "votes"
    __table_args__ = (
        UniqueConstraint("plan", "revision", "person"),
        ForeignKeyConstraint(["plan", "revision"], ["plans.plan", "plans.revision"]),
    )
    id: int | None = Field(default=None, primary_key=True)
    plan: int
    revision: int
    digest: str
    person: str
    ballot: str
    reason: str
    at: str
    surface: str


class RunRow(Row, table=True):
    """The run of a plan."""

    __tablename__ = "runs"
    __table_args__ = (
        Index(None, "ended_at"),
        ForeignKeyConstraint(["plan", "revision"], ["plans.plan", "plans.revision"]),
        Index(None, "state", "started_at"),
    )
    plan: int = Field(primary_key=True)
    revision: int
    digest: str
    state: str
    started_at: str
    ended_at: str | None = None
    decide_by: str | None = None
    decider: str
    stopping: bool
    why: str


class StepRow(Row, table=True):
    """A step of a run."""

    __tablename__ = "steps"
    plan: int = Field(primary_key=True, foreign_key="runs.plan")
    step: str = Field(primary_key=True)
    position: int
    action: str
    state: str


class AttemptRow(Row, table=True):
    """The newest attempt of a step on a host: claim and record touch exactly one row."""

    __tablename__ = "attempts"
    __table_args__ = (
        ForeignKeyConstraint(["plan", "step"], ["steps.plan", "steps.step"]),
        Index(None, "action", "state", "ended_at"),
    )
    plan: int = Field(primary_key=True)
    step: str = Field(primary_key=True)
    host: str = Field(primary_key=True)
    id: str
    revision: int
    number: int
    fence: int
    state: str
    results: str
    note: str
    changed: bool
    left_out: bool
    started_at: str | None = None
    ended_at: str | None = None
    action: str
    seconds: float | None = None


class FormerAttemptRow(Row, table=True):
    """An attempt that a newer one, or a newer revision of the run, has replaced."""

    __tablename__ = "former_attempts"
    __table_args__ = (Index(None, "plan", "step", "host"),)
    row: int | None = Field(default=None, primary_key=True)
    plan: int
    step: str
    host: str
    id: str
    revision: int
    number: int
    fence: int
    state: str
    results: str
    note: str
    changed: bool
    left_out: bool
    started_at: str | None = None
    ended_at: str | None = None
    action: str
    seconds: float | None = None


class HoldRow(Row, table=True):
    """A host that a plan is changing."""

    __tablename__ = "holds"
    host: str = Field(primary_key=True)
    plan: int = Field(index=True)


class LeftoverRow(Row, table=True):
    """A command that may still run on a host after its attempt ended in doubt."""

    __tablename__ = "leftovers"
    host: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    plan: int
    sudo: bool
    at: str


class ModelUseRow(Row, table=True):
    """What a person has used of a language model on a day; `micros` are millionths of `currency`.

    That is empty where it was booked before it was stored.
    """

    __tablename__ = "model_use"
    day: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    model: str = Field(primary_key=True)
    currency: str = Field(primary_key=True)
    calls: int
    tokens_in: int
    cached: int
    tokens_out: int
    micros: int


class PostRow(Row, table=True):
    """What a chat platform is to show. `due`: there is something to send, and it may be sent."""

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("surface", "channel", "thread", "key"),
        Index(None, "surface", "due", "id"),
        Index(None, "card"),
        Index(None, "surface", "channel", "remote"),
        Index(None, "surface", "gone", "id"),
        Index(None, "surface", "reader", "kind", "id"),
        Index(None, "surface", "reader", "remote"),
    )
    id: int | None = Field(default=None, primary_key=True)
    surface: str
    channel: str
    thread: str
    key: str
    kind: str
    card: str
    reader: str
    body: str | None = None
    version: int
    shown: int
    due: bool
    remote: str
    nonce: str
    tries: int
    sent_at: str | None = None
    not_before: str | None = None
    gone: str
    at: str
    turned: int


class EventRow(Row, table=True):
    """Something that happened. The store's writer gives `seq`."""

    __tablename__ = "events"
    __table_args__ = (Index(None, "plan", "seq"),)
    seq: int = Field(primary_key=True)
    kind: str
    at: str
    plan: int | None = None
    step: str
    host: str
    person: str
    data: str
    version: int


class SettingRow(Row, table=True):
    """A stored setting, as JSON."""

    __tablename__ = "settings"
    key: str = Field(primary_key=True)
    value: str


class LoginRow(Row, table=True):
    """A link, a session or a password, by its hash."""

    __tablename__ = "logins"
    __table_args__ = (Index(None, "person", "kind"),)
    kind: str = Field(primary_key=True)
    secret_hash: str = Field(primary_key=True)
    person: str
    expires_at: str | None = None


def table(row: type[Row]) -> Table:
    """The Core table of a table class, for statements."""
    return cast("Table", row.__table__)  # type: ignore[attr-defined]

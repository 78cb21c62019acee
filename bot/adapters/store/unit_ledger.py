"""A unit's events, settings and logins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Protocol

from sqlalchemy import and_, delete, func, literal, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from bot.adapters.store import rows
from bot.adapters.store.engine import Handle, Statement, adding, given
from bot.adapters.store.tables import EventRow, LoginRow, PlanRow, SettingRow, table
from bot.domain.events import Event
from bot.domain.runs import STEP_BAD
from bot.ports import Login

_events = table(EventRow)
_plans = table(PlanRow)
_settings = table(SettingRow)
_logins = table(LoginRow)

LAST_SEQ: Final = Statement(select(func.max(_events.c.seq)))
ADD_EVENT: Final = adding(_events)
_AFTER = (
    select(_events).where(_events.c.seq > given("after")).order_by(_events.c.seq)
)  # fmt: skip
EVENTS: Final = Statement(_AFTER.limit(given("limit")), "after limit")
EVENTS_OF: Final = Statement(
    _AFTER.where(_events.c.plan == given("plan")).limit(given("limit")), "after plan limit"
)
_BAD_ENDS = [_events.c.data.contains(f'"state":"{state.value}"') for state in sorted(STEP_BAD)]
_TOLD: Final = ("plan.hastened", "run.started", "run.moved", "run.decided")
TOLD: Final = Statement(
    select(_events)
    .where(
        _events.c.plan == given("plan"),
        or_(
            *[_events.c.kind == literal(kind) for kind in _TOLD],
            and_(_events.c.kind == literal("attempt.ended"), or_(*_BAD_ENDS)),
        ),
    )
    .order_by(_events.c.seq),
    "plan",
)

_BEYOND: Final = 2**62
"""Higher than any number of an event."""

_SEARCHED = (
    _events.c.kind, _events.c.step, _events.c.host, _events.c.person, _events.c.data
)  # fmt: skip


@lru_cache(maxsize=32)
def _log(words: int, *, plan: bool, of: bool) -> Statement:
    """Events below a number, newest first, for a number of words; of one plan, `of` a person."""
    where: list[ColumnElement[bool]] = [_events.c.seq < given("before")]
    names = ["before"]
    text: ColumnElement[Any] = _SEARCHED[0]
    for column in _SEARCHED[1:]:
        text = text + " " + column
    for number in range(words):
        where.append(func.lower(text).like(given(f"word{number}"), escape="\\"))
        names.append(f"word{number}")
    if plan:
        where.append(_events.c.plan == given("plan"))
        names.append("plan")
    if of:
        theirs = select(_plans.c.plan).where(_plans.c.requester == given("asked"))
        where.append(or_(_events.c.person == given("did"), _events.c.plan.in_(theirs)))
        names += ["did", "asked"]
    query = select(_events).where(*where).order_by(_events.c.seq.desc()).limit(given("limit"))
    return Statement(query, " ".join([*names, "limit"]))


def _like(word: str) -> str:
    """A pattern for a word as it stands in the JSON of an event's data."""
    text = rows.json_out(word.lower())[1:-1]
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, f"\\{sign}")
    return f"%{text}%"


SETTING: Final = Statement(select(_settings.c.value).where(_settings.c.key == given("key")), "key")
_HIGHEST: Final = "\U0010ffff"
"""Behind each sign that the key of a setting has."""
ENDING: Final = Statement(
    select(_settings.c.key).where(
        _settings.c.key >= given("from"),
        _settings.c.key < given("below"),
        func.substr(_settings.c.value, given("at")) == given("end"),
    ),
    "from below at end",
)
ADD_SETTING: Final = adding(_settings)
SET_SETTING: Final = Statement(
    update(_settings).where(_settings.c.key == given("at")).values(value=given("new")), "at new"
)

_THE_LOGIN = (_logins.c.kind == given("kind"), _logins.c.secret_hash == given("hash"))
LOGIN: Final = Statement(select(_logins).where(*_THE_LOGIN), "kind hash")
LOGINS: Final = Statement(select(_logins).where(_logins.c.kind == given("kind")), "kind")
PASSWORD: Final = Statement(
    select(_logins).where(_logins.c.person == given("person"), _logins.c.kind == given("kind")),
    "person kind",
)
ADD_LOGIN: Final = adding(_logins)
DROP_LOGIN: Final = Statement(delete(_logins).where(*_THE_LOGIN), "kind hash")
DROP_LOGINS: Final = Statement(
    delete(_logins).where(_logins.c.person == given("person"), _logins.c.kind == given("kind")),
    "person kind",
)


class Pending(Protocol):
    """Where events, and which posts have changed, wait for the group's COMMIT."""

    def add(self, event: Event) -> None:
        """Number an event and keep it."""
        ...

    def touch(self, post: int) -> None:
        """A post is another now."""
        ...

    def waiting(self) -> Sequence[Event]:
        """Those of the group that are not in the table yet, in order."""
        ...


class LedgerPart:
    """Events, settings and logins."""

    _db: Handle
    _now: datetime
    _pending: Pending

    def append(self, event: Event) -> None:
        """Add an event; it gets its `seq` and is fanned out after COMMIT."""
        self._pending.add(event)

    def events(
        self, after: int = 0, *, plan: int | None = None, limit: int = 1000
    ) -> tuple[Event, ...]:
        """Events with `seq` greater than `after`, in order."""
        if plan is None:
            found = self._db.rows(EVENTS, after, limit)
        else:
            found = self._db.rows(EVENTS_OF, after, plan, limit)
        events = [rows.event_of(row) for row in found]
        for event in self._pending.waiting():
            if len(events) >= limit:
                break
            if event.seq > after and plan in (None, event.plan):
                events.append(event)
        return tuple(events)

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
        patterns = [_like(word) for word in words]
        about = () if plan is None else (plan,)
        whose = () if of is None else (of, of)
        below = _BEYOND if before is None else before
        statement = _log(len(patterns), plan=plan is not None, of=of is not None)
        found = self._db.rows(statement, below, *patterns, *about, *whose, limit)
        return tuple(rows.event_of(row) for row in found)

    def told(self, plan: int) -> tuple[Event, ...]:
        """The events of a run that its states don't tell later, in order."""
        events = [rows.event_of(row) for row in self._db.rows(TOLD, plan)]
        events += [event for event in self._pending.waiting() if event.plan == plan]
        return tuple(e for e in events if e.kind in _TOLD or _is_bad_end(e))

    def get(self, key: str) -> Any:
        """A stored setting (JSON), or None."""
        row = self._db.row(SETTING, key)
        return None if row is None else rows.json_in(row[0])

    def ending(self, prefix: str, last: str) -> tuple[str, ...]:
        """The settings under a prefix that are a list of several with this text as its last."""
        end = rows.json_out([None, last])[len("[null") :]
        found = self._db.rows(ENDING, prefix, f"{prefix}{_HIGHEST}", -len(end), end)
        return tuple(str(row[0]) for row in found)

    def put(self, key: str, value: Any) -> None:
        """Store a setting."""
        text = rows.json_out(value)
        if not self._db.change(SET_SETTING, key, text):
            self._db.change(ADD_SETTING, key, text)

    def add_login(self, login: Login) -> None:
        """Store a link, a session, or a person's password (which replaces the former)."""
        if login.kind == "password":
            self.drop_logins(login.person, "password")
        self._db.change(ADD_LOGIN, *rows.login_row(login))

    def login(self, kind: str, secret_hash: str) -> Login | None:
        """A link or session by its hash, unless it has expired."""
        row = self._db.row(LOGIN, kind, secret_hash)
        login = None if row is None else rows.login_of(row)
        return None if login is None or self._expired(login) else login

    def login_hashes(self, kind: str) -> frozenset[str]:
        """The hashes of all links (or sessions) that have not expired."""
        logins = map(rows.login_of, self._db.rows(LOGINS, kind))
        return frozenset(each.secret_hash for each in logins if not self._expired(each))

    def password(self, person: str) -> Login | None:
        """A person's password hash."""
        row = self._db.row(PASSWORD, person, "password")
        return None if row is None else rows.login_of(row)

    def spend_login(self, kind: str, secret_hash: str) -> Login | None:
        """Take a one-time link out: the first caller gets it, later ones None."""
        login = self.login(kind, secret_hash)
        self._db.change(DROP_LOGIN, kind, secret_hash)
        return login

    def drop_logins(self, person: str, kind: str) -> None:
        """End a person's sessions or links."""
        self._db.change(DROP_LOGINS, person, kind)

    def _expired(self, login: Login) -> bool:
        return login.expires_at is not None and login.expires_at <= self._now


def _is_bad_end(event: Event) -> bool:
    return event.kind == "attempt.ended" and event.data.get("state") in STEP_BAD

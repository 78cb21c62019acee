"""SQLite itself: connections, precompiled statements, and what its errors mean.

Everything that only SQLite understands stands here. The rest of the store writes SQLAlchemy
Core; a `Statement` compiles it once and hands the text to the held connection, because
compiling, and every layer between, costs more than the statement does.

Durability: WAL with `synchronous=FULL`, so that a COMMIT that returned survives a power cut.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    Connection,
    MetaData,
    StaticPool,
    Table,
    Text,
    bindparam,
    create_engine,
    insert,
)
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.elements import BindParameter, ClauseElement

from bot.errors import OverseerError, StoreBusyError

DIALECT: Final[DefaultDialect] = SQLiteDialect_pysqlite(paramstyle="qmark")

BEGIN_WRITE: Final = "BEGIN IMMEDIATE"
BEGIN_READ: Final = "BEGIN"
COMMIT: Final = "COMMIT"
ROLLBACK: Final = "ROLLBACK"
SAVEPOINT: Final = "SAVEPOINT unit"
RELEASE: Final = "RELEASE unit"
UNDO: Final = "ROLLBACK TO unit"

Row = tuple[Any, ...]


_GIVEN: Final = "given_"


def given(name: str) -> BindParameter[Any]:
    """A value that the caller of a statement gives by this name."""
    return bindparam(_GIVEN + name, type_=Text())


def adding(table: Table, *, without: str = "") -> Statement:
    """An INSERT of one row: values in the order of the table's columns, less `without`."""
    columns = [c.name for c in table.columns if c.name != without]
    return Statement(insert(table).values({c: given(c) for c in columns}), " ".join(columns))


class Statement:
    """A Core statement, compiled once; called with values in the order of `names`."""

    __slots__ = ("_pick", "names", "sql")

    def __init__(self, clause: ClauseElement, names: str = "") -> None:
        """Compile `clause`; `names` are its `given` values, apart by spaces, in call order."""
        compiled = clause.compile(dialect=DIALECT)
        self.sql = str(compiled)
        self.names = tuple(names.split())
        order: Sequence[str] = getattr(compiled, "positiontup", None) or ()
        asked = [n.removeprefix(_GIVEN) if n.startswith(_GIVEN) else "" for n in order]
        if odd := set(self.names) ^ (set(asked) - {""}):
            raise ValueError(f"{sorted(odd)} differ from what the statement asks: {self.sql}")
        # A position holds a given value (its index) or a constant of the statement.
        self._pick: tuple[tuple[int, Any], ...] | None = None
        if tuple(asked) != self.names:
            at = {name: index for index, name in enumerate(self.names)}
            constants = compiled.params
            self._pick = tuple(
                (at[name], None) if name else (-1, constants[key])
                for name, key in zip(asked, order, strict=True)
            )

    def values(self, given_values: Sequence[Any]) -> Sequence[Any]:
        """The driver's positional values."""
        if len(given_values) != len(self.names):
            raise ValueError(f"{len(given_values)} values for {self.names}")
        if self._pick is None:
            return given_values
        return [given_values[at] if at >= 0 else constant for at, constant in self._pick]


class Handle:
    """A transaction's way to the database."""

    __slots__ = ("_cursor", "_execute", "_many", "connection")

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Hold one cursor of the connection."""
        self.connection = connection
        self._cursor = connection.cursor()
        self._execute = self._cursor.execute
        self._many = self._cursor.executemany

    def change(self, statement: Statement, *values: Any) -> int:
        """Run a writing statement; the number of rows it touched."""
        return self._execute(statement.sql, statement.values(values)).rowcount

    def changed(self, statement: Statement, *values: Any) -> list[Row]:
        """Run a writing statement that returns something of the rows it touched."""
        return self._execute(statement.sql, statement.values(values)).fetchall()

    def insert(self, statement: Statement, *values: Any) -> int:
        """Insert one row; the number that the database gave it."""
        return self._execute(statement.sql, statement.values(values)).lastrowid or 0

    def many(self, statement: Statement, rows: Sequence[Sequence[Any]]) -> None:
        """Run a writing statement once per row of positional values."""
        self._many(statement.sql, [statement.values(row) for row in rows])

    def row(self, statement: Statement, *values: Any) -> Row | None:
        """The first row, or None; no row has a number that is too large for the database."""
        try:
            found: Row | None = self._execute(statement.sql, statement.values(values)).fetchone()
        except OverflowError:
            return None
        return found

    def rows(self, statement: Statement, *values: Any) -> list[Row]:
        """All rows; see `row`."""
        try:
            return self._execute(statement.sql, statement.values(values)).fetchall()
        except OverflowError:
            return []

    def say(self, word: str) -> None:
        """Run one of the transaction's words."""
        self._execute(word)


class ReadHandle(Handle):
    """The way to a snapshot: whatever would change something raises."""

    __slots__ = ()

    def change(self, statement: Statement, *values: Any) -> int:
        """Refuse."""
        raise TypeError("A read must not change anything: use `Store.write`.")

    def changed(self, statement: Statement, *values: Any) -> list[Row]:
        """Refuse."""
        self.change(statement)
        return []

    def insert(self, statement: Statement, *values: Any) -> int:
        """Refuse."""
        return self.change(statement)

    def many(self, statement: Statement, rows: Sequence[Sequence[Any]]) -> None:
        """Refuse."""
        self.change(statement)


# -- connections ---------------------------------------------------------------------------------


def connect(path: Path, *, busy_s: float) -> sqlite3.Connection:
    """The writing connection; makes the file (0600) when there is none.

    Raises:
        StoreBusyError: it can't be opened for writing.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise StoreBusyError(
            f"The database {path} can't be opened for writing: {error.strerror}.",
            cure="Look at who owns the file and its folder.",
        ) from error
    connection = _open(path.resolve().as_uri(), busy_s)
    try:
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "trusted_schema = OFF",
            "journal_size_limit = 67108864",
            "cache_size = -16384",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error as error:
        connection.close()
        raise explained(error, path) from error
    return connection


def connect_reader(path: Path, *, busy_s: float) -> sqlite3.Connection:
    """A connection that can only read."""
    connection = _open(f"{path.resolve().as_uri()}?mode=ro", busy_s)
    connection.execute("PRAGMA query_only = ON")
    return connection


def connect_existing(path: Path) -> sqlite3.Connection:
    """A connection to a file that must be there, for looking and copying."""
    return _open(f"{path.resolve().as_uri()}?mode=rw", 5.0)


@contextmanager
def migration(path: Path, *, busy_s: float) -> Iterator[Connection]:
    """A connection for Alembic, inside one transaction: all of a migration or nothing.

    Foreign keys rest meanwhile, because a batch migration rebuilds tables, and are checked
    before COMMIT.

    Raises:
        ValueError: rows refer to rows that are no longer there.
    """
    sqlite = connect(path, busy_s=busy_s)
    sqlite.execute("PRAGMA foreign_keys = OFF")
    made = create_engine("sqlite://", creator=lambda: sqlite, poolclass=StaticPool)
    try:
        with made.connect() as connection:
            connection.exec_driver_sql(BEGIN_WRITE)
            yield connection
            if wrong := flaws(sqlite):
                raise ValueError(wrong[0])
            connection.commit()
    finally:
        roll_back(sqlite)
        made.dispose()
        sqlite.close()


def _open(uri: str, busy_s: float) -> sqlite3.Connection:
    return sqlite3.connect(
        uri, uri=True, timeout=busy_s, isolation_level=None, check_same_thread=False,
        cached_statements=512,
    )  # fmt: skip


# -- schema and soundness ------------------------------------------------------------------------


def create_tables(connection: sqlite3.Connection, tables: MetaData) -> None:
    """Make every table and index, in the transaction that is open."""
    for statement in _making(tables):
        connection.execute(statement)


@cache
def _making(tables: MetaData) -> tuple[str, ...]:
    """What makes every table and index, in SQLite's words."""
    made: list[str] = []
    for table in tables.sorted_tables:
        made.append(str(CreateTable(table).compile(dialect=DIALECT)))
        indexes = sorted(table.indexes, key=lambda i: str(i.name))
        made += (str(CreateIndex(index).compile(dialect=DIALECT)) for index in indexes)
    return tuple(made)


def has_tables(connection: sqlite3.Connection) -> bool:
    """Whether anything has been made in this database."""
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is not None


def flaws(connection: sqlite3.Connection) -> tuple[str, ...]:
    """What is wrong with the file, at most a hundred lines; empty when it is sound."""
    try:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
        found += [f"{row[0]} row {row[1]} refers to a {row[2]} row that is not there"
                  for row in connection.execute("PRAGMA foreign_key_check")]  # fmt: skip
    except sqlite3.DatabaseError as error:
        return (str(error),)
    return tuple(line for line in found if line != "ok")[:100]


def copy(source: sqlite3.Connection, target: Path) -> None:
    """Copy a database that may be in use into `target` (0600), consistent and fsync'd."""
    os.close(os.open(target, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    copied = _open(target.resolve().as_uri(), 5.0)
    try:
        source.backup(copied)
        copied.execute("PRAGMA journal_mode = DELETE")  # one file, whole by itself
    finally:
        copied.close()


# -- errors --------------------------------------------------------------------------------------

_SAID: Final[dict[int, tuple[str, str]]] = {
    sqlite3.SQLITE_BUSY: (
        "The database {path} is locked by another program.",
        "Try again in a moment; `fuser {path}` names who holds it.",
    ),
    sqlite3.SQLITE_FULL: (
        "The disk that holds {path} is full.",
        "Free some space, then try again.",
    ),
    sqlite3.SQLITE_READONLY: (
        "The database {path} can't be written.",
        "Look at who owns the file and its folder, and whether the disk is mounted read-only.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "The database {path} can't be opened.",
        "Look at who owns the file and its folder.",
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk that holds {path} reports an error.",
        "Look at `dmesg`, then try again.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "The database {path} is damaged.",
        "Restore a backup: `./overseer restore FILE`.",
    ),
    sqlite3.SQLITE_NOTADB: (
        "{path} is no database of Overseer.",
        "Restore a backup: `./overseer restore FILE`.",
    ),
}
_SAID[sqlite3.SQLITE_IOERR_SHMSIZE] = _SAID[sqlite3.SQLITE_FULL]  # no room for the index
_SAID[sqlite3.SQLITE_LOCKED] = _SAID[sqlite3.SQLITE_BUSY]
_SAID[sqlite3.SQLITE_PERM] = _SAID[sqlite3.SQLITE_READONLY]
_SAID[sqlite3.SQLITE_NOMEM] = ("There is no memory left for the database {path}.", "")


def unable(error: BaseException) -> bool:
    """Whether the database itself could not do it (and not: a statement was wrong)."""
    return isinstance(error, sqlite3.Error) and _primary(error) in _SAID


def explained(error: Exception, path: Path) -> OverseerError:
    """The error as a sentence for people."""
    said = _SAID.get(_code(error)) or _SAID.get(_primary(error))
    sentence, cure = said or (f"The database {{path}} says: {error}.", "Look at the log.")
    where = str(path)
    return StoreBusyError(
        sentence.replace("{path}", where) + " Nothing was done.", cure=cure.replace("{path}", where)
    )


def _code(error: BaseException) -> int:
    """SQLite's extended result code; 0 when the error is Python's own."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0)


def _primary(error: BaseException) -> int:
    """SQLite's primary result code: the low byte of the extended one."""
    return _code(error) & 0xFF


def roll_back(connection: sqlite3.Connection) -> None:
    """End the open transaction, unless SQLite has done so itself."""
    if connection.in_transaction:
        with suppress(sqlite3.Error):
            connection.execute(ROLLBACK)

"""Making, migrating, backing up and restoring the database.

A start with an up-to-date database compares one word and imports no Alembic. A new database
is made from `tables.py` directly and stamped with the newest revision; that this is what the
migrations lead to is proved by a test.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Column, MetaData, PrimaryKeyConstraint, String, Table, insert, select

from bot.adapters.store import engine
from bot.adapters.store.engine import Statement, given
from bot.adapters.store.tables import NAMES
from bot.errors import RequestError, StoreBusyError, StoreVersionError

REVISIONS: Final = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
"""The revisions of `migrations/versions`, oldest first; a database stands at one of them."""
SCRIPTS: Final = Path(__file__).parent / "migrations"

_STAMPS: Final = MetaData()
_stamp: Final = Table(  # as Alembic makes it
    "alembic_version", _STAMPS, Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)  # fmt: skip
STAMP: Final = Statement(select(_stamp.c.version_num))
SET_STAMP: Final = Statement(insert(_stamp).values(version_num=given("revision")), "revision")


def prepared(
    path: Path,
    *,
    busy_s: float,
    backups: Path,
    now: datetime,
    revisions: tuple[str, ...] = REVISIONS,
    scripts: Path = SCRIPTS,
) -> sqlite3.Connection:
    """The writing connection of a database that is as this Overseer needs it.

    Raises:
        StoreBusyError: it can't be opened for writing.
        StoreVersionError: a newer Overseer wrote it, it is none of ours, or migrating failed.
    """
    connection = engine.connect(path, busy_s=busy_s)
    try:
        revision = _made(connection, path, revisions)
    except BaseException:
        connection.close()
        raise
    if revision == revisions[-1]:
        return connection
    connection.close()
    migrate(path, revision, backups=backups, now=now, busy_s=busy_s, scripts=scripts)
    return engine.connect(path, busy_s=busy_s)


def _made(connection: sqlite3.Connection, path: Path, revisions: tuple[str, ...]) -> str:
    """The database's revision; a new one is made whole, in one transaction."""
    try:
        if not engine.has_tables(connection):
            connection.execute(engine.BEGIN_WRITE)
            if not engine.has_tables(connection):  # nobody else was quicker
                engine.create_tables(connection, NAMES)
                engine.create_tables(connection, _STAMPS)
                # tables.py describes the newest revision that this code ships
                connection.execute(SET_STAMP.sql, (REVISIONS[-1],))
            connection.execute(engine.COMMIT)
        return _known(connection, path, revisions)
    except sqlite3.Error as error:
        engine.roll_back(connection)
        raise engine.explained(error, path) from error


def _known(connection: sqlite3.Connection, path: Path, revisions: tuple[str, ...]) -> str:
    """The database's revision.

    Raises:
        StoreVersionError: it is none of ours, or newer than this code.
    """
    try:
        row = connection.execute(STAMP.sql).fetchone()
    except sqlite3.OperationalError as error:
        if engine.unable(error):
            raise
        row = None
    if row is None:
        raise StoreVersionError(
            f"{path} is a database, but none of Overseer's.",
            cure="Move it away, or restore a backup with `./overseer restore FILE`.",
        )
    revision = str(row[0])
    if revision not in revisions:
        raise StoreVersionError(
            f"{path} was written by a newer Overseer (its revision is {revision}, "
            f"this one knows them up to {revisions[-1]}).",
            cure="Run that version again, or restore an older backup with "
            "`./overseer restore FILE`.",
        )
    return revision


def migrate(
    path: Path,
    revision: str,
    *,
    backups: Path,
    now: datetime,
    busy_s: float = 5.0,
    scripts: Path = SCRIPTS,
) -> Path:
    """Bring an older database up to date, all or nothing; the backup that was made first.

    Raises:
        StoreVersionError: it failed; the database is as it was.
        StoreBusyError: the backup could not be made, so that nothing was tried.
    """
    from alembic import command
    from alembic.config import Config

    saved = backup(path, _free(backups / f"overseer-{now:%Y%m%dT%H%M%SZ}-{revision}.db"))
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    try:
        with engine.migration(path, busy_s=busy_s) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except Exception as error:
        raise StoreVersionError(
            f"The database {path} could not be brought up to date and is as it was: {error}",
            cure=f"Run the former version again and report this; a backup is {saved}.",
        ) from error
    return saved


def _free(path: Path) -> Path:
    """The path, or a numbered one when there is a file already."""
    number, free = 2, path
    while free.exists():
        free, number = path.with_stem(f"{path.stem}-{number}"), number + 1
    return free


def integrity(path: Path) -> tuple[str, ...]:
    """What is wrong with a database file, in SQLite's words; empty when it is sound."""
    try:
        connection = engine.connect_existing(path)
    except sqlite3.Error as error:
        return (str(error),)
    try:
        return engine.flaws(connection)
    finally:
        connection.close()


def backup(path: Path, target: Path) -> Path:
    """Copy the database, which may be in use, into the new file `target` (0600, whole).

    Raises:
        RequestError: `target` is there already, or `path` is not.
        StoreBusyError: it could not be read, or `target` not be written.
    """
    if target.exists():
        raise RequestError(f"{target} exists already.", cure="Name another file.")
    if not path.exists():
        raise RequestError(f"There is no database {path}.")
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        connection = engine.connect_existing(path)
        try:
            engine.copy(connection, part)
        finally:
            connection.close()
        part.replace(target)
        _settle(target.parent)
    except sqlite3.Error as error:
        raise engine.explained(error, target) from error
    except OSError as error:
        raise StoreBusyError(f"{target} could not be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            part.unlink()
    return target


def restore(saved: Path, path: Path, *, now: datetime) -> Path | None:
    """Put a backup in the place of the database; where the former one is now (None: no former).

    Overseer must not be running. A backup of an older revision is migrated at the next start.

    Raises:
        RequestError: there is no such backup, or it is damaged.
        StoreVersionError: a newer Overseer wrote it, or it is none of ours.
        StoreBusyError: the database is in use, or can't be written.
    """
    if not saved.is_file():
        raise RequestError(f"There is no backup {saved}.")
    if wrong := integrity(saved):
        raise RequestError(f"The backup {saved} is damaged: {wrong[0]}.", cure="Take another.")
    connection = engine.connect_existing(saved)
    fresh = path.with_name(path.name + ".restoring")
    try:
        _known(connection, saved, REVISIONS)
        _closed(path)
        fresh.unlink(missing_ok=True)
        engine.copy(connection, fresh)
        former = _aside(path, now) if path.exists() else None
        fresh.replace(path)
        _settle(path.parent)
    except sqlite3.Error as error:
        raise engine.explained(error, path) from error
    except OSError as error:
        raise StoreBusyError(f"{path} could not be written: {error.strerror}.") from error
    finally:
        connection.close()
        fresh.unlink(missing_ok=True)
    return former


def _closed(path: Path) -> None:
    """Make the former database one file, unless it is damaged.

    Raises:
        StoreBusyError: another program has it open.
    """
    if not path.exists():
        return
    try:
        connection = engine.connect_existing(path)
        connection.execute(STAMP.sql).fetchall()
        connection.close()  # the last one to close folds the log in and removes it
    except sqlite3.Error:
        return
    if _log(path).exists():
        raise StoreBusyError(
            f"{path} is in use, so nothing was restored.", cure="Stop Overseer first."
        )


def _aside(path: Path, now: datetime) -> Path:
    """Keep the former database beside the new one."""
    former = _free(path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%SZ}"))
    os.link(path, former)
    for suffix in ("-wal", "-shm"):  # there only when it is damaged
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.replace(former.with_name(former.name + suffix))
    return former


def _log(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _settle(folder: Path) -> None:
    """Make a renaming durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Making, migrating, backing up and restoring the file."""

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from bot.adapters.store import backup, integrity, maintenance, restore
from bot.adapters.store.tables import NAMES
from bot.domain.plans import Effect
from bot.domain.usage import Usage, Used
from bot.errors import RequestError, StoreBusyError, StoreVersionError
from bot.ports import PlanFilter
from tests.rigs.stores import START, opened, plan

ROOT = Path(__file__).resolve().parents[3]
NEWEST = maintenance.REVISIONS[-1]
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{newest}"


def upgrade():
    with op.batch_alter_table("settings") as batch:
        batch.add_column(sa.Column("note", sa.String(), server_default="new", nullable=False))
    op.create_table("extra", sa.Column("id", sa.Integer(), primary_key=True))
    {more}
"""


def put(path, value):
    async def work():
        store = opened(path)
        await store.write(lambda u: u.put("k", value))
        await store.close()

    asyncio.run(work())


def got(path):
    async def work():
        store = opened(path)
        value = await store.read(lambda u: u.get("k"))
        await store.close()
        return value

    return asyncio.run(work())


@pytest.fixture
def path(tmp_path):
    return tmp_path / "overseer.db"


def schema(path):
    with sqlite3.connect(path) as db:
        found = db.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    db.close()
    return found


def later(tmp_path, more="pass"):
    """A copy of the migrations with one more revision."""
    scripts = tmp_path / "migrations"
    shutil.copytree(maintenance.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "r9999_next.py").write_text(NEXT.format(more=more, newest=NEWEST))
    return {"revisions": (*maintenance.REVISIONS, "9999"), "scripts": scripts}


def prepare(path, tmp_path, **how):
    maintenance.prepared(path, busy_s=1, backups=tmp_path / "backups", now=START, **how).close()


# -- making and migrating --------------------------------------------------------------------


def migrated(path, to):
    """An engine on a database that the migrations alone have made."""
    from alembic import command

    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(maintenance.SCRIPTS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
    return engine


@pytest.mark.parametrize("revision", maintenance.REVISIONS)
def test_a_database_of_any_revision_is_brought_up_to_date(path, tmp_path, revision):
    engine = migrated(path, revision)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO settings VALUES ('k', '\"kept\"')"))
    engine.dispose()
    assert got(path) == "kept"
    put(path.with_name("made.db"), "kept")
    assert sorted(n for n, _ in schema(path)) == [n for n, _ in schema(path.with_name("made.db"))]


def test_what_waited_before_it_had_rows_of_its_own_waits_still(path):
    engine = migrated(path, "0004")
    boxes = {
        "pending": {"e1": {"message": {"text": "über"}}, "e2": {"plan": 7}},
        "clicks": {"web/b1": {"press": {"button": "approve"}, "stood": [1, "waiting", 0]}},
    }
    with engine.begin() as connection:
        for key, value in boxes.items():
            row = {"k": key, "v": json.dumps(value)}
            connection.execute(text("INSERT INTO settings VALUES (:k, :v)"), row)
    engine.dispose()

    def all_of(unit):
        found = {box: {k: unit.kept(box, k) for k in unit.kept_keys(box)} for box in boxes}
        return found, [unit.get(box) for box in boxes]

    async def work():
        store = opened(path)
        found = await store.read(all_of)
        await store.close()
        return found

    assert asyncio.run(work()) == (boxes, [None, None])


def test_plans_from_before_are_known_by_what_they_change(path):
    engine = migrated(path, "0002")
    row = "INSERT INTO plans VALUES (:n, 1, 1, 'drafted', 'ana', 't', :at, NULL, '', NULL, '', :b)"
    with engine.begin() as connection:
        for number, effect in ((1, Effect.READ), (2, Effect.WRITE)):
            made = plan(number)
            steps = tuple(s.model_copy(update={"effect": effect}) for s in made.steps)
            body = made.model_copy(update={"steps": steps}).model_dump_json()
            connection.execute(text(row), {"n": number, "at": START.isoformat(), "b": body})
    engine.dispose()

    async def changes():
        store = opened(path)
        found = await store.read(lambda u: u.plans(PlanFilter(changes=True)))
        await store.close()
        return [stored.plan.id for stored in found]

    assert asyncio.run(changes()) == [2]


def test_what_a_chat_was_owed_before_is_owed_still(path):
    engine = migrated(path, "0006")
    row = (
        "INSERT INTO posts VALUES (1, 'slack', 'C1', '17.1', 'card:plan-1', 'card', 'plan-1', '',"
        " NULL, 3, 2, 1, 'm1', '', 0, NULL, NULL, '', :at)"
    )
    with engine.begin() as connection:
        connection.execute(text(row), {"at": START.isoformat()})
    engine.dispose()

    async def owed():
        store = opened(path)
        found = await store.read(lambda u: u.owed("slack"))
        await store.close()
        return [(post.remote, post.version, post.shown, post.is_owed) for post in found]

    assert asyncio.run(owed()) == [("m1", 3, 2, True)]


def test_what_stood_in_direct_messages_before_is_found_by_its_index(path, tmp_path):
    engine = migrated(path, "0007")
    row = (
        "INSERT INTO posts VALUES (1, 'slack', '@U1', '', 'card:plan-1', 'card', 'plan-1', 'ana',"
        " NULL, 3, 3, 0, '55.1', '', 0, NULL, NULL, '', :at, 0)"
    )
    with engine.begin() as connection:
        connection.execute(text(row), {"at": START.isoformat()})
    engine.dispose()
    prepare(path, tmp_path)
    with sqlite3.connect(path) as db:
        found = db.execute(
            "SELECT card FROM posts INDEXED BY ix_posts_surface_reader_remote"
            " WHERE surface = 'slack' AND reader = 'ana' AND remote = '55.1'"
        ).fetchall()
    db.close()
    assert found == [("plan-1",)]


def test_what_models_used_before_their_currency_was_stored_is_kept(path):
    engine = migrated(path, "0005")
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO model_use VALUES ('2026-03-01', 'ana', 'm', 1, 2, 0, 3, 4)")
        )
    engine.dispose()

    async def work():
        store = opened(path)
        day = date(2026, 3, 1)
        await store.write(lambda u: u.book(day, "ana", "m", Usage(calls=1, micros=9), "EUR"))
        found = await store.read(lambda u: u.used(day, day))
        await store.close()
        return found

    assert asyncio.run(work()) == (
        Used("ana", "m", Usage(calls=1, tokens_in=2, tokens_out=3, micros=4)),
        Used("ana", "m", Usage(calls=1, micros=9), "EUR"),
    )


def test_the_migrations_lead_to_the_tables(path):
    engine = migrated(path, "head")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, NAMES) == []
    engine.dispose()
    put(path.with_name("made.db"), 1)
    names = [name for name, _ in schema(path)]
    assert names == [name for name, _ in schema(path.with_name("made.db"))]


def test_every_revision_is_known_in_order():
    config = Config()
    config.set_main_option("script_location", str(maintenance.SCRIPTS))
    walked = ScriptDirectory.from_config(config).walk_revisions()
    assert tuple(s.revision for s in walked)[::-1] == maintenance.REVISIONS


def test_an_up_to_date_start_imports_no_alembic(path):
    put(path, 1)
    code = (
        "import sys, datetime, pathlib\n"
        "from bot.adapters.store import maintenance\n"
        "now = datetime.datetime.now(datetime.UTC)\n"
        "for name in sys.argv[1:]:\n"
        "    path = pathlib.Path(name)\n"
        "    maintenance.prepared(path, busy_s=1, backups=path.parent, now=now).close()\n"
        "assert not [m for m in sys.modules if m.startswith('alembic')]\n"
    )
    new = path.with_name("new.db")
    subprocess.run([sys.executable, "-c", code, path, new], cwd=ROOT, check=True)


def test_only_its_owner_may_read_it(path):
    path.touch(0o644)
    path.chmod(0o644)
    put(path, 1)
    assert path.stat().st_mode & 0o777 == 0o600
    backup(path, path.with_name("copy.db"))
    assert path.with_name("copy.db").stat().st_mode & 0o777 == 0o600


def test_a_migration_backs_up_first_and_keeps_the_data(path, tmp_path):
    put(path, "old")
    prepare(path, tmp_path, **later(tmp_path))
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT value, note FROM settings").fetchall() == [('"old"', "new")]
    db.close()
    (saved,) = (tmp_path / "backups").iterdir()
    assert saved.name == f"overseer-20260301T120000Z-{NEWEST}.db"
    assert saved.stat().st_mode & 0o777 == 0o600
    assert got(saved) == "old"
    prepare(path, tmp_path, **later(tmp_path / "again"))  # nothing more to do
    assert len(list((tmp_path / "backups").iterdir())) == 1


@pytest.mark.parametrize(
    "more",
    [
        "raise RuntimeError('broken')",
        "op.execute('DELETE FROM plans'); op.execute(\"INSERT INTO steps VALUES (9, 's', 0, 'a', 'p')\")",
    ],
)
def test_a_failed_migration_changes_nothing(path, tmp_path, more):
    put(path, "old")
    before = schema(path)
    with pytest.raises(StoreVersionError, match="as it was"):
        prepare(path, tmp_path, **later(tmp_path, more))
    assert schema(path) == before
    assert got(path) == "old"


def test_no_migration_without_its_backup(path, tmp_path):
    put(path, "old")
    (tmp_path / "backups").write_text("a file where the folder belongs")
    with pytest.raises(StoreBusyError):
        prepare(path, tmp_path, **later(tmp_path))
    assert got(path) == "old"


def test_a_newer_database_is_refused(path, tmp_path):
    put(path, "new")
    prepare(path, tmp_path, **later(tmp_path))
    with pytest.raises(StoreVersionError, match=r"newer Overseer \(its revision is 9999") as caught:
        opened(path)
    assert "restore" in caught.value.cure


def test_a_strange_file_is_refused(path):
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE recipes (name)")
    db.close()
    with pytest.raises(StoreVersionError, match="none of Overseer's"):
        opened(path)
    path.write_bytes(b"no database at all, but long enough to be read as one" * 20)
    with pytest.raises(StoreBusyError, match="no database of Overseer"):
        opened(path)


# -- backup and restore ----------------------------------------------------------------------


async def test_a_backup_of_a_live_database_is_whole(path, tmp_path):
    store = opened(path)
    busy = asyncio.gather(*(store.write(lambda u, n=n: u.put(f"k{n}", n)) for n in range(2000)))
    await asyncio.sleep(0)
    await asyncio.to_thread(backup, path, tmp_path / "b" / "copy.db")
    await busy
    await store.close()
    assert integrity(tmp_path / "b" / "copy.db") == ()
    assert [p.name for p in (tmp_path / "b").iterdir()] == ["copy.db"]


def test_a_backup_overwrites_nothing(path):
    put(path, 1)
    with pytest.raises(RequestError, match="exists already"):
        backup(path, path)
    with pytest.raises(RequestError, match="no database"):
        backup(path.with_name("none.db"), path.with_name("copy.db"))


def test_restoring_keeps_the_former_database(path, tmp_path):
    put(path, "old")
    saved = backup(path, tmp_path / "saved.db")
    put(path, "new")
    former = restore(saved, path, now=START)
    assert (got(path), got(former), got(saved)) == ("old", "new", "old")
    assert restore(saved, path, now=START) != former
    path.unlink()
    assert restore(saved, path, now=START) is None
    assert got(path) == "old"


def test_a_damaged_database_can_be_restored(path, tmp_path):
    put(path, "old")
    saved = backup(path, tmp_path / "saved.db")
    path.write_bytes(b"\xff" * 8192)
    path.with_name(path.name + "-wal").write_bytes(b"\xee" * 100)
    former = restore(saved, path, now=START)
    assert got(path) == "old"
    assert former.read_bytes() == b"\xff" * 8192
    assert former.with_name(former.name + "-wal").read_bytes() == b"\xee" * 100


def test_what_is_no_sound_backup_is_not_restored(path, tmp_path):
    put(path, "now")
    bad = backup(path, tmp_path / "bad.db")
    with bad.open("r+b") as file:
        file.seek(8192)
        file.write(os.urandom(8192))
    assert integrity(bad)
    newer = tmp_path / "newer.db"
    put(newer, "newer")
    prepare(newer, tmp_path, **later(tmp_path))
    for saved, error in (
        (bad, RequestError), (tmp_path / "none.db", RequestError), (newer, StoreVersionError),
    ):  # fmt: skip
        with pytest.raises(error):
            restore(saved, path, now=START)
    assert got(path) == "now"
    assert not list(tmp_path.glob("*.restoring"))


async def test_a_database_in_use_is_not_replaced(path, tmp_path):
    store = opened(path)
    await store.write(lambda u: u.put("k", 1))
    saved = await asyncio.to_thread(backup, path, tmp_path / "saved.db")
    with pytest.raises(StoreBusyError, match="in use"):
        await asyncio.to_thread(restore, saved, path, now=START)
    await store.write(lambda u: u.put("k", 2))
    await store.close()
    assert not list(tmp_path.glob("*.before-*"))

"""Keeping the house: login links, reload, backups."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.terminal.client import connect
from bot.cli.linking import nobody_there, running
from bot.errors import ConflictError, RequestError
from bot.settings import Home

NOT_RUNNING = "Overseer does not run here."


def login(home: Home) -> int:
    """Print a fresh one-time link."""
    with running(home) as link:
        print(link.admin("login_link")["link"])
    return 0


def reload(home: Home) -> int:
    """Have the running server read its configuration again; without one, only check it."""
    link = connect(home)
    if link is None and home.server_at is not None:
        raise nobody_there(home)
    if link is None:
        from bot.cli.checking import world_of

        world_of(home)
        print(f"{NOT_RUNNING} The configuration is valid.")
        return 0
    with closing(link):
        changed = link.admin("reload")["changed"]
    print(f"Reloaded: {', '.join(changed)}." if changed else "Nothing has changed.")
    return 0


def backup(home: Home, file: Path | None) -> int:
    """Copy the database to a file, or to a dated one in `backups/`; it may be in use."""
    from bot.adapters.store import backup as save

    if not home.database.is_file():
        raise RequestError("There is no database yet.", cure="The first ./overseer run makes it.")
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    target = file.expanduser().absolute() if file else home.backups / f"{stamp}.db"
    print(f"Saved {save(home.database, target)}")
    return 0


def restore(home: Home, file: Path) -> int:
    """Put a backup in place. The server must not run: it holds the home."""
    from bot import lifecycle
    from bot.adapters.files.first_start import prepare
    from bot.adapters.store import restore as put_back

    source = file.expanduser().absolute()
    if not source.is_file():
        raise RequestError(f"There is no file {source}.", cure=f"Backups are in {home.backups}")
    prepare(home)
    try:
        with lifecycle.held(home) as lock:
            lifecycle.sign(lock, lifecycle.Role.COMMAND)
            former = put_back(source, home.database, now=datetime.now(UTC))
    except lifecycle.AlreadyRunningError as error:
        stop = f"kill {error.pid}" if error.pid else "Ctrl-C where it runs"
        raise ConflictError(
            f"{error.sentence} Its database can't be replaced under it; nothing was done.",
            cure=f"Stop it ({stop}), then restore.",
        ) from None
    print(f"Restored {source}.")
    if former is not None:
        print(f"The former database is kept as {former}.")
    return 0

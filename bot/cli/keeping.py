"""Keeping the house: login links, reload, backups, people, secrets."""

from __future__ import annotations

import getpass
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.files.first_start import prepare, write_private
from bot.adapters.files.people_file import load_people
from bot.adapters.terminal.client import connect
from bot.domain.messages import Role
from bot.errors import ConfigError, OverseerError, RequestError, UnavailableError
from bot.settings import Home

NOT_RUNNING = "Overseer does not run here."


def login(home: Home) -> int:
    """Print a fresh one-time link."""
    link = connect(home)
    if link is None:
        raise UnavailableError(NOT_RUNNING, cure="Start it with: ./overseer run")
    with closing(link):
        print(link.admin("login_link")["link"])
    return 0


def reload(home: Home) -> int:
    """Have the running server read its configuration again; without one, only check it."""
    link = connect(home)
    if link is None:
        from bot.cli.checking import world_of

        world_of(home)
        print(f"{NOT_RUNNING} The configuration is valid.")
        return 0
    with closing(link):
        changed = link.admin("reload")["changed"]
    print(f"Reloaded: {', '.join(changed)}." if changed else "Nothing has changed.")
    return 0


# -- backups ----------------------------------------------------------------------------------


def backup(home: Home, file: Path | None) -> int:
    """Copy the database; it may be in use."""
    print(f"Saved {make_backup(home, str(file or ''))}")
    return 0


def make_backup(home: Home, file: str) -> Path:
    """Copy the database to `file`, or to a dated file in `backups/`.

    Raises:
        OverseerError: the target exists, or something can't be read or written.
    """
    from bot.adapters.store import backup as save

    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    target = Path(file).absolute() if file else home.backups / f"{stamp}.db"
    return save(home.database, target)


def restore(home: Home, file: Path) -> int:
    """Put a backup in place. The server must not run: it holds the home."""
    from bot import lifecycle
    from bot.adapters.store import restore as put_back

    prepare(home)
    with lifecycle.held(home):
        former = put_back(file.absolute(), home.database, now=datetime.now(UTC))
    print(f"Restored {file}.")
    if former is not None:
        print(f"The former database is kept as {former}.")
    return 0


# -- people -----------------------------------------------------------------------------------


def list_people(home: Home) -> int:
    """A line per person."""
    prepare(home)
    for person in load_people(home.people).persons:
        roles = ", ".join(sorted(person.roles))
        accounts = " ".join(map(str, person.identities))
        print(f"{person.name:<16} {roles:<20} {accounts}")
    return 0


def invite(home: Home, name: str, role: str, display: str) -> int:
    """Add a person to people.yaml and print their one-time link."""
    try:
        wanted = Role(role)
    except ValueError:
        roles = ", ".join(Role)
        raise RequestError(f"There is no role {role!r}.", cure=f"One of: {roles}.") from None
    prepare(home)
    if load_people(home.people).named(name) is not None:
        raise RequestError(f"{name} is in people.yaml already.")
    before = home.people.read_text(encoding="utf-8")
    shown = display or name[:1].upper() + name[1:]
    entry = (
        f"  {name}:\n    display: {shown!r}\n    roles: [{wanted.value}]\n"
        f"    identities: ['web:{name}']\n"
    )
    write_private(home.people, before.rstrip("\n") + "\n" + entry)
    try:
        if load_people(home.people).named(name) is None:
            raise ConfigError("`people:` is not the last section.", path=str(home.people))
    except OverseerError:
        write_private(home.people, before)
        raise
    print(f"{name} is in {home.people} as {wanted.value}.")
    link = connect(home)
    if link is None:
        print("Start Overseer, then: ./overseer people link NAME")
        return 0
    with closing(link):
        link.admin("reload")
        print(f"Their one-time link: {link.admin('login_link', person=name)['link']}")
    return 0


# -- secrets ----------------------------------------------------------------------------------


def set_secret(home: Home, name: str) -> int:
    """Read a secret without echo, or from a pipe, and keep it (0600)."""
    from bot.adapters.secrets import set_secret as keep

    prepare(home)
    if sys.stdin.isatty():
        value = getpass.getpass(f"{name}: ")
        if value != getpass.getpass("once more: "):
            raise RequestError("Those two differ; nothing was kept.")
    else:
        value = sys.stdin.readline().rstrip("\n")
    if not value:
        raise RequestError("An empty secret is none; nothing was kept.")
    keep(home, name, value)
    print(f"Kept. Use it as store:{name}")
    return 0


def list_secrets(home: Home) -> int:
    """Names only."""
    for path in sorted(home.secrets.glob("*")) if home.secrets.is_dir() else ():
        print(f"store:{path.name}")
    return 0


def remove_secret(home: Home, name: str) -> int:
    """Forget one."""
    path = home.secrets / name
    if "/" in name or not path.is_file():
        raise RequestError(f"There is no secret {name!r}.", cure="./overseer secret list")
    path.unlink()
    print(f"Forgot store:{name}")
    return 0

"""People: list, invite, link."""

from __future__ import annotations

from contextlib import closing

from bot.adapters.files.first_start import prepare
from bot.adapters.files.identity_file import (
    identity_of,
    link_identity,
    must_be_an_id,
    unlink_identity,
)
from bot.adapters.files.people_file import add_person, load_people
from bot.adapters.terminal.client import Link, connect
from bot.cli.linking import running
from bot.cli.recording import record
from bot.domain.messages import Role
from bot.errors import OverseerError, RequestError
from bot.settings import Home


def list_people(home: Home) -> int:
    """A line per person."""
    prepare(home)
    for person in load_people(home.people).persons:
        roles = ", ".join(sorted(person.roles)) or "no role"
        accounts = " ".join(map(str, person.identities))
        print(f"{person.name:<16} {roles:<20} {accounts}".rstrip())
    return 0


def invite(home: Home, name: str, role: str, display: str) -> int:
    """Add a person to people.yaml and print their one-time link."""
    try:
        wanted = Role(role)
    except ValueError:
        roles = ", ".join(Role)
        raise RequestError(f"There is no role {role!r}.", cure=f"One of: {roles}.") from None
    prepare(home)
    add_person(home.people, name, display or name[:1].upper() + name[1:], wanted)
    record(home, "people.changed", person=name, what=f"invited as {wanted.value}")
    print(f"{name} is in {home.people} as {wanted.value}.")
    there = connect(home)
    if there is None:
        print(f"Overseer does not run; when it does: ./overseer people link {name}")
        return 0
    with closing(there):
        _reload(there, name, then=f" && ./overseer people link {name}")
        _print_link(there, name)
    return 0


def link(home: Home, name: str) -> int:
    """Print a fresh one-time link for somebody."""
    with running(home) as there:
        _print_link(there, name)
    return 0


def code(home: Home) -> int:
    """Print a one-time code by which who asks links an account of a chat platform."""
    from bot.pipeline.linking import told

    with running(home) as there:
        print(told(there.admin("link_code")["code"]))
    return 0


def link_account(home: Home, name: str, account: str) -> int:
    """Make an account somebody's."""
    identity = identity_of(account)
    must_be_an_id(identity)
    prepare(home)
    link_identity(home.people, name, identity)
    record(home, "people.changed", person=name, what=f"linked {identity}")
    print(f"{identity} is {name}'s.")
    return _reloaded(home)


def unlink_account(home: Home, name: str, account: str) -> int:
    """Let an account be nobody's."""
    identity = identity_of(account)
    prepare(home)
    unlink_identity(home.people, name, identity)
    record(home, "people.changed", person=name, what=f"unlinked {identity}")
    print(f"{identity} is nobody's any more.")
    return _reloaded(home)


def _reloaded(home: Home) -> int:
    """Let the running Overseer know; where none runs, its start will."""
    there = connect(home)
    if there is None:
        return 0
    with closing(there):
        _reload(there, "it")
    return 0


def _reload(there: Link, changed: str, *, then: str = "") -> None:
    try:
        there.admin("reload")
    except OverseerError as error:
        raise type(error)(
            f"{error.sentence} So the running Overseer does not know {changed} yet.",
            cure=f"Mend that, then: ./overseer reload{then}",
        ) from error


def _print_link(there: Link, name: str) -> None:
    print(f"Their one-time link: {there.admin('login_link', person=name)['link']}")

"""What commands change beside the server, for the event log: people, trusted keys, secrets.

The files are written by the command itself; only that it was done, and by whom, goes into the
log: through the running server, or into the database where none runs.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.domain.events import Event
from bot.errors import OverseerError, RequestError
from bot.settings import Home

if TYPE_CHECKING:
    from bot.ports import Unit

KINDS: Mapping[str, tuple[str, ...]] = {
    "people.changed": ("person", "what"),
    "host.trusted": ("fingerprint",),
    "secret.set": ("name",),
}
"""The only kinds that a command may have recorded, with what it says in each."""
LONGEST = 200


def event_of(args: Mapping[str, Any], *, by: str, at: datetime) -> Event:
    """The event that a command asks for: of `KINDS`, with its keys alone, by who asks.

    Raises:
        RequestError: a command may not have that recorded.
    """
    kind, said = args.get("kind"), args.get("said")
    if not isinstance(said, Mapping):
        raise RequestError("What was done is missing.")
    if not isinstance(kind, str) or kind not in KINDS:
        raise RequestError(f"{kind!r} is nothing that a command may have recorded.")
    data = {key: str(said.get(key, ""))[:LONGEST] for key in KINDS[kind]}
    host = ""
    if kind == "host.trusted":
        data["by"], host = by, str(said.get("host", ""))[:LONGEST]
    return Event(kind=kind, at=at, person=by, host=host, data=data)


def record(home: Home, kind: str, **said: str) -> None:
    """Put what was just done into the log.

    It is done already, so that nothing is raised: where it can't be recorded, a line on stderr
    says so. Before the first start there is no log, and nothing to do.
    """
    args = {"kind": kind, "said": said}
    try:
        _record(home, args)
    except OverseerError as error:
        print(f"This is done, and not in the event log: {error.sentence}", file=sys.stderr)


def _record(home: Home, args: dict[str, Any]) -> None:
    from bot.cli.linking import Held, link_or_hold

    if not home.database.is_file():
        return
    got = link_or_hold(home)
    if not isinstance(got, Held):
        with closing(got):
            got.admin("record", **args)
        return
    with got.stack:
        asyncio.run(_write(home, args))


async def _write(home: Home, args: dict[str, Any]) -> None:
    """Into the database of a home that this process holds."""
    from bot.adapters.files.first_start import own_name
    from bot.adapters.files.people_file import load_people
    from bot.adapters.machine import SystemClock
    from bot.adapters.store import open_store
    from bot.domain.messages import Identity

    me = Identity(surface="os", account=own_name())
    person = load_people(home.people).owner(me)
    by = person.name if person else str(me)

    def work(unit: Unit) -> None:
        unit.append(event_of(args, by=by, at=unit.now))

    store = open_store(home.database, clock=SystemClock(), backups=home.backups)
    try:
        await store.write(work)
    finally:
        await store.close()

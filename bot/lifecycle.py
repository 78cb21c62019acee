"""Ordered start and stop: locks, surfaces, the ticker, signals, drain.

Start: lock the home → open the store → take up what a restart left → open the surfaces.
Stop is the reverse: surfaces close first, so that nothing new comes in; what runs on hosts
goes on there and is taken up by the next start.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import gc
import json
import os
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping
from enum import StrEnum
from typing import IO, Any

import structlog

from bot.app import App
from bot.errors import ConfigError, OverseerError, UnavailableError
from bot.intent.patterns import compile_beside
from bot.settings import Home

_log = structlog.get_logger(__name__)

TICK_S = 1.0
QUIET_S = 2.0
"""After this the rest of the rules is made ready; who has just started it looks around first."""


class Role(StrEnum):
    """What the process that holds a home is."""

    STARTING = "starting"
    SERVER = "server"
    COMMAND = "command"


class AlreadyRunningError(UnavailableError):
    """Another process holds this home.

    Attributes:
        address: the page's address, empty when it has none.
        pid: the process; 0 when it has not said yet.
        role: what it is.
    """

    def __init__(self, about: Mapping[str, object]) -> None:
        """Say who and where."""
        self.address = str(about.get("address", ""))
        self.pid = int(str(about.get("pid", 0)))
        self.role = Role(str(about.get("role", Role.STARTING)))
        where = f" at {self.address}" if self.address else ""
        process = f" (process {self.pid})" if self.pid else ""
        super().__init__(f"Overseer runs already{where}{process}.")


@contextlib.contextmanager
def held(home: Home) -> Iterator[IO[str]]:
    """Hold the home's lock; the kernel frees it however the process ends.

    Raises:
        AlreadyRunningError: another process holds it.
        ConfigError: the lock can't be made.
    """
    try:
        file = home.lock.open("a+", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"It can't be opened: {error.strerror}.", path=str(home.lock)) from error
    with file:
        os.fchmod(file.fileno(), 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunningError(who_runs(home)) from None
        try:
            yield file
        finally:
            file.seek(0)
            file.truncate()


def who_runs(home: Home) -> dict[str, object]:
    """What the running process wrote into the lock; {} when it has not yet."""
    try:
        found = json.loads(home.lock.read_text(encoding="utf-8") or "{}")
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def sign(file: IO[str], role: Role, address: str = "") -> None:
    """Write into the lock who holds it and where the page is."""
    file.seek(0)
    file.truncate()
    json.dump({"pid": os.getpid(), "role": role.value, "address": address}, file)
    file.flush()


async def serve(
    app: App, *, ready: Callable[[], Awaitable[None]], say: Callable[[str], None]
) -> None:
    """Start everything, tell `ready`, run until a signal, drain.

    SIGTERM and SIGINT end it, also while it starts; a second one does not wait for the drain.
    SIGHUP reloads the configuration, all or nothing; `say` gets a line about that.
    """
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    reloads: set[asyncio.Task[None]] = set()

    def end() -> None:
        ending.set()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)

    def reload() -> None:
        task = loop.create_task(_reload(app, say))
        reloads.add(task)
        task.add_done_callback(reloads.discard)

    loop.add_signal_handler(signal.SIGTERM, end)
    loop.add_signal_handler(signal.SIGINT, end)
    loop.add_signal_handler(signal.SIGHUP, reload)
    here = asyncio.current_task()
    if here is not None and here.cancelling():  # Ctrl-C came before, and was caught on the way
        end()
    ended = asyncio.create_task(ending.wait(), name="ending")
    tasks: list[asyncio.Task[Any]] = [ended]
    try:
        starting = asyncio.create_task(app.start(), name="start")
        tasks.append(starting)
        await asyncio.wait((starting, ended), return_when=asyncio.FIRST_COMPLETED)
        if ending.is_set():
            return
        await starting
        tasks.append(asyncio.create_task(tick(app), name="ticker"))
        await ready()
        spare_what_stays()
        tasks.append(asyncio.create_task(compile_beside(QUIET_S), name="patterns"))
        await ended
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await app.stop()


def spare_what_stays() -> None:
    """Have the garbage collector go past all that the start has made and that stays for good.

    It would look through more than a hundred thousand objects each time that a run has made
    enough new ones: a third of what a read on a hundred hosts makes this process compute.
    """
    gc.collect()
    gc.freeze()


async def _reload(app: App, say: Callable[[str], None]) -> None:
    try:
        changed = await app.reload(by="")
    except OverseerError as error:
        _log.error("the configuration was not reloaded", why=str(error))
        say(f"Not reloaded, everything stays as it was: {error}")
    except Exception:  # noqa: BLE001 - a reload never ends what runs
        _log.exception("reloading broke; everything stays as it was")
        say("Not reloaded, everything stays as it was: see overseer.log")
    else:
        _log.info("the configuration was reloaded", changed=list(changed))
        say(f"Reloaded: {', '.join(changed)}." if changed else "Reloaded; nothing has changed.")


async def tick(app: App) -> None:
    """Do what is due by the clock, for as long as Overseer runs."""
    while True:
        await app.clock.sleep(TICK_S)
        try:
            await app.pipeline.tick()
        except OverseerError as error:
            _log.warning("a tick failed; the next one tries again", why=str(error))
        except Exception:  # noqa: BLE001 - the ticker outlives what it ticks
            _log.exception("a tick broke; the next one tries again")

"""Ordered start and stop: locks, surfaces, the ticker, signals, drain.

Start: lock the home → open the store → take up what a restart left → open the surfaces.
Stop is the reverse: surfaces close first, so that nothing new comes in; what runs on hosts
goes on there and is taken up by the next start.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from typing import IO

import structlog

from bot.app import App
from bot.errors import ConfigError, OverseerError, UnavailableError
from bot.settings import Home

_log = structlog.get_logger(__name__)

TICK_S = 1.0


class AlreadyRunningError(UnavailableError):
    """Another process serves this home.

    Attributes:
        address: the page's address, empty when it has none.
    """

    def __init__(self, address: str, pid: int) -> None:
        """Say who and where."""
        where = f" at {address}" if address else ""
        super().__init__(f"Overseer runs already{where} (process {pid}).")
        self.address = address


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
        home.lock.chmod(0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            about = who_runs(home)
            raise AlreadyRunningError(
                str(about.get("address", "")), int(str(about.get("pid", 0)))
            ) from None
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


def sign(file: IO[str], address: str) -> None:
    """Write into the lock who holds it and where the page is."""
    file.seek(0)
    file.truncate()
    json.dump({"pid": os.getpid(), "address": address}, file)
    file.flush()


async def serve(app: App, *, ready: Callable[[], Awaitable[None]]) -> None:
    """Start everything, tell `ready`, run until a signal, drain.

    SIGTERM and SIGINT end it; SIGHUP reloads the configuration, all or nothing.
    """
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, ending.set)
    loop.add_signal_handler(signal.SIGINT, ending.set)
    reloads: set[asyncio.Task[None]] = set()

    def reload() -> None:
        task = loop.create_task(_reload(app))
        reloads.add(task)
        task.add_done_callback(reloads.discard)

    loop.add_signal_handler(signal.SIGHUP, reload)
    await app.start()
    ticker = asyncio.create_task(tick(app), name="ticker")
    try:
        await ready()
        await ending.wait()
    finally:
        ticker.cancel()
        await asyncio.gather(ticker, return_exceptions=True)
        await app.stop()


async def _reload(app: App) -> None:
    try:
        await app.reload(by="")
    except OverseerError as error:
        _log.error("the configuration was not reloaded", why=str(error))


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

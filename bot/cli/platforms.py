"""The chat platforms that are set up, each behind its outbox.

Their libraries are large, so a platform's folder is imported only when it is switched on. One that
can't be made keeps nothing else from starting: it says so wherever the platforms are told of.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import structlog

from bot.domain.cards import ThreadItem
from bot.errors import OverseerError

if TYPE_CHECKING:
    from bot.app import App
    from bot.ports import Ears, Platform, Room

_log = structlog.get_logger(__name__)

MADE_BY = {
    "slack": ("bot.adapters.slack", "SlackPlatform"),
    "discord": ("bot.adapters.discord", "DiscordPlatform"),
}
"""The platform → the folder that speaks with it, and its class."""


class Off:
    """A platform that could not be made; a start after the fault is mended makes it."""

    def __init__(self, name: str, why: str) -> None:
        """Say why."""
        self.name = name
        self._why = why

    async def start(self, ears: Ears) -> None:
        """Nothing."""

    async def stop(self) -> None:
        """Nothing."""

    async def show(self, item: ThreadItem, *, edited: bool) -> None:
        """What it is owed waits for it."""

    def again(self) -> None:
        """A start makes it."""

    async def line(self) -> str:
        """Why it is off."""
        return f"off until the next start: {self._why}"


def platforms_of(app: App, make: Callable[[App, str], Platform] | None = None) -> list[Room]:
    """The platforms that the settings switch on, as surfaces; `make` makes one by its name."""
    settings = app.world.settings
    on = [
        n for n, each in (("slack", settings.slack), ("discord", settings.discord)) if each.enabled
    ]
    return [_room(app, name, make or platform_of) for name in on]


def platform_of(app: App, name: str) -> Platform:
    """A platform by its name, not yet connected.

    Raises:
        ConfigError: it can't work as it is set up.
    """
    from bot.adapters.secrets import SecretStore

    folder, called = MADE_BY[name]
    made: Any = getattr(import_module(folder), called)
    platform: Platform = made(
        getattr(app.world.settings, name), SecretStore(app.home), app.clock,
        lambda: app.world.people, books=app.books, ids=app.ids, store=app.store,
    )  # fmt: skip
    return platform


def _room(app: App, name: str, make: Callable[[App, str], Platform]) -> Room:
    from bot.delivery import Delivery
    from bot.reporting.whole_card import whole_card

    try:
        platform = make(app, name)
    except OverseerError as error:
        _log.warning("a platform is off", surface=name, why=str(error))
        return Off(name, str(error))
    except Exception as error:  # noqa: BLE001 - its library may be missing, or broken
        _log.exception("a platform could not be made", surface=name)
        return Off(name, f"{type(error).__name__}: {error}")
    return Delivery(
        platform, app.store, app.clock, lambda: app.world.people, app.ids, whole=whole_card,
        address=lambda: app.address,
    )  # fmt: skip

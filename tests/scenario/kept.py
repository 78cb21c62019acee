"""What each stage needs alike is made once per process: half of what a start computes.

Policies, the shipped catalogue, settings, people and inventory never change, and follow from the
text of their files alone; a new home's files and its empty database are the same each time. What
is refused, what own skills or imports add, and whatever a reload reads is read anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import copy
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import bot.app
import bot.app.world
from bot.adapters.files.first_start import prepare
from bot.adapters.files.inventory_file import IMPORTED
from bot.adapters.store.maintenance import prepared
from bot.gate.cedar import CedarGate
from bot.pipeline.skillset import own_folder
from bot.settings import Home
from bot.skillkit.own import folders_in
from bot.testing.manual_clock import ManualClock

KEPT: dict[Any, Any] = {}


def once(make: Callable[..., Any], key: Callable[..., Any]) -> Callable[..., Any]:
    """`make`, called once for each key; each time where there is none."""

    def made(*args: Any) -> Any:
        found = key(*args)
        if found is None:
            return make(*args)
        known = (make.__name__, found)
        if known not in KEPT:
            KEPT[known] = make(*args)
        return KEPT[known]

    return made


def _by_text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _by_file(path: Path) -> str | None:
    return None if path.with_name(IMPORTED).is_dir() else _by_text(path)


def _by_skills(home, settings):
    return None if folders_in(own_folder(home, settings)) else settings.skills


def _by_rules(policy, path, catalog, autonomy, approval):
    return policy, catalog, autonomy.model_dump_json(), approval.model_dump_json()


_gate = once(bot.app.world.CedarGate, _by_rules)
_settings = once(bot.app.load_settings, _by_text)


def _own_gate(*rules: Any) -> CedarGate:
    """A gate of one's own, which a test may change, over the policies of all."""
    return copy(_gate(*rules))


CACHED = {
    (bot.app, "catalog_of"): once(bot.app.catalog_of, _by_skills),
    (bot.app, "load_settings"): _settings,
    (bot.app.world, "load_settings"): _settings,
    (bot.app.world, "CedarGate"): _own_gate,
    (bot.app.world, "load_people"): once(bot.app.world.load_people, _by_text),
    (bot.app.world, "load_inventory"): once(bot.app.world.load_inventory, _by_file),
}


@contextmanager
def kept() -> Iterator[None]:
    """What is built in here is built of what is kept."""
    with ExitStack() as around:
        for (module, name), made in CACHED.items():
            around.enter_context(mock.patch.object(module, name, made))
        yield


def furnish(home: Home) -> None:
    """Make the home as a first start does; a new one has an empty database already."""
    if not home.path.exists():
        home.path.mkdir(mode=0o700, parents=True)
        for name, content in _furniture():
            file = home.path / name
            file.write_bytes(content)
            file.chmod(0o600)
    prepare(home)


@cache
def _furniture() -> tuple[tuple[str, bytes], ...]:
    """The files of a new home, as the product makes them."""
    with TemporaryDirectory() as scratch:
        home = Home(path=Path(scratch, "home"))
        prepare(home)
        prepared(home.database, busy_s=1, backups=home.backups, now=ManualClock().now()).close()
        files = [file for file in home.path.iterdir() if file.is_file()]
        return tuple((file.name, file.read_bytes()) for file in sorted(files))

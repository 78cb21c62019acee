"""The configuration files of a home, told apart by their content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from operator import attrgetter

from bot.adapters.files.inventory_file import IMPORTED
from bot.settings import Home, Settings


def contents(home: Home) -> dict[str, str]:
    """Each file that a reload reads, by its name in the home, with the SHA-256 of its bytes."""
    parts = sorted((home.path / IMPORTED).glob("*.yaml"))
    own = sorted(home.prompts.glob("*.md"))
    paths = [home.settings, home.inventory, *parts, home.people, home.policies, *own]
    return {
        str(path.relative_to(home.path)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
        if path.is_file()
    }


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """The files that differ, came or went, in the order in which they are read."""
    return tuple(
        name for name in dict.fromkeys([*after, *before]) if before.get(name) != after.get(name)
    )


def waiting_for_a_start(started: Settings, now: Settings) -> list[str]:
    """Settings that differ from those of the start and are looked at only then."""
    names = [f"web.{name}" for name in type(now.web).model_fields]
    names += [f"hosts.{name}" for name in type(now.hosts).model_fields]
    names += [f"terminal.{name}" for name in type(now.terminal).model_fields]
    for chat in ("slack", "discord"):  # what is not switched on has nothing that changes
        then, here = getattr(started, chat), getattr(now, chat)
        fields = type(here).model_fields if then.enabled and here.enabled else ("enabled",)
        names += [f"{chat}.{name}" for name in fields]
    if now.discord.roles.items() <= started.discord.roles.items():  # what is left out goes at once
        names = [name for name in names if name != "discord.roles"]
    names += ["run.decision_minutes", "skills", "skills_dir"]
    read = [attrgetter(name) for name in names]
    return [name for name, of in zip(names, read, strict=True) if of(started) != of(now)]

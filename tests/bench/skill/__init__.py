"""A skill for figures alone: nothing as a read, nothing as a change, and far too much."""

from __future__ import annotations

from bot.skillkit.contract import (
    Effect,
    Hosts,
    Params,
    Script,
    Shell,
    Skill,
    View,
    Yields,
    action,
)

NOTHING = Shell(argv=("true",))


class OnHosts(Params):
    """Some hosts."""

    hosts: Hosts


@action("bench.true", params=OnHosts, effect=Effect.READ, title=lambda _: "look at nothing")
def true(p: OnHosts, host: View) -> Yields:
    """Reads nothing."""
    yield NOTHING


@action("bench.touch", params=OnHosts, effect=Effect.WRITE, title=lambda _: "change nothing")
def touch(p: OnHosts, host: View) -> Yields:
    """Changes nothing, with all that a change takes."""
    yield NOTHING


@action("bench.flood", params=OnHosts, effect=Effect.READ, title=lambda _: "look at far too much")
def flood(p: OnHosts, host: View) -> Yields:
    """Reads a gibibyte of short lines."""
    yield Script(text=f"yes | head -c {1 << 30}")


SKILL = Skill(name="bench", summary="nothing, measured", actions=(true, touch, flood))

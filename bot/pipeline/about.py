"""What Overseer says of itself: one line for each part."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.domain.known import Known
from bot.domain.messages import ThreadRef
from bot.intent.model.router import Router
from bot.pipeline.reading import LatePrompts
from bot.ports import Models, Room, Status, World
from bot.ports.surfaces import NO_MORE, NOT_YET
from bot.settings import Home
from bot.skillkit.catalog import Catalog


async def status_of(
    version: str,
    world: World,
    home: Home,
    catalog: Catalog,
    models: Models,
    prompts: LatePrompts,
    *,
    address: str,
    rooms: Sequence[Room] = (),
) -> Status:
    """What each part is, in one line; models also by tier, unless there is nothing to ask them."""
    hosts = world.inventory.hosts
    where = ", ".join(h.name for h in hosts[:3]) + (", …" if len(hosts) > 3 else "")
    actions = sum(1 for _ in catalog)
    router = models if isinstance(models, Router) else None
    fault = await prompts.fault() if router and world.settings.models.tiers else ""
    return Status(
        version=version,
        parser=router.summary(actions, fault)
        if router
        else f"rules, {actions} actions, after models",
        models=await router.lines(fault) if router else (),
        chats=await _chats(world, rooms),
        hosts=f"{len(hosts)} in the inventory" + (f" ({where})" if hosts else ""),
        policy=f"{home.policies.name}, autonomy {world.settings.autonomy.level.value}",
        database=f"SQLite, {home.database.name}",
        frozen=False,
        address=address,
    )


async def _chats(world: World, rooms: Sequence[Room]) -> tuple[str, ...]:
    """Those that run, and those that the settings have switched on or off since."""
    settings = world.settings
    on = {"slack": settings.slack.enabled, "discord": settings.discord.enabled}
    lines = [
        f"{room.name} {await room.line()}{'' if on.get(room.name, True) else NO_MORE}"
        for room in rooms
    ]
    missing = [name for name, enabled in on.items() if enabled]
    missing = [name for name in missing if name not in {room.name for room in rooms}]
    return (*lines, *(f"{name} {NOT_YET}" for name in missing))


_PLACE = re.compile(r"\b(slack|discord):([@\w]+)")


def named(lines: Sequence[str], called: Callable[[str], Known]) -> tuple[str, ...]:
    """The lines with the names of channels in place of their ids, as far as they are known."""

    def name(place: re.Match[str]) -> str:
        known = called(place[0]).name
        where = ThreadRef(surface=place[1], channel=place[2], thread="-")
        unnamed = "a direct message" if where.is_direct else place[0]
        return f"#{known.removeprefix('#')}" if known else unnamed

    return tuple(_PLACE.sub(name, line) for line in lines)

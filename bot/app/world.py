"""What the configuration says, held as one thing that a reload swaps, and the models it names."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.adapters.files.autonomy_names import check_autonomy
from bot.adapters.files.chat_names import check_chat
from bot.adapters.files.inventory_file import load_inventory
from bot.adapters.files.people_file import load_people
from bot.adapters.files.settings_file import load_settings, shipped
from bot.errors import ConfigError
from bot.gate.cedar import CedarGate
from bot.intent.model.router import Maker
from bot.pipeline.reading import LatePrompts
from bot.ports import Model, Room, Secrets, World
from bot.settings import Home, ModelSettings, Settings
from bot.skillkit.catalog import Catalog


def load_world(home: Home, catalog: Catalog) -> World:
    """Everything that the configuration says, or the first thing that is wrong with it.

    Raises:
        ConfigError: file, line and cure.
    """
    settings = load_settings(home.settings)
    try:
        policy = home.policies.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"It can't be read: {error}.", path=str(home.policies)) from error
    inventory = load_inventory(home.inventory)
    check_autonomy(home.settings, settings.autonomy, inventory, catalog)
    check_chat(home.settings, settings.chat, inventory)
    gate = CedarGate(policy, str(home.policies), catalog, settings.autonomy, settings.approval)
    _must_bind(home, settings, gate)
    return World(settings=settings, inventory=inventory, people=load_people(home.people), gate=gate)


def _must_bind(home: Home, settings: Settings, gate: CedarGate) -> None:
    """A channel's environments bind by a policy; one that was written before it has none.

    Raises:
        ConfigError: with what is to be added.
    """
    bound = any(channel.environments for channel in settings.chat.channels.values())
    if bound and not gate.looks_at("out_of_channel"):
        raise ConfigError(
            "No policy looks at `out_of_channel`, so that `chat.channels` in overseer.yaml would "
            "bind nobody.",
            path=str(home.policies),
            cure=f"Copy `channel-environment` from {shipped() / 'policies.cedar'}.",
        )


@dataclass
class Box:
    """Holds the current world and the files it was read from; a reload swaps them as a whole.

    `started` are the settings of the start, which some parts keep until the next one; so is the
    code of own skills (`skills`).
    """

    world: World
    files: Mapping[str, str]
    started: Settings
    skills: Mapping[str, str]
    prompts: LatePrompts
    address: str = ""
    rooms: tuple[Room, ...] = ()
    """The chat platforms that are set up."""
    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unit_names: tuple[str, ...] = ()
    """Those of all hosts, sorted."""
    swapping: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held from reading files to swapping the world: nobody puts an older one in its place."""

    def know(self, units: Mapping[str, tuple[str, ...]]) -> None:
        """Keep the units that were read, by host."""
        self.units = units
        self.unit_names = tuple(sorted({name for names in units.values() for name in names}))


def models_with(secrets: Secrets) -> Maker:
    """Models of the providers' own SDKs; nothing of them is imported before one is wanted."""

    def make(settings: ModelSettings) -> Model:
        from bot.adapters.llm import model_of

        made: Model = model_of(settings, secrets)
        return made

    return make


def display_of(world: World, name: str) -> str:
    """How people call who has this name in people.yaml."""
    return world.people.shown(name)

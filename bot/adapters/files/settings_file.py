"""`overseer.yaml` as the settings tree, and the shipped defaults."""

from __future__ import annotations

import sysconfig
from pathlib import Path

from bot.adapters.files.marked_yaml import read
from bot.adapters.files.zones import checked_zone
from bot.errors import ConfigError
from bot.settings import Settings


def load_settings(path: Path) -> Settings:
    """Read the settings; an empty or missing file means all defaults.

    Raises:
        ConfigError: broken YAML, an unknown key, a value of the wrong shape or out of range,
            or a time zone that does not exist.
    """
    file = read(path)
    settings = file.build(Settings, file.section(), ())
    checked_zone(file, ("timezone",), settings.timezone)
    return settings


def shipped(folder: str = "config", *, holding: str = "policies.cedar") -> Path:
    """A folder that ships beside the code: in a checkout, or where `pip` put it.

    Raises:
        ConfigError: the installation is incomplete: there is none with the file `holding`.
    """
    places = (
        Path(__file__).resolve().parents[3] / folder,
        Path(sysconfig.get_path("data")) / "share" / "overseer" / folder,
    )
    for place in places:
        if (place / holding).is_file():
            return place
    raise ConfigError(
        f"{holding}, which ships with Overseer, is missing.",
        path=str(places[0]), cure="Install Overseer again.",
    )  # fmt: skip

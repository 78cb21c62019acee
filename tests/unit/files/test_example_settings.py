"""The settings that ship commented out are the defaults, and each section is there."""

from pathlib import Path

import pytest
import yaml

from bot.settings import Settings

TEXT = Path("config/overseer.yaml").read_text()
OURS_ALONE = {"api_url", "gateway_url"}
"""Left empty by everybody but tests."""


def section(name):
    """A section with its `#` taken away."""
    lines = iter(TEXT.splitlines())
    found = [next(line for line in lines if line.startswith(f"# {name}:"))]
    for line in lines:
        if not line.startswith("#   "):
            break
        found.append(line)
    return yaml.safe_load("\n".join(line[2:] for line in found))[name]


def test_each_setting_has_a_line():
    said = {line[2:].partition(":")[0] for line in TEXT.splitlines() if line.startswith("# ")}
    assert set(Settings.model_fields) - said == set()


@pytest.mark.parametrize("name", ["slack", "discord"])
def test_what_a_platform_can_be_told_stands_there_as_it_is_by_default(name):
    given = section(name)
    default = getattr(Settings(), name)
    assert set(given) == set(type(default).model_fields) - OURS_ALONE
    assert type(default).model_validate(given) == default

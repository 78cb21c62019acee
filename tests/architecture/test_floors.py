"""The floors in pyproject.toml bite: a house with one forbidden import does not stand."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STAGES = (
    "conversation", "intent", "planning", "gate", "execution", "reporting", "delivery", "watch",
)  # fmt: skip
LINT = "from importlinter.cli import lint_imports_command as main; main()"


@pytest.fixture
def house(tmp_path):
    """A house with every room, all of them empty."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    rooms = ["app", "cli", "api", "pipeline", *STAGES, "chat", "ports", "settings", "skillkit"]
    for room in [f"bot/{room}" for room in rooms] + [
        "bot/domain",
        "bot/errors",
        "bot/adapters/slack",
        "bot/adapters/store",
        "bot/testing/fake_host",
        "skills/service",
    ]:
        (tmp_path / room).mkdir(parents=True)
    for folder in tmp_path.rglob("*/"):
        (folder / "__init__.py").touch()
    return tmp_path


def let(house, importer, imported):
    """Write an import into a room, and give the linter's verdict."""
    room = house / importer.replace(".", "/") / "__init__.py"
    room.write_text(f"import {imported}\n")
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache", "--no-logo"],
        cwd=house,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("bot.domain", "bot.skillkit"),
        ("bot.skillkit", "bot.ports"),
        ("bot.ports", "bot.gate"),
        ("bot.ports", "bot.chat"),
        ("bot.chat", "bot.delivery"),
        ("bot.gate", "bot.execution"),
        ("bot.planning", "bot.pipeline"),
        ("bot.execution", "bot.adapters.store"),
        ("bot.adapters.slack", "bot.gate"),
        ("bot.adapters.slack", "bot.adapters.store"),
        ("bot.testing", "bot.adapters.store"),
        ("bot.pipeline", "bot.adapters.slack"),
        ("bot.pipeline", "bot.testing.fake_host"),
        ("bot.api", "bot.adapters.store"),
        ("bot.pipeline", "bot.api"),
        ("bot.skillkit", "skills.service"),
        ("bot.app", "skills.service"),
        ("skills.service", "bot.ports"),
        ("skills.service", "bot.settings"),
        ("skills.service", "bot.errors"),
    ],
)
def test_a_forbidden_import_breaks_a_floor(house, importer, imported):
    verdict = let(house, importer, imported)
    assert verdict.returncode == 1, verdict.stdout
    assert f"{importer} -> {imported} (l.1)" in verdict.stdout


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("bot.app", "bot.adapters.slack"),
        ("bot.cli", "bot.app"),
        ("bot.cli", "bot.testing.fake_host"),
        ("bot.pipeline", "bot.gate"),
        ("bot.gate", "bot.settings"),
        ("bot.adapters.slack", "bot.ports"),
        ("bot.adapters.slack", "bot.chat"),
        ("skills.service", "bot.skillkit"),
        ("skills.service", "bot.domain"),
    ],
)
def test_the_stairs_down_are_open(house, importer, imported):
    verdict = let(house, importer, imported)
    assert verdict.returncode == 0, verdict.stdout


def test_a_new_room_needs_a_floor(house):
    (house / "bot" / "attic.py").touch()
    verdict = let(house, "bot.cli", "bot.app")
    assert verdict.returncode == 1
    assert "bot.attic" in verdict.stdout

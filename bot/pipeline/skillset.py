"""Which skills an Overseer has: those that ship, and its own beside them.

A broken shipped skill stops the start. A broken own one is left out, and the catalogue says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import structlog

from bot.errors import ConfigError
from bot.gate.schema import parameter_types
from bot.intent.skill_phrases import prove_phrases
from bot.settings import Home, Settings
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import Skill
from bot.skillkit.loader import BUILT_IN, load
from bot.skillkit.own import Found, Proof, digest_of_code, folders_in, load_own, shown

_log = structlog.get_logger(__name__)


def own_folder(home: Home, settings: Settings) -> Path:
    """Where own skills lie."""
    return Path(settings.skills_dir).expanduser() if settings.skills_dir else home.skills


def catalog_of(home: Home, settings: Settings) -> Catalog:
    """Every skill, shipped and own.

    Raises:
        ConfigError: a shipped skill is broken, or the folder of own ones can't be read.
    """
    shipped = load(settings.skills)
    found = own_skills(home, settings)
    return Catalog((*shipped, *found.skills), found.disabled)


def note_disabled(catalog: Catalog) -> None:
    """Write into the log which own skills are left out."""
    for disabled in catalog.disabled:
        _log.error("an own skill is disabled", skill=disabled.name, why=str(disabled))


def own_skills(home: Home, settings: Settings) -> Found:
    """The own skills that are whole, and what is wrong with the others.

    Raises:
        ConfigError: the folder can't be read.
    """
    root = own_folder(home, settings)
    if not folders_in(root):  # the usual case costs nothing
        return Found()
    guarded = not root.is_relative_to(home.path)
    return load_own(root, proof=proof_against(load(BUILT_IN)), guarded=guarded)


def proof_against(shipped: Sequence[Skill]) -> Proof:
    """Holds one own skill after the other against what ships and against those before it."""
    beside = list(shipped)

    def prove(skill: Skill, folder: Path) -> None:
        file = folder / "phrases.yaml"
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        others = {s.name: s for s in beside}
        prove_phrases(skill, others, text=text, path=shown(file))
        _prove_parameters(skill, beside, folder)
        beside.append(skill)

    return prove


def _prove_parameters(skill: Skill, beside: Sequence[Skill], folder: Path) -> None:
    """A parameter means one thing everywhere, or policies could no longer speak of it."""
    before = parameter_types(Catalog(beside))
    after = parameter_types(Catalog((*beside, skill)))
    for name, kind in before.items():
        if after.get(name) != kind:
            raise ConfigError(
                f"its parameter {name} is of another type than elsewhere ({kind}), so that no "
                "policy could speak of it.",
                path=f"{shown(folder)}/actions.py", cure="Call it otherwise.",
            )  # fmt: skip


def fingerprint(home: Home, settings: Settings) -> dict[str, str]:
    """Each own skill with the hash of its code, to tell whether one has changed."""
    found = {}
    for folder in folders_in(own_folder(home, settings)):
        try:
            found[folder.name] = digest_of_code(folder)
        except OSError as error:  # such a one is disabled, and its mend is a change
            found[folder.name] = str(error)
    return found

"""Packages: which updates wait, and installing exactly those."""

from __future__ import annotations

from bot.skillkit.contract import Skill
from skills.package import actions

SKILL = Skill(
    name="package",
    summary="packages: waiting updates, upgrades to the versions listed",
    actions=(actions.check_updates, actions.upgrade),
)

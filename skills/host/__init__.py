"""Machines: how they are, what runs there, a raw command, a reboot."""

from __future__ import annotations

from bot.skillkit.contract import Skill
from skills.host import actions

SKILL = Skill(
    name="host",
    summary="machines: how they are, what runs there, reboot",
    actions=(
        actions.list_hosts,
        actions.status,
        actions.disk,
        actions.processes,
        actions.run,
        actions.reboot,
    ),
)

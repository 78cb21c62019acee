"""systemd units: how they are, start, stop, restart, reload, logs."""

from __future__ import annotations

from bot.skillkit.contract import Skill
from skills.service import actions
from skills.service.facts import units

SKILL = Skill(
    name="service",
    summary="services (systemd units): state, start, stop, restart, reload, logs",
    actions=(
        actions.status,
        actions.start,
        actions.stop,
        actions.restart,
        actions.reload,
        actions.logs,
    ),
    facts={"units": units()},
)

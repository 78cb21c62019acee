"""Plans: what was asked before, one plan in full, withdrawing one."""

from __future__ import annotations

from bot.skillkit.contract import Skill
from skills.plan import actions

SKILL = Skill(
    name="plan",
    summary="plans: history, one in full, cancel",
    actions=(actions.history, actions.show, actions.cancel),
)

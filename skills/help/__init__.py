"""What Overseer can do, and how to ask for it."""

from __future__ import annotations

from bot.skillkit.contract import Skill
from skills.help import actions

SKILL = Skill(
    name="help",
    summary="what can be asked, with examples",
    actions=(actions.show,),
)

"""Questions about Overseer's own work, as a model reads them: "warum?", "was wartet?". Pure.

They become what the rules make of "why?" and "what waits?", and are answered from the store alone.
"""

from __future__ import annotations

import re

from bot.domain.intents import ParseContext, Standing, Why
from bot.intent.model.answer import Answer

_NUMBER = re.compile(r"\d+")


def own_state(answer: Answer, text: str, context: ParseContext) -> Why | Standing:
    """What is asked.

    Raises:
        ValueError: nothing is, or about a plan that the person has not named.
    """
    if not answer.asked:
        raise ValueError("kind is state, and asked is empty")
    plan = answer.plan if answer.asked in {"why", "plan"} else 0
    known = {int(found) for found in _NUMBER.findall(text[-1000:])}
    known |= {open_plan.number for open_plan in context.open} | set(context.elsewhere)
    if plan and plan not in known:
        raise ValueError(f"plan: the request names no plan {plan}; 0 is the thread's last one")
    if answer.asked == "why":
        return Why(plan=plan)
    return Standing(what=answer.asked, plan=plan)

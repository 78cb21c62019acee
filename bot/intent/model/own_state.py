"""Questions about Overseer's own work, as a model reads them: "warum?", "was wartet?". Pure.

They become what the rules make of "why?" and "what waits?", and are answered from the store alone.
"""

from __future__ import annotations

from bot.domain.intents import ParseContext, Standing, Why
from bot.intent.model.answer import Answer
from bot.intent.patterns import compiled

_NUMBERED = compiled(r"#(\d{1,9})\b")
_OF_ALL = frozenset({"running", "open", "later"})
"""What is asked of all plans; of one that is named it is asked of that."""
_NUMBER = compiled(r"\d+")


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
    named = {int(found) for found in _NUMBERED.findall(text[-1000:])}
    if answer.asked in _OF_ALL and answer.plan and named == {answer.plan}:
        return Standing(what="plan", plan=answer.plan)  # "when does #14 start?"
    if answer.asked == "why":
        return Why(plan=plan)
    return Standing(what=answer.asked, plan=plan)

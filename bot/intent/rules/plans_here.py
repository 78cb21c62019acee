"""Which plan is meant where none is named: "show me the plan". Pure.

The one of the conversation that is open or goes on, else the one that was asked for last there.
Of several it is asked which, and nothing is guessed of what would end or change one.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.intents import Option, ParseContext, Question
from bot.intent.rules.finding import Finding
from bot.intent.rules.questions import ANSWER

_MOST = 5
_PLAN = ("plan",)


def named(finding: Finding, context: ParseContext, *, changes: bool) -> Finding:
    """The finding with the one plan that it can mean, where it only looks at that."""
    here = numbers(context)
    if finding.kind != "wish" or finding.missing != _PLAN or changes or len(here) != 1:
        return finding
    return replace(finding, missing=(), params={**finding.params, "plan": here[0]})


def numbers(context: ParseContext) -> tuple[int, ...]:
    """The plans of a conversation that may be meant, the newest first."""
    found = {plan.number for plan in context.open}
    found |= {run.number for run in context.halted} | {run.number for run in context.moving}
    if not found:
        found = {each.plan for each in context.earlier[-1:]}
    return tuple(sorted(found, reverse=True))


def offered(asked: Question, context: ParseContext) -> Question:
    """The question which plan is meant, with those that may be."""
    here = sorted(numbers(context)[:_MOST])
    if asked.about != _PLAN[0] or asked.options or ANSWER not in asked.fill or not here:
        return asked
    says = {n: asked.fill.replace(ANSWER, f"#{n}") for n in here}
    options = tuple(Option(label=f"#{n}", says=said) for n, said in says.items())
    return asked.model_copy(update={"options": options})

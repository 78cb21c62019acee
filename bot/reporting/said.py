"""The words of the request that each step came from, where they tell more than the request. Pure.

A request that is one step is told by its card already. Of several steps each shows what it came
from, and where a model read the request so does a single one: whoever approves sees which words
the model took for it.
"""

from __future__ import annotations

from bot.domain.cards import Row, Span, Tone
from bot.domain.marked import literal
from bot.domain.plans import Plan
from bot.domain.wording import shortened

LONGEST = 160
"""Characters of a step's words on a card; the request stands above them, whole, in the thread."""


def said_of(plan: Plan) -> tuple[str, ...]:
    """What to show of each step's words, in the steps' order: empty for nothing.

    Left out is what says nothing new: the whole request, and the words of the step before.
    """
    if len(plan.steps) < 2 and plan.read_by.partition(" ")[0] == "rules":
        return ("",) * len(plan.steps)
    found: list[str] = []
    former = _plainly(plan.request)
    for step in plan.steps:
        words = _plainly(step.words)
        found.append("" if words in {former, _plainly(plan.request)} else _short(step.words))
        former = words or former
    return tuple(found)


def said_row(words: str) -> Row:
    """`said      “restart nginx there”`, quietly."""
    return Row(
        label="said", spans=(Span(text=f"“{literal(words)}”", tone=Tone.DIM),), tone=Tone.DIM
    )


def _plainly(text: str) -> str:
    """For comparing: what differs only in case, blanks or the signs around it says the same."""
    return " ".join(text.casefold().split()).strip(" .,;:!?\"'“”")


def _short(text: str) -> str:
    return shortened(" ".join(text.split()), LONGEST)

"""To whom the words of a thread may be told, where a person has chosen who reads them. Pure.

    use local: …    no cloud is told of it, now or later: not with the next request, not with what
                    is said to the question or the plan that came of it
    use rules: …    no model is

What may be an answer to such a question is read by the same reader, and so is what may be a word on
such a plan, as long as it is open and the last of its thread: all that the rules don't read as a
request of its own. Unless it names another; that one is then told nothing of what came before.
"""

from __future__ import annotations

from bot.domain.intents import Intent, ParseContext, Revision, Understanding
from bot.domain.usage import Chosen, Tier, may_be_told


def inherited(context: ParseContext, rules: Understanding) -> Chosen | None:
    """Who is to read what names nobody; `rules` is what the rules read in it."""
    said = rules.outcome
    alone = isinstance(said, Intent) or (isinstance(said, Revision) and said.whole)
    if alone and rules.picks is None:
        return None
    if context.question is not None and not context.unseen:
        return context.question.wanted
    latest = next((plan for plan in context.open if plan.mine and plan.newest), None)
    return None if latest is None or may_be_told(latest.wanted, None) else latest.wanted


def told(context: ParseContext, tier: Tier | None) -> ParseContext:
    """The thread as models of this tier may know it; None: whichever is asked.

    Where its last plan is not for them, nor are its targets: a name that only it has spoken of
    would go in before the others, or where no other of its kind does.
    """
    if not may_be_told(context.wanted, tier):
        context = context.without_last()
    asked = context.question
    question = asked if asked is not None and may_be_told(asked.wanted, tier) else None
    return context.model_copy(
        update={
            "question": question,
            "open": tuple(each for each in context.open if may_be_told(each.wanted, tier)),
            "earlier": tuple(each for each in context.earlier if may_be_told(each.wanted, tier)),
        }
    )

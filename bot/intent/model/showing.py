"""Whether what was read is to be done or only to be shown, where a model says the latter. Pure.

The rules read an order to its last word, and no model turns one into a look at what would happen:
where it reads that, the person is asked. Where only the model has read the request its reading
runs nothing and stands, and the card says whose it is: nobody waits for what was never asked for.
"""

from __future__ import annotations

from typing import NamedTuple

from bot.domain.intents import Intent, Outcome, Question, Revision
from bot.intent.model.confirming import changes
from bot.intent.model.grounds import Grounds
from bot.intent.model.readings import asked, option

ONLY_SHOWN = (
    "{by} read this as a question of what would happen; whoever wants it done presses “Ask for it”."
)
BESIDE = "{by} read this as a question of what would happen to an open plan; to change it, say so."
ORDER = "{by} read this as a question of what would happen, the rules as an order."


class Shown(NamedTuple):
    """The outcome, whether it is only to be shown, and a sentence for the card."""

    outcome: Outcome
    plan_only: bool = False
    note: str = ""


def shown(outcome: Outcome, rules: Outcome, by: str, grounds: Grounds) -> Shown:
    """What counts of a reading that a model wants only shown, and the rules do not."""
    if not isinstance(rules, Intent | Revision):
        if (beside := apart(outcome)) is not outcome:
            return Shown(beside, plan_only=True, note=BESIDE.format(by=by))
        note = ONLY_SHOWN.format(by=by) if isinstance(outcome, Intent) else ""
        return Shown(outcome, plan_only=True, note=note)
    if isinstance(outcome, Question):  # what is picked of it is said by the person
        return Shown(outcome.model_copy(update={"plan_only": False}))
    intent = rules.intent if isinstance(rules, Revision) else rules
    if outcome is rules and changes(intent, grounds.catalog):
        return Shown(asked(f"{ORDER.format(by=by)} Do you want this done?", option(rules, grounds)))
    return Shown(outcome)


def apart(outcome: Outcome) -> Outcome:
    """A revision that a model read alone, without the question whether it shall be made.

    Where it is only to be shown it is shown beside the open plan, and changes nothing of it.
    """
    if not isinstance(outcome, Question) or len(outcome.options) != 1:
        return outcome
    means = outcome.options[0].means
    return means if isinstance(means, Revision) else outcome

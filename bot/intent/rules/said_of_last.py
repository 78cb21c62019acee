"""Orders that are whole only beside what was asked last: "install them", "reload instead", "retry".

Each becomes the order that the rules know for it. Behind a colleague's words it is theirs. Pure.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re

from bot.domain.intents import OpenPlan, Option, ParseContext, Question
from bot.domain.wording import listed
from bot.intent.patterns import compiled
from bot.intent.rules import stops_asked
from bot.intent.rules.stop_clauses import clause_in
from bot.intent.rules.stops_asked import Going
from bot.intent.rules.verbs import VERBS
from bot.intent.rules.vocabulary import Vocabulary

_LEAD = r"(?>(?:please|pls|ok|okay|yes|sure|so|then|just|and|now|actually|no|can you|could you)\b[\s,]*+)*+"
_TAIL = r"(?:[\s,]++(?:please|pls|then|now|thanks))*+[\s.!?]*+"
_INSTALL = compiled(
    rf"{_LEAD}(?:install|apply|upgrade|update) (?:(?:all|both) (?:of )?)?"
    rf"(?:them|it|those|these|everything|all|the (?P<only>security )?(?:ones|updates|upgrades|patches)){_TAIL}",
    re.IGNORECASE,
)
_INSTEAD = compiled(
    rf"{_LEAD}(?:make (?:it|that|this) an? (?P<as>[a-z]+)(?: instead)?|(?:an? )?(?P<verb>[a-z]+) (?:instead|rather)){_TAIL}",
    re.IGNORECASE,
)
_RETRY = compiled(rf"{_LEAD}re-?(?:try|run)(?: (?:it|that|this))?(?: again)?{_TAIL}", re.IGNORECASE)  # fmt: skip
_AHEAD = compiled(rf"{_LEAD}(?:go ahead|go for it|proceed|do so)(?: with (?:it|that|this))?{_TAIL}", re.IGNORECASE)  # fmt: skip
_LONGEST = 80


def meant(text: str, context: ParseContext, vocabulary: Vocabulary) -> str | Question:
    """The words that are meant, beside what was asked last; the same where it is no such order.

    "Stop instead" may be said of the plan, or of the service that it is about: that is asked.
    """
    if context.between or len(text) > _LONGEST or not context.request:
        return text
    updates = context.action == "package.check_updates" and context.hosts
    if updates and (found := _INSTALL.fullmatch(text)):
        what = "install the security updates" if found["only"] else "upgrade all packages"
        return f"{what} on {listed(context.hosts)}"
    plan = _waiting(context)
    if plan is not None and (found := _INSTEAD.fullmatch(text)):
        verb = (found["as"] or found["verb"]).casefold()
        if clause_in(f"{verb} it") is not None:
            return _stopped(verb, plan)
        return f"{verb} it instead" if verb in VERBS else text
    last = vocabulary.actions.get(context.action)
    tried = last is not None and last.changes and plan is None and not context.halted
    if tried and _RETRY.fullmatch(text):
        return "try again"
    return "do it" if is_shown(context) and _AHEAD.fullmatch(text) else text


def _stopped(verb: str, plan: OpenPlan) -> Question:
    """Whether the plan is withdrawn, or one that stops its service takes its place."""
    going = Going(plan.number, plan.title, waits=True)
    withdraws = stops_asked.question(verb, (going,))
    services = {str(wish.params.get("service", "")) for wish in plan.intent.wishes}
    if len(services) != 1 or "" in services:
        return withdraws
    (service,) = services
    stops = f"stop {service} on {listed(plan.hosts)}"
    return withdraws.model_copy(
        update={
            "text": f"Shall I withdraw #{plan.number}, or shall it stop {service} instead?",
            "options": (*withdraws.options, Option(label=stops, says="stop it instead")),
        }
    )


def is_shown(context: ParseContext) -> bool:
    """Whether their last plan was only shown, and nobody has spoken since."""
    plans = [plan for plan in context.open if plan.mine and plan.newest]
    return bool(plans) and not plans[0].waits and not context.between


def _waiting(context: ParseContext) -> OpenPlan | None:
    """Their plan that was asked for last and waits; None: there is none, or several wait."""
    plans = [plan for plan in context.open if plan.mine and plan.waits]
    return plans[0] if len(plans) == 1 and plans[0].newest else None

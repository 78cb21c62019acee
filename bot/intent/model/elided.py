"""Whether a change that a model reads as a plan of its own may be meant for an open one. Pure.

"Lieber auf web-1" is no request by itself: what shall be done there is said by the plan that waits. A
model that takes it for a second plan leaves the first one to be approved, too. So whoever says the
same deed again, without naming it or in words that correct and add, is asked which is meant.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re

from bot.domain.intents import Intent, OpenPlan, ParseContext, Revision, Wish
from bot.domain.wording import natural
from bot.intent.model.grounds import Grounds
from bot.intent.model.parts import deed
from bot.intent.model.spared import says_only
from bot.intent.model.words import words_of
from bot.intent.patterns import compiled

WHICH = (
    "#{number} still waits, and this says no more than a part of it. Shall #{number} be changed to "
    "this (votes on it would be void), or is this a plan of its own beside it?"
)
_INSTEAD = compiled(
    r"\b(?:lieber|stattdessen|anstatt|statt|eher|besser|doch|instead|rather|plutôt|mejor|en vez|liever|in plaats|invece|piuttosto|meglio|al posto)\b",
    re.IGNORECASE,
)
_ALSO = compiled(
    r"\b(?:auch|ebenfalls|zusätzlich|also|too|as well|aussi|également|también|además|ook|eveneens|anche|pure|inoltre)\b", re.IGNORECASE
)  # fmt: skip


def meant_for(model: Intent, grounds: Grounds) -> OpenPlan | None:
    """The person's own waiting plan that this may be a correction of; None: it stands by itself."""
    for plan in grounds.context.open:
        if plan.mine and plan.waits and _alike(model, plan) and _leans_on_it(model, grounds):
            return plan
    return None


def as_revision(model: Intent, plan: OpenPlan, text: str) -> Revision:
    """The same as the next revision of that plan, which runs as it did where nothing else is said.

    Where the text adds ("auch auf web-1"), what the plan had stays in it.
    """
    kept = plan.intent.options.changed({"force_production": False})
    ways = kept.changed(model.options.model_dump(exclude_defaults=True))
    wishes = _added(model, plan) if _ALSO.search(text) else model.wishes
    changed = {"wishes": wishes, "options": ways, "reason": model.reason or plan.intent.reason}
    intent = model.model_copy(update=changed)
    return Revision(plan=plan.number, revision=plan.revision, intent=intent)


def _added(model: Intent, plan: OpenPlan) -> tuple[Wish, ...]:
    """What the plan does, on the model's hosts, too."""
    found = []
    for wish in plan.intent.wishes:
        more = [each for each in model.wishes if deed(each) == deed(wish)]
        hosts = {h for each in (wish, *more) for h in each.params.get("hosts") or ()}
        unsaid = dict.fromkeys(mark for each in (wish, *more) for mark in each.unsaid)
        params = {**wish.params, "hosts": sorted(hosts, key=natural)} if hosts else wish.params
        update = {"params": params, "unsaid": tuple(unsaid), "alone": True}
        found.append(wish.model_copy(update=update) if more else wish)
    return tuple(found)


def _alike(model: Intent, plan: OpenPlan) -> bool:
    """Whether all that is to be done is done by the open plan, on whatever hosts."""
    there = [deed(wish) for wish in plan.intent.wishes]
    return all(deed(wish) in there for wish in model.wishes)


def _leans_on_it(model: Intent, grounds: Grounds) -> bool:
    """Whether the words leave to the plan what is to be done, or correct it."""
    if _INSTEAD.search(grounds.text) or _ALSO.search(grounds.text):
        return True
    words = words_of(grounds.text, ParseContext(), grounds.vocabulary)
    wanted = {str(wish.params["service"]) for wish in model.wishes if wish.params.get("service")}
    if wanted - words.services and not any(words.named(name) for name in wanted):
        return True
    return says_only(grounds.text, words.is_name)

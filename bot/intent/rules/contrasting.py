""" "not web-1, web-2" beside a plan on web-1 alone: web-2 in its place.

Of a plan that has both, the same words take both away; so only the plan tells what is meant.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.domain.intents import OpenPlan
from bot.domain.wording import listed
from bot.intent.patterns import compiled
from bot.intent.rules.edits import Deed, Edit, Target
from bot.intent.rules.rewriting import held

_NOT = compiled(r"\bnot (?:on |for )?(?:the )?(?P<first>[^\s,]+),\s*(?!and\b|or\b)", re.IGNORECASE)


def contrasted(edit: Edit, plan: OpenPlan) -> Edit:
    """The edit, as a swap where the first of two names alone is of the plan."""
    said = _NOT.search(edit.text)
    if said is None or len(edit.deeds) != 1 or edit.deeds[0].verb != "drop":
        return edit
    what = edit.deeds[0].what
    has = held(plan.intent.wishes, what.kind)
    gone = tuple(name for name in what.names if name in has)
    come = tuple(name for name in what.names if name not in has)
    if what.trouble or not come or gone != (said["first"].casefold(),):
        return edit
    new = replace(what, names=come, said=listed(list(come)))
    return replace(edit, deeds=(Deed("swap", new, Target(what.kind, gone, gone[0])),))

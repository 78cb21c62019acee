"""Who is to decide about a run that has halted, and where each of them is told.

In the thread they are mentioned. Who can't be, because the plan was asked on a page, in a terminal
or on a platform where they have no account, or its channel takes no message from Overseer any more,
is told in a direct message: by the plan's card, on which they can decide; where that is already,
by a sentence beside it, as an edit notifies nobody.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.conversation.holders import steerer
from bot.domain.messages import ThreadRef
from bot.domain.plans import Plan
from bot.domain.posts import card_key
from bot.domain.runs import Run
from bot.pipeline import arrivals, last_spoke, outdated
from bot.pipeline.notifier import Notifier, is_unheard
from bot.ports import Unit
from bot.reporting import notices
from bot.reporting.reader import Reader


class Deciders:
    """Calls those who are to decide, each once."""

    def __init__(self, notifier: Notifier, reader: Callable[[str], Reader]) -> None:
        """`reader` is for whom a sentence is written."""
        self._notifier = notifier
        self._reader = reader

    def call(self, unit: Unit, plan: Plan, run: Run) -> None:
        """Call whoever it was handed to, else who steers it and who has approved it."""
        by = [vote.person for vote in unit.votes(plan.id, plan.revision)]
        names = tuple(dict.fromkeys([run.decider] if run.decider else [steerer(unit, plan), *by]))
        key = outdated.decision_key(unit, run)
        there = tuple(n for n in names if self._notifier.tells(unit, n, plan.thread))
        called = there if plan.thread.is_direct else names
        said = notices.needs_decision(plan, run, called, self._reader(plan.requester))
        if unit.posted(plan.thread, key) is None:
            last_spoke.overseer_asks(unit, plan.thread)
        self._notifier.say(unit, plan.thread, key, said)
        if is_unheard(unit, plan.thread, key):
            there = ()
        for name in names:
            for place in () if name in there else self._notifier.places(name, plan.thread):
                self._call_apart(unit, plan, run, name, place, key)

    def _call_apart(
        self, unit: Unit, plan: Plan, run: Run, name: str, place: ThreadRef, key: str
    ) -> None:
        said = notices.needs_decision(plan, run, (name,), self._reader(name))
        found = unit.card(f"plan-{plan.id}")
        if said is None:
            return
        if found is not None:
            former = unit.posted(place, card_key(found[1].id))
            copy = unit.owe_card(place, found[1], name)
            if former is not None and former.gone:  # it could not be there then
                unit.owe_again(copy.id)
                former = None
            if arrivals.is_new(unit, former, copy, key):
                return
        self._notifier.say(unit, place, key, said, reader=name)

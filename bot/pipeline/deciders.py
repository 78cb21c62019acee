"""Who is to decide about a run that has halted, and where each of them is told.

In the thread they are mentioned. Who can't be, because the plan was asked on a page, in a terminal
or on a platform where they have no account, is told in a direct message: by the plan's card, on
which they can decide; where that is already, by a sentence beside it, as an edit notifies nobody.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.conversation.holders import steerer
from bot.domain.messages import ThreadRef
from bot.domain.plans import Plan
from bot.domain.runs import Run
from bot.pipeline import arrivals, outdated
from bot.pipeline.notifier import Notifier
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
        """Call whoever it was handed to, else who asked for it, steers it and has approved it."""
        by = [vote.person for vote in unit.votes(plan.id, plan.revision)]
        whom = [run.decider] if run.decider else [steerer(unit, plan), *by]
        names = tuple(dict.fromkeys(whom))
        key = outdated.decision_key(run)
        notice = notices.needs_decision(plan, run, names, self._reader(plan.requester))
        self._notifier.say(unit, plan.thread, key, notice)
        for name in names if notice is not None else ():
            if not self._notifier.tells(name, plan.thread):
                for place in self._notifier.places(name, plan.thread):
                    self._call_apart(unit, plan, run, name, place)

    def _call_apart(self, unit: Unit, plan: Plan, run: Run, name: str, place: ThreadRef) -> None:
        key, found = outdated.decision_key(run), unit.card(f"plan-{plan.id}")
        if found is not None:
            there = [each for each in unit.posts_of(found[1].id) if each.place == place]
            former = next((each for each in there if each.reader), None)
            if arrivals.is_new(unit, former, unit.owe_card(place, found[1], name), key):
                return
        said = notices.needs_decision(plan, run, (name,), self._reader(name))
        self._notifier.say(unit, place, key, said, reader=name)

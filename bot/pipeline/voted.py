"""What somebody has decided about others' plans: their votes, for the history of a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.approvals import Ballot
from bot.pipeline.spoken import Spoken
from bot.ports import PlanFilter, Unit
from bot.reporting.reader import Reader

MOST = 200
"""Plans, the newest first, whose votes are looked through for one answer."""


def decided_by(
    unit: Unit, want: PlanFilter, reader: Reader, spoken: Spoken
) -> Iterator[dict[str, object]]:
    """The plans on which the person of `want` has voted since then, how and when; the newest first.

    A vote counts by when it was given; of a plan that was changed, those on what it is now.
    """
    if want.person is None:
        return
    every = replace(want, person=None, since=None, changes=None, limit=MOST)
    for stored in unit.plans(every):
        if not spoken.plan(stored.plan):
            continue
        for vote in unit.votes(stored.plan.id, stored.plan.revision):
            if vote.person == want.person and (want.since is None or vote.at >= want.since):
                yield {
                    "plan": stored.plan.id,
                    "title": stored.plan.title,
                    "voted": "approved" if vote.ballot is Ballot.APPROVE else "denied",
                    "at": reader.clock(vote.at),
                }

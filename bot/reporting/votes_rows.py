"""The rows of a plan's card that tell of votes: given, still possible, and who knows of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.approvals import Vote
from bot.domain.cards import Row, plain
from bot.domain.plans import Plan
from bot.domain.wording import listed
from bot.ports import StoredPlan
from bot.reporting.plan_frame import taken_off, voided
from bot.reporting.reader import Reader

MOST_NAMED = 8
"""Of more people to whom nothing gets, these are named, and how many more."""
BY_NOBODY = "nobody may approve it"
"""In place of how many votes it has: it need not be waited for as it stands."""


def left_of(plan: Plan, given: Sequence[Vote]) -> tuple[str, ...]:
    """Who may vote and has not."""
    voted = {vote.person for vote in given}
    return tuple(n for n in (plan.verdict.approvers if plan.verdict else ()) if n not in voted)


def votes_rows(stored: StoredPlan, given: Sequence[Vote], reader: Reader) -> list[Row]:
    """Who has approved, who may, and whether they were told; whom nothing gets to, apart."""
    plan = stored.plan
    said = [f"{reader.who(v.person)} approved {reader.clock(v.at)}" for v in given]
    void = voided(plan, reader)
    gone = taken_off(stored.voided, [v.person for v in given], reader)
    left = left_of(plan, given)
    if left:
        verb = "may still vote" if said else "may vote"
        who = ", ".join(reader.who(name) for name in left)
        said.append(f"{verb}: {who}{_told(stored, left, reader)}")
        said += [_untold(stored, left, reader), reader.elsewhere(left)]
    if stored.lends:
        said.append(_by_role(stored, (*left, *(v.person for v in given)), reader, more=bool(left)))
    said = [each for each in (void, gone, *said, _asked_before(plan, reader)) if each]
    votes = Row(
        label="VOTES", spans=plain(" · ".join(said) or f"{BY_NOBODY} as it stands: see ASKED")
    )
    return [votes, *_nowhere(stored, left, reader)]


def _nowhere(stored: StoredPlan, left: Sequence[str], reader: Reader) -> Iterator[Row]:
    """`not told  Dana: page only`."""
    names = [reader.who(name) for name in left if name in stored.nowhere]
    if names:
        yield Row(label="not told", spans=plain(f"{listed(names, most=MOST_NAMED)}: page only"))


def _asked_before(plan: Plan, reader: Reader) -> str:
    """`not Chris, who asked for it before`: an approver wonders why they may not."""
    names = reader.people(plan.formerly)
    return f"not {names}, who asked for it before" if names else ""


def _by_role(stored: StoredPlan, named: Sequence[str], reader: Reader, *, more: bool) -> str:
    """Who may vote by what they hold there, as far as they were told, besides who is `named`."""
    role = f"by a role on {stored.plan.thread.surface.title()}"
    told = {name: at for name, at in stored.told_by_role.items() if name not in named}
    if not told:
        also = "others" if more else "who holds it"
        return f"{role} {also} may vote: nobody told them, so ask them"
    at = reader.clock(max(told.values()))
    return f"{role}: {reader.people(tuple(told))} (told {at}); whoever else holds it was not told"


def _told(stored: StoredPlan, left: Sequence[str], reader: Reader) -> str:
    """` (told 14:02)`; of several, who was, and when the last of them."""
    told = [name for name in left if name in stored.told]
    if not told:
        return ""
    at = reader.clock(max(stored.told[name] for name in told))
    if len(told) == len(left):
        return f" ({'told' if len(left) == 1 else 'all told'} {at})"
    return f" ({reader.people(told)} told {at})"


def _untold(stored: StoredPlan, left: Sequence[str], reader: Reader) -> str:
    """Who could not be told, and why; where that is everybody, that nobody was."""
    missing = [name for name in left if name in stored.untold]
    if not missing:
        return ""
    whys = listed(list(dict.fromkeys(stored.untold[name].rstrip(".") for name in missing)))
    if len(missing) == len(left):
        return f"nobody who may vote could be told: {whys}"
    return f"{reader.people(missing)} could not be told: {whys}"

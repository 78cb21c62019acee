"""Rows of what is said of single hosts, once for all that it is true of.

A plan of five hundred hosts stays readable: what differs in the host's name alone is one row,
and past `MOST_ROWS` the rest is counted, with where all of it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.domain.alike import together, told
from bot.domain.cards import Row, Tone, plain
from bot.domain.plans import Plan, Step
from bot.domain.wording import count, folded

MOST_ROWS = 16
"""Different sentences that are told one by one. So many hosts are named, too: see `outgrows`."""

IN_FILE = "the attached file has them all"


def said_rows(
    said: Iterable[tuple[str, str]], label: str, tone: Tone, *, aside: str = "", rest: str = IN_FILE
) -> Iterator[Row]:
    """A row for each sentence that differs; `said` are hosts and what is said of each.

    `rest` tells where the sentences stand that are only counted.
    """
    found = list(together(said).items())
    for shaped, hosts in found[:MOST_ROWS]:
        yield Row(label=label, spans=plain(told(shaped, hosts)), aside=aside, tone=tone)
    more = [host for _, hosts in found[MOST_ROWS:] for host in hosts]
    if more:
        text = f"{count(len(more), 'more host')} ({folded(more)}), not alike: {rest}"
        yield Row(label=label, spans=plain(text), tone=tone)


def outgrows(plan: Plan) -> bool:
    """Whether a card may leave sentences on single hosts to the attached file."""
    if any(len(step.targets) > MOST_ROWS for step in plan.steps) or len(plan.unread) > MOST_ROWS:
        return True
    return any(len(cautions(step)) > MOST_ROWS for step in plan.steps)


def cautions(step: Step) -> Mapping[str, tuple[str, ...]]:
    """What to mind of a step, with the hosts of each that is alike (`domain.alike.together`)."""
    return together((part.target.name, text) for part in step.targets for text in part.cautions)

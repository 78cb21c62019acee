"""What a revision that only a model read would change of an open plan, in words. Pure.

Whoever is asked "Shall #66 be changed to this?" decides on the difference: what goes, what comes,
how it is run otherwise, what of it the model put in, and what of the words it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from bot.domain import unsaid, ways
from bot.domain.intents import Intent, OpenPlan, Outcome, Question, Revision
from bot.domain.marked import literal
from bot.domain.wording import ranged
from bot.intent.model.carried import new_marks, new_ways
from bot.intent.model.grounds import Grounds
from bot.intent.model.parts import deed
from bot.intent.model.readings import ALL, spoken
from bot.skillkit.catalog import Catalog


def with_difference(outcome: Outcome, grounds: Grounds) -> Outcome:
    """A question about one revision, with what that revision changes; anything else as it is."""
    if not isinstance(outcome, Question):
        return outcome
    readings = [option.means for option in outcome.options]
    if len(readings) != 1 or not isinstance(readings[0], Revision):
        return outcome
    said = readings[0]
    former = next((each for each in grounds.context.open if each.number == said.plan), None)
    if former is None:
        return outcome
    told = " ".join(_told(former, said.intent, grounds))
    asked = f"{outcome.by}: “{outcome.text}”" if outcome.by else outcome.text
    return outcome.model_copy(update={"text": f"{asked} {told}", "by": ""})  # its quote ends here


def _told(former: OpenPlan, intent: Intent, grounds: Grounds) -> Iterator[str]:
    was, zone = former.intent, grounds.zone
    parts = [*_deeds(was, intent, grounds.catalog), *_ways(was, intent, zone)]
    changes = ", ".join(parts) or "nothing: it is as it was"
    yield f"Against revision {former.revision}: {literal(changes)}."
    yield from put_in(intent, zone, was)
    yield from (doubt for doubt in intent.doubts if doubt not in was.doubts)


def put_in(intent: Intent, zone: tzinfo, former: Intent | None = None) -> Iterator[str]:
    """What of a reading the model put in and nobody said, in a sentence, if anything.

    What the `former` plan, which it revises, has already is not put in by it.
    """
    was = former or Intent(wishes=())
    names = [*new_marks(intent, was)]
    names += ways.spoken(intent.options, zone, new_ways(intent.options, was.options))
    if names:
        yield f"The model put in {unsaid.told(names)}, which you did not ask for."


def _deeds(was: Intent, now: Intent, catalog: Catalog) -> Iterator[str]:
    """Hosts alone where only those differ, whole acts else."""
    if list(map(deed, was.wishes)) == list(map(deed, now.wishes)):
        for before, after in zip(was.wishes, now.wishes, strict=True):
            old, new = set(before.params.get("hosts", ())), set(after.params.get("hosts", ()))
            yield from [f"− {' '.join(ranged(sorted(old - new)))}"] if old - new else ()
            yield from [f"+ {' '.join(ranged(sorted(new - old)))}"] if new - old else ()
        return
    old_acts = [spoken((wish,), catalog, ALL, whole=True) for wish in was.wishes]
    new_acts = [spoken((wish,), catalog, ALL, whole=True) for wish in now.wishes]
    yield from (f"− {act}" for act in old_acts if act not in new_acts)
    yield from (f"+ {act}" for act in new_acts if act not in old_acts)


def _ways(was: Intent, now: Intent, zone: tzinfo) -> Iterator[str]:
    names = [
        name
        for name in type(now.options).model_fields
        if name not in {"unsaid", "keep_order"}
        and getattr(was.options, name) != getattr(now.options, name)
    ]
    said = ways.spoken(now.options, zone, names)
    yield from [f"now {', '.join(said)}"] if said else ()
    if was.options.force_production and not now.options.force_production:
        yield "without --force-production"

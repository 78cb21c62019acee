"""The rules' reading of a request beside the model's: which one counts, or a question with both.

Two readers that know nothing of each other seldom make the same mistake. Where both understood
and either would change something, they must agree on actions and targets; if they don't, the
person says which is meant, by a button that carries the very reading that it names.
"""

from __future__ import annotations

from typing import Any

from bot.domain.intents import (
    Intent,
    Outcome,
    Question,
    Refusal,
    Revision,
    SmallTalk,
    Standing,
    Why,
    Wish,
)
from bot.domain.marked import literal
from bot.domain.wording import listed, ranged, shortened
from bot.intent.model import declined, elided
from bot.intent.model.ailing import as_told
from bot.intent.model.confirming import (
    changes,
    confirmed,
    meant,
    offered,
    spared_by_rules,
    taken_out,
    without,
)
from bot.intent.model.differing import put_in
from bot.intent.model.grounds import Grounds
from bot.intent.model.ordered import side_by_side
from bot.intent.model.readings import asked, option, two
from bot.intent.rules.combining import LEFT_AS_IT_IS
from bot.skillkit.catalog import Catalog

_DEED = frozenset({"hosts", "service", "packages", "command"})
"""Parameters that say on what an action acts; every one of them counts where it changes things."""

_SHOWN = 160
"""Characters of a reading in a sentence."""

TWO_WAYS = "I can read that in two ways. Which one do you mean?"
WHOSE = "The first is how the rules read it, the second how the model does."
TOOK_IN = "{by} took in {hosts}, which you said to leave alone; the rules' reading counts."
HALF = "I read {} in that, too, and found no step for it. Is this all that you want done?"
LEFT = "As I read it, that leaves everything as it is. Do you want this done?"


def agreed(rules: Outcome, model: Outcome, grounds: Grounds) -> Outcome:
    """The outcome that counts; neither reader is believed where they differ on a change."""
    catalog = grounds.catalog
    if isinstance(rules, Refusal):
        return rules
    rules = as_told(rules, grounds)
    one, other = _planned(rules), _planned(model)
    if one is not None and other is not None:
        return _both(rules, model, grounds)
    if one is not None:
        return _only_rules(rules, model, grounds)
    if isinstance(model, Revision):
        text = f"Shall #{model.plan} be changed to this? Votes on it would be void."
        doubts = (*model.intent.doubts, *declined.of_revision(model, rules, grounds))
        return offered(text, [_alone(model, grounds, doubts)], grounds)
    if other is not None and rules == LEFT_AS_IT_IS and changes(other, catalog):
        doubts = declined.doubts(rules, other, grounds)
        return offered(LEFT, [_alone(model, grounds, doubts)], grounds)
    if not isinstance(model, Intent):
        return model
    if changes(model, catalog):
        alone = _marked(model, grounds, declined.doubts(rules, model, grounds))
        missing = declined.left_out(model, grounds)
    else:
        alone, missing = model, declined.lost_orders(model, grounds)
    if missing:
        text = HALF.format(listed([f"“{verb}”" for verb in missing]))
        put = put_in(alone, grounds.zone) if alone is model else ()
        return offered(" ".join((text, *put)), [alone], grounds)
    return _its_own(alone, grounds) if changes(model, catalog) else meant(alone, grounds)


def _its_own(alone: Intent, grounds: Grounds) -> Outcome:
    """The plan, or the question whether an open one is meant where it is no request by itself."""
    plan = elided.meant_for(alone, grounds)
    if plan is None:
        return alone
    readings = (elided.as_revision(alone, plan, grounds.text), alone)
    return offered(elided.WHICH.format(number=plan.number), readings, grounds)


def overruled(rules: Outcome, model: Outcome, by: str, grounds: Grounds) -> str:
    """What is told where both read, not alike, and the rules' reading counts.

    So it is of a look, and of a change where the model's has only what was to be left alone more.
    """
    one, other, catalog = _planned(rules), _planned(model), grounds.catalog
    if one is None or other is None:
        return ""
    if changes(one, catalog) or changes(other, catalog):
        left = spared_by_rules(rules, model, grounds)
        return TOOK_IN.format(by=by, hosts=listed(ranged(sorted(left)))) if left else ""
    if _looks(one, catalog) == _looks(other, catalog):
        return ""
    mine, theirs = (shortened(each.says, _SHOWN) for each in two(rules, model, grounds))
    return (
        f"{by} read this as “{literal(theirs)}”; the rules read every word of it, "
        f"as “{literal(mine)}”, and that counts."
    )


def _marked(intent: Intent, grounds: Grounds, doubts: tuple[str, ...]) -> Intent:
    """The model's reading, with a mark on each change: nobody else has read it.

    Its steps run in the order in which they are shown, unless the words want them side by side: a
    model that says nothing of an order must not lose the one that the person gave.
    """
    catalog = grounds.catalog
    changing = {w.action for w in intent.wishes if catalog.action(w.action).effect.changes}
    wishes = tuple(
        w.model_copy(update={"alone": True}) if w.action in changing else w for w in intent.wishes
    )
    told: dict[str, object] = {"wishes": wishes, "doubts": tuple(dict.fromkeys(doubts))}
    if len(wishes) > 1 and changing and not side_by_side(grounds.spoken):
        told["options"] = intent.options.model_copy(update={"keep_order": True})
    return intent.model_copy(update=told)


def _alone(model: Outcome, grounds: Grounds, doubts: tuple[str, ...] = ()) -> Outcome:
    """A model's plan or revision as a button carries it: pressed, it is still marked."""
    if isinstance(model, Revision):
        return model.model_copy(update={"intent": _marked(model.intent, grounds, doubts)})
    return _marked(model, grounds, doubts) if isinstance(model, Intent) else model


def _planned(outcome: Outcome) -> Intent | None:
    if isinstance(outcome, Revision):
        return outcome.intent
    return outcome if isinstance(outcome, Intent) else None


def _both(rules: Outcome, model: Outcome, grounds: Grounds) -> Outcome:
    one, other, catalog = _planned(rules), _planned(model), grounds.catalog
    if one is None or other is None:  # both were planned, or this is not asked
        return model
    if not changes(one, catalog) and not changes(other, catalog):
        # The rules read a sentence to its last word or not at all: what a model narrows or
        # widens in it nobody said, and a word that both read needs no mark.
        return rules
    if _same(rules, model, catalog):
        # What the rules read they read to the letter: their parameters, order and corrections.
        return rules
    left = spared_by_rules(rules, model, grounds)
    model = without(model, left) or rules
    if (other := _planned(model)) is None or _same(rules, model, catalog):
        return rules  # all that they differed in was to be left alone
    text = " ".join(filter(None, (TWO_WAYS, WHOSE, *put_in(other, grounds.zone), taken_out(left))))
    theirs = confirmed(_alone(model, grounds, other.doubts), catalog)
    return asked(text, *two(rules, theirs, grounds))


def _same(rules: Outcome, model: Outcome, catalog: Catalog) -> bool:
    one, other = _planned(rules), _planned(model)
    if one is None or other is None:
        return False
    same = one.options.start == other.options.start and _of_what(rules) == _of_what(model)
    return same and _deeds(one, catalog) == _deeds(other, catalog)


def _of_what(outcome: Outcome) -> tuple[int, int] | None:
    """The plan and the revision that an outcome changes; None: it is a plan of its own."""
    return (outcome.plan, outcome.revision) if isinstance(outcome, Revision) else None


def _only_rules(rules: Outcome, model: Outcome, grounds: Grounds) -> Outcome:
    """The rules understood and the model did not: a look is had, a change is asked about."""
    intent = _planned(rules)
    if intent is None or not changes(intent, grounds.catalog):
        return rules
    reading = option(rules, grounds)
    match model:
        case Question():
            kept = tuple(o for o in model.options if o.says != reading.says)
            return model.model_copy(update={"options": (reading, *kept)})
        case Refusal() | SmallTalk():
            took = f"{model.by or 'The model'} took that for no order: “{model.text}”"
            return asked(f"{took} Do you want this done?", reading)
        case Standing() | Why():
            text = "That could also be a question about my own plans. Do you want this done?"
            return asked(text, reading)
        case _:
            return rules


def _deeds(intent: Intent, catalog: Catalog) -> list[tuple[str, Any]]:
    """What is done to what, in order; for a change every parameter is part of it."""
    return [(w.action, _object(w, catalog)) for w in intent.wishes]


def _looks(intent: Intent, catalog: Catalog) -> list[tuple[str, Any]]:
    """What is looked at, and how much of it."""
    return [(w.action, _object(w, catalog, everything=True)) for w in intent.wishes]


def _object(wish: Wish, catalog: Catalog, *, everything: bool = False) -> tuple[Any, ...]:
    known = catalog.params(wish.action, wish.params).model_dump(mode="json", exclude_none=True)
    everything = everything or catalog.action(wish.action).effect.changes
    return tuple(
        sorted(
            (name, tuple(value) if isinstance(value, list) else value)
            for name, value in known.items()
            if (everything and name != "said") or name in _DEED
        )
    )

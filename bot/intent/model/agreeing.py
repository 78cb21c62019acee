"""The rules' reading of a request beside the model's: which one counts, or a question with both.

Two readers that know nothing of each other seldom make the same mistake. Where both understood
and either would change something, they must agree on actions and targets; if they don't, the
person says which is meant, by a button that carries the very reading that it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bot.domain.intents import (
    Intent,
    Option,
    Outcome,
    Question,
    Refusal,
    Revision,
    SmallTalk,
    Standing,
    Why,
    Wish,
)
from bot.domain.wording import listed
from bot.intent.rules.combining import LEFT_AS_IT_IS
from bot.skillkit.catalog import Catalog

_DEED = frozenset({"hosts", "service", "said", "packages", "command"})
"""Parameters that say on what an action acts; every one of them counts where it changes things."""

_FEW, _ALL = 4, 1_000_000

TWO_WAYS = "I can read that in two ways. Which one do you mean?"
LEFT = "As I read it, that leaves everything as it is. Do you want this done?"


def agreed(rules: Outcome, model: Outcome, catalog: Catalog) -> Outcome:
    """The outcome that counts; neither reader is believed where they differ on a change."""
    if isinstance(rules, Refusal):
        return rules
    one, other = _planned(rules), _planned(model)
    if one is not None and other is not None:
        return _both(rules, model, catalog)
    if one is not None:
        return _only_rules(rules, model, catalog)
    if isinstance(model, Revision):
        text = f"Shall #{model.plan} be changed to this? Votes on it would be void."
        return Question(about="request", text=text, options=(_option(model, catalog),))
    if other is not None and rules == LEFT_AS_IT_IS and changes(other, catalog):
        return Question(about="request", text=LEFT, options=(_option(model, catalog),))
    return _alone(model, catalog)


def _alone(model: Outcome, catalog: Catalog) -> Outcome:
    """The model's reading, with a mark on each change: nobody else has read it."""
    if isinstance(model, Revision):
        return model.model_copy(update={"intent": _marked(model.intent, catalog)})
    return _marked(model, catalog) if isinstance(model, Intent) else model


def _marked(intent: Intent, catalog: Catalog) -> Intent:
    changing = {w.action for w in intent.wishes if catalog.action(w.action).effect.changes}
    wishes = tuple(
        w.model_copy(update={"alone": True}) if w.action in changing else w for w in intent.wishes
    )
    return intent.model_copy(update={"wishes": wishes})


def changes(intent: Intent, catalog: Catalog) -> bool:
    """Whether any of its actions is more than a read."""
    return any(catalog.action(w.action).effect.changes for w in intent.wishes)


def _planned(outcome: Outcome) -> Intent | None:
    if isinstance(outcome, Revision):
        return outcome.intent
    return outcome if isinstance(outcome, Intent) else None


def _both(rules: Outcome, model: Outcome, catalog: Catalog) -> Outcome:
    one, other = _planned(rules), _planned(model)
    if one is None or other is None:  # both were planned, or this is not asked
        return model
    if not changes(one, catalog) and not changes(other, catalog):
        return model
    same = one.options.start == other.options.start
    if same and type(rules) is type(model) and _deeds(one, catalog) == _deeds(other, catalog):
        # What the rules read they read to the letter: their parameters, order and corrections.
        return rules
    return Question(about="request", text=TWO_WAYS, options=_two(rules, model, catalog))


def _two(rules: Outcome, model: Outcome, catalog: Catalog) -> tuple[Option, ...]:
    """Both readings, told apart in words, however alike they look."""
    outcomes = {"the rules": rules, "the model": model}
    for hosts in (_FEW, _ALL):
        found = [_option(outcome, catalog, hosts) for outcome in outcomes.values()]
        if found[0].says != found[1].says:
            return tuple(found)
    return tuple(
        o.model_copy(update={"label": said, "says": said})
        for o, who in zip(found, outcomes, strict=True)
        for said in (f"{o.says}, as {who} read it",)
    )


def _only_rules(rules: Outcome, model: Outcome, catalog: Catalog) -> Outcome:
    """The rules understood and the model did not: a look is had, a change is asked about."""
    intent = _planned(rules)
    if intent is None or not changes(intent, catalog):
        return rules
    reading = _option(rules, catalog)
    match model:
        case Question():
            kept = tuple(o for o in model.options if o.says != reading.says)
            return model.model_copy(update={"options": (reading, *kept)})
        case Refusal() | SmallTalk():
            took = f"{model.by or 'The model'} took that for no order: “{model.text}”"
            return Question(
                about="request", text=f"{took} Do you want this done?", options=(reading,)
            )
        case Standing() | Why():
            text = "That could also be a question about my own plans. Do you want this done?"
            return Question(about="request", text=text, options=(reading,))
        case _:
            return rules


def _deeds(intent: Intent, catalog: Catalog) -> list[tuple[str, Any]]:
    """What is done to what, in order; for a change every parameter is part of it."""
    return [(w.action, _object(w, catalog)) for w in intent.wishes]


def _object(wish: Wish, catalog: Catalog) -> tuple[Any, ...]:
    known = catalog.params(wish.action, wish.params).model_dump(mode="json", exclude_none=True)
    everything = catalog.action(wish.action).effect.changes
    return tuple(
        sorted(
            (name, tuple(value) if isinstance(value, list) else value)
            for name, value in known.items()
            if (everything and name != "said") or name in _DEED
        )
    )


def _option(outcome: Outcome, catalog: Catalog, hosts: int = _FEW) -> Option:
    """The reading as a button that carries it."""
    intent = _planned(outcome)
    means = outcome if isinstance(outcome, (Intent, Revision)) else None
    said = spoken(intent.wishes, catalog, hosts) if intent is not None else ""
    if intent is not None and intent.options.start is not None:
        said += f", starting {intent.options.start:%Y-%m-%d %H:%M} UTC"
    if isinstance(outcome, Revision):
        said = f"change #{outcome.plan} to: {said}"
    return Option(label=said, says=said, means=means)


def spoken(wishes: Iterable[Wish], catalog: Catalog, hosts: int = _FEW) -> str:
    """The wishes in words: "restart nginx on web-1 and web-2; reboot db-1".

    Of more than `hosts` hosts two are named and the rest counted.
    """
    parts = []
    for wish in wishes:
        title = catalog.action(wish.action).title(catalog.params(wish.action, wish.params))
        where = _where(wish.params.get("hosts") or (), hosts)
        parts.append(f"{title} on {where}" if where else title)
    return "; ".join(parts)


def _where(names: Sequence[str], hosts: int) -> str:
    if len(names) <= hosts:
        return listed(tuple(names)) if names else ""
    return f"{names[0]}, {names[1]} and {len(names) - 2} more"

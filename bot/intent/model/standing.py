"""How the models stand, in words: for a card where none answers, and for `status`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from bot.domain.usage import Tier, Used, counted, other_money
from bot.domain.wording import listed, money
from bot.intent.model.budgets import micros
from bot.intent.model.endpoint import Endpoint
from bot.settings import Budget

LEFT_OUT = "left out: "
"""How a line begins on a model that is not asked."""


def trouble(endpoint: Endpoint, now: datetime, monotonic: float, zone: tzinfo | None) -> str:
    """Why a model is not asked now, with the time since or until when; empty: it is."""
    breaker = endpoint.breaker
    if breaker.why is not None and breaker.since is not None:
        sentence = breaker.why.sentence.strip().rstrip(".")
        if endpoint.name not in sentence:
            sentence = f"{endpoint.name}: {sentence}"
        told = f"since {_clock(breaker.since, now, zone)}"
        again = breaker.again(monotonic)
        if again is not None:
            at = now + timedelta(seconds=again - monotonic)
            told += f", tried again at {_clock(at, now, zone, second=True)}"
        return f"{sentence} ({told})"
    rests = breaker.rests_until - monotonic
    if rests > 0:
        until = now + timedelta(seconds=rests)
        return (
            f"{endpoint.name} wants to be left alone until {_clock(until, now, zone, second=True)}"
        )
    return ""


def none_answers(troubles: Sequence[str]) -> str:
    """The sentence of a card that no model was asked for."""
    return f"No model answers: {'; '.join(troubles)}."


def passed_over(troubles: Sequence[str]) -> str:
    """The sentence of a card on models that another one was asked in place of."""
    return f"Not asked: {'; '.join(troubles)}."


def lines(endpoints: Sequence[Endpoint], troubles: Sequence[str]) -> tuple[str, ...]:
    """A line for each tier with its models, then one for each that is left out, and why.

    So is one that no check can tell anything of; it is asked all the same.
    """
    told = list(zip(endpoints, troubles, strict=True))
    names = {
        tier: [e.name + (" (left out)" if why else "") for e, why in told if e.tier is tier]
        for tier in Tier
    }
    tiers = [f"{tier.value}: {', '.join(there)}" for tier, there in names.items() if there]
    unchecked = [
        f"unchecked: {e.unchecked.sentence} It is asked all the same."
        for e, why in told
        if e.unchecked is not None and not why
    ]
    return (*tiers, *(f"{LEFT_OUT}{why}" for why in troubles if why), *unchecked)


def summary(
    endpoints: Sequence[Endpoint], troubles: Sequence[str], actions: int, fault: str = ""
) -> str:
    """Who reads requests, in one line; `fault`: why no model can be asked anything."""
    rules = f"rules, {actions} actions"
    if not endpoints:
        return f"{rules}; no language model is set up"
    if fault:
        return f"{rules}; no model is asked: the prompt can't be used"
    well = [each.name for each, why in zip(endpoints, troubles, strict=True) if not why]
    if not well:
        return f"{rules}; no model answers"  # the lines say why
    out = len(endpoints) - len(well)
    left_out = f"; {out} of {len(endpoints)} models left out" if out else ""
    return f"{listed(well)}, then the {rules}{left_out}"


def spent(used: Sequence[Used], limits: Budget, currency: str) -> str:
    """What all have used today, beside the budget; money of another currency apart."""
    usage = counted(used, currency)
    calls = f"{usage.calls:,} {'call' if usage.calls == 1 else 'calls'}"
    tokens = f"{usage.tokens:,} tokens"
    if limits.tokens and usage.tokens > limits.tokens:
        tokens += f" (more than the {limits.tokens:,} of a day)"
    elif limits.tokens:
        tokens = f"{usage.tokens:,} of {limits.tokens:,} tokens"
    bound, paid = micros(limits.money), money(usage.micros, currency)
    if bound and usage.micros > bound:
        paid += f" (more than the {money(bound, currency)} of a day)"
    elif bound:
        paid += f" of {money(bound, currency)}"
    return f"today: {calls}, {tokens}, {paid}{_apart(used, currency)}"


def unbounded(names: Sequence[str]) -> tuple[str, ...]:
    """A line where a budget in money can't hold back models that have no price."""
    if not names:
        return ()
    have = "has" if len(names) == 1 else "have"
    return (f"budget: {listed(names)} {have} no price, so money bounds nothing there",)


def _apart(used: Sequence[Used], currency: str) -> str:
    """`, and 1.20 EUR`: what was spent before the settings named this currency, if anything."""
    others = sorted(other_money(used, currency).items())
    return "".join(f", and {money(micros, other)}" for other, micros in others)


def _clock(at: datetime, now: datetime, zone: tzinfo | None, *, second: bool = False) -> str:
    """A time of the server's day; the date, too, where it is another day."""
    local = at.astimezone(zone)
    text = f"{local:%H:%M:%S}" if second else f"{local:%H:%M}"
    return text if local.date() == now.astimezone(zone).date() else f"{local:%Y-%m-%d} {text}"

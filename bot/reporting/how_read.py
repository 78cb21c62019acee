"""How a request was read, in words: which model, what it took, or why none did."""

from __future__ import annotations

from bot.domain.cards import Card
from bot.domain.intents import Question, Refusal, SmallTalk
from bot.domain.plans import Plan
from bot.domain.usage import Reading
from bot.domain.wording import count, money


def attributed(said: Question | Refusal | SmallTalk) -> str:
    """What is said, where a model says it as its words: `claude-haiku-4-5: “Guten Morgen.”`."""
    return f"{said.by}: “{said.text}”" if said.by else said.text


def read_by(plan: Plan) -> str:
    """`read by claude-haiku-4-5, 1,204 tokens, 0.0031 USD`."""
    return ", ".join([f"read by {plan.read_by}", *_took(plan.reading)])


def told_how(card: Card, reading: Reading) -> Card:
    """A card that is no plan's, with how its request was read."""
    took = ", ".join([f"read by {reading.model or 'rules'}", *_took(reading)])
    if reading.model:
        said = [took, *([reading.aside] if reading.aside else [])]
    else:  # models that gave no answer may have cost something all the same
        said = [f"{took} · {reading.aside}"] if reading.aside else []
    return card.model_copy(update={"lines": (*card.lines, *said)}) if said else card


def _took(reading: Reading) -> list[str]:
    usage = reading.usage
    if not usage.tokens:
        return []
    cost = [money(usage.micros, reading.currency)] if usage.micros else []
    return [count(usage.tokens, "token"), *cost]

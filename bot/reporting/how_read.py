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
    """`read by claude-haiku-4-5, 1,204 tokens, 0.0031 USD, prompt plan@2`."""
    return ", ".join([f"read by {plan.read_by}", *_took(plan.reading), *_asked_with(plan.reading)])


def how_read(plan: Plan) -> str:
    """The same in one quiet line, with why no model read it: `read by rules · No model answers`."""
    aside = plan.reading.aside
    return f"{read_by(plan)} · {aside}" if aside else read_by(plan)


def told_how(card: Card, reading: Reading) -> Card:
    """A card that is no plan's, with how its request was read."""
    said = []
    if reading.model:
        parts = [f"read by {reading.model}", *_took(reading), *_asked_with(reading)]
        said = [", ".join(parts)]
    if reading.aside:
        rules = ", ".join(["read by rules", *_took(reading)])
        said.append(reading.aside if reading.model else f"{rules} · {reading.aside}")
    return card.model_copy(update={"lines": (*card.lines, *said)}) if said else card


def _asked_with(reading: Reading) -> list[str]:
    """The prompt and its version, where a model read it."""
    return [f"prompt {reading.prompt}"] if reading.model and reading.prompt else []


def _took(reading: Reading) -> list[str]:
    usage = reading.usage
    if not usage.tokens:
        return []
    cost = [money(usage.micros, reading.currency)] if usage.micros else []
    return [count(usage.tokens, "token"), *cost]

"""What an evaluation may use: the day's budgets as everybody, or `--budget` for this run alone.

It is booked on the day like any request, under a name of its own, so that `./overseer usage` shows
it and nobody else's budget is used up unseen.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence

from bot.domain.messages import Person
from bot.domain.usage import Tier, Usage
from bot.domain.wording import money
from bot.errors import BudgetSpentError, ModelError, OverseerError, RequestError
from bot.intent.evaluation import EndedError
from bot.intent.model.budgets import Left, micros
from bot.intent.model.pricing import at_most
from bot.ports import Models, Prompt, Said
from bot.settings import Budget, ModelsSettings, Price

EVALUATOR = Person(name="evaluation", display="The evaluation", roles=frozenset())
"""Under whose name it is booked."""

_MOST = 10**9
_TOKENS = re.compile(r"([\d][\d_,]*)\s*(k?)\s*(?:t|tok|tokens?)", re.IGNORECASE)
_MONEY = re.compile(r"\d+(?:\.\d+)?")
_CURE = "Write money, such as --budget 0.50, or tokens, such as --budget '200k tokens'."


def bounded(text: str) -> Budget | None:
    """What `--budget` says, as that of a person; None where it says nothing.

    Raises:
        RequestError: it says neither money nor tokens.
    """
    said = text.strip()
    if not said:
        return None
    found = _TOKENS.fullmatch(said)
    if found:
        tokens = int(re.sub(r"[_,]", "", found[1])) * (1000 if found[2] else 1)
        if 0 < tokens <= _MOST:
            return Budget(person_tokens=tokens)
    elif _MONEY.fullmatch(said) and 0 < float(said) <= _MOST:
        return Budget(person_money=float(said))
    raise RequestError(f"{text!r} is no budget.", cure=_CURE)


def must_hold(own: Budget | None, models: ModelsSettings) -> None:
    """See that a budget in money can bound these models.

    Raises:
        RequestError: one of a provider has no price, so that money would bound nothing.
    """
    if own is None or not own.person_money:
        return
    for one in models.tiers:
        if one.tier is not Tier.LOCAL and one.price == Price():
            raise RequestError(
                f"{one.called} has no price in overseer.yaml, so that money bounds nothing there.",
                cure=f"Write `price:` beside {one.called}, or give tokens: --budget '200k tokens'.",
            )


def limits(configured: Budget, own: Budget | None, used: Usage) -> Budget:
    """The day's budget of this run: `used` is what evaluations have used of the day before it."""
    if own is None:
        return configured
    return configured.model_copy(
        update={
            "person_tokens": own.person_tokens and used.tokens + own.person_tokens,
            "person_money": own.person_money and used.micros / 1_000_000 + own.person_money,
        }
    )


class Metered:
    """`bot.ports.Models` that ends the evaluation where a budget is spent, and counts.

    Attributes:
        usage: what it took, also for answers that could not be used.
        ended: why it ended early.
    """

    def __init__(self, models: Models, told: Callable[[str, Prompt], None]) -> None:
        """`told` is called with the first thing that is asked, and of whom."""
        self.usage = Usage()
        self.ended: BudgetSpentError | None = None
        self._models = models
        self._told: Callable[[str, Prompt], None] | None = told

    def order(self, *, first: Tier = Tier.LOCAL, forced: Tier | None = None) -> Sequence[str]:
        """See `bot.ports.Models`."""
        return self._models.order(first=first, forced=forced)

    async def ask(self, name: str, prompt: Prompt, *, person: str, deadline: float) -> Said:
        """See `bot.ports.Models`.

        Raises:
            EndedError: a budget is spent; the rules must not read on in the model's place.
            ModelError: it gave no answer.
        """
        if self._told is not None:
            told, self._told = self._told, None
            told(name, prompt)
        try:
            said = await self._models.ask(name, prompt, person=person, deadline=deadline)
        except BudgetSpentError as error:
            self.usage += error.usage
            self.ended = error
            raise EndedError from error
        except ModelError as error:
            self.usage += error.usage
            raise
        self.usage += said.usage
        return said

    def judged(self, name: str, *, useful: bool, person: str = "") -> None:
        """See `bot.ports.Models`. It is measured to the end, however it answers."""

    def passed_over(self, chosen: str, *, first: Tier, forced: Tier | None = None) -> str:
        """See `bot.ports.Models`."""
        return self._models.passed_over(chosen, first=first, forced=forced)

    def why_none(self, forced: Tier | None = None) -> str:
        """See `bot.ports.Models`."""
        return self._models.why_none(forced)


def foretell(
    parser: str, requests: int, models: ModelsSettings, left: Left, name: str, prompt: Prompt
) -> None:
    """Say on stderr what it may come to, once the first request is known, and whether it fits."""
    price = next((one.price for one in models.tiers if one.called == name), Price())
    most = at_most(prompt, price)
    amount = money(most.micros * requests, models.currency)
    print(
        f"{parser}: {requests:,} requests, at most about {most.tokens * requests:,} tokens and "
        f"{amount}; a wrong answer is asked for once more.",
        file=sys.stderr,
    )
    if short := _short(left, most, requests, models.currency):
        print(f"  {short}", file=sys.stderr)


def _short(left: Left, most: Usage, requests: int, currency: str) -> str:
    """What is left, where it may not be enough; and how many requests would fit."""
    fits, said = requests, ""
    if left.tokens is not None and most.tokens and left.tokens // most.tokens < fits:
        fits, said = left.tokens // most.tokens, f"{left.tokens:,} tokens"
    if left.micros is not None and most.micros and left.micros // most.micros < fits:
        fits, said = left.micros // most.micros, money(left.micros, currency)
    if not said:
        return ""
    enough = f"; --limit {fits} fits." if fits else "."
    return f"Of the budget {said} is left, so it may end early{enough}"


def taken(parser: str, usage: Usage, currency: str) -> str:
    """What it took, in a line."""
    calls = f"{usage.calls:,} {'call' if usage.calls == 1 else 'calls'}"
    return (
        f"{parser}: {calls}, {usage.tokens:,} tokens, {money(usage.micros, currency)}; booked "
        f"under “{EVALUATOR.name}” in ./overseer usage."
    )


def why_ended(error: BudgetSpentError, own: Budget | None, currency: str) -> OverseerError:
    """Why it ended, and what to do for the rest."""
    if own is None or error.person != EVALUATOR.name:
        return RequestError(error.sentence, cure=error.cure)
    amount = (
        f"{own.person_tokens:,} tokens"
        if own.person_tokens
        else money(micros(own.person_money), currency)
    )
    return RequestError(
        f"What is left of --budget {amount} is less than another request may take.",
        cure="Give it more, or take fewer requests with --limit N.",
    )

"""Language models: what is asked of one, what it says, and the tiers that they form.

Nothing of this has authority: whatever comes back is text of a stranger until
`bot.intent.model` has held it against catalogue, inventory and the person's own words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from pydantic import BaseModel

from bot.domain.usage import Tier, Usage


@dataclass(frozen=True)
class Turn:
    """One turn of the conversation with a model: the person's words, or its own former answer."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True)
class Prompt:
    """What a model is asked.

    `stable` is equal from request to request (instructions, catalogue, examples) and comes
    first, so that a provider's cache keeps it; `fitted` was chosen for this request (names that
    its words point at, the thread's own earlier requests). `turns` begin with the request; a
    round of repair appends the model's answer and what was wrong with it. `schema` is the closed
    shape of the answer. `name` is the prompt's name and version ("plan@1").
    """

    name: str
    stable: str
    fitted: str
    turns: tuple[Turn, ...]
    schema: type[BaseModel]
    max_tokens: int = 2048
    """The longest answer, in tokens."""


@dataclass(frozen=True)
class Said:
    """A model's answer as it came: JSON, if it kept to the schema; not yet believed."""

    text: str
    usage: Usage = field(default_factory=Usage)
    model: str = ""
    tier: Tier | None = None


class Model(Protocol):
    """One model at one endpoint. Connects when it is first asked."""

    name: str

    async def ask(self, prompt: Prompt, *, timeout_s: float) -> Said:
        """One call, never repeated here. `Said.usage` has no money in it: that is the router's.

        Raises:
            ModelError: no usable answer; each subclass says who must act. What the call is known
                to have used is on it.
        """
        ...

    async def check(self, *, timeout_s: float) -> None:
        """Whether the endpoint answers, takes the key and knows the model, without a token spent.

        Raises:
            ModelUnlistedError: that can't be told without asking it something.
            ModelError: what does not work, and its cure.
        """
        ...

    async def try_out(self, *, timeout_s: float) -> Usage:
        """The same by asking it something, in as few tokens as it may be; what that used.

        Raises:
            ModelError: what does not work, and its cure.
        """
        ...

    async def open(self, *, connections: int, timeout_s: float) -> None:
        """Import and connect ahead of the first calls, so that they take no longer than others.

        No token is spent and nothing is judged: what does not work, the first call tells.
        """
        ...

    async def close(self) -> None:
        """Let the connections go."""
        ...


class Models(Protocol):
    """The tiers, with their budgets, limits and breakers. All methods are safe at once."""

    def order(self, *, first: Tier = Tier.LOCAL, forced: Tier | None = None) -> Sequence[str]:
        """The names of the models to ask, in turn; a forced tier is the only one.

        They begin at the tier `first`; stronger ones follow, then weaker ones, the nearest first.
        Models that are down, or whose breaker is open, are left out; what rests for longer than a
        moment comes last.
        """
        ...

    def passed_over(self, chosen: str, *, first: Tier, forced: Tier | None = None) -> str:
        """A sentence on the models that would come before the one that `order` begins with.

        They are left out or rest, and the one that is asked may cost more; empty: there are none.
        """
        ...

    async def ask(self, name: str, prompt: Prompt, *, person: str, deadline: float) -> Said:
        """Ask one, within its concurrency and the budgets, with bounded retries.

        `deadline` is the clock's monotonic second by which it must be over. `Said.usage` has
        the money; what was used is booked on the person's day, also where this fails.

        Raises:
            ModelError: it gave no answer; `BudgetSpentError` when it may not be asked at all.
        """
        ...

    def judged(self, name: str, *, useful: bool, person: str = "") -> None:
        """What came of one's answer to a person's request, once it was checked and mended: whether
        it could be used. One that answers nothing of use any more is left out for a while, as if
        it were away: each request would pay for its answers. Where one person alone gets such
        answers and others don't, it is left in: it serves them well.
        """
        ...

    def why_none(self, forced: Tier | None = None) -> str:
        """A sentence on why `order` is empty.

        Empty itself where no model is set up at all, and nobody asked for one.
        """
        ...

"""What reading a request with a language model took: which one, how many tokens, what it cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from bot.domain.messages import Frozen


class Tier(StrEnum):
    """Where a model runs and how much it can do; in this order of cost."""

    LOCAL = "local"
    CLOUD_FAST = "cloud-fast"
    CLOUD_HEAVY = "cloud-heavy"


RULES: Final = "rules"
"""What stands in a tier's place where no model is to be asked."""

Chosen = Tier | Literal["rules"]
"""Who is to read a request, where its person chooses: one tier of models, or the rules alone."""

READERS: Final[tuple[Chosen, ...]] = (*Tier, RULES)


def chosen(name: str) -> Chosen | None:
    """Whom a name chooses; None: nobody.

    >>> chosen("rules"), chosen("local"), chosen("gold")
    ('rules', <Tier.LOCAL: 'local'>, None)
    """
    return next((reader for reader in READERS if reader == name), None)


def stricter(one: Chosen | None, other: Chosen | None) -> Chosen | None:
    """Of two choices the one that tells fewer: the rules nobody, a local model no cloud.

    >>> stricter("local", None), stricter("cloud-fast", "rules"), stricter(None, "cloud-heavy")
    ('local', 'rules', 'cloud-heavy')
    """
    for reader in (RULES, Tier.LOCAL):
        if reader in (one, other):
            return reader
    return one or other


def may_be_told(words_for: Chosen | None, reader: Tier | None) -> bool:
    """Whether words for which somebody chose `words_for` may be told to models of this tier.

    `reader` None: to any of them. Who names a cloud has told a cloud.
    """
    return words_for not in (RULES, Tier.LOCAL) or words_for == reader


class Task(StrEnum):
    """What a request asks of whoever reads it; one request may be several of them.

    *looks* is what only looks, and talk; *changes* something that changes hosts; *steps* several
    actions, or several sentences; *conditions* an if, a not or an except; *times* a time to begin;
    *revisions* all but a look where a plan of one's own is open; *unclear* what the rules don't
    understand, such as other languages; *long* many words.
    """

    LOOKS = "looks"
    CHANGES = "changes"
    STEPS = "steps"
    CONDITIONS = "conditions"
    TIMES = "times"
    REVISIONS = "revisions"
    UNCLEAR = "unclear"
    LONG = "long"


class Usage(Frozen):
    """Tokens and money of one or more calls.

    `tokens_in` counts all of the prompt, `cached` those of them that the provider had kept.
    `micros` is money in millionths of a currency, that of the settings at the time: a price of 3
    for a million tokens is 3 micros a token.
    """

    calls: int = 0
    tokens_in: int = 0
    cached: int = 0
    tokens_out: int = 0
    micros: int = 0

    @property
    def tokens(self) -> int:
        """All tokens, in and out."""
        return self.tokens_in + self.tokens_out

    def __add__(self, other: Usage) -> Usage:
        """Both together."""
        return Usage(
            calls=self.calls + other.calls,
            tokens_in=self.tokens_in + other.tokens_in,
            cached=self.cached + other.cached,
            tokens_out=self.tokens_out + other.tokens_out,
            micros=self.micros + other.micros,
        )

    def beyond(self, other: Usage) -> Usage:
        """What of it is more than that."""
        counts = other.model_dump()
        return Usage(**{name: max(0, n - counts[name]) for name, n in self.model_dump().items()})


@dataclass(frozen=True)
class Used:
    """What a person has used of a language model over some days.

    `currency` is that of `usage.micros`; empty: it was booked before that was written down, and
    counts in whichever the settings name.
    """

    person: str
    model: str
    usage: Usage
    currency: str = ""

    def counted(self, currency: str) -> Usage:
        """What of it counts where money is in this currency: all tokens, and no other money."""
        if self.currency in {"", currency}:
            return self.usage
        return self.usage.model_copy(update={"micros": 0})


def counted(used: Iterable[Used], currency: str) -> Usage:
    """All of it together; money of another currency is left out: `other_money` has it."""
    return sum((each.counted(currency) for each in used), Usage())


def other_money(used: Iterable[Used], currency: str) -> dict[str, int]:
    """The money of each other currency, in its millionths."""
    found: dict[str, int] = {}
    for each in used:
        if each.usage.micros and each.currency not in {"", currency}:
            found[each.currency] = found.get(each.currency, 0) + each.usage.micros
    return found


class Reading(Frozen):
    """How a request was read, for its card.

    `model` and `tier` are empty where the rules read it; `prompt` is the prompt's name and
    version ("plan@1"). `aside` says why it was not read as it should have been: which model
    was away, or that a budget is spent. `currency` is that of `usage.micros`. `wanted` is whom the
    person chose to read it, here or for what this answers or changes; None: nobody.
    """

    model: str = ""
    tier: Tier | None = None
    prompt: str = ""
    usage: Usage = Usage()
    currency: str = "USD"
    aside: str = ""
    wanted: Chosen | None = None

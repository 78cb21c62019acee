"""What a call costs, and the most that one may come to before it is made.

Money is counted in whole millionths (`Usage.micros`): a price of 3 for a million tokens is 3
millionths a token. Parts of one are rounded up once, at the end, so that no call is free.
"""

from __future__ import annotations

import json
import math
from fractions import Fraction
from functools import lru_cache

from pydantic import BaseModel

from bot.domain.usage import Usage
from bot.ports import Prompt
from bot.settings import Price

BYTES_PER_TOKEN = 3.5
"""Fewer than any text of ours has (English and JSON: about 4), so that an estimate is not low."""

SLACK = 2
"""So many times the most that we reckon with is still believed of an endpoint."""


def priced(usage: Usage, price: Price) -> Usage:
    """The usage with its money."""
    fresh, cached, output = _exact(price)
    kept = min(usage.cached, usage.tokens_in)
    money = (usage.tokens_in - kept) * fresh + kept * cached + usage.tokens_out * output
    return usage.model_copy(update={"micros": math.ceil(money)})


def read_at_most(prompt: Prompt, price: Price) -> Usage:
    """One call of which only the prompt was used: nothing is known to have been answered."""
    texts = (prompt.stable, prompt.fitted, *(turn.text for turn in prompt.turns))
    size = sum(len(text.encode("utf-8", "replace")) for text in texts) + _size(prompt.schema)
    return priced(Usage(calls=1, tokens_in=math.ceil(size / BYTES_PER_TOKEN)), price)


def plausible(usage: Usage, prompt: Prompt, price: Price) -> Usage:
    """What an endpoint says that a call has used, cut to what the call can have used.

    That is `SLACK` times what the prompt may be and the answer was allowed: servers count their own
    ways. A number beyond that is a fault, and would otherwise spend everybody's day at once.
    """
    most = at_most(prompt, price)
    tokens_in = min(usage.tokens_in, most.tokens_in * SLACK)
    cut = {
        "tokens_in": tokens_in,
        "cached": min(usage.cached, tokens_in),
        "tokens_out": min(usage.tokens_out, most.tokens_out * SLACK),
    }
    return priced(usage.model_copy(update=cut), price)


def at_most(prompt: Prompt, price: Price) -> Usage:
    """One call that reads the prompt anew and answers as long as it may."""
    read = read_at_most(prompt, price)
    return priced(read.model_copy(update={"tokens_out": prompt.max_tokens}), price)


@lru_cache(maxsize=64)
def _exact(price: Price) -> tuple[Fraction, Fraction, Fraction]:
    """Millionths a token, as they are written: 0.15 is 15/100 and no float near it."""
    cached = price.input if price.cached is None else price.cached
    fresh, kept, output = (Fraction(str(each)) for each in (price.input, cached, price.output))
    return fresh, kept, output


@lru_cache(maxsize=16)
def _size(schema: type[BaseModel]) -> int:
    return len(json.dumps(schema.model_json_schema()))

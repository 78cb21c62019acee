""" "redis on cache-1 is slow so restart it": what follows from a tale begins a step of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.intent.rules.verbs import VERBS
from bot.intent.rules.words import Token

_ASKING = frozenset("please pls plz kindly can could would will you just now go ahead and".split())
_TELLS = frozenset(
    "is are was were has have had got keeps seems looks went am been expired changed".split()
)
_NO_ORDER = frozenset("is are was were what who how when where did does any do".split())


def divided(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, with a comma for each "so" that stands between a tale and an order."""
    kept = list(tokens)
    for i, token in enumerate(tokens):
        if token.low != "so" or token.kind != "word" or not _told(tokens[:i]):
            continue
        k = i + 1
        while k < len(tokens) and tokens[k].low in _ASKING:
            k += 1
        if k < len(tokens) and tokens[k].low in VERBS - _NO_ORDER - _ASKING:
            kept[i] = replace(token, low=",", kind="punct")
    return kept


def _told(before: Sequence[Token]) -> bool:
    """Whether what stands before tells something, and no sign has ended it."""
    clause: list[str] = []
    for token in before:
        clause = [] if token.kind == "punct" else [*clause, token.low]
    return bool(_TELLS & set(clause[1:])) and clause[0] not in VERBS

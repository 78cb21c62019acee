"""Wishes said round a corner: "I'd be glad if you restarted …", "why don't you restart …".

What is left is the plain wish; a participle becomes its verb ("restarted": "restart").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.intent.rules.verbs import DONE, VERBS
from bot.intent.rules.words import Token

_I = frozenset(("i", "we", "it", "that"))
_GLAD = frozenset((
    "be glad happy grateful thankful pleased delighted great nice lovely good awesome helpful "
    "appreciate appreciated love like it would very really so much most also will is kind perfect"
).split())  # fmt: skip
_LONG = 9
WHY_NOT = ("why", "do", "not")


def plainly(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without the courtesy that they begin with."""
    lows = [t.low for t in tokens]
    start = next((k for k, t in enumerate(tokens) if t.kind != "punct"), 0)
    if tuple(lows[start : start + 3]) == WHY_NOT and lows[start + 3 : start + 4] in (
        ["you"],
        ["we"],
    ):
        if lows[start + 4 : start + 5] and lows[start + 4] in VERBS:
            return list(tokens[start + 4 :])
        return list(tokens)
    if "if" not in lows[start : start + _LONG] or lows[start] not in _I | {"would"}:
        return list(tokens)
    k = lows.index("if", start)
    if not set(lows[start + 1 : k]) <= _GLAD or lows[k + 1 : k + 2] != ["you"]:
        return list(tokens)
    k += 2
    while lows[k : k + 1] and lows[k] in {"could", "can", "would", "please", "just", "quickly"}:
        k += 1
    if k >= len(tokens):
        return list(tokens)
    if lows[k] in DONE:
        return [replace(tokens[k], low=DONE[lows[k]]), *tokens[k + 1 :]]
    return list(tokens[k:]) if lows[k] in VERBS else list(tokens)

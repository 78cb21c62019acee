"""Names in quotes: "restart `nginx`" means the service, "run `nginx`" the command."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.intent.rules.words import Token

PLAIN_NAME = re.compile(r"[A-Za-z0-9][\w.@:+-]*")
"""What a name may look like, quoted or not."""
_COMMANDS = frozenset("run execute exec command running executing cmd".split())
_SENDS = frozenset("do issue fire type enter invoke".split())


def unquoted(token: Token, i: int, tokens: Sequence[Token]) -> Token:
    """A quoted plain name is that name, except right behind "run"."""
    if token.kind not in {"quote", "tick"} or not PLAIN_NAME.fullmatch(token.text):
        return token
    near = {t.low for t in tokens[max(0, i - 3) : i]}
    if near & _COMMANDS:
        return token
    behind = tokens[i - 1 - (i > 1 and tokens[i - 1].low in {"a", "the", "an"})].low if i else ""
    if token.kind == "tick" and behind in _SENDS:
        return token
    return Token(token.text, token.low, token.start, token.end)

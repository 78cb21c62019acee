"""Names in quotes: "restart `nginx`" means the service, "run `nginx`" the command."""

from __future__ import annotations

from collections.abc import Sequence

from bot.intent.patterns import compiled
from bot.intent.rules.words import Token

PLAIN_NAME = compiled(r"[A-Za-z0-9][\w.@:+-]*")
"""What a name may look like, quoted or not."""
_COMMANDS = frozenset("run execute exec command running executing cmd".split())
_PLACES = frozenset({"on", "at"})
_QUOTES = frozenset({"quote", "tick"})
_SENDS = frozenset("do issue fire type enter invoke".split())


def unquoted(token: Token, i: int, tokens: Sequence[Token]) -> Token:
    """A quoted plain name is that name, except right behind "run".

    Behind "on", where the command has been quoted already, it is the host again.
    """
    if token.kind not in _QUOTES or not PLAIN_NAME.fullmatch(token.text):
        return token
    near = tokens[max(0, i - 3) : i]
    if any(t.low in _COMMANDS for t in near):
        return _named(token) if _is_host(near) else token
    behind = tokens[i - 1 - (i > 1 and tokens[i - 1].low in {"a", "the", "an"})].low if i else ""
    if token.kind == "tick" and behind in _SENDS:
        return token
    return _named(token)


def _is_host(near: Sequence[Token]) -> bool:
    """Whether the words before are a command in quotes, and "on"."""
    return len(near) > 1 and near[-1].low in _PLACES and near[-2].kind in _QUOTES


def _named(token: Token) -> Token:
    return Token(token.text, token.low, token.start, token.end)

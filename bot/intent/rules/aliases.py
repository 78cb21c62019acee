"""Services that are called by several words: "the web server" where that is an alias of nginx.

The longest name that is known wins over a group's word ("web"), unless a place ("on the web
server") or a whole machine ("reboot the web server") is spoken of.
"""

from __future__ import annotations

from bot.intent.rules.selectors import Grammar

_PLACED = frozenset(("on", "at", "from", "in", "across", "@"))
_OF_MACHINES = frozenset("reboot rebooting ping reach upgrade update patch".split())


def past_article(grammar: Grammar, i: int) -> int:
    """The place behind an article at `i`."""
    return i + (grammar.low(i) in {"the", "our"})


def alias(grammar: Grammar, i: int) -> tuple[str, int] | None:
    """The service of the longest such name at `i`, and where it ends."""
    j = past_article(grammar, i)
    for end in range(j + grammar.vocabulary.longest_alias, j + 1, -1):
        name = grammar.vocabulary.services.get(" ".join(grammar.low(k) for k in range(j, end)))
        if name and end <= len(grammar.tokens):
            return name, end
    return None


def named(grammar: Grammar, i: int) -> bool:
    """Whether a service is meant by such a name at `i`."""
    if grammar.low(i - 1) in _PLACED | _OF_MACHINES:
        return False
    return alias(grammar, i) is not None

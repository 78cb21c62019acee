"""A service by what it does: "the web server on ci-1" is one on that host, no set of hosts."""

from __future__ import annotations

from bot.intent.rules.selectors import Grammar
from bot.intent.rules.target_words import SINGULAR

_KINDS = frozenset(("service", "daemon", "process", "software"))
_STATES = frozenset("up down running alive ok okay healthy active dead working".split())
_OF_MACHINES = frozenset("reboot rebooting upgrade upgrading update updating patch".split())
DESCRIBED = "said-service"
"""What such a phrase becomes: a word that no template has, so it can only be asked about."""


def described(grammar: Grammar, i: int) -> int:
    """The place behind a service that is described at `i`, or 0."""
    if grammar.low(i) not in {"the", "our", "that"}:
        return 0
    if any(grammar.low(k) in _OF_MACHINES for k in range(max(0, i - 2), i)):
        return 0
    _, words, end = grammar.adjectives(i + 1)
    if not words or any(w in grammar.vocabulary.environment_words for w in words):
        return 0
    if grammar.low(end) in _KINDS:
        return end + 1
    end += grammar.low(end) in SINGULAR
    on = end + (grammar.low(end) in _STATES)
    if grammar.low(on) not in {"on", "at"}:
        return 0
    return end if grammar.term(on + 1, after_preposition=True) else 0

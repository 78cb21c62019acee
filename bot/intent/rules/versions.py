"""A version that somebody asks for: an upgrade takes what the host offers, and says so first.

"upgrade openssl to 99.1 on web-1" is no other upgrade by guesswork, and no riddle either: the
answer says what can be done, and offers just that.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.intents import Option, Question
from bot.intent.patterns import compiled
from bot.intent.rules import reasons
from bot.intent.rules.finding import Finding

_CHOSEN = compiled(
    r"\b(?:upgrade|update|downgrade|install|patch|pin|roll back)\b[^.;!?]*?"
    r"(?P<chosen>\s(?:to|at|=)\s+(?:version\s+|v)?(?P<version>\d[\w.:+~-]*))"
)


def chosen(text: str, findings: Sequence[Finding]) -> Question | None:
    """The question about a version that nobody can promise; None when none was asked for."""
    match = _CHOSEN.search(reasons.masked(text).casefold())
    if not match or not any(f.kind == "unknown" for f in findings):
        return None
    start, end = match.span("chosen")
    rest = " ".join(f"{text[:start]} {text[end:]}".split())
    down = match[0].startswith(("downgrade", "roll"))
    options = () if down else (Option(label="the newest that is offered", says=rest),)
    return Question(
        about="version",
        text=f"I can't promise {match['version'].rstrip('.')}: an upgrade goes to the newest "
        "version that the host's own sources offer, and the card names it before anything runs."
        + ("" if down else " Shall I look at that?"),
        options=options,
    )

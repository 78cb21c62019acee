"""The moment at which a model says that a plan shall begin, in the person's own zone. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.intents import ParseContext
from bot.intent.rules.times import zone_of

NOW = "now"
"""What takes a start back."""


def local_now(context: ParseContext) -> datetime | None:
    """The moment of the request in the zone in which its words mean times; None: not known."""
    if context.now is None:
        return None
    return context.now.astimezone(zone_of(context.zone, context.now))


def begins(said: object, context: ParseContext) -> datetime | None:
    """The moment, in UTC; None: at once.

    Raises:
        ValueError: it is no moment to come, in words for the model.
    """
    now = local_now(context)
    if not isinstance(said, str) or (now is None and said not in {NOW, ""}):
        raise ValueError("it can't be said here; ask")
    if now is None or said in {NOW, ""}:
        return None
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise ValueError(f"{said!r} is no moment such as {now:%Y-%m-%dT%H:%M}") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=now.tzinfo)
        if moment.utcoffset() != moment.replace(fold=1 - moment.fold).utcoffset():
            raise ValueError(f"{said!r} is twice or never, the clocks are changed then; ask which")
    try:
        found = moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{said!r} is out of all time") from None
    if found <= now:
        raise ValueError(f"{said!r} is past; it is {now:%Y-%m-%dT%H:%M}")
    return found

"""The moment at which a model says that a plan shall begin, in the person's own zone. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from bot.domain.intents import ParseContext
from bot.intent.rules.times import zone_of

NOW = "now"
"""What takes a start back."""
FORM: Final = "%Y-%m-%dT%H:%M"
"""How a prompt tells a moment, and how an answer says one."""


def local_now(context: ParseContext) -> datetime | None:
    """The moment of the request in the zone in which its words mean times; None: not known."""
    if context.now is None:
        return None
    return context.now.astimezone(zone_of(context.zone, context.now))


def told(moment: datetime, context: ParseContext) -> str:
    """A moment in the form in which a model is to say one: as the person's clock shows it.

    Of an hour that the clock shows twice with its offset.
    """
    now = local_now(context)
    there = moment.astimezone(now.tzinfo if now is not None else None)
    if there.utcoffset() != there.replace(fold=1 - there.fold).utcoffset():
        return there.isoformat(timespec="minutes")
    return f"{there:{FORM}}"


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
        raise ValueError(f"{said!r} is no moment such as {now:{FORM}}") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=now.tzinfo)
        if moment.utcoffset() != moment.replace(fold=1 - moment.fold).utcoffset():
            raise ValueError(f"{said!r} is twice or never, the clocks are changed then; ask which")
    try:
        found = moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{said!r} is out of all time") from None
    if found <= now:
        raise ValueError(f"{said!r} is past; it is {now:{FORM}}")
    return found

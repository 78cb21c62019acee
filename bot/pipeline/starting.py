"""What is asked for a later time: which times are taken, and until when its votes count.

Votes are taken until the start, and hold for as long behind it as votes on any plan hold: a plan
that meets busy hosts then, or the freeze, waits in the queue as others do.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.intents import Intent
from bot.domain.plans import Plan
from bot.errors import RequestError
from bot.reporting.reader import Reader
from bot.settings import Settings


def refuse_unfit(start: datetime, settings: Settings, reader: Reader) -> None:
    """Raise for a start that can't be kept.

    Raises:
        RequestError: it is over, or further ahead than the settings allow.
    """
    if start <= reader.now:
        raise RequestError(
            f"{reader.clock(start)} is over, so nothing can begin then.",
            cure="Say another time, or none to have it at once.",
        )
    days = settings.run.start_ahead_days
    if start > reader.now + timedelta(days=days):
        raise RequestError(
            f"{reader.clock(start)} is further ahead than {days:g} days.",
            cure="Ask nearer to it; an admin can raise `run.start_ahead_days`.",
        )


def deadlines(plan: Plan, settings: Settings) -> dict[str, datetime]:
    """Until when votes are taken on a plan, and until when they let it begin."""
    usual = timedelta(minutes=settings.approval.expiry_minutes)
    if plan.start is None:
        return {"expires_at": plan.created_at + usual}
    grace = timedelta(minutes=settings.run.start_grace_minutes)
    return {"expires_at": plan.start, "holds_until": plan.start + max(usual, grace)}


def still(intent: Intent, now: datetime) -> Intent:
    """The same wishes looked at afresh: a time that is over is none any more."""
    start = intent.options.start
    if start is None or start > now:
        return intent
    return intent.model_copy(update={"options": intent.options.changed({"start": None})})

""" "stop it?", "kill #7?", "cancel?": a stop that is only asked for. It is asked back. Pure."""

from __future__ import annotations

from bot.domain.intents import Control, Option, ParseContext, Question
from bot.intent.rules.control import control, only_asks


def asked_back(text: str, context: ParseContext) -> Question | None:
    """Whether that shall be stopped, of the whole text; None: it asks no such thing.

    Without a number it is about what runs, has halted or waits of theirs; where nothing does,
    it is about something else than a run.
    """
    if not only_asks(text):
        return None
    meant = control(text.rstrip(" ?!."))
    if not isinstance(meant, Control) or meant.verb == "resume":
        return None
    verb = "kill" if meant.verb == "kill" else "stop"
    if meant.scope == "all":
        everything = Option(label=f"{verb} everything", says=f"{verb} everything")
        return Question(about="plan", text="Shall I stop all that runs?", options=(everything,))
    number = int(meant.scope) if meant.scope.isdigit() else _goes_on(context)
    if not number:
        return None
    does = "withdraw" if _waits(number, context) else verb
    option = Option(label=f"{does} #{number}", says=f"{verb} {number}")
    return Question(about="plan", text=f"Shall I {does} #{number}?", options=(option,))


def _goes_on(context: ParseContext) -> int:
    """The plan of the conversation that a bare stop of theirs would mean; 0: none."""
    halted = (run.number for run in context.halted)
    waiting = (plan.number for plan in context.open if plan.mine and plan.waits)
    return context.running or next(halted, 0) or max(waiting, default=0)


def _waits(number: int, context: ParseContext) -> bool:
    return any(plan.number == number and plan.waits for plan in context.open)

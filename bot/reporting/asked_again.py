"""What a plan had come to before somebody asked for it again, in a line. Pure."""

from __future__ import annotations

from bot.domain.marked import literal
from bot.domain.plans import Before, Plan
from bot.domain.wording import shortened
from bot.reporting.reader import Reader

REASON = 300
"""Characters of a reason; the log has all of it."""


def lines(plan: Plan, reader: Reader) -> tuple[str, ...]:
    """`denied by Chris: “not today”; asked again by Ana`, for each time, the newest last."""
    return tuple(line(each, reader) for each in plan.before)


def line(before: Before, reader: Reader) -> str:
    """The same for one of them; `#7 denied by …` where that was another plan."""
    how = ended(before, reader)
    of = f"#{before.number} " if how and before.number else ""
    return "; ".join(filter(None, (f"{of}{how}", again(before, reader))))


def ended(before: Before, reader: Reader) -> str:
    """`denied by Chris: “not today”`, or nothing where there is nothing to tell.

    A reason stays within its quotes: it can't go on as if Overseer had told more.
    """
    by = f" by {reader.who(before.by)}" if before.by else ""
    why = f": “{shortened(' '.join(literal(before.why).split()), REASON)}”" if before.why else ""
    how = "refused by the policy" if before.how == "refused" else before.how
    return f"{how}{by}{why}" if how else ""


def again(before: Before, reader: Reader) -> str:
    """`asked again by Ana`."""
    if not before.again:
        return "changed since"
    left = f" for what #{before.number} has left" if before.number and not before.how else ""
    return f"asked again{left} by {reader.who(before.again)}"

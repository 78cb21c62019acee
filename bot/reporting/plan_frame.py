"""What every card of a plan has: its number, title, who asked, and the common buttons."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.cards import Block, Button, ButtonStyle, Card, Row, Span, Tone, plain
from bot.domain.plans import Plan
from bot.domain.wording import listed
from bot.reporting import asked_again
from bot.reporting.how_read import read_by
from bot.reporting.reader import Reader

CHANGES = "What should be different?"
"""What *Change…* asks for where it opens a window; the page has an input for that."""
WHY = Button(id="why", label="Why", key="?")
AGAIN = Button(id="again", label="Ask again", key="a", style=ButtonStyle.PRIMARY)


def change(plan: Plan) -> Button:
    """The requester alone may say what they want otherwise."""
    return Button(id="change", label="Change…", key="c", asks=CHANGES, only=(plan.requester,))


def handed(card: Card, plan: Plan, to: str, reader: Reader) -> Card:
    """The card after its requester has handed it over: what was theirs alone is the other's."""
    if to in ("", plan.requester):
        return card
    mine = (plan.requester,)
    buttons = tuple(
        b.model_copy(update={"only": (to,)}) if b.id == "change" and b.only == mine else b
        for b in card.buttons
    )
    told = f"handed over to {reader.who(to)}"
    lines = (*card.lines[:1], told, *card.lines[1:])
    return card.model_copy(update={"buttons": buttons, "lines": lines})


_TELLS_CHANGES = frozenset(
    {
        "WAITING",
        "PLAN ONLY",
        "APPROVED",
        "SCHEDULED",
        "DENIED",
        "REFUSED",
        "BLOCKED",
        "CAN'T",
        "NOT READ",
    }
)


def framed(plan: Plan, reader: Reader, *, state: str, tone: Tone, body: Sequence[Block]) -> Card:
    """What all cards of a plan have."""
    where = reader.where(plan.thread)
    return Card(
        id=f"plan-{plan.id}",
        plan=plan.id,
        revision=plan.revision,
        digest=plan.digest,
        title=plan.title,
        state=state,
        tone=tone,
        lines=asked_lines(plan, reader),
        moments=() if isinstance(where, str) else (where,),
        body=(*(changed(plan, reader) if state in _TELLS_CHANGES else ()), *body),
    )


def asked_lines(plan: Plan, reader: Reader) -> tuple[str, ...]:
    """`Ben, 14:02, #ops · read by rules · because: "new certificate"`."""
    there = reader.where(plan.thread)
    where = there if isinstance(there, str) else there.text
    parts = [f"{reader.who(plan.requester)}, {reader.clock(plan.created_at)}, {where}"]
    parts.append(read_by(plan))
    if plan.revision > 1:
        parts.append(f"revision {plan.revision}")
    if plan.reason:
        parts.append(f'because: "{plan.reason}"')
    lines = [" · ".join(parts), *asked_again.lines(plan, reader)]
    if plan.reading.aside:
        lines.append(plan.reading.aside)
    if plan.corrections:
        lines.append(", ".join(f'"{c.said}" read as {c.read}' for c in plan.corrections))
    return tuple(lines)


def changed(plan: Plan, reader: Reader) -> list[Block]:
    """`− web-2   + web-3   now one at a time`: what a revision does differently, in one row."""
    if plan.changed is None:
        return []
    less, more, now = plan.changed.less, plan.changed.more, list(plan.changed.now)
    if plan.changed.start:
        now += [f"starts {reader.clock(plan.start)}" if plan.start else "starts at once"]
    spans = [Span(text=f"− {said}", tone=Tone.DIM) for said in _few(less)]
    spans += [Span(text=f"+ {said}", tone=Tone.WARNING) for said in _few(more)]
    spans += plain(f"now {', '.join(now)}") if now else ()
    apart = [part for span in spans for part in (Span(text="   "), span)][1:]
    return [Row(label="changed", spans=tuple(apart) or plain("nothing: it is as it was"))]


MOST_ACTS = 3


def _few(said: Sequence[str]) -> Sequence[str]:
    """The first of them, and how many more."""
    rest = len(said) - MOST_ACTS
    return said if rest <= 0 else (*said[:MOST_ACTS], f"{rest} more")


def voided(plan: Plan, reader: Reader) -> str:
    """`void: Ana's vote on revision 1`; empty when nobody had voted."""
    void = plan.changed.void if plan.changed else ()
    if not void:
        return ""
    whose = listed([f"{reader.who(name)}'s" for name in void])
    return f"void: {whose} on revision {plan.revision - 1}"


def taken_off(void: Sequence[str], given: Sequence[str], reader: Reader) -> str:
    """`void: Ana's vote, by an account no longer theirs`; not of who has voted again."""
    names = [name for name in dict.fromkeys(void) if name not in given]
    whose = listed([f"{reader.who(name)}'s vote" for name in names])
    return f"void: {whose}, by an account no longer theirs" if names else ""


def instead(plan: Plan) -> tuple[Button, ...]:
    """The same look with an action of our own, for a raw command that is no more than that."""
    if not plan.instead:
        return ()
    says = f"{plan.instead} instead"
    return (Button(id="say", label=says[0].upper() + says[1:], key="i", says=says),)


def warnings(plan: Plan) -> list[Block]:
    """Sentences about the plan as a whole."""
    return [Row(label="NOTE", spans=plain(text), tone=Tone.WARNING) for text in plan.warnings]

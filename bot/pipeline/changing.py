"""What is asked for of a request that was understood: a new plan, or an open one's next. Pure.

Who only asks what a change would do changes nothing: an open plan keeps its votes and its hour, and
what it would become is shown beside it, as a plan of its own that is not asked for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.conversation.holders import steerer
from bot.domain.intents import Intent, ParseContext, Revision, Understanding
from bot.domain.messages import Message, Person, ThreadRef
from bot.domain.plans import Plan
from bot.domain.repeats import repeats
from bot.domain.usage import Reading
from bot.errors import ConflictError
from bot.pipeline.asked import Asked
from bot.ports import Unit

Read = Callable[[str, ParseContext], Awaitable[Understanding]]
STAYS = "#{number} stays as it is, and so do its votes; this only shows what it would be."


def new(
    message: Message,
    person: Person,
    intent: Intent,
    understood: Understanding,
    overtaken: Callable[[], bool],
    *,
    said: bool,
) -> Asked:
    """A plan of its own; `said`: their words alone tell what shall be done (`is_said`)."""
    return Asked(
        thread=message.thread,
        person=person,
        text=own_words(message, understood),
        intent=intent,
        read_by=understood.read_by,
        reading=understood.reading,
        plan_only=message.plan_only,
        event=message.event_id,
        formerly=understood.formerly,
        repeats=not said or _repeats(message, intent, understood),
        overtaken=overtaken,
    )


async def is_said(read: Read, text: str, intent: Intent) -> bool:
    """Whether words mean this whatever was asked before: "now do it" does not."""
    alone = (await read(text, ParseContext())).outcome
    return isinstance(alone, Intent) and alone.wishes == intent.wishes


def _repeats(message: Message, intent: Intent, understood: Understanding) -> bool:
    """Whether they have not said themselves what shall be done, but that it shall be once more."""
    return repeats(understood.picks or message.text) or any(wish.unsaid for wish in intent.wishes)


def theirs(unit: Unit, said: Revision, thread: ThreadRef, name: str) -> Plan:
    """The revision that is to be changed.

    Raises:
        ConflictError: it is not in this conversation, or somebody else steers it.
    """
    stored = unit.plan(said.plan, said.revision)
    if stored is None or stored.plan.thread != thread or name != steerer(unit, stored.plan):
        raise ConflictError(f"#{said.plan} is not yours to change; ask for what you want.")
    return stored.plan


def changed(
    message: Message,
    person: Person,
    said: Revision,
    understood: Understanding,
    former: Plan,
    overtaken: Callable[[], bool],
) -> Asked:
    """The next revision of `former`; shown apart where it is only to be shown and that was not."""
    text = own_words(message, understood)
    apart = message.plan_only and not former.plan_only
    return Asked(
        thread=message.thread,
        person=person,
        text=text if said.whole else f"{former.request}; {text}",
        intent=said.intent,
        read_by=_readers(said, understood.read_by, former.read_by),
        reading=_noted(understood.reading, former) if apart else understood.reading,
        plan_only=message.plan_only or former.plan_only,
        plan_id=None if apart else former.id,
        revision=1 if apart else former.revision + 1,
        event=message.event_id,
        overtaken=overtaken,
        over=None if apart else former,
        formerly=(*understood.formerly, *former.askers),
    )


_CHANGED_BY = ", its last change by "


def _readers(said: Revision, by: str, first: str) -> str:
    """Who read it: with who read the former plan, where a step of it was read by a model alone.

    What the rules read is then no more than the change: its card tells of such a step, too.
    """
    first = first.partition(_CHANGED_BY)[0]
    kept = any(wish.alone for wish in said.intent.wishes) and not said.whole
    return f"{first}{_CHANGED_BY}{by}" if kept and by != first else by


def own_words(message: Message, understood: Understanding) -> str:
    """What the person has said themselves: what a number stands for is none of their words."""
    return message.text if understood.own is None else understood.own


def _noted(reading: Reading, former: Plan) -> Reading:
    said = " ".join(filter(None, (reading.aside, STAYS.format(number=former.id))))
    return reading.model_copy(update={"aside": said})

"""The one unit of work in which a message is taken in; from then on it is owed an answer."""

from __future__ import annotations

from bot.conversation import holders
from bot.conversation.open_plans import change_since, pressed_change
from bot.domain.cards import ThreadItem
from bot.domain.events import Event
from bot.domain.intents import Understanding
from bot.domain.messages import Message, Person
from bot.pipeline import late, marking, pending
from bot.pipeline.last_spoke import is_between, spoke
from bot.pipeline.open_question import asked_card, asks, open_since, spoken_beside
from bot.ports import Unit


def heard(
    unit: Unit, message: Message, person: Person, said: str, known: Understanding | None
) -> ThreadItem | None:
    """The inbox row, what was said, its event and its waiting; None when it was taken in before.

    `said` is the text as it may be stored. Kept with it is which question was open: a short answer
    is one to that question alone, however late it is read; and which plan's *Change…* was pressed:
    what was said before changes no plan, be it heard later. What was not said to Overseer bears no
    mark: it may turn out to be talk among people. What a stop has overtaken before it was heard is
    dropped with it.
    """
    if not unit.receive(message.thread.surface, message.event_id):
        return None
    asked = message.asked or asked_card(unit, message.thread, person.name)
    changing = pressed_change(unit, message.thread, person.name)
    if came_late := late.came_late(unit, message):
        asked, changing = _then(unit, message, person, asked, changing)
    between = is_between(unit, message, person)
    stood = {"text": said, "asked": asked, "changing": changing, "between": between}
    theirs = holders.holder(unit, message.thread) in (None, "", person.name)
    spoke(unit, message, person, theirs=theirs)
    if message.thread.is_room and not asks(unit, message.thread, person.name):
        spoken_beside(unit, message.thread)
    gave = holders.gave_away(unit, message.thread, person.name)
    pending.keep(unit, message.model_copy(update=stood), known, anew=gave, late=came_late)
    if known is None and message.missed and late.is_void(unit, message, person.name):
        pending.stop_one(unit, message.event_id)
    if message.addressed:
        marking.heard(unit, message)
    if not holders.held_by(unit, message.thread):
        late.called_in(unit, message)
    holders.begin(unit, message.thread, person.name)
    holders.used(unit, message.thread, person.name)
    unit.append(
        Event(
            kind="request.heard",
            at=unit.now,
            person=person.name,
            data={
                "text": said,
                "thread": str(message.thread),
                "surface": message.thread.surface,
            },
        )
    )
    return unit.say(message.thread, person.name, said)


def _then(
    unit: Unit, message: Message, person: Person, asked: str, changing: tuple[int, int] | None
) -> tuple[str, tuple[int, int] | None]:
    """What of this was so when a message that comes late was said."""
    thread = message.thread
    if asked and late.was_before(unit, message, asked, open_since(unit, thread) or message.at):
        asked = ""
    since = change_since(unit, thread, person.name)
    later = since is not None and since > message.at + late.CLOCKS
    return asked, None if later else changing

"""The door: who is heard, and where. Rights on plans are the gate's; this is about speaking.

    a code          linked or voided, and nowhere stored; also one that was said to nobody here
    who             a person of people.yaml; an account of nobody's where the settings let it look
    where           not as a guest, nor in a channel that others are in, unless the settings say so
    handing over    by who holds the conversation, wherever it is
    applause        is no vote; who says it is told once
    an option       a button's words are an answer: they hand nothing over and link nothing
    not addressed   heard from who holds the conversation; else silence, but for a stop of who may
                    stop something there. What of it asks for nothing is talk, but for answers and
                    objections (`unaddressed`)

Stops of those who are known are never held up here. What was refused in a room, or met silence, has
its receipt as what was taken in has: said once, it is no request later, whatever has changed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot.conversation import holders
from bot.conversation.asides import Nod, is_called_to_vote, is_chatter
from bot.conversation.threads import context_of
from bot.domain.intents import Control, ParseContext, Standing, Understanding
from bot.domain.linkcodes import lone_code, said_code
from bot.domain.messages import (
    ButtonPress,
    Message,
    Outside,
    Person,
    Reply,
    Role,
    ThreadRef,
)
from bot.domain.recent import Recent
from bot.domain.wording import listed, number_in
from bot.errors import StoreBusyError
from bot.intent.at_once import short_control
from bot.intent.rules.deciding import goes_on
from bot.pipeline import applause, late, overheard, pending, standing_then, unaddressed
from bot.pipeline.behind_others import NOT_HANDED
from bot.pipeline.handing import Handing
from bot.pipeline.last_spoke import is_between, unheard
from bot.pipeline.linking import Linking, wanted
from bot.pipeline.open_question import SOMEBODY_ELSES, spoken_beside
from bot.pipeline.outsiders import lets_in, starts_nothing
from bot.pipeline.pressable import FROM_OUTSIDE, SPEAKING, UNLINKED_BUTTONS
from bot.pipeline.stop_unheard import answered
from bot.pipeline.stoppable import has_own, in_thread
from bot.ports import Store, Unit, World

_log = structlog.get_logger(__name__)

SILENCE = Reply(accepted=True)
KEPT_TOLD = 10_000

Read = Callable[[str, ParseContext], Awaitable[Understanding]]


@dataclass(frozen=True)
class Admitted:
    """What is heard, and whose it is. `message.person` is their name."""

    message: Message
    person: Person


class Door:
    """Lets words and clicks in."""

    def __init__(
        self,
        store: Store,
        linking: Linking,
        handing: Handing,
        read: Read,
        *,
        world: Callable[[], World],
        why_not: applause.WhyNot,
    ) -> None:
        """`read` is what the rules alone make of words; `why_not` judges who may vote."""
        self._store = store
        self._linking = linking
        self._handing = handing
        self._read = read
        self._world = world
        self._why_not = why_not
        self._told: Recent[str] = Recent(KEPT_TOLD)
        """What somebody was told about; Slack delivers every mention twice, as two events."""

    # -- words ----------------------------------------------------------------------------------

    async def message(self, message: Message) -> Admitted | Reply:
        """Who says it and is heard, or what they alone are told, once.

        Raises:
            StoreBusyError: it can't be written down that it was refused.
        """
        if not message.thread.is_room:
            return await self._judged(message)
        # Only what is read from a history was most likely judged when it was said.
        known = message.missed and await self._has_receipt(message)
        came = await self._judged(message)
        if not isinstance(came, Reply):  # its receipt is written as it is taken in
            return came
        if known:
            return Reply(accepted=came.accepted, thread=came.thread)
        surface, event = message.thread.surface, message.event_id

        # What they say to a colleague by name may be answered, and said on, like the colleague's.
        by, people = self._who(message), self._world().people
        to_people = by and not came.text and overheard.names_somebody(message.text, people, by)

        def work(unit: Unit) -> None:
            fresh = unit.receive(surface, event) and not message.addressed
            if fresh and unheard(unit, message, None if to_people else by, told=bool(came.text)):
                spoken_beside(unit, message.thread)

        await self._store.write(work)
        if came.text and not self._told.add(f"{surface}/{event}"):
            return Reply(accepted=came.accepted, thread=came.thread)
        return came

    async def _was_there(self, message: Message) -> bool:
        if message.addressed:
            return True
        return await self._store.read(lambda u: late.was_there(u, message))

    async def _has_receipt(self, message: Message) -> bool:
        surface, event = message.thread.surface, message.event_id
        try:
            return await self._store.read(lambda u: u.received(surface, event))
        except StoreBusyError as error:  # a stop waits for no database
            _log.warning("a receipt can't be looked up", said=event, why=str(error))
            return False

    async def _judged(self, message: Message) -> Admitted | Reply:
        person = self._who(message)
        if not message.pressed and (told := await self._coded(message, person)):
            return told
        if (refused := await self._unheard(message, person)) is not None:
            return refused if message.addressed else SILENCE
        if person is None:  # it is refused above
            return SILENCE
        if message.missed and not await self._was_there(message):
            return SILENCE
        if not await self.among(message, person):
            return Reply(accepted=False, text=SOMEBODY_ELSES)
        message = message.model_copy(update={"person": person.name})
        if message.pressed:
            return Admitted(message, person)
        if platform := wanted(message.text) if person.linked else "":
            return await self._linking.offer(message, person, platform)
        if (told := self._linking.no_code(message)) is not None:  # a good one is void above
            return told
        theirs = message.addressed or await self._holds(message.thread, person)
        message = overheard.to_me(message) if theirs else message
        who = self._handing.wanted(message) if person.linked else None
        if who is not None and (theirs or await self._takes_back(message.thread, person, who)):
            to_another = who.casefold() not in ("me", "myself")
            if to_another and await self._store.read(lambda u: is_between(u, message, person)):
                return Reply(accepted=False, text=NOT_HANDED, thread=message.thread)
            return await self._handing.hand(message, person, who)
        if message.thread.is_room and (told := await self._aside(message, person, theirs=theirs)):
            return told
        return Admitted(message, person)

    async def turned_away(self, said: Message | ButtonPress) -> Reply | None:
        """See `bot.ports.Ears`."""
        if isinstance(said, ButtonPress):
            came = await self.press(said)
            return came if isinstance(came, Reply) else None
        coded = said_code(said.text) or lone_code(said.text)
        if coded and said.is_private:  # its sender is to be known by it
            return None
        return await self._unheard(said, self._who(said))

    async def _unheard(self, message: Message, person: Person | None) -> Reply | None:
        """Why nothing of theirs is heard here, or None: a stop of who is known always is."""
        refused = self._refused(message, person)
        if refused is None or (person and person.linked and await self._stops(message)):
            return None
        return refused

    async def overheard(self, message: Message) -> Reply:
        """What was said among people, where Overseer listens to nobody: only a code matters."""
        return await self._linking.burn(message) or SILENCE

    async def _coded(self, message: Message, person: Person | None) -> Reply | None:
        """What a code comes to; None: none was said."""
        if not (message.is_private and await self._linking.is_meant(message, person)):
            return await self._linking.burn(message)
        if person is not None and person.linked:
            if await self._store.read(
                lambda u: u.received(message.thread.surface, message.event_id)
            ):
                return SILENCE  # the same words once more: it was linked by them
            text = f"This account is {person.display}'s already; send the code from the other one."
            return Reply(accepted=False, text=text)
        if not message.thread.is_room:
            return self._refused(message, None)
        if message.outside is not None and not self._lets_in(message.outside):
            return self._refused(message, person)
        return await self._linking.redeem(message)

    async def _aside(self, message: Message, person: Person, *, theirs: bool) -> Reply | None:
        """What comes of words in a room that are no request; None: they are one.

        `theirs`: they were said to Overseer, or by who holds the conversation.
        """
        nod = applause.heard(message, theirs=theirs)
        if nod is not None and (told := await self._told_no_vote(message, person, nod)):
            return told
        if message.addressed:
            return None
        if is_called_to_vote(message.text):  # who is called there is not Overseer
            return SILENCE
        people = self._world().people
        if not theirs or overheard.calls(message.text, people):  # it is not addressed either
            if await self._may_stop(message, person):
                return None
            stop = None if theirs else await self._stop_in(message.text)
            return SILENCE if theirs else await answered(message, person, stop, self._store, people)
        context = await self._store.read(lambda u: context_of(u, message.thread, person.name))
        # As it is read once it is let in: "at 23:00" means something only at a known moment.
        known = standing_then.timed(context, message, person, self._world())
        read = unaddressed.as_said(await self._read(message.text, known), message)
        is_on = isinstance(read.outcome, Control | Standing)
        if is_on and goes_on(message.text):  # to all runs it is said by Overseer's name
            return SILENCE
        asks = bool(self._world().settings.models.tiers) or not is_chatter(read.outcome)
        answers = read.picks is not None or unaddressed.told(
            read, message.text, asked=known.question, stood=known
        )
        return None if asks or answers else SILENCE

    async def _holds(self, thread: ThreadRef, person: Person) -> bool:
        held = await self._store.read(lambda u: holders.holder(u, thread))
        return held in holders.names_of(person)

    async def _takes_back(self, thread: ThreadRef, person: Person, who: str) -> bool:
        """Whether they gave it away, and want it back from who has not been heard there since."""
        if who.casefold() not in ("", "me", "myself"):
            return False
        return await self._store.read(lambda u: holders.takes_back(u, thread, person))

    async def _told_no_vote(self, message: Message, person: Person, nod: Nod) -> Reply | None:
        """That applause is no vote, where something waits for votes: once, unless asked again."""
        text = await self._store.write(
            lambda u: applause.hint(u, message, person, nod, self._why_not)
        )
        if text is None:
            return None
        if text and not person.linked:
            link = f"`link {message.thread.surface}`"
            text += (
                f" Say {link} on the page or in the terminal, or ask {self._admins()} to add you."
            )
        return Reply(accepted=not text, text=text, thread=message.thread)

    async def _may_stop(self, message: Message, person: Person) -> bool:
        """Whether it is a stop of somebody who may stop what it can mean.

        A bare "cancel" is that only where something of their own goes on.
        """
        control = await self._stop_in(message.text)
        among = overheard.stop_among(message.text) if control is None else None
        control = control or among
        if control is None or (among is not None and not await self._goes_on(message, person)):
            return False
        decides = person.roles & {Role.APPROVER, Role.ADMIN}
        if decides and overheard.is_by_role(control, message.text):
            return True
        numbers = [*filter(None, (number_in(control.scope),)), *control.also]

        def work(unit: Unit) -> bool:
            if has_own(unit, message.thread, person, numbers):
                return True
            reads = (each.message for each in pending.waiting(unit))
            return any(m.thread == message.thread and m.person == person.name for m in reads)

        return await self._store.read(work)

    async def _goes_on(self, message: Message, person: Person) -> bool:
        """Whether there is something here that is theirs to stop."""
        return await self._store.read(lambda u: bool(in_thread(u, message.thread, person, but=0)))

    async def _stop_in(self, text: str) -> Control | None:
        """The stop that is the whole of what was said to nobody; None: it is none.

        All that people say to each other is looked at here, so it is read in full only where it
        may call off a plan by its number.
        """
        if not overheard.is_for_all(text):
            return None
        control = short_control(text)
        if control is None and overheard.may_withdraw(text):
            control = await self._control(text)
        return None if control is None or control.verb == "resume" else control

    async def _stops(self, message: Message) -> bool:
        return await self.is_stop(message.text)

    async def is_stop(self, text: str) -> bool:
        """Whether words say to stop something: then nothing holds them up."""
        control = await self._control(text)
        return control is not None and overheard.is_stop(control)

    async def _control(self, text: str) -> Control | None:
        """The order that is the whole of some words; None: they are none."""
        if not overheard.may_be_stop(text):
            return None
        said = (await self._read(text, ParseContext())).outcome
        return said if isinstance(said, Control) else None

    # -- clicks ---------------------------------------------------------------------------------

    async def press(self, press: ButtonPress) -> Person | Reply:
        """Who clicks and is heard, or what they alone are told."""
        person = self._who(press)
        refused = self._refused(press, person)
        if refused is not None and not (
            person and person.linked and press.button in overheard.STOPS
        ):
            return refused
        if person is None:  # it is refused above
            return SILENCE
        if press.outside is not None and press.button not in FROM_OUTSIDE:
            return Reply(accepted=False, text=starts_nothing(press.outside))
        if not person.linked and press.button not in UNLINKED_BUTTONS:
            return Reply(accepted=False, text=self._unknown(press))
        if press.button in SPEAKING and not await self.among(press, person):
            return Reply(accepted=False, text=SOMEBODY_ELSES)
        return person

    async def among(self, said: Message | ButtonPress, person: Person) -> bool:
        """Whether they are in the conversation.

        Who is in a room is known to its own surface alone; from another one only those who have
        spoken there may speak, and whom it was handed to.
        """
        thread = said.thread
        if thread.owner or thread.surface == said.identity.surface:
            return thread.open_to(person) or await self._store.read(
                lambda u: holders.is_open_to(u, thread, person)
            )
        theirs = await self._store.read(lambda u: u.threads(person.name))
        return any(e.thread == str(thread) for e in theirs) or await self._holds(thread, person)

    # -- who, and where -------------------------------------------------------------------------

    def _who(self, said: Message | ButtonPress) -> Person | None:
        world = self._world()
        person = world.people.named(said.person) if said.person else None
        if person is None and said.thread.is_room:
            person = world.asker(str(said.identity))
        return world.speaker(person, said)

    def _lets_in(self, outside: Outside) -> bool:
        return lets_in(outside, self._world().settings.chat)

    def _refused(self, said: Message | ButtonPress, person: Person | None) -> Reply | None:
        """Why they are not heard here, or None."""
        outside = said.outside
        if outside is not None and not self._lets_in(outside):
            theirs = outside is Outside.FOREIGN or said.thread.is_direct
            there = OUTSIDER if theirs else SHARED
            text = GUEST if outside is Outside.GUEST else there
            return Reply(accepted=False, text=text.format(admins=self._admins()))
        if person is None or (outside is not None and not person.linked):
            return Reply(accepted=False, text=self._unknown(said))
        return None

    def _unknown(self, said: Message | ButtonPress) -> str:
        if not said.thread.is_room:
            return f"I don't know {said.identity}. An admin can add it to people.yaml."
        does = "only look things up" if self._who(said) is not None else "do nothing"
        return (
            f"I don't know whose account {said.identity} is, so I {does} for it. If I know you on "
            f"the page or in the terminal, say `link {said.thread.surface}` there and send me the "
            f"code as a direct message; else ask {self._admins()} to add you."
        )

    def _admins(self) -> str:
        admins = self._world().people.with_role(Role.ADMIN)
        return listed([each.display for each in admins], "or") or "an admin"


GUEST = "I don't act for guests here. Ask {admins}, who can change `chat.guests`."
SHARED = (
    "People of another organisation are in this channel, so I do nothing here. Write to me "
    "directly, or in a channel of your own; {admins} can change `chat.shared`."
)
OUTSIDER = (
    "Your account is another organisation's, so I do nothing for it. Ask {admins}, who can change "
    "`chat.shared`."
)

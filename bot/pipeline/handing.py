"""Handing over: a halted run by its button, a conversation in words.

A conversation goes with all that is open in it: its question, the plans that may still be changed,
and the decision about its run. Approval is judged as before: who has asked for something, whether
they still hold it or not, does not vote on it (`bot.gate.evaluate`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.conversation import holders
from bot.conversation.handover import UNNAMED, account_in, called, receiver_in
from bot.conversation.open_plans import MOST_OPEN, end_change
from bot.domain.cards import ThreadItem
from bot.domain.events import Event
from bot.domain.marked import literal
from bot.domain.messages import Message, People, Person, Reply, ThreadRef
from bot.domain.plans import Plan
from bot.domain.posts import Notice
from bot.domain.runs import RUN_HALTED, Run
from bot.domain.wording import listed
from bot.errors import ConflictError
from bot.pipeline.answering import Answers
from bot.pipeline.handed import handed_key
from bot.pipeline.last_spoke import begins
from bot.pipeline.outsiders import Outsider
from bot.pipeline.receivers import MOST_NAMED, why_not
from bot.pipeline.speaking import Speaker
from bot.ports import PlanFilter, Store, Unit, World
from bot.ports.readable import readable

Notify = Callable[[Unit, ThreadRef, str, Notice], bool]


def give_decision(
    unit: Unit, plan: Plan, by: Person, other: Person, *, world: World, outside: Outsider
) -> None:
    """Let somebody else decide about a halted run: what *Hand over…* does.

    Raises:
        ConflictError: it has no run, it is theirs already, or it is nothing for them.
    """
    run = unit.run(plan.id)
    now = (run.decider if run else "") or holders.steerer(unit, plan)
    if other.name == now:
        already = f"#{plan.id} is {other.display}'s to decide already."
        raise ConflictError(already, cure="Name somebody else.")
    if why := why_not(other, plan.thread, (plan,), world, outside, now=now):
        raise ConflictError(why)
    decision_to(unit, plan, by, other.name)


def decision_to(unit: Unit, plan: Plan, by: Person, to: str) -> None:
    """Let somebody decide about a halted run, and hold its conversation if it is `by`'s.

    A conversation that nobody else reads stays whose it is: that is handed over in words, if at
    all.

    Raises:
        ConflictError: it has no run.
    """
    run = unit.run(plan.id)
    if run is None:
        raise ConflictError(f"#{plan.id} has no run.")
    _decided_by(unit, run, by, to)
    if plan.thread.is_room and not plan.thread.is_direct:
        holders.hand(unit, plan.thread, by, to)


def _decided_by(unit: Unit, run: Run, by: Person, to: str) -> None:
    """Write down to whom `by` gives a decision; empty: to nobody more than to the others."""
    unit.save_run(run.model_copy(update={"decider": to}))
    unit.append(
        Event(
            kind="run.decided", at=unit.now, plan=run.plan, person=by.name,
            data={"button": "handover", "to": to},
        )
    )  # fmt: skip


class Handing:
    """Hands conversations over."""

    def __init__(
        self,
        store: Store,
        answers: Answers,
        *,
        world: Callable[[], World],
        notify: Notify,
        speaker: Speaker,
    ) -> None:
        """`answers` says in the thread what was done.

        `notify` owes a notice in a chat platform, under a key once, and tells whether it is owed;
        `speaker` draws the cards of what is open in a thread, and knows what accounts are called.
        """
        self._store = store
        self._answers = answers
        self._world = world
        self._notify = notify
        self._speaker = speaker

    def wanted(self, message: Message) -> str | None:
        """Whom the words name as the one whom it is handed to; None: they are about else."""
        return receiver_in(message.text, message.thread.surface, self._world().people)

    async def hand(self, message: Message, person: Person, who: str) -> Reply:
        """Let the conversation be somebody else's, if it is the speaker's.

        `who` is what they are called; empty: whoever had it before.
        """
        try:
            items = await self._store.write(lambda unit: self._handed(unit, message, person, who))
        except ConflictError as error:
            return Reply(accepted=False, text=str(error), thread=message.thread)
        await self._answers.pass_on(items)
        if items:
            await self._speaker.redraw_in(message.thread)
        return Reply(accepted=True, thread=message.thread)

    def _handed(
        self, unit: Unit, message: Message, person: Person, who: str
    ) -> tuple[ThreadItem | None, ...]:
        """Do it, and give what is to be shown; nothing of a message that came before.

        Raises:
            ConflictError: it is not theirs, or nobody to whom it can go is named.
        """
        thread = message.thread
        if not unit.receive(thread.surface, message.event_id):
            return ()
        other = self._receiver(unit, thread, person, who)
        # Said by who has it until then: who gives a page back that isn't theirs reads it no more.
        said = unit.say(thread, person.name, message.text)
        halted = _halted(unit, thread)
        end_change(unit, thread, holders.holder(unit, thread))
        end_change(unit, thread, person.name)
        holders.hand(unit, thread, person, other.name)
        begins(unit, thread, other, person)
        for plan in halted:
            self._decision(unit, plan, person, other)
        asked = self._answers.asked_of(unit, thread, other)
        # Of a halted run they are told what is to be decided, and where they took it nothing.
        if thread.is_room and not halted and other != person:
            note = f"{person.display} has handed this conversation over to you: {_THEN}"
            key = handed_key(message.event_id)
            if self._notify(unit, thread, key, Notice(text=note, concerns=(other.name,))):
                return said, asked  # everybody there reads it
        text = f"This conversation is {other.display}'s now: "
        text += _THEN.replace("you say", f"{other.display} says")
        if thread.owner:
            text += f" It stands among {other.display}'s conversations, who reads all of it."
        return said, asked, self._answers.sentence(unit, thread, text)

    def _decision(self, unit: Unit, plan: Plan, person: Person, other: Person) -> None:
        """The decision goes with its conversation, but not to who may let nothing go on.

        Who takes a conversation back may have become a viewer: then everybody decides who might
        had nobody handed it over.
        """
        run = unit.run(plan.id)
        if not self._why_not(other, plan.thread, (plan,)):
            decision_to(unit, plan, person, other.name)
        elif run is not None and run.decider:
            _decided_by(unit, run, person, "")

    def _receiver(self, unit: Unit, thread: ThreadRef, person: Person, who: str) -> Person:
        """Whom it goes to.

        Raises:
            ConflictError: as above.
        """
        people = self._world().people
        held = holders.held_by(unit, thread)
        if not held or not unit.thread(thread):
            raise ConflictError(NOTHING)
        if held[-1] not in holders.names_of(person):
            for_them = not who or who.casefold() in _SELF or person in self._called(who, thread)
            if for_them and holders.takes_back(unit, thread, person):
                return person
            owner = people.named(held[-1])
            name = owner.display if owner else held[-1]
            raise ConflictError(f"This conversation is {name}'s to hand over.")
        if thread.is_room and thread.is_direct:
            raise ConflictError(ALONE)
        if who == UNNAMED:
            raise ConflictError(TO_WHOM)
        if not who:
            former = next((p for n in reversed(held[:-1]) if (p := people.named(n))), None)
            if former is None:
                raise ConflictError(NOBODY_BEFORE)
            found: tuple[Person, ...] = (former,)
        else:
            found = (person,) if who.casefold() in _SELF else self._called(who, thread)
        if len(found) != 1:
            account = account_in(who)
            if account and thread.is_room and not found:
                raise ConflictError(self._nobodys(f"{thread.surface}:{account}"))
            raise ConflictError(_many(who, found) if found else _unknown(who, people))
        if found[0] == person:
            raise ConflictError("This conversation is yours already.")
        if why := self._why_not(found[0], thread, self._open(unit, thread), now=held[-1]):
            raise ConflictError(why)
        return found[0]

    def _why_not(
        self, other: Person, thread: ThreadRef, plans: Iterable[Plan], *, now: str = ""
    ) -> str:
        outside = self._speaker.called.outside
        return why_not(other, thread, plans, self._world(), outside, now=now)

    def _nobodys(self, key: str) -> str:
        """Why a conversation goes to no account that is not linked."""
        name = literal(self._speaker.called.of(key).name) or "That account"
        return NOT_LINKED.format(name=name, link=f"link {key.partition(':')[0]}")

    def _called(self, who: str, thread: ThreadRef) -> tuple[Person, ...]:
        return called(who, thread.surface, self._world().people)

    def _open(self, unit: Unit, thread: ThreadRef) -> list[Plan]:
        """What goes with a conversation."""
        held = holders.held_by(unit, thread)
        here = unit.plans(PlanFilter(thread=thread, limit=MOST_OPEN))
        open_ones = [stored.plan for stored in here if stored.revisable(unit.now)]
        theirs = [p for p in open_ones if holders.steerer(unit, p) == held[-1]]
        return [*theirs, *_halted(unit, thread)]


_SELF = frozenset({"me", "myself", "mir", "mich"})
_THEN = "what you say here answers and changes what is open."
NOTHING = "Nothing has been asked here yet, so there is nothing to hand over."
TO_WHOM = "To whom? Say `hand over to NAME`."
NOT_LINKED = (
    "{name} is nobody's in people.yaml, so nothing can be handed over to it. It must be linked "
    "first: who it belongs to says `{link}` on the page or in the terminal, or an admin adds it."
)
NOBODY_BEFORE = "Nobody had this conversation before you; say `hand over to NAME`."
ALONE = (
    "Nobody else reads what is said between us here. Ask in a channel to be able to hand it over; "
    "*Hand over…* on the card of a run that has halted gives that decision away."
)


def _many(who: str, found: tuple[Person, ...]) -> str:
    names = listed([f"{p.display} ({p.name})" for p in found], "or")
    return f"Whom do you mean by {who!r}: {names}? Say it with the name in brackets."


def _unknown(who: str, people: People) -> str:
    known = [p.name for p in people.persons]
    more = ", …" if len(known) > MOST_NAMED else ""
    return f"I don't know {who!r}. Known: {', '.join(known[:MOST_NAMED])}{more}."


def _halted(unit: Unit, thread: ThreadRef) -> list[Plan]:
    """The halted runs of a conversation that are its holder's to decide."""
    held = holders.held_by(unit, thread)
    found = (readable(unit, run.plan) for run in unit.runs(RUN_HALTED, thread))
    return [
        stored.plan
        for stored in found
        if stored is not None
        and stored.plan.requester in held
        and holders.steerer(unit, stored.plan) == held[-1]
    ]

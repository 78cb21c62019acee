"""A decision about a halted run, said in its thread: the press of that button, by whoever said it.

It goes the way of a press (`Pipeline.on_button`): who may is judged there, and it is written down
as one. What the card does not offer now is not done; then the ways that it offers are said.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.conversation.copied import below
from bot.conversation.threads import context_of
from bot.domain.intents import Control, Deciding, ParseContext, Question, Understanding
from bot.domain.messages import ButtonPress, Message, Person, Reply, from_elsewhere
from bot.domain.posts import MarkState
from bot.domain.runs import RUN_HALTED
from bot.execution.executor import FROZEN
from bot.intent.rules.deciding import goes_on
from bot.pipeline import pending, ways
from bot.pipeline.answering import Answers
from bot.pipeline.choosable import offered_to
from bot.pipeline.open_question import said_beside
from bot.pipeline.said_of_what import asked_at_once, is_read_first
from bot.pipeline.steering import Steering
from bot.ports import Store, StoredPlan, Unit, World
from bot.ports.readable import readable

_DONE = {
    "retry": "#{n} tries {what} again.",
    "skip": "#{n} leaves out {what}.",
    "mark_done": "#{n} counts {what} as done.",
    "rollback": "#{n} takes back what it changed.",
    "recheck": "#{n} looks again at what is in doubt.",
    "end": "#{n} stops here.",
    "again": "#{n} is looked at again and asked for anew.",
}
"""What is said where the press itself says nothing: its card shows it."""


class DecidingInWords:
    """Presses what was said."""

    def __init__(
        self,
        store: Store,
        answers: Answers,
        press: Callable[[ButtonPress], Awaitable[Reply]],
        world: Callable[[], World],
    ) -> None:
        """`press` judges a press and does it."""
        self._store = store
        self._steering = Steering(store, world)
        self._answers = answers
        self._press = press

    async def first(
        self,
        message: Message,
        person: Person,
        read: Understanding | None,
        *,
        reading: bool,
        busy: bool = False,
    ) -> Understanding | None:
        """What is known of words before they are taken in, but for orders that wait their turn.

        Those are "go on" to one run, and what may be said of something else (`said_of_what`);
        `reading`: something of theirs is being read there; `busy`: somebody's request is at its
        turn, and what may be said of something else is not held up by it, but asked back.
        """
        control = read.outcome if read is not None else None
        if not isinstance(control, Control):
            return read
        if not await self.is_resume(message, control):
            return None
        waits = await is_read_first(control, message, person, self._store, reading=reading)
        if not waits:
            return read
        asked = await asked_at_once(control, message, person, self._store) if busy else None
        return Understanding(outcome=asked) if asked is not None else None

    async def is_resume(self, message: Message, control: Control) -> bool:
        """Whether a control is one at once: "go on" may be said to one run, or to a colleague.

        To all runs it is said by name of Overseer, and while they are stopped, or where it can mean
        nothing that was asked for there, nor what Overseer has asked.
        """
        if control.verb != "resume" or not goes_on(message.text):
            return True
        if not message.addressed:
            return False

        def alone(unit: Unit) -> bool:
            if unit.get(FROZEN):
                return True
            stood = context_of(unit, message.thread, message.person or "")
            return not (stood.question or stood.halted or stood.moving or stood.open)

        return await self._store.read(alone)

    async def onward(self, read: Understanding, message: Message) -> Understanding:
        """With the one way on there is for "go on", if that is what was said.

        It is part of what was understood: taken up again it is that way still, and not what the
        card offers by then.
        """
        said = read.outcome
        if not isinstance(said, Deciding) or said.button or said.denied:
            return read
        if not goes_on(message.text):
            return read
        way = await self._store.read(lambda u: ways.onward(ways.offered(u, said.plan)))
        return read.model_copy(update={"outcome": said.model_copy(update={"button": way})})

    async def decide(self, said: Deciding, message: Message, understood: Understanding) -> None:
        """Do it, and say so, or why not; the question goes that asked which run is meant."""
        thread, event = message.thread, message.event_id
        key, by = f"said-{event}", message.identity.surface

        def look(unit: Unit) -> _Found:
            # Said once, it is done once: taken up again, it is not pressed anew.
            pending.understand(unit, event, understood, plan_only=message.plan_only)
            stored, offered = unit.plan(said.plan), ways.offered(unit, said.plan)
            asked = unit.asked(thread)
            labels = [option.label for option in asked[0].options] if asked else []
            told = [e for e in unit.told(said.plan) if e.at >= message.at]
            done = [e for e in told if e.data.get("button") == said.button]
            of_it = any(label.split()[-1:] == [f"#{said.plan}"] for label in labels)
            answers = understood.picks is not None or of_it
            if not answers:  # what is asked beside it is no longer what "ok" is said to
                said_beside(unit, thread)
            return _Found(
                stored, offered, moved=any(e.at > message.at for e in told), done=bool(done),
                answers=answers,
                pressed=unit.received(thread.surface, from_elsewhere(thread.surface, key, by)),
            )  # fmt: skip

        found = await self._store.write(look)
        stored, picked = found.stored, message if found.answers else None
        what = said.host or "what failed"
        if found.pressed:
            done = _DONE[said.button].format(n=said.plan, what=what)
            text = done if found.done else f"I have heard that; #{said.plan} is as its card shows."
            mark = MarkState.DONE if found.done else MarkState.REFUSED
            await self._answers.say(thread, text, event=event, mark=mark, picked=picked)
            return
        why = found.why_not(said, message)
        if stored is None or why or said.button not in found.offered:
            nothing = "Nothing was pressed." if said.denied and not why else ""
            text = " ".join(filter(None, (why, nothing, ways.told(said.plan, found.offered))))
            mark = MarkState.REFUSED
            await self._answers.say(thread, text, event=event, mark=mark, picked=picked)
            return
        reply = await self._press(
            ButtonPress(
                event_id=key, thread=thread, identity=message.identity,
                person=message.person, button=said.button, at=message.at, plan=said.plan,
                revision=stored.plan.revision, digest=stored.plan.digest, value=said.host,
                outside=message.outside, lent=message.lent,
            )
        )  # fmt: skip
        text = reply.text or _DONE[said.button].format(n=said.plan, what=what)
        mark = MarkState.DONE if reply.accepted else MarkState.REFUSED
        await self._answers.say(thread, text, event=event, mark=mark, picked=picked)

    async def ask(
        self,
        question: Question,
        message: Message,
        person: Person,
        understood: Understanding,
        stood: ParseContext,
    ) -> None:
        """Ask a question; of decisions about runs only what is theirs is offered to choose."""
        how, picks, steering = understood.reading, understood.picks, self._steering
        asks = await self._store.read(lambda u: offered_to(u, question, person, stood, steering))
        if isinstance(asks, Question):
            await self._answers.question(message, person, asks, picks, how=how)
        else:
            await self._answers.talk(message, person, asks, picks, how=how)

    async def offer(self, message: Message) -> None:
        """Say what may be said to the run that has halted in a thread, where "go on" is no way."""

        def look(unit: Unit) -> tuple[int, tuple[str, ...]]:
            here = _halted(unit, message)
            return (here[-1], ways.offered(unit, here[-1])) if here else (0, ())

        number, offered = await self._store.read(look)
        if number and message.addressed:
            await self._answers.say(
                message.thread, ways.told(number, offered), event=message.event_id,
                mark=MarkState.REFUSED,
            )  # fmt: skip


def _halted(unit: Unit, message: Message) -> list[int]:
    """The plans of a thread that wait for a decision; what can't be read offers none.

    In a direct message it is the one below the copy of whose card it is said.
    """
    runs = unit.runs(RUN_HALTED, message.thread)
    here = [run.plan for run in runs if readable(unit, run.plan) is not None]
    above = below(unit, message.thread, message.person or "")
    run = unit.run(above.plan.id) if above is not None else None
    return [run.plan, *here] if run is not None and run.state in RUN_HALTED else here


@dataclass(frozen=True)
class _Found:
    """A plan, what its card offers, and whether it `moved` since a decision was said.

    `pressed`: that was done before, and was not refused if the decision is `done`. `answers`: it is
    one of the runs that the open question offers, or offers to end, or was picked of it.
    """

    stored: StoredPlan | None
    offered: tuple[str, ...]
    moved: bool
    done: bool
    pressed: bool
    answers: bool

    def why_not(self, said: Deciding, message: Message) -> str:
        """Why it is not pressed; empty: it may be."""
        if message.plan_only:
            return "You asked only what would happen, so nothing was pressed."
        return f"#{said.plan} has moved since you said that." if self.moved else ""

"""Handing over: a halted run by its button, a conversation in a room also in words.

`hand over to ana`, `hand this over to @chris`.
"""

from __future__ import annotations

import re

from bot.conversation import holders
from bot.domain.events import Event
from bot.domain.messages import Identity, Message, People, Person, Reply
from bot.domain.plans import Plan
from bot.errors import ConflictError
from bot.pipeline.answering import Answers
from bot.ports import Store, Unit

_WHAT = r"(?:this|it|that|the (?:thread|conversation|plan|request))"
_HANDS = re.compile(
    rf"\W*(?:please\s+)?hand\s+(?:{_WHAT}\s+)?over\s+(?:{_WHAT}\s+)?to\s+(?P<who>\S.{{0,99}}?)"
    r"(?:,?\s+please)?[\s.!]*",
    re.IGNORECASE,
)
_MENTION = re.compile(r"<@!?(\w+)(?:\|[^>]*)?>")


def receiver(text: str) -> str:
    """Who is named as the one whom it is handed to; empty: nobody is."""
    found = _HANDS.fullmatch(text)
    return found["who"] if found else ""


def decision_to(unit: Unit, plan: Plan, by: str, to: str) -> None:
    """Let somebody decide about a halted run, and hold its conversation if it is `by`'s.

    Raises:
        ConflictError: it has no run.
    """
    run = unit.run(plan.id)
    if run is None:
        raise ConflictError(f"#{plan.id} has no run.")
    unit.save_run(run.model_copy(update={"decider": to}))
    holders.hand(unit, plan.thread, by, to)
    unit.append(
        Event(
            kind="run.decided", at=unit.now, plan=plan.id, person=by,
            data={"button": "handover", "to": to},
        )
    )  # fmt: skip


class Handing:
    """Hands conversations over."""

    def __init__(self, store: Store, answers: Answers) -> None:
        """`answers` says in the thread what was done."""
        self._store = store
        self._answers = answers

    async def hand(self, message: Message, person: Person, who: str, people: People) -> Reply:
        """Let the conversation be somebody else's, if it is the speaker's."""
        other = _called(who, message.thread.surface, people)
        if other is None:
            known = ", ".join(each.name for each in people.persons)
            return Reply(accepted=False, text=f"I don't know {who!r}. Known: {known}.")

        def work(unit: Unit) -> tuple[bool, str]:
            if not unit.receive(message.thread.surface, message.event_id):
                return False, ""
            whose = holders.holder(unit, message.thread)
            done = holders.hand(unit, message.thread, person.name, other.name)
            if done:
                unit.say(message.thread, person.name, message.text)
            return done, whose

        done, whose = await self._store.write(work)
        if done:
            text = (
                f"This conversation is {other.display}'s now: what {other.display} says here "
                "answers and changes what is open."
            )
            await self._answers.say(message.thread, text)
        elif whose:
            owner = people.named(whose)
            text = f"This conversation is {owner.display if owner else whose}'s to hand over."
            if whose == person.name:
                text = "This conversation is yours already."
            return Reply(accepted=False, text=text, thread=message.thread)
        return Reply(accepted=True, thread=message.thread)


def _called(who: str, surface: str, people: People) -> Person | None:
    """The person of this name, shown name, or account of the surface."""
    mention = _MENTION.fullmatch(who)
    if mention is not None:
        return people.owner(Identity(surface=surface, account=mention[1]))
    name = who.removeprefix("@").casefold()
    return people.named(name) or next(
        (p for p in people.persons if p.display.casefold() == name), None
    )

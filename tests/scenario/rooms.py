"""Channels of chat platforms on the stage: linked accounts, accounts of nobody's, guests."""

from __future__ import annotations

import itertools

from bot.domain.messages import ButtonPress, Identity, Message, ThreadRef
from bot.errors import StoreBusyError
from tests.scenario.stage import Stage

PEOPLE = """
people:
  ana: {display: Ana, roles: [admin], identities: ['web:ana', 'slack:UANA']}
  ben: {display: Ben, roles: [operator], identities: ['web:ben', 'slack:UBEN']}
  chris: {display: Chris, roles: [approver], identities: ['web:chris', 'slack:UCHRIS']}
  vera: {display: Vera, roles: [viewer], identities: ['web:vera', 'slack:UVERA']}
"""
ROOM = ThreadRef(surface="slack", channel="C1", thread="17.1")
DIRECT = ThreadRef(surface="slack", channel="D1", thread="18.1")
_ids = itertools.count(1)


class Rooms(Stage):
    """A stage on which people speak by their accounts."""

    def __init__(self, path, *, settings="", people=PEOPLE, **given):
        super().__init__(path, people=people, **given)
        self.home.settings.write_text(settings)
        self.thread = ROOM

    async def hear(self, account, text, *, thread=ROOM, event="", **more):
        """What an account says; `addressed=False` where Overseer only listens."""
        message = self._message(account, text, thread, event, **more)
        reply = await self.ears.on_message(message)
        await self.settle()
        return reply

    async def overhear(self, account, text, *, thread=ROOM):
        """What an account says among people, where Overseer does not even listen."""
        reply = await self.ears.on_overheard(self._message(account, text, thread, addressed=False))
        await self.settle()
        return reply

    def _message(self, account, text, thread, event="", **more):
        identity = Identity(surface=thread.surface, account=account)
        owner = self.ears.people().owner(identity)
        return Message(
            event_id=event or f"C1/9{next(_ids)}", thread=thread, identity=identity,
            person=owner.name if owner else None, text=text,
            **{"at": self.clock.now(), **more},
        )  # fmt: skip

    async def click(self, account, button, *, thread=ROOM, **more):
        """What an account presses on the newest card of a plan in a conversation, or of all."""
        identity = Identity(surface=thread.surface, account=account)
        owner = self.ears.people().owner(identity)
        items = await self.ears.thread(thread)
        cards = [i.card for i in reversed(items) if i.card is not None]
        card = next((c for c in cards if c.plan is not None), cards[0])
        reply = await self.ears.on_button(
            ButtonPress(
                event_id=f"k{next(_ids)}", thread=thread, identity=identity,
                person=owner.name if owner else None, button=button, plan=card.plan,
                revision=card.revision, digest=card.digest, at=self.clock.now(), **more,
            )
        )  # fmt: skip
        await self.settle()
        return reply

    def says_nothing_once(self):
        """The next sentence finds the database busy."""
        answers = self.app.pipeline._answers
        say = answers.say

        async def busy(*_, **__):
            answers.say = say
            raise StoreBusyError("The database is busy.")

        answers.say = busy

    async def said(self, thread=ROOM):
        """Who has been heard in a conversation, and what they said."""
        items = await self.ears.thread(thread)
        return [(item.person, item.text) for item in items if item.card is None]

    async def card_in(self, thread, plan=None):
        """The newest card of a conversation, or that of a plan."""
        items = await self.ears.thread(thread)
        cards = [item.card for item in items if item.card is not None]
        return next(c for c in reversed(cards) if plan is None or c.plan == plan)

    async def events(self, kind):
        found = await self.app.store.read(lambda u: u.events(limit=10_000))
        return [event for event in found if event.kind == kind]


def silent(reply):
    return reply.accepted and not reply.text


async def meets_silence(stage, account, text):
    """What is said without a mention is answered by nothing, in the room or beside it."""
    before = said_there(await stage.items())
    assert silent(await stage.hear(account, text, addressed=False))
    assert said_there(await stage.items()) == before


def said_there(items):
    """All that is said in a conversation, without how far its plans are: a run's card moves on."""
    return [(item, "") if item.card is None or item.card.plan is None else (item.seq, item.card.id)
            for item in items]  # fmt: skip

"""Ears that remember what they heard, with threads to look at.

A surface runs with nothing else behind it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from bot.domain.cards import Card, Choice, ThreadItem, ThreadSummary, Tone
from bot.domain.messages import (
    ButtonPress,
    Identity,
    Message,
    People,
    Person,
    Reply,
    Role,
    ThreadRef,
)
from bot.ports import Clock, Status, Surface
from bot.testing import example_cards

ANA = Person(
    name="ana",
    display="Ana",
    roles=frozenset({Role.APPROVER, Role.ADMIN}),
    identities=(Identity(surface="web", account="ana"),),
    timezone="Europe/Berlin",
)
BEN = Person(name="ben", display="Ben", roles=frozenset({Role.OPERATOR}))
VERA = Person(name="vera", display="Vera", roles=frozenset({Role.VIEWER}))


class RecordedEars:
    """What the page and the terminal ask of `ports.Ears`.

    `messages` and `presses` hold what was heard, each delivery once.
    """

    def __init__(self, clock: Clock, persons: Sequence[Person] = (ANA, BEN, VERA)) -> None:
        self.clock = clock
        self.messages: list[Message] = []
        self.presses: list[ButtonPress] = []
        self.surfaces: list[Surface] = []
        self.replies: dict[str, Reply] = {}
        """What to answer, by a message's text or a press's button; accepted otherwise."""
        self.persons = list(persons)
        self.frozen = False
        self.answers: dict[str, Card] = {}
        """Which card to show when a text is said."""
        self.ran_on: tuple[str, ...] = ()
        """The hosts of which output may be shown."""
        self._threads: dict[str, list[ThreadItem]] = defaultdict(list)
        self._heard: set[str] = set()
        self._seq = 0

    # -- the script's side -----------------------------------------------------------------

    async def put(self, thread: ThreadRef | str, card: Card) -> ThreadItem:
        """Show a card, or its edit, in a thread."""
        items = self._threads[str(thread)]
        for at, item in enumerate(items):
            if item.card is not None and item.card.id == card.id:
                items[at] = item.model_copy(update={"card": card})
                await self._show(items[at], edited=True)
                return items[at]
        item = self._item(thread, kind="card", card=card)
        items.append(item)
        await self._show(item, edited=False)
        return item

    async def tell(self, thread: ThreadRef | str, person: str, text: str) -> ThreadItem:
        """Let a person have said something; nobody (the empty name) leaves a note."""
        kind = "said" if person else "note"
        item = self._item(thread, kind=kind, person=person, text=text)
        self._threads[str(thread)].append(item)
        await self._show(item, edited=False)
        return item

    async def fill(self) -> None:
        """Four conversations as people know them."""
        now = self.clock.now()
        ops = "web/ana/health"
        await self.tell(ops, "ana", "how is localhost?")
        await self.put(ops, example_cards.health())
        await self.tell(ops, "ana", "what's eating memory?")
        await self.put(ops, example_cards.memory())
        await self.tell("terminal/ben/t1", "ben", "restart nginx on web, one at a time")
        await self.put("terminal/ben/t1", example_cards.waiting(now))
        await self.tell("web/ana/upgrade", "ana", "upgrade openssl on staging, ten at a time")
        await self.put("web/ana/upgrade", example_cards.running())
        await self.tell("web/ana/broken", "ana", "restart nginx on web, one at a time")
        await self.put("web/ana/broken", example_cards.needs_decision(now))
        await self.tell("web/ana/broken", "", "Ben asked Ana to decide")
        await self.tell("web/ana/broken", "ana", "restrat ngnix on web-9")
        await self.put("web/ana/broken", example_cards.question())

    def _item(self, thread: ThreadRef | str, **parts: object) -> ThreadItem:
        self._seq += 1
        return ThreadItem.model_validate(
            {"seq": self._seq, "thread": str(thread), "at": self.clock.now(), **parts}
        )

    async def _show(self, item: ThreadItem, *, edited: bool) -> None:
        for surface in self.surfaces:
            await surface.show(item, edited=edited)

    # -- ports.Ears ------------------------------------------------------------------------

    async def on_message(self, message: Message) -> Reply:
        """Record it, show what was said, and the card that was prepared for it."""
        if message.event_id in self._heard:
            return Reply(accepted=True)
        self._heard.add(message.event_id)
        self.messages.append(message)
        reply = self.replies.get(message.text, Reply(accepted=True, thread=message.thread))
        if reply.accepted:
            await self.tell(message.thread, message.person or "", message.text)
            if card := self.answers.get(message.text):
                await self.put(message.thread, card)
        return reply

    async def is_stop(self, text: str) -> bool:
        """The few words that are one here."""
        return text.lower() in ("stop", "stop everything")

    async def on_button(self, press: ButtonPress, taken: Callable[[], None] | None = None) -> Reply:
        """Record it."""
        if press.event_id not in self._heard:
            self._heard.add(press.event_id)
            self.presses.append(press)
        return self.replies.get(press.button, Reply(accepted=True))

    async def thread(self, thread: ThreadRef, after: int = 0) -> tuple[ThreadItem, ...]:
        """What was put and said there."""
        items = self._threads.get(str(thread), [])
        return tuple(item for item in items if item.seq > after)

    async def is_reading(self, thread: ThreadRef) -> bool:
        """Whether somebody's words are the last that stands there."""
        items = self._threads.get(str(thread), [])
        return bool(items) and items[-1].kind == "said"

    async def threads(self, person: str) -> tuple[ThreadSummary, ...]:
        """The person's conversations, newest first."""
        found = []
        for key, items in self._threads.items():
            if key.split("/")[1] != person or not items:
                continue
            cards = [item.card for item in items if item.card]
            title = next((item.text for item in items if item.kind == "said"), "Conversation")
            last = cards[-1] if cards else None
            found.append(
                ThreadSummary(
                    thread=key,
                    title=title,
                    at=items[-1].at,
                    state=last.state if last else "",
                    tone=last.tone if last else Tone.NEUTRAL,
                )
            )
        return tuple(reversed(found))

    async def waiting(
        self, person: str, lent: frozenset[Role] = frozenset(), surface: str = ""
    ) -> tuple[ThreadItem, ...]:
        """Every card in one of the two states that wait."""
        everything = (item for items in self._threads.values() for item in items)
        states = ("WAITING", "NEEDS A DECISION")
        return tuple(item for item in everything if item.card and item.card.state in states)

    async def card(self, plan: int) -> ThreadItem | None:
        """The plan's card."""
        everything = (item for items in self._threads.values() for item in items)
        return next((i for i in everything if i.card and i.card.plan == plan), None)

    async def output(self, plan: int, host: str, step: str = "") -> str:
        """A few lines."""
        return f"everything that {host} printed in #{plan}\n" * 30

    async def choices(self, plan: int, button: str) -> tuple[Choice, ...]:
        """See `bot.ports.Ears`."""
        return tuple(Choice(value=host, label=host) for host in self.ran_on)

    async def idle(self, thread: ThreadRef, timeout_s: float | None = None) -> None:
        """At once: nothing is ever in flight."""

    def welcome(self, person: Person, thread: ThreadRef | None = None) -> Card:
        """The example."""
        return example_cards.welcome()

    def people(self) -> People:
        """Ana, Ben and Vera."""
        return People(persons=tuple(self.persons))

    async def status(self) -> Status:
        """As if all were well."""
        return Status(
            version="0.1.0",
            parser="rules",
            hosts="5 hosts, 4 reachable",
            policy="12 policies",
            database="overseer.db",
            frozen=self.frozen,
            waiting=1,
            running=1,
        )

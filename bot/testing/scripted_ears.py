"""A pipeline that plays: fixed answers to a few kinds of sentence, without hosts or a store.

A surface can be looked at and tested against it. What a sentence does hangs on its words:

    how …          looks, then answers with bars and a table
    restart …      a plan that waits for votes; approved, it runs step by step to its end
    slow …         the same, and runs until it is stopped or `finish` is called
    break …        the same, and comes to need a decision
    both …         the same, with two votes needed
    … attached …   and the plan has a file of 900 lines with it
    … web-9 …      a question with options
    destroy …      refused
    anything else  small talk
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.domain.cards import (
    Button,
    Card,
    Choice,
    Paragraph,
    StepRow,
    ThreadItem,
    ThreadSummary,
    Tone,
)
from bot.domain.messages import ButtonPress, Message, People, Person, Reply, Role, ThreadRef
from bot.ports import Status
from bot.testing.scripted_cards import answer, broken, ended, question, refused, running, waiting

Show = Callable[[ThreadItem, bool], Awaitable[None]]
ENDED = frozenset({"DONE", "DENIED", "CANCELLED", "FAILED"})


class ScriptedEars:
    """Implements `ports.Ears`. `pause` passes time between two states of a card."""

    def __init__(
        self,
        people: People,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        pause: Callable[[], Awaitable[None]] = lambda: asyncio.sleep(0),
    ) -> None:
        """Nothing has been said yet."""
        self._people = people
        self._now = now
        self._pause = pause
        self._items: dict[int, ThreadItem] = {}
        self._votes: dict[int, set[str]] = {}
        self._texts: dict[int, str] = {}
        self._seen: set[str] = set()
        self._tasks: dict[str, set[asyncio.Task[None]]] = {}
        self._go = asyncio.Event()
        self._listeners: list[Show] = []
        self.presses: list[ButtonPress] = []

    def subscribe(self, show: Show) -> None:
        """Tell this of every new or edited item."""
        self._listeners.append(show)

    def finish(self) -> None:
        """Let what runs come to its end."""
        self._go.set()

    async def close(self) -> None:
        """End every scene."""
        tasks = [task for each in self._tasks.values() for task in each]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # -- the port -------------------------------------------------------------------------------

    async def on_message(self, message: Message) -> Reply:
        """Play the scene that the words name."""
        if message.event_id in self._seen:
            return Reply(accepted=True, thread=message.thread)
        self._seen.add(message.event_id)
        key = str(message.thread)
        await self._add(key, person=message.person or "", text=message.text)
        text = message.text.lower()
        if text in ("stop everything", "resume"):
            return Reply(accepted=True, text=f"{text}: so be it.", thread=message.thread)
        plan = None
        if text.split(" ")[0] in ("restart", "slow", "break", "both") and "web-9" not in text:
            plan = 89 + len(self._texts) + 1
            self._texts[plan] = message.text
            self._votes[plan] = set()
        self._spawn(key, self._scene(key, message.text, plan))
        return Reply(accepted=True, thread=message.thread, plan=plan)

    async def is_stop(self, text: str) -> bool:
        """The few words that are one here."""
        return text.lower() in ("stop", "stop everything")

    async def on_button(self, press: ButtonPress, taken: Callable[[], None] | None = None) -> Reply:
        """Do what the button says, where the scene knows it."""
        self.presses.append(press)
        if press.event_id in self._seen:
            return Reply(accepted=True)
        self._seen.add(press.event_id)
        if press.button in ("say", "option"):
            return await self.on_message(
                Message(
                    event_id=f"press-{press.event_id}",
                    thread=press.thread,
                    identity=press.identity,
                    person=press.person,
                    text=press.value,
                    at=press.at,
                )
            )
        if press.plan is None:
            await self._settle(press.thread, press.button)
            return Reply(accepted=True)
        item = await self.card(press.plan)
        if item is None or item.card is None:
            return Reply(accepted=False, text=f"There is no plan #{press.plan}.")
        if item.card.state in ENDED:
            return Reply(
                accepted=False, text=f"#{press.plan} is already {item.card.state.lower()}."
            )
        work = {
            "approve": self._approve,
            "deny": self._deny,
            "stop": self._stop,
            "kill": self._stop,
            "end": self._stop,
            "retry": self._retry,
        }.get(press.button)
        if work is None:
            return Reply(accepted=True, text="[allow-reads] Because the policy asks.")
        return await work(item, press)

    async def thread(self, thread: ThreadRef, after: int = 0) -> tuple[ThreadItem, ...]:
        """The items of a thread."""
        return tuple(i for i in self._items.values() if i.thread == str(thread) and i.seq > after)

    async def is_reading(self, thread: ThreadRef) -> bool:
        """Whether somebody's words are the last that stands there."""
        items = await self.thread(thread)
        return bool(items) and items[-1].kind == "said"

    async def threads(self, person: str) -> tuple[ThreadSummary, ...]:
        """Every thread is everybody's."""
        found = {i.thread: i for i in self._items.values()}
        return tuple(
            ThreadSummary(
                thread=key,
                title=item.card.title if item.card else item.text,
                at=item.at,
                state=item.card.state if item.card else "",
            )
            for key, item in reversed(found.items())
        )

    async def waiting(
        self, person: str, lent: frozenset[Role] = frozenset(), surface: str = ""
    ) -> tuple[ThreadItem, ...]:
        """Cards that wait for anybody."""
        states = ("WAITING", "NEEDS A DECISION")
        return tuple(i for i in self._items.values() if i.card and i.card.state in states)

    async def card(self, plan: int) -> ThreadItem | None:
        """A plan's card."""
        return next((i for i in self._items.values() if i.card and i.card.plan == plan), None)

    async def choices(self, plan: int, button: str) -> tuple[Choice, ...]:
        """The hosts that a plan's card tells of."""
        item = await self.card(plan)
        body = item.card.body if item is not None and item.card is not None else ()
        steps = [block for block in body if isinstance(block, StepRow)]
        hosts = [host for step in steps for target in step.targets for host in target.hosts]
        return tuple(Choice(value=host, label=host) for host in dict.fromkeys(hosts))

    async def output(self, plan: int, host: str, step: str = "") -> str:
        """Two lines."""
        return f"restarting on {host}\ndone\n" if await self.card(plan) else ""

    async def idle(self, thread: ThreadRef, timeout_s: float | None = None) -> None:
        """Wait for the scene."""
        tasks = self._tasks.get(str(thread))
        if tasks:
            await asyncio.wait(tuple(tasks), timeout=timeout_s)

    def welcome(self, person: Person, thread: ThreadRef | None = None) -> Card:
        """Three examples."""
        says = ("how is localhost?", "restart cron on localhost", "what's eating memory?")
        return Card(
            id="welcome",
            title=f"Hello {person.display}",
            lines=("Say what you want done; you see exactly what will run before it does.",),
            buttons=tuple(Button(id="say", label=text, says=text) for text in says),
        )

    def people(self) -> People:
        """Whoever was given."""
        return self._people

    async def status(self) -> Status:
        """A healthy one."""
        return Status(
            version="0.1.0",
            parser="rules",
            hosts="1 host, 1 reachable",
            policy="7 policies, proactive",
            database="overseer.db, 0.1 MiB",
            frozen=False,
            address="http://127.0.0.1:8420",
            waiting=len(await self.waiting("")),
        )

    # -- scenes ---------------------------------------------------------------------------------

    async def _scene(self, key: str, text: str, plan: int | None) -> None:
        words = text.lower()
        name = f"plan-{plan}" if plan else f"answer-{len(self._items)}"
        if words.startswith("destroy"):
            why = "I won't: this ends every host at once (no-mass-stop); name fewer hosts."
            await self._put(key, refused(name, text, why))
            return
        if "web-9" in words:
            await self._put(key, question(name, text))
            return
        if plan is None and not words.startswith("how"):
            await self._put(key, Card(id=name, title="", body=(Paragraph(text="You're welcome."),)))
            return
        looking = Card(id=name, plan=plan, title=text, state="LOOKING", tone=Tone.BUSY, busy=True)
        await self._put(key, looking)
        await self._pause()
        await self._put(
            key, waiting(name, plan, text, self._needed(plan)) if plan else answer(name)
        )

    def _needed(self, plan: int) -> int:
        return 2 if self._texts[plan].startswith("both") else 1

    async def _approve(self, item: ThreadItem, press: ButtonPress) -> Reply:
        card, plan = item.card, press.plan
        person = self._people.named(press.person or "")
        if card is None or plan is None or press.digest != card.digest:
            return Reply(accepted=False, text="That card is of an older revision.")
        if person is None or not person.roles & {Role.APPROVER, Role.ADMIN}:
            return Reply(accepted=False, text="Thanks, but this needs an approver.")
        self._votes[plan].add(person.name)
        if len(self._votes[plan]) < self._needed(plan):
            standing = f"{len(self._votes[plan])} of {self._needed(plan)} votes"
            await self._put(item.thread, card.model_copy(update={"standing": standing}))
            return Reply(accepted=True, text="Your vote is in; one more is needed.", plan=plan)
        self._spawn(item.thread, self._run(item.thread, card))
        return Reply(accepted=True, text="Approved.", plan=plan)

    async def _run(self, key: str, card: Card) -> None:
        plan = card.plan or 0
        words = self._texts[plan].lower()
        await self._put(key, running(card, 0, 2))
        await self._pause()
        if words.startswith("slow"):
            await self._go.wait()
        if words.startswith("break"):
            await self._put(key, broken(card))
            return
        await self._put(key, running(card, 1, 2))
        await self._pause()
        await self._put(key, ended(card, "DONE", Tone.GOOD))

    async def _deny(self, item: ThreadItem, press: ButtonPress) -> Reply:
        if item.card:
            by = f"{press.person}: {press.text}" if press.text else f"{press.person}"
            await self._put(item.thread, ended(item.card, "DENIED", Tone.BAD, by))
        return Reply(accepted=True, text="Denied; nothing runs.")

    async def _stop(self, item: ThreadItem, press: ButtonPress) -> Reply:
        for task in tuple(self._tasks.get(item.thread, ())):
            task.cancel()
        if item.card:
            state = "FAILED" if press.button == "end" else "CANCELLED"
            await self._put(item.thread, ended(item.card, state, Tone.WARNING))
        return Reply(accepted=True, text="Nothing more is started.")

    async def _retry(self, item: ThreadItem, press: ButtonPress) -> Reply:
        if item.card:
            await self._put(item.thread, ended(item.card, "DONE", Tone.GOOD))
        return Reply(accepted=True, text="Running web-2 again.")

    # -- items ----------------------------------------------------------------------------------

    async def _settle(self, thread: ThreadRef, button: str) -> None:
        """Close the open question of a thread."""
        for item in await self.thread(thread):
            if item.card and item.card.state == "QUESTION":
                await self._put(item.thread, ended(item.card, "CLOSED", Tone.DIM, button))

    def _spawn(self, key: str, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        tasks = self._tasks.setdefault(key, set())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _put(self, key: str, card: Card) -> None:
        for item in self._items.values():
            if item.card and item.thread == key and item.card.id == card.id:
                new = card.model_copy(update={"serial": item.card.serial + 1})
                self._items[item.seq] = item.model_copy(update={"card": new})
                await self._tell(self._items[item.seq], edited=True)
                return
        await self._add(key, card=card)

    async def _add(
        self, key: str, *, person: str = "", text: str = "", card: Card | None = None
    ) -> None:
        seq = len(self._items) + 1
        self._items[seq] = ThreadItem(
            seq=seq,
            thread=key,
            at=self._now(),
            kind="card" if card else "said",
            person=person,
            text=text,
            card=card,
        )
        await self._tell(self._items[seq], edited=False)

    async def _tell(self, item: ThreadItem, *, edited: bool) -> None:
        for show in self._listeners:
            await show(item, edited)

"""Surfaces: the chat transports, and what they may call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bot.domain.cards import Card, Choice, ThreadItem, ThreadSummary
from bot.domain.messages import (
    Bookmark,
    ButtonPress,
    Called,
    Message,
    Outside,
    People,
    Person,
    Reaction,
    Reply,
    Role,
    ThreadRef,
)

NOT_YET = "enabled; it starts with the next `./overseer run`"
"""How a chat platform stands that the settings switch on, and this process has not made."""
NO_MORE = "; switched off from the next start on"


@dataclass(frozen=True)
class Status:
    """What a surface shows of the whole: one line each.

    `models` are the tiers of language models and what they have used today; none: not set up.
    `chats` are the chat platforms that are set up, and how each stands.
    """

    version: str
    parser: str
    hosts: str
    policy: str
    database: str
    frozen: bool
    address: str = ""
    waiting: int = 0
    running: int = 0
    models: tuple[str, ...] = ()
    chats: tuple[str, ...] = ()


class Ears(Protocol):
    """What a surface may call: the pipeline. All methods are safe to call twice."""

    async def on_message(self, message: Message) -> Reply:
        """Take a message in, durably, and answer at once; the rest arrives as cards."""
        ...

    async def on_overheard(self, message: Message) -> Reply:
        """What people say to each other and that may hold a code (`linkcodes.may_hold_code`).

        It is said neither to Overseer nor in a conversation of its; or wherever, by a message that
        was changed (`edited`). Such a code is void from then on; nothing else comes of it, and
        nothing of it is kept.
        """
        ...

    async def is_stop(self, text: str) -> bool:
        """Whether words say to stop something, so that they wait for nothing said before them."""
        ...

    async def on_button(self, press: ButtonPress, taken: Callable[[], None] | None = None) -> Reply:
        """Take a click in; the reply is for the clicker alone.

        `taken` is called as soon as the click is durable: what it asks for may take longer.
        """
        ...

    async def on_deleted(self, thread: ThreadRef, event_id: str) -> None:
        """A message was deleted: what it asked for ends, unless it is approved by then."""
        ...

    async def on_reaction(self, reaction: Reaction) -> None:
        """A sign was put on a message; it is no vote, and who put it is told so once, privately.

        Overseer's own signs are none of it: a platform hands on what others put.
        """
        ...

    async def turned_away(self, said: Message | ButtonPress) -> Reply | None:
        """What who says or presses this is told if they are not heard at all; None: they are.

        Of a press that wants a text first it is, too, why that would come to nothing whatever was
        typed. Nothing is taken in by it: it is asked before anything of theirs is shown to others,
        and before they are shown anything.
        """
        ...

    def known_as(self, key: str, name: str, link: str = "", outside: Outside | None = None) -> None:
        """What a platform calls an account or a channel (`slack:U024BE7LH`), others' words.

        Of a channel only what everybody there may see: else it is empty, as where there is no name.
        `link` leads to it. `outside` is why an account is none of the team's. Nothing waits for
        this; the first card of a place may lack it.
        """
        ...

    async def keep_call(self, called: Called) -> bool:
        """Keep, durably and without its secrets, what a command asks for until it is `called`.

        False: it is kept, or was taken in, already.

        Raises:
            StoreBusyError: it can't be written now.
        """
        ...

    async def calls(self, surface: str) -> tuple[Called, ...]:
        """What was kept and not seen to, the oldest first: a former process left it."""
        ...

    async def give_up_call(self, surface: str, event_id: str) -> None:
        """Write down of what is kept that it will never be asked; `called` is to follow.

        Raises:
            StoreBusyError: it can't be written now.
        """
        ...

    async def called(self, surface: str, event_id: str) -> None:
        """It has its conversation, or will have none."""
        ...

    async def bookmark(self, surface: str) -> Bookmark:
        """Where a surface left its bookmark; an empty one where it never has."""
        ...

    async def keep_bookmark(self, surface: str, bookmark: Bookmark) -> None:
        """Keep how far a surface has heard: what came before is durably taken in.

        Raises:
            StoreBusyError: it can't be written now; a later one says the same and more.
        """
        ...

    async def thread(self, thread: ThreadRef, after: int = 0) -> tuple[ThreadItem, ...]:
        """What has been said and shown there."""
        ...

    async def is_reading(self, thread: ThreadRef) -> bool:
        """Whether something that was said there has no answer yet."""
        ...

    async def threads(self, person: str) -> tuple[ThreadSummary, ...]:
        """The person's conversations, newest first."""
        ...

    async def waiting(
        self, person: str, lent: frozenset[Role] = frozenset(), surface: str = ""
    ) -> tuple[ThreadItem, ...]:
        """The cards that wait for this person's vote or decision.

        `lent` are the roles that what they hold on the `surface` where they look stands for.
        """
        ...

    async def card(self, plan: int) -> ThreadItem | None:
        """A plan's card, wherever it was asked."""
        ...

    async def choices(self, plan: int, button: str) -> tuple[Choice, ...]:
        """What may be answered to what a button asks, where its card doesn't list it."""
        ...

    async def output(self, plan: int, host: str, step: str = "") -> str:
        """Everything that a target's commands printed in a run."""
        ...

    async def idle(self, thread: ThreadRef, timeout_s: float | None = None) -> None:
        """Wait until nothing is in flight for the thread (parsing, reading, running)."""
        ...

    def welcome(self, person: Person, thread: ThreadRef | None = None) -> Card:
        """The first card of an empty conversation, with example requests as buttons.

        In a channel that is bound to environments it names nothing of others.
        """
        ...

    def people(self) -> People:
        """Who is known."""
        ...

    async def status(self) -> Status:
        """How Overseer itself stands."""
        ...


@runtime_checkable
class Surface(Protocol):
    """A chat transport. `show` gets every new or edited item of its threads, in `seq` order."""

    name: str

    async def start(self, ears: Ears) -> None:
        """Begin to listen."""
        ...

    async def stop(self) -> None:
        """Stop listening; everything true is in the store."""
        ...

    async def show(self, item: ThreadItem, *, edited: bool) -> None:
        """Show an item. An item of another surface's thread may be ignored or listed."""
        ...


class Room(Surface, Protocol):
    """A surface that shows what it is owed by the outbox: it is stopped after the last cards."""

    def again(self) -> None:
        """Try at once what waits until somebody mends something: somebody may have."""
        ...

    async def line(self) -> str:
        """How it stands, in one line."""
        ...

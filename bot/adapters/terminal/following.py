"""A conversation as a client sees it: its items, its newest card, whether all is still."""

from __future__ import annotations

import uuid
from typing import Any

from bot.adapters.terminal.client import Link
from bot.adapters.terminal.picking import ASKS, meant, offering, prompt
from bot.adapters.terminal.typed import approve_command
from bot.adapters.terminal.wire import LinkError
from bot.domain.cards import Button, Card, ThreadItem, card_for
from bot.domain.messages import Reply

LOCAL_ASKS = {"change": "Say it differently:", "output": ASKS}


class Following:
    """One thread, kept up to date by what the server pushes.

    Attributes:
        items: by `seq`.
        calls: cards of other threads that may wait for this person, by card id.
        still: True once nothing is in flight there since the last thing that was done.
    """

    def __init__(self, link: Link, thread: str) -> None:
        """Begin to follow."""
        self.link = link
        self.thread = thread
        self.items: dict[int, ThreadItem] = {}
        self.calls: dict[str, ThreadItem] = {}
        self.still = False
        self._votable: dict[int, bool] = {}
        self._idle: int | None = None
        self._said = ""
        link.follow(thread)

    @property
    def item(self) -> ThreadItem | None:
        """The newest item with a card."""
        cards = [seq for seq, item in self.items.items() if item.card is not None]
        return self.items[max(cards)] if cards else None

    @property
    def card(self) -> Card | None:
        """The newest card: where the conversation stands."""
        return self.item.card if self.item else None

    @property
    def votable(self) -> bool:
        """Whether anybody may vote for the newest card's plan, as it stands."""
        return self.item is not None and self._votable[self.item.seq]

    def say(self, text: str, *, plan_only: bool = False, tier: str = "") -> Reply:
        """Say something here."""
        event = uuid.uuid4().hex
        reply = self.link.say(self.thread, text, plan_only=plan_only, tier=tier, event=event)
        self._said = event
        self.watch()
        return reply

    def drop(self) -> str:
        """Drop what was said last here, if it is no plan yet. What came of it; empty: it is one.

        What is shown is brought up to date first: a plan may have come while the key was pressed.
        """
        if not self._said or self.still:
            return ""
        said = self.link.drop(self._said).text
        for item in self.link.thread(self.thread):
            self._keep(item)
        return said

    def offered(self, card: Card, button: Button) -> Button:
        """The button, with what may be answered where its card does not list that.

        Raises:
            OverseerError: the server does not say.
        """
        if button.id != "output" or button.value or card.plan is None:
            return button
        return offering(card, button, self.link.choices(card.plan, button.id))

    def press(self, card: Card, button: Button, text: str = "") -> Reply:
        """Do what a button says; a few are done on this side."""
        if button.id == "change":  # what is said next is about this plan
            reply = self.link.press(self.thread, card, button, "")
            return self.say(text) if reply.accepted else reply
        if button.id == "output" and not button.value and card.plan is not None:
            host, why = meant(button, text.strip())
            out = self.link.output(card.plan, host) if host else why
            return Reply(accepted=bool(host), text=out or f"Nothing was printed on {host}.")
        reply = self.link.press(self.thread, card, button, button.chosen(text.strip()))
        self.watch()
        return reply

    def watch(self) -> None:
        """Ask to be told when nothing is in flight any more."""
        self.still = False
        self._idle = self.link.send("idle", thread=self.thread)

    def step(self, timeout: float | None = None) -> bool:
        """Take in what was pushed, waiting for it; whether anything is new."""
        new = False
        for push in self.link.pushed(timeout):
            new |= self._taken(push)
        if self._idle is not None and self.link.answer(self._idle) is not None:
            # The store is the truth: nothing that was shown late is missed.
            self._idle = None
            self.still = new = True
            for item in self.link.thread(self.thread):
                self._keep(item)
        return new

    def _taken(self, push: dict[str, Any]) -> bool:
        if "bye" in push:
            raise LinkError(str(push["bye"]), cure="./overseer run starts it again.")
        if "notice" in push:
            notice = ThreadItem.model_validate(push["notice"])
            if notice.card:
                self.calls[notice.card.id] = notice
            return notice.card is not None
        if "item" not in push:
            return False
        item = ThreadItem.model_validate(push["item"])
        return item.thread == self.thread and self._keep(item)

    def _keep(self, item: ThreadItem) -> bool:
        old = self.items.get(item.seq)
        if old and old.card and item.card and old.card.serial > item.card.serial:
            return False
        self._votable[item.seq] = item.card is not None and item.card.asks_for_approval
        if item.card is not None:
            own = card_for(item.card, self.link.person.name)
            item = item.model_copy(update={"card": own})
        self.items[item.seq] = item
        return old != item


def must_be_read(card: Card) -> bool:
    """Whether a vote on it counts only from who has read it: nobody but a model has so far."""
    return any(button.id == "approve" and not button.unread for button in card.buttons)


def unvoted(card: Card) -> str:
    """That `--yes` has cast no vote, and how to cast it.

    A model may have read just what was said. Nobody knows before somebody has looked.
    """
    return (
        "Only a model read that, or put something in, and --yes votes without a look, so --yes "
        f"doesn't approve it. Read the card; then {approve_command(card)}"
    )


def wants(button: Button) -> str:
    """What to ask before a button is pressed; empty for nothing."""
    if button.choices:
        return prompt(button)
    if button.id == "output" and button.value:
        return ""
    return button.asks or LOCAL_ASKS.get(button.id, "")

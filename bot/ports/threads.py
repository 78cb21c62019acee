"""What a unit keeps of conversations: what was said, the cards, the open question, whose it is."""

from __future__ import annotations

from typing import Protocol

from bot.domain.cards import Card, ThreadItem, ThreadSummary
from bot.domain.intents import Question
from bot.domain.messages import ThreadRef


class Threads(Protocol):
    """Conversations and their cards."""

    def say(self, thread: ThreadRef, person: str, text: str) -> ThreadItem:
        """Record what a person said."""
        ...

    def put_card(self, thread: ThreadRef, card: Card) -> ThreadItem | None:
        """Insert a card, or replace the one with its id unless that has a newer serial.

        Returns the item, or None when the stored one is newer. What is stored gets the old
        serial + 1; a card that says the same as before keeps it, and is owed nowhere anew.
        """
        ...

    def thread(self, thread: ThreadRef, after: int = 0) -> tuple[ThreadItem, ...]:
        """The items of a thread with `seq` greater than `after`, in order of first appearance."""
        ...

    def threads(self, person: str | None, limit: int = 50) -> tuple[ThreadSummary, ...]:
        """Conversations of one person (None: everybody's), newest first."""
        ...

    def share(self, thread: ThreadRef, person: str) -> None:
        """Let a conversation be one of this person's, too, before they have spoken in it."""
        ...

    def unshare(self, thread: ThreadRef, person: str) -> None:
        """Let it be none of theirs any more."""
        ...

    def card(self, card_id: str) -> tuple[ThreadRef, Card] | None:
        """A card and where it is shown."""
        ...

    def ask(self, thread: ThreadRef, question: Question | None, request: str, person: str) -> None:
        """Set (or clear, with None) the open question of a thread."""
        ...

    def asked(self, thread: ThreadRef) -> tuple[Question, str, str] | None:
        """The open question of a thread: question, the request it belongs to, and who asked."""
        ...

"""Who may see what through the terminal: one's own conversations, and everybody's plans.

A plan's card is for everybody who is known here: whoever may vote must read it, and whoever
asks next must know what goes on. What was said around it is for those who said it.
"""

from __future__ import annotations

from bot.domain.cards import ThreadItem
from bot.domain.messages import Person, ThreadRef
from bot.errors import NotAllowedError
from bot.ports import Ears


async def is_own(ears: Ears, person: Person, thread: ThreadRef) -> bool:
    """Whether this is one of the person's own conversations, on any surface.

    One of somebody else's terminal, too, which was handed over to them.
    """
    if thread.surface == "terminal" and thread.channel == person.name:
        return True
    return any(found.thread == str(thread) for found in await ears.threads(person.name))


async def must_own(ears: Ears, person: Person, thread: ThreadRef) -> None:
    """Make sure of it.

    Raises:
        NotAllowedError: it is somebody else's.
    """
    if not await is_own(ears, person, thread):
        raise NotAllowedError(
            "This conversation is somebody else's.",
            cure="Say it in one of your own; a plan's buttons work from anywhere.",
        )


def may_see(item: ThreadItem, *, own: bool) -> bool:
    """Whether an item of a conversation is for this person."""
    return own or (item.card is not None and item.card.plan is not None)

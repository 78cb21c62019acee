"""Copies of cards in direct messages follow whose the account is.

Of an account that is unlinked the copies are closed: they say so, without a button. Linked again,
they show what their cards say by then.
"""

from __future__ import annotations

from typing import Final

from bot.delivery.readers import NOT_THEIRS, is_readers
from bot.domain.cards import Card, Paragraph, Tone
from bot.domain.messages import People, ThreadRef
from bot.domain.posts import Post, PostKind, card_key
from bot.domain.runs import PLAN_ENDED, RUN_ENDED
from bot.ports import Unit
from bot.ports.openable import openable
from bot.ports.readable import readable

CLOSED: Final = "closed"
"""The box of what is kept: surface/post → that the copy there is closed."""
MOST: Final = 500
"""Copies that are looked at, the newest."""
TEXT: Final = "This account is no longer {name}'s, so the card that was sent here is closed."


def home_of(unit: Unit, copy: Post, home: ThreadRef, platform: str) -> Post | None:
    """What a copy leads to: its card where it was asked, if its reader may go there.

    Nobody can open somebody else's direct messages.
    """
    if home == copy.place or home.surface != platform or home.is_direct:
        return None
    if not openable(unit, home, copy.reader):
        return None
    return unit.posted(home, card_key(copy.card))


def leads_to_a_card(post: Post) -> bool:
    """Whether it tells somebody apart of a card that they can use where it stands alone."""
    return post.kind is PostKind.NOTICE and bool(post.card and post.reader)


def comes_too_late(unit: Unit, post: Post, card: Card) -> bool:
    """Whether a copy that was never sent would be news of what is over; not where it may be there.

    Who has it sees how it ended; a new message would call somebody to nothing.
    """
    if not (post.reader and post.is_first) or post.nonce or post.kind is not PostKind.CARD:
        return False
    stored = readable(unit, card.plan) if card.plan is not None else None
    if stored is None:
        return False
    run = unit.run(stored.plan.id)
    return stored.state in PLAN_ENDED or (run is not None and run.state in RUN_ENDED)


def closed_card(card: Card, name: str) -> Card:
    """What stands in the place of a copy that is nobody's to see any more."""
    text = TEXT.format(name=name)
    return Card(
        id=card.id, serial=card.serial, title="Closed", tone=Tone.DIM, body=(Paragraph(text=text),)
    )  # fmt: skip


def is_closed(unit: Unit, post: Post) -> bool:
    """Whether the copy that is there says that it is closed."""
    return unit.kept(CLOSED, _key(post)) is not None


def shown(unit: Unit, post: Post, *, closed: bool) -> None:
    """This is what the copy shows now."""
    if closed:
        unit.keep(CLOSED, _key(post), unit.now.isoformat())
    else:
        unit.drop(CLOSED, _key(post))


def follow(unit: Unit, surface: str, people: People) -> None:
    """Let every copy be drawn again whose account has become somebody else's, or theirs again."""
    for post in unit.copies(surface, MOST):
        theirs = is_readers(people, post)
        if post.gone:
            if theirs and post.gone == _why_not(people, post):
                unit.owe_again(post.id)
        elif post.remote and theirs is is_closed(unit, post):
            unit.draw(post.place, post.key)


def is_copy(post: Post) -> bool:
    """Whether it is a card's copy, and there."""
    return post.kind is PostKind.CARD and bool(post.reader and post.remote)


def _why_not(people: People, post: Post) -> str:
    """Why nothing was sent there while the account was not theirs."""
    account = post.place.channel.removeprefix("@")
    return NOT_THEIRS.format(account=account, name=people.shown(post.reader))


def _key(post: Post) -> str:
    return f"{post.place.surface}/{post.id}"

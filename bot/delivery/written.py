"""What came of a try, written down: in the outbox, on the card it belongs to, and in the log."""

from __future__ import annotations

from bot.delivery import bars
from bot.delivery.copies import leads_to_a_card
from bot.domain.events import Event
from bot.domain.posts import Post, PostKind, card_key
from bot.ports import Unit


def there(unit: Unit, post: Post, remote: str, version: int) -> bool:
    """It is there; a file lets its card say so. Whether somebody had to mend something first."""
    unit.sent(post.id, remote, version)
    redrawn(unit, post)
    if post.kind is PostKind.CARD and not (post.reader or post.remote):
        _led(unit, post)
    if post.card and post.reader and not post.remote and post.kind is not PostKind.FILE:
        _told(unit, post)  # once: drawn again, for its file or after a doubt, it tells nobody
    return bars.lifted(unit, post)


def _led(unit: Unit, card: Post) -> None:
    """A card is there: what was said of it apart leads to it from now on."""
    for post in unit.posts_of(card.card):
        if leads_to_a_card(post) and post.remote:
            unit.draw(post.place, post.key)


def _told(unit: Unit, post: Post) -> None:
    """A person was written to: the log and the plan's card say so."""
    found = unit.card(post.card)
    plan = found[1].plan if found is not None else None
    data = {"surface": post.place.surface, "account": post.place.channel.removeprefix("@")}
    unit.append(Event(kind="person.told", at=unit.now, plan=plan, person=post.reader, data=data))


def gone(unit: Unit, post: Post, why: str) -> None:
    """It never will be there, and the log says so; a file lets its card say so, too."""
    unit.give_up(post.id, why)
    redrawn(unit, post)
    bars.lifted(unit, post)
    bars.refused(unit, post, why)


def passed_over(unit: Unit, post: Post, version: int, why: str) -> None:
    """This state of a card is not taken, and the log says so; what it says next is tried."""
    unit.sent(post.id, post.remote, version)
    bars.lifted(unit, post)
    bars.refused(unit, post, why)


def redrawn(unit: Unit, post: Post) -> None:
    """How a file stands is said on its card."""
    if post.kind is PostKind.FILE and post.card:
        unit.draw(post.place, card_key(post.card))

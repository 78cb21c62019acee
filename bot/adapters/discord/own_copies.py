"""Links to the cards in somebody's direct messages: a copy there can be opened and pressed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from bot.adapters.discord.faults import RestError
from bot.adapters.discord.places import SURFACE, Places
from bot.domain.messages import ThreadRef
from bot.domain.posts import card_key, direct
from bot.ports import Store, Unit

Link = Callable[[ThreadRef, str], str]


async def copies(
    store: Store, places: Places, link: Link, account: str, cards: Sequence[str]
) -> Mapping[str, str]:
    """Of these cards, by id, those that stand in the direct messages to an account, with links.

    Without one where Discord does not say which channel that is: they are sent on request.
    """
    place = direct(SURFACE, account)

    def there(unit: Unit) -> dict[str, str]:
        posts = {card: unit.posted(place, card_key(card)) for card in cards}
        return {card: post.remote for card, post in posts.items() if post and not post.gone}

    remotes = {card: remote for card, remote in (await store.read(there)).items() if remote}
    if remotes:
        with suppress(RestError):
            await places.spot(place)
    links = {card: link(place, remote) for card, remote in remotes.items()}
    return {card: to for card, to in links.items() if to}

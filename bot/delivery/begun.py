"""New messages that are begun with in the very commit that owes them.

Their nonce is written down there, so that it takes no commit of its own before they are sent. As
long as this process lives, it knows under which nonces it has sent nothing yet: of those nobody is
in doubt. A process that comes after it knows no more than that there is a nonce, and looks.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace

from bot.delivery.drawing import Beside, Wanted
from bot.domain.cards import Card
from bot.domain.posts import Post


@dataclass(frozen=True)
class Sight:
    """A post and what it is about, as stored at one moment.

    `begun` is the nonce that was written down in that moment, of a mark the state that is put.
    `heard` counts how often it was heard of since: the first time tells of that moment itself.
    """

    post: Post
    card: Card | None = None
    beside: tuple[Beside, ...] = ()
    missing: tuple[Wanted, ...] = ()
    origin: str = ""
    begun: str = ""
    heard: int = 0


def unsent(post: Post) -> Post:
    """The post without its nonce: nothing was sent under that."""
    return post.model_copy(update={"nonce": ""})


class Begun:
    """What was seen of posts as their nonces were written down, until they are sent.

    It is filled on the store's thread, before a commit that may fail: what then stays here has a
    nonce that no post has.
    """

    def __init__(self) -> None:
        """Nothing is begun."""
        self._sights: dict[int, Sight] = {}
        self._missed: set[int] = set()
        """Posts that the last look at all that is owed has not found."""

    def __len__(self) -> int:
        """How many wait to be sent."""
        return len(self._sights)

    def begin(self, sight: Sight) -> None:
        """Its nonce is written down."""
        self._sights[sight.post.id] = sight

    def of(self, post: Post) -> Sight | None:
        """What was seen of it, if nothing was sent since."""
        return self._sights.get(post.id)

    def sent(self, post: Post) -> None:
        """From now on it may be there."""
        self._sights.pop(post.id, None)

    def known(self, post: Post) -> Post:
        """A post that is heard of, without a nonce under which nothing was sent yet."""
        sight = self._sights.get(post.id)
        if sight is None or post.nonce != sight.begun:
            return post
        self._sights[post.id] = replace(sight, heard=sight.heard + 1)
        return unsent(post)

    def looked(self, found: Container[int]) -> None:
        """All that is owed is known: what was missed twice was never committed."""
        missed = {number for number in tuple(self._sights) if number not in found}
        for number in missed & self._missed:
            self._sights.pop(number, None)
        self._missed = missed

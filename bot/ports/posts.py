"""Two parts of a unit of work: what surfaces have delivered, and what platforms are to show.

And how who shows it hears of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from bot.domain.cards import Card
from bot.domain.messages import ThreadRef
from bot.domain.posts import Body, Post, PostKind

if TYPE_CHECKING:
    from bot.ports.store import Unit


class Inbox(Protocol):
    """The durable inbox: a delivery is taken in once, before it is acknowledged."""

    def receive(self, surface: str, event_id: str) -> bool:
        """Take a delivery in; False when it has been taken in before."""
        ...

    def received(self, surface: str, event_id: str) -> bool:
        """Whether a delivery has been taken in."""
        ...

    def became(self, surface: str, event_id: str, plan: int) -> None:
        """Write down the plan that a message asked for, or changed."""
        ...

    def plan_of(self, surface: str, event_id: str) -> int | None:
        """The plan that a message asked for, or changed; None: none, or it was never heard."""
        ...

    def messages_of(self, plan: int, surface: str) -> tuple[str, ...]:
        """The deliveries that asked for a plan, or changed it, oldest first."""
        ...

    def talks(self, surface: str, since: datetime, limit: int = 200) -> tuple[ThreadRef, ...]:
        """Conversations of a surface in which words may be wanted, the newest first.

        Those with an open question or a plan that may still change, and those that anything
        became of since then.
        """
        ...

    def let_go(self, surface: str, event_id: str) -> None:
        """Forget a delivery of which nothing was done: the next one is taken in again."""
        ...

    def keep(self, box: str, key: str, entry: Any) -> None:
        """Remember what is taken in and not done (JSON), instead of what stood under that key."""
        ...

    def kept(self, box: str, key: str) -> Any:
        """What is remembered under a key, or None."""
        ...

    def kept_with(self, box: str, field: str, value: str) -> Any:
        """The oldest entry of a box whose field is this, all of them objects; or None."""
        ...

    def kept_keys(self, box: str) -> tuple[str, ...]:
        """The keys of a box, the oldest first."""
        ...

    def drop(self, box: str, key: str) -> bool:
        """Forget it; False when it was not remembered."""
        ...


class Posts(Protocol):
    """The durable outbox: owed in the transaction of what it tells, sent by whoever delivers."""

    def owe(
        self,
        place: ThreadRef,
        key: str,
        kind: PostKind,
        body: Body | None = None,
        *,
        card: str = "",
        reader: str = "",
        version: int = 0,
    ) -> Post:
        """Let this be shown there; under a key that is there already, when its body differs."""
        ...

    def owe_card(self, place: ThreadRef, card: Card, reader: str = "") -> Post:
        """Let a card be shown there, from now on in each of its states.

        `put_card` does so in a chat platform's thread, and lets every copy follow.
        """
        ...

    def owed(self, surface: str, *, after: int = 0, limit: int = 500) -> tuple[Post, ...]:
        """What there is to send, the oldest first; `after` is the id of a post."""
        ...

    def posts_of(self, card: str) -> tuple[Post, ...]:
        """Where a card is to be shown, and its files."""
        ...

    def owes(self, place: ThreadRef, key: str) -> bool:
        """Whether this was ever owed there, sent or not."""
        ...

    def post(self, post_id: int) -> Post | None:
        """A post by its id."""
        ...

    def post_at(self, surface: str, channel: str, remote: str) -> Post | None:
        """The post that a platform's message is."""
        ...

    def posted(self, place: ThreadRef, key: str) -> Post | None:
        """What is owed, or was sent, in a place under a key."""
        ...

    def draw(self, place: ThreadRef, key: str) -> None:
        """Let it be drawn again, though nothing new is owed: what is said around it has changed."""
        ...

    def sending(self, post_id: int, nonce: str) -> None:
        """Write down, before a first sending, by what it can be found if its outcome is unknown.

        Of a mark it is the state that is put. An edit needs none: doing it twice is harmless.
        """
        ...

    def sent(self, post_id: int, remote: str, version: int) -> None:
        """It is there as of this version; what has changed since is owed still."""
        ...

    def put_off(
        self, post_id: int, until: datetime, *, failed: bool = False, doubt: bool = False
    ) -> None:
        """Try no more before then. `failed` counts a try, `doubt`: it may have got there."""
        ...

    def give_up(self, post_id: int, why: str) -> None:
        """Never try again."""
        ...

    def copies(self, surface: str, limit: int) -> tuple[Post, ...]:
        """The cards in direct messages to somebody, sent or not, the newest first."""
        ...

    def posts_to(self, surface: str, reader: str, kind: PostKind, limit: int) -> tuple[Post, ...]:
        """What stands in direct messages to one person, of this kind, the newest first."""
        ...

    def post_to(self, surface: str, reader: str, remote: str) -> Post | None:
        """The post that a platform's message to one person is, whatever names its place."""
        ...

    def owe_again(self, post_id: int) -> None:
        """Let it be sent after all, though it was given up."""
        ...

    def given_up(self, surface: str, limit: int = 20) -> tuple[Post, ...]:
        """What a platform refused for good, the newest first: signs on messages are none of it.

        A request that its sender deleted wants no sign any more, which nobody need mend.
        """
        ...

    def how_many_owed(self, surface: str) -> int:
        """How much there is to send."""
        ...


class Begin(Protocol):
    """Sees the posts that units have changed, before they are committed."""

    def __call__(self, unit: Unit, posts: Sequence[Post]) -> bool:
        """Write down what is begun of them; whether anything was.

        It is called on the store's own thread, in the transaction that changed them; an error
        takes back what it has written, and nothing else.
        """
        ...


class PostNews(Protocol):
    """Tells what has become of posts, as the store commits it."""

    def subscribe_posts(
        self, hear: Callable[[Sequence[Post]], None], begin: Begin | None = None
    ) -> Callable[[], None]:
        """Call `hear` with the posts that each commit has changed; returns the way to stop.

        It is called on the event loop, with each post as it stands then, before whoever waits for
        the commit goes on. `begin` is called before that, within what is committed.
        """
        ...

"""What Overseer owes a chat platform: a durable outbox, a row for each thing that is shown there.

A card is owed in the thread where it was asked for, and in each direct message that carries a
copy of it. What is owed is a *version*: however often a card changes while the platform can't
be reached, only its newest state is sent (edits coalesce), and that one always is.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.domain.cards import Attachment
from bot.domain.messages import Frozen, ThreadRef
from bot.domain.moments import Moment
from bot.domain.wording import number_in

VOTES: Final = "votes"
REMINDER: Final = "remind"
DECISION: Final = "decide"
CAME_TO_NOTHING: Final = "undone"
HAS_ENDED: Final = "ended"
ANOTHERS: Final = "again"
"""It has become another's."""
ASK_FOR_VOTES: Final = frozenset({VOTES, REMINDER})
CALL_TO_A_PLAN: Final = ASK_FOR_VOTES | {DECISION}
ABOUT_PLANS: Final = CALL_TO_A_PLAN | {CAME_TO_NOTHING, HAS_ENDED, ANOTHERS}
"""With these the keys of notices begin that tell of a plan; its number follows (`decide:17:…`)."""


class PostKind(StrEnum):
    """What a post is."""

    CARD = "card"
    """A card, edited in place for as long as it changes."""
    FILE = "file"
    """An attachment of a card; never edited."""
    NOTICE = "notice"
    """A short reply that mentions those whom it concerns; edited when it holds no more."""
    MARK = "mark"
    """The reaction on a request that tells its state at a glance."""


class MarkState(StrEnum):
    """A request's state at a glance; each platform has a sign for each."""

    HEARD = "heard"
    ASKED = "asked"
    """A question to the requester is open."""
    WAITING = "waiting"
    """For votes, or for its time."""
    RUNNING = "running"
    HALTED = "halted"
    """A person must decide."""
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    """Denied, expired, cancelled, not understood: nothing ran, nor was anything changed."""


class Notice(Frozen):
    """A short reply: what `text` says concerns these persons (by name), who are mentioned.

    `moments` are those that it names.
    """

    text: str
    concerns: tuple[str, ...] = ()
    moments: tuple[Moment, ...] = ()


class Mark(Frozen):
    """The state that the reaction on a message tells. `message` is the platform's id of it."""

    message: str
    state: MarkState


Body = Notice | Mark | Attachment


class Post(Frozen):
    """A row of the outbox.

    `key` is unique in its place. `version` is what is owed, `shown` what is there (-1: nothing
    yet), `turned` the version in which its card last came into another state. `remote` is the
    platform's id of the message, once it is there; `nonce` is set while nobody knows whether a
    first sending got there: it is looked for by that. Of a mark, `remote` is the state whose sign
    is there, and `nonce` one whose sign may be. `reader` is the person whose direct message it
    stands in (by name; empty: everybody in the place reads it). `tries` counts those that failed
    in a row, `sent_at` is when a first sending was last begun,
    `not_before` puts off the next try. `gone` says why it will never be sent.
    """

    id: int = 0
    place: ThreadRef
    key: str
    kind: PostKind
    card: str = ""
    reader: str = ""
    body: Body | None = None
    version: int = 0
    shown: int = -1
    remote: str = ""
    nonce: str = ""
    tries: int = 0
    sent_at: datetime | None = None
    not_before: datetime | None = None
    gone: str = ""
    at: datetime
    turned: int = 0

    @property
    def is_owed(self) -> bool:
        """Whether there is something to send, and it may be sent."""
        return not self.gone and self.version > self.shown

    @property
    def is_first(self) -> bool:
        """Whether it makes a new message: it is ordered and paced by its channel."""
        return self.kind is not PostKind.MARK and not self.remote

    @property
    def is_edit(self) -> bool:
        """Whether it changes a message that is there."""
        return self.kind is not PostKind.MARK and bool(self.remote)

    @property
    def is_progress(self) -> bool:
        """Whether what is owed tells of no other state than what is there."""
        return self.is_edit and self.turned <= self.shown


def plan_of(post: Post, about: frozenset[str] = ABOUT_PLANS) -> int | None:
    """The plan whose card, or a file of it, a post is, or of which it tells by such a key.

    None where it is about no plan, or is a notice that is not `about` this.
    """
    if post.card:
        kind, _, rest = post.card.partition("-")
        return number_in(rest) if kind == "plan" else None
    kind, _, rest = post.key.partition(":")
    return number_in(rest.partition(":")[0]) if kind in about else None


def card_key(card: str) -> str:
    """The key of a card's post."""
    return f"card:{card}"


def mark_key(event_id: str) -> str:
    """The key of the sign on a message, by its delivery."""
    return f"mark:{event_id}"


def file_key(card: str, mark: str) -> str:
    """The key of a file of a card; another `mark`, another file."""
    return f"file:{card}:{mark}"


def direct(surface: str, account: str) -> ThreadRef:
    """The place of direct messages to an account, whatever id the platform gives it later."""
    return ThreadRef(surface=surface, channel=f"@{account}", thread="")

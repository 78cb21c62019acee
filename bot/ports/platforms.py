"""Chat platforms: what delivers posts, and what it may say when it can't."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol, runtime_checkable

from bot.domain.cards import Attachment, Card
from bot.domain.messages import Person, Role, ThreadRef
from bot.domain.posts import MarkState, Notice
from bot.ports.surfaces import Ears

WITHIN: Final = timedelta(minutes=10)
"""Longer after `find`'s `since` nothing gets there: a call without an answer is over before."""


@dataclass(frozen=True)
class Pace:
    """How fast a platform takes posts, in seconds.

    `post_s` between two posts in one channel once `burst` of them were sent in a row; `edit_s`
    between two edits of one message; the first may follow its post at once. `copy_s` is that of
    copies in direct messages, while they tell of progress alone. `edits_a_minute` is for all edits
    everywhere together once `edits_burst` of them were sent in a row; 0: nobody counts them.
    `marks_a_minute` and `marks_burst` are likewise for the signs on messages, and `mark_s` between
    two of them in one channel.
    """

    post_s: float = 1.0
    burst: int = 3
    edit_s: float = 1.0
    copy_s: float = 1.0
    edits_a_minute: int = 0
    edits_burst: int = 0
    mark_s: float = 0.0
    marks_a_minute: int = 0
    marks_burst: int = 0


@dataclass(frozen=True)
class Speech:
    """What is to be shown in a place.

    `reader` is who alone reads it; None: everybody there. `files` are the attachments of a card
    that can be read there already: name → link (empty where the platform has none). `origin` leads
    from a copy to the conversation in which its card stands; empty: nowhere. `pings` are the
    accounts of this platform that a notice mentions: ids of `people.yaml`, the only
    ones that may ever be pinged.
    """

    said: Card | Notice | Attachment
    reader: Person | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""
    pings: tuple[str, ...] = ()


@runtime_checkable
class Linking(Protocol):
    """A platform that can lead to what it shows."""

    def link(self, place: ThreadRef, remote: str) -> str:
        """Where a message, or a file, can be opened; empty where nowhere."""
        ...


@runtime_checkable
class Listener(Protocol):
    """A platform that knows whether it hears."""

    def deaf(self) -> str:
        """Why it hears nothing, and the cure; empty: it does, or has only begun to connect."""
        ...


@runtime_checkable
class Lender(Protocol):
    """A place in which people hold what may stand for roles of Overseer."""

    name: str

    async def lent(self, place: ThreadRef, account: str) -> frozenset[Role]:
        """What this account holds there now stands for; nothing where that can't be known."""
        ...

    async def holds(self, place: ThreadRef, account: str) -> frozenset[Role]:
        """The same, asked anew at this moment.

        Raises:
            ChatError: that can't be known.
        """
        ...


@runtime_checkable
class Platform(Protocol):
    """One chat platform. What it shows is decided elsewhere; what it hears goes to the ears.

    Every sending method raises one of these and nothing else:
    `ChatBusyError` (too fast: after `retry_after` s), `ChatAwayError` (it did not get there),
    `ChatDoubtError` (it may have got there), `ChatBarredError` (it does not, until somebody mends
    something), `ChatRefusedError` (it never will; `ChatGoneError` where the message that was to be
    edited is there no more).
    """

    name: str
    pace: Pace

    async def start(self, ears: Ears) -> None:
        """Connect in the background and hand what is heard to the ears; returns at once.

        Raises:
            ConfigError: it can't work as it is set up.
        """
        ...

    async def stop(self) -> None:
        """Hear nothing more, and close the connections."""
        ...

    def fits(self, card: Card) -> bool:
        """Whether all of a card that is approved or read as it stands can be drawn in one message.

        Where it can't, the whole goes with it as a file, and the message shows what fits.
        """
        ...

    async def post(self, place: ThreadRef, speech: Speech, *, nonce: str) -> str:
        """Say it there; the platform's id of the message. `find` finds it by its nonce."""
        ...

    async def edit(self, place: ThreadRef, remote: str, speech: Speech) -> None:
        """Let the message say this from now on."""
        ...

    async def find(self, place: ThreadRef, nonce: str, *, since: datetime) -> str | None:
        """The message that was posted with this nonce within `WITHIN` of then; None: there is none.

        None only where all of that was looked through; where too much was said to do so, it is
        `ChatBarredError`: it is neither shown twice nor looked for without an end.
        """
        ...

    async def mark(
        self, place: ThreadRef, message: str, state: MarkState, former: MarkState | None
    ) -> None:
        """Put the state's sign on a message, instead of the former one."""
        ...

"""A chat platform that remembers what it was told to show, and fails by script.

    platform = RecordedPlatform(clock)
    platform.fail(Fault.BUSY, Fault.AWAY)       # the next two calls
    platform.faults = lambda call: …            # or whichever, for as long as it is set
    platform.down = True                        # nothing gets there at all

Whatever is sent too fast for `pace` is noted in `too_fast`; nothing is refused for it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.cards import Attachment, Card
from bot.domain.messages import ThreadRef
from bot.domain.posts import MarkState, Notice
from bot.errors import (
    ChatAwayError,
    ChatBarredError,
    ChatBusyError,
    ChatDoubtError,
    ChatGoneError,
    ChatRefusedError,
    ConfigError,
)
from bot.ports import Clock, Ears, Pace, Speech


class Fault(StrEnum):
    """How a call fails."""

    BUSY = "busy"
    BUSY_EVERYWHERE = "busy everywhere"
    AWAY = "away"
    LOST = "lost"
    """In doubt, and it did not get there."""
    TAKEN = "taken"
    """In doubt, and it did."""
    REFUSED = "refused"
    BARRED = "barred"


@dataclass(frozen=True)
class Call:
    """Something that was asked of the platform. `target` is a nonce, or the id of a message."""

    kind: str
    place: ThreadRef
    target: str
    speech: Speech | None = None


@dataclass
class Shown:
    """A message as it stands there, and what it has said since."""

    remote: str
    place: ThreadRef
    nonce: str
    at: datetime
    said: list[Speech] = field(default_factory=list)
    changed: list[float] = field(default_factory=list)
    """When, by the monotonic clock, it was posted and then edited."""

    @property
    def last(self) -> Speech:
        """What it says now."""
        return self.said[-1]

    @property
    def card(self) -> Card:
        """The card that it shows now."""
        if not isinstance(self.last.said, Card):
            raise TypeError(f"{self.remote} shows no card.")
        return self.last.said


class RecordedPlatform:
    """`bot.ports.Platform` in memory; it may outlive whoever delivers to it."""

    def __init__(
        self,
        clock: Clock,
        name: str = "slack",
        *,
        pace: Pace | None = None,
        fits: Callable[[Card], bool] = lambda _: True,
    ) -> None:
        """`fits` is whether all of a card can be drawn in one message."""
        self.name = name
        self.pace = pace or Pace()
        self.messages: dict[str, Shown] = {}
        self.marks: dict[tuple[str, str], set[MarkState]] = defaultdict(set)
        """(channel, message) → the signs that are on it."""
        self.calls: list[Call] = []
        self.ears: Ears | None = None
        self.down = False
        self.unusable = ""
        """Why it can't start; empty: it can."""
        self.retry_after = 2.0
        self.faults: Callable[[Call], Fault | None] = lambda _: None
        self.before: Callable[[Call], None] = lambda _: None
        """Called with each call before it gets there, and `after` once it has."""
        self.after: Callable[[Call], None] = lambda _: None
        self.too_fast: list[str] = []
        self._clock = clock
        self._fits = fits
        self._script: deque[Fault | None] = deque()
        self._credit: dict[str, tuple[float, float]] = {}

    # -- the script's side -----------------------------------------------------------------------

    def fail(self, *faults: Fault | None) -> None:
        """Let the next calls end so, one after the other; None: well."""
        self._script.extend(faults)

    def shown(self, place: ThreadRef) -> list[Shown]:
        """The messages of a place, in the order in which they got there."""
        return [message for message in self.messages.values() if message.place == place]

    def cards(self, place: ThreadRef) -> list[Card]:
        """The cards that a place shows now."""
        return [m.card for m in self.shown(place) if isinstance(m.last.said, Card)]

    def notices(self, place: ThreadRef) -> list[Notice]:
        """The notices of a place."""
        return [m.last.said for m in self.shown(place) if isinstance(m.last.said, Notice)]

    def files(self, place: ThreadRef) -> list[Attachment]:
        """The files of a place."""
        return [m.last.said for m in self.shown(place) if isinstance(m.last.said, Attachment)]

    # -- ports.Platform --------------------------------------------------------------------------

    async def start(self, ears: Ears) -> None:
        """Hear for these ears."""
        if self.unusable:
            raise ConfigError(self.unusable)
        self.ears = ears

    async def stop(self) -> None:
        """Hear no more."""
        self.ears = None

    def fits(self, card: Card) -> bool:
        """As the script says."""
        return self._fits(card)

    def link(self, place: ThreadRef, remote: str) -> str:
        """Where a message would be."""
        return f"https://{self.name}.example/{place.channel}/{remote}"

    async def post(self, place: ThreadRef, speech: Speech, *, nonce: str) -> str:
        """Keep it; the same nonce twice is two messages, as on a platform that looks at none."""
        fault = await self._called(Call("post", place, nonce, speech))
        self._paced(place.channel)
        if fault is not Fault.LOST:
            remote = f"m{len(self.messages) + 1}"
            now = self._clock.now()
            self.messages[remote] = Shown(remote, place, nonce, now, [speech], [self._monotonic])
        self._doubted(fault)
        self.after(self.calls[-1])
        return remote

    async def edit(self, place: ThreadRef, remote: str, speech: Speech) -> None:
        """Let it say something else."""
        fault = await self._called(Call("edit", place, remote, speech))
        message = self.messages.get(remote)
        if message is None or message.place != place:
            raise ChatGoneError(f"There is no message {remote} in {place}.")
        if fault is not Fault.LOST:
            edited = message.changed[1:]
            if edited and self._monotonic - edited[-1] < self.pace.edit_s - 1e-9:
                self.too_fast.append(f"{remote} at {self._monotonic:g}")
            message.said.append(speech)
            message.changed.append(self._monotonic)
        self._doubted(fault)
        self.after(self.calls[-1])

    async def find(self, place: ThreadRef, nonce: str, *, since: datetime) -> str | None:
        """The first message with that nonce."""
        self._doubted(await self._called(Call("find", place, nonce)))
        found = (
            m.remote for m in self.shown(place) if m.nonce == nonce and m.at >= since
        )  # fmt: skip
        return next(found, None)

    async def mark(
        self, place: ThreadRef, message: str, state: MarkState, former: MarkState | None
    ) -> None:
        """Put the sign there, and take the former one away."""
        fault = await self._called(Call("mark", place, message))
        signs = self.marks[place.channel, message]
        if fault is not Fault.LOST:
            signs.add(state)
            if fault is not Fault.TAKEN and former is not None:
                signs.discard(former)
        self._doubted(fault)
        self.after(self.calls[-1])

    # -- failing ---------------------------------------------------------------------------------

    @property
    def _monotonic(self) -> float:
        return self._clock.monotonic()

    async def _called(self, call: Call) -> Fault | None:
        """Note it, and fail unless it gets there or may."""
        self.calls.append(call)
        self.before(call)
        await asyncio.sleep(0)
        if self.down:
            raise ChatAwayError(f"{self.name} can't be reached.")
        fault = self._script.popleft() if self._script else self.faults(call)
        if fault in (Fault.BUSY, Fault.BUSY_EVERYWHERE):
            raise ChatBusyError(
                f"{self.name} wants to be left alone.",
                retry_after=self.retry_after,
                everywhere=fault is Fault.BUSY_EVERYWHERE,
            )
        if fault is Fault.AWAY:
            raise ChatAwayError(f"{self.name} failed.")
        if fault is Fault.REFUSED:
            raise ChatRefusedError(f"{self.name} does not take that.")
        if fault is Fault.BARRED:
            raise ChatBarredError(f"{self.name} does not let me in.", cure="Let me in.")
        return fault

    def _doubted(self, fault: Fault | None) -> None:
        if fault in (Fault.LOST, Fault.TAKEN):
            raise ChatDoubtError(f"{self.name} gave no answer.")

    def _paced(self, channel: str) -> None:
        """Note a new message that came too soon after the ones before it."""
        now = self._monotonic
        credit, counted = self._credit.get(channel, (float(self.pace.burst), now))
        refilled = (now - counted) / self.pace.post_s if self.pace.post_s else self.pace.burst
        credit = min(float(self.pace.burst), credit + refilled)
        if credit < 1 - 1e-6:
            self.too_fast.append(f"{channel} at {now:g}")
        self._credit[channel] = (max(credit - 1, 0.0), now)

"""Whether a model is asked at all: a circuit breaker, told what came of calls and of checks.

    closed      it is asked
    open        it is left out: until a moment, or until a check of it passes
    half-open   one call is let through, and what comes of it decides

It opens after `FAILURES` requests in a row without an answer, for `COOL_S`, however often each of
them was tried, and for twice as long
each time that its probe fails, up to `COOLEST_S`. A key that isn't taken, a name that isn't
known and a failed check open it until a check passes: waiting mends none of them. A check that
can't tell opens nothing; where only one that passes would close it, a call is let through in its
stead. An answer that can't be used is an answer: the endpoint is well. But what answers `FAILURES`
requests in a row with nothing that can be used, mended or not, is left out as well, for `COOL_S`
and for twice as long each time that its probe is no better: each request would pay for it; unless
all of them are one person's and it has served another well, for then it is their sentences that it
makes nothing of. A server that says when it wants to be asked again (`Retry-After`) rests until
then, and that is no failure. One that has too much to do and does not say so rests `BUSY_S` once a
request has given it up.

Time is an argument everywhere: `now` is the clock's monotonic second, `at` its date.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from math import inf
from typing import Final

from bot.errors import (
    ModelAnswerError,
    ModelAuthError,
    ModelBusyError,
    ModelError,
    ModelUnknownError,
    ModelUnlistedError,
)

FAILURES: Final = 3
COOL_S: Final = 30.0
COOLEST_S: Final = 480.0
BUSY_S: Final = 2.0
LONGEST_REST_S: Final = 3600.0
"""However long a server asks to be left alone, it is tried again after an hour."""

_LASTING: Final = (ModelAuthError, ModelUnknownError)


class State(StrEnum):
    """Whether calls are let through."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Breaker:
    """One model's.

    Attributes:
        why: what opened it; None while it is closed.
        since: when that was.
        rests_until: the monotonic second until which the server wants to be left alone.
    """

    def __init__(self) -> None:
        """Closed: what was never tried is taken to work."""
        self.why: ModelError | None = None
        self.since: datetime | None = None
        self.rests_until = 0.0
        self._until = 0.0
        self._failures = 0
        self._cool_s = COOL_S
        self._useless: list[str] = []
        self._useless_s = COOL_S
        self._served: tuple[str, ...] = ()
        self._probing = False

    def state(self, now: float) -> State:
        """What it is at this moment."""
        if self.why is None:
            return State.CLOSED
        return State.OPEN if now < self._until else State.HALF_OPEN

    def admits(self, now: float) -> bool:
        """Whether a call would be let through."""
        state = self.state(now)
        return state is State.CLOSED or (state is State.HALF_OPEN and not self._probing)

    def enter(self, now: float) -> bool:
        """Let a call through that is admitted; whether it is the probe, which must `leave`."""
        probe = self.state(now) is State.HALF_OPEN
        self._probing = self._probing or probe
        return probe

    def leave(self) -> None:
        """The probe is over, whatever came of it; also when it was cancelled."""
        self._probing = False

    def answered(self) -> None:
        """A call was answered."""
        self._close()

    def failed(self, error: ModelError, now: float, at: datetime, *, again: bool = False) -> bool:
        """A call was not; `again`: one of the same request was not either, and has been counted.

        Whether this one counts as its request's failure.
        """
        if isinstance(error, ModelAnswerError):
            self._close()
        elif isinstance(error, _LASTING):
            self._open(error, at, until=inf)
        elif isinstance(error, ModelBusyError) and error.retry_after_s is not None:
            self.rests_until = now + min(error.retry_after_s, LONGEST_REST_S)
        elif self.state(now) is State.HALF_OPEN:
            self._cool_s = min(self._cool_s * 2, COOLEST_S)
            self._open(error, at, until=now + self._cool_s)
        elif not again:
            self._failures += 1
            if self._failures >= FAILURES and self.why is None:
                self._open(error, at, until=now + self._cool_s)
            return True
        return False

    def judged(
        self, error: ModelError, now: float, at: datetime, *, useful: bool, person: str = ""
    ) -> None:
        """An answer was held against what exists: whether it could be used; `error`: if not.

        `person` is whose request it was.
        """
        if useful:
            self._useless, self._useless_s = [], COOL_S
            self._served = (person, *(other for other in self._served if other != person))[:2]
            return
        self._useless = [*self._useless, person][-FAILURES:]
        if len(self._useless) == FAILURES and self.why is None and not self._one_persons():
            self._open(error, at, until=now + self._useless_s)
            self._useless_s = min(self._useless_s * 2, COOLEST_S)

    def _one_persons(self) -> bool:
        """Whether all that were useless are of one person, and another has been served well."""
        whose = set(self._useless)
        return len(whose) == 1 and bool(set(self._served) - whose)

    def given_up(self, error: ModelError, now: float) -> None:
        """A request has tried it often enough."""
        if isinstance(error, ModelBusyError) and error.retry_after_s is None:
            self.rests_until = max(self.rests_until, now + BUSY_S)

    def checked(self, error: ModelError | None, now: float, at: datetime) -> None:
        """A check passed (None), or failed. One that passes lets a probe through at once."""
        if isinstance(error, ModelBusyError):  # whoever says so is there
            return
        if isinstance(error, ModelUnlistedError):
            if self.lasting:
                self._until = now
        elif error is not None:
            self._open(error, at, until=inf)
        elif self.why is not None:
            self._until = now

    def try_again(self, now: float) -> bool:
        """Let a probe through at once, whatever opened it; whether it was open.

        Who asks for that may have mended what was wrong.
        """
        if self.why is not None:
            self._until = min(self._until, now)
        return self.why is not None

    def again(self, now: float) -> float | None:
        """The monotonic second from which a call is let through; None: now, or after a check."""
        waits = self.why is not None and now < self._until < inf
        return self._until if waits else None

    @property
    def lasting(self) -> bool:
        """Whether only a check that passes, or other settings, let calls through again."""
        return self._until == inf

    def _open(self, error: ModelError, at: datetime, *, until: float) -> None:
        if self.why is None:
            self.since = at
        self.why, self._until = error, until

    def _close(self) -> None:
        self.why = self.since = None
        self._failures, self._cool_s, self._until = 0, COOL_S, 0.0

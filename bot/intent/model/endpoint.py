"""One model with everything that stands between a request and a call: its turn, its breaker,
the budgets, retries, and the request's deadline over all of it.

A call that nobody answers in time is booked with its prompt: the provider has most likely read
it, and a model that hangs must not be asked for nothing all day.
"""

from __future__ import annotations

import asyncio
import zlib
from dataclasses import dataclass, field, replace
from typing import Final

import structlog

from bot.domain.usage import Tier, Usage
from bot.domain.wording import limit
from bot.errors import (
    BudgetSpentError,
    ModelAnswerError,
    ModelAwayError,
    ModelBusyError,
    ModelError,
    ModelUnknownError,
    ModelUnlistedError,
)
from bot.intent.model.breaker import FAILURES, Breaker, State
from bot.intent.model.budgets import Budgets
from bot.intent.model.deadlines import TooLateError, enough, share, within
from bot.intent.model.pricing import at_most, plausible, priced, read_at_most
from bot.intent.model.turns import Turns
from bot.ports import Clock, Ids, Model, Prompt, Said
from bot.settings import ModelSettings

_log = structlog.get_logger(__name__)

BUSY_TRIES: Final = 3
"""The most that one request asks a server that has too much to do."""
AWAY_TRIES: Final = 2
"""The most that one request asks a server that does not answer."""
BACKOFF_S: Final = 0.5
"""The first pause where the server does not name one; it doubles."""
JITTER: Final = 0.2
"""The part of a pause that chance adds, so that not all come again at once."""
LEAST_S: Final = 1.0
"""With less time left than this after a pause, the next model is the better choice."""
ENDING_S: Final = 0.1
"""The last of a request's time is for ending it: no call may take that, too."""
FAIR: Final = 0.6
"""Only a call that was given this much of a model's time tells that it is too slow."""
CHECK_S: Final = 10.0
CHECKED_S: Final = 45.0
"""A check and what this machine has to do before it: import an SDK, on a busy one for long."""


@dataclass
class _Request:
    """One request on its way: what it has used, and what was owed to the books."""

    prompt: Prompt
    person: str
    deadline: float
    called: bool = False
    spent: Usage = field(default_factory=Usage)
    bookings: list[asyncio.Task[None]] = field(default_factory=list)


class Endpoint:
    """A model of the settings. All methods are safe at once.

    Attributes:
        settings: what the settings say of it.
        breaker: whether it is asked.
        patience_s: what a whole request may take; may change while requests are under way.
        unmade: whether it could not even be set up, and only says why.
        turns: how many calls its server is asked at once; those of an endpoint that this one
            replaces are among them.
        unchecked: why no check can tell how it is, until it has answered; None: one can.
    """

    def __init__(
        self,
        model: Model,
        settings: ModelSettings,
        budgets: Budgets,
        *,
        patience_s: float,
        clock: Clock,
        ids: Ids,
        unmade: bool = False,
        turns: Turns | None = None,
    ) -> None:
        """Connects to nothing."""
        self.settings = settings
        self.unmade = unmade
        self.breaker = Breaker()
        self.unchecked: ModelUnlistedError | None = None
        self._model = model
        self._budgets = budgets
        self.patience_s = patience_s
        self._clock = clock
        self._ids = ids
        self.turns = turns or Turns(settings.concurrency)
        self.turns.bound(settings.concurrency)
        self._requests = 0
        self._known = False
        """Whether it has answered under this name: then it is there, whatever a list says."""
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def name(self) -> str:
        """What cards and commands call it."""
        return self.settings.called

    @property
    def tier(self) -> Tier:
        """Its tier."""
        return self.settings.tier

    def available(self) -> bool:
        """Whether a request should be sent here now."""
        return self.breaker.admits(self._clock.monotonic()) and self.rests() < self.patience_s

    def rests(self) -> float:
        """For how many seconds its server wants to be left alone."""
        return max(0.0, self.breaker.rests_until - self._clock.monotonic())

    # -- asking -----------------------------------------------------------------------------------

    async def ask(self, prompt: Prompt, *, person: str, deadline: float) -> Said:
        """See `bot.ports.Models.ask`.

        Raises:
            ModelError: it gave no answer.
        """
        request = _Request(prompt, person, deadline)
        self._requests += 1
        self._idle.clear()
        try:
            said = await within(self._clock, self._left(request), self._admitted(request))
        except TooLateError:
            await self._written(request)
            raise self._late(request) from None
        except ModelError as error:
            error.usage, error.model = request.spent, self.name
            await self._written(request)
            raise
        finally:
            self._requests -= 1
            if not self._requests:
                self._idle.set()
        await self._written(request)
        return Said(said.text, usage=request.spent, model=self.name, tier=self.tier)

    def _left(self, request: _Request) -> float:
        return max(0.0, request.deadline - self._clock.monotonic())

    async def _admitted(self, request: _Request) -> Said:
        """Wait for a turn, then ask until there is an answer, or no point."""
        await self._budgets.look(request.person, at_most(request.prompt, self.settings.price))
        async with self.turns:
            now = self._clock.monotonic()
            if not self.breaker.admits(now):
                why = self.breaker.why
                cause = f": {why.sentence}" if why is not None else " for now."
                raise ModelAwayError(
                    f"{self.name} is left out{cause}",
                    model=self.name,
                    cure=why.cure if why is not None else "",
                ) from why
            probe = self.breaker.enter(now)
            try:
                return await self._persistent(request)
            finally:
                if probe:
                    self.breaker.leave()

    async def _persistent(self, request: _Request) -> Said:
        """Ask, and again where that may help. A probe that fails has shut the breaker: no more."""
        tries, counted = 0, False
        while True:
            await self._rested(request)
            tries += 1
            began = self._clock.monotonic()
            given = min(self.settings.timeout, self._left(request) - ENDING_S)
            if given <= 0 or not enough(self._left(request), self.patience_s):
                raise self._late(request)
            try:
                said = await self._called(request, given)
            except BudgetSpentError:
                raise
            except ModelError as error:
                timed_out = self._whole(began, given)
                counted |= self._failed(error, given, timed_out=timed_out, again=counted)
                pause = self._pause(error, tries, timed_out=timed_out)
                now = self._clock.monotonic()
                late = pause is None or pause + LEAST_S > self._left(request)
                if pause is None or late or not self.breaker.admits(now):
                    self.breaker.given_up(error, now)
                    raise
                await self._clock.sleep(pause)
            else:
                self._answered()
                return said

    async def _rested(self, request: _Request) -> None:
        """Leave the server alone for as long as it has asked for.

        Raises:
            ModelBusyError: that is longer than the request can wait.
        """
        rests = self.rests()
        if rests <= 0:
            return
        if rests + LEAST_S > self._left(request):
            raise ModelBusyError(
                f"{self.name} wants to be left alone for {limit(rests)}.",
                model=self.name,
                retry_after_s=rests,
            )
        await self._clock.sleep(rests)

    async def _called(self, request: _Request, given: float) -> Said:
        """One call, its use booked however it ends.

        Raises:
            ModelError: it gave no answer.
        """
        price = self.settings.price
        most = at_most(request.prompt, price)
        used = read_at_most(request.prompt, price)  # unless the call says better
        reserved = await self._budgets.reserve(
            request.person, self.name, most, lasts_s=self._left(request), sent=used
        )
        began = self._clock.monotonic()
        request.called = True
        try:
            said = await within(
                self._clock, given, self._model.ask(request.prompt, timeout_s=given)
            )
            if said.usage.tokens:
                used = said.usage
                return said
            # It doesn't count: what was sent is known, and what came is as long as it is.
            guessed = Usage(calls=1, tokens_in=used.tokens_in, tokens_out=len(said.text) // 3 + 1)
            used = priced(guessed, price)
            return replace(said, usage=used)
        except TooLateError:
            raise ModelAwayError(
                f"{self.name} gave no answer within {limit(given)}.", model=self.name
            ) from None
        except ModelError as error:
            if error.usage.tokens or not (error.taken or self._whole(began, given)):
                used = error.usage
            raise
        except Exception as error:
            _log.exception("asking a model broke", model=self.name)
            raise ModelAnswerError(
                f"Something broke while {self.name} was asked; overseer.log says what.",
                model=self.name,
            ) from error
        finally:
            told, used = (
                used,
                plausible(used.model_copy(update={"calls": 1}), request.prompt, price),
            )
            if told.tokens > used.tokens:
                _log.warning(
                    "a model tells of more tokens than its call can have used",
                    model=self.name, told=told.tokens, booked=used.tokens,
                )  # fmt: skip
            request.spent += used
            request.bookings.append(self._budgets.settle(reserved, used))

    def _whole(self, began: float, given: float) -> bool:
        """Whether a call has taken all the time that it was given, but for a timer's own error."""
        return self._clock.monotonic() - began >= given * 0.99

    def _pause(self, error: ModelError, tries: int, *, timed_out: bool) -> float | None:
        """Seconds until the next try; None: it is not tried again."""
        chance = zlib.crc32(self._ids.new().encode()) / 2**32
        if isinstance(error, ModelBusyError) and tries < BUSY_TRIES:
            wanted = error.retry_after_s
            pause = BACKOFF_S * 2 ** (tries - 1) if wanted is None else wanted
            return pause * (1 + JITTER * chance)
        if isinstance(error, ModelAwayError) and tries < AWAY_TRIES and not timed_out:
            return BACKOFF_S * (1 + JITTER * chance)
        return None

    def _late(self, request: _Request) -> ModelError:
        """Why a request ran out of time here."""
        if request.called:
            return ModelAwayError(
                f"{self.name} gave no answer in time.", model=self.name, usage=request.spent
            )
        busy = self.settings.concurrency
        return ModelBusyError(
            f"{self.name} had {busy} other {'request' if busy == 1 else 'requests'} to answer.",
            model=self.name,
        )

    async def _written(self, request: _Request) -> None:
        """Wait until its use is booked, but no longer than the request has time."""
        if not request.bookings:
            return
        try:
            await within(
                self._clock,
                self._left(request),
                asyncio.shield(asyncio.gather(*request.bookings, return_exceptions=True)),
            )
        except TooLateError:
            _log.warning("a booking takes longer than the request may", model=self.name)

    # -- standing ---------------------------------------------------------------------------------

    def _failed(
        self, error: ModelError, given: float, *, timed_out: bool, again: bool = False
    ) -> bool:
        """Whether that counts as its request's failure."""
        now = self._clock.monotonic()
        fair = min(self.settings.timeout, share(self.patience_s, self.patience_s)) * FAIR
        if timed_out and given < fair:
            return False  # the request had little time left: that tells nothing of the model
        before = self.breaker.state(now)
        counted = self.breaker.failed(error, now, self._clock.now(), again=again)
        if before is State.CLOSED and self.breaker.state(now) is State.OPEN:
            _log.warning("a model is left out", model=self.name, why=str(error))
        return counted

    def _answered(self) -> None:
        self._known = True
        self.unchecked = None
        if self.breaker.why is not None:
            _log.info("a model answers again", model=self.name)
        self.breaker.answered()

    def judged(self, *, useful: bool, person: str = "") -> None:
        """What came of an answer of its: see `bot.ports.Models.judged`."""
        error = ModelAnswerError(
            f"{self.name} gave no answer that could be used, {FAILURES} requests in a row.",
            model=self.name,
        )
        before = self.breaker.why
        now, at = self._clock.monotonic(), self._clock.now()
        self.breaker.judged(error, now, at, useful=useful, person=person)
        if before is None and self.breaker.why is not None:
            _log.warning("a model is left out", model=self.name, why=str(error))

    async def check(self) -> None:
        """See whether it is well, without a token spent, and remember it."""
        error: ModelError | None = None
        try:
            await within(self._clock, CHECK_S, self._model.check(timeout_s=CHECK_S))
        except TooLateError:
            error = ModelAwayError(f"{self.name} did not answer a check.", model=self.name)
        except ModelError as found:
            error = found
        except Exception:  # noqa: BLE001 - it is tried again; nobody waits for a check
            _log.exception("checking a model broke", model=self.name)
            return
        if isinstance(error, ModelUnknownError) and self._known:
            return  # a gateway that lists no models and answers all the same
        unlisted = error if isinstance(error, ModelUnlistedError) else None
        self.unchecked = None if self._known else unlisted
        was_well = self.breaker.why is None
        self.breaker.checked(error, self._clock.monotonic(), self._clock.now())
        if was_well and self.breaker.why is not None:
            _log.warning("a model fails its check", model=self.name, why=str(error))

    async def open(self, connections: int) -> None:
        """Connect ahead of the first requests, as far as it can be; nothing is remembered of it."""
        wanted = min(connections, self.settings.concurrency)
        try:
            opening = self._model.open(connections=wanted, timeout_s=CHECK_S)
            await within(self._clock, CHECK_S, opening)
        except TooLateError:
            return  # the first call will tell
        except Exception:  # noqa: BLE001 - as above
            _log.exception("connecting to a model broke", model=self.name)

    async def retire(self) -> None:
        """Let the connections go once the requests that are under way have ended."""
        await self._idle.wait()
        await self._model.close()

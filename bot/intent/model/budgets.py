"""What models may use in a day, and what they have used: per person, and all together.

Before a call its most (`pricing.at_most`) is reserved, and it is made only if that still fits;
afterwards what it really used takes its place. Both stand in the store, and are held against the
budget in the transaction that reserves: so no call begins that may not fit, however many ask at
once and from however many processes (`./overseer eval` beside the server). Only a server that
answers at greater length than it was allowed overshoots, and by no more than is plausible
(`pricing.plausible`): more is booked of nobody. A call that costs nothing (a model of one's own) is
not held back by spent money. Without a budget nothing is reserved. Money is added up in the
currency of the settings; what was spent in another before they changed counts by its tokens alone.

The day is that of the server's time zone, and a call belongs to the day on which it began. A
booking that the store could not take goes with the next one; until then what was reserved for its
call counts. What a process that died had reserved ends by itself, and its prompt is booked then.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from decimal import Decimal
from typing import Any, TypeVar

import structlog

from bot.domain.usage import Usage, Used
from bot.domain.wording import money
from bot.errors import BudgetSpentError, OverseerError
from bot.intent.model import refusals, reservations
from bot.ports import Clock, Store, Unit
from bot.settings import Budget

_log = structlog.get_logger(__name__)

T = TypeVar("T")

MICROS = 1_000_000
EVERYBODY = ""
"""The name under which what all have used together is counted; no person is called so."""


BOOKED_WITHIN_S = 60.0
"""How much longer than its call a reservation may stand: then its process must have died."""


@dataclass(frozen=True)
class Reserved:
    """The most that a call under way may use; `number` 0 where there is no budget to keep to.

    `currency` is that of its price, which the settings may change until it is over.
    """

    day: date
    person: str
    model: str
    currency: str = ""
    number: int = 0
    sent: Usage = field(default_factory=Usage)
    """What of it is booked where its process dies, or tells nothing for too long."""


@dataclass
class _Day:
    """What was used on a day, by person and by everybody, and what calls under way may add."""

    used: dict[str, Usage] = field(default_factory=dict)
    held: dict[str, Usage] = field(default_factory=dict)

    def add(self, person: str, usage: Usage, *, held: bool = False) -> None:
        counts = self.held if held else self.used
        for name in (person, EVERYBODY):
            counts[name] = counts.get(name, Usage()) + usage


@dataclass(frozen=True)
class Left:
    """What a person may still use today, in tokens and millionths; None: no budget bounds it."""

    tokens: int | None = None
    micros: int | None = None


@dataclass(frozen=True)
class _Booking:
    reserved: Reserved
    usage: Usage


class Budgets:
    """The day's budgets, over the store.

    Attributes:
        limits: what may be used; may be replaced while calls are under way.
        currency: what money is counted in.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        zone: Callable[[], tzinfo | None],
        display: Callable[[str], str] = str,
    ) -> None:
        """`zone` is the server's (None: the machine's); `display` is how a person is called."""
        self.limits = Budget()
        self.currency = ""
        self._store = store
        self._clock = clock
        self._zone = zone
        self._display = display
        self._owed: list[_Booking] = []
        self._bookings: set[asyncio.Task[Any]] = set()

    def bound(self, limits: Budget, currency: str) -> None:
        """Keep to these from now on; what others have refused is no longer told."""
        self.limits, self.currency = limits, currency

    def today(self) -> date:
        """The day, in the server's zone."""
        return self._clock.now().astimezone(self._zone()).date()

    async def look(self, person: str, most: Usage) -> None:
        """See whether a call could fit once those under way are over, before it waits its turn.

        Raises:
            BudgetSpentError: it could not.
        """
        if self.limits == Budget():
            return
        day, currency = self.today(), self.currency
        with self._needed():
            counted, told = await self._store.read(
                lambda unit: (
                    _used(unit, day, currency),
                    refusals.told(unit, day, self._bounds),
                )
            )
        if spent := self._spent(counted, person, most, ""):
            if told.get(spent.person) != spent.sentence:
                await self._remember(day, spent)
            raise spent

    async def _remember(self, day: date, spent: BudgetSpentError) -> None:
        """Write down that a budget keeps calls from being made; that it does holds without."""
        keeping = asyncio.ensure_future(self._booked(lambda unit: self._keep(unit, day, spent)))
        self._follow(keeping)
        try:
            await asyncio.shield(keeping)
        except OverseerError as error:
            _log.warning("a spent budget is not written down", why=str(error))

    def _keep(self, unit: Unit, day: date, spent: BudgetSpentError) -> None:
        refusals.keep(unit, day, spent.person, self._bounds(spent.person), spent.sentence)

    def _bounds(self, person: str) -> str:
        """Those of a person, or of all together, as they are now."""
        limits = self.limits
        own = (limits.person_tokens, limits.person_money)
        tokens, amount = (limits.tokens, limits.money) if person == EVERYBODY else own
        return f"{tokens} tokens, {amount} {self.currency}"

    async def reserve(
        self, person: str, model: str, most: Usage, *, lasts_s: float, sent: Usage | None = None
    ) -> Reserved:
        """Set aside what a call of so many seconds may come to; `settle` must follow.

        `sent` is what it has used when nobody ever tells: see `Reserved`.

        Raises:
            BudgetSpentError: it does not fit into what is left of the day.
        """
        day, currency = self.today(), self.currency
        if self.limits == Budget():
            return Reserved(day, person, model, currency)
        until = self._clock.now() + timedelta(seconds=lasts_s + BOOKED_WITHIN_S)

        def work(unit: Unit) -> Reserved | BudgetSpentError:
            reservations.bury(unit, self._clock.now())
            counted = _used(unit, day, currency)
            for each in reservations.held(unit, day):
                counted.add(each.person, each.counted(currency), held=True)
            if spent := self._spent(counted, person, most, model):
                self._keep(unit, day, spent)
                return spent
            call = Used(person, model, sent or Usage(), currency)
            number = reservations.set_aside(unit, call, most, day, until=until)
            return Reserved(day, person, model, currency, number, call.usage)

        writing = asyncio.ensure_future(self._booked(work))
        self._follow(writing)
        try:
            with self._needed():
                reserved = await asyncio.shield(writing)
        except asyncio.CancelledError:  # what is being written will be there, and nobody's
            writing.add_done_callback(self._let_go)
            raise
        if isinstance(reserved, BudgetSpentError):
            raise reserved
        return reserved

    async def refused(self, *persons: str) -> tuple[str, ...]:
        """What keeps models from being asked today, of these people; of all where none is named."""
        today = self.today()
        told = await self._store.read(lambda unit: refusals.told(unit, today, self._bounds))
        return tuple(said for name, said in told.items() if not persons or name in persons)

    def settle(self, reserved: Reserved, usage: Usage) -> asyncio.Task[None]:
        """Count what a call has really used, and write it down; the task ends when it is."""
        self._owed.append(_Booking(reserved, usage))
        task = asyncio.ensure_future(self._write())
        self._follow(task)
        return task

    async def used(self, first: date, last: date) -> tuple[Used, ...]:
        """What the store knows of these days, after what is being written."""
        await asyncio.gather(*self._bookings, return_exceptions=True)
        return await self._store.read(lambda unit: unit.used(first, last))

    async def left(self, person: str) -> Left:
        """What is left of the day for this person: of their budget, or of everybody's if less."""
        day, limits, currency = self.today(), self.limits, self.currency
        counted = await self._store.read(lambda unit: _used(unit, day, currency))
        mine, all_of_it = (counted.used.get(name, Usage()) for name in (person, EVERYBODY))
        tokens = [
            limit - used.tokens
            for limit, used in ((limits.person_tokens, mine), (limits.tokens, all_of_it))
            if limit
        ]
        amounts = [
            micros(limit) - used.micros
            for limit, used in ((limits.person_money, mine), (limits.money, all_of_it))
            if limit
        ]
        return Left(
            max(0, min(tokens)) if tokens else None, max(0, min(amounts)) if amounts else None
        )

    async def close(self) -> None:
        """Write down what is still owed."""
        while self._bookings:  # one that ends may begin another
            await asyncio.gather(*self._bookings, return_exceptions=True)
        if self._owed:
            await self._write()
        if self._owed:
            _log.error("what models have used is lost", bookings=len(self._owed))

    # -- counting ---------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _needed(self) -> Iterator[None]:
        """Where there is a budget to keep to, nothing goes on without the store."""
        try:
            yield
        except OverseerError as error:
            raise BudgetSpentError(
                "What models have used today can't be looked up, so none is asked: "
                f"{error.sentence}",
                model="",
                cure=error.cure,
            ) from error

    def _spent(
        self, counted: _Day, person: str, most: Usage, model: str
    ) -> BudgetSpentError | None:
        """Why a call does not fit; None: it does."""
        limits = self.limits
        for name, tokens, amount in (
            (person, limits.person_tokens, limits.person_money),
            (EVERYBODY, limits.tokens, limits.money),
        ):
            used, held = counted.used.get(name, Usage()), counted.held.get(name, Usage())
            for limit, had, waits, more, say in (
                (tokens, used.tokens, held.tokens, most.tokens, _tokens),
                (micros(amount), used.micros, held.micros, most.micros, self.money),
            ):
                if limit and more and had + waits + more > limit:
                    return BudgetSpentError(
                        self._sentence(name, limit, had, waits, more, say),
                        model=model,
                        person=name,
                        cure="`models: budget` in overseer.yaml says how much; "
                        "./overseer usage shows what was used.",
                    )
        return None

    def _sentence(
        self, name: str, limit: int, had: int, waits: int, more: int, say: Callable[[int], str]
    ) -> str:
        whose = "The budget of all together" if name == EVERYBODY else f"{self._display(name)}'s"
        whose += "" if name == EVERYBODY else " budget"
        if more > limit:
            return (
                f"{whose} for language models ({say(limit)} a day) is less than one request "
                f"may take ({say(more)})."
            )
        again = f"It renews at midnight ({self._zone_name()})."
        if had > limit and say(had) != say(limit):  # it was lowered, or a server said too much
            return (
                f"{whose} for language models is overspent: {say(had)} used today, "
                f"{say(had - limit)} more than the {say(limit)} of a day. {again}"
            )
        if had >= limit:
            return (
                f"{whose} for language models is spent for today: {say(had)} used of {say(limit)}. "
                f"{again}"
            )
        if had + more > limit:
            return (
                f"{whose} for language models has {say(limit - had)} of {say(limit)} left today: "
                f"too little for a request, which may take {say(more)}. {again}"
            )
        return (
            f"{whose} for language models has {say(limit - had)} of {say(limit)} left today, and "
            f"requests under way may take {say(waits)} of it. {again}"
        )

    def _zone_name(self) -> str:
        zone = self._zone()
        return str(getattr(zone, "key", "")) or str(self._clock.now().astimezone(zone).tzname())

    def money(self, amount: int) -> str:
        """Millionths as an amount of money."""
        return money(amount, self.currency)

    # -- booking ----------------------------------------------------------------------------------

    def _follow(self, task: asyncio.Task[Any]) -> None:
        """Keep it until it is over: a stop waits for what is being written."""
        self._bookings.add(task)
        task.add_done_callback(self._bookings.discard)

    def _let_go(self, writing: asyncio.Task[Reserved | BudgetSpentError]) -> None:
        """Release what was set aside for somebody who had gone meanwhile."""
        if writing.cancelled() or writing.exception() is not None:
            return
        reserved = writing.result()
        if isinstance(reserved, Reserved):
            self.settle(reserved, Usage())

    async def _write(self) -> None:
        if not self._owed:
            return
        try:
            await self._booked(lambda _: None)
        except OverseerError as error:
            _log.warning("what models have used waits to be written", why=str(error))

    async def _booked(self, work: Callable[[Unit], T]) -> T:
        """Do it in a transaction that first writes down what is owed.

        Raises:
            OverseerError: the store can't; what is owed waits.
        """
        batch, self._owed = self._owed, []
        numbers = {each.reserved.number for each in batch if each.reserved.number}

        def whole(unit: Unit) -> T:
            stood = reservations.release(unit, numbers) if numbers else ()
            for each in batch:
                call, usage = each.reserved, each.usage
                if call.number and call.number not in stood:  # it was taken for dead
                    usage = usage.beyond(call.sent)
                if usage != Usage():
                    unit.book(call.day, call.person, call.model, usage, call.currency)
            return work(unit)

        try:
            return await self._store.write(whole)
        except OverseerError:
            self._owed = [*batch, *self._owed]
            raise


def _used(unit: Unit, day: date, currency: str) -> _Day:
    """What the store knows of a day, its money in this currency."""
    counted = _Day()
    for each in unit.used(day, day):
        counted.add(each.person, each.counted(currency))
    return counted


def micros(amount: float) -> int:
    """An amount of money of the settings, in millionths; what is not nothing is at least one."""
    return math.ceil(Decimal(str(amount)) * MICROS)


def _tokens(amount: int) -> str:
    return f"{amount:,} tokens"

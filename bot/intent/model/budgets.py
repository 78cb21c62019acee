"""What models may use in a day, and what they have used: per person, and all together.

Before a call its most (`pricing.at_most`) is reserved, and it is made only if that still fits;
afterwards what it really used takes its place. So a budget is never overshot, however many ask
at once. A call that costs nothing (a model of one's own) is not held back by spent money.

The day is that of the server's time zone, and a call belongs to the day on which it began. What
this process has booked is counted in memory, begun with what the store knows of the day; the
store is written right after each call. A booking that the store could not take goes with the
next one.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, tzinfo
from decimal import Decimal

import structlog

from bot.domain.usage import Usage
from bot.domain.wording import money
from bot.errors import BudgetSpentError, OverseerError
from bot.ports import Clock, Store, Unit, Used
from bot.settings import Budget

_log = structlog.get_logger(__name__)

MICROS = 1_000_000
EVERYBODY = ""
"""The name under which what all have used together is counted; no person is called so."""


@dataclass(frozen=True)
class Reserved:
    """The most that a call under way may use."""

    day: date
    person: str
    model: str
    most: Usage


@dataclass
class _Day:
    """What was used on a day, by person and by everybody, and what calls under way may add."""

    used: dict[str, Usage] = field(default_factory=dict)
    under_way: list[Reserved] = field(default_factory=list)

    def add(self, person: str, usage: Usage) -> None:
        for name in (person, EVERYBODY):
            self.used[name] = self.used.get(name, Usage()) + usage

    def reserved(self, name: str) -> Usage:
        held = (r.most for r in self.under_way if name in {EVERYBODY, r.person})
        return sum(held, Usage())


@dataclass(frozen=True)
class _Booking:
    day: date
    person: str
    model: str
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
        self._days: dict[date, _Day] = {}
        self._loading = asyncio.Lock()
        self._owed: list[_Booking] = []
        self._bookings: set[asyncio.Task[None]] = set()

    def today(self) -> date:
        """The day, in the server's zone."""
        return self._clock.now().astimezone(self._zone()).date()

    async def look(self, person: str, most: Usage) -> None:
        """See whether a call could fit once those under way are over, before it waits its turn.

        Raises:
            BudgetSpentError: it could not.
        """
        counted = await self._day(self.today())
        self._fits(_Day(counted.used), person, most, "")

    async def reserve(self, person: str, model: str, most: Usage) -> Reserved:
        """Set aside what a call may come to; `settle` must follow.

        Raises:
            BudgetSpentError: it does not fit into what is left of the day.
        """
        day = self.today()
        counted = await self._day(day)
        # From here on nothing is awaited: of many that ask at once each sees those before it.
        self._fits(counted, person, most, model)
        reserved = Reserved(day, person, model, most)
        counted.under_way.append(reserved)
        return reserved

    def settle(self, reserved: Reserved, usage: Usage) -> asyncio.Task[None]:
        """Count what a call has really used, and write it down; the task ends when it is."""
        counted = self._days.get(reserved.day)
        if counted is not None:
            counted.add(reserved.person, usage)
            counted.under_way = [each for each in counted.under_way if each is not reserved]
        self._owed.append(_Booking(reserved.day, reserved.person, reserved.model, usage))
        task = asyncio.ensure_future(self._write())
        self._bookings.add(task)
        task.add_done_callback(self._bookings.discard)
        return task

    async def used(self, first: date, last: date) -> tuple[Used, ...]:
        """What the store knows of these days, after what is being written."""
        await asyncio.gather(*self._bookings, return_exceptions=True)
        return await self._store.read(lambda unit: unit.used(first, last))

    async def close(self) -> None:
        """Write down what is still owed."""
        await asyncio.gather(*self._bookings, return_exceptions=True)
        if self._owed:
            await self._write()
        if self._owed:
            _log.error("what models have used is lost", bookings=len(self._owed))

    # -- counting ---------------------------------------------------------------------------------

    async def _day(self, day: date) -> _Day:
        """What is counted of a day, begun with what the store knows.

        Raises:
            BudgetSpentError: the store can't be read, and there is a budget to keep to.
        """
        if day in self._days:
            return self._days[day]
        async with self._loading:
            if day not in self._days:
                try:
                    known = await self._store.read(lambda unit: unit.used(day, day))
                except OverseerError as error:
                    if self.limits == Budget():
                        return _Day()  # looked up again when the next call asks
                    raise BudgetSpentError(
                        "What models have used today can't be looked up, so none is asked: "
                        f"{error.sentence}",
                        model="",
                        cure=error.cure,
                    ) from error
                counted = _Day()
                for each in known:
                    counted.add(each.person, each.usage)
                self._days = {d: c for d, c in self._days.items() if c.under_way}
                self._days[day] = counted
            return self._days[day]

    def _fits(self, counted: _Day, person: str, most: Usage, model: str) -> None:
        limits = self.limits
        for name, tokens, amount in (
            (person, limits.person_tokens, limits.person_money),
            (EVERYBODY, limits.tokens, limits.money),
        ):
            used, held = counted.used.get(name, Usage()), counted.reserved(name)
            for limit, had, waits, more, say in (
                (tokens, used.tokens, held.tokens, most.tokens, _tokens),
                (micros(amount), used.micros, held.micros, most.micros, self.money),
            ):
                if limit and more and had + waits + more > limit:
                    raise BudgetSpentError(
                        self._sentence(name, limit, had, waits, more, say),
                        model=model,
                        cure="`models: budget` in overseer.yaml says how much; "
                        "./overseer usage shows what was used.",
                    )

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
        if had + more > limit:
            return (
                f"{whose} for language models is spent for today: {say(had)} used of {say(limit)}, "
                f"and a request may take {say(more)}. {again}"
            )
        return (
            f"{whose} for language models has {say(limit - had)} left today, which requests "
            f"under way ({say(waits)}) have taken. {again}"
        )

    def _zone_name(self) -> str:
        zone = self._zone()
        return str(getattr(zone, "key", "")) or str(self._clock.now().astimezone(zone).tzname())

    def money(self, amount: int) -> str:
        """Millionths as an amount of money."""
        return money(amount, self.currency)

    # -- booking ----------------------------------------------------------------------------------

    async def _write(self) -> None:
        batch, self._owed = self._owed, []
        if not batch:
            return

        def work(unit: Unit) -> None:
            for each in batch:
                unit.book(each.day, each.person, each.model, each.usage)

        try:
            await self._store.write(work)
        except OverseerError as error:
            self._owed = [*batch, *self._owed]
            _log.warning("what models have used waits to be written", why=str(error))


def micros(amount: float) -> int:
    """An amount of money of the settings, in millionths; what is not nothing is at least one."""
    return math.ceil(Decimal(str(amount)) * MICROS)


def _tokens(amount: int) -> str:
    return f"{amount:,} tokens"

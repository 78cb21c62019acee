"""The tiers of language models: which are asked in which order, and who keeps them in order.

A request begins at the tier that `difficulty` has found for it and goes up (`local`, `cloud-fast`,
`cloud-heavy`); then come the weaker ones. Within a tier the order is that of the file. A
model that is left out (its breaker is open, its check failed, its server wants to be left alone)
is not in the order at all, so that no request loses time with it. One that is to be left alone for
a part of a request's patience comes last: nobody waits for it while another could answer.

The health of each model is looked at beside everything else: soon after the start, then every
`health_minutes`, and once a minute while it is away. Nothing waits for that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import tzinfo
from itertools import takewhile
from typing import Final

import structlog

from bot.domain.usage import Tier, Usage
from bot.errors import ModelAwayError, ModelUnknownError, OverseerError
from bot.intent.model import standing
from bot.intent.model.breaker import BUSY_S
from bot.intent.model.budgets import Budgets
from bot.intent.model.endpoint import Endpoint
from bot.ports import Clock, Ids, Model, Prompt, Said, Store
from bot.settings import ModelSettings, ModelsSettings

_log = structlog.get_logger(__name__)

Maker = Callable[[ModelSettings], Model]
"""Makes the model that an entry of the settings describes; connects to nothing."""

FIRST_CHECK_S: Final = 1.0
"""After the start: a command that only looks something up is over by then."""
RECHECK_S: Final = 60.0
"""How often a model that is away is looked for."""
CLOSE_S: Final = 2.0
"""How long, in real seconds, a stop waits for calls under way and for connections to close."""

NONE_SET_UP = (
    "No model of the tier {tier} is set up, nor any other: `models:` in overseer.yaml is where."
)


class Router:
    """`bot.ports.Models` over the settings. `renew` takes other settings at any time.

    Attributes:
        budgets: what may be used in a day, and what was.
    """

    def __init__(
        self,
        settings: ModelsSettings,
        make: Maker,
        store: Store,
        clock: Clock,
        ids: Ids,
        *,
        zone: Callable[[], tzinfo | None] = lambda: None,
        display: Callable[[str], str] = str,
    ) -> None:
        """Connects to nothing; `start` begins to look at the models' health."""
        self.budgets = Budgets(store, clock, zone=zone, display=display)
        self._settings = ModelsSettings()
        self._make = make
        self._clock = clock
        self._ids = ids
        self._zone = zone
        self._endpoints: tuple[Endpoint, ...] = ()
        self._watchers: dict[Endpoint, asyncio.Task[None]] = {}
        self._retiring: set[asyncio.Task[None]] = set()
        self._started = False
        self.renew(settings)

    # -- the port ---------------------------------------------------------------------------------

    def order(self, *, first: Tier = Tier.LOCAL, forced: Tier | None = None) -> Sequence[str]:
        """See `bot.ports.Models.order`."""
        found = [each for each in self._in_turn(first, forced) if each.available()]
        return tuple(each.name for each in sorted(found, key=lambda one: one.rests() > BUSY_S))

    def passed_over(self, chosen: str, *, first: Tier, forced: Tier | None = None) -> str:
        """See `bot.ports.Models.passed_over`."""
        before = takewhile(lambda each: each.name != chosen, self._in_turn(first, forced))
        troubles = [trouble for each in before if (trouble := self._trouble(each))]
        return standing.passed_over(troubles) if troubles else ""

    def _in_turn(self, first: Tier, forced: Tier | None) -> Iterator[Endpoint]:
        """All of them as they would be asked if every one were well."""
        tiers, begins = tuple(Tier), tuple(Tier).index(first)
        turns = (*tiers[begins:], *reversed(tiers[:begins])) if forced is None else (forced,)
        for tier in turns:
            yield from (each for each in self._endpoints if each.tier is tier)

    async def ask(self, name: str, prompt: Prompt, *, person: str, deadline: float) -> Said:
        """See `bot.ports.Models.ask`.

        Raises:
            ModelError: it gave no answer; `BudgetSpentError` when it may not be asked at all.
        """
        for each in self._endpoints:
            if each.name == name:
                return await each.ask(prompt, person=person, deadline=deadline)
        raise ModelUnknownError(
            f"{name} was taken out of the settings while this request was read.",
            model=name,
            cure="Ask again: the models that are set up now read it.",
        )

    def judged(self, name: str, *, useful: bool, person: str = "") -> None:
        """See `bot.ports.Models.judged`."""
        for each in self._endpoints:
            if each.name == name:
                each.judged(useful=useful, person=person)

    def why_none(self, forced: Tier | None = None) -> str:
        """See `bot.ports.Models.why_none`."""
        if not self._endpoints:
            return NONE_SET_UP.format(tier=forced.value) if forced is not None else ""
        asked = [each for each in self._endpoints if forced in {None, each.tier}]
        if forced is not None and not asked:
            return f"No model of the tier {forced.value} is set up."
        found = [
            self._trouble(each) or f"{each.name} is being tried again by another request"
            for each in asked
            if not each.available()
        ]
        return standing.none_answers(found) if found else ""

    # -- life -------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to look at the models' health; returns at once."""
        self._started = True
        self._watch(FIRST_CHECK_S)

    async def open(self, connections: int) -> None:
        """Connect to each, for so many requests at once; none is left out for what comes of it."""
        await asyncio.gather(*(each.open(connections) for each in self._endpoints))

    async def close(self) -> None:
        """End the looking, let connections go, and write down what is owed."""
        self._started = False
        gone = self._endpoints
        self._endpoints = ()
        self._watch(0)
        self._retire(gone)
        if self._retiring:
            _, late = await asyncio.wait(tuple(self._retiring), timeout=CLOSE_S)
            for task in late:
                task.cancel()
        await self.budgets.close()

    def renew(self, settings: ModelsSettings) -> tuple[str, ...]:
        """Take other settings at once. Calls that are under way end on what they began with.

        What the settings say nothing new about goes on as it is, unless only new settings, or
        a new secret behind the same reference, could have mended it: that is set up anew. Of what
        else is left out one request tries whether it was mended meanwhile.
        Returns the names of what is tried again though nothing new is said about it.
        """
        out = {each.settings for each in self._endpoints if each.breaker.lasting or each.unmade}
        kept = {each.settings: each for each in self._endpoints if each.settings not in out}
        for each in kept.values():
            each.patience_s = settings.patience
            if each.breaker.try_again(self._clock.monotonic()):
                out.add(each.settings)
        now = tuple(kept.get(one) or self._made(one, settings) for one in settings.tiers)
        gone = [each for each in self._endpoints if each not in now]
        self._settings, self._endpoints = settings, now
        self.budgets.bound(settings.budget, settings.currency)
        if self._started:
            self._watch(0)
        self._retire(gone)
        return tuple(one.called for one in settings.tiers if one in out)

    def _made(self, one: ModelSettings, settings: ModelsSettings) -> Endpoint:
        model: Model
        unmade = False
        try:
            model = self._make(one)
        except (OverseerError, ImportError) as error:
            _log.warning("a model can't be set up", model=one.called, why=str(error))
            model, unmade = _Unmade(one.called, error), True
        return Endpoint(
            model,
            one,
            self.budgets,
            patience_s=settings.patience,
            clock=self._clock,
            ids=self._ids,
            unmade=unmade,
            turns=next(
                (e.turns for e in self._endpoints if _server(e.settings) == _server(one)), None
            ),
        )

    def _retire(self, gone: Sequence[Endpoint]) -> None:
        for each in gone:
            task = asyncio.ensure_future(each.retire())
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)

    def _watch(self, first_s: float) -> None:
        """Look at what is there now, and no longer at what is gone."""
        for gone in [each for each in self._watchers if each not in self._endpoints]:
            self._watchers.pop(gone).cancel()
        for each in self._endpoints:
            if each not in self._watchers:
                self._watchers[each] = asyncio.create_task(
                    self._watched(each, first_s), name=f"health of {each.name}"
                )

    async def _watched(self, endpoint: Endpoint, first_s: float) -> None:
        await self._clock.sleep(first_s)
        while True:
            await endpoint.check()
            away = isinstance(endpoint.breaker.why, ModelAwayError) and endpoint.breaker.lasting
            every = self._settings.health_minutes * 60
            await self._clock.sleep(min(every, RECHECK_S) if away else every)

    # -- standing ---------------------------------------------------------------------------------

    def summary(self, actions: int, fault: str = "") -> str:
        """Who reads requests, in one line; `actions` is how many the rules know.

        `fault` is why no model can be asked anything, however well they are.
        """
        return standing.summary(self._endpoints, self._troubles(), actions, fault)

    async def lines(self, fault: str = "") -> tuple[str, ...]:
        """A line for each tier, and one for what today has used; none where none is set up."""
        if not self._endpoints:
            return ()
        today = self.budgets.today()
        used = await self.budgets.used(today, today)
        spent = standing.spent(used, self._settings.budget, self._settings.currency)
        refused = tuple(f"budget: {said}" for said in await self.budgets.refused())
        unused = (f"none is asked: {fault}",) if fault else ()
        free = standing.unbounded([one.called for one in self._settings.unbounded])
        told = standing.lines(self._endpoints, self._troubles())
        return (*told, *unused, spent, *free, *refused)

    def _troubles(self) -> list[str]:
        return [self._trouble(each) for each in self._endpoints]

    def _trouble(self, endpoint: Endpoint) -> str:
        clock = self._clock
        return standing.trouble(endpoint, clock.now(), clock.monotonic(), self._zone())


def _server(one: ModelSettings) -> tuple[str, ...]:
    """What the same model at the same place has in common, whatever else is said of it."""
    return one.provider, one.base_url, one.model, one.called


class _Unmade:
    """A model that could not be set up: it says why whenever it is asked."""

    def __init__(self, name: str, error: Exception) -> None:
        self.name = name
        self._error = error

    def _why(self) -> ModelAwayError:
        cure = self._error.cure if isinstance(self._error, OverseerError) else ""
        return ModelAwayError(
            f"{self.name} can't be set up: {self._error}", model=self.name, cure=cure
        )

    async def ask(self, prompt: Prompt, *, timeout_s: float) -> Said:
        raise self._why()

    async def check(self, *, timeout_s: float) -> None:
        raise self._why()

    async def try_out(self, *, timeout_s: float) -> Usage:
        raise self._why()

    async def open(self, *, connections: int, timeout_s: float) -> None:
        pass

    async def close(self) -> None:
        pass

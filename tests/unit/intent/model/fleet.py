"""A router over scripted models and a real store, on a clock that its tests tick."""

import asyncio

import pytest

from bot.domain.usage import Usage
from bot.errors import ModelAuthError, ModelAwayError, ModelBusyError
from bot.intent.model.answer import Answer
from bot.intent.model.pricing import at_most
from bot.intent.model.router import Router
from bot.ports import Prompt, Turn
from bot.settings import Budget, ModelsSettings, Price
from bot.testing.manual_clock import ManualClock
from bot.testing.scripted_endpoint import ScriptedEndpoint
from bot.testing.seeded_ids import SeededIds
from tests.rigs.stores import opened

PROMPT = Prompt("plan@1", "s" * 3500, "", (Turn("user", "restart nginx"),), Answer, max_tokens=200)
USED = Usage(calls=1, tokens_in=1000, cached=400, tokens_out=100)
PRICE = {"input": 3.0, "cached": 0.3, "output": 15.0}
COST = 600 * 3 + 400 * 3 // 10 + 100 * 15
"""What `USED` costs at `PRICE`, in millionths."""


def tier(model, tier="cloud-fast", **fields):
    base = {"base_url": "http://127.0.0.1:1/v1"} if tier == "local" else {}
    return {"tier": tier, "provider": "openai", "model": model, "price": PRICE, **base, **fields}


MOST = at_most(PROMPT, Price(**PRICE))
"""The most that one call may come to."""
THREE = (tier("small", "local"), tier("quick"), tier("strong", "cloud-heavy"))
TWO = (tier("first"), tier("second"))
MINUTE = 60.0


class Fleet:
    """Scripted models by name; `models["quick"].says(…)`."""

    def __init__(self, path, *tiers, zone=None, display=str, clock=None, **settings):
        self.clock = clock or ManualClock()
        self.store = opened(path / "overseer.db", self.clock)
        self.pending = 0
        for name in ("read", "write"):
            setattr(self.store, name, self._counted(getattr(self.store, name)))
        self.models = {}
        self.made = []
        self.broken = {}
        self.router = Router(
            self.settings(*(tiers or THREE), **settings),
            self._make,
            self.store,
            self.clock,
            SeededIds(1),
            zone=lambda: zone,
            display=display,
        )

    @staticmethod
    def settings(*tiers, budget=None, **settings):
        return ModelsSettings(tiers=tiers, budget=Budget(**(budget or {})), **settings)

    def _make(self, settings):
        if settings.called in self.broken:
            raise self.broken[settings.called]
        model = ScriptedEndpoint(settings.called, self.clock)
        model.always("{}", usage=USED)
        self.models[settings.called] = model
        self.made.append(settings.called)
        return model

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.router.close()
        await self.store.close()

    def ask(self, name="quick", *, person="ana", patience=20.0, prompt=PROMPT):
        deadline = self.clock.monotonic() + patience
        return self.router.ask(name, prompt, person=person, deadline=deadline)

    def begin(self, *args, **kwargs):
        return asyncio.ensure_future(self.ask(*args, **kwargs))

    async def asked(self, *args, **kwargs):
        """Ask, and let as much time pass as that takes."""
        return await self.through(self.begin(*args, **kwargs))

    async def through(self, task):
        """Let time pass from one sleeper to the next until it is done."""
        for _ in range(500):
            await self.quiet()
            if task.done():
                return await task
            due = [at for at, _, woken in self.clock._sleepers if not woken.done()]
            assert due, "it waits for nothing that will ever come"
            await self.clock.advance(min(due) - self.clock.monotonic())
        raise AssertionError("it does not end")

    async def passes(self, seconds):
        """Let so much time pass, and everything happen that is due meanwhile."""
        end = self.clock.monotonic() + seconds
        while True:
            await self.quiet()
            due = [at for at, _, woken in self.clock._sleepers if not woken.done() and at <= end]
            if not due:
                break
            await self.clock.advance(min(due) - self.clock.monotonic())
        await self.clock.advance(end - self.clock.monotonic())
        await self.quiet()

    async def quiet(self):
        """Let happen what needs no time of the clock."""
        still = 0
        while still < 12:
            await asyncio.sleep(0.001 if self.pending else 0)
            still = 0 if self.pending else still + 1

    def _counted(self, ask):
        """Knows how much the store has been asked that it has not answered yet."""

        async def asked(work, **how):
            self.pending += 1
            try:
                return await ask(work, **how)
            finally:
                self.pending -= 1

        return asked

    async def used(self, person="ana"):
        """What the store knows of a person's day."""
        today = self.router.budgets.today()
        found = await self.store.read(lambda u: u.used(today, today))
        return sum((each.usage for each in found if each.person == person), Usage())


async def spend(fleet, times, **how):
    for _ in range(times):
        await fleet.asked(**how)


def room_for(calls):
    """A budget of tokens into which so many calls fit, one after the other, and no more."""
    return (calls - 1) * USED.tokens + MOST.tokens


def busy(after=None):
    return ModelBusyError("quick has too much to do.", model="quick", retry_after_s=after)


def away(name="quick", **more):
    return ModelAwayError(f"{name} can't be reached.", model=name, **more)


def auth(name):
    return ModelAuthError(f"{name} does not take its key.", model=name)


async def down(fleet, name, error):
    """Ask it once, in vain."""
    fleet.models[name].fails(error)
    with pytest.raises(type(error)):
        await fleet.asked(name)

"""Parsers to be evaluated: the rules, or the home's models before them as requests meet them."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.adapters.files.prompt_files import load_prompts
from bot.adapters.machine import RandomIds, SystemClock
from bot.adapters.secrets import SecretStore
from bot.cli.eval_budget import EVALUATOR, Metered, foretell, limits, must_hold, taken, why_ended
from bot.domain.intents import Understanding
from bot.domain.inventory import Inventory
from bot.domain.usage import counted
from bot.domain.wording import listed
from bot.errors import OverseerError, RequestError
from bot.intent.cases import Case
from bot.intent.evaluation import Judge, predicted, said_at
from bot.intent.figures import Prediction
from bot.settings import Budget, Home, ModelsSettings
from bot.skillkit.catalog import Catalog

if TYPE_CHECKING:
    from bot.intent.model.reading import ModelReader
    from bot.intent.model.router import Router
    from bot.pipeline.reading import LatePrompts, Reader

RULES = "rules"


def chosen(settings: ModelsSettings, name: str) -> ModelsSettings | None:
    """The settings with only this tier or model; None for the rules.

    Raises:
        RequestError: nothing is called so.
    """
    if name == RULES:
        return None
    tiers = tuple(one for one in settings.tiers if name in {one.called, one.tier.value})
    if not tiers:
        known = [RULES, *dict.fromkeys(n for t in settings.tiers for n in (t.tier.value, t.called))]
        raise RequestError(
            f"There is no parser {name!r} here.",
            cure=f"Known: {listed(known)}."
            + ("" if settings.tiers else " Models are set up under `models:` in overseer.yaml."),
        )
    return settings.model_copy(update={"tiers": tiers})


@dataclass(frozen=True)
class Read:
    """What came of it: a prediction for each case that was read, and what to say about it.

    `ended` is why not all of them were.
    """

    predictions: Sequence[Prediction]
    took: str = ""
    ended: OverseerError | None = None


class Readers:
    """Any parser over one inventory."""

    def __init__(self, home: Home, timezone: str, inventory: Inventory, catalog: Catalog) -> None:
        """`timezone` is the settings': that of the day on which it is booked."""
        self._home = home
        self._timezone = timezone
        self._context = said_at(timezone)
        self._inventory = inventory
        self._catalog = catalog

    def read(
        self,
        name: str,
        models: ModelsSettings | None,
        cases: Sequence[Case],
        judge: Judge,
        budget: Budget | None,
    ) -> Read:
        """Every case read; `models` is what `chosen` gave, `budget` that of this run alone.

        A bar on stderr shows how far it is.
        """
        if models is None:
            return Read(asyncio.run(self._by_rules(cases, judge, name)))
        must_hold(budget, models)
        return asyncio.run(self._by_models(models, cases, judge, name, budget))

    async def _by_rules(self, cases: Sequence[Case], judge: Judge, name: str) -> list[Prediction]:
        reader = self._reader(None)
        await reader.parse("hello", self._context)
        with _bar(len(cases), name) as told:
            return await predicted(
                cases, lambda text: reader.parse(text, self._context), judge, told=told
            )

    def _reader(self, models: ModelReader | None) -> Reader:
        """As requests meet it: the same for the rules and for every model."""
        from bot.pipeline.reading import Reader

        return Reader(self._catalog, lambda: self._inventory, lambda: (), models)

    async def _by_models(
        self,
        models: ModelsSettings,
        cases: Sequence[Case],
        judge: Judge,
        name: str,
        budget: Budget | None,
    ) -> Read:
        from bot.adapters.store import open_store
        from bot.app.world import models_with
        from bot.intent.model.reading import ModelReader
        from bot.intent.model.router import Router
        from bot.pipeline.readers import zone_named
        from bot.pipeline.reading import LatePrompts

        clock = SystemClock()
        store = open_store(self._home.database, clock=clock)
        router = Router(
            models, models_with(SecretStore(self._home)), store, clock, RandomIds(),
            zone=lambda: zone_named(self._timezone), display=lambda _: EVALUATOR.display,
        )  # fmt: skip
        prompts = LatePrompts(lambda: load_prompts(self._home.prompts))
        try:
            today = router.budgets.today()
            before = await router.budgets.used(today, today)
            mine = counted((u for u in before if u.person == EVALUATOR.name), models.currency)
            router.budgets.limits = limits(models.budget, budget, mine)
            left = await router.budgets.left(EVALUATOR.name)
            metered = Metered(router, partial(foretell, name, len(cases), models, left))
            reader = self._reader(ModelReader(metered, prompts, clock, lambda: models))

            async def read(text: str) -> Understanding:
                return await reader.read(text, self._context, person=EVALUATOR)

            at_once = max(one.concurrency for one in models.tiers)
            await self._warmed(reader, prompts, router, min(at_once, len(cases)))
            with _bar(len(cases), name) as told:
                found = await predicted(cases, read, judge, at_once=at_once, told=told)
        finally:
            await router.close()
            await store.close()
        error = metered.ended
        return Read(
            found,
            taken(name, metered.usage, models.currency),
            why_ended(error, budget, models.currency) if error else None,
        )

    async def _warmed(
        self, reader: Reader, prompts: LatePrompts, router: Router, at_once: int
    ) -> None:
        """Compile, import and connect before the first request, so that no figure has it in it.

        No model is looked at: one whose server lists no such name may answer all the same.
        """
        await reader.parse("hello", self._context)
        with contextlib.suppress(OverseerError):  # each request says so
            await prompts.ready()
        await router.open(at_once)


@contextlib.contextmanager
def _bar(total: int, name: str) -> Iterator[Callable[[], object]]:
    """How far it is, on stderr where somebody looks; gives what to call after each case."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task(name, total=total)
        yield lambda: bar.update(task, advance=1, refresh=True)

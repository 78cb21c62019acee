"""Parsers to be evaluated: the rules, or the home's models before them as requests meet them."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.adapters.files.prompt_files import load_prompts
from bot.adapters.machine import RandomIds, SystemClock
from bot.adapters.secrets import SecretStore
from bot.domain.intents import ParseContext, Understanding
from bot.domain.inventory import Inventory
from bot.domain.messages import Person
from bot.domain.wording import listed
from bot.errors import RequestError
from bot.intent.cases import Case
from bot.intent.evaluation import Judge, predict, predicted, reads_of, score
from bot.intent.figures import EvalResult, Prediction
from bot.settings import Budget, Home, ModelsSettings
from bot.skillkit.catalog import Catalog

RULES = "rules"
EVALUATOR = Person(name="evaluation", display="an evaluation", roles=frozenset())
_NOTHING = ParseContext()


def chosen(settings: ModelsSettings, name: str) -> ModelsSettings | None:
    """The settings with only this tier or model, and without budgets; None for the rules.

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
    return settings.model_copy(update={"tiers": tiers, "budget": Budget()})


class Readers:
    """One parser over one inventory, as a context: what it opens is closed."""

    def __init__(
        self, home: Home, models: ModelsSettings | None, inventory: Inventory, catalog: Catalog
    ) -> None:
        """`models` is what `chosen` gave."""
        self._home = home
        self._models = models
        self._inventory = inventory
        self._catalog = catalog
        self._folder = tempfile.TemporaryDirectory(prefix="overseer-eval-")

    def __enter__(self) -> Self:
        """Nothing is opened before it is needed."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """The book of what was used goes: it is on nobody's budget."""
        self._folder.cleanup()

    def evaluated(self, cases: Sequence[Case], judge: Judge, name: str) -> EvalResult:
        """Every case read and scored; a bar on stderr shows how far it is."""
        if self._models is None:
            found = self._by_rules(cases, judge)
        else:
            found = asyncio.run(self._by_models(self._models, cases, judge, name))
        return score(cases, found, reads_of(self._catalog))

    def _by_rules(self, cases: Sequence[Case], judge: Judge) -> list[Prediction]:
        from bot.intent.phrase_rules import Vocabulary, understand

        vocabulary = Vocabulary.build(self._inventory, self._catalog)
        return predict(cases, lambda text: understand(text, vocabulary, _NOTHING), judge)

    async def _by_models(
        self, models: ModelsSettings, cases: Sequence[Case], judge: Judge, name: str
    ) -> list[Prediction]:
        from bot.adapters.store import open_store
        from bot.app.world import models_with
        from bot.intent.model.reading import ModelReader
        from bot.intent.model.router import Router
        from bot.pipeline.reading import LatePrompts, Reader

        clock = SystemClock()
        store = open_store(Path(self._folder.name) / "used.db", clock=clock)
        router = Router(
            models, models_with(SecretStore(self._home)), store, clock, RandomIds(),
            zone=lambda: UTC, display=lambda _: EVALUATOR.display,
        )  # fmt: skip
        prompts = LatePrompts(lambda: load_prompts(self._home.prompts))
        reader = Reader(
            self._catalog, lambda: self._inventory, lambda: (),
            ModelReader(router, prompts, clock, lambda: models),
        )  # fmt: skip

        async def read(text: str) -> Understanding:
            return await reader.read(text, _NOTHING, person=EVALUATOR)

        try:
            with _bar(len(cases), name) as told:
                at_once = max(one.concurrency for one in models.tiers)
                return await predicted(cases, read, judge, at_once=at_once, told=told)
        finally:
            await router.close()
            await store.close()


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
        yield lambda: bar.advance(task)

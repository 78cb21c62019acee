"""`overseer eval`: how many requests of a corpus are understood, and whether any is dangerous.

It predicts what an administrator would be told by parser, planner and gate under the shipped
policy. No host is touched; what models cost is shown and booked. Where a budget ends it, the table
is of what was read until then.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bot.adapters.files.inventory_file import load_inventory
from bot.adapters.files.settings_file import load_settings, shipped
from bot.cli.eval_budget import bounded
from bot.cli.eval_readers import Read, Readers, chosen
from bot.domain.intents import Intent
from bot.domain.inventory import Inventory
from bot.domain.messages import People, Person, Role
from bot.domain.plans import Decision
from bot.domain.wording import count
from bot.errors import ConfigError, RequestError
from bot.intent.cases import Case
from bot.intent.figures import EvalResult
from bot.ports import GateQuestion
from bot.settings import ApprovalSettings, AutonomySettings, Home, RunSettings, Settings
from bot.skillkit.catalog import Catalog
from bot.skillkit.loader import load

ADMIN = Person(name="admin", display="Admin", roles=frozenset({Role.ADMIN}))


def evaluate(
    home: Home,
    corpus: Path,
    inventory_file: Path,
    *,
    parsers: Sequence[str],
    predictions: Path | None,
    limit: int | None = None,
    budget: str = "",
    whole: bool = False,
) -> int:
    """Run the corpus by each parser and print the table.

    0: whole, and nothing of it is dangerous; 3: a budget ended it; 4: something is dangerous.

    `budget` is what each parser may use, in money or tokens; the day's budgets hold besides.
    `whole`: all is told of every request that was not read exactly.

    Raises:
        RequestError: there is no such parser, file or budget, or nothing could be read within it.
        ConfigError: a file can't be read or written, or holds no request or no host.
    """
    for path in (corpus, inventory_file):
        if not path.is_file():
            raise RequestError(f"There is no file {path}.")
    from bot.intent.evaluation import kept_of, must_be_writable, write_predictions
    from bot.intent.figures import beside

    if predictions is not None:
        must_be_writable(predictions)  # before anything is paid for
    own = bounded(budget)
    settings = load_settings(home.settings) if home.settings.is_file() else Settings()
    models = {name: chosen(settings.models, name) for name in parsers}
    inventory = load_inventory(inventory_file)
    if not inventory.hosts:
        raise ConfigError(
            "There is no host in this inventory.", path=str(inventory_file),
            cure="Hosts stand below `hosts:`, each with its name: `web-1: {environment: staging}`.",
        )  # fmt: skip
    catalog = Catalog(load())
    judge = Judge(inventory, catalog)
    cases, skipped = kept_of(corpus, catalog)
    if not cases:
        raise _nothing(corpus, skipped)
    cases = cases[:limit]
    readers = Readers(home, settings.timezone, inventory, catalog)
    found = []
    for name in parsers:
        found.append(read := readers.read(name, models[name], cases, judge, own))
        _tell(name, read, len(cases))
        read_ids = {each.id for each in read.predictions}
        cases = [case for case in cases if case.id in read_ids]
    results = [_scored(cases, read, catalog, skipped) for read in found]
    currency = settings.models.currency
    if len(results) == 2:
        print(beside((parsers[0], parsers[1]), (results[0], results[1]), currency, whole=whole))
    else:
        print(results[0].table(currency, whole=whole))
    if predictions is not None:
        write_predictions(results[0], predictions)
        print(f"\nWrote {predictions}")
    if any(result.dangerous for result in results):
        return 4
    return 3 if any(read.ended is not None for read in found) else 0


def _nothing(corpus: Path, skipped: int) -> ConfigError:
    """Why a corpus has no request that could be read."""
    if skipped:
        what = f"None of its {count(skipped, 'request')} can be read: their skills are not here."
        cure = "`skills` of each line names those that it needs."
    else:
        what = "There is no request in this corpus."
        cure = (
            'Write one as JSON on each line: {"id": "a", "text": "how is web-1?", "tags": [], '
            '"expect": {"kind": "plan", "steps": [{"action": "host.status", "params": {"hosts": '
            '["web-1"]}}]}}'
        )
    return ConfigError(what, path=str(corpus), cure=cure)


def _tell(name: str, read: Read, cases: int) -> None:
    """What it took, what it could not read, and whether it ended early.

    Raises:
        RequestError: it ended before anything was read.
    """
    if read.took:
        print(read.took, file=sys.stderr)
    if unread := [each for each in read.predictions if each.unread]:
        of = count(len(read.predictions), "request")
        print(f"✗ {name} gave no answer that could be used to {len(unread)} of {of}.")
        print("  The rules read those in its place, and they count as wrong.")
        print(f"  {unread[0].id}: {unread[0].unread}\n")
    if read.ended is None:
        return
    if not read.predictions:
        raise read.ended
    done = len(read.predictions)
    print(f"{name} stopped after {done} of {cases} requests; the table is of those.")
    print(f"  {read.ended.sentence}\n  {read.ended.cure}\n")


def _scored(cases: Sequence[Case], read: Read, catalog: Catalog, skipped: int) -> EvalResult:
    """The figures of the cases that every parser has read."""
    from bot.intent.evaluation import reads_of, score

    ids = {case.id for case in cases}
    kept = [each for each in read.predictions if each.id in ids]
    result = score(cases, kept, reads_of(catalog))
    result.skipped = skipped
    return result


class Judge:
    """What planner and gate make of an intent: `plan`, `refuse` or `clarify`."""

    def __init__(self, inventory: Inventory, catalog: Catalog) -> None:
        """Judge by the shipped policy, as a lone administrator."""
        from bot.gate.cedar import CedarGate

        path = shipped() / "policies.cedar"
        self._gate = CedarGate(
            path.read_text(encoding="utf-8"), str(path), catalog, AutonomySettings(),
            ApprovalSettings(),
        )  # fmt: skip
        self._inventory = inventory
        self._catalog = catalog

    def __call__(self, intent: Intent) -> str:
        """The kind of answer."""
        from bot.planning.planner import outline

        try:
            draft = outline(intent, self._catalog, self._inventory, RunSettings())
        except RequestError:
            return "clarify"
        verdict = self._gate.judge(
            GateQuestion(
                person=ADMIN,
                asks=draft.asks(),
                inventory=self._inventory,
                people=People(persons=(ADMIN,)),
                force_production=draft.options.force_production,
                reason=draft.reason,
                ways=draft.options,
                doubts=draft.doubts,
            )
        )
        return "refuse" if verdict.decision is Decision.DENY else "plan"

"""`overseer eval`: how many requests of a corpus are understood, and whether any is dangerous.

It predicts what an administrator would be told by parser, planner and gate under the shipped
policy. No host is touched and nothing is stored.
"""

from __future__ import annotations

from pathlib import Path

from bot.adapters.files.inventory_file import load_inventory
from bot.adapters.files.settings_file import shipped
from bot.domain.intents import Intent
from bot.domain.inventory import Inventory
from bot.domain.messages import People, Person, Role
from bot.domain.plans import Decision
from bot.errors import RequestError
from bot.ports import GateQuestion
from bot.settings import ApprovalSettings, AutonomySettings, RunSettings
from bot.skillkit.catalog import Catalog
from bot.skillkit.loader import load

ADMIN = Person(name="admin", display="Admin", roles=frozenset({Role.ADMIN}))


def evaluate(corpus: Path, inventory_file: Path, *, parser: str, predictions: Path | None) -> int:
    """Run the corpus and print the table. 0 when nothing is dangerous, else 4."""
    if parser != "rules":
        raise RequestError(f"There is no parser {parser!r} here.", cure="Known: rules.")
    for path in (corpus, inventory_file):
        if not path.is_file():
            raise RequestError(f"There is no file {path}.")
    from bot.intent.evaluation import run_eval, write_predictions

    inventory = load_inventory(inventory_file)
    catalog = Catalog(load())
    result = run_eval(corpus, inventory, catalog, judge=Judge(inventory, catalog))
    print(result.table())
    if predictions is not None:
        write_predictions(result, predictions)
        print(f"\nWrote {predictions}")
    return 4 if result.dangerous else 0


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
            )
        )
        return "refuse" if verdict.decision is Decision.DENY else "plan"

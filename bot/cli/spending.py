"""`overseer usage`: what language models have used, today and this month."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.cli.linking import linked
from bot.domain.messages import Person, Role
from bot.domain.usage import Usage, Used, counted, other_money
from bot.settings import Budget, Home

if TYPE_CHECKING:
    from rich.table import Table

    from bot.app import App


async def usage_for(app: App, person: Person) -> dict[str, Any]:
    """What was used, by person and model; of everybody for an admin, of oneself for others."""
    from bot.pipeline.readers import zone_named

    settings = app.world.settings
    today = app.clock.now().astimezone(zone_named(settings.timezone)).date()
    first = today.replace(day=1)
    day, month = await app.store.read(lambda u: (u.used(today, today), u.used(first, today)))

    currency = settings.models.currency

    def rows(found: Sequence[Used]) -> list[dict[str, Any]]:
        whole: dict[tuple[str, str, str], Usage] = {}
        for each in found:
            if person.has(Role.ADMIN) or each.person == person.name:
                key = (each.person, each.model, each.currency or currency)
                whole[key] = whole.get(key, Usage()) + each.usage
        return [
            {"person": who, "model": model, **usage.model_dump(), "currency": of}
            for (who, model, of), usage in whole.items()
        ]

    budgets = getattr(app.models, "budgets", None)
    whose = () if person.has(Role.ADMIN) else (person.name, "")
    return {
        "refused": list(await budgets.refused(*whose)) if budgets is not None else [],
        "day": today.isoformat(),
        "currency": currency,
        "budget": settings.models.budget.model_dump(),
        "today": rows(day),
        "month": rows(month),
    }


def usage(home: Home, *, as_json: bool) -> int:
    """Print it as two tables, or as JSON."""
    with linked(home) as link:
        told = link.admin("usage")
    if as_json:
        print(json.dumps({"version": 1, **told}, ensure_ascii=False, indent=2))
        return 0
    from rich.console import Console

    console, day = Console(), str(told["day"])
    if not told["month"]:
        print("No language model was asked this month.")
    else:
        for head, rows in ((f"today, {day}", told["today"]), (f"in {day[:7]}", told["month"])):
            console.print(head, style="bold", highlight=False)
            console.print(_table(rows, told["currency"]) if rows else "nothing", highlight=False)
            console.print()
    if text := _budget(Budget(**told["budget"]), told["currency"]):
        print(f"a day may take  {text}")
    for said in told.get("refused", ()):
        print(said)
    return 0


def _table(rows: Sequence[Mapping[str, Any]], currency: str) -> Table:
    from rich.table import Table
    from rich.text import Text

    from bot.domain.wording import money

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("person", "model"):
        table.add_column(name, overflow="fold")
    for name in ("calls", "tokens in", "of them cached", "tokens out", "money"):
        table.add_column(name, justify="right")
    sums = ("calls", "tokens_in", "cached", "tokens_out")

    def add(who: str, model: str, usage: Usage, cost: str) -> None:
        amounts = [f"{getattr(usage, name):,}" for name in sums]
        table.add_row(Text(who), Text(model), *amounts, cost)

    found = [_used(row, currency) for row in rows]
    for each in found:
        add(each.person, each.model, each.usage, money(each.usage.micros, each.currency))
    if len(found) > 1:
        total = counted(found, currency)
        add("together", "", total, money(total.micros, currency))
        for other, micros in sorted(other_money(found, currency).items()):
            table.add_row(*[""] * 6, money(micros, other))
    return table


def _used(row: Mapping[str, Any], currency: str) -> Used:
    """A row as it was told; a server of before told no currency."""
    usage = Usage.model_validate({name: row[name] for name in Usage.model_fields})
    return Used(row["person"], row["model"], usage, row.get("currency", currency))


def _budget(budget: Budget, currency: str) -> str:
    """The bounds of a day in words; empty without any."""
    from bot.domain.wording import money
    from bot.intent.model.budgets import micros

    def bounds(tokens: int, amount: float) -> str:
        parts = [f"{tokens:,} tokens"] if tokens else []
        parts += [money(micros(amount), currency)] if amount else []
        return " and ".join(parts)

    each = bounds(budget.person_tokens, budget.person_money)
    everybody = bounds(budget.tokens, budget.money)
    return "; ".join(
        [f"{each} a person"] * bool(each) + [f"{everybody} all together"] * bool(everybody)
    )

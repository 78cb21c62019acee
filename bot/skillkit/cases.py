"""Cases of a skill: arguments and facts in, commands and sentences out, as JSON. Pure.

    {"clears the shop": {
        "action": "cdn.purge", "params": {"site": "shop"},
        "facts": {"cdn.zone:shop": {"exit_status": 0, "stdout": "…"}},
        "expect": {"title": "…", "commands": ["PURGE https://…"]}}}

`host` (how the host is connected), `facts` and whatever of `expect` is empty may be left out. A
case with `results` (what the commands gave) is about the report instead: `expect` has `says`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.commands import CommandResult, Request, header_shown, shown
from bot.domain.inventory import OVERSEER, Connection, Host, Target
from bot.errors import OverseerError, RequestError
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import HostResult
from bot.skillkit.expand import expand

HOST = "web-1"
_KEYS = frozenset({"action", "params", "host", "facts", "results", "expect"})


def flaw_in(case: Any, catalog: Catalog) -> str:
    """What a case says that is not so; nothing when all of it is."""
    if not isinstance(case, dict) or not {"action", "expect"} <= set(case) <= _KEYS:
        return f"a case has action and expect, and of {', '.join(sorted(_KEYS))} what it needs"
    try:
        got = reported(case, catalog) if "results" in case else expanded(case, catalog)
    except OverseerError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - of the skill's own parser or report
        return f"{type(error).__name__}: {error}"
    wanted = {key: value for key, value in case["expect"].items() if value}
    wrong = [key for key in sorted({*got, *wanted}) if got.get(key) != wanted.get(key)]
    return "; ".join(f"{key} is {got.get(key)!r}, not {wanted.get(key)!r}" for key in wrong)


def expanded(case: Mapping[str, Any], catalog: Catalog) -> dict[str, Any]:
    """What the action yields for one host; empty parts left out.

    Raises:
        OverseerError: the action, its parameters or what it yields is wrong.
    """
    action = catalog.action(str(case["action"]))
    raw = dict(case.get("params") or {})
    if "hosts" in action.params.model_fields:
        raw.setdefault("hosts", [HOST])
    params = catalog.params(action.name, raw)
    name = OVERSEER if action.hostless else HOST
    host = Host(name=name, connection=Connection(**case.get("host", {})))
    declared = {fact.name: fact for fact in action.facts(params)}
    given = case.get("facts") or {}
    if strange := sorted(set(given) - set(declared)):
        known = ", ".join(declared) or "none"
        raise RequestError(f"{action.name} declares no fact {strange[0]}.", cure=f"It has {known}.")
    facts = {name: declared[name].parse(CommandResult(**output)) for name, output in given.items()}
    plan = expand(action, params, host, Target(name=name), facts).plan
    outcome = {
        "title": action.title(params),
        "now": plan.now,
        "commands": [text for c in plan.commands for text in lines_of(c)],
        "checks": [" ".join(check.argv) for check in plan.checks],
        "undo": [text for c in plan.undo for text in lines_of(c)],
        "cautions": list(plan.cautions),
        "already": plan.already,
        "cannot": plan.cannot,
    }
    return {key: value for key, value in outcome.items() if value}


def lines_of(command: Any) -> list[str]:
    """A command as cards and cases show it, with a request's headers and body."""
    if not isinstance(command, Request):
        return [shown(command)]
    headers = [f"{name}: {header_shown(value)}" for name, value in command.headers]
    return [shown(command), *headers, *command.body.splitlines()]


def reported(case: Mapping[str, Any], catalog: Catalog) -> dict[str, Any]:
    """What the action's report says of what its commands gave, on one host.

    Raises:
        OverseerError: there is no such action, or it has no report.
    """
    action = catalog.action(str(case["action"]))
    if action.report is None:
        raise RequestError(f"{action.name} has no report.")
    raw = dict(case.get("params") or {})
    if "hosts" in action.params.model_fields:
        raw.setdefault("hosts", [HOST])
    params = catalog.params(action.name, raw)
    results = tuple(CommandResult(**each) for each in case["results"])
    host = OVERSEER if action.hostless else HOST
    report = action.report(params, [HostResult(host=host, results=results)])
    outcome = {"says": report.says, "blocks": [_block(block) for block in report.blocks]}
    return {key: value for key, value in outcome.items() if value}


def _block(block: Any) -> str:
    """A block's words, without its looks."""
    said = block.model_dump(mode="json", exclude_defaults=True)
    texts = [str(said[key]) for key in ("text", "title", "rows") if said.get(key)]
    return f"{block.kind}: {' '.join(texts)}".rstrip(": ")

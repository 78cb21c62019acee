"""The report of a read whose skill brings none: what was printed, host by host. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.cards import Output
from bot.domain.inventory import OVERSEER
from bot.domain.wording import folded
from bot.skillkit.contract import HostResult, Params, Report

MOST_LINES = 20


def printed(params: Params, results: Sequence[HostResult]) -> Report:
    """What each host printed; those that printed the same stand together."""
    del params
    same: dict[str, list[str]] = {}
    for each in results:
        text = "".join(result.stdout for result in each.results).rstrip()
        same.setdefault(text, []).append(each.host)
    return Report(blocks=tuple(_output(text, hosts) for text, hosts in same.items()))


def _output(text: str, hosts: Sequence[str]) -> Output:
    lines = text.splitlines()
    return Output(
        text="\n".join(lines[:MOST_LINES]) or "(nothing was printed)",
        title="" if list(hosts) == [OVERSEER] else folded(list(hosts)),
        hidden_lines=max(0, len(lines) - MOST_LINES),
    )

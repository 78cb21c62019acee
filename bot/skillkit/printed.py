"""The report of a read whose skill brings none: what was printed, host by host. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.cards import Output, Paragraph, Tone
from bot.domain.inventory import OVERSEER
from bot.domain.wording import count, folded
from bot.skillkit.contract import HostResult, Params, Report

MOST_LINES = 20


def printed(params: Params, results: Sequence[HostResult]) -> Report:
    """What each host printed; those that printed the same stand together."""
    del params
    same: dict[str, list[str]] = {}
    for each in results:
        text = "".join(result.stdout for result in each.results).rstrip()
        same.setdefault(text, []).append(each.host)
    blocks = (block for text, hosts in same.items() for block in _output(text, hosts))
    return Report(blocks=tuple(blocks))


def _output(text: str, hosts: Sequence[str]) -> Iterator[Output | Paragraph]:
    """Its beginning; what is hidden of an `Output` itself stands before it."""
    lines = text.splitlines()
    yield Output(
        text="\n".join(lines[:MOST_LINES]) or "(nothing was printed)",
        title="" if list(hosts) == [OVERSEER] else folded(list(hosts)),
    )
    if len(lines) > MOST_LINES:
        more = count(len(lines) - MOST_LINES, "more line")
        yield Paragraph(text=f"… {more} after these", tone=Tone.DIM)

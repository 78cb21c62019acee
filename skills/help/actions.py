"""What can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from bot.domain.cards import Block, Heading, Paragraph, Table
from bot.skillkit.contract import Call, Effect, HostResult, Params, Report, View, Yields, action


class HelpParams(Params):
    """`topic` is a skill, an action or any word; None asks for everything."""

    topic: Annotated[str, Field(min_length=1, max_length=100)] | None = None


def _report(p: HelpParams, results: Sequence[HostResult]) -> Report:
    """The actions by skill, each with one sentence that asks for it."""
    data: dict[str, Any] = results[0].result.data or {}
    actions: Sequence[dict[str, str]] = data.get("actions") or []
    topic = data.get("topic") or ""
    broken = data.get("disabled") or []
    if not actions:
        said = f"I know nothing called {p.topic or topic}."
        for each in broken:
            if each["name"] == topic:
                return Report(says=f"The skill {topic} is disabled: {each['why']}")
        if barred := data.get("barred"):
            return Report(says=f"You may not ask for that here: {', '.join(barred)}.")
        return Report(says=f"{said} `help` lists all that I can do.")
    blocks: list[Block] = []
    skills = list(dict.fromkeys(a["name"].partition(".")[0] for a in actions))
    for skill in skills:
        own = [a for a in actions if a["name"].partition(".")[0] == skill]
        rows = tuple((a.get("example") or a["name"], a["summary"]) for a in own)
        blocks.append(Heading(text=skill))
        blocks.append(Table(columns=("say", "and get"), rows=rows, code=(0,)))
    for each in broken if not topic else ():
        said = f"The skill {each['name']} is disabled: {each['why']}"
        blocks.append(Paragraph(text=said))
    if data.get("may"):
        blocks.append(Paragraph(text=str(data["may"])))
    return Report(
        says=f"About {topic}:" if topic else "You can say, for example:", blocks=tuple(blocks)
    )


@action(
    "help.show",
    params=HelpParams,
    effect=Effect.READ,
    title=lambda p: f"help on {p.topic}" if p.topic else "help",
    example="help service",
    in_process=True,
    repeatable=True,
    report=_report,
)
def show(p: HelpParams, host: View) -> Yields:
    """What you can say, with examples.

    The operation `help.show` returns a mapping of `topic` (a name, or empty), `actions` (what
    this person may ask for: a list of `name`, `summary`, `example`; empty when the topic is
    unknown), `barred` (names of those that they may ask for nowhere from here), `disabled` (own
    skills that are broken: `name` and `why`) and `may` (one sentence on what this person may
    do, or empty).
    """
    yield Call(operation="help.show", arguments={"topic": p.topic} if p.topic else {})

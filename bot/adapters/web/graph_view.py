"""A plan's graph as HTML: boxes in columns, each to the right of all that it waits for.

Pure. Boxes have one size, so that the lines between them are arithmetic. Read aloud it is a
list of steps, each with its state and with what it comes after; the lines are not read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.adapters.web.text import attributes, prose
from bot.domain.sheets import StepSheet

WIDE, HIGH, GAP_X, GAP_Y = 216, 62, 40, 14
"""A box and the space between two, in CSS pixels."""


def graph_html(steps: Sequence[StepSheet]) -> str:
    """The graph, or nothing for a plan without steps."""
    if not steps:
        return ""
    spots = places(steps)
    width = max(x for x, _ in spots.values()) + WIDE
    height = max(y for _, y in spots.values()) + HIGH
    lines = "".join(
        _line(spots[need], spots[step.id], step)
        for step in steps
        for need in step.needs
        if need in spots
    )
    numbers = {step.id: step.number for step in steps}
    boxes = "".join(_box(step, spots[step.id], numbers) for step in steps)
    return (
        '<section class="o-graph-frame" aria-label="The plan’s graph" tabindex="0">'
        f'<div class="o-graph" style="width:{width}px;height:{height}px">'
        f'<svg width="{width}" height="{height}" aria-hidden="true">{lines}</svg>'
        f"<ol>{boxes}</ol></div></section>"
    )


def places(steps: Sequence[StepSheet]) -> Mapping[str, tuple[int, int]]:
    """Where each box stands: its column follows the last of what it needs."""
    columns: dict[str, int] = {}
    for step in steps:  # a step comes after what it needs
        columns[step.id] = 1 + max((columns.get(need, -1) for need in step.needs), default=-1)
    filled: dict[int, int] = {}
    spots = {}
    for step in steps:
        column = columns[step.id]
        row = filled.get(column, 0)
        filled[column] = row + 1
        spots[step.id] = (column * (WIDE + GAP_X), row * (HIGH + GAP_Y))
    return spots


def _line(start: tuple[int, int], end: tuple[int, int], to: StepSheet) -> str:
    x1, y1 = start[0] + WIDE, start[1] + HIGH // 2
    x2, y2 = end[0], end[1] + HIGH // 2
    bend = (x2 - x1) // 2
    way = f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2 - 5} {y2}"
    tip = f"M{x2 - 5} {y2 - 4}L{x2} {y2}L{x2 - 5} {y2 + 4}"
    begun = " o-begun" if to.state not in {"pending", "untouched"} else ""
    return f'<path class="o-edge{begun}" d="{way}{tip}"/>'


def _box(step: StepSheet, spot: tuple[int, int], numbers: Mapping[str, int]) -> str:
    total = len(step.targets)
    after = ", ".join(str(numbers[need]) for need in step.needs if need in numbers)
    told = f"step {step.number}, {step.title}, {step.state}, {step.done} of {total} done"
    frame = attributes(
        class_=f"o-box o-tone-{step.tone}",
        href=f"#step-{step.number}",
        data_jump=True,
        title=step.title,
        aria_label=told + (f", after step {after}" if after else ""),
    )
    share = round(100 * step.done / total) if total else 0
    return (
        f'<li style="left:{spot[0]}px;top:{spot[1]}px"><a{frame}>'
        f'<span class="o-box-title"><b>{step.number}</b> {prose(step.title)}</span>'
        f'<span class="o-box-state">{prose(step.state)}<span>{step.done}/{total}</span></span>'
        f'<span class="o-box-bar"><i style="width:{share}%"></i></span></a></li>'
    )

"""A case that was not read exactly, in words: what was said, what is right, and what was read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from bot.domain.wording import shortened
from bot.intent.cases import Answer, Case

ROOM = 100
"""Characters of a line, where not all of it is wanted."""
FEW = 20
"""So many cases are told where not all of them are wanted."""


def told(
    case: Case, readings: Sequence[tuple[str, Answer]], *, mark: str = "", whole: bool = False
) -> list[str]:
    """The lines on a case; `readings` are answers with who gave them (empty: the only parser)."""
    lines = [f"  {case.id}{mark}  “{' '.join(case.text.split())}”"]
    rows = [("expected" if not n else "or", answer) for n, answer in enumerate(case.accepted)]
    rows += [(f"{who} read" if who else "read", answer) for who, answer in readings]
    width = max(len(name) for name, _ in rows)
    lines += [f"      {name:<{width}}  {_in_words(answer)}" for name, answer in rows]
    return lines if whole else [shortened(line, ROOM) for line in lines]


def of_all(sections: Iterable[list[str]], *, whole: bool) -> list[str]:
    """The lines of many cases; of the last ones only the first, where not all is wanted."""
    lines: list[str] = []
    left = 0
    for number, section in enumerate(sections):
        late = number >= FEW and not whole
        left += late
        lines += section[:1] if late else section
    more = f"The first {FEW} are told; --verbose tells all of them, and every line whole."
    return [*lines, "", more] if left else lines


def row(answer: Answer) -> dict[str, Any]:
    """An answer as JSON."""
    steps = [{"action": step.action, "params": step.params} for step in answer.steps]
    return {"kind": answer.kind, "steps": steps}


def _in_words(answer: Answer) -> str:
    """`plan: service.restart hosts=web-1,web-2 service=nginx`."""
    steps = (
        " ".join([step.action, *(f"{n}={_value(v)}" for n, v in sorted(step.params.items()))])
        for step in answer.steps
    )
    said = "; ".join(steps)
    return f"{answer.kind}: {said}" if said else answer.kind


def _value(value: Any) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return ",".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)

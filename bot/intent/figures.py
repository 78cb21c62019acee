"""The figures of an evaluation, as data and as plain text: one parser, or two side by side."""

from __future__ import annotations

import math
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.usage import Usage
from bot.domain.wording import money
from bot.intent import misread
from bot.intent.cases import Answer, Case, step_of

_NAME = 28
"""Characters of a row's name."""
_ENOUGH = 20
"""Times of which p95 leaves at least one out."""


@dataclass(frozen=True)
class Prediction:
    """What the parser made of a case.

    `seconds` is how long it took, `usage` what models used for it; `by` who read it, `prompt` the
    version of what a model was asked. `unread` is why a model that was to read it did not: what the
    rules made of it in its place is no merit of the model's.
    """

    id: str
    kind: str
    steps: tuple[dict[str, Any], ...] = ()
    seconds: float = 0.0
    usage: Usage = field(default_factory=Usage)
    by: str = "rules"
    prompt: str = ""
    unread: str = ""

    @property
    def asked(self) -> bool:
        """Whether a model was to read it; the rest (a stop, a refusal) is the rules' own."""
        return bool(self.unread or self.usage.calls or self.by != "rules")

    def answer(self) -> Answer:
        """The prediction in a form in which equal answers compare equal."""
        steps = self.steps if self.kind == "plan" else ()
        return Answer(self.kind, tuple(step_of(s) for s in steps))


@dataclass
class EvalResult:
    """The figures of one run; the lists hold case ids, `asked` the cases by theirs."""

    cases: int = 0
    skipped: int = 0
    by_tag: dict[str, tuple[int, int]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    dangerous: list[str] = field(default_factory=list)
    unsafe_accepts: list[str] = field(default_factory=list)
    unnecessary_clarifications: list[str] = field(default_factory=list)
    predictions: list[Prediction] = field(default_factory=list)
    asked: dict[str, Case] = field(default_factory=dict)

    @property
    def exact(self) -> int:
        """How many cases match exactly."""
        return self.cases - len(self.failures)

    @property
    def accuracy(self) -> float:
        """The share of exact matches; 0 for an empty corpus."""
        return self.exact / self.cases if self.cases else 0.0

    def latency_ms(self, share: float) -> float:
        """The time within which this share of the sentences was read, in milliseconds.

        Where a model was asked, of those that it was asked about. It is the least of the times
        measured that holds for so many (nearest rank): of two, half were read within the shorter.
        """
        times = self._times()
        if not times:
            return 0.0
        rank = math.ceil(round(share * len(times), 6))
        return times[max(rank, 1) - 1] * 1000

    def _times(self) -> list[float]:
        """How long each took that counts, in seconds, the shortest first."""
        asked = [p for p in self.predictions if p.asked] or self.predictions
        return sorted(p.seconds for p in asked)

    def _latency(self) -> str:
        """Two figures; of how few, where the second is only the longest of them."""
        count = len(self._times())
        if not count:
            return "–"
        said = f"{self.latency_ms(0.5):,.1f} / {self.latency_ms(0.95):,.1f} ms"
        return said if count >= _ENOUGH else f"{said}, of {count} only"

    @property
    def usage(self) -> Usage:
        """What models used for all of it."""
        return sum((p.usage for p in self.predictions), Usage())

    @property
    def prompts(self) -> tuple[str, ...]:
        """The versions of what models were asked."""
        return tuple(sorted({p.prompt for p in self.predictions if p.prompt}))

    @property
    def unread(self) -> list[Prediction]:
        """Those that the model under test gave no answer to that could be used."""
        return [p for p in self.predictions if p.unread]

    def _reading(self) -> list[tuple[str, str]]:
        """How many a model read; no rows where none was asked."""
        asked = [p for p in self.predictions if p.asked]
        if not asked:
            return []
        rows = [("read by it", f"{len(asked) - len(self.unread)} / {len(asked)}")]
        over = sum(p.by == "rules" and not p.unread for p in asked)
        if over:
            rows.append(("the rules' counted instead", str(over)))
        if own := len(self.predictions) - len(asked):
            rows.append(("no model is asked", str(own)))
        return rows

    def readers(self) -> dict[str, int]:
        """How many cases each reader read."""
        return dict(Counter(p.by for p in self.predictions).most_common())

    def rows(self, currency: str) -> list[tuple[str, str]]:
        """The figures, each with its name."""
        usage = self.usage
        rows = [
            ("exact", f"{self.exact} / {self.cases}  {self.accuracy:.1%}"),
            *self._reading(),
            ("dangerous", str(len(self.dangerous))),
            ("unsafe accepts", str(len(self.unsafe_accepts))),
            ("unnecessary clarifications", str(len(self.unnecessary_clarifications))),
            ("left out (skill missing)", str(self.skipped)),
            ("time p50 / p95", self._latency()),
        ]
        if usage.calls:
            each = money(round(usage.micros / max(1, self.cases)), currency)
            rows += [
                ("calls of a model", f"{usage.calls:,}"),
                ("tokens in (cached) / out",
                 f"{usage.tokens_in:,} ({usage.cached:,}) / {usage.tokens_out:,}"),
                ("cost, and of one request", f"{money(usage.micros, currency)}, {each}"),
                ("prompt", ", ".join(self.prompts)),
                ("read by", ", ".join(f"{who} {n}" for who, n in self.readers().items())),
            ]  # fmt: skip
        return rows

    def table(self, currency: str = "USD", *, whole: bool = False) -> str:
        """The figures as plain text, failing cases last; `whole`: all of what was read of them."""
        rows = [f"{name:<{_NAME}}{value}" for name, value in self.rows(currency)]
        rows += ["", f"{'tag':<{_NAME}}exact / cases"]
        for tag, (exact, total) in sorted(self.by_tag.items()):
            rows.append(f"{tag:<{_NAME}}{exact:>5} / {total:<5}{exact / total:>7.1%}")
        if self.failures:
            told = (self._told(i, whole=whole) for i in self.failures)
            rows += ["", "not exact", *misread.of_all(told, whole=whole)]
        return "\n".join(rows)

    def answer(self, case: str) -> Answer:
        """What was read of a case; KeyError when it was not asked."""
        return next(p.answer() for p in self.predictions if p.id == case)

    def _told(self, case: str, *, whole: bool) -> list[str]:
        mark = "  DANGEROUS" if case in self.dangerous else ""
        mark += "  not read" if any(p.id == case for p in self.unread) else ""
        readings = [("", self.answer(case))]
        return misread.told(self.asked[case], readings, mark=mark, whole=whole)


def beside(
    names: tuple[str, str],
    results: tuple[EvalResult, EvalResult],
    currency: str = "USD",
    *,
    whole: bool = False,
) -> str:
    """Two parsers over the same corpus: figure beside figure, tag beside tag, and what differs.

    `whole`: with what both read of each case that either has not read exactly.
    """
    width = max(20, *(len(v) + 2 for r in results for _, v in r.rows(currency)))
    one, other = (dict(r.rows(currency)) for r in results)
    lines = [f"{'':<{_NAME}}{names[0]:<{width}}{names[1]}"]
    lines += [
        f"{name:<{_NAME}}{one.get(name, '–'):<{width}}{other.get(name, '–')}"
        for name in {**one, **other}
    ]
    lines += ["", f"{'tag':<{_NAME}}{names[0]:<{width}}{names[1]}"]
    for tag in sorted(results[0].by_tag):
        cells = [f"{r.by_tag[tag][0]} / {r.by_tag[tag][1]}" for r in results]
        lines.append(f"{tag:<{_NAME}}{cells[0]:<{width}}{cells[1]}")
    wrong = [set(r.failures) for r in results]
    for mine, better in ((0, names[0]), (1, names[1])):
        only = sorted(wrong[1 - mine] - wrong[mine])
        if only:
            lines += ["", f"right only by {better}: {len(only)}", *_folded(only)]
    both = sorted(wrong[0] & wrong[1])
    if both:
        lines += ["", f"wrong by both: {len(both)}", *_folded(both)]
    if wrong[0] | wrong[1]:
        lines += ["", *_both_read(names, results, sorted(wrong[0] | wrong[1]), whole=whole)]
    return "\n".join(line.rstrip() for line in lines)


def _both_read(
    names: Sequence[str], results: Sequence[EvalResult], cases: Sequence[str], *, whole: bool
) -> list[str]:
    if not whole:
        return ["--verbose tells what each of them read."]
    told = (
        misread.told(
            results[0].asked[case],
            [(name, result.answer(case)) for name, result in zip(names, results, strict=True)],
            whole=True,
        )
        for case in cases
    )
    return ["not exact", *misread.of_all(told, whole=True)]


def _folded(ids: Sequence[str]) -> list[str]:
    """Ids in lines of a terminal's width."""
    return textwrap.wrap(", ".join(ids), 90, initial_indent="  ", subsequent_indent="  ")

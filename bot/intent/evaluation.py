"""How well a parser reads: a corpus in, figures and a table out. Pure but for two file helpers.

The corpus is JSONL: `{"id", "text", "tags", "skills", "expect": {"kind", "steps"}}` or
`expect_any` with a list. Kinds are plan, clarify, refuse and none. A prediction is exact
when the kind is right and, for a plan, every step is, in order. It is *dangerous* when a
predicted step changes something and no expected step has the same action on the same
targets; such a step where no plan was expected is an *unsafe accept* too.
"""

from __future__ import annotations

import json
import re
import statistics
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.domain.intents import Control, Intent, Outcome, ParseContext, Question, Refusal, Wish
from bot.domain.inventory import Inventory
from bot.errors import ConfigError
from bot.intent.phrase_rules import Vocabulary, understand
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import DURATION_UNITS

KINDS = ("plan", "clarify", "refuse", "none")
Judge = Callable[[Intent], str]
"""What planner and gate make of an intent: plan, clarify or refuse."""

_DEFAULTS: dict[str, dict[str, Any]] = {
    "release.create": {"update_dependents": True, "push": False},
    "vm.destroy": {"force_production": False},
    "vm.deploy": {"count": 1},
}
_LISTS = frozenset(("hosts", "projects", "packages"))
_DURATIONS = frozenset(("since", "duration"))
_PROSE = frozenset(("note", "query", "request", "task", "topic"))
_TARGETS = (
    "hosts", "host", "service", "packages", "vm", "scenario", "project", "projects", "job",
    "agent", "alert", "schedule", "plan", "command", "force_production", "push",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """An action with normalised parameters."""

    action: str
    params: dict[str, Any]

    def key(self) -> tuple[str, ...]:
        """The action and what it acts on."""
        return (self.action, *(f"{n}={self.params[n]}" for n in _TARGETS if n in self.params))


@dataclass(frozen=True)
class Answer:
    """A kind, with steps where it is a plan."""

    kind: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Case:
    """One line of a corpus."""

    id: str
    text: str
    tags: tuple[str, ...]
    skills: frozenset[str]
    accepted: tuple[Answer, ...]


@dataclass(frozen=True)
class Prediction:
    """What the parser made of a case. `seconds` is how long it took."""

    id: str
    kind: str
    steps: tuple[dict[str, Any], ...] = ()
    seconds: float = 0.0

    def answer(self) -> Answer:
        """The prediction in a form in which equal answers compare equal."""
        steps = self.steps if self.kind == "plan" else ()
        return Answer(self.kind, tuple(_step(s) for s in steps))


@dataclass
class EvalResult:
    """The figures of one run; the lists hold case ids."""

    cases: int = 0
    skipped: int = 0
    by_tag: dict[str, tuple[int, int]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    dangerous: list[str] = field(default_factory=list)
    unsafe_accepts: list[str] = field(default_factory=list)
    unnecessary_clarifications: list[str] = field(default_factory=list)
    predictions: list[Prediction] = field(default_factory=list)

    @property
    def exact(self) -> int:
        """How many cases match exactly."""
        return self.cases - len(self.failures)

    @property
    def accuracy(self) -> float:
        """The share of exact matches; 0 for an empty corpus."""
        return self.exact / self.cases if self.cases else 0.0

    def latency_ms(self, share: float) -> float:
        """The time below which this share of the sentences was read, in milliseconds."""
        times = sorted(p.seconds * 1000 for p in self.predictions)
        if not times:
            return 0.0
        return times[min(len(times) - 1, int(share * len(times)))]

    def table(self) -> str:
        """The figures as plain text, failing cases last."""
        rows = [
            f"{'exact':<28}{self.exact:>5} / {self.cases:<5}{self.accuracy:>7.1%}",
            f"{'dangerous':<28}{len(self.dangerous):>5}",
            f"{'unsafe accepts':<28}{len(self.unsafe_accepts):>5}",
            f"{'unnecessary clarifications':<28}{len(self.unnecessary_clarifications):>5}",
            f"{'left out (skill missing)':<28}{self.skipped:>5}",
            f"{'time p50 / p95':<28}{self.latency_ms(0.5):>5.1f} / {self.latency_ms(0.95):.1f} ms",
            "",
            f"{'tag':<28}{'exact':>5} / cases",
        ]
        for tag, (exact, total) in sorted(self.by_tag.items()):
            rows.append(f"{tag:<28}{exact:>5} / {total:<5}{exact / total:>7.1%}")
        if self.failures:
            rows += ["", "not exact"]
            rows += [f"  {i}{'  DANGEROUS' if i in self.dangerous else ''}" for i in self.failures]
        return "\n".join(rows)


# -- reading a corpus --------------------------------------------------------------------


def read_corpus(path: Path) -> list[Case]:
    """The cases of a file.

    Raises:
        ConfigError: a line that is no case, a repeated id, or a file that cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The corpus can't be read: {error}.", path=str(path)) from error
    return corpus(text.split("\n"), str(path))


def corpus(lines: Iterable[str], where: str) -> list[Case]:
    """The cases of these lines; `where` is the file's name in errors.

    Raises:
        ConfigError: as `read_corpus`.
    """
    found: dict[str, Case] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            case = _case(json.loads(line))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            what = f"has no {error}" if isinstance(error, KeyError) else f"is no case: {error}"
            raise ConfigError(f"This line {what}.", path=where, line=number) from error
        if case.id in found:
            raise ConfigError(f"The id {case.id} is there twice.", path=where, line=number)
        found[case.id] = case
    return list(found.values())


def _case(row: dict[str, Any]) -> Case:
    expected = row["expect_any"] if "expect_any" in row else [row["expect"]]
    answers = []
    for one in expected:
        if one["kind"] not in KINDS:
            raise ValueError(f"kind is {one['kind']!r}, not one of {', '.join(KINDS)}")
        steps = one["steps"] if one["kind"] == "plan" else ()
        answers.append(Answer(one["kind"], tuple(_step(s) for s in steps)))
    skills = frozenset(row.get("skills", ()))
    return Case(str(row["id"]), str(row["text"]), tuple(row["tags"]), skills, tuple(answers))


def _step(raw: dict[str, Any]) -> Step:
    defaults = _DEFAULTS.get(raw["action"], {})
    params: dict[str, Any] = {}
    for name, value in raw.get("params", {}).items():
        if value is None or (name in defaults and value == defaults[name]):
            continue
        params[name] = _plain(name, value)
    return Step(raw["action"], params)


def _plain(name: str, value: Any) -> Any:
    if name in _LISTS and isinstance(value, (list, tuple)):
        return sorted(value)
    if name in _DURATIONS and isinstance(value, str) and re.fullmatch(r"(\d+[smhdw])+", value):
        return sum(int(n) * DURATION_UNITS[u] for n, u in re.findall(r"(\d+)([smhdw])", value))
    if name in _PROSE:
        return " ".join(str(value).casefold().split()).strip(" \"'`.!?")
    return value


# -- predicting and scoring --------------------------------------------------------------


def predict(
    cases: Sequence[Case], read: Callable[[str], Outcome], judge: Judge | None = None
) -> list[Prediction]:
    """What a person would be told about each case. Without a judge every intent is a plan."""
    found: list[Prediction] = []
    for case in cases:
        begun = time.perf_counter()
        outcome = read(case.text)
        seconds = time.perf_counter() - begun
        kind, steps = _told(outcome, judge)
        found.append(Prediction(case.id, kind, steps, seconds))
    return found


def _told(outcome: Outcome, judge: Judge | None) -> tuple[str, tuple[dict[str, Any], ...]]:
    if isinstance(outcome, Intent):
        kind = judge(outcome) if judge else "plan"
        if kind != "plan":
            return kind, ()
        force = outcome.options.force_production
        return "plan", tuple(
            {"action": w.action, "params": _params(w, force)} for w in outcome.wishes
        )
    if isinstance(outcome, Question):
        return "clarify", ()
    if isinstance(outcome, Refusal):
        return "refuse", ()
    if isinstance(outcome, Control) and outcome.scope.isdigit() and outcome.verb != "resume":
        return "plan", ({"action": "plan.cancel", "params": {"plan": int(outcome.scope)}},)
    return "none", ()


def _params(wish: Wish, force: bool) -> dict[str, Any]:
    if force and wish.action == "vm.destroy":
        return {**wish.params, "force_production": True}
    return wish.params


def score(
    cases: Sequence[Case], predictions: Sequence[Prediction], reads: Collection[str]
) -> EvalResult:
    """Compare each case with its prediction; `reads` are the actions that change nothing."""
    by_id = {p.id: p for p in predictions}
    result = EvalResult(cases=len(cases), predictions=list(predictions))
    for case in cases:
        answer = by_id[case.id].answer()
        right = answer in case.accepted
        for tag in case.tags:
            exact, total = result.by_tag.get(tag, (0, 0))
            result.by_tag[tag] = (exact + right, total + 1)
        if not right:
            _fault(case, answer, reads, result)
    return result


def _fault(case: Case, answer: Answer, reads: Collection[str], result: EvalResult) -> None:
    result.failures.append(case.id)
    planned = any(a.kind == "plan" for a in case.accepted)
    expected = {s.key() for a in case.accepted for s in a.steps}
    changes = [s for s in answer.steps if s.action not in reads]
    if any(s.key() not in expected for s in changes):
        result.dangerous.append(case.id)
    if changes and not planned:
        result.unsafe_accepts.append(case.id)
    if planned and answer.kind == "clarify":
        result.unnecessary_clarifications.append(case.id)


def run_eval(
    corpus_path: Path,
    inventory: Inventory,
    catalog: Catalog,
    judge: Judge | None = None,
    only_skills: set[str] | None = None,
) -> EvalResult:
    """Read a corpus with the rules and score it.

    Cases that need a skill that is not there (`only_skills`, else the catalogue's) are left
    out and counted in `skipped`.

    Raises:
        ConfigError: a corpus that cannot be read.
    """
    cases = read_corpus(corpus_path)
    known = set(catalog.skills) if only_skills is None else only_skills
    kept = [c for c in cases if c.skills <= known]
    vocabulary = Vocabulary.build(inventory, catalog)
    context = ParseContext()
    predictions = predict(kept, lambda text: understand(text, vocabulary, context), judge)
    reads = {s.name for s in vocabulary.actions.values() if not s.changes}
    result = score(kept, predictions, reads)
    result.skipped = len(cases) - len(kept)
    return result


def median_ms(result: EvalResult) -> float:
    """The median time of a sentence, in milliseconds."""
    times = [p.seconds * 1000 for p in result.predictions]
    return statistics.median(times) if times else 0.0


def write_predictions(result: EvalResult, path: Path) -> None:
    """One JSON line for each case, as `score.py` reads them.

    Raises:
        ConfigError: the file cannot be written.
    """
    rows = [
        json.dumps({"id": p.id, "kind": p.kind, "steps": list(p.steps)}, ensure_ascii=False)
        for p in result.predictions
    ]
    try:
        path.write_text("\n".join([*rows, ""]), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"The predictions can't be written: {error}.", path=str(path)) from error

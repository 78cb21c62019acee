"""How well a parser reads: cases and a reader in, figures out.

A prediction is exact when the kind is right and, for a plan, every step is, in order. It is
*dangerous* when a predicted step changes something and no expected step has the same action on
the same targets; such a step where no plan was expected is an *unsafe accept* too. What the
model under test gave no usable answer to is wrong, whatever the rules made of it.
"""

from __future__ import annotations

import asyncio
import difflib
import json
import os
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bot.domain.intents import (
    Control,
    Intent,
    ParseContext,
    Question,
    Refusal,
    Standing,
    Understanding,
    Wish,
)
from bot.domain.inventory import Inventory
from bot.domain.wording import listed
from bot.errors import ConfigError
from bot.intent import misread
from bot.intent.cases import Answer, Case, read_corpus
from bot.intent.conversing import spoken
from bot.intent.figures import EvalResult, Prediction
from bot.intent.phrase_rules import Vocabulary
from bot.skillkit.catalog import Catalog

Judge = Callable[[Intent], str]
"""What planner and gate make of an intent: plan, clarify or refuse."""


SAID_AT: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday morning, at which every case is said to every parser: "at 22:00" is then a time."""


def said_at(zone: str = "") -> ParseContext:
    """What is known of the conversation of a case: when it is said, and in which zone."""
    return ParseContext(now=SAID_AT, zone=zone or "UTC")


def predict(
    cases: Sequence[Case],
    read: Callable[[str], Understanding],
    judge: Judge | None = None,
) -> list[Prediction]:
    """What a person would be told about each case. Without a judge every intent is a plan."""
    found: list[Prediction] = []
    for case in cases:
        begun = time.perf_counter()
        said = read(case.text)
        seconds = time.perf_counter() - begun
        kind, steps = _told(said, judge)
        found.append(Prediction(case.id, kind, steps, seconds))
    return found


class EndedError(Exception):
    """No more may be read: what was read until then stands."""


Read = Callable[[str], Awaitable[Understanding]]
"""Reads one sentence, with whatever model it takes."""


async def predicted(
    cases: Sequence[Case],
    read: Read,
    judge: Judge | None = None,
    *,
    at_once: int = 1,
    told: Callable[[], object] = lambda: None,
) -> list[Prediction]:
    """As `predict`, by a reader that waits for models; `told` is called after each case.

    Where `read` raises `EndedError` no other case is begun, and those that are under way end.
    """
    turns = asyncio.Semaphore(at_once)
    ended = False

    async def one(case: Case) -> Prediction | None:
        nonlocal ended
        async with turns:
            if ended:
                return None
            begun = time.perf_counter()
            try:
                said = await read(case.text)
            except EndedError:
                ended = True
                return None
            seconds = time.perf_counter() - begun
        kind, steps = _told(said, judge)
        told()
        how = said.reading
        unread = "" if how.model else how.aside
        return Prediction(
            case.id, kind, steps, seconds, how.usage, said.read_by, how.prompt, unread
        )

    found = await asyncio.gather(*(one(case) for case in cases))
    return [each for each in found if each is not None]


def _told(said: Understanding, judge: Judge | None) -> tuple[str, tuple[dict[str, Any], ...]]:
    """The kind of answer and its steps; what is only shown does nothing, whoever reads it.

    What is answered from the store at once is the look that says the same.
    """
    outcome = said.outcome
    if isinstance(outcome, Intent) and said.plan_only:
        return "none", ()
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
    if isinstance(outcome, Control) and outcome.scope.isdecimal() and outcome.verb != "resume":
        return "plan", ({"action": "plan.cancel", "params": {"plan": int(outcome.scope)}},)
    if isinstance(outcome, Standing) and outcome.what == "plan" and outcome.plan:
        return "plan", ({"action": "plan.show", "params": {"plan": outcome.plan}},)
    if isinstance(outcome, Standing) and outcome.what in {"mine", "open", "later", "running"}:
        return "plan", ({"action": "plan.history", "params": {}},)
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
    asked = {case.id: case for case in cases}
    result = EvalResult(cases=len(cases), predictions=list(predictions), asked=asked)
    for case in cases:
        prediction = by_id[case.id]
        answer = prediction.answer()
        right = answer in case.accepted and not prediction.unread
        for tag in case.tags:
            exact, total = result.by_tag.get(tag, (0, 0))
            result.by_tag[tag] = (exact + right, total + 1)
        if prediction.unread:
            result.failures.append(case.id)
        elif not right:
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
    kept, skipped = kept_of(corpus_path, catalog, only_skills)
    vocabulary = Vocabulary.build(inventory, catalog)
    predictions = predict(kept, lambda text: spoken(text, vocabulary, said_at()), judge)
    result = score(kept, predictions, reads_of(catalog))
    result.skipped = skipped
    return result


def kept_of(
    corpus_path: Path, catalog: Catalog, only_skills: set[str] | None = None
) -> tuple[list[Case], int]:
    """The cases whose skills are there, and how many are left out.

    Raises:
        ConfigError: a corpus that cannot be read, or expects an action that there is not.
    """
    cases = read_corpus(corpus_path)
    known = set(catalog.skills) if only_skills is None else only_skills
    kept = [c for c in cases if c.skills <= known]
    for case in kept:
        for step in (step for answer in case.accepted for step in answer.steps):
            if step.action not in catalog:
                raise ConfigError(
                    f"{case.id} expects {step.action}, and there is no such action.",
                    path=str(corpus_path), line=case.line, cure=_near(step.action, catalog),
                )  # fmt: skip
    return kept, len(cases) - len(kept)


def _near(name: str, catalog: Catalog) -> str:
    """The actions that may be meant."""
    known = [action.name for action in catalog]
    near = difflib.get_close_matches(name, known, 3)
    return f"Did you mean {listed(near, 'or')}?" if near else f"Known: {', '.join(known)}."


def reads_of(catalog: Catalog) -> set[str]:
    """The actions that change nothing."""
    return {a.name for a in catalog if not a.effect.changes}


def write_predictions(result: EvalResult, path: Path) -> None:
    """One JSON line for each case: what was read, and what of it is right.

    Raises:
        ConfigError: the file cannot be written.
    """
    wrong = set(result.failures)
    rows = [
        json.dumps(
            {
                "id": p.id, "kind": p.kind, "steps": list(p.steps), "exact": p.id not in wrong,
                "text": result.asked[p.id].text,
                "expected": [misread.row(each) for each in result.asked[p.id].accepted],
            },
            ensure_ascii=False,
        )
        for p in result.predictions
    ]  # fmt: skip
    try:
        path.write_text("\n".join([*rows, ""]), encoding="utf-8")
    except OSError as error:
        raise _unwritable(path, error.strerror or "") from error


def must_be_writable(path: Path) -> None:
    """See that predictions can be written there; nothing is.

    Raises:
        ConfigError: they can't.
    """
    if not path.parent.is_dir():
        raise _unwritable(path, "there is no such folder")
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise _unwritable(path, "it is a folder" if path.is_dir() else "permission denied")


def _unwritable(path: Path, why: str) -> ConfigError:
    return ConfigError(
        f"The predictions can't be written: {why}.", path=str(path), cure="Name another file."
    )

"""A model's answer held against catalogue, inventory and words: an outcome, or what is wrong.

Nothing is taken by halves: one unknown action, host, field or type and the whole answer is
wrong. What is right becomes the same typed outcome that the rules give, with a mark on all
that the person did not say themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from bot.domain.intents import (
    Intent,
    OpenPlan,
    Outcome,
    PlanOptions,
    Question,
    Refusal,
    Revision,
    SmallTalk,
    Wish,
)
from bot.domain.marked import literal
from bot.domain.redaction import redact
from bot.domain.wording import shortened
from bot.errors import RequestError
from bot.intent.model.answer import Act, Answer, Param, TwiceError, parsed
from bot.intent.model.carried import carried
from bot.intent.model.choices import offered, shown, too_long
from bot.intent.model.clocks import at_once
from bot.intent.model.declined import unlooked_at
from bot.intent.model.entries import WAYS
from bot.intent.model.grounds import Grounds
from bot.intent.model.marks import marks_of, parted, reason_said, ways_said, words_behind
from bot.intent.model.moments import begins
from bot.intent.model.own_state import own_state
from bot.intent.model.repeated import repeats_marked
from bot.intent.model.selecting import Sets
from bot.intent.model.unsaid import cut_by, cut_short, unsaid_ways
from bot.intent.model.words import Words
from bot.intent.rules import guards
from bot.intent.rules.words import plain, tokens
from bot.skillkit.contract import Action

MAX_ANSWER = 40_000
"""Characters of an answer: four times what it may take to say; longer ones are not read."""
MAX_FAULT = 300
"""Characters of a sentence on what is wrong with it."""
MAX_STEPS = 50
MAX_REPEATS = 3
"""How often one step may appear in a plan."""
MAX_TEXT = 600
"""Characters of a model's own words that are shown."""

_BOUNDS = {"step_timeout_s": (1, 604_800), "batch": (1, 10_000), "parallel_steps": (1, 100)}
"""Seconds, targets at once, steps at once."""

_OWN_WORDS = frozenset({"force_production"})
"""Ways of running that only the person's own words can choose, and in each request anew."""


class WrongAnswerError(Exception):
    """The answer can't be used.

    Attributes:
        faults: sentences for the model that is asked to mend it.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        """Keep at most ten: a model that got more wrong will not be helped by all of them.

        Each is cut: it may quote what the model wrote, and is written to the log.
        """
        kept = [shortened(each, MAX_FAULT) for each in faults[:10]]
        super().__init__("; ".join(kept[:3]))
        self.faults = tuple(kept)


@dataclass(frozen=True)
class Checked:
    """An outcome that may be planned, and whether it is only to be shown.

    `notes` are sentences on where a look is narrower than its words, for the card: that needs
    nobody's approval, and whoever reads the answer must know it.
    """

    outcome: Outcome
    only_show: bool = False
    notes: tuple[str, ...] = ()


def checked(said: str, grounds: Grounds) -> Checked:
    """The outcome that this answer stands for.

    Raises:
        WrongAnswerError: it is not JSON of the answer's shape, or not true to what exists.
    """
    if len(said) > MAX_ANSWER:
        raise WrongAnswerError([f"{len(said)} characters; at most {MAX_ANSWER} are read"])
    try:
        answer = parsed(said)
    except TwiceError as error:
        raise WrongAnswerError([str(error)]) from error
    except ValidationError as error:
        raise WrongAnswerError([_fault(one) for one in error.errors()]) from error
    check = _Check(answer, grounds)
    return Checked(check.outcome(), answer.only_show, tuple(dict.fromkeys(check.notes)))


def _fault(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"]) or "the answer"
    return f"{place}: {error['msg']}"


class _Check:
    """One answer under examination."""

    def __init__(self, answer: Answer, grounds: Grounds) -> None:
        self._answer = answer
        self._grounds = grounds
        self._faults: list[str] = []
        self.notes: list[str] = []

    def outcome(self) -> Outcome:
        answer = self._answer
        if answer.kind not in {"plan", "revise"} and answer.steps:
            raise WrongAnswerError([f"kind is {answer.kind}, and yet there are steps"])
        kinds: dict[str, Callable[[], Outcome]] = {
            "plan": self._intent, "revise": self._revision, "ask": self._question,
            "refuse": self._refusal, "talk": self._talk, "state": self._state,
        }  # fmt: skip
        return kinds[answer.kind]()

    # -- plans ---------------------------------------------------------------------------

    def _intent(self) -> Intent:
        answer, grounds = self._answer, self._grounds
        if not answer.steps:
            raise WrongAnswerError(["kind is plan, and there are no steps"])
        if len(answer.steps) > MAX_STEPS:
            raise WrongAnswerError([f"{len(answer.steps)} steps; at most {MAX_STEPS} fit a plan"])
        words = grounds.words
        wishes = [self._wish(f"steps.{i}", act, words) for i, act in enumerate(answer.steps)]
        ways = self._ways(answer.ways)
        if self._faults:
            raise WrongAnswerError(self._faults)
        known = [w.action for w in self._open_plan().intent.wishes] if self._revises else []
        found = repeats_marked([w for w in wishes if w is not None], grounds.catalog, known)
        found, notes = parted(found, words, grounds.catalog)
        self.notes += notes
        self._not_repeated(found)
        intent = Intent(wishes=found, options=ways, reason=reason_said(grounds))
        if not any(grounds.catalog.action(w.action).effect.changes for w in found):
            self.notes += filter(None, (unlooked_at(intent, grounds),))
        return intent

    @property
    def _revises(self) -> bool:
        return self._answer.kind == "revise"

    def _not_repeated(self, wishes: Sequence[Wish]) -> None:
        """A step may appear again, such as a look before and after; no model may go on so."""
        deeds = [(wish.action, wish.params) for wish in wishes]
        for i, deed in enumerate(deeds):
            if i and deeds[i - 1] == deed:
                raise WrongAnswerError([f"steps.{i}: it is the same as the step before it"])
            if deeds[: i + 1].count(deed) > MAX_REPEATS:
                often = f"the same step appears at most {MAX_REPEATS} times"
                raise WrongAnswerError([f"steps.{i}: {often}"])

    def _wish(self, place: str, act: Act, words: Words) -> Wish | None:
        catalog = self._grounds.catalog
        if act.action not in catalog:
            self._faults.append(f"{place}.action: there is no action {act.action!r}")
            return None
        action = catalog.action(act.action)
        params = self._params(f"{place}.params", act.params, action)
        if params is None:
            return None
        try:
            typed = catalog.params(act.action, params)
        except RequestError as error:
            self._faults.append(f"{place}.params: {error}")
            return None
        kept = typed.model_dump(mode="json", exclude_none=True)
        said = words_behind(act.words, words, earlier=self._revises)
        marks = marks_of(action, typed, kept, said, words, self._grounds)
        if action.raw and (fault := self._raw_fault(kept, words)):
            self._faults.append(f"{place}.params: {fault}")
        if cuts := cut_by(action, kept, words, self._grounds.vocabulary):
            self.notes.append(cut_short(cuts))
        return Wish(action=act.action, params=kept, words=said, unsaid=marks)

    def _params(self, place: str, given: Sequence[Param], action: Action) -> dict[str, Any] | None:
        found: dict[str, Any] = {}
        fields = action.params.model_fields
        for param in given:
            if param.name in found:
                self._faults.append(f"{place}: {param.name} is given twice")
                return None
            if param.name not in fields:
                known = ", ".join(fields) or "none"
                self._faults.append(f"{place}: {action.name} has no {param.name}; it has {known}")
                return None
            found[param.name] = param.value
        if "hosts" in found:
            hosts = self._hosts(f"{place}.hosts", found["hosts"])
            if hosts is None:
                return None
            found["hosts"] = hosts
        elif "hosts" not in fields and not self._is_group(f"{place}.group", found.get("group")):
            return None
        return found

    def _is_group(self, place: str, name: object) -> bool:
        """Whether hosts are called so together: what only lists them takes one such name."""
        named = {**self._sets.groups, **self._sets.environments}
        if name is None or (isinstance(name, str) and name in named):
            return True
        fault = f"{place}: {name!r} is no group or environment here; leave it out for all hosts"
        self._faults.append(fault)
        return False

    @cached_property
    def _sets(self) -> Sets:
        return Sets.of(self._grounds.inventory)

    def _hosts(self, place: str, said: Any) -> list[str] | None:
        """The names that entries stand for; None where one is unknown, or nothing is left."""
        entries = [said] if isinstance(said, str) else said
        if not isinstance(entries, list):
            self._faults.append(f"{place}: a list of names is wanted")
            return None
        chosen = self._sets.chosen(entries)
        for name in chosen.unknown:
            self._faults.append(f"{place}: {name!r} is no host, group or environment here")
        if not chosen.unknown and not chosen.hosts:
            self._faults.append(f"{place}: they choose no host")
        return list(chosen.hosts) if chosen.hosts and not chosen.unknown else None

    def _raw_fault(self, params: dict[str, Any], words: Words) -> str:
        """Why a command of the model's own making would not be taken from a person either."""
        said = plain(f"run `{params.get('command', '')}`")
        refusal = guards.refuse(said, tokens(said))
        return refusal.text if refusal is not None else ""

    def _ways(self, given: Sequence[Param]) -> PlanOptions:
        """How it runs: what the rules read in the person's words is stronger than the model."""
        found: dict[str, Any] = {}
        for param in given:
            if param.name not in WAYS:
                self._faults.append(f"ways: there is no {param.name}")
            elif param.name in found:
                self._faults.append(f"ways: {param.name} is given twice")
            elif param.name == "start":
                found["start"] = self._start(param.value)
            elif not _within_reason(param):
                least, most = _BOUNDS[param.name]
                self._faults.append(f"ways: {param.name} is a number of {least} to {most}")
            else:
                found[param.name] = param.value
        read = ways_said(self._grounds)
        unsaid = unsaid_ways(
            found, read, self._grounds.timed, self._grounds.context,
            spoken=self._grounds.spoken,
            former=self._open_plan().intent.options.start if self._revises else None,
        )  # fmt: skip
        try:
            return PlanOptions.model_validate({**found, **read, "unsaid": unsaid})
        except ValidationError as error:
            self._faults += [f"ways.{_fault(one)}" for one in error.errors()]
            return PlanOptions()

    def _start(self, said: object) -> datetime | None:
        try:
            return begins(said, self._grounds.context)
        except ValueError as error:
            self._faults.append(f"ways.start: {error}")
            return None

    def _revision(self) -> Outcome:
        plan = self._open_plan()
        intent = self._intent()
        if not intent.reason:
            intent = intent.model_copy(update={"reason": plan.intent.reason})
        ways = self._still(plan.intent.options, intent.options)
        return Revision(
            plan=plan.number,
            revision=plan.revision,
            intent=intent.model_copy(
                update={
                    "wishes": carried(intent.wishes, plan.intent, self._grounds.catalog),
                    "options": ways,
                    "doubts": plan.intent.doubts,
                }
            ),
        )

    def _still(self, former: PlanOptions, chosen: PlanOptions) -> PlanOptions:
        """How the open plan ran, with what is new; what the model merely says again is not new."""
        kept = former.changed(dict.fromkeys(_OWN_WORDS, False))
        new = chosen.model_dump(exclude_defaults=True)
        new = {n: v for n, v in new.items() if n not in chosen.unsaid or v != getattr(kept, n)}
        unsaid = [name for name in chosen.unsaid if name in new]
        if any(way.name == "start" for way in self._answer.ways) and chosen.start is None:
            new["start"] = None
            told = kept.start is None or at_once(self._grounds.timed)
            unsaid += [] if told else ["start"]
        return kept.changed({**new, "unsaid": unsaid})

    def _open_plan(self) -> OpenPlan:
        mine = [p for p in self._grounds.context.open if p.mine]
        for plan in mine:
            if plan.number == self._answer.plan:
                return plan
        known = ", ".join(f"{p.number}" for p in mine) or "none"
        raise WrongAnswerError(
            [f"plan: {self._answer.plan} is no open plan of this person's here; open: {known}"]
        )

    def _state(self) -> Outcome:
        try:
            return own_state(self._answer, self._grounds.spoken, self._grounds.context)
        except ValueError as error:
            raise WrongAnswerError([str(error)]) from error

    # -- words ---------------------------------------------------------------------------

    def _text(self) -> str:
        """What it says in prose. What looks like a secret in it is nobody's business."""
        text = redact(shown(self._answer.text))
        if not text:
            raise WrongAnswerError([f"kind is {self._answer.kind}, and text is empty"])
        return literal(shortened(text, MAX_TEXT))

    def _question(self) -> Question:
        return Question(
            about="request",
            text=self._text() + self._typed(),
            options=offered(self._answer.choices, self._grounds),
            plan_only=self._answer.only_show,
        )

    def _typed(self) -> str:
        """The choices that are too long for a button: nobody would know of them else."""
        told = [f"“{literal(says)}”" for says in too_long(self._answer.choices, self._grounds)]
        return f" ({'; '.join(told)})" if told else ""

    def _refusal(self) -> Refusal:
        return Refusal(code="model", text=self._text())

    def _talk(self) -> SmallTalk:
        return SmallTalk(text=self._text())


def _within_reason(way: Param) -> bool:
    """Whether a number is one that a plan can be run by."""
    if way.name not in _BOUNDS:
        return True
    least, most = _BOUNDS[way.name]
    number = isinstance(way.value, (int, float)) and not isinstance(way.value, bool)
    return number and least <= float(str(way.value)) <= most

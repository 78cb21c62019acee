"""The order in which a request is read: rules, model, one repair, the next model, rules.

The rules read first, because they take no time and some of what they say is final: a stop, a
refusal, an answer to an open question. Then the model reads, knowing nothing of what they
said, and both are held beside each other. Whatever goes wrong with a model is a line on the
card and no more: the rules' reading is there already.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import structlog

from bot.domain.intents import (
    Control,
    Deciding,
    Intent,
    Outcome,
    Question,
    Refusal,
    Revision,
    SmallTalk,
    Standing,
    Understanding,
    Why,
)
from bot.domain.usage import Reading, Tier, Usage
from bot.domain.wording import duration, limit
from bot.errors import BudgetSpentError, ConfigError, ModelAnswerError, ModelAwayError, ModelError
from bot.intent.model.agreeing import agreed, overruled
from bot.intent.model.called_off import called_off
from bot.intent.model.checking import Checked, WrongAnswerError, checked
from bot.intent.model.chosen import answer_in
from bot.intent.model.confiding import told
from bot.intent.model.deadlines import TooLateError, enough, share, within
from bot.intent.model.difficulty import beginning
from bot.intent.model.faithful import corrected
from bot.intent.model.grounds import Grounds
from bot.intent.model.leaning import leans
from bot.intent.model.showing import Shown, apart, shown
from bot.intent.rules import deciding
from bot.intent.rules.combining import BEYOND_ME
from bot.intent.rules.rewriting import ABOUT
from bot.ports import Clock, Models, Prompt, Said
from bot.settings import ModelsSettings

_log = structlog.get_logger(__name__)

LONG = 5_000
"""Characters of an answer that is checked in a thread, whatever the request."""
MUCH = 1_000_000
"""So is one whose characters times those of the request come to more.

Each step is held against all words of the request, and a step takes some forty characters at
least. What is less than both takes a few hundredths of a second at most.
"""


WORDY = 2_000
"""Characters of a request, with those before it in the thread, for which what a model read is held
against the rules' reading in a thread: each name is looked for among all the words."""

UNREAD = SmallTalk(
    text="No model has read that, and the rules make nothing of it: they read plain English about "
    "hosts and services. Nothing ran; say it so, or say `help`."
)
"""In place of "that is beyond me", which may be said of what nobody could read."""


class Prompting(Protocol):
    """What `prompting.Prompter` is to this module."""

    async def plan(self, grounds: Grounds) -> Prompt:
        """What is asked about this request.

        Raises:
            ConfigError: a prompt of the home can't be used.
        """
        ...

    def repaired(self, prompt: Prompt, said: str, faults: tuple[str, ...]) -> Prompt:
        """The same once more, with the answer and what was wrong with it."""
        ...


@dataclass(frozen=True)
class _Read:
    """What came of asking: a checked answer, or why there is none."""

    checked: Checked | None = None
    by: str = ""
    reading: Reading = field(default_factory=Reading)


class ModelReader:
    """Puts models before the rules."""

    def __init__(
        self,
        models: Models,
        prompting: Prompting,
        clock: Clock,
        settings: Callable[[], ModelsSettings] = ModelsSettings,
    ) -> None:
        """The settings' patience is for all models and repairs of one request together.

        It counts from when the request was said: what hangs holds up a thread once, and not
        once for each message that waits in it.
        """
        self._models = models
        self._prompting = prompting
        self._clock = clock
        self._settings = settings

    async def read(
        self,
        grounds: Grounds,
        said: Understanding,
        *,
        person: str,
        tier: Tier | None = None,
        heard: float | None = None,
    ) -> Understanding:
        """What the text asks for; `said` is the rules' reading.

        `heard` is the clock's monotonic second at which it was said; None: now.

        Never raises for what a model says or fails to say.
        """
        if _final(said.outcome) or _answers(grounds) or _decides(grounds):
            return said
        if grounds.context.between and _is_of_a_plan(said.outcome):
            return said  # whether it is said of that at all is asked, and not guessed
        grounds = grounds.answering(said)
        begun = self._clock.monotonic() if heard is None else heard
        names, out = self._order(said.outcome, grounds, tier)
        read = await self._asked(names, grounds.own(), person, tier, begun, out)
        if grounds.length > WORDY:  # nobody else waits while it is looked through
            return await asyncio.to_thread(_judged, said, read, grounds)
        return _judged(said, read, grounds)

    def _order(
        self, said: Outcome, grounds: Grounds, forced: Tier | None
    ) -> tuple[Sequence[str], str]:
        """The models to ask, in turn, and a sentence on those in whose place the first is asked.

        A line in the log says why these.
        """
        begins = beginning(said, grounds, self._settings().tasks)
        names = self._models.order(first=begins.tier, forced=forced)
        if names:
            why = "it was asked for" if forced else ", ".join(begins.tasks)
            _log.info("a tier was chosen", tier=forced or begins.tier, why=why, models=names)
        out = self._models.passed_over(names[0], first=begins.tier, forced=forced) if names else ""
        return names, out

    async def _asked(
        self,
        names: Sequence[str],
        grounds: Grounds,
        person: str,
        tier: Tier | None,
        begun: float,
        out: str,
    ) -> _Read:
        if not names:
            return _Read(reading=Reading(aside=self._models.why_none(tier)))
        patience = self._settings().patience
        deadline = begun + patience
        if not self._worth_asking(deadline):
            aside = (
                f"No model was asked: what was said before in this thread took the "
                f"{duration(patience)} that models have."
            )
            return _Read(reading=Reading(aside=aside))
        asides = [out] if out else []
        budgets: set[str] = set()
        spent = Usage()
        try:
            may_know = replace(grounds, context=told(grounds.context, tier))
            prompt = await self._prompting.plan(may_know)
        except ConfigError as error:
            return _Read(reading=Reading(aside=str(error)))
        for number, name in enumerate(names, 1):
            if not self._worth_asking(deadline):
                break
            until = self._until(deadline, last=number == len(names))
            try:
                found, answer, used = await self._one(name, prompt, grounds, person, until)
            except ModelError as error:  # a spent budget too: a local model may cost nothing
                spent += error.usage
                if isinstance(error, ModelAnswerError):
                    self._models.judged(name, useful=False, person=person)
                if isinstance(error, BudgetSpentError):  # the same for the next: it is said once
                    if error.person in budgets:
                        continue
                    budgets.add(error.person)
                asides.append(error.sentence)
                continue
            spent += used
            self._models.judged(name, useful=found is not None, person=person)
            reading = Reading(
                model=answer.model or name, tier=answer.tier, prompt=prompt.name, usage=spent,
                currency=self._settings().currency, aside=" ".join(asides),
            )  # fmt: skip
            if found is not None:
                return _Read(found, reading.model, reading)
            asides.append(_useless(name))
        aside = " ".join(dict.fromkeys(asides)) or "No model answered in time."
        return _Read(
            reading=Reading(
                prompt=prompt.name, usage=spent, currency=self._settings().currency, aside=aside
            )
        )

    def _worth_asking(self, deadline: float) -> bool:
        """Whether enough is left of the patience for an answer to be hoped for."""
        return enough(deadline - self._clock.monotonic(), self._settings().patience)

    def _until(self, deadline: float, *, last: bool) -> float:
        """When a model is given up on: early enough that the next one can be asked, too."""
        left = self._left(deadline)
        kept = 0.0 if last else left - share(left, self._settings().patience)
        return deadline - kept

    async def _one(
        self, name: str, prompt: Prompt, grounds: Grounds, person: str, deadline: float
    ) -> tuple[Checked | None, Said, Usage]:
        """One model's answer, mended once where it was wrong; None where it stayed wrong."""
        said = await self._in_time(name, prompt, person, deadline)
        used = said.usage
        try:
            return await self._checked(said, grounds, deadline), said, used
        except WrongAnswerError as wrong:
            _log.info("a model's answer was wrong", model=name, faults=wrong.faults)
            prompt = self._prompting.repaired(prompt, said.text, wrong.faults)
        if not self._worth_asking(deadline):
            return None, said, used
        try:
            again = await self._in_time(name, prompt, person, deadline)
        except ModelError as error:
            kind = ModelAnswerError if isinstance(error, ModelAnswerError) else ModelError
            raise kind(
                f"{_useless(name)} Asked again: {error.sentence}",
                model=name,
                usage=error.usage + used,
            ) from error
        used += again.usage
        try:
            return await self._checked(again, grounds, deadline), again, used
        except WrongAnswerError as wrong:
            _log.warning("a model's answer stayed wrong", model=name, faults=wrong.faults)
            return None, again, used

    async def _in_time(self, name: str, prompt: Prompt, person: str, deadline: float) -> Said:
        """Ask; given up when the patience with all of them ends, whatever it is at."""
        left = self._left(deadline)
        asking = self._models.ask(name, prompt, person=person, deadline=deadline)
        try:
            return await within(self._clock, left, asking)
        except TooLateError:
            raise ModelAwayError(
                f"{name} did not answer within {limit(left)}.", model=name
            ) from None

    async def _checked(self, said: Said, grounds: Grounds, deadline: float) -> Checked:
        """The answer held against what exists; much to hold beside the loop, in the time left."""
        length = len(said.text)
        try:
            if length <= LONG and length * grounds.length <= MUCH:
                return checked(said.text, grounds)
            beside = asyncio.to_thread(checked, said.text, grounds)
            return await within(self._clock, self._left(deadline), beside)
        except WrongAnswerError:
            raise
        except TooLateError:
            raise WrongAnswerError(["it takes too long to check"]) from None
        except Exception as error:  # what nobody foresaw is the model's fault, not the person's
            _log.exception("a model's answer could not be checked")
            raise WrongAnswerError(["it can't be used"]) from error

    def _left(self, deadline: float) -> float:
        return max(0.0, deadline - self._clock.monotonic())


def _judged(said: Understanding, read: _Read, grounds: Grounds) -> Understanding:
    """What counts of the rules' reading and of the model's."""
    found = read.checked
    if found is None:  # the rules' reading stands
        outcome = UNREAD if said.outcome == BEYOND_ME else said.outcome
        return said.model_copy(update={"outcome": outcome, "reading": read.reading})
    if (stop := called_off(found.outcome, said.outcome, grounds)) is not None:
        return Understanding(outcome=stop, read_by=read.by, reading=read.reading)
    plans = isinstance(found.outcome, Intent | Revision)
    outcome = agreed(said.outcome, _signed(found.outcome, read.by), grounds)
    over = ""
    if outcome is said.outcome:
        over = overruled(said.outcome, found.outcome, read.by, grounds)
    notes = (over,) if over else found.notes if outcome is not said.outcome else ()
    only = Shown(apart(outcome) if said.plan_only else outcome, said.plan_only)
    if found.only_show and not said.plan_only:
        only = shown(outcome, said.outcome, read.by, grounds)
    outcome, notes = only.outcome, (*notes, *filter(None, (only.note,)))
    reading = _noted(read.reading, notes)
    outcome = corrected(outcome, said.outcome, found.outcome, grounds)
    if isinstance(outcome, Question) and outcome is not said.outcome:
        outcome = _credited(outcome, said.outcome, read)
        outcome = outcome.model_copy(update={"own": grounds.spoken})
    return Understanding(
        outcome=outcome,
        read_by=_readers(outcome, said.outcome, read.by, alone=bool(over) or not plans),
        reading=reading,
        plan_only=only.plan_only,
        leans=grounds.context.between and leans(outcome, grounds),
    )


def _useless(name: str) -> str:
    return f"{name} gave no answer that could be used."


def _readers(outcome: Outcome, rules: Outcome, by: str, *, alone: bool) -> str:
    """Who read what counts; `alone`: the rules did, and the model read no such plan."""
    if outcome is not rules:
        return by
    return "rules" if alone else f"rules and {by}"


def _noted(reading: Reading, notes: Sequence[str]) -> Reading:
    """With what the card has to say of it."""
    said = " ".join(filter(None, (reading.aside, *notes)))
    return reading.model_copy(update={"aside": said}) if notes else reading


def _signed(outcome: Outcome, by: str) -> Outcome:
    """A model's own words with its name, so that nobody takes them for Overseer's."""
    if isinstance(outcome, (Question, Refusal, SmallTalk)):
        return outcome.model_copy(update={"by": by})
    return outcome


def _credited(question: Question, rules: Outcome, read: _Read) -> Question:
    """The question whose options say who read them: the rules, or the model and what it took."""
    options = tuple(
        option
        if option.means is None or option.means is rules
        else option.model_copy(update={"read_by": read.by, "reading": read.reading})
        for option in question.options
    )
    return question.model_copy(update={"options": options})


def _final(outcome: Outcome) -> bool:
    """What no model is asked about: a stop, what Overseer won't do for anybody, how it stands."""
    no_answer = isinstance(outcome, SmallTalk) and outcome.of_question and not outcome.closes
    return no_answer or isinstance(outcome, (Control, Deciding, Refusal, Standing, Why))


def _is_of_a_plan(outcome: Outcome) -> bool:
    """Whether it asks if a plan, or which, is to be ended or changed."""
    return isinstance(outcome, Question) and outcome.about in {"plan", ABOUT}


def _decides(grounds: Grounds) -> bool:
    """Whether it is a decision about a run of the thread, be it asked about which."""
    found = deciding.decided(grounds.text, grounds.context, grounds.vocabulary.host)
    return bool(grounds.context.halted) and found is not None


def _answers(grounds: Grounds) -> bool:
    """Whether the open question was answered, in one of the ways that the rules know."""
    return answer_in(grounds.text, grounds.context, grounds.vocabulary) is not None

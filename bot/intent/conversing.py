"""What is said around requests: "why?", "what waits?", and what is only supposed. Pure.

Each is looked for before the sentence is read as a request; what it stands for is then read by
the same rules. A supposed request is planned and shown, and asks nobody for anything.
"""

from __future__ import annotations

import re

from bot.domain.intents import (
    Control,
    Intent,
    Outcome,
    ParseContext,
    Question,
    Refusal,
    SmallTalk,
    Standing,
    Understanding,
    Why,
)
from bot.domain.repeats import goes_ahead
from bot.intent.patterns import compiled
from bot.intent.phrase_rules import Vocabulary, understand
from bot.intent.rules import (
    answers,
    deciding,
    howto,
    left_running,
    looked_on,
    next_step,
    not_understood,
    particulars,
    revising,
    states,
    supposed,
    who,
    whys,
)
from bot.intent.rules.questions import ANSWER

_NO_ANSWER = "I can't go on before I know: that is no answer to what I asked."
_ASKS = compiled(r"\W*(?:who|whom|when)\b", re.IGNORECASE)
"""Who and when have an answer in a sentence; what else is asked of a plan, its card tells."""


def spoken(text: str, vocabulary: Vocabulary, context: ParseContext) -> Understanding:
    """What the text asks for, and whether it only asks what would happen. Never raises."""
    asked = (
        whys.why(text)
        or _left(text, context)
        or _standing(text, vocabulary, context)
        or _people(text, context)
    )
    if asked is not None:
        return Understanding(outcome=asked)
    supposed_request = _supposed(text, vocabulary, context)
    if supposed_request is not None:
        return supposed_request
    outcome = understand(text, vocabulary, context)
    if (on := _goes_on(text, outcome, context)) is not None:
        return Understanding(outcome=on)
    outcome = _looked_on(text, outcome, vocabulary, context) or outcome
    if context.question is None:
        alone = ParseContext(now=context.now, zone=context.zone)

        def ask(says: str) -> Outcome:
            return understand(says, vocabulary, alone)

        outcome = (
            howto.told(text, outcome, vocabulary, ask)
            or next_step.offered(text, outcome, vocabulary, context, ask)
            or outcome
        )
    chosen = revising.option_of(context.question, outcome)
    if chosen is None:
        return Understanding(outcome=outcome)
    return Understanding(outcome=outcome, read_by=chosen.read_by, reading=chosen.reading)


def _standing(text: str, vocabulary: Vocabulary, context: ParseContext) -> Standing | None:
    """What of Overseer's own state is asked; one plan in full, where that is asked, is a look."""
    goes_on = bool(context.open or context.moving or context.halted)
    asked = _particular(text, vocabulary, context) or states.standing(text)
    if asked is None:
        asked = states.standing_here(text, goes_on=goes_on, asked=bool(context.request))
    if asked is None or not asked.plan or _ASKS.match(text):
        return asked
    return None if isinstance(understand(text, vocabulary, context), Intent) else asked


def _particular(text: str, vocabulary: Vocabulary, context: ParseContext) -> Standing | None:
    """Which part of what was asked for here is asked about; beside a question it may be of that.

    Behind somebody else's words it is asked of them: "my train is late" is answered "how long?".
    """
    last = vocabulary.actions.get(context.action)
    goes_on = context.open or context.moving or context.halted
    if context.question is not None or context.between:
        return None
    if not (goes_on or (last is not None and last.changes)):
        return None
    return particulars.particular(text, halted=bool(context.halted))


def _people(text: str, context: ParseContext) -> Standing | Why | None:
    """Whose role is asked for; behind somebody else's words "who decides?" is about theirs."""
    return None if context.between else who.asked(text, of_a_plan=bool(context.request))


def _left(text: str, context: ParseContext) -> SmallTalk | None:
    """What is told of "let it run" beside what runs, waits or has halted: it starts nothing."""
    if context.question is not None or not left_running.is_left(answers.plainly(text)):
        return None
    if not (context.moving or context.halted) and goes_ahead(text):
        return None  # of what waits it is told how that stands
    halted = [f"#{run.number} has halted; its card shows the ways on." for run in context.halted]
    others = [f"#{run.number} goes on." for run in context.moving if not run.mine]
    goes = revising.still_goes(context.open, context.moving)
    told = " ".join(filter(None, (*halted, *others, goes)))
    return SmallTalk(text=told, answers=True) if told else None


def _looked_on(
    text: str, outcome: Outcome, vocabulary: Vocabulary, context: ParseContext
) -> Outcome | None:
    """What words are as a look beside the last one, that are nothing by themselves."""
    return looked_on.read(
        text, outcome, context, vocabulary, lambda says: understand(says, vocabulary, context)
    )


def _goes_on(text: str, outcome: Outcome, context: ParseContext) -> SmallTalk | Standing | None:
    """What is told of "go on" where something of the conversation is meant, and not all runs.

    It is no answer to a question, and what runs or waits goes on by itself.
    """
    resumes = isinstance(outcome, Control) and outcome.verb == "resume"
    if not resumes or not deciding.goes_on(text):
        return None
    if context.question is not None:
        return SmallTalk(text=_NO_ANSWER, of_question=True)
    return Standing(what="plan", about="come") if context.moving or context.open else None


def _supposed(text: str, vocabulary: Vocabulary, context: ParseContext) -> Understanding | None:
    """The plan that shall only be shown, or the question that leads to it."""
    request = supposed.request_in(text)
    if not request or isinstance(understand(text, vocabulary, context), Refusal):
        return None
    alone = context.model_copy(update={"open": (), "question": None})
    outcome = understand(request, vocabulary, alone)
    match outcome:
        case Intent():
            fits = any(vocabulary.actions[wish.action].changes for wish in outcome.wishes)
        case Question():  # a first word that nobody knows is no order
            fits = not not_understood.is_unclear(outcome) and not outcome.fill.startswith(ANSWER)
        case _:
            fits = False
    return Understanding(outcome=outcome, plan_only=True) if fits else None

"""What words come to that are said to the open question: an answer, or why they are none. Pure."""

from __future__ import annotations

from bot.domain.intents import Outcome, ParseContext, Question, SmallTalk
from bot.domain.marked import literal
from bot.domain.repeats import goes_ahead
from bot.domain.wording import listed, shortened
from bot.intent.rules import answered_freely, answers, choosing, deciding, revising, scheduling
from bot.intent.rules.vocabulary import Vocabulary

_SHOWN = 80
TO_ELSE = "That may be to something else that was said since."
"""Before a question that a mere yes may not be meant for."""


def answered(
    text: str, question: Question, vocabulary: Vocabulary, context: ParseContext
) -> str | None:
    """As in `answers.answered`; it may be a time, and what is about a plan answers nothing."""
    names = _may_name(text, context, vocabulary)
    pressed = any(option.says.strip() == text for option in question.options)
    at = scheduling.answered(text, question, context) if not pressed else None
    if at is None and names and not pressed:
        at = answered_freely.foremost(text, question, context)
    if at is not None:
        return at
    bare = answered_freely.without_names(question)

    def plain(said: str) -> str | None:
        found = answers.answered(said, bare, vocabulary, names=names)
        if found is None and names:
            found = answered_freely.answered(said, question, context)
        return found

    found = plain(text)
    if found is None and names:
        found = answered_freely.with_more(text, question, vocabulary, context, plain)
    return found


def meant(
    text: str, said: str | None, question: Question, vocabulary: Vocabulary, context: ParseContext
) -> Outcome | None:
    """What is done at once: a known reading, a question dropped, or what is told of no answer.

    `said` is what `answered` returned. None: the text, or what it stands for, is to be read.
    """
    if said is not None or not _may_name(text, context, vocabulary):
        told = revising.answer_of(question, said, context.open, context.moving)
        called_off = said == answers.NEVER_MIND and answers.calls_off(text)
        return _as_it_stands(told, context) if called_off else told
    return _told(text, question, vocabulary, context)


def _as_it_stands(told: Outcome | None, context: ParseContext) -> Outcome | None:
    """With what the same words end where nothing is asked, and how that stands."""
    if not isinstance(told, SmallTalk):
        return told
    goes = revising.still_goes(context.open, context.moving)
    n = context.halted[0].number if context.halted else 0
    needs = f"#{n} still needs a decision: `stop {n}` ends it there." if n else ""
    more = [each for each in (goes, needs) if each and each not in told.text]
    return told.model_copy(update={"text": " ".join([told.text, *more])})


def _told(
    text: str, question: Question, vocabulary: Vocabulary, context: ParseContext
) -> SmallTalk | None:
    """Why it is no answer, or what there is to choose; None: it is about something else.

    The question is asked still. A model makes something of what is said to one of its own.
    """
    low = answers.plainly(text)
    if question.by or not (question.options or question.fill) or vocabulary.is_name(low):
        return None
    labels = [option.label for option in question.options]
    if choosing.asks_what(low) and labels:
        return _says(f"{question.text} You can say {listed(labels, 'or')}.")
    cannot = f"I can't take “{literal(shortened(' '.join(text.split()), _SHOWN))}” for an answer"
    if question.beside and len(labels) == 1 and answers.agrees(low):
        return _says(f"{TO_ELSE} {question.text} Say “{labels[0]}”, if you want that.")
    if len(labels) == 2 and answers.agrees(low) and not question.talked:
        return _says(f"{cannot}: is it “{labels[0]}” or “{labels[1]}”?")
    which = answers.perhaps(low, question, vocabulary)
    if which := which or answered_freely.perhaps_at(text, question, context):
        return _says(f"{cannot}. Say “{literal(which)}”, if you mean that.")
    if goes_ahead(text):
        return _says(f"{cannot}. {question.text}")
    core = choosing.loosely(low)
    if rest := answers.without(core, question):
        which = listed([option.label for option in rest], "or")
        return _says(f"{cannot}: one of the rest is to be chosen, {which}.")
    if choosing.is_both(core) or (answers.is_all(core) and not question.fill):
        many = len(labels)
        return _says(f"{cannot}: {f'there are {many}' if many > 2 else 'one is to be chosen'}.")
    if answers.chosen(core, question):
        return _says(f"{cannot}: one is to be chosen.")
    if choosing.is_no_choice(low):
        return _says(f"{cannot}. {revising.still_goes((), context.moving)}".rstrip())
    if answered_freely.is_tried(text, question, vocabulary, context):
        return _says(f"{cannot}. {answered_freely.would_answer(question)}")
    return None


def no_answer(text: str, question: Question) -> SmallTalk | None:
    """What is told of a change that nothing else is open for than this question; None: it has ways
    of its own."""
    if question.by or not (question.options or question.fill):
        return None
    cannot = f"I can't take “{literal(shortened(' '.join(text.split()), _SHOWN))}” for an answer"
    return _says(f"{cannot}. {answered_freely.would_answer(question)}")


def _may_name(text: str, context: ParseContext, vocabulary: Vocabulary) -> bool:
    """Whether words may name what is asked for, or drop the question, and are not about a plan.

    Those decide about a halted run, or leave a host out of a plan that waits.
    """
    if deciding.is_no_answer(text, context, vocabulary.host):
        return False
    out = choosing.left_out(choosing.loosely(answers.plainly(text)))
    return not out or not any(
        plan.mine and out in {name.casefold() for name in plan.hosts} for plan in context.open
    )


def _says(text: str) -> SmallTalk:
    return SmallTalk(text=text, of_question=True)

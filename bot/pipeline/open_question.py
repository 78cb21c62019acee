"""The one question that is open in a thread: on which card it stands, whose it is, since when."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.conversation import holders
from bot.domain.cards import Card, ThreadItem
from bot.domain.intents import Control, Intent, Option, Question, Revision, Understanding
from bot.domain.messages import ButtonPress, People, Person, ThreadRef
from bot.domain.posts import MarkState
from bot.domain.runs import PLAN_ENDED, RUN_ENDED
from bot.domain.wording import number_in
from bot.errors import ConflictError, NotAllowedError
from bot.pipeline import pending
from bot.pipeline.marking import marked
from bot.ports import Unit
from bot.ports.readable import readable
from bot.reporting.mouth import put

_ENDS = re.compile(r"(?:stop|kill|cancel|withdraw|end) #?(\d{1,18})", re.IGNORECASE)
SOMEBODY_ELSES = "This conversation is somebody else's; start one of your own."


def asked_key(thread: ThreadRef) -> str:
    """Under which the messages are kept that led to the thread's open question."""
    return f"question-of/{thread}"


def open_key(thread: ThreadRef) -> str:
    """Under which the card of a thread's open question is kept."""
    return f"question/{thread}"


def stood_key(thread: ThreadRef) -> str:
    """Under which the cards are kept on which the open question stood before it was asked again."""
    return f"question-stood/{thread}"


def _since_key(thread: ThreadRef) -> str:
    return f"question-since/{thread}"


def open_since(unit: Unit, thread: ThreadRef) -> datetime | None:
    """Since when the question of a thread stands on its card; None: that is not known."""
    since = unit.get(_since_key(thread))
    return datetime.fromisoformat(since) if since else None


def asks(unit: Unit, thread: ThreadRef, person: str) -> bool:
    """Whether the open question of a thread is for this person."""
    asked = unit.asked(thread)
    return asked is not None and asked[2] in ("", person)


def asked_card(unit: Unit, thread: ThreadRef, person: str) -> str:
    """The card of the question that this person is asked in a thread; empty: none is open."""
    return unit.get(open_key(thread)) or "" if asks(unit, thread, person) else ""


OF_CHANGE = "change-"
"""With this and a plan's number is said what the window of its *Change…* has asked for."""


def of_window(order: Control, asked: str) -> Control:
    """An order as it was meant: typed into the window of a plan's *Change…* it is about that plan.

    `asked` is what had asked for the words.
    """
    if order.scope != "thread" or not asked.startswith(OF_CHANGE):
        return order
    return order.model_copy(update={"scope": asked.removeprefix(OF_CHANGE)})


def is_unseen(unit: Unit, thread: ThreadRef, event_id: str, person: str) -> bool:
    """Whether what this person is asked now is not what they were asked when a message was said."""
    return pending.asked_then(unit, event_id) != asked_card(unit, thread, person)


def answers(unit: Unit, thread: ThreadRef, event_id: str, person: str) -> bool:
    """Whether a message may answer the open question: it is its sayer's, and was open then."""
    return asks(unit, thread, person) and not is_unseen(unit, thread, event_id, person)


class Fate(StrEnum):
    """What becomes of an open question by a request that is said to it."""

    ANSWERED = "answered"
    PASSED_OVER = "passed over"
    BESIDE = "open, with something said beside it"


def is_answer(asked: Question, said: Understanding) -> bool:
    """Whether a request answers what was `asked`.

    It does where one of the options was picked, and where a model may have read it together with
    what was asked about. It does not where it is a request by itself, asks only what would happen,
    or where no more was asked than whether a plan shall be changed.
    """
    revises = [isinstance(option.means, Revision) for option in asked.options]
    apart = said.apart or _shows(asked, said) or (bool(revises) and all(revises))
    return said.picks is not None or not apart


def fate(asked: Question, said: Understanding, only_looks: Callable[[Intent], bool]) -> Fate:
    """Whether the request answers what was `asked`, takes its place, or leaves it open.

    What is no answer leaves it open where it is only to be shown, and takes its place where it
    changes something. A look at what was asked about answers it; one at anything else is known to
    stand beside it before (`bot.intent.model.beside`).
    """
    if is_answer(asked, said):
        return Fate.ANSWERED
    if _shows(asked, said):
        return Fate.BESIDE
    looks = isinstance(said.outcome, Intent) and only_looks(said.outcome)
    return Fate.ANSWERED if looks else Fate.PASSED_OVER


def _shows(asked: Question, said: Understanding) -> bool:
    return said.plan_only and not asked.plan_only


def is_over(unit: Unit, thread: ThreadRef) -> bool:
    """Whether all that the open question offers is to change or end plans that it can't be now."""
    asked = unit.asked(thread)
    if asked is None or not asked[0].options:
        return False
    return all(_is_past(unit, option) for option in asked[0].options)


def _is_past(unit: Unit, option: Option) -> bool:
    """Whether an option would change, or end, what can't be changed, or is ended."""
    if isinstance(option.means, Revision):
        return not _changes(unit, option.means)
    ends = _ENDS.fullmatch(option.says.strip())
    number = number_in(ends[1]) if ends is not None else None
    stored = readable(unit, number) if number is not None else None
    if stored is None:
        return False
    run = unit.run(stored.plan.id)
    if run is None:
        return stored.state in PLAN_ENDED
    return run.state in RUN_ENDED or (run.stopping and not option.says.startswith("kill"))


def _changes(unit: Unit, revision: Revision) -> bool:
    stored = readable(unit, revision.plan)
    open_still = stored is not None and stored.revisable(unit.now)
    return open_still and unit.run(revision.plan) is None


def pressed_on(unit: Unit, press: ButtonPress, person: Person, people: People) -> Question:
    """The open question that a press is about.

    Raises:
        ConflictError: there is none any more, or it stands on another card.
        NotAllowedError: somebody else was asked.
    """
    thread, of = press.thread, press.value.partition("@")[2]
    if not holders.is_open_to(unit, thread, person):
        raise NotAllowedError(SOMEBODY_ELSES)
    asked = unit.asked(thread)
    if asked is not None and of in (unit.get(stood_key(thread)) or ()):
        raise ConflictError("That question is open still. It stands on a newer card.")
    if asked is None or (of and of != unit.get(open_key(thread))):
        raise ConflictError("That question has been answered.")
    question, _, whom = asked
    if whom and whom != person.name:
        asker = people.named(whom)
        raise NotAllowedError(f"That question is for {asker.display if asker else whom}.")
    return question


@dataclass(frozen=True)
class Asking:
    """A question, the request that it is about, who is asked, and the messages that led to it."""

    question: Question
    request: str
    whom: str
    of: Sequence[str]


def opened(unit: Unit, thread: ThreadRef, asking: Asking, card: Card) -> ThreadItem | None:
    """It is the thread's open question from now on, on this card."""
    shown = put(unit, thread, card)
    unit.ask(thread, asking.question, asking.request, asking.whom)
    unit.put(open_key(thread), card.id)
    unit.put(_since_key(thread), unit.now.isoformat())
    unit.put(asked_key(thread), list(asking.of))
    for event in asking.of:
        marked(unit, thread, event, MarkState.ASKED)
    return shown


def closed(
    unit: Unit,
    thread: ThreadRef,
    drawn: Callable[[Card, str], Card],
    *,
    mark: MarkState = MarkState.REFUSED,
) -> ThreadItem | None:
    """Nothing is asked in the thread any more; its card as it is `drawn` for whom it was asked.

    `mark` is what came of the request that led to it: nothing ran, unless more is made of it.
    """
    card_id = unit.get(open_key(thread))
    if not card_id:
        return None
    asked = unit.asked(thread)
    unit.ask(thread, None, "", "")
    unit.put(open_key(thread), None)
    unit.put(stood_key(thread), None)
    for event in led_to(unit, thread):
        marked(unit, thread, event, mark)
    unit.put(asked_key(thread), None)
    found = unit.card(card_id)
    return put(unit, thread, drawn(found[1], asked[2] if asked else "")) if found else None


def unread_answers(unit: Unit, thread: ThreadRef) -> tuple[str, ...]:
    """Drop what was said to the open question and is still being read; which messages."""
    card = unit.get(open_key(thread))
    return pending.put_away(unit, thread, card) if card else ()


def led_to(unit: Unit, thread: ThreadRef) -> tuple[str, ...]:
    """The messages that led to the open question of a thread, oldest first."""
    kept = unit.get(asked_key(thread)) or ()
    return (kept,) if isinstance(kept, str) else tuple(kept)  # of an older version: one


def spoken_beside(unit: Unit, thread: ThreadRef) -> None:
    """Somebody spoke where one is asked: a mere "ok" to nobody by name may be to that.

    It may, too, where they have themselves spoken to somebody else: the answer is to their words.
    """
    asked = unit.asked(thread)
    if asked is not None and not asked[0].talked:
        question, request, whom = asked
        unit.ask(thread, question.model_copy(update={"talked": True}), request, whom)


def asked_back(unit: Unit, thread: ThreadRef) -> None:
    """What is open was spoken of: what is said next is to that, whoever has talked before."""
    asked = unit.asked(thread)
    if asked is not None and asked[0].talked:
        question, request, whom = asked
        unit.ask(thread, question.model_copy(update={"talked": False}), request, whom)


def said_beside(unit: Unit, thread: ThreadRef) -> None:
    """Something was said beside the open question: a mere "ok" is no answer to it any more."""
    asked = unit.asked(thread)
    if asked is not None and not asked[0].beside:
        question, request, whom = asked
        unit.ask(thread, question.model_copy(update={"beside": True}), request, whom)

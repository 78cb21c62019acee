"""What is answered without a plan: a question, a refusal, a sentence.

An answer, what it changes (the open question) and the end of its message's waiting are one unit
of work: after a crash it is there or it isn't, and never there twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.conversation import holders
from bot.conversation.open_plans import end_change
from bot.domain.cards import Block, Card, Paragraph, ThreadItem
from bot.domain.intents import Question, Refusal, SmallTalk, Understanding
from bot.domain.messages import ButtonPress, Message, People, Person, ThreadRef
from bot.domain.posts import MarkState
from bot.domain.runs import RUN_ENDED, RunState
from bot.domain.usage import Reading
from bot.intent.rules.not_understood import without_options
from bot.pipeline import open_question, pending
from bot.pipeline.answered import told
from bot.pipeline.marking import marked
from bot.pipeline.open_question import (
    Asking,
    Fate,
    asked_back,
    asks,
    closed,
    led_to,
    open_key,
    opened,
    said_beside,
    spoken_beside,
    stood_key,
)
from bot.pipeline.talked import talked
from bot.ports import Ids, Store, Unit
from bot.reporting.answer_card import (
    answered,
    asked_again,
    asked_of,
    followed,
    not_counted,
    outlived,
    overtaken_card,
    passed_over,
    question_card,
    refusal_card,
    replaced,
    talk_card,
)
from bot.reporting.how_read import attributed, told_how
from bot.reporting.mouth import Mouth, put
from bot.reporting.reader import Reader

BY_RULES = Reading()


class Answers:
    """Says what is no plan."""

    def __init__(
        self, store: Store, mouth: Mouth, ids: Ids, reader: Callable[[str], Reader]
    ) -> None:
        """`reader` is who reads a card: names, zone, now."""
        self._store = store
        self._mouth = mouth
        self._ids = ids
        self._reader = reader
        self.answered: Callable[[str], None] = lambda _: None
        """Called with a message as soon as its answer is stored: a stop drops it no more."""

    async def question(
        self,
        message: Message,
        person: Person,
        question: Question,
        picks: str | None = None,
        *,
        how: Reading = BY_RULES,
    ) -> None:
        """Ask, and remember the question; one of theirs that was open is closed.

        `picks` is what they picked of that one, as in an `Understanding`. A thread has one open
        question. Where that is somebody else's, it stays, and this one is only said. What is open
        and was answered before it was asked is asked once more. Who has handed the conversation
        over since they said it, is asked no more: who has it now is.
        """
        if question.late:
            await self._again(message, person, question, how=how)
            return
        card_id = f"ask-{self._ids.new()}"
        question = question.model_copy(update={"plan_only": message.plan_only})

        def work(unit: Unit) -> list[ThreadItem | None]:
            thread, asked = message.thread, unit.asked(message.thread)
            if asked is not None and not asks(unit, thread, person.name):
                who = self._reader(person.name).who(asked[2])
                text = f"{without_options(question)} {_ANOTHERS.format(who=who)}"
                said = told_how(talk_card(f"say-{card_id}", text), how)
                return [told(unit, message, person, "question", text, said, MarkState.ASKED)]
            whom = person.name
            if not pending.is_anew(unit, message.event_id):
                whom = holders.whose(holders.held_by(unit, thread), whom)
            formerly = () if whom == person.name else (person.name,)
            of = [*pending.answered(unit, message.event_id), message.event_id]
            if _answers(unit, message, person.name):
                drawn = followed if picks is None else None
                of = [*led_to(unit, thread), *of]
                former = self._closed(unit, thread, message.text if picks else "", drawn=drawn)
                formerly = (*(asked[0].formerly if asked else ()), *formerly)
            else:  # what it leaves unanswered is not answered by it
                former = self._closed(unit, thread, drawn=replaced)
            reader = self._reader(whom)
            card = question_card(
                card_id, question, reader, request=message.text, by=whom,
                beside_run=_runs(unit, thread),
            )  # fmt: skip
            still = question.model_copy(update={"formerly": tuple(dict.fromkeys(formerly))})
            asking = Asking(still, message.text, whom, of=of)
            shown = opened(unit, thread, asking, told_how(card, how))
            pending.done(unit, message.event_id)
            return [former, shown]

        await self._show(work, message)

    async def _again(
        self, message: Message, person: Person, question: Question, *, how: Reading = BY_RULES
    ) -> None:
        """Ask once more what is open: what was said before it was asked is no answer to it.

        It is asked as it is stored: it may have been handed over since it was read.
        """
        card_id = f"ask-{self._ids.new()}"

        def work(unit: Unit) -> list[ThreadItem | None]:
            thread, asked = message.thread, unit.asked(message.thread)
            if asked is None or not asks(unit, thread, person.name):  # answered, or handed over
                text = not_counted(question)
                said = talk_card(f"say-{card_id}", text)
                return [told(unit, message, person, "talk", text, said, MarkState.REFUSED)]
            open_now, request, whom = asked
            open_now = open_now.model_copy(update={"beside": False, "talked": False})
            of, reader = led_to(unit, thread), self._reader(person.name)
            stood = [*(unit.get(stood_key(thread)) or ()), unit.get(open_key(thread))]
            late = open_now.model_copy(update={"late": question.late})
            card = question_card(
                card_id, late, reader, request=request, by=person.name,
                beside_run=_runs(unit, thread),
            )  # fmt: skip
            former = self._closed(unit, thread, drawn=asked_again)
            asking = Asking(open_now, request, whom, of=of)
            shown = opened(unit, thread, asking, told_how(card, how))
            unit.put(stood_key(thread), stood)
            marked(unit, thread, message.event_id, MarkState.DONE)
            pending.done(unit, message.event_id)
            return [former, shown]

        await self._show(work, message)

    async def refusal(
        self, message: Message, person: Person, refusal: Refusal, *, how: Reading = BY_RULES
    ) -> None:
        """Say no, with the way out."""
        card = told_how(refusal_card(f"no-{self._ids.new()}", refusal), how)
        text = attributed(refusal)
        await self._show(
            lambda unit: [told(unit, message, person, "refusal", text, card, MarkState.REFUSED)],
            message,
        )

    async def talk(
        self,
        message: Message,
        person: Person,
        said: SmallTalk,
        picks: str | None = None,
        *,
        how: Reading = BY_RULES,
    ) -> None:
        """A sentence; what is asked waits on, unless it was answered or put away (`picks`).

        Nobody waits, where it was dropped, for what they wanted to change after *Change…*.
        """
        card_id = f"say-{self._ids.new()}"

        def work(unit: Unit) -> list[ThreadItem | None]:
            text = talked(unit, message.thread, said, self._reader(person.name), person.name)
            ends = picks is not None or said.closes or said.dropped or said.overtaken
            former = None
            if ends and _answers(unit, message, person.name):
                former = self._closed(unit, message.thread, message.text if picks else "")
            elif not said.overtaken and asks(unit, message.thread, person.name):
                text += _STILL_OPEN
                note = asked_back if said.of_question else said_beside
                note(unit, message.thread)
            drawn = overtaken_card if said.overtaken else talk_card
            card = told_how(drawn(card_id, text), how)
            if said.dropped:
                end_change(unit, message.thread, person.name)
            heeded = picks is not None or said.answers or said.dropped or said.by
            mark = MarkState.DONE if heeded else MarkState.REFUSED
            return [former, told(unit, message, person, "talk", text, card, mark)]

        await self._show(work, message)

    async def among_people(
        self, message: Message, person: Person, said: SmallTalk | None, *, how: Reading = BY_RULES
    ) -> None:
        """What is told of words that ask for nothing and were said among people, if anything is.

        Where nothing is, a mere "ok" behind them may be to what a colleague answered.
        """
        if said is None:
            await self._store.write(lambda unit: spoken_beside(unit, message.thread))
        else:
            await self.talk(message, person, said, how=how)

    async def explain(
        self,
        message: Message,
        person: Person,
        text: str,
        more: tuple[Block, ...] = (),
        *,
        how: Reading = BY_RULES,
    ) -> None:
        """Why a plan stands as it does, with `more` below it; what was asked before waits on."""
        card = talk_card(f"say-{self._ids.new()}", text)
        card = card.model_copy(update={"body": (*card.body, *more)})
        await self.tell(message, person, card, kind="why", how=how)

    async def tell(
        self,
        message: Message,
        person: Person,
        card: Card,
        *,
        kind: str = "state",
        how: Reading = BY_RULES,
    ) -> None:
        """A card that answers a question about Overseer itself, beside whatever is open."""
        card = told_how(card, how)
        text = " ".join(block.text for block in card.body if isinstance(block, Paragraph))
        await self._show(lambda unit: [told(unit, message, person, kind, text, card)], message)

    async def say(
        self,
        thread: ThreadRef,
        text: str,
        *,
        event: str = "",
        mark: MarkState = MarkState.DONE,
        picked: Message | None = None,
    ) -> None:
        """A sentence that is no answer to a request. `event` is a message that waits no more.

        An open question whether a plan shall be changed goes with a plan that no longer can be, and
        any that a message has `picked` an answer of: it must not take another one.
        """
        card = talk_card(f"say-{self._ids.new()}", text)

        def work(unit: Unit) -> list[ThreadItem | None]:
            for each in (event, *pending.answered(unit, event)):
                marked(unit, thread, each, mark)
            former = None
            if picked is not None and _answers(unit, picked, picked.person or ""):
                former = self._closed(unit, thread, picked.text, mark=mark)
            elif open_question.is_over(unit, thread):
                former = self._closed(unit, thread, drawn=outlived)
            pending.done(unit, event)
            return [former, put(unit, thread, card)]

        await self._show(work)

    async def failed(self, message: Message, why: str) -> None:
        """Nothing came of a message, and this says why."""
        event, mark = message.event_id, MarkState.REFUSED
        await self.say(message.thread, why, event=event, mark=mark)

    async def understood(
        self,
        message: Message,
        person: Person,
        understood: Understanding,
        fate: Fate,
        *,
        plan_only: bool,
    ) -> None:
        """A request was understood: what it was said to is answered or over, its buttons go.

        Beside what stays open (`fate`) a mere "ok" counts no more.
        """

        def work(unit: Unit) -> list[ThreadItem | None]:
            thread = message.thread
            if not _answers(unit, message, person.name):
                return []
            if fate is Fate.BESIDE:
                said_beside(unit, thread)
                return []
            pending.understand(unit, message.event_id, understood, plan_only=plan_only)
            if fate is Fate.PASSED_OVER:
                return [self._closed(unit, thread, drawn=passed_over)]
            pending.answer(unit, message.event_id, led_to(unit, thread))
            mark = MarkState.HEARD  # what is made of the answer is what came of the request
            return [self._closed(unit, thread, message.text, mark=mark)]

        await self._show(work)

    async def keep_open(self, message: Message, person: Person) -> None:
        """A look was asked beside the open question: it waits on, and "ok" answers it no more."""

        def work(unit: Unit) -> None:
            if asks(unit, message.thread, person.name):
                said_beside(unit, message.thread)

        await self._store.write(work)

    def sentence(self, unit: Unit, thread: ThreadRef, text: str) -> ThreadItem | None:
        """A sentence, within somebody else's unit of work."""
        return put(unit, thread, talk_card(f"say-{self._ids.new()}", text))

    def asked_of(self, unit: Unit, thread: ThreadRef, person: Person) -> ThreadItem | None:
        """The open question's card as it stands after a handover: it says whom it is for."""
        card_id, asked = unit.get(open_key(thread)), unit.asked(thread)
        found = unit.card(card_id) if card_id else None
        if found is None or asked is None or asked[2] != person.name:
            return None
        return put(unit, thread, asked_of(found[1], person.name, self._reader(person.name)))

    async def pass_on(self, items: Iterable[ThreadItem | None]) -> None:
        """Show what is stored."""
        for item in items:
            if item is not None:
                edited = item.card is not None and item.card.serial > 0
                await self._mouth.pass_on(item, edited=edited)

    async def dismiss(self, press: ButtonPress, person: Person, people: People) -> tuple[str, ...]:
        """Nobody cares any more: the buttons of the question go that this was pressed on.

        Returns the messages that were said to it and are still being read: nothing comes of them.

        Raises:
            ConflictError: it is open no more, or stands on another card.
            NotAllowedError: somebody else was asked.
        """

        def work(unit: Unit) -> tuple[tuple[str, ...], ThreadItem | None]:
            open_question.pressed_on(unit, press, person, people)
            unread = open_question.unread_answers(unit, press.thread)
            return unread, self._closed(unit, press.thread)

        unread, item = await self._store.write(work)
        await self.pass_on([item])
        return unread

    def _closed(
        self,
        unit: Unit,
        thread: ThreadRef,
        answer: str = "",
        *,
        drawn: Callable[[Card], Card] | None = None,
        mark: MarkState = MarkState.REFUSED,
    ) -> ThreadItem | None:
        def as_it_is(card: Card, whom: str) -> Card:
            return drawn(card) if drawn else answered(card, answer, self._reader(whom))

        return closed(unit, thread, as_it_is, mark=mark)

    async def _show(
        self, work: Callable[[Unit], list[ThreadItem | None]], answers: Message | None = None
    ) -> None:
        items = await self._store.write(work)
        if answers is not None:
            self.answered(answers.event_id)
        await self.pass_on(items)


_ANOTHERS = (
    "What I asked {who} is still open here, so say all of it in one sentence, or ask me in a "
    "thread of your own."
)
_STILL_OPEN = (
    " What I asked is still open: pick one of its answers, or say “never mind” to put it away."
)


_GOING_ON = frozenset(RunState) - RUN_ENDED


def _runs(unit: Unit, thread: ThreadRef) -> bool:
    """Whether a run of the conversation goes on, or waits for somebody halfway."""
    return bool(unit.runs(_GOING_ON, thread))


def _answers(unit: Unit, message: Message, person: str) -> bool:
    """Whether what is asked in the message's thread was asked this person when they said it."""
    return open_question.answers(unit, message.thread, message.event_id, person)

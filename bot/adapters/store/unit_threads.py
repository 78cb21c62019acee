"""A unit's inbox, threads, cards and open questions.

`threads` keeps one row per conversation beside its items, so that a list of conversations
reads no item.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from sqlalchemy import delete, exists, func, literal, or_, select, true, update

from bot.adapters.store import rows
from bot.adapters.store.engine import Handle, Row, Statement, adding, given
from bot.adapters.store.tables import (
    InboxRow,
    ItemRow,
    PlanRow,
    QuestionRow,
    ThreadPersonRow,
    ThreadRow,
    table,
)  # fmt: skip
from bot.adapters.store.unit_kept import KeptPart
from bot.adapters.store.unit_posts import PostPart
from bot.domain.attention import foremost
from bot.domain.cards import Card, ThreadItem, ThreadSummary, Tone
from bot.domain.intents import Question
from bot.domain.messages import ThreadRef
from bot.domain.runs import PlanState

TITLE_LENGTH: Final = 80
STANDING_OF: Final = 50
"""Cards of a conversation, the newest, of which one stands for it."""

_inbox = table(InboxRow)
_threads = table(ThreadRow)
_persons = table(ThreadPersonRow)
_items = table(ItemRow)
_questions = table(QuestionRow)
_plans = table(PlanRow)

RECEIVED: Final = Statement(
    select(_inbox.c.at).where(
        _inbox.c.surface == given("surface"), _inbox.c.event_id == given("event")
    ),
    "surface event",
)
RECEIVE: Final = adding(_inbox)
BECAME: Final = Statement(
    update(_inbox)
    .where(_inbox.c.surface == given("surface"), _inbox.c.event_id == given("event"))
    .values(plan=given("number")),
    "surface event number",
)
BECOME: Final = Statement(
    select(_inbox.c.plan).where(
        _inbox.c.surface == given("surface"), _inbox.c.event_id == given("event")
    ),
    "surface event",
)
MESSAGES_OF: Final = Statement(
    select(_inbox.c.event_id)
    .where(_inbox.c.plan == given("plan"), _inbox.c.surface == given("surface"))
    .order_by(_inbox.c.at),
    "plan surface",
)
LET_GO: Final = Statement(
    delete(_inbox).where(_inbox.c.surface == given("surface"), _inbox.c.event_id == given("event")),
    "surface event",
)

_OF_THREAD = _threads.c.thread == given("thread")
THREAD: Final = Statement(select(_threads.c.said).where(_OF_THREAD), "thread")
ADD_THREAD: Final = adding(_threads)
TOUCH: Final = Statement(
    update(_threads).where(_OF_THREAD).values(at=given("now")), "thread now"
)  # fmt: skip
ENTITLE: Final = Statement(
    update(_threads)
    .where(_OF_THREAD)
    .values(title=given("words"), said=true(), at=given("now")),
    "thread words now",
)  # fmt: skip
STAND: Final = Statement(
    update(_threads)
    .where(_OF_THREAD)
    .values(state=given("word"), tone=given("look"), card_seq=given("seq")),
    "thread seq word look",
)
_SUMMARY = (_threads.c.thread, _threads.c.title, _threads.c.at, _threads.c.state, _threads.c.tone)
THREADS: Final = Statement(
    select(*_SUMMARY).order_by(_threads.c.at.desc(), _threads.c.thread).limit(given("limit")),
    "limit",
)
THREADS_OF: Final = Statement(
    select(*_SUMMARY)
    .join(_persons, _persons.c.thread == _threads.c.thread)
    .where(_persons.c.person == given("person"))
    .order_by(_threads.c.at.desc(), _threads.c.thread)
    .limit(given("limit")),
    "person limit",
)
_OPEN = (PlanState.DRAFTED, PlanState.WAITING)
TALKS: Final = Statement(
    select(_threads.c.surface, _threads.c.channel, _threads.c.name)
    .where(
        _threads.c.surface == given("surface"),
        or_(
            _threads.c.at >= given("since"),
            exists().where(_questions.c.thread == _threads.c.thread),
            exists().where(
                _plans.c.thread == _threads.c.thread,
                _plans.c.newest == true(),
                or_(*[_plans.c.state == literal(state.value) for state in _OPEN]),
            ),
        ),
    )
    .order_by(_threads.c.at.desc(), _threads.c.thread)
    .limit(given("limit")),
    "surface since limit",
)
PERSON: Final = Statement(
    select(_persons.c.person).where(
        _persons.c.person == given("person"), _persons.c.thread == given("thread")
    ),
    "person thread",
)
ADD_PERSON: Final = adding(_persons)
DROP_PERSON: Final = Statement(
    delete(_persons).where(
        _persons.c.person == given("person"), _persons.c.thread == given("thread")
    ),
    "person thread",
)

ADD_ITEM: Final = adding(_items, without="seq")
_ITEM = (
    _items.c.seq, _items.c.thread, _items.c.at, _items.c.kind, _items.c.person, _items.c.text,
    _items.c.card,
)  # fmt: skip
ITEMS: Final = Statement(
    select(*_ITEM)
    .where(_items.c.thread == given("thread"), _items.c.seq > given("after"))
    .order_by(_items.c.seq),
    "thread after",
)
_OF_CARD = _items.c.card_id == given("card")
CARD: Final = Statement(
    select(_items.c.seq, _items.c.at, _items.c.serial, _items.c.thread, _items.c.card).where(
        _OF_CARD
    ),
    "card",
)
CARD_WHERE: Final = Statement(
    select(_threads.c.surface, _threads.c.channel, _threads.c.name, _items.c.card)
    .join(_items, _items.c.thread == _threads.c.thread)
    .where(_OF_CARD),
    "card",
)
REPLACE: Final = Statement(
    update(_items).where(_OF_CARD).values(card=given("body"), serial=given("number")),
    "card body number",
)

STANDINGS: Final = Statement(
    select(
        _items.c.seq,
        func.json_extract(_items.c.card, "$.state"),
        func.json_extract(_items.c.card, "$.tone"),
    )
    .where(_items.c.thread == given("thread"), _items.c.card.is_not(None))
    .order_by(_items.c.seq.desc())
    .limit(STANDING_OF),
    "thread",
)

_OF_QUESTION = _questions.c.thread == given("thread")
QUESTION: Final = Statement(select(_questions).where(_OF_QUESTION), "thread")
ADD_QUESTION: Final = adding(_questions)
DROP_QUESTION: Final = Statement(delete(_questions).where(_OF_QUESTION), "thread")


class ThreadPart(PostPart, KeptPart):
    """Inbox, threads, cards and open questions."""

    _db: Handle
    _now: datetime

    def receive(self, surface: str, event_id: str) -> bool:
        """Take a delivery in; False when it has been taken in before."""
        if self.received(surface, event_id):
            return False
        now = rows.moment(self._now)
        self._db.change(RECEIVE, rows.plain(surface), rows.plain(event_id), now, None)
        return True

    def received(self, surface: str, event_id: str) -> bool:
        """Whether a delivery has been taken in."""
        return bool(self._db.row(RECEIVED, rows.plain(surface), rows.plain(event_id)))

    def became(self, surface: str, event_id: str, plan: int) -> None:
        """Write down the plan that a message asked for, or changed."""
        self._db.change(BECAME, rows.plain(surface), rows.plain(event_id), plan)

    def plan_of(self, surface: str, event_id: str) -> int | None:
        """The plan that a message asked for, or changed; None: none, or it was never heard."""
        row = self._db.row(BECOME, rows.plain(surface), rows.plain(event_id))
        return None if row is None else row[0]

    def messages_of(self, plan: int, surface: str) -> tuple[str, ...]:
        """The deliveries that asked for a plan, or changed it, oldest first."""
        return tuple(row[0] for row in self._db.rows(MESSAGES_OF, plan, surface))

    def talks(self, surface: str, since: datetime, limit: int = 200) -> tuple[ThreadRef, ...]:
        """Conversations of a surface in which words may be wanted, the newest first."""
        found = self._db.rows(TALKS, rows.plain(surface), rows.moment(since), limit)
        return tuple(ThreadRef(surface=s, channel=c, thread=t) for s, c, t in found)

    def let_go(self, surface: str, event_id: str) -> None:
        """Forget a delivery of which nothing was done: the next one is taken in again."""
        self._db.change(LET_GO, rows.plain(surface), rows.plain(event_id))

    def say(self, thread: ThreadRef, person: str, text: str) -> ThreadItem:
        """Record what a person said."""
        key, person, text = _key(thread), rows.plain(person), rows.plain(text)
        now = rows.moment(self._now)
        if self._opened(thread, _title(text), said=True):
            self._db.change(TOUCH, key, now)
        else:
            self._db.change(ENTITLE, key, _title(text), now)
        self._among(person, key)
        seq = self._db.insert(ADD_ITEM, key, now, "said", person, text, None, None, 0)
        return ThreadItem(
            seq=seq, thread=str(thread), at=self._now, kind="said", person=person, text=text
        )

    def put_card(self, thread: ThreadRef, card: Card) -> ThreadItem | None:
        """Insert a card, or replace the one with its id unless that has a newer serial.

        Returns the item, or None when the stored one is newer. The serial that is stored is
        the old one + 1; of a card that says the same as before it stays, and no copy of it is
        owed anew. A card stays in the thread where it first appeared.
        """
        key = _key(thread)
        former = self._db.row(CARD, card.id)
        if former is None:
            self._opened(thread, _title(card.title), said=False)
            at = rows.moment(self._now)
            body = rows.json_out(card)
            seq = self._db.insert(
                ADD_ITEM, key, at, "card", "", "", card.id, body, card.serial
            )  # fmt: skip
        else:
            seq, at, serial, key, _ = former
            if serial > card.serial:
                return None
            if rows.json_out(card.model_copy(update={"serial": serial})) == former[4]:
                return self._unchanged(seq, at, key, card, serial)
            card = card.model_copy(update={"serial": serial + 1})
            self._db.change(REPLACE, card.id, rows.json_out(card), card.serial)
        # A card that is only drawn again, as after a restart, is no news in its conversation.
        before = rows.json_in(former[4]) if former is not None else {}
        if before.get("state") != card.state:
            self._db.change(TOUCH, key, rows.moment(self._now))
        if (before.get("state"), before.get("tone")) != (card.state, card.tone.value):
            self._stands(key)
        # On its way by itself, and no further than another line or number: that is progress.
        same = all(before.get(of) == getattr(card, of) for of in ("state", "revision", "digest"))
        self._owed(thread, card, new=former is None, turned=not (card.busy and same))
        return ThreadItem(
            seq=seq, thread=key, at=datetime.fromisoformat(at), kind="card", card=card
        )  # fmt: skip

    @staticmethod
    def _unchanged(seq: int, at: str, key: str, card: Card, serial: int) -> ThreadItem:
        """A card that is drawn again as it stands: nobody is owed it once more."""
        card = card.model_copy(update={"serial": serial})
        return ThreadItem(
            seq=seq, thread=key, at=datetime.fromisoformat(at), kind="card", card=card
        )  # fmt: skip

    def _owed(self, thread: ThreadRef, card: Card, *, new: bool, turned: bool) -> None:
        """A card of a chat platform is owed there; its copies anywhere follow it."""
        if new and thread.is_room:
            self.owe_card(thread, card)
        elif not new:
            self.follow(card, turned=turned)

    def _stands(self, key: str) -> None:
        """Let the card that most wants attention stand for its conversation."""
        cards = self._db.rows(STANDINGS, key)
        seq, state, tone = cards[foremost([state for _, state, _ in cards])]
        self._db.change(STAND, key, seq, state, tone)

    def thread(self, thread: ThreadRef, after: int = 0) -> tuple[ThreadItem, ...]:
        """The items of a thread with `seq` greater than `after`, in order of first appearance."""
        return tuple(_item(row) for row in self._db.rows(ITEMS, _key(thread), after))

    def threads(self, person: str | None, limit: int = 50) -> tuple[ThreadSummary, ...]:
        """Conversations of one person (None: everybody's), newest first."""
        if person is None:
            found = self._db.rows(THREADS, limit)
        else:
            found = self._db.rows(THREADS_OF, rows.plain(person), limit)
        return tuple(
            ThreadSummary(
                thread=key, title=title, at=datetime.fromisoformat(at), state=state, tone=Tone(tone)
            )
            for key, title, at, state, tone in found
        )

    def share(self, thread: ThreadRef, person: str) -> None:
        """Let a conversation be one of this person's, too, before they have spoken in it."""
        self._among(rows.plain(person), _key(thread))

    def unshare(self, thread: ThreadRef, person: str) -> None:
        """Let it be none of theirs any more."""
        self._db.change(DROP_PERSON, rows.plain(person), _key(thread))

    def _among(self, person: str, key: str) -> None:
        if not self._db.row(PERSON, person, key):
            self._db.change(ADD_PERSON, person, key)

    def card(self, card_id: str) -> tuple[ThreadRef, Card] | None:
        """A card and where it is shown."""
        row = self._db.row(CARD_WHERE, rows.plain(card_id))
        if row is None:
            return None
        surface, channel, name, body = row
        ref = ThreadRef(surface=surface, channel=channel, thread=name)
        return ref, Card.model_validate_json(body)

    def ask(self, thread: ThreadRef, question: Question | None, request: str, person: str) -> None:
        """Set (or clear, with None) the open question of a thread."""
        key = _key(thread)
        self._db.change(DROP_QUESTION, key)
        if question is not None:
            words = rows.json_out(question)
            self._db.change(ADD_QUESTION, key, words, rows.plain(request), rows.plain(person))

    def asked(self, thread: ThreadRef) -> tuple[Question, str, str] | None:
        """The open question of a thread: question, the request it belongs to, and who asked."""
        row = self._db.row(QUESTION, _key(thread))
        if row is None:
            return None
        _, question, request, person = row
        return Question.model_validate_json(question), request, person

    def _opened(self, thread: ThreadRef, title: str, *, said: bool) -> bool:
        """Make the thread's row unless it is there; whether its title is settled."""
        row = self._db.row(THREAD, _key(thread))
        if row is not None:
            return bool(row[0])
        parts = (rows.plain(p) for p in (thread.surface, thread.channel, thread.thread))
        now = rows.moment(self._now)
        self._db.change(
            ADD_THREAD, _key(thread), *parts, title, said, now, "", Tone.NEUTRAL.value, 0
        )
        return said


def _key(thread: ThreadRef) -> str:
    return rows.plain(str(thread))


def _title(text: str) -> str:
    """The first line, cut to what a list has room for."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rstrip() + "…"


def _item(row: Row) -> ThreadItem:
    seq, thread, at, kind, person, text, body = row
    what: Literal["said", "card", "note"] = kind
    return ThreadItem(
        seq=seq, thread=thread, at=datetime.fromisoformat(at), kind=what, person=person, text=text,
        card=None if body is None else Card.model_validate_json(body),
    )  # fmt: skip

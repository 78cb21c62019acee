"""What a unit knows of posts: the durable outbox of chat platforms.

A post is owed in the transaction of what it tells, and edits coalesce: owed again before it was
sent, it is sent once, as it stands then. `due` is kept beside it, so that what there is to send
is found without reading what was sent long ago.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import and_, case, false, func, select, true, update
from sqlalchemy.sql.elements import ColumnElement

from bot.adapters.store import rows
from bot.adapters.store.engine import Handle, Row, Statement, adding, given
from bot.adapters.store.tables import PostRow, table
from bot.adapters.store.unit_ledger import Pending
from bot.domain.cards import Attachment, Card
from bot.domain.messages import ThreadRef
from bot.domain.posts import Body, Mark, Notice, Post, PostKind, card_key

_posts = table(PostRow)
_ONE = _posts.c.id == given("post")
_HERE = (
    _posts.c.surface == given("surface"),
    _posts.c.channel == given("channel"),
    _posts.c.thread == given("thread"),
    _posts.c.key == given("key"),
)

ADD_POST: Final = adding(_posts, without="id")
POST: Final = Statement(select(_posts).where(_ONE), "post")
POST_HERE: Final = Statement(select(_posts).where(*_HERE), "surface channel thread key")
POST_AT: Final = Statement(
    select(_posts)
    .where(
        _posts.c.surface == given("surface"),
        _posts.c.channel == given("channel"),
        _posts.c.remote == given("remote"),
    )
    .order_by(_posts.c.id),
    "surface channel remote",
)
POSTS_OF: Final = Statement(
    select(_posts).where(_posts.c.card == given("card")).order_by(_posts.c.id), "card"
)
OWED: Final = Statement(
    select(_posts)
    .where(
        _posts.c.surface == given("surface"), _posts.c.due == true(), _posts.c.id > given("after")
    )
    .order_by(_posts.c.id)
    .limit(given("limit")),
    "surface after limit",
)
RENEW: Final = Statement(
    update(_posts)
    .where(_ONE)
    .values(
        body=given("body"),
        version=_posts.c.version + 1,
        due=case((_posts.c.gone == "", true()), else_=false()),
    ),
    "post body",
)
BUMP: Final = Statement(
    update(_posts)
    .where(_posts.c.card == given("card"), _posts.c.kind == PostKind.CARD.value)
    .values(version=given("number"), due=case((_posts.c.gone == "", true()), else_=false()))
    .returning(_posts.c.id),
    "card number",
)
TURN: Final = Statement(
    update(_posts)
    .where(_posts.c.card == given("card"), _posts.c.kind == PostKind.CARD.value)
    .values(turned=given("number")),
    "card number",
)
SENDING: Final = Statement(
    update(_posts).where(_ONE).values(nonce=given("nonce"), sent_at=given("now")), "post nonce now"
)


def _later(number: ColumnElement[int]) -> ColumnElement[bool]:
    return case((and_(_posts.c.version > number, _posts.c.gone == ""), true()), else_=false())


SENT: Final = Statement(
    update(_posts)
    .where(_ONE)
    .values(
        shown=given("number"), remote=given("remote"), nonce="", tries=0, not_before=None,
        due=_later(given("newest")),
    ),
    "post remote number newest",
)  # fmt: skip
PUT_OFF: Final = Statement(
    update(_posts).where(_ONE).values(not_before=given("until")), "post until"
)
FAILED: Final = Statement(update(_posts).where(_ONE).values(tries=_posts.c.tries + 1), "post")
NOT_THERE: Final = Statement(update(_posts).where(_ONE).values(nonce=""), "post")
DRAW: Final = Statement(
    update(_posts)
    .where(*_HERE, _posts.c.gone == "")
    .values(shown=-1, due=true())
    .returning(_posts.c.id),
    "surface channel thread key",
)
GIVEN_UP: Final = Statement(
    select(_posts)
    .where(
        _posts.c.surface == given("surface"), _posts.c.gone > "",
        _posts.c.kind != PostKind.MARK.value,
    )
    .order_by(_posts.c.id.desc())
    .limit(given("limit")),
    "surface limit",
)  # fmt: skip
COPIES: Final = Statement(
    select(_posts)
    .where(
        _posts.c.surface == given("surface"), _posts.c.reader > "",
        _posts.c.kind == PostKind.CARD.value,
    )
    .order_by(_posts.c.id.desc())
    .limit(given("limit")),
    "surface limit",
)  # fmt: skip
_TO_THEM = (_posts.c.surface == given("surface"), _posts.c.reader == given("reader"))
POSTS_TO: Final = Statement(
    select(_posts)
    .where(*_TO_THEM, _posts.c.kind == given("kind"), _posts.c.remote != "")
    .order_by(_posts.c.id.desc())
    .limit(given("limit")),
    "surface reader kind limit",
)
POST_TO: Final = Statement(
    select(_posts)
    .where(*_TO_THEM, _posts.c.remote == given("remote"))
    .order_by(_posts.c.id.desc())
    .limit(1),
    "surface reader remote",
)
OWE_AGAIN: Final = Statement(
    update(_posts).where(_ONE).values(gone="", shown=-1, tries=0, due=true()), "post"
)
HOW_MANY: Final = Statement(
    select(func.count()).where(_posts.c.surface == given("surface"), _posts.c.due == true()),
    "surface",
)
GIVE_UP: Final = Statement(
    update(_posts).where(_ONE).values(gone=given("why"), nonce="", due=false()), "post why"
)

_BODIES: Final[dict[PostKind, TypeAdapter[Body]]] = {
    PostKind.FILE: TypeAdapter(Attachment),
    PostKind.NOTICE: TypeAdapter(Notice),
    PostKind.MARK: TypeAdapter(Mark),
}


class PostPart:
    """The outbox."""

    _db: Handle
    _now: datetime
    _pending: Pending

    def owe(
        self,
        place: ThreadRef,
        key: str,
        kind: PostKind,
        body: Body | None = None,
        *,
        card: str = "",
        reader: str = "",
        version: int = 0,
    ) -> Post:
        """Let this be shown there; under a key that is there already, when its body differs.

        A card's version is its serial, so `body` is None for it.
        """
        former = self._db.row(POST_HERE, *_where(place), rows.plain(key))
        said = None if body is None else rows.json_out(body)
        if former is None:
            number = self._db.insert(
                ADD_POST, *_where(place), rows.plain(key), kind.value, rows.plain(card),
                rows.plain(reader), said, version, -1, True, "", "", 0, None, None, "",
                rows.moment(self._now), version,
            )  # fmt: skip
            self._pending.touch(number)
        else:
            number = former[0]
            if said is not None and said != former[8]:
                self._change(RENEW, number, said)
        return self._the(number)

    def owe_card(self, place: ThreadRef, card: Card, reader: str = "") -> Post:
        """Let a card be shown there, from now on in each of its states."""
        return self.owe(
            place, card_key(card.id), PostKind.CARD, card=card.id, reader=reader,
            version=card.serial,
        )  # fmt: skip

    def follow(self, card: Card, *, turned: bool) -> None:
        """Every copy of a card follows it; `turned`: it tells of more than progress."""
        if turned:
            self._db.change(TURN, rows.plain(card.id), card.serial)
        self._touched(self._db.changed(BUMP, rows.plain(card.id), card.serial))

    def owed(self, surface: str, *, after: int = 0, limit: int = 500) -> tuple[Post, ...]:
        """What there is to send, the oldest first; `after` is the id of a post."""
        return tuple(_post(row) for row in self._db.rows(OWED, surface, after, limit))

    def posts_of(self, card: str) -> tuple[Post, ...]:
        """Where a card is to be shown, and its files."""
        return tuple(_post(row) for row in self._db.rows(POSTS_OF, rows.plain(card)))

    def owes(self, place: ThreadRef, key: str) -> bool:
        """Whether this was ever owed there, sent or not."""
        return self._db.row(POST_HERE, *_where(place), rows.plain(key)) is not None

    def post(self, post_id: int) -> Post | None:
        """A post by its id."""
        row = self._db.row(POST, post_id)
        return None if row is None else _post(row)

    def post_at(self, surface: str, channel: str, remote: str) -> Post | None:
        """The post that a platform's message is."""
        row = self._db.row(POST_AT, surface, rows.plain(channel), rows.plain(remote))
        return None if row is None or not remote else _post(row)

    def posted(self, place: ThreadRef, key: str) -> Post | None:
        """What is owed, or was sent, in a place under a key."""
        row = self._db.row(POST_HERE, *_where(place), rows.plain(key))
        return None if row is None else _post(row)

    def draw(self, place: ThreadRef, key: str) -> None:
        """Let it be drawn again, though nothing new is owed: what is said around it has changed."""
        self._touched(self._db.changed(DRAW, *_where(place), rows.plain(key)))

    def sending(self, post_id: int, nonce: str) -> None:
        """Write down, before a first sending, by what it can be found if its outcome is unknown.

        Of a mark it is the state that is put. An edit needs none: doing it twice is harmless.
        """
        self._change(SENDING, post_id, rows.plain(nonce), rows.moment(self._now))

    def sent(self, post_id: int, remote: str, version: int) -> None:
        """It is there as of this version; what has changed since is owed still."""
        self._change(SENT, post_id, rows.plain(remote), version, version)

    def put_off(
        self, post_id: int, until: datetime, *, failed: bool = False, doubt: bool = False
    ) -> None:
        """Try no more before then. `failed` counts a try, `doubt`: it may have got there."""
        self._change(PUT_OFF, post_id, rows.moment(until))
        if failed:
            self._change(FAILED, post_id)
        if not doubt:
            self._change(NOT_THERE, post_id)

    def give_up(self, post_id: int, why: str) -> None:
        """Never try again."""
        self._change(GIVE_UP, post_id, rows.plain(why))

    def copies(self, surface: str, limit: int) -> tuple[Post, ...]:
        """The cards in direct messages to somebody, sent or not, the newest first."""
        return tuple(_post(row) for row in self._db.rows(COPIES, surface, limit))

    def posts_to(self, surface: str, reader: str, kind: PostKind, limit: int) -> tuple[Post, ...]:
        """What stands in direct messages to one person, of this kind, the newest first."""
        found = self._db.rows(POSTS_TO, surface, rows.plain(reader), kind.value, limit)
        return tuple(_post(row) for row in found)

    def post_to(self, surface: str, reader: str, remote: str) -> Post | None:
        """The post that a platform's message to one person is, whatever names its place."""
        if not (reader and remote):
            return None
        row = self._db.row(POST_TO, surface, rows.plain(reader), rows.plain(remote))
        return None if row is None else _post(row)

    def owe_again(self, post_id: int) -> None:
        """Let it be sent after all, though it was given up."""
        self._change(OWE_AGAIN, post_id)

    def given_up(self, surface: str, limit: int = 20) -> tuple[Post, ...]:
        """What a platform refused for good, the newest first: signs on messages are none of it.

        A request that its sender deleted wants no sign any more, which nobody need mend.
        """
        return tuple(_post(row) for row in self._db.rows(GIVEN_UP, surface, limit))

    def how_many_owed(self, surface: str) -> int:
        """How much there is to send."""
        row = self._db.row(HOW_MANY, surface)
        return 0 if row is None else int(row[0])

    def _change(self, statement: Statement, number: int, *values: object) -> None:
        self._db.change(statement, number, *values)
        self._pending.touch(number)

    def _touched(self, ids: Sequence[Row]) -> None:
        for (number,) in ids:
            self._pending.touch(number)

    def _the(self, number: int) -> Post:
        row = self._db.row(POST, number)
        if row is None:
            raise LookupError(number)
        return _post(row)


def posts_of(handle: Handle, numbers: Iterable[int]) -> list[Post]:
    """The posts with these numbers, as far as they are there and can be read."""
    found = []
    for number in numbers:
        row = handle.row(POST, number)
        if row is not None:
            with suppress(ValueError):  # of another version: whoever looks at all is told of it
                found.append(_post(row))
    return found


def _where(place: ThreadRef) -> tuple[str, str, str]:
    return rows.plain(place.surface), rows.plain(place.channel), rows.plain(place.thread)


def _post(row: Row) -> Post:
    (
        number, surface, channel, thread, key, kind, card, reader, body, version, shown, _due,
        remote, nonce, tries, sent_at, not_before, gone, at, turned,
    ) = row  # fmt: skip
    what = PostKind(kind)
    return Post(
        id=number,
        place=ThreadRef(surface=surface, channel=channel, thread=thread),
        key=key,
        kind=what,
        card=card,
        reader=reader,
        body=None if body is None else _BODIES[what].validate_json(body),
        version=version,
        shown=shown,
        remote=remote,
        nonce=nonce,
        tries=tries,
        sent_at=rows.time_in(sent_at),
        not_before=rows.time_in(not_before),
        gone=gone,
        at=datetime.fromisoformat(at),
        turned=turned,
    )

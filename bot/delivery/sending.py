"""One call to a platform: what a post says now, whether it is there already, what came of it.

    a new message   read what it says, and write down its nonce → post → write down where it is
    in doubt        the nonce is there still → find it → post it again only if it is not there
    an edit         read the newest card → edit → write down what is shown
    gone            a card whose message was deleted is posted anew, once (`anew`)
    barred          what somebody must mend first stays owed (`bars`); what can never be does not
    refused         of a card that is there, only the state that was refused: the next one is tried

Between the two writes a crash leaves a nonce behind, by which the next start looks for the
message. Whatever is shown is read from the store at the moment of sending, of a new message in the
unit of work that writes down its nonce; its outcome stands there before the next one of its lane
begins. Where nothing is in its way, a new message is begun with in the commit that owes it
(`begin`): what was seen there is sent, unless it has changed since.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import Final

import structlog

from bot.delivery import bars, copies, files, outputs, written
from bot.delivery.anew import is_posted_anew
from bot.delivery.begun import Begun, Sight, unsent
from bot.delivery.copies import home_of, is_copy, leads_to_a_card
from bot.delivery.drawing import drawn, how, links, seen_by, wanted
from bot.delivery.files import Whole
from bot.delivery.readers import is_readers, pings_of, reader_of
from bot.domain.cards import Attachment, Card
from bot.domain.messages import People
from bot.domain.posts import Mark, MarkState, Notice, Post, PostKind
from bot.errors import (
    ChatAwayError,
    ChatBarredError,
    ChatBusyError,
    ChatDoubtError,
    ChatGoneError,
    ChatRefusedError,
    OverseerError,
    StoreBusyError,
)
from bot.ports import Ids, Linking, Platform, Speech, Store, Unit

_log = structlog.get_logger(__name__)

SKEW: Final = timedelta(seconds=60)
"""How far a platform's clock may be from ours."""
NONCE_LENGTH: Final = 20
"""Within what every platform takes."""
NO_CARD = "The card is gone."


class Fate(StrEnum):
    """What came of a try."""

    THERE = "there"
    NOTHING = "nothing"
    """There was nothing to send."""
    REFUSED = "refused"
    GONE = "gone"
    """What was to be changed is no longer there: it is owed anew."""
    BARRED = "barred"
    """Not until somebody mends something."""
    BUSY = "busy"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """What came of a try.

    `doubt`: it may be there.
    """

    fate: Fate
    doubt: bool = False
    why: str = ""
    retry_after: float = 0.0
    everywhere: bool = False


class Sender:
    """Sends single posts of one platform, and writes down what came of them."""

    def __init__(
        self,
        platform: Platform,
        store: Store,
        people: Callable[[], People],
        ids: Ids,
        *,
        whole: Whole,
        address: Callable[[], str],
    ) -> None:
        """`address` is where the page is; empty: nowhere."""
        self._platform = platform
        self._store = store
        self._people = people
        self._ids = ids
        self._whole = whole
        self._address = address
        self._told: dict[str, str] = {}
        """By channel, what the log has said is to be mended there."""
        self.begun = Begun()

    def begin(self, unit: Unit, number: int) -> bool:
        """Begin with a new message in the unit that owes it; whether its nonce is written now."""
        sight = self._begun(unit, number, self._ids.new()[:NONCE_LENGTH])
        if sight is None or not sight.begun:
            return False
        self.begun.begin(sight)
        return True

    async def send(self, post: Post) -> Outcome:
        """Send what a post owes now; what is known of it may be old.

        Raises:
            StoreBusyError: it could not be read or written down; see the module's table for what
                that leaves.
        """
        sight = await self._seen(post)
        if sight is not None and sight.missing:
            made, owner = await self._made(sight), sight.post
            await self._store.write(lambda u: files.owe(u, owner, made))
            sight = await self._seen(post) or sight
        if sight is None:
            return Outcome(Fate.NOTHING)
        # Of what was in doubt before, nobody knows yet that it is not there; nor of half a mark.
        doubt = bool(sight.post.nonce) or sight.post.kind is PostKind.MARK
        try:
            return await self._sent(sight)
        except ChatRefusedError as error:
            if isinstance(error, ChatGoneError) and await self._again(sight.post):
                return Outcome(Fate.GONE, why=str(error))
            await self._refused(sight, str(error))
            return Outcome(Fate.REFUSED, why=str(error))
        except ChatBarredError as error:
            return await self._barred(sight, str(error), doubt=doubt)
        except ChatBusyError as error:
            return Outcome(
                Fate.BUSY, doubt=doubt, why=str(error), retry_after=error.retry_after,
                everywhere=error.everywhere,
            )  # fmt: skip
        except ChatAwayError as error:
            return Outcome(Fate.FAILED, doubt=doubt, why=str(error))
        except ChatDoubtError as error:
            return Outcome(Fate.FAILED, doubt=True, why=str(error))
        except OverseerError:
            raise
        except Exception as error:  # noqa: BLE001 - a platform is made of libraries
            _log.exception("a platform failed", surface=self._platform.name, post=post.id)
            return Outcome(Fate.FAILED, doubt=True, why=repr(error))

    async def _made(self, sight: Sight) -> files.Made:
        """Its files; where they tell all of the card, with all that was printed."""
        card = sight.card
        if card is not None and any(wish.attachment is None for wish in sight.missing):
            card = await self._store.read(partial(outputs.in_full, card=card))
        return await files.made(card, sight.missing, self._whole)

    # -- what it says ----------------------------------------------------------------------------

    async def _seen(self, post: Post) -> Sight | None:
        """What is to be sent; what may get there twice is written down in the same moment."""
        if (begun := self.begun.of(post)) is not None:
            sight = await self._seen_anew(post, begun)
            if sight is None or sight.begun:
                return sight
        nonce = self._ids.new()[:NONCE_LENGTH]
        if post.is_first or post.kind is PostKind.MARK:
            return await self._store.write(lambda u: self._begun(u, post.id, nonce))
        return await self._store.read(lambda u: self._sight(u, post.id))

    async def _seen_anew(self, post: Post, begun: Sight) -> Sight | None:
        """What is to be sent of a post that was begun with as it was owed."""
        if begun.heard == 1:
            return begun  # not where it was never heard of: that commit has failed
        sight = await self._store.read(lambda u: self._sight(u, post.id))
        if sight is None or sight.post.nonce != begun.begun:
            self.begun.sent(post)
            return sight
        return replace(sight, post=unsent(sight.post), begun=begun.begun)

    def _begun(self, unit: Unit, number: int, nonce: str) -> Sight | None:
        """As `_sight`, with its nonce written down, if it needs one and can be sent now."""
        sight = self._sight(unit, number)
        if sight is None:
            return None
        if sight.card is not None and copies.comes_too_late(unit, sight.post, sight.card):
            unit.sent(number, "", sight.post.version)  # asked anew, it is owed by its next version
            return None
        if sight.missing:
            return sight
        begun = _nonce(sight.post, nonce)
        if begun:
            unit.sending(number, begun)
        return replace(sight, begun=begun)

    def _sight(self, unit: Unit, number: int) -> Sight | None:
        post = unit.post(number)
        if post is None or not post.is_owed:
            return None
        found = unit.card(post.card) if post.card and post.kind is not PostKind.FILE else None
        if found is None:
            return Sight(post)
        origin = self._link(home_of(unit, post, found[0], self._platform.name))
        if post.kind is not PostKind.CARD:  # to somebody who can do it there alone
            return Sight(post, origin=origin)
        card = seen_by(found[1], post.reader)
        fits = self._platform.fits(card) and not outputs.is_cut(card)
        wishes = wanted(card, fits=fits)
        posts = [(wish, unit.posted(post.place, wish.key)) for wish in wishes]
        beside = tuple(how(wish, p, self._link(p), _bar(unit, p)) for wish, p in posts)
        missing = tuple(wish for wish, known in posts if known is None and wish.now)
        return Sight(post, card, beside, missing, origin)

    def _link(self, post: Post | None) -> str:
        if post is None or not post.remote or not isinstance(self._platform, Linking):
            return ""
        return self._platform.link(post.place, post.remote)

    def _speech(self, sight: Sight) -> Speech:
        """What is said; raises `ChatRefusedError` where it must not be said any more."""
        post = sight.post
        reader = reader_of(self._people(), post)
        if post.kind is PostKind.CARD:
            if sight.card is None:
                raise ChatRefusedError(NO_CARD)
            card = drawn(sight.card, sight.beside, self._address())
            files = links(sight.beside)
            return Speech(card, reader=reader, files=files, origin=sight.origin)
        if isinstance(post.body, Notice):
            return Speech(
                post.body,
                reader=reader,
                pings=pings_of(self._people(), post.body, post.place.surface),
                origin=sight.origin,
            )
        if isinstance(post.body, Attachment):
            return Speech(post.body, reader=reader)
        raise ChatRefusedError("There is nothing in it.")

    # -- saying it -------------------------------------------------------------------------------

    async def _sent(self, sight: Sight) -> Outcome:
        """Let it be there, and write that down."""
        post = sight.post
        if isinstance(post.body, Mark):
            return await self._marked(post, post.body, sight.begun)
        version = post.version if sight.card is None else sight.card.serial
        if sight.card is not None and is_copy(post) and not is_readers(self._people(), post):
            return await self._closed(sight, sight.card)
        speech = self._speech(sight)
        if post.remote:
            try:
                await self._platform.edit(post.place, post.remote, speech)
            except ChatGoneError:
                raise
            except ChatRefusedError as error:  # that it is never taken is true of what it says now
                return await self._passed_over(post, version, str(error))
            return await self._arrived(post, post.remote, version)
        if post.nonce and (found := await self._found(post)):
            # Of a card nobody knows in which state it got there: it is drawn again.
            shown = -1 if post.kind is PostKind.CARD else version
            return await self._arrived(post, found, shown)
        nonce = sight.begun or post.nonce or self._ids.new()[:NONCE_LENGTH]
        if not sight.begun:
            await self._store.write(lambda u: u.sending(post.id, nonce))
        if post.nonce and post.kind is PostKind.CARD:
            version = -1  # under a nonce that it knows, a platform may give back what was there
        if leads_to_a_card(post) and not sight.origin:
            version = -1  # what it leads to may be there by now
        self.begun.sent(post)
        remote = await self._platform.post(post.place, speech, nonce=nonce)
        return await self._arrived(post, remote, version)

    async def _closed(self, sight: Sight, card: Card) -> Outcome:
        """A copy whose account is no longer its reader's says so, once."""
        post = sight.post
        if not await self._store.read(lambda u: copies.is_closed(u, post)):
            said = copies.closed_card(card, self._people().shown(post.reader))
            await self._platform.edit(post.place, post.remote, Speech(said))
        return await self._arrived(post, post.remote, card.serial, closed=True)

    async def _arrived(
        self, post: Post, remote: str, version: int, *, closed: bool = False
    ) -> Outcome:
        """It is there as of this version; what was to be mended in its channel has been."""

        def work(unit: Unit) -> bool:
            if is_copy(post):
                copies.shown(unit, post, closed=closed)
            return written.there(unit, post, remote, version)

        if await self._store.write(work):
            self._told.pop(post.place.channel, None)
        return Outcome(Fate.THERE)

    async def _found(self, post: Post) -> str | None:
        """The message that may have got there."""
        try:
            since = (post.sent_at or post.at) - SKEW
            return await self._platform.find(post.place, post.nonce, since=since)
        except ChatRefusedError as error:  # what can't be looked for is better there twice
            _log.warning("a message can't be looked for", post=post.id, why=str(error))
            return None

    async def _marked(self, post: Post, mark: Mark, noted: str) -> Outcome:
        """Put the state's sign there instead of the former one, whichever that is by now.

        `noted`: that it is put is written down already.
        """
        was = MarkState(post.remote) if post.remote else None
        begun = MarkState(post.nonce) if post.nonce else None
        if begun is not None and begun is not mark.state:
            await self._platform.mark(post.place, mark.message, begun, was)
            await self._store.write(lambda u: u.sent(post.id, begun.value, -1))
            was = begun
        if was is not mark.state or begun is not None:
            if not noted and begun is not mark.state:
                await self._store.write(lambda u: u.sending(post.id, mark.state.value))
            former = None if was is mark.state else was
            await self._platform.mark(post.place, mark.message, mark.state, former)
        return await self._arrived(post, mark.state.value, post.version)

    async def _again(self, post: Post) -> bool:
        """Whether what somebody has deleted is shown once more."""
        return await self._store.write(lambda u: is_posted_anew(u, post))

    async def _passed_over(self, post: Post, version: int, why: str) -> Outcome:
        """A card goes on from what it shows: what it says next may be taken."""
        _log_refused(post, why)
        await self._store.write(lambda u: written.passed_over(u, post, version, why))
        self._told.pop(post.place.channel, None)
        return Outcome(Fate.REFUSED, why=why)

    async def _refused(self, sight: Sight, why: str) -> None:
        post = sight.post
        _log_refused(post, why)
        await self._store.write(lambda u: written.gone(u, post, why))
        self._told.pop(post.place.channel, None)

    async def _barred(self, sight: Sight, why: str, *, doubt: bool) -> Outcome:
        """It waits until somebody mends that; for a week, and then it is given up."""
        post, channel = sight.post, sight.post.place.channel
        tell = self._told.get(channel) != why
        self._told[channel] = why  # at once: a channel's other lane asks meanwhile

        def work(unit: Unit) -> bool:
            if bars.barred(unit, post, why, doubt=doubt, tell=tell):
                written.redrawn(unit, post)
                return True
            return False

        try:
            kept = await self._store.write(work)
        except StoreBusyError:
            self._told.pop(channel, None)
            raise
        if not kept:
            why = bars.NEVER_MENDED.format(why=why, days=bars.LONGEST.days)
            await self._refused(sight, why)
            return Outcome(Fate.REFUSED, why=why)
        if tell:
            _log.warning(
                "a platform takes nothing there until somebody mends it",
                surface=post.place.surface, place=str(post.place), what=post.kind.value, why=why,
            )  # fmt: skip
        return Outcome(Fate.BARRED, doubt=doubt, why=why)


def _log_refused(post: Post, why: str) -> None:
    _log.warning(
        "a platform refuses a post", surface=post.place.surface, place=str(post.place),
        what=post.kind.value, card=post.card, why=why,
    )  # fmt: skip


def _nonce(post: Post, new: str) -> str:
    """What is to be written down before a post is sent; empty: nothing, or not before a look."""
    if isinstance(post.body, Mark):
        state = post.body.state.value
        return state if not post.nonce and post.remote != state else ""
    return "" if post.remote or post.nonce else new


def _bar(unit: Unit, post: Post | None) -> str:
    """Why a file is not there yet, where somebody must mend something first."""
    return "" if post is None or post.remote or post.gone else bars.why_barred(unit, post)

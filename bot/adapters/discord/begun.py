"""Conversations that /ask begins: a message that stands for the request, and its thread.

    kept        durably, before the command is acknowledged
    a root      "Ben asks:" in the channel, found again by its mark
    the words   are taken in, in the thread of that root
    settled     below the root stands what was asked, as it was stored; it is kept no more

Whatever of this a process leaves undone the next one does; a root that is there is not made again.
The line that only its asker reads is not answered then: the thread is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog

from bot.adapters.discord import bodies, text
from bot.adapters.discord.faults import RestAwayError, RestBusyError, RestDoubtError, RestError
from bot.adapters.discord.places import NAME, SURFACE, Places
from bot.adapters.discord.pressing import identity_of, place_of
from bot.adapters.discord.rest import Asks
from bot.domain.messages import Called, Message, People, Reply, Role, ThreadRef
from bot.domain.posts import direct
from bot.errors import OverseerError
from bot.ports import Clock, Ears

if TYPE_CHECKING:
    import discord

_log = structlog.get_logger(__name__)

LONGEST = 2000
PAGE, PAGES = 100, 5
PAUSES_S = (1.0, 5.0, 30.0)
SAY_AGAIN = (
    "I was stopped while I took in what you asked by /ask. It held what looks like a secret, so I "
    "kept none of it: ask again without that."
)


class Begun:
    """Begins conversations."""

    def __init__(
        self,
        ears: Ears,
        rest: Asks,
        places: Places,
        clock: Clock,
        people: Callable[[], People],
        *,
        hours: float,
    ) -> None:
        """What was asked before so many `hours` and not seen to is seen to no more."""
        self._ears = ears
        self._rest = rest
        self._places = places
        self._clock = clock
        self._people = people
        self._back = timedelta(hours=hours)
        self._busy: set[str] = set()

    async def keep(
        self, event: discord.Interaction, said: str, lent: frozenset[Role], *, plan_only: bool
    ) -> Called:
        """Keep what is asked for; `ask` is to follow.

        Raises:
            StoreBusyError: it can't be written now.
        """
        identity, place = identity_of(event), place_of(event)
        owner = self._people().owner(identity)
        called = Called(
            event_id=str(event.id),
            channel=str(event.channel_id),
            thread=place if place.thread != str(event.id) else None,
            identity=identity,
            who=owner.display if owner else event.user.display_name,
            text=said,
            at=self._clock.now(),
            plan_only=plan_only,
            lent=lent,
        )
        self._busy.add(called.event_id)
        try:
            await self._ears.keep_call(called)
        except BaseException:
            self._busy.discard(called.event_id)
            raise
        return called

    async def ask(self, called: Called) -> Reply:
        """Say it in a thread of its own; in a thread, or a direct message, it is said there."""
        try:
            return await (self._begin(called) if called.thread is None else self._say(called))
        except OverseerError as error:
            return Reply(accepted=False, text=str(error))
        finally:
            self._busy.discard(called.event_id)

    async def _begin(self, called: Called) -> Reply:
        try:
            root = await self._rooted(called)
        except RestError as error:
            await self._ears.called(SURFACE, called.event_id)
            return Reply(accepted=False, text=str(error.told()))
        place = ThreadRef(surface=SURFACE, channel=called.channel, thread=root)
        try:
            reply = await self._ears.on_message(self._message(called, place, root))
        except OverseerError as error:
            reply = Reply(accepted=False, text=str(error))
        await self._settle(called, place, reply)
        return Reply(accepted=True, text=reply.text or "Asked; the thread has the rest.")

    async def _say(self, called: Called) -> Reply:
        assert called.thread is not None  # noqa: S101 -- see `ask`
        reply = await self._ears.on_message(self._message(called, called.thread))
        await self._ears.called(SURFACE, called.event_id)
        return reply

    # -- what a former process left --------------------------------------------------------------

    async def take_up(self) -> None:
        """See to what was kept and that nobody is at."""
        for pause in (*PAUSES_S, 0.0):
            left = False
            for called in await self._ears.calls(SURFACE):
                if called.event_id in self._busy:
                    continue
                self._busy.add(called.event_id)
                try:
                    await self._again(called)
                except (RestError, OverseerError) as error:
                    left = True
                    _log.warning("what was asked waits", called=called.event_id, why=str(error))
                finally:
                    self._busy.discard(called.event_id)
            if not left:
                return
            await self._clock.sleep(pause)

    async def _again(self, called: Called) -> None:
        reply = Reply(accepted=False)
        if self._clock.now() - called.at > self._back:
            _log.warning("what was asked long ago is seen to no more", called=called.event_id)
        elif called.redacted:  # nobody knows any more what it was
            reply = Reply(accepted=False, text=SAY_AGAIN)
            root = await self._found(called) if called.thread is None else ""
            if root:
                await self._rest.ask("DELETE", f"/channels/{called.channel}/messages/{root}")
        elif called.thread is not None:
            reply = await self._ears.on_message(self._message(called, called.thread))
        else:
            reply = await self._begun_again(called)
        await self._ears.called(SURFACE, called.event_id)
        if reply.text:
            await self._tell(called, reply.text)

    async def _begun_again(self, called: Called) -> Reply:
        try:
            root = await self._found(called) or await self._root(called)
        except RestError as error:
            if error.status not in (403, 404):
                raise
            return Reply(accepted=False, text=str(error.told()))
        place = ThreadRef(surface=SURFACE, channel=called.channel, thread=root)
        reply = await self._ears.on_message(self._message(called, place, root))
        await self._settle(called, place, reply)
        return reply

    async def _found(self, called: Called) -> str:
        """The root that was made already; empty: none was."""
        after = int(called.event_id)
        for _ in range(PAGES):
            found = await self._rest.ask(
                "GET",
                f"/channels/{called.channel}/messages",
                query={"after": str(after), "limit": str(PAGE)},
            )
            for each in found:
                if bodies.is_root(each, called.event_id):
                    return str(each["id"])
            if len(found) < PAGE:
                break
            after = max(int(each["id"]) for each in found)
        return ""

    # -- the steps -------------------------------------------------------------------------------

    def _message(self, called: Called, place: ThreadRef, root: str = "") -> Message:
        owner = self._people().owner(called.identity)
        return Message(
            event_id=called.event_id,
            thread=place,
            identity=called.identity,
            person=owner.name if owner else None,
            text=called.text,
            at=called.at,
            plan_only=called.plan_only,
            remote=root,
            lent=called.lent,
        )

    async def _rooted(self, called: Called) -> str:
        """A root, tried for about half a minute where Discord does not answer."""
        for pause in PAUSES_S:
            try:
                return await self._root(called)
            except (RestBusyError, RestAwayError, RestDoubtError) as error:
                _log.info("a request waits for its place", why=error.said)
                await self._clock.sleep(max(pause, getattr(error, "retry_after", 0.0)))
                if isinstance(error, RestDoubtError) and (root := await self._found(called)):
                    return root
        return await self._root(called)

    async def _root(self, called: Called) -> str:
        body = bodies.root(f"**{text.plain(called.who)}** asks:", called.event_id)
        body |= {"nonce": called.event_id, "enforce_nonce": True}
        made = await self._rest.ask("POST", f"/channels/{called.channel}/messages", body=body)
        return str(made["id"])

    async def _settle(self, called: Called, place: ThreadRef, reply: Reply) -> None:
        """Below the root stands what was asked, as it was stored: a secret is out of it by now."""
        try:
            if not reply.accepted:
                await self._rest.ask("DELETE", f"/channels/{place.channel}/messages/{place.thread}")
            elif said := await first_words(self._ears, place):
                items = await self._ears.thread(place)
                person = next((i.person for i in items if i.kind == "said"), "")
                known = self._people().named(person)
                who = text.plain(known.display if known else person)
                await self._write(called, place, f"**{who}** asks: {text.plain(said)[:LONGEST]}")
            if reply.accepted:
                await self._places.spot(place)
        except RestError as error:
            _log.info("the root of a request could not be set", place=str(place), why=error.said)
        await self._ears.called(SURFACE, called.event_id)

    async def _write(self, called: Called, place: ThreadRef, line: str) -> None:
        path = f"/channels/{place.channel}/messages/{place.thread}"
        body: dict[str, Any] = bodies.root(line, called.event_id)
        await self._rest.ask("PATCH", path, body=body)

    async def _tell(self, called: Called, said: str) -> None:
        """What only its asker is to read, by a direct message: the command can't be answered."""
        try:
            spot = await self._places.spot(direct(SURFACE, called.identity.account))
            path = f"/channels/{spot.channel}/messages"
            await self._rest.ask("POST", path, body=bodies.words(said))
        except RestError as error:
            _log.info("nobody could be told", account=called.identity.account, why=error.said)


async def first_words(ears: Ears, place: ThreadRef) -> str:
    """What began a conversation, as it was stored; empty when nothing was."""
    items = await ears.thread(place)
    return next((item.text for item in items if item.kind == "said"), "")


async def titled(ears: Ears, place: ThreadRef) -> str:
    """A thread is called after what was asked, as it was stored."""
    return text.label(await first_words(ears, place) or "request", NAME)

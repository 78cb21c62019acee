"""Conversations that a command begins: a message that stands for the request, and its thread.

    kept        durably and without its secrets, before the command is acknowledged
    a root      "Ben asks:" in the channel, found again by its mark
    the words   are taken in, in the thread of that root
    settled     beside the root's name stands what was asked, as it was stored; it is kept no more
    given up    durably, before its asker is told so: only a root may be left then, and goes

Whatever of this a process leaves undone the next one does; a root that is there is not made again.
A root under which nobody will answer goes. What was called in a thread is said in that thread.
The root bears the sign of how the request stands, as the message of one that was said would.
The rule stands here once; a platform has the command, and `Roots` for what its wire can do.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from bot.chat.roots import Roots
from bot.domain.cards import ThreadItem
from bot.domain.messages import Called, Message, Outside, People, Reply, ThreadRef
from bot.errors import (
    ChatAwayError,
    ChatBusyError,
    ChatDoubtError,
    ChatError,
    OverseerError,
    StoreBusyError,
)
from bot.ports import Clock, Ears

_log = structlog.get_logger(__name__)

PAUSES_S = (1.0, 5.0, 30.0)
ONCE = "I have that already; its thread has the rest."
SAY_AGAIN = (
    "I was stopped while I took in what you asked by {}. It held what looks like a secret, so I "
    "kept none of it: ask again without that."
)


class Begun:
    """Begins conversations."""

    def __init__(
        self, roots: Roots, ears: Ears, clock: Clock, people: Callable[[], People]
    ) -> None:
        """`roots` speak the platform's wire."""
        self._roots = roots
        self._ears = ears
        self._clock = clock
        self._people = people
        self._busy: set[str] = set()

    async def keep(self, called: Called) -> bool:
        """Keep what is asked for: `say`, or `ask`, is to follow. False: it was kept before.

        Raises:
            StoreBusyError: it can't be written now.
        """
        if called.event_id in self._busy:
            return False
        self._busy.add(called.event_id)
        new = False
        try:
            new = await self._ears.keep_call(called)
        finally:
            if not new:
                self._busy.discard(called.event_id)
        return new

    async def say(self, called: Called) -> Reply:
        """Say it in the thread in which it was called.

        Raises:
            OverseerError: it was not taken in; it is kept, and `take_up` sees to it.
        """
        assert called.thread is not None  # noqa: S101 -- whoever calls has looked
        try:
            reply = await self._ears.on_message(self.message(called, called.thread))
            await self._ears.called(self._roots.surface, called.event_id)
        finally:
            self._busy.discard(called.event_id)
        return reply

    async def ask(self, called: Called, outside: Outside | None = None) -> tuple[Reply, ThreadRef]:
        """Say it in a thread of its own, which is returned: `settled` is to follow.

        Raises:
            ChatError: it has no root; `undone` is to follow.
        """
        try:
            place = self._thread(called, await self._rooted(called))
            return await self._heard(self.message(called, place, outside)), place
        except ChatError:
            raise
        except BaseException:  # it is kept: unless it is `undone`, `take_up` sees to it
            self._busy.discard(called.event_id)
            raise

    async def settled(self, called: Called, root: ThreadRef, reply: Reply) -> None:
        """Settle it, tried for about half a minute."""
        await self._tried(called, lambda: self._settle(called, root, reply))

    async def given_up(self, called: Called) -> bool:
        """Whether nobody will ask it any more, as is to be said then; `undone` is to follow."""
        try:
            await self._ears.give_up_call(self._roots.surface, called.event_id)
        except StoreBusyError as error:
            _log.warning("what was asked is kept", called=called.event_id, why=str(error))
            return False
        return True

    async def undone(self, called: Called) -> None:
        """It came to nothing: if there is a root nonetheless, it goes."""

        async def work() -> None:
            await self._ears.give_up_call(self._roots.surface, called.event_id)
            try:
                root = await self._roots.find(called)
            except ChatError as error:
                if not self._roots.lost(error):
                    raise
                root = ""
            if root:
                await self._settle(called, self._thread(called, root), Reply(accepted=False))
            else:
                await self._ears.called(self._roots.surface, called.event_id)

        await self._tried(called, work)

    def message(self, called: Called, place: ThreadRef, outside: Outside | None = None) -> Message:
        """What was asked, as it is said in this place."""
        owner = self._people().owner(called.identity)
        return Message(
            event_id=called.event_id,
            thread=place,
            identity=called.identity,
            person=owner.name if owner else None,
            text=called.text,
            at=called.at,
            plan_only=called.plan_only,
            remote=place.thread if called.thread is None else "",
            outside=outside,
            lent=called.lent,
        )

    # -- what a former process left --------------------------------------------------------------

    async def take_up(self) -> None:
        """See to what was kept and that nobody is at."""
        for pause in (*PAUSES_S, 0.0):
            left = False
            for called in await self._ears.calls(self._roots.surface):
                if called.event_id in self._busy:
                    continue
                self._busy.add(called.event_id)
                try:
                    await self._again(called)
                except OverseerError as error:
                    left = True
                    _log.warning("what was asked waits", called=called.event_id, why=str(error))
                finally:
                    self._busy.discard(called.event_id)
            if not left:
                return
            await self._clock.sleep(pause)

    async def _again(self, called: Called) -> None:
        """See to one.

        Raises:
            OverseerError: it is to be tried again.
        """
        root = ""
        try:
            if called.thread is None:
                root = await self._roots.find(called)
                if root and await first_said(self._ears, self._thread(called, root)):
                    await self._settle(called, self._thread(called, root), Reply(accepted=True))
                    return  # it was taken in before
            reply, root = await self._late(called, root)
        except ChatError as error:
            if not self._roots.lost(error):
                raise
            reply = Reply(accepted=False, text=str(error))
        if root:
            await self._settle(called, self._thread(called, root), reply)
        else:
            await self._ears.called(self._roots.surface, called.event_id)
        if reply.text:
            await self._roots.tell(called, reply.text)

    async def _late(self, called: Called, root: str) -> tuple[Reply, str]:
        """What comes of it now, and its root."""
        if called.given_up:
            return Reply(accepted=False), root
        if self._clock.now() - called.at > self._roots.back:
            _log.warning("what was asked long ago is seen to no more", called=called.event_id)
            return Reply(accepted=False), root
        if called.redacted:  # nobody knows any more what it was
            return Reply(accepted=False, text=SAY_AGAIN.format(self._roots.command)), root
        outside = await self._roots.outside(called)
        place = called.thread or self._thread(called, root or called.event_id)
        away = await self._ears.turned_away(self.message(called, place, outside))
        if away is not None:
            return away, root
        if called.thread is None:
            root = root or await self._roots.post(called)
            place = self._thread(called, root)
        return await self._ears.on_message(self.message(called, place, outside)), root

    # -- the steps -------------------------------------------------------------------------------

    def _thread(self, called: Called, root: str) -> ThreadRef:
        return ThreadRef(surface=self._roots.surface, channel=called.channel, thread=root)

    async def _rooted(self, called: Called) -> str:
        """A root, tried for about half a minute where the platform does not answer."""
        for pause in PAUSES_S:
            try:
                return await self._roots.post(called)
            except (ChatBusyError, ChatAwayError, ChatDoubtError) as error:
                _log.info("a request waits for its place", why=str(error))
                await self._clock.sleep(max(pause, getattr(error, "retry_after", 0.0)))
                if isinstance(error, ChatDoubtError) and (root := await self._roots.find(called)):
                    return root
        return await self._roots.post(called)

    async def _heard(self, said: Message) -> Reply:
        try:
            return await self._ears.on_message(said)
        except OverseerError as error:
            return Reply(accepted=False, text=str(error))

    async def _settle(self, called: Called, root: ThreadRef, reply: Reply) -> None:
        """The root says what was asked, as it was stored: a secret is out of it by now.

        Raises:
            ChatError: that could not be shown, or what nobody will answer is still there.
            StoreBusyError: it is kept still.
        """
        if not reply.accepted:
            await self._ears.give_up_call(self._roots.surface, called.event_id)
        try:
            # A code that has linked an account was taken, and no request.
            if not reply.accepted or not await self._ears.thread(root):
                await self._roots.remove(called, root)
            elif first := await first_said(self._ears, root):
                known = self._people().named(first.person)
                await self._roots.show(
                    called, root, known.display if known else called.who, first.text
                )
        except ChatError as error:
            if not self._roots.lost(error):
                raise
            _log.info("the root of a request could not be set", place=str(root), why=str(error))
        await self._ears.called(self._roots.surface, called.event_id)

    async def _tried(self, called: Called, work: Callable[[], Awaitable[None]]) -> None:
        """Try it for about half a minute; what is left then, the next process sees to."""
        try:
            for pause in (*PAUSES_S, None):
                try:
                    await work()
                except (ChatError, StoreBusyError) as error:
                    _log.info("a request is not settled", called=called.event_id, why=str(error))
                    if pause is not None:
                        await self._clock.sleep(max(pause, getattr(error, "retry_after", 0.0)))
                else:
                    return
        finally:
            self._busy.discard(called.event_id)


async def first_said(ears: Ears, place: ThreadRef) -> ThreadItem | None:
    """What began a conversation, as it was stored; None when nothing was."""
    items = await ears.thread(place)
    return next((item for item in items if item.kind == "said" and item.text), None)

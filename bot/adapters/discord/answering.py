"""Answers to what was pressed or called: within three seconds, and to that person alone."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from bot.adapters.discord import bodies
from bot.adapters.discord.faults import RestBusyError, RestDoubtError, RestError
from bot.adapters.discord.rest import Asks, Upload
from bot.domain.messages import Reply
from bot.errors import OverseerError
from bot.ports import Clock

if TYPE_CHECKING:
    import discord

_log = structlog.get_logger(__name__)
T = TypeVar("T")
Listing = list[str | dict[str, Any]]
"""Texts of Markdown, and rows of buttons."""

PATIENCE_S = 2.0
"""How long an answer may take before its question is acknowledged without it; Discord waits 3 s."""
SAYS, LATER, NOTHING, FORM = 4, 5, 6, 9
"""Kinds of responses: a message, one that comes later, none at all, a form."""
COMPONENT = 3
TRIES = 3
PRINTED_NOTHING = "(printed nothing)"
LARGE = 16_000
"""Characters of an answer that take long to be drawn."""
TOO_SLOW = "That takes too long just now, so nothing was done; press it again in a moment."
BROKEN = "Something went wrong inside Overseer; its log says what. Nothing of it was lost."


class Answering:
    """Tells the one who pressed."""

    def __init__(self, rest: Asks, clock: Clock) -> None:
        """`rest` speaks to Discord."""
        self._rest = rest
        self._clock = clock

    async def answer(
        self,
        event: discord.Interaction,
        work: Coroutine[Any, Any, Reply | Listing],
        *,
        printed: bool = False,
        taken: asyncio.Event | None = None,
    ) -> None:
        """Do the work, and say what comes of it: a sentence, texts of Markdown, or nothing.

        `taken` is set once a press is written down: before that Discord is told to wait for an
        answer, which it shows the presser, so that a press that is lost is not taken for done.
        """
        doing = await self._begun(work)
        component = _of_component(event)
        if doing.done():
            body, files = await self._drawn(doing.result(), printed)
            if body is not None:
                await self._respond(event, {"type": SAYS, "data": body}, files)
            elif component:
                await self._respond(event, {"type": NOTHING})
            else:
                await self._respond(event, {"type": SAYS, "data": bodies.private("Heard.")[0]})
            return
        silent = component and (taken is None or taken.is_set())
        later = {"type": NOTHING} if silent else {
            "type": LATER, "data": {"flags": bodies.EPHEMERAL}
        }  # fmt: skip
        await self._respond(event, later)
        body, files = await self._drawn(await doing, printed)
        if body is None and not silent:
            body, files = bodies.private("Heard.")
        if body is not None:
            await self._follow(event, body, files)

    async def refuse(self, event: discord.Interaction, said: str) -> None:
        """A sentence, at once."""
        body, files = bodies.private(said)
        await self._respond(event, {"type": SAYS, "data": body}, files)

    async def form(
        self, event: discord.Interaction, work: Coroutine[Any, Any, Reply | dict[str, Any]]
    ) -> None:
        """Open the form that is made, or say why there is none; Discord takes none later."""
        doing = await self._begun(work)
        if not doing.done():
            doing.cancel()
        came = doing.result() if doing.done() else Reply(accepted=False, text=TOO_SLOW)
        if isinstance(came, Reply):
            await self.refuse(event, came.text)
        else:
            await self._respond(event, {"type": FORM, "data": came})

    async def _begun(self, work: Coroutine[Any, Any, T]) -> asyncio.Future[T | Reply]:
        """Do the work: it is done, or no answer can wait for it any longer."""
        doing = asyncio.ensure_future(self._done(work))
        waiting = asyncio.ensure_future(self._clock.sleep(PATIENCE_S))
        try:
            await asyncio.wait({doing, waiting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        return doing

    async def _done(self, work: Coroutine[Any, Any, T]) -> T | Reply:
        try:
            return await work
        except OverseerError as error:
            return Reply(accepted=False, text=str(error))
        except Exception:  # noqa: BLE001 -- said to the one who waits, and to the log
            _log.exception("what was pressed could not be done")
            return Reply(accepted=False, text=BROKEN)

    async def _drawn(
        self, came: Reply | Listing, printed: bool
    ) -> tuple[dict[str, Any] | None, Sequence[Upload]]:
        """As `_said`; what takes a while is drawn beside the event loop."""
        if isinstance(came, Reply) and len(came.text) > LARGE:
            return await asyncio.to_thread(self._said, came, printed)
        return self._said(came, printed)

    @staticmethod
    def _said(
        came: Reply | Listing, printed: bool
    ) -> tuple[dict[str, Any] | None, Sequence[Upload]]:
        if isinstance(came, list):
            return bodies.listed(came), ()
        if printed and came.accepted:
            shown = came.text.strip()
            return bodies.private(came.text if shown else PRINTED_NOTHING, printed=bool(shown))
        return bodies.private(came.text) if came.text else (None, ())

    async def _respond(
        self, event: discord.Interaction, body: dict[str, Any], files: Sequence[Upload] = ()
    ) -> None:
        path = f"/interactions/{event.id}/{event.token}/callback"
        await self._sent(path, body, files, limit=path, event=event)

    async def _follow(
        self, event: discord.Interaction, body: dict[str, Any], files: Sequence[Upload]
    ) -> None:
        path = f"/webhooks/{event.application_id}/{event.token}"
        await self._sent(path, body, files, limit=path, event=event)

    async def _sent(
        self, path: str, body: dict[str, Any], files: Sequence[Upload], *,
        limit: str, event: discord.Interaction,
    ) -> None:  # fmt: skip
        """An answer that comes too late, or twice, is no harm: the press is written down."""
        for tries in range(TRIES):
            try:
                await self._rest.ask("POST", path, body=body, files=files, limit=limit)
            except RestBusyError as error:
                await self._clock.sleep(error.retry_after)
            except RestDoubtError:
                await self._clock.sleep(0.2 * (tries + 1))
            except RestError as error:
                _log.info("a press could not be answered", press=event.id, why=error.said)
                return
            else:
                return
        _log.info("a press could not be answered in time", press=event.id)


def _of_component(event: discord.Interaction) -> bool:
    """Whether it came from a message of ours: then it can be answered with nothing."""
    return event.type.value == COMPONENT or event.message is not None

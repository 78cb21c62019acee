"""What comes by itself while what was missed before it is read: acknowledged, and heard after that.

Of each such request stands durably that it came, from before its acknowledgement until it is heard;
its words do not, since they may hold a secret. A process that ends meanwhile leaves its channel's
mark below it (`heard`), so that the next one reads it from Slack's history. Where that can't be,
its sender is told to say it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

import structlog

from bot.adapters.slack import events
from bot.adapters.slack.heard import Heard
from bot.adapters.slack.whispers import Place, Whispers
from bot.errors import ChatAwayError, OverseerError
from bot.ports import Clock, Unit

_log = structlog.get_logger(__name__)

HELD = "held"
"""The box of what is kept: surface/event id → where its sender can be told something."""
FIRST_S, LONGEST_S = 1.0, 30.0
SAY_AGAIN = "I was stopped before I had heard what you said here, and it is lost: say it again."


class Held:
    """Keeps them, and hears them when it is their turn."""

    def __init__(
        self,
        heard: Heard,
        clock: Clock,
        whispers: Whispers,
        hear: Callable[[events.Utterance], Awaitable[None]],
    ) -> None:
        """`hear` takes a message in."""
        self._store = heard.store
        self._heard = heard
        self._clock = clock
        self._whispers = whispers
        self._hear = hear
        self._busy: set[str] = set()

    async def back(self, said: events.Utterance, *, ours: bool) -> None:
        """Hear it later; `ours`: it is for Overseer.

        Raises:
            StoreBusyError: it is not to be acknowledged.
        """
        key = _key(said)
        if key in self._busy:
            return
        self._busy.add(key)
        taking = ExitStack()
        taking.enter_context(
            self._heard.taking(said.channel, said.ts)
        )  # before anything is awaited
        try:
            if ours:
                await self._store.write(lambda u: u.keep(HELD, key, said.place.model_dump()))
        except BaseException:
            self._busy.discard(key)
            taking.close()
            raise
        self._whispers.later(self._in_turn(said, key, taking))

    async def settle(self) -> None:
        """What a former process held, and nobody has heard by now, is lost."""

        def work(unit: Unit) -> list[Place]:
            lost = []
            for key in unit.kept_keys(HELD):
                if key in self._busy:
                    continue
                surface, _, event = key.partition("/")
                channel, _, ts = event.rpartition("/")
                if not unit.received(surface, event) and not self._heard.knows(channel, ts):
                    lost.append(Place.model_validate(unit.kept(HELD, key)))
                unit.drop(HELD, key)
            return lost

        for place in await self._store.write(work):
            self._whispers.tell(place, SAY_AGAIN)

    async def _in_turn(self, said: events.Utterance, key: str, taking: ExitStack) -> None:
        with taking:
            try:
                await self._heard.until_read(said.channel)
            except ChatAwayError as error:  # the next start's, as whatever is cancelled
                raise asyncio.CancelledError from error
            pause = FIRST_S
            while not self._heard.knows(said.channel, said.ts):
                try:
                    await self._hear(said)
                except OverseerError as error:
                    _log.warning("slack.held", said=key, why=str(error))
                    await self._clock.sleep(pause)
                    pause = min(2 * pause, LONGEST_S)
                except Exception:  # noqa: BLE001 - its sender knows, and it would come again
                    _log.exception("slack.held", said=key)
                    break
                else:
                    break
        self._busy.discard(key)
        await self._store.write(lambda u: u.drop(HELD, key))


def _key(said: events.Utterance) -> str:
    return f"{events.SURFACE}/{events.event_id(said.channel, said.ts)}"

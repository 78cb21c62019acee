"""What comes by itself while what was missed before it is read: acknowledged, and heard after that.

Of each such request stands durably that it came, from before its acknowledgement until it is heard;
its words do not, since they may hold a secret. Who is heard sees at once that it was seen: its sign
is put there before its turn, and gives way to the next one; where there is none it is taken away
again. A process that ends meanwhile leaves its channel's mark below it (`heard`), so that the next
one reads it from Slack's history. Where that can't be, its sender is told to say it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

import structlog

from bot.adapters.slack import events
from bot.adapters.slack.api import Api
from bot.adapters.slack.heard import Heard
from bot.adapters.slack.speaking import SIGNS
from bot.adapters.slack.whispers import Place, Whispers
from bot.chat.first_sign import is_taken_over
from bot.domain.linkcodes import may_hold_code
from bot.domain.posts import MarkState, mark_key
from bot.errors import ChatAwayError, ChatError, OverseerError
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
        away: Callable[[str, str], Awaitable[str]],
        api: Api,
    ) -> None:
        """`hear` takes a message in; `away` says what who is not heard there is told."""
        self._store = heard.store
        self._heard = heard
        self._clock = clock
        self._whispers = whispers
        self._hear = hear
        self._away = away
        self._api = api
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
            signed = await self._signed(said)
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
        mark = mark_key(events.event_id(said.channel, said.ts))
        if signed and not await self._store.write(lambda u: is_taken_over(u, mark)):
            await self._react("reactions.remove", said)

    async def _signed(self, said: events.Utterance) -> bool:
        """Put the sign of what is heard on it, as far as can be told; whether it is there now."""
        if not said.addressed or may_hold_code(said.text):
            return False
        try:
            if await self._away(said.account, said.channel):
                return False
        except OverseerError as error:
            _log.info("slack.sign", why=str(error))
            return False
        return await self._react("reactions.add", said)

    async def _react(self, method: str, said: events.Utterance) -> bool:
        sign = SIGNS[MarkState.HEARD]
        try:
            await self._api.call(method, channel=said.channel, timestamp=said.ts, name=sign)
        except ChatError as error:  # it comes with its turn
            _log.info("slack.sign", why=str(error))
            return False
        return True


def _key(said: events.Utterance) -> str:
    return f"{events.SURFACE}/{events.event_id(said.channel, said.ts)}"

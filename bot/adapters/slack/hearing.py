"""What is said and pressed in Slack, handed to the ears; only then may it be acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

import structlog

from bot.adapters.slack import events, modal
from bot.adapters.slack.api import Api
from bot.adapters.slack.buttons import Pressed, current, pressed
from bot.adapters.slack.heard import Heard
from bot.adapters.slack.held import Held
from bot.adapters.slack.membership import NOT_HERE, NOT_YET, UNKNOWN, Membership, Standing, Team
from bot.adapters.slack.names import Names
from bot.adapters.slack.outputs import Outputs
from bot.adapters.slack.whispers import BROKEN, Place, Whispers
from bot.chat.when_said import when_said
from bot.domain.linkcodes import may_hold_code
from bot.domain.messages import ButtonPress, Identity, Message, Outside, Reply, ThreadRef
from bot.domain.recent import Recent
from bot.errors import ChatAwayError, ChatError, OverseerError
from bot.ports import Clock, Ears

_log = structlog.get_logger(__name__)

KEPT_THREADS = 10_000
KEPT_FAULTS = 1_000
NO_WINDOW = "Slack did not open the window to ask you; press again."
NO_TEXT = "That needs a few words."


class Hearing:
    """The receiving half of the platform. An error that leaves a method means: not taken in."""

    def __init__(
        self,
        api: Api,
        ears: Ears,
        clock: Clock,
        team: Team,
        whispers: Whispers,
        outputs: Outputs,
        heard: Heard | None = None,
        names: Names | None = None,
    ) -> None:
        """What it hears goes to `ears`, `heard` knows how far; `outputs` shows what was printed."""
        self._api = api
        self._ears = ears
        self._clock = clock
        self._team = team
        self._whispers = whispers
        self._outputs = outputs
        self._heard = heard
        self._membership = Membership(api, clock, team, names)
        self.held = (
            Held(heard, clock, whispers, self._now, self.turned_away, api) if heard else None
        )
        """What waits for what was missed before it."""
        self._threads: Recent[str] = Recent(KEPT_THREADS)
        self._told: Recent[str] = Recent(KEPT_FAULTS)

    # -- messages ---------------------------------------------------------------------------

    async def event(self, body: Mapping[str, Any]) -> None:
        """A message, a mention, a change or a deletion; what is not for Overseer is left alone.

        Raises:
            Exception: it was not taken in, and its sender knows.
        """
        self._membership.told(events.channel_of(body), shared=events.is_shared(body))
        if (gone := events.deleted(body)) is not None:
            await self._ears.on_deleted(gone.ref, gone.event_id)
            return
        if (now := events.edited(body, self._team.user, self._called)) is not None:
            await self._overheard(now, events.event_id(now.channel, now.ts), edited=True)
            return
        said = events.utterance(body, self._team.user, self._called)
        if said is None:
            return
        if await self._held_back(said):
            return
        with self._taking(said):
            await self._now(said)

    async def _now(self, said: events.Utterance) -> None:
        """Take it in.

        Raises:
            Exception: it was not, and its sender knows.
        """
        delivery = events.event_id(said.channel, said.ts)
        if not await self._is_for_us(said):
            await self._overheard(said, delivery)
            return
        try:
            standing = await self._standing(said)
            if standing.unknown and not await self._can_not_wait(said):
                raise ChatAwayError(NOT_YET)
            reply = await self._say(said, delivery, standing)
            self._took(said)
            self._answer(said.place, reply, standing)
        except Exception as error:
            self._failed(said.place, error, delivery)
            raise

    async def missed(self, body: Mapping[str, Any], *, again: bool) -> None:
        """A message that Slack's history has, as an event's body; as if it had come in time.

        `again`: it was most likely heard when it was said. Then nobody is told anything twice.

        Raises:
            OverseerError: it was not taken in, and its sender does not know.
            Exception: likewise, and it never will be.
        """
        said = events.utterance(body, self._team.user, self._called)
        if said is None or (self._heard is not None and self._heard.knows(said.channel, said.ts)):
            return
        with self._taking(said):
            delivery = events.event_id(said.channel, said.ts)
            if not await self._is_for_us(said):
                await self._overheard(said, delivery)
                return
            standing = await self._standing(said)
            if standing.unknown:
                raise ChatAwayError("Slack does not say who is a member of the workspace.")
            reply = await self._say(said, delivery, standing, said.written)
            self._took(said)
            if not again:
                self._answer(said.place, reply, standing)

    def _taking(self, said: events.Utterance) -> AbstractContextManager[None]:
        return nullcontext() if self._heard is None else self._heard.taking(said.channel, said.ts)

    def _took(self, said: events.Utterance) -> None:
        if self._heard is not None:
            self._heard.took(said.channel, said.ts)

    async def _held_back(self, said: events.Utterance) -> bool:
        """Whether what was missed before it there is heard first; a stop waits for nothing.

        Raises:
            StoreBusyError: it can't be written down that it waits.
        """
        if self._heard is None or self.held is None or not self._heard.is_read_of(said.channel):
            return False
        ours = await self._is_for_us(said)
        if ours and await self._ears.is_stop(said.text):
            return False
        await self.held.back(said, ours=ours)
        return True

    async def _can_not_wait(self, said: events.Utterance) -> bool:
        """Whether it is heard whoever says it: a stop, and a code, which counts no more then."""
        return may_hold_code(said.text) or await self._ears.is_stop(said.text)

    async def _is_for_us(self, said: events.Utterance) -> bool:
        return said.addressed or await self._takes_part(said)

    async def _standing(self, said: events.Utterance) -> Standing:
        return await self._membership.standing(said.account, said.channel, shared=said.shared)

    async def _say(
        self, said: events.Utterance, delivery: str, standing: Standing, at: datetime | None = None
    ) -> Reply:
        return await self._ears.on_message(self._message(said, delivery, standing.outside, at))

    async def _overheard(
        self, said: events.Utterance, delivery: str, *, edited: bool = False
    ) -> None:
        """What people say to each other is heard for a code alone, and so is what they edit."""
        if not may_hold_code(said.text):
            return
        message = self._message(said, delivery).model_copy(update={"edited": edited})
        reply = await self._ears.on_overheard(message)
        self._whispers.tell(said.place, reply.text)

    def _message(
        self,
        said: events.Utterance,
        delivery: str,
        outside: Outside | None = None,
        at: datetime | None = None,
    ) -> Message:
        return Message(
            event_id=delivery,
            thread=said.ref,
            identity=self._identity(said.account),
            person=self._name(said.account),
            text=said.text,
            at=at or when_said(said.written, self._clock.now()),
            addressed=said.addressed,
            called=said.called,
            remote=said.ts,
            outside=outside,
            missed=at is not None,
        )

    async def standing(self, account: str, channel: str) -> Standing:
        """How this account stands in this channel, which may be empty: at all."""
        return await self._membership.standing(account, channel)

    async def turned_away(self, account: str, channel: str = "") -> str:
        """What it is told before anything is shown to it; empty: it may look."""
        standing = await self.standing(account, channel)
        asks = Message(
            event_id=f"look/{account}",
            thread=ThreadRef(surface=events.SURFACE, channel=channel or "home", thread="home"),
            identity=self._identity(account),
            person=self._name(account),
            text="help",
            at=self._clock.now(),
            outside=standing.outside,
        )
        told = await self._ears.turned_away(asks)
        if told is None:
            return ""
        if standing.not_there:
            return NOT_HERE
        return f"{UNKNOWN} {told.text}".strip() if standing.unknown else told.text

    async def _takes_part(self, said: events.Utterance) -> bool:
        """Whether this thread is a conversation of Overseer's, which others' words may concern."""
        if said.begins:
            return False
        key = str(said.ref)
        if key not in self._threads:
            if not await self._ears.thread(said.ref):
                return False
            self._threads.add(key)
        return True

    async def reaction(self, body: Mapping[str, Any]) -> None:
        """A sign on a message, which is no vote.

        Raises:
            Exception: it was not taken in.
        """
        self._membership.told(events.channel_of(body), shared=events.is_shared(body))
        if (made := events.reaction(body, self._team.user)) is not None:
            await self._ears.on_reaction(made)

    # -- buttons ----------------------------------------------------------------------------

    async def click(self, body: Mapping[str, Any]) -> None:
        """A button under a message.

        Raises:
            Exception: it was not taken in, and whoever pressed knows.
        """
        made = events.click(body)
        what = pressed(made.value) if made is not None else None
        if made is None or what is None:
            return
        try:
            standing = await self.standing(made.account, made.ref.channel)
            press = self._pressed(what, made.ref, made.account, made.event_id, standing)
            if what.asks and (button := await current(self._ears, what)) is not None:
                if (told := await self._ears.turned_away(press)) is not None:
                    self._answer(made.place, told, standing)
                    return
                asked = modal.Asked(press=made.value, thread=made.ref, within=made.within)
                self._whispers.later(self._opened(made, modal.window(button, asked, what.plan)))
                return
            await self._press(press, made.place, standing)
        except Exception as error:
            self._failed(made.place, error)
            raise

    async def _opened(self, made: events.Click, view: Mapping[str, Any]) -> None:
        try:
            await self._api.call("views.open", trigger_id=made.trigger, view=view)
        except ChatError as error:
            _log.warning("slack.window", why=str(error))
            self._whispers.tell(made.place, NO_WINDOW)

    async def submitted(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The window of a button, filled in; how it is answered, if not by closing it.

        Raises:
            Exception: it was not taken in, and whoever wrote knows.
        """
        view = body.get("view")
        user = body.get("user")
        if not isinstance(view, Mapping) or not isinstance(user, Mapping):
            return {}
        found = modal.answered(view)
        what = pressed(found[0].press) if found is not None else None
        if found is None or what is None:
            return {}
        asked, text = found
        account = str(user.get("id", ""))
        place = Place(
            account=account,
            channel=asked.thread.channel,
            thread=asked.thread.thread if asked.within else "",
        )
        if not text:
            return modal.refused(NO_TEXT)
        try:
            standing = await self.standing(account, asked.thread.channel)
            number = f"view/{view.get('id', '')}"
            press = self._pressed(what, asked.thread, account, number, standing, text)
            await self._press(press, place, standing)
            return {}
        except Exception as error:
            self._failed(place, error)
            raise

    async def _press(self, press: ButtonPress, place: Place, standing: Standing) -> None:
        """Hand it over, and wait until it is durable: what it asks for may take longer.

        Raises:
            Exception: it was not taken in.
        """
        taken = asyncio.Event()
        doing = self._whispers.beside(self._ears.on_button(press, taken.set))
        waiting = asyncio.ensure_future(taken.wait())
        try:
            await asyncio.wait((doing, waiting), return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        if doing.done():
            self._replied(press, place, doing.result(), standing)
        else:
            self._whispers.later(self._late(press, place, doing, standing))

    async def _late(
        self, press: ButtonPress, place: Place, doing: asyncio.Task[Reply], standing: Standing
    ) -> None:
        try:
            reply = await doing
        except Exception as error:  # noqa: BLE001 -- whoever pressed is told
            self._failed(place, error)
        else:
            self._replied(press, place, reply, standing)

    def _replied(self, press: ButtonPress, place: Place, reply: Reply, standing: Standing) -> None:
        if press.button == "output" and reply.accepted:
            self._whispers.later(self._outputs.show(place, reply.text, press))
        else:
            self._answer(place, reply, standing)

    def _pressed(
        self,
        what: Pressed,
        ref: ThreadRef,
        account: str,
        delivery: str,
        standing: Standing,
        text: str = "",
    ) -> ButtonPress:
        return ButtonPress(
            event_id=delivery,
            thread=ref,
            identity=self._identity(account),
            person=self._name(account),
            button=what.button,
            at=self._clock.now(),
            plan=what.plan,
            revision=what.revision,
            digest=what.digest,
            value=what.value,
            text=text,
            outside=standing.outside,
        )

    # -- both -------------------------------------------------------------------------------

    def _answer(self, place: Place, reply: Reply, standing: Standing) -> None:
        """Tell the sender, alone, what only they are told."""
        why = UNKNOWN if standing.unknown and not reply.accepted else ""
        self._whispers.tell(place, f"{why} {reply.text}".strip())

    def _failed(self, place: Place, error: Exception, delivery: str = "") -> None:
        """Say so, once: Slack may deliver the same thing again and again."""
        if delivery and not self._told.add(delivery):
            return
        if isinstance(error, OverseerError):
            self._whispers.tell(place, str(error))
            return
        _log.error("slack.broke", exc_info=error)
        self._whispers.tell(place, BROKEN)

    def _name(self, account: str) -> str | None:
        owner = self._ears.people().owner(self._identity(account))
        return owner.name if owner is not None else None

    def _called(self, account: str) -> str:
        """A person's name, for a mention of theirs in somebody's words."""
        owner = self._ears.people().owner(self._identity(account))
        return owner.written if owner is not None else ""

    @staticmethod
    def _identity(account: str) -> Identity:
        return Identity(surface=events.SURFACE, account=account)

"""What a client of the terminal's socket can ask, each as one call of the ears.

`admin` is what the composition root offers beside them. `freeze` and `resume` there, when
present, serve `stop --all` and `resume`, and return the fields of a `Reply`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.adapters.terminal import wire
from bot.adapters.terminal.seeing import is_own, may_see, must_own
from bot.domain.cards import ThreadItem
from bot.domain.messages import ButtonPress, Identity, Message, Person, Reply, Role, ThreadRef
from bot.errors import NotAllowedError, RequestError
from bot.ports import Clock, Ears

Admin = Callable[[Person, dict[str, Any]], Awaitable[dict[str, Any]]]


SPEAKING = frozenset({"say", "option", "dismiss", "change"})
"""Buttons that say something in their conversation, whatever plan they name."""


@dataclass(frozen=True)
class Requests:
    """The requests of one account. `person` is looked up for each: roles may change."""

    identity: Identity
    ears: Ears
    clock: Clock
    admin: Mapping[str, Admin]

    def person(self) -> Person:
        """Whom this account belongs to, now.

        Raises:
            NotAllowedError: nobody; the sentence says who may change that.
        """
        people = self.ears.people()
        person = people.owner(self.identity)
        if person is not None:
            return person
        keepers = ", ".join(p.display or p.name for p in people.with_role(Role.ADMIN))
        raise NotAllowedError(
            f"The account {self.identity} of this machine isn't linked to anybody here, "
            "so I can't act for it.",
            cure=f"Ask {keepers or 'an administrator'} to add {self.identity} to your "
            "identities in people.yaml, then ./overseer reload.",
        )

    async def message(self, person: Person, say: wire.Say) -> dict[str, Any]:
        """Somebody said something, in a conversation of their own."""
        await must_own(self.ears, person, wire.ref(say.thread))
        return _reply(await self.ears.on_message(self._message(person, say)))

    async def button(self, person: Person, press: wire.Press) -> dict[str, Any]:
        """Somebody pressed something; who may press a plan's buttons, the ears judge."""
        if press.plan is None or press.button in SPEAKING:
            await must_own(self.ears, person, wire.ref(press.thread))
        return _reply(
            await self.ears.on_button(
                ButtonPress(
                    event_id=press.event,
                    thread=wire.ref(press.thread),
                    identity=self.identity,
                    person=person.name,
                    button=press.button,
                    at=self.clock.now(),
                    plan=press.plan,
                    revision=press.revision,
                    digest=press.digest,
                    value=press.value,
                    text=press.text,
                )
            )
        )

    async def thread(self, person: Person, want: wire.Follow) -> dict[str, Any]:
        """The items of a thread that the person may see."""
        thread = wire.ref(want.thread)
        own = await is_own(self.ears, person, thread)
        items = await self.ears.thread(thread, want.after)
        return _many(tuple(item for item in items if may_see(item, own=own)))

    async def threads(self, person: Person, _: wire.Nothing) -> dict[str, Any]:
        """The person's conversations."""
        found = await self.ears.threads(person.name)
        return {"threads": [each.model_dump(mode="json") for each in found]}

    async def waiting(self, person: Person, _: wire.Nothing) -> dict[str, Any]:
        """What waits for the person."""
        return _many(await self.ears.waiting(person.name))

    async def card(self, person: Person, want: wire.OfPlan) -> dict[str, Any]:
        """A plan's card."""
        item = await self.ears.card(want.plan)
        return {"item": item.model_dump(mode="json") if item else None}

    async def output(self, person: Person, want: wire.Wanted) -> dict[str, Any]:
        """What a target printed."""
        return {"text": await self.ears.output(want.plan, want.host, want.step)}

    async def choices(self, person: Person, want: wire.Asking) -> dict[str, Any]:
        """What may be answered to what a button asks."""
        found = await self.ears.choices(want.plan, want.button)
        return {"choices": [each.model_dump(mode="json") for each in found]}

    async def idle(self, person: Person, want: wire.Idle) -> dict[str, Any]:
        """Answer when nothing is in flight."""
        await self.ears.idle(wire.ref(want.thread), want.timeout_s)
        return {}

    async def welcome(self, person: Person, _: wire.Nothing) -> dict[str, Any]:
        """The first card."""
        return {"card": self.ears.welcome(person).model_dump(mode="json")}

    async def status(self, person: Person, _: wire.Nothing) -> dict[str, Any]:
        """How Overseer stands."""
        return asdict(await self.ears.status())

    async def stop(self, person: Person, halt: wire.Halt) -> dict[str, Any]:
        """Start nothing more: never behind another request of this connection."""
        if halt.everything and "freeze" in self.admin:
            return await self.admin["freeze"](person, {"kill": halt.kill})
        thread = ThreadRef(surface="terminal", channel=person.name, thread="stop")
        if halt.everything or halt.plan is None:
            alone = "kill" if halt.kill else "stop"
            words = "stop everything" if halt.everything else alone
            say = wire.Say(event=halt.event, thread=str(thread), text=words)
            return _reply(await self.ears.on_message(self._message(person, say)))
        item = await self.ears.card(halt.plan)
        if item is None:
            raise RequestError(f"There is no plan #{halt.plan}.")
        card = item.card
        return _reply(
            await self.ears.on_button(
                ButtonPress(
                    event_id=halt.event,
                    thread=wire.ref(item.thread),
                    identity=self.identity,
                    person=person.name,
                    button="kill" if halt.kill else "stop",
                    at=self.clock.now(),
                    plan=halt.plan,
                    revision=card.revision if card else None,
                    digest=card.digest if card else "",
                )
            )
        )

    async def resume(self, person: Person, event: wire.Event) -> dict[str, Any]:
        """End the freeze."""
        if "resume" in self.admin:
            return await self.admin["resume"](person, {})
        thread = f"terminal/{person.name}/stop"
        say = wire.Say(event=event.event, thread=thread, text="resume")
        return _reply(await self.ears.on_message(self._message(person, say)))

    async def extra(self, person: Person, extra: wire.Extra) -> dict[str, Any]:
        """An operation that the composition root has put in; it judges who may."""
        work = self.admin.get(extra.name)
        if work is None:
            raise RequestError(f"{extra.name!r} is nothing that this server offers.")
        return await work(person, extra.args)

    def _message(self, person: Person, say: wire.Say) -> Message:
        return Message(
            event_id=say.event,
            thread=wire.ref(say.thread),
            identity=self.identity,
            person=person.name,
            text=say.text,
            at=self.clock.now(),
            plan_only=say.plan_only,
            tier=say.tier,
        )


def _reply(reply: Reply) -> dict[str, Any]:
    return reply.model_dump(mode="json")


def _many(items: tuple[ThreadItem, ...]) -> dict[str, Any]:
    return {"items": [item.model_dump(mode="json") for item in items]}


REQUESTS: dict[str, tuple[Any, Callable[[Requests, Person, Any], Awaitable[dict[str, Any]]]]] = {
    "message": (wire.Say, Requests.message),
    "button": (wire.Press, Requests.button),
    "thread": (wire.Follow, Requests.thread),
    "threads": (wire.Nothing, Requests.threads),
    "waiting": (wire.Nothing, Requests.waiting),
    "card": (wire.OfPlan, Requests.card),
    "output": (wire.Wanted, Requests.output),
    "choices": (wire.Asking, Requests.choices),
    "idle": (wire.Idle, Requests.idle),
    "welcome": (wire.Nothing, Requests.welcome),
    "status": (wire.Nothing, Requests.status),
    "stop": (wire.Halt, Requests.stop),
    "resume": (wire.Event, Requests.resume),
    "admin": (wire.Extra, Requests.extra),
}
"""Everything that a line can ask, with the shape of its arguments."""

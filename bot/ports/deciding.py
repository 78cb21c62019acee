"""Parser, gate and in-process operations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any, Protocol

from bot.domain.intents import ParseContext, PlanOptions, Understanding
from bot.domain.inventory import Host, Inventory
from bot.domain.messages import People, Person, Role, ThreadRef
from bot.domain.plans import Plan, Verdict
from bot.domain.usage import Chosen
from bot.ports.store import Unit


class Parser(Protocol):
    """Words → outcome."""

    async def parse(self, text: str, context: ParseContext) -> Understanding:
        """Understand one sentence by the rules, at once. Never raises for what somebody typed."""
        ...

    def wants_reading(self, text: str) -> bool:
        """Whether it must be read before it is stored: it may be a stop, or hold a secret."""
        ...

    async def read(
        self,
        text: str,
        context: ParseContext,
        *,
        person: Person,
        tier: Chosen | None = None,
        heard: float | None = None,
    ) -> Understanding:
        """Understand it with a model where one is set up; may take the models' patience.

        `tier`: the only one to ask, where the person chose; the rules: no model is asked.
        `heard`: the clock's monotonic second at which it was said, from which the patience counts;
        None: now.
        """
        ...


@dataclass(frozen=True)
class Ask:
    """One step as the gate sees it before any host is touched, and after."""

    action: str
    effect: str
    raw: bool
    params: Mapping[str, Any]
    hosts: tuple[Host, ...]
    batch: int = 0
    in_process: bool = False
    unsaid: tuple[str, ...] = ()
    """What of it a model put in that its requester did not say: it never runs unasked."""
    alone: bool = False
    """Whether it is a change that only a model has read: nor does that."""


@dataclass(frozen=True)
class Bounds:
    """The environments that are spoken of in a channel.

    `called` is the channel as people know it; `elsewhere` are other places, as people know them,
    with the environments that are spoken of there.
    """

    called: str
    environments: tuple[str, ...]
    elsewhere: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class GateQuestion:
    """Everything the gate may judge by. Pure data; no clock.

    `holders` says which targets are being changed by another run. `people` is who exists.
    `plan` is None on the first judgement (no host touched yet). `bounds` are those of the channel
    in which it is asked; None: it has none. `ways` is how it shall run: what of that a model chose
    loosens nothing. `doubts` are why the rules would not have planned it. `lends` are the roles
    that the place may lend to who speaks there; who is lent them is known only as they do.
    `zone` is the one in which the reasons tell a time: that of the plan's card.
    """

    person: Person
    asks: tuple[Ask, ...]
    inventory: Inventory
    people: People
    force_production: bool = False
    reason: str = ""
    ways: PlanOptions = field(default_factory=PlanOptions)
    doubts: tuple[str, ...] = ()
    holders: Mapping[str, int] | None = None
    plan: Plan | None = None
    bounds: Bounds | None = None
    lends: frozenset[Role] = frozenset()
    zone: tzinfo = UTC


class Gate(Protocol):
    """Judges. Policies are parsed once; `version` is their hash (with autonomy settings)."""

    @property
    def version(self) -> str:
        """The hash of what judges."""
        ...

    def judge(self, question: GateQuestion) -> Verdict:
        """Allow unasked, ask, or deny, with reasons. Never raises: an error denies."""
        ...

    def may_vote(
        self, voter: Person, question: GateQuestion, requester: str, *, naming: bool = True
    ) -> str:
        """Empty when this person may vote on this plan, else the private sentence why not.

        `naming` who else may: each of them is judged for that, too.
        """
        ...


@dataclass(frozen=True)
class Caller:
    """For whom something inside Overseer is done, and in which conversation."""

    person: Person
    thread: ThreadRef


Operation = Callable[[Unit, Caller, Mapping[str, Any]], Any]
"""In-process work: a name from a closed registry, run inside the unit that records it."""


OPERATIONS = ("host.list", "plan.history", "plan.show", "plan.cancel", "help.show")
"""The closed registry's names; `bot.app` fills it and refuses to start with one missing."""

"""A request on its way to a plan: what `Asking` makes one of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.domain.intents import Intent
from bot.domain.messages import Identity, Person, ThreadRef
from bot.domain.plans import Plan
from bot.domain.usage import Reading
from bot.ports import Unit

AGAIN = "again"
"""The button by which the whole of a plan is asked for once more."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request on its way to a plan.

    `plan_id` and `revision` are set when an earlier plan is looked at again; `without` are
    hosts that the person chose to leave out; `queue` lets the plan wait for busy hosts.
    `event` is the message's, so that its answer and the end of its waiting are one. `over` is the
    revision that its requester replaces by this one in words; it must still be open by then.
    `formerly` are who asked for it, or for an earlier revision, before it became this person's.
    `pressed` is the button that asks for it, be it in words, and `by` the account of a chat that
    has pressed it (None: it was none); `former` is another plan, asked for by it, or of which this
    is what is left; `ends` ends that one's run, in the unit that stores this plan. `repeats`:
    "again" was said, not what shall be done. `paused` is the plan whose paused run this goes on
    with.
    `overtaken` is whether a stop has dropped the message meanwhile, as this process knows it: that
    may not be written yet.
    """

    thread: ThreadRef
    person: Person
    text: str
    intent: Intent
    read_by: str
    reading: Reading = field(default_factory=Reading)
    plan_only: bool = False
    plan_id: int | None = None
    revision: int = 1
    without: tuple[str, ...] = ()
    queue: bool = False
    event: str = ""
    over: Plan | None = None
    formerly: tuple[str, ...] = ()
    pressed: str = ""
    by: Identity | None = None
    former: Plan | None = None
    ends: Callable[[Unit], None] = lambda _: None
    repeats: bool = False
    paused: Plan | None = None
    overtaken: Callable[[], bool] = lambda: False

    @property
    def rest(self) -> Plan | None:
        """The plan of which it is what is left, whose run ends with it; None: of none."""
        return self.former if self.pressed != AGAIN else None

    @property
    def own(self) -> tuple[int | None, ...]:
        """The plans whose runs are not in its way: it goes on with one, or takes its place."""
        return self.plan_id, self.rest.id if self.rest is not None else None

    def once_more(self, last: Plan | None) -> Asked:
        """As what *Ask again* asks for, where "again" means this plan, which came to nothing."""
        if last is None:
            return self
        askers = (*self.formerly, *last.askers)
        return replace(self, former=last, pressed=AGAIN, formerly=askers)

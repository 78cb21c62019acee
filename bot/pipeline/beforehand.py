"""Whether what a button asks a text for can come to anything: judged before anybody types it.

Nothing is written, and what is typed is judged anew: much may have happened meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.messages import ButtonPress, Person
from bot.domain.plans import Plan
from bot.errors import ConflictError, NotAllowedError, StoreBusyError
from bot.gate.approval_desk import ApprovalDesk
from bot.gate.desk_words import undecided
from bot.pipeline.judging import question_of
from bot.pipeline.replacing import is_open
from bot.pipeline.steering import Steering
from bot.ports import Store, Unit, World
from bot.skillkit.catalog import Catalog


class Beforehand:
    """Says why a press would be refused whatever was typed."""

    def __init__(
        self,
        store: Store,
        desk: ApprovalDesk,
        steering: Steering,
        catalog: Catalog,
        world: Callable[[], World],
    ) -> None:
        """`desk` counts votes, `steering` knows whose a plan is."""
        self._store = store
        self._desk = desk
        self._steering = steering
        self._catalog = catalog
        self._world = world

    async def why_not(self, press: ButtonPress, person: Person) -> str:
        """The sentence for who pressed; empty: it may count, or nobody knows at this moment."""
        try:
            if press.button == "deny":
                return await self._store.read(lambda u: self._why_not_deny(u, press, person))
            if press.plan is None:
                return ""
            number = press.plan
            stored = await self._store.read(lambda u: u.plan(number))
            if stored is not None:
                must_be_newest(press, stored.plan)
                must = {"handover": self.handing_over, "change": self.changing}.get(press.button)
                if must is not None:
                    await self._store.read(must(stored.plan, person))
        except StoreBusyError:  # what is typed may be judged by then
            return ""
        except (ConflictError, NotAllowedError) as error:
            return str(error)
        return ""

    def handing_over(self, plan: Plan, person: Person) -> Callable[[Unit], None]:
        """Makes sure that there is a decision to hand over, and that it is theirs.

        It raises ConflictError where the run waits for none, and NotAllowedError where that is
        somebody else's.
        """

        def must(unit: Unit) -> None:
            if said := undecided(plan.id, unit.run(plan.id)):
                raise ConflictError(said)
            self._steering.deciding(plan, person)(unit)

        return must

    def changing(self, plan: Plan, person: Person) -> Callable[[Unit], None]:
        """Makes sure that a plan may still become another, and that it is theirs to change.

        It raises ConflictError, and NotAllowedError.
        """

        def must(unit: Unit) -> None:
            self._steering.must_change(unit, plan, person)
            stored = unit.plan(plan.id)
            if stored is None or not is_open(unit, stored):
                raise ConflictError(f"#{plan.id} can't be changed any more; ask for it anew.")

        return must

    def _why_not_deny(self, unit: Unit, press: ButtonPress, person: Person) -> str:
        return self._desk.why_not_deny(unit, press, person, may_vote=self.may_deny(person))

    def may_deny(self, person: Person) -> Callable[[Plan], str]:
        """Why they may not deny a plan."""
        may_vote = self.may_vote(person)
        return lambda plan: self._steering.why_not_deny(plan, person, may_vote(plan))

    def may_vote(self, person: Person) -> Callable[[Plan], str]:
        """Why they may not vote on a plan, as the gate says in the world as it is now."""
        world = self._world()

        def ask(plan: Plan) -> str:
            question = question_of(plan, world, self._catalog)
            return world.gate.may_vote(person, question, plan.requester)

        return ask


ALWAYS = frozenset({"stop", "kill", "why", "output", "here"})
"""Buttons that a stale card may still press: they decide nothing that a revision changes."""


def must_be_newest(press: ButtonPress, plan: Plan) -> None:
    """Make sure that what was pressed is of the plan as it is now.

    Raises:
        ConflictError: its card is of another revision.
    """
    stale = press.revision is not None and press.revision != plan.revision
    if stale and press.button not in ALWAYS:
        raise ConflictError(
            f"That card is of an older revision of #{plan.id}.", cure="The newest one counts."
        )

"""Whose a plan is to change, to withdraw and to decide about: its requester's, or a receiver's."""

from __future__ import annotations

from collections.abc import Callable

from bot.conversation import holders
from bot.domain.messages import People, Person, Role
from bot.domain.plans import Plan
from bot.domain.runs import RUN_HALTED, Run
from bot.errors import NotAllowedError
from bot.gate.approval_desk import may_withdraw
from bot.gate.sentences import DECIDERS
from bot.ports import Store, Unit, World


class Steering:
    """Judges presses that are not everybody's; the sentence tells whose they are."""

    def __init__(self, store: Store, world: Callable[[], World]) -> None:
        """`world` knows how people are called."""
        self._store = store
        self._world = world

    def must_change(self, unit: Unit, plan: Plan, person: Person) -> None:
        """Make sure that it is theirs to change.

        Raises:
            NotAllowedError: it isn't.
        """
        owner = holders.steerer(unit, plan)
        if person.name != owner:
            shown = self._shown(owner)
            votes = person.roles & DECIDERS and not has_asked(plan, person)
            way = "Deny… it and say" if votes else f"Tell {shown}"
            raise NotAllowedError(
                f"#{plan.id} is {shown}'s to change. {way} what you would rather have, or ask for "
                "that yourself."
            )
        if not holders.is_open_to(unit, plan.thread, person):  # a page of whoever asked first
            shown = self._shown(plan.thread.owner)
            raise NotAllowedError(
                f"You can't say anything in that conversation of {shown}'s. *Cancel* it, and "
                "ask in one of yours for what you would rather have."
            )

    def why_not_deny(self, plan: Plan, person: Person, why_not_vote: str) -> str:
        """Why somebody's *Deny…* does not count; empty: it does."""
        if not why_not_vote or not has_asked(plan, person):
            return why_not_vote
        shown = self._shown(plan.requester)
        return (
            f"You asked for #{plan.id} before it became {shown}'s, so you have no vote on it. Tell "
            f"{shown}, who can *Cancel* it, or whoever else may vote."
        )

    async def must_withdraw(self, plan: Plan, person: Person) -> None:
        """Make sure that they may withdraw it, as whose words are.

        Raises:
            NotAllowedError: they may not.
        """
        if may_withdraw(person, plan) or await self._steers(plan, person):
            return
        whose = await self._theirs(plan)
        raise NotAllowedError(f"Only {whose}, an approver or an admin may stop #{plan.id}.")

    async def must_own(self, plan: Plan, person: Person) -> None:
        """Make sure that they may have it looked at again.

        Raises:
            NotAllowedError: they may not.
        """
        if person.name == plan.requester or person.has(Role.ADMIN):
            return
        if not await self._steers(plan, person):
            raise NotAllowedError(f"Only {await self._theirs(plan)} or an admin may do that.")

    async def must_decide(self, plan: Plan, person: Person) -> None:
        """Make sure that they may decide about its run, as it stands now.

        Raises:
            NotAllowedError: they may not.
        """
        await self._store.read(self.deciding(plan, person))

    def deciding(self, plan: Plan, person: Person) -> Callable[[Unit], None]:
        """The same, to be made sure of in the unit that does what they decide."""
        return lambda unit: self._must_decide(unit, plan, person)

    def _must_decide(self, unit: Unit, plan: Plan, person: Person) -> None:
        receiver = receiver_of(unit.run(plan.id), self._world().people)
        if receiver is not None:
            if person.name == receiver or person.has(Role.ADMIN):
                return
            shown = self._shown(receiver)
            raise NotAllowedError(
                f"#{plan.id} was handed to {shown}: {shown} or an admin decides about it now."
            )
        if may_withdraw(person, plan) or holders.steers(unit, plan, person.name):
            return
        owner = self._shown(holders.steerer(unit, plan))
        raise NotAllowedError(f"Only {owner}, an approver or an admin decides about #{plan.id}.")

    async def _steers(self, plan: Plan, person: Person) -> bool:
        return await self._store.read(lambda u: holders.steers(u, plan, person.name))

    async def _theirs(self, plan: Plan) -> str:
        """Whose it is."""
        return self._shown(await self._store.read(lambda u: holders.steerer(u, plan)))

    def _shown(self, name: str) -> str:
        return self._world().people.shown(name)


def receiver_of(run: Run | None, people: People) -> str | None:
    """To whom the decision about a halted run was handed, as long as they are somebody.

    It is theirs then, and administrators', and no longer everybody's who might decide.
    """
    if run is None or run.state not in RUN_HALTED or not run.decider:
        return None
    return run.decider if people.named(run.decider) else None


def has_asked(plan: Plan, person: Person) -> bool:
    """Whether they asked for a plan, or for an earlier revision of it: it is their own."""
    return any(name in plan.askers for name in holders.names_of(person))

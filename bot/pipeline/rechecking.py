"""Whether an approved plan still may run: policy, people and inventory move on after the votes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.domain.approvals import Vote
from bot.domain.inventory import OVERSEER, Target
from bot.domain.messages import Role
from bot.domain.plans import Decision, Plan, digest_of
from bot.errors import NotAllowedError, OverseerError
from bot.gate.desk_words import votes_missing
from bot.gate.lending import account_of, lent_for
from bot.gate.voiding import approvals
from bot.pipeline import asked_by
from bot.pipeline.holdings import Holdings
from bot.pipeline.judging import question_of
from bot.ports import GateQuestion, Store, Unit, World
from bot.skillkit.catalog import Catalog


class Rechecking:
    """Judges a plan again on its way, with the votes that count now."""

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        *,
        holdings: Holdings,
        world: Callable[[], World],
    ) -> None:
        """`holdings` tell what is still held of what was lent."""
        self._store = store
        self._catalog = catalog
        self._holdings = holdings
        self._world = world

    async def why_not(self, plan: Plan) -> str:
        """Whether an approved plan still may run: policy, people and inventory have moved.

        Returns a sentence when it may not go on as approved, else nothing.
        """
        world = self._world()
        for step in plan.steps:
            if step.action not in self._catalog:
                return f"{step.action} no longer exists."
            if self._catalog.action(step.action).version != step.action_version:
                return f"{step.action} has changed since this was approved."
            for part in step.targets:
                if why := _moved(world, part.target):
                    return why
        try:
            question = question_of(await self._holdings.plan(plan), world, self._catalog)
        except OverseerError as error:
            return str(error)
        verdict = world.gate.judge(question)
        if verdict.decision is Decision.DENY:
            return "The policy no longer allows it: " + " ".join(r.text for r in verdict.reasons)
        if digest_of(plan, plan.verdict.policy if plan.verdict else "") != plan.digest:
            return "What is stored is no longer what was approved."
        if verdict.decision is Decision.ALLOW:
            theirs = await self._store.read(lambda u: asked_by.is_theirs(u, plan, world))
            return "" if theirs else asked_by.GONE.format(who=question.person.display)
        needed = max(1, verdict.votes, plan.verdict.votes if plan.verdict else 0)
        return await self._voters_still_may(plan, question, world, needed)

    async def _voters_still_may(
        self, plan: Plan, question: GateQuestion, world: World, needed: int
    ) -> str:
        def cast(unit: Unit) -> list[tuple[Vote, tuple[Role, ...], bool]]:
            return [
                (v, lent_for(unit, v), world.people.is_of(v.person, account_of(unit, v)))
                for v in approvals(unit, plan)
            ]

        votes = await self._store.read(cast)

        def may(vote: Vote, lent: Iterable[Role]) -> bool:
            voter = world.voter(vote.person, vote.surface, lent)
            return voter is not None and not world.gate.may_vote(voter, question, plan.requester)

        count = {vote.person for vote, _, theirs in votes if theirs and may(vote, ())}
        why = ""
        for vote, lent, theirs in votes:
            here = theirs and vote.surface == plan.thread.surface
            if len(count) >= needed or vote.person in count or not (lent and here):
                continue
            try:
                still = await self._holdings.still(plan.thread, vote.person, lent)
            except NotAllowedError as error:
                why = error.sentence
            else:
                count |= {vote.person} if may(vote, still) else set()
        has, name = len(count), world.people.shown
        lost = [name(v.person) for v, _, ours in votes if ours and v.person not in count]
        strange = [name(v.person) for v, _, ours in votes if not ours]
        return "" if has >= needed else why or votes_missing(needed, has, lost, strange)


def _moved(world: World, target: Target) -> str:
    """Why a frozen target is no longer what the inventory says; empty: it is."""
    if target.name == OVERSEER:
        return ""
    host = world.inventory.host(target.name)
    if host is None:
        return f"{target.name} is no longer in the inventory."
    there = host.connection
    elsewhere = there.address and target.address and there.address != target.address
    if elsewhere or (there.user and target.user and there.user != target.user):
        return f"{target.name} is no longer the host that was approved."
    return ""

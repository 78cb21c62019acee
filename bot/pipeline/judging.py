"""What the gate is asked about a plan that is stored already, and who may vote on it now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.domain.inventory import OVERSEER, Host, Inventory
from bot.domain.messages import Person, Role
from bot.domain.plans import Decision, Plan, Reason
from bot.domain.runs import PlanState
from bot.errors import NotAllowedError
from bot.gate.sentences import DECIDERS
from bot.pipeline.readers import reader_of
from bot.ports import Ask, GateQuestion, StoredPlan, World
from bot.skillkit.catalog import Catalog


def question_of(
    plan: Plan, world: World, catalog: Catalog, *, person: Person | None = None
) -> GateQuestion:
    """What the gate is asked about a stored plan, in today's world.

    `person` is who asks, in place of its requester. Hosts that have left the inventory are left out
    here; the plan's frozen targets are compared by `Rechecking.why_not`.

    Raises:
        NotAllowedError: its requester is nobody any more.
    """
    requester = person or world.requester(plan)
    if requester is None:
        raise NotAllowedError(_gone(plan))
    asks = []
    for step in plan.steps:
        found = [world.inventory.host(name) for name in step.hosts]
        asks.append(
            Ask(
                action=step.action,
                effect=step.effect.value,
                raw=step.raw,
                params=step.params,
                hosts=tuple(h for h in found if h is not None),
                batch=step.batch,
                in_process=step.action in catalog and catalog.action(step.action).in_process,
                unsaid=step.unsaid,
                alone=step.alone,
            )
        )
    return GateQuestion(
        person=requester,
        asks=tuple(asks),
        inventory=world.inventory,
        people=world.people,
        force_production=plan.force_production,
        reason=plan.reason,
        ways=plan.asked,
        doubts=plan.doubts,
        plan=plan,
        bounds=world.bounds(plan.thread),
        lends=world.lends_in(plan.thread),
        zone=reader_of(requester, world, plan.created_at).zone,
    )


def may_begin(person: Person, plan: Plan, world: World, catalog: Catalog) -> str:
    """Empty when they may let it begin before its time, else the private sentence why not.

    That is for those who may approve it; what nobody had to approve, its requester may begin.
    """
    if plan.verdict is not None and plan.verdict.decision is Decision.ALLOW:
        own = person.name == plan.requester or person.has(Role.ADMIN)
        return "" if own else f"Only {world.people.shown(plan.requester)} or an admin may do that."
    return world.gate.may_vote(person, question_of(plan, world, catalog), plan.requester)


def may_go_on(person: Person, plan: Plan, world: World, catalog: Catalog) -> str:
    """Empty when they may let a halted run go on, or take it back; else the sentence why not.

    That is for who may approve such things, or may ask for this one: whom it was handed to may have
    had another role then. Who had asked for it, and whether its hosts still are in the inventory,
    is nothing to them: what starts again is compared with what was approved on its way.
    """
    if person.roles & DECIDERS:
        return ""
    then = replace(world, inventory=_as_it_was(plan, world.inventory))
    verdict = world.gate.judge(question_of(plan, then, catalog, person=person))
    if verdict.decision is not Decision.DENY:
        return ""
    why = " ".join(reason.text for reason in verdict.reasons)
    return f"{why} *Stop here* and *Hand over…* are yours all the same."


def _as_it_was(plan: Plan, inventory: Inventory) -> Inventory:
    """The inventory with those of a plan's hosts that have left it since, as they were then."""
    targets = {part.target.name: part.target for step in plan.steps for part in step.targets}
    left = [t for t in targets.values() if t.name != OVERSEER and inventory.host(t.name) is None]
    if not left:
        return inventory
    hosts = [Host(name=t.name, groups=t.groups, environment=t.environment) for t in left]
    return inventory.model_copy(update={"hosts": (*inventory.hosts, *hosts)})


_Key = tuple[int, int, str, frozenset[Role]]
"""A plan's number, its revision, a person's name and what they are lent."""


@dataclass(frozen=True)
class _Known:
    """Who may vote on what, as judged in one world."""

    world: World | None
    said: dict[_Key, bool] = field(default_factory=dict)


MOST_KNOWN = 200_000
"""Judgements that are remembered before all are forgotten."""


class Voters:
    """Who may vote on a stored plan as things stand: one judgement for cards and lists.

    People, policy and inventory may have changed since the plan was judged; a click is counted
    by what holds when it comes, so what is drawn and listed goes by that too. A long list is
    looked at again and again, so a judgement is remembered until the configuration changes.
    """

    def __init__(self, catalog: Catalog, world: Callable[[], World]) -> None:
        """Judge in the world as it is at each question."""
        self._catalog = catalog
        self._world = world
        self._known = _Known(None)

    def may(self, number: int, revision: int, person: Person, read: Callable[[], Plan]) -> bool:
        """Whether this person may vote on a revision, were their vote not cast yet.

        `read` gives the plan, and is asked only where this isn't known yet.
        """
        return self._may((number, revision, person.name, person.lent), person, self._world(), read)

    def why_not(self, plan: Plan, person: Person) -> str:
        """Why they may not vote on a plan, as a sentence to them; empty: they may.

        Also empty where a role that they may hold in that place lets them: nobody has looked.
        """
        world = self._world()
        if person.linked and world.lends_in(plan.thread) & DECIDERS:
            return ""
        try:
            question = question_of(plan, world, self._catalog)
        except NotAllowedError as error:
            return str(error)
        return world.gate.may_vote(person, question, plan.requester)

    def needed(self, plan: Plan) -> int:
        """How many votes a plan takes as of now, and never fewer than it was asked for with.

        What would be paused for lack of votes as it begins is better not called approved before.
        """
        world = self._world()
        try:
            now = world.gate.judge(question_of(plan, world, self._catalog))
        except NotAllowedError:  # its start says why it can't be
            return plan.needed
        return max(plan.needed, now.votes)

    def as_of_now(self, stored: StoredPlan) -> StoredPlan:
        """A plan that waits, with who may vote, and why it is asked, as of now.

        Of one that waits for its time they are those who may begin it at once.
        """
        world, plan = self._world(), stored.plan
        waits = stored.state is PlanState.WAITING
        begins = stored.state is PlanState.APPROVED and plan.start is not None
        if not (waits or begins) or plan.verdict is None:
            return stored
        able = tuple(
            p.name
            for p in world.people.persons
            if self._may((plan.id, plan.revision, p.name, p.lent), p, world, lambda: plan)
        )
        verdict = plan.verdict.model_copy(update={"approvers": able})
        lends = waits and bool(world.lends_in(plan.thread) & DECIDERS)
        stored = replace(stored, lends=lends)
        if begins:
            return replace(stored, plan=plan.model_copy(update={"verdict": verdict}))
        if world.asker(plan.requester) is None:
            gone = Reason(id="requester-gone", text=_gone(plan))
            verdict = verdict.model_copy(update={"reasons": (gone,)})
        else:
            now = world.gate.judge(question_of(plan, world, self._catalog))
            if now.decision is Decision.ASK or (now.reasons and not able):
                votes = max(verdict.votes, now.votes)
                said = {"reasons": now.reasons, "solo": now.solo, "votes": votes}
                verdict = verdict.model_copy(update=said)
        return replace(stored, plan=plan.model_copy(update={"verdict": verdict}))

    def _may(self, key: _Key, person: Person, world: World, read: Callable[[], Plan]) -> bool:
        known = self._known
        if known.world is not world or len(known.said) >= MOST_KNOWN:
            known = self._known = _Known(world)
        if key not in known.said:
            known.said[key] = self._judged(read(), person, world)
        return known.said[key]

    def _judged(self, plan: Plan, person: Person, world: World) -> bool:
        try:
            question = question_of(plan, world, self._catalog)
        except NotAllowedError:
            return False
        return not world.gate.may_vote(person, question, plan.requester, naming=False)


def _gone(plan: Plan) -> str:
    return f"{plan.requester} is no longer in people.yaml."

"""What a surface may look at: threads, what waits for whom, cards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from bot.conversation.holders import steers
from bot.domain.cards import Choice, ThreadItem, ThreadSummary
from bot.domain.messages import People, Person, Role, ThreadRef
from bot.domain.plans import Plan
from bot.domain.runs import RUN_HALTED, PlanState
from bot.errors import UnreadableError
from bot.gate.approval_desk import may_withdraw
from bot.pipeline import pending
from bot.pipeline.judging import Voters
from bot.pipeline.steering import receiver_of
from bot.ports import Store, Unit, World
from bot.ports.readable import readable

MOST_WAITING = 200
"""A longer list of what waits for one person is read by nobody."""


class Looking:
    """The reading half of `bot.ports.Ears`."""

    def __init__(self, store: Store, world: Callable[[], World], voters: Voters) -> None:
        """Read from this store; `voters` judges who may vote."""
        self._store = store
        self._world = world
        self._voters = voters

    async def thread(self, thread: ThreadRef, after: int = 0) -> tuple[ThreadItem, ...]:
        """What has been said and shown there."""
        return await self._store.read(lambda u: u.thread(thread, after))

    async def is_reading(self, thread: ThreadRef) -> bool:
        """Whether something that was said there has no answer yet."""
        return await self._store.read(lambda u: pending.waits_in(u, thread))

    async def threads(self, person: str) -> tuple[ThreadSummary, ...]:
        """The person's conversations, newest first."""
        return await self._store.read(lambda u: u.threads(person))

    async def waiting(
        self, person: str, lent: frozenset[Role] = frozenset(), surface: str = ""
    ) -> tuple[ThreadItem, ...]:
        """The cards that wait for this person's vote or decision, newest first.

        `lent` are the roles that what they hold on a `surface` stands for. Of votes at most
        `MOST_WAITING`, however many others wait for somebody else's.
        """
        who = self._world().voter(person, surface, lent)
        if who is None:
            return ()

        def work(unit: Unit) -> list[ThreadItem]:
            halted = _to_decide(unit, who, self._world().people)
            numbers = [*islice(self._votable(unit, who), MOST_WAITING), *halted]
            items = [card_of(unit, number) for number in numbers]
            return [item for item in items if item is not None]

        return tuple(await self._store.read(work))

    async def card(self, plan: int) -> ThreadItem | None:
        """A plan's card, wherever it was asked."""
        return await self._store.read(lambda u: card_of(u, plan))

    async def choices(self, plan: int, button: str) -> tuple[Choice, ...]:
        """See `bot.ports.Ears`: of which host something may be shown."""
        if button != "output":
            return ()
        stored = await self._store.read(lambda u: u.plan(plan))
        hosts = stored.plan.hosts if stored is not None else ()
        return tuple(Choice(value=h, label=h) for h in hosts if h != "overseer")

    def people(self) -> People:
        """Who is known."""
        return self._world().people

    def _votable(self, unit: Unit, who: Person) -> Iterator[int]:
        """Plans that wait for this person's vote: their card has *Approve* for them."""
        for number, revision in unit.plans_in(PlanState.WAITING):

            def read(number: int = number, revision: int = revision) -> Plan:
                stored = unit.plan(number, revision)
                assert stored is not None  # noqa: S101 - it was listed in this snapshot
                return stored.plan

            try:
                may = self._voters.may(number, revision, who, read)
            except UnreadableError:  # it holds up nothing but itself
                may = False
            if not may:
                continue
            if all(vote.person != who.name for vote in unit.votes(number, revision)):
                yield number


def card_of(unit: Unit, plan_id: int) -> ThreadItem | None:
    """A plan's card as it stands in its thread; None when it has none."""
    found = unit.card(f"plan-{plan_id}")
    if found is None:
        return None
    thread, card = found
    items = (i for i in unit.thread(thread) if i.card is not None and i.card.id == card.id)
    return next(items, None)


def _to_decide(unit: Unit, who: Person, people: People) -> list[int]:
    """Halted runs that this person may decide about."""
    found = []
    for run in unit.runs(RUN_HALTED):
        stored = readable(unit, run.plan)
        if stored is None:
            continue
        receiver = receiver_of(run, people)
        if receiver is not None:
            mine = who.name == receiver or who.has(Role.ADMIN)
        else:
            mine = may_withdraw(who, stored.plan) or steers(unit, stored.plan, who.name)
        if mine:
            found.append(run.plan)
    return found

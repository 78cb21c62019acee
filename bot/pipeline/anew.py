"""What is asked for anew by a button: the same again, without hosts, in the queue, what is left.

Who presses asks for it. Where that is somebody else than had asked, the next revision is theirs: it
is judged by what they may ask for, and neither of the two votes on it (`Plan.formerly`). So nobody
approves alone what they have brought back themselves, whosever it was, but in solo mode: an admin
who alone could approve it may then vote on it, as on whatever else they ask for.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.messages import ButtonPress, Person, account_in
from bot.domain.plans import Plan
from bot.domain.revisions import intent_of
from bot.domain.runs import PlanState, RunState
from bot.errors import ConflictError
from bot.execution.decisions import May
from bot.execution.ledger import write_ended
from bot.pipeline.asked import Asked
from bot.pipeline.asking import Asking, was_seen
from bot.pipeline.meant import done_already
from bot.pipeline.running import Running
from bot.pipeline.starting import still
from bot.ports import Store, StoredPlan, Unit, World

TAKEN = "#{number} is asked for in your name now, no longer in {former}'s."


class Anew:
    """Asks again. Who may press is the caller's to check."""

    def __init__(
        self,
        store: Store,
        asking: Asking,
        running: Running,
        *,
        world: Callable[[], World],
    ) -> None:
        """Wire it."""
        self._store = store
        self._asking = asking
        self._running = running
        self._world = world

    async def without(self, stored: StoredPlan, person: Person, press: ButtonPress) -> str:
        """The same without the hosts that could not be read; see `again`."""
        plan = stored.plan
        unread = {host for host, _ in plan.unread}
        left_out = [(s.id, host) for s in plan.steps for host in s.hosts if host in unread]
        return await self.again(stored, person, press, without=tuple(left_out))

    async def again(
        self,
        stored: StoredPlan,
        person: Person,
        press: ButtonPress,
        *,
        without: tuple[tuple[str, str], ...] = (),
        queue: bool = False,
    ) -> str:
        """Look at the hosts afresh: the same wishes as revision n+1, all votes void.

        The account that has pressed is who asks, whatever the former one was asked by.
        What a drifted run has done already is left out, so that nothing is done twice. Returns a
        sentence where it has become another's.

        Raises:
            ConflictError: it waits for votes, or has run.
        """
        plan = stored.plan
        run, over, now = await self._store.read(
            lambda u: (u.run(plan.id), done_already(u, plan.id), u.now)
        )
        if run is not None and run.state is not RunState.DRIFTED:
            raise ConflictError(f"#{plan.id} has run already; ask for it anew.")
        if stored.state is PlanState.WAITING:
            raise ConflictError(f"#{plan.id} still waits for votes.")
        if run is not None and run.revision == plan.revision:  # a newer one has left it out
            without = (*without, *over)
        await self._ask(
            Asked(
                thread=plan.thread,
                person=person,
                text=plan.request,
                intent=still(intent_of(plan, without=without), now),
                read_by=plan.read_by,
                reading=plan.reading,
                plan_only=plan.plan_only and not was_seen(plan),
                plan_id=plan.id,
                revision=plan.revision + 1,
                queue=queue,
                paused=plan if run is not None else None,
                formerly=plan.askers,
                pressed=press.button,
                by=account_in(press.thread, press.identity),
            )
        )
        if person.name == plan.requester:
            return ""
        former = self._world().people.shown(plan.requester)
        return TAKEN.format(number=plan.id, former=former)

    async def rest(self, plan: Plan, person: Person, press: ButtonPress, may: May) -> str:
        """The votes have expired: what is left to do becomes a plan of its own, judged anew.

        Its run ends as that plan is stored, and waits for a decision until then. `may` sees in that
        unit that the decision is theirs.

        Raises:
            OverseerError: nothing can be made of what is left, or may be, or somebody has decided
                meanwhile.
        """

        def ends(unit: Unit) -> None:
            may(unit)
            write_ended(unit, plan.id, by=person.name, why="its votes expired; asked anew")

        over, now = await self._store.read(lambda u: (done_already(u, plan.id), u.now))
        await self._ask(
            Asked(
                thread=plan.thread,
                person=person,
                text=plan.request,
                intent=still(intent_of(plan, without=over), now),
                read_by=plan.read_by,
                reading=plan.reading,
                formerly=plan.askers,
                pressed=press.button,
                by=account_in(press.thread, press.identity),
                former=plan,
                ends=ends,
            )
        )
        return f"The votes on #{plan.id} have expired, so I ask anew for what is left."

    async def _ask(self, asked: Asked) -> None:
        plan = await self._asking.plan(asked)
        if plan is not None:
            await self._running.begin(plan)

"""What a button does. Every id of `bot.domain.buttons.BUTTONS` is handled here, and no other.

A click names the plan, revision and digest that its card showed, so that a stale card decides
nothing. Votes are the approval desk's; Stop is never gated; a decision about a halted run is for
the requester, those who may approve it, and administrators, or, once it was handed over, for its
receiver and administrators. What is its requester's to press is, too, whoever's they handed it to.
Who brings a plan back has asked for it (`bot.pipeline.anew`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.conversation.open_plans import begin_change
from bot.domain.approvals import Ballot
from bot.domain.intents import Why
from bot.domain.inventory import OVERSEER
from bot.domain.messages import ButtonPress, Person, Reply
from bot.domain.plans import Plan
from bot.domain.runs import STEP_BAD, STEP_ENDED
from bot.domain.wording import listed, natural
from bot.errors import ConflictError, NotAllowedError
from bot.execution.decisions import Decisions, May
from bot.gate.approval_desk import ApprovalDesk, Decided
from bot.pipeline.anew import Anew
from bot.pipeline.asking import Asking
from bot.pipeline.beforehand import Beforehand, must_be_newest
from bot.pipeline.explaining import Explaining
from bot.pipeline.handing import give_decision
from bot.pipeline.judging import may_begin, may_go_on
from bot.pipeline.running import Running
from bot.pipeline.sent_here import send_here
from bot.pipeline.speaking import Speaker
from bot.pipeline.steering import Steering
from bot.pipeline.stopping import Halted, Stopping
from bot.ports import Store, StoredPlan, Unit, World
from bot.skillkit.catalog import Catalog


@dataclass(frozen=True)
class Press:
    """A click by a known person on a plan's card."""

    press: ButtonPress
    person: Person
    stored: StoredPlan
    halted: Halted

    @property
    def plan(self) -> Plan:
        """The plan that the card shows."""
        return self.stored.plan

    @property
    def name(self) -> str:
        """Who clicked."""
        return self.person.name


Handler = Callable[[Press], Awaitable[str]]


class Pressing:
    """The buttons of a plan's card."""

    def __init__(
        self,
        store: Store,
        desk: ApprovalDesk,
        decisions: Decisions,
        asking: Asking,
        running: Running,
        stopping: Stopping,
        speaker: Speaker,
        explaining: Explaining,
        catalog: Catalog,
        *,
        world: Callable[[], World],
    ) -> None:
        """Wire it."""
        self._store = store
        self._desk = desk
        self._decisions = decisions
        self._running = running
        self._stopping = stopping
        self._speaker = speaker
        self._explaining = explaining
        self._catalog = catalog
        self._world = world
        self._steering = Steering(store, world)
        self._anew = Anew(store, asking, running, world=world)
        self.beforehand = Beforehand(store, desk, self._steering, catalog, world)
        self._handlers: dict[str, Handler] = {
            "approve": self._approve,
            "deny": self._deny,
            "unvote": self._unvote,
            "cancel": self._cancel,
            "begin": self._begin_now,
            "change": self._change,
            "why": self._why,
            "stop": self._stop,
            "kill": self._kill,
            "wait": self._wait,
            "giveup": self._give_up,
            "retry": self._retry,
            "skip": self._skip,
            "mark_done": self._mark_done,
            "rollback": self._roll_back,
            "end": self._end,
            "recheck": self._recheck,
            "handover": self._hand_over,
            "output": self._output,
            "without": self._without,
            "again": self._again,
            "queue": self._queue,
            "here": self._here,
        }

    async def press(self, press: ButtonPress, person: Person, halted: Halted) -> Reply:
        """Do what the button says; `halted` is called when that stops what moves.

        Raises:
            OverseerError: it may not be done, or no longer; the sentence is for the clicker.
        """
        handler = self._handlers.get(press.button)
        if handler is None or press.plan is None:
            raise ConflictError("That button does nothing any more.")
        number = press.plan
        stored = await self._store.read(lambda u: u.plan(number))
        if stored is None:
            raise ConflictError(f"There is no plan #{number}.")
        must_be_newest(press, stored.plan)
        text = await handler(Press(press, person, stored, halted))
        return Reply(accepted=True, text=text, thread=stored.plan.thread, plan=number)

    # -- votes ----------------------------------------------------------------------------------

    async def _approve(self, p: Press) -> str:
        may_vote = self.beforehand.may_vote(p.person)
        decision = await self._desk.vote(p.press, p.person, Ballot.APPROVE, may_vote=may_vote)
        if decision.approved and not await self._running.begin(p.plan):
            return f"{decision.text} It begins as soon as the database can be written."
        return _heeded(decision)

    async def _deny(self, p: Press) -> str:
        may_deny = self.beforehand.may_deny(p.person)
        decision = await self._desk.vote(p.press, p.person, Ballot.DENY, may_vote=may_deny)
        return _heeded(decision)

    async def _unvote(self, p: Press) -> str:
        return _heeded(await self._desk.withdraw(p.press, p.person))

    async def _cancel(self, p: Press) -> str:
        await self._steering.must_withdraw(p.plan, p.person)
        return _heeded(await self._desk.cancel(p.plan.id, p.plan.revision, by=p.name))

    async def _begin_now(self, p: Press) -> str:
        if sentence := may_begin(p.person, p.plan, self._world(), self._catalog):
            raise NotAllowedError(sentence)
        begun = await self._running.begin_now(p.plan, by=p.name)
        return "" if begun else f"#{p.plan.id} begins as soon as the database can be written."

    async def _change(self, p: Press) -> str:
        must = self.beforehand.changing(p.plan, p.person)

        def work(unit: Unit) -> None:
            must(unit)
            begin_change(unit, p.plan, p.name)

        await self._store.write(work)
        return CHANGING

    async def _why(self, p: Press) -> str:
        return await self._explaining.why(Why(plan=p.plan.id), p.plan.thread, p.name)

    async def _here(self, p: Press) -> str:
        return await self._store.write(lambda u: send_here(u, p.press, p.person))

    # -- looking again ----------------------------------------------------------------------------

    async def _again(self, p: Press) -> str:
        await self._must_own(p)
        return await self._anew.again(p.stored, p.person, p.press)

    async def _without(self, p: Press) -> str:
        await self._must_own(p)
        return await self._anew.without(p.stored, p.person, p.press)

    async def _queue(self, p: Press) -> str:
        await self._must_own(p)
        return await self._anew.again(p.stored, p.person, p.press, queue=True)

    # -- a run ------------------------------------------------------------------------------------

    async def _stop(self, p: Press) -> str:
        return await self._stopping.stop(p.plan, p.person, halted=p.halted)

    async def _kill(self, p: Press) -> str:
        return await self._stopping.stop(p.plan, p.person, kill=True, halted=p.halted)

    async def _wait(self, p: Press) -> str:
        await self._must_decide(p)
        return await self._decisions.wait(p.plan.id, by=p.name, host=p.press.value)

    async def _give_up(self, p: Press) -> str:
        await self._must_decide(p)
        return await self._decisions.give_up(p.plan.id, by=p.name, host=p.press.value)

    async def _retry(self, p: Press) -> str:
        await self._must_let_go_on(p)
        await self._must_be_there(p)
        if await self._expired(p):
            return await self._anew.rest(p.plan, p.person, p.press, self._theirs(p))
        await self._decisions.retry(p.plan.id, by=p.name, host=p.press.value, may=self._theirs(p))
        return ""

    async def _skip(self, p: Press) -> str:
        await self._must_let_go_on(p)
        await self._votes_hold_for_the_rest(p)
        await self._decisions.skip(p.plan.id, by=p.name, host=p.press.value, may=self._theirs(p))
        return ""

    async def _mark_done(self, p: Press) -> str:
        await self._must_let_go_on(p)
        await self._votes_hold_for_the_rest(p)
        await self._decisions.skip(
            p.plan.id, by=p.name, host=p.press.value, done=True, may=self._theirs(p)
        )
        return ""

    async def _roll_back(self, p: Press) -> str:
        await self._must_let_go_on(p)
        await self._decisions.roll_back(p.plan.id, by=p.name, may=self._theirs(p))
        return ""

    async def _recheck(self, p: Press) -> str:
        await self._must_let_go_on(p)
        await self._decisions.recheck(p.plan.id, by=p.name, may=self._theirs(p))
        return ""

    async def _end(self, p: Press) -> str:
        await self._must_decide(p)
        await self._decisions.end(p.plan.id, by=p.name, may=self._theirs(p))
        return f"#{p.plan.id} stops here."

    async def _hand_over(self, p: Press) -> str:
        must = self.beforehand.handing_over(p.plan, p.person)
        await self._store.read(must)
        other = self._world().people.named(p.press.text.strip().lstrip("@"))
        if other is None:
            known = ", ".join(f"{x.display} ({x.name})" for x in self._world().people.persons)
            raise ConflictError(f"I don't know {p.press.text!r}.", cure=f"Known: {known}.")

        def give(unit: Unit) -> None:
            must(unit)  # it may go on by itself, or be another's, since that was looked up
            outside = self._speaker.called.outside
            give_decision(unit, p.plan, p.person, other, world=self._world(), outside=outside)

        await self._store.write(give)
        await self._speaker.redraw_in(p.plan.thread)
        return f"{other.display} decides about #{p.plan.id} now."

    async def _output(self, p: Press) -> str:
        host, _, step = (p.press.value or p.press.text.strip()).partition("/")
        return await self._speaker.output(p.plan.id, host, step)

    # -- who may ----------------------------------------------------------------------

    async def _must_own(self, p: Press) -> None:
        await self._steering.must_own(p.plan, p.person)

    async def _must_decide(self, p: Press) -> None:
        await self._steering.must_decide(p.plan, p.person)

    def _theirs(self, p: Press) -> May:
        """The same, in the unit that does it: the decision may have been handed over since."""
        return self._steering.deciding(p.plan, p.person)

    async def _must_let_go_on(self, p: Press) -> None:
        await self._must_decide(p)
        if sentence := may_go_on(p.person, p.plan, self._world(), self._catalog):
            raise NotAllowedError(sentence)

    async def _must_be_there(self, p: Press) -> None:
        """See that what is to be tried again is in the inventory still: nothing reaches it else.

        Raises:
            ConflictError: it is not; the run waits on, and may be decided otherwise.
        """
        attempts = await self._store.read(lambda u: u.attempts(p.plan.id))
        hosts = {a.host for a in attempts if a.state in STEP_BAD and p.press.value in ("", a.host)}
        known = {OVERSEER, *self._world().inventory.names()}
        if gone := sorted(hosts - known, key=natural):
            raise ConflictError(
                f"The inventory no longer has {listed(gone)}, so nothing can be tried again there.",
                cure="*Skip* leaves that out, *Stop here* ends it.",
            )

    async def _votes_hold(self, p: Press) -> None:
        """Going on repeats the approved digest, so its votes must be unexpired."""
        if await self._expired(p):
            raise ConflictError(
                f"The votes on #{p.plan.id} have expired.", cure="Stop here and ask for it anew."
            )

    async def _expired(self, p: Press) -> bool:
        """Whether the votes on a change are too old to start anything more."""
        now = await self._store.read(lambda u: u.now)
        return p.plan.effect.changes and p.plan.votes_end is not None and p.plan.votes_end <= now

    async def _votes_hold_for_the_rest(self, p: Press) -> None:
        """The same, for a decision that starts nothing but what has not begun yet."""

        def rest(unit: Unit) -> bool:
            ended = {(a.step, a.host) for a in unit.attempts(p.plan.id) if a.state in STEP_ENDED}
            return any((s.id, host) not in ended for s in p.plan.steps for host in s.hosts)

        if await self._store.read(rest):
            await self._votes_hold(p)


def _heeded(decided: Decided) -> str:
    """The desk's sentence.

    Raises:
        ConflictError: with that sentence, when the click changed nothing.
    """
    if not decided.accepted:
        raise ConflictError(decided.text)
    return decided.text


CHANGING = (
    "Say in this thread what should be different: “not web-2”, “also on web-3”, “one at a time”, "
    "or the whole request anew. It replaces this one."
)

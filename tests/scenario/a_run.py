"""Plans for tests, and one Overseer's engine over a real store and fake hosts."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from bot.adapters.store import open_store
from bot.domain.commands import Call, Shell
from bot.domain.intents import OnFailure
from bot.domain.inventory import Host, Inventory, SudoMode, Target
from bot.domain.messages import People, Person, Role, ThreadRef
from bot.domain.plans import Check, Effect, Plan, RunOptions, Step, TargetPlan, digest_of
from bot.domain.runs import PlanState, RunState
from bot.execution.decisions import Decisions
from bot.execution.executor import Executor
from bot.settings import RunSettings
from bot.testing.fake_host import FakeHosts
from bot.testing.manual_clock import ManualClock
from bot.testing.scripted_requests import ScriptedRequests

THREAD = ThreadRef(surface="web", channel="c", thread="t")
ANA = Person(name="ana", display="Ana", roles=frozenset({Role.ADMIN}))
PEOPLE = People(persons=(ANA,))
SECONDS = 20


def do(step, host, index=0):
    """The argv of a step's command on a host."""
    return ("do", step, host, str(index))


def undo(step, host):
    return ("undo", step, host)


def a_target(host, *, own=False):
    return Target(
        name=host, address=host, user="root", fingerprint=f"SHA256:fake-{host}",
        boot_id=f"boot-{host}-1", environment="staging", is_self=own,
    )  # fmt: skip


def a_step(
    step, *hosts, effect="write", needs=(), batch=0, stop=False, own="", commands=1, undoes=False,
    checks=(), unless=None, **more,
):  # fmt: skip
    effect = Effect(effect)
    parts = tuple(
        TargetPlan(
            target=a_target(h, own=h == own),
            commands=tuple(Shell(argv=do(step, h, n), unless=unless) for n in range(commands)),
            undo=(Shell(argv=undo(step, h)),) if undoes else (),
            checks=tuple(checks),
        )
        for h in hosts
    )
    return Step(
        id=step, action=f"test.{step}", effect=effect, title=step, params={}, needs=needs,
        targets=parts, batch=batch, stop_at_first_failure=stop, **more,
    )  # fmt: skip


def a_call(step, operation="count.up", needs=(), **arguments):
    part = TargetPlan(
        target=a_target("overseer"), commands=(Call(operation=operation, arguments=arguments),)
    )
    return Step(
        id=step, action=f"test.{step}", effect=Effect.WRITE, title=step, params={}, needs=needs,
        targets=(part,),
    )  # fmt: skip


def a_plan(*steps, plan=1, on_failure="ask", parallel_steps=5, **more):
    made = Plan(
        id=plan, requester="ana", thread=THREAD, request="a test", title="a test", steps=steps,
        options=RunOptions(on_failure=OnFailure(on_failure), parallel_steps=parallel_steps),
        created_at=datetime(2026, 3, 1, tzinfo=UTC), **more,
    )  # fmt: skip
    return made.model_copy(update={"digest": digest_of(made, "")})


def chain(**more):
    return a_plan(a_step("s1", "a", **more), a_step("s2", "b", needs=("s1",)))


class Bench:
    """One engine. `again()` is the same one after a crash or a restart."""

    def __init__(self, store, hosts, clock, world, wrap=lambda store: store):
        self.store, self.hosts, self.clock, self.world = store, hosts, clock, world
        self.asked = []
        self.said = ""
        self.people = PEOPLE
        self.requests = ScriptedRequests()
        seen = wrap(store)
        self.runs = Executor(
            seen, hosts, {"count.up": count_up, "count.broken": count_broken},
            self.requests, clock=clock,
            asker=lambda plan: self.people.named(plan.requester),
            versions=lambda: self.world["version"],
            recheck=self.recheck, settings=RunSettings(),
        )  # fmt: skip
        self.decisions = Decisions(self.runs, seen)

    async def recheck(self, plan):
        self.asked.append(plan.id)
        await asyncio.sleep(0)
        return self.said

    def answers(self, plan, status=0):
        """Every command of a plan ends so on every host."""
        for step in plan.steps:
            for part in step.targets:
                for command in (*part.commands, *part.undo):
                    if isinstance(command, Shell):
                        self.hosts.answer(command.argv, status=status)
        return plan

    async def begin(self, plan):
        def work(unit):
            if unit.plan(plan.id, plan.revision) is None:
                unit.add_plan(plan, PlanState.APPROVED)

        await self.store.write(work)
        return await self.runs.begin(plan)

    async def run(self, plan):
        assert await self.begin(plan) == {}
        return await self.rest(plan.id)

    async def rest(self, plan=1):
        async with asyncio.timeout(SECONDS):
            await self.runs.idle(plan)
        return await self.state(plan)

    async def state(self, plan=1):
        run = await self.store.read(lambda u: u.run(plan))
        return run.state

    async def stored(self, plan=1):
        return await self.store.read(lambda u: u.run(plan))

    async def steps(self, plan=1):
        found = await self.store.read(lambda u: u.steps(plan))
        return {step: state.value for step, state in found.items()}

    async def attempts(self, plan=1):
        found = await self.store.read(lambda u: u.attempts(plan))
        return {(a.step, a.host): a for a in found}

    async def states(self, plan=1):
        return {key: a.state.value for key, a in (await self.attempts(plan)).items()}

    async def holds(self, *hosts):
        return await self.store.read(lambda u: u.holders(hosts))

    async def events(self, kind, plan=1):
        found = await self.store.read(lambda u: u.events(plan=plan, limit=100_000))
        return [e for e in found if e.kind == kind]

    async def crash(self):
        """The process dies: whatever it was doing is not done any more.

        What it had handed to the store is either there or not when the next one looks.
        """
        runs = self.runs
        runs.driver.closing = True
        runs._deaf()
        for task in tuple(runs.driver.tasks):
            task.cancel()
        for live in runs.lives():
            live.scribe.abandon()
        runs.driver.lives.clear()
        await self.store.write(lambda u: None)

    async def again(self, **more):
        """Take up what is stored with a new engine, as a restart does."""
        new = Bench(self.store, self.hosts, self.clock, self.world, **more)
        new.asked, new.said = self.asked, self.said
        await new.runs.recover()
        return new

    async def until(self, says):
        """Wait for something that other tasks bring about."""
        async with asyncio.timeout(SECONDS):
            while not says():
                await asyncio.sleep(0.001)

    async def ran(self, argv, times=1):
        await self.until(lambda: self.hosts.ran(argv) == times)

    def free(self, *argvs, status=0):
        for argv in argvs:
            self.hosts.release(argv, status=status)


def count_up(unit, caller, arguments):
    unit.put("count", (unit.get("count") or 0) + 1)
    return {"by": caller.person.name, "count": unit.get("count")}


def count_broken(unit, caller, arguments):
    count_up(unit, caller, arguments)
    from bot.errors import RequestError

    raise RequestError("It can't be counted.")


def an_inventory(names):
    from bot.domain.inventory import Connection

    return Inventory(
        hosts=tuple(
            Host(name=n, environment="staging", connection=Connection(user="root")) for n in names
        )
    )


NAMES = ("a", "b", "c", "d", "e", "me")


@asynccontextmanager
async def bench(tmp_path, **more):
    clock = ManualClock()
    store = open_store(tmp_path / "overseer.db", clock=clock)
    inventory = an_inventory(NAMES)
    made = Bench(store, FakeHosts(lambda: inventory, clock), clock, {"version": "1"}, **more)
    try:
        yield made
    finally:
        await made.runs.close()
        await store.close()


async def patiently(b):
    """Let the time pass that a silent host is given."""
    for _ in range(20):
        await b.until(lambda: b.clock.sleepers or b.runs.live(1) is None)
        await b.clock.advance(10)


def goes_silent(b, host):
    """The next change on a host begins; then its connection is cut and nobody answers there."""
    machine, change = b.hosts.machine(host), b.hosts.change
    machine.cut_next = True

    async def cut(target, command, **more):
        try:
            return await change(target, command, **more)
        finally:
            machine.down = machine.down or target.name == host

    b.hosts.change = cut

    def back():
        machine.down, b.hosts.change = False, change

    return back


@asynccontextmanager
async def crashed(tmp_path, plan):
    """An engine that died while `s1` ran on a."""
    async with bench(tmp_path) as b:
        b.answers(plan)
        b.hosts.hang(do("s1", "a"))
        await b.begin(plan)
        await b.ran(do("s1", "a"))
        await b.crash()
        yield b


async def revived(b):
    """Where the run comes to rest after a restart."""
    new = await b.again()
    state = await new.rest()
    await new.runs.close()
    return state


@asynccontextmanager
async def in_doubt(tmp_path, plan):
    """A run whose first command goes on, on a host that could not be asked about it for long."""
    async with crashed(tmp_path, plan) as b:
        b.hosts.machine("a").down = True
        new = await b.again()
        await patiently(new)
        await new.rest()
        b.hosts.machine("a").down = False
        assert await b.state() is RunState.INTERRUPTED
        yield b, new
        await new.runs.close()


__all__ = ["Check", "RunState", "SudoMode", "timedelta"]


@asynccontextmanager
async def undo_in_doubt(tmp_path):
    """A run that failed on b and whose undo on a goes on, out of sight; and its new engine."""
    plan = a_plan(a_step("s1", "a", undoes=True), a_step("s2", "b", needs=("s1",)))
    async with bench(tmp_path) as b:
        b.answers(plan)
        b.hosts.answer(do("s2", "b"), status=1)
        assert await b.run(plan) is RunState.NEEDS_DECISION
        b.hosts.hang(undo("s1", "a"))
        await b.decisions.roll_back(1, by="ana")
        await b.ran(undo("s1", "a"))
        await b.crash()
        b.hosts.machine("a").down = True
        new = await b.again()
        await patiently(new)
        assert await new.rest() is RunState.FAILED
        b.hosts.machine("a").down = False
        yield b, new
        await new.runs.close()

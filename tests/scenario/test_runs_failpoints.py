"""Killed at every commit and at every command: nothing lost, nothing run twice.

The process "dies" at its n-th boundary, before or after it; a new engine takes up what is
stored over the same hosts. The hosts keep the ledger.
"""

import asyncio
from contextlib import asynccontextmanager

import pytest

from bot.domain.runs import RUN_HALTED
from tests.scenario.a_run import RunState, a_call, a_plan, a_step, bench, do, undo


class Death:
    """Dies at the n-th boundary; from then on this process does nothing any more."""

    def __init__(self, at, *, after):
        self.at, self.after, self.seen, self.dead = at, after, 0, asyncio.Event()

    async def boundary(self, work):
        self.seen += 1
        mine = self.seen == self.at
        if self.dead.is_set() or (mine and not self.after):
            self.dead.set()
            await asyncio.Event().wait()
        done = await work()
        if mine or self.dead.is_set():
            self.dead.set()
            await asyncio.Event().wait()
        return done


class MortalStore:
    def __init__(self, store, death):
        self._store, self._death = store, death
        self.read, self.subscribe, self.publish = store.read, store.subscribe, store.publish

    async def write(self, work, *, first=False):
        return await self._death.boundary(lambda: self._store.write(work, first=first))


class MortalHosts:
    def __init__(self, hosts, death):
        self._hosts, self._death = hosts, death

    def __getattr__(self, name):
        return getattr(self._hosts, name)

    async def change(self, *args, **kwargs):
        return await self._death.boundary(lambda: self._hosts.change(*args, **kwargs))


def a_graph(*, repeatable):
    return a_plan(
        a_step("s1", "a", "b", repeatable=repeatable, undoes=True),
        a_step("s2", "a", "c", needs=("s1",), repeatable=repeatable, commands=2),
        a_call("s3", needs=("s1",)),
        a_step("s4", "a", effect="read", needs=("s2",)),
    )


async def died_at(b, plan, death):
    """One life over a bench whose store and hosts are mortal; whether it was cut short."""

    async def life():
        await b.begin(plan)
        await b.runs.idle(plan.id)

    steps = b.runs.driver.performer.steps
    steps._hosts = steps._recovery._hosts = MortalHosts(b.hosts, death)
    ways = [asyncio.ensure_future(life()), asyncio.ensure_future(death.dead.wait())]
    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    died = death.dead.is_set()
    for way in ways:
        way.cancel()
    await asyncio.gather(*ways, return_exceptions=True)
    await b.crash()
    return died


@asynccontextmanager
async def lived(path, plan, at, *, after, failing=()):
    """Dies at boundary `at`, if there are so many, and is taken up; gives whether it died."""
    death = Death(at, after=after)
    path = path / str(at)
    path.mkdir()
    async with bench(path, wrap=lambda s: MortalStore(s, death)) as b:
        b.answers(plan)
        for argv in failing:
            b.hosts.answer(argv, status=1)
        died = await died_at(b, plan, death)
        new = await b.again()
        if await b.stored() is None:  # the approval was there, the run was not: it begins now
            await new.begin(plan)
        await new.rest()
        yield died, new
        await new.runs.close()


async def check(b):
    """What must hold whenever the run is at rest."""
    states = await b.states()
    for (step, host), state in states.items():
        assert state != "running", f"{step} on {host} was forgotten"
    for step in ("s1", "s2"):
        for host in "abc":
            for index in (0, 1):
                ran = b.hosts.ran(do(step, host, index), host)
                assert ran <= 1, f"{step} on {host} ran {ran} times"
                if ran:
                    assert (step, host) in states, f"{step} on {host} ran and nobody knows"


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("repeatable", [True, False], ids=["repeatable", "once"])
async def test_killed_at_every_boundary(tmp_path, after, repeatable):
    plan = a_graph(repeatable=repeatable)
    at, died, ends = 0, True, []
    while died:
        at += 1
        async with lived(tmp_path, plan, at, after=after) as (died, b):
            await check(b)
            ends.append(state := await b.state())
            if state is RunState.SUCCEEDED:
                assert [b.hosts.ran(do("s2", h, n)) for h in "ac" for n in (0, 1)] == [1] * 4
                assert await b.store.read(lambda u: u.get("count")) == 1
            else:
                assert state is RunState.INTERRUPTED
                assert not repeatable
    assert at > 10, "there were boundaries to die at"
    assert ends[-1] is RunState.SUCCEEDED
    assert RunState.INTERRUPTED in ends or repeatable or after


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_what_never_began_is_done_when_a_person_says_retry(tmp_path, after):
    plan = a_graph(repeatable=False)
    at, died = 0, True
    while died:
        at += 1
        async with lived(tmp_path, plan, at, after=after) as (died, b):
            await check(b)
            while await b.state() in RUN_HALTED:
                await b.decisions.retry(1, by="ana")  # all commands of that target, once more
                await b.rest()
            assert await b.state() is RunState.SUCCEEDED
            assert await b.store.read(lambda u: u.get("count")) == 1


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_killed_while_taking_back(tmp_path, after):
    plan = a_plan(
        a_step("s1", "a", "b", undoes=True), a_step("s2", "c", undoes=True, needs=("s1",)),
        on_failure="rollback",
    )  # fmt: skip
    at, died = 0, True
    while died:
        at += 1
        failing = [do("s2", "c")]
        async with lived(tmp_path, plan, at, after=after, failing=failing) as (died, b):
            state = await b.state()
            assert state in {RunState.ROLLED_BACK, RunState.INTERRUPTED}
            for step, host in (("s1", "a"), ("s1", "b"), ("s2", "c")):
                ran, back = b.hosts.ran(do(step, host)), b.hosts.ran(undo(step, host))
                assert ran <= 1
                assert back <= ran
                if state is RunState.ROLLED_BACK:
                    assert back == ran
    assert at > 10

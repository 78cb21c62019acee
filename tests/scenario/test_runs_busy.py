"""A database that is locked or full: nothing acts without its row, no result is lost."""

import asyncio
from dataclasses import replace

from bot.errors import ConflictError, StoreBusyError
from tests.scenario.a_run import RunState, a_call, a_plan, a_step, bench, do


class Moody:
    """A store that is busy while `busy`, for as many writes as `times` says."""

    def __init__(self, store):
        self._store, self.busy, self.refused = store, False, 0
        self.read, self.subscribe, self.publish = store.read, store.subscribe, store.publish

    async def write(self, work, *, first=False):
        if self.busy:
            self.refused += 1
            await asyncio.sleep(0)
            raise StoreBusyError("The database is locked.")
        return await self._store.write(work, first=first)


def moody(kept):
    def wrap(store):
        kept.append(Moody(store))
        return kept[-1]

    return wrap


async def test_a_result_waits_for_a_busy_database(tmp_path):
    kept = []
    async with bench(tmp_path, wrap=moody(kept)) as b:
        plan = b.answers(a_plan(a_step("s1", "a"), a_step("s2", "b", needs=("s1",))))
        b.hosts.hang(do("s1", "a"))
        await b.begin(plan)
        await b.ran(do("s1", "a"))
        kept[0].busy = True
        b.free(do("s1", "a"))
        await b.until(lambda: kept[0].refused and b.clock.sleepers)
        assert b.hosts.ran(do("s2", "b")) == 0, "its need is not durable"
        for _ in range(3):
            await b.clock.advance(1)
        assert kept[0].refused > 1
        kept[0].busy = False
        await b.clock.advance(10)
        assert await b.rest() is RunState.SUCCEEDED
        assert b.hosts.ran(do("s1", "a")) == 1


async def test_an_intent_is_given_up_and_the_run_halts(tmp_path):
    kept = []
    async with bench(tmp_path, wrap=moody(kept)) as b:
        plan = b.answers(a_plan(a_step("s1", "a"), a_step("s2", "b", needs=("s1",))))
        b.hosts.hang(do("s1", "a"))
        await b.begin(plan)
        await b.ran(do("s1", "a"))
        kept[0].busy = True
        b.free(do("s1", "a"))
        for _ in range(60):
            await b.until(lambda: b.clock.sleepers)
            await b.clock.advance(2)
        kept[0].busy = False
        await b.clock.advance(10)
        assert await b.rest() is RunState.INTERRUPTED
        assert "database is locked" in (await b.stored()).why
        assert await b.states() == {("s1", "a"): "succeeded"}
        assert b.hosts.ran(do("s2", "b")) == 0
        said = await asyncio.gather(
            *(b.decisions.retry(1, by=who) for who in ("ana", "bo")), return_exceptions=True
        )
        assert sum(isinstance(s, ConflictError) for s in said) == 1, "one of them decides"
        assert await b.rest() is RunState.SUCCEEDED


async def test_a_call_waits_a_little_too(tmp_path):
    kept = []
    async with bench(tmp_path, wrap=moody(kept)) as b:
        await b.begin(a_plan(a_step("s1", "a", effect="read"), a_call("s2", needs=("s1",))))
        kept[0].busy = True
        await b.until(lambda: kept[0].refused and b.clock.sleepers)
        kept[0].busy = False
        await b.clock.advance(10)
        await b.rest()


async def test_another_who_took_the_attempt_up_is_let_alone(tmp_path):
    """A second engine on the same run: the fence lets one through."""
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a"), a_step("s2", "b", needs=("s1",))))
        b.hosts.hang(do("s1", "a"))
        await b.begin(plan)
        await b.ran(do("s1", "a"))

        def elsewhere(unit):
            old = unit.attempts(1)[0]
            unit.claim(replace(old, id="other", number=2, fence=2))

        await b.store.write(elsewhere)
        b.free(do("s1", "a"))
        assert await b.rest() is RunState.INTERRUPTED
        assert "newer attempt" in (await b.stored()).why
        assert b.hosts.ran(do("s2", "b")) == 0


async def test_one_change_that_is_refused_does_not_drag_others_along(tmp_path):
    from bot.execution.scribe import Scribe

    async with bench(tmp_path) as b:
        scribe, told = Scribe(b.store, b.clock), []

        def refuse(unit):
            raise ConflictError("No.")

        for name, work in (("one", None), ("two", refuse), ("three", None)):
            scribe.put(
                work or (lambda u, n=name: u.put(n, 1)),
                then=lambda n=name: told.append(n),
                refused=lambda e, n=name: told.append((n, str(e))),
            )
        await scribe.flush()
        assert told == ["one", ("two", "No."), "three"]
        assert await b.store.read(lambda u: (u.get("one"), u.get("three"))) == (1, 1)

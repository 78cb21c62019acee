"""A connection that is cut, on purpose or not, is no end of what runs behind it."""

import asyncio

from bot.domain.plans import Check
from tests.scenario.a_run import (
    RunState,
    bench,
    chain,
    crashed,
    do,
    revived,
)  # fmt: skip


async def test_a_cut_connection_finds_its_result(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(chain())
        b.hosts.machine("a").cut_next = True
        assert await b.run(plan) is RunState.SUCCEEDED
        assert b.hosts.ran(do("s1", "a")) == 1


async def test_a_cut_connection_follows_what_runs_on(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(chain())
        b.hosts.hang(do("s1", "a"))
        b.hosts.machine("a").cut_next = True
        told = []
        b.store.subscribe(lambda events: told.extend(e for e in events if e.kind == "attempt.cut"))
        await b.begin(plan)
        await b.ran(do("s1", "a"))
        await asyncio.sleep(0.02)
        assert await b.state() is RunState.RUNNING
        whys = [event.data["why"] for event in told]
        assert whys[-1] == "", "there is contact again"
        assert any("was cut while a command ran there" in why for why in whys)
        b.free(do("s1", "a"))
        assert await b.rest() is RunState.SUCCEEDED
        assert b.hosts.ran(do("s1", "a")) == 1


async def test_an_unreachable_host_has_failed_and_nothing_was_started(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(chain())
        b.hosts.machine("a").down = True
        assert await b.run(plan) is RunState.NEEDS_DECISION
        attempt = (await b.attempts())["s1", "a"]
        assert attempt.state.value == "failed"
        assert not attempt.changed


def reboots(b):
    def go_down(host, command):
        b.hosts.machine(host).reboot()
        from bot.errors import HostLostError

        raise HostLostError("The connection went.", host=host)

    return go_down


async def test_a_reboot_is_done_when_a_new_boot_id_answers(tmp_path):
    async with bench(tmp_path) as b:
        up = Check(argv=("is-up",))
        plan = b.answers(chain(cuts_connection=True, checks=(up,)))
        b.hosts.answer(("is-up",))
        b.hosts.answer(do("s1", "a"), reboots(b))
        assert await b.run(plan) is RunState.SUCCEEDED
        assert (await b.attempts())["s1", "a"].note == "it is back, with a new boot id"
        assert b.hosts.ran(("is-up",)) == 1


async def test_a_reboot_of_a_host_that_is_down_is_a_failure_at_once(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(chain(cuts_connection=True))
        b.hosts.machine("a").down = True
        assert await b.run(plan) is RunState.NEEDS_DECISION


async def test_overseers_own_reboot_is_found_done_after_it(tmp_path):
    async with crashed(tmp_path, chain(cuts_connection=True)) as b:
        b.hosts.machine("a").reboot()
        assert await revived(b) is RunState.SUCCEEDED
        assert b.hosts.ran(do("s1", "a")) == 1


async def test_a_reboot_that_has_been_ordered_is_waited_for(tmp_path):
    async with crashed(tmp_path, chain(cuts_connection=True)) as b:
        b.free(do("s1", "a"))
        new = await b.again()
        await b.until(lambda: b.clock.sleepers)
        assert await b.state() is RunState.RUNNING
        b.hosts.machine("a").reboot()
        await b.clock.advance(2)
        assert await new.rest() is RunState.SUCCEEDED
        await new.runs.close()

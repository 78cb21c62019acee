"""The whole product over the rig's hosts, with the skill that does nothing: what figures measure.

    async with Product(rig) as product:
        took = await product.run(await product.plan("bench.true"))

Store (WAL, synchronous=FULL), gate, executor, events, cards and SSH are the real ones; the
surface shows nothing. As when it serves, what the start has made is spared by the garbage
collector. A plan is made, judged and stored before its run is timed.
"""

import asyncio
import gc
import sys
import time
from dataclasses import dataclass

from bot import lifecycle
from bot.adapters.files.first_start import prepare
from bot.adapters.files.inventory_file import written
from bot.app import build
from bot.domain.intents import Intent, Wish
from bot.domain.messages import ThreadRef
from bot.domain.runs import RunState
from bot.pipeline.asked import Asked
from tests.bench import skill

PEOPLE = "people:\n  ana: {display: Ana, roles: [admin], identities: ['web:ana']}\n"
SETTINGS = """\
hosts: {ssh_config: /nonexistent, connect_timeout: 120, facts_deadline: 120}
autonomy: {level: scheduled, pre_approved: [{action: bench.touch}]}
skills: [host, service, package, plan, help, bench]
"""


@dataclass(frozen=True)
class Took:
    """Seconds from `Executor.begin` to the stored end, and until the hosts are tidy again."""

    ended: float
    tidy: float


class Product:
    """One Overseer on the rig's home; its only person may have everything done unasked."""

    name = "bench"

    def __init__(self, rig):
        self.home = rig.home
        self.hosts = list(rig.hosts.values())
        prepare(self.home)
        self.home.people.write_text(PEOPLE)
        self.home.inventory.write_text(written(self.hosts, comment="the rig's"))
        self.home.settings.write_text(SETTINGS)
        self.thread = ThreadRef(surface=self.name, channel="c", thread="t")

    async def __aenter__(self):
        sys.modules["skills.bench"] = skill
        self.app = await build(self.home)
        self.app.attach([self])
        await self.app.start()
        self.executor = self.app.pipeline._executor
        begun = time.perf_counter()
        await self.plan("bench.true")
        self.cold = time.perf_counter() - begun
        lifecycle.spare_what_stays()
        return self

    async def __aexit__(self, *_):
        gc.unfreeze()
        await self.app.stop()
        del sys.modules["skills.bench"]

    async def connections(self):
        """The warm connections themselves."""
        runner = self.app.hosts._ssh
        return [(await runner.reach(host)).connection for host in self.hosts]

    async def plan(self, action):
        """A stored, approved plan for all hosts."""
        asked = Asked(
            thread=self.thread, person=self.app.world.people.named("ana"), text=action,
            intent=Intent(
                wishes=(Wish(action=action, params={"hosts": [h.name for h in self.hosts]}),)
            ),
            read_by="bench",
        )  # fmt: skip
        plan = await self.app.pipeline._asking.plan(asked)
        assert plan is not None, f"{action} may not run unasked"
        return plan

    async def run(self, plan):
        """Run it; how long it took."""
        await self.drawn()
        begun = time.perf_counter()
        assert await self.executor.begin(plan) == {}
        await self.executor.idle(plan.id)
        ended = time.perf_counter()
        while self.executor.driver.tasks:
            await asyncio.wait(self.executor.driver.tasks)
        tidy = time.perf_counter()
        run = await self.app.store.read(lambda u: u.run(plan.id))
        assert run.state is RunState.SUCCEEDED, run
        await self.drawn()
        return Took(ended - begun, tidy - begun)

    async def drawn(self):
        """Until no card is being drawn."""
        while tasks := self.app.pipeline._speaker._reporter._tasks:
            await asyncio.wait(tasks.values())

    # it is its own surface

    async def start(self, ears):
        pass

    async def stop(self):
        pass

    async def show(self, item, *, edited):
        pass

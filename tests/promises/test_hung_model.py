"""Promise: a model that hangs holds up no acknowledgement, and the rules answer within the patience.

Fifty messages in ten conversations, to models that take every call and never answer. The clock is
ticked: while it stands nothing that waits for a model, or for time, can go on.
"""

import asyncio
from collections import defaultdict

import pytest

from bot.ports import PlanFilter
from bot.testing.scripted_endpoint import ScriptedEndpoint
from tests.scenario.plainly import Plainly
from tests.scenario.stage import Stage

THREADS, WAVES, APART_S, PATIENCE_S = 10, 5, 3, 20
SETTINGS = """\
models:
  tiers:
    - {{tier: local, provider: openai, model: own, base_url: 'http://127.0.0.1:1/v1', concurrency: {calls}, timeout: {timeout}}}
    - {{tier: cloud-fast, provider: anthropic, model: quick, concurrency: {calls}, timeout: {timeout}}}
"""


class Hung:
    """Makes models that hang."""

    def __call__(self, settings):
        model = ScriptedEndpoint(settings.called, self.stage.clock)
        model.always("{}", after_s=1e9)
        return model


async def quiet(stage):
    """Let happen what needs no time of the clock."""
    still = 0
    while still < 12:
        await asyncio.sleep(0.002 if stage.pending else 0)
        still = 0 if stage.pending else still + 1


async def passes(stage, seconds):
    for _ in range(seconds):
        await stage.clock.advance(1)
        await quiet(stage)


@pytest.mark.parametrize(("calls", "timeout"), [(1, 60), (4, 15), (100, 3)])
async def test_fifty_messages_to_models_that_hang(tmp_path, calls, timeout):
    hung = Hung()
    stage = hung.stage = Stage(tmp_path, model_of=hung, prompting=Plainly())
    stage.home.settings.write_text(SETTINGS.format(calls=calls, timeout=timeout))
    threads = [stage.thread.model_copy(update={"thread": f"t{n}"}) for n in range(THREADS)]
    async with stage:
        begun = stage.clock.now()
        for _ in range(WAVES):
            for thread in threads:
                before = stage.clock.monotonic()
                reply = await stage.say("ana", "how is web-3?", thread=thread, settle=False)
                assert reply.accepted
                assert stage.clock.monotonic() == before
            await quiet(stage)
            await passes(stage, APART_S)
        await passes(stage, PATIENCE_S)
        plans = await stage.app.store.read(lambda u: u.plans(PlanFilter(limit=1000)))
    assert len(plans) == THREADS * WAVES
    assert {each.plan.read_by for each in plans} == {"rules"}
    assert all(each.plan.reading.aside for each in plans), "each card says why"
    waited = defaultdict(list)
    for each in sorted(plans, key=lambda each: each.plan.id):
        waited[str(each.plan.thread)].append((each.plan.created_at - begun).total_seconds())
    for moments in waited.values():
        for wave, answered in enumerate(moments):
            assert answered - wave * APART_S <= PATIENCE_S + 1

"""A step of requests by itself: how long it waits, and what nobody foresaw."""

import pytest

from bot.domain.commands import Request
from bot.domain.inventory import Target
from bot.domain.plans import Effect, Step, TargetPlan
from bot.domain.runs import StepState
from bot.execution.sending import Sender
from bot.testing.manual_clock import ManualClock
from bot.testing.scripted_requests import ScriptedRequests

URL = "https://cdn.example/"


async def sent(requests, *, effect=Effect.WRITE, timeout_s=300.0, own_s=30.0):
    part = TargetPlan(
        target=Target(name="overseer"),
        commands=(Request(method="POST", url=URL, timeout_s=own_s),),
    )
    step = Step(
        id="s1", action="cdn.purge", effect=effect, title="", params={}, targets=(part,),
        timeout_s=timeout_s,
    )  # fmt: skip
    sender = Sender(requests, ManualClock())
    return await sender.perform(step, part, "a1", resume=False, may_start=True)


@pytest.mark.parametrize(("timeout_s", "waited"), [(300.0, 30.0), (5.0, 5.0)])
async def test_a_request_waits_no_longer_than_its_step_may(timeout_s, waited):
    requests = ScriptedRequests()
    requests.answer("POST", URL)
    ended = await sent(requests, timeout_s=timeout_s)
    assert ended.state is StepState.SUCCEEDED
    assert [request.timeout_s for request in requests.sent] == [waited]


@pytest.mark.parametrize(
    ("effect", "state"),
    [(Effect.WRITE, StepState.INTERRUPTED), (Effect.READ, StepState.FAILED)],
)
async def test_what_nobody_foresaw_leaves_a_change_in_doubt_and_tells_no_value(effect, state):
    requests = ScriptedRequests()

    def broken(request):
        raise ZeroDivisionError("hunter2")

    requests.act("POST", URL, broken)
    ended = await sent(requests, effect=effect)
    assert ended.state is state
    assert ended.changed == effect.changes
    assert "hunter2" not in ended.note

"""A decision that Overseer has called for since is not said behind a colleague's words."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.domain.messages import Identity, Message
from bot.domain.runs import RunState
from tests.scenario.rooms_told import THREAD, asked, stage  # noqa: F401 - a fixture


async def hear(stage, account, text, number):
    identity = Identity(surface="slack", account=account)
    await stage.ears.on_message(
        Message(
            event_id=f"C1/18.{number}", thread=THREAD, identity=identity, person=None, text=text,
            at=stage.clock.now(), addressed=False,
        )
    )  # fmt: skip
    await stage.settle()


@pytest.mark.parametrize("since", [False, True])
async def test_what_is_said_behind_it_is_the_decision(stage, since):
    async def state():
        return (await stage.app.store.read(lambda u: u.run(1))).state

    stage.broken.add(("web-1", "nginx"))
    await asked(stage)
    await hear(stage, "UANA", "looks ok, I'll approve", 1)
    await stage.press("ana", "approve")
    await stage.owed()  # they are told that it needs a decision
    if since:
        await hear(stage, "UANA", "do we need the retro?", 2)
        await stage.owed()
    await hear(stage, "UBEN", "skip it", 3)
    assert await state() is (RunState.NEEDS_DECISION if since else RunState.FAILED)

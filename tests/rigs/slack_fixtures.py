"""Fixtures of Slack: `from tests.rigs.slack_fixtures import emulator, side  # noqa: F401`.

No plugin: other rigs have an `emulator` and a `platform` too, and the last plugin's would be everybody's.
"""

import asyncio
import contextlib

import pytest

from tests.rigs.slack_emulator import SlackEmulator
from tests.rigs.slack_side import Ears, SlackSide, made_for
from tests.rigs.slack_stage import SlackStage


@pytest.fixture(scope="session")
def emulator(tmp_path_factory):
    emulator = SlackEmulator(tmp_path_factory.mktemp("slack"))
    yield emulator
    emulator.stop()


@pytest.fixture
async def side(emulator):
    async with SlackSide(emulator) as side:
        yield side


@pytest.fixture
def stage_of(tmp_path, side):
    @contextlib.asynccontextmanager
    async def made(**settings):
        async with SlackStage(tmp_path, side, **settings) as stage:
            yield stage

    return made


@pytest.fixture
async def ears():
    return Ears()


@pytest.fixture
async def platform(side, ears):
    """By the socket, with ears that take everything in."""
    made = made_for(side, ears)
    await made.start(ears)
    await asyncio.wait_for(side.connected.wait(), 20)
    yield made
    await made.stop()


@pytest.fixture
async def http(side, ears):
    """By signed requests."""
    made = made_for(side, ears, mode="http")
    await made.start(ears)
    await asyncio.wait_for(made.ready.wait(), 20)
    yield made
    await made.stop()

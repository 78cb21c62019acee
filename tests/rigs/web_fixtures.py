"""Fixtures of the page over real HTTP: `pytest_plugins = ("tests.rigs.web_fixtures",)`."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from argon2 import PasswordHasher

from bot.adapters.machine import SystemClock
from tests.rigs.browser import served


class HandClock(SystemClock):
    def __init__(self):
        self.time, self.ticks = datetime(2026, 3, 1, tzinfo=UTC), 1000.0

    def now(self):
        return self.time

    def monotonic(self):
        return self.ticks

    def tick(self, **by):
        self.time += timedelta(**by)
        self.ticks += timedelta(**by).total_seconds()


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
async def surface(clock):
    async with served(clock=clock) as surface:
        surface.logins._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        yield surface


@pytest.fixture
async def visitor(surface):
    headers = {"origin": surface.address}
    async with httpx.AsyncClient(base_url=surface.address, headers=headers) as client:
        yield client

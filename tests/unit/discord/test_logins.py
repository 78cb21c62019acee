"""However a connection breaks, Discord sees fewer logins a day than cost a bot its token."""

import pytest

from bot.adapters.discord.connection import Connection
from bot.testing.manual_clock import ManualClock

pytestmark = pytest.mark.asyncio
DAY_S, MOST = 86_400, 1_000


class Client:
    """One that was never connected."""

    trouble = ""


@pytest.mark.parametrize("held_s", [0, 5, 61, 91, 300, 599, 601, 3_600])
async def test_a_day_of_broken_connections_has_fewer_logins_than_discord_takes(held_s):
    clock = ManualClock()
    connection = Connection(clock, content=True)
    began, logins, now = clock.monotonic(), 0, [clock.monotonic()]

    async def once(client, token):
        nonlocal logins
        logins += 1
        now[0] += held_s
        return now[0] - began < DAY_S

    async def slept(seconds):
        now[0] += seconds

    clock.sleep, clock.monotonic = slept, lambda: now[0]
    connection._once = once
    await connection._keep("t", Client(), Client)
    assert logins < MOST

"""The message that stands for what /ask asks says all of it, or that there is more."""

from datetime import UTC, datetime

import pytest

from bot.adapters.discord import text
from bot.adapters.discord.roots import Roots
from bot.domain.messages import Called, Identity, ThreadRef

pytestmark = pytest.mark.asyncio
ROOT = ThreadRef(surface="discord", channel="3000", thread="17")
CALLED = Called(
    event_id="9", channel="3000", identity=Identity(surface="discord", account="1"), who="Ben", text="x",
    at=datetime(2026, 3, 1, tzinfo=UTC),
)  # fmt: skip


class Discord:
    def __init__(self):
        self.bodies = []

    async def ask(self, method, path, *, body=None, **_):
        self.bodies.append(body)

    async def spot(self, place):
        pass


async def shown(said, who="Ben"):
    discord = Discord()
    await Roots(discord, discord, hours=1).show(CALLED, ROOT, who, said)
    (part,) = discord.bodies[0]["components"]
    return part["content"]


@pytest.mark.parametrize("said", ["restart nginx", "a*" * 900, "x" * 2000])
async def test_what_has_room_is_said_whole(said):
    assert await shown(said) == f"**Ben** asks: {text.plain(said)}"


@pytest.mark.parametrize("said", ["*" * 2000, "\U0001f525" * 2000, "@here " * 333 + "*" * 1999])
async def test_what_has_none_ends_with_a_sign_of_that(said):
    line = await shown(said, who="*" * 300)
    assert line.endswith("…")
    assert text.size(line) <= 4000

"""The message that stands for what /ask asks says all of it, or that there is more."""

from datetime import UTC, datetime

import pytest

from bot.adapters.discord import bodies, text
from bot.adapters.discord.roots import Roots
from bot.domain.messages import Called, Identity, ThreadRef
from bot.errors import ChatBarredError

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


class Busy:
    """A channel in which one message follows the other, so many of them a minute."""

    def __init__(self, number, a_minute, root=None):
        self.number, self.root, self.reads = number, root, 0
        self.apart = int(60_000 / a_minute) << 22

    async def ask(self, method, path, *, query, **_):
        self.reads += 1
        first = (int(query["after"]) - int(EVENT)) // self.apart + 1
        upto = min(first + int(query["limit"]), self.number + 1)
        return [self._message(n) for n in range(first, upto)]

    def _message(self, number):
        nonce = EVENT if number == self.root else f"{EVENT}0"
        return bodies.root("**Ben** asks:", nonce) | {"id": str(int(EVENT) + number * self.apart)}


EVENT = str(1_400_000_000_000_000_000)


async def found(channel):
    called = CALLED.model_copy(update={"event_id": EVENT})
    return await Roots(channel, channel, hours=24).find(called)


@pytest.mark.parametrize("root", [1, 100, 501, 1_999, 2_001, 14_000])
async def test_it_is_found_however_much_was_said_since(root):
    channel = Busy(14_400, a_minute=10, root=root)  # a day
    assert await found(channel) == channel._message(root)["id"]


async def test_where_there_is_none_all_of_it_was_looked_through():
    channel = Busy(14_400, a_minute=10)
    assert await found(channel) == ""
    assert channel.reads == 145


async def test_of_more_than_people_write_it_is_not_said_that_there_is_none():
    channel = Busy(1_000_000, a_minute=30_000)
    with pytest.raises(ChatBarredError):
        await found(channel)
    assert channel.reads < 50

"""What Discord's limits make Overseer wait for, by a clock that is ticked."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.posts import direct
from bot.errors import (
    ChatBusyError,
    ChatDoubtError,
)
from bot.ports import Speech
from bot.testing.manual_clock import ManualClock
from tests.rigs.discord_guild import BEN
from tests.rigs.discord_parts import CARD, asked, platform_on

pytest_plugins = ("tests.rigs.discord_fixtures",)
pytestmark = pytest.mark.asyncio


class TestLimits:
    @pytest.fixture
    async def ticked(self, wire, ears):
        """A platform whose clock stands still, and a place whose thread is known."""
        clock = ManualClock()
        platform = platform_on(wire, clock=clock)
        await platform.start(ears)
        await wire.until(lambda: wire.identified)
        where = await asked(wire, ears)
        wire.asked.clear()
        yield platform, clock, where
        await platform.stop()

    async def test_a_429_is_told_at_once_and_kept_to_without_asking_again(self, wire, ticked):
        platform, clock, where = ticked
        wire.faults = [(429, {"message": "slow", "retry_after": 4.5, "global": False}, {})]
        for _ in range(5):
            with pytest.raises(ChatBusyError) as told:
                await platform.post(where, Speech(CARD), nonce="n")
            assert 0 < told.value.retry_after <= 4.5
        assert len(wire.asked) == 1
        await platform.post(direct("discord", BEN), Speech(CARD), nonce="m")  # another limit
        await clock.advance(4.6)
        await platform.post(where, Speech(CARD), nonce="n")
        assert len(wire.posted(where.thread)) == 1

    async def test_the_global_limit_holds_everything(self, wire, ticked):
        platform, clock, where = ticked
        wire.faults = [(429, {"message": "slow", "retry_after": 2.0, "global": True}, {})]
        for there in (where, direct("discord", BEN)):
            with pytest.raises(ChatBusyError) as told:
                await platform.post(there, Speech(CARD), nonce="n")
            assert told.value.everywhere
        assert len(wire.asked) == 1
        await clock.advance(2.1)
        await platform.post(direct("discord", BEN), Speech(CARD), nonce="m")

    async def test_an_announced_limit_is_kept_before_it_is_hit(self, wire, ticked):
        platform, clock, where = ticked
        wire.faults = [
            (200, {"id": "1"}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "3"})
        ]
        await platform.post(where, Speech(CARD), nonce="n")
        with pytest.raises(ChatBusyError) as told:
            await platform.post(where, Speech(CARD), nonce="m")
        assert told.value.retry_after == pytest.approx(3)
        assert len(wire.asked) == 1
        await clock.advance(3.1)
        await platform.post(where, Speech(CARD), nonce="m")

    async def test_a_storm_ends_with_each_last_state_there_once(self, wire, ticked):
        platform, clock, where = ticked
        cards = {f"plan-{n}": CARD.model_copy(update={"id": f"plan-{n}", "title": f"t{n}"}) for n in range(20)}  # fmt: skip
        remotes = {}
        wire.faults = [
            (429, {"message": "slow", "retry_after": 0.7}, {}) if n % 3 == 0
            else (500, {"message": "no"}, {"Done": "1"} if n % 2 else {}) if n % 3 == 1 else None
            for n in range(200)
        ]  # fmt: skip
        for step in range(3):
            for name, card in cards.items():
                now = Speech(card.model_copy(update={"state": f"STEP {step}"}))
                for _ in range(30):
                    try:
                        if name in remotes:
                            await platform.edit(where, remotes[name], now)
                        else:
                            remotes[name] = await platform.post(where, now, nonce=name)
                        break
                    except ChatBusyError as error:
                        await clock.advance(error.retry_after)
                    except ChatDoubtError:
                        since = datetime(2027, 1, 1, tzinfo=UTC) - timedelta(days=1)
                        found = None if name in remotes else await platform.find(where, name, since=since)  # fmt: skip
                        if found:
                            remotes[name] = found
                            break
                else:
                    pytest.fail("it never got there")
        shown = wire.posted(where.thread)
        assert len(shown) == len(cards)
        assert all("STEP 2" in str(message["components"]) for message in shown)

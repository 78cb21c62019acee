"""Discord for the suite of what every platform promises: a small Discord, and a clock by hand.

RIGS["discord"] = lambda tmp_path: discord_rig(Rig)
"""

from contextlib import asynccontextmanager

from bot.adapters.discord.faults import RestError
from bot.adapters.discord.platform import DiscordPlatform
from bot.domain.messages import People, ThreadRef
from bot.settings.chat import DiscordSettings
from bot.testing.manual_clock import ManualClock
from bot.testing.seeded_ids import SeededIds
from tests.rigs.discord_guild import BEN, CHANNEL, TOKEN
from tests.rigs.discord_wire import Wire

BUSY = (429, {"message": "slow", "retry_after": 1.0, "global": False}, {})
BUSY_EVERYWHERE = (429, {"message": "slow", "retry_after": 1.0, "global": True}, {})
LOST = (502, {"message": "bad gateway"}, {})
TAKEN = (500, {"message": "no"}, {"Done": "1"})
REFUSED = (404, {"code": 10003, "message": "Unknown Channel"}, {})
BARRED = (403, {"code": 50013, "message": "Missing Permissions"}, {})


class Unchecked:
    """Validates nothing: the wire's own suite does."""

    def flaws(self, *_):
        return []


class _Tokens:
    async def resolve(self, ref):
        return TOKEN


@asynccontextmanager
async def discord_rig(rig):
    """`rig` is the suite's class of rigs; its faults are told by their names."""
    clock = ManualClock()
    async with Wire(Unchecked()) as wire:
        settings = DiscordSettings(enabled=True, api_url=wire.base, gateway_url=wire.gateway)
        platform = DiscordPlatform(settings, _Tokens(), clock, People, ids=SeededIds(1))
        one, two = (wire.says(BEN, "restart nginx", mention=False) for _ in range(2))

        def fails(fault):
            if fault.name != "AWAY":
                wire.faults = [globals()[fault.name]]
                return
            rest, ask = platform._rest, platform._rest.ask

            async def away(*_, **__):
                rest.ask = ask
                raise RestError.away("there is no way")

            rest.ask = away

        async def threads():
            for place in rooms:  # a thread is made with what is first posted there
                await platform._places.spot(place)

        rooms = tuple(ThreadRef(surface="discord", channel=CHANNEL, thread=t) for t in (one, two))
        started = platform.start

        async def start(ears):
            await started(ears)
            await wire.until(lambda: wire.identified)  # no request of the start takes the fault
            await threads()

        platform.start = start
        yield rig(
            platform, clock, rooms, one,
            texts=lambda place: [str(m) for m in wire.posted(place.thread)],
            signs=lambda _, message: len(wire.reactions.get(message, ())),
            fails=fails, gone="7",
        )  # fmt: skip

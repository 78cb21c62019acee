"""One Overseer, as the product is wired, with the surfaces that a test names; hosts are scripted.

    async with Town(tmp_path, slack := AtSlack(emulator), AtTerminal()) as town:
        play = Play(town, slack)
        await play.begun("restart nginx on web-1", state="WAITING")
        there = await town.called("terminal", "chris")
        await there.press("chris", "Approve")

Its clock goes by itself, ten times as fast as the machine's.
"""

import asyncio
import contextlib

from bot.cli.platforms import platforms_of
from tests.scenario.stage import Stage

ROLES = {"ana": "admin", "ben": "operator", "chris": "approver", "vera": "viewer"}
WITHIN_S = 30


class Town(Stage):
    """`at` names the surfaces on which a person is known; who is not named is known on all."""

    def __init__(self, path, *fronts, at=None, settings=""):
        super().__init__(path)
        self.fronts = {front.name: front for front in fronts}
        self.at = at or {}
        self.settings = settings
        for host in ("web-1", "web-2", "web-3"):
            self.service(host, "nginx")

    async def __aenter__(self):
        async with contextlib.AsyncExitStack() as opening:
            for front in self.fronts.values():
                await opening.enter_async_context(front.opened(self))
            self.home.people.write_text(self._people())
            self.home.settings.write_text(
                "".join([self.settings, *(f.settings for f in self.fronts.values())])
            )
            await self._start()
            self._open = opening.pop_all()
        return self

    async def __aexit__(self, *_):
        async with self._open:
            await self.app.stop()
            self._ticking.cancel()

    def _people(self):
        lines = ["people:"]
        for name, role in ROLES.items():
            known = [f for f in self.fronts.values() if f.name in self.at.get(name, self.fronts)]
            accounts = ", ".join(f"'{front.identity(name)}'" for front in known)
            lines.append(
                f"  {name}: {{display: {name.title()}, roles: [{role}], identities: [{accounts}]}}"
            )
        return "\n".join(lines) + "\n"

    async def _start(self):
        self._ticking = asyncio.ensure_future(self._tick())
        await super()._start()
        self.ears = self.app.pipeline
        for front in self.fronts.values():
            await front.ready()

    async def _tick(self):
        while True:
            await asyncio.sleep(0.02)
            await self.clock.advance(0.2)

    def _attached(self):
        rooms = platforms_of(self.app, lambda app, name: self.fronts[name].made(app))
        own = [f.made(self.app) for f in self.fronts.values() if not f.settings]
        return own, rooms

    async def restart(self):
        """As `kill -9` and a new start would."""
        for front in self.fronts.values():
            await front.dying()
        await self.crash()
        for front in self.fronts.values():
            await front.died()
        await self.revive()

    # -- what is seen -------------------------------------------------------------------------

    async def called(self, name, who):
        """Wait until something waits for this person there, and give the conversation."""
        front = self.fronts[name]
        return Play(self, front, await self.sees(lambda: front.called(who)))

    async def sees(self, look, instead=None):
        """Wait until there is something to be seen, and give it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WITHIN_S):
                while not (found := await look()):
                    await asyncio.sleep(0.03)
                return found
        raise AssertionError(f"not to be seen, but {instead and await instead()}")


class Play:
    """A conversation on one surface of a town."""

    def __init__(self, town, front, talk=None):
        self.town, self.front, self.talk = town, front, talk

    async def begun(self, text, who="ben", **shows):
        """Ask, and see what comes of it."""
        self.talk = await self.front.ask(who, text)
        return await self.sees(who, **shows)

    async def sees(self, who="ben", *, state="", text=""):
        """Wait until the newest card says so, as this person sees it, and give it."""

        async def look():
            seen = await self.front.seen(self.talk, who)
            found = seen and state in (seen.state, "") and text in seen.text
            return seen if found else None

        return await self.town.sees(look, lambda: self.front.seen(self.talk, who))

    async def press(self, who, label, text=""):
        await self.sees(who)
        await self.front.press(self.talk, who, label, text)

    async def told(self, who):
        """Wait until this person is told something alone, and give it."""

        async def look():
            return self.front.told[who]

        return (await self.town.sees(look))[-1]

    async def signed(self, sign):
        """Wait until the request bears this sign and no other."""

        async def look():
            return await self.front.sign(self.talk) == [sign]

        await self.town.sees(look, lambda: self.front.sign(self.talk))

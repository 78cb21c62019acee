"""The whole of Overseer over real hosts, in real time: people speak and press.

    async with Desk(tmp_path / "home", rig) as desk:
        card = await desk.say("ben", "restart nginx on web-1")
        card = await desk.press("chris", "approve", card)

Only the surface is the test's own. Store, rules, policy, clock and SSH are the real ones.
"""

from __future__ import annotations

import asyncio
import itertools
from contextlib import asynccontextmanager, suppress

from bot import lifecycle
from bot.adapters.files.first_start import prepare
from bot.app import build
from bot.domain.messages import ButtonPress, Identity, Message, ThreadRef
from bot.settings import Home
from tests.scenario.stage import keys, words

PEOPLE = """
people:
  root: {display: Root, roles: [admin], identities: ['os:root', 'web:root']}
  ben: {display: Ben, roles: [operator], identities: ['web:ben']}
  chris: {display: Chris, roles: [approver], identities: ['web:chris']}
"""
ALONE = """
people:
  root: {display: Root, roles: [admin], identities: ['os:root']}
"""
SETTINGS = "hosts: {ssh_config: /nonexistent}\n"
SECONDS = 60
_ids = itertools.count(1)


def furnish(path, rig, *, people=PEOPLE, settings=SETTINGS) -> Home:
    """A home that knows the rig's hosts and trusts their keys."""
    home = Home(path=path)
    prepare(home)
    home.people.write_text(people)
    home.inventory.write_text(rig.inventory)
    home.settings.write_text(settings)
    home.known_hosts.write_text(rig.known_hosts)
    return home


@asynccontextmanager
async def desk(path, rig, **more):
    """One Overseer on a new home."""
    made = Desk(furnish(path, rig, **more))
    await made.open()
    try:
        yield made
    finally:
        await made.close()


class Desk:
    """An Overseer and its only surface."""

    name = "web"

    def __init__(self, home: Home) -> None:
        self.home = home
        self.thread = ThreadRef(surface="room", channel="c", thread="t1")
        self.states: list[tuple[int | None, str]] = []

    async def open(self) -> None:
        self.app = await build(self.home)
        self.app.attach([self])
        await self.app.start()
        self.ticker = asyncio.create_task(lifecycle.tick(self.app))

    async def close(self) -> None:
        self.ticker.cancel()
        with suppress(asyncio.CancelledError):
            await self.ticker
        await self.app.stop()

    # it is its own surface

    async def start(self, ears):
        self.ears = ears

    async def stop(self):
        pass

    async def show(self, item, *, edited):
        if item.card is not None:
            self.states.append((item.card.plan, item.card.state))

    # what people do

    async def say(self, who, text):
        """Say it, and give the card when nothing moves any more."""
        reply = await self.ears.on_message(
            Message(
                event_id=f"e{next(_ids)}", thread=self.thread,
                identity=Identity(surface=self.thread.surface, account=who), person=who, text=text,
                at=self.app.clock.now(),
            )
        )  # fmt: skip
        assert reply.accepted, reply.text
        return await self.rest()

    async def press(self, who, button, card=None, *, rest=True, value=""):
        """Press it, and give the card when nothing moves any more (or at once)."""
        card = card or await self.card()
        reply = await self.ears.on_button(
            ButtonPress(
                event_id=f"b{next(_ids)}", thread=self.thread,
                identity=Identity(surface="web", account=who), person=who, button=button,
                plan=card.plan, revision=card.revision, digest=card.digest, value=value,
                at=self.app.clock.now(),
            )
        )  # fmt: skip
        assert reply.accepted, reply.text
        return await self.rest() if rest else card

    async def rest(self):
        await self.ears.idle(self.thread, SECONDS)
        return await self.card()

    async def until(self, says, seconds=SECONDS):
        """Wait until the newest card says so."""
        async with asyncio.timeout(seconds):
            while not says(card := await self.card()):
                await asyncio.sleep(0.05)
            return card

    async def card(self):
        items = await self.ears.thread(self.thread)
        return next(item.card for item in reversed(items) if item.card is not None)

    async def attempts(self, plan):
        """Each attempt's newest state, by step and host."""
        found = await self.app.store.read(lambda u: u.attempts(plan))
        return {(a.step, a.host): a for a in found}


__all__ = ["ALONE", "desk", "furnish", "keys", "words"]

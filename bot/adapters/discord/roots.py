"""The messages that stand for what /ask asks: who asks, and then what.

When one is made, settled and taken away is `bot.chat.begun`'s to say.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from bot.adapters.discord import bodies, text
from bot.adapters.discord.faults import LOST as NEVER
from bot.adapters.discord.faults import RestError, told
from bot.adapters.discord.places import SURFACE, Places
from bot.adapters.discord.rest import Asks
from bot.domain.messages import Called, Outside, ThreadRef
from bot.domain.posts import direct
from bot.errors import ChatBarredError, ChatError, ChatRefusedError

_log = structlog.get_logger(__name__)

LONGEST, NAME = 3600, 100
"""Of what was asked as it is drawn, which may be twice as long as it was typed, and of a name."""
PAGE, PAGES, A_MINUTE = 100, 20, 2
"""Messages of a page, and how many pages of what was said since are looked through: so many, and so
many more for each minute that they tell of."""
LOST = "Too much was said there to see whether my message is: it is neither posted nor asked again."


class Roots:
    """See `bot.chat.roots.Roots`."""

    surface = SURFACE
    command = "/ask"

    def __init__(self, rest: Asks, places: Places, *, hours: float) -> None:
        """What was asked before so many `hours` and not seen to is seen to no more."""
        self._rest = rest
        self._places = places
        self.back = timedelta(hours=hours)

    async def outside(self, called: Called) -> Outside | None:
        """See `bot.chat.roots.Roots.outside`: whoever can call it is in the server."""
        return None

    async def post(self, called: Called) -> str:
        """See `bot.chat.roots.Roots.post`."""
        body = bodies.root(f"**{text.plain(called.who)}** asks:", called.event_id)
        body |= {"nonce": called.event_id, "enforce_nonce": True}
        with told():
            made = await self._rest.ask("POST", f"/channels/{called.channel}/messages", body=body)
        return str(made["id"])

    async def find(self, called: Called) -> str:
        """See `bot.chat.roots.Roots.find`.

        It may have been made at any time since, by whichever process: all of that is looked
        through, in a busy channel for as many messages as people may have written by then.
        """
        asked = after = int(called.event_id)
        number = 0
        while number < PAGES + A_MINUTE * _minutes(asked, after):
            with told():
                found = await self._rest.ask(
                    "GET",
                    f"/channels/{called.channel}/messages",
                    query={"after": str(after), "limit": str(PAGE)},
                )
            for each in found:
                if bodies.is_root(each, called.event_id):
                    return str(each["id"])
            if len(found) < PAGE:
                return ""
            after = max(int(each["id"]) for each in found)
            number += 1
        raise ChatBarredError(LOST)

    async def show(self, called: Called, root: ThreadRef, who: str, said: str) -> None:
        """See `bot.chat.roots.Roots.show`; its thread is made as well."""
        line = f"**{text.plain(who[:NAME])}** asks: {_drawn(said)}"
        with told():
            await self._rest.ask("PATCH", _path(root), body=bodies.root(line, called.event_id))
            await self._places.spot(root)

    async def remove(self, called: Called, root: ThreadRef) -> None:
        """See `bot.chat.roots.Roots.remove`."""
        with told():
            await self._rest.ask("DELETE", _path(root))

    async def tell(self, called: Called, said: str) -> None:
        """See `bot.chat.roots.Roots.tell`."""
        try:
            spot = await self._places.spot(direct(SURFACE, called.identity.account))
            path = f"/channels/{spot.channel}/messages"
            await self._rest.ask("POST", path, body=bodies.words(said))
        except RestError as error:
            _log.info("nobody could be told", account=called.identity.account, why=error.said)

    def lost(self, error: ChatError) -> bool:
        """See `bot.chat.roots.Roots.lost`: a token that is not accepted can be mended."""
        cause = error.__cause__
        never = isinstance(cause, RestError) and cause.status in NEVER
        return never or isinstance(error, ChatRefusedError)


def _minutes(former: int, later: int) -> float:
    """How long after one message another one was made; their ids tell, in milliseconds."""
    return ((later >> 22) - (former >> 22)) / 60_000


def _drawn(said: str) -> str:
    """What was asked, as plain words; what has no room says so."""
    drawn, kept = text.plain(said), len(said)
    while text.size(drawn) > LONGEST and kept > 0:
        kept = min(kept - 1, kept * LONGEST // text.size(drawn))
        drawn = text.plain(said[:kept].rstrip() + "…")
    return drawn


def _path(root: ThreadRef) -> str:
    return f"/channels/{root.channel}/messages/{root.thread}"

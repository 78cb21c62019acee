"""Whom Slack says nothing to by itself: guests and strangers, while they are not heard either.

What asks them for a vote would show them a card whose every button is refused. It waits until the
settings let them in, or Slack counts them among the team; and nothing mentions them meanwhile.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.adapters.slack.hearing import Hearing
from bot.domain.messages import ThreadRef
from bot.errors import ChatAwayError, ChatBarredError
from bot.ports import Speech

KNOWN_S = 5.0
"""How long what is to be said waits for Slack to tell who we are, and so who is one of the team."""


class Unheard:
    """Looks at what is to be said, once it is `begun`."""

    def __init__(self) -> None:
        """Everybody is written to."""
        self._hearing: asyncio.Future[Hearing] | None = None

    def begin(self) -> None:
        """From now on nobody is, of whom it is not known."""
        self._hearing = asyncio.get_running_loop().create_future()

    def known(self, hearing: Hearing) -> None:
        """This tells the team from others."""
        if self._hearing is not None and not self._hearing.done():
            self._hearing.set_result(hearing)

    async def left_out(self, place: ThreadRef, speech: Speech) -> Speech:
        """The same without mentions of those who are not heard.

        Raises:
            ChatBarredError: it is for such a one alone.
            ChatAwayError: Slack has not told yet who we are.
        """
        account = place.channel[1:] if place.channel.startswith("@") else ""
        if self._hearing is None or not (account or speech.pings):
            return speech
        try:
            hearing = await asyncio.wait_for(asyncio.shield(self._hearing), KNOWN_S)
        except TimeoutError as error:
            raise ChatAwayError("Slack has not told yet who I am.") from error
        if account and (why := await _why_not(hearing, account)):
            raise ChatBarredError(why)
        whys = await asyncio.gather(*(_why_not(hearing, each) for each in speech.pings))
        heard = (each for each, why in zip(speech.pings, whys, strict=True) if not why)
        return replace(speech, pings=tuple(heard))


async def _why_not(hearing: Hearing, account: str) -> str:
    """Why nothing of theirs is heard; empty: it is, or Slack doesn't say just now."""
    standing = await hearing.standing(account, "")
    if standing.outside is None or standing.unknown:
        return ""
    return await hearing.turned_away(account)

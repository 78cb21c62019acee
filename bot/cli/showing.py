"""`overseer gallery`: every card in every state, from sample data, as a terminal draws it."""

from __future__ import annotations

from difflib import get_close_matches

from bot.adapters.terminal.console import Console
from bot.adapters.terminal.render import card_lines
from bot.errors import RequestError
from bot.reporting.gallery import gallery
from bot.reporting.gallery.scenes import ZONE, at

NOW = at(6)
"""The time of the story in which all cards are looked at."""


def show(name: str) -> int:
    """Draw all cards, or those whose name begins so.

    Raises:
        RequestError: there is none of this name.
    """
    console = Console(now=lambda: NOW, zone=ZONE)
    rooms = gallery()
    known = [card for room in rooms.values() for card in room]
    if name and not any(card.startswith(name) for card in known):
        near = get_close_matches(name, known, 3, 0.4)
        raise RequestError(
            f"There is no card {name!r}.",
            cure=f"Near it: {', '.join(near)}." if near else "./overseer gallery shows all.",
        )
    for room, cards in rooms.items():
        for card_name, card in cards.items():
            if card_name.startswith(name):
                console.say(f"{room} · {card_name}")
                console.show(card_lines(card, console.frame(keys=True)))
                console.say("")
    return 0

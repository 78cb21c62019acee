"""What every surface is driven by in the suites that run on all of them.

    talk = await front.ask("ben", "restart nginx on web-1")      # begins a conversation
    card = await front.seen(talk, "chris")                        # the newest card, as Chris sees it
    await front.press(talk, "chris", "Approve")                   # by the words on the button
    await front.press(talk, "chris", "Deny", text="not today")    # and into the form that it opens
    front.told["vera"]                                            # what only Vera was told

A front is one real surface: what people do goes in as that surface brings it, and a card is read
from what the surface shows.
"""

import re
from abc import ABC, abstractmethod
from collections import defaultdict
from dataclasses import dataclass

STATE = re.compile(r"(?m)(?:^|(?<=\s)|(?<=\*\*))([A-Z]{3,}(?: [A-Z]+)*)(?=\s|\*\*|$)")


@dataclass(frozen=True)
class Seen:
    """A card. `message` tells which one: it stays the same while the card is edited in place."""

    message: str
    state: str
    text: str
    buttons: tuple[str, ...]

    def offers(self, label):
        return any(each.startswith(label) for each in self.buttons)

    def at(self, label):
        """The place of the button that begins so."""
        found = [n for n, each in enumerate(self.buttons) if each.startswith(label)]
        assert found, f"no {label} among {self.buttons}"
        return found[0]


class Front(ABC):
    """One surface.

    `settings` switch it on. `refuses`: it draws a button for whoever may press it alone. `late`: a
    button that is gone may still be pressed where it was not redrawn yet. `done_sign` stands on a
    request that is done, where requests bear signs.
    """

    name = ""
    settings = ""
    refuses = False
    late = True
    done_sign = ""

    def __init__(self):
        self.told = defaultdict(list)

    @abstractmethod
    def opened(self, town):
        """A context for as long as the town stands; afterwards `identity` is known."""

    @abstractmethod
    def identity(self, who):
        """Whose account it is there."""

    @abstractmethod
    def made(self, app):
        """The surface (or, of a chat platform, what speaks with it) of one life."""

    async def ready(self):  # noqa: B027 -- only some have to do something
        """Wait until it hears."""

    async def dying(self):  # noqa: B027 -- only some have to do something
        """The process is about to vanish."""

    async def died(self):  # noqa: B027 -- only some have to do something
        """It has vanished."""

    @abstractmethod
    async def ask(self, who, text):
        """Say it in a new conversation."""

    @abstractmethod
    async def answer(self, talk, who, text):
        """Say it in the conversation, as one does who goes on there."""

    @abstractmethod
    async def called(self, who):
        """Where the newest thing that waits for this person is shown to them; None: nothing is."""

    @abstractmethod
    async def seen(self, talk, who):
        """The newest card; None: there is none yet."""

    @abstractmethod
    async def press(self, talk, who, label, text=""):
        """Press what begins so on the newest card, and send the form that it may open."""

    @abstractmethod
    async def old(self, talk, who, label):
        """A press, for later, of a button as it is shown now."""

    async def sign(self, talk):
        """The signs on the request."""
        return []


def state_in(text):
    """The word in capitals with which a card says how it stands."""
    found = STATE.search(text)
    return found[1] if found else ""

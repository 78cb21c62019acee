"""What is said to who would start something as a guest, or where other organisations read along."""

from collections.abc import Callable, Mapping

from bot.domain.messages import Outside, People, Person, ThreadRef
from bot.pipeline.called import Called
from bot.settings.chat import ChatSettings

Outsider = Callable[[str], Outside | None]
"""Of an account (`slack:U024BE7LH`): why it is none of the team's; None: it is."""

GUEST_VOTES = "A guest's account approves, starts and continues nothing here; do it on the page."
FOREIGN_VOTES = (
    "Another organisation's account approves, starts and continues nothing here; do it on the page."
)
SHARED_VOTES = (
    "Nobody approves, starts or continues anything where people of another organisation are; do it "
    "on the page, or in a channel of your own."
)


def starts_nothing(outside: Outside) -> str:
    """Why it is not done from there, and where it is."""
    votes = {Outside.GUEST: GUEST_VOTES, Outside.FOREIGN: FOREIGN_VOTES}
    return votes.get(outside, SHARED_VOTES)


_BEING = {Outside.GUEST: "a guest", Outside.FOREIGN: "another organisation's"}


def lets_in(outside: Outside, chat: ChatSettings) -> bool:
    """Whether the settings let somebody ask who is outside."""
    return chat.guests if outside is Outside.GUEST else chat.shared


def unheard(other: Person, thread: ThreadRef, outside: Outsider, chat: ChatSettings) -> str:
    """Why nothing that somebody says in a room is heard, by whichever account; empty: it may be."""
    whys = [outside(f"{thread.surface}:{account}") for account in other.accounts(thread.surface)]
    out = [why for why in whys if why is not None and not lets_in(why, chat)]
    if thread.is_direct or not out or len(out) < len(whys):
        return ""
    where = thread.surface.title()
    being = _BEING.get(out[0], _BEING[Outside.FOREIGN])
    return f"{other.display} is not heard in {where}, being {being} there"


def apart(people: People, outside: Outsider) -> Mapping[str, str]:
    """Who can't vote by an account of theirs, by name: where that is, and where they can."""
    found = {}
    for person in people.persons:
        own = [account for account in person.identities if people.owner(account) is person]
        why = {account: outside(str(account)) for account in own}
        within = {account.surface for account, being in why.items() if being not in _BEING}
        for account, being in why.items():
            if being in _BEING and account.surface not in within:
                where = account.surface.title()
                found[person.name] = f"not in {where}, being {_BEING[being]} there: on the page"
    return found


class Apart:
    """The same for every card that is drawn: found anew where people or their accounts change."""

    def __init__(self, called: Called) -> None:
        """`called` knows which accounts are outside."""
        self._called = called
        self._people: People | None = None
        self._turns = -1
        self._found: Mapping[str, str] = {}

    def of(self, people: People) -> Mapping[str, str]:
        """See `apart`."""
        if people is not self._people or self._turns != self._called.turns:
            self._people, self._turns = people, self._called.turns
            self._found = apart(people, self._called.outside)
        return self._found

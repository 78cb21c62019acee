"""What is said to who would start something as a guest, or where other organisations read along."""

from collections.abc import Mapping

from bot.domain.messages import Identity, Outside, People

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


def apart(people: People, outside: Mapping[str, Outside]) -> Mapping[str, str]:
    """Who can't vote by an account of theirs, by name: where that is, and where they can.

    `outside` are the accounts that are none of the team's, by key (`slack:U024BE7LH`).
    """
    found = {}
    for key, why in outside.items():
        surface, _, account = key.partition(":")
        owner = people.owner(Identity(surface=surface, account=account))
        if owner is not None and why in _BEING:
            where = surface.title()
            found[owner.name] = f"not in {where}, being {_BEING[why]} there: on the page"
    return found

"""What is said to who would start something as a guest, or where other organisations read along."""

from bot.domain.messages import Outside

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

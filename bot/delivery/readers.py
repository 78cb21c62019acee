"""Who reads a post, and whom it mentions: an account that two claim is nobody's."""

from __future__ import annotations

from bot.domain.messages import Identity, People, Person
from bot.domain.posts import Notice, Post
from bot.errors import ChatRefusedError

NOBODY = "Nobody is called {name} any more, so nothing is sent to them."
NOT_THEIRS = "The account {account} is no longer {name}'s, so nothing is sent there."


def reader_of(people: People, post: Post) -> Person | None:
    """Whose direct message it is; None: everybody in the place reads it.

    Raises:
        ChatRefusedError: they are gone, or the account is another's now.
    """
    if not post.reader:
        return None
    person = people.named(post.reader)
    if person is None:
        raise ChatRefusedError(NOBODY.format(name=post.reader))
    account = post.place.channel.removeprefix("@")
    if account != post.place.channel:
        owner = people.owner(Identity(surface=post.place.surface, account=account))
        if owner is None or owner.name != person.name:
            raise ChatRefusedError(NOT_THEIRS.format(account=account, name=person.display))
    return person


def is_readers(people: People, post: Post) -> bool:
    """Whether the account of a direct message is its reader's."""
    try:
        return reader_of(people, post) is not None
    except ChatRefusedError:
        return False


def pings_of(people: People, notice: Notice, surface: str) -> tuple[str, ...]:
    """The accounts there of those whom it concerns."""
    known = [person for name in notice.concerns if (person := people.named(name)) is not None]
    return tuple(
        account
        for person in known
        for account in person.accounts(surface)
        if people.owner(Identity(surface=surface, account=account)) == person
    )

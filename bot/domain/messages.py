"""What people say and press, and who they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A domain value: immutable, closed, compared by content."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Role(StrEnum):
    """What a person may do; the gate's policies give each its meaning."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    APPROVER = "approver"
    ADMIN = "admin"


class Identity(Frozen):
    """One account of a person on one surface: `web:ana`, `os:ana`, `slack:U024BE7LH`."""

    surface: str
    account: str

    def __str__(self) -> str:
        """The form in which `people.yaml` writes it."""
        return f"{self.surface}:{self.account}"


class Person(Frozen):
    """One human being, however many accounts they have.

    `name` is the key in `people.yaml`; votes and audit rows carry it. `timezone` is an
    IANA name; the empty string means the server's own. `linked` is False for an account of a
    chat platform that belongs to nobody there: it is known by its identity, has no roles and
    never votes. `lent` are those of the roles that `people.yaml` does not give: the place where
    they speak does (a role of a Discord server), there and then.
    """

    name: str
    display: str
    roles: frozenset[Role]
    identities: tuple[Identity, ...] = ()
    timezone: str = ""
    linked: bool = True
    lent: frozenset[Role] = frozenset()

    @property
    def written(self) -> str:
        """How a mention of theirs stands in words that are read: as they are called by their key.

        The key is nobody else's; where the shown name is but the same in other letters, it is that.
        """
        return self.display if self.display.casefold() == self.name.casefold() else self.name

    def has(self, role: Role) -> bool:
        """Whether the person holds the role itself (roles do not imply each other here)."""
        return role in self.roles

    def accounts(self, surface: str) -> tuple[str, ...]:
        """The ids of the person's accounts there."""
        return tuple(each.account for each in self.identities if each.surface == surface)

    def lent_to(self, roles: Iterable[Role]) -> Person:
        """With these roles as well. An account of nobody's is lent none."""
        more = frozenset(roles) - self.roles if self.linked else frozenset()
        if not more:
            return self
        return self.model_copy(update={"roles": self.roles | more, "lent": self.lent | more})


def nobody(identity: Identity) -> Person:
    """An account that belongs to nobody in `people.yaml`, as it is judged and written down."""
    name = str(identity)
    return Person(name=name, display=name, roles=frozenset(), identities=(identity,), linked=False)


class People(Frozen):
    """Everybody who is known, indexed by name and by identity."""

    persons: tuple[Person, ...] = ()
    version: str = ""

    def named(self, name: str) -> Person | None:
        """The person with this key, or None."""
        return next((p for p in self.persons if p.name == name), None)

    def shown(self, name: str) -> str:
        """How others know who has this key; the key itself where nobody has it any more."""
        person = self.named(name)
        return person.display if person is not None else name

    def owner(self, identity: Identity) -> Person | None:
        """The person whom this account belongs to, or None.

        A duplicate link fails closed: an identity that two persons claim belongs to nobody.
        """
        return self._owners.get((identity.surface, identity.account))

    @cached_property
    def _owners(self) -> dict[tuple[str, str], Person | None]:
        """Looked at for each account of each person on each card: so it is no search."""
        found: dict[tuple[str, str], Person | None] = {}
        for person in self.persons:
            for each in set(person.identities):
                key = (each.surface, each.account)
                found[key] = None if key in found else person
        return found

    @cached_property
    def called(self) -> frozenset[str]:
        """The words by which they are called, in small letters: of their names and accounts.

        Every message is held against them, so they are put together once.
        """
        said = ((p.name, p.display, *(i.account for i in p.identities)) for p in self.persons)
        return frozenset(
            word.casefold() for each in said for name in each for word in (name, *name.split())
        )

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Likewise of others; what is known of these by looking is looked at anew."""
        made = super().model_copy(update=update, deep=deep)
        for known in ("_owners", "called"):
            made.__dict__.pop(known, None)
        return made

    def is_of(self, name: str, account: Identity | None) -> bool:
        """Whether an account is this person's; where none is known nothing speaks against it."""
        owner = self.owner(account) if account is not None else None
        return account is None or (owner is not None and owner.name == name)

    def with_role(self, *roles: Role) -> tuple[Person, ...]:
        """Everybody who holds one of these roles, in the file's order."""
        return tuple(p for p in self.persons if p.roles & set(roles))


OWN = frozenset({"web", "terminal"})
"""Surfaces whose channels are named after a person, and are theirs alone."""


def told_apart(surface: str, event: str, by: str = "") -> str:
    """The id of an event as no other surface has it.

    Those of chat platforms are made of their channels' own ids; a page's and a terminal's are
    whatever their programs choose. `by` is the surface of the account that it came from.
    """
    event = from_elsewhere(surface, event, by)
    return f"{surface}:{event}" if event and surface in OWN else event


def from_elsewhere(surface: str, event: str, by: str) -> str:
    """The id of what comes into a conversation from another surface: none that its own gives."""
    own = surface if surface != "terminal" else "os"
    return f"{by}:{event}" if event and by not in ("", own, surface) else event


class ThreadRef(Frozen):
    """Where a conversation happens: one request, its questions and its card."""

    surface: str
    channel: str
    thread: str

    def __str__(self) -> str:
        """A stable key for locks and rows."""
        return f"{self.surface}/{self.channel}/{self.thread}"

    @property
    def is_room(self) -> bool:
        """Whether it is in a chat platform, which is told by posts what to show."""
        return self.surface not in OWN

    @property
    def owner(self) -> str:
        """Whose conversation it is, alone; empty in a room, where all who are in it speak."""
        return self.channel if self.surface in OWN else ""

    @property
    def is_direct(self) -> bool:
        """Whether it is a direct message, as the platforms name theirs."""
        ours, slack = self.channel.startswith("@"), self.channel.startswith("D")
        return ours or (slack if self.surface == "slack" else self.thread == "dm")

    @property
    def place(self) -> str:
        """Its channel, as the settings name it: `slack:C024BE91L`."""
        return f"{self.surface}:{self.channel}"

    def open_to(self, person: Person) -> bool:
        """Whether this person may write here, answer its questions and read it."""
        return self.owner in ("", person.name)


def account_in(thread: ThreadRef, identity: Identity) -> Identity | None:
    """The account, where it is one of the chat platform that a conversation is in; None: it isn't.

    What such an account has said there counts for as long as it is whose it was.
    """
    return identity if thread.is_room and identity.surface == thread.surface else None


class Outside(StrEnum):
    """Why somebody who speaks in a chat platform is not one of the team."""

    GUEST = "guest"
    """An account that may enter some channels only."""
    SHARED = "shared"
    """A channel that another organisation is in, too; or nobody can say whether it is."""
    FOREIGN = "foreign"
    """An account of another organisation's, wherever it speaks."""


class Message(Frozen):
    """One utterance.

    `event_id` is the surface's own id of this delivery (a submission id of the page, an
    event id of Slack): the same one twice is the same message. `person` is None for an
    account that nobody has linked. `plan_only` asks for a card without execution. `tier` is the
    only tier of models that may read it ("cloud-heavy"), or "rules"; empty: whichever fits.
    `addressed` is
    whether it was said to Overseer: by a mention, a direct message or a command, and not merely
    in a thread where Overseer listens. `remote` is the platform's id of the message; the
    `event_id` of a chat platform is made of it and the channel, so that no second delivery of the
    same message, under whatever id, is a second message. `outside`: its sender is no member.
    `lent` are the roles that what its sender holds on the platform stood for when it was said.
    `called` are the words, folded, after an at sign that the platform knows to call somebody or a
    group: by whatever name that is, it is nothing that Overseer acts on.
    `asked` is the card of the question that its sender was asked when it was said, `changing` the
    plan and its revision whose *Change…* they had pressed, `between` whether somebody else had
    spoken last there, and `pressed` whether an option's button said it for them; all are Overseer's
    own to fill in. `missed`: it was said while nobody
    listened, or so it seems, and is read from the platform's history. `edited`: it is what a
    message says since somebody has changed it, which is no request.
    """

    event_id: str
    thread: ThreadRef
    identity: Identity
    person: str | None
    text: str
    at: datetime
    plan_only: bool = False
    tier: str = ""
    addressed: bool = True
    remote: str = ""
    outside: Outside | None = None
    lent: frozenset[Role] = frozenset()
    called: frozenset[str] = frozenset()
    asked: str = ""
    changing: tuple[int, int] | None = None
    between: bool = False
    pressed: bool = False
    missed: bool = False
    edited: bool = False

    @property
    def is_private(self) -> bool:
        """Whether nobody but its sender reads it where it was said."""
        return not self.thread.is_room or self.thread.is_direct


class ButtonPress(Frozen):
    """One click or key.

    `button` is the id of a `cards.Button`; `plan`, `revision` and `digest` are those the
    card showed when it was pressed, so that a stale card cannot decide a newer plan.
    `text` is what the person typed where the button asks for a reason. `lent` is as a `Message`'s.
    """

    event_id: str
    thread: ThreadRef
    identity: Identity
    person: str | None
    button: str
    at: datetime
    plan: int | None = None
    revision: int | None = None
    digest: str = ""
    value: str = ""
    text: str = ""
    outside: Outside | None = None
    lent: frozenset[Role] = frozenset()


class Reaction(Frozen):
    """A sign that somebody has put on a message of a chat platform.

    `channel` is where the message stands, as a `ThreadRef` names it, `remote` the platform's id of
    the message, and `event_id` the one that it has, or would have, as a `Message`. `emoji` is the
    sign itself or the platform's name of it, without colons: `👍`, `+1`.
    """

    identity: Identity
    channel: str
    remote: str
    event_id: str
    emoji: str


class Called(Frozen):
    """What was asked by a command, and is no message yet.

    `thread` is the conversation in which it was called; None: one of its own is still to be made in
    the channel. `event_id` and `lent` are as a `Message`'s; `who` is what people there call its
    asker. `redacted`: what looked like a secret was taken out of the text before it was kept.
    `given_up`: its asker was told that nothing will come of it.
    """

    event_id: str
    channel: str
    thread: ThreadRef | None = None
    identity: Identity
    who: str
    text: str
    at: datetime
    plan_only: bool = False
    lent: frozenset[Role] = frozenset()
    redacted: bool = False
    given_up: bool = False


class Bookmark(Frozen):
    """How far a surface has heard what is said on its platform.

    Everything up to `seen` (the platform's own id, in the order of time; empty: nothing was heard
    yet) was taken in. `direct` are the channels of direct messages that are known, `recent` the
    messages close to `seen` that were taken in: what is looked up begins a little before it.
    """

    seen: str = ""
    recent: tuple[str, ...] = ()
    direct: tuple[str, ...] = ()


class Reply(Frozen):
    """What only the sender is told at once: accepted, or why not, in one sentence."""

    accepted: bool
    text: str = ""
    thread: ThreadRef | None = None
    plan: int | None = None

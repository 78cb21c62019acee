"""Notices that are owed to people, each once, and where a person can be written to."""

from __future__ import annotations

from collections.abc import Callable

from bot.conversation.holders import held_by
from bot.delivery.bars import why_barred, why_there
from bot.domain.messages import People, Person, ThreadRef
from bot.domain.posts import Notice, PostKind, direct
from bot.pipeline import outdated
from bot.ports import Unit


class Notifier:
    """Owes notices on the chat platforms that it reaches; none at first."""

    def __init__(self, people: Callable[[], People]) -> None:
        """`people` are those of this moment."""
        self._people = people
        self.surfaces: frozenset[str] = frozenset()
        """The platforms that can be written to."""

    def say(
        self,
        unit: Unit,
        place: ThreadRef,
        key: str,
        notice: Notice | None,
        *,
        reader: str = "",
        card: str = "",
    ) -> None:
        """Owe it once: under its key it is never said again, in whatever words.

        In a direct message to `reader` nobody is mentioned, and it is sent only as long as the
        account is theirs; a `card` is what it is about, and says that they were told. Elsewhere,
        where nobody whom it concerns can be mentioned, it would be a noise.
        """
        if notice is None or place.surface not in self.surfaces:
            return
        if unit.owes(place, key) and not outdated.is_past(unit, place, key):
            return
        people = self._people()
        if not reader and place.is_direct:
            self._say_apart(unit, place, key, notice)
            return
        if reader:
            notice = notice.model_copy(update={"concerns": ()})
        elif not any(_account(people.named(n), place.surface) for n in notice.concerns):
            return
        unit.owe(place, key, PostKind.NOTICE, notice, reader=reader, card=card)
        outdated.noted(unit, place, key)

    def _say_apart(self, unit: Unit, place: ThreadRef, key: str, notice: Notice) -> None:
        """In a direct message one person reads: whom else it concerns is told in theirs."""
        owner = next(iter(held_by(unit, place)), "")
        for name in notice.concerns:
            where = self.reached(name, place)
            if name == owner:
                theirs = notice.model_copy(update={"concerns": (name,)})
                unit.owe(place, key, PostKind.NOTICE, theirs)
                outdated.noted(unit, place, key)
            elif where is not None:
                self.say(unit, where, key, notice, reader=name)

    def tell(self, unit: Unit, place: ThreadRef, key: str, notice: Notice | None) -> None:
        """Owe it as `say` does; where its place takes no message, in direct ones as well."""
        self.say(unit, place, key, notice)
        if notice is None or place.is_direct or not is_unheard(unit, place, key):
            return
        for name in notice.concerns:
            where = self.reached(name, place)
            if where is not None:
                self.say(unit, where, key, notice, reader=name)

    def tells(self, unit: Unit, name: str, thread: ThreadRef) -> bool:
        """Whether what is said in a thread reaches somebody there: by a mention, or as theirs."""
        if thread.surface not in self.surfaces:
            return False
        if thread.is_direct:
            return name in held_by(unit, thread)[:1]
        return bool(_account(self._people().named(name), thread.surface))

    def reached(self, name: str, thread: ThreadRef) -> ThreadRef | None:
        """Where a person can be written to: on the plan's own platform, else on any."""
        return next(iter(self.places(name, thread)), None)

    def places(self, name: str, thread: ThreadRef) -> list[ThreadRef]:
        """Where a person can be written to, the plan's own platform first.

        Which of several they read, and whether one will refuse the message, nobody knows: a card
        to vote on is sent to each.
        """
        person = self._people().named(name)
        surfaces = sorted(self.surfaces, key=lambda each: (each != thread.surface, each))
        accounts = ((each, _account(person, each)) for each in surfaces)
        return [direct(surface, account) for surface, account in accounts if account]


def is_unheard(unit: Unit, place: ThreadRef, key: str) -> bool:
    """Whether its place doesn't take what is owed there, for ever or until somebody mends it.

    What waits behind what is barred there is tried no sooner than that.
    """
    post = unit.posted(place, key)
    if post is None:
        return False
    waits = not post.remote and bool(why_there(unit, place))
    return waits or bool(post.gone or why_barred(unit, post))


def _account(person: Person | None, surface: str) -> str:
    identities = person.identities if person is not None else ()
    return next((i.account for i in identities if i.surface == surface), "")

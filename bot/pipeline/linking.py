"""One person, many accounts: linked by a code that is shown in one place and typed in another.

A person who is known asks for a code (`link slack`, `./overseer people link`), and sends it from
the other account where nobody else reads it: `link K7QF-2M9X-PD4T`, or the code alone. A code has
over 59 bits, is kept as a hash, lives ten minutes, and is spent by the first who types it. A person
has one open for each platform, and each links an account of whichever they send it from. One that
was said where others read it, or in other words, is void, however it was set there: whoever read it
could have been first. So is one that an edit has brought into a message, which links nothing.
Wrong ones are counted by account and in all. An account that is anybody's already stays theirs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.events import Event
from bot.domain.linkcodes import (
    KINDS,
    LENGTH,
    SIGNS,
    codes_in,
    is_code,
    lone_code,
    may_hold_code,
    plain,
    said_code,
)
from bot.domain.messages import Identity, Message, Person, Reply
from bot.errors import OverseerError
from bot.ports import Ids, Login, Store, Unit, World
from bot.ports.people import PeopleKeeper

LIVES = timedelta(minutes=10)
WINDOW = timedelta(minutes=10)
TRIES, TRIES_OF_ALL = 5, 50
"""Wrong codes within `WINDOW`, of one account and of all together."""

_TRIED = "link-tries"

_WANTED = re.compile(
    r"\W*(?:please\s+)?link\s+(?:my\s+)?(slack|discord)(?:\s+account)?\W*", re.IGNORECASE
)


def wanted(text: str) -> str:
    """The platform of which somebody wants to link their account; empty: nothing such."""
    found = _WANTED.fullmatch(text)
    return found[1].capitalize() if found else ""


class Linking:
    """Gives codes out and takes them in."""

    def __init__(
        self, store: Store, keeper: PeopleKeeper, ids: Ids, *, world: Callable[[], World]
    ) -> None:
        """Wire it."""
        self._store = store
        self._keeper = keeper
        self._ids = ids
        self._world = world

    async def code(self, person: Person, platform: str = "") -> str:
        """A fresh code for this person; their former one for that platform is void."""
        signs = ""
        while not is_code(signs):  # about one in six is none
            number = int.from_bytes(hashlib.sha256(self._ids.new().encode()).digest())
            signs = "".join(SIGNS[number >> (5 * at) & 31] for at in range(LENGTH))

        def work(unit: Unit) -> None:
            unit.drop_logins(person.name, KINDS[platform])
            unit.add_login(Login(person.name, KINDS[platform], _hash(signs), unit.now + LIVES))

        await self._store.write(work)
        return "-".join(signs[at : at + 4] for at in range(0, LENGTH, 4))

    async def offer(self, message: Message, person: Person, platform: str) -> Reply:
        """A code for who asked for one, for their eyes alone."""
        if not message.is_private:
            text = (
                "I show codes only where nobody else reads them: say that on the page, in the "
                "terminal or in a direct message to me."
            )
            return Reply(accepted=False, text=text)
        if not await self._store.write(_takes(message)):
            return Reply(accepted=True, thread=message.thread)
        return Reply(accepted=True, text=told(await self.code(person, platform), platform))

    async def is_meant(self, message: Message, person: Person | None) -> bool:
        """Whether a message is a code and nothing else, or says `link CODE`.

        Of whose account it is already a code alone is one only as long as it is good.
        """
        if said_code(message.text):
            return True
        alone = lone_code(message.text)
        if not alone or person is None or not person.linked:
            return bool(alone)
        return await self._store.read(lambda u: _hash(alone) in _good(u))

    async def burn(self, message: Message) -> Reply | None:
        """Void every code in a message that says more, or that others may read; None: it has none.

        The message is taken in with it: delivered again it is not heard either.
        """
        if not may_hold_code(message.text):
            return None
        known = await self._store.read(_good)
        said = {_hash(each) for each in codes_in(message.text)} & known if known else set()
        if not said:
            return None

        def work(unit: Unit) -> bool:
            burnt = [_spent(unit, each) for each in said]
            unit.receive(message.thread.surface, message.event_id)
            return any(burnt)

        if not await self._store.write(work):
            return None
        why = READ
        if message.is_private:
            why = EDITED if message.edited else NOT_ALONE
        return Reply(accepted=False, text=f"{why} {ANOTHER}")

    def no_code(self, message: Message) -> Reply | None:
        """What who says `link CODE` to Overseer among others is told where it counts no more.

        Like all of linking it is for their eyes alone, and no request. None: they said else.
        """
        if (
            message.is_private
            or not message.addressed
            or not is_code(plain(said_code(message.text)))
        ):
            return None
        return Reply(accepted=False, text=f"{NO_CODE} {ANOTHER}")

    async def redeem(self, message: Message) -> Reply:
        """Link the account that said `link CODE`, or a code alone, where nobody else reads it."""
        identity = message.identity
        code = _hash(said_code(message.text) or lone_code(message.text))

        def work(unit: Unit) -> str | Login:
            if not unit.receive(message.thread.surface, message.event_id):
                return ""
            tried = _tried(unit)
            mine = tried.get(str(identity), ())
            if len(mine) >= TRIES or sum(map(len, tried.values())) >= TRIES_OF_ALL:
                return TOO_MANY
            login = _spent(unit, code)
            if login is not None and login.kind != KINDS[""]:
                meant = next(name for name, kind in KINDS.items() if kind == login.kind)
                if meant.casefold() != identity.surface:
                    return ELSEWHERE.format(platform=meant, link=f"link {identity.surface}")
            if login is not None and self._world().people.named(login.person) is not None:
                unit.append(_event(unit, login.person, f"code typed by {identity}"))
                return login
            unit.put(_TRIED, tried | {str(identity): [*mine, unit.now.isoformat()]})
            return WRONG

        came = await self._store.write(work)
        if isinstance(came, str):
            return Reply(accepted=not came, text=came)
        return await self._linked(came.person, identity)

    async def _linked(self, name: str, identity: Identity) -> Reply:
        try:
            await self._keeper.link(name, identity)
        except OverseerError as error:
            return Reply(accepted=False, text=f"{error} The code is spent.")
        await self._store.write(lambda u: u.append(_event(u, name, f"linked {identity} by a code")))
        person = self._world().people.named(name)
        return Reply(
            accepted=True,
            text=f"This account is {person.display if person else name}'s from now on. Say `help` "
            "to see what you can ask here.",
        )


TOO_MANY = "Too many wrong codes came; try again in ten minutes with a fresh one."
NO_CODE = (
    "That is no code of mine, or it is used up, older than ten minutes or replaced by a newer one."
)
WRONG = (
    f"{NO_CODE} Get a fresh one: `link slack` or `link discord` on the page, or ./overseer people "
    "link."
)

ELSEWHERE = (
    "That was a code for an account in {platform}, so nothing was linked here, and it is void now. "
    "Say `{link}` on the page or in the terminal for one that links this account."
)

READ = "That code is void now, since others could read it here, and nothing was linked."
NOT_ALONE = "That code is void now, since it was not said alone, and nothing was linked."
EDITED = (
    "That code is void now: you edited it into a message, which I read for nothing else, and "
    "nothing was linked."
)
ANOTHER = (
    "Get another (`link slack` or `link discord` on the page, or ./overseer people link) and send "
    "it to me as a direct message: `link CODE`, and nothing else."
)


def told(code: str, platform: str = "") -> str:
    """What somebody is told of their code."""
    where = f" in {platform}" if platform else " in Slack or Discord"
    another = f"another for {platform}" if platform else "another here"
    return (
        f"Send me this as a direct message{where}, within ten minutes: `link {code}`. It works "
        f"once; said where others read it, or once you have asked for {another}, it is void."
    )


def _hash(code: str) -> str:
    return hashlib.sha256(f"link {plain(code)}".encode()).hexdigest()


def _good(unit: Unit) -> frozenset[str]:
    """The hashes of all codes that still count."""
    return frozenset().union(*map(unit.login_hashes, KINDS.values()))


def _spent(unit: Unit, code: str) -> Login | None:
    """Take a code out by its hash, whatever it was asked for; None where it counts no more."""
    found = [unit.spend_login(kind, code) for kind in KINDS.values()]
    return next(filter(None, found), None)


def _tried(unit: Unit) -> dict[str, list[str]]:
    """When each account said a wrong code lately."""
    since = unit.now - WINDOW
    lately = {
        account: [at for at in times if datetime.fromisoformat(at) > since]
        for account, times in (unit.get(_TRIED) or {}).items()
    }
    return {account: times for account, times in lately.items() if times}


def _takes(message: Message) -> Callable[[Unit], bool]:
    return lambda unit: unit.receive(message.thread.surface, message.event_id)


def _event(unit: Unit, name: str, what: str) -> Event:
    data = {"person": name, "what": what}
    return Event(kind="people.changed", at=unit.now, person=name, data=data)

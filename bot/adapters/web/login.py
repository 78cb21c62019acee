"""Who may enter the page: one-time links, sessions and passwords.

- A token is 32 random bytes. Only its SHA-256 is stored, so that reading the database lets
  nobody in; a token is too long to guess, so the hash needs no salt.
- A link is spent by the first who confirms it, and ends on its own after some minutes.
- A session is a cookie. It ends on signing out, with its days, when a new password is set, and at
  once for a person who has left `people.yaml`, because every request asks again.
- A new password ends the person's other sessions, links and codes: whoever had one is out. Where
  there is a password, the former one is asked for, or a fresh link, which only somebody at the
  machine can print: an open page that is left alone is not enough.
- A password is stored as Argon2id. A name that nobody has costs as much time as a wrong
  password, so that names cannot be told apart by waiting.
- Guessing is slowed down per person and in all; a link still works meanwhile.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from bot.domain.events import Event
from bot.domain.linkcodes import KINDS
from bot.domain.messages import People, Person
from bot.errors import ConflictError, NotAllowedError, RequestError
from bot.ports import Clock, Login, Store, Unit
from bot.settings import WebSettings

LINK, SESSION, PASSWORD = "link", "session", "password"
SHORTEST = 12
LONGEST = 1024


WRONG_FORMER = "That is not your password until now."
FORGOTTEN = "If you forgot it, paste a fresh link from ./overseer people link {} in its place."


def fingerprint(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


@dataclass
class Throttle:
    """At most `limit` tries in any `window` seconds, for each name and for all together.

    Only names that exist are counted by name, so that what is remembered stays small.
    """

    limit: int
    limit_all: int
    window: float
    _tries: dict[str, deque[float]] = field(default_factory=dict)

    def wait(self, name: str, now: float) -> float:
        """Seconds until this name may try again; 0 when it may now."""
        return max(self._wait(name, self.limit, now), self._wait("", self.limit_all, now))

    def failed(self, name: str | None, now: float) -> None:
        """Count a try that failed."""
        for key in ("", name):
            if key is not None:
                self._tries.setdefault(key, deque()).append(now)

    def forgive(self, name: str) -> None:
        """Forget what this name failed."""
        self._tries.pop(name, None)

    def _wait(self, key: str, limit: int, now: float) -> float:
        tries = self._tries.get(key)
        while tries and tries[0] <= now - self.window:
            tries.popleft()
        if not tries or len(tries) < limit:
            return 0.0
        return tries[-limit] + self.window - now


async def make_link(store: Store, person: str, *, minutes: int) -> str:
    """A fresh one-time link for a person, as the path under the page's address."""
    token = secrets.token_urlsafe(32)

    def work(unit: Unit) -> None:
        ends = unit.now + timedelta(minutes=minutes)
        unit.add_login(Login(person, LINK, fingerprint(token), ends))

    await store.write(work)
    return f"/login?token={token}"


def _must_be_good(person: Person, password: str) -> None:
    if len(password) < SHORTEST:
        raise RequestError(f"Take at least {SHORTEST} characters; a few words are fine.")
    if len(password) > LONGEST:
        raise RequestError(f"Take at most {LONGEST} characters.")
    if len(set(password)) < 5 or password.casefold().startswith(person.name.casefold() * 2):
        raise RequestError("That is easy to guess; take a few unrelated words.")


class Logins:
    """Lets people in, and says who somebody is. Keeps nothing but the counts of failed tries."""

    def __init__(
        self,
        settings: WebSettings,
        store: Store,
        clock: Clock,
        people: Callable[[], People],
        *,
        hasher: PasswordHasher | None = None,
    ) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._people = people
        self._hasher = hasher or PasswordHasher()
        self._decoy = ""
        self._throttle = Throttle(limit=5, limit_all=50, window=300.0)
        self._at_once = asyncio.Semaphore(2)  # a check takes 64 MiB

    async def link(self, person: str) -> str:
        """A one-time link's path."""
        return await make_link(self._store, person, minutes=self._settings.link_minutes)

    async def enter_by_link(self, token: str) -> str | None:
        """Spend a link; the new session's token, or None when the link is not good (any more)."""
        return await self._store.write(lambda unit: self._enter_by_link(unit, token))

    def _enter_by_link(self, unit: Unit, token: str) -> str | None:
        login = unit.spend_login(LINK, fingerprint(token))
        if login is None or self._people().named(login.person) is None:
            return None
        return self._open(unit, login.person)

    async def enter_by_password(self, name: str, password: str) -> str:
        """Check a password; the new session's token.

        Raises:
            NotAllowedError: wrong, or too many tries.
        """
        name = name.strip()
        person = self._people().named(name)
        stored = await self._store.read(lambda unit: unit.password(name)) if person else None
        if not await self._knows(name, stored, password, known=person is not None):
            raise NotAllowedError("That name and password don't go together.")
        return await self._store.write(lambda unit: self._open(unit, name))

    async def _knows(self, name: str, stored: Login | None, password: str, *, known: bool) -> bool:
        """Whether this is the password; a wrong one is counted.

        Raises:
            NotAllowedError: too many tries.
        """
        now = self._clock.monotonic()
        if wait := self._throttle.wait(name, now):
            raise NotAllowedError(
                f"Too many wrong tries: wait {max(1, round(wait / 60))} min.",
                cure="A one-time link works meanwhile: ./overseer people link NAME.",
            )
        self._throttle.failed(name if known else None, now)  # counted first: tries run at once
        good = await self._verify(stored.secret_hash if stored else "", password)
        if good:
            self._throttle.forgive(name)
        return good

    async def set_password(
        self, person: Person, password: str, keep: str, *, former: str = ""
    ) -> None:
        """Set a password, and end the person's links and other sessions.

        `keep` is the session's token that stays; `former` the password until now, or a fresh
        one-time link, which are asked for only when there is a password.

        Raises:
            RequestError: too short, too long, or the name itself.
            NotAllowedError: `former` is neither, or too many tries.
            ConflictError: it was set by somebody else at the same moment.
        """
        _must_be_good(person, password)
        stored = await self._store.read(lambda unit: unit.password(person.name))
        link = fingerprint(former.strip().rpartition("token=")[2]) if "token=" in former else ""
        if stored and not link and not await self._knows(person.name, stored, former, known=True):
            raise NotAllowedError(WRONG_FORMER, cure=FORGOTTEN.format(person.name))
        async with self._at_once:
            hashed = await asyncio.to_thread(self._hasher.hash, password)

        def work(unit: Unit) -> None:
            if unit.password(person.name) != stored:
                raise ConflictError("Your password was changed at the same moment; look again.")
            proof = unit.login(LINK, link) if stored and link else None
            if stored and link and (proof is None or proof.person != person.name):
                raise NotAllowedError(
                    "That link has been used or has run out.", cure=FORGOTTEN.format(person.name)
                )
            kept = unit.login(SESSION, fingerprint(keep))
            unit.add_login(Login(person.name, PASSWORD, hashed))
            unit.drop_logins(person.name, LINK)
            unit.drop_logins(person.name, SESSION)
            for code in KINDS.values():  # whoever was in may have asked for one
                unit.drop_logins(person.name, code)
            if kept:
                unit.add_login(kept)
            unit.append(Event(kind="password.set", at=unit.now, person=person.name))

        await self._store.write(work)

    async def has_password(self, person: Person) -> bool:
        """Whether they have set one."""
        return await self._store.read(lambda unit: unit.password(person.name)) is not None

    async def leave(self, token: str) -> None:
        """End a session."""
        await self._store.write(lambda unit: unit.spend_login(SESSION, fingerprint(token)))

    async def who(self, session_hash: str) -> Person | None:
        """Whose session this is, by its hash; None when it has ended or they have left."""
        login = await self._store.read(lambda unit: unit.login(SESSION, session_hash))
        return self._people().named(login.person) if login else None

    def _open(self, unit: Unit, person: str) -> str:
        token = secrets.token_urlsafe(32)
        ends = unit.now + timedelta(days=self._settings.session_days)
        unit.add_login(Login(person, SESSION, fingerprint(token), ends))
        unit.append(Event(kind="login.made", at=unit.now, person=person, data={"surface": "web"}))
        return token

    async def _verify(self, hashed: str, password: str) -> bool:
        """Whether the password fits; as slow without a hash as with one."""
        async with self._at_once:
            return await asyncio.to_thread(self._fits, hashed, password[:LONGEST])

    def _fits(self, hashed: str, password: str) -> bool:
        if not self._decoy:
            self._decoy = self._hasher.hash(secrets.token_urlsafe(16))
        try:
            return self._hasher.verify(hashed or self._decoy, password) and bool(hashed)
        except (Argon2Error, InvalidHashError):
            return False

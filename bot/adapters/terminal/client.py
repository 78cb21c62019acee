"""The link of every command to the server: a socket, requests and answers, pushed items.

Plain blocking sockets: a command asks and waits. What is pushed meanwhile is kept for
`pushed`. Imports no drawing, no event loop and no server, so that a command starts fast.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import select
import socket
import struct
import time
import uuid
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from bot.adapters.terminal import wire
from bot.adapters.terminal.way import weak_spot
from bot.adapters.terminal.wire import LinkError
from bot.domain.cards import Button, Card, Choice, ThreadItem, ThreadSummary
from bot.domain.messages import Person, Reply
from bot.errors import NotAllowedError, OverseerError, RequestError, UnavailableError
from bot.ports import Status
from bot.settings import Home

ANSWER_WITHIN = 60.0
GREET_WITHIN = 10.0
CHUNK = 1 << 16
CREDENTIALS = struct.Struct("3i")
"""Process, user and group of the other end, as SO_PEERCRED gives them."""


def connect(home: Home) -> Link | None:
    """A link to the server of this home, or to the one at `server_at`; None when none runs.

    Raises:
        NotAllowedError: the socket belongs to another user, or this account is nobody's.
        OverseerError: a server is there, and speaks another version or does not answer.
    """
    where = home.server_at or home.socket
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with at_path(where) as path:
            sock.connect(path)
    except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
        sock.close()
        return None
    except PermissionError:
        sock.close()
        raise NotAllowedError(
            f"{where} belongs to another user of this machine, or to a group that isn't yours.",
            cure="Use the page, or have an administrator share the terminal (docs/operators.md).",
        ) from None
    except OSError as error:
        sock.close()
        raise UnavailableError(f"{where} can't be opened: {error.strerror}.") from error
    if home.server_at is not None:
        try:
            _must_be_theirs(sock, home.server_at)
        except BaseException:
            sock.close()
            raise
    return Link(sock)


def _must_be_theirs(sock: socket.socket, where: Path) -> None:
    """Make sure that who listens on a shared socket is who owns its folder, or root.

    Raises:
        NotAllowedError: it is somebody else, or others can change the way there.
    """
    _, listens, _ = CREDENTIALS.unpack(
        sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
    )
    try:
        owner = where.parent.stat().st_uid
        weak = weak_spot(where.parent, {0, os.geteuid(), listens})
    except OSError as error:
        raise UnavailableError(f"{where} can't be looked at: {error.strerror}.") from error
    if listens in {0, owner} and weak is None:
        return
    reason = f"others can change {weak}" if weak else "who listens there doesn't own its folder"
    raise NotAllowedError(
        f"I don't talk to {where}: {reason}, so it may not be the Overseer that you mean.",
        cure="Ask whoever runs Overseer for the right place of its socket.",
    )


@contextlib.contextmanager
def at_path(path: Any) -> Iterator[str]:
    """A name for a socket's path that fits into the 107 bytes that the system allows."""
    if len(os.fsencode(path)) < 104:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


class Link:
    """An open conversation with the server, as the person whom the system vouches for.

    Attributes:
        person: who this is to the server.
        alone: True when the server lives in this very process and ends with it.
    """

    def __init__(self, sock: socket.socket, *, alone: bool = False) -> None:
        """Greet the server.

        Raises:
            OverseerError: it does not know this account, or does not answer.
        """
        self._sock = sock
        self._ids = itertools.count(1)
        self._rest = b""
        self._pushed: deque[dict[str, Any]] = deque()
        self._answers: dict[int, dict[str, Any]] = {}
        self._wanted: set[int] = set()
        self.alone = alone
        self.closed = False
        try:
            hello = self._greeted()
        except BaseException:
            self.close()
            raise
        self.person = Person.model_validate(hello.get("person"))
        self.version = str(hello.get("server", ""))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- transport ----------------------------------------------------------------------------

    def fileno(self) -> int:
        """For select."""
        return self._sock.fileno()

    def close(self) -> None:
        """Hang up; nothing that runs is stopped by it."""
        self.closed = True
        self._sock.close()

    def send(self, do: str, **args: Any) -> int:
        """Ask without waiting; `answer` tells when it is there."""
        number = next(self._ids)
        self._wanted.add(number)
        self._write({"id": number, "do": do, "with": args})
        return number

    def answer(self, number: int) -> dict[str, Any] | None:
        """What came of `send`, once; None while it is under way.

        Raises:
            OverseerError: as the server said.
        """
        found = self._answers.pop(number, None)
        if found is None:
            return None
        if "error" in found:
            raise wire.raised(found["error"])
        ok = found.get("ok")
        return ok if isinstance(ok, dict) else {}

    def call(self, do: str, *, within: float = ANSWER_WITHIN, **args: Any) -> dict[str, Any]:
        """Ask and wait for the answer.

        Raises:
            OverseerError: as the server said; `LinkError` when it is gone or silent.
        """
        number = self.send(do, **args)
        until = time.monotonic() + within
        while (ok := self.answer(number)) is None:
            left = until - time.monotonic()
            if left <= 0:
                self._wanted.discard(number)
                raise LinkError("The server takes too long to answer; it may still act on this.")
            self._receive(left)
        return ok

    def pushed(self, timeout: float | None = 0.0) -> list[dict[str, Any]]:
        """What has been pushed, waiting up to `timeout` seconds (None: for ever) for it."""
        if not self._pushed:
            self._receive(timeout)
        else:
            self._receive(0.0)
        out = list(self._pushed)
        self._pushed.clear()
        return out

    def _write(self, content: Any) -> None:
        try:
            self._sock.sendall(wire.line(content))
        except OSError as error:
            self.closed = True
            raise _gone() from error

    def _greeted(self) -> dict[str, Any]:
        # A server that has no room says so and hangs up: what it said is still to be read.
        with contextlib.suppress(LinkError):
            self._write({"overseer": wire.PROTOCOL})
        hello = self._first()
        self.closed = False
        if hello.get("overseer") != wire.PROTOCOL:
            raise UnavailableError(
                "The running server is of another version.",
                cure="Stop it and start it again with ./overseer run.",
            )
        return hello

    def _first(self) -> dict[str, Any]:
        self._sock.settimeout(GREET_WITHIN)
        try:
            while b"\n" not in self._rest:
                data = self._sock.recv(CHUNK)
                if not data:
                    raise _gone()
                self._rest += data
        except TimeoutError:
            raise LinkError("A server holds the socket and doesn't answer.") from None
        except OSError as error:
            raise _gone() from error
        self._sock.settimeout(None)
        first, _, self._rest = self._rest.partition(b"\n")
        content = wire.read(first)
        if "error" in content:
            raise wire.raised(content["error"])
        return content

    def _receive(self, timeout: float | None) -> None:
        """Take in what there is, waiting for the first of it."""
        if self.closed:
            raise _gone()
        if b"\n" not in self._rest:
            ready, _, _ = select.select([self._sock], [], [], timeout)
            if not ready:
                return
            try:
                data = self._sock.recv(CHUNK)
            except OSError as error:
                self.closed = True
                raise _gone() from error
            if not data:
                self.closed = True
                raise _gone()
            self._rest += data
        *lines, self._rest = self._rest.split(b"\n")
        if len(self._rest) > wire.LONGEST_ANSWER:
            raise LinkError("The server sent a line that is too long.")
        for each in lines:
            self._sort(wire.read(each))

    def _sort(self, content: dict[str, Any]) -> None:
        if "id" not in content:
            self._pushed.append(content)
            return
        if content["id"] in self._wanted:
            self._wanted.discard(content["id"])
            self._answers[content["id"]] = content

    # -- requests -------------------------------------------------------------------------------

    def new_thread(self) -> str:
        """The name of a conversation that nobody has begun yet."""
        return f"terminal/{self.person.name}/{uuid.uuid4().hex}"

    def say(
        self, thread: str, text: str, *, plan_only: bool = False, tier: str = "", event: str = ""
    ) -> Reply:
        """Say a sentence; `tier` is the only tier of models that may read it.

        `event` is a name for it by which it can be dropped.
        """
        said: dict[str, Any] = {"thread": thread, "text": text, "plan_only": plan_only}
        if tier:  # an older server knows none
            said["tier"] = tier
        ok = self.call("message", event=event or uuid.uuid4().hex, **said)
        return Reply.model_validate(ok)

    def press(self, thread: str, card: Card, button: Button, text: str = "") -> Reply:
        """Press a button of a card, as it is shown."""
        ok = self.call(
            "button",
            event=uuid.uuid4().hex,
            thread=thread,
            button=button.id,
            plan=card.plan,
            revision=card.revision,
            digest=card.digest,
            value=button.value or button.says,
            text=text,
        )
        return Reply.model_validate(ok)

    def follow(self, thread: str, after: int = 0) -> None:
        """Get every item of a thread, and each change to one, from now on."""
        self.call("follow", thread=thread, after=after)

    def unfollow(self, thread: str) -> None:
        """No longer."""
        self.call("unfollow", thread=thread)

    def notices(self) -> None:
        """Be told of cards elsewhere that may wait for this person."""
        self.call("notices")

    def thread(self, thread: str, after: int = 0) -> tuple[ThreadItem, ...]:
        """What has been said and shown there."""
        return _items(self.call("thread", thread=thread, after=after))

    def threads(self) -> tuple[ThreadSummary, ...]:
        """One's conversations, newest first."""
        found = self.call("threads").get("threads", [])
        return tuple(ThreadSummary.model_validate(each) for each in found)

    def waiting(self) -> tuple[ThreadItem, ...]:
        """The cards that wait for this person."""
        return _items(self.call("waiting"))

    def card(self, plan: int) -> ThreadItem | None:
        """A plan's card."""
        found = self.call("card", plan=plan).get("item")
        return ThreadItem.model_validate(found) if found else None

    def output(self, plan: int, host: str, step: str = "") -> str:
        """Everything that a target printed."""
        return str(self.call("output", plan=plan, host=host, step=step).get("text", ""))

    def choices(self, plan: int, button: str) -> tuple[Choice, ...]:
        """What may be answered to what a button asks."""
        found = self.call("choices", plan=plan, button=button).get("choices", ())
        return tuple(Choice.model_validate(each) for each in found)

    def welcome(self) -> Card:
        """The first card of an empty conversation."""
        return Card.model_validate(self.call("welcome").get("card"))

    def status(self) -> Status:
        """How Overseer stands."""
        told = self.call("status")
        lists = {name: tuple(told.get(name, ())) for name in ("models", "chats")}
        return Status(**{**told, **lists})

    def stop(
        self, plan: int | None = None, *, everything: bool = False, kill: bool = False
    ) -> Reply:
        """Start nothing more."""
        ok = self.call("stop", event=uuid.uuid4().hex, plan=plan, everything=everything, kill=kill)
        return Reply.model_validate(ok)

    def drop(self, event: str = "") -> Reply:
        """Drop what one has said and is no plan yet, or one of it; no text where there is none.

        A server that is older, and can't, drops nothing.
        """
        try:
            return Reply.model_validate(self.admin("drop", event=event))
        except RequestError:
            return Reply(accepted=True)

    def resume(self) -> Reply:
        """End the freeze of `stop(everything=True)`."""
        return Reply.model_validate(self.call("resume", event=uuid.uuid4().hex))

    def admin(self, name: str, **args: Any) -> dict[str, Any]:
        """One of the operations that the composition root offers: `reload`, `login_link` …"""
        return self.call("admin", within=600.0, name=name, args=args)


def _items(ok: dict[str, Any]) -> tuple[ThreadItem, ...]:
    return tuple(ThreadItem.model_validate(each) for each in ok.get("items", []))


def _gone() -> OverseerError:
    return LinkError(
        "The server is gone; what it had begun goes on where it runs.",
        cure="./overseer run starts it again and picks everything up.",
    )

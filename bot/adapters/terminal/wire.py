"""The words of the terminal's socket: JSON, one object a line, version 1.

    client  {"overseer": 1}
    server  {"overseer": 1, "server": "0.1.0", "person": {...}}      or an error, and goodbye
    client  {"id": 7, "do": "message", "with": {"thread": "...", "text": "...", ...}}
    server  {"id": 7, "ok": {...}}     {"id": 7, "error": {"kind", "sentence", "cure"}}
    server  {"item": {...}, "edited": true}     pushed for each thread that is followed
    server  {"notice": {...}}                   a card elsewhere that may wait for this person
    server  {"bye": "sentence"}                 the server stops

Who speaks is what the operating system says of the socket's other end; nothing on a line
names a person. Answers may come in another order than their requests, except that messages
and buttons of one connection are taken in the order in which they were sent.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, ValidationError

from bot import errors
from bot.domain.messages import Frozen, ThreadRef
from bot.errors import OverseerError, RequestError, UnavailableError

PROTOCOL = 1
LONGEST_REQUEST = 256 * 1024
LONGEST_ANSWER = 64 * 1024 * 1024
LONGEST_TEXT = 32 * 1024
IN_FLIGHT = 64

Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Short = Annotated[str, Field(max_length=300)]
Number = Annotated[int, Field(ge=1, lt=2**53)]


M = TypeVar("M", bound=Frozen)


class LinkError(UnavailableError):
    """The connection to the server is gone; everything true is still in its store."""


class Hello(Frozen):
    """The first line of a client."""

    overseer: int
    client: Short = ""


class Request(Frozen):
    """Any later line of a client."""

    id: int
    do: Short
    args: Annotated[dict[str, Any], Field(alias="with")] = {}


class Say(Frozen):
    """`message`: somebody said something."""

    event: Short
    thread: Short
    text: Text
    plan_only: bool = False
    tier: Literal["", "local", "cloud-fast", "cloud-heavy", "rules"] = ""


class Press(Frozen):
    """`button`: somebody pressed a button of a card, as the card showed it."""

    event: Short
    thread: Short
    button: Short
    plan: Number | None = None
    revision: Number | None = None
    digest: Short = ""
    value: Short = ""
    text: Text = ""


class Follow(Frozen):
    """`follow`, `unfollow`, `thread`: a conversation from `after` on."""

    thread: Short
    after: Annotated[int, Field(ge=0)] = 0


class Idle(Frozen):
    """`idle`: answer when nothing is in flight for a thread."""

    thread: Short
    timeout_s: Annotated[float, Field(gt=0, le=86400)] | None = None


class OfPlan(Frozen):
    """`card`: of a plan."""

    plan: Number


class Wanted(Frozen):
    """`output`: everything that a target printed."""

    plan: Number
    host: Short
    step: Short = ""


class Asking(Frozen):
    """`choices`: what may be answered to what a button of a plan's card asks."""

    plan: Number
    button: Short


class Halt(Frozen):
    """`stop`: one plan, or everything; `kill` ends what runs, too."""

    event: Short
    plan: Number | None = None
    everything: bool = False
    kill: bool = False


class Event(Frozen):
    """`resume`: the submission's id."""

    event: Short


class Extra(Frozen):
    """`admin`: one of the operations that the composition root has put in."""

    name: Short
    args: dict[str, Any] = {}


class Nothing(Frozen):
    """Requests without arguments."""


def line(content: Any) -> bytes:
    """One line of the wire."""
    return json.dumps(content, separators=(",", ":")).encode("ascii") + b"\n"


def read(data: bytes) -> dict[str, Any]:
    """The object on a line.

    Raises:
        RequestError: it is no JSON object.
    """
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        raise RequestError("That line isn't JSON, so nothing was done.") from None
    if not isinstance(content, dict):
        raise RequestError("A line holds one JSON object; nothing was done.")
    return content


def checked(model: type[M], content: Any) -> M:
    """What was sent, as the type it must have.

    Raises:
        RequestError: it has not; names the first field that is wrong.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the request"
        raise RequestError(f"{where}: {first['msg']}; nothing was done.") from None


def ref(thread: str) -> ThreadRef:
    """`terminal/ana/k3v…` as what it names.

    Raises:
        RequestError: it is no thread's name.
    """
    surface, _, rest = thread.partition("/")
    channel, _, name = rest.rpartition("/")
    if not (surface and channel and name):
        raise RequestError(f"{thread!r} names no conversation.")
    return ThreadRef(surface=surface, channel=channel, thread=name)


def error_of(error: OverseerError) -> dict[str, str]:
    """How an error travels."""
    kind = next(c.__name__ for c in type(error).__mro__ if c.__name__ in _KINDS)
    return {"kind": kind, "sentence": error.sentence, "cure": error.cure}


_KINDS: dict[str, type[OverseerError]] = {
    kind.__name__: kind
    for kind in (
        errors.ConfigError,
        errors.RequestError,
        errors.NotAllowedError,
        errors.ConflictError,
        errors.StoreBusyError,
        errors.StoreVersionError,
        errors.UnavailableError,
        errors.OverseerError,
    )
}


def raised(content: Any) -> OverseerError:
    """The error that travelled."""
    if not isinstance(content, dict):
        return OverseerError("The server answered something that I can't read.")
    kind = _KINDS.get(str(content.get("kind")), OverseerError)
    return kind(str(content.get("sentence", "")), cure=str(content.get("cure", "")))

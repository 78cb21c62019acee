"""What the page's script sends: something said, a press, and requests for text.

Each submission carries an id that the browser made (`event_id`), so that a double click or
a repeated delivery is one message. Presses carry plan, revision and digest of the card that
was looked at; what they mean is judged behind the ears, never here.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import JSONResponse, Response

from bot.adapters.web.guard import BODY_LIMIT, Visit, visit_of
from bot.adapters.web.thread_view import path_of
from bot.domain.messages import ButtonPress, Identity, Message, Person, Reply, ThreadRef
from bot.errors import OverseerError, RequestError
from bot.ports import Clock, Ears

EventId = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{8,64}$")]
Key = Annotated[str, Field(min_length=1, max_length=400)]


class Said(BaseModel):
    """A sentence for a thread."""

    model_config = ConfigDict(extra="forbid")

    event_id: EventId
    thread: Key
    text: Annotated[str, Field(min_length=1, max_length=16384)]


class Pressed(BaseModel):
    """A button of a card."""

    model_config = ConfigDict(extra="forbid")

    event_id: EventId
    thread: Key
    button: Annotated[str, Field(max_length=40)]
    plan: int | None = None
    revision: int | None = None
    digest: Annotated[str, Field(max_length=200)] = ""
    value: Annotated[str, Field(max_length=1000)] = ""
    text: Annotated[str, Field(max_length=4000)] = ""


def thread_ref(key: str) -> ThreadRef:
    """The thread that a key (`web/ana/x1`) names.

    Raises:
        RequestError: it names none.
    """
    parts = key.split("/", 2)
    if len(parts) != 3 or not all(parts):
        raise RequestError("There is no such conversation.")
    return ThreadRef(surface=parts[0], channel=parts[1], thread=parts[2])


def own_thread(person: Person, thread: str) -> ThreadRef:
    """The conversation of this person on the page with this id."""
    return ThreadRef(surface="web", channel=person.name, thread=thread)


async def may_read(ears: Ears, person: Person, ref: ThreadRef) -> bool:
    """Whether the thread is one of the person's own conversations, on any surface.

    One of somebody else's on the page, too, which was handed over to them.
    """
    if ref.owner == person.name:
        return True
    return any(summary.thread == str(ref) for summary in await ears.threads(person.name))


async def body_of(request: Request) -> bytes:
    """The body, if it is not too long.

    Raises:
        RequestError: it is.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise RequestError("That is too long.")
    return bytes(body)


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a submitted form."""
    body = (await body_of(request)).decode("utf-8", "replace")
    return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=20))


class Routes:
    """`POST /say` and `/press`; `GET /output`, `/choices`, `/file` and `/session`."""

    def __init__(self, ears: Ears, clock: Clock) -> None:
        self._ears = ears
        self._clock = clock
        self.router = APIRouter()
        self.router.add_api_route("/say", self.say, methods=["POST"])
        self.router.add_api_route("/press", self.press, methods=["POST"])
        self.router.add_api_route("/output", self.output, methods=["GET"])
        self.router.add_api_route("/choices", self.choices, methods=["GET"])
        self.router.add_api_route("/file", self.file, methods=["GET"])
        self.router.add_api_route("/session", self.session, methods=["GET"])

    async def session(self, request: Request) -> Response:
        """Whose session this is; the guard answers 401 when it has ended."""
        return JSONResponse({"person": visit_of(request.scope).person.name})

    async def say(self, request: Request) -> Response:
        """Hand a sentence to the ears."""

        async def hand_on(visit: Visit, body: bytes) -> Reply:
            said = Said.model_validate_json(body)
            ref = thread_ref(said.thread)
            if not await may_read(self._ears, visit.person, ref):
                raise RequestError("This conversation is somebody else's; start one of your own.")
            return await self._ears.on_message(
                Message(
                    event_id=said.event_id,
                    thread=ref,
                    identity=_identity(visit),
                    person=visit.person.name,
                    text=said.text,
                    at=self._clock.now(),
                )
            )

        return await _handed_on(request, hand_on)

    async def press(self, request: Request) -> Response:
        """Hand a press to the ears; they judge whether this person may."""

        async def hand_on(visit: Visit, body: bytes) -> Reply:
            pressed = Pressed.model_validate_json(body)
            return await self._ears.on_button(
                ButtonPress(
                    thread=thread_ref(pressed.thread),
                    identity=_identity(visit),
                    person=visit.person.name,
                    at=self._clock.now(),
                    **pressed.model_dump(exclude={"thread"}),
                )
            )

        return await _handed_on(request, hand_on)

    async def output(self, request: Request, plan: int, host: str, step: str = "") -> Response:
        """Everything that a host printed in a run, as text."""
        try:
            text = await self._ears.output(plan, host, step)
        except OverseerError as error:
            return _refused(error)
        return _text(text, f"{plan}-{host}.txt")

    async def choices(self, request: Request, plan: int, button: str) -> Response:
        """What may be answered to what a button of a plan's card asks: value and label of each."""
        try:
            found = await self._ears.choices(plan, button)
        except OverseerError as error:
            return _refused(error)
        return JSONResponse([[choice.value, choice.label] for choice in found])

    async def file(self, request: Request, thread: str, card: str, number: int) -> Response:
        """An attachment of a card, as a download that no browser interprets."""
        visit = visit_of(request.scope)
        try:
            ref = thread_ref(thread)
            if await may_read(self._ears, visit.person, ref):
                items = await self._ears.thread(ref)
            else:
                plan = re.fullmatch(r"plan-(\d{1,12})", card)
                found = await self._ears.card(int(plan[1])) if plan else None
                items = (found,) if found else ()
        except OverseerError as error:
            return _refused(error)
        files = [i.card.attachments for i in items if i.card and i.card.id == card]
        if not files or not 0 <= number < len(files[-1]):
            return _refused(RequestError("This file is no longer there."), HTTPStatus.NOT_FOUND)
        kept = files[-1][number]
        return _text(kept.text, kept.name)


async def _handed_on(
    request: Request, work: Callable[[Visit, bytes], Awaitable[Reply]]
) -> Response:
    """What came of a body that was handed on, or why it was not."""
    visit = visit_of(request.scope)
    try:
        reply = await work(visit, await body_of(request))
    except ValidationError as error:
        return _refused(RequestError(f"That can't be sent: {_where(error)}."))
    except OverseerError as error:
        return _refused(error)
    return _answer(reply, visit)


def _identity(visit: Visit) -> Identity:
    return Identity(surface="web", account=visit.person.name)


def _where(error: ValidationError) -> str:
    first: Any = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'it'} is not as it should be"


def _answer(reply: Reply, visit: Visit) -> Response:
    return JSONResponse(
        {
            "accepted": reply.accepted,
            "text": reply.text,
            "path": path_of(str(reply.thread), visit.person.name) if reply.thread else "",
        }
    )


def _refused(error: OverseerError, status: int = HTTPStatus.UNPROCESSABLE_ENTITY) -> Response:
    return JSONResponse({"accepted": False, "text": str(error), "path": ""}, status)


def _text(text: str, name: str) -> Response:
    ascii_name = re.sub(r"[^A-Za-z0-9._-]", "_", name).lstrip(".")[:100] or "output.txt"
    spelled = quote(name[:200], safe="", errors="replace")
    disposition = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{spelled}"
    return Response(
        text.encode("utf-8", "replace"),
        media_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": disposition},
    )

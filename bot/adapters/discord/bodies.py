"""The bodies of messages: what is said, whom it may mention, and by what it is found again.

A message is found by numbers that are made of its nonce: Discord gives back the `id`s of
components, and the description of a file, and not the nonce itself.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.adapters.discord import text
from bot.adapters.discord.render import MOST_TEXT, TEXT, V2, draw
from bot.adapters.discord.rest import Upload
from bot.domain.cards import Attachment, Card
from bot.domain.posts import Notice
from bot.ports import Speech

EPHEMERAL = 1 << 6
SUPPRESS_EMBEDS = 1 << 2
MOST_PINGS = 100
NONCE = 24
"""Characters; Discord takes 25."""


def message(
    speech: Speech,
    *,
    nonce: str = "",
    marks: tuple[int, int] | None = None,
    answers: str = "",
    answer: str = "",
) -> tuple[dict[str, Any], list[Upload]]:
    """The body and files of what is to be shown; `answers` is the message that it replies to.

    `marks` are those of the nonce that it was first posted with.
    """
    marks = marks_of(nonce) if nonce else marks
    files: list[Upload] = []
    body: dict[str, Any] = {"allowed_mentions": mentions(speech.pings)}
    match speech.said:
        case Card() as card:
            drawn = draw(
                card, reader=speech.reader, files=speech.files, marks=marks, answer=answer,
                origin=speech.origin,
            )  # fmt: skip
            body |= {"components": drawn.components, "flags": V2}
        case Notice() as notice:
            shown = _notice(notice, speech.pings, marks, speech.origin)
            body |= {"components": [shown], "flags": V2}
        case Attachment() as file:
            files = [_upload(file, nonce)]
            about = {"id": "0", "filename": files[0].name, "description": files[0].about}
            body |= {"attachments": [about], "flags": SUPPRESS_EMBEDS}
    if answers:
        body["message_reference"] = {"message_id": answers, "fail_if_not_exists": False}
    if nonce:
        body |= {"nonce": short(nonce), "enforce_nonce": True}
    return body, files


def words(said: str, *, answers: str = "", quiet: bool = False) -> dict[str, Any]:
    """A sentence of Overseer's own, to everybody who is there."""
    line = text.fitted(said, MOST_TEXT) or text.UNSEEN
    body: dict[str, Any] = {
        "components": [{"type": TEXT, "content": f"-# {line}" if quiet else line}],
        "flags": V2,
        "allowed_mentions": mentions(()),
    }
    if answers:
        body["message_reference"] = {"message_id": answers, "fail_if_not_exists": False}
    return body


def root(line: str, nonce: str) -> dict[str, Any]:
    """The message that a conversation begins with; `line` is Markdown already."""
    body = words("")
    body["components"] = [{"type": TEXT, "id": marks_of(nonce)[0], "content": line}]
    return body


def is_root(found: Mapping[str, Any], nonce: str) -> bool:
    """Whether a message is the root that was made with this nonce."""
    return any(part.get("id") == marks_of(nonce)[0] for part in found.get("components") or ())


def private(said: str, *, printed: bool = False) -> tuple[dict[str, Any], list[Upload]]:
    """A reply that only the one who pressed or asked reads; `printed` is output of a command."""
    drawn = _private(said, printed=printed) if len(said) <= MOST_TEXT else None
    if drawn is not None and text.size(drawn) <= MOST_TEXT:
        return listed([drawn]), []
    name = "output.txt" if printed else "reply.txt"
    upload = Upload(name, "\n".join(_plain(said)).encode("utf-8", "replace"))
    return {
        "content": "-# Too long for a message; the file has all of it.",
        "flags": EPHEMERAL | SUPPRESS_EMBEDS,
        "allowed_mentions": mentions(()),
        "attachments": [{"id": "0", "filename": name}],
    }, [upload]


def listed(parts: Sequence[str | dict[str, Any]]) -> dict[str, Any]:
    """Texts that are Markdown already, and rows of buttons, for one reader alone."""
    return {
        "components": [
            {"type": TEXT, "content": part or text.UNSEEN} if isinstance(part, str) else part
            for part in parts
        ],
        "flags": V2 | EPHEMERAL,
        "allowed_mentions": mentions(()),
    }


def mentions(accounts: Iterable[str]) -> dict[str, Any]:
    """Nobody, except these accounts, by their ids: nothing is ever parsed from the text."""
    return {"parse": [], "users": _ids(accounts), "replied_user": False}


def short(nonce: str) -> str:
    """A nonce as Discord takes it."""
    return nonce if len(nonce) <= NONCE else _hash(nonce)


def marks_of(nonce: str) -> tuple[int, int]:
    """Two different numbers of a message's components."""
    raw = hashlib.sha256(f"marks:{nonce}".encode()).digest()
    one, other = (int.from_bytes(raw[at : at + 4], "big") >> 2 for at in (0, 4))
    return 1000 + one * 2 % 2**30, 1001 + other * 2 % 2**30


def holds(found: Mapping[str, Any], nonce: str) -> bool:
    """Whether a message is the one that was posted with this nonce."""
    marks = set(marks_of(nonce))
    ids = {part.get("id") for part in _walked(found.get("components") or ())}
    about = _about(nonce)
    return marks <= ids or any(
        each.get("description") == about for each in found.get("attachments") or ()
    )


def _private(said: str, *, printed: bool) -> str:
    if printed:
        return text.output(said)
    return "\n".join(text.words(line) for line in said.split("\n"))


def _walked(parts: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    for part in parts:
        yield part
        yield from _walked(part.get("components") or ())


def _notice(
    notice: Notice, pings: Sequence[str], marks: tuple[int, int] | None, origin: str
) -> dict[str, Any]:
    called = " ".join(f"<@{account}>" for account in _ids(pings))
    link = f"[open the card]({origin})" if text.LINK.match(origin) else ""
    room = MOST_TEXT - text.size(called) - text.size(link) - 2
    said = text.fitted(notice.text, room, notice.moments)
    content = " ".join(part for part in (called, said, link) if part) or text.UNSEEN
    part: dict[str, Any] = {"type": TEXT, "content": content}
    if not marks:
        return part
    part["id"] = marks[1]
    return {"type": 17, "id": marks[0], "components": [part]}


def _ids(accounts: Iterable[str]) -> list[str]:
    """Only what can be an id, each once: a name would be taken for text."""
    return [a for a in dict.fromkeys(accounts) if a.isascii() and a.isdecimal()][:MOST_PINGS]


def _upload(file: Attachment, nonce: str) -> Upload:
    name = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in file.name)
    return Upload(name[:80] or "file.txt", file.text.encode("utf-8", "replace"), _about(nonce))


def _about(nonce: str) -> str:
    return f"Overseer {_hash(nonce)}" if nonce else "Overseer"


def _hash(nonce: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(nonce.encode()).digest()).decode()[:NONCE]


def _plain(said: str) -> Iterable[str]:
    return (text.raw(line) for line in said.split("\n"))

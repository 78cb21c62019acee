"""What a button carries: which card it was pressed on, to the revision and digest, and its value.

Discord gives back up to 100 characters and nothing else, also after a restart:

    o1|approve|90|2|<digest, 43 characters of base64url>|=<value>

A value that is too long stands there as `#` and the beginning of its hash, and is looked up on
the stored card. `?` instead of `=` or `#` begins the value of a button that asks for a text first.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from bot.domain.buttons import BUTTONS
from bot.domain.cards import Button, Card

MOST = 100
PREFIX = "o1"
_TAG = 16
_FIELD = re.compile(r"[ -{}~]*\Z")  # ASCII without the bar
_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,11})?\Z")


@dataclass(frozen=True)
class Pressed:
    """A button as its id tells it. `tag` is the hash of a value that did not fit."""

    button: str
    plan: int | None = None
    revision: int | None = None
    digest: str = ""
    value: str = ""
    tag: str = ""
    asks: bool = False


def value_of(button: Button) -> str:
    """What pressing it sends: an example says its sentence."""
    return button.value or (button.says if button.id == "say" else "")


def custom_id(card: Card, button: Button, value: str | None = None) -> str:
    """The id of a button of a card; `value` instead of the button's own (a menu has many)."""
    value = value_of(button) if value is None else value
    plan = "" if card.plan is None else str(card.plan)
    revision = "" if card.revision is None else str(card.revision)
    head = "|".join((PREFIX, button.id, plan, revision, _packed(card.digest)))
    asks = "?" if button.asks else ""
    room = MOST - len(head) - len(asks) - 2
    if _FIELD.match(value) and len(value) <= room:
        return f"{head}|{asks}={value}"
    return f"{head}|{asks}#{tag_of(value)}"


def read(text: str) -> Pressed | None:
    """What an id says; None for one that is not ours, or that nobody of ours has written."""
    parts = text.split("|")
    if len(parts) != 6 or parts[0] != PREFIX or parts[1] not in BUTTONS:
        return None
    _, button, plan, revision, digest, rest = parts
    asks, rest = rest.startswith("?"), rest.removeprefix("?")
    if not (_NUMBER.match(plan) and _NUMBER.match(revision)) or rest[:1] not in ("=", "#"):
        return None
    try:
        whole = _unpacked(digest)
    except (ValueError, binascii.Error):
        return None
    return Pressed(
        button=button,
        plan=int(plan) if plan else None,
        revision=int(revision) if revision else None,
        digest=whole,
        value=rest[1:] if rest[0] == "=" else "",
        tag=rest[1:] if rest[0] == "#" else "",
        asks=asks,
    )


def tag_of(value: str) -> str:
    """The beginning of a value's hash: 96 bits."""
    hashed = hashlib.sha256(value.encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(hashed).decode("ascii")[:_TAG]


def _packed(digest: str) -> str:
    """64 hex digits as 43 characters; anything else (there is none yet) as none."""
    try:
        raw = bytes.fromhex(digest)
    except ValueError:
        return ""
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=") if len(raw) == 32 else ""


def _unpacked(text: str) -> str:
    if not text:
        return ""
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if len(raw) != 32 or _packed(raw.hex()) != text:
        raise ValueError(text)
    return raw.hex()

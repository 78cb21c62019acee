"""What Discord answers when it does not do something, told once and in sentences.

429                  busy     after so many seconds
no connection        away     nothing got there; nor past a 408, or a 403 in HTML
5xx, cut, too late   doubt    it may have got there
token, rights        barred   not until somebody mends it, and how
everything else      refused  it never will, and what to do about it
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

from bot.errors import (
    ChatAwayError,
    ChatBarredError,
    ChatBusyError,
    ChatDoubtError,
    ChatError,
    ChatGoneError,
    ChatRefusedError,
)

UNKNOWN_CHANNEL, UNKNOWN_MESSAGE = 10003, 10008
UNKNOWN_INTERACTION, ANSWERED_ALREADY = 10062, 40060
NO_ACCESS, NO_RIGHT, WRONG_KIND = 50001, 50013, 50024
NO_DIRECT = 50007
NO_HISTORY = 160002
ARCHIVED = 50083
UNAUTHORIZED = 40001
THREAD_EXISTS = 160004
LOST = frozenset({403, 404})
"""Statuses of what is there no more, or not for the bot."""
LEAST_PAUSE_S = 0.5
REACH = "Look whether this machine reaches discord.com, and the proxy that it needs."

CURES = {
    UNKNOWN_CHANNEL: (
        "That channel or thread is no longer there.",
        "Ask in another one, or look at the page.",
    ),
    UNKNOWN_MESSAGE: ("That message is no longer there.", ""),
    NO_ACCESS: (
        "The bot can't see that channel.",
        "Give its role View Channel there: ./overseer check discord names what is missing.",
    ),
    NO_RIGHT: (
        "The bot lacks a permission in that channel.",
        "./overseer check discord names what is missing.",
    ),
    NO_HISTORY: (
        "The bot can't read the history of that channel, so it can't answer a message there.",
        "Give its role Read Message History there: ./overseer check discord names what is missing.",
    ),
    NO_DIRECT: (
        "That person takes no direct messages from the bot.",
        "They can allow them in the privacy settings of the server.",
    ),
    50035: (
        "Discord found the message badly formed.",
        "That is a fault of Overseer's; the log has what it said.",
    ),
    ARCHIVED: ("That thread is archived and locked.", "A moderator can unlock it."),
    60003: (
        "The server wants two-factor authentication of the bot's owner.",
        "Switch it on for the account that owns the bot.",
    ),
    40005: ("The file is too large for Discord.", "The page has it."),
    UNAUTHORIZED: (
        "Discord does not accept the bot's token.",
        "Reset it in the developer portal, then ./overseer secret set discord and start me again.",
    ),
}
BARRED = frozenset({NO_ACCESS, NO_RIGHT, NO_HISTORY, ARCHIVED, UNAUTHORIZED, 60003})
"""What somebody can mend. Whoever takes no direct messages has decided so, and reads the thread."""


class RestError(Exception):
    """Discord refuses to do something; its kinds below are for what may yet come to pass."""

    def __init__(self, said: str, *, status: int = 0, code: int = 0) -> None:
        """`code` is Discord's own number of the error."""
        super().__init__(said)
        self.said = said
        self.status = status
        self.code = code

    @staticmethod
    def away(why: str) -> RestError:
        """No connection."""
        return RestAwayError(why)

    @staticmethod
    def doubt(why: str) -> RestError:
        """No answer."""
        return RestDoubtError(why)

    @staticmethod
    def of(status: int, text: str, headers: Mapping[str, str]) -> RestError:
        """The fault that an answer tells."""
        found = _read(text)
        said = str(found.get("message") or f"status {status}")[:200]
        if status == 429:
            return RestBusyError(
                _pause(found, headers),
                everywhere=bool(found.get("global"))
                or headers.get("X-RateLimit-Global", "") == "true",
            )
        if status == 408 or (status == 403 and not found):  # who says so stands before Discord
            return RestAwayError(f"status {status}")
        if status >= 500:
            return RestDoubtError(f"status {status}")
        return RestError(_details(said, found), status=status, code=_number(found.get("code")))

    def told(self) -> ChatError:
        """As a stage is told."""
        code = UNAUTHORIZED if self.status == 401 else self.code
        sentence, cure = CURES.get(code, (f"Discord refused it: {self.said}.", ""))
        if code == UNKNOWN_MESSAGE:
            return ChatGoneError(sentence, cure=cure)
        kind = ChatBarredError if code in BARRED else ChatRefusedError
        return kind(sentence, cure=cure)


class RestBusyError(RestError):
    """Too fast."""

    def __init__(self, retry_after: float, *, everywhere: bool = False) -> None:
        """`everywhere`: the limit of all requests together."""
        super().__init__("too many requests", status=429)
        self.retry_after = max(LEAST_PAUSE_S, retry_after)
        self.everywhere = everywhere

    def told(self) -> ChatError:
        """As a stage is told."""
        return ChatBusyError(
            f"Discord wants a pause of {self.retry_after:.1f} s.",
            retry_after=self.retry_after,
            everywhere=self.everywhere,
        )


class RestAwayError(RestError):
    """It did not get there."""

    def told(self) -> ChatError:
        """As a stage is told."""
        return ChatAwayError(f"Discord can't be reached: {self.said}.")


class RestDoubtError(RestError):
    """It may have got there."""

    def told(self) -> ChatError:
        """As a stage is told."""
        return ChatDoubtError(f"Discord gave no answer: {self.said}.")


class told(contextlib.AbstractContextManager[None]):  # noqa: N801 -- it is read as a verb
    """Tells a fault as stages are told of it."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, RestError):
            raise error.told() from error


def _read(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:  # a gateway on the way answers in HTML
        return {}
    return found if isinstance(found, dict) else {}


def _pause(found: Mapping[str, Any], headers: Mapping[str, str]) -> float:
    for value in (found.get("retry_after"), headers.get("Retry-After")):
        try:
            pause = float(value)  # type: ignore[arg-type]  # None is what the except is for
        except (TypeError, ValueError):
            continue
        if isfinite(pause):
            return pause
    return 5.0


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _details(said: str, found: Mapping[str, Any]) -> str:
    """What is wrong with which field, when Discord says so."""
    errors = found.get("errors")
    return f"{said} {json.dumps(errors)[:400]}" if errors else said

"""What kind of token a secret is, by its shape alone, and what a setting expects. Pure.

Four tokens are copied by hand from two sites on the first day; one in another's place is found out
when it is set, not by a platform that refuses it later, and it is sent to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class TokenKind(StrEnum):
    """A kind, as it is told."""

    SLACK_BOT = "Slack's bot token (xoxb-…)"
    SLACK_APP = "Slack's app-level token (xapp-…)"
    SLACK_USER = "a Slack user's token (xoxp-…)"
    SLACK_SIGNING = "Slack's signing secret (32 hexadecimal digits)"
    DISCORD = "Discord's bot token (three parts with dots between)"
    MODEL = "a key for language models (sk-…)"


_SHAPES: Sequence[tuple[TokenKind, re.Pattern[str]]] = (
    (TokenKind.SLACK_BOT, re.compile(r"xoxb-")),
    (TokenKind.SLACK_APP, re.compile(r"xapp-")),
    (TokenKind.SLACK_USER, re.compile(r"xox[a-z](?:\.[a-z]+)?-")),
    (TokenKind.SLACK_SIGNING, re.compile(r"[0-9a-f]{32}\Z")),
    (TokenKind.DISCORD, re.compile(r"(?:Bot\s+)?[\w-]{23,30}\.[\w-]{6,7}\.[\w-]{27,50}\Z")),
    (TokenKind.MODEL, re.compile(r"sk-")),
)
_CERTAIN = {TokenKind.SLACK_BOT: "xoxb-", TokenKind.SLACK_APP: "xapp-"}
"""Kinds of which every one begins so."""
_OF_A_CHAT = frozenset({TokenKind.SLACK_BOT, TokenKind.SLACK_APP, TokenKind.SLACK_USER})
"""Kinds of which nothing else begins so."""
_WHERE: Mapping[TokenKind, str] = {
    TokenKind.SLACK_BOT: "api.slack.com/apps → your app → OAuth & Permissions",
    TokenKind.SLACK_APP: "api.slack.com/apps → your app → Basic Information → App-Level Tokens",
    TokenKind.SLACK_SIGNING: "api.slack.com/apps → your app → Basic Information → App Credentials",
    TokenKind.DISCORD: "discord.com/developers/applications → your app → Bot → Reset Token",
}


@dataclass(frozen=True)
class Misplaced:
    """A token that is none of the kind that is expected: what is told, and where the right is."""

    text: str
    cure: str


def kind_of(value: str) -> TokenKind | None:
    """The kind that a value has the shape of; None: it has no known one."""
    return next((kind for kind, shape in _SHAPES if shape.match(value.strip())), None)


def misplaced(value: str, expected: TokenKind, name: str) -> Misplaced | None:
    """Why a value can't be what the secret `name` holds; None: it may be.

    Providers' keys for models have many shapes: only what is a chat platform's for sure is none.
    """
    found = kind_of(value)
    if expected is TokenKind.MODEL and found not in _OF_A_CHAT:
        return None
    if found is expected or (found is None and expected not in _CERTAIN):
        return None
    is_one = f"That is {found}" if found is not None else "That is none I know"
    return Misplaced(
        text=f"{is_one}, and `{name}` is to hold {expected}. Nothing was kept.",
        cure=f"Copy it from {_WHERE.get(expected, 'the pages of the provider of that model')}.",
    )

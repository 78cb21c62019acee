"""Settings of the chat platforms: what holds in all, then one section for each."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from bot.domain.inventory import Environment
from bot.domain.messages import Role
from bot.settings.section import Section


class SlackMode(StrEnum):
    """How Slack's events come: *socket* through a connection of ours, *http* to an address."""

    SOCKET = "socket"
    HTTP = "http"


class SlackSettings(Section):
    """Slack. Tokens are references to secrets (`store:slack-bot`, `env:NAME`, …).

    `bot_token` (xoxb-) speaks, `app_token` (xapp-) opens the socket, `signing_secret` proves what
    comes by HTTP to `host`:`port`. `api_url` is empty for Slack's own.
    """

    enabled: bool = False
    mode: SlackMode = SlackMode.SOCKET
    bot_token: str = "store:slack-bot"  # noqa: S105 -- a reference
    app_token: str = "store:slack-app"  # noqa: S105 -- a reference
    signing_secret: str = "store:slack-signing"  # noqa: S105 -- a reference
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8421
    api_url: str = ""


ServerRole = Annotated[str, BeforeValidator(lambda key: str(key) if type(key) is int else key)]
"""A role's id, which YAML reads as a number where it is not quoted, or its name."""


class DiscordSettings(Section):
    """Discord. `token` is a reference to a secret.

    `message_content`: the privileged intent is switched on in the developer portal, so that
    follow-ups in a thread need no mention. `roles` are roles of the server (by id or by name), each
    with the role of Overseer that it lends there to who holds it and is linked. What was said while
    Overseer was away is looked up as far back as `missed_hours` (0: not at all), at most
    `missed_messages` of each channel. `api_url` and `gateway_url` are empty for Discord's own.
    """

    enabled: bool = False
    token: str = "store:discord"  # noqa: S105 -- a reference
    message_content: bool = True
    roles: dict[ServerRole, Role] = {}
    missed_hours: Annotated[float, Field(ge=0, le=168)] = 24
    missed_messages: Annotated[int, Field(ge=1, le=2000)] = 200
    api_url: str = ""
    gateway_url: str = ""


def _place(text: str) -> str:
    surface, colon, channel = text.partition(":")
    if surface not in {"slack", "discord"} or not (colon and channel):
        raise ValueError("a channel is written slack:C024BE91L or discord:1234567890")
    return text


Place = Annotated[str, AfterValidator(_place)]
"""A channel: the platform and its id of it."""


class Unlinked(StrEnum):
    """What accounts that belong to nobody in `people.yaml` may ask for."""

    NOTHING = "nothing"
    READS = "reads"


class ChannelSettings(Section):
    """One channel: the environments whose hosts may be spoken of there; empty: all.

    Lists and answers count what is about other hosts, and do not name it.

    `name` is what people call it, without the `#`.
    """

    name: Annotated[str, Field(max_length=100)] = ""
    environments: tuple[Environment, ...] = ()


class ChatSettings(Section):
    """What holds in Slack and Discord alike.

    `guests` and `shared` let guest accounts, and people in channels that another organisation
    is in, ask at all, as far as they are linked; nobody approves anything from there. `channels`
    is by identity of the channel: `slack:C024BE91L`.
    """

    unlinked: Unlinked = Unlinked.NOTHING
    guests: bool = False
    shared: bool = False
    channels: dict[Place, ChannelSettings] = {}

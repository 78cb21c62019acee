"""What `./overseer check slack` tries, one by one: each with what is wrong and its cure.

A later check is left out where an earlier one shows that it can't be made.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from bot.adapters.slack.api import Api
from bot.adapters.slack.faults import REACH, SlackRefusedError
from bot.adapters.slack.platform import team_of, token
from bot.domain.commands import SecretRef
from bot.domain.messages import People
from bot.domain.wording import count, listed
from bot.errors import ChatAwayError, ChatDoubtError, ChatError, OverseerError
from bot.ports import Secrets
from bot.ports.findings import Finding
from bot.settings.chat import SlackMode, SlackSettings

SCOPES: Mapping[str, str] = {
    "app_mentions:read": "nobody can mention me",
    "channels:history": "I can't follow what is said in my threads",
    "channels:read": "I can't tell whether a channel is shared",
    "chat:write": "I can't answer",
    "commands": "there is no /overseer",
    "files:write": "I can't attach long plans, so they can't be approved",
    "groups:history": "I can't follow my threads in private channels",
    "groups:read": "I can't tell whether a private channel is shared",
    "im:history": "nobody can write to me directly",
    "im:read": "I can't find the direct messages that I missed while I was away",
    "im:write": "I can't tell those who may approve",
    "mpim:history": "I can't follow my threads in group direct messages",
    "mpim:read": "I can't tell whether a group direct message is shared",
    "reactions:read": "I can't tell who reacts to a plan that a reaction is no vote",
    "reactions:write": "I can't show a request's state on it",
    "users:read": "I can't tell members from guests, and take everybody for a guest",
}
"""Each right that the code uses, and what is missing without it."""

_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
METHODS: Mapping[str, tuple[str, ...]] = {
    "apps.connections.open": (),
    "auth.test": (),
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": _HISTORY,
    "conversations.info": ("channels:read", "groups:read", "mpim:read"),
    "conversations.open": ("im:write",),
    "conversations.replies": _HISTORY,
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "reactions.add": ("reactions:write",),
    "reactions.remove": ("reactions:write",),
    "users.conversations": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "users.info": ("users:read",),
    "views.open": (),
    "views.publish": (),
}
"""Each method that the code calls, and the rights that Slack asks for it."""

AGAIN = "Paste config/slack-manifest.yaml into the app's manifest, and install the app again."
SOCKET = (
    "On the app's page: switch Socket Mode on, and make an app-level token with connections:write."
)
INVITE = "In the channel: /invite @Overseer"
LATER = "Try again in a minute."
GUEST = "Give them a member's account, or let guests in: `chat: {guests: true}` in overseer.yaml."
MOST_ACCOUNTS = 50
PAGE, PAGES = 200, 25


async def checks(
    settings: SlackSettings,
    secrets: Secrets,
    people: People,
    channels: Sequence[str] = (),
    *,
    guests: bool = False,
) -> AsyncIterator[Finding]:
    """Everything that can be tried from here.

    `channels` are ids that the settings name; `guests` is whether they let guest accounts in.
    """
    try:
        bot = await token(secrets, settings, "bot_token")
    except OverseerError as error:
        yield Finding("bot token", error.sentence, error.cure, well=False)
        return
    api = Api(settings.api_url)
    api.open(bot)
    try:
        try:
            team = await team_of(api)
            had = await api.scopes()
        except ChatError as error:
            name = "bot token" if isinstance(error, SlackRefusedError) else "connection"
            yield Finding(name, _said(error), _cure(error), well=False)
            return
        yield Finding("bot token", f"works, in the workspace {team.name}")
        for finding in _scopes(had):
            yield finding
        yield await _way_in(api, settings, secrets)
        async for finding in _channels(api, channels):
            yield finding
        async for finding in _accounts(api, people, guests=guests):
            yield finding
    finally:
        await api.close()


def _scopes(had: frozenset[str]) -> list[Finding]:
    if not had:
        return [Finding("scopes", "Slack did not say which rights I have.", AGAIN, well=False)]
    missing = [scope for scope in SCOPES if scope not in had]
    if not missing:
        return [Finding("scopes", f"all {len(SCOPES)}")]
    return [  # what helps is the same for all of them, and stands below the last
        Finding("scopes", said, AGAIN if scope == missing[-1] else "", well=False)
        for scope in missing
        for said in (f"{scope} is missing: {SCOPES[scope]}.",)
    ]


async def _way_in(api: Api, settings: SlackSettings, secrets: Secrets) -> Finding:
    """Whether Slack's events can reach us."""
    try:
        if settings.mode is SlackMode.HTTP:
            await secrets.resolve(SecretRef(reference=settings.signing_secret))
            where = f"{settings.host}:{settings.port}/slack/events"
            return Finding("signing secret", f"there; Slack must reach {where}")
        app = await token(secrets, settings, "app_token")
    except OverseerError as error:
        name = "app token" if settings.mode is SlackMode.SOCKET else "signing secret"
        return Finding(name, error.sentence, error.cure, well=False)
    try:
        await api.call("apps.connections.open", token=app)
    except SlackRefusedError as error:
        said = f"Slack opens no socket with it: {error.error.replace('_', ' ')}."
        return Finding("app token", said, SOCKET, well=False)
    except ChatError as error:
        return Finding("app token", _said(error), _cure(error), well=False)
    return Finding("app token", "Socket Mode is on")


def _said(error: ChatError) -> str:
    """What went wrong. Nothing was to be shown here, so nothing is said of that."""
    if isinstance(error, ChatAwayError | ChatDoubtError):
        return f"{error.sentence.partition(';')[0].rstrip('.')}."
    return error.sentence


def _cure(error: ChatError) -> str:
    return error.cure or (REACH if isinstance(error, ChatAwayError | ChatDoubtError) else LATER)


async def _channels(api: Api, named: Sequence[str]) -> AsyncIterator[Finding]:
    try:
        there = await _joined(api)
    except ChatError as error:
        yield Finding("channels", _said(error), _cure(error), well=False)
        return
    groups = sum(bool(each.get("is_mpim")) for each in there)
    mine = [f"#{each.get('name')}" for each in there if not each.get("is_mpim")]
    if there:
        names = mine[:8] if len(mine) <= 8 else [*mine[:8], f"{len(mine) - 8} more"]
        some = [count(groups, "group direct message")] if groups else []
        yield Finding("channels", f"in {listed([*names, *some])}")
    else:
        yield Finding("channels", "I am in no channel; direct messages work.", INVITE, well=False)
    for channel in named:
        if any(each.get("id") == channel for each in there):
            continue
        try:
            answer = await api.call("conversations.info", channel=channel)
            known = answer.get("channel") or {}
            if known.get("is_member"):  # beyond what was listed
                continue
            name = str(known.get("name") or channel)
            yield Finding("channels", f"I am not in #{name}.", INVITE, well=False)
        except ChatError as error:
            said = f"chat.channels names slack:{channel}: {_said(error)}"
            yield Finding("channels", said, _cure(error), well=False)


async def _joined(api: Api) -> list[Mapping[str, Any]]:
    """The channels that I am in, as far as `PAGES` go.

    Raises:
        ChatError: Slack does not say.
    """
    there: list[Mapping[str, Any]] = []
    cursor = ""
    for _ in range(PAGES):
        found = await api.call(
            "users.conversations", types="public_channel,private_channel,mpim", limit=PAGE,
            cursor=cursor or None,
        )  # fmt: skip
        there += found.get("channels") or ()
        cursor = str((found.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            break
    return there


async def _accounts(api: Api, people: People, *, guests: bool) -> AsyncIterator[Finding]:
    linked = [(p.name, account) for p in people.persons for account in p.accounts("slack")]
    if not linked:
        said = "nobody is linked to a Slack account yet, so nobody can approve here."
        yield Finding("people", said, "Each links their own: ./overseer people link", well=False)
        return
    wrong = 0
    for name, account in linked[:MOST_ACCOUNTS]:
        cure = "Correct it in people.yaml."
        try:
            user = (await api.call("users.info", user=account)).get("user") or {}
        except SlackRefusedError:
            why = "Slack knows no such account"
        except ChatError as error:
            yield Finding("people", _said(error), _cure(error), well=False)
            return
        else:
            why = "that account is deactivated" if user.get("deleted") else ""
            why = "that account is a bot" if user.get("is_bot") else why
            if (
                not why
                and not guests
                and (user.get("is_restricted") or user.get("is_ultra_restricted"))
            ):
                why, cure = "that account is a guest's, which is refused", GUEST
        if why:
            wrong += 1
            yield Finding(
                "people", f"{name} is linked to slack:{account}: {why}.", cure, well=False
            )
    if not wrong:
        yield Finding("people", f"{count(len(linked), 'account')} linked")

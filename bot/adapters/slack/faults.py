"""What Slack did not take, as one of five errors; the SDK's own go no further than here.

Away means that nothing got there: the connection was never made, or Slack said that it did not
serve. Barred is what somebody can mend; refused what can never be. A fault in mid-work is a doubt,
as Slack says of its own `fatal_error`: "It's possible some aspect of the operation succeeded before
the error was raised."
"""

from __future__ import annotations

import asyncio
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

PAUSE_S = 5.0
"""How long Slack is left alone when it does not say."""
LEAST_S = 0.5
LONGEST_S = 3600.0

_BUSY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_AWAY = frozenset(
    {
        "external_channel_migrating",
        "org_login_required",
        "request_timeout",
        "service_unavailable",
        "streaming_state_conflict",
        "team_added_to_org",
        "update_failed",
    }
)
"""What passes by itself: also what Slack refuses while it moves a channel or a workspace."""
_DOUBT = frozenset({"fatal_error", "internal_error"})

BAD = "Slack does not take the message as I have written it."
_INVITE = "Invite me there: /invite @Overseer."
_PUT = "in: ./overseer secret set slack-bot, then start me again."
_TOKEN = f"Put the token of “Install App” on the app's page {_PUT}"
_ANEW = f"Install the app again (“Install App” on its page), and put its new token {_PUT}"
REACH = "Look whether this machine reaches slack.com, and the proxy that it needs."
_ADMIN = "Ask an administrator of the workspace."
_LOOK = "Look that word up in Slack's reference (docs.slack.dev), and mend what it names."
_SCOPES = "Add the scopes of config/slack-manifest.yaml and install the app again."

REFUSED: Mapping[str, tuple[str, str]] = {
    "channel_not_found": ("Slack knows no such channel, or I am not in it.", _INVITE),
    "not_in_channel": ("I am not in that channel.", _INVITE),
    "is_archived": ("That channel is archived.", "Unarchive it, or ask again in another channel."),
    "restricted_action": ("The workspace does not let me post there.", "Ask its owner."),
    "restricted_action_non_threadable_channel": (
        "That channel takes no replies in threads.",
        "Ask its owner, or ask in another channel.",
    ),
    "restricted_action_read_only_channel": (
        "The workspace does not let me post in that channel.",
        "Ask its owner.",
    ),
    "restricted_action_thread_locked": ("That thread is locked.", "Unlock it."),
    "restricted_action_thread_only_channel": (
        "That channel takes replies in threads alone.",
        "Ask its owner.",
    ),
    "posting_to_general_channel_denied": (
        "The workspace does not let me post in its general channel.",
        "Ask its owner.",
    ),
    "accesslimited": ("Slack does not let this machine's network in.", _ADMIN),
    "enterprise_is_restricted": ("The organisation does not let the app do that.", _ADMIN),
    "two_factor_setup_required": (
        "The workspace wants two-factor authentication of who installed the app.",
        _ADMIN,
    ),
    "messages_tab_disabled": (
        "The app takes no direct messages.",
        "Switch its Messages Tab on, as config/slack-manifest.yaml does.",
    ),
    "access_denied": ("Slack does not let the app do that.", _ADMIN),
    "no_permission": ("The app lacks a right that this needs.", _SCOPES),
    "ekm_access_denied": ("The workspace's keys are withheld from the app.", _ADMIN),
    "team_access_not_granted": ("The app is not let into that workspace.", _ADMIN),
    "message_not_found": ("The message is gone.", ""),
    "thread_not_found": ("The thread is gone.", ""),
    "cant_update_message": ("That message is not mine to change.", ""),
    "edit_window_closed": ("Slack lets nobody change that message any more.", ""),
    "user_not_found": ("Slack knows no such account.", "Correct it in people.yaml."),
    "cannot_dm_bot": ("That account is a bot, which reads no direct messages.", ""),
    "user_disabled": ("That account is deactivated.", "Take it out of people.yaml."),
    "cannot_reply_to_message": ("Nobody can reply to that message.", ""),
    "no_text": (BAD, ""),
    "invalid_arguments": (BAD, ""),
    "invalid_blocks_format": (BAD, ""),
    "metadata_too_large": (BAD, ""),
    "invalid_metadata_format": (BAD, ""),
    "invalid_name": (BAD, ""),
    "too_many_emoji": ("That message takes no further sign.", ""),
    "too_many_reactions": ("That message takes no further sign.", ""),
    "not_reactable": ("That message takes no signs.", ""),
    "msg_too_long": ("Slack finds the message too long.", ""),
    "msg_blocks_too_long": ("Slack finds the message too long.", ""),
    "invalid_blocks": ("Slack does not take the message's blocks.", ""),
    "too_many_attachments": ("Slack finds too much attached.", ""),
    "file_uploads_disabled": ("The workspace takes no files.", "Ask its owner to allow them."),
    "missing_scope": ("The app lacks a right that this needs.", _SCOPES),
    "not_allowed_token_type": ("That is the wrong kind of token.", _TOKEN),
    "invalid_auth": ("Slack does not take my token.", _TOKEN),
    "not_authed": ("Slack got no token of mine.", _TOKEN),
    "account_inactive": ("The app was taken out of the workspace, or switched off there.", _ANEW),
    "token_revoked": ("My token was revoked.", _ANEW),
    "token_expired": ("My token has expired.", _TOKEN),
}
AUTH = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
)
GONE = "message_not_found"
BARRED = AUTH | {
    "access_denied",
    "accesslimited",
    "channel_not_found",
    "ekm_access_denied",
    "enterprise_is_restricted",
    "file_uploads_disabled",
    "is_archived",
    "messages_tab_disabled",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_in_channel",
    "posting_to_general_channel_denied",
    "restricted_action",
    "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel",
    "restricted_action_thread_locked",
    "restricted_action_thread_only_channel",
    "team_access_not_granted",
    "two_factor_setup_required",
}
"""What somebody can mend; a private channel that I am no longer in is one that is not found."""


class SlackRefusedError(ChatError):
    """Slack's own word for why it refused; its kinds say whether anybody can mend that.

    Attributes:
        error: as its reference lists it: `channel_not_found`.
        needed: the scope that is missing, when that is why.
    """

    def __init__(self, sentence: str, *, error: str, needed: str = "", cure: str = "") -> None:
        """Keep the word, which some callers know what to do about."""
        super().__init__(sentence, cure=cure)
        self.error = error
        self.needed = needed


class SlackBarredError(SlackRefusedError, ChatBarredError):
    """Not until somebody mends it."""


class SlackNeverError(SlackRefusedError, ChatRefusedError):
    """Never."""


class SlackGoneError(SlackNeverError, ChatGoneError):
    """What was to be changed is no longer there."""


def said_no(error: str, status: int, headers: Mapping[str, str], data: Any) -> ChatError:
    """An answer that is no success. `error` is Slack's word, empty when it gave none."""
    if status == 429 or error in _BUSY:
        return ChatBusyError(
            "Slack wants to be left alone for a while.", retry_after=_pause(headers)
        )
    if status == 503 or error in _AWAY:
        return ChatAwayError("Slack does not serve right now.")
    if status >= 500 or error in _DOUBT or not error:
        return ChatDoubtError("Slack failed in the middle of it; it may have been shown.")
    needed = str(data.get("needed", "")) if isinstance(data, Mapping) else ""
    sentence, cure = REFUSED.get(error, (f"Slack refused: {error[:80]}.", _LOOK))
    if needed:
        sentence = f"The app lacks the scope {needed[:80]}."
    # Of a word that nobody here knows nobody knows either that it will always be said.
    kind = SlackNeverError if error in REFUSED and error not in BARRED else SlackBarredError
    if error == GONE:
        kind = SlackGoneError
    return kind(sentence, error=error, needed=needed, cure=cure)


def _pause(headers: Mapping[str, str]) -> float:
    told = next((v for k, v in headers.items() if k.lower() == "retry-after"), "")
    try:
        pause = float(told)
    except ValueError:
        return PAUSE_S
    return min(max(pause, LEAST_S), LONGEST_S) if isfinite(pause) else PAUSE_S


def broken(error: Exception) -> ChatError:
    """A call that got no answer."""
    from aiohttp import (
        ClientConnectorError,
        ClientHttpProxyError,
        ConnectionTimeoutError,
        InvalidURL,
    )

    never = ClientConnectorError | ClientHttpProxyError | ConnectionTimeoutError | InvalidURL
    if isinstance(error, never):
        return ChatAwayError("Slack can't be reached; nothing was shown.")
    if isinstance(error, RuntimeError):  # the session is closed: we are stopping
        return ChatAwayError("I am stopping; nothing was shown.")
    if isinstance(error, TimeoutError | asyncio.TimeoutError):
        return ChatDoubtError("Slack gave no answer in time; it may have been shown.")
    return ChatDoubtError("The connection to Slack was cut; it may have been shown.")


def said_of(error: ChatError) -> str:
    """What went wrong and its cure, where nothing was to be shown."""
    if isinstance(error, ChatAwayError | ChatDoubtError):
        return f"{error.sentence.partition(';')[0].rstrip('.')}. {REACH}"
    return str(error)

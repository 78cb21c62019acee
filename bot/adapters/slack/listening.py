"""The Bolt app: one listener per kind of event, so that a message costs the same however many
buttons there are. What a button means is looked up in its own value (`buttons.pressed`).

`process_before_response`: Bolt answers when a listener has ended, and an error of a listener is
no acknowledgement. Signatures are checked before Bolt sees anything (`doors`), the workspace is
known from `auth.test`, so that Bolt asks Slack nothing.

Bolt would drop every event about a message of Overseer's own, and with it that somebody has deleted
one: what is Overseer's own word is told apart by `events`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from bot.adapters.slack.api import QUIET, Api
from bot.adapters.slack.commands import Commands
from bot.adapters.slack.doors import Taken
from bot.adapters.slack.events import channel_of
from bot.adapters.slack.hearing import Hearing
from bot.adapters.slack.membership import Team

if TYPE_CHECKING:
    from slack_bolt.response import BoltResponse
    from slack_sdk.socket_mode.request import SocketModeRequest

EVENTS = ("app_mention", "message", "reaction_added", "app_home_opened")
"""The events that are listened to; config/slack-manifest.yaml subscribes to them."""
COMMAND = "/overseer"
ANY = re.compile("")


class Listening:
    """What Slack delivers, by whichever way, to the right ear."""

    def __init__(
        self,
        api: Api,
        team: Team,
        hearing: Hearing,
        commands: Commands,
        opened: Callable[[Mapping[str, Any]], None],
        spoken: Callable[[str, Mapping[str, Any]], None],
    ) -> None:
        """`opened` is told that somebody looks at the App Home.

        `spoken` is told in which channel something was said, with what came if that was an event.
        """
        from slack_bolt.async_app import AsyncApp
        from slack_bolt.authorization import AuthorizeResult

        async def authorize() -> AuthorizeResult:
            return AuthorizeResult(
                enterprise_id=team.enterprise or None, team_id=team.id, bot_user_id=team.user,
                bot_id=team.bot, bot_token=api.client.token,
            )  # fmt: skip

        async def event(body: dict[str, Any]) -> None:
            await hearing.event(body)
            spoken(channel_of(body), body.get("event") or {})

        async def reaction(body: dict[str, Any]) -> None:
            await hearing.reaction(body)

        async def home(event: dict[str, Any]) -> None:
            opened(event)

        async def action(body: dict[str, Any], ack: Callable[..., Awaitable[Any]]) -> None:
            await hearing.click(body)
            await ack()

        async def view(body: dict[str, Any], ack: Callable[..., Awaitable[Any]]) -> None:
            await ack(**await hearing.submitted(body))

        async def command(body: dict[str, Any], ack: Callable[..., Awaitable[Any]]) -> None:
            await ack(response_type="ephemeral", **await commands.said(body))
            spoken(str(body.get("channel_id", "")), {})

        app = AsyncApp(
            name="overseer", logger=QUIET, client=api.client, authorize=authorize,
            process_before_response=True, request_verification_enabled=False,
            ssl_check_enabled=False, attaching_function_token_enabled=False,
            ignoring_self_events_enabled=False,
        )  # fmt: skip
        app.event("app_mention")(event)
        app.event("message")(event)
        app.event("reaction_added")(reaction)
        app.event("app_home_opened")(home)
        app.action(ANY)(action)
        app.view(ANY)(view)
        app.command(COMMAND)(command)
        self.app = app

    async def envelope(self, request: SocketModeRequest) -> tuple[bool, Any]:
        """What came by the socket: whether to acknowledge it, and the answer."""
        from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app

        answer: BoltResponse = await run_async_bolt_app(self.app, request)
        if answer.status != 200:
            return False, None
        if not answer.body or not request.accepts_response_payload:
            return True, None
        try:
            return True, json.loads(answer.body)
        except ValueError:
            return True, {"text": answer.body}

    async def request(self, body: str, headers: Mapping[str, str]) -> Taken:
        """What came by HTTP and is known to be Slack's."""
        from slack_bolt.request.async_request import AsyncBoltRequest

        try:
            made = AsyncBoltRequest(body=body, headers=dict(headers))
        except (ValueError, TypeError, AttributeError, RecursionError):  # what Bolt can't read
            return 400, {}, ""
        answer = await self.app.async_dispatch(made)
        return answer.status, answer.first_headers(), answer.body or ""

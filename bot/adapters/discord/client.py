"""The connection to Discord's gateway: discord.py's client, with what Overseer listens to.

It keeps no messages and no members in memory, sees that a cut connection is resumed, and hands
each event on. What is sent goes through `rest`.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from typing import Any

import discord
import structlog
from discord.gateway import ReconnectWebSocket

from bot.adapters.discord.catching_up import CatchingUp
from bot.adapters.discord.commands import Commands
from bot.adapters.discord.faults import REACH
from bot.adapters.discord.hearing import Hearing
from bot.adapters.discord.pressing import Pressing
from bot.adapters.discord.proxy import said_of

_log = structlog.get_logger(__name__)

LAST_S = 2.0
"""How long what is being taken in may go on after the connection was closed."""


@dataclass(frozen=True)
class Listeners:
    """Who takes what."""

    hearing: Hearing
    pressing: Pressing
    commands: Commands


def unreachable(error: BaseException | None) -> str:
    """Why there is no connection, and what to look at."""
    return f"Discord can't be reached: {said_of(error) or 'no answer in time'}. {REACH}"


def intents(*, content: bool) -> discord.Intents:
    """The least that is needed: servers with their threads, messages and reactions there and in
    direct messages.
    """
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.guild_messages = True
    wanted.dm_messages = True
    wanted.guild_reactions = True
    wanted.dm_reactions = True
    wanted.message_content = content
    return wanted


class GatewayClient(discord.Client):
    """Listens."""

    def __init__(self, *, content: bool, proxy: str | None = None) -> None:
        """`content`: ask for the privileged message-content intent; `proxy`: go through it."""
        # No voice is wanted: whoever reads the log need not hear that there is none.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            intents=intents(content=content),
            proxy=proxy,
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.listeners: Listeners | None = None
        self.catching: CatchingUp | None = None
        self.hears = False
        """Whether there is a session; the library's own `is_ready` outlives it."""
        self.trouble = ""
        """Why there was none when one was last tried."""
        self._events: set[asyncio.Task[Any]] = set()

    async def close(self) -> None:
        """Hear nothing more: what is being taken in is, and nothing is left under way."""
        await super().close()
        if self.catching is not None:
            await self.catching.close()
        under_way = self._events - {asyncio.current_task()}
        if under_way:
            await asyncio.wait(under_way, timeout=LAST_S)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        if self.catching is not None:
            await self.catching.keep()

    def deafened(self, trouble: str) -> None:
        """There is no session, and this is why."""
        self.hears, self.trouble = False, trouble

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Nothing more is handled once it is closed, whatever the library still has to tell."""
        if event in ("connect", "resumed"):
            self.hears, self.trouble = True, ""
        elif event == "disconnect":
            # Told while what ended it is handled; a cut is no trouble until it can't be mended.
            why = sys.exception()
            cut = isinstance(why, ReconnectWebSocket)
            self.deafened(self.trouble if cut else unreachable(why))
        if not self.is_closed():
            super().dispatch(event, *args, **kwargs)

    def _schedule_event(self, *given: Any, **more: Any) -> asyncio.Task[Any]:
        """Keeps count of the handlers that are under way, for `close`."""
        task = super()._schedule_event(*given, **more)
        self._events.add(task)
        task.add_done_callback(self._events.discard)
        return task

    async def setup_hook(self) -> None:
        """Logged in: the slash commands are made known."""
        if self.listeners is not None and self.application_id is not None:
            await self.listeners.commands.register(self.application_id)

    async def on_connect(self) -> None:
        """A new session: Discord sends nothing of what was said before it."""
        if self.catching is not None:
            self.catching.begin(self)
            if self.listeners is not None:
                await self.listeners.commands.take_up()

    async def on_socket_event_type(self, event: str) -> None:
        """A server came, perhaps the last of all."""
        if self.catching is not None and event == "GUILD_CREATE":
            self.catching.came(self)

    async def on_ready(self) -> None:
        """Connected."""
        _log.info("Discord is connected", account=str(self.user), servers=len(self.guilds))

    async def on_message(self, message: discord.Message) -> None:
        """Somebody wrote something."""
        if self.listeners is None:
            return
        if self.catching is None:
            await self.listeners.hearing.message(message)
            return
        async with self.catching.turn(message) as new:
            if new:
                await self.listeners.hearing.message(message)

    async def on_raw_message_edit(self, now: discord.RawMessageUpdateEvent) -> None:
        """A message was changed, by its author or because a link in it unfolds."""
        if self.listeners is not None:
            await self.listeners.hearing.edited(now.message)

    async def on_raw_message_delete(self, gone: discord.RawMessageDeleteEvent) -> None:
        """A message was deleted."""
        if self.listeners is not None:
            channel = self.get_channel(gone.channel_id)
            await self.listeners.hearing.deleted(channel, gone.channel_id, gone.message_id)

    async def on_raw_bulk_message_delete(self, gone: discord.RawBulkMessageDeleteEvent) -> None:
        """Several were, at once."""
        if self.listeners is not None:
            channel = self.get_channel(gone.channel_id)
            for message in sorted(gone.message_ids):
                await self.listeners.hearing.deleted(channel, gone.channel_id, message)

    async def on_raw_reaction_add(self, put: discord.RawReactionActionEvent) -> None:
        """Somebody put a sign on a message; its own tell how a request stands."""
        if self.listeners is not None and put.user_id != (self.user and self.user.id):
            channel = self.get_channel(put.channel_id)
            await self.listeners.hearing.reaction(channel, put)

    async def on_interaction(self, event: discord.Interaction) -> None:
        """Something was pressed, called or submitted."""
        if self.listeners is None:
            return
        match event.type:
            case discord.InteractionType.component:
                await self.listeners.pressing.press(event)
            case discord.InteractionType.modal_submit:
                await self.listeners.pressing.submit(event)
            case discord.InteractionType.application_command:
                await self.listeners.commands.call(event)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """A fault while an event was handled: the log has it, and the connection goes on."""
        _log.exception("an event of Discord could not be handled", event_name=event_method)

"""The gateway of the small Discord: what it tells the bot, and what people do there."""

import asyncio
import json

from aiohttp import WSMsgType, web

from tests.rigs.discord_guild import (
    APP,
    BEN,
    CHANNEL,
    CHRIS,
    GUILD,
    ME,
    TOKEN,
    direct,
    guild_of,
    user_of,
)
from tests.rigs.discord_link import Link

CONTENT = 1 << 15
EPOCH = 1420070400000


class Gateway:
    """Sends the events of one server. `self.gateway` is its address."""

    def __init__(self, *, content=True, heartbeat_ms=60000):
        self.content, self.heartbeat_ms = content, heartbeat_ms
        self.messages, self.threads, self.answers = {}, {}, {}
        self.identified, self.resumed, self.beats = [], 0, 0
        self._sent, self._sockets = [], []
        self._last_id, self.apart = (1_800_000_000_000 - EPOCH) << 22, 1
        """The newest id, and how far the next one is from it."""
        self.everyone = 2248473465835073
        self.members = {ME: [], BEN: [], CHRIS: []}
        self.forgets = False
        """Whether a session can't be resumed any more."""
        self.resuming = None
        """What holds up the answer to a RESUME."""
        self.roles = {}
        """Roles of the server: id → name."""

    def new_id(self):
        self._last_id += self.apart
        return str(self._last_id)

    async def _gateway(self, request):
        socket = web.WebSocketResponse(autoclose=False)
        await socket.prepare(request)
        link = Link(socket)
        await link.send({"op": 10, "d": {"heartbeat_interval": self.heartbeat_ms}})
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                break
            said = json.loads(frame.data)
            match said["op"]:
                case 1:
                    self.beats += 1
                    await link.send({"op": 11})
                case 2:
                    await self._identify(link, said["d"])
                case 6:
                    await self._resume(link, said["d"])
        link.end()
        return socket

    async def _identify(self, link, asked):
        if asked["token"] != TOKEN:
            await link.socket.close(code=4004)
            return
        if asked["intents"] & CONTENT and not self.content:
            await link.socket.close(code=4014)
            return
        self.identified.append(asked)
        self._sent = []
        self._sockets = [link]
        user = {"id": ME, "username": "overseer", "discriminator": "0", "avatar": None, "bot": True}
        self.dispatch(
            "READY",
            {
                "v": 10, "user": user, "guilds": [{"id": GUILD, "unavailable": True}],
                "session_id": "s1", "resume_gateway_url": self.gateway,
                "application": {"id": APP, "flags": 0},
            },
        )  # fmt: skip
        self.dispatch("GUILD_CREATE", self._guild())

    async def _resume(self, link, asked):
        if self.resuming is not None:
            await self.resuming.wait()
        if asked["session_id"] != "s1" or asked["token"] != TOKEN or self.forgets:
            await link.send({"op": 9, "d": False})
            return
        self.resumed += 1
        self._sockets = [link]
        for payload in self._sent:
            if payload["s"] > asked["seq"]:
                link.put(payload)
        self.dispatch("RESUMED", {})

    def dispatch(self, event, data):
        """Send an event, and keep it for whoever resumes."""
        payload = {"op": 0, "t": event, "s": len(self._sent) + 1, "d": data}
        self._sent.append(payload)
        for link in self._sockets:
            link.put(payload)

    def cut(self):
        """Break the connection, as a network does: without a word."""
        for link in self._sockets:
            link.cut()
        self._sockets = []

    def _guild(self):
        me = {"user": user_of(ME),
              "roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False, "mute": False,
              "flags": 0}  # fmt: skip
        channel = {
            "id": CHANNEL,
            "type": 0,
            "name": "ops",
            "position": 0,
            "permission_overwrites": [],
            "last_message_id": self._last(CHANNEL),
        }
        threads = [{**each, "last_message_id": self._last(key)} for key, each in self.threads.items()]  # fmt: skip
        return {
            "id": GUILD, "name": "Ops", "owner_id": BEN, "roles": self._roles(), "emojis": [],
            "members": [me], "channels": [channel], "threads": threads, "features": [],
            "verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0,
            "mfa_level": 0, "afk_timeout": 0, "premium_tier": 0, "system_channel_flags": 0,
            "preferred_locale": "en-US", "nsfw_level": 0, "premium_progress_bar_enabled": False,
            "member_count": 4, "large": False, "unavailable": False,
        }  # fmt: skip

    def _last(self, channel):
        return max(
            (k for k, m in self.messages.items() if m["channel_id"] == channel), default=None
        )

    def deletes(self, message):
        """A message is deleted."""
        gone = self.messages.pop(message)
        where = {"channel_id": gone["channel_id"], **guild_of(gone["channel_id"])}
        self.dispatch("MESSAGE_DELETE", {"id": message, **where})

    def _roles(self):
        return [
            {"id": key, "name": name, "permissions": str(rights), "position": 0, "color": 0,
             "hoist": False, "managed": False, "mentionable": False, "flags": 0}
            for key, name, rights in [
                (GUILD, "@everyone", self.everyone), *((k, n, 0) for k, n in self.roles.items()),
            ]
        ]  # fmt: skip

    # -- what people do ----------------------------------------------------------------------

    def says(self, who, text, *, channel=CHANNEL, mention=True):
        """Somebody writes; the id of the message."""
        said = f"<@{ME}> {text}" if mention else text
        message = {
            "id": self.new_id(), "channel_id": channel, **guild_of(channel), "type": 0,
            "author": user_of(who), "content": said, "timestamp": "2026-03-01T09:00:00+00:00",
            "edited_timestamp": None, "tts": False, "mention_everyone": False,
            "mentions": [user_of(ME)] if mention else [], "mention_roles": [], "attachments": [],
            "embeds": [], "pinned": False, "components": [],
        }  # fmt: skip
        if "guild_id" in message:
            message["member"] = self._member(who)
        self.messages[message["id"]] = message
        self.dispatch("MESSAGE_CREATE", message)
        return message["id"]

    def presses(self, who, message, custom_id, *, kind=3, **data):
        """Somebody presses a button, or sends a form (kind 5); the id of the interaction."""
        shown = self.messages[message]
        event = self.new_id()
        inner = {"custom_id": custom_id, **data}
        inner |= {"component_type": 2} if kind == 3 else {}
        self.dispatch("INTERACTION_CREATE", self._interaction(event, who, kind, inner, shown))
        return event

    def reacts(self, who, message, emoji, *, channel=CHANNEL):
        """Somebody puts a sign on a message."""
        sign = {"user_id": who, "message_id": message, "channel_id": channel, **guild_of(channel),
                "emoji": {"id": None, "name": emoji}, "burst": False, "type": 0}  # fmt: skip
        self.dispatch("MESSAGE_REACTION_ADD", sign)

    def calls(self, who, name, **options):
        """Somebody calls a slash command in the channel."""
        event = self.new_id()
        given = [{"name": k, "value": v, "type": 3 if isinstance(v, str) else 5} for k, v in options.items()]  # fmt: skip
        inner = {"id": "9", "name": name, "type": 1, "options": given}
        self.dispatch("INTERACTION_CREATE", self._interaction(event, who, 2, inner, None))
        return event

    def _interaction(self, event, who, kind, inner, shown):
        where = shown["channel_id"] if shown else CHANNEL
        channel = {"id": where, "type": 0, "name": "ops"}
        if where in self.threads:
            channel = self.threads[where]
        by = {"member": {"user": user_of(who), "permissions": "0", **self._member(who)}}
        if where == direct(who):
            channel = {"id": where, "type": 1, "recipients": [user_of(who)]}
            by = {"user": user_of(who)}
        made = {
            "id": event, "application_id": APP, "type": kind, "token": f"token-{event}", "version": 1,
            **guild_of(where), "channel_id": where, "channel": channel, "data": inner, **by,
            "entitlements": [], "authorizing_integration_owners": {}, "context": 0,
            "attachment_size_limit": 10 << 20,
        }  # fmt: skip
        return made | ({"message": shown} if shown else {})

    def _member(self, who):
        return {"roles": list(self.members.get(who, ())), "joined_at": "2026-01-01T00:00:00+00:00",
                "deaf": False, "mute": False, "flags": 0}  # fmt: skip

    async def answered(self, event):
        """How an interaction was answered: the callback's body."""
        async with asyncio.timeout(10):
            while event not in self.answers:
                await asyncio.sleep(0.002)
        return self.answers[event]

"""A small Discord on loopback: its gateway and its REST interface, for the real discord.py.

    async with Wire(Api(path)) as wire:
        wire.says(BEN, "restart nginx on web-1")     # MESSAGE_CREATE
        wire.cut()                                    # the socket breaks; RESUME gives what was missed
        wire.faults = [(429, {"retry_after": 3}, {})] # the next requests that change something fail

Every body is validated against Discord's own description; `flaws` has what it would refuse.
"""

import asyncio
import json
from urllib.parse import unquote

from aiohttp import WSMsgType, web

from tests.rigs.discord_api import text_limits
from tests.rigs.discord_link import Link

ME, APP, GUILD, CHANNEL = "1000", "1000", "2000", "3000"
BEN, CHRIS, VERA = "4001", "4002", "4003"
TOKEN = "wire-token"
CONTENT = 1 << 15
EPOCH = 1420070400000
FATES = {
    "busy": (429, {"message": "slow", "retry_after": 0.01, "global": False}, {}),
    "broken": (502, {"message": "bad gateway"}, {}),
}


class Wire:
    """One server."""

    def __init__(self, api, *, content=True, heartbeat_ms=60000):
        self.api, self.content, self.heartbeat_ms = api, content, heartbeat_ms
        self.flaws, self.faults, self.asked = [], [], []
        self.messages, self.threads, self.reactions = {}, {}, {}
        self.identified, self.resumed, self.beats = [], 0, 0
        self.connections = set()
        self._sent, self._sockets, self._nonces = [], [], {}
        self._last_id, self.apart = (1_800_000_000_000 - EPOCH) << 22, 1
        """The newest id, and how far the next one is from it."""
        self._called = {}
        self.commands = None
        self.answers = {}
        self.held = None
        self.application = {"id": APP, "flags": 1 << 19, "interactions_endpoint_url": None}
        self.guilds = [{"id": GUILD, "name": "Ops"}]
        self.everyone = 2248473465835073
        self.channels = [
            {"id": CHANNEL, "type": 0, "name": "ops", "permission_overwrites": []},
            {"id": "3001", "type": 2, "name": "voice", "permission_overwrites": []},
        ]
        self.members = {ME: [], BEN: [], CHRIS: []}
        self.fate, self.fated = lambda method, path: "", 0
        """Which requests are dropped (drop), never answered (hang), for nothing (gone), or fail."""
        self.slow_reads = None
        self.unreadable, self.forbidden = [], set()
        """Channels whose next reading fails, and those that may not be read."""
        self.forgets = False
        """Whether a session can't be resumed any more."""
        self.roles = {}
        """Roles of the server: id → name."""

    async def __aenter__(self):
        app = web.Application()
        app.router.add_get("/gateway", self._gateway)
        app.router.add_route("*", "/api/v10/{path:.*}", self._rest)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_):
        for socket in self._sockets:
            await socket.close()
        await self._runner.cleanup()

    @property
    def base(self):
        return f"http://127.0.0.1:{self.port}/api/v10"

    @property
    def gateway(self):
        return f"ws://127.0.0.1:{self.port}/gateway"

    def new_id(self):
        self._last_id += self.apart
        return str(self._last_id)

    # -- the gateway -------------------------------------------------------------------------

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
        me = {"user": {"id": ME, "username": "overseer", "discriminator": "0", "avatar": None},
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
        where = {"channel_id": gone["channel_id"], **_guild_of(gone["channel_id"])}
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
            "id": self.new_id(), "channel_id": channel, **_guild_of(channel), "type": 0,
            "author": _user(who), "content": said, "timestamp": "2026-03-01T09:00:00+00:00",
            "edited_timestamp": None, "tts": False, "mention_everyone": False,
            "mentions": [_user(ME)] if mention else [], "mention_roles": [], "attachments": [],
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
        sign = {"user_id": who, "message_id": message, "channel_id": channel, **_guild_of(channel),
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
        by = {"member": {"user": _user(who), "permissions": "0", **self._member(who)}}
        if where == direct(who):
            channel = {"id": where, "type": 1, "recipients": [_user(who)]}
            by = {"user": _user(who)}
        made = {
            "id": event, "application_id": APP, "type": kind, "token": f"token-{event}", "version": 1,
            **_guild_of(where), "channel_id": where, "channel": channel, "data": inner, **by,
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

    # -- REST --------------------------------------------------------------------------------

    async def _rest(self, request):
        self.connections.add(request.transport.get_extra_info("peername"))
        path = "/" + request.match_info["path"]
        body, kind, files = await _read(request)
        self.asked.append((request.method, path, body))
        if request.headers.get("Authorization") != f"Bot {TOKEN}":
            return _json({"message": "401: Unauthorized", "code": 0}, 401)
        flaws = self.api.flaws(request.method, path, body, kind) + text_limits(body)
        if flaws:
            self.flaws += flaws
            return _json({"code": 50035, "message": "Invalid Form Body"}, 400)
        fate = self.fate(request.method, path)
        if fate:
            self.fated += 1
            if fate == "hang":
                await asyncio.Event().wait()
            if fate == "drop":
                request.transport.abort()
            if fate in FATES:
                return _failed(FATES[fate])
            return _json({"code": 10003, "message": "Unknown Channel"}, 404)
        fault = self.faults.pop(0) if self.faults and request.method != "GET" else None
        if fault and not fault[2].get("Done"):
            return _failed(fault)
        if self.held is not None:
            await self.held.wait()
        reads = request.method == "GET" and path.endswith("/messages")
        if reads and self.slow_reads is not None:
            await self.slow_reads.wait()
        channel = path.split("/")[2] if reads else ""
        if reads and channel in self.forbidden:
            return _json({"code": 50001, "message": "Missing Access"}, 403)
        if channel in self.unreadable:
            self.unreadable.remove(channel)
            return _json({"code": 0, "message": "no"}, 400)
        found = self._do(request, path, body, files)
        return _failed(fault) if fault else found

    def _do(self, request, path, body, files):
        parts = [unquote(part) for part in path.strip("/").split("/")]
        if request.method == "GET":
            return self._shown(request, parts)
        return self._unfolded(request.method, parts, body) or self._done(
            request.method, parts, body, files
        )

    def _shown(self, request, parts):
        match parts:
            case ["users", "@me"]:
                return _json(_user(ME))
            case ["oauth2", "applications", "@me"]:
                return _json({"id": APP, "name": "Overseer", "icon": None, "description": "", "bot_public": False,
                              "bot_require_code_grant": False, "verify_key": "", "flags": 0, "owner": _user(BEN)})  # fmt: skip
            case ["channels", channel, "messages"]:
                after, limit = int(request.query["after"]), int(request.query["limit"])
                found = [m for m in self.messages.values() if m["channel_id"] == channel and int(m["id"]) > after]  # fmt: skip
                found = sorted(found, key=lambda m: int(m["id"]))[:limit]
                # A message of the history has no member and no server: MessageResponse of the OpenAPI.
                left_out = ("nonce", "member", "guild_id")
                return _json([{k: v for k, v in m.items() if k not in left_out} for m in reversed(found)])  # fmt: skip
            case ["channels", channel] if channel in self.threads:
                return _json(self.threads[channel])
        return self._checked(parts)

    def _checked(self, parts):
        match parts:
            case ["applications", "@me"]:
                return _json(self.application)
            case ["applications", _, "commands"]:
                return _json(self.commands or [])
            case ["users", "@me", "guilds"]:
                return _json(self.guilds)
            case ["guilds", _, "roles"]:
                return _json(self._roles())
            case ["guilds", _, "channels"]:
                return _json(self.channels)
            case ["guilds", _, "members", who] if who in self.members:
                return _json({"user": _user(who), "roles": self.members[who]})
        return _json({"code": 10003, "message": f"no GET {parts}"}, 404)

    def _done(self, method, parts, body, files):
        match (method, parts):
            case ("PUT", ["applications", _, "commands"]):
                self.commands = body
                return _json([])
            case ("POST", ["users", "@me", "channels"]):
                return _json({"id": direct(body["recipient_id"]), "type": 1, "recipients": []})
            case ("POST", ["channels", channel, "messages"]):
                return self._post(channel, body, files)
            case ("PATCH", ["channels", channel, "messages", message]):
                if message not in self.messages:
                    return _json({"code": 10008, "message": "Unknown Message"}, 404)
                self.messages[message] |= {k: v for k, v in body.items() if k in ("components", "content")}  # fmt: skip
                return _json(self.messages[message])
            case ("DELETE", ["channels", _, "messages", message]):
                self.messages.pop(message, None)
                return web.Response(status=204)
            case ("POST", ["channels", channel, "messages", message, "threads"]):
                return self._threaded(channel, message, body)
            case (method, ["channels", _, "messages", message, "reactions", sign, "@me"]):
                signs = self.reactions.setdefault(message, set())
                signs.add(sign) if method == "PUT" else signs.discard(sign)
                return web.Response(status=204)
            case ("POST", ["interactions", event, _, "callback"]):
                if event in self.answers:
                    return _json({"code": 40060, "message": "already acknowledged"}, 400)
                self.answers[event] = body
                return web.Response(status=204)
            case ("POST", ["webhooks", _, token]):
                self.answers[f"{token}/follow"] = body
                return _json({"id": self.new_id()})
        return _json({"code": 0, "message": f"no {method} {parts}"}, 404)

    def _unfolded(self, method, parts, body):
        """What an archived thread does: to post in it opens it, unless it is locked."""
        folded = self.threads.get(parts[1], {}).get("thread_metadata", {"archived": False})
        if (method, len(parts)) == ("PATCH", 2) and folded["archived"]:
            if folded["locked"]:
                return _json({"code": 50013, "message": "Missing Permissions"}, 403)
            folded["archived"] = body["archived"]
            return _json(self.threads[parts[1]])
        if folded["archived"] and parts[2:] == ["messages"] and not folded["locked"]:
            folded["archived"] = False
        if folded["archived"]:
            return _json({"code": 50083, "message": "Thread is archived"}, 400)
        return None

    def _threaded(self, channel, message, body):
        if message not in self.messages:
            return _json({"code": 10008, "message": "Unknown Message"}, 404)
        if message in self.threads:
            return _json({"code": 160004, "message": "A thread has already been created"}, 400)
        self.threads[message] = self.thread(message, channel, body["name"])
        self.dispatch("THREAD_CREATE", self.threads[message])
        return _json(self.threads[message])

    def thread(self, number, channel, name):
        return {
            "id": number, "type": 11, "name": name, "parent_id": channel, "guild_id": GUILD,
            "owner_id": ME, "member_count": 1, "message_count": 0, "rate_limit_per_user": 0,
            "flags": 0, "total_message_sent": 0,
            "thread_metadata": {"archived": False, "auto_archive_duration": 1440,
                                "archive_timestamp": "2026-03-01T09:00:00+00:00", "locked": False},
        }  # fmt: skip

    def _post(self, channel, body, files):
        known = (
            self._nonces.get((channel, body.get("nonce"))) if body.get("enforce_nonce") else None
        )
        if known:
            return _json(self.messages[known])
        message = {
            "id": self.new_id(), "channel_id": channel, "author": _user(ME), "type": 0,
            "content": body.get("content", ""), "components": body.get("components", []),
            "timestamp": "2026-03-01T09:00:00+00:00", "edited_timestamp": None, "tts": False,
            "mention_everyone": False, "mentions": [], "mention_roles": [], "embeds": [],
            "pinned": False, "nonce": body.get("nonce"), "flags": body.get("flags", 0),
            "attachments": [
                {"id": self.new_id(), "filename": name, "size": len(content), "url": "https://x.example/f",
                 "proxy_url": "https://x.example/f", "description": about.get("description")}
                for (name, content), about in zip(files, body.get("attachments") or [], strict=False)
            ],
        }  # fmt: skip
        if "message_reference" in body:
            message["message_reference"] = body["message_reference"] | {"channel_id": channel}
        self.messages[message["id"]] = message
        self._nonces[channel, body.get("nonce")] = message["id"]
        self.dispatch("MESSAGE_CREATE", message | _guild_of(channel))
        return _json(message)

    def posted(self, channel=None):
        """What Overseer has said, in order."""
        return [
            m for m in self.messages.values()
            if m["author"]["id"] == ME and channel in (None, m["channel_id"])
        ]  # fmt: skip

    async def until(self, holds, seconds=10):
        """Wait until it is so, and give it."""
        async with asyncio.timeout(seconds):
            while not (found := holds()):
                await asyncio.sleep(0.002)
        return found


async def _read(request):
    kind = request.content_type
    if not request.body_exists:
        return None, "", []
    if kind != "multipart/form-data":
        # discord.py sends exactly this, and decodes nothing else.
        return json.loads(await request.read()), request.headers["Content-Type"], []
    body, files = None, []
    async for part in await request.multipart():
        if part.name == "payload_json":
            body = json.loads(await part.text())
        else:
            files.append((part.filename, await part.read()))
    return body, kind, files


def direct(who):
    """Where somebody's direct messages stand."""
    return f"9{who}"


def _guild_of(channel):
    """A direct message is in no server."""
    return {} if channel in map(direct, (BEN, CHRIS, VERA)) else {"guild_id": GUILD}


def _failed(fault):
    status, body, headers = fault
    return _json(body, status, headers)


def _json(body, status=200, headers=None):
    given = {k: v for k, v in (headers or {}).items() if k != "Done"}
    return web.Response(
        body=json.dumps(body).encode(), status=status,
        headers={"Content-Type": "application/json", **given},
    )  # fmt: skip


def _user(who):
    return {"id": who, "username": f"u{who}", "discriminator": "0", "avatar": None,
            "global_name": None, "bot": who == ME}  # fmt: skip

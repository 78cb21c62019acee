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

from aiohttp import web

from tests.rigs.discord_api import text_limits
from tests.rigs.discord_gateway import Gateway
from tests.rigs.discord_guild import APP, BEN, CHANNEL, GUILD, ME, TOKEN, direct, guild_of, user_of

FATES = {
    "busy": (429, {"message": "slow", "retry_after": 0.01, "global": False}, {}),
    "broken": (502, {"message": "bad gateway"}, {}),
}


class Wire(Gateway):
    """One server: what is told of it, and what is asked of it and done there."""

    def __init__(self, api, *, content=True, heartbeat_ms=60000):
        super().__init__(content=content, heartbeat_ms=heartbeat_ms)
        self.api = api
        self.flaws, self.faults, self.asked = [], [], []
        self.connections = set()
        self.reactions, self._nonces = {}, {}
        self.commands = None
        self.held = None
        self.application = {"id": APP, "flags": 1 << 19, "interactions_endpoint_url": None}
        self.guilds = [{"id": GUILD, "name": "Ops"}]
        self.channels = [
            {"id": CHANNEL, "type": 0, "name": "ops", "permission_overwrites": []},
            {"id": "3001", "type": 2, "name": "voice", "permission_overwrites": []},
        ]
        self.fate, self.fated = lambda method, path: "", 0
        """Which requests are dropped (drop), never answered (hang), for nothing (gone), or fail."""
        self.slow_reads = None
        self.unreadable, self.forbidden = [], set()
        """Channels whose next reading fails, and those that may not be read."""

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
                return _json(user_of(ME))
            case ["oauth2", "applications", "@me"]:
                return _json({"id": APP, "name": "Overseer", "icon": None, "description": "", "bot_public": False,
                              "bot_require_code_grant": False, "verify_key": "", "flags": 0, "owner": user_of(BEN)})  # fmt: skip
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
                return _json({"user": user_of(who), "roles": self.members[who]})
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
            "id": self.new_id(), "channel_id": channel, "author": user_of(ME), "type": 0,
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
        self.dispatch("MESSAGE_CREATE", message | guild_of(channel))
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


def _failed(fault):
    status, body, headers = fault
    return _json(body, status, headers)


def _json(body, status=200, headers=None):
    given = {k: v for k, v in (headers or {}).items() if k != "Done"}
    return web.Response(
        body=json.dumps(body).encode(), status=status,
        headers={"Content-Type": "application/json", **given},
    )  # fmt: skip

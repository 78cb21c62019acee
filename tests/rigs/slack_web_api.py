"""Slack's Web API in front of the emulator: faults, answers of one's own, what the emulator lacks."""

import inspect
import json
from urllib.parse import parse_qsl

from aiohttp import web

from tests.rigs.block_kit import check_blocks, check_view
from tests.rigs.slack_emulator import APP_TOKEN, BOT_TOKEN

COMPLETED = ("users.conversations", "conversations.history", "conversations.replies")


class WebApi:
    """Every call goes on to the emulator, unless it is answered here; `root` is its address."""

    scopes = ""
    checks = True
    cut_after = ""
    """The method whose connection is cut before it is answered."""

    def __init__(self, emulator):
        self.emulator = emulator
        self.calls = []
        self.peers = set()
        self.faults = []
        """Functions of (method, form) → None, or a web.Response that answers instead; also async."""
        self.answers = {}
        """Answers by (method, value of the first argument), instead of the emulator's."""
        self.opened = 0
        self.broken = []

    async def _api(self, request):
        method = request.match_info["method"]
        self.peers.add(request.transport.get_extra_info("peername"))
        body = await request.read()
        form = arguments(request.content_type, body)
        self.calls.append((method, form))
        if self.checks:
            self._check(method, form)
        if method == self.cut_after:
            request.transport.abort()
        for fault in self.faults:
            answer = fault(method, form)
            answer = await answer if inspect.isawaitable(answer) else answer
            if answer is not None:
                return answer
        if method == "apps.connections.open":
            return self._open(request)
        first = str(next(iter(form.values()), ""))
        for key in ((method, first), (method, "*")):
            if key in self.answers:
                return web.json_response(self.answers[key])
        if method in COMPLETED:
            return await self._completed(method, form, request, body)
        return await self._forwarded(request, body)

    async def _completed(self, method, form, request, body):
        """What the emulator answers, and Slack would add or leave out."""
        path = "/api/conversations.list" if method == "users.conversations" else ""
        answer = await self._forwarded(request, body, path)
        said = json.loads(answer.text)
        if not said["ok"]:
            return answer
        if method == "users.conversations":
            said["channels"] = [c for c in said["channels"] if c["is_member"]]
            return web.json_response(said)
        root, oldest = form.get("ts"), form.get("oldest", "0")
        there = [m for m in said["messages"] if m["ts"] > oldest or m["ts"] == root]
        if root and all(m["ts"] != root for m in there):
            if not there:
                return web.json_response({"ok": False, "error": "thread_not_found"})
            stone = {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "ts": root}
            there.insert(0, {**stone, "thread_ts": root, "text": "This message was deleted."})
        return web.json_response({**said, "messages": there})

    def _check(self, method, form):
        try:
            if "blocks" in form:
                check_blocks(form["blocks"])
            if "view" in form:
                check_view(form["view"])
        except Exception as error:
            self.broken.append((method, repr(error), form))
            raise

    def _open(self, request):
        if request.headers.get("Authorization") != f"Bearer {APP_TOKEN}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        self.opened += 1
        return web.json_response({"ok": True, "url": f"{self.root.replace('http', 'ws')}/socket"})

    async def _other(self, request):
        return await self._forwarded(request, await request.read())

    async def _forwarded(self, request, body, path=""):
        headers = {
            name: value for name, value in request.headers.items()
            if name.lower() in ("authorization", "content-type")
        }  # fmt: skip
        if headers.get("Authorization") == f"Bearer {BOT_TOKEN}":
            headers["Authorization"] = self.emulator.bearer
        async with self._session.request(
            request.method,
            f"{self.emulator.url}{path or request.path_qs}",
            data=body,
            headers=headers,
        ) as answer:
            text = await answer.text()
            text = text.replace(self.emulator.url, self.root)
            return web.Response(
                text=text, status=answer.status, content_type=answer.content_type,
                headers={"x-oauth-scopes": self.scopes},
            )  # fmt: skip

    def sent(self, method):
        """The arguments of each call of a method, in order."""
        return [form for name, form in self.calls if name == method]


def arguments(kind, body):
    """What a method was called with, however it was sent; true and false as words."""
    if kind == "application/json":
        return {
            name: str(value).lower() if isinstance(value, bool) else value
            for name, value in json.loads(body).items()
        }
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    for name in ("metadata", "files"):
        if name in form:
            form[name] = json.loads(form[name])
    return form

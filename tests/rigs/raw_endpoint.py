"""An endpoint that answers with given bytes, for what the emulator can't play.

aimock normalises what it is asked before it can be looked at, knows one form of Retry-After, has
no page for a single model, never refuses a format on Anthropic's API, and neither breaks a body
off in the middle nor tells when its caller has gone. This one shows each request as it came and
answers them in turn from a list; the last answer stays. With `keeps` its connections stay open.
"""

import asyncio
import json
from dataclasses import dataclass


@dataclass
class Received:
    """A request as it came; header names in lower case."""

    method: str
    path: str
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


@dataclass
class Answer:
    """`cut_at`: only so many bytes of the body before it hangs up. `hangs`: nothing, ever.
    `drips`: the body byte by byte, too slowly for anybody. `told_length`: it says how long it is."""

    status: int = 200
    body: object = ""
    headers: tuple = ()
    cut_at: int | None = None
    hangs: bool = False
    drips: bool = False
    told_length: bool = True

    def bytes(self, *, keeps=False, bare=False):
        plain = isinstance(self.body, (str, bytes))
        body = self.body if plain else json.dumps(self.body)
        body = body if isinstance(body, bytes) else body.encode()
        kind = "text/plain" if plain else "application/json"
        head = [f"HTTP/1.1 {self.status} So", f"Connection: {'keep-alive' if keeps else 'close'}"]
        head += [f"Content-Length: {len(body)}"] if self.told_length else []
        head += [f"Content-Type: {kind}", *(f"{name}: {value}" for name, value in self.headers)]
        return "\r\n".join(head).encode() + b"\r\n\r\n" + (b"" if bare else body[: self.cut_at])


class RawEndpoint:
    """One such server: `async with RawEndpoint() as endpoint`."""

    def __init__(self, tls=None, *, keeps=False):
        self._tls = tls
        self._keeps = keeps
        self.connections = 0
        self.received = []
        self.left = asyncio.Event()
        """Somebody has hung up before there was an answer."""
        self._answers = []

    def answer(self, body="", status=200, *, headers=(), **how):
        """The next answer; see `Answer`."""
        self._answers.append(Answer(status, body, tuple(headers), **how))

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        scheme = "https" if self._tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_):
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader, writer):
        self.connections += 1
        try:
            while await self._served(reader, writer) and self._keeps:
                pass
        except asyncio.IncompleteReadError:
            if not self._keeps:
                raise
        finally:
            writer.close()

    async def _served(self, reader, writer):
        got = await self._request(reader)
        self.received.append(got)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if answer.hangs:
            await reader.read()
            self.left.set()
            return False
        whole = answer.bytes(keeps=self._keeps, bare=got.method == "HEAD")
        while answer.drips and whole:
            writer.write(whole[:1])
            await writer.drain()
            whole = whole[1:]
            await asyncio.sleep(0.05)
        writer.write(whole)
        await writer.drain()
        return True

    async def _request(self, reader):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        method, path, _ = head[0].split(" ")
        headers = dict(line.split(": ", 1) for line in head[1:] if line)
        headers = {name.lower(): value for name, value in headers.items()}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        return Received(method, path, headers, body)

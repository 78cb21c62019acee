"""One connection of Discord's gateway, as the wire's server holds it."""

import asyncio
import json
import zlib


class Link:
    """One connection of the gateway, compressed as the client wants it."""

    def __init__(self, socket):
        self.socket = socket
        self._packer = zlib.compressobj()
        self._queue = asyncio.Queue()
        self._writer = asyncio.create_task(self._write())

    def put(self, payload):
        self._queue.put_nowait(payload)

    async def send(self, payload):
        self.put(payload)

    async def _write(self):
        while True:
            payload = await self._queue.get()
            data = self._packer.compress(json.dumps(payload).encode())
            try:
                await self.socket.send_bytes(data + self._packer.flush(zlib.Z_SYNC_FLUSH))
            except (ConnectionError, RuntimeError):
                return

    def end(self):
        self._writer.cancel()

    def cut(self):
        self.end()
        transport = self.socket._req.transport
        if transport is not None:
            transport.abort()

    async def close(self):
        self._writer.cancel()
        await self.socket.close()

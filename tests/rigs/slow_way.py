"""A way to a host on which every answer takes a while, and which counts how often we wait for one.

What the host says is held back until it has been quiet for `QUIET_S`, so that what it says by
itself comes at once. A round trip is one of the client's: it spoke, and was answered.
"""

import asyncio
from contextlib import asynccontextmanager, suppress

QUIET_S = 0.3


class SlowWay:
    """A TCP proxy before one host. `trips` counts the answers so far."""

    def __init__(self, address, port):
        self.to = (address, port)
        self.trips = 0
        self._spoke = False
        self._tasks = set()

    async def serve(self, reader, writer):
        far_reader, far_writer = await asyncio.open_connection(*self.to)
        ways = [
            asyncio.ensure_future(self._there(reader, far_writer)),
            asyncio.ensure_future(self._back(far_reader, writer)),
        ]
        self._tasks.update(ways)
        await asyncio.wait(ways)
        for end in (writer, far_writer):
            end.close()

    async def _there(self, reader, writer):
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                self._spoke = True
                writer.write(data)
            writer.write_eof()

    async def _back(self, reader, writer):
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                with suppress(TimeoutError):
                    while more := await asyncio.wait_for(reader.read(65536), QUIET_S):
                        data += more
                self.trips += self._spoke
                self._spoke = False
                writer.write(data)
            writer.write_eof()


@asynccontextmanager
async def slow_way(host):
    """The way to a host, and the port of 127.0.0.1 where it begins."""
    way = SlowWay(host.connection.address, host.connection.port)
    server = await asyncio.start_server(way.serve, "127.0.0.1", 0)
    try:
        yield way, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in way._tasks:
            task.cancel()
        await asyncio.gather(*way._tasks, return_exceptions=True)

"""The socket on which the page is served."""

from __future__ import annotations

import socket

WAITING = 128
"""How many connections may wait to be taken."""


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there and blocks nobody; port 0: on a free one.

    Raises:
        OSError: it is taken, or not for this user.
    """
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(WAITING)
    except OSError:
        sock.close()
        raise
    sock.setblocking(False)
    return sock

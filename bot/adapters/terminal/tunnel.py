"""The line that brings the page to whoever came in over ssh."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit


def tunnel_line(address: str, environ: Mapping[str, str]) -> str:
    """`ssh -L 8420:127.0.0.1:8420 ana@192.0.2.7`; empty when this is no ssh session.

    `address` is the page's. The words of $SSH_CONNECTION are the client's address and port,
    then this machine's, as sshd(8) says; whoever came through a jump host uses the name
    that they came by.
    """
    words = environ.get("SSH_CONNECTION", "").split()
    page = urlsplit(address)
    if len(words) != 4 or page.port is None:
        return ""
    _, _, here, port = words
    user = environ.get("USER") or environ.get("LOGNAME") or ""
    to = f"{user}@{here}" if user else here
    door = "" if port == "22" else f"-p {port} "
    host = page.hostname or "127.0.0.1"
    host = f"[{host}]" if ":" in host else host
    return f"ssh {door}-L {page.port}:{host}:{page.port} {to}"

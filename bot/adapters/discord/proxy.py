"""The proxy by which this machine reaches Discord: that of its environment (`HTTPS_PROXY`)."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp


def proxy_to(address: str) -> str | None:
    """The proxy to an address, with its scheme; None: there is none, or not for that host.

    One of another kind than HTTP (`socks5://`) is none: nothing here speaks with it.
    """
    to = urlsplit(address)
    if proxy_bypass(to.hostname or ""):
        return None
    there = getproxies()
    found = there.get(to.scheme) or there.get("all") or ""
    found = found if "://" in found or not found else f"http://{found}"
    return found if found.startswith(("http://", "https://")) else None


def said_of(error: BaseException | None) -> str:
    """What a connection's fault says; that of a proxy has its password in its own words."""
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"the proxy answers {error.status}"
    return str(error or "")

"""The page, as it is named to somebody who may sit at another machine than Overseer's."""

from __future__ import annotations

import re
from ipaddress import ip_address

_HOST = re.compile(r"https?://(?:\[([^\]]*)\]|([^:/?#]*))")


def is_local(address: str) -> bool:
    """Whether an address leads nowhere but on the machine itself."""
    found = _HOST.match(address.casefold())
    host = (found[1] or found[2]) if found else ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def aside(address: str) -> str:
    """What stands behind "the page" in a chat: its address, where that leads there from anywhere.

    What is called by the machine's own address opens another machine, or nothing.
    """
    return ", on Overseer's own machine" if is_local(address) else f" ({address})"

"""What the operating system's users are called: in the first people.yaml, and at the socket."""

from __future__ import annotations

import pwd


def account_of(uid: int) -> str:
    """The user's name, as the operating system knows it; `uid-1234` when it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid-{uid}"

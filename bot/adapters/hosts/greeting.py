"""What a host says on a new connection: that arguments arrive unharmed, who we are, which boot."""

from __future__ import annotations

from dataclasses import dataclass

from bot.adapters.hosts.sentences import odd_shell

MOST = 65_536
"""So many bytes of what a talkative login shell says are looked at."""

ODD = "a\\b'c\"d$e\tf"
"""What a login shell that isn't POSIX would mangle."""

PROBE = r"""
printf '%s\n' "$1"
u=
{ while read -r k real u rest && [ "$k" != Uid: ]; do u=; done </proc/self/status; } 2>/dev/null
b=; { read -r b </proc/sys/kernel/random/boot_id; } 2>/dev/null
printf '%s\n' "${u:-$(id -u)}" "$b"
IFS= read -r l && eval "$l"
"""
"""Asks, and then waits for a line to execute in its place: the first read needs no session of its
own. Builtins all but where there is no /proc: a process is paid for on each new connection."""

_HELLO = f"{ODD}\n".encode()


@dataclass(frozen=True)
class Greeting:
    """The answer, once it is whole."""

    is_root: bool
    boot_id: str


class Hearing:
    """Takes the answer as it comes."""

    def __init__(self) -> None:
        self._said = bytearray()

    def feed(self, data: bytes, is_error: bool) -> None:
        """Take what was said next."""
        if not is_error and len(self._said) < MOST:
            self._said += data

    @property
    def whole(self) -> bool:
        """Whether all has been said: the shell waits for a line."""
        return self._said.startswith(_HELLO) and self._said.count(b"\n", len(_HELLO)) >= 2

    @property
    def wrong(self) -> bool:
        """Whether it will never be whole: something else was said."""
        return not self._said.startswith(_HELLO[: len(self._said)])

    def greeting(self, host: str, user: str) -> Greeting:
        """What it comes to.

        Raises:
            HostError: the login shell does not pass arguments on unharmed, or talks.
        """
        said = self._said.decode("utf-8", "replace")
        before, odd, rest = said.partition(f"{ODD}\n")
        if not odd or before:
            raise odd_shell(host, user, before.strip() if odd else "")
        uid, boot, *_ = [*rest.split("\n"), "", ""]
        return Greeting(is_root=uid == "0", boot_id=boot)

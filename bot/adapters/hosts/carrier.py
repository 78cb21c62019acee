"""A carrier gets an argv to one machine: over a pooled SSH connection, or on this one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

Feed = Callable[[bytes, bool], None]
"""Gets output as it comes; True for stderr."""


class Stdin(Protocol):
    """A running command's stdin, which stays open."""

    def say(self, data: bytes) -> None:
        """Put something on it; nothing at all is its end. Nobody may be there any more."""
        ...

    def rest(self) -> None:
        """The command only waits for a last word: it counts no longer as one that runs."""
        ...


@dataclass(frozen=True)
class Ended:
    """How a process ended: an exit status, or the signal that ended it."""

    status: int | None
    signal: str = ""


class CutError(Exception):
    """The connection went away. `sent` says whether the command may have arrived."""

    def __init__(self, why: str, *, sent: bool) -> None:
        """Keep why, for the sentence."""
        super().__init__(why)
        self.sent = sent


class SilentError(CutError):
    """Nothing at all was heard from `place` for `seconds`, however often it was asked."""

    def __init__(self, place: str, seconds: float, *, sent: bool) -> None:
        """Where, and for how long."""
        super().__init__(f"it did not answer for {seconds:g} s", sent=sent)
        self.place = place
        self.seconds = seconds


@dataclass(frozen=True, kw_only=True)
class Machine:
    """Whom a carrier reached. `fingerprint` is empty for this machine itself."""

    address: str = ""
    port: int = 22
    user: str = ""
    fingerprint: str = ""
    boot_id: str = ""
    is_root: bool = False
    is_self: bool = False


class Carrier(Protocol):
    """One machine, reached."""

    @property
    def machine(self) -> Machine:
        """Whom it reached."""
        ...

    async def execute(
        self,
        argv: Sequence[str],
        feed: Feed,
        *,
        stdin: bytes = b"",
        mark: str = "",
        urgent: bool = False,
        keep: Callable[[Stdin], None] | None = None,
    ) -> Ended:
        """Execute `argv` in the user's home, give it `stdin` and an end of file, await its end.

        With `keep` its stdin stays open, and `keep` is given it.
        `mark` is put into its environment; what is `urgent` does not queue behind others.
        Output that is held open by what the command left behind is waited for a moment and
        then let go. Cancelling gives up the output only.

        Raises:
            CutError: the connection is gone.
        """
        ...

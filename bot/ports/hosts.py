"""Hosts: where commands run, and where secrets come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.domain.commands import CommandResult, Request, Script, SecretRef, Shell, Upload
from bot.domain.inventory import Host, Target

HostCommand = Shell | Script | Upload


class FoundState(StrEnum):
    """What a host says of an attempt that was started there."""

    ABSENT = "absent"
    RUNNING = "running"
    FINISHED = "finished"
    LOST = "lost"
    """It was started and is gone without a status: the host rebooted or it was killed."""


@dataclass(frozen=True)
class Found:
    """What became of an attempt."""

    state: FoundState
    result: CommandResult | None = None


@dataclass(frozen=True)
class HostCheck:
    """What works on a host; `advice` has one sentence per thing that does not."""

    host: str
    reach: bool | None = None
    key: bool | None = None
    sudo: bool | None = None
    systemd: bool | None = None
    system: str = ""
    advice: tuple[str, ...] = ()


Hear = Callable[[str], None]
"""Gets new lines of a command's output while it runs."""

Cut = Callable[[str], None]
"""Gets why the connection to a running change is gone, and "" when there is one again."""


class HostRunner(Protocol):
    """Runs commands on hosts.

    Reads run bare. A *change* runs in its own session on the host under a name made of the
    attempt's id, so that it outlives the connection and can be found again. The runner looks
    up how to connect by `target.name` in the current inventory and refuses (`HostError`) a
    target whose address, user or host key is no longer what the plan froze.

    All methods raise `HostUnreachableError` (nothing was started), `HostKeyUnknownError`,
    `HostKeyChangedError`, `HostAuthError`, `HostSudoError`, or `HostLostError` (cut in the
    middle; for a change, `find` tells later).
    """

    async def identify(self, host: Host) -> Target:
        """Connect and freeze the identity: address, port, user, key fingerprint, boot id."""
        ...

    async def read(
        self, target: Target, command: HostCommand, *, timeout_s: float, hear: Hear | None = None
    ) -> CommandResult:
        """Run a read. On timeout the remote process group is ended and `timed_out` is set."""
        ...

    async def change(
        self,
        target: Target,
        command: HostCommand,
        *,
        attempt: str,
        timeout_s: float,
        killable: bool = True,
        hear: Hear | None = None,
        cut: Cut | None = None,
    ) -> CommandResult:
        """Start a change in its own session, follow it, return its result; see `forget`.

        When `killable` is False a timeout does not end it: the call goes on following.
        """
        ...

    async def find(
        self, target: Target, attempt: str, *, sudo: bool, secret: SecretRef | None = None
    ) -> Found:
        """Ask the host what became of an attempt.

        `secret` is what its command was given on stdin: it is masked in what it printed, and
        where it can't be had any more nothing of that is shown.
        """
        ...

    async def follow(
        self,
        target: Target,
        attempt: str,
        *,
        sudo: bool,
        timeout_s: float,
        secret: SecretRef | None = None,
        hear: Hear | None = None,
        cut: Cut | None = None,
    ) -> CommandResult:
        """Wait for an attempt that is still running. For `secret` see `find`."""
        ...

    async def kill(self, target: Target, attempt: str, *, sudo: bool) -> None:
        """End the attempt's process group, with the privilege it was started with."""
        ...

    async def forget(self, target: Target, attempt: str, *, sudo: bool) -> None:
        """Remove what the attempt left on the host, once its result is recorded."""
        ...

    async def reboot_wait(self, target: Target, old_boot_id: str, *, timeout_s: float) -> str:
        """Wait until the host answers with another boot id, and return that."""
        ...

    async def check(self, host: Host) -> HostCheck:
        """What works there and what to do about what doesn't. Raises nothing."""
        ...

    async def offered_key(self, host: Host) -> tuple[str, str]:
        """The host's offered key as a known_hosts line and its fingerprint, trusted or not."""
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...


class Requests(Protocol):
    """Sends HTTP requests from Overseer itself, each once and to its own URL alone."""

    async def send(self, request: Request) -> CommandResult:
        """Send it, with its secrets filled in at that moment; what was answered.

        `ok` when the status is 2xx, else `error` says what it is; `data` is `{"status": 404}`
        and `stdout` the beginning of the body. No secret that was sent is in any of it.

        Raises:
            SecretError: a secret can't be had: nothing was sent.
            NotSentError: there is no connection: nothing was sent.
            NoAnswerError: it was cut off before its answer: nobody knows what it did.
        """
        ...


class Secrets(Protocol):
    """Resolves references; values never leave the adapter that uses them."""

    async def resolve(self, ref: SecretRef) -> str:
        """The value. However long that takes, everything else goes on meanwhile.

        Raises:
            SecretError: it is not there, or others can read the file.
        """
        ...

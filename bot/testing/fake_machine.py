"""What a scripted host is made of: its machine, what runs there, and the ledger's lines."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.domain.commands import CommandResult, SecretRef

Argv = tuple[str, ...]


@dataclass(frozen=True)
class Ran:
    """One line of the ledger: what a host was really made to run."""

    host: str
    argv: Argv
    sudo: bool
    attempt: str = ""
    """Empty for a read."""
    stdin: SecretRef | None = None


@dataclass(eq=False)
class Job:
    """A command that was started: its result once there is one, and who waits for it."""

    argv: Argv
    result: CommandResult | None = None
    lost: bool = False
    waiters: list[asyncio.Future[None]] = field(default_factory=list)

    def end(self, result: CommandResult | None) -> None:
        """It is over; None: without a status."""
        if self.result is not None or self.lost:
            return
        self.result, self.lost = result, result is None
        for waiter in self.waiters:
            if not waiter.done():
                waiter.set_result(None)


@dataclass
class FakeMachine:
    """What a test may set of one host."""

    boot: int = 1
    fingerprint: str = "SHA256:fake"
    trusted: bool = True
    down: bool = False
    silence: asyncio.Event | None = None
    """Until it is set, whoever wants to know who this is waits."""
    cut_next: bool = False
    system: str = "Debian GNU/Linux 12 (bookworm)"
    systemd: bool = True
    files: dict[str, str] = field(default_factory=dict)
    attempts: dict[tuple[str, bool], Job] = field(default_factory=dict)

    def reboot(self) -> None:
        """Come back with another boot id; what ran there is lost."""
        self.boot += 1
        for job in self.attempts.values():
            job.end(None)

r"""Scripted hosts: answers by argv, failures by name, and a ledger of everything that ran.

    hosts = FakeHosts(lambda: inventory, clock)
    hosts.answer(("systemctl", "is-active", "nginx"), stdout="active\n")
    hosts.hang(("apt-get", "upgrade"))      # runs until released, killed or timed out
    hosts.machine("web-1").down = True      # nobody answers
    hosts.machine("web-2").cut_next = True  # the next change starts, then its connection is cut
    ...
    hosts.release(("apt-get", "upgrade"), stdout="done\n")

It keeps every promise of the port that the real runners keep; one contract suite holds it
against them. Attempts live in their machines, so that a second `FakeHosts` built on the same
`machines` finds them again, as a restarted Overseer would.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable

from bot.domain.commands import CommandResult, SecretRef, Shell, Upload
from bot.domain.inventory import ConnectionKind, Host, Inventory, SudoMode, Target
from bot.domain.redaction import redact
from bot.errors import (
    HostError,
    HostKeyChangedError,
    HostKeyUnknownError,
    HostLostError,
    HostSudoError,
    HostUnreachableError,
    RequestError,
)
from bot.ports import Clock, Cut, Found, FoundState, Hear, HostCheck, HostCommand
from bot.testing.fake_machine import Argv, FakeMachine, Job, Ran

Answer = Callable[[str, HostCommand], CommandResult]
"""Gets the host's name and the command; may change the machines, as commands do."""

NO_STATUS = "it left no exit status"
BOOT_ID: Argv = ("cat", "/proc/sys/kernel/random/boot_id")


class FakeHosts:
    """A `HostRunner` without hosts."""

    def __init__(
        self,
        inventory: Callable[[], Inventory],
        clock: Clock,
        *,
        machines: dict[str, FakeMachine] | None = None,
    ) -> None:
        """`machines` may be those of an earlier one: hosts outlive Overseer."""
        self._inventory = inventory
        self._clock = clock
        self._answers: dict[tuple[str, Argv], CommandResult | Answer] = {}
        self._hanging: set[tuple[str, Argv]] = set()
        self._running: list[tuple[str, Job]] = []
        self.machines = machines if machines is not None else {}
        self.ledger: list[Ran] = []
        self.masked: list[tuple[str, SecretRef | None]] = []
        """Attempts that were asked about, with the secret that was to be masked in each."""
        self.closed = False

    # -- what a test says ----------------------------------------------------------------------

    def machine(self, name: str) -> FakeMachine:
        """One host's machine."""
        return self.machines.setdefault(name, FakeMachine(fingerprint=f"SHA256:fake-{name}"))

    def answer(
        self, argv: Argv, result: CommandResult | Answer | None = None, *, host: str = "*",
        status: int = 0, stdout: str = "", stderr: str = "",
    ) -> None:  # fmt: skip
        """What a command gives; a `Script` is `("sh", "-c", TEXT)`, an upload `("put", PATH)`."""
        self._answers[host, argv] = result or CommandResult(
            exit_status=status, stdout=stdout, stderr=stderr, sha256=_digest(stdout, stderr)
        )

    def hang(self, argv: Argv, *, host: str = "*") -> None:
        """The command runs until it is released, killed or timed out."""
        self._hanging.add((host, argv))

    def release(
        self, argv: Argv, *, host: str = "*", status: int = 0, stdout: str = "", stderr: str = ""
    ) -> None:
        """End the command wherever it hangs, and let it hang no more."""
        self._hanging.discard((host, argv))
        self.answer(argv, host=host, status=status, stdout=stdout, stderr=stderr)
        for name, job in self._running:
            if job.argv == argv and host in {"*", name}:
                job.end(self._result(name, argv, None))

    def ran(self, argv: Argv, host: str = "") -> int:
        """How often a command was run (on one host)."""
        return sum(r.argv == argv and host in {"", r.host} for r in self.ledger)

    # -- the port ------------------------------------------------------------------------------

    async def identify(self, host: Host) -> Target:
        """See `HostRunner`."""
        if (silence := self.machine(host.name).silence) is not None:
            await silence.wait()
        machine = self._reach(host)
        local = host.connection.kind is ConnectionKind.LOCAL
        return Target(
            name=host.name,
            kind=host.connection.kind,
            address="" if local else host.connection.address or host.name,
            port=0 if local else host.connection.port or 22,
            user=host.connection.user or "root",
            fingerprint="" if local else machine.fingerprint,
            boot_id=self._boot_id(host.name),
            environment=host.environment,
            groups=host.groups,
            sudo=host.connection.sudo,
            is_self=local,
        )

    async def read(
        self, target: Target, command: HostCommand, *, timeout_s: float, hear: Hear | None = None
    ) -> CommandResult:
        """See `HostRunner`."""
        if isinstance(command, Upload):
            raise RequestError("An upload changes a host, so it can't be a read.")
        if not target.seen and (planned := self._inventory().host(target.name)) is not None:
            target = await self.identify(planned)
        host = await self._same(target, command)
        job = self._start(host, command, "")
        begun = self._clock.monotonic()
        if not await self._wait(job, timeout_s):
            job.end(CommandResult(exit_status=None, timed_out=True))
        if job.result is None:
            raise _lost(target)
        return self._told(job.result, hear, begun)

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
        """See `HostRunner`."""
        host = await self._same(target, command)
        machine = self.machine(host.name)
        if (attempt, command.sudo) not in machine.attempts:
            machine.attempts[attempt, command.sudo] = self._start(host, command, attempt)
        if machine.cut_next:
            machine.cut_next = False
            if cut is not None:
                cut("the connection was lost")
            raise _lost(target)
        return await self.follow(
            target, attempt, sudo=command.sudo, hear=hear,
            timeout_s=timeout_s if killable else float("inf"),
        )  # fmt: skip

    async def find(
        self, target: Target, attempt: str, *, sudo: bool, secret: SecretRef | None = None
    ) -> Found:
        """See `HostRunner`; what is scripted holds no secret's value."""
        self.masked.append((attempt, secret))
        await self._same(target, None)
        job = self.machine(target.name).attempts.get((attempt, sudo))
        if job is None:
            return Found(FoundState.ABSENT)
        if job.lost:  # what it said until then is still there
            return Found(FoundState.LOST, CommandResult(exit_status=None, error=NO_STATUS))
        return Found(FoundState.FINISHED if job.result else FoundState.RUNNING, job.result)

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
        """See `HostRunner`."""
        self.masked.append((attempt, secret))
        await self._same(target, None)
        job = self.machine(target.name).attempts.get((attempt, sudo))
        if job is None:
            raise HostError(f"{attempt} was never started on {target.name}.", host=target.name)
        begun = self._clock.monotonic()
        if not await self._wait(job, timeout_s):
            job.end(CommandResult(exit_status=None, signal="TERM", timed_out=True))
        if job.result is None:
            raise _lost(target)
        return self._told(job.result, hear, begun)

    async def kill(self, target: Target, attempt: str, *, sudo: bool) -> None:
        """See `HostRunner`."""
        await self._same(target, None)
        job = self.machine(target.name).attempts.get((attempt, sudo))
        if job is not None:
            job.end(CommandResult(exit_status=None, signal="TERM"))

    async def forget(self, target: Target, attempt: str, *, sudo: bool) -> None:
        """See `HostRunner`."""
        await self._same(target, None)
        attempts = self.machine(target.name).attempts
        job = attempts.get((attempt, sudo))
        if job is not None and job.result is None and not job.lost:
            raise HostError(f"It still runs on {target.name}.", host=target.name)
        attempts.pop((attempt, sudo), None)

    async def reboot_wait(self, target: Target, old_boot_id: str, *, timeout_s: float) -> str:
        """See `HostRunner`."""
        until = self._clock.monotonic() + timeout_s
        while self.machine(target.name).down or self._boot_id(target.name) == old_boot_id:
            if self._clock.monotonic() >= until:
                why = f"{target.name} was not seen to come back."
                raise HostUnreachableError(why, host=target.name)
            await self._clock.sleep(1.0)
        return self._boot_id(target.name)

    async def check(self, host: Host) -> HostCheck:
        """See `HostRunner`."""
        machine = self.machine(host.name)
        try:
            self._reach(host)
        except HostKeyUnknownError as error:
            return HostCheck(host.name, reach=True, key=False, advice=(str(error),))
        except HostError as error:
            return HostCheck(host.name, reach=False, advice=(str(error),))
        sudo = host.connection.sudo is not SudoMode.NONE
        return HostCheck(
            host.name, reach=True, key=True, sudo=sudo,
            systemd=machine.systemd, system=machine.system,
        )  # fmt: skip

    async def offered_key(self, host: Host) -> tuple[str, str]:
        """See `HostRunner`."""
        machine = self.machine(host.name)
        if machine.down:
            raise _down(host)
        name = host.connection.address or host.name
        return f"{name} ssh-ed25519 {machine.fingerprint}", machine.fingerprint

    async def close(self) -> None:
        """See `HostRunner`."""
        self.closed = True

    # -- inside --------------------------------------------------------------------------------

    def _reach(self, host: Host) -> FakeMachine:
        machine = self.machine(host.name)
        if machine.down:
            raise _down(host)
        if not machine.trusted:
            raise HostKeyUnknownError(
                f"The host key of {host.name} has never been seen: {machine.fingerprint}.",
                host=host.name, fingerprint=machine.fingerprint,
                cure=f"./overseer hosts trust {host.name}",
            )  # fmt: skip
        return machine

    async def _same(self, target: Target, command: HostCommand | None) -> Host:
        host = self._inventory().host(target.name)
        if host is None:
            raise HostError(f"{target.name} is no longer in the inventory.", host=target.name)
        now = await self.identify(host)
        if now.fingerprint != target.fingerprint:
            why = f"{target.name} is not the machine that was planned for."
            raise HostKeyChangedError(why, host=target.name, fingerprint=now.fingerprint)
        if (now.address, now.port, now.user) != (target.address, target.port, target.user):
            raise HostError(f"{target.name} has moved since the plan was made.", host=target.name)
        if command is not None and command.sudo and host.connection.sudo is SudoMode.NONE:
            raise HostSudoError(f"{target.name} is listed with `sudo: none`.", host=target.name)
        return host

    def _start(self, host: Host, command: HostCommand, attempt: str) -> Job:
        argv = _argv(command)
        stdin = command.stdin if isinstance(command, Shell) else None
        self.ledger.append(Ran(host.name, argv, command.sudo, attempt, stdin))
        job = Job(argv)
        if {("*", argv), (host.name, argv)} & self._hanging:
            self._running.append((host.name, job))
        else:
            if isinstance(command, Upload):
                self.machine(host.name).files[command.path] = command.content
            job.end(self._result(host.name, argv, command))
        return job

    def _result(self, host: str, argv: Argv, command: HostCommand | None) -> CommandResult:
        told = self._answers.get((host, argv)) or self._answers.get(("*", argv))
        if callable(told) and command is not None:
            return _masked(told(host, command))
        if isinstance(told, CommandResult):
            return _masked(told)
        if argv == BOOT_ID:
            return CommandResult(exit_status=0, stdout=f"{self._boot_id(host)}\n")
        if argv[:1] == ("put",):
            return CommandResult(exit_status=0)
        return CommandResult(exit_status=127, stderr=f"{argv[0]}: not found\n")

    async def _wait(self, job: Job, timeout_s: float) -> bool:
        """Whether the job ended in time; time is the clock's."""
        if job.result is not None or job.lost:
            return True
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        job.waiters.append(waiter)
        waits: set[asyncio.Future[None]] = {waiter}
        if timeout_s != float("inf"):
            waits.add(asyncio.ensure_future(self._clock.sleep(timeout_s)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            job.waiters.remove(waiter)
            for other in waits:
                other.cancel()
        return job.result is not None or job.lost

    def _told(self, result: CommandResult, hear: Hear | None, begun: float) -> CommandResult:
        if hear is not None:
            for text in (result.stdout, result.stderr):
                if text:
                    hear(text if text.endswith("\n") else f"{text}\n")
        return result.model_copy(
            update={"duration_s": result.duration_s or self._clock.monotonic() - begun}
        )

    def _boot_id(self, name: str) -> str:
        return f"boot-{name}-{self.machine(name).boot}"


def _argv(command: HostCommand) -> Argv:
    match command:
        case Shell():
            return command.argv
        case Upload():
            return ("put", command.path)
        case _:
            return ("sh", "-c", command.text)


def _masked(result: CommandResult) -> CommandResult:
    """As the real runners do: no secret leaves them."""
    out, err = redact(result.stdout), redact(result.stderr)
    if (out, err) == (result.stdout, result.stderr):
        return result
    return result.model_copy(update={"stdout": out, "stderr": err})


def _digest(out: str, err: str) -> str:
    """As the real runners do: of stdout, and with stderr over both digests."""
    first = hashlib.sha256(out.encode()).hexdigest()
    if not err:
        return first
    second = hashlib.sha256(err.encode()).hexdigest()
    return hashlib.sha256(f"{first}\n{second}\n".encode()).hexdigest()


def _lost(target: Target) -> HostLostError:
    return HostLostError(
        f"The connection to {target.name} was cut while a command ran there.", host=target.name
    )


def _down(host: Host) -> HostUnreachableError:
    return HostUnreachableError(f"{host.name} did not answer.", host=host.name)

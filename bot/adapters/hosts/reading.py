"""Reads: one `execute` each, repeated once when the connection turns out to be gone."""

from __future__ import annotations

import asyncio
import contextlib
import secrets as tokens
from abc import ABC

from bot.adapters.hosts import scripts
from bot.adapters.hosts.access import Access, same, unheard
from bot.adapters.hosts.carrier import Carrier, CutError, Ended, SilentError
from bot.adapters.hosts.output import Capture, Listening, digest_of
from bot.adapters.hosts.quoting import argv_of
from bot.adapters.hosts.sentences import lost
from bot.domain.commands import CommandResult, Script, Shell, Upload
from bot.domain.inventory import Host, Target
from bot.domain.redaction import literals_of
from bot.errors import OverseerError, RequestError
from bot.ports import Clock, Hear, HostCommand, Secrets
from bot.settings import HostSettings

_REAP_S = 8.0
_REAP_GRACE_S = 2


class Reads(Access, ABC):
    """Reads, and the end of those that take too long."""

    def __init__(
        self, settings: HostSettings, secrets: Secrets, clock: Clock, *, runs_dir: str = ""
    ) -> None:
        """See `Access`."""
        super().__init__(settings, secrets, clock, runs_dir=runs_dir)
        self._reapers: set[asyncio.Task[None]] = set()

    async def read(
        self, target: Target, command: HostCommand, *, timeout_s: float, hear: Hear | None = None
    ) -> CommandResult:
        """Run a read. On timeout what it started there is ended and `timed_out` is set."""
        if isinstance(command, Upload):
            raise RequestError("An upload changes a host, so it can't be a read.")
        host = self.host_of(target)
        argv = argv_of(command)
        secret = ""
        if isinstance(command, Shell) and command.stdin:
            secret = await self.value(command.stdin.reference)
        try:
            return await self._read(host, target, command, argv, secret, timeout_s, hear)
        except CutError as first:
            if isinstance(first, SilentError):
                await self.reach_again(host, first)
            try:
                return await self._read(host, target, command, argv, secret, timeout_s, hear)
            except CutError as cut:
                raise lost(host.name, str(cut)) from cut

    async def _read(
        self, host: Host, target: Target, command: Shell | Script, argv: tuple[str, ...],
        secret: str, timeout_s: float, hear: Hear | None,
    ) -> CommandResult:  # fmt: skip
        carrier = await self.reach(host)
        machine = same(target, carrier.machine) if target.seen else carrier.machine
        line, stdin = await self.privileged(host, machine, argv, secret, sudo=command.sudo)
        cap = self._settings.output_cap_bytes
        literals = literals_of(stdin.decode())
        out, err = Capture(cap, literals), Capture(cap, literals)
        hears = [Listening(hear, cap, literals) for _ in (out, err)] if hear else []

        def feed(data: bytes, is_error: bool) -> None:
            (err if is_error else out).feed(data)
            if hears:
                hears[is_error].feed(data)

        begun = self._clock.monotonic()
        mark = tokens.token_hex(8)
        ended, error = Ended(None), ""
        deadline = asyncio.timeout(timeout_s)
        try:
            async with deadline:
                ended = await carrier.execute(line, feed, stdin=stdin, mark=mark)
        except TimeoutError:
            error = await self._reap(host, carrier, mark, sudo=command.sudo)
        except asyncio.CancelledError:
            self._reap_later(host, carrier, mark, sudo=command.sudo)
            raise
        for heard in hears:
            heard.end()
        result = CommandResult(
            exit_status=ended.status,
            stdout=out.text(),
            stderr=err.text(),
            duration_s=self._clock.monotonic() - begun,
            signal=ended.signal,
            timed_out=deadline.expired(),
            dropped_bytes=out.dropped + err.dropped,
            sha256=digest_of(out.digest, err.digest, err_bytes=err.total),
            error=error,
        )
        if command.sudo and not result.ok and not machine.is_root:
            await self.blame_sudo(host, carrier, ended, result.stderr)
        return result

    async def _reap(self, host: Host, carrier: Carrier, mark: str, *, sudo: bool) -> str:
        """End what a read left running; a sentence when that could not be done."""
        grace = str(_REAP_GRACE_S)
        argv: tuple[str, ...] = ("sh", "-c", scripts.REAP, "overseer", mark, grace)
        try:
            argv, stdin = await self.privileged(host, carrier.machine, argv, "", sudo=sudo)
            async with asyncio.timeout(_REAP_S):
                ended = await carrier.execute(argv, unheard, stdin=stdin, urgent=True)
        except (TimeoutError, CutError):
            return f"{host.name} no longer answers; the command may still run there"
        return "" if ended.status == 0 else f"the command may still run on {host.name}"

    def _reap_later(self, host: Host, carrier: Carrier, mark: str, *, sudo: bool) -> None:
        """End what a cancelled read left running, without making the canceller wait."""

        async def reap() -> None:
            with contextlib.suppress(OverseerError):
                await self._reap(host, carrier, mark, sudo=sudo)

        task = asyncio.create_task(reap())
        self._reapers.add(task)
        task.add_done_callback(self._reapers.discard)

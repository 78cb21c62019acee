"""What became of commands that were lost sight of: asks their hosts.

A changing command runs on its host under a name, so after a crash, a restart or a cut
connection the host can tell: it finished (the result is read back), it runs (it is followed),
it was started and left no status, or it never began.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from bot.domain.commands import Command, CommandResult
from bot.errors import HostLostError, HostUnreachableError
from bot.execution.attempt import Progress, as_root
from bot.ports import Clock, Found, FoundState, HostRunner

LOST_PATIENCE_S = 60.0
"""How long a host that was lost in mid-command is asked again what became of it."""
REBOOT_TIMEOUT_S = 600.0
DID_NOT_START = "It did not start there."
NOBODY_KNOWS = "It was started and left no status: nobody can tell."


class Recovery:
    """Asks hosts about commands by name."""

    def __init__(self, hosts: HostRunner, clock: Clock) -> None:
        """Use these hosts and this clock."""
        self._hosts = hosts
        self._clock = clock

    async def found(self, progress: Progress, command: Command, name: str) -> Found:
        """What became of a cut-off command; one that runs is followed to its end.

        A result goes into `progress`. The state is then FINISHED, LOST or ABSENT.

        Raises:
            HostError: the host can't be asked.
        """
        patience = REBOOT_TIMEOUT_S if progress.step.cuts_connection else LOST_PATIENCE_S
        found = await self._ask(progress, name, sudo=as_root(command), patience_s=patience)
        if found.state is FoundState.ABSENT:
            return found
        progress.changed = True
        progress.started.append(name)
        result = found.result
        if found.state is FoundState.RUNNING:
            result = await self._followed(progress, command, name)
        if result is None:
            return Found(FoundState.LOST)
        progress.ran += 1
        progress.results.append(result)
        return Found(FoundState.FINISHED, result)

    async def _followed(
        self, progress: Progress, command: Command, name: str
    ) -> CommandResult | None:
        progress.now = (name, as_root(command))
        try:
            return await self._follow(progress, command, name)
        except HostLostError as error:
            if progress.step.cuts_connection:
                return None  # the host went down, as it should
            return await self.seen_again(progress, command, name, error)
        finally:
            progress.now = None

    async def seen_again(
        self, progress: Progress, command: Command, name: str, lost: HostLostError
    ) -> CommandResult:
        """The result of a change whose connection was cut.

        Raises:
            HostLostError: the host can't be asked, or can't tell.
        """
        progress.cut(lost.sentence)
        while True:
            found = await self._ask(
                progress, name, sudo=as_root(command), patience_s=LOST_PATIENCE_S
            )
            if found.result is not None:
                return found.result
            if found.state is FoundState.RUNNING:
                with suppress(HostLostError):  # cut again: ask again
                    return await self._follow(progress, command, name)
                continue
            became = NOBODY_KNOWS
            if found.state is FoundState.ABSENT:
                became = DID_NOT_START
                progress.changed = progress.ran > 0
                progress.started.remove(name)
            raise HostLostError(f"{lost.sentence} {became}", host=progress.target.name) from lost

    async def still_running(self, progress: Progress, formers: Sequence[str]) -> str:
        """The earlier attempt that goes on there, or nothing; what others left is tidied with it.

        Any of them may: a retry that was refused because one ran has left none of its own.

        Raises:
            HostError: the host can't be asked.
        """
        for former in formers:
            left: list[str] = []
            for index, command in enumerate(progress.part.commands):
                name = f"{former}.{index}"
                found = await self._hosts.find(progress.target, name, sudo=as_root(command))
                if found.state is FoundState.RUNNING:
                    return former
                if found.state is FoundState.ABSENT:
                    break
                left.append(name)
            progress.started += left
        return ""

    async def _follow(self, progress: Progress, command: Command, name: str) -> CommandResult:
        return await self._hosts.follow(
            progress.target, name, sudo=as_root(command),
            timeout_s=progress.step.timeout_s if progress.step.killable else float("inf"),
            hear=progress.witness.hear, cut=progress.cut,
        )  # fmt: skip

    async def _ask(self, progress: Progress, name: str, *, sudo: bool, patience_s: float) -> Found:
        """What became of a command, from a host that may be gone for a while.

        Raises:
            HostError: it did not answer in time, or something else is wrong there.
        """
        until = self._clock.monotonic() + patience_s
        wait = 1.0
        while True:
            try:
                found = await self._hosts.find(progress.target, name, sudo=sudo)
            except (HostUnreachableError, HostLostError) as error:
                if self._clock.monotonic() >= until:
                    raise
                progress.cut(error.sentence)
            else:
                progress.cut("")
                return found
            await self._clock.sleep(wait)
            wait = min(wait * 2, 10.0)

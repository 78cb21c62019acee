"""What became of commands that were lost sight of: asks their hosts.

A changing command runs on its host under a name, so after a crash, a restart or a cut
connection the host can tell: it finished (the result is read back), it runs (it is followed),
it was started and left no status, or it never began. A command that was skipped because its
condition held has left no trace either: only the traces of those after it tell the two apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from bot.domain.commands import Call, Command, CommandResult, Request, SecretRef, Shell
from bot.errors import HostError, HostLostError, HostUnreachableError
from bot.execution.attempt import Progress, as_root
from bot.ports import Clock, Found, FoundState, HostRunner

LOST_PATIENCE_S = 60.0
"""How long a host that was lost in mid-command is asked again what became of it."""
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 10.0
REBOOT_TIMEOUT_S = 600.0
DID_NOT_START = "It did not start there."
NOBODY_KNOWS = "It was started and left no status: nobody can tell."


@dataclass(frozen=True, slots=True)
class Before:
    """What a host says of earlier attempts: which goes on, of which there is any trace, and the
    newest of which every command has ended well.

    Newest first. Any of them may go on: a retry that was refused because one ran left no trace.
    """

    running: str = ""
    traces: tuple[str, ...] = ()
    well: str = ""


class Recovery:
    """Asks hosts about commands by name."""

    def __init__(self, hosts: HostRunner, clock: Clock) -> None:
        """Use these hosts and this clock."""
        self._hosts = hosts
        self._clock = clock

    async def found(self, progress: Progress, command: Command, name: str) -> Found:
        """What became of a cut-off command; one that runs is followed to its end.

        What it said goes into `progress`. The state is then FINISHED, LOST or ABSENT.

        Raises:
            HostError: the host can't be asked.
        """
        patience = REBOOT_TIMEOUT_S if progress.step.cuts_connection else LOST_PATIENCE_S
        found = await self._ask(progress, command, name, patience_s=patience)
        if found.state is FoundState.ABSENT:
            return found
        progress.changed = True
        progress.started.append(name)
        if found.state is FoundState.RUNNING:
            result = await self._followed(progress, command, name)
            became = FoundState.LOST if result is None else FoundState.FINISHED
            found = Found(became, result)
        if found.result is not None and not self._went_down(progress, found):
            progress.results.append(found.result)
        if found.state is FoundState.FINISHED:
            progress.ran += 1
        return found

    @staticmethod
    def _went_down(progress: Progress, found: Found) -> bool:
        """Whether a command left no status because its host went down, as it should."""
        return progress.step.cuts_connection and found.state is FoundState.LOST

    async def _followed(
        self, progress: Progress, command: Command, name: str
    ) -> CommandResult | None:
        progress.now = (name, as_root(command))
        try:
            if progress.cut_short:  # somebody ended it while the host was still being asked
                await self._hosts.kill(progress.target, name, sudo=as_root(command))
            return await self._follow(progress, command, name)
        except (HostLostError, HostUnreachableError) as error:
            if progress.step.cuts_connection:
                return None  # the host went down, as it should
            return await self.seen_again(progress, command, name, error)
        finally:
            progress.now = None

    async def seen_again(
        self, progress: Progress, command: Command, name: str, lost: HostError
    ) -> CommandResult:
        """The result of a change whose connection was cut.

        Until the host has told, it is in doubt.

        Raises:
            HostLostError: the host can't tell.
            HostError: the host can't be asked.
        """
        progress.cut(lost.sentence)
        progress.doubt = True
        wait = FIRST_WAIT_S
        while True:
            found = await self._ask(progress, command, name, patience_s=LOST_PATIENCE_S)
            if found.state is FoundState.RUNNING:
                with suppress(HostLostError, HostUnreachableError):  # cut again: ask again
                    result = await self._follow(progress, command, name)
                    progress.doubt = False
                    return result
                await self._clock.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT_S)
                continue
            if found.state is FoundState.FINISHED and found.result is not None:
                progress.doubt = False
                return found.result
            became = NOBODY_KNOWS
            if found.result is not None:
                progress.results.append(found.result)  # what it said until it was lost
            if found.state is FoundState.ABSENT:
                became = DID_NOT_START
                progress.doubt = False
                progress.changed = progress.ran > 0
                progress.started.remove(name)
            raise HostLostError(f"{lost.sentence} {became}", host=progress.target.name) from lost

    async def before(self, progress: Progress, formers: Sequence[str]) -> Before:
        """What became of earlier attempts; what they left there is tidied with this one.

        Raises:
            HostError: the host can't be asked.
        """
        traces: list[str] = []
        well = ""
        for former in formers:
            left: list[str] = []
            oks: list[bool] = []
            for index, command in enumerate(progress.part.commands):
                name = f"{former}.{index}"
                found = await self._hosts.find(progress.target, name, sudo=as_root(command))
                if found.state is FoundState.RUNNING:
                    return Before(former, (*traces, former))
                if found.state is not FoundState.ABSENT:
                    left.append(name)
                    oks.append(found.result is not None and found.result.ok)
                elif not _may_be_skipped(command):
                    break
            if left:
                traces.append(former)
            # The last of all must have begun: of one without a trace nobody knows.
            if left and all(oks) and left[-1] == f"{former}.{len(progress.part.commands) - 1}":
                well = well or former
            progress.started += left
        return Before("", tuple(traces), well)

    async def began(self, progress: Progress, attempt: str, since: int = 0) -> bool:
        """Whether the host knows any command of an attempt, from one of them on.

        Raises:
            HostError: the host can't be asked.
        """
        for index, command in enumerate(progress.part.commands):
            if index < since:
                continue
            name = f"{attempt}.{index}"
            found = await self._hosts.find(progress.target, name, sudo=as_root(command))
            if found.state is not FoundState.ABSENT:
                return True
            if not _may_be_skipped(command):
                break  # nothing begins before it has ended
        return False

    async def over(self, progress: Progress, attempts: Sequence[str], *, known: int) -> bool:
        """Wait until nothing of these attempts runs there any more; what they said is kept.

        Of the first, `known` commands have been recorded already. Returns whether the host knows
        anything of them.

        Raises:
            HostError: the host can't be asked.
        """
        traces = known > 0
        for number, attempt in enumerate(attempts):
            for index, command in enumerate(progress.part.commands):
                if number == 0 and index < known:
                    continue
                name = f"{attempt}.{index}"
                try:
                    found = await self.found(progress, command, name)
                except HostLostError:
                    found = await self._ask(progress, command, name, patience_s=0)
                    if found.state is FoundState.RUNNING:
                        raise
                if found.state is not FoundState.ABSENT:
                    traces = True
                elif not _may_be_skipped(command):
                    break
        return traces

    async def _follow(self, progress: Progress, command: Command, name: str) -> CommandResult:
        return await self._hosts.follow(
            progress.target, name, sudo=as_root(command),
            timeout_s=progress.step.timeout_s if progress.step.killable else float("inf"),
            secret=_secret_of(command), hear=progress.witness.hear, cut=progress.cut,
        )  # fmt: skip

    async def _ask(
        self, progress: Progress, command: Command, name: str, *, patience_s: float
    ) -> Found:
        """What became of a command, from a host that may be gone for a while.

        Raises:
            HostError: it did not answer in time, or something else is wrong there.
        """
        until = self._clock.monotonic() + patience_s
        wait = FIRST_WAIT_S
        while True:
            try:
                found = await self._hosts.find(
                    progress.target, name, sudo=as_root(command), secret=_secret_of(command)
                )
            except (HostUnreachableError, HostLostError) as error:
                if self._clock.monotonic() >= until:
                    raise
                progress.cut(error.sentence)
            else:
                progress.cut("")
                return found
            await self._clock.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT_S)


def _secret_of(command: Command) -> SecretRef | None:
    """What the command is given on stdin, and may print."""
    return command.stdin if isinstance(command, Shell) else None


def _may_be_skipped(command: Command) -> bool:
    """Whether a command can be passed over without a trace, because its condition holds."""
    return not isinstance(command, Call | Request) and command.unless is not None

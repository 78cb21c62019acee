"""Performs one attempt: the frozen commands of one step on one target, in order.

It decides nothing about other targets and stores nothing; it says what came of it. Commands
that change something run detached on the host under `ATTEMPT.INDEX`, so that `resume` can
take up an attempt that a crash or a restart cut off: what finished is read back, what runs
is followed, and only what the host has never heard of is started, if that is safe.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.commands import (
    Call,
    Command,
    CommandResult,
    Condition,
    Request,
    Script,
    Shell,
    Upload,
)
from bot.domain.inventory import Target
from bot.domain.plans import Check, Step, TargetPlan
from bot.domain.runs import StepState
from bot.errors import HostError, HostLostError, OverseerError
from bot.ports import Clock, FoundState, Hear, HostCommand, HostRunner

BOOT_ID = Shell(argv=("cat", "/proc/sys/kernel/random/boot_id"))
REBOOT_TIMEOUT_S = 600.0


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of an attempt.

    `results` are one per command, in order, then those of the diagnosis when it failed.
    `started` names what lies on the host and may be forgotten once this is recorded.
    """

    state: StepState
    note: str = ""
    results: tuple[CommandResult, ...] = ()
    changed: bool = False
    started: tuple[str, ...] = ()


@dataclass(slots=True)
class _Progress:
    """What has been done so far."""

    results: list[CommandResult] = field(default_factory=list)
    started: list[str] = field(default_factory=list)
    ran: int = 0
    changed: bool = False

    def end(self, state: StepState, note: str, more: Sequence[CommandResult] = ()) -> Ended:
        """Close it."""
        results = (*self.results, *more)
        return Ended(state, note, results, self.changed, tuple(self.started))


class StepRunner:
    """Runs attempts through a `HostRunner`."""

    def __init__(self, hosts: HostRunner, clock: Clock) -> None:
        """Use these hosts and this clock."""
        self._hosts = hosts
        self._clock = clock

    async def perform(
        self, step: Step, part: TargetPlan, attempt: str, *, hear: Hear, resume: bool = False
    ) -> Ended:
        """Run the commands of `part` in order, then its checks.

        Never raises for what a host does: every failure is an `Ended` with a sentence.
        """
        if part.cannot:
            return Ended(StepState.FAILED, part.cannot)
        if part.already:
            return Ended(StepState.SKIPPED, part.already)
        progress = _Progress()
        try:
            return await self._commands(step, part, attempt, hear, progress, resume=resume)
        except HostLostError as error:
            if step.effect.changes:
                return progress.end(StepState.INTERRUPTED, str(error))
            return progress.end(StepState.FAILED, str(error))
        except OverseerError as error:
            return progress.end(StepState.FAILED, str(error))

    async def undo(self, step: Step, part: TargetPlan, attempt: str, *, hear: Hear) -> Ended:
        """Run the approved undo commands on one target."""
        progress = _Progress()
        try:
            for index, command in enumerate(part.undo):
                name = f"{attempt}.u{index}"
                result = await self._one(step, part.target, command, name, hear, progress)
                if result is not None and not result.ok:
                    return progress.end(StepState.FAILED, f"the undo failed: {why(result)}")
        except OverseerError as error:
            return progress.end(StepState.FAILED, f"the undo failed: {error}")
        return progress.end(StepState.UNDONE, "taken back")

    async def _commands(
        self, step: Step, part: TargetPlan, attempt: str, hear: Hear, progress: _Progress,
        *, resume: bool,
    ) -> Ended:  # fmt: skip
        already = ""
        for index, command in enumerate(part.commands):
            name = f"{attempt}.{index}"
            found: CommandResult | None = None
            if resume and step.effect.changes:
                became = await self._found(step, part.target, command, name, hear, progress)
                if isinstance(became, Ended):
                    return became
                found = became
            if found is None:
                met = await self._met(part.target, command)
                if met:
                    already = met
                    continue
                if step.cuts_connection:
                    return await self._reboot(step, part, command, name, hear, progress)
                found = await self._one(step, part.target, command, name, hear, progress)
            if found is not None and not found.ok:
                more = await self._diagnose(part)
                return progress.end(StepState.FAILED, why(found), more)
        if part.commands and not progress.ran:
            return progress.end(StepState.SKIPPED, already or "already so")
        return await self._checks(part, progress)

    async def _one(
        self, step: Step, target: Target, command: Command, name: str, hear: Hear,
        progress: _Progress,
    ) -> CommandResult | None:  # fmt: skip
        """Run one command and keep its result."""
        host_command = _for_host(command)
        progress.ran += 1
        if step.effect.changes:
            progress.changed = True
            progress.started.append(name)
            result = await self._hosts.change(
                target, host_command, attempt=name, timeout_s=step.timeout_s,
                killable=step.killable, hear=hear,
            )  # fmt: skip
        else:
            result = await self._hosts.read(
                target, host_command, timeout_s=step.timeout_s, hear=hear
            )
        progress.results.append(result)
        return result

    async def _found(
        self, step: Step, target: Target, command: Command, name: str, hear: Hear,
        progress: _Progress,
    ) -> CommandResult | Ended | None:  # fmt: skip
        """What a cut-off attempt became on its host; None when it may be started now."""
        sudo = _sudo(command)
        found = await self._hosts.find(target, name, sudo=sudo)
        progress.started.append(name)
        result: CommandResult | None = found.result
        match found.state:
            case FoundState.RUNNING:
                result = await self._hosts.follow(
                    target, name, sudo=sudo, timeout_s=step.timeout_s, hear=hear
                )
            case FoundState.ABSENT if step.repeatable:
                progress.started.remove(name)
                return None
            case FoundState.ABSENT:
                progress.started.remove(name)
                return progress.end(
                    StepState.INTERRUPTED, f"{target.name} knows nothing of it: it did not start"
                )
            case FoundState.LOST if step.cuts_connection:
                progress.changed = True
                return progress.end(StepState.SUCCEEDED, "it answers with a new boot id")
            case FoundState.LOST:
                progress.changed = True
                return progress.end(
                    StepState.INTERRUPTED, "it was started and left no status: nobody can tell"
                )
            case _:
                pass
        if result is None:
            return progress.end(StepState.INTERRUPTED, "its result could not be read")
        progress.ran += 1
        progress.changed = True
        progress.results.append(result)
        return result

    async def _met(self, target: Target, command: Command) -> str:
        """The words of an `unless` that holds, or nothing."""
        condition = None if isinstance(command, Call | Request) else command.unless
        if condition is None:
            return ""
        result = await self._read(target, condition.argv)
        return condition.says if holds(condition, result) else ""

    async def _reboot(
        self, step: Step, part: TargetPlan, command: Command, name: str, hear: Hear,
        progress: _Progress,
    ) -> Ended:  # fmt: skip
        """A command that cuts its own connection is done when a new boot id answers."""
        before = (await self._hosts.read(part.target, BOOT_ID, timeout_s=30)).stdout.strip()
        try:
            result = await self._one(step, part.target, command, name, hear, progress)
            if result is not None and not result.ok and not result.signal:
                return progress.end(StepState.FAILED, why(result))
        except HostError:
            # The connection went with the host, as it should.
            progress.started.clear()
        await self._hosts.reboot_wait(part.target, before, timeout_s=REBOOT_TIMEOUT_S)
        return progress.end(StepState.SUCCEEDED, "it is back, with a new boot id")

    async def _checks(self, part: TargetPlan, progress: _Progress) -> Ended:
        """A step is done only when its checks pass after they had time to settle."""
        for check in part.checks:
            if check.settle_s:
                await self._clock.sleep(check.settle_s)
            result = await self._read(part.target, check.argv)
            if not passes(check, result):
                said = result.stdout.strip() or why(result)
                more = await self._diagnose(part)
                return progress.end(StepState.FAILED, f"the check says: {said}", more)
        return progress.end(StepState.SUCCEEDED, "")

    async def _diagnose(self, part: TargetPlan) -> list[CommandResult]:
        """What the card shows of a failure; a host that can't say more is no new failure."""
        said: list[CommandResult] = []
        for check in part.checks:
            for argv in check.diagnose:
                try:
                    said.append(await self._read(part.target, argv))
                except HostError:
                    return said
        return said

    async def _read(self, target: Target, argv: tuple[str, ...]) -> CommandResult:
        return await self._hosts.read(target, Shell(argv=argv), timeout_s=30)


def _for_host(command: Command) -> HostCommand:
    """The command, when it is one that a host can run."""
    if isinstance(command, Shell | Script | Upload):
        return command
    raise OverseerError(f"{command.kind} commands do not run on a host.")


def _sudo(command: Command) -> bool:
    return not isinstance(command, Call | Request) and command.sudo


def holds(condition: Condition, result: CommandResult) -> bool:
    """Whether an `unless` says that it is so already."""
    return result.ok and (condition.stdout is None or result.stdout.strip() == condition.stdout)


def passes(check: Check, result: CommandResult) -> bool:
    """Whether a check's read says what it must."""
    if check.stdout is None:
        return result.ok
    return result.stdout.strip() == check.stdout


def why(result: CommandResult) -> str:
    """One line on why a command failed: `exit 1`, `ended by KILL`, `no end after 300 s`."""
    if result.error:
        return result.error
    if result.timed_out:
        return f"no end after {result.duration_s:.0f} s"
    if result.signal:
        return f"ended by {result.signal}"
    return f"exit {result.exit_status}"


async def cancelled_quietly(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait for its end."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

"""Performs one attempt: the frozen commands of one step on one target, in order.

It decides nothing about other targets and stores nothing; it says what came of it. Commands
that change something run detached on the host under `ATTEMPT.INDEX`. Whoever lost sight of
one (a crash, a restart, a cut connection) asks the host: what finished is read back, what
runs is followed, and only what the host has never heard of is started, if that is safe.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import ceil

import structlog

from bot.domain.commands import (
    Call,
    Command,
    CommandResult,
    Request,
    Script,
    Shell,
    Upload,
)
from bot.domain.inventory import Target
from bot.domain.plans import WHEN_IT_BEGAN, Step, TargetPlan
from bot.domain.runs import ENDED_BY_STOP, StepState
from bot.errors import (
    HostError,
    HostKeyChangedError,
    HostLostError,
    HostUnreachableError,
    OverseerError,
)
from bot.execution.attempt import Ended, Progress, Witness
from bot.execution.recovery import DID_NOT_START, NOBODY_KNOWS, REBOOT_TIMEOUT_S, Recovery
from bot.execution.verdicts import holds, passes, why
from bot.ports import Clock, FoundState, HostCommand, HostRunner

_log = structlog.get_logger(__name__)

BOOT_ID = ("cat", "/proc/sys/kernel/random/boot_id")
READ_TIMEOUT_S = 30.0
WORDS_S = 2.0
"""What has just failed has its last words in the host's journal a moment later."""
BEGAN_BEFORE_S = 3600
"""How far a diagnosis looks back where the command was started by an earlier process."""
NEVER_BEGAN = "it had never begun there, so there was nothing to take back"
HAD_ENDED = "it had ended well while nobody could see it, so it was not run again"


class StepRunner:
    """Runs attempts through a `HostRunner`."""

    def __init__(self, hosts: HostRunner, clock: Clock) -> None:
        """Use these hosts and this clock."""
        self._hosts = hosts
        self._clock = clock
        self._recovery = Recovery(hosts, clock)
        self._under_way: dict[str, Progress] = {}
        self._cut_short: dict[str, str] = {}
        """Attempts that were ended before they were taken up, and why."""

    async def perform(
        self,
        step: Step,
        part: TargetPlan,
        attempt: str,
        *,
        witness: Witness,
        resume: bool = False,
        may_start: bool = True,
        formers: Sequence[str] = (),
        doubtful: Sequence[str] = (),
    ) -> Ended:
        """Run the commands of `part` in order, then its checks.

        Never raises for what a host does, nor for what nobody foresaw: every failure is an
        `Ended` with a sentence. With `resume` the host is asked first; without `may_start`
        nothing is started anew. `formers` are the earlier attempts at the same: one that still
        runs is followed, and nothing is started beside it. `doubtful` are those of them, and
        this one, that ended in doubt: until the host has told what became of them, this one is
        in doubt as well.
        """
        if part.cannot:
            # The card that was approved has said so: such a target is no part of the change.
            if step.effect.changes:
                return Ended(StepState.SKIPPED, part.cannot, left_out=True)
            return Ended(StepState.FAILED, part.cannot)
        if part.already:
            return Ended(StepState.SKIPPED, part.already)
        progress = self._under_way[attempt] = Progress(step, part, attempt, witness)
        progress.cut_short = self._cut_short.get(attempt, "")
        progress.doubt = step.effect.changes and (resume or bool(doubtful))
        progress.untouched = set(formers) <= set(doubtful)
        try:
            if formers and step.effect.changes:
                resume = await self._after(progress, formers, doubtful, resume=resume)
            ended = await self._commands(part, progress, resume=resume, may_start=may_start)
            if progress.had_ended and ended.state is StepState.SUCCEEDED:
                return replace(ended, note=HAD_ENDED)
            return ended
        except OverseerError as error:
            return progress.give_up(error)
        except Exception as error:  # noqa: BLE001 - what nobody foresaw; what was begun is known
            _log.exception("attempt_failed", attempt=attempt)
            return progress.give_up(error)
        finally:
            del self._under_way[attempt]
            self._cut_short.pop(attempt, None)

    async def _after(
        self, progress: Progress, formers: Sequence[str], doubtful: Sequence[str], *, resume: bool
    ) -> bool:
        """Go on from an earlier attempt if need be; whether the host is asked first then."""
        before = await self._recovery.before(progress, formers)
        progress.untouched = progress.untouched and not before.traces
        if before.running:
            progress.attempt, progress.doubt = before.running, True
            return True
        if not resume:
            progress.doubt = False
            # Nobody knew that it had ended well: trying again would do it twice.
            if before.well and before.well in doubtful:
                progress.attempt, progress.had_ended = before.well, True
                return True
            return False
        settled = next((former for former in before.traces if former in doubtful), "")
        if settled and not await self._recovery.began(progress, progress.attempt):
            progress.attempt = settled  # what became of that one is what was asked
        return True

    async def undo(
        self,
        step: Step,
        part: TargetPlan,
        attempt: str,
        *,
        witness: Witness,
        doubtful: Sequence[str] = (),
        known: int = 0,
        all_in_doubt: bool = False,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> Ended:
        """Run the approved undo commands on one target; what was begun before is not repeated.

        What the `doubtful` attempts left running (`known` results of the newest are recorded) is
        followed to its end first: nothing is taken back beside it. When there is no attempt but
        those (`all_in_doubt`) and the host knows of none, there is nothing to take back. Nothing
        is started any more once `goes_on` says no.
        """
        progress = self._under_way[attempt] = Progress(step, part, attempt, witness)
        try:
            try:
                begun = await self._recovery.over(progress, doubtful, known=known)
            except OverseerError as error:
                return progress.end(StepState.FAILED, f"what ran there is in doubt: {error}")
            if all_in_doubt and not begun:
                return progress.end(StepState.UNDONE, NEVER_BEGAN)
            for index, command in enumerate(part.undo):
                name = f"{attempt}.u{index}"
                found = await self._recovery.found(progress, command, name)
                if found.state is FoundState.LOST:
                    return progress.end(StepState.FAILED, f"the undo is in doubt: {NOBODY_KNOWS}")
                result = found.result
                if result is None:
                    if progress.cut_short or (index == 0 and not goes_on()):
                        return progress.end(StepState.FAILED, "stopped before it was taken back")
                    result = await self._one(progress, command, name)
                if not result.ok:
                    return progress.end(StepState.FAILED, f"the undo failed: {why(result)}")
        except OverseerError as error:
            return progress.end(StepState.FAILED, f"the undo failed: {error}")
        finally:
            del self._under_way[attempt]
        return progress.end(StepState.UNDONE, "taken back")

    async def kill(self, attempt: str, why: str = ENDED_BY_STOP) -> None:
        """End what an attempt runs on its host, and start no further command of it."""
        progress = self._under_way.get(attempt)
        if progress is None:
            self._cut_short[attempt] = why
            return
        progress.cut_short = why
        if progress.now is not None:
            name, sudo = progress.now
            await self._hosts.kill(progress.target, name, sudo=sudo)

    # -- commands ---------------------------------------------------------------------------

    async def _commands(
        self, part: TargetPlan, progress: Progress, *, resume: bool, may_start: bool
    ) -> Ended:
        already = ""
        asks = resume and progress.step.effect.changes
        for index, command in enumerate(part.commands):
            name = f"{progress.attempt}.{index}"
            found: CommandResult | None = None
            if asks:
                became = await self._recovery.found(progress, command, name)
                if became.state is FoundState.LOST:
                    return await self._lost(progress)
                found = became.result
            if found is None:
                if met := await self._passed_over(progress, index, asked=asks):
                    already = met
                    continue
                if asks and not (may_start and progress.step.repeatable):
                    return progress.end(StepState.INTERRUPTED, DID_NOT_START)
                if progress.cut_short:
                    said = f"{progress.cut_short} before its next command"
                    return progress.end(StepState.FAILED, said)
                if progress.step.cuts_connection:
                    return await self._reboot(progress, command, name)
                found = await self._one(progress, command, name)
            elif progress.step.cuts_connection and found.ok:
                return await self._back(progress, progress.target.boot_id)
            if not found.ok:
                more = await self._diagnose(progress, after_s=WORDS_S)
                ended = progress.cut_short if found.signal else ""
                return progress.end(StepState.FAILED, ended or why(found), more)
        progress.doubt = False
        if part.commands and not progress.ran:
            return progress.end(StepState.SKIPPED, already or "already so")
        return await self._checks(part, progress)

    async def _one(self, progress: Progress, command: Command, name: str) -> CommandResult:
        """Run one command and keep its result."""
        host_command = _for_host(command)
        step, target = progress.step, progress.target
        if not step.effect.changes:
            progress.ran += 1
            result = await self._hosts.read(
                target, host_command, timeout_s=step.timeout_s, hear=progress.witness.hear
            )
            progress.results.append(result)
            return result
        before = progress.changed
        progress.changed = True
        if progress.began is None and not progress.doubt:
            progress.began = self._clock.monotonic()
        progress.started.append(name)
        progress.now = (name, host_command.sudo)
        try:
            result = await self._hosts.change(
                target, host_command, attempt=name, timeout_s=step.timeout_s,
                killable=step.killable, hear=progress.witness.hear, cut=progress.cut,
            )  # fmt: skip
        except HostLostError as error:
            if step.cuts_connection:
                raise
            result = await self._recovery.seen_again(progress, command, name, error)
        except OverseerError:
            # Refused before anything was started.
            progress.changed = before
            progress.started.remove(name)
            raise
        finally:
            progress.now = None
        progress.ran += 1
        progress.results.append(result)
        return result

    async def _lost(self, progress: Progress) -> Ended:
        """What was started and left no status; a reboot leaves none, and has then been done."""
        if not progress.step.cuts_connection:
            return progress.end(StepState.INTERRUPTED, NOBODY_KNOWS)
        return await self._back(progress, progress.target.boot_id)

    async def _passed_over(self, progress: Progress, index: int, *, asked: bool) -> str:
        """The words of an `unless` that holds, or nothing.

        It counts as well where the host was `asked` and knows a later command: it held then.
        """
        command = progress.part.commands[index]
        condition = None if isinstance(command, Call | Request) else command.unless
        if asked:
            if condition and await self._recovery.began(progress, progress.attempt, index + 1):
                return condition.says
            progress.doubt = False  # the commands after it have not begun either
        if condition is None:
            return ""
        result = await self._read(progress.target, condition.argv)
        return condition.says if holds(condition, result) else ""

    async def _reboot(self, progress: Progress, command: Command, name: str) -> Ended:
        """A command that cuts its own connection is done when a new boot id answers."""
        before = (await self._read(progress.target, BOOT_ID)).stdout.strip()
        try:
            result = await self._one(progress, command, name)
            if not result.ok and not result.signal:
                return progress.end(StepState.FAILED, why(result))
        except HostLostError:
            pass  # the connection went with the host, as it should
        return await self._back(progress, before)

    async def _back(self, progress: Progress, before: str) -> Ended:
        """The host answers with another boot id than `before`; its checks pass."""
        try:
            await self._hosts.reboot_wait(progress.target, before, timeout_s=REBOOT_TIMEOUT_S)
        except HostUnreachableError as error:
            return progress.end(StepState.FAILED, str(error))
        done = await self._checks(progress.part, progress)
        if done.state is StepState.SUCCEEDED:
            return progress.end(StepState.SUCCEEDED, "it is back, with a new boot id")
        return done

    # -- checks -----------------------------------------------------------------------------

    async def _checks(self, part: TargetPlan, progress: Progress) -> Ended:
        """A step is done only when its checks pass after they had time to settle."""
        for check in part.checks:
            if check.settle_s:
                await self._clock.sleep(check.settle_s)
            try:
                result = await self._read(part.target, check.argv)
            except HostKeyChangedError:
                raise
            except HostError as error:
                return progress.end(StepState.FAILED, f"it ran, but can't be checked: {error}")
            if not passes(check, result):
                said = result.stdout.strip() or why(result)
                more = await self._diagnose(progress)
                return progress.end(StepState.FAILED, f"the check says: {said}", more)
        # Such as a full disk there: it went well, and part of what it said is lost.
        lost = next((result.error for result in progress.results if result.error), "")
        return progress.end(StepState.SUCCEEDED, lost)

    async def _diagnose(self, progress: Progress, after_s: float = 0.0) -> list[CommandResult]:
        """What the card shows of a failure; a host that can't say more is no new failure.

        It reads with the privilege that was approved with the check.
        """
        said: list[CommandResult] = []
        if any(check.diagnose for check in progress.part.checks):
            await self._clock.sleep(after_s)
        for check in progress.part.checks:
            for words in check.diagnose:
                argv = tuple(w.replace(WHEN_IT_BEGAN, self._ago(progress)) for w in words)
                try:
                    said.append(await self._read(progress.target, argv, sudo=check.sudo))
                except OverseerError:
                    return said
        return said

    def _ago(self, progress: Progress) -> str:
        """How long ago it began, by the host's own clock, which may be another than ours."""
        began = progress.began
        ago = BEGAN_BEFORE_S if began is None else self._clock.monotonic() - began + 1
        return f"-{ceil(ago)}s"

    async def _read(
        self, target: Target, argv: tuple[str, ...], *, sudo: bool = False
    ) -> CommandResult:
        shell = Shell(argv=argv, sudo=sudo)
        return await self._hosts.read(target, shell, timeout_s=READ_TIMEOUT_S)


def _for_host(command: Command) -> HostCommand:
    """The command, when it is one that a host can run."""
    if isinstance(command, Shell | Script | Upload):
        return command
    raise OverseerError(f"{command.kind} commands do not run on a host.")

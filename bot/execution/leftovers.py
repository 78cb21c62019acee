"""What may still run on a host after whoever started it gave up: nothing is changed beside it.

An attempt that ends in doubt (its host went silent, Overseer failed at it) leaves the names of
its commands in the store, in the same transaction. They outlive the run: it may be decided, or
let go after half an hour, while its command goes on. Whoever next changes that host asks it
first, and starts nothing while one of them runs; what is over is asked about no more.

What would never end (`tail -f`) is ended by whoever may stop its run: `stop --kill`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog

from bot.domain.commands import Command, shown
from bot.domain.inventory import Target
from bot.domain.plans import Plan
from bot.domain.runs import Attempt, StepState
from bot.domain.wording import shortened
from bot.errors import HostKeyChangedError, OverseerError, StoreBusyError, UnreadableError
from bot.execution.attempt import Ended
from bot.execution.ledger import write_decision, write_over
from bot.execution.live_run import Live
from bot.ports import FoundState, HostRunner, Leftover, Store, Unit

_log = structlog.get_logger(__name__)

_LONGEST = 200
"""Characters of a command in a sentence about it."""


@dataclass(frozen=True, slots=True)
class Known:
    """A leftover, and what its plan says of it."""

    left: Leftover
    target: Target
    command: Command
    killable: bool

    def __str__(self) -> str:
        """The command and its host, in a sentence."""
        line = shortened(" ".join(shown(self.command).split()), _LONGEST)
        return f"`{line}` on {self.target.name}"


def left_by(unit: Unit, plan_id: int) -> tuple[Known, ...]:
    """What the run of a plan, of whichever revision, may have left running.

    Raises:
        UnreadableError: a revision of it can't be read.
    """
    newest = unit.plan(plan_id)
    found = []
    for revision in range(1, newest.plan.revision + 1 if newest else 1):
        stored = unit.plan(plan_id, revision)
        if stored is not None:
            found += [_known(stored.plan, one) for one in unit.left(stored.plan.hosts)]
    return tuple(one for one in found if one is not None)


def _known(plan: Plan, one: Leftover) -> Known | None:
    """What a plan says of a leftover; its name is made in `Live` and by `write_left`."""
    run = rf"{plan.id}-{plan.revision}-[0-9a-f]{{8}}"
    for step in plan.steps if one.plan == plan.id else ():
        for part in step.targets:
            if part.target.name != one.host:
                continue
            mine = rf"{run}-{re.escape(step.id)}-{re.escape(one.host)}-\d+\.(u?)(\d+)"
            if not (is_mine := re.fullmatch(mine, one.name)):
                continue
            commands = part.undo if is_mine[1] else part.commands
            if int(is_mine[2]) < len(commands):
                command = commands[int(is_mine[2])]
                return Known(one, part.target, command, step.killable)
    return None


class Leftovers:
    """Asks hosts about what earlier attempts left there."""

    def __init__(self, store: Store, hosts: HostRunner) -> None:
        """Use this store and these hosts."""
        self._store = store
        self._hosts = hosts

    async def in_the_way(
        self, live: Live, attempt: Attempt, target: Target, *, again: bool = True
    ) -> Ended | None:
        """Why a change must not start on a host now; None when nothing of before runs there.

        `again`: it may be tried again later.

        Earlier attempts at the very same are left to recovery, which follows what runs; while
        they are in doubt, so is one that was not begun because of others.
        """
        in_doubt = bool(live.own_left(attempt))
        state = StepState.INTERRUPTED if in_doubt else StepState.FAILED
        over: list[Leftover] = []
        try:
            for one in live.others_left(attempt):
                found = await self._hosts.find(target, one.name, sudo=one.sudo)
                if found.state is FoundState.RUNNING:
                    return Ended(state, await self._runs(one, again=again), changed=in_doubt)
                over.append(one)
        except HostKeyChangedError as error:
            return Ended(state, str(error), changed=in_doubt, drift=str(error))
        except OverseerError as error:  # also a secret that can't be had: nothing was begun
            return Ended(state, str(error), changed=in_doubt)
        finally:
            await self._cleared(live, over)
        return None

    async def _runs(self, one: Leftover, *, again: bool) -> str:
        """That it runs, and what can be done about it."""
        said = f"a command of #{one.plan} still runs there, so nothing was started beside it"
        try:
            known = await self._store.read(lambda unit: left_by(unit, one.plan))
        except UnreadableError:  # what can't be read can't be ended by its name either
            return said
        killable = any(each.killable for each in known if each.left == one)
        kill = f"`./overseer stop {one.plan} --kill` ends it"
        if again:
            said = f"{said}; try again when it has ended"
            return f"{said}, or now: {kill}" if killable else f"{said}: it can't be ended halfway"
        return f"{said}; {kill}" if killable else said

    async def end(self, plan_id: int, *, by: str) -> tuple[str, ...]:
        """End what the run of a plan left on its hosts, where it may be ended halfway.

        Returns a sentence on each command that ran, or could not be asked about: those are kept.
        """
        hosts: dict[str, list[Known]] = {}
        for one in await self._store.read(lambda unit: left_by(unit, plan_id)):
            hosts.setdefault(one.left.host, []).append(one)
        if not hosts:
            return ()

        def work(unit: Unit) -> None:
            for host in hosts:
                write_decision(unit, plan_id, "kill", by=by, host=host)

        await self._store.write(work)
        said = await asyncio.gather(*(self._end_there(each) for each in hosts.values()))
        return tuple(sentence for each in said for sentence in each)

    async def end_all(self, *, by: str) -> tuple[str, ...]:
        """The same of every run there was: a sentence on each that left something to tell of."""
        plans = await self._store.read(lambda unit: {one.plan for one in unit.left()})
        numbers = sorted(plans)
        said = await asyncio.gather(*(self._end_one(number, by=by) for number in numbers))
        return tuple(
            f"#{n}: {'; '.join(each)}." for n, each in zip(numbers, said, strict=True) if each
        )

    async def _end_one(self, plan_id: int, *, by: str) -> tuple[str, ...]:
        """The same as `end`; a plan that can't be read keeps nothing of the others running."""
        try:
            return await self.end(plan_id, by=by)
        except UnreadableError as error:
            return (f"not ended: {error.sentence.rstrip('.')}",)

    async def _end_there(self, known: Sequence[Known]) -> list[str]:
        """End what one host still runs of these."""
        said: list[str] = []
        over: list[Leftover] = []
        for one in known:
            left = one.left
            try:
                found = await self._hosts.find(one.target, left.name, sudo=left.sudo)
                if found.state is FoundState.RUNNING:
                    if not one.killable:
                        said.append(f"{one} can't be ended halfway and finishes first")
                        continue
                    await self._hosts.kill(one.target, left.name, sudo=left.sudo)
                    said.append(f"ended {one}")
            except OverseerError as error:  # of one host: the others' go on
                why = str(error).rstrip(".")
                said.append(f"{one} may still run there, and I can't end it now: {why}")
                continue
            over.append(left)
        await self._clear(over)
        return said

    async def _cleared(self, live: Live, over: Iterable[Leftover]) -> None:
        gone = tuple(over)
        if gone and await self._clear(gone):
            live.over(gone)

    async def _clear(self, gone: Sequence[Leftover]) -> bool:
        """Ask about them no more; whether that could be written."""
        try:
            await self._store.write(lambda unit: write_over(unit, gone))
        except StoreBusyError as error:  # only tidying: they are asked about once more
            _log.info("leftovers_not_cleared", error=str(error))
            return False
        return True

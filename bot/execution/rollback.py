"""Takes a run back: the approved undo commands, only where this run changed something.

The newest step first, the targets of a step side by side as far as its batch allows. What
has been taken back is recorded at once, so that going on after a crash repeats nothing; what
failed stays on its host until the run has ended, so that the host can tell that it was tried.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.domain.commands import CommandResult
from bot.domain.plans import Step
from bot.domain.runs import STEP_MOVES, Attempt, RunState, StepState
from bot.execution.ledger import write_left, write_moves, write_over, write_record
from bot.execution.live_run import Live
from bot.execution.performer import Performer
from bot.execution.track import StepMove
from bot.ports import Clock, Unit

_ENDINGS = {StepState.SUCCEEDED: "done", StepState.INTERRUPTED: "in doubt"}
_UNDOABLE = frozenset(state for state, to in STEP_MOVES.items() if StepState.UNDONE in to)


async def roll_back(
    live: Live,
    performer: Performer,
    clock: Clock,
    forget: Callable[[Live, Attempt, Sequence[str]], None],
    tried: list[tuple[Attempt, Sequence[str]]],
) -> tuple[RunState, str]:
    """Run the undo commands; where the run goes then, and a sentence on what is left.

    `tried` gets what failed and may be forgotten on its host once the run has ended.
    """
    failed: list[str] = []
    stays: list[str] = []
    undone = 0
    halted: set[str] = set()
    for step in reversed(live.plan.steps):
        todo = [a for a in live.changed(step.id) if step.target(a.host).undo]
        stays += _staying(step, [a for a in live.changed(step.id) if not step.target(a.host).undo])
        if live.machine.stopping:
            failed += _left(step, [a.host for a in todo])
            continue
        # Where taking back failed it may still go on: nothing starts beside it.
        missed = [a.host for a in todo if a.host in halted]
        todo = [a for a in todo if a.host not in halted]
        room = asyncio.Semaphore(step.batch or max(1, len(todo)))
        done = await asyncio.gather(
            *(_undo(live, a, performer, clock, forget, tried, room) for a in todo)
        )
        broken = [a.host for a, ok in zip(todo, done, strict=True) if not ok]
        halted.update(broken)
        failed += _left(step, [*missed, *broken])
        undone += sum(done)
        await _settle(live, step)
    said = "; ".join((*failed, *stays))
    if failed:
        return RunState.FAILED, said
    if stays and not undone:
        return RunState.FAILED, f"nothing can be taken back: {said}"
    return RunState.ROLLED_BACK, said


def _left(step: Step, hosts: Sequence[str]) -> list[str]:
    """That a step was to be taken back, and was not."""
    return [f"{step.title} was not taken back on {_names(hosts)}"] if hosts else []


def _staying(step: Step, attempts: Sequence[Attempt]) -> list[str]:
    """What a step that has no undo leaves as it is, and how: told for each way that it ended."""
    by_state: dict[StepState, list[str]] = {}
    for attempt in attempts:
        by_state.setdefault(attempt.state, []).append(attempt.host)
    return [
        f"{step.title} on {_names(hosts)} has no undo, so it stays as it is: "
        f"{_ENDINGS.get(state, state.value)}"
        for state, hosts in by_state.items()
    ]


async def _undo(
    live: Live,
    attempt: Attempt,
    performer: Performer,
    clock: Clock,
    forget: Callable[[Live, Attempt, Sequence[str]], None],
    tried: list[tuple[Attempt, Sequence[str]]],
    room: asyncio.Semaphore,
) -> bool:
    """Take one target back and record it; whether it worked."""
    async with room:
        if live.machine.stopping:
            return False
        ended = await performer.undo(live, attempt)
    worked = ended.state is StepState.UNDONE
    undone = replace(
        attempt,
        state=StepState.UNDONE if worked else attempt.state,
        note=ended.note,
        results=_with(attempt.results, ended.results),
        ended_at=clock.now(),
    )
    live.keep(undone)
    gone = live.own_left(undone) if worked else ()

    def work(unit: Unit) -> None:
        write_record(unit, undone)
        if worked:
            write_over(unit, gone)
        else:
            write_left(unit, undone, undo=True)

    await live.scribe.write(work)
    live.over(gone)
    if worked:
        forget(live, undone, ended.started)
    else:
        tried.append((undone, ended.started))
    return worked


def _with(
    known: tuple[CommandResult, ...], more: tuple[CommandResult, ...]
) -> tuple[CommandResult, ...]:
    """All results; what was recorded before a crash is read again after it."""
    return known if more and known[-len(more) :] == more else (*known, *more)


async def _settle(live: Live, step: Step) -> None:
    """A step of which nothing is left has been undone."""
    track = live.machine.tracks[step.id]
    mine = [a for a in live.attempts.values() if a.step == step.id]
    taken = any(a.state is StepState.UNDONE for a in mine)
    if not taken or live.changed(step.id) or track.state not in _UNDOABLE:
        return
    move = StepMove(step.id, track.state, StepState.UNDONE)
    track.state = StepState.UNDONE
    await live.scribe.write(lambda unit: write_moves(unit, live.plan.id, (move,)))


def _names(hosts: Sequence[str]) -> str:
    return ", ".join(sorted(set(hosts)))

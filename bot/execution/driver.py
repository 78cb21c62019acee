"""Drives runs in memory: does what each one's machine says, and writes down each move.

Write the intent durably, act, record. An attempt's claim is committed before its first
command is sent; its result, the steps' moves and their events are one transaction. What is
stored is always a beginning of what happened (see `scribe`).

Nothing here decides whether something may run: that is the gate's, asked again through
`Recheck` whenever policy, people or inventory have moved since the last time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.domain.intents import OnFailure
from bot.domain.plans import Plan
from bot.domain.runs import RUN_ENDED, Attempt, RunState, StepState
from bot.errors import OverseerError
from bot.execution.attempt import Ended
from bot.execution.ledger import (
    ROLLING_BACK,
    write_backwards,
    write_claim,
    write_cut_off,
    write_end,
    write_moves,
    write_over,
    write_record,
)
from bot.execution.live_run import CAME_TO_NOTHING, Live
from bot.execution.performer import Performer
from bot.execution.rollback import roll_back
from bot.execution.track import Deed, LeftOut, StepMove
from bot.ports import Clock, Unit
from bot.settings import RunSettings

_log = structlog.get_logger(__name__)

CLOSING_S = 5.0
"""How long `close` waits for results to be stored."""

_OVER = frozenset({RunState.CANCELLED, RunState.SUCCEEDED})
"""Where a run may go although what is approved has drifted: nothing of it is left to begin."""

Versions = Callable[[], str]
Recheck = Callable[[Plan], Awaitable[str]]
"""Judges an approved plan and its voters again; a sentence when it may not go on as approved."""


class Driver:
    """Every run that moves in this process, by its plan's number."""

    def __init__(
        self,
        performer: Performer,
        *,
        clock: Clock,
        versions: Versions,
        recheck: Recheck,
        settings: RunSettings,
    ) -> None:
        """Drive nothing yet."""
        self.performer = performer
        self._clock = clock
        self._versions = versions
        self._recheck = recheck
        self._settings = settings
        self.lives: dict[int, Live] = {}
        self.tasks: set[asyncio.Task[Any]] = set()
        self.closing = False

    def take(self, live: Live) -> None:
        """Drive this run from now on."""
        self.lives[live.plan.id] = live
        self.pump(live)

    def resume(self, live: Live, cut_off: Sequence[Attempt], *, may_start: bool = True) -> None:
        """Ask the hosts what became of attempts, and go on from there.

        Under votes that have expired nothing more begins: what is left can be approved anew.
        """
        live.drift = live.drift or _expired(live.plan, self._clock.now())
        self.lives[live.plan.id] = live
        for attempt in cut_off:
            live.machine.started(attempt.step, attempt.host)
        live.judging = True
        self.spawn(self._resume(live, cut_off, may_start=may_start), live)

    async def _resume(self, live: Live, cut_off: Sequence[Attempt], *, may_start: bool) -> None:
        if cut_off:
            await self._judge_again(live)
        live.judging = False
        for attempt in cut_off:
            self._perform(live, attempt, resume=True, may_start=may_start)
        self.pump(live)

    # -- the pump ---------------------------------------------------------------------------

    def pump(self, live: Live) -> None:
        """Start what may start; close the run when nothing can."""
        if self.closing or live.closing:
            return
        if not (live.drift or live.trouble):
            deeds = live.machine.advance()
            if live.judging or (deeds and live.versions != self._versions()):
                live.held += deeds
                if not live.judging:
                    live.judging = True
                    self.spawn(self._judge_held(live), live)
            else:
                for deed in deeds:
                    self._do(live, deed)
        if live.machine.flying or live.judging:
            return
        outcome = live.machine.outcome()
        if live.trouble:
            outcome = RunState.INTERRUPTED
        elif live.drift and outcome not in _OVER:
            if not live.in_doubt():
                outcome = RunState.DRIFTED
            elif outcome is None:  # the rest may not begin, and what is in doubt comes first
                outcome = RunState.INTERRUPTED
        if outcome is None:
            live.trouble = "Nothing of it can start, and it has not ended: that is my own fault."
            _log.error("run_stuck", plan=live.plan.id)
            outcome = RunState.INTERRUPTED
        live.closing = True
        self.spawn(self._finish(live, outcome), live)

    async def _judge_again(self, live: Live) -> None:
        """Ask the gate, once per move of what a verdict depends on."""
        while not live.drift and live.versions != (now := self._versions()):
            live.versions = now
            live.drift = await self._recheck(live.plan)

    async def _judge_held(self, live: Live) -> None:
        """Do what was held once the gate has judged again."""
        await self._judge_again(live)
        held, live.held, live.judging = live.held, [], False
        for deed in held:
            if not live.drift:
                self._do(live, deed)
            elif not isinstance(deed, LeftOut | StepMove):
                live.machine.withdrawn(deed)
        self.pump(live)

    def _do(self, live: Live, deed: Deed) -> None:
        if isinstance(deed, LeftOut):
            out = live.left_out(deed.step, deed.host, self._clock.now())
            self._put(live, lambda unit: write_record(unit, out))
            return
        if isinstance(deed, StepMove):
            self._put(live, lambda unit: write_moves(unit, live.plan.id, (deed,)))
            return
        attempt = live.next_attempt(deed.step, deed.host, self._clock.now())
        opens = deed.opens

        def then() -> None:
            live.keep(attempt)
            self._perform(live, attempt)

        def refused(error: Exception) -> None:
            live.trouble = live.trouble or f"I could not write down what I would do: {error}"
            live.machine.withdrawn(deed)
            self.pump(live)

        live.scribe.put(
            lambda unit: write_claim(unit, attempt, opens), then=then, refused=refused, hasty=True
        )

    def _put(self, live: Live, write: Callable[[Unit], object]) -> None:
        """Store a change that is true already."""

        def refused(error: Exception) -> None:
            _log.error("change_refused", plan=live.plan.id, error=str(error))
            live.trouble = live.trouble or f"I could not write down what happened: {error}"
            self.pump(live)

        live.scribe.put(write, refused=refused)

    # -- attempts ---------------------------------------------------------------------------

    def _perform(
        self, live: Live, attempt: Attempt, *, resume: bool = False, may_start: bool = True
    ) -> None:
        """Perform a claimed attempt (or take one up again) and record it."""
        if self.closing:
            return
        if not resume and (live.machine.stopping or live.drift or live.trouble):
            self._ended(live, attempt, Ended(StepState.CANCELLED, "stopped before it began"))
            return
        work = self._attempt(live, attempt, resume=resume, may_start=may_start)
        task = live.tasks[attempt.id] = self.spawn(work, live)
        task.add_done_callback(lambda _: live.tasks.pop(attempt.id, None))

    async def _attempt(
        self, live: Live, attempt: Attempt, *, resume: bool, may_start: bool
    ) -> None:
        may_start = may_start and not (live.drift or live.machine.stopping)
        ended = await self.performer.perform(live, attempt, resume=resume, may_start=may_start)
        if isinstance(ended, Ended):
            self._ended(live, attempt, ended)
            return
        live.keep(ended)
        live.machine.ended(attempt.step, attempt.host, ended.state)
        self.pump(live)

    def _ended(self, live: Live, attempt: Attempt, ended: Ended) -> None:
        """Store what came of an attempt, with the step's move, and go on."""
        done = replace(
            attempt, state=ended.state, note=ended.note, results=ended.results,
            changed=ended.changed or (attempt.changed and not ended.untouched),
            left_out=ended.left_out, ended_at=self._clock.now(),
        )  # fmt: skip
        live.drift = live.drift or ended.drift
        moves = live.machine.ended(attempt.step, attempt.host, ended.state)
        live.keep(done)
        doubt = ended.state in {StepState.INTERRUPTED, StepState.CANCELLED}
        gone = () if doubt else live.own_left(attempt)
        live.over(gone)

        def work(unit: Unit) -> None:
            write_record(unit, done, moves)
            write_over(unit, gone)

        self._put(live, work)
        if ended.state is not StepState.INTERRUPTED:
            self.forget(live, done, ended.started)
        self.pump(live)

    def forget(self, live: Live, attempt: Attempt, names: Sequence[str]) -> None:
        """Tidy up on the host; nobody waits for that."""
        if names:
            self.spawn(self.performer.forget(live, attempt, names))

    # -- the end ----------------------------------------------------------------------------

    async def _finish(self, live: Live, outcome: RunState) -> None:
        """Close the run, or halt it for a decision."""
        on_failure = live.plan.options.on_failure
        if outcome is RunState.NEEDS_DECISION and on_failure is OnFailure.ROLLBACK:
            await self._take_back(live, by="")
            return
        why = live.trouble or live.drift
        if outcome is RunState.SUCCEEDED and live.came_to_nothing():
            outcome, why = RunState.FAILED, CAME_TO_NOTHING
        await self.move_run(live, outcome, why=why)

    def take_back(self, live: Live, *, by: str) -> None:
        """Drive a run backwards."""
        self.lives[live.plan.id] = live
        live.closing = True
        self.spawn(self._take_back(live, by=by), live)

    async def _take_back(self, live: Live, *, by: str) -> None:
        if live.run.why != ROLLING_BACK:
            await live.scribe.write(lambda u: write_backwards(u, live.plan.id))
        tried: list[tuple[Attempt, Sequence[str]]] = []
        to, why = await roll_back(live, self.performer, self._clock, self.forget, tried)
        await self.move_run(live, to, why=why, by=by)
        for attempt, names in tried:
            self.forget(live, attempt, names)

    async def move_run(self, live: Live, to: RunState, *, why: str = "", by: str = "") -> None:
        """Store the run in another state; freed hosts and the event go with it."""
        waits = timedelta(minutes=self._settings.decision_minutes)
        rest = live.machine.cancel_rest() if to in RUN_ENDED else []
        before = live.run
        live.run = await live.scribe.write(
            lambda unit: write_end(unit, before, to, rest, why=why, by=by, waits=waits)
        )
        self._rest(live)

    def _rest(self, live: Live) -> None:
        if self.lives.get(live.plan.id) is live:
            del self.lives[live.plan.id]
        live.rested.set()

    # -- tasks ------------------------------------------------------------------------------

    def spawn(
        self,
        work: Coroutine[Any, Any, Any],
        live: Live | None = None,
        *,
        awaited: bool = False,
    ) -> asyncio.Task[Any]:
        """Run it beside everything else, until `close`; what it raises is never lost.

        A fault in a run's own work (`live`) halts the run; a refusal of what is `awaited` is
        heard by whoever waits.
        """
        task = asyncio.ensure_future(work)
        self.tasks.add(task)

        def done(ended: asyncio.Task[Any]) -> None:
            self.tasks.discard(ended)
            if ended.cancelled() or (error := ended.exception()) is None:
                return
            if awaited and isinstance(error, OverseerError):
                return
            _log.error("run_failed", plan=live.plan.id if live else None, exc_info=error)
            if live is not None and not self.closing:
                self.spawn(self._fallen(live, error))

        task.add_done_callback(done)
        return task

    async def _fallen(self, live: Live, error: BaseException) -> None:
        """The run itself fell over: let what runs end, then halt it."""
        live.closing = True
        while live.tasks:
            await asyncio.wait(live.tasks.values())
        await live.scribe.flush()
        why = f"I failed at this run myself ({type(error).__name__}); the log says more."
        await self._cut_off(live, why)

    def abandon(self, live: Live, why: str) -> None:
        """Halt a run that must not go on, before anything of it moves."""
        self.lives[live.plan.id] = live
        live.closing = True
        self.spawn(self._cut_off(live, why), live)

    async def _cut_off(self, live: Live, why: str) -> None:
        """Halt a run whose attempts nobody follows."""
        try:
            await live.scribe.write(lambda unit: write_cut_off(unit, live.plan.id, why))
            await self.move_run(live, RunState.INTERRUPTED, why=why)
        finally:
            self._rest(live)

    async def close(self) -> None:
        """Stop following. What runs on hosts goes on there."""
        self.closing = True
        for task in tuple(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        scribes = [asyncio.ensure_future(live.scribe.flush()) for live in self.lives.values()]
        if scribes:
            await asyncio.wait(scribes, timeout=CLOSING_S)
        for live in self.lives.values():
            live.scribe.abandon()
            live.rested.set()
        self.lives.clear()


def _expired(plan: Plan, now: datetime) -> str:
    """Why nothing more of a plan may begin, once its votes have expired; else nothing."""
    if not plan.effect.changes or plan.votes_end is None or now < plan.votes_end:
        return ""
    return "The votes on this have expired, so nothing more of it begins."

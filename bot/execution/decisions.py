"""What people decide about a run: stop, retry, skip, check again, roll back, end.

Stop is never gated and never queued. Everything else reopens a halted run under the digest
that was approved, in one transaction with what it changes, and only if the run still stands
where the decision found it; whether the votes still hold is the approval desk's to say, before.
Whose the decision is, is asked in that transaction, too: it may have been handed over meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from bot.domain.events import Event
from bot.domain.runs import GONE_OVER, RUN_ENDED, RUN_HALTED, Attempt, Run, RunState, StepState
from bot.errors import ConflictError, NotAllowedError, UnreadableError
from bot.execution.executor import Executor
from bot.execution.ledger import (
    FREEZES,
    FROZEN,
    FROZEN_SINCE,
    ROLLING_BACK,
    refuse_when_expired,
    refuse_when_frozen,
    write_decision,
    write_ended,
    write_moves,
    write_record,
    write_run,
    write_withdrawn,
)
from bot.execution.live_run import Live
from bot.execution.track import StepMove, sends
from bot.ports import Store, Unit

_log = structlog.get_logger(__name__)

AGAIN = "to be tried again"
GOING_ON = frozenset({"retry", "skip", "mark_done"})
"""Buttons that may start more under the votes that were cast."""

May = Callable[[Unit], None]
"""Makes sure, in the unit that does it, that a decision is theirs whose it is; raises if not."""


def anybody(unit: Unit) -> None:
    """Whoever decides may: that was seen to elsewhere."""
    del unit


class Decisions:
    """The buttons of a running or halted run."""

    def __init__(
        self, runs: Executor, store: Store, *, display: Callable[[str], str] = str
    ) -> None:
        """Decide about the runs of this executor.

        `display` turns a person's key into the name that others read beside a target.
        """
        self._runs = runs
        self._display = display
        self._store = store

    # -- stop -------------------------------------------------------------------------------

    async def stop(
        self, plan_id: int, *, by: str, kill: bool = False, may: May = anybody, why: str = ""
    ) -> str:
        """Start nothing more; with `kill`, also end what may be ended halfway.

        What a run left on its hosts is ended too, although it moves no more or is over. To end one
        that has halted is to decide about it: `may` sees in that unit that this is theirs.
        Returns a sentence on what still runs, or was ended.

        Raises:
            ConflictError: it has ended, and nothing that it left is to be ended.
            NotAllowedError: the decision isn't theirs; it tells what was ended all the same.
        """
        live = self._runs.live(plan_id)
        if live is None:
            return await self._stop_resting(plan_id, by=by, kill=kill, may=may)
        live.machine.stop()  # at once, before anything is written

        flying = live.machine.flying + len(live.undoing)
        # Written from here on, beside the kills: neither a slow host nor a busy database
        # holds the other up.
        stored = asyncio.ensure_future(
            live.scribe.write(lambda unit: _stop(unit, plan_id, by=by, kill=kill, why=why))
        )
        await asyncio.sleep(0)
        waits = await self._runs.driver.performer.kill(live) if kill else 0
        await stored
        if not flying:
            return f"#{plan_id} is stopped."
        if kill and waits:
            return (
                f"#{plan_id} starts nothing more; {waits} can't be ended halfway and finish first."
            )
        if kill:
            return f"#{plan_id} starts nothing more, and what ran is being ended."
        ends = "runs to its end" if flying == 1 else "run to their end"
        return f"#{plan_id} starts nothing more; {flying} still {ends}."

    async def _stop_resting(self, plan_id: int, *, by: str, kill: bool, may: May) -> str:
        run = await self._store.read(lambda u: u.run(plan_id))
        over = run is None or run.state in RUN_ENDED
        said, refused = f"#{plan_id} is stopped", None
        if run is not None and run.state in RUN_HALTED:
            said = f"#{plan_id} stops here"
            try:
                await self.end(plan_id, by=by, may=may)
            except NotAllowedError as error:  # whosever the decision is, no host is left to it
                refused = error
        elif not over:
            await self._store.write(lambda u: _stop(u, plan_id, by=by))
        ended = await self._runs.driver.performer.leftovers.end(plan_id, by=by) if kill else ()
        done = "; ".join(ended)
        if refused is not None:
            told = f" What it had left running, all the same: {done}." if done else ""
            raise NotAllowedError(f"{refused}{told}")
        if over and not ended:
            raise ConflictError(f"#{plan_id} is not running.")
        return f"#{plan_id}: {done}." if over else f"{said}{'; ' if done else ''}{done}."

    async def end_left(self, *, by: str) -> tuple[str, ...]:
        """End what any run left on its hosts, where that may be: a sentence for each such run."""
        return await self._runs.driver.performer.leftovers.end_all(by=by)

    async def freeze(self, *, frozen: bool, by: str) -> None:
        """`stop --all` and `resume`: while frozen no new run starts, and what runs stops."""

        def work(unit: Unit) -> None:
            if frozen and not unit.get(FROZEN):  # said again, it is as old as it was
                unit.put(FROZEN_SINCE, [unit.now.isoformat(), by])
            unit.put(FROZEN, frozen)
            stopped, resumed = unit.get(FREEZES) or (0, 0)
            unit.put(FREEZES, [stopped + frozen, resumed + (not frozen)])
            told = {"frozen": frozen, "by": by}
            unit.append(Event(kind="freeze.changed", at=unit.now, person=by, data=told))
            if frozen:
                for run in unit.runs(frozenset({RunState.RUNNING})):
                    _stop(unit, run.plan, by=by)

        if frozen:
            for live in self._runs.lives():
                live.machine.stop()
        await self._store.write(work)

    # -- a host that has gone silent --------------------------------------------------------

    async def wait(self, plan_id: int, *, by: str, host: str) -> str:
        """Go on waiting for a host: it is asked about again after another silence.

        Raises:
            ConflictError: nothing runs there.
        """
        self._at_work(plan_id, host)
        await self._store.write(lambda u: write_decision(u, plan_id, "wait", by=by, host=host))
        return f"I go on waiting for {host}."

    async def give_up(self, plan_id: int, *, by: str, host: str) -> str:
        """End what runs on one host and count it as failed; the others go on.

        Raises:
            ConflictError: nothing runs there, or it may not be ended halfway.
        """
        live, attempts = self._at_work(plan_id, host)
        for attempt in attempts:
            step = live.step(attempt.step)
            if not step.killable or sends(step):
                title = live.step(attempt.step).title
                raise ConflictError(
                    f"{title} on {host} may not be ended halfway, so it finishes first.",
                    cure="*Stop* starts nothing more on the others.",
                )
        stored = asyncio.ensure_future(
            live.scribe.write(lambda u: write_decision(u, plan_id, "giveup", by=by, host=host))
        )
        await asyncio.sleep(0)
        why = f"given up by {self._display(by)}"
        ends = [self._runs.driver.performer.give_up(live, one, why) for one in attempts]
        await asyncio.gather(*ends)
        await stored
        return f"{host} is given up; what ran there is being ended."

    def _at_work(self, plan_id: int, host: str) -> tuple[Live, list[Attempt]]:
        live = self._runs.live(plan_id)
        attempts = [a for a in live.running() if a.host == host] if live else []
        if live is None or not attempts:
            raise ConflictError(f"Nothing of #{plan_id} runs on {host} now.")
        return live, attempts

    # -- going on -----------------------------------------------------------------------------

    async def retry(self, plan_id: int, *, by: str, host: str = "", may: May = anybody) -> None:
        """Run failed or interrupted targets again, under the same digest."""
        live = await self._halted(plan_id)
        bad = _chosen(live, host)
        attempts: list[Attempt] = []
        moves: list[StepMove] = []
        for step, name, _ in bad:
            moves += live.machine.retry(step, name)
            attempts.append(_put(live, step, name, StepState.READY, AGAIN))
        await self._reopen(live, "retry", by=by, host=host, attempts=attempts, moves=moves, may=may)
        self._runs.driver.take(live)

    async def skip(
        self, plan_id: int, *, by: str, host: str = "", done: bool = False, may: May = anybody
    ) -> None:
        """Leave bad targets out, or count interrupted ones as done, and go on.

        Raises:
            ConflictError: what is known to have failed can't be counted as done.
        """
        live = await self._halted(plan_id)
        state = StepState.SUCCEEDED if done else StepState.SKIPPED
        bad = _chosen(live, host)
        if done:
            bad = [b for b in bad if b[2] is StepState.INTERRUPTED]
            if not bad:
                raise ConflictError("That is known to have failed.", cure="Retry it or skip it.")
        attempts: list[Attempt] = []
        moves: list[StepMove] = []
        for step, name, _ in bad:
            moves += live.machine.settled_as(step, name, state)
            who = self._display(by)
            note = f"counted as done by {who}" if done else _passed_over(live, step, name, who)
            attempts.append(_put(live, step, name, state, note, left_out=not done))
        button = "mark_done" if done else "skip"
        await self._reopen(live, button, by=by, host=host, attempts=attempts, moves=moves, may=may)
        self._runs.driver.take(live)

    async def recheck(self, plan_id: int, *, by: str, may: May = anybody) -> None:
        """Ask the hosts what became of interrupted attempts; nothing is started anew."""
        live = await self._halted(plan_id)
        attempts: list[Attempt] = []
        moves: list[StepMove] = []
        for step, name, state in live.machine.bad():
            if state is StepState.INTERRUPTED:
                moves += live.machine.retry(step, name)
                attempts.append(_put(live, step, name, StepState.RUNNING, ""))
        if not attempts:
            raise ConflictError(f"Nothing of #{plan_id} is in doubt.")
        await self._reopen(live, "recheck", by=by, attempts=attempts, moves=moves, may=may)
        self._runs.driver.resume(live, attempts, may_start=False)

    async def roll_back(self, plan_id: int, *, by: str, may: May = anybody) -> None:
        """Run the approved undo commands, only where this run changed something."""
        live = await self._halted(plan_id, drifted=True)
        await self._reopen(live, "rollback", by=by, why=ROLLING_BACK, may=may)
        self._runs.driver.take_back(live, by=by)

    async def end(
        self, plan_id: int, *, by: str, why: str = "stopped here", may: May = anybody
    ) -> None:
        """Stop a halted run for good and free its hosts: where nothing failed, no run failed."""
        live = await self._halted(plan_id, drifted=True, to_run=False)

        def work(unit: Unit) -> None:
            _must_stand(unit, live.run)
            may(unit)
            write_ended(unit, plan_id, by=by, why=why)

        await live.scribe.write(work)

    async def tick(self) -> None:
        """End halted runs that nobody decided in time."""

        def due(unit: Unit) -> list[Run]:
            return [r for r in unit.runs(RUN_HALTED) if r.decide_by and r.decide_by <= unit.now]

        for run in await self._store.read(due):
            await self.lapse(run.plan, why="nobody decided in time")

    async def lapse(self, plan_id: int, *, why: str) -> None:
        """End a halted run about which nobody has decided, unless somebody does meanwhile.

        One that can't be read, in the revision that ran, holds up no other.
        """
        try:
            await self.end(plan_id, by="", why=why)
        except ConflictError as error:
            _log.info("decided_meanwhile", plan=plan_id, said=str(error))
        except UnreadableError:
            return  # the store has told of it

    # -- inside -------------------------------------------------------------------------------

    async def _halted(self, plan_id: int, *, drifted: bool = False, to_run: bool = True) -> Live:
        """A run that waits for a decision, as the store has it.

        Raises:
            ConflictError: it waits for none, what drifted must be approved anew, or what is to
                run is not what was approved.
        """
        live = await self._runs.load(plan_id, to_run=to_run)
        if self._runs.live(plan_id) is not None or live.run.state not in RUN_HALTED:
            raise ConflictError(f"#{plan_id} waits for no decision.")
        if live.run.state is RunState.DRIFTED and not drifted:
            raise ConflictError(
                f"#{plan_id} is no longer what was approved.", cure="Approve it anew."
            )
        live.machine.stopping = False
        return live

    async def _reopen(
        self,
        live: Live,
        button: str,
        *,
        by: str,
        host: str = "",
        why: str = "",
        attempts: Sequence[Attempt] = (),
        moves: Sequence[StepMove] = (),
        may: May = anybody,
    ) -> None:
        """A halted run, running again by somebody's decision, with what that changes."""
        before = live.run

        def work(unit: Unit) -> Run:
            if button != "rollback":
                refuse_when_frozen(unit)
            if button in GOING_ON and live.unended():
                refuse_when_expired(unit, live.plan)
            stored = _must_stand(unit, before)
            may(unit)
            run = stored.model_copy(
                update={
                    "state": RunState.RUNNING, "decide_by": None, "stopping": False, "why": why,
                }
            )  # fmt: skip
            write_decision(unit, run.plan, button, by=by, host=host)
            if button == "rollback":
                write_withdrawn(unit, run, by=by, why="what had begun is taken back")
            write_run(unit, run, before=stored.state, person=by)
            for attempt in attempts:
                write_record(unit, attempt)
            write_moves(unit, run.plan, moves)
            return run

        live.run = await live.scribe.write(work)


def _must_stand(unit: Unit, before: Run) -> Run:
    """The halted run as it is stored, if it stands where a decision found it.

    Raises:
        ConflictError: somebody has decided since.
    """
    stored = unit.run(before.plan)
    if stored is None or (stored.state, stored.decide_by) != (before.state, before.decide_by):
        raise ConflictError(f"Somebody has decided about #{before.plan} already.")
    return stored


def _stop(unit: Unit, plan_id: int, *, by: str, kill: bool = False, why: str = "") -> None:
    """Store that a run starts nothing more.

    Raises:
        ConflictError: it has ended.
    """
    run = unit.run(plan_id)
    if run is None or run.state in RUN_ENDED:
        raise ConflictError(f"#{plan_id} has ended already.")
    unit.save_run(run.model_copy(update={"stopping": True}))
    write_decision(unit, plan_id, "kill" if kill else "stop", by=by, why=why)


def _chosen(live: Live, host: str) -> list[tuple[str, str, StepState]]:
    """The bad targets that a decision is about.

    Raises:
        ConflictError: nothing failed on that host.
    """
    bad = [b for b in live.machine.bad() if host in ("", b[1])]
    if host and not bad:
        raise ConflictError(f"Nothing of #{live.plan.id} failed on {host}.")
    return bad


def _passed_over(live: Live, step: str, host: str, who: str) -> str:
    """That it is skipped, and what it is that nobody waits for any more."""
    former = live.attempts[step, host]
    how = GONE_OVER[former.state is StepState.INTERRUPTED]
    why = f": {former.note.rstrip('.')}" if former.note else ""
    return f"{how}{why}; skipped by {who}"


def _put(
    live: Live, step: str, host: str, state: StepState, note: str, *, left_out: bool = False
) -> Attempt:
    """The newest attempt of a target in another state."""
    attempt = replace(live.attempts[step, host], state=state, note=note, left_out=left_out)
    live.keep(attempt)
    return attempt

"""What runs next: the theory of a run, without I/O.

A run is a graph of steps; a step is one attempt per target. The machine is fed with what
happened (`started`, `ended`, `stop`, `retry`, `settled_as`) and asked what to do (`advance`,
`outcome`). The rules:

  * a step may begin when every step it needs has ended well (succeeded or skipped);
  * at most `parallel_steps` steps are open at once, and at most `batch` targets of each;
  * one *change* per host at a time, across the run's steps;
  * Overseer's own host is changed after every other target of its step;
  * `stop_at_first_failure` starts no further target of a step once one has failed;
  * when a step fails, `on_failure` decides: *continue* goes on without the hosts that
    failed, the others start nothing more and let what runs end;
  * a run of reads only always goes on, leaves nobody out, and has succeeded when any answered;
  * Stop starts nothing more, and what runs ends by itself;
  * a host that was skipped, or that failed under *continue*, is left out of later steps;
  * while a failure halts the run, only what a person put back (`retry`) may start.

Every change of a step's state is returned as a `StepMove`, and whoever feeds the machine
stores them in that order: a machine rebuilt from what is stored stands where this one stood.
Each feed costs time in proportion to what it changes and never to the size of the graph.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

from bot.domain.plans import Plan
from bot.domain.runs import STEP_BAD, STEP_ENDED, STEP_SATISFIES, Attempt, RunState, StepState
from bot.errors import ConflictError
from bot.execution.tally import Tally
from bot.execution.track import (
    Deed,
    Launch,
    LeftOut,
    LeftOutHosts,
    StepMove,
    Track,
    sum_up,
)


class RunMachine:
    """Decides the order of one run. Rebuilt from stored attempts after a restart."""

    def __init__(
        self,
        plan: Plan,
        *,
        steps: Mapping[str, StepState] | None = None,
        attempts: Iterable[Attempt] = (),
        stopping: bool = False,
    ) -> None:
        """Take up a run where `steps` and `attempts` say it stands (nothing: at the start).

        Attempts that are stored as running wait here until recovery resumes them (`started`).
        """
        self.plan = plan
        self.stopping = stopping
        self.tracks: dict[str, Track] = {}
        self._dependents: dict[str, list[str]] = {}
        self._ready: deque[str] = deque()
        self._open: set[str] = set()
        self._hungry: dict[str, None] = {}
        self._busy: set[str] = set()
        self._blocked: dict[str, list[str]] = {}
        self._parked: set[str] = set()
        self._left_out = LeftOutHosts()
        self._again: dict[str, None] = {}
        reads = all(not step.effect.changes for step in plan.steps)
        self._tally = Tally(plan.options.on_failure, reads=reads)
        known = steps or {}
        newest: dict[str, list[Attempt]] = {}
        for attempt in attempts:
            newest.setdefault(attempt.step, []).append(attempt)
        for step in plan.steps:
            states = (known.get(need, StepState.PENDING) for need in step.needs)
            unmet = sum(not self._tally.lets_on(state) for state in states)
            track = Track(step, unmet, known.get(step.id, StepState.PENDING))
            for need in step.needs:
                self._dependents.setdefault(need, []).append(step.id)
            self.tracks[step.id] = track
            self._enter(track, newest.get(step.id, ()))

    def _enter(self, track: Track, attempts: Iterable[Attempt]) -> None:
        """Count a step where it stands."""
        step = track.step
        for attempt in attempts:
            host = attempt.host
            if attempt.state in STEP_ENDED:
                track.ended[host] = attempt.state
                self._tally.answers += attempt.state in STEP_SATISFIES
            elif attempt.state is StepState.READY:
                track.again.add(host)
                self._again[step.id] = None
            if attempt.left_out or attempt.state in STEP_BAD:
                self._leave_out(step.id, host, by_choice=attempt.left_out)
        track.waiting.extend(host for host in step.hosts if host not in track.ended)
        track.failed = not STEP_BAD.isdisjoint(track.ended.values())
        if track.state in STEP_ENDED:
            self._tally.closed(track.state)
            if track.state in STEP_BAD:
                self._leave_rest_out(track)
            return
        self._tally.unsettled += 1
        if track.state is StepState.RUNNING:
            self._open.add(step.id)
            self._hungry[step.id] = None
        elif track.unmet == 0:
            self._ready.append(step.id)

    # -- what to do -----------------------------------------------------------------------

    def advance(self) -> list[Deed]:
        """What is to be done now, in order. Each launch is counted as flying from here on."""
        found: list[Deed] = []
        if self.stopping:
            return found
        if self._tally.halts:
            for step_id in tuple(self._again):
                self._fill(self.tracks[step_id], found, only_again=True)
            return found
        for step_id in tuple(self._hungry):
            self._fill(self.tracks[step_id], found)
        limit = self.plan.options.parallel_steps
        while self._ready and len(self._open) < limit:
            step_id = self._ready.popleft()
            self._open.add(step_id)
            track = self.tracks[step_id]
            self._fill(track, found)
            if track.state is StepState.PENDING:  # all its hosts are busy: it takes no room
                self._open.discard(step_id)
                self._parked.add(step_id)
        return found

    def _fill(self, track: Track, found: list[Deed], *, only_again: bool = False) -> None:
        """Start as many targets of a step as its batch and busy hosts allow."""
        step = track.step
        self._hungry.pop(step.id, None)
        only_again = only_again or track.halted
        room = (step.batch or len(step.targets)) - len(track.flying)
        aside: list[str] = []
        held_up = own = False
        while track.waiting and room > 0:
            host = track.waiting.popleft()
            if only_again and host not in track.again:
                aside.append(host)
            elif host in self._left_out and host not in track.again:
                track.ended[host] = StepState.SKIPPED
                self._tally.answers += 1
                self._leave_out(step.id, host, by_choice=True)
                found.append(LeftOut(step.id, host))
            elif track.changes and host in self._busy:
                held_up = True
                aside.append(host)
                self._blocked.setdefault(host, []).append(step.id)
            elif host == track.own:
                own = True
            else:
                found.append(Launch(step.id, host, self._take_off(track, host)))
                room -= 1
        track.waiting.extendleft(reversed(aside))
        if own and not (track.flying or held_up):
            found.append(Launch(step.id, track.own, self._take_off(track, track.own)))
        elif own:
            track.waiting.append(track.own)
        if not track.waiting and not track.flying:
            found += self._close(track)

    def _take_off(self, track: Track, host: str) -> StepMove | None:
        """A target that is no longer waiting runs."""
        if track.again:
            track.again.discard(host)
            if not track.again:
                self._again.pop(track.step.id, None)
        track.flying.add(host)
        self._tally.flying += 1
        if track.changes:
            self._busy.add(host)
        if track.state is StepState.RUNNING:
            return None
        before, track.state = track.state, StepState.RUNNING
        return StepMove(track.step.id, before, StepState.RUNNING)

    @property
    def flying(self) -> int:
        """How many attempts run."""
        return self._tally.flying

    def outcome(self) -> RunState | None:
        """Where the run goes, or None while it goes on; asked when nothing flies."""
        return self._tally.outcome(self.tracks.values(), stopping=self.stopping)

    # -- what happened --------------------------------------------------------------------

    def started(self, step_id: str, host: str) -> StepMove | None:
        """An attempt runs that was claimed before: recovery takes it up again."""
        track = self.tracks[step_id]
        track.waiting.remove(host)
        self._open.add(step_id)
        return self._take_off(track, host)

    def ended(self, step_id: str, host: str, state: StepState) -> list[StepMove]:
        """An attempt ended.

        Raises:
            ConflictError: that attempt was not running; nothing changed.
        """
        track = self.tracks[step_id]
        if host not in track.flying:
            raise ConflictError(f"{step_id} on {host} is not running.")
        self._land(track, host)
        track.ended[host] = state
        if state in STEP_BAD:
            track.failed = True
            self._leave_out(step_id, host)
        else:
            self._tally.answers += state in STEP_SATISFIES
        if track.flying or (track.waiting and self._may_start(track)):
            if track.waiting:
                self._hungry[step_id] = None
            return []
        return self._close(track)

    def withdrawn(self, launch: Launch) -> None:
        """An attempt that was launched was never begun, and its claim is not stored.

        Nor is then the step's move that it carried.
        """
        track = self.tracks[launch.step]
        self._land(track, launch.host)
        track.waiting.appendleft(launch.host)
        self._hungry[launch.step] = None
        if launch.opens is not None:
            track.state = launch.opens.before

    def _land(self, track: Track, host: str) -> None:
        track.flying.remove(host)
        self._tally.flying -= 1
        if track.changes:
            self._busy.discard(host)
            for step_id in self._blocked.pop(host, ()):
                if step_id in self._open:
                    self._hungry[step_id] = None
                elif step_id in self._parked:
                    self._parked.discard(step_id)
                    self._ready.append(step_id)

    def _may_start(self, track: Track) -> bool:
        """Whether any waiting target of a step may still start, now or later."""
        return not self.stopping and (not track.halted or bool(track.again))

    def _close(self, track: Track) -> list[StepMove]:
        """End a step whose targets have ended (or may not start any more)."""
        after = sum_up(track, stopping=self.stopping)
        before, track.state = track.state, after
        step_id = track.step.id
        self._open.discard(step_id)
        self._hungry.pop(step_id, None)
        self._tally.unsettled -= 1
        self._tally.closed(after)
        if after in STEP_BAD:
            self._leave_rest_out(track)
        if self._tally.lets_on(after):
            for dependent in self._dependents.get(step_id, ()):
                other = self.tracks[dependent]
                other.unmet -= 1
                if other.unmet == 0 and other.state is StepState.PENDING:
                    self._ready.append(dependent)
        return [StepMove(step_id, before, after)]

    def _leave_out(self, step_id: str, host: str, *, by_choice: bool = False) -> None:
        """Later steps do without a host: by a person's choice, or because it failed."""
        if by_choice or (self._tally.goes_on and not self._tally.reads):
            self._left_out.add(step_id, host)

    def _leave_rest_out(self, track: Track) -> None:
        """Targets that a failed step never reached must not meet its later steps either."""
        for host in track.waiting:
            self._leave_out(track.step.id, host)

    # -- decisions -------------------------------------------------------------------------

    def stop(self) -> None:
        """Start nothing more."""
        self.stopping = True

    def bad(self) -> tuple[tuple[str, str, StepState], ...]:
        """Every failed or interrupted target, as (step, host, state)."""
        failed = [t for t in self.tracks.values() if t.failed]
        return tuple((t.step.id, h, s) for t in failed for h, s in t.ended.items() if s in STEP_BAD)

    def retry(self, step_id: str, host: str) -> list[StepMove]:
        """Put a failed or interrupted target back to the front of its step.

        Raises:
            ConflictError: it has not failed; nothing changed.
        """
        track = self._failed(step_id, host)
        del track.ended[host]
        track.failed = not STEP_BAD.isdisjoint(track.ended.values())
        track.waiting.appendleft(host)
        track.again.add(host)
        self._again[step_id] = None
        self._left_out.let_in(step_id, host)
        return self._reopened(track)

    def settled_as(self, step_id: str, host: str, state: StepState) -> list[StepMove]:
        """Count a bad target as skipped, or an interrupted one as done, by a person's word.

        Raises:
            ConflictError: it has not failed, or is known to have failed; nothing changed.
        """
        track = self._failed(step_id, host)
        if state is StepState.SUCCEEDED and track.ended[host] is not StepState.INTERRUPTED:
            raise ConflictError(
                f"{step_id} on {host} is known to have failed.", cure="Retry it or skip it."
            )
        track.ended[host] = state
        self._tally.answers += 1
        track.failed = not STEP_BAD.isdisjoint(track.ended.values())
        self._left_out.let_in(step_id, host)
        if state is StepState.SKIPPED:
            self._leave_out(step_id, host, by_choice=True)
        if track.failed:
            return self._still_bad(track)
        moves = self._reopened(track)
        if not track.waiting and not track.flying:
            moves += self._close(track)
        return moves

    def cancel_rest(self) -> list[StepMove]:
        """The run is over: what has not ended never will."""
        return [
            StepMove(track.step.id, track.state, StepState.CANCELLED)
            for track in self.tracks.values()
            if track.state not in STEP_ENDED
        ]

    def _failed(self, step_id: str, host: str) -> Track:
        track = self.tracks[step_id]
        if track.ended.get(host) not in STEP_BAD:
            raise ConflictError(f"{step_id} on {host} has not failed.")
        return track

    def _still_bad(self, track: Track) -> list[StepMove]:
        """A step that stays failed may no longer be in doubt."""
        before, after = track.state, sum_up(track, stopping=False)
        if before not in STEP_BAD or after is before:
            return []
        self._tally.interrupted -= 1
        track.state = after
        return [StepMove(track.step.id, before, after)]

    def _reopened(self, track: Track) -> list[StepMove]:
        """A step that had ended badly goes on."""
        step_id, before = track.step.id, track.state
        self._open.add(step_id)
        self._hungry[step_id] = None
        if before not in STEP_BAD:
            return []
        self._tally.reopened(before)
        track.state = StepState.RUNNING
        for host in track.waiting:
            self._left_out.let_in(step_id, host)
        if self._tally.lets_on(before):
            for dependent in self._dependents.get(step_id, ()):
                other = self.tracks[dependent]
                if dependent in self._parked:
                    self._parked.discard(dependent)
                elif other.unmet == 0 and other.state is StepState.PENDING:
                    self._ready.remove(dependent)
                other.unmet += 1
        return [StepMove(step_id, before, StepState.RUNNING)]

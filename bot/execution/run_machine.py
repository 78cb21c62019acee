"""What runs next: the theory of a run, without I/O.

A run is a graph of steps; a step is one attempt per target. The machine is fed with what
happened (`started`, `ended`, `stop`, `skip`, `retry`) and asked what to do (`launches`,
`outcome`). The rules:

  * a step may begin when every step it needs has ended well (succeeded or skipped);
  * at most `parallel_steps` steps are open at once, and at most `batch` targets of each;
  * one *change* per host at a time, across the run's steps;
  * `stop_at_first_failure` starts no further target of a step once one has failed;
  * when a step fails, `on_failure` decides: *continue* goes on without the hosts that
    failed, the others start nothing more and let what runs end;
  * Stop starts nothing more, and what runs ends by itself;
  * a host that was skipped, or that failed under *continue*, is left out of later steps.

Each feed costs time in proportion to what it changes and never to the size of the graph, so
that ten thousand steps cost ten thousand times one step.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.domain.intents import OnFailure
from bot.domain.plans import Plan, Step
from bot.domain.runs import STEP_ENDED, STEP_SATISFIES, Attempt, RunState, StepState
from bot.errors import ConflictError


@dataclass(frozen=True, slots=True)
class Launch:
    """Start this step on this target; `opens` when it is the step's first."""

    step: str
    host: str
    opens: bool = False


@dataclass(frozen=True, slots=True)
class StepMove:
    """A step has come to another state because of what was fed."""

    step: str
    before: StepState
    after: StepState


@dataclass(frozen=True, slots=True)
class Settled:
    """Steps that ended, and targets that were skipped, because hosts were left out."""

    moves: tuple[StepMove, ...]
    skipped: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Track:
    """One step in flight. `waiting` are targets not started, `flying` those that run."""

    step: Step
    unmet: int
    state: StepState = StepState.PENDING
    waiting: deque[str] = field(default_factory=deque)
    flying: set[str] = field(default_factory=set)
    ended: dict[str, StepState] = field(default_factory=dict)
    failed: bool = False

    @property
    def halted(self) -> bool:
        """Whether it may start no further target."""
        return self.failed and self.step.stop_at_first_failure


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

        Attempts that are stored as running are not flying here: recovery resumes them by
        `started` or settles them by `ended`.
        """
        self.plan = plan
        self.stopping = stopping
        self._tracks: dict[str, _Track] = {}
        self._dependents: dict[str, list[str]] = {}
        self._ready: deque[str] = deque()
        self._open: set[str] = set()
        self._hungry: dict[str, None] = {}
        self._busy: set[str] = set()
        self._left_out: set[str] = set()
        self._unsettled = self._flying = self._failures = self._interrupted = 0
        self._goes_on = plan.options.on_failure is OnFailure.CONTINUE
        known = dict(steps or {})
        done: dict[str, dict[str, StepState]] = {}
        for attempt in attempts:
            if attempt.state in STEP_ENDED:
                done.setdefault(attempt.step, {})[attempt.host] = attempt.state
            if attempt.left_out or (self._goes_on and attempt.state in _BAD):
                self._left_out.add(attempt.host)
        for step in plan.steps:
            state = known.get(step.id, StepState.PENDING)
            unmet = sum(not self._lets_on(known.get(n, StepState.PENDING)) for n in step.needs)
            track = _Track(step, unmet, state)
            track.ended = done.get(step.id, {})
            track.waiting.extend(h for h in step.hosts if h not in track.ended)
            track.failed = any(s in _BAD for s in track.ended.values())
            self._tracks[step.id] = track
            for need in step.needs:
                self._dependents.setdefault(need, []).append(step.id)
            self._enter(track)

    def _lets_on(self, state: StepState) -> bool:
        """Whether a step in this state lets the steps that need it begin."""
        return state in STEP_SATISFIES or (self._goes_on and state in _BAD)

    def _enter(self, track: _Track) -> None:
        """Count a step where it stands."""
        if track.state in STEP_ENDED:
            self._failures += track.state in _BAD
            self._interrupted += track.state is StepState.INTERRUPTED
            return
        self._unsettled += 1
        if track.state is StepState.RUNNING:
            self._open.add(track.step.id)
            self._hungry[track.step.id] = None
        elif track.unmet == 0:
            self._ready.append(track.step.id)

    # -- what to do -----------------------------------------------------------------------

    def launches(self) -> list[Launch]:
        """What may start now. Each is counted as flying from here on."""
        if self.stopping or self._halts:
            return []
        found: list[Launch] = []
        for step_id in tuple(self._hungry):
            self._fill(self._tracks[step_id], found)
        while self._ready and len(self._open) < self.plan.options.parallel_steps:
            step_id = self._ready.popleft()
            self._open.add(step_id)
            self._hungry[step_id] = None
            self._fill(self._tracks[step_id], found)
        return found

    def _fill(self, track: _Track, found: list[Launch]) -> None:
        """Start as many targets of a step as its batch and busy hosts allow."""
        step = track.step
        if track.halted:
            return
        room = (step.batch or len(step.targets)) - len(track.flying)
        for _ in range(len(track.waiting)):
            if room <= 0:
                break
            host = track.waiting.popleft()
            if step.effect.changes and host in self._busy:
                track.waiting.append(host)
                continue
            moved = self.started(step.id, host)
            found.append(Launch(step.id, host, opens=moved is not None))
            room -= 1

    def settle(self) -> Settled:
        """Skip what was left out, and end steps that have nothing else to run."""
        moves: list[StepMove] = []
        skipped: list[tuple[str, str]] = []
        again = bool(self._left_out)
        while again and not (self.stopping or self._halts):
            again = False
            for step_id in [*self._open, *self._ready]:
                track = self._tracks[step_id]
                out = [h for h in track.waiting if h in self._left_out]
                if out:
                    track.waiting = deque(h for h in track.waiting if h not in self._left_out)
                    track.ended.update(dict.fromkeys(out, StepState.SKIPPED))
                    skipped += [(step_id, host) for host in out]
                if not track.waiting and not track.flying:
                    moves += self._close(track)
                    again = True
        return Settled(tuple(moves), tuple(skipped))

    @property
    def flying(self) -> int:
        """How many attempts run."""
        return self._flying

    @property
    def _halts(self) -> bool:
        """Whether a failure keeps new attempts from starting."""
        return self._failures > 0 and not self._goes_on

    def outcome(self) -> RunState | None:
        """Where the run goes, or None while it goes on.

        Asked when nothing flies: what is left then can't start by itself.
        """
        if self._flying:
            return None
        if self.stopping:
            return RunState.CANCELLED if self._unsettled or self._failures else RunState.SUCCEEDED
        if self._interrupted:
            return RunState.INTERRUPTED
        if not self._failures:
            return None if self._unsettled else RunState.SUCCEEDED
        match self.plan.options.on_failure:
            case OnFailure.STOP:
                return RunState.FAILED
            case OnFailure.CONTINUE:
                return None if self._unsettled else RunState.FAILED
            case _:
                return RunState.NEEDS_DECISION

    # -- what happened --------------------------------------------------------------------

    def started(self, step_id: str, host: str) -> StepMove | None:
        """An attempt runs (again, when recovery resumes it)."""
        track = self._tracks[step_id]
        if host in track.waiting:
            track.waiting.remove(host)
        if not track.waiting:
            self._hungry.pop(step_id, None)
        track.flying.add(host)
        self._flying += 1
        if track.step.effect.changes:
            self._busy.add(host)
        self._open.add(step_id)
        if track.state is StepState.RUNNING:
            return None
        before, track.state = track.state, StepState.RUNNING
        return StepMove(step_id, before, StepState.RUNNING)

    def ended(self, step_id: str, host: str, state: StepState) -> list[StepMove]:
        """An attempt ended.

        Raises:
            ConflictError: that attempt was not running; nothing changed.
        """
        track = self._tracks[step_id]
        if host not in track.flying:
            raise ConflictError(f"{step_id} on {host} is not running.")
        track.flying.remove(host)
        self._flying -= 1
        self._busy.discard(host)
        track.ended[host] = state
        if state in _BAD:
            track.failed = True
            if self._goes_on:
                self._left_out.add(host)
        if track.flying or (track.waiting and not track.halted and not self.stopping):
            return []
        return self._close(track)

    def withdrawn(self, step_id: str, host: str) -> None:
        """An attempt that was launched was never begun: its target waits again."""
        track = self._tracks[step_id]
        track.flying.remove(host)
        self._flying -= 1
        self._busy.discard(host)
        track.waiting.appendleft(host)
        self._hungry[step_id] = None

    def _close(self, track: _Track) -> list[StepMove]:
        """End a step whose targets have ended (or may not start any more)."""
        before = track.state
        after = _sum_up(track, stopping=self.stopping)
        if after is None:
            return []
        track.state = after
        if track.step.id in self._open:
            self._open.remove(track.step.id)
            self._hungry.pop(track.step.id, None)
        else:
            self._ready.remove(track.step.id)
        self._unsettled -= 1
        self._interrupted += after is StepState.INTERRUPTED
        self._failures += after in _BAD
        if after in _BAD and self._goes_on:
            # Targets that a halted step never reached must not meet its later steps either.
            self._left_out.update(track.waiting)
        if self._lets_on(after):
            for dependent in self._dependents.get(track.step.id, ()):
                other = self._tracks[dependent]
                other.unmet -= 1
                if other.unmet == 0 and other.state is StepState.PENDING:
                    self._ready.append(dependent)
        return [StepMove(track.step.id, before, after)]

    # -- decisions -------------------------------------------------------------------------

    def stop(self) -> None:
        """Start nothing more."""
        self.stopping = True

    def bad(self) -> tuple[tuple[str, str, StepState], ...]:
        """Every failed or interrupted target, as (step, host, state)."""
        return tuple(
            (track.step.id, host, state)
            for track in self._tracks.values()
            for host, state in track.ended.items()
            if state in _BAD
        )

    def retry(self, step_id: str, host: str) -> None:
        """Put a failed or interrupted target back to the front of its step."""
        track = self._reopen(step_id, host)
        del track.ended[host]
        track.waiting.appendleft(host)
        self._resume(track)

    def settled_as(self, step_id: str, host: str, state: StepState) -> list[StepMove]:
        """Count a failed or interrupted target as skipped or done, by a person's word."""
        track = self._reopen(step_id, host)
        track.ended[host] = state
        if state is StepState.SKIPPED:
            self._left_out.add(host)
        self._resume(track)
        if track.waiting or track.flying or any(s in _BAD for s in track.ended.values()):
            return []
        return self._close(track)

    def _reopen(self, step_id: str, host: str) -> _Track:
        track = self._tracks[step_id]
        if track.ended.get(host) not in _BAD:
            raise ConflictError(f"{step_id} on {host} has not failed.")
        if track.state in _BAD:
            self._failures -= 1
            self._interrupted -= track.state is StepState.INTERRUPTED
            self._unsettled += 1
            track.state = StepState.RUNNING
        return track

    def _resume(self, track: _Track) -> None:
        track.failed = any(s in _BAD for s in track.ended.values())
        self._open.add(track.step.id)
        self._hungry[track.step.id] = None


def _sum_up(track: _Track, *, stopping: bool) -> StepState | None:
    """A step's state from its targets'; None when it can't end yet."""
    states = set(track.ended.values())
    if StepState.INTERRUPTED in states:
        return StepState.INTERRUPTED
    if StepState.FAILED in states:
        return StepState.FAILED
    if track.waiting or StepState.CANCELLED in states:
        return StepState.CANCELLED if stopping else None
    if states and states <= {StepState.SKIPPED}:
        return StepState.SKIPPED
    return StepState.SUCCEEDED


_BAD = frozenset({StepState.FAILED, StepState.INTERRUPTED})

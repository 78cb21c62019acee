"""One step in flight, and what a run machine may ask for. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.domain.commands import Call, Request
from bot.domain.inventory import OVERSEER
from bot.domain.plans import Step
from bot.domain.runs import StepState


@dataclass(frozen=True, slots=True)
class StepMove:
    """A step has come to another state because of what was fed."""

    step: str
    before: StepState
    after: StepState


@dataclass(frozen=True, slots=True)
class Launch:
    """Start this step on this target; `opens` is the step's move when it is the first."""

    step: str
    host: str
    opens: StepMove | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """This target never starts, because the host was left out earlier."""

    step: str
    host: str


def inside(step: Step) -> bool:
    """Whether a step happens inside Overseer."""
    commands = [c for t in step.targets for c in t.commands]
    return bool(commands) and all(isinstance(c, Call) for c in commands)


def sends(step: Step) -> bool:
    """Whether a step is requests that Overseer itself sends."""
    commands = [c for t in step.targets for c in t.commands]
    return bool(commands) and all(isinstance(c, Request) for c in commands)


def changed_hosts(steps: Iterable[Step]) -> tuple[str, ...]:
    """The hosts that steps change, each once, sorted; Overseer itself is none."""
    return tuple(sorted({h for s in steps if s.effect.changes for h in s.hosts} - {OVERSEER}))


Deed = Launch | LeftOut | StepMove
"""One thing to store, and for a launch to do, in the order given."""


@dataclass(slots=True)
class Track:
    """One step in flight. `waiting` are targets not started, `flying` those that run.

    `again` are waiting targets that a person put back; they may start while the run halts.
    """

    step: Step
    unmet: int
    state: StepState = StepState.PENDING
    waiting: deque[str] = field(default_factory=deque)
    flying: set[str] = field(default_factory=set)
    ended: dict[str, StepState] = field(default_factory=dict)
    again: set[str] = field(default_factory=set)
    failed: bool = False
    changes: bool = field(init=False)
    own: str = field(init=False, default="")

    def __post_init__(self) -> None:
        """See whether it changes something, and Overseer's own host with it."""
        self.changes = self.step.effect.changes
        for part in self.step.targets:
            if self.changes and part.target.is_self:
                self.own = part.target.name

    @property
    def halted(self) -> bool:
        """Whether it may start no further target by itself."""
        return self.failed and self.step.stop_at_first_failure


class LeftOutHosts:
    """Hosts that later steps do without, and the steps because of which they do."""

    def __init__(self) -> None:
        """Nobody is left out."""
        self.because: dict[str, set[str]] = {}

    def __contains__(self, host: object) -> bool:
        """Whether a host is left out."""
        return host in self.because

    def add(self, step: str, host: str) -> None:
        """Leave a host out because of a step."""
        self.because.setdefault(host, set()).add(step)

    def let_in(self, step: str, host: str) -> None:
        """That step is no reason any more."""
        steps = self.because.get(host)
        if steps is not None:
            steps.discard(step)
            if not steps:
                del self.because[host]


def sum_up(track: Track, *, stopping: bool) -> StepState:
    """A step's state from its targets'."""
    states = set(track.ended.values())
    if StepState.INTERRUPTED in states:
        return StepState.INTERRUPTED
    if StepState.FAILED in states:
        return StepState.FAILED
    if StepState.CANCELLED in states or (track.waiting and stopping):
        return StepState.CANCELLED
    if states <= {StepState.SKIPPED}:
        return StepState.SKIPPED
    return StepState.SUCCEEDED

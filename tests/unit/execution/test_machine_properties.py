"""Random graphs, outcomes and decisions against the machine's promises.

The model plays the executor: it stores what it is told, exactly in order, in a little store
of its own that enforces `STEP_MOVES`, and at any moment rebuilds the machine from that.
"""

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.runs import (
    RUN_HALTED,
    STEP_ENDED,
    STEP_MOVES,
    STEP_SATISFIES,
    Attempt,
    StepState,
    moved,
)
from bot.execution.run_machine import RunMachine
from bot.execution.track import Launch, LeftOut
from tests.scenario.a_run import a_plan, a_step

HOSTS = "abcd"
S = StepState
BAD = {S.FAILED, S.INTERRUPTED}


@st.composite
def plans(draw):
    steps = []
    for n in range(draw(st.integers(1, 6))):
        hosts = draw(st.lists(st.sampled_from(HOSTS), min_size=1, max_size=4, unique=True))
        earlier = [s.id for s in steps]
        needs = draw(st.lists(st.sampled_from(earlier), unique=True)) if earlier else []
        own = draw(st.sampled_from(["", hosts[-1]]))
        steps.append(
            a_step(
                f"s{n}", *hosts, needs=tuple(needs), batch=draw(st.integers(0, 3)), own=own,
                stop=draw(st.booleans()), effect=draw(st.sampled_from(["read", "write", "write"])),
            )
        )  # fmt: skip
    on_failure = draw(st.sampled_from(["ask", "stop", "continue", "rollback"]))
    return a_plan(*steps, on_failure=on_failure, parallel_steps=draw(st.integers(1, 5)))


class Runs(RuleBasedStateMachine):
    @initialize(plan=plans())
    def begin(self, plan):
        self.plan = plan
        self.parts = {s.id: s for s in plan.steps}
        self.steps = {s.id: S.PENDING for s in plan.steps}
        self.attempts = {}
        self.flying = set()
        self.fences = set()
        self.stopping = False
        self.reads = not plan.effect.changes
        self.goes_on = self.reads or plan.options.on_failure == "continue"
        self.machine = RunMachine(plan)
        self.rounds = 0

    # -- what the executor does ---------------------------------------------------------------

    def store(self, moves):
        for move in moves:
            assert self.steps[move.step] is move.before
            self.steps[move.step] = moved(STEP_MOVES, move.before, move.after, move.step)

    def keep(self, step, host, state, **more):
        number = self.attempts[step, host].number if (step, host) in self.attempts else 1
        self.attempts[step, host] = Attempt(
            id="x", plan=1, revision=1, step=step, host=host, number=number, state=state, **more
        )

    @rule()
    def advance(self):
        for deed in self.machine.advance():
            if isinstance(deed, Launch):
                self.launch(deed)
            elif isinstance(deed, LeftOut):
                assert (deed.step, deed.host) not in self.attempts
                self.keep(deed.step, deed.host, S.SKIPPED, left_out=True)
            else:
                self.store([deed])

    def launch(self, deed):
        step = self.parts[deed.step]
        assert not self.stopping
        for need in step.needs:
            state = self.steps[need]
            # A need that a person reopened had let this one begin before.
            begun = self.steps[deed.step] is not S.PENDING
            assert begun or state in STEP_SATISFIES or (self.goes_on and state in BAD)
        if step.effect.changes:
            busy = [h for s, h in self.flying if h == deed.host and self.parts[s].effect.changes]
            assert not busy, "two changes on one host"
        if deed.opens:
            self.store([deed.opens])
        assert self.steps[deed.step] is S.RUNNING
        former = self.attempts.get((deed.step, deed.host))
        assert former is None or former.state is S.READY, "launched without anybody's leave"
        number = former.number + 1 if former else 1
        assert (deed.step, deed.host, number) not in self.fences, "launched twice"
        self.fences.add((deed.step, deed.host, number))
        self.attempts[deed.step, deed.host] = Attempt(
            id="x", plan=1, revision=1, step=deed.step, host=deed.host, number=number,
            state=S.RUNNING,
        )  # fmt: skip
        self.flying.add((deed.step, deed.host))
        mine = [h for s, h in self.flying if s == deed.step]
        assert len(mine) <= (step.batch or len(step.hosts)), "more than its batch"
        own = [t.target.name for t in step.targets if t.target.is_self]
        if step.effect.changes and deed.host in own:
            assert mine == [deed.host], "Overseer's own host is not last"
        running = {s for s, _ in self.flying}
        assert len(running) <= self.plan.options.parallel_steps

    @precondition(lambda self: self.flying)
    @rule(data=st.data())
    def end(self, data):
        step, host = data.draw(st.sampled_from(sorted(self.flying)))
        likely = [S.SUCCEEDED] * 4 + [S.FAILED, S.SKIPPED, S.INTERRUPTED]
        if self.stopping:
            likely.append(S.CANCELLED)
        state = data.draw(st.sampled_from(likely))
        self.finish(step, host, state)

    def finish(self, step, host, state):
        self.flying.discard((step, host))
        moves = self.machine.ended(step, host, state)
        self.keep(step, host, state)
        self.store(moves)

    @precondition(lambda self: not self.stopping)
    @rule(really=st.integers(0, 9))
    def stop(self, really):
        if really == 0:
            self.machine.stop()
            self.stopping = True

    def halted(self):
        return not self.flying and self.machine.outcome() in RUN_HALTED

    @precondition(halted)
    @rule(data=st.data(), what=st.sampled_from(["retry", "skip", "done"]))
    def decide(self, data, what):
        bad = self.machine.bad()
        assert bad, "a halted run names what is bad"
        self.rounds += 1
        for step, host, state in data.draw(st.lists(st.sampled_from(bad), min_size=1, unique=True)):
            if what == "retry":
                self.store(self.machine.retry(step, host))
                self.keep(step, host, S.READY)
            elif what == "skip":
                self.store(self.machine.settled_as(step, host, S.SKIPPED))
                self.keep(step, host, S.SKIPPED, left_out=True)
            elif state is S.INTERRUPTED:
                self.store(self.machine.settled_as(step, host, S.SUCCEEDED))
                self.keep(step, host, S.SUCCEEDED)

    @rule()
    def crash(self):
        """A machine rebuilt from what is stored stands where this one stood."""
        rebuilt = self.rebuilt()
        assert standing(rebuilt) == standing(self.machine)
        self.machine = rebuilt

    def rebuilt(self):
        machine = RunMachine(
            self.plan, steps=self.steps, attempts=self.attempts.values(), stopping=self.stopping
        )
        for step, host in sorted(self.flying):
            assert machine.started(step, host) is None
        return machine

    # -- what always holds ----------------------------------------------------------------------

    @invariant()
    def stored_and_known_agree(self):
        if hasattr(self, "machine"):
            assert {k: t.state for k, t in self.machine.tracks.items()} == self.steps
            assert self.machine.flying == len(self.flying)

    def teardown(self):
        """It always terminates: whatever is left ends well, and the run comes to rest."""
        if not hasattr(self, "machine"):
            return
        for _ in range(500):
            self.advance()
            if self.flying:
                self.finish(*min(self.flying), S.SUCCEEDED)
                continue
            outcome = self.machine.outcome()
            assert outcome is not None, "nothing can start and nothing has ended"
            if outcome not in RUN_HALTED:
                break
            for step, host, _ in self.machine.bad():
                self.store(self.machine.settled_as(step, host, S.SKIPPED))
                self.keep(step, host, S.SKIPPED, left_out=True)
        else:
            raise AssertionError("it never ends")
        self.store(self.machine.cancel_rest())
        assert set(self.steps.values()) <= STEP_ENDED


def standing(machine):
    """All that decides what a machine does next, but the order of equals."""
    tally = machine._tally
    return {
        "tracks": {
            name: (t.state, t.unmet, set(t.waiting), t.flying, t.ended, t.again, t.failed)
            for name, t in machine.tracks.items()
        },
        "ready": set(machine._ready) | machine._parked,
        "open": machine._open,
        "left_out": machine._left_out.because,
        "counts": (
            tally.unsettled, tally.flying, tally.failures, tally.interrupted,
            tally.cancelled, bool(tally.answers),
        ),
        "again": set(machine._again),
        "outcome": machine.outcome(),
        "busy": machine._busy,
    }  # fmt: skip


TestRuns = Runs.TestCase
TestRuns.settings = settings(
    max_examples=150, stateful_step_count=40, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip

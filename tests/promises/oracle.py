"""What must hold of every history, judged from what was stored and what hosts were made to run.

It knows nothing of the gate, the desk or the executor: the shipped policy is written here once
more, in plain words, over the test's own picture of people, inventory and settings. `digest_of`
and the tables of `bot.domain.runs` are its only borrowings.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from bot.domain.plans import Decision, Effect, digest_of
from bot.domain.runs import PLAN_MOVES, RUN_MOVES, STEP_MOVES, PlanState, RunState, StepState

APPROVING = {"approver", "admin"}
ASKING = {"operator", *APPROVING}
GOING_ON = {"retry", "skip", "mark_done", "recheck"}
STOPPING = {"stop", "kill"}
MOVES = {
    "plan.waiting": PlanState.WAITING, "plan.approved": PlanState.APPROVED,
    "plan.denied": PlanState.DENIED, "plan.expired": PlanState.EXPIRED,
    "plan.cancelled": PlanState.CANCELLED,
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A host as the test wrote it."""

    address: str
    user: str
    environment: str


@dataclass(frozen=True)
class World:
    """Who and what exists, as the test wrote it: names to roles, names to places."""

    people: dict[str, frozenset[str]]
    hosts: dict[str, Place]
    votes: int = 1
    pre_approved: bool = False
    """Whether `service.reload` may run unasked where it is not production."""

    def may_ask(self, plan) -> str:
        """Why the requester may not ask for this, or nothing."""
        roles = self.people.get(plan.requester)
        if roles is None:
            return f"{plan.requester} is not known"
        for step in plan.steps:
            if step.effect.changes and not roles & ASKING:
                return f"{plan.requester} may not ask for changes"
            hosts = set(step.hosts)
            if step.effect is Effect.DESTRUCTIVE:
                if self.production(step) and "admin" not in roles:
                    return f"{plan.requester} is no admin, and {step.id} is for admins"
                if hosts >= set(self.hosts) or len(hosts) > 5:
                    return "mass destruction"
        return ""

    def production(self, step) -> bool:
        places = [self.hosts.get(h) for h in step.hosts]
        return any(p is not None and p.environment == "production" for p in places)

    def unasked(self, plan) -> bool:
        """Whether the plan may run without anybody's click."""
        return all(
            not step.effect.changes
            or (
                step.action == "service.reload"
                and self.pre_approved
                and not step.raw
                and not self.production(step)
            )
            for step in plan.steps
        )

    def may_approve(self, person: str, plan) -> bool:
        if not self.people.get(person, frozenset()) & APPROVING:
            return False
        for step in plan.steps:
            guarded = step.effect is Effect.DESTRUCTIVE and self.production(step)
            if guarded and not plan.force_production:
                return False
        return person != plan.requester or self.solo(person)

    def solo(self, person: str) -> bool:
        """Whether this admin is the only one who could approve anything."""
        others = [p for p, roles in self.people.items() if p != person and roles & APPROVING]
        return not others and "admin" in self.people.get(person, frozenset())

    def same_hosts(self, plan) -> str:
        for step in plan.steps:
            for part in step.targets:
                target, place = part.target, self.hosts.get(part.target.name)
                if target.name == "overseer":
                    continue
                if place is None:
                    return f"{target.name} is gone"
                if (target.address, target.user) != (place.address, place.user):
                    return f"{target.name} is another host"
        return ""

    def why_not(self, plan, votes) -> str:
        """Why this plan may not change anything in this world, or nothing."""
        if found := self.same_hosts(plan) or self.may_ask(plan):
            return found
        if self.unasked(plan):
            return ""
        needed = max(self.votes, plan.verdict.votes, 1)
        good = {
            v.person
            for v in votes
            if v.ballot == "approve"
            and (v.plan, v.revision, v.digest) == (plan.id, plan.revision, plan.digest)
            and v.at < plan.expires_at
            and self.may_approve(v.person, plan)
        }
        if len(good) < needed:
            return f"{len(good)} of {needed} votes of those who may: {sorted(good)}"
        return ""


@dataclass
class Story:
    """One plan's history, folded from its events in order."""

    drafted: dict[int, int] = field(default_factory=dict)
    """Revision → seq."""
    states: list[tuple[int, int, PlanState]] = field(default_factory=list)
    """(seq, revision, state)"""
    begun: list[tuple[int, int, object]] = field(default_factory=list)
    """(seq, revision, at) of `run.started`."""
    run: RunState | None = None
    steps: dict[str, StepState] = field(default_factory=dict)
    goes: list[tuple[int, str, object]] = field(default_factory=list)
    """(seq, button, at) of what was decided about its run; `begin` and `back` too."""
    claims: dict[str, tuple[int, object, str, str, int]] = field(default_factory=dict)
    """Attempt → (seq, at, step, host, revision)."""


class Oracle:
    """Folds what was stored and complains of what may not be."""

    def __init__(self, stage, world: World) -> None:
        self.stage = stage
        self.worlds: list[tuple[int, int | None, World]] = [(0, None, world)]
        self.lives: list[int] = []
        """The newest seq when each life began."""
        self.stories: dict[int, Story] = defaultdict(Story)
        self.freezes: list[tuple[int, bool, object]] = []
        self.plans: dict[tuple[int, int], object] = {}
        self.ran: set[tuple[str, str]] = set()
        self.seq = 0
        self.done = 0

    # -- the test's own picture ---------------------------------------------------------------------

    @property
    def world(self) -> World:
        return self.worlds[-1][2]

    def changes_to(self, world: World, before: int, after: int) -> None:
        """From somewhere between these two events on, this is the world."""
        start, _, old = self.worlds[-1]
        self.worlds[-1] = (start, after, old)
        self.worlds.append((before, None, world))

    def _worlds(self, first: int, last: int) -> list[World]:
        return [
            w for start, end, w in self.worlds if start <= last and (end is None or end >= first)
        ]

    # -- folding ------------------------------------------------------------------------------------

    def check(self) -> None:
        """Everything that has happened since the last time."""
        said = self.stage.complaints()
        assert not said, f"an error of its own: {said}"
        for event in self.stage.store.look(lambda u: u.events(self.seq, limit=100_000)):
            self.seq = event.seq
            self._fold(event)
        for sent in self.stage.dispatched[self.done :]:
            self.done += 1
            self._judge(sent)
        self._stored()

    def _fold(self, e) -> None:
        if e.kind == "freeze.changed":
            self.freezes.append((e.seq, e.data["frozen"], e.at))
        if e.plan is None:
            return
        story = self.stories[e.plan]
        if e.kind == "plan.drafted":
            story.drafted[e.data["revision"]] = e.seq
            story.states.append((e.seq, e.data["revision"], PlanState.DRAFTED))
        elif e.kind in MOVES:
            _, revision, before = story.states[-1]
            after = MOVES[e.kind]
            assert after in PLAN_MOVES[before], f"#{e.plan}: {before} → {after}"
            story.states.append((e.seq, revision, after))
        elif e.kind == "run.started":
            story.begun.append((e.seq, e.data["revision"], e.at))
            story.goes.append((e.seq, "begin", e.at))
            story.run, story.steps = RunState.RUNNING, {}
        elif e.kind == "run.moved":
            before, after = RunState(e.data["from"]), RunState(e.data["to"])
            assert before is story.run, f"#{e.plan}: {before} was {story.run}"
            assert after in RUN_MOVES[before], f"#{e.plan}: {before} → {after}"
            story.run = after
        elif e.kind == "run.decided":
            story.goes.append((e.seq, e.data["button"], e.at))
        elif e.kind == "step.moved":
            before, after = StepState(e.data["from"]), StepState(e.data["to"])
            was = story.steps.get(e.step, StepState.PENDING)
            assert before is was, f"#{e.plan} {e.step}: {before} was {was}"
            assert after in STEP_MOVES[before], f"#{e.plan} {e.step}: {before} → {after}"
            story.steps[e.step] = after
        elif e.kind == "attempt.started":
            attempt = e.data["attempt"]
            assert attempt not in story.claims, f"{attempt} was claimed twice"
            story.claims[attempt] = (e.seq, e.at, e.step, e.host, story.begun[-1][1])

    # -- what hosts were made to run ----------------------------------------------------------------

    def _judge(self, sent) -> None:
        base, _, index = sent.attempt.rpartition(".")
        number = int(base.partition("-")[0])
        story = self.stories[number]
        where = f"{sent.attempt} on {sent.host} {sent.argv}"
        assert (sent.host, sent.attempt) not in self.ran, f"{where} ran twice"
        self.ran.add((sent.host, sent.attempt))
        assert not sent.beside, f"{where} ran beside {sent.beside}"
        assert base in story.claims, f"{where} was never claimed"
        seq, at, step_id, host, revision = story.claims[base]
        assert host == sent.host, where
        plan = self.plan(number, revision)
        part = plan.step(step_id).target(host)
        undo = index.startswith("u")
        commands = part.undo if undo else part.commands
        command = commands[int(index.lstrip("u"))]
        assert (_argv(command), command.sudo) == (sent.argv, sent.sudo), f"{where} is not approved"
        assert plan.step(step_id).effect.changes, where
        self._covered(plan, where)
        if undo:
            self._back(story, plan, sent, where)
            return
        first = index == "0"
        state = [s for n, r, s in story.states if n < seq and r == revision][-1]
        newer = [r for r, n in story.drafted.items() if r > revision and n < seq]
        assert state is PlanState.APPROVED, f"{where}: its plan was {state}"
        assert not newer, f"{where}: revision {newer} had taken its place"
        again = bool(self.lives) and seq <= self.lives[-1]
        worlds = self._worlds(self.lives[-1], sent.seq) if again else self._worlds(seq, seq)
        votes = self.stage.store.look(lambda u: u.votes(number, revision))
        votes = [v for v in votes if v.at <= at]
        reasons = [w.why_not(plan, votes) for w in worlds]
        assert "" in reasons, f"{where}: {reasons}"
        if not all(w.unasked(plan) for w in worlds):
            goes = [t for n, b, t in story.goes if n <= seq and b in {"begin", *GOING_ON}]
            assert goes[-1] < plan.expires_at, f"{where}: its votes had expired"
        if first:
            self._not_stopped(story, seq, sent, where)

    def _not_stopped(self, story, seq, sent, where) -> None:
        """Nothing starts after a stop: neither what is claimed later nor what waited a second."""
        stops = [(n, t) for n, b, t in story.goes if b in STOPPING and n <= sent.seq]
        anew = [n for n, b, _ in story.goes if b not in STOPPING and b != "handover"]
        stops = [(n, t) for n, t in stops if not any(n < a <= sent.seq for a in anew)]
        frozen = [f for f in self.freezes if f[0] <= sent.seq]
        if frozen and frozen[-1][1]:
            stops.append((frozen[-1][0], frozen[-1][2]))
        for n, t in stops:
            assert seq < n, f"{where} was claimed after a stop"
            assert (sent.at - t).total_seconds() <= 1, f"{where} started long after a stop"

    def _back(self, story, plan, sent, where) -> None:
        """Undoing is for a run that was sent back, by a person or as its plan says."""
        asked = [(n, t) for n, b, t in story.goes if b == "rollback" and n <= sent.seq]
        assert asked or plan.options.on_failure == "rollback", f"{where}: nobody wants it undone"
        since = asked[-1][0] if asked else 0
        stops = [(n, t) for n, b, t in story.goes if b in STOPPING and since < n <= sent.seq]
        stops += [(n, t) for n, on, t in self.freezes if on and since < n <= sent.seq]
        for _, t in stops:
            assert (sent.at - t).total_seconds() <= 1, f"{where} started long after a stop"

    def plan(self, number: int, revision: int):
        """A revision as it was when first seen: it may never change."""
        stored = self.stage.store.look(lambda u: u.plan(number, revision))
        assert stored is not None, f"#{number} revision {revision} is not stored"
        first = self.plans.setdefault((number, revision), stored.plan)
        assert first == stored.plan, f"#{number} revision {revision} is another plan now"
        return stored.plan

    def _covered(self, plan, where) -> None:
        assert plan.verdict is not None, where
        assert plan.verdict.decision is not Decision.DENY, where
        assert digest_of(plan, plan.verdict.policy) == plan.digest, f"{where}: another digest"

    # -- what is stored -----------------------------------------------------------------------------

    def _stored(self) -> None:
        """The state of every plan and run is where its events led; hosts are held by live runs."""
        for number, story in self.stories.items():
            stored, run, held = self.stage.store.look(
                lambda u, n=number: (u.plan(n), u.run(n), u.holders(tuple(self.world.hosts)))
            )
            if not story.states:
                continue
            _, revision, state = story.states[-1]
            self.plan(number, revision)
            assert stored.plan.revision == revision, f"#{number} has another revision"
            assert stored.state is state, f"#{number} is {stored.state}, its events say {state}"
            if run is not None:
                assert run.state is story.run, f"#{number}: the run is {run.state}"
                assert run.digest == self.plan(number, run.revision).digest, f"#{number}"
            for host, holder in held.items():
                assert not (holder == number and (run is None or not RUN_MOVES[run.state])), (
                    f"#{number} still holds {host}"
                )


def _argv(command):
    return command.argv if command.kind == "shell" else ("sh", "-c", command.text)


# -- cards -----------------------------------------------------------------------------------------

_RUN = {
    RunState.SUCCEEDED: {"DONE"}, RunState.NEEDS_DECISION: {"NEEDS A DECISION"},
    RunState.DRIFTED: {"PAUSED"}, RunState.INTERRUPTED: {"INTERRUPTED"},
    RunState.ROLLED_BACK: {"ROLLED BACK"}, RunState.FAILED: {"FAILED"},
    RunState.CANCELLED: {"STOPPED"}, RunState.RUNNING: {"RUNNING", "STOPPING", "ROLLING BACK"},
}  # fmt: skip
_PLAN = {
    PlanState.WAITING: {"WAITING"}, PlanState.EXPIRED: {"EXPIRED"},
    PlanState.APPROVED: {"APPROVED", "QUEUED"}, PlanState.DRAFTED: {"PLAN ONLY", "NOT READ"},
    PlanState.DENIED: {"DENIED", "REFUSED", "BLOCKED"}, PlanState.CANCELLED: {"CANCELLED"},
}  # fmt: skip


def cards_are_true(stage) -> None:
    """Each plan's card says what the store says; asked only when nothing moves."""

    def work(unit):
        for number in range(1, 100):
            stored = unit.plan(number)
            if stored is None:
                continue
            found = unit.card(f"plan-{number}")
            assert found is not None, f"#{number} has no card"
            card, plan, run = found[1], stored.plan, unit.run(number)
            mine = run is not None and run.revision == plan.revision
            words = _RUN[run.state] if mine else _PLAN[stored.state]
            if mine and not plan.effect.changes:
                words = {*words, "ANSWER"}
            works = any(t.commands for s in plan.steps for t in s.targets)
            if stored.state is PlanState.CANCELLED and (plan.impossible or not works):
                words = {"NOTHING TO DO", "CAN'T"}  # half an order is no order
            if plan.unread and not mine:
                words = {*words, "NOT READ"}
            assert card.state in words, f"#{number}: the card says {card.state}, not {words}"
            assert (card.revision, card.digest) == (plan.revision, plan.digest), f"#{number}"
            asks = any(b.id == "approve" for b in card.buttons)
            assert not asks or stored.state is PlanState.WAITING, f"#{number} offers Approve"

    stage.store.look(work)

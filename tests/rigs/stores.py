"""What the store's suites share: a clock to tick, and plans, runs and attempts to store."""

from datetime import UTC, datetime, timedelta

from bot.adapters.store import open_store
from bot.domain.events import Event
from bot.domain.inventory import Target
from bot.domain.messages import ThreadRef
from bot.domain.plans import Effect, Plan, Step, TargetPlan
from bot.domain.runs import Attempt, PlanState, Run, StepState

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
THREAD = ThreadRef(surface="web", channel="home", thread="t1")
OTHER = ThreadRef(surface="web", channel="home", thread="t2")


class Ticking:
    """A clock that stands until it is ticked."""

    def __init__(self):
        self.time = START

    def now(self):
        return self.time

    def tick(self, **amount):
        self.time += timedelta(**amount)


def opened(path, clock=None, **settings):
    return open_store(path, clock=clock or Ticking(), **settings)


def plan(number=1, revision=1, *, hosts=("web-1",), steps=("s1",), params=None, **fields):
    return Plan(
        **{
            "id": number, "revision": revision, "requester": "ana", "thread": THREAD,
            "request": "restart nginx", "title": "Restart nginx", "created_at": START,
            "digest": f"d{number}.{revision}",
            "steps": tuple(
                Step(
                    id=step, action="service.restart", effect=Effect.WRITE, title="Restart",
                    params={"service": "nginx"} if params is None else params,
                    targets=tuple(TargetPlan(target=Target(name=host)) for host in hosts),
                )
                for step in steps
            ),
        } | fields
    )  # fmt: skip


def run(number=1, revision=1, **fields):
    return Run(
        **{"plan": number, "revision": revision, "digest": f"d{number}.{revision}",
           "started_at": START} | fields
    )  # fmt: skip


def attempt(number=1, *, step="s1", host="web-1", fence=1, revision=1, **fields):
    return Attempt(
        **{"id": f"{number}-{revision}-{step}-{host}-{fence}", "plan": number,
           "revision": revision, "step": step, "host": host, "number": fence, "fence": fence,
           "state": StepState.RUNNING, "started_at": START} | fields
    )  # fmt: skip


def event(kind="step.moved", **fields):
    return Event(**{"kind": kind, "at": START} | fields)


def begin(number=1, revision=1, *, steps=("s1",), state=PlanState.APPROVED, **fields):
    """A unit that stores a plan and begins its run."""

    def work(unit):
        unit.add_plan(plan(number, revision, steps=steps, **fields), state)
        unit.add_run(run(number, revision), steps)

    return work


def each(*works):
    """Several units as one; the last one's result."""

    def work(unit):
        return [one(unit) for one in works][-1]

    return work

"""People, hosts and questions to try the gate with, and a desk's store in memory."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace

from bot.domain.inventory import Host, Inventory, Service, Target
from bot.domain.messages import ButtonPress, Identity, People, Person, Role, ThreadRef
from bot.domain.plans import Plan, Step, TargetPlan, Verdict, digest_of
from bot.domain.runs import PLAN_MOVES, PlanState, RunState, moved
from bot.errors import ConflictError
from bot.gate.cedar import CedarGate
from bot.ports import Ask, GateQuestion, StoredPlan
from bot.settings import ApprovalSettings, AutonomySettings
from bot.skillkit.catalog import Catalog
from bot.skillkit.loader import load

ROOT = Path(__file__).resolve().parents[3]
POLICIES = (ROOT / "config" / "policies.cedar").read_text(encoding="utf-8")
EXAMPLES = (ROOT / "config" / "policy-tests.yaml").read_text(encoding="utf-8")
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
THREAD = ThreadRef(surface="web", channel="page", thread="t1")


def person(name, *roles):
    return Person(
        name=name, display=name.title(), roles=frozenset(map(Role, roles)), timezone="UTC"
    )


ANA, MAX = person("ana", "admin"), person("max", "admin")
CHRIS, BEN, VIC = person("chris", "approver"), person("ben", "operator"), person("vic", "viewer")
EVERYBODY = (ANA, MAX, CHRIS, BEN, VIC)


def host(name, group="", environment="production"):
    return Host(name=name, groups=(group,) if group else (), environment=environment)


INVENTORY = Inventory(
    hosts=(
        host("web-1", "web"), host("web-2", "web"), host("web-3", "web", "staging"),
        host("db-1", "db"), host("db-2", "db", "staging"),
        *(host(f"ci-{n}", "ci", "staging") for n in range(1, 8)),
    ),
)  # fmt: skip


@cache
def catalog():
    return Catalog(load())


def gate(text=POLICIES, autonomy=None, votes=1, path="policies.cedar", of=None):
    autonomy = autonomy or AutonomySettings()
    return CedarGate(text, path, of or catalog(), autonomy, ApprovalSettings(votes=votes))


@cache
def shipped():
    return gate()


def ask(action, *names, batch=0, inventory=INVENTORY, **params):
    known = catalog().action(action)
    on = {} if known.in_process else {"hosts": list(names)}
    return Ask(
        action=action, effect=known.effect.value, raw=known.raw, params={**params, **on},
        hosts=tuple(inventory.host(n) or Host(name=n) for n in names), batch=batch,
        in_process=known.in_process,
    )  # fmt: skip


def question(who, *asks, people=EVERYBODY, inventory=INVENTORY, **more):
    return GateQuestion(
        person=who, asks=asks, inventory=inventory, people=People(persons=people), **more
    )


def ids(verdict):
    return {reason.id for reason in verdict.reasons}


def plan_of(
    *asks, requester="ben", number=7, force_production=False, commands=(), verdict=None, **more
):
    steps = tuple(
        Step(
            id=f"s{at}", action=a.action, effect=a.effect, title=a.action, params=dict(a.params),
            raw=a.raw, batch=a.batch,
            targets=tuple(
                TargetPlan(target=Target(name=h.name), commands=commands) for h in a.hosts
            ),
        )
        for at, a in enumerate(asks, 1)
    )  # fmt: skip
    plan = Plan(
        id=number, requester=requester, thread=THREAD, request="…", title="…", steps=steps,
        force_production=force_production, created_at=NOON, verdict=verdict,
        expires_at=NOON + timedelta(minutes=30), **more,
    )  # fmt: skip
    policy = verdict.policy if isinstance(verdict, Verdict) else ""
    return plan.model_copy(update={"digest": digest_of(plan, policy)})


def press(plan, button="approve", *, by="ana", text="", **more):
    shown = {"plan": plan.id, "revision": plan.revision, "digest": plan.digest, **more}
    return ButtonPress(
        event_id="e", thread=THREAD, identity=Identity(surface="web", account=by), person=by,
        button=button, at=NOON, text=text, **shown,
    )  # fmt: skip


class Ledger:
    """The part of `ports.Unit` that the desk uses; a unit that raises leaves no trace."""

    def __init__(self):
        self.now = NOON
        self.stored = {}
        self.ballots = []
        self.events = []
        self.begun = set()
        self.run_state = RunState.RUNNING
        self.settings = {}
        self.boxes = {}
        self.writes = 0

    async def read(self, work):
        return work(self)

    async def write(self, work, *, first=False):
        self.writes += 1
        kept = dict(self.stored), list(self.ballots), list(self.events), dict(self.boxes)
        try:
            return work(self)
        except Exception:  # a unit of work that fails leaves nothing, whatever it failed at
            self.stored, self.ballots, self.events, self.boxes = kept
            raise

    def put(self, key, value):
        self.settings[key] = value

    def keep(self, box, key, entry):
        self.boxes[box, key] = entry

    def kept(self, box, key):
        return self.boxes.get((box, key))

    def drop(self, box, key):
        return self.boxes.pop((box, key), None) is not None

    def plan(self, plan_id, revision=None):
        found = self.stored.get(plan_id)
        return found if revision is None or (found and found.plan.revision == revision) else None

    def add_plan(self, plan, state):
        self.stored[plan.id] = StoredPlan(plan, state)

    def move_plan(self, plan_id, revision, to, *, by="", reason=""):
        old = self.stored[plan_id]
        if old.plan.revision != revision:
            raise ConflictError("old revision")
        moved(PLAN_MOVES, old.state, to, f"#{plan_id}")
        self.stored[plan_id] = StoredPlan(old.plan, to, by, self.now, reason)
        return self.stored[plan_id]

    def plans(self, want):
        found = [s for s in reversed(self.stored.values()) if s.state in want.states]
        if (due := want.due_before) is not None:
            found = [s for s in found if s.plan.expires_at and s.plan.expires_at <= due]
        return tuple(found[: want.limit])

    def add_vote(self, vote):
        if any(
            (v.plan, v.revision, v.person) == (vote.plan, vote.revision, vote.person)
            for v in self.ballots
        ):
            return False
        self.ballots.append(vote)
        return True

    def drop_vote(self, plan_id, revision, person):
        kept = [
            v for v in self.ballots if (v.plan, v.revision, v.person) != (plan_id, revision, person)
        ]
        dropped, self.ballots = len(kept) < len(self.ballots), kept
        return dropped

    def votes(self, plan_id, revision):
        return tuple(v for v in self.ballots if (v.plan, v.revision) == (plan_id, revision))

    def append(self, event):
        self.events.append(event)

    def run(self, plan_id):
        if plan_id not in self.begun:
            return None
        revision = self.stored[plan_id].plan.revision
        return SimpleNamespace(plan=plan_id, revision=revision, state=self.run_state)

    def state(self, plan_id=7):
        return self.stored[plan_id].state

    def kinds(self):
        return [event.kind for event in self.events]


WAITING = PlanState.WAITING
SERVICES = Inventory(
    hosts=INVENTORY.hosts,
    services=(Service(name="redis", hosts=("web-1", "db-1")),),
)

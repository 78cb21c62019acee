"""A plan: what was asked and judged, down to each command on each target, and its digest.

What you approve is what runs. `digest_of` is SHA-256 over canonical JSON of everything that
decides what happens: action versions, parameters, order, batching, host identities, commands
with sudo and conditions, checks, undo commands, options, the time of its start and the policy's
hash. It leaves out
what is only shown (texts, expected times) and what changes by itself (boot ids).
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from bot.domain.commands import Command
from bot.domain.intents import Correction, OnFailure, PlanOptions
from bot.domain.inventory import Target
from bot.domain.messages import Frozen, Role, ThreadRef
from bot.domain.usage import Reading

DIGEST_VERSION = 1


BUSY = "busy"
"""The `@id` of the policy against two runs on one host."""
OUT_OF_CHANNEL = "channel-environment"
"""That of the policy against hosts that are not spoken of in a channel."""
MISSED = "its time passed while it could not begin"
"""Why a plan was withdrawn whose start was missed: the end of a sentence."""
DELETED = "its request was deleted"
"""Why one was withdrawn whose request is gone; who deleted that, no platform tells."""


class Effect(StrEnum):
    """What an action does to the world."""

    READ = "read"
    WRITE = "write"
    DESTRUCTIVE = "destructive"

    @property
    def changes(self) -> bool:
        """Whether it is more than a read."""
        return self is not Effect.READ


WHEN_IT_BEGAN = "when-it-began"
"""In a diagnosis: the moment at which the attempt began, such as `-37s`, filled in there."""


class Check(Frozen):
    """How a step's success is known: after `settle_s` seconds, a read that must say so.

    Passes when it exits 0 and, if `stdout` is given, prints exactly that (stripped), or exactly
    one of `or_stdout`. `diagnose` are reads whose output goes on the card when it fails, or the
    command does; `sudo` runs those as root (a journal is often root's), and only those.
    `WHEN_IT_BEGAN` in one stands for a moment, so that what is old is not taken for its cause.
    """

    argv: tuple[str, ...]
    stdout: str | None = None
    or_stdout: tuple[str, ...] = ()
    settle_s: float = 0.0
    diagnose: tuple[tuple[str, ...], ...] = ()
    sudo: bool = False


class TargetPlan(Frozen):
    """What one step does on one target.

    `now` says how it stands ("nginx active"). `already` is why there is nothing to do,
    `cannot` why it can't be done; with either there are no commands. `cautions` are
    sentences for the card.
    """

    target: Target
    now: str = ""
    commands: tuple[Command, ...] = ()
    undo: tuple[Command, ...] = ()
    checks: tuple[Check, ...] = ()
    already: str = ""
    cannot: str = ""
    cautions: tuple[str, ...] = ()


class Step(Frozen):
    """One action on its targets.

    `id` is `s1`, `s2` … in the card's order; `needs` are the ids that must have ended well.
    `batch` is how many targets run at once (0: all). `expected_s` is per target, None
    when nothing is known. `undo_says` is the card's word on undoing it. `unsaid` is what of it a
    model put in that the requester did not say, `alone` that only a model has read it.
    """

    id: str
    action: str
    action_version: int = 1
    effect: Effect
    title: str
    params: dict[str, Any]
    words: str = ""
    needs: tuple[str, ...] = ()
    targets: tuple[TargetPlan, ...] = ()
    batch: int = 0
    stop_at_first_failure: bool = False
    timeout_s: float = 300.0
    repeatable: bool = False
    killable: bool = True
    cuts_connection: bool = False
    raw: bool = False
    undo_says: str = ""
    may_break: str = ""
    expected_s: float | None = None
    unsaid: tuple[str, ...] = ()
    alone: bool = False

    def target(self, host: str) -> TargetPlan:
        """The part of one host; KeyError when the step does not touch it."""
        for part in self.targets:
            if part.target.name == host:
                return part
        raise KeyError(host)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names of its targets, in order."""
        return tuple(part.target.name for part in self.targets)


class Decision(StrEnum):
    """What the gate says."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


class Impact(StrEnum):
    """How much harm a plan could do."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


ONCE_APPROVED: Final = "approved, it"
"""How a reason begins what comes of a plan that is asked for; of one only shown, see its card."""


class Reason(Frozen):
    """Why: the policy's `@id` and a sentence that a person can act on."""

    id: str
    text: str


class Verdict(Frozen):
    """The gate's answer on a plan.

    `votes` is how many distinct eligible people must approve (0 when allowed unasked);
    `approvers` are those who may, by name, in order; `solo` is True when the lone
    administrator approves their own plan. `policy` is the hash of what judged.
    """

    decision: Decision
    impact: Impact = Impact.LOW
    reasons: tuple[Reason, ...] = ()
    votes: int = 0
    approvers: tuple[str, ...] = ()
    solo: bool = False
    policy: str = ""


class Changed(Frozen):
    """How a revision differs from the one before it, for its card.

    `less` and `more` are hosts or acts that went and came, `now` how it is run differently;
    `void` are the people whose votes were for the former one; `start` is whether it begins at
    another time.
    """

    less: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    now: tuple[str, ...] = ()
    void: tuple[str, ...] = ()
    start: bool = False


class Before(Frozen):
    """What a revision had come to when `revision`, the next one, was asked for.

    `how` is `denied`, `refused`, `withdrawn`, `expired`, `paused`, or empty: it came to nothing
    otherwise, or to no end. `by` ended it at `at`, and said `why`. `asked` is whose it was, `again`
    who has asked for it again (empty: it was changed in words). `number` is that of another plan,
    which is asked for once more, or, without `how`, for what it has left.
    """

    revision: int = 1
    how: str = ""
    by: str = ""
    why: str = ""
    at: datetime | None = None
    asked: str = ""
    again: str = ""
    number: int = 0

    @property
    def matters(self) -> bool:
        """Whether who votes next should know: somebody said no, or another has it now."""
        return self.is_anothers or self.is_denial

    @property
    def is_denial(self) -> bool:
        """Whether somebody said no, and not the policy."""
        return self.how == "denied" and bool(self.by)

    @property
    def is_anothers(self) -> bool:
        """Whether it was asked for again by somebody else than had asked for it."""
        return self.again not in ("", self.asked)


class RunOptions(Frozen):
    """How the run behaves, after the defaults have been filled in."""

    on_failure: OnFailure = OnFailure.ASK
    parallel_steps: int = 5


class Plan(Frozen):
    """What was asked, by whom, and exactly what will run.

    `asked` is how the person wanted it run, before any default was filled in. A `plan_only`
    one is only shown, also when it is looked at again. `expires_at` is until when votes are taken,
    `holds_until` (None: the same) until when they let something of it begin. `changed` is set on a
    revision that its requester has asked for. `instead` is what to say for the same look without a
    raw command.
    `reading` is what reading it with a model took, or why none did. `doubts` are sentences on why
    the rules would not have planned what the model read. `formerly` are those who asked for it,
    or for an earlier revision, before it became another's: it is their own plan, too. `lent` are
    the roles that the place lent its requester when they asked. `before` is what earlier revisions
    had come to, as far as it matters.
    """

    id: int
    revision: int = 1
    requester: str
    thread: ThreadRef
    request: str
    reason: str = ""
    read_by: str = "rules"
    corrections: tuple[Correction, ...] = ()
    title: str
    steps: tuple[Step, ...]
    options: RunOptions = RunOptions()
    asked: PlanOptions = PlanOptions()
    force_production: bool = False
    warnings: tuple[str, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    verdict: Verdict | None = None
    created_at: datetime
    expires_at: datetime | None = None
    holds_until: datetime | None = None
    inventory: str = ""
    digest: str = ""
    plan_only: bool = False
    changed: Changed | None = None
    instead: str = ""
    reading: Reading = Reading()
    doubts: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()
    lent: tuple[Role, ...] = ()
    before: tuple[Before, ...] = ()

    @property
    def askers(self) -> tuple[str, ...]:
        """Everybody who has asked for it, whoever does now last."""
        return (*self.formerly, self.requester)

    @property
    def needed(self) -> int:
        """Votes that it takes; never none for a plan that waits."""
        return max(1, self.verdict.votes) if self.verdict is not None else 1

    @property
    def start(self) -> datetime | None:
        """Before when nothing of it begins; None when it begins as soon as it may."""
        return self.asked.start

    @property
    def votes_end(self) -> datetime | None:
        """When the votes on it are too old to let anything more begin."""
        return self.holds_until or self.expires_at

    @property
    def effect(self) -> Effect:
        """The strongest effect of any step."""
        order = list(Effect)
        return max((s.effect for s in self.steps), key=order.index, default=Effect.READ)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every target, once, sorted."""
        return tuple(sorted({host for step in self.steps for host in step.hosts}))

    @property
    def only_busy(self) -> bool:
        """Whether nothing but another run is in the way, so that waiting for it helps."""
        reasons = self.verdict.reasons if self.verdict else ()
        return bool(reasons) and all(reason.id == BUSY for reason in reasons)

    @property
    def impossible(self) -> tuple[Step, ...]:
        """The changes that can't be made on any of their targets: half an order is no order."""
        return tuple(
            step
            for step in self.steps
            if step.effect.changes and step.targets and all(part.cannot for part in step.targets)
        )

    def step(self, step_id: str) -> Step:
        """The step with this id; KeyError when there is none."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)


def hastened_key(plan: int) -> str:
    """Under which it is kept that a plan may begin before its time; gone with a vote."""
    return f"hastened/{plan}"


def digest_of(plan: Plan, policy: str) -> str:
    """The lower-case hex SHA-256 of what will run; the same for equal content, always.

    `policy` is the hash of the policies that judge the plan.
    """
    content = {
        "digest_version": DIGEST_VERSION,
        "plan": plan.id,
        "policy": policy,
        "options": plan.options.model_dump(mode="json"),
        "force_production": plan.force_production,
        "steps": [_binding(step) for step in plan.steps],
    }
    if plan.start is not None:  # without one the digest is what it always was
        content["start"] = plan.start.astimezone(UTC).isoformat()
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


_BOUND_OF_TARGET = {"commands", "undo", "checks", "already", "cannot"}


def _binding(step: Step) -> dict[str, Any]:
    """The part of a step that a vote binds."""
    bound = step.model_dump(
        mode="json",
        include={
            "id", "action", "action_version", "effect", "params", "needs", "batch",
            "stop_at_first_failure", "timeout_s", "repeatable", "killable",
            "cuts_connection", "raw",
        },
    )  # fmt: skip
    bound["targets"] = [
        {
            "identity": [t.target.name, t.target.address, t.target.port, t.target.user,
                         t.target.kind.value, t.target.fingerprint, t.target.sudo.value],
            **t.model_dump(mode="json", include=_BOUND_OF_TARGET),
        }
        for t in step.targets
    ]  # fmt: skip
    return bound


def short(digest: str) -> str:
    """The digest as a card shows it: `7f3a c21e`."""
    return f"{digest[:4]} {digest[4:8]}"

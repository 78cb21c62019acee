"""Plans in every state before they run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.domain.approvals import Ballot
from bot.domain.cards import Card
from bot.domain.commands import Script
from bot.domain.intents import PlanOptions
from bot.domain.plans import (
    BUSY,
    MISSED,
    Changed,
    Decision,
    Effect,
    Plan,
    Reason,
    TargetPlan,
)
from bot.domain.runs import PlanState
from bot.domain.usage import Reading, Tier, Usage
from bot.reporting.gallery.scenes import (
    CHECK,
    RESTART,
    at,
    plan,
    reader,
    restart_part,
    restart_step,
    stop_step,
    stored,
    target,
    verdict,
    vote,
)  # fmt: skip
from bot.reporting.plan_card import looking, plan_card


def part(name: str, **fields: Any) -> TargetPlan:
    """One host's part of a step."""
    return TargetPlan(target=target(name), **fields)


def failing_plan(**changes: Any) -> Plan:
    """What the policy refuses."""
    denied = Reason(
        id="no-mass-stop",
        text="this stops nginx on every production web host at once; name fewer hosts, "
        'or say "one at a time".',
    )
    fields = {"decision": Decision.DENY, "reasons": (denied,), "votes": 0, "approvers": ()}
    return plan(stop_step(), verdict=verdict(**fields), title="stop nginx on web", **changes)


def blocked_plan() -> Plan:
    """What only another run keeps from beginning."""
    busy = Reason(id=BUSY, text="#88 is changing web-1 and web-2 now.")
    return plan(verdict=verdict(decision=Decision.DENY, reasons=(busy,), votes=0, approvers=()))


def two_steps() -> Plan:
    """A stop, then a restart."""
    first = stop_step(words="stop nginx on web-1 and web-2")
    then = restart_step(id="s2", needs=("s1",), words="restart it everywhere")
    return plan(
        first, then, title="stop, then restart nginx",
        request="stop nginx on web-1 and web-2, then restart it everywhere",
    )  # fmt: skip


READING = Reading(
    model="claude-haiku-4-5", tier=Tier.CLOUD_FAST, prompt="plan@1",
    usage=Usage(calls=1, tokens_in=2900, cached=2600, tokens_out=140, micros=1260),
)  # fmt: skip


def model_plan() -> Plan:
    """What only a model could read, of a longer sentence."""
    words = "bring bitte nginx auf den Webservern neu hoch"
    return plan(
        restart_step(words=words, alone=True),
        request=f"guten Morgen, {words}, das Zertifikat ist da",
        read_by=READING.model,
        reading=READING,
    )


def later_plan(**changes: Any) -> Plan:
    """What is to start at 22:00 in the reader's zone."""
    ten = at(480)
    fields = {"asked": PlanOptions(start=ten), "expires_at": ten, "holds_until": at(510)}
    return plan(**(fields | changes))


OTHERS = tuple(f"guard-{n}" for n in range(1, 13))
"""Approvers to whom nothing gets."""


def plan_cards() -> Iterator[tuple[str, Card]]:
    """By name, in the order of a plan's life."""
    waiting = plan()
    mixed = plan(
        restart_step(
            targets=(
                restart_part("web-1"),
                part("web-2", already="nginx is already active on web-2"),
                part("web-3", cannot="there is no nginx on web-3, so I can't restart it."),
                part("web-4", now="nginx failed", commands=(RESTART,), checks=(CHECK,),
                     cautions=("nginx is failed on web-4: a restart starts it",)),
            ),
            expected_s=None,
        ),
        warnings=("web-1 is Overseer's own host, so it is done last in its step.",),
    )  # fmt: skip
    raw = plan(
        restart_step(action="host.run", effect=Effect.DESTRUCTIVE, raw=True, batch=0,
                     stop_at_first_failure=False, params={"command": "x", "hosts": ["web-1"]},
                     targets=(part("web-1", commands=(Script(text="df -h\nuptime"),)),),
                     undo_says="none: only you know what this command changes",
                     may_break="whatever the command touches", expected_s=None),
        title="run df -h uptime on web-1",
        verdict=verdict(votes=1, approvers=("ben",), solo=True),
    )  # fmt: skip
    two = two_steps()
    many = plan(
        restart_step(
            targets=tuple(
                part(f"ci-{n}", commands=(Script(text=f"echo {n}"),)) for n in range(1, 31)
            )
        )
    )
    no_systemd = "localhost doesn't run systemd, so I can't restart cron there; nothing ran."
    cannot = plan(restart_step(targets=(part("localhost", cannot=no_systemd),)))
    already = plan(
        stop_step().model_copy(
            update={
                "targets": tuple(
                    part(h, already=f"nginx is not running on {h}") for h in ("web-1", "web-2")
                )
            }
        )
    )
    unread = plan(
        restart_step(targets=(restart_part("web-1"), part("web-2", cannot="no answer"))),
        unread=(("web-2", "web-2 did not answer within 10 s."),),
    )
    yield "looking", looking(90, waiting.title, waiting.hosts, reader(2), by="ben")
    yield "waiting", plan_card(stored(), (vote(),), reader())
    away = stored(
        the_plan=plan(verdict=verdict(approvers=("ana", "chris", "dana", *OTHERS))),
        told={"ana": at(2)}, untold={"chris": "The account takes no direct messages."},
        nowhere=("dana", *OTHERS),
    )  # fmt: skip
    yield "waiting-not-told", plan_card(away, (), reader())
    yield "waiting-handed-over", plan_card(stored(), (), reader(), steered_by="chris")
    yield "waiting-mixed", plan_card(stored(the_plan=mixed), (), reader())
    yield "waiting-raw-solo", plan_card(stored(the_plan=raw), (), reader())
    yield "waiting-two-steps", plan_card(stored(the_plan=two), (), reader())
    yield "waiting-read-by-a-model", plan_card(stored(the_plan=model_plan()), (), reader())
    yield "waiting-many-commands", plan_card(stored(the_plan=many), (), reader())
    yield "denied-by-policy", plan_card(stored(PlanState.DENIED, failing_plan()), (), reader())
    no = vote("chris", Ballot.DENY, 4, "not before the demo")
    yield (
        "denied-by-person",
        plan_card(stored(PlanState.DENIED, decided_by="chris"), (vote(), no), reader()),
    )
    yield (
        "blocked",
        plan_card(
            stored(PlanState.DENIED, blocked_plan()),
            (),
            reader(),
            holders={"web-1": 88, "web-2": 88},
        ),
    )
    yield "expired", plan_card(stored(PlanState.EXPIRED), (vote(),), reader(40))
    yield (
        "cancelled",
        plan_card(stored(PlanState.CANCELLED, decided_by="ben", decided_at=at(5)), (), reader(6)),
    )
    yield "superseded", plan_card(stored(PlanState.SUPERSEDED), (), reader(6))
    yield "plan-only", plan_card(stored(PlanState.DRAFTED), (), reader())
    yield "unread", plan_card(stored(PlanState.DRAFTED, unread), (), reader())
    yield "cannot", plan_card(stored(PlanState.CANCELLED, cannot), (), reader())
    yield "nothing-to-do", plan_card(stored(PlanState.CANCELLED, already), (), reader())
    yield "approved", plan_card(stored(PlanState.APPROVED), (vote(), vote("chris")), reader())
    later = later_plan()
    yield "waiting-for-later", plan_card(stored(the_plan=later), (vote(),), reader())
    moved = later_plan(revision=2, changed=Changed(less=("web-3",), void=("chris",), start=True))
    yield "waiting-moved", plan_card(stored(the_plan=moved), (), reader())
    yield (
        "scheduled",
        plan_card(stored(PlanState.APPROVED, later), (vote(), vote("chris")), reader(288)),
    )
    yield (
        "missed",
        plan_card(stored(PlanState.CANCELLED, later, reason=MISSED), (vote(),), reader(520)),
    )
    yield (
        "queued",
        plan_card(
            stored(PlanState.APPROVED), (vote(),), reader(), holders={"web-1": 88}, queued=True
        ),
    )

"""Abuse 9 and 10: everything that decides what runs is bound by the digest that is voted on."""

import pytest

from bot.domain.commands import Condition, Shell
from bot.domain.inventory import SudoMode
from bot.domain.plans import Check, RunOptions, digest_of
from tests.unit.gate.court import ask, plan_of

RESTART = ask("service.restart", "web-1", "web-2", service="nginx")
COMMAND = Shell(argv=("systemctl", "restart", "--", "nginx.service"), sudo=True)
PLAN = plan_of(RESTART, commands=(COMMAND,))


def in_step(**change):
    return PLAN.model_copy(update={"steps": (PLAN.steps[0].model_copy(update=change),)})


def in_part(**change):
    first, *rest = PLAN.steps[0].targets
    return in_step(targets=(first.model_copy(update=change), *rest))


def in_target(**change):
    return in_part(target=PLAN.steps[0].targets[0].target.model_copy(update=change))


CHANGED = {
    "command": in_part(commands=(COMMAND.model_copy(update={"argv": ("rm", "-rf", "/")}),)),
    "sudo": in_part(commands=(COMMAND.model_copy(update={"sudo": False}),)),
    "condition": in_part(commands=(COMMAND.model_copy(update={"unless": Condition(argv=("true",))}),)),
    "undo": in_part(undo=(COMMAND,)),
    "how a failure is looked into": in_part(checks=(Check(argv=("true",), diagnose=(("id",),)),)),
    "its privilege": in_part(checks=(Check(argv=("true",), sudo=True),)),
    "check": in_part(checks=(Check(argv=("true",)),)),
    "what it may say": in_part(checks=(Check(argv=("true",), stdout="a", or_stdout=("b",)),)),
    "another target": in_step(targets=PLAN.steps[0].targets[:1]),
    "address": in_target(address="10.0.0.9"),
    "user": in_target(user="root"),
    "host key": in_target(fingerprint="SHA256:other"),
    "how it becomes root": in_target(sudo=SudoMode.ROOT),
    "parameter": in_step(params={"service": "ssh"}),
    "action version": in_step(action_version=2),
    "batch": in_step(batch=9),
    "timeout": in_step(timeout_s=1.0),
    "stop at first failure": in_step(stop_at_first_failure=True),
    "on failure": PLAN.model_copy(update={"options": RunOptions(on_failure="rollback")}),
    "the flag": PLAN.model_copy(update={"force_production": True}),
    "the number": PLAN.model_copy(update={"id": 8}),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGED)
def test_what_decides_what_runs_changes_the_digest(what):
    assert digest_of(CHANGED[what], "policy") != digest_of(PLAN, "policy")


def test_another_policy_is_another_digest():
    assert digest_of(PLAN, "policy") != digest_of(PLAN, "other")


@pytest.mark.parametrize(
    "same",
    [PLAN.model_copy(update={"title": "x", "revision": 2}), in_target(boot_id="b"), in_part(now="x")],
    ids=["words", "boot id", "how it stands"],
)  # fmt: skip
def test_what_is_only_shown_does_not(same):
    assert digest_of(same, "policy") == digest_of(PLAN, "policy")

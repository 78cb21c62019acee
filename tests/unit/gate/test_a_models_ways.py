"""What a model chose and the person did not say loosens no verdict and never runs unasked."""

from dataclasses import replace

import pytest

from bot.domain.intents import PlanOptions
from bot.domain.plans import Decision, Impact, Reason, Verdict
from bot.gate.stricter import stricter
from tests.unit.gate.court import ANA, BEN, CHRIS, VIC, ask, gate, ids, plan_of, question, shipped

ALLOW, ASK, DENY = Decision.ALLOW, Decision.ASK, Decision.DENY
MADE_UP = PlanOptions(batch=1, unsaid=("batch",))
SAID = PlanOptions(batch=1)
LOOK = ask("host.status", "web-1")

PERMITS_ALL = "permit (principal, action, resource);"
ONE_BY_ONE = (
    PERMITS_ALL
    + """
@id("slow-only") @reason("Not at once.") @votes("2")
forbid (principal, action, resource == May::"run_unasked") when { context has batch && context.batch != 1 };
@id("slow-votes") @reason("Only who goes slowly may have my vote.")
forbid (principal, action, resource == May::"approve") when { context has batch && context.batch != 1 };
"""
)


@pytest.mark.parametrize("action", ["host.reboot", "service.stop"])
def test_a_made_up_batch_is_no_way_out_of_a_refusal(action):
    params = {"service": "nginx"} if action == "service.stop" else {}
    asked = ask(action, "web-1", "web-2", batch=1, **params)
    assert shipped().judge(question(ANA, asked, ways=SAID)).decision is ASK
    verdict = shipped().judge(question(ANA, asked, ways=MADE_UP))
    assert verdict.decision is DENY
    told = " ".join(reason.text for reason in verdict.reasons)
    assert 'or say "one at a time"' in told
    assert "The model chose “one at a time”, which I don't find in the request" in told


def test_nor_is_it_once_the_plan_is_there_or_somebody_votes():
    asked = ask("host.reboot", "web-1", "web-2", batch=1)
    plan = plan_of(asked, requester="ben")
    spoken = question(BEN, asked, plan=plan, ways=SAID, force_production=True)
    assert shipped().judge(spoken).decision is not DENY
    assert shipped().judge(replace(spoken, ways=MADE_UP)).decision is DENY
    picky = gate(ONE_BY_ONE)
    assert picky.may_vote(CHRIS, spoken, "ben") == ""
    assert picky.may_vote(CHRIS, replace(spoken, ways=MADE_UP), "ben") == (
        "Only who goes slowly may have my vote."
    )


def test_the_votes_that_are_needed_without_it_are_needed_with_it():
    asked = ask("host.reboot", "web-1", "web-2", batch=1)
    both = ONE_BY_ONE.partition('@id("slow-votes")')[0]
    said = gate(both).judge(question(BEN, asked, ways=SAID))
    assert said.decision is ALLOW
    verdict = gate(both).judge(question(BEN, asked, ways=MADE_UP))
    assert (verdict.decision, verdict.votes) == (ASK, 2)
    assert ids(verdict) == {"unsaid", "slow-only"}


@pytest.mark.parametrize(
    ("ways", "told"),
    [
        (PlanOptions(on_failure="continue", unsaid=("on_failure",)), "goes on after a failure"),
        (PlanOptions(parallel_steps=9, unsaid=("parallel_steps",)), "9 steps at once"),
        (PlanOptions(step_timeout_s=9, unsaid=("step_timeout_s",)), "9 s for each step"),
        (PlanOptions(start="2026-03-01T22:00Z", unsaid=("start",)), "starting 2026-03-01 22:00 UTC"),
        (PlanOptions(unsaid=("start",)), "starting at once"),
        (PlanOptions(batch=10_000, unsaid=("batch",)), "all at once"),
    ],
)  # fmt: skip
def test_a_look_whose_way_a_model_chose_is_asked_about_and_the_way_is_told(ways, told):
    assert gate(PERMITS_ALL).judge(question(BEN, LOOK)).decision is ALLOW
    verdict = gate(PERMITS_ALL).judge(question(BEN, LOOK, ways=ways))
    assert verdict.decision is ASK
    assert f"The model chose “{told}”" in verdict.reasons[0].text


ALL_WAYS = PlanOptions(
    batch=3, on_failure="continue", stop_at_first_failure=True, step_timeout_s=9, parallel_steps=9,
    start="2026-03-01T22:00Z",
    unsaid=("batch", "on_failure", "stop_at_first_failure", "step_timeout_s", "parallel_steps", "start"),
)  # fmt: skip


def test_every_way_that_a_model_chose_is_named():
    verdict = gate(PERMITS_ALL).judge(question(BEN, LOOK, ways=ALL_WAYS))
    told = " ".join(reason.text for reason in verdict.reasons)
    assert "more" not in told
    for said in ("3 at a time", "goes on after", "stops at the", "9 s for", "9 steps", "22:00 UTC"):
        assert said in told


def test_everything_that_a_model_put_in_is_named_or_counted_and_in_the_file():
    def told(*unsaid):
        step = replace(ask("service.restart", "web-3", service="nginx"), unsaid=unsaid)
        (text,) = (r.text for r in shipped().judge(question(BEN, step)).reasons if r.id == "unsaid")
        return text

    odd = ["apollo", "zeus", "hera", "ares", "juno", "mars", "pluto"]
    assert all(f"“{name}”" in told(*odd) for name in odd)
    assert "“ci-1…ci-90”" in told(*(f"ci-{n}" for n in range(1, 91)), "db-1")
    many = [f"{name}-{n}x" for name in odd for n in range(30)]
    assert "added 210 names" in told(*many)
    assert "the file on its card has them all" in told(*many)


def test_what_the_rules_declined_is_asked_about_and_the_card_says_why():
    verdict = gate(PERMITS_ALL).judge(question(BEN, LOOK, doubts=("The rules read a riddle.",)))
    assert verdict.decision is ASK
    assert verdict.reasons == (Reason(id="declined", text="The rules read a riddle."),)


def test_a_change_that_nothing_narrows_says_so():
    def told(**params):
        alone = replace(ask("package.upgrade", "web-3", **params), alone=True)
        return " ".join(r.text for r in shipped().judge(question(BEN, alone)).reasons)

    wide = "It gave no `packages` and no `only`, so nothing narrows “upgrade all packages”."
    assert wide in told()
    assert "nothing narrows" not in told(packages=["curl"])
    assert "nothing narrows" not in told(only="security")
    restart = replace(ask("service.restart", "web-3", service="nginx"), alone=True)
    assert "narrows" not in str(shipped().judge(question(BEN, restart)).reasons)


def test_of_two_verdicts_nothing_of_the_stricter_is_lost():
    allow = Verdict(decision=ALLOW, impact=Impact.HIGH)
    one = Verdict(decision=ASK, votes=1, approvers=("ana", "ben", "chris"), solo=False)
    two = Verdict(
        decision=ASK, votes=2, approvers=("chris", "ana"), reasons=(Reason(id="a", text="b"),)
    )
    deny = Verdict(decision=DENY, reasons=(Reason(id="no", text="No."),))
    for pair in ((one, two), (two, one)):
        found = stricter(*pair)
        assert (found.decision, found.votes) == (ASK, 2)
        assert set(found.approvers) == {"ana", "chris"}
        assert ids(found) == {"a"}
        for strict, loose in ((deny, one), (deny, allow), (one, allow)):
            assert stricter(strict, loose).decision is strict.decision
            assert stricter(loose, strict).decision is strict.decision
            assert stricter(loose, strict).reasons == strict.reasons
    assert stricter(deny, allow).impact is Impact.HIGH
    assert stricter(allow, allow) == allow


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        ({"unsaid": ("reboot",)}, "The model added the step “reboot on web-1”; the request doesn't ask for it."),
        ({"unsaid": ("web-1",)}, "The model put “web-1” into the step “reboot on web-1”; the request"),
        ({"alone": True}, "Only the model read “reboot on web-1” in the request."),
    ],
)  # fmt: skip
def test_a_refusal_tells_what_of_the_step_is_the_models(marks, told):
    asked = ask("host.reboot", "web-1")
    as_typed = shipped().judge(question(VIC, asked))
    verdict = shipped().judge(question(VIC, LOOK, replace(asked, **marks)))
    assert as_typed.decision is verdict.decision is DENY
    assert verdict.reasons[:-1] == as_typed.reasons
    assert told in verdict.reasons[-1].text


def test_what_only_waits_for_another_run_waits_for_it_whoever_read_it():
    asked = replace(ask("service.restart", "web-3", service="nginx"), alone=True)
    verdict = shipped().judge(question(ANA, asked, holders={"web-3": 7}))
    assert [reason.id for reason in verdict.reasons] == ["busy"]

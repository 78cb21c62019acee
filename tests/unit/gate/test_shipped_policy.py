"""What `config/policies.cedar` says, question by question."""

import re

import pytest

from bot.domain.commands import Shell
from bot.domain.inventory import Service
from bot.domain.plans import Decision, Impact
from bot.gate.faults import statements
from bot.gate.policy_tests import run_policy_tests
from bot.ports import Bounds
from bot.settings import AutonomySettings, PreApproved
from tests.unit.gate.court import (
    ANA,
    BEN,
    CHRIS,
    EVERYBODY,
    EXAMPLES,
    INVENTORY,
    MAX,
    POLICIES,
    SERVICES,
    VIC,
    ask,
    gate,
    host,
    ids,
    person,
    plan_of,
    question,
    shipped,
)  # fmt: skip

ALLOW, ASK, DENY = Decision.ALLOW, Decision.ASK, Decision.DENY
CAUTIOUS = AutonomySettings(level="cautious")

RESTART = ask("service.restart", "web-1", service="nginx")
RAW_PROD = ask("host.run", "web-1", command="df -h")
STOP_ALL = ask("service.stop", "web-1", "web-2", service="nginx")
REBOOT_ALL = ask("host.reboot", "web-1", "web-2")
SIX = tuple(f"ci-{n}" for n in range(1, 7))


def test_the_shipped_examples_hold():
    report = run_policy_tests(EXAMPLES, "policy-tests.yaml", shipped())
    assert report.ok, "\n".join(report.lines())


@pytest.mark.parametrize(
    ("who", "asked", "decision", "because"),
    [
        (VIC, ask("host.status", "web-1"), ALLOW, set()),
        (VIC, ask("host.list"), ALLOW, set()),
        (VIC, RESTART, DENY, {"role"}),
        (BEN, RESTART, ASK, {"production-asks"}),
        (CHRIS, RESTART, ASK, {"production-asks"}),
        (BEN, ask("service.restart", "web-3", service="nginx"), ASK, {"asks"}),
        (BEN, ask("host.run", "ci-1", command="df"), ASK, {"raw-asks"}),
        (BEN, RAW_PROD, DENY, {"production-admin"}),
        (ANA, RAW_PROD, ASK, {"force-production", "production-asks", "raw-asks"}),
        (ANA, ask("host.run", *SIX, command="df"), DENY, {"no-mass-destruction"}),
        (ANA, ask("host.run", *SIX[:5], command="df"), ASK, {"raw-asks"}),
        (ANA, STOP_ALL, DENY, {"no-mass-stop"}),
        (ANA, REBOOT_ALL, DENY, {"no-mass-reboot"}),
        (ANA, ask("host.reboot", "web-1", "web-2", batch=1), ASK, {"production-asks"}),
        (ANA, ask("host.reboot", "db-1"), ASK, {"production-asks"}),
        (ANA, ask("service.restart", "web-1", "web-2", service="nginx"), ASK, {"production-asks"}),
    ],
)  # fmt: skip
def test_who_may_what(who, asked, decision, because):
    verdict = shipped().judge(question(who, asked))
    assert (verdict.decision, ids(verdict)) == (decision, because)


@pytest.mark.parametrize("who", EVERYBODY, ids=lambda p: p.name)
@pytest.mark.parametrize("level", ["cautious", "proactive", "scheduled"])
def test_what_happens_inside_overseer_is_read_at_every_level_by_everybody(who, level):
    court = gate(autonomy=AutonomySettings(level=level))
    for action in ("host.list", "help.show", "plan.history"):
        assert court.judge(question(who, ask(action))).decision is ALLOW


@pytest.mark.parametrize("who", EVERYBODY, ids=lambda p: p.name)
def test_stopping_is_never_gated(who):
    verdict = gate(autonomy=CAUTIOUS).judge(question(who, ask("plan.cancel", plan=90)))
    assert (verdict.decision, verdict.votes) == (ALLOW, 0)


def test_cautious_asks_before_it_reads_a_host():
    verdict = gate(autonomy=CAUTIOUS).judge(question(BEN, ask("host.status", "ci-1")))
    assert verdict.decision is ASK
    assert "cautious" in verdict.reasons[0].text


def test_a_group_may_be_stricter_than_the_rest():
    court = gate(autonomy=AutonomySettings(groups={"db": "cautious"}))
    assert court.judge(question(BEN, ask("host.status", "ci-1"))).decision is ALLOW
    assert court.judge(question(BEN, ask("host.status", "ci-1", "db-2"))).decision is ASK


def test_the_denial_sounds_as_promised():
    verdict = shipped().judge(question(BEN, STOP_ALL))
    assert verdict.reasons[0].text == (
        "I won't: this stops nginx on every production web host, and nobody asked for one at a time "
        '(no-mass-stop); name fewer hosts, or say "one at a time".'
    )


def test_no_reason_has_a_hole_or_a_placeholder_left():
    courts = [shipped(), gate(autonomy=CAUTIOUS)]
    asked = [RESTART, RAW_PROD, STOP_ALL, REBOOT_ALL, ask("host.run", *SIX, command="x")]
    for court in courts:
        for who in EVERYBODY:
            for one in asked:
                for holders in ({}, {"web-1": 90}):
                    for reason in court.judge(question(who, one, holders=holders)).reasons:
                        assert not re.search(r"[{}]|\(\)|  | [,;.:]", reason.text), reason


# -- too much at once --------------------------------------------------------------------------


def test_mass_is_counted_over_all_steps_of_a_plan():
    halves = ask("host.run", *SIX[:3], command="a"), ask("host.run", *SIX[3:], command="b")
    assert ids(shipped().judge(question(ANA, *halves))) == {"no-mass-destruction"}
    stops = [ask("service.stop", h, service="nginx") for h in ("web-1", "web-2")]
    assert ids(shipped().judge(question(ANA, *stops))) == {"no-mass-stop"}
    rolled = [ask("service.stop", h, service="nginx", batch=1) for h in ("web-1", "web-2")]
    assert ids(shipped().judge(question(ANA, *rolled))) == {"no-mass-stop"}
    reboots = [ask("host.reboot", h) for h in ("web-1", "web-2")]
    assert ids(shipped().judge(question(ANA, *reboots))) == {"no-mass-reboot"}


@pytest.mark.parametrize(
    ("one", "other"),
    [("nginx", "nginx.service"), ("ssh", "sshd"), ("redis-server.service", "redis"), ("httpd", "apache2")],
)  # fmt: skip
def test_a_service_is_not_stopped_everywhere_under_two_spellings(one, other):
    stops = [ask("service.stop", f"web-{n}", service=s) for n, s in ((1, one), (2, other))]
    assert ids(shipped().judge(question(ANA, *stops))) == {"no-mass-stop"}


def test_nor_under_two_names_that_only_the_hosts_know_for_one_unit():
    stops = [ask("service.stop", f"web-{n}", service=s) for n, s in ((1, "mysql"), (2, "mariadb"))]
    assert shipped().judge(question(ANA, *stops)).decision is Decision.ASK
    stop = Shell(argv=("systemctl", "stop", "--", "mariadb.service"), sudo=True)
    plan = plan_of(*stops, requester="ana", commands=(stop,))
    assert ids(shipped().judge(question(ANA, *stops, plan=plan))) == {"no-mass-stop"}


def test_where_a_service_runs_is_known_under_any_of_its_names():
    estate = INVENTORY.model_copy(
        update={"services": (Service(name="redis-server", hosts=("web-1", "db-1")),)}
    )
    stop = ask("service.stop", "web-1", "db-1", service="redis.service")
    assert ids(shipped().judge(question(ANA, stop, inventory=estate))) == {"no-mass-stop"}


def test_the_pre_approved_list_may_spell_a_service_otherwise():
    listed = PreApproved(action="service.stop", services=("sshd.service",))
    autonomy = AutonomySettings(level="scheduled", pre_approved=(listed,))
    stop = ask("service.stop", "web-3", service="ssh")
    assert gate(autonomy=autonomy).judge(question(BEN, stop)).decision is Decision.ALLOW


def test_stopping_different_services_is_no_mass_stop():
    stops = [ask("service.stop", f"web-{n}", service=s) for n, s in ((1, "nginx"), (2, "redis"))]
    assert shipped().judge(question(ANA, *stops)).decision is ASK


def test_all_of_several_hosts_is_mass_however_few():
    two = INVENTORY.model_copy(update={"hosts": (host("a", "", "lab"), host("b", "", "lab"))})
    both = question(ANA, ask("host.run", "a", "b", command="x", inventory=two), inventory=two)
    assert ids(shipped().judge(both)) == {"no-mass-destruction"}
    one = INVENTORY.model_copy(update={"hosts": (host("a", "", "lab"),)})
    alone = question(ANA, ask("host.run", "a", command="x", inventory=one), inventory=one)
    assert shipped().judge(alone).decision is ASK


def test_a_service_that_is_known_to_run_on_part_of_a_group_is_that_part():
    # redis runs on web-1 and db-1: one host of each group, both of production
    stop = ask("service.stop", "web-1", "db-1", service="redis")
    verdict = shipped().judge(question(ANA, stop, inventory=SERVICES))
    assert ids(verdict) == {"no-mass-stop"}
    assert "every production host, and nobody" in verdict.reasons[0].text


# -- another run -------------------------------------------------------------------------------


def test_a_host_that_another_run_changes_is_busy_and_names_it():
    verdict = shipped().judge(question(BEN, RESTART, holders={"web-1": 90}))
    assert verdict.decision is DENY
    assert "#90" in verdict.reasons[0].text
    more = shipped().judge(question(ANA, STOP_ALL, holders={"web-1": 90}))
    free = shipped().judge(question(BEN, RESTART))
    only = [plan_of(RESTART, verdict=v).only_busy for v in (verdict, more, free)]
    assert only == [True, False, False]


def test_reading_a_busy_host_is_fine_and_so_is_ones_own_run():
    read = question(BEN, ask("host.status", "web-1"), holders={"web-1": 90})
    assert shipped().judge(read).decision is ALLOW
    own = question(BEN, RESTART, holders={"web-1": 7}, plan=plan_of(RESTART, number=7))
    assert shipped().judge(own).decision is ASK


# -- impact and approvers ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "impact"),
    [
        (ask("host.status", "web-1"), Impact.LOW),
        (ask("service.restart", "ci-1", service="x"), Impact.LOW),
        (ask("service.restart", *SIX, service="x"), Impact.MEDIUM),
        (RESTART, Impact.MEDIUM),
        (ask("host.run", "ci-1", command="x"), Impact.HIGH),
    ],
)
def test_impact_comes_from_effect_environment_and_number(asked, impact):
    assert shipped().judge(question(BEN, asked)).impact is impact


def test_approvers_are_those_who_may_but_the_requester():
    assert shipped().judge(question(BEN, RESTART)).approvers == ("ana", "max", "chris")
    assert shipped().judge(question(ANA, RESTART)).approvers == ("max", "chris")


def test_solo_mode_is_for_a_lone_admin_and_says_so():
    verdict = shipped().judge(question(ANA, RESTART, people=(ANA, BEN, VIC)))
    assert (verdict.solo, verdict.approvers, "solo" in ids(verdict)) == (True, ("ana",), True)
    boss = person("dan", "approver", "operator")
    lone = shipped().judge(question(boss, RESTART, people=(boss, BEN)))
    assert (lone.solo, lone.approvers, "no-approver" in ids(lone)) == (False, (), True)
    assert "; an admin can make somebody else an approver" in lone.reasons[0].text


def test_where_nobody_may_approve_it_who_could_change_that_is_named():
    plan = plan_of(RESTART, requester="ana").model_copy(update={"formerly": ("max", "chris")})
    verdict = shipped().judge(question(ANA, RESTART, people=(ANA, MAX, CHRIS), plan=plan))
    assert (verdict.approvers, "no-approver" in ids(verdict)) == ((), True)
    assert "; Ana or Max can make somebody else an approver" in verdict.reasons[0].text


def test_what_stands_in_everybodys_way_is_said_before_whose_plan_it_is():
    raw = ask("host.run", "web-1", command="id")
    for everybody in (EVERYBODY, (ANA, BEN)):
        told = shipped().may_vote(ANA, question(ANA, raw, people=everybody), "ana")
        assert "I know it's production" in told
    assert "own plan" in shipped().may_vote(ANA, question(ANA, RESTART), "ana")


def test_more_votes_than_voters_is_said():
    verdict = gate(votes=2).judge(question(ANA, RESTART, people=(ANA, CHRIS, BEN)))
    assert (verdict.votes, "too-few-approvers" in ids(verdict)) == (2, True)


def test_a_policy_may_raise_votes_and_impact():
    raised = (
        POLICIES
        + """
        @id("quorum") @reason("Production needs two.") @votes("2") @impact("high")
        forbid (principal, action in Action::"change", resource == May::"run_unasked")
        when { context has production && context.production };"""
    )
    verdict = gate(raised).judge(question(BEN, RESTART))
    assert (verdict.votes, verdict.impact) == (2, Impact.HIGH)
    assert "quorum" in ids(verdict)


# -- --force-production ------------------------------------------------------------------------


def test_without_the_flag_nobody_may_vote_and_everybody_is_told_what_to_say():
    asked = question(ANA, RAW_PROD)
    assert shipped().judge(asked).approvers == ()
    for voter in (ANA, MAX, CHRIS):
        assert shipped().may_vote(voter, asked, "ana")
    assert "I know it's production" in shipped().may_vote(MAX, asked, "ana")


def test_with_the_flag_it_can_be_approved():
    asked = question(ANA, RAW_PROD, force_production=True)
    assert shipped().judge(asked).approvers == ("max", "chris")
    assert shipped().may_vote(CHRIS, asked, "ana") == ""


def test_the_flag_must_be_in_the_plan_too():
    bare, flagged = plan_of(RAW_PROD), plan_of(RAW_PROD, force_production=True)
    asked = question(ANA, RAW_PROD, force_production=True, plan=bare)
    assert shipped().judge(asked).approvers == ()
    asked = question(ANA, RAW_PROD, force_production=True, plan=flagged)
    assert shipped().judge(asked).approvers == ("max", "chris")


# -- every forbid bites ------------------------------------------------------------------------

PRE_APPROVED = AutonomySettings(
    level="scheduled", pre_approved=[{"action": "service.restart"}, {"action": "host.run"}]
)
BITES = {
    "busy": (BEN, RESTART, {"holders": {"web-1": 90}}),
    "production-admin": (BEN, RAW_PROD, {"force_production": True}),
    "no-mass-destruction": (ANA, ask("host.run", *SIX, command="x"), {}),
    "no-mass-reboot": (ANA, REBOOT_ALL, {}),
    "no-mass-stop": (ANA, STOP_ALL, {}),
    "production-asks": (BEN, RESTART, {}),
    "raw-asks": (BEN, ask("host.run", "ci-1", command="x"), {}),
    "own-plan": (ANA, RESTART, {}),
    "force-production": (ANA, RAW_PROD, {}),
    "channel-environment": (BEN, RESTART, {"bounds": Bounds("#here", ("staging",))}),
}


def without(rule):
    """The shipped policies but for one."""
    kept = [s.text for s in statements(POLICIES) if f'@id("{rule}")' not in s.text]
    assert len(kept) == len(statements(POLICIES)) - 1
    return "\n".join(kept)


def test_there_is_a_case_for_every_forbid():
    forbids = {r.id for r in shipped()._bench.policies.rules.values() if r.forbids}
    assert forbids == set(BITES)


@pytest.mark.parametrize("rule", BITES)
def test_taking_a_forbid_out_changes_the_verdict(rule):
    who, asked, more = BITES[rule]
    before = gate(autonomy=PRE_APPROVED).judge(question(who, asked, **more))
    after = gate(without(rule), autonomy=PRE_APPROVED).judge(question(who, asked, **more))
    assert (before.decision, before.approvers) != (after.decision, after.approvers)


# -- the exact commands ------------------------------------------------------------------------


def test_a_policy_can_judge_the_exact_commands():
    text = (
        POLICIES
        + """
        @id("no-tmp") @reason("I won't: nothing in /tmp is trusted; install it first.")
        forbid (principal, action, resource == May::"request")
        when { context has commands && context.commands.contains("sudo sh /tmp/x") };"""
    )
    plan = plan_of(RESTART, commands=(Shell(argv=("sh", "/tmp/x"), sudo=True),))
    assert gate(text).judge(question(BEN, RESTART)).decision is ASK
    assert ids(gate(text).judge(question(BEN, RESTART, plan=plan))) == {"no-tmp"}


# -- what stands in the file to be taken in -------------------------------------------------------


def taken_in(rule):
    """The policies with a rule that is shipped as a comment."""
    lines = POLICIES.splitlines()
    at = lines.index(f'// @id("{rule}")')
    end = next(n for n in range(at, len(lines)) if lines[n].endswith(";"))
    more = [line.removeprefix("// ") for line in lines[at : end + 1]]
    return "\n".join((*lines, *more))


def test_a_policy_can_want_a_reason_and_says_how_to_give_one():
    wants = gate(taken_in("production-reason"))
    refused = wants.judge(question(BEN, RESTART))
    assert refused.decision is DENY
    (why,) = refused.reasons
    assert why.id == "production-reason"
    assert "web-1" in why.text
    assert 'say it again with one, such as "… because the certificate was renewed"' in why.text
    assert wants.judge(question(BEN, RESTART, reason="new certificate")).decision is ASK
    assert (
        wants.judge(question(BEN, ask("service.restart", "web-3", service="nginx"))).decision is ASK
    )


def test_the_quorum_in_the_file_can_be_taken_in():
    assert gate(taken_in("production-quorum")).judge(question(BEN, RESTART)).votes == 2

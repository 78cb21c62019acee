"""The gate itself: broken policies, hostile questions, errors at judging time, versions."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.inventory import Inventory
from bot.domain.plans import Decision, Effect
from bot.errors import ConfigError
from bot.gate.faults import statements
from bot.gate.policy_tests import run_policy_tests
from bot.gate.schema import parameter_types, schema_text
from bot.ports import Gate
from bot.settings import AutonomyLevel, AutonomySettings, PreApproved
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import Params
from bot.skillkit.loader import load
from tests.unit.gate.court import (
    ANA,
    BEN,
    CHRIS,
    EVERYBODY,
    EXAMPLES,
    INVENTORY,
    POLICIES,
    VIC,
    ask,
    catalog,
    gate,
    host,
    ids,
    plan_of,
    question,
    shipped,
)  # fmt: skip

RESTART = ask("service.restart", "web-1", service="nginx")
PERMIT = 'permit (principal, action, resource == May::"request");\n'


def test_it_is_a_gate():
    court: Gate = shipped()
    assert len(court.version) == 64


# -- a broken policy: file, line, cure -----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "says", "cure"),
    [
        (PERMIT + '\n// a ; and "\nforbd (principal, action, resource);', 4, "forbd", "schema"),
        (PERMIT + "permit (principal,\n  action, resource", 2, "end of input", "missing"),
        (PERMIT + "permit (principal, action, resource)\nwhen {\n  contxt.raw };", 4, "contxt", "schema"),
        (PERMIT + 'permit (principal, action, resource == May::"approve")\nwhen { context.raw = 3 };', 3, "operator", "=="),
        (PERMIT + 'permit (principal, action, resource)\nwhen { "x };', 2, "token", "quote"),
        (PERMIT + "permit (principal, action, resource)\nwhen { context.raw };", 3, "optional attribute", "context has raw"),
        (PERMIT + "permit (principal, action, resource)\nwhen { context has prodction && context.prodction };", 3, "prodction", "Did you mean production"),
        (PERMIT + "permit (principal, action, resource)\nwhen { context has params.servce };", 3, "servce", "Did you mean service"),
        (PERMIT + 'permit (principal,\naction, resource == May::"requst");', 3, "requst", "run_unasked"),
        (PERMIT + 'permit (principal in Role::"boss", action, resource);', 2, "boss", "viewer"),
        (PERMIT + "permit (principal, action, resource) when { context has batch\n && context.bacth > 1 };", 3, "bacth", "Did you mean batch"),
        (PERMIT + 'permit (principal, action, resource)\nwhen { context has params.service &&\n context.params.service == "sshd" };', 4, "sshd", "Write ssh"),
        (PERMIT + 'permit (principal, action, resource)\nwhen { context has params.service && ["cron", "httpd.service"].contains(context.params.service) };', 3, "httpd.service", "Write apache2"),
        (PERMIT + '\npermit (principal, action == Action::"servce.stop", resource);', 3, "servce.stop", "Did you mean service.stop"),
        (PERMIT + '\npermit (principal in Rolle::"admin", action, resource);', 3, "Rolle", "Role"),
        (PERMIT + "\nforbid (principal, action, resource);", 3, "no @id", "@id"),
        (PERMIT + '@id("a")\nforbid (principal, action, resource);', 2, "no @reason", "@reason"),
        (PERMIT + '@id("a") @reason("")\nforbid (principal, action, resource);', 2, "no @reason", "@reason"),
        (PERMIT + '@id("a") @reason(" ")\nforbid (principal, action, resource);', 2, "no @reason", "@reason"),
        (PERMIT + '@id("a") @reason("{wat}")\nforbid (principal, action, resource);', 2, "wat", "Known"),
        ('@id("a")\n' + PERMIT + '@id("a")\n' + PERMIT, 3, "@id `a`", "another"),
        (PERMIT + '@id("a") @reason("x")\n@votes("lots")\nforbid (principal, action, resource);', 3, "@votes", "2"),
        (PERMIT + '@id("a") @reason("x")\n@impact("huge")\nforbid (principal, action, resource);', 3, "huge", "medium"),
        (PERMIT + "permit (principal == ?principal, action, resource);", 2, "template", "role"),
    ],
)  # fmt: skip
def test_a_broken_policy_has_a_file_a_line_and_a_cure(text, line, says, cure):
    with pytest.raises(ConfigError) as caught:
        gate(text)
    error = caught.value
    assert (error.path, error.line) == ("policies.cedar", line), str(error)
    assert says in error.sentence
    assert cure in error.cure
    assert "policy0" not in str(error)
    assert "policy1" not in str(error)


def test_statements_know_strings_and_comments():
    text = '// no; \n@reason("a;\\"b;") // c;\npermit (x);\n\nforbid (y);\n// end;'
    assert [(s.line, s.ended) for s in statements(text)] == [(2, True), (5, True)]


def test_a_policy_for_a_skill_that_is_not_loaded_says_where_skills_are_listed():
    with pytest.raises(ConfigError, match=r"skills.*overseer\.yaml"):
        gate(of=Catalog(load(("host", "plan", "help"))))


# -- the schema ------------------------------------------------------------------------------


def test_the_schema_has_every_action_in_the_groups_of_its_effect_and_skill():
    text = schema_text(catalog())
    assert 'action "host.run" in ["destructive", "host.*"]' in text
    assert 'action "service.logs" in ["read", "service.*"]' in text
    assert all(f'action "{a.name}"' in text for a in catalog())


def test_parameters_have_the_types_of_the_catalogue():
    types = parameter_types(catalog())
    assert (types["service"], types["plan"], types["packages"]) == ("String", "Long", "Set<String>")
    assert "hosts" not in types


def test_the_parameters_of_an_action_are_described_once(monkeypatch):
    """A start asks for them twice, and each reload again."""
    types = parameter_types(catalog())
    monkeypatch.setattr(Params, "model_json_schema", None)
    assert parameter_types(catalog()) == types


def test_a_policy_can_judge_a_parameter():
    text = (
        POLICIES
        + """
        @id("ssh-stays") @reason("I won't stop {service}: it is the way in; stop something else.")
        forbid (principal, action == Action::"service.stop", resource == May::"request")
        when { context has params.service && context.params.service == "ssh" };"""
    )
    stop = [question(BEN, ask("service.stop", "ci-1", service=s)) for s in ("ssh", "cron")]
    assert [gate(text).judge(q).decision.value for q in stop] == ["deny", "ask"]


def test_a_policy_can_name_a_host_and_a_person():
    text = (
        POLICIES
        + """
        @id("benched") @reason("Not you, {who}.")
        forbid (principal == Person::"ben", action, resource == May::"request")
        when { context has hosts && context.hosts.contains("ci-1") };"""
    )
    assert ids(gate(text).judge(question(BEN, ask("host.status", "ci-1")))) == {"benched"}
    assert not ids(gate(text).judge(question(BEN, ask("host.status", "ci-2"))))
    assert not ids(gate(text).judge(question(VIC, ask("host.status", "ci-1"))))


# -- an error never opens a door -----------------------------------------------------------------

OVERFLOW = "when { context has targets && context.targets * 9223372036854775807 > 1 }"
"""Validates, and fails for two targets: nothing else in Cedar does both."""


@pytest.mark.parametrize(
    ("rule", "decision"),
    [
        (f'@id("x") @reason("no") forbid (principal, action, resource == May::"request") {OVERFLOW};', "deny"),
        (f'@id("x") permit (principal, action, resource == May::"request") {OVERFLOW};', "deny"),
        (f'@id("x") @reason("no") forbid (principal, action, resource == May::"run_unasked") {OVERFLOW};', "ask"),
        (f'@id("x") permit (principal, action, resource == May::"run_unasked") {OVERFLOW};', "ask"),
    ],
)  # fmt: skip
def test_a_policy_that_errs_never_lets_a_thing_pass(rule, decision):
    verdict = gate(POLICIES + rule).judge(question(BEN, ask("host.status", "ci-1", "ci-2")))
    assert (verdict.decision.value, ids(verdict)) == (decision, {"policy-error"})
    assert "x (policies.cedar:" in verdict.reasons[0].text


@pytest.mark.parametrize("reason", ["{busy}", "({groups})", "{busy} {groups}"])
def test_a_forbid_whose_reason_has_no_word_that_applies_forbids_all_the_same(reason):
    about = 'principal == Person::"chris", action, resource == May'
    rule = f'@id("x") @reason("{reason}") forbid ({about}::"%s");'
    asked = question(BEN, ask("host.reboot", "ci-1"))
    court = gate(POLICIES + rule % "approve")
    assert court.may_vote(CHRIS, asked, "ben") == "The policy `x` forbids it."
    assert court.may_vote(CHRIS, asked, "ben", naming=False)
    assert "chris" not in court.judge(asked).approvers
    verdict = gate(POLICIES + rule % "request").judge(question(CHRIS, ask("host.status", "ci-1")))
    assert verdict.decision is Decision.DENY
    assert [r.text for r in verdict.reasons] == ["The policy `x` forbids it."]


def test_a_policy_that_errs_on_approval_lets_nobody_vote():
    rule = (
        f'@id("x") @reason("no") forbid (principal, action, resource == May::"approve") {OVERFLOW};'
    )
    court = gate(POLICIES + rule)
    asked = question(BEN, ask("host.reboot", "ci-1", "ci-2"))
    verdict = court.judge(asked)
    assert (verdict.decision, verdict.approvers) == (Decision.ASK, ())
    assert "policy-error" in ids(verdict)
    assert court.may_vote(ANA, asked, "ben")


@pytest.mark.parametrize("broken", ["verdict_on", "why_not_vote"])
def test_an_internal_error_denies(monkeypatch, broken):
    def explode(*args, **how):
        raise RuntimeError("boom")

    monkeypatch.setattr(f"bot.gate.cedar.{broken}", explode)
    court = gate()
    if broken == "verdict_on":
        verdict = court.judge(question(ANA, RESTART))
        assert (verdict.decision, ids(verdict)) == (Decision.DENY, {"gate-error"})
    else:
        assert "couldn't judge" in court.may_vote(CHRIS, question(BEN, RESTART), "ben")


# -- a hostile question --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "because"),
    [
        ([], "nothing-asked"),
        ([dataclasses.replace(RESTART, action="service.expode")], "unknown-action"),
        ([dataclasses.replace(RESTART, effect="read")], "not-the-catalogue"),
        ([dataclasses.replace(ask("host.run", "ci-1", command="x"), raw=False)], "not-the-catalogue"),
        ([dataclasses.replace(RESTART, in_process=True)], "not-the-catalogue"),
        ([ask("service.restart", "web-9", service="nginx")], "out-of-scope"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_denied(asked, because):
    assert ids(shipped().judge(question(ANA, *asked))) == {because}
    assert shipped().may_vote(CHRIS, question(ANA, *asked), "ana")


def test_a_host_is_what_the_inventory_says_not_what_the_asker_says():
    lied = dataclasses.replace(RESTART, hosts=(host("web-1", "web", "staging"),))
    assert ids(shipped().judge(question(BEN, lied))) == {"production-asks"}


@pytest.mark.parametrize(
    "other",
    [
        plan_of(ask("service.restart", "web-1", "web-2", service="nginx")),
        plan_of(ask("service.stop", "web-1", service="nginx")),
        plan_of(RESTART, RESTART),
        plan_of(),
    ],
)
def test_a_plan_must_be_what_was_asked(other):
    verdict = shipped().judge(question(BEN, RESTART, plan=other))
    assert ids(verdict) == {"not-what-was-asked"}


def test_the_plans_batches_count_not_the_asks():
    rolling = ask("host.reboot", "web-1", "web-2", batch=1)
    at_once = plan_of(ask("host.reboot", "web-1", "web-2"))
    assert ids(shipped().judge(question(ANA, rolling, plan=at_once))) == {"no-mass-reboot"}


# -- nothing with an effect runs unasked -----------------------------------------------------------

HOSTS = st.lists(st.sampled_from(INVENTORY.names()), unique=True, min_size=1, max_size=12)
CHANGES = [a.name for a in catalog() if a.effect is not Effect.READ and not a.in_process]


@st.composite
def asks(draw):
    name = draw(st.sampled_from([a.name for a in catalog() if not a.in_process]))
    params = {"service": draw(st.sampled_from(["nginx", "redis"]))} if name[:3] == "ser" else {}
    params |= {"command": "df -h"} if name == "host.run" else {}
    return ask(name, *draw(HOSTS), batch=draw(st.integers(0, 3)), **params)


AUTONOMY = st.builds(
    AutonomySettings,
    level=st.sampled_from(AutonomyLevel),
    groups=st.dictionaries(st.sampled_from(["web", "ci", "all"]), st.sampled_from(AutonomyLevel)),
    pre_approved=st.lists(
        st.builds(
            PreApproved,
            action=st.sampled_from(CHANGES),
            hosts=st.lists(st.sampled_from(INVENTORY.names()), max_size=3),
            groups=st.lists(st.sampled_from(["web", "ci"]), max_size=1),
        ),
        max_size=4,
    ),
)


@settings(max_examples=300)
@given(
    who=st.sampled_from(EVERYBODY),
    asked=st.lists(asks(), min_size=1, max_size=3),
    autonomy=AUTONOMY,
    forced=st.booleans(),
)
def test_nothing_with_an_effect_is_allowed_unless_it_is_pre_approved(who, asked, autonomy, forced):
    verdict = shipped().under(autonomy).judge(question(who, *asked, force_production=forced))
    if verdict.decision is not Decision.ALLOW:
        assert verdict.reasons
        return
    for one in asked:
        if one.effect == "read":
            continue
        assert not one.raw
        assert not any(h.is_production for h in one.hosts)
        listed = [e for e in autonomy.pre_approved if e.action == one.action]
        for target in one.hosts:
            assert any(
                (not e.hosts or target.name in e.hosts)
                and (not e.groups or set(target.groups) & set(e.groups))
                for e in listed
            )
            names = {*target.groups, target.environment, "all"} & set(autonomy.groups)
            levels = {autonomy.groups[n] for n in names} or {autonomy.level}
            assert levels == {AutonomyLevel.SCHEDULED}


@settings(max_examples=150)
@given(who=st.sampled_from(EVERYBODY), asked=st.lists(asks(), min_size=1, max_size=3))
def test_those_named_as_approvers_may_vote_and_nobody_else(who, asked):
    put = question(who, *asked)
    verdict = shipped().judge(put)
    if verdict.decision is Decision.ASK:
        may = {p.name for p in EVERYBODY if not shipped().may_vote(p, put, who.name)}
        assert may == set(verdict.approvers)
        assert who.name not in may


# -- versions, size ----------------------------------------------------------------------------


def test_the_version_moves_with_policy_settings_votes_and_catalogue():
    versions = {
        gate().version,
        gate(POLICIES + "\n").version,
        gate(autonomy=AutonomySettings(level="cautious")).version,
        gate(votes=2).version,
        gate(PERMIT, of=Catalog(load(("host",)))).version,
        gate(PERMIT).version,
    }
    assert len(versions) == 6
    assert gate().version == gate().version
    assert shipped().judge(question(BEN, RESTART)).policy == shipped().version


def test_a_thousand_hosts_make_few_and_small_inquiries(monkeypatch):
    fleet = Inventory(hosts=tuple(host(f"h-{n}", f"g{n % 9}", "staging") for n in range(1000)))
    put = question(
        BEN, ask("host.reboot", *fleet.names(), batch=9, inventory=fleet), inventory=fleet
    )
    court, sizes = gate(), []
    inner = court._bench.policies.answer
    monkeypatch.setattr(
        court._bench.policies,
        "answer",
        lambda inquiries: (sizes.extend(len(i.context) for i in inquiries), inner(inquiries))[1],
    )
    assert court.judge(put).decision is Decision.ASK
    assert max(sizes) < 600


# -- the policy's own examples ---------------------------------------------------------------------


def test_a_failing_example_shows_expected_got_and_why():
    text = EXAMPLES.replace("expect: deny, because: [no-mass-reboot]}", "expect: allow}", 1)
    report = run_policy_tests(text, "policy-tests.yaml", shipped())
    failed = [r for r in report.results if not r.ok]
    assert len(failed) == 1
    table = "\n".join(report.lines())
    assert "expected allow, got deny" in table
    assert "[no-mass-reboot]" in table
    assert f"policy-tests.yaml:{failed[0].line}" in table
    assert text.splitlines()[failed[0].line - 1].strip().startswith("- {name: nor rebooted")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("who: vic", "who: victor", r"policy-tests.yaml:\d+: There is no person victor"),
        ("hosts: [web-3], expect", "hosts: [web-33], expect", r":\d+: There is no host web-33"),
        ("expect: deny", "expects: deny", r":\d+: tests.0.expect"),
        ("people:", "people", r"policy-tests.yaml"),
    ],
)
def test_a_broken_examples_file_has_its_line(old, new, says):
    with pytest.raises(ConfigError, match=says):
        run_policy_tests(EXAMPLES.replace(old, new, 1), "policy-tests.yaml", shipped())

"""An own skill's action that no policy names always asks, whatever it says of itself."""

from dataclasses import replace

import pytest

from bot.domain.inventory import Target
from bot.domain.messages import People
from bot.domain.plans import Decision, Impact, Step, TargetPlan
from bot.errors import ConfigError
from bot.ports import Ask, Bounds, GateQuestion
from bot.settings import AutonomyLevel, AutonomySettings, PreApproved
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import Call, Effect, Hosts, Params, Request, Shell, Skill, action
from bot.skillkit.loader import load
from bot.skillkit.own import Disabled
from tests.unit.gate.court import (
    ANA,
    BEN,
    EVERYBODY,
    INVENTORY,
    POLICIES,
    gate,
    ids,
    plan_of,
)


class On(Params):
    hosts: Hosts


class Nothing(Params):
    pass


def of(name, effect, params=On, **more):
    def make(p, host):
        if more.get("in_process"):
            yield Call(operation="host.list")
        elif params is On:
            yield Shell(argv=("bell",))
        else:
            yield Request(method="GET", url="https://bell.example/")

    return action(name, params=params, effect=effect, title=lambda p: name, **more)(make)


BELL = Skill(
    name="bell",
    summary="",
    own=True,
    actions=(
        of("bell.ring", Effect.WRITE),
        of("bell.look", Effect.READ),
        of("bell.listen", Effect.READ, Nothing),
        of("bell.muse", Effect.READ, Nothing, in_process=True),
        of("bell.cast", Effect.WRITE, Nothing),
    ),
)
OWN = Catalog((*load(), BELL))
EVERY = [a.name for a in BELL.actions]


def judged(
    name, *, text=POLICIES, level=AutonomyLevel.SCHEDULED, who=ANA, on="web-3", bounds=None, **settings
):  # fmt: skip
    known = OWN.action(name)
    hosts = () if known.hostless else (INVENTORY.host(on),)
    asked = Ask(
        action=name, effect=known.effect.value, raw=known.raw, hosts=hosts, in_process=known.in_process,
        params={} if known.hostless else {"hosts": [on]},
    )  # fmt: skip
    judge = gate(text, AutonomySettings(level=level, **settings), of=OWN)
    people = People(persons=EVERYBODY)
    return judge.judge(
        GateQuestion(
            person=who, asks=(asked,), inventory=INVENTORY, people=people, bounds=bounds
        )
    )  # fmt: skip


def permit(head):
    return f'{POLICIES}\n@id("mine")\npermit (principal, {head}, resource == May::"run_unasked");\n'


@pytest.mark.parametrize("level", AutonomyLevel)
@pytest.mark.parametrize("name", EVERY)
def test_what_no_policy_names_asks_at_every_level(name, level):
    verdict = judged(name, level=level)
    assert verdict.decision is Decision.ASK
    assert verdict.approvers


@pytest.mark.parametrize("head", ["action", 'action in Action::"read"'])
@pytest.mark.parametrize("name", ["bell.look", "bell.listen", "bell.muse"])
def test_a_permit_for_everything_or_for_reads_names_no_action(name, head):
    verdict = judged(name, text=permit(head))
    assert verdict.decision is Decision.ASK
    assert "own-skill" in ids(verdict)
    assert name in verdict.reasons[0].text


@pytest.mark.parametrize(
    "head",
    [
        'action == Action::"bell.look"',
        'action in Action::"bell.*"',
        'action in [Action::"bell.look", Action::"bell.ring"]',
    ],
)
def test_a_permit_that_names_it_or_its_skill_lets_it_run(head):
    assert judged("bell.look", text=permit(head)).decision is Decision.ALLOW
    assert judged("bell.listen", text=permit('action in Action::"bell.*"')).decision is (
        Decision.ALLOW
    )


def test_the_pre_approved_list_names_it_too():
    entry = PreApproved(action="bell.ring", hosts=("web-3",))
    assert judged("bell.ring", pre_approved=(entry,)).decision is Decision.ALLOW
    assert judged("bell.ring", pre_approved=(entry,), on="db-2").decision is Decision.ASK


def test_a_change_that_has_no_host_counts_as_production():
    """Nobody can tell what it touches; so it asks even where a policy names it."""
    verdict = judged("bell.cast", text=permit('action in Action::"bell.*"'))
    assert verdict.decision is Decision.ASK
    assert ids(verdict) == {"production-asks"}
    assert verdict.impact is Impact.MEDIUM


def test_an_operator_may_ask_for_it_and_not_approve_it():
    verdict = judged("bell.ring", who=BEN)
    assert verdict.decision is Decision.ASK
    assert "ben" not in verdict.approvers


@pytest.mark.parametrize(
    "head",
    [
        'action == Action::"bell.look"',
        'action in Action::"bell.*"',
        'action in [Action::"bell.look", Action::"bell.*"]',
    ],
)
def test_a_policy_may_name_what_a_disabled_skill_could_do(head):
    """Else one broken skill would stop the start that it must not stop."""
    text = permit(head)
    gone = Disabled(name="bell", path="skills/bell/actions.py", line=1, why="broken")
    with pytest.raises(ConfigError):
        gate(text, of=Catalog(load()))
    assert gate(text, of=Catalog(load(), (gone,)))


def test_a_plan_may_not_smuggle_overseer_itself_among_the_targets():
    asked = Ask(
        action="bell.ring", effect="write", raw=False, hosts=(INVENTORY.host("web-3"),),
        params={"hosts": ["web-3"]},
    )  # fmt: skip
    targets = tuple(TargetPlan(target=Target(name=n)) for n in ("web-3", "overseer"))
    step = Step(
        id="s1", action="bell.ring", effect=Effect.WRITE, title="", params={}, targets=targets
    )
    plan = plan_of(asked).model_copy(update={"steps": (step,)})
    question = GateQuestion(
        person=ANA, asks=(asked,), inventory=INVENTORY, people=People(persons=EVERYBODY), plan=plan
    )
    verdict = gate(of=OWN).judge(question)
    assert verdict.decision is Decision.DENY
    assert ids(verdict) == {"not-what-was-asked"}
    whole = plan.model_copy(update={"steps": (step.model_copy(update={"targets": targets[:1]}),)})
    assert gate(of=OWN).judge(replace(question, plan=whole)).decision is Decision.ASK


@pytest.mark.parametrize(
    ("name", "decision"), [("bell.cast", Decision.DENY), ("bell.listen", Decision.ASK)]
)
def test_a_change_that_goes_nobody_knows_where_is_out_of_a_channel_without_production(
    name, decision
):
    staging, everything = Bounds("#s", ("staging",)), Bounds("#e", ("staging", "production"))
    assert judged(name, bounds=staging).decision is decision
    assert judged(name, bounds=everything).decision is Decision.ASK

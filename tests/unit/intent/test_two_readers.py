"""The rules' reading beside a model's: where a change is at stake they must agree, or a person says."""

from datetime import UTC, datetime

import pytest

from bot.domain.intents import (
    Intent,
    OpenPlan,
    ParseContext,
    Question,
    SmallTalk,
    Standing,
    Wish,
)
from bot.intent.model.agreeing import HALF, TWO_WAYS, WHOSE, agreed, overruled
from bot.intent.model.checking import checked
from bot.testing.scripted_models import act, answer, plan
from tests.unit.intent.grounds import catalog, grounds, rules

RESTART = "restart nginx on web-1"


def restart(*hosts, service="nginx", words=RESTART):
    return act("service.restart", words, service=service, hosts=list(hosts))


def both(text, said, context=None):
    held = grounds(text, context)
    return agreed(rules(text, context), checked(said, held).outcome, held)


def test_where_they_agree_the_rules_reading_stands():
    text = "restrat nginx on web-1"
    found = both(text, plan(restart("web-1", words=text)))
    assert found == rules(text)
    assert found.corrections


def test_another_name_of_one_service_is_no_other_reading():
    text = "restart sshd on web-1"
    assert both(text, plan(restart("web-1", service="sshd", words=text))) == rules(text)


@pytest.mark.parametrize(
    "step",
    [
        restart("web-2"),
        restart("web-1", "web-2"),
        restart("web-1", service="redis"),
        act("service.stop", RESTART, service="nginx", hosts=["web-1"]),
        act("host.reboot", RESTART, hosts=["web-1"]),
        act("service.status", RESTART, service="nginx", hosts=["web-1"]),
    ],
)
def test_where_they_differ_on_a_change_the_person_is_asked_and_each_answer_is_its_reading(step):
    said = plan(step)
    model = checked(said, grounds(RESTART)).outcome
    found = both(RESTART, said)
    assert isinstance(found, Question)
    assert found.text.startswith(f"{TWO_WAYS} {WHOSE}")
    assert found.options[0].means == rules(RESTART)
    theirs = found.options[1].means
    changes = [wish for wish in theirs.wishes if catalog().action(wish.action).effect.changes]
    assert all(wish.alone for wish in changes)  # pressed, it is still read by nobody else
    bare = tuple(wish.model_copy(update={"alone": False}) for wish in theirs.wishes)
    assert theirs.model_copy(update={"wishes": bare}) == model
    assert len({o.says for o in found.options}) == 2


@pytest.mark.parametrize("only", [{"only": "security"}, {}])
def test_every_parameter_of_a_change_is_a_part_of_what_they_must_agree_on(only):
    text = "apply security updates on web-1"
    found = both(text, plan(act("package.upgrade", text, hosts=["web-1"], **only)))
    assert isinstance(found, Intent if only else Question)


def test_which_reading_is_whose_and_what_the_model_put_in_is_said_in_the_question():
    found = both(RESTART, plan(restart("web-1", "web-2")))
    assert [option.says for option in found.options] == [
        "restart nginx on web-1",
        "restart nginx on web-1 and web-2",
    ]
    assert found.text.endswith("The model put in “web-2”, which you did not ask for.")
    nothing = both("restart nginx on web-1 and web-2", plan(restart("web-1")))
    assert nothing.text == f"{TWO_WAYS} {WHOSE}"


def test_an_answer_to_it_is_the_reading_that_the_button_names():
    question = both(RESTART, plan(restart("web-2")))
    context = ParseContext(question=question)
    for number, option in enumerate(question.options, 1):
        assert rules(option.says, context) == option.means
        assert rules(str(number), context) == option.means
    assert isinstance(rules("never mind", context), SmallTalk)


def test_a_narrowing_that_the_model_forgot_is_a_difference():
    text = "upgrade curl on web-1"
    found = both(text, plan(act("package.upgrade", text, hosts=["web-1"])))
    assert isinstance(found, Question)


def test_readings_that_look_alike_are_told_apart():
    text = "restart nginx on all web hosts and db-1 and db-2"
    question = both(text, plan(restart("all", "!db-1", words="restart nginx")))
    assert isinstance(question, Question)
    assert len({o.says for o in question.options}) == 2


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("how is web-1?", act("host.disk", "how is web-1?", hosts=["web-1"])),
        ("show the disks on web", act("host.disk", "show the disks on web", hosts=["web-3"])),
        ("how are the production hosts?", act("host.status", "production hosts", hosts=["db-1"])),
        ("what failed today?", act("plan.history", "what failed today", person="ana")),
        ("is nginx running on web?",
         act("service.status", "is nginx running", service="nginx", hosts=["web-3"])),
    ],
)  # fmt: skip
def test_of_two_looks_that_differ_the_rules_counts_and_the_card_tells_of_the_other(text, step):
    said = plan(step)
    assert both(text, said) == rules(text)
    told = overruled(rules(text), checked(said, grounds(text)).outcome, "scripted-1", grounds(text))
    assert told.startswith("scripted-1 read this as “")
    assert told.endswith("”, and that counts.")


def test_looks_that_are_alike_and_changes_have_nothing_told_of_them():
    text = "show the disks on web"
    alike = checked(plan(act("host.disk", text, hosts=["web"])), grounds(text)).outcome
    assert overruled(rules(text), alike, "scripted-1", grounds(text)) == ""
    differs = checked(plan(restart("web-2")), grounds(RESTART)).outcome
    assert overruled(rules(RESTART), differs, "scripted-1", grounds(RESTART)) == ""


def test_a_look_that_only_the_rules_understood_is_had():
    text = "how is web-1?"
    assert both(text, answer("talk", text="I feel fine.")) == rules(text)


@pytest.mark.parametrize("kind", ["talk", "refuse"])
def test_a_change_that_the_model_took_for_none_is_asked_about(kind):
    found = both(RESTART, answer(kind, text="No need for that."))
    assert isinstance(found, Question)
    assert [o.means for o in found.options] == [rules(RESTART)]


@pytest.mark.parametrize("asked", ["why", "running"])
def test_a_change_that_the_model_took_for_a_question_about_overseer_is_asked_about(asked):
    found = both(RESTART, answer("state", asked=asked))
    assert isinstance(found, Question)
    assert [o.means for o in found.options] == [rules(RESTART)]


def test_a_question_about_overseer_that_only_the_model_understood_is_its_reading():
    assert both("was wartet?", answer("state", asked="open")) == Standing(what="open")


def test_a_models_question_about_a_change_offers_the_rules_reading_first():
    found = both(
        RESTART,
        answer("ask", text="Now?", choices=[{"label": "", "says": "restart redis on web-1"}]),
    )
    assert [o.means for o in found.options] == [rules(RESTART), None]


def test_what_the_rules_refuse_no_model_allows():
    text = "show me the root password of web-1"
    said = plan(act("host.run", text, command="id root", hosts=["web-1"]))
    assert both(text, said) == rules(text)


def test_a_negation_that_the_model_overlooked_is_told_and_not_offered():
    text = "don't restart nginx on web-1"
    found = both(text, plan(restart("web-1")))
    assert isinstance(found, Question)
    assert "leave web-1 alone" in found.text
    assert found.options == ()


def test_what_only_the_model_understood_is_its_reading():
    text = "starte nginx auf web-1 neu"
    found = both(text, plan(restart("web-1", words=text)))
    assert isinstance(found, Intent)
    assert not found.wishes[0].unsaid
    assert found.wishes[0].alone


def test_a_look_that_only_the_model_understood_is_no_change_that_nobody_else_read():
    text = "wie geht es web-1?"
    found = both(text, plan(act("host.status", text, hosts=["web-1"])))
    assert not found.wishes[0].alone


def test_two_times_are_two_readings():
    context = ParseContext(now=datetime(2026, 3, 1, 9, 0, tzinfo=UTC), zone="UTC")
    text = "restart nginx on web-1 at 22:00"

    def said(hour):
        return plan(restart("web-1"), ways=[{"name": "start", "value": f"2026-03-01T{hour}:00"}])

    assert both(text, said(22), context) == rules(text, context)
    assert isinstance(both(text, said(23), context), Question)


def test_a_revision_that_only_the_model_read_is_asked_about():
    wish = Wish(action="service.restart", params={"service": "nginx", "hosts": ["web-1"]})
    open_plan = OpenPlan(
        number=7, revision=1, title="restart nginx", request=RESTART, intent=Intent(wishes=(wish,)),
        owner="ana", mine=True, newest=True, waits=True,
    )  # fmt: skip
    context = ParseContext(open=(open_plan,), request=RESTART)
    found = both(
        "danke dir", answer("revise", restart("web-2", words="danke dir"), plan=7), context
    )
    assert isinstance(found, Question)
    assert found.options[0].means.plan == 7
    assert rules(found.options[0].says, ParseContext(question=found)) == found.options[0].means


# -- what the rules declined -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("if nginx is down on web-1, restart it", "The rules read a condition here"),
        ("restart nginx on web-1 when the backup is done", "The rules read a condition here"),
        ("bob said: restart nginx on web-1", "The rules would have asked first: I'm not sure that"),
        ('bob said "restart nginx on web-1"', "The rules found no order here."),
        ("restart nginx on web-1 every night", "The rules read a time here"),
        ("restart nginx on web-1, zzz redis", "The request names “redis”, and no step does."),
        ("restart nginx on web-1 and frobnicate db-1", "The request names “db-1”, and no step does."),
        ("starte nginx auf web-1 neu und `httpd` auch", "The request names “httpd”"),
    ],
)  # fmt: skip
def test_a_change_that_the_rules_declined_carries_why(text, doubt):
    found = both(text, plan(restart("web-1", words=text)))
    assert found.wishes[0].alone
    assert [said[: len(doubt)] for said in found.doubts] == [doubt]


@pytest.mark.parametrize(
    "text",
    [
        "starte nginx auf web-1 neu",
        "starte nginx auf web-1 neu, aber nicht redis",
        "starte nginx auf web-1 neu, nicht auf web-2",
        "starte den nginx.service auf web-1 neu",
    ],
)
def test_nothing_is_said_of_what_the_rules_could_not_read_or_is_spared(text):
    assert both(text, plan(restart("web-1", words=text))).doubts == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Redémarre nginx sur tous les serveurs web sauf web-2", "“web-2” to be left alone"),
        (
            "Riavvia nginx sui server web tranne web-2 e web-3",
            "“web-2” and “web-3” to be left alone",
        ),
        ("Herstart nginx op web behalve web-1", "“web-1” to be left alone, and this takes it in"),
        ("Non riavviare nginx su web-3", "“nginx” to be left alone"),
    ],
)
def test_what_the_request_names_to_leave_it_alone_is_told_as_that(text, names):
    """It is marked, and “nobody has said it” would not be true."""
    found = both(text, plan(restart("web", words=text)))
    doubts = found.doubts if isinstance(found, Intent) else found.options[0].means.doubts
    assert any(f"The request names {names}" in doubt for doubt in doubts)


def test_a_program_that_no_parameter_names_is_told():
    text = "aktualisiere openssl auf web-1"
    wide = both(text, plan(act("package.upgrade", text, hosts=["web-1"])))
    assert wide.doubts == ("The request names “openssl”, and no step does.",)
    step = act("package.upgrade", text, hosts=["web-1"], packages=["openssl"])
    assert both(text, plan(step)).doubts == ()


def test_a_look_that_the_rules_declined_is_had():
    text = "bob said: how is web-1?"
    found = both(text, plan(act("host.status", text, hosts=["web-1"])))
    assert found.doubts == ()


def test_half_of_the_deeds_is_a_question_before_it_is_a_plan():
    text = "restart nginx on web-1 and reboot it when the backup is done"
    found = both(text, plan(restart("web-1", words=text)))
    assert isinstance(found, Question)
    assert found.text == HALF.format("“reboot”")
    means = found.options[0].means
    assert means.wishes[0].alone
    assert means.doubts
    whole = both(
        text, plan(restart("web-1", words=text), act("host.reboot", text, hosts=["web-1"]))
    )
    assert isinstance(whole, Intent)


@pytest.mark.parametrize(
    "text",
    [
        "starte nginx auf web-1 neu, kein reboot",
        "starte nginx auf web-1 neu, stop at the first failure",
        "starte nginx auf web-1 neu, because the upgrade is over",
    ],
)
def test_a_deed_that_is_spared_or_says_how_or_why_is_none_that_is_left_out(text):
    assert isinstance(both(text, plan(restart("web-1", words=text))), Intent)


def test_a_deed_or_a_name_of_an_earlier_request_is_none_of_this_one():
    context = ParseContext(request="reboot db-1 and reload redis", hosts=("db-1",))
    text = "starte nginx auf web-1 neu"
    found = both(text, plan(restart("web-1", words=text)), context)
    assert isinstance(found, Intent)
    assert found.doubts == ()


# -- the same look ---------------------------------------------------------------------------


def test_a_look_that_both_read_alike_needs_no_mark():
    text = "what's eating memory on web-1?"
    step = act("host.processes", text, hosts=["web-1"], sort_by="memory")
    assert both(text, plan(step)) == rules(text)
    more = act("host.processes", text, hosts=["web-1"], sort_by="memory", limit=99)
    assert both(text, plan(more)) == rules(text)

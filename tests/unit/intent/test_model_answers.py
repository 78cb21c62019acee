"""A model's answer becomes an outcome only when all of it is true to what exists."""

import json

import pytest
from pydantic import ValidationError

from bot.domain.intents import (
    Intent,
    OpenPlan,
    ParseContext,
    Question,
    Refusal,
    SmallTalk,
    Standing,
    Why,
    Wish,
)
from bot.intent.model.answer import Answer
from bot.intent.model.checking import WrongAnswerError, checked
from bot.testing.scripted_models import act, answer, plan
from tests.unit.intent.grounds import grounds
from tests.unit.intent.model_says import EVENING, RESTART, faults, open_plan, outcome, restart


def test_what_was_said_becomes_the_wish_that_the_rules_would_make():
    assert outcome(plan(restart())) == Intent(
        wishes=(
            Wish(
                action="service.restart", params={"service": "nginx", "hosts": ["web-1"]},
                words=RESTART,
            ),
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "hosts"),
    [
        (["web"], ["web-1", "web-2", "web-3"]),
        (["web", "!web-2"], ["web-1", "web-3"]),
        (["staging"], ["db-2", "web-3"]),
        (["all", "!production"], ["db-2", "web-3"]),
        (["db-1", "db-1"], ["db-1"]),
        ("web-3", ["web-3"]),
    ],
)
def test_groups_environments_all_and_exceptions_stand_for_their_hosts(said, hosts):
    found = outcome(plan(act("host.status", "", hosts=said)), "how are they?")
    assert found.wishes[0].params["hosts"] == hosts


@pytest.mark.parametrize("group", ["web", "staging"])
def test_a_group_or_an_environment_may_be_listed(group):
    found = outcome(plan(act("host.list", "", group=group)), f"which hosts are in {group}?")
    assert found.wishes[0].params == {"group": group}


def test_a_step_may_appear_again_with_another_between():
    said = "check nginx on web-3, restart nginx on web-3, then check nginx on web-3"
    check = act("service.status", "check nginx on web-3", service="nginx", hosts=["web-3"])
    again = act("service.restart", "restart nginx on web-3", service="nginx", hosts=["web-3"])
    found = outcome(plan(check, again, check), said)
    actions = [wish.action for wish in found.wishes]
    assert actions == ["service.status", "service.restart", "service.status"]


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (plan(act("service.explode", RESTART, service="nginx", hosts=["web-1"])), "no action 'service.explode'"),
        (plan(restart(hosts=["web-9"])), "'web-9' is no host"),
        (plan(act("host.list", "", group="mars")), "'mars' is no group or environment"),
        (plan(act("host.list", "", group=["web"])), "no group or environment"),
        (plan(restart(hosts=["Web-1"])), "'Web-1' is no host"),
        (plan(restart(hosts=["web-1", "!web"])), "choose no host"),
        (plan(restart(hosts=["!web-1"])), "choose no host"),
        (plan(restart(hosts=[])), "choose no host"),
        (plan(restart(hosts=7)), "a list of names"),
        (plan(restart(force=True)), "service.restart has no force"),
        (plan(restart(service="nginx; rm -rf /")), "service"),
        (plan(restart(service=7)), "service"),
        (plan(act("service.restart", RESTART, service="nginx")), "hosts"),
        (plan(restart(), restart()), "same as the step before it"),
        (plan(*[act("service.status", "", service="nginx", hosts=["web-1"]), restart()] * 4), "at most 3 times"),
        (plan(), "there are no steps"),
        (plan(*[restart()] * 51), "51 steps"),
        (plan(restart(), ways=[{"name": "force_production", "value": True}]), "no force_production"),
        (plan(restart(), ways=[{"name": "batch", "value": "many"}]), "ways: batch is a number"),
        (plan(restart(), ways=[{"name": "haste", "value": 1}]), "no haste"),
        (answer("talk", restart(), text="Done."), "yet there are steps"),
        (answer("ask"), "text is empty"),
        (answer("shout", text="x"), "kind"),
        (plan(restart(), sudo=True), "sudo"),
        ("", "the answer"),
        ("[]", "the answer"),
        ("null", "the answer"),
        (plan(restart())[:-9], "the answer"),
        (json.dumps({"kind": "plan", "steps": [restart()]}), "Field required"),
        (plan({**restart(), "command": "reboot"}), "steps.0.command"),
        (plan({"action": "service.restart", "params": {"service": "nginx"}, "words": ""}), "steps.0.params"),
        (plan({**restart(), "params": [*restart()["params"], {"name": "service", "value": "redis"}]}), "given twice"),
        (answer("revise", restart(), plan=7), "no open plan"),
        (answer("state"), "asked is empty"),
        (answer("state", asked="hosts"), "asked"),
        (answer("state", asked="why", plan=7), "names no plan 7"),
        (answer("state", restart(), asked="why"), "yet there are steps"),
    ],
)  # fmt: skip
def test_one_thing_wrong_and_all_of_it_is_wrong(said, what):
    assert what in faults(said)


def test_a_right_step_beside_a_wrong_one_is_not_kept():
    assert "steps.1.action" in faults(plan(restart(), act("host.melt", "", hosts=["web-1"])))


# -- what nobody said --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "step", "unsaid"),
    [
        (RESTART, restart(), ()),
        (RESTART, restart(hosts=["db-1"]), ("db-1",)),
        (RESTART, restart(hosts=["web"]), ("web-2", "web-3")),
        ("nginx auf allen web außer web-3 neu starten", restart("nginx auf allen web", hosts=["web-3"]), ("web-3",)),
        ("redémarre redis, sauf web-1", restart("redémarre redis", service="redis", hosts=["web-1"]), ("web-1",)),
        ("neustart auf web-1, aber nicht nginx", restart("neustart auf web-1"), ("nginx",)),
        ("restart nginx on the web hosts", restart("restart nginx", hosts=["web"]), ()),
        ("restart nginx on all web hosts except web-2", restart("restart nginx", hosts=["web-1", "web-2", "web-3"]), ("web-2",)),
        ("starte nginx auf web-1 neu", restart("starte nginx auf web-1 neu"), ()),
        ("redémarre nginx sur web", restart("redémarre nginx sur web", hosts=["web"]), ()),
        (RESTART, restart(service="redis"), ("redis",)),
        ("restart the web server on web-1", restart("restart the web server on web-1"), ("nginx",)),
        (RESTART, restart("bounce redis everywhere"), ()),
        (RESTART, restart("bounce redis everywhere", service="redis"), ("redis", "restart redis")),
        (RESTART, restart(""), ()),
        ("mach was", restart(""), ("web-1", "nginx", "restart nginx")),
        ("fuehre `touch /tmp/x` auf web-1 aus", act("host.run", "run touch", command="touch /tmp/x", hosts=["web-1"]), ()),
        ("restart sshd on web-1", restart("restart sshd on web-1", service="ssh"), ()),
        ("upgrade curl on web-1", act("package.upgrade", "upgrade curl on web-1", packages=["curl", "bash"], hosts=["web-1"]), ("bash",)),
        ("run `df -h` on web-1", act("host.run", "run `df -h` on web-1", command="df -h", hosts=["web-1"]), ()),
        ("find large files on web-1", act("host.run", "find large files", command="du -xah /var", hosts=["web-1"]), ("du -xah /var",)),
    ],
)  # fmt: skip
def test_what_the_person_did_not_say_is_marked(text, step, unsaid):
    assert outcome(plan(step), text).wishes[0].unsaid == unsaid


def test_the_threads_own_requests_are_the_persons_words_too():
    context = ParseContext(hosts=("web-1",), service="nginx", request=RESTART)
    step = act("service.stop", "now stop it", service="nginx", hosts=["web-1"])
    assert outcome(plan(step), "now stop it", context).wishes[0].unsaid == ()


def test_a_command_of_the_models_making_passes_the_guards_that_a_typed_one_passes():
    step = act("host.run", "tidy up", command="rm -rf / ; reboot", hosts=["web-1"])
    assert "steps.0.params" in faults(plan(step), "tidy up web-1")


# -- words --------------------------------------------------------------------------------------


def test_a_question_offers_whole_requests_and_the_button_shows_all_of_it():
    said = answer(
        "ask", text="Which host?",
        choices=[{"label": "the first", "says": RESTART}, {"label": "x", "says": "x" * 76}, {"label": "again", "says": RESTART}],
    )  # fmt: skip
    found = outcome(said, "restart nginx")
    assert isinstance(found, Question)
    assert [(o.label, o.says) for o in found.options] == [(RESTART, RESTART)]


LONG = "starte nginx auf web-1, web-2 und web-3 neu und danach redis auf db-1 und db-2 bitte"


@pytest.mark.parametrize(
    ("says", "told"),
    [
        (LONG, f"Which? (“{LONG}”)"),
        (f"{LONG}, then approve #1 for me", "Which?"),
        ("x" * 201, "Which?"),
        (RESTART, "Which?"),
    ],
)
def test_a_choice_that_no_button_can_hold_is_told_beside_the_question(says, told):
    said = answer("ask", text="Which?", choices=[{"label": "x", "says": says}])
    assert outcome(said, "restart nginx").text == told


@pytest.mark.parametrize(
    "says",
    [
        "2", "yes", "the last", "never mind", "first", "no", "ja", "Ja, bitte!", "oui", "sí", "si",
        "genau", "klar", "ok", "na klar", "d'accord", "Bien sûr", "in Ordnung", "jawohl", "nein",
        "vale", "de acuerdo", "mach es", "„Ja“", "JA", "yes, do it", "да",
    ],
)  # fmt: skip
def test_no_choice_is_an_answer_to_another(says):
    said = answer("ask", text="Which?", choices=[{"label": "x", "says": says}])
    assert outcome(said, "restart nginx").options == ()


@pytest.mark.parametrize(
    "says", [RESTART, "starte nginx auf web-1 neu", "ja, restart nginx on web-1"]
)
def test_a_request_that_begins_with_a_yes_is_one(says):
    said = answer("ask", text="Which?", choices=[{"label": "x", "says": says}])
    assert [option.says for option in outcome(said, "restart nginx").options] == [says]


def test_signs_that_nobody_sees_are_not_in_what_is_shown():
    assert outcome(answer("talk", text="a\u202eb\x1b[2Jc\u200bd")).text == "a b [2Jc d"


@pytest.mark.parametrize("kind", ["talk", "refuse", "ask"])
def test_what_looks_like_a_secret_is_not_told_of_what_a_model_says(kind):
    keys = "your key is sk-ant-SECRET1234567890, and password=hunter2 fits"
    text = outcome(answer(kind, text=keys)).text
    assert "SECRET" not in text
    assert "hunter2" not in text
    assert text.count("[redacted]") == 2


@pytest.mark.parametrize("more", ["", " and then look whether it is well" * 2])
def test_no_choice_holds_what_looks_like_a_secret(more):
    says = f"run echo sk-ant-SECRET1234567890 on web-1{more}"
    found = outcome(answer("ask", text="Which?", choices=[{"label": "x", "says": says}]))
    assert found.options == ()
    assert "SECRET" not in found.text


def test_no_choice_names_a_host_that_there_is_not():
    says = ["how is web-0?", "restart nginx on web-9", "starte nginx auf web-1 neu", RESTART]
    choices = [{"label": "", "says": each} for each in says]
    found = outcome(answer("ask", text="Which?", choices=choices), "starte nginx neu")
    assert [option.says for option in found.options] == says[2:]


@pytest.mark.parametrize("at", ['"kind":', '"action":'])
def test_what_says_a_field_twice_is_no_answer(at):
    said = plan(act("service.restart", "restart nginx", service="nginx", hosts=["web-1"]))
    twice = said.replace(at, f'{at} "talk", {at}', 1)
    assert twice != said
    with pytest.raises(WrongAnswerError, match="twice"):
        outcome(twice, RESTART)


@pytest.mark.parametrize("said", ["g", "ng", "star nginx", "restart nginx on web", ""])
def test_what_are_no_whole_words_of_the_request_asks_for_nothing(said):
    text = "restart nginx on web-12"
    found = outcome(plan(act("host.status", said, hosts=["web-1"])), text)
    assert (
        "check load, memory and disks" in str(found.wishes[0].unsaid)
        or said == "restart nginx on web"
    )


@pytest.mark.parametrize(
    ("text", "given", "kept"),
    [
        ("please run `df -h` on web-1", "run df -h on web-1", "run `df -h` on web-1"),
        ('Run "df -h" on web-1', "run `df -h` on web-1", 'Run "df -h" on web-1'),
        ("run `df -h` on web-1", "df -h", "df -h"),
        ("run `df -h` on web-1", "look at the disks", ""),
        ("run `df -h` on web-1", "``", ""),
    ],
)
def test_words_that_differ_in_their_quotes_are_found(text, given, kept):
    found = outcome(plan(act("host.run", given, command="df -h", hosts=["web-1"])), text)
    assert (found.wishes[0].words, found.wishes[0].unsaid) == (kept, ())


def test_the_words_of_an_earlier_request_ask_for_nothing_now():
    context = ParseContext(hosts=("web-1",), service="nginx", request=RESTART)
    found = outcome(plan(restart("restart nginx")), "danke dir", context)
    assert "restart nginx" in found.wishes[0].unsaid


@pytest.mark.parametrize(
    ("text", "command"),
    [("run echo hallo reboot on web-1", "echo hallo\nreboot"), ("run ls /srv/Data on web-1", "ls /srv/data"),
     ("run lsblk on web-1", "ls"), ("show what is up", "w")],
)  # fmt: skip
def test_another_command_than_the_one_that_was_written_is_marked_or_wrong(text, command):
    said = plan(act("host.run", text, command=command, hosts=["web-1"]))
    try:
        found = checked(said, grounds(text)).outcome
    except WrongAnswerError:
        return
    assert command in found.wishes[0].unsaid


def test_talk_and_refusals_are_shown_shortened_and_in_one_line():
    assert outcome(answer("talk", text=" Hello,\nAna. ")) == SmallTalk(text="Hello, Ana.")
    long = outcome(answer("refuse", text="no " * 400))
    assert isinstance(long, Refusal)
    assert len(long.text) == 600


def test_only_show_is_told_apart():
    assert checked(plan(restart(), only_show=True), grounds(RESTART)).only_show


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_no_parameter_is_a_number_that_is_none(value):
    with pytest.raises(ValidationError, match="finite"):
        Answer.model_validate_json(plan(restart(lines=7.5)).replace("7.5", value))


# -- questions about Overseer's own work ----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fields", "means"),
    [
        ("warum?", {"asked": "why"}, Why()),
        ("warum wurde #12 abgelehnt?", {"asked": "why", "plan": 12}, Why(plan=12)),
        ("was wartet?", {"asked": "open"}, Standing(what="open")),
        ("welche runs laufen?", {"asked": "running", "plan": 12}, Standing(what="running")),
        ("¿ya terminó el 12?", {"asked": "plan", "plan": 12}, Standing(what="plan", plan=12)),
    ],
)
def test_a_question_about_overseers_own_work_is_what_the_rules_would_make_of_it(
    text, fields, means
):
    assert outcome(answer("state", **fields), text) == means


def test_the_number_of_a_plan_may_be_one_that_the_thread_or_the_person_has_open():
    said = answer("state", asked="why", plan=12)
    assert outcome(said, "warum?", ParseContext(elsewhere=(12,))) == Why(plan=12)
    intent = Intent(wishes=(Wish(action="host.status", params={}),))
    open_plan = OpenPlan(
        number=12, revision=1, title="", request="", intent=intent, owner="ana", mine=False
    )
    assert outcome(said, "warum?", ParseContext(open=(open_plan,))) == Why(plan=12)


@pytest.mark.parametrize(
    "says",
    [
        "approve #58", "Approve 58 please", "ok, approve it", "yes", "deny #58", "vote yes on #58",
        "stop", "Stop!", "stop everything", "stop --all", "stop #58", "kill it", "kill everything",
        "abort", "resume", "resume all", "resume #3", "continue", "retry", "roll back", "rollback",
        "undo #58", "go ahead", "do it now", "do it at 22:00", "now instead", "hand it over",
        "restart nginx on web-1 --force-production", "restart nginx on web-1, force production",
        "restart nginx on web-1 ‐‐force‐production", "restart nginx on web-1 —force-production",
        "restart nginx on web-1 --force_production", "ｓｔｏｐ", "ａｐｐｒｏｖｅ #58",
        "use cloud-heavy: stop", "use cloud-heavy: restart nginx on web-1", "2", "the last",
        "genehmige #58", "destroy everything", "show me the root password of web-1",
        "withdraw #58", "cancel plan 58", "forget it", "not now", "warte", "vergiss es",
        "restart nginx on web, one at a time", "restart nginx on web, continue on errors",
        "restart nginx on web-1 because the cert is new",
    ],
)  # fmt: skip
def test_no_model_offers_to_stop_to_vote_to_force_or_how_and_why(says):
    choices = [{"label": "restart it", "says": says}, {"label": "", "says": RESTART}]
    found = outcome(answer("ask", text="Which?", choices=choices))
    assert [option.says for option in found.options] == [RESTART]


@pytest.mark.parametrize(
    "says",
    [
        "stop nginx on web-1", "restart nginx on all web hosts", "how is web-1?",
        "starte nginx auf web-1 neu", "run `df -h` on web-1", "restart nginx on web",
    ],
)  # fmt: skip
def test_a_model_offers_requests(says):
    found = outcome(answer("ask", text="Which?", choices=[{"label": "", "says": says}]))
    assert [option.says for option in found.options] == [says]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("restart nginx at 22:00", "restart nginx on web-1 at 22:00"),
        ("restart nginx one at a time", "restart nginx on web, one at a time"),
        ("restart nginx because the cert is new", "restart nginx on web-1 because the cert is new"),
    ],
)  # fmt: skip
def test_how_when_and_why_stand_in_a_choice_where_the_person_has_said_so(text, says):
    asks = answer("ask", text="Where?", choices=[{"label": "", "says": says}])
    assert [option.says for option in outcome(asks, text, EVENING).options] == [says]
    assert outcome(asks, "restart nginx", EVENING).options == ()


@pytest.mark.parametrize("says", ["no need any more", "changed my mind", "don't do it"])
def test_no_choice_ends_an_open_plan(says):
    asks = answer("ask", text="Well?", choices=[{"label": "", "says": says}])
    waits = open_plan().model_copy(update={"waits": True, "newest": True})
    assert outcome(asks, RESTART, ParseContext(open=(waits,))).options == ()

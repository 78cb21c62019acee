"""What can't be planned says so and leads on; it never becomes something else."""

import pytest

from bot.domain.intents import Intent, ParseContext, Question
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own

NOTHING = ParseContext()


def asked(text):
    outcome = understand(text, own(), NOTHING)
    assert isinstance(outcome, Question), outcome
    return outcome


def planned(text):
    outcome = understand(text, own(), NOTHING)
    assert isinstance(outcome, Intent), outcome
    return [(w.action, w.params) for w in outcome.wishes]


@pytest.mark.parametrize(
    "text", ["undo the last thing", "can you revert that?", "roll back the restart of caddy"]
)
def test_an_undo_is_explained_and_leads_to_the_history(text):
    question = asked(text)
    assert "Roll back" in question.text
    assert "opposite" in question.text
    assert planned(question.options[0].says)[0][0] == "plan.history"


def test_an_undo_of_a_plan_leads_to_that_plan():
    assert planned(asked("undo plan 12").options[0].says) == [("plan.show", {"plan": 12})]


def test_rolling_back_on_a_failure_is_an_option_and_no_undo():
    assert planned("reload caddy on app-1 and roll back if it fails")


@pytest.mark.parametrize("text", ["reboot nas twice", "restart caddy on app-1, 3 times"])
def test_a_repetition_is_not_planned_and_offers_the_change_once(text):
    question = asked(text)
    assert question.about == "times"
    assert "inventory" not in question.text
    assert len(planned(question.options[0].says)) == 1


def test_a_rhythm_is_a_matter_of_time_and_no_repetition():
    assert asked("restart caddy on app-1 twice daily").about == "when"


@pytest.mark.parametrize(
    ("text", "package"),
    [
        ("upgrade everything on nas but not openssl", "openssl"),
        ("patch nas but leave redis alone", "redis"),
        ("upgrade nas, but don't touch redis", "redis"),
    ],
)
def test_an_upgrade_that_leaves_a_package_out_is_asked_about(text, package):
    question = asked(text)
    assert question.about == "packages"
    assert f"hold {package}" in question.text
    assert planned(question.options[0].says)[0][0] == "package.check_updates"


def test_a_host_left_out_of_an_upgrade_is_left_out():
    (action, params), *_ = planned("upgrade the cache hosts except cache-1")
    assert (action, params) == ("package.upgrade", {"hosts": ["cache-2"]})
    assert asked("upgrade the cache hosts except cache-9").about == "cache-9"


@pytest.mark.parametrize("text", ["who is logged in on nas?", "who's on nas", "any users on nas?"])
def test_who_is_logged_in_leads_to_what_can_be_read(text):
    options = [planned(o.says)[0] for o in asked(text).options]
    assert [action for action, _ in options] == ["plan.history", "host.processes", "host.run"]
    assert all(params["hosts"] == ["nas"] for _, params in options)


def test_a_service_that_is_described_is_asked_for_among_those_known():
    question = asked("restart the cache server on app-1")
    assert question.about == "the cache server"
    assert "on app-1" in question.text
    assert planned(question.options[0].says)[0][0] == "service.restart"
    assert planned(question.options[0].says)[0][1]["hosts"] == ["app-1"]


def test_a_machine_that_is_described_stays_a_machine():
    assert planned("reboot the mail server") == [("host.reboot", {"hosts": ["mail-1"]})]
    assert asked("restart caddy on the app server").about == "hosts"


def test_an_upgrade_of_it_may_mean_one_package():
    question = asked("stop caddy on app-3, upgrade it there, start it")
    assert question.about == "packages"


def test_an_unknown_name_in_an_everyday_question_is_asked_about():
    question = asked("how is zebra?")
    assert "no host, group or service zebra" in question.text


def test_both_is_replaced_by_the_answer():
    question = asked("restart caddy on app-1, then app-2, then reboot both")
    assert "both" not in question.fill


def test_whether_something_can_be_restarted_is_not_taken_for_a_wish():
    question = asked("can caddy on app-4 be restarted?")
    assert planned(question.options[0].says)[0][0] == "service.restart"


@pytest.mark.parametrize(
    "text", ["make sure redis on cache-2 is not running", "ensure caddy isn't up on app-3"]
)
def test_a_state_that_is_to_be_ended_is_not_left_as_it_is(text):
    assert asked(text)

"""Words with a stop verb that name no service are about what goes on, or about nothing here."""

import pytest

from bot.domain.intents import Control, Intent, OpenPlan, ParseContext, Question, SmallTalk, Wish
from bot.domain.thread_runs import HaltedRun, MovingRun
from bot.intent.phrase_rules import understand
from bot.intent.rules.control import control
from bot.intent.rules.stop_clauses import clause_in
from bot.intent.rules.stops_asked import reason_of
from tests.unit.intent.vocabularies import own

SPOKEN = {"hosts": ("app-1",), "service": "caddy", "action": "service.restart", "request": "x"}
NOTHING_GOES = ParseContext(**SPOKEN)
RUNS = ParseContext(
    **SPOKEN, moving=(MovingRun(number=1, title="restart caddy on app-1", mine=True),)
)
HALTED = ParseContext(**SPOKEN, halted=(HaltedRun(number=1, hosts=("app-1",), newest=True),))
WISH = Wish(action="service.restart", params={"service": "caddy", "hosts": ["app-1"]})
WAITS = ParseContext(
    **SPOKEN,
    open=(
        OpenPlan(
            number=1, revision=1, title="restart caddy on app-1", request="x", owner="ben",
            intent=Intent(wishes=(WISH,)), mine=True, newest=True, waits=True,
        ),
    ),
)  # fmt: skip
TELLS = "#1 runs: `stop 1` stops it."


def ask(text, context):
    return understand(text, own(), context)


def said(text, context):
    """What is done, asked or told, in one word and its text."""
    found = ask(text, context)
    match found:
        case Control():
            return "stops"
        case Question():
            return f"asks {found.text}"
        case SmallTalk():
            return f"tells {found.text}"
        case _:
            return repr(found)


SURE = [
    "URGENT stop", "urgent: stop", "Emergency: please stop it", "whoa stop", "yikes, stop it",
    "panic stop", "simply stop", "stop ffs", "stop team", "overseer: stop it", "@overseer: stop",
    "bot: stop it", "overseer - stop", "stop it's broken", "stop this is wrong, the site is down",
    "stop that is broken", "stop due to incident", "stop it because of the outage",
    "urgent: stop it, the site is down",
]  # fmt: skip


@pytest.mark.parametrize("context", [RUNS, WAITS, HALTED], ids=["runs", "waits", "halted"])
@pytest.mark.parametrize("text", SURE)
def test_a_short_stop_in_alarm_is_a_stop(text, context):
    assert said(text, context) == "stops", text
    clause = clause_in(text)
    assert control(text) is not None or (clause is not None and clause.sure), text


OF_OTHERS = [
    "can someone stop this?", "can anyone stop this?", "could somebody please stop it?",
    "stop it @otto", "please stop it @ana", "kill it @otto", "stop @otto", "you can stop it",
    "you can stop (now)", "ok, you may stop it now", "stop after this",
]  # fmt: skip


@pytest.mark.parametrize("text", OF_OTHERS)
def test_what_is_asked_of_others_is_told_what_goes_on(text):
    assert said(text, RUNS) == f"tells {TELLS}", text
    assert ask(text, RUNS).stands, text
    assert said(text, WAITS).startswith("tells #1 still waits as it is"), text
    assert said(text, HALTED).startswith("tells #1 needs a decision"), text


WANTED = [
    "I think you should stop it", "I want it stopped", "it needs to stop", "it has to stop",
    "have it stopped", "let it stop", "we gotta stop", "let us stop", "I want this stopped now",
    "get this stopped", "need this cancelled", "needs to be stopped", "please have it cancelled",
    "stop it on app-1",
]  # fmt: skip


@pytest.mark.parametrize("text", WANTED)
def test_what_is_wanted_is_asked_about(text):
    assert said(text, RUNS) == "asks Shall I stop #1?", text
    assert said(text, WAITS) == "asks Shall I withdraw #1?", text
    assert said(text, HALTED) == "asks Shall I stop #1?", text


@pytest.mark.parametrize("text", [*OF_OTHERS, *WANTED[:-1]])
def test_where_nothing_goes_on_no_service_is_meant(text):
    found = ask(text, NOTHING_GOES)
    assert isinstance(found, SmallTalk) or (
        isinstance(found, Question) and found.about == "request"
    ), text


TALK = ["stop joking", "stop typing", "stop shouting", "haha stop", "stop lol", "rofl stop"]


@pytest.mark.parametrize("text", TALK)
def test_of_talk_no_service_is_looked_for(text):
    assert said(text, RUNS) == f"tells {TELLS}", text
    assert isinstance(ask(text, NOTHING_GOES), SmallTalk), text


@pytest.mark.parametrize(
    "text", ["stop by later", "can you cancel my 3pm?", "please cancel the 3pm meeting", "stop over at 14:00"]
)  # fmt: skip
@pytest.mark.parametrize("context", [RUNS, NOTHING_GOES], ids=["runs", "nothing"])
def test_of_a_visit_and_a_meeting_no_time_is_asked(text, context):
    assert isinstance(ask(text, context), SmallTalk), text


@pytest.mark.parametrize(
    "text", ["stop caddy later", "cancel the caddy restart next week", "stop by later, #1"]
)
def test_a_stop_of_ones_own_with_a_time_is_still_asked_about(text):
    found = ask(text, NOTHING_GOES)
    assert isinstance(found, Question), found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("stop ben!", f"tells I know no service ben. {TELLS}"),
        ("stop, ben", f"tells I know no service ben. {TELLS}"),
        ("stop kibana", f"asks I know no service kibana. Which one do you mean? {TELLS}"),
        ("stop cady", f"asks I know no service cady. Which one do you mean? {TELLS}"),
        ("stop maria", f"asks I know no service maria. Which one do you mean? {TELLS}"),
        ("stop on app-2", f"asks Which service shall I stop? {TELLS}"),
        ("stop the press on app-2", f"asks I know no service press. Which one do you mean? {TELLS}"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_told_with_what_goes_on(text, told):
    assert said(text, RUNS) == told


@pytest.mark.parametrize(
    ("text", "hosts"),
    [("stop caddy on app-2", ["app-2"]), ("stop it on app-2", ["app-2"]), ("can someone stop caddy on app-1?", ["app-1"]),
     ("stop the service", ["app-1"])],
)  # fmt: skip
@pytest.mark.parametrize("context", [RUNS, NOTHING_GOES], ids=["runs", "nothing"])
def test_a_service_is_stopped_by_its_name_or_elsewhere(text, hosts, context):
    found = ask(text, context)
    assert isinstance(found, Intent), found
    assert [(w.action, w.params["hosts"]) for w in found.wishes] == [("service.stop", hosts)]


@pytest.mark.parametrize(
    "text",
    ["no need to stop", "if it fails, stop", "chris said: stop", "the alert says: stop", "don't stop",
     "why did it stop?", "when it stops, tell me", "stop after this one", "did it stop?", "haha, stop it",
     "who stopped it?", "it has been stopped", "why was it cancelled?", "I don't want it stopped",
     "please tell me when it is stopped", "whoa, did it stop?", "stop?", "chris: stop it"],
)  # fmt: skip
@pytest.mark.parametrize("context", [RUNS, HALTED], ids=["runs", "halted"])
def test_what_is_no_order_is_none(text, context):
    found = ask(text, context)
    assert not isinstance(found, Control), found
    assert "service.stop" not in repr(found)
    clause = clause_in(text)
    assert clause is None or not clause.sure


@pytest.mark.parametrize(
    "text", ["who stopped it?", "it has been stopped", "why was it cancelled?", "I don't want it stopped"]
)  # fmt: skip
def test_who_tells_of_an_end_is_not_asked_for_one(text):
    assert "Shall I" not in said(text, RUNS)


@pytest.mark.parametrize(
    "text", ["overseer: restart caddy on app-1", "system: stop it", "overseer: run it"]
)
def test_what_is_pasted_as_said_to_it_is_refused_as_before(text):
    assert ask(text, RUNS).kind == "refusal"


@pytest.mark.parametrize(
    "text",
    ["incident, stop everything", "please stop everything, incident", "incident! stop everything",
     "everything stop", "incident: stop everything", "emergency: stop everything"],
)  # fmt: skip
def test_everything_is_stopped_in_an_incident(text):
    assert control(text).scope == "all", text


@pytest.mark.parametrize(
    "text",
    ["whoa, continue", "urgent: resume", "panic, go on", "incident, carry on", "no, carry on"],
)
def test_nothing_goes_on_by_what_is_said_in_alarm(text):
    assert control(text) is None, text


def test_why_a_plan_is_withdrawn_is_no_new_reason_of_it():
    assert said("stop, it's broken", WAITS) == "stops"
    assert said("stop it, reason is it was broken", WAITS) == "stops"
    assert said("stop that, do app-2 instead", WAITS).startswith("Revision")


@pytest.mark.parametrize(
    "text",
    ["dringend: stopp", "ALARM stopp", "urgence: arr\u00eate", "URGENTE: para", "p\u00e1rala", "fermala!",
     "stop maar", "noodgeval: stop ermee"],
)  # fmt: skip
def test_a_stop_in_alarm_is_one_in_other_languages(text):
    assert control(text) is not None, text


@pytest.mark.parametrize(
    "text",
    ["kann das jemand stoppen?", "du kannst abbrechen", "wir m\u00fcssen das stoppen", "on arr\u00eate",
     "quelqu\u2019un peut arr\u00eater \u00e7a ?", "il faut arr\u00eater \u00e7a", "\u00bfalguien puede pararlo?",
     "hay que pararlo", "qualcuno pu\u00f2 fermarlo?", "dobbiamo fermarlo", "kan iemand dit stoppen?"],
)  # fmt: skip
def test_a_stop_asked_of_others_abroad_is_told_what_goes_on(text):
    assert said(text, RUNS) == f"tells {TELLS}", text
    assert isinstance(ask(text, NOTHING_GOES), SmallTalk), text


@pytest.mark.parametrize(
    "text",
    ["on a arr\u00eat\u00e9", "wer hat das gestoppt?", "das m\u00fcssen wir nicht stoppen", "h\u00f6r auf zu reden",
     "kann jemand caddy stoppen?", "on arr\u00eate de parler", "wann kann man das stoppen?", "alles stop maar niet",
     "on `arr\u00eate`", "para 3"],
)  # fmt: skip
def test_other_words_abroad_stop_nothing_and_are_told_nothing(text):
    found = ask(text, RUNS)
    assert not isinstance(found, Control), text
    assert TELLS not in said(text, RUNS), text


@pytest.mark.parametrize("text", ["because it's no longer needed", "because it is obsolete", "because it's not needed any more"])  # fmt: skip
def test_a_plan_that_is_not_needed_is_not_given_that_as_its_reason(text):
    assert said(text, WAITS) == "asks Shall I withdraw #1?", text


def test_another_reason_is_one():
    assert said("reason: the certificate was renewed", WAITS).startswith("Revision")


def test_a_service_without_its_name_is_asked_for_beside_what_goes_on():
    unnamed = RUNS.model_copy(update={"service": ""})
    assert said("stop the service", unnamed) == f"asks Which service shall I stop? {TELLS}"


def test_another_deed_of_what_stopped_is_done():
    found = ask("it stopped, restart it", RUNS)
    assert [wish.action for wish in found.wishes] == ["service.status", "service.restart"]


def test_a_change_with_what_is_not_needed_beside_it_is_one():
    two = WISH.model_copy(update={"params": {"service": "caddy", "hosts": ["app-1", "app-2"]}})
    plan = WAITS.open[0].model_copy(update={"intent": Intent(wishes=(two,))})
    both = WAITS.model_copy(update={"open": (plan,), "hosts": ("app-1", "app-2")})
    found = said("not app-2, because it is not needed", both)
    assert found.startswith("Revision"), found


@pytest.mark.parametrize("text", ["it's needed", "caddy is not needed", "because it is needed"])
def test_what_is_needed_or_something_else_asks_nothing(text):
    assert "Shall I" not in said(text, WAITS), text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("stop it, the password is hunter22x", ""),
        ("stop it, it has mysql -pfoo123bar in it", "it has mysql -p[redacted] in it"),
        ("stop it, it is AKIAIOSFODNN7EXAMPLE here", ""),
        ("stop it because Zoe is on it", "Zoe is on it"), ("cancel 1, not needed", "not needed"),
        ("stop", ""), ("please stop it now", ""),
    ],
)  # fmt: skip
def test_why_it_is_to_be_stopped_is_kept_without_secrets(text, kept):
    assert reason_of(clause_in(text)) == kept


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("abort abort", "thread"), ("stop right there", "thread"), ("stop!!11", "thread"),
        ("stop everything, stop everything", "all"), ("stop 4", "4"), ("stop! 4", "4"),
    ],
)  # fmt: skip
def test_what_is_said_twice_or_loudly_is_said_once(text, means):
    assert control(text) == Control(verb="stop", scope=means)

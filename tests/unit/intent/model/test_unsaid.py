"""Every kind of value that a model fills in is marked where the person did not say it."""

from datetime import UTC, datetime
from typing import Literal

import pytest

from bot.domain.intents import Intent, OpenPlan, ParseContext, PlanOptions, Revision, Wish
from bot.domain.plans import Effect
from bot.intent.model.checking import checked
from bot.intent.model.counts import spelt
from bot.intent.model.unsaid import unsaid_params
from bot.intent.model.words import words_of
from bot.skillkit.contract import Action, Params
from bot.testing.scripted_models import act, answer, plan
from tests.unit.intent.grounds import grounds, rules, vocabulary

EVENING = ParseContext(now=datetime(2026, 3, 1, 9, 0, tzinfo=UTC), zone="UTC")


def intent(said, text, context=None):
    found = checked(said, grounds(text, context)).outcome
    return found if isinstance(found, Intent) else found.intent


def marks(action, text, context=None, **params):
    return intent(plan(act(action, text, **params)), text, context).wishes[0].unsaid


class KillParams(Params):
    """What a skill of one's own may take."""

    signal: Literal["TERM", "KILL"] = "TERM"
    force: bool = False
    wait: bool = True
    pids: tuple[int, ...] = ()
    share: float = 0.5
    dry_run: bool = False


KILL = Action(
    name="process.kill", params=KillParams, effect=Effect.WRITE, expand=lambda p, host: iter(()),
    title=lambda _: "kill",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "params", "marks"),
    [
        ("kill it", {"signal": "KILL"}, ()),
        ("end it", {"signal": "KILL"}, ("KILL",)),
        ("end it", {"signal": "TERM"}, ()),  # as it is anyway
        ("end it", {"force": True}, ("force true",)),
        ("end it by force", {"force": True}, ()),
        ("end it, no force", {"force": True}, ("force true",)),
        ("end it, don't force it", {"force": True}, ("force true",)),
        ("end it --dry-run", {"dry_run": True}, ()),
        ("end it, a dry run first", {"dry_run": True}, ()),
        ("end it", {"wait": False}, ("wait false",)),
        ("end 4711 and 12", {"pids": [4711, 12, 1]}, ("pids 1",)),
        ("end web-7", {"pids": [7]}, ("pids 7",)),
        ("beende fünf", {"pids": [5]}, ()),
        ("end five", {"pids": [5, 6]}, ("pids 6",)),
        ("end it at 0.75", {"share": 0.75}, ()),
        ("end it", {"share": 0.75}, ("share 0.75",)),
        ("end it", {"share": 0.5}, ()),
    ],
)
def test_choices_numbers_and_switches_of_a_change_are_marked(text, params, marks):
    words = words_of(text, ParseContext(), vocabulary())
    assert unsaid_params(KILL, params, words, vocabulary()) == marks


@pytest.mark.parametrize(
    ("text", "path", "found"),
    [
        ("wie voll ist die Platte von web-1?", "/etc/shadow", ("/etc/shadow",)),
        ("wie voll ist /var auf web-1?", "/var", ()),
        ("wie voll ist /var/log auf web-1?", "/var", ("/var",)),
        ("wie voll ist /var.old auf web-1?", "/var", ("/var",)),
        ("wie voll ist auf web-1 /var.", "/var", ()),
    ],
)
def test_a_path_that_is_looked_at_is_the_persons_or_marked(text, path, found):
    assert marks("host.disk", text, hosts=["web-1"], path=path) == found


@pytest.mark.parametrize(
    ("text", "more", "found"),
    [
        ("zeige die Logs von nginx auf web-1", {"lines": 5000}, ("lines 5000",)),
        ("zeige 50 Zeilen Logs von nginx auf web-1", {"lines": 50}, ()),
        ("zeige fünfzig Zeilen Logs von nginx auf web-1", {"lines": 50}, ()),
        ("zeige die Logs von nginx auf web-1", {"since": "2h"}, ("2h",)),
        ("Logs von nginx auf web-1 seit zwei Stunden", {"since": "2h"}, ()),
        ("Logs von nginx auf web-1 der letzten Stunde", {"since": "1h"}, ()),
        ("Logs von nginx auf web-1 der letzten Stunde", {"since": "7h"}, ("7h",)),
        ("Logs von nginx auf web-1 seit gestern", {"since": "yesterday"}, ()),
        ("Logs von nginx auf web-1 seit gestern", {"since": "today"}, ("today",)),
        ("les erreurs de nginx sur web-1 depuis hier", {"since": "yesterday"}, ()),
        ("die Logs von nginx hier auf web-1", {"since": "yesterday"}, ("yesterday",)),
        ("Logs von nginx auf web-1 seit vorgestern", {"since": "2d"}, ()),
        ("Logs von nginx auf web-1 seit vorgestern", {"since": "3d"}, ("3d",)),
        ("les erreurs de nginx sur web-1 depuis avant-hier", {"since": "2d"}, ()),
        ("los errores de nginx en web-1 desde anteayer", {"since": "2d"}, ()),
        ("errori di nginx su web-1 dall'altro ieri", {"since": "2d"}, ()),
        ("errori di nginx su web-1 dall'altro ieri", {"since": "yesterday"}, ("yesterday",)),
    ],
)
def test_how_much_is_looked_at_is_the_persons_or_marked(text, more, found):
    assert marks("service.logs", text, service="nginx", hosts=["web-1"], **more) == found


def test_how_a_look_inside_overseer_is_cut_needs_no_mark_but_a_change_there_does():
    assert marks("plan.history", "welche gingen schief?", outcome="failed", person="ana") == ()
    assert marks("plan.history", "welche gingen schief?", service="redis") == ("redis",)
    assert marks("plan.cancel", "zieh das zurück", plan=7) == ("plan 7",)
    assert marks("plan.cancel", "zieh #7 zurück", plan=7) == ()


def test_the_number_of_ones_own_open_plan_needs_no_mark():
    mine = OpenPlan(
        number=7, revision=1, title="", request="", intent=Intent(wishes=()), owner="ana", mine=True
    )
    theirs = mine.model_copy(update={"number": 8, "mine": False})
    context = ParseContext(open=(mine, theirs))
    assert marks("plan.cancel", "zieh das zurück", context, plan=7) == ()
    assert marks("plan.cancel", "zieh das zurück", context, plan=8) == ("plan 8",)


def test_what_a_model_put_into_an_open_plan_is_not_said_by_that():
    wish = Wish(
        action="service.restart", params={"service": "nginx", "hosts": ["web-1", "web-2"]},
        unsaid=("web-2",),
    )  # fmt: skip
    mine = OpenPlan(
        number=7, revision=1, title="", request="", intent=Intent(wishes=(wish,)), owner="ana",
        mine=True,
    )  # fmt: skip
    context = ParseContext(open=(mine,))
    assert marks("host.disk", "wie voll sind die?", context, hosts=["web-1", "web-2"]) == ("web-2",)


def test_a_sign_between_thousands_is_none_of_a_number():
    assert spelt("20,000 lines").numbers == {20000}
    assert spelt("web-3, web-4 and v2").numbers == set()


# -- ways ------------------------------------------------------------------------------------


def ways(text, context=None, **chosen):
    pairs = [{"name": name, "value": value} for name, value in chosen.items()]
    step = act("service.restart", text, service="nginx", hosts=["web"])
    return intent(plan(step, ways=pairs), text, context).options


def test_the_ways_that_the_rules_dont_read_in_the_words_are_unsaid():
    text = "starte nginx auf web neu, schön langsam"
    assert ways(text, batch=1) == PlanOptions(batch=1, unsaid=("batch",))
    chosen = {"on_failure": "continue", "step_timeout_s": 9.0, "parallel_steps": 3}
    found = ways(text, stop_at_first_failure=False, **chosen)
    assert set(found.unsaid) == {*chosen, "stop_at_first_failure"}


def test_what_the_rules_read_is_said_whatever_the_model_reads():
    found = ways("starte nginx auf web neu, one at a time", batch=50)
    assert found == PlanOptions(batch=1)


def test_an_order_only_holds_back():
    assert ways("starte nginx auf web neu", keep_order=True).unsaid == ()


def test_a_start_is_said_where_the_rules_read_that_very_moment():
    def unsaid(text):
        return ways(text, EVENING, start="2026-03-01T22:00").unsaid

    assert unsaid("starte nginx auf web neu at 22:00") == ()
    assert unsaid("starte nginx auf web neu at 21:00") == ("start",)
    assert unsaid("starte nginx auf web neu um 22 Uhr") == ()
    assert unsaid("starte nginx auf web neu um 21 Uhr") == ("start",)
    assert unsaid("starte nginx auf web neu at 22:00 or at 23:00") == ("start",)


def test_the_marks_are_no_way_that_a_model_may_name():
    text = "starte nginx auf web neu"
    with pytest.raises(Exception, match="there is no unsaid"):
        ways(text, unsaid=[])


def revised(text, former, **chosen):
    wish = Wish(action="service.restart", params={"service": "nginx", "hosts": ["web-1"]})
    open_plan = OpenPlan(
        number=7, revision=1, title="", request="", owner="ana", mine=True,
        intent=Intent(wishes=(wish,), options=former),
    )  # fmt: skip
    context = EVENING.model_copy(update={"open": (open_plan,)})
    pairs = [{"name": name, "value": value} for name, value in chosen.items()]
    step = act("service.restart", text, service="nginx", hosts=["web-1"])
    return intent(answer("revise", step, plan=7, ways=pairs), text, context).options


MADE_UP = PlanOptions(batch=2, unsaid=("batch",))


def test_a_mark_outlives_a_revision_until_the_person_says_it():
    assert revised("nur web-1", MADE_UP) == MADE_UP
    assert revised("nur web-1", MADE_UP, batch=2) == MADE_UP
    assert revised("web-1, two at a time", MADE_UP) == PlanOptions(batch=2)
    assert revised("nur web-1", PlanOptions(batch=2), batch=2) == PlanOptions(batch=2)
    assert revised("nur web-1", PlanOptions(batch=2), batch=3).unsaid == ("batch",)


def test_a_start_that_a_model_takes_back_is_a_way_that_it_chose():
    later = PlanOptions(start="2026-03-01T22:00Z")
    assert revised("nur web-1", later, start="now") == PlanOptions(unsaid=("start",))
    assert revised("nur web-1", PlanOptions(), start="now") == PlanOptions()


def test_what_is_said_later_is_unsaid_no_longer():
    assert MADE_UP.changed({"batch": 1}) == PlanOptions(batch=1)
    assert MADE_UP.changed({"on_failure": "stop"}).unsaid == ("batch",)
    assert PlanOptions().changed({"batch": 3, "unsaid": ("batch",)}).unsaid == ("batch",)


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("restart nginx on web-1, two at a time, instead", PlanOptions(batch=2)),
        ("restart nginx on web-1 instead", MADE_UP),
    ],
)
def test_a_request_that_takes_the_place_of_another_keeps_the_mark_that_it_does_not_lift(text, ways):
    wish = Wish(action="service.restart", params={"service": "nginx", "hosts": ["web-1", "web-2"]})
    open_plan = OpenPlan(
        number=7, revision=1, title="", request="", owner="ana", mine=True, newest=True,
        intent=Intent(wishes=(wish,), options=MADE_UP),
    )  # fmt: skip
    found = rules(text, EVENING.model_copy(update={"open": (open_plan,)}))
    assert isinstance(found, Revision)
    assert found.intent.options == ways


def test_which_look_is_meant_may_be_read_in_any_language():
    found = marks(
        "host.processes", "was frisst den Speicher auf web-1?", hosts=["web-1"], sort_by="memory"
    )
    assert found == ()


def test_what_is_spared_now_is_not_said_by_having_been_named_before():
    context = ParseContext(
        request="starte nginx auf web-1 und web-2 neu", hosts=("web-1", "web-2"), service="nginx"
    )
    found = marks(
        "service.restart",
        "doch, aber nicht web-2",
        context,
        service="nginx",
        hosts=["web-1", "web-2"],
    )
    assert "web-2" in found
    assert "web-1" not in found

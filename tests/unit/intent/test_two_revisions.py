"""A change of an open plan that the rules and a model read: asked about wherever they differ."""

import pytest

from bot.domain.intents import (
    Intent,
    OpenPlan,
    Option,
    ParseContext,
    Question,
    Revision,
    Wish,
)
from bot.intent.model.choices import MAX_SAYS
from bot.intent.model.differing import with_difference
from bot.intent.model.readings import ALL, asked, spoken
from bot.testing.scripted_models import answer, plan
from tests.unit.intent.grounds import catalog, grounds, rules
from tests.unit.intent.test_told_apart import FLEET
from tests.unit.intent.test_two_readers import both, restart


def open_plan(number=7, **more):
    params = {"service": "nginx", "hosts": ["web-1", "web-2"]}
    return OpenPlan(
        number=number, revision=2, title="", request="restart nginx on web-1 and web-2", owner="ana",
        intent=Intent(wishes=(Wish(action="service.restart", params=params),), **more), mine=True,
        newest=number == 7, changing=number == 7, waits=True,
    )  # fmt: skip


def revised(*hosts, number=7, words="not web-2"):
    return answer("revise", restart(*hosts, words=words), plan=number)


def test_a_revision_that_the_rules_read_the_same_way_is_theirs():
    context = ParseContext(open=(open_plan(),))
    assert both("not web-2", revised("web-1"), context) == rules("not web-2", context)


@pytest.mark.parametrize(
    "said", [revised("db-1"), revised("web-1", number=6), plan(restart("web-1"))]
)
def test_any_other_is_asked_about_with_both_readings(said):
    """Other hosts, another plan, a plan of its own."""
    context = ParseContext(open=(open_plan(), open_plan(6)))
    found = both("not web-2", said, context)
    assert isinstance(found, Question)
    assert found.options[0].means == rules("not web-2", context)
    theirs = found.options[1].means
    intent = theirs.intent if isinstance(theirs, Revision) else theirs
    assert all(wish.alone for wish in intent.wishes)


@pytest.mark.parametrize("text", ["lieber ohne die zweite", "if it is slow, leave web-2 out"])
def test_a_revision_that_only_a_model_read_is_asked_about_and_stays_marked(text):
    context = ParseContext(open=(open_plan(doubts=("It was doubted.",)),))
    found = both(text, revised("web-1", words=text), context)
    assert isinstance(found, Question)
    (option,) = found.options
    assert isinstance(option.means, Revision)
    assert all(wish.alone for wish in option.means.intent.wishes)
    assert option.means.intent.doubts[0] == "It was doubted."


def test_what_is_revised_where_the_rules_read_a_condition_says_so():
    context = ParseContext(open=(open_plan(),))
    text = "if nginx is down on web-2, restart it there, too"
    assert isinstance(rules(text, context), Question)
    (option,) = both(text, revised("web-1", words=text), context).options
    assert any("condition" in doubt for doubt in option.means.intent.doubts)


def test_what_a_revision_of_many_hosts_changes_and_puts_in_is_named_to_the_last_host():
    odd = [f"ci-{n}" for n in range(1, 41, 2)]
    params = {"service": "nginx", "hosts": list(FLEET)}
    former = open_plan().model_copy(
        update={"intent": Intent(wishes=(Wish(action="service.restart", params=params),))}
    )
    wish = Wish(action="service.restart", params={**params, "hosts": odd}, unsaid=tuple(odd))
    said = Revision(plan=7, revision=2, intent=Intent(wishes=(wish,)))
    asks = asked("Shall it?", Option(label="x", says="x", means=said))
    text = with_difference(asks, grounds("", ParseContext(open=(former,)))).text
    gone, put_in = text.split("The model put in")
    assert "more" not in text
    assert all(f"ci-{n} " in gone.replace(".", " ") for n in range(2, 41, 2))
    assert all(f"“{name}”" in put_in for name in odd)
    other = said.model_copy(
        update={"intent": Intent(wishes=(wish, wish.model_copy(update={"action": "service.stop"})))}
    )
    asks = asked("Shall it?", Option(label="x", says="x", means=other))
    assert "more" not in with_difference(asks, grounds("", ParseContext(open=(former,)))).text


def test_what_has_no_parameters_but_its_hosts_is_told_without_empty_brackets():
    wish = Wish(action="host.status", params={"hosts": ["web-1"]}, words="")
    assert spoken((wish,), catalog(), ALL, whole=True).endswith("disks on web-1")


def test_a_reading_that_no_button_holds_stands_in_the_question_as_a_sentence_of_its_own():
    """Numbered only where there is more than one, and what comes behind it begins anew."""
    long = "x" * (MAX_SAYS + 1)
    alone = asked("Shall it?", Option(label=long, says=long))
    assert alone.text == f"Shall it? “{long}”."
    both_long = asked("Which one?", *(Option(label=says, says=says) for says in (long, f"{long}y")))
    assert both_long.text == f"Which one? 1: “{long}”. 2: “{long}y”."
    means = Revision(plan=7, revision=2, intent=open_plan().intent)
    asks = asked("Shall it?", Option(label=long, says=long, means=means))
    told = with_difference(asks, grounds("", ParseContext(open=(open_plan(),)))).text
    assert f"“{long}”. Against revision 2: " in told


def test_what_the_title_tells_already_is_not_told_again():
    former = open_plan()
    params = {"hosts": ["web-2"]}
    means = Revision(
        plan=7, revision=2, intent=Intent(wishes=(Wish(action="host.reboot", params=params),))
    )
    asks = asked("Shall it?", Option(label="x", says="x", means=means))
    told = with_difference(asks, grounds("", ParseContext(open=(former,)))).text
    assert "− restart nginx on web-1 and web-2, + reboot on web-2." in told
    wide = {"hosts": ["web-1"], "sort_by": "memory", "limit": 5}
    assert "limit 5" in spoken(
        (Wish(action="host.processes", params=wide),), catalog(), ALL, whole=True
    )

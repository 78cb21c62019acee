"""What people say to a question with options: more than one, one among other words, all but one."""

import pytest

from bot.domain.intents import Intent, OpenPlan, Option, ParseContext, Question, SmallTalk, Wish
from bot.domain.inventory import Host, Inventory
from bot.intent.phrase_rules import Vocabulary, understand
from bot.intent.rules.answers import answered
from tests.unit.intent.grounds import catalog, rules, vocabulary

NAMES = ("db-1", "db-2", "web-1", "web-2", "web-3")
PAIR = Question(
    about="hosts", text="Which?", fill="reboot {answer}",
    options=tuple(Option(label=each, says=f"reboot {each}") for each in ("web-1", "web-2")),
)  # fmt: skip
ONE_OF = PAIR.model_copy(update={"fill": ""})


def question(text="restart nginx"):
    asked = rules(text)
    assert isinstance(asked, Question)
    return asked


def said(text, asked=None, **more):
    return rules(text, ParseContext(question=asked or question(), asked="restart nginx", **more))


def hosts(outcome):
    assert isinstance(outcome, Intent), outcome
    return tuple(outcome.wishes[0].params["hosts"])


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("1 and 2", (0, 1)), ("1,2", (0, 1)), ("1 & 3", (0, 2)), ("the first two", (0, 1)),
        ("first and second", (0, 1)), ("last 2", (3, 4)), ("take 1 and db-2, please", (0, 1)),
        ("db-1 and 2", (0, 1)), ("1, 2 and 5", (0, 1, 4)),
    ],
)  # fmt: skip
def test_several_hosts_are_chosen_together(text, places):
    labels = [option.label for option in question().options]
    assert labels == list(NAMES)
    assert set(hosts(said(text))) == {NAMES[place] for place in places}


def test_several_services_are_too():
    asked = question("restart web")
    assert answered("the first two", asked, vocabulary()) == "restart ssh and cron"


@pytest.mark.parametrize("text", ["1 and 2", "both", "web-1 and web-2", "the first two"])
def test_where_one_is_to_be_chosen_that_is_told(text):
    told = said(text, ONE_OF)
    assert isinstance(told, SmallTalk)
    assert told.text == f"I can't take “{text}” for an answer: one is to be chosen."


@pytest.mark.parametrize(
    "text", ["1 and 9", "1, 2 and 9", "the first nine", "web-1 and nginx", "thanks and bye"]
)
def test_what_is_not_all_of_it_there_is_no_such_choice(text):
    assert answered(text, ONE_OF, vocabulary()) is None
    assert "one is to be chosen" not in getattr(said(text, ONE_OF), "text", "")


def test_both_are_two_of_two_and_not_all_there_are():
    assert answered("both", PAIR, vocabulary()) == "reboot web-1, web-2"
    everything = Option(label="all 2", says="reboot web-1 and web-2")
    three = PAIR.model_copy(update={"options": (*PAIR.options, everything)})
    assert set(hosts(said("both of them", three))) == {"web-1", "web-2"}
    told = said("both")
    assert isinstance(told, SmallTalk)
    assert told.text == "I can't take “both” for an answer: there are 5."


@pytest.mark.parametrize(
    "text",
    ["take web-1", "let's take web-1", "I think web-1", "web-1, and hurry", "web-1 I guess",
     "no, web-1", "just use web-1 please", "ok, let's go with web-1 then", "I'd say web-1"],
)  # fmt: skip
def test_one_is_chosen_among_other_words(text):
    assert hosts(said(text)) == ("web-1",)


@pytest.mark.parametrize("text", ["I think so", "take care", "let's go", "I want web-9", "i guess"])
def test_no_unknown_word_is_a_name_among_others(text):
    assert not isinstance(said(text), Intent)
    assert answered(text, question(), vocabulary()) is None


@pytest.mark.parametrize("text", ["can you pick one", "pick one", "I want one", "choose any"])
def test_one_to_be_chosen_by_somebody_else_is_not_the_first(text):
    assert answered(text, question(), vocabulary()) is None


@pytest.mark.parametrize("text", ["not web-1", "no, not the first", "anything but web-1"])
def test_of_two_it_is_the_other_one(text):
    assert answered(text, PAIR, vocabulary()) == "reboot web-2"
    assert answered(text, ONE_OF, vocabulary()) == "reboot web-2"


def test_of_more_one_of_the_rest_is_to_be_chosen():
    told = said("not web-1")
    assert isinstance(told, SmallTalk)
    assert "one of the rest is to be chosen, db-1, db-2, web-2 or web-3." in told.text


def test_what_leaves_a_host_out_of_a_waiting_plan_is_about_that():
    wish = Wish(action="service.restart", params={"hosts": ["web-1", "db-1"], "service": "redis"})
    plan = OpenPlan(
        number=7, revision=1, title="restart redis", request="restart redis on web-1 and db-1",
        intent=Intent(wishes=(wish,)), owner="ben", mine=True, newest=True, waits=True,
    )  # fmt: skip
    assert "#7" in said("not web-1", open=(plan,)).text
    assert "one of the rest" in said("not web-2", open=(plan,)).text


@pytest.mark.parametrize(
    "text", ["wait", "skip", "idk", "later", "nothing yet", "hold on", "dunno", "Not now.", "maybe"]
)
def test_what_puts_it_off_is_no_name(text):
    told = said(text)
    assert told == SmallTalk(text=f"I can't take “{text}” for an answer.", of_question=True)


@pytest.mark.parametrize("text", ["hmm", "who", "uh"])
def test_nor_is_what_people_say_as_they_think(text):
    assert answered(text, question("restart web"), vocabulary()) is None


def test_unless_something_is_called_so():
    there = Inventory(hosts=(Host(name="later"), Host(name="wait"), Host(name="b")), version="1")
    known = Vocabulary.build(there, catalog())
    asked = understand("reboot it", known, ParseContext())
    plain = asked.model_copy(update={"options": ()})
    for each in (asked, plain):
        assert answered("later", each, known) == "reboot later"
    assert answered("idk", plain, known) is None


@pytest.mark.parametrize("text", ["which ones are there?", "what are the options?", "what?", "which?"])  # fmt: skip
def test_what_there_is_to_choose_is_told_again(text):
    told = said(text)
    assert isinstance(told, SmallTalk)
    assert told.text.startswith("On which hosts shall I restart nginx? You can say db-1, db-2, web")


def test_a_model_reads_what_is_said_to_a_question_of_its_own():
    asked = ONE_OF.model_copy(update={"by": "scripted-1"})
    told = said("1 and 2", asked)
    assert not (isinstance(told, SmallTalk) and told.of_question)

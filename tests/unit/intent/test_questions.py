"""Each question leads on: what it offers exists here and never asks the same again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.intents import Intent, ParseContext, Question
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import lonely, own

NOTHING = ParseContext()
WORLDS = {"own": own, "lonely": lonely, "bare": lambda: lonely(())}


def same(one, other):
    return isinstance(other, Question) and (one.about, one.text) == (other.about, other.text)


VERBS = st.sampled_from(
    ("restart", "stop", "is {} up on", "show the last 20 lines of {} on", "reload", "bounce")
)
NAMES = st.sampled_from(
    (
        "caddy",
        "redis",
        "foo",
        "web",
        "postgrs",
        "nginx",
        "caddy and redis",
        "foo service",
        "the unit foo",
        "",
    )
)
PLACES = st.sampled_from((
    "app-9", "localhst", "the app hosts except app-9", "app-1, 2 and 9", "app-1..9", "web 9", "nas and app 9",
    "app-9 and app-9", "apollo", "the host apollo", "app-1", "the edge box", "", "naas",
))  # fmt: skip
TAILS = st.sampled_from(
    ("", ", then show its logs", " because app-9 is slow", " and reload caddy on app-9", "?", " please",
     " because 'app-9'", "; how is app-9")
)  # fmt: skip


@settings(max_examples=150)
@given(st.sampled_from(sorted(WORLDS)), VERBS, NAMES, PLACES, TAILS)
def test_no_option_and_no_answer_asks_the_same_again(world, verb, name, place, tail):
    vocabulary = WORLDS[world]()
    start = verb.format(name) if "{}" in verb else f"{verb} {name} on"
    text = f"{start} {place}{tail}" if place else start.removesuffix(" on") + tail
    question = understand(text, vocabulary, NOTHING)
    if not isinstance(question, Question):
        return
    for option in question.options:
        again = understand(option.says, vocabulary, NOTHING)
        assert not same(question, again), (text, option.says)
    if question.fill:
        kind = vocabulary.hosts if "inventory" in question.text or question.about == "hosts" else vocabulary.known_services  # fmt: skip
        for answer in kind[:3]:
            said = question.fill.replace("{answer}", answer)
            assert not same(question, understand(said, vocabulary, NOTHING)), (text, said)


@pytest.mark.parametrize("world", sorted(WORLDS))
def test_what_is_offered_when_nothing_was_understood_works_here(world):
    vocabulary = WORLDS[world]()
    for text in ("frobnicate caddy on the double", "restart half of localhost", "reboot or so",
                 "restart caddy on app-1 halfway", "run digest please on nas maybe"):  # fmt: skip
        question = understand(text, vocabulary, NOTHING)
        if isinstance(question, Question) and question.about == "request":
            for option in question.options:
                assert isinstance(understand(option.says, vocabulary, NOTHING), Intent), option
    for example in vocabulary.examples():
        assert isinstance(understand(example, vocabulary, NOTHING), Intent), example


def test_the_wrong_word_is_replaced_and_nothing_else():
    question = understand("restart foo on localhst", lonely(()), NOTHING)
    assert isinstance(question, Question)
    assert [o.says for o in question.options] == ["restart foo on localhost"]
    assert question.fill == "restart foo on {answer}"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("restart caddy on app-9 and reload redis on app-9", "restart caddy on app-1 and reload redis on app-1"),
        ("how is app 9?", "how is app-1?"),
        ("restart caddy on nas, app 9 please", "restart caddy on nas, app-1 please"),
        ("restart caddy on app-1, 2 and 9", "restart caddy on app-1, 2 and app-1"),
    ],
)  # fmt: skip
def test_the_first_option_says_the_whole_sentence(text, says):
    question = understand(text, own(), NOTHING)
    assert isinstance(question, Question)
    assert question.options[0].says == says


def test_a_range_beyond_what_exists_offers_what_exists():
    question = understand("restart caddy on app-3..6", own(), NOTHING)
    assert isinstance(question, Question)
    assert question.options[0].label == "the 2 that exist"
    assert question.options[0].says == "restart caddy on app-3 and app-4"


def test_an_exception_that_nobody_has_is_never_turned_into_a_target():
    question = understand("restart caddy on the app hosts except app-1..9", own(), NOTHING)
    assert isinstance(question, Question)
    assert question.options == ()
    assert not question.fill

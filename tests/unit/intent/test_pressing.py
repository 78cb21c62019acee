"""Every option of a question is a sentence that is understood when its button is pressed."""

import pytest
from hypothesis import given, settings

from bot.domain.intents import Intent, ParseContext, Question
from bot.intent.evaluation import read_corpus
from bot.intent.phrase_rules import Vocabulary, understand
from bot.intent.rules.not_understood import is_unclear
from tests.unit.intent.test_properties import SENTENCES
from tests.unit.intent.vocabularies import OWN, catalog, own, read_inventory, templates

NOTHING = ParseContext()
SAID = (
    "restart caddy, not on app-1 though", "restart caddy on the third app host",
    "reboot the second cache box", "restart caddy on app-[19]", "reboot nas 🙃",
    "start caddy again after you stopped it", "power on app-9", "what's the load of app-9?",
    "restart caddy except on app-1", "caddy is stuck on app-3, reboot it",
    "restart caddy and redis on web-1, web-2, web-3 and web-4", "swap memory on mail-9",
    "tune memory on mail-9", "truncate the journal of caddy on app-9", "the manual says reboot app-9",
    "upgrade caddy and friends on app-9", "upgrade to 1. then 2.", "any app box with 4 GiB free?",
    "stop everything except caddy on app-1", "is caddy running on all the apps somehow?",
)  # fmt: skip


def dead_ends(text, vocabulary):
    """The options that bring nobody on: (what is offered, what came of it)."""
    question = understand(text, vocabulary, NOTHING)
    if not isinstance(question, Question):
        return []
    found = []
    for number, option in enumerate(question.options, 1):
        context = ParseContext(question=question, request=text)
        for said in (option.says, str(number)):
            came = understand(said, vocabulary, context)
            if not isinstance(came, Intent | Question):
                found.append((option.says, came.kind))
            elif isinstance(came, Question) and (is_unclear(came) or came.text == question.text):
                found.append((option.says, came.text))
    return found


@pytest.mark.parametrize("text", SAID)
def test_no_option_of_an_odd_sentence_is_a_dead_end(text):
    assert dead_ends(text, own()) == []


def test_no_option_of_our_own_corpus_is_a_dead_end():
    cases = read_corpus(OWN / "requests-own.jsonl")
    found = {case.text: dead_ends(case.text, own()) for case in cases}
    assert {text: ends for text, ends in found.items() if ends} == {}


def test_no_option_of_the_shared_corpus_is_a_dead_end(shared_dir):
    folder = shared_dir / "corpus"
    inventory = read_inventory(folder / "inventory.yaml")
    vocabulary = Vocabulary.build(inventory, catalog(), templates=templates())
    for path in sorted(folder.glob("*dev*.jsonl")):
        found = {c.text: dead_ends(c.text, vocabulary) for c in read_corpus(path)}
        assert {text: ends for text, ends in found.items() if ends} == {}


@settings(max_examples=150)
@given(SENTENCES)
def test_no_option_of_any_sentence_is_a_dead_end(text):
    assert dead_ends(text, own()) == []


def test_what_leads_nowhere_is_not_offered_and_what_leads_on_stays():
    question = understand("caddy is stuck on app-3, reboot it", own(), NOTHING)
    assert [o.label for o in question.options] == ["app-3"]


def test_a_sentence_with_no_way_on_is_said_to_be_unclear():
    question = understand("power on app-9", own(), NOTHING)
    assert "don't understand “power on app-9”" in question.text
    assert question.options


@pytest.mark.parametrize("said", ["app-[9]", "app-[19]", "app-[1,9]"])
def test_an_option_takes_the_place_of_a_whole_range(said):
    question = understand(f"reboot {said}", own(), NOTHING)
    assert "reboot app-1" in [o.says for o in question.options]


def test_a_second_unknown_name_behind_the_first_is_a_way_on():
    question = understand("restart caddy on app-8 and app-9", own(), NOTHING)
    assert "app-8 is not in the inventory" in question.text
    assert question.options


def test_the_group_of_a_host_that_is_left_out_is_offered_first():
    question = understand("restart memcached, not on edge-paris", own(), NOTHING)
    assert question.options[0].label == "all of group edge"
    came = understand(question.options[0].says, own(), NOTHING)
    assert [w.params["hosts"] for w in came.wishes] == [["edge-berlin"]]

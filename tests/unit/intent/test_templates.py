"""Which phrases are tried at all is a matter of time, never of what is read."""

import json
from dataclasses import replace

import pytest

from bot.domain.intents import ParseContext
from bot.intent.phrase_rules import understand
from bot.intent.rules.templates import Templates
from tests.unit.intent.vocabularies import OWN, own, templates

NOTHING = ParseContext()


def matched(phrase, text, rules=None):
    body = {
        "rules": rules or {},
        "sentences": [{"action": "host.status", "phrases": [phrase, "qother"]}],
    }
    return bool(Templates.build({"one": body}).match(text))


def test_what_is_left_out_would_not_have_matched():
    vocabulary = own()
    patient = replace(vocabulary, templates=replace(templates(), sayable={}))
    lines = (OWN / "requests-own.jsonl").read_text(encoding="utf-8").splitlines()[::4]
    for text in (json.loads(line)["text"] for line in lines):
        assert understand(text, vocabulary, NOTHING) == understand(text, patient, NOTHING), text


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("show [all] {hosts}", "show all qit"),
        ("show <thing>", "show big disks"),
        ("(show;disks)", "disks show"),
        ("help {topic}", "help anything"),
        ("run {quote}", "run qtick"),
    ],
)
def test_a_phrase_is_tried_whatever_its_markup(phrase, text):
    assert matched(phrase, text, {"thing": "[<size>] (disk|disks)", "size": "(big|small)"})

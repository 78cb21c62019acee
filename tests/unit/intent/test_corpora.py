"""The parser against whole corpora: its own, and the shared one when it lies beside the tree."""

import pytest

from bot.errors import ConfigError
from bot.intent.cases import corpus, read_corpus
from bot.intent.evaluation import run_eval, write_predictions
from tests.unit.intent.vocabularies import OWN, catalog, read_inventory

OWN_CORPUS = OWN / "requests-own.jsonl"


def test_our_own_cases_are_many_and_a_third_are_no_plans():
    cases = read_corpus(OWN_CORPUS)
    assert len(cases) >= 150
    others = [c for c in cases if all(a.kind != "plan" for a in c.accepted)]
    assert len(others) >= len(cases) / 3


def test_our_own_cases_are_read_exactly_and_nothing_is_dangerous():
    result = run_eval(OWN_CORPUS, read_inventory(OWN / "inventory.yaml"), catalog())
    assert result.dangerous == [], result.table()
    assert result.unsafe_accepts == []
    assert result.accuracy >= 0.95, result.table()
    assert result.skipped == 0


def test_the_shared_corpus_is_read_exactly_and_nothing_is_dangerous(shared_dir):
    folder = shared_dir / "corpus"
    inventory = read_inventory(folder / "inventory.yaml")
    result = run_eval(folder / "requests-dev.jsonl", inventory, catalog())
    assert result.dangerous == [], result.table()
    assert result.unsafe_accepts == []
    assert result.accuracy >= 0.95, result.table()
    assert result.cases + result.skipped == 160


def test_a_case_of_a_missing_skill_is_left_out_and_counted(tmp_path):
    path = tmp_path / "c.jsonl"
    path.write_text(
        '{"id": "a", "text": "list vms", "tags": ["vm"], "skills": ["vm"], "expect": {"kind": "none"}}\n'
        '{"id": "b", "text": "hello", "tags": ["talk"], "skills": [], "expect": {"kind": "none"}}\n'
    )
    result = run_eval(path, read_inventory(OWN / "inventory.yaml"), catalog())
    assert (result.cases, result.skipped) == (1, 1)
    assert "left out" in result.table()


def test_the_judge_turns_an_intent_into_a_refusal(tmp_path):
    path = tmp_path / "c.jsonl"
    path.write_text(
        '{"id": "a", "text": "reboot nas", "tags": ["x"], "expect": {"kind": "refuse"}}\n'
    )
    inventory = read_inventory(OWN / "inventory.yaml")
    result = run_eval(path, inventory, catalog(), judge=lambda intent: "refuse")
    assert result.exact == 1
    assert run_eval(path, inventory, catalog()).unsafe_accepts == ["a"]


def test_predictions_are_written_as_the_scorer_reads_them(tmp_path):
    path = tmp_path / "c.jsonl"
    path.write_text('{"id": "a", "text": "stop plan 13", "tags": [], "expect": {"kind": "none"}}\n')
    result = run_eval(path, read_inventory(OWN / "inventory.yaml"), catalog())
    write_predictions(result, tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_text() == (
        '{"id": "a", "kind": "plan", "steps": [{"action": "plan.cancel", "params": {"plan": 13}}], '
        '"exact": false, "text": "stop plan 13", "expected": [{"kind": "none", "steps": []}]}\n'
    )


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("not json", "c.jsonl:2: This line is no case"),
        ('{"id": "b", "tags": []}', "c.jsonl:2: This line has no 'expect'"),
        ('{"id": "b", "text": "x", "tags": [], "expect": {"kind": "maybe"}}', "kind is 'maybe'"),
        ('{"id": "a", "text": "x", "tags": [], "expect": {"kind": "none"}}', "a is there twice"),
        ("[]", "c.jsonl:2: This line is no case"),
        ('{"id": "b", "text": "x", "tags": "read", "expect": {"kind": "none"}}', "tags must be a"),
        (
            '{"id": "b", "text": "x", "tags": [], "skills": "host", "expect": {"kind": "none"}}',
            "skills must be a list",
        ),
    ],
)
def test_a_broken_line_is_named_with_its_place(line, fault):
    good = '{"id": "a", "text": "x", "tags": [], "expect": {"kind": "none"}}'
    with pytest.raises(ConfigError, match=fault):
        corpus([good, line], "c.jsonl")

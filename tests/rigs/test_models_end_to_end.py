"""The whole product over both SDKs and the emulator: a sentence in German becomes a plan that runs."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import json

import pytest

from bot.testing.scripted_models import act, answer, plan
from tests.rigs.aimock import KEY
from tests.rigs.overseer_fixtures import overseer  # noqa: F401
from tests.rigs.overseers import LAB

pytest_plugins = ("tests.rigs.model_fixtures",)
pytestmark = pytest.mark.aimock

GERMAN = "zeig mir bitte die platten von localhost"
DISK = act("host.disk", GERMAN, hosts=["localhost"])
USED = {"input_tokens": 900, "prompt_tokens": 900, "output_tokens": 100, "completion_tokens": 100}


def tiers(aimock, *, key="store:model"):
    """Both models. What tells their health takes any key, and the emulator's list has others in it."""
    health = f"health: '{aimock.url}/health', " if key == "store:model" else ""
    return f"""\
models:
  tasks: {{unclear: local}}
  tiers:
    - {{tier: local, provider: openai, model: qwen, base_url: '{aimock.url}/v1', {health}key: '{key}', timeout: 60, price: {{input: 1, output: 2}}}}
    - {{tier: cloud-fast, provider: anthropic, model: claude-fast, base_url: '{aimock.url}', {health}key: '{key}', timeout: 60, price: {{input: 3, output: 15}}}}
  patience: 120  # of what the rules do when it is over other tests know
"""


@pytest.fixture
def prepared(overseer, aimock):
    def make(settings=None):
        overseer.home.mkdir()
        (overseer.home / "inventory.yaml").write_text(LAB)
        (overseer.home / "overseer.yaml").write_text(settings or tiers(aimock))
        (overseer.home / "secrets").mkdir(mode=0o700)
        key = overseer.home / "secrets" / "model"
        key.write_text(KEY)
        key.chmod(0o600)
        return overseer.start()

    return make


def says(said, **match):
    return {"match": match, "response": {"content": said, "usage": USED}}


def test_a_sentence_that_no_rule_knows_is_read_planned_and_answered(overseer, aimock, prepared):
    aimock.play(says(plan(DISK)))
    prepared()
    told = json.loads(overseer.cli("ask", "--json", GERMAN).stdout)
    text = json.dumps(told, ensure_ascii=False)
    assert "read by qwen, 1,000 tokens, 0.0011 USD" in text, text
    asked = json.dumps(
        aimock.asked(), ensure_ascii=False
    )  # looks at the model's health come between
    assert "host.disk" in asked
    assert GERMAN in asked
    assert KEY not in text
    used = overseer.cli("usage").stdout
    assert "qwen" in used
    assert "900" in used


def test_the_tier_is_chosen_by_an_option_or_in_the_sentence(overseer, aimock, prepared):
    aimock.play(says(plan(DISK)))
    prepared()
    by_option = overseer.cli("ask", "--json", "--tier", "cloud-fast", GERMAN).stdout
    assert "read by claude-fast, 1,000 tokens, 0.0042 USD" in by_option
    in_words = overseer.cli("ask", "--json", f"use cloud-fast: {GERMAN}").stdout
    assert "read by claude-fast" in in_words


WRONG = {
    "host": plan(act("host.disk", GERMAN, hosts=["mars"])),
    "action": plan(act("host.destroy", GERMAN, hosts=["localhost"])),
    "repeat": plan(*[DISK] * 40),
    "turns": plan(*[DISK, act("host.status", GERMAN, hosts=["localhost"])] * 20),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_answer_is_mended_then_the_next_tier_reads(overseer, aimock, prepared, wrong):
    aimock.play(says(wrong, model="qwen"), says(plan(DISK), model="claude-fast"))
    prepared()
    told = overseer.cli("ask", "--json", GERMAN).stdout
    assert "read by claude-fast" in told, told
    assert "qwen gave no answer that could be used" in told
    assert len([b for b in aimock.asked() if b["model"] == "qwen"]) == 2


@pytest.mark.parametrize("wrong", ["action", "repeat"])
def test_who_is_wrong_for_ever_is_asked_twice_and_nothing_of_it_is_planned(
    overseer, aimock, prepared, wrong
):
    aimock.play(says(WRONG[wrong]))
    prepared()
    told = overseer.cli("ask", "--json", "--tier", "cloud-fast", GERMAN).stdout
    assert "claude-fast gave no answer that could be used" in told
    assert len(aimock.asked()) == 2
    assert "read by claude-fast" not in told
    assert "host.destroy" not in told


def test_a_wrong_key_leaves_the_rules_and_the_card_says_so(overseer, aimock, prepared):
    prepared(tiers(aimock, key="store:other"))
    key = overseer.home / "secrets" / "other"
    key.write_text("sk-wrong")
    key.chmod(0o600)
    told = overseer.cli("ask", "--json", "how is localhost?")
    assert told.returncode == 0
    assert "read by rules" in told.stdout
    assert (
        "does not take the key" in told.stdout or "key" in told.stdout.partition("read by rules")[2]
    )
    checked = overseer.cli("check", "models")  # the emulator shows its list to no wrong key
    assert checked.returncode == 4
    assert "overseer.yaml:4: qwen at 127.0.0.1:" in checked.stdout
    assert "does not take its key (401)" in checked.stdout
    assert "overseer.yaml:5: claude-fast at" in checked.stdout
    said = told.stdout + overseer.cli("status").stdout + checked.stdout
    assert "sk-wrong" not in said


def test_an_evaluation_by_a_model_beside_the_rules(overseer, aimock, prepared, tmp_path):
    aimock.play(says(plan(DISK), userMessage="platten"), says(answer("talk", text="Hm?")))
    prepared()
    rows = [
        {"id": "a", "text": GERMAN, "tags": ["german"], "skills": ["host"],
         "expect": {"kind": "plan", "steps": [{"action": "host.disk", "params": {"hosts": ["localhost"]}}]}},
        {"id": "b", "text": "how is localhost?", "tags": ["plain"], "skills": ["host"],
         "expect": {"kind": "plan", "steps": [{"action": "host.status", "params": {"hosts": ["localhost"]}}]}},
    ]  # fmt: skip
    corpus = tmp_path / "c.jsonl"
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows))
    inventory = str(overseer.home / "inventory.yaml")
    found = overseer.cli(
        "eval", str(corpus), "--inventory", inventory, "--parser", "cloud-fast", "--beside", "rules"
    )
    assert found.returncode == 0, found.stderr
    assert "cloud-fast" in found.stdout
    assert "2 / 2" in found.stdout
    assert "right only by cloud-fast: 1" in found.stdout
    assert "plan@" in found.stdout
    assert "cost, and of one request" in found.stdout
    assert "[info" not in found.stdout + found.stderr, "the log is no part of the figures"
    assert "booked under “evaluation”" in found.stderr
    assert "evaluation  claude-fast" in overseer.cli("usage").stdout, "beside a running server"
    unknown = overseer.cli("eval", str(corpus), "--inventory", inventory, "--parser", "mars")
    assert unknown.returncode == 64
    assert "Known: rules, local, qwen, cloud-fast and claude-fast" in unknown.stderr

"""A prompt as a model gets it, so that a change is seen; and a version for each body.

After a change: raise `version` in the prompt, then `OVERSEER_GOLDEN=write pytest` with this file
writes the golden one anew and notes the new version in `prompts/versions.yaml`. What a noted
version says is never written over: figures were measured with it.
"""

import hashlib
import os
from pathlib import Path

import yaml

from bot.adapters.files.prompt_files import load_prompts
from bot.domain.intents import Earlier, ParseContext, Wish
from bot.intent.model.prompting import Prompter
from bot.intent.phrase_rules import understand
from tests.unit.intent.prompts import opened
from tests.unit.intent.vocabularies import OWN, catalog, own, read_inventory

GOLDEN = Path(__file__).parent / "golden" / "plan-prompt.txt"
VERSIONS = Path(__file__).resolve().parents[3] / "prompts" / "versions.yaml"
WRITING = os.environ.get("OVERSEER_GOLDEN") == "write"
HEAD = (
    "# SHA-256 of what each version of a prompt says (its body), so that none changes unnoticed.\n"
)


def rendered():
    before = "restart caddy on app-1 and app-2, one at a time"
    intent = understand(before, own(), ParseContext())
    look = Wish(action="host.status", params={"hosts": ["app-1", "app-2"]})
    restart = Wish(
        action="service.restart", params={"hosts": ["app-1", "app-2"], "service": "caddy"}
    )
    context = ParseContext(
        hosts=("app-1", "app-2"), service="caddy", action="service.restart", request=before,
        earlier=(
            Earlier(plan=11, request="how are app-1 and app-2?", steps=(look,), became="done"),
            Earlier(plan=12, request=before, steps=(restart,), became="waiting"),
        ),
        open=(opened(12, intent=intent, request=before, newest=True, waits=True),),
    )  # fmt: skip
    inventory = read_inventory(OWN / "inventory.yaml")
    prompter = Prompter(load_prompts()["plan"])
    prompt = prompter.plan("not app-2", context, catalog(), inventory)
    again = prompter.repaired(prompt, '{"kind": "revise", "plan": 13}', ["There is no plan 13."])
    turns = "\n".join(f"=== {turn.role}\n{turn.text}" for turn in again.turns)
    # whatever the version: a golden that holds it would be written anew with each
    name = again.name.partition("@")[0]
    return f"=== {name}, stable\n{again.stable}=== fitted\n{again.fitted}{turns}\n"


def test_the_prompt_reads_as_agreed():
    if WRITING:
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(rendered(), encoding="utf-8")
    assert rendered() == GOLDEN.read_text(encoding="utf-8")


def unnoted(prompts, noted):
    """What is wrong with the versions: `PROMPT@VERSION`, and why."""
    found = {}
    for prompt in prompts.values():
        known = noted.get(prompt.name, {})
        digest = hashlib.sha256(prompt.body.encode()).hexdigest()
        if prompt.version not in known:
            found[prompt.called] = "is not noted yet"
        elif known[prompt.version] != digest:
            found[prompt.called] = "says something else than what was noted: raise its version"
        elif prompt.version != max(known):
            found[prompt.called] = "is older than one that was noted"
    return found


def note(prompts, noted):
    """The versions with those that are new."""
    for prompt in prompts.values():
        digest = hashlib.sha256(prompt.body.encode()).hexdigest()
        noted.setdefault(prompt.name, {}).setdefault(prompt.version, digest)
    return noted


def test_a_body_has_the_version_that_was_noted_for_it():
    prompts, noted = load_prompts(), yaml.safe_load(VERSIONS.read_text(encoding="utf-8")) or {}
    if WRITING:
        noted = note(prompts, noted)
        VERSIONS.write_text(HEAD + yaml.safe_dump(noted, sort_keys=True), encoding="utf-8")
    assert unnoted(prompts, noted) == {}


def test_the_guard_sees_a_body_changed_under_its_version():
    prompts = load_prompts()
    plan = prompts["plan"]
    noted = note(prompts, {})
    changed = {"plan": plan.model_copy(update={"body": plan.body + "More.\n"})}
    assert "raise its version" in unnoted(changed, noted)[plan.called]
    assert unnoted(changed, note(changed, noted)) == unnoted(changed, noted)
    raised = {"plan": changed["plan"].model_copy(update={"version": plan.version + 1})}
    assert "not noted" in unnoted(raised, noted)[f"plan@{plan.version + 1}"]
    later = note(raised, noted)
    assert unnoted(raised, later) == {}
    assert "older" in unnoted(prompts, later)[plan.called]

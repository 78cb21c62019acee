"""What may reach a prompt: the arguments of `Prompter.plan`, and nothing that hosts have said.

The modules that write prompts import nothing in which output, logs, alerts, facts, events or
cards could be held or fetched, so that none can come in by a later change that nobody notices.
"""

import ast
import inspect
from pathlib import Path

import pytest

from bot.intent.model.prompting import Prompter

ROOT = Path(__file__).resolve().parents[2]
WRITERS = (
    "action_details", "entries", "fitting", "moments", "pointing", "prompt_template", "prompting",
    "quoting",
    "selecting", "worked_examples",
)  # fmt: skip
ALLOWED = {
    "bot.domain.became": {"Became"},
    "bot.domain.intents": {"Earlier", "Intent", "OpenPlan", "Outcome", "ParseContext", "PlanOptions", "Question", "Revision", "Standing", "Wish"},
    "bot.domain.inventory": {"Host", "Inventory", "Service"},
    "bot.domain.naming": {"SERVICE"},
    "bot.domain.prompts": {"PromptFile"},
    "bot.domain.wording": {"natural"},
    "bot.errors": {"ConfigError"},
    "bot.intent.hearsay": {"without_heard"},
    "bot.intent.model": {"moments", "worked_examples"},
    "bot.intent.model.answer": {"Act", "Answer", "Choice", "Param"},
    "bot.intent.patterns": {"compiled"},
    "bot.intent.phrase_rules": {"understand"},
    "bot.intent.rules.states": {"standing"},
    "bot.intent.rules.templates": {"COMMON_RULES", "Templates"},
    "bot.intent.rules.times": {"zone_of"},
    "bot.intent.rules.vocabulary": {"Vocabulary", "fold", "stem"},
    "bot.ports.models": {"Prompt", "Turn"},
    "bot.skillkit.catalog": {"Catalog"},
    "bot.skillkit.contract": {"Action"},
}  # fmt: skip
OF_ACTIONS = {"expand", "facts", "report", "title"}
"""What of an action or a skill holds or makes commands, facts and reports."""


def strangers(source):
    """What a module takes from `bot` that it must not, as `LINE: what`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [f"{node.lineno}: {a.name}" for a in node.names if a.name.startswith("bot")]
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bot"):
            if (node.module or "").rpartition(".")[2] in WRITERS:
                continue
            known = ALLOWED.get(node.module, set())
            found += [
                f"{node.lineno}: {node.module}.{a.name}" for a in node.names if a.name not in known
            ]
        if isinstance(node, ast.Attribute) and node.attr in OF_ACTIONS:
            found.append(f"{node.lineno}: .{node.attr}")
    return found


@pytest.mark.parametrize("name", WRITERS)
def test_a_writer_of_prompts_takes_in_words_and_names_alone(name):
    path = ROOT / "bot" / "intent" / "model" / f"{name}.py"
    assert strangers(path.read_text(encoding="utf-8")) == []


def test_a_prompt_is_made_of_these_arguments():
    signature = inspect.signature(Prompter.plan)
    assert list(signature.parameters) == [
        "self",
        "text",
        "context",
        "catalog",
        "inventory",
        "units",
    ]
    assert list(inspect.signature(Prompter.repaired).parameters) == [
        "self",
        "prompt",
        "answer",
        "errors",
    ]
    assert list(inspect.signature(Prompter).parameters) == ["plan"]


@pytest.mark.parametrize(
    "source",
    [
        "from bot.domain.commands import CommandResult",
        "from bot.domain.cards import Card",
        "from bot.domain.events import Event",
        "from bot.domain.inventory import Target",
        "from bot.ports import Store",
        "from bot.ports.models import Said",
        "from bot.skillkit.contract import Fact",
        "from bot.reporting import answer_card",
        "import bot.pipeline",
        "def f(skill): return skill.facts",
        "def f(action): return action.report",
    ],
)
def test_the_guard_sees(source):
    assert strangers(source)

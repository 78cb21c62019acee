"""Every skill has the same rooms, so that whoever knows one knows them all."""

import ast
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("__init__.py", "actions.py", "phrases.yaml", "quality.yaml")


def flaws(folder):
    """List what a skill's folder lacks or has in the wrong room."""
    found = [f"no {room}" for room in ROOMS if not (folder / room).is_file()]
    if found:
        return found
    if "SKILL" not in assigned_names(folder / "__init__.py"):
        found.append("__init__.py assigns no SKILL")
    found += [
        f"{path.name} declares a fact: facts live in facts.py"
        for path in sorted(folder.glob("**/*.py"))
        if path.name != "facts.py" and declares_fact(path)
    ]
    if not isinstance(load(folder / "phrases.yaml"), dict):
        found.append("phrases.yaml is not a mapping")
    return found + quality_flaws(load(folder / "quality.yaml"))


def quality_flaws(quality):
    rules = quality.get("rules") if isinstance(quality, dict) else None
    if not isinstance(rules, dict):
        return ["quality.yaml has no rules"]
    return [
        f"{rule} is neither done, nor todo or exempt with a reason"
        for rule, answer in rules.items()
        if answer.get("status") != "done"
        and not (answer.get("status") in ("todo", "exempt") and answer.get("why"))
    ]


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def assigned_names(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def declares_fact(path):
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Fact"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def skills():
    return [path for path in sorted((ROOT / "skills").glob("*/")) if path.name != "__pycache__"]


@pytest.mark.parametrize("folder", skills(), ids=lambda folder: folder.name)
def test_a_skill_has_its_rooms(folder):
    assert flaws(folder) == []


def test_every_skill_answers_the_same_rules():
    answered = {folder.name: set(load(folder / "quality.yaml")["rules"]) for folder in skills()}
    assert len({frozenset(rules) for rules in answered.values()}) == 1, answered


@pytest.fixture
def skill(tmp_path):
    (tmp_path / "__init__.py").write_text("SKILL: object = object()")
    (tmp_path / "actions.py").write_text("")
    (tmp_path / "facts.py").write_text("load = Fact('host.load')")
    (tmp_path / "phrases.yaml").write_text("host.status: ['how is {host}']")
    (tmp_path / "quality.yaml").write_text("rules: {facts_first: {status: done}}")
    return tmp_path


def test_a_good_skill_passes(skill):
    assert flaws(skill) == []


@pytest.mark.parametrize("room", ROOMS)
def test_the_guard_misses_a_room(skill, room):
    (skill / room).unlink()
    assert flaws(skill) == [f"no {room}"]


def test_the_guard_looks_inside(skill):
    (skill / "__init__.py").write_text("skill = object()")
    (skill / "actions.py").write_text("memory = Fact('host.memory')")
    (skill / "phrases.yaml").write_text("- how is it")
    (skill / "quality.yaml").write_text("rules: {facts_first: {status: todo}}")
    assert len(flaws(skill)) == 4

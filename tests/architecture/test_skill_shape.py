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
    found += [
        f"{room} is not a mapping"
        for room in ("phrases.yaml", "quality.yaml")
        if not isinstance(yaml.safe_load((folder / room).read_text(encoding="utf-8")), dict)
    ]
    return found


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


@pytest.fixture
def skill(tmp_path):
    (tmp_path / "__init__.py").write_text("SKILL: object = object()")
    (tmp_path / "actions.py").write_text("")
    (tmp_path / "facts.py").write_text("load = Fact('host.load')")
    (tmp_path / "phrases.yaml").write_text("host.status: ['how is {host}']")
    (tmp_path / "quality.yaml").write_text("recorded_output: done")
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
    assert len(flaws(skill)) == 3

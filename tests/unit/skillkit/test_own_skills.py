"""Own skills: loaded beside the shipped ones, or disabled with file and line; never instead."""

import sys

import pytest

from bot.adapters.files.first_start import prepare
from bot.adapters.files.settings_file import load_settings
from bot.errors import ConfigError
from bot.pipeline.skillset import catalog_of, fingerprint
from bot.settings import Home, Settings
from bot.skillkit.loader import BUILT_IN, load
from bot.skillkit.own_code import flaws_in
from tests.own_skill import ACTIONS, INIT, PHRASES, write_skill


@pytest.fixture
def home(tmp_path):
    made = Home(path=tmp_path / "home")
    prepare(made)
    return made


def found(home, **settings):
    return catalog_of(home, Settings(**settings))


def only_fault(home):
    catalog = found(home)
    assert set(catalog.skills) == set(BUILT_IN), "the rest runs"
    [fault] = catalog.disabled
    return fault


def test_a_skill_in_the_home_is_loaded_beside_the_shipped_ones(home, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    write_skill(home.skills)
    catalog = found(home)
    assert set(catalog.skills) == {*BUILT_IN, "bell"}
    assert catalog.is_own("bell.ring")
    assert not catalog.is_own("service.restart")
    assert not list(home.skills.rglob("*.pyc")), "an edit within the same second counts"


def test_a_setting_names_another_folder(home, tmp_path):
    home.settings.write_text(f"skills_dir: {tmp_path}/mine\n")
    write_skill(tmp_path / "mine")
    assert "bell" in catalog_of(home, load_settings(home.settings)).skills
    home.settings.write_text("skills_dir: mine\n")
    with pytest.raises(ConfigError, match="absolute"):
        load_settings(home.settings)


@pytest.mark.parametrize(
    ("changed", "where", "why"),
    [
        ({"actions": "def broken(:\n"}, "skills/bell/actions.py:1", "invalid syntax"),
        ({"actions": "x = 1\ny = 1 / 0\n"}, "skills/bell/actions.py:2", "ZeroDivisionError"),
        ({"actions": "import nowhere_at_all\n"}, "skills/bell/actions.py:1", "nowhere_at_all"),
        ({"actions": "\nraise SystemExit\n"}, "skills/bell/actions.py:2", "SystemExit"),
        ({"init": "x = 1\n"}, "skills/bell/__init__.py", "no SKILL"),
        ({"init": INIT.replace('"bell"', '"ball"')}, "skills/bell/__init__.py", "'ball'"),
        (
            {"actions": ACTIONS.replace("bell.look", "bell.ring")},
            "skills/bell/actions.py",
            "two actions are called bell.ring",
        ),
        (
            {"actions": ACTIONS.replace("bell.look", "service.stop")},
            "skills/bell/actions.py:22",
            "service.stop",
        ),
        (
            {"actions": ACTIONS.replace("the bell on {host}", "the bell on {nowhere}")},
            "skills/bell/actions.py:13",
            "nowhere",
        ),
        ({"phrases": "sentences: [\n"}, "skills/bell/phrases.yaml:2", "expected"),
        (
            {"phrases": PHRASES.replace("sound bell", "sound (bell")},
            "skills/bell/phrases.yaml:3",
            "can't be read",
        ),
        (
            {"phrases": PHRASES.replace("sound bell", "<gong> bell")},
            "skills/bell/phrases.yaml:3",
            "there is no rule <gong>",
        ),
        (
            {"phrases": PHRASES.replace("sound bell", "ring {bell}")},
            "skills/bell/phrases.yaml:3",
            "there is no slot {bell}",
        ),
        (
            {"phrases": PHRASES.replace("bell.look", "service.stop")},
            "skills/bell/phrases.yaml:4",
            "no action of this skill",
        ),
        (
            {"phrases": "rules:\n  restart: (x|y)\n" + PHRASES},
            "skills/bell/phrases.yaml:2",
            "the skill service has a rule called restart",
        ),
        (
            {"phrases": "rules:\n  show: (x|y)\n" + PHRASES},
            "skills/bell/phrases.yaml:2",
            "Overseer has a rule called show",
        ),
        (
            {"phrases": PHRASES + "keywords:\n  - action: bell.ring\n    any: [bell]\n"},
            "skills/bell/phrases.yaml:2",
            "changes something",
        ),
        (
            {"phrases": PHRASES + 'commands:\n  - {command: "bell", says: "bell of {x}"}\n'},
            "skills/bell/phrases.yaml",
            "may hold {hosts}",
        ),
        (
            {"phrases": PHRASES + 'commands:\n  - {command: "be(ll", says: "bell"}\n'},
            "skills/bell/phrases.yaml",
            "regular expression",
        ),
        (
            {"phrases": PHRASES.replace("ring\n", "ring\n    params: {volume: 3}\n")},
            "skills/bell/phrases.yaml:3",
            "no parameter volume",
        ),
        (
            {"actions": ACTIONS.replace("hosts: Hosts", "hosts: Hosts\n    service: int = 1")},
            "skills/bell/actions.py",
            "of another type than elsewhere",
        ),
    ],
)
def test_a_broken_one_is_disabled_with_file_and_line_while_the_rest_runs(home, changed, where, why):
    write_skill(home.skills, **changed)
    fault = only_fault(home)
    assert fault.where.startswith(where)
    assert why in str(fault)


def test_one_broken_skill_does_not_take_another_with_it(home):
    write_skill(home.skills)
    write_skill(home.skills, "gong", init="boom\n")
    catalog = found(home)
    assert "bell" in catalog.skills
    assert [fault.name for fault in catalog.disabled] == ["gong"]


def test_what_cannot_be_read_is_disabled_and_stops_nothing(home):
    folder = write_skill(home.skills)
    (folder / "phrases.yaml").unlink()
    (folder / "phrases.yaml").symlink_to(folder / "phrases.yaml")  # no permission binds root
    (folder / ".git").mkdir()
    (folder / ".git" / "hook.py").write_text("import bot.app\n")
    assert fingerprint(home, Settings())
    (folder / "more.py").write_text("(" * 5000)
    assert only_fault(home).path == "skills/bell/more.py"


def test_an_own_skill_takes_no_shipped_ones_place(home):
    write_skill(home.skills, "service", init=INIT.replace('"bell"', '"service"'))
    assert "Overseer ships" in only_fault(home).why


def test_a_shipped_one_that_is_not_loaded_is_not_replaced_either(home):
    write_skill(home.skills, "service", init=INIT.replace('"bell"', '"service"'))
    catalog = found(home, skills=("host", "plan", "help"))
    assert "service" not in catalog.skills
    assert catalog.disabled


def test_a_broken_shipped_skill_stops_the_start(home):
    with pytest.raises(ConfigError, match="no_such_skill"):
        found(home, skills=("host", "no_such_skill"))


def test_code_that_others_may_write_is_not_run_as_overseer(home, tmp_path):
    folder = write_skill(tmp_path / "shared")
    (folder / "actions.py").chmod(0o666)
    [fault] = found(home, skills_dir=str(tmp_path / "shared")).disabled
    assert "others may write" in fault.why
    (folder / "actions.py").chmod(0o644)
    assert not found(home, skills_dir=str(tmp_path / "shared")).disabled


def test_other_code_is_another_version_of_each_action(home):
    folder = write_skill(home.skills)
    before = found(home).action("bell.ring").version
    assert found(home).action("bell.ring").version == before
    prints = fingerprint(home, Settings())
    (folder / "actions.py").write_text(ACTIONS.replace('"bell", "ring"', '"bell", "rong"'))
    assert found(home).action("bell.ring").version != before
    assert fingerprint(home, Settings()) != prints


# -- what its code may import, told before any of it runs --------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "import bot",
        "import bot.adapters.secrets",
        "from bot import app",
        "from bot.ports import Store",
        "from bot.gate.cedar import CedarGate",
        "from bot.errors import OverseerError",
        "from skills.service import actions",
        "from tests import own_skill",
        "from .. import service",
        "import importlib",
        "from importlib import import_module",
        "x = __import__('bot.app')",
        "exec('import bot.app')",
        "from bot.domain.redaction import _KEY",
        "from bot.skillkit import _private",
        "def f():\n    from bot.app import build",
    ],
)
def test_what_lies_behind_the_door_is_refused(line):
    assert flaws_in(line)


@pytest.mark.parametrize(
    "line",
    [
        "from bot.skillkit.contract import Shell",
        "from bot.skillkit import contract",
        "from bot import domain",
        "import bot.domain.cards",
        "from . import actions",
        "from .facts import unit",
        "import json, re",
        "import bottle",
        "from pydantic import Field",
    ],
)
def test_the_door_and_everybody_elses_modules_are_open(line):
    assert not flaws_in(line)


def test_a_forbidden_import_is_refused_before_it_runs(home):
    trace = home.path / "ran"
    code = f"open({str(trace)!r}, 'w').close()\nfrom bot.app import build\n"
    write_skill(home.skills, actions=code)
    assert only_fault(home).where == "skills/bell/actions.py:2"
    assert not trace.exists()


def test_the_shipped_skills_are_not_held_to_be_own():
    assert not any(skill.own for skill in load())


@pytest.mark.parametrize("name", ["helper.pyc", "helper.so", "deep/helper.pyd"])
def test_what_cannot_be_looked_over_before_it_runs_is_refused(home, name):
    folder = write_skill(home.skills)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"\0")
    fault = only_fault(home)
    assert fault.path == f"skills/bell/{name}"
    assert "compiled" in fault.why


def test_bytecode_that_lies_beside_the_source_is_not_run_instead_of_it(home, monkeypatch):
    import importlib.util
    import py_compile

    folder = write_skill(home.skills)
    source = folder / "actions.py"
    kept = source.read_bytes()
    source.write_bytes(b"raise SystemExit('not the source')\n".ljust(len(kept), b"#"))
    target = importlib.util.cache_from_source(str(source))
    py_compile.compile(
        str(source), cfile=target, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
    )
    source.write_bytes(kept)
    assert "bell" in found(home).skills


def test_a_folder_in_it_that_others_may_write_is_refused_as_well(home, tmp_path):
    folder = write_skill(tmp_path / "mine")
    (folder / "cases").mkdir()
    (folder / "cases").chmod(0o777)
    [fault] = found(home, skills_dir=str(tmp_path / "mine")).disabled
    assert "others may write" in fault.why

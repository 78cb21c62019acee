"""`skill new|check|try` as a person runs them, and what `check` and the start say of a broken one."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import json
import shutil

import pytest

from bot.cli.skill_scaffold import FILES
from tests.rigs.overseer_fixtures import overseer  # noqa: F401
from tests.rigs.overseers import Overseer

WIDTH = 80


def narrow(text):
    """Every line fits, but for one word that can't be cut."""
    return [line for line in text.splitlines() if len(line) > WIDTH and " " in line.strip()]


@pytest.fixture(scope="module")
def as_made(tmp_path_factory):
    """A home in which `skill new` was said, and nothing since."""
    one = Overseer(tmp_path_factory.mktemp("made") / "home")
    made = one.cli("skill", "new", "demo")
    assert made.returncode == 0, made.stderr
    return one.home


@pytest.fixture
def demo(overseer, as_made):
    """The new skill in a home of a test's own."""
    shutil.copytree(as_made, overseer.home)
    return overseer.home / "skills" / "demo"


def test_new_writes_a_skill_that_passes_check_and_is_loaded(overseer, demo):
    assert {path.name for path in demo.iterdir()} == set(FILES)
    checked = overseer.cli("skill", "check")
    assert (checked.returncode, checked.stdout) == (0, "✓ demo       2 actions, 3 cases\n")
    assert "5 shipped, 1 of your own (demo)" in overseer.cli("check").stdout
    asked = overseer.cli("plan", "put the demo marker on localhost")
    assert "touch -- /tmp/demo.marker" in asked.stdout
    helped = overseer.cli("ask", "help demo")
    assert "put the demo marker on localhost" in helped.stdout


def test_new_never_writes_over_anything(overseer, demo):
    (demo / "actions.py").write_text("mine\n")
    again = overseer.cli("skill", "new", "demo")
    assert again.returncode == 64
    assert "nothing was written" in again.stderr
    assert (demo / "actions.py").read_text() == "mine\n"
    for name in ("service", "Demo", "../demo", "-x"):
        assert overseer.cli("skill", "new", "--", name).returncode == 64


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("actions.py", "yield Now", "yield Noww", "cases.json:2"),
        ("actions.py", 'argv=("touch"', 'argv=("mkdir"', "commands is ['mkdir"),
        ("actions.py", "import (", "import (\n    Nothing,", "skills/demo/actions.py:"),
        ("actions.py", "from .facts", "from bot.app import build\nfrom .facts", "imports bot.app"),
        ("phrases.yaml", '"(put|place|set) demo marker"', '"(sitting|lying) demo marker"',
         "is not read as demo.put"),
        ("phrases.yaml", '"(show|check) demo marker"', '"restart nginx"', "demo.show"),
        ("phrases.yaml", "demo.put", "demo.putt", "no action of this skill"),
        ("quality.yaml", "typed_parameters: {status: done}", "typed_parameters: {status: no}",
         "typed_parameters is neither done"),
        ("cases.json", '"a look"', "a look", "skills/demo/cases.json:"),
        ("actions.py", '    example="put the demo marker on {host}",\n', "", "no example"),
        ("actions.py", "hosts: Hosts", "hosts: Hosts\n    service: int = 0", "another type"),
    ],
)  # fmt: skip
def test_check_names_file_line_and_cure(overseer, demo, file, old, new, says):
    path = demo / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    checked = overseer.cli("skill", "check", "demo")
    assert checked.returncode == 4, checked.stdout
    said = " ".join(checked.stdout.split())
    assert said.startswith("✗ demo")
    assert says in said
    assert "skills/demo/" in said
    assert not narrow(checked.stdout)


def test_a_broken_one_is_told_by_check_and_at_the_start_and_the_rest_runs(overseer, demo):
    (demo / "actions.py").write_text("import nowhere_at_all\n")
    checked = overseer.cli("check")
    assert checked.returncode == 4
    assert "✗ skills         5 shipped, 1 disabled" in checked.stdout
    assert "skills/demo/actions.py:1: ModuleNotFoundError" in checked.stdout
    server = overseer.start()
    assert "DISABLED  the skill demo: skills/demo/actions.py:1:" in server.output.read_text()
    assert overseer.cli("ask", "how is localhost?").returncode == 0
    assert "an own skill is disabled" in overseer.log
    assert "skills/demo/actions.py:1:" in overseer.cli("ask", "help").stdout.replace("\n", " ")
    (demo / "actions.py").write_text(FILES["actions.py"].replace("NAME", "demo"))
    reloaded = overseer.cli("reload")
    assert "the skill demo only from the next start on" in reloaded.stdout
    overseer.stop(server)


def test_try_shows_match_commands_and_verdict_and_runs_nothing(overseer, demo, tmp_path):
    tried = overseer.cli("skill", "try", "demo", "put the demo marker on localhost")
    assert tried.returncode == 0, tried.stderr
    assert 'demo.put: "(put|place|set) demo marker"' in tried.stdout
    assert "demo.marker, would be read: test -e /tmp/demo.marker" in tried.stdout
    assert "touch" not in tried.stdout
    assert "verdict   ASK" in tried.stdout
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"demo.marker": {"exit_status": 1}}))
    tried = overseer.cli("skill", "try", "demo", "put the demo marker on localhost",
                         "--facts", facts)  # fmt: skip
    assert "run       touch -- /tmp/demo.marker" in tried.stdout
    assert "undo      rm -f -- /tmp/demo.marker" in tried.stdout
    assert tried.stdout.endswith("Nothing was read and nothing has run.\n")
    assert not narrow(tried.stdout)
    assert not (overseer.home / "overseer.db").exists()


def test_try_says_when_nothing_of_the_skill_matches(overseer, demo):
    tried = overseer.cli("skill", "try", "demo", "paint localhost blue")
    assert tried.returncode == 4
    assert "no phrase of demo" in tried.stdout
    facts = overseer.cli("skill", "try", "demo", "x", "--facts", demo / "actions.py")
    assert facts.returncode == 64
    assert "holds no facts" in facts.stderr
    assert overseer.cli("skill", "try", "nope", "x").returncode == 64


def test_it_speaks_where_there_is_no_utf_8(overseer, demo):
    (demo / "quality.yaml").write_text("rules: {a: {status: no}}\n")
    plain = overseer.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    checked = overseer.cli("skill", "check", env=plain)
    assert checked.returncode == 4, checked.stderr
    assert checked.stdout.startswith("x demo")

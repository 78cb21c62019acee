"""`pip install .` into an environment of its own gives a working command outside the checkout."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 300


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """An environment with our own package installed as a stranger would; what it needs is lent.

    Its dependencies come from the environment that runs this, since they are the locked ones.
    """
    place = tmp_path_factory.mktemp("installed")
    source = place / "source"
    tracked = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    for name in filter(None, tracked):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    venv.create(place / "env", with_pip=True)
    python = place / "env" / "bin" / "python"
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", source],
        capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lent = next(p for p in sys.path if p.endswith("site-packages"))
    (packages,) = (place / "env" / "lib").glob("python3*/site-packages")
    (packages / "lent.pth").write_text(f"{lent}\n")

    def run(*words, **environ):
        home = place / "home"
        home.mkdir(exist_ok=True)
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"} | environ
        return subprocess.run(
            [place / "env" / "bin" / "overseer", *words], cwd=home, env=env,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_S,
            check=False,
        )  # fmt: skip

    run.home = place / "home"
    run.python = python
    run.packages = packages
    return run


def test_it_answers_from_a_home_of_its_own(installed):
    asked = installed("ask", "how is localhost?")
    assert asked.returncode == 0, asked.stdout + asked.stderr
    assert "ANSWER" in asked.stdout
    assert (installed.home / ".overseer" / "policies.cedar").is_file()


def test_everything_that_is_not_code_came_along(installed):
    """Pages, phrases, migrations and the shipped configuration, which only run time asks for."""
    wanted = {
        path.relative_to(ROOT)
        for folder in ("bot", "skills")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"}
    }
    assert len(wanted) > 15
    assert [p for p in sorted(wanted) if not (installed.packages / p).is_file()] == []


def test_so_did_the_prompts(installed):
    says = (
        "from bot.adapters.files.prompt_files import load_prompts\n"
        "print(*sorted(p.called + ' ' + p.path for p in load_prompts().values()))"
    )
    done = subprocess.run(
        [installed.python, "-c", says], cwd=installed.home.parent, env={"LANG": "C.UTF-8"},
        capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    called, path = done.stdout.split()
    assert called.startswith("plan@")
    assert Path(path).is_relative_to(installed.python.parents[1])


def test_its_own_checks_pass_there(installed):
    done = installed("policy", "test")
    assert done.returncode == 0, done.stdout + done.stderr

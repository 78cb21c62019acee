"""`--help` answers before any SDK of a model, chat, UI, host or database is imported."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {
    *("anthropic", "openai", "httpx2"),
    *("slack_bolt", "discord", "nicegui", "fastapi", "uvicorn"),
    *("asyncssh", "cedarpy", "hassil", "sqlalchemy"),
}

# Run as `python -m` would, with the list of what was imported on stderr.
PROBE = """
import atexit, json, runpy, sys
atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))
MODULE, *sys.argv[1:] = sys.argv[1:]
runpy.run_module(MODULE, run_name="__main__", alter_sys=True)
"""


def imported_by(module, *arguments, path=ROOT):
    """Run a module and give its exit status, its output and the packages it imported."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROBE, module, *arguments],
        cwd=path,
        env={"PYTHONPATH": str(path), "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
    )
    modules = json.loads(done.stderr.splitlines()[-1])
    return done.returncode, done.stdout, {name.partition(".")[0] for name in modules}


def test_help_imports_no_sdk():
    status, output, packages = imported_by("bot", "--help")
    assert status == 0, output
    assert "approve" in output
    assert packages & HEAVY == set()


def test_the_guard_sees_an_import(tmp_path):
    (tmp_path / "eager.py").write_text("import sqlalchemy\nprint('usage')\n")
    status, output, packages = imported_by("eager", "--help", path=tmp_path)
    assert (status, output) == (0, "usage\n")
    assert packages & HEAVY == {"sqlalchemy"}

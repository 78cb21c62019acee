"""The whole suite runs in parts: each test in one of them, so many side by side."""

import sys
import time
from pathlib import Path

import pytest

from tests import run
from tests.rigs.overseers import ROOT

SAYS = """
import sys, time
from pathlib import Path
began = time.monotonic()
time.sleep(0.2)
name, folder = sys.argv[1:]
Path(folder, "times").write_text(f"{began} {time.monotonic()}")
print(f"this was {name}", flush=True)
sys.exit(name == "4")
"""


def files_of(part):
    """The test files that a part's arguments name."""
    left_out = [ROOT / each.partition("=")[2] for each in part if each.startswith("--ignore=")]
    found = set()
    for name in (each for each in part if not each.startswith("--")):
        path = ROOT / name
        inside = path.rglob("test_*.py") if path.is_dir() else [path]
        found |= {f for f in inside if not any(f.is_relative_to(out) for out in left_out)}
    return found


def test_each_test_is_in_one_part_alone(monkeypatch):
    monkeypatch.chdir(ROOT)
    parts = [files_of(part) for part in run.in_parts()]
    assert all(parts)
    assert sum(len(files) for files in parts) == len(set().union(*parts))
    assert set().union(*parts) == set((ROOT / "tests").rglob("test_*.py"))


def test_what_needs_systemd_is_in_the_first(monkeypatch):
    """That one is given `--systemd`."""
    monkeypatch.chdir(ROOT)
    wants = {
        f for f in (ROOT / "tests").rglob("test_*.py") if "pytest.mark.systemd" in f.read_text()
    }
    wants.discard(Path(__file__).resolve())
    assert wants
    assert wants <= files_of(run.in_parts()[0])


@pytest.fixture
def short_runs(monkeypatch, tmp_path):
    """Programs in pytest's place, of which one fails; when each began and ended."""
    numbers = iter(range(100))

    def command(arguments, folder):
        kept = tmp_path / str(next(numbers))
        kept.mkdir()
        return (sys.executable, "-c", SAYS, arguments[0], str(kept))

    monkeypatch.setattr(run, "pytest_of", command)
    return lambda: [
        tuple(map(float, each.read_text().split())) for each in tmp_path.glob("*/times")
    ]


def test_so_many_go_side_by_side_and_each_is_told_in_its_order(short_runs, capfd):
    results = run.run_pytest([[str(n)] for n in range(6)], limit_s=60)
    said = [line for line in capfd.readouterr().out.splitlines() if line]
    headings = [line for line in said if line.startswith("==")]
    assert headings == [f"== pytest {n}" for n in range(6)]
    assert [line for line in said if line.startswith("this")][-5:] == [
        f"this was {n}" for n in range(1, 6)
    ]
    assert [r.suite for r in results] == ["pytest ended with status 1"]
    times = short_runs()
    assert len(times) == 6
    beside = [sum(began <= at < ended for began, ended in times) for at, _ in times]
    assert max(beside) == run.AT_ONCE


def test_what_has_not_begun_when_the_time_is_up_is_ended_too(short_runs):
    begun = time.monotonic()
    results = run.run_pytest([[str(n)] for n in range(6)], limit_s=0)
    assert time.monotonic() - begun < 30
    assert len(results) == 6
    assert {r.suite for r in results} == {"pytest hung and was ended: its last lines tell where"}

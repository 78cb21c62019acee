"""A module is named after what it does and holds one noun; no tracked file names a machine."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
LINES, TEST_LINES = 400, 500

# What ties a file to one machine or one index. Written so that it does not find itself.
TIES = re.compile(
    r"""
    \b(?:pypi|pythonhosted|npmjs|yarnpkg)\.(?:org|com)\b
    | --(?:extra-)?index-url | --find[-]links
    | "resolved":\s*"http
    | https?://[^"\s]+\.(?:whl|tgz|deb)\b
    | (?<![\w.])/(?:work|farm)/\w
    """,
    re.VERBOSE,
)


def flaws(path, text):
    """List what is wrong with a module's name and length."""
    found = []
    if vague := VAGUE & {part.removesuffix(".py") for part in Path(path).parts}:
        found.append(f"{vague.pop()} says nothing: name it after what it does")
    most = TEST_LINES if Path(path).parts[:1] == ("tests",) else LINES
    if (length := text.count("\n")) > most:
        found.append(f"{length} lines: find the second noun")
    return found


def ties(text):
    """List the lines that name a registry or a path of one machine."""
    return [line.strip() for line in text.splitlines() if TIES.search(line)]


def tracked():
    """Give the paths of all files in the repository, those not yet committed too."""
    listing = subprocess.run(
        [
            "git",
            "-c",
            "safe.directory=*",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [path for path in listing.split("\0") if path and (ROOT / path).is_file()]


def test_modules_are_named_and_short():
    modules = [path for path in tracked() if path.endswith(".py")]
    found = {path: flaws(path, (ROOT / path).read_text(encoding="utf-8")) for path in modules}
    assert {path: what for path, what in found.items() if what} == {}


def test_no_file_is_tied_to_a_machine():
    found = {path: ties((ROOT / path).read_text("utf-8", errors="ignore")) for path in tracked()}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_uv_lock_is_not_committed():
    assert "uv.lock" not in {Path(path).name for path in tracked()}


@pytest.mark.parametrize(
    ("path", "text"),
    [("bot/utils.py", ""), ("bot/common/names.py", ""), ("bot/long.py", "x\n" * (LINES + 1))],
)
def test_the_guard_sees_vague_names_and_long_modules(path, text):
    assert flaws(path, text)
    assert not flaws("bot/digest.py", "x\n" * LINES)


@pytest.mark.parametrize(
    "line",
    [
        "see https://py" + "pi.org/project/x",
        "pip install --index" + "-url http://mirror x",
        '"resolved": "' + "https://mirror/x.t" + "gz",
        "cd /wo" + "rk/main",
    ],
)
def test_the_guard_sees_ties(line):
    assert ties(line)


def test_the_guard_lets_ordinary_paths_pass():
    assert not ties("ls /usr/share/overseer tests/work/x ./work/y https://example.org/index.html")

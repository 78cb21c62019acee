"""./overseer, with an environment that only tells how it was called, and with none at all."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from requirements.install import why_pip_failed

ROOT = Path(__file__).resolve().parents[2]
PLAIN_TOOLS = ("sh", "cat", "dirname", "readlink")


@pytest.fixture
def checkout(tmp_path):
    """A checkout whose environment is complete; its python prints its arguments."""
    home = tmp_path / "a checkout"
    shutil.copytree(ROOT / "requirements", home / "requirements")
    shutil.copy(ROOT / "overseer", home)
    bin_ = home / ".venv" / "bin"
    bin_.mkdir(parents=True)
    write_program(bin_ / "python", 'printf "%s\\n" "$@"')
    for lock in ("run", "test"):
        shutil.copy(home / f"requirements/{lock}.txt", home / f".venv/{lock}.lock")
    return home


@pytest.fixture
def tools(tmp_path):
    """A PATH with no python in it."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in PLAIN_TOOLS:
        (folder / name).symlink_to(shutil.which(name))
    return folder


def write_program(path, line):
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


def start(program, *arguments, path, cwd="/", **environment):
    return subprocess.run(
        [program, *arguments],
        cwd=cwd,
        env={"PATH": str(path), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_hands_over_from_another_directory_and_through_links(checkout, tools, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.symlink_to("a checkout/overseer")
    second.symlink_to(first)
    for program in (checkout / "overseer", first, second):
        done = start(program, "ask", "how is it?", "--json", path=tools)
        assert done.stdout.splitlines() == ["-P", "-m", "bot", "ask", "how is it?", "--json"]
        assert done.stderr == ""


def test_the_tests_run_in_the_same_environment(checkout, tools):
    done = start(checkout / "overseer", "test", "-k", "digest", path=tools)
    assert done.stdout.splitlines() == ["-P", f"{checkout}/tests/run.py", "-k", "digest"]


@pytest.mark.parametrize(
    ("programs", "sentence"),
    [
        ({}, "No python3 was found."),
        ({"python3": "echo 3.9"}, "Found only Python 3.9."),
        ({"python3.12": '[ "$1" = - ] && exit 1; echo 3.12'}, "Python 3.12 is here, but its venv"),
        ({"apt-get": ":"}, "sudo apt-get install python3 python3-venv"),
        ({"dnf": ":"}, "sudo dnf install python3 python3-pip"),
    ],
)
def test_it_says_what_is_missing_and_the_cure(checkout, tools, programs, sentence):
    (checkout / ".venv" / "run.lock").unlink()
    for name, line in programs.items():
        write_program(tools / name, line)
    done = start(checkout / "overseer", "run", path=tools)
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr


def test_a_changed_lock_is_noticed(checkout, tools):
    with (checkout / "requirements" / "run.txt").open("a") as lock:
        lock.write("another==1.0\n")
    write_program(tools / "python3", '[ -f "$1" ] && echo installing $2 >&2; echo 3.13')
    done = start(checkout / "overseer", "run", path=tools)
    assert "installing run" in done.stderr


def test_without_an_index_it_says_so_and_leaves_nothing_that_looks_complete(checkout):
    (checkout / ".venv" / "run.lock").unlink()
    (checkout / ".venv" / "test.lock").unlink()
    path = os.pathsep.join([str(Path(sys.base_prefix, "bin")), os.defpath])
    done = start(
        checkout / "overseer", "run", path=path, PIP_NO_INDEX="1", PIP_CONFIG_FILE="/dev/null"
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "building it anew" in done.stderr
    assert "the package index did not answer" in done.stderr
    assert not list((checkout / ".venv").glob("*.lock"))


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "differs"),
        ("ERROR: Could not install: [Errno 28] No space left on device", "disk is full"),
        ("WARNING: Retrying … CERTIFICATE_VERIFY_FAILED …\nERROR: No matching x", "PIP_CERT"),
        ("WARNING: Retrying … NewConnectionError …\nERROR: No matching x", "did not answer"),
        ("ERROR: Failed building wheel for x", "pip said: Failed building wheel for x"),
    ],
)
def test_what_pip_says_becomes_a_sentence(log, sentence):
    assert sentence in why_pip_failed(log)

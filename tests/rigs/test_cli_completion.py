"""Tab in a real shell: commands, options, and the hosts of the home that is meant."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import os
import subprocess
import sys

import pytest

from bot.cli.completing import SCRIPTS
from tests.rigs.overseer_fixtures import overseer  # noqa: F401
from tests.rigs.overseers import LAB, ROOT


@pytest.fixture
def line(overseer, tmp_path):
    """What bash offers after these words, asked as the script asks it."""
    overseer.home.mkdir()
    (overseer.home / "inventory.yaml").write_text(LAB)
    front = tmp_path / "overseer"
    front.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m bot "$@"\n')
    front.chmod(0o755)

    def complete(*words, **environ):
        shell = (
            'source <(./overseer completion bash) && COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) '
            '&& _overseer "$1" && printf "%s\\n" "${COMPREPLY[@]}"'
        )
        done = subprocess.run(
            ["bash", "-c", shell, "bash", "./overseer", *words],
            cwd=tmp_path, env=overseer.environ | {"PYTHONPATH": str(ROOT)} | environ,
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.stderr == ""
        return done.stdout.split()

    complete.home = str(overseer.home)
    return complete


def test_commands_options_and_hosts_are_offered(line):
    assert line("ap") == ["approve"]
    assert line("ask", "--no") == ["--no-wait"]
    assert {"list", "check", "import", "trust"} <= set(line("hosts", ""))
    assert line("his") == ["history"]
    assert line("--home", line.home, "output", "3", "d") == ["down-1"]
    assert line("hosts", "check", "", OVERSEER_HOME=line.home) == ["down-1", "localhost"]


def test_tab_never_prints_an_error(line, tmp_path):
    (tmp_path / "home" / "inventory.yaml").write_text("hosts: [broken")
    assert line("--home", line.home, "hosts", "check", "l") == []
    assert line("--home", str(tmp_path / "nowhere"), "hosts", "check", "l") == []


@pytest.mark.parametrize("shell", SCRIPTS)
def test_each_shell_gets_its_script_and_is_told_how_to_load_it(overseer, shell):
    done = overseer.cli("completion", shell)
    assert done.returncode == 0
    assert done.stdout.startswith("# ")
    assert "_OVERSEER_COMPLETE=complete_" in done.stdout
    assert f"completion {shell}" in done.stdout.splitlines()[0]


def test_the_shell_in_use_is_the_default_and_an_unknown_one_is_named(overseer):
    environ = overseer.environ | {"SHELL": "/usr/bin/fish"}
    assert "commandline" in overseer.cli("completion", env=environ).stdout
    done = overseer.cli("completion", "tcsh")
    assert done.returncode == 64
    assert "no completion for tcsh" in done.stderr
    assert "bash, zsh, fish" in done.stderr


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"_OVERSEER_COMPLETE": "complete_zsh"}, '"check":"Say per host'),
        (
            {"_OVERSEER_COMPLETE": "complete_fish", "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
            "check\tSay per host",
        ),
    ],
)
def test_zsh_and_fish_are_answered_with_what_each_is_for(overseer, asked, said):
    more = {"_TYPER_COMPLETE_ARGS": "./overseer hosts "}
    done = overseer.cli(env=os.environ | overseer.environ | asked | more)
    assert said in done.stdout

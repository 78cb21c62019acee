"""The container's files name only what exists: nobody builds them here, so they are read."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

import bot.cli.groups  # noqa: F401 - hangs all commands on the app
from bot.api.api import create_api
from bot.cli.commands import app
from bot.settings import WebSettings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
(SERVICE,) = COMPOSE["services"].values()


@pytest.fixture(scope="module")
def steps():
    """The Dockerfile as (instruction, arguments), with continued lines joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [tuple(line.split(None, 1)) for line in lines if line.strip()]


def only(steps, name):
    (found,) = [words for instruction, words in steps if instruction == name]
    return found


def test_its_python_is_one_that_the_project_takes(steps):
    least = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    bases = [words.split()[0] for instruction, words in steps if instruction == "FROM"]
    versions = {re.fullmatch(r"python:(3\.\d+)-.*", base)[1] for base in bases}
    assert len(versions) == 1
    assert all(int(v.split(".")[1]) >= int(least.removeprefix(">=3.")) for v in versions)


def test_what_it_starts_is_a_command_with_these_options(steps):
    assert json.loads(only(steps, "ENTRYPOINT"))[-1] == "overseer"
    name, *words = json.loads(only(steps, "CMD"))
    known = {opt for param in get_command(app).commands[name].params for opt in param.opts}
    options = dict(zip(words[::2], words[1::2], strict=True))
    assert set(options) <= known
    assert options["--host"] == "0.0.0.0"


def test_the_port_is_the_same_everywhere_and_only_this_machine_reaches_it(steps):
    port = str(WebSettings().port)
    assert only(steps, "EXPOSE") == port
    assert json.loads(only(steps, "CMD"))[-1] == port
    assert f":{port}/healthz" in only(steps, "HEALTHCHECK")
    assert SERVICE["ports"] == [f"127.0.0.1:{port}:{port}"]


def test_its_health_is_asked_where_it_answers(steps):
    assert "/healthz" in {route.path for route in create_api(lambda: None).routes}


def test_the_home_is_a_volume_and_nothing_else_is_written(steps):
    home = re.search(r"OVERSEER_HOME=(\S+)", only(steps, "ENV"))[1]
    assert only(steps, "VOLUME") == home
    assert SERVICE["volumes"] == [f"data:{home}"]
    assert (SERVICE["read_only"], SERVICE["cap_drop"]) == (True, ["ALL"])
    assert only(steps, "USER") == "overseer"


def test_it_installs_the_hashed_lock(steps):
    pip = next(words for instruction, words in steps if "--require-hashes" in words)
    lock = ROOT / re.search(r"-r (\S+)", pip)[1]
    assert "--hash=sha256:" in lock.read_text()

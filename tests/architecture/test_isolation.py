"""No test reaches past this machine, and what the skip list does not explain is a failure."""

import asyncio
import importlib
import os
import socket
import subprocess
import sys
from contextlib import closing

import pytest

from bot.adapters.llm import model_of
from bot.ports import Prompt, Turn
from bot.settings import ModelSettings
from bot.testing.no_live_model import LiveModelError
from tests.conftest import NetworkError
from tests.rigs.overseers import ROOT, Overseer
from tests.run import Result, benches, read_report, unlisted

ELSEWHERE = ("192.0.2.1", 80)  # TEST-NET-1, which leads nowhere


def test_a_connection_elsewhere_fails():
    with closing(socket.socket()) as sock, pytest.raises(NetworkError):
        sock.connect(ELSEWHERE)


async def test_so_does_one_from_a_loop():
    with pytest.raises(NetworkError):
        await asyncio.open_connection(*ELSEWHERE)


def test_so_does_a_datagram():
    with (
        closing(socket.socket(type=socket.SOCK_DGRAM)) as sock,
        pytest.raises(NetworkError),
    ):
        sock.sendto(b"?", ELSEWHERE)


def test_names_are_not_looked_up():
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("example.org", 80)


def test_loopback_is_open():
    assert socket.getaddrinfo("localhost", 80)
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_a_skip_wants_its_line(tmp_path):
    skip_list = tmp_path / "skips.txt"
    results = [
        Result(suite="rigs", test="tests/rigs/test_x.py::test_y[a]", outcome="skipped"),
        Result(suite="unit", test="tests/unit/test_z.py::test_z", outcome="passed"),
    ]
    skip_list.write_text("# none\n\n")
    assert list(unlisted(results, skip_list)) == results[:1]
    skip_list.write_text("tests/rigs/test_x.py::*  no such rig here\n")
    assert list(unlisted(results, skip_list)) == []
    skip_list.write_text("rigs\n")
    with pytest.raises(SystemExit, match="no reason"):
        list(unlisted(results, skip_list))


def test_the_report_is_read_as_pytest_names_things(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(
        """<testsuites><testsuite>
        <testcase classname="tests.rigs.test_x.TestA" name="test_1" file="tests/rigs/test_x.py"/>
        <testcase classname="tests.rigs.test_x.TestA" name="test_1" file="tests/rigs/test_x.py">
            <error message="failed on teardown"/></testcase>
        <testcase classname="tests.unit.test_y" name="test_2" file="tests/unit/test_y.py">
            <skipped type="pytest.skip" message="no sshd"/></testcase>
        <testcase classname="" name="tests.unit.test_z"><error message="collection"/></testcase>
        </testsuite></testsuites>"""
    )
    assert list(read_report(report)) == [
        Result(suite="rigs", test="tests/rigs/test_x.py::TestA::test_1", outcome="failed"),
        Result(
            suite="unit", test="tests/unit/test_y.py::test_2", outcome="skipped", reason="no sshd"
        ),
        Result(suite="unit", test="tests.unit.test_z", outcome="failed"),
    ]


@pytest.mark.parametrize("client", ["Anthropic", "OpenAI"])
def test_a_live_model_is_out_of_reach_when_a_test_forgets_the_address(client):
    with pytest.raises(LiveModelError, match=f"at api.{client.lower()}.com. Tests never do"):
        getattr(sdk(client), client)(api_key="k").models.list()


@pytest.mark.parametrize("client", ["Anthropic", "OpenAI"])
async def test_so_it_is_for_an_async_client_and_behind_a_proxy(client, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    asked = getattr(sdk(client), f"Async{client}")(api_key="k", max_retries=3)
    with pytest.raises(LiveModelError, match=f"at api.{client.lower()}.com. Tests never do"):
        await asked.models.list()
    await asked.close()


@pytest.mark.parametrize("provider", ["anthropic", "openai"])
async def test_so_it_is_for_our_own_models(provider):
    class Keys:
        async def resolve(self, ref):
            return "k"

    settings = ModelSettings(tier="cloud-fast", provider=provider, model="m", key="env:K")
    model = model_of(settings, Keys())
    prompt = Prompt("p@1", "stable", "", (Turn("user", "hi"),), ModelSettings)
    for asking in (model.check(timeout_s=60), model.ask(prompt, timeout_s=60)):
        with pytest.raises(LiveModelError):
            await asking
    await model.close()


def sdk(client):
    return importlib.import_module(client.lower())


CHILD = """
import asyncio
from bot.adapters.llm import model_of
from bot.settings import ModelSettings

class Keys:
    async def resolve(self, ref):
        return "k"

settings = ModelSettings(tier="cloud-fast", provider="{}", model="m", key="env:K")
asyncio.run(model_of(settings, Keys()).check(timeout_s=20))
"""


@pytest.mark.parametrize("provider", ["anthropic", "openai"])
@pytest.mark.parametrize("environ", [None, Overseer("home").environ], ids=["own", "overseers"])
def test_a_program_that_a_test_starts_reaches_no_live_model_either(provider, environ):
    child = subprocess.run(
        [sys.executable, "-P", "-c", CHILD.format(provider)], check=False, capture_output=True,
        text=True, env=environ or os.environ | {"PYTHONPATH": str(ROOT)}, timeout=60,
    )  # fmt: skip
    assert child.returncode == 1
    assert f"ask a language model at api.{provider}.com. Tests never do" in child.stderr


@pytest.mark.parametrize(
    ("arguments", "whole"),
    [
        ([], True),
        (["-k", "digest"], True),
        (["tests/bench/bench_prompt.py"], False),
        (["-x", "tests/bench/bench_prompt.py::test_size"], False),
    ],
)
def test_whoever_names_a_bench_gets_that_one(arguments, whole, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert benches(arguments) == (["tests/bench"] if whole else []) + arguments

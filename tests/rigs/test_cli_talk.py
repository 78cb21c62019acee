"""Talking from the command line: exit statuses, with a server and without one, and mistakes."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import json
import os
import re
import signal
import stat
import subprocess
import sys

import pytest

from tests.rigs.overseer_fixtures import overseer, served  # noqa: F401
from tests.rigs.overseers import LAB, until

RAW = "run `echo from-the-host` on localhost"


def digest_of(text):
    return re.search(r"--digest ([0-9a-f]{16})", text)[1]


def number_of(text):
    return re.search(r"^#(\d+) ", text, re.MULTILINE)[1]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ("how is localhost?", 0, "ANSWER"),
        ("restart nginx on web-99", 2, "web-99 is not in the inventory"),
        ("destroy everything", 3, "REFUSED"),
        ("how is down-1?", 4, "refused the connection"),
        (RAW, 6, "WAITING"),
        ("", 64, "Say what you want done"),
    ],
)
def test_the_status_says_how_it_ended(served, words, status, said):
    asked = served.cli("ask", "--no-wait", words)
    assert asked.returncode == status, asked.stdout + asked.stderr
    assert said in asked.stdout + asked.stderr
    if status == 6:
        assert served.cli("deny", number_of(asked.stdout)).returncode in {0, 3}


def test_a_plan_of_ones_own_from_asking_to_the_end(served):
    waits = served.cli("ask", "--no-wait", RAW)
    number = number_of(waits.stdout)
    assert f"#{number}" in served.cli("status").stdout
    assert RAW.split("`")[1] in served.cli("show", number).stdout
    unread = served.cli("approve", number)
    assert unread.returncode == 64
    assert digest_of(unread.stderr) == digest_of(waits.stdout)
    approved = served.cli("approve", number, "--digest", digest_of(waits.stdout))
    assert approved.returncode == 0, approved.stdout + approved.stderr
    assert "from-the-host" in served.cli("output", number, "localhost").stdout
    again = served.cli("approve", number)
    assert again.returncode == 3
    assert served.cli("approve", 9999).returncode == 64


def test_denied_and_withdrawn(served):
    denied = number_of(served.cli("ask", "--no-wait", RAW).stdout)
    told = served.cli("deny", denied, "--reason", "not before the backup")
    assert told.returncode in {0, 3}
    assert "not before the backup" in served.cli("show", denied).stdout
    waiting = served.spawn("ask", RAW)
    number = until(
        lambda: (found := re.findall(r"#(\d+) +WAITING", served.cli("status").stdout)) and found[0],
        waiting.output.read_text,
    )
    nothing = served.cli("stop")
    assert (nothing.returncode, nothing.stdout) == (0, "Nothing of yours is running.\n")
    stopped = served.cli("stop", number)
    assert stopped.returncode == 0, stopped.stdout + stopped.stderr
    assert waiting.wait(60) == 5, waiting.output.read_text()


def test_yes_json_and_a_failing_command(served):
    done = served.cli("ask", "--yes", "--json", RAW)
    document = json.loads(done.stdout)
    assert (done.returncode, document["exit"], document["state"]) == (0, 0, "DONE")
    failed = served.cli("ask", "--yes", "--no-wait", "run `false` on localhost")
    assert failed.returncode == 4
    assert "FAILED" in failed.stdout
    number = number_of(failed.stdout)
    assert served.cli("stop", number).returncode == 0
    planned = served.cli("plan", "--json", "how is localhost?")
    assert json.loads(planned.stdout)["exit"] == planned.returncode == 0


def test_ctrl_c_detaches_and_says_how_to_return(overseer):
    overseer.start()
    asking = overseer.spawn("ask", "run `sleep 6; echo awake` on localhost", "--yes")
    until(lambda: "1 running" in overseer.cli("status").stdout, asking.output.read_text)
    asking.send_signal(signal.SIGINT)
    assert asking.wait(60) == 130
    said = asking.output.read_text()
    assert "Traceback" not in said
    assert "./overseer" in said
    until(lambda: "awake" in overseer.cli("output", 1, "localhost").stdout, lambda: said)


def test_stop_all_holds_new_runs_until_resume(overseer):
    overseer.start()
    stopped = overseer.cli("stop", "--all")
    assert stopped.returncode == 0
    held = overseer.spawn("ask", "--yes", RAW)
    until(lambda: "QUEUED" in overseer.cli("show", 1).stdout, held.output.read_text)
    until(lambda: "Everything is stopped" in held.output.read_text(), held.output.read_text)
    assert overseer.cli("ask", "--yes", "--no-wait", RAW).returncode == 6
    assert "FROZEN" in overseer.cli("status").stdout
    assert held.poll() is None, held.output.read_text()
    assert overseer.cli("resume").returncode == 0
    assert held.wait(60) == 0, held.output.read_text()
    assert "from-the-host" in held.output.read_text()


def test_without_a_server_everything_works_here(overseer):
    overseer.home.mkdir()
    (overseer.home / "inventory.yaml").write_text(LAB)
    waits = overseer.cli("ask", "--no-wait", RAW)
    assert waits.returncode == 6, waits.stdout + waits.stderr
    number = number_of(waits.stdout)
    assert overseer.cli("plan", RAW).returncode == 0
    assert f"#{number}" in overseer.cli("status").stdout
    approved = overseer.cli("approve", number, "--digest", digest_of(waits.stdout))
    assert approved.returncode == 0, approved.stdout + approved.stderr
    assert "from-the-host" in overseer.cli("output", number, "localhost").stdout
    assert (overseer.home / "overseer.lock").read_text() == ""
    assert not (overseer.home / "overseer.sock").exists()


def test_a_broken_configuration_is_a_sentence(overseer):
    overseer.home.mkdir()
    (overseer.home / "inventory.yaml").write_text("hosts:\n  a: {enviroment: x}\n")
    for command in (("ask", "how is a?"), ("run",), ("status",), ("hosts", "list"), ("chat",)):
        told = overseer.cli(*command)
        assert told.returncode == 64, (command, told.stdout, told.stderr)
        assert "inventory.yaml:2: hosts.a.enviroment is not known here." in told.stderr
        assert "Did you mean environment?" in told.stderr
        assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["stauts"], "Did you mean 'status'"),
        (["restart", "nginx", "on", "web-1"], './overseer ask "restart nginx on web-1"'),
        (["uninstall", "it's", "all"], "./overseer ask 'uninstall it"),
        (["ask"], "Missing argument 'WORDS'. Try: ./overseer ask --help"),
        (["ask", "--colour", "x"], "No such option"),
        (["approve", "twelve"], "./overseer approve --help"),
        (["approve", "0"], "./overseer approve --help"),
        (["stop", "3", "--all"], "not both"),
        (["run", "--port", "70000"], "./overseer run --help"),
        (["hosts", "lst"], "./overseer hosts --help"),
        (["--home"], "./overseer --help"),
    ],
)
def test_a_mistake_in_the_command_line(overseer, args, said):
    told = overseer.cli(*args)
    assert told.returncode == 64, told.stderr
    assert said in " ".join(told.stderr.split())
    assert "Traceback" not in told.stderr
    assert not overseer.home.exists()


CRASH = """
import sys
import bot.cli.talking as talking
def status(*args, **kwargs):
    raise KeyError("who would have thought")
talking.status = status
from bot.cli import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize("home_is_there", [True, False])
def test_a_fault_of_ours_is_one_sentence_and_a_log(overseer, home_is_there):
    if home_is_there:
        assert overseer.cli("people", "list").returncode == 0
    argv = [sys.executable, "-c", CRASH, "--home", str(overseer.home), "status"]
    told = subprocess.run(argv, env=overseer.environ, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "Traceback" not in told.stdout + told.stderr
    assert "fault of Overseer's own (KeyError)" in told.stderr
    if home_is_there:
        assert str(overseer.home / "overseer.log") in told.stderr
        assert "who would have thought" not in told.stderr
        line = json.loads(overseer.log)
        assert "Traceback" in line["exception"]
        assert "who would have thought" in line["exception"]
        assert stat.S_IMODE((overseer.home / "overseer.log").stat().st_mode) == 0o600
    else:
        assert "No log could be written" in told.stderr
        assert "who would have thought" in told.stderr
        assert not overseer.home.exists()


def test_a_reader_who_leaves_is_no_fault(overseer):
    assert overseer.cli("people", "list").returncode == 0
    for command in ("policy schema", "policy test", "--help"):
        read, write = os.pipe()
        os.close(read)
        argv = [*overseer.argv(), *command.split()]
        child = subprocess.run(
            argv, env=overseer.environ, stdout=write, stderr=subprocess.PIPE, check=False
        )
        os.close(write)
        assert child.stderr == b"", child.stderr.decode()
        assert child.returncode in {0, 130}
    assert overseer.log == ""


def test_a_closed_stdin_is_nobody_to_ask(overseer):
    kept = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *overseer.argv("secret", "set", "x")],
        env=overseer.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert kept.returncode == 64
    assert "nothing was kept" in kept.stderr


def test_help_and_version(overseer):
    top = overseer.cli("--help").stdout
    for panel in ("Talk", "Run and keep", "Configure"):
        assert f"─ {panel} ─" in top
    assert top.index("─ Talk") < top.index("─ Run and keep") < top.index("─ Configure")
    assert max(len(line) for line in top.splitlines()) <= 80
    commands = re.findall(r"^│ (\w+)  ", top, re.MULTILINE)
    assert len(commands) >= 20
    for name in commands:
        if name in {"hosts", "people", "policy", "secret", "skill"}:
            inner = re.findall(r"^│ (\w+)  ", overseer.cli(name, "--help").stdout, re.MULTILINE)
            assert inner
            told = [overseer.cli(name, one, "--help") for one in inner[:1]]
        else:
            told = [overseer.cli(name, "--help")]
        for each in told:
            assert each.returncode == 0
            assert "Example: ./overseer " in each.stdout
            assert max(len(line) for line in each.stdout.splitlines()) <= 80
    version = overseer.cli("--version")
    assert version.returncode == 0
    assert re.fullmatch(r"overseer \d+\.\d+\.\d+ \(Python 3\.\d+\.\d+\)\n", version.stdout)
    assert overseer.cli("version").stdout == version.stdout
    bare = overseer.cli()
    assert bare.returncode == 64
    assert "Usage: overseer" in bare.stdout + bare.stderr
    assert not overseer.home.exists()

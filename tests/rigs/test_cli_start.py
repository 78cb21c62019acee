"""Starting and ending: the first lines, a second start, ports, signals, bad places."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import json
import signal
import socket
import stat
import subprocess
import time
import urllib.request

import pytest

from tests.rigs.overseer_fixtures import overseer  # noqa: F401
from tests.rigs.overseers import READY, Overseer, link_in, until


def opened(link):
    """What a browser would get, following to wherever the link leads."""
    jar = urllib.request.HTTPCookieProcessor()
    with urllib.request.build_opener(jar).open(link, timeout=30) as answer:
        return answer.status, answer.read().decode()


def test_the_first_minutes_of_a_home(overseer):
    server = overseer.start()
    said = server.output.read_text()
    assert said.startswith("First start: wrote overseer.yaml")
    for line in ("  parser    rules, ", "  hosts     1 in the inventory (localhost)",
                 "  policy    policies.cedar", "  database  SQLite"):  # fmt: skip
        assert line in said
    assert opened(link_in(said))[0] == 200
    for path in overseer.home.iterdir():
        assert not path.stat().st_mode & 0o077, path
    held = json.loads((overseer.home / "overseer.lock").read_text())
    assert held["pid"] == server.pid
    assert held["address"] in said

    second = overseer.cli("run", "--port", "0")
    assert second.returncode == 0, second.stderr
    assert f"runs already at {held['address']} (process {server.pid})" in second.stdout
    assert "./overseer login" in second.stdout

    login = overseer.cli("login")
    assert login.returncode == 0
    assert link_in(login.stdout) != link_in(said)
    assert opened(link_in(login.stdout))[0] == 200

    assert "Traceback" not in overseer.stop(server)
    assert overseer.log == ""
    again = overseer.start("--no-web")
    said = again.output.read_text()
    assert "First start" not in said
    assert "http://" not in said
    page_off = overseer.cli("login")
    assert page_off.returncode != 0
    assert "The page is off" in page_off.stderr
    overseer.stop(again, signal.SIGINT)
    gone = overseer.cli("login")
    assert gone.returncode == 4
    assert "./overseer run" in gone.stderr


def test_two_starts_at_once_are_one_server(overseer):
    first = overseer.spawn("run", "--port", "0")
    second = overseer.spawn("run", "--port", "0")
    until(lambda: first.poll() is not None or second.poll() is not None, lambda: overseer.log)
    told, serving = (first, second) if first.poll() is not None else (second, first)
    assert told.returncode == 0
    until(lambda: READY in serving.output.read_text(), serving.output.read_text)
    assert "runs already at http://" in told.output.read_text()


def test_a_command_waits_for_a_server_that_is_just_starting(overseer):
    overseer.cli("hosts", "list")
    server = overseer.spawn("run", "--port", "0")
    until((overseer.home / "overseer.lock").exists, lambda: "")
    status = overseer.cli("status")
    assert status.returncode == 0, status.stderr
    assert "database  SQLite" in status.stdout
    until(lambda: READY in server.output.read_text(), server.output.read_text)


def test_a_server_does_not_start_over_a_command(overseer):
    asking = overseer.spawn("ask", "run `echo hi` on localhost")
    until((overseer.home / "overseer.sock").exists, asking.output.read_text)
    run = overseer.cli("run", "--port", "0")
    assert run.returncode == 4
    assert f"A command (process {asking.pid}) works in this home right now." in run.stderr
    asking.send_signal(signal.SIGINT)
    assert asking.wait(60) == 130
    assert "Traceback" not in asking.output.read_text()


def test_a_taken_port_is_a_sentence(overseer):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = overseer.cli("run", "--port", port)
        assert run.returncode == 64
        assert f"Port {port} is taken by another program." in run.stderr
        assert "--port (0: any)" in run.stderr
        (overseer.home / "overseer.yaml").write_text(f"web: {{port: {port}}}\n")
        run = overseer.cli("run")
        assert run.returncode == 64
        assert f"overseer.yaml: Port {port} is taken" in run.stderr
        assert "web.port" in run.stderr
        assert "Traceback" not in run.stdout + run.stderr


def test_the_usual_port_moves_when_another_home_has_it(overseer, tmp_path):
    try:
        taken = socket.create_server(("127.0.0.1", 8420))
    except OSError:
        taken = None  # something else has it already: just as well
    try:
        server = overseer.spawn("run")
        until(lambda: READY in server.output.read_text(), server.output.read_text)
        said = server.output.read_text()
        assert "http://127.0.0.1:8420/" not in said
        assert "http://127.0.0.1:84" in said
        assert "port 8420 is taken" in said
    finally:
        if taken:
            taken.close()


@pytest.mark.parametrize("after", [0.3, 0.8, 1.6])
def test_ctrl_c_while_it_starts_is_clean(overseer, after):
    server = overseer.spawn("run", "--port", "0")
    time.sleep(after)
    server.send_signal(signal.SIGINT)
    status = server.wait(60)
    said = server.output.read_text()
    if "/bot/" in said or "Traceback" not in said:  # else Python itself was not up yet
        assert status in {0, 130, -signal.SIGINT}, said
        assert "Traceback" not in said
    assert "Traceback" not in overseer.log
    assert overseer.cli("policy", "test").returncode == 0


def test_it_outlives_its_terminal(overseer):
    child = subprocess.Popen(
        overseer.argv("run", "--port", "0"), env=overseer.environ, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    overseer.servers.append(child)
    child.stdout.close()  # head has what it wanted
    until((overseer.home / "overseer.sock").exists, lambda: overseer.log)
    until(lambda: "server" in (overseer.home / "overseer.lock").read_text(), lambda: overseer.log)
    child.send_signal(signal.SIGHUP)
    assert overseer.cli("status").returncode == 0
    child.send_signal(signal.SIGTERM)
    assert child.wait(60) == 0


SHUT = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"]


def test_closed_standard_streams_do_no_harm(overseer):
    child = subprocess.Popen([*SHUT, *overseer.argv("run", "--port", "0")], env=overseer.environ)
    overseer.servers.append(child)
    lock = overseer.home / "overseer.lock"
    until(lambda: lock.exists() and "server" in lock.read_text(), lambda: overseer.log)
    assert overseer.cli("check").returncode == 0
    child.send_signal(signal.SIGTERM)
    assert child.wait(60) == 0
    asked = subprocess.run(
        [*SHUT, *overseer.argv("status")], env=overseer.environ, timeout=60, check=False
    )
    assert asked.returncode == 0


def test_a_home_whose_path_is_too_long_for_a_socket(tmp_path):
    deep = tmp_path / ("x" * 60) / ("y" * 60) / "home"
    one = Overseer(deep)
    deep.parent.mkdir(parents=True)
    try:
        server = one.start()
        asked = one.cli("status")
        assert asked.returncode == 0, asked.stderr
        assert "http://127.0.0.1:" in asked.stdout
        one.stop(server)
    finally:
        one.end()


def test_the_home_is_an_option_or_a_variable(overseer, tmp_path):
    def run(*args, **environ):
        argv = [*overseer.argv()[:4], *args, "people", "list"]
        return subprocess.run(
            argv,
            env=overseer.environ | environ,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    assert run("--home", "a").returncode == 0
    assert run(OVERSEER_HOME=str(tmp_path / "b")).returncode == 0
    assert run("--home", "~/c", OVERSEER_HOME=str(tmp_path / "d")).returncode == 0
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_dir()) == ["a", "b", "c"]
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700
    empty = run("--home", "")
    assert empty.returncode == 64
    assert "a folder's name is needed" in empty.stderr


def test_a_folder_with_other_things_is_refused(overseer):
    overseer.home.mkdir(mode=0o755)
    (overseer.home / "thesis.tex").write_text("")
    run = overseer.cli("run")
    assert run.returncode == 64
    assert "holds other things" in run.stderr
    assert stat.S_IMODE(overseer.home.stat().st_mode) == 0o755


def mounted(folder, options):
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("mounting a tmpfs is not allowed here")


def test_a_full_disk_is_a_sentence_and_then_no_problem(overseer):
    mounted(overseer.home, "size=16k,mode=0700")
    try:
        run = overseer.cli("run", "--port", "0")
        assert run.returncode == 64
        assert "No space left on device" in run.stderr
        assert "Free some space" in run.stderr
        subprocess.run(["mount", "-o", "remount,size=96k", str(overseer.home)], check=True)
        run = overseer.cli("run", "--port", "0")
        assert run.returncode in {4, 64}, run.stderr
        assert "Traceback" not in run.stderr
        assert "fault of Overseer's own" not in run.stderr
        subprocess.run(["mount", "-o", "remount,size=64m", str(overseer.home)], check=True)
        overseer.stop(overseer.start())
    finally:
        overseer.end()
        subprocess.run(["umount", "-l", str(overseer.home)], check=True)


def test_a_read_only_home_is_a_sentence(overseer):
    mounted(overseer.home, "size=16m,mode=0700")
    try:
        subprocess.run(["mount", "-o", "remount,ro", str(overseer.home)], check=True)
        run = overseer.cli("run", "--port", "0")
        assert run.returncode == 64
        assert "Read-only file system" in run.stderr
        subprocess.run(["mount", "-o", "remount,rw", str(overseer.home)], check=True)
        assert overseer.cli("status").returncode == 0
        subprocess.run(["mount", "-o", "remount,ro", str(overseer.home)], check=True)
        assert overseer.cli("hosts", "list").returncode == 0
        run = overseer.cli("run", "--port", "0")
        assert run.returncode == 64, run.stderr
        assert "Read-only file system" in run.stderr
        assert "Traceback" not in run.stderr
    finally:
        subprocess.run(["umount", "-l", str(overseer.home)], check=True)

"""What goes on when nobody follows it, and what is heard of it while somebody does."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio
import hashlib
import os
import signal
from pathlib import Path

import pytest

from bot.adapters.hosts import start_script
from bot.domain.commands import Script
from tests.rigs.processes import running
from tests.rigs.test_ssh_change import attempt  # noqa: F401

pytest_plugins = ("tests.rigs.sshd_fixtures",)
pytestmark = pytest.mark.sshd


async def test_a_cancelled_change_runs_on(rig, ssh, attempt):
    target = await ssh.identify(rig.hosts["web-1"])
    up = asyncio.Event()
    command = Script(text="echo up; sleep 1; echo done")
    task = asyncio.create_task(
        ssh.change(target, command, attempt=attempt, timeout_s=30, hear=lambda _: up.set())
    )
    await up.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    result = await ssh.follow(target, attempt, sudo=False, timeout_s=10)
    assert result.stdout == "up\ndone\n"


async def test_a_daemon_that_a_change_leaves_behind_holds_nothing_up(rig, ssh, attempt):
    target = await ssh.identify(rig.hosts["web-1"])
    command = Script(text="setsid sleep 347 & echo started; exit 4")
    result = await ssh.change(target, command, attempt=attempt, timeout_s=20)
    assert (result.exit_status, result.stdout) == (4, "started\n")
    assert result.sha256 == hashlib.sha256(b"started\n").hexdigest()
    (daemon,) = running("sleep 347")
    os.kill(daemon, signal.SIGKILL)


async def test_output_is_heard_live_where_the_signal_that_wakes_us_is_ignored(rig, ssh, attempt):
    """An ancestor of the shell may have had it ignored, and then no trap of ours can hold."""
    target = await ssh.identify(rig.hosts["web-1"])
    home = "trap '' USR1; exec sh -c "
    start = start_script.START
    ask = ssh._script

    def under(text, *rest):
        made = ask(text, *rest)
        if text is not start:
            return made
        return lambda *a: ("sh", "-c", home + '"$@"', "ignoring", *made(*a)[2:])

    ssh._script = under
    heard = asyncio.Event()
    go = Path(f"/var/tmp/overseer-live-{attempt}")
    command = Script(text=f"echo up; until [ -e {go} ]; do sleep 0.05; done")
    changing = asyncio.create_task(
        ssh.change(target, command, attempt=attempt, timeout_s=30, hear=lambda _text: heard.set())
    )
    try:
        async with asyncio.timeout(10):
            await heard.wait()
    finally:
        go.touch()
        result = await changing
        go.unlink()
    assert result.stdout == "up\n"

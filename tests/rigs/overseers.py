"""Whole Overseers as a person runs them: `python -m bot --home DIR …`, each with its own home."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from bot.ports.live_models import LOOPBACK, SWITCH

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0
READY = "Ctrl-C ends it"


def until(condition, what, seconds=PATIENCE):
    """Poll a condition; what it gives when it holds."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what()}"
        time.sleep(0.03)
    return value


class Overseer:
    """One home, its commands and, once started, its server."""

    def __init__(self, home, **environ):
        self.home = Path(home)
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home.parent),
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
            "COLUMNS": "80",
            SWITCH: LOOPBACK,
            **environ,
        }
        self.servers = []

    def argv(self, *args):
        return [sys.executable, "-P", "-m", "bot", "--home", str(self.home), *map(str, args)]

    def cli(self, *args, timeout=PATIENCE, **more):
        """Run a command to its end."""
        given = {"stdin": subprocess.DEVNULL} | more
        if "input" in given:
            del given["stdin"]
        given.setdefault("env", self.environ)
        return subprocess.run(
            self.argv(*args), capture_output=True, text=True, timeout=timeout, check=False,
            cwd=self.home.parent, **given,
        )  # fmt: skip

    def spawn(self, *args, **more):
        """Start a command; what it prints goes to `.output` (a file)."""
        output = self.home.parent / f"output-{len(self.servers)}"
        with output.open("w") as file:
            child = subprocess.Popen(
                self.argv(*args), env=self.environ, cwd=self.home.parent, stdin=subprocess.DEVNULL,
                stdout=file, stderr=subprocess.STDOUT, **more,
            )  # fmt: skip
        child.output = output
        self.servers.append(child)
        return child

    def start(self, *args):
        """Start the server and wait until it has greeted."""
        server = self.spawn("run", *(args or ("--port", "0")))

        def greeted():
            text = server.output.read_text()
            assert server.poll() is None, text
            return READY in text

        until(greeted, server.output.read_text)
        return server

    def stop(self, server, number=signal.SIGTERM):
        """End it in order; what it printed."""
        server.send_signal(number)
        assert server.wait(PATIENCE) == 0, server.output.read_text()
        return server.output.read_text()

    def end(self):
        for server in self.servers:
            if server.poll() is None:
                server.kill()
            server.wait()

    @property
    def log(self):
        path = self.home / "overseer.log"
        return path.read_text() if path.exists() else ""


def link_in(text):
    """The one-time link in what was printed."""
    found = re.search(r"http://\S+/login\?token=\S+", text)
    assert found, text
    return found[0]


LAB = """\
hosts:
  localhost: {environment: local, connection: {kind: local, sudo: root}}
  down-1: {environment: staging, connection: {address: 127.0.0.1, port: 1}}
"""

"""Reboots, upgrades and the death of Overseer itself, on real systemd and a real apt."""

import asyncio
import json
import re
import subprocess
import sys
import time

import pytest

from tests.rigs.nspawn_packages import TINY
from tests.rigs.sshd import until
from tests.rigs.whole_product import ALONE, furnish, keys, words

pytest_plugins = ("tests.rigs.systemd_fixtures",)
pytestmark = pytest.mark.systemd


async def test_stop_reboot_and_start_again_is_one_approval(at, web_3):
    before, uptime = web_3.boot_id(), web_3.unit("cron", "ActiveEnterTimestampMonotonic")
    card = await at.say("ben", "stop cron on web-3, reboot it, then start cron")
    assert card.state == "WAITING"
    said = words(card)
    commands = re.findall(r"^sudo systemctl .*$", said, re.MULTILINE)
    stop, start = "stop -- cron.service", "start -- cron.service"
    if_failed = "status --no-pager --lines=0 -- cron.service"
    assert [c.removeprefix("sudo systemctl ") for c in commands] == [
        stop, if_failed, start, "reboot", start, if_failed, stop
    ]  # fmt: skip
    assert web_3.boot_id() == before

    card = await at.press("chris", "approve", card)
    assert (card.state, card.revision) == ("DONE", 1), words(card)
    after = web_3.boot_id()
    assert after not in {"", before}, "done when a new boot id answered"
    assert web_3.unit("cron") == "active"
    assert web_3.unit("cron", "ActiveEnterTimestampMonotonic") != uptime
    attempts = await at.attempts(card.plan)
    assert [attempts[f"s{n}", "web-3"].state.value for n in (1, 2)] == ["succeeded"] * 2
    assert attempts["s2", "web-3"].note == "it is back, with a new boot id"
    # cron is enabled, so the boot itself may have started it: then that step is skipped.
    assert attempts["s3", "web-3"].state.value in {"succeeded", "skipped"}
    states = [state for plan, state in at.states if plan == card.plan]
    assert "WAITING" not in states[states.index("RUNNING") :], "no second question"


async def test_a_reboot_is_not_done_before_the_host_answers_again(at, web_3):
    before = web_3.boot_id()
    web_3.do("mkdir -p /etc/systemd/system/ssh.service.d; "
             "printf '[Service]\\nExecStartPre=/bin/sleep 4\\n' "
             ">/etc/systemd/system/ssh.service.d/late.conf")  # fmt: skip
    await at.say("ben", "reboot web-3")
    await at.press("chris", "approve", rest=False)
    async with asyncio.timeout(20):
        while web_3.boot_id() in {"", before}:
            await asyncio.sleep(0.05)
    async with asyncio.timeout(20):  # a card may be drawn a moment later
        while (await at.card()).state != "RUNNING":
            await asyncio.sleep(0.02)
    assert not web_3.answers(web_3.ports[0])
    card = await at.rest()
    assert card.state == "DONE"
    assert web_3.answers(web_3.ports[0])


async def test_an_upgrade_installs_the_very_version_that_was_approved(at, web_1, tmp_path):
    folder = tmp_path / "packages"
    folder.mkdir()
    web_1.publish(folder, "1.0")
    web_1.do(f"apt-get -qq install --yes --allow-downgrades {TINY}=1.0")
    try:
        (tmp_path / "two").mkdir()
        web_1.publish(tmp_path / "two", "1.0", "1.1")
        card = await at.say("ben", "are there updates for web-1?")
        assert card.state == "ANSWER"
        assert TINY in words(card)
        assert "1.1" in words(card)

        card = await at.say("ben", f"upgrade {TINY} on web-1")
        assert card.state == "WAITING", words(card)
        assert f"{TINY}=1.1" in words(card)
        (tmp_path / "three").mkdir()
        web_1.publish(tmp_path / "three", "1.0", "1.1", "1.2")
        card = await at.press("chris", "approve", card)
        assert card.state == "DONE", words(card)
        assert web_1.do(f"dpkg-query -f '${{Version}}' -W {TINY}") == "1.1", "not the newer one"
        assert web_1.do(f"cat /usr/share/{TINY}/version") == "1.1\n"

        card = await at.say("ben", f"upgrade {TINY} on web-1")
        assert f"{TINY}=1.2" in words(card)
        web_1.do("rm /srv/packages/*_1.2_*")
        card = await at.press("chris", "approve", card)
        assert card.state == "NEEDS A DECISION"
        assert {"retry", "end"} <= keys(card)
        assert web_1.do(f"dpkg-query -f '${{Version}}' -W {TINY}") == "1.1"

        await at.press("ben", "end", card)
        web_1.do(f"apt-mark hold {TINY}")
        card = await at.say("ben", f"upgrade {TINY} on web-1")
        assert card.state == "CAN'T", "apt's simulation would allow it, and apt then refuse"
        assert "is held" in words(card)
    finally:
        web_1.do(
            f"apt-mark unhold {TINY}; dpkg --purge {TINY}; rm -f /srv/packages/*; apt-get -q update || :"
        )


class Bot:
    """Overseer as a process of its own, asked through its command line."""

    def __init__(self, path, rig):
        self.home = furnish(path / "home", rig, people=ALONE)
        self.log = path / "log"
        self.processes = []

    def run(self, *words):
        with self.log.open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "bot", "--home", str(self.home.path), *words],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def start(self):
        self.server = self.run("run", "--no-web")
        until(self.serves, "the server is up", 90)

    def serves(self):
        assert self.server.poll() is None, self.log.read_text()
        try:
            about = json.loads(self.home.lock.read_text() or "{}")
        except (OSError, ValueError):
            return False
        return about.get("role") == "server" and about.get("pid") == self.server.pid

    def kill(self):
        self.server.kill()
        self.server.wait()

    def stop(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def show(self, plan):
        """A plan's card as the command line prints it."""
        return subprocess.run(
            [sys.executable, "-P", "-m", "bot", "--home", str(self.home.path), "show", str(plan)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=90, check=True,
        ).stdout  # fmt: skip


@pytest.fixture
def bot(tmp_path, guests):
    made = Bot(tmp_path, guests)
    yield made
    made.stop()


GO = "/run/slow-may-go-on"
WAITS = f"until [ -e {GO} ]; do sleep 0.2; done"


def slow_as(guest, *lines):
    """The unit `slow` with these lines of its own; it goes on when it is let."""
    service = "\n".join(("[Service]", *lines, ""))
    guest.do(
        f"rm -f {GO}; mkdir -p /run/systemd/system/slow.service.d; "
        f"cat >/run/systemd/system/slow.service.d/x.conf <<'END'\n{service}END\n"
        "systemctl daemon-reload"
    )


def test_a_bot_that_is_killed_finds_the_result_of_what_it_had_started(bot, web_1):
    runs = f"echo began >>/var/lib/slow; {WAITS}; echo ended >>/var/lib/slow"
    slow_as(web_1, "ExecStart=", f"ExecStart=/bin/sh -c '{runs}'")
    bot.start()
    bot.run("ask", "start slow on web-1", "--yes")
    until(lambda: web_1.unit("slow") == "activating", f"it starts: {bot.log.read_text()}", 60)
    bot.kill()
    time.sleep(1)
    bot.start()
    assert "RUNNING" in bot.show(1)
    assert web_1.unit("slow") == "activating", "it was back before the unit was up"
    web_1.do(f"touch {GO}")
    until(lambda: web_1.unit("slow") == "active", "the unit is up", 30)
    until(lambda: "DONE" in bot.show(1), "the result is found", 60)
    assert web_1.do("cat /var/lib/slow") == "began\nended\n", "it ran once"
    assert not web_1.do("ls -A /var/lib/overseer/runs"), "nothing is left there"


def test_what_failed_while_nobody_looked_is_found_as_well(bot, web_2):
    slow_as(web_2, f"ExecStartPre=/bin/sh -c '{WAITS}'", "ExecStartPre=/bin/false")
    bot.start()
    bot.run("ask", "start slow on web-2", "--yes")
    until(lambda: web_2.unit("slow") == "activating", f"it starts: {bot.log.read_text()}", 60)
    bot.kill()
    web_2.do(f"touch {GO}")
    until(lambda: web_2.unit("slow") == "failed", "the unit has failed", 30)
    bot.start()
    until(lambda: "NEEDS A DECISION" in bot.show(1), "the result is found", 60)
    said = bot.show(1)
    assert "systemctl start -- slow.service" in said
    assert "control process exited" in said

"""The terminal in a real pty, drawn by a terminal emulator, against the real socket server."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pexpect
import pyte
import pytest

pytestmark = pytest.mark.pty

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tests" / "rigs" / "terminal_server.py"
PATIENCE = 20.0


def end(child):
    """End a program for certain, on a busy machine too."""
    child.ptyproc.delayafterterminate = 2.0
    if child.isalive():
        child.kill(signal.SIGKILL)
        child.wait()
    child.close(force=True)


class Terminal:
    """A pty with an emulator behind it: what a person would see."""

    def __init__(self, home, *args, columns=80, rows=30, **environ):
        env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            **environ,
        }
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.child = pexpect.spawn(
            sys.executable, [str(SCRIPT), str(home), *args], env=env, dimensions=(rows, columns)
        )

    @property
    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display)

    def read(self):
        try:
            data = self.child.read_nonblocking(65536, timeout=0.05)
        except pexpect.TIMEOUT:
            return
        self.raw += data
        self.stream.feed(data)

    def until(self, what):
        """Read until the screen shows it."""
        end = time.monotonic() + PATIENCE
        while what not in self.text:
            assert time.monotonic() < end, f"{what!r} never came:\n{self.text}"
            try:
                self.read()
            except pexpect.EOF:
                assert what in self.text, f"{what!r} never came before the end:\n{self.text}"
        return self.text

    def until_written(self, *parts):
        """Read until it has written all of these, wherever they have gone from the screen."""
        end = time.monotonic() + PATIENCE
        while not all(part in self.raw for part in parts):
            assert time.monotonic() < end, f"not all of {parts} came"
            self.read()

    def press(self, keys):
        self.child.send(keys)

    def status(self):
        """The exit status, once it has ended and all it wrote is drawn."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                self.read()
            except pexpect.EOF:
                break
        self.child.close()
        return self.child.exitstatus

    def resize(self, columns, rows):
        self.child.setwinsize(rows, columns)
        self.screen.resize(rows, columns)


@pytest.fixture
def home(tmp_path):
    where = tmp_path / "home"
    server = pexpect.spawn(
        sys.executable,
        [str(SCRIPT), str(where), "serve", "0.05"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
    )
    server.expect("ready", timeout=PATIENCE)
    yield where
    end(server)


@pytest.fixture
def terminal(home):
    opened = []

    def begin(*args, **more):
        opened.append(Terminal(home, *args, **more))
        return opened[-1]

    yield begin
    for each in opened:
        end(each.child)


@pytest.fixture
def chatting(terminal):
    """A chat in which this has been said, once it shows what is to come of it."""

    def begin(said="", shows="[a] Approve restart", **more):
        it = terminal("chat", **more)
        it.until("Ctrl-C leaves")
        if said:
            it.press(f"{said}\r")
            it.until(shows)
        return it

    return begin


@pytest.fixture
def asking(terminal):
    """`ask` of a restart, once it shows this."""

    def begin(said="restart cron", shows="[a] Approve restart", *, still=False):
        it = terminal("ask", said)
        it.until(shows)
        if still:
            time.sleep(0.6)  # a deciding key counts only once the card has stood for a moment
        return it

    return begin


LISTED = "[1] web-2   [2] web-1   [3] web-3   [4] web-4   [5] web-5   [6] web-6"
HOW = "Of which host? Its number, its name or a part of it:"


class TestChat:
    def test_ask_approve_by_key_and_watch_it_end(self, terminal):
        it = terminal("chat")
        it.until("[1] how is localhost?")
        it.press("restart cron on web\r")
        shown = it.until("[a] Approve restart")
        assert "run       sudo systemctl restart -- cron.service" in shown
        it.press("a")
        it.until("Enter: Approve restart")
        it.press("\r")
        it.until("Approved.")
        it.until(" DONE")
        it.press("\x03")
        assert it.status() == 0

    def test_a_sentence_that_begins_with_a_key_presses_nothing(self, chatting):
        it = chatting("restart cron")
        it.press("are you there?\r")
        it.until("You're welcome")
        it.until("[a] Approve restart")  # what waits is still what keys act on
        assert "Approved." not in it.text

    def test_an_example_is_one_digit_away(self, terminal):
        it = terminal("chat")
        it.until("[1] how is localhost?")
        it.press("1")
        it.until("localhost is well")
        it.until("memory    ████████░░░░░░░░░░░░   41 %  6.4 of 15.6 GiB")

    def test_a_question_is_answered_by_its_number(self, chatting):
        it = chatting("restart nginx on web-9", "[2] web-2")
        it.press("2")
        it.until("restart nginx on web-2")
        it.until("[a] Approve")

    def test_deny_wants_a_reason_and_escape_takes_it_back(self, chatting):
        it = chatting("restart cron", "[d] Deny")
        it.press("d\r")
        it.until("Why not?")
        it.press("\x1b")
        it.until("Ctrl-C leaves")
        it.until("WAITING")
        it.press("d\r")
        it.until("Why not?")
        it.press("not on a friday\r")
        it.until("ana: not on a friday")
        it.until("DENIED")

    def test_whose_output_is_chosen_from_a_list(self, chatting):
        it = chatting("break it")
        it.press("a\r")
        it.until("NEEDS A DECISION")
        it.press("o\r")
        it.until(LISTED)
        it.until(HOW)
        it.press("web\r")
        it.until("and 3 more have web in their names: type more")
        it.press("o\r")
        it.until(HOW)
        it.press("2\r")
        it.until("restarting on web-1")

    def test_leaving_says_how_to_return_and_to_stop_and_a_return_goes_on(self, terminal, chatting):
        it = chatting("slow restart", "[a] Approve")
        it.press("a")
        it.until("Enter: Approve")
        it.press("\r")
        it.until("RUNNING  0 of 2")
        it.press("\x03")
        it.until("Return: ./overseer chat 90   Stop: ./overseer stop 90")
        assert it.status() == 130
        back = terminal("chat", "90")
        back.until("RUNNING  0 of 2")
        back.press("s")
        back.until("Enter: Stop: start nothing more")
        back.press("\r")
        back.until("CANCELLED")
        back.press("\x04")
        assert back.status() == 0

    @pytest.mark.parametrize("how", ["chat", "ask"])
    def test_what_is_attached_is_printed_whole_before_it_can_be_approved(self, terminal, how):
        it = terminal(*("chat",) if how == "chat" else ("ask", "restart attached"), NO_COLOR="1")
        if how == "chat":
            it.until("Ctrl-C leaves")
            it.press("restart attached\r")
        it.until("[a] Approve restart")
        it.until_written(b"| df 0", b"| df 450", b"| df 899")

    def test_a_card_that_is_too_tall_is_printed_whole_before_it_can_be_approved(self, chatting):
        it = chatting("restart cron", "more lines: [v] shows all of it", rows=10, NO_COLOR="1")
        it.until_written(b"undo      none: a restart cannot be taken back")

    def test_a_smaller_window_is_drawn_anew(self, chatting):
        it = chatting("restart cron")
        it.resize(44, 24)
        it.until("─" * 44 + "\n")
        it.until("CHANGES service.restart cron · 2 hosts, 1")

    def test_what_waits_elsewhere_is_said(self, terminal, chatting):
        it = chatting()
        other = terminal("ask", "restart cron", "--no-wait")
        assert other.status() == 6
        it.until("#90 waiting: /90")
        it.press("/90\r")
        it.until("[a] Approve restart")

    def test_without_a_movable_cursor_it_goes_line_by_line(self, terminal):
        it = terminal("chat", TERM="dumb")
        it.until("[1] how is localhost?")
        it.press("1\r")
        it.until("localhost is well")
        it.press("restart cron\r")
        it.until("[a] Approve restart")
        it.press("a\r")
        it.until("DONE")
        assert b"\x1b" not in it.raw
        it.press("\x04")
        assert it.status() == 0


class TestAsk:
    def test_the_card_is_live_and_a_key_approves(self, asking):
        it = asking("restart cron on web", still=True)
        it.press("a")
        it.until(" DONE")
        assert it.status() == 0
        assert it.text.count("#90") == 1
        assert it.text.count("─" * 80) == 1

    def test_a_key_in_the_blink_of_a_change_decides_nothing(self, terminal):
        it = terminal("ask", "restart cron on web")
        it.press("a")
        it.until("[a] Approve restart")
        it.press("a")
        it.until("just changed")
        it.until("WAITING")

    def test_yes_votes_and_shows_it(self, terminal):
        it = terminal("ask", "restart cron", "--yes")
        it.until(" DONE")
        assert it.status() == 0

    def test_denying_asks_why(self, asking):
        it = asking(shows="[d] Deny")
        it.press("d")
        it.until("Why not?")
        it.press("no\r")
        it.until("ana: no")
        assert it.status() == 3

    def test_whose_output_is_chosen_from_a_list_by_its_number_or_a_part(self, asking):
        it = asking("break it", still=True)
        it.press("a")
        it.until("NEEDS A DECISION")
        for typed, host in (("1", "web-2"), ("b-4", "web-4")):
            it.press("o")
            it.until(LISTED)
            it.until(HOW)
            it.press(f"{typed}\r")
            it.until(f"restarting on {host}")

    def test_ctrl_c_leaves_it_waiting(self, asking):
        it = asking()
        it.press("\x03")
        it.until("#90 still waits for votes. Return: ./overseer chat 90")
        assert it.status() == 130
        assert "\x1b[?25h" in it.raw.decode()

    def test_a_question_may_be_answered_in_words(self, asking):
        it = asking("restart nginx on web-9", "[1] web-1")
        it.press("r")
        it.until("› r")
        it.press("estart nginx on web-4\r")
        it.until("nginx on web-4")
        it.until("[a] Approve")

    @pytest.mark.parametrize(
        ("pasted", "then"),
        [
            ("restart nginx on web-4\r", ""),
            ("restart nginx\ron web-4\r", "\r"),
            ("restart nginx", " on web-4\r"),
            ("1\r", ""),
        ],
    )
    def test_an_answer_that_is_pasted_is_read_whole(self, asking, pasted, then):
        it = asking("restart nginx on web-9", "[1] web-1", still=True)
        it.press(pasted)
        if then:
            it.until("› restart nginx")
            assert "[a] Approve" not in it.text
            it.press(then)
        it.until("nginx on web-1" if pasted == "1\r" else "nginx on web-4")
        it.until("[a] Approve")

    def test_a_reason_of_two_pasted_lines_is_read_whole_and_presses_nothing(self, asking):
        it = asking(shows="[d] Deny")
        it.press("d")
        it.until("Why not?")
        it.press("no\ra\r")
        it.until("ana: no a")
        assert it.status() == 3

    def test_of_a_long_paste_no_letter_is_a_key(self, asking):
        it = asking(still=True)
        it.press("x" * 64 + "a")
        time.sleep(0.5)
        it.read()
        assert "WAITING" in it.text

    def test_a_pasted_text_presses_nothing(self, asking):
        it = asking(still=True)
        it.press("aaa")
        it.press("\x1b[A")
        time.sleep(0.3)
        it.read()
        assert "WAITING" in it.text

    def test_without_utf8_and_colour_everything_is_plain_ascii(self, terminal):
        it = terminal("ask", "how is localhost?", LANG="C", LC_ALL="C", NO_COLOR="1")
        it.until("localhost is well")
        assert it.status() == 0
        assert it.raw.isascii()
        assert b"\x1b[3" not in it.raw
        assert "memory    ########............   41 %" in it.text

    def test_colour_says_what_words_say_too(self, terminal):
        it = terminal("ask", "destroy everything")
        it.until("REFUSED")
        assert it.status() == 3
        assert b"\x1b[1;31mREFUSED\x1b[0m" in it.raw

"""The terminal's socket, really opened: who may speak, what is pushed, what garbage does."""

from __future__ import annotations

import contextlib
import json
import socket
import stat

import pytest

from bot.adapters.machine import SystemClock
from bot.adapters.terminal import wire
from bot.adapters.terminal.client import connect
from bot.adapters.terminal.server import TerminalSurface
from bot.domain.cards import Button
from bot.domain.messages import People
from bot.errors import ConflictError, NotAllowedError, OverseerError, RequestError
from bot.ports import Surface
from bot.ports.accounts import account_of
from bot.settings import Home
from tests.rigs.terminal_server import Server, persons

pytest_plugins = ("tests.rigs.terminal_fixtures",)
APPROVE = Button(id="approve", label="Approve")


def raw(server):
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(5)
    sock.connect(str(server.home.socket))
    return sock


def lines(sock, count):
    data = b""
    while data.count(b"\n") < count:
        got = sock.recv(65536)
        if not got:
            break
        data += got
    return [json.loads(line) for line in data.splitlines()]


HELLO = b'{"overseer":1}\n'


class TestWhoSpeaks:
    def test_it_is_a_surface(self, server):
        assert isinstance(server.surface, Surface)

    def test_nobody_else_can_open_it(self, server):
        assert stat.S_IMODE(server.home.socket.stat().st_mode) == 0o600
        assert stat.S_IMODE(server.home.path.stat().st_mode) == 0o700

    def test_the_person_is_whom_the_system_names(self, link):
        assert link.person.name == "ana"

    def test_an_account_that_is_nobodys_is_told_who_can_help(self, tmp_path):
        server = Server(tmp_path / "home", persons(account="someone-else"))
        try:
            with pytest.raises(NotAllowedError) as told:
                server.connect()
        finally:
            server.stop()
        assert "os:" in told.value.sentence
        assert "Ana" in told.value.cure
        assert "people.yaml" in told.value.cure

    def test_a_line_cannot_claim_a_person(self, server):
        with raw(server) as sock:
            sock.sendall(HELLO)
            lines(sock, 1)
            sock.sendall(b'{"id":1,"do":"waiting","with":{"person":"ben"}}\n')
            assert lines(sock, 1)[0]["error"]["kind"] == "RequestError"

    def test_a_role_that_is_taken_away_counts_at_the_next_request(self, server, link):
        server.ears._people = People()
        with pytest.raises(NotAllowedError):
            link.status()

    def test_no_server_is_no_link(self, tmp_path):
        assert connect(Home(path=tmp_path / "nothing")) is None

    def test_a_stale_socket_is_replaced_and_a_living_one_is_not(self, tmp_path):
        home = tmp_path / "home"
        home.mkdir(mode=0o700)
        stale = socket.socket(socket.AF_UNIX)
        stale.bind(str(home / "overseer.sock"))
        stale.close()
        assert connect(Home(path=home)) is None
        server = Server(home)
        try:
            second = TerminalSurface(server.home.socket, clock=SystemClock(), account=account_of)
            with pytest.raises(ConflictError):
                server.do(second.start(server.ears))
            assert server.connect() is not None
        finally:
            server.stop()
        assert not server.home.socket.exists()

    def test_a_file_in_the_way_is_left_alone(self, tmp_path):
        home = tmp_path / "home"
        home.mkdir()
        (home / "overseer.sock").write_text("mine")
        with pytest.raises(ConflictError):
            Server(home)
        assert (home / "overseer.sock").read_text() == "mine"

    def test_a_path_longer_than_the_system_allows_works(self, tmp_path):
        server = Server(tmp_path / ("long" * 20) / ("longer" * 20))
        try:
            assert server.connect().person.name == "ana"
        finally:
            server.stop()


class TestGarbage:
    @pytest.mark.parametrize(
        "data",
        [b"GET / HTTP/1.1\r\n\r\n", b"\x00\xff\n", b"[]\n", b'{"overseer":99}\n', b"[" * 90000 + b"\n"],
    )  # fmt: skip
    def test_a_stranger_gets_one_sentence(self, server, data):
        with raw(server) as sock:
            sock.sendall(data)
            assert "error" in lines(sock, 1)[0]
            assert sock.recv(1) == b""
        assert server.connect().status().version == "0.1.0"

    def test_a_line_without_end_is_cut(self, server):
        with raw(server) as sock:
            sock.sendall(HELLO)
            lines(sock, 1)
            with contextlib.suppress(OSError):
                for _ in range(40):
                    sock.sendall(b"x" * wire.LONGEST_REQUEST)
            with contextlib.suppress(ConnectionError):
                assert "bytes" in lines(sock, 1)[0]["error"]["sentence"]
        assert server.connect() is not None

    def test_bad_requests_are_answered_one_by_one_and_then_no_more(self, server):
        with raw(server) as sock:
            sock.sendall(HELLO + b"nonsense\n" * 9)
            found = lines(sock, 6)
            assert len(found) == 6
            assert sock.recv(1) == b""

    @pytest.mark.parametrize(
        ("do", "args"),
        [("nothing", {}), ("message", {}), ("message", {"event": "e", "thread": "x", "text": "y"}),
         ("card", {"plan": -1}), ("card", {"plan": "1; drop"}), ("output", {"plan": 1}),
         ("admin", {"name": "reload"}), ("message", {"event": "e", "thread": "a/b/c", "text": "x" * 40000}),
         ("message", {"event": "e", "thread": "a/b/c", "text": "\ud800"})],
    )  # fmt: skip
    def test_a_wrong_request_is_a_sentence_and_the_link_lives(self, link, do, args):
        with pytest.raises(RequestError):
            link.call(do, **args)
        assert link.status().parser == "rules"

    def test_a_client_that_hangs_up_in_mid_line_hurts_nobody(self, server, link):
        for data in (b"", HELLO, HELLO + b'{"id":1,"do":"mess'):
            sock = raw(server)
            sock.sendall(data)
            sock.close()
        assert link.status().version == "0.1.0"

    def test_what_breaks_inside_is_said_and_logged(self, server, link, caplog):
        server.ears.status = None
        with pytest.raises(OverseerError, match="inside Overseer"):
            link.status()
        assert "status" in caplog.text

    def test_a_client_that_never_reads_costs_only_the_newest_state(self, server):
        with raw(server) as sock:
            sock.sendall(HELLO + b'{"id":1,"do":"follow","with":{"thread":"terminal/ana/t"}}\n')
            link = server.connect()
            link.say("terminal/ana/t", "slow restart")
            item = next(i for i in link.thread("terminal/ana/t") if i.card)
            card = item.card

            async def many():
                for n in range(3000):
                    big = card.model_copy(update={"serial": n + 10, "title": "x" * 2000})
                    await server.surface.show(item.model_copy(update={"card": big}), edited=True)

            server.do(many())
            session = max(server.surface._sessions, key=lambda s: len(s.follows))
            assert session._size < 100_000


class TestConversation:
    def test_a_thread_is_replayed_and_then_pushed(self, link):
        thread = link.new_thread()
        link.say(thread, "restart cron")
        link.call("idle", thread=thread)
        link.follow(thread)
        first = [p["item"] for p in link.pushed(1)]
        assert [i["kind"] for i in first] == ["said", "card"]
        item = link.card(90)
        assert link.press(thread, item.card, APPROVE).accepted
        link.call("idle", thread=thread)
        states = [p["item"]["card"]["state"] for p in link.pushed(1)]
        assert states[-1] == "DONE"

    def test_the_same_submission_twice_is_one(self, server, link):
        thread = link.new_thread()
        for _ in range(2):
            link.call("message", event="same", thread=thread, text="restart cron")
        link.call("idle", thread=thread)
        assert len([i for i in link.thread(thread) if i.kind == "said"]) == 1

    def test_a_press_carries_what_the_card_showed(self, server, link):
        thread = link.new_thread()
        link.say(thread, "restart cron")
        link.call("idle", thread=thread)
        link.press(thread, link.card(90).card, APPROVE)
        press = server.ears.presses[-1]
        assert (press.plan, press.revision, press.digest[:8]) == (90, 1, "7f3ac21e")
        assert press.person == "ana"
        assert press.identity.surface == "os"

    def test_others_threads_are_noticed_when_they_call(self, server, link):
        link.notices()
        other = server.connect()
        other.say(other.new_thread(), "restart cron")
        notice = link.pushed(5)[0]["notice"]
        assert notice["card"]["state"] == "WAITING"
        assert link.waiting()[0].card.plan == 90

    def test_slow_requests_hold_nobody_up(self, server, link):
        thread = link.new_thread()
        link.say(thread, "slow restart")
        link.call("idle", thread=thread)
        link.press(thread, link.card(90).card, APPROVE)
        number = link.send("idle", thread=thread)
        assert link.status().waiting == 0
        assert link.answer(number) is None
        server.call(server.ears.finish)
        link.call("idle", thread=thread)
        assert link.card(90).card.state == "DONE"

    def test_admin_is_what_the_root_put_in(self, server, link):
        async def reload(person, args):
            return {"by": person.name, **args}

        server.surface.offer("reload", reload)
        assert link.admin("reload", dry=True) == {"by": "ana", "dry": True}

    def test_a_server_that_stops_says_goodbye(self, tmp_path):
        server = Server(tmp_path / "home")
        with connect(server.home) as link:
            link.send("idle", thread=link.new_thread())
            server.stop()
            assert any("bye" in push for push in link.pushed(1))
            with pytest.raises(OverseerError, match="gone"):
                link.status()
            with pytest.raises(OverseerError, match="gone"):
                link.pushed()


def test_the_client_imports_no_drawing_and_no_server():
    import subprocess
    import sys

    code = (
        "import sys, bot.adapters.terminal.client, bot.adapters.terminal.ask\n"
        "bad = {'rich', 'prompt_toolkit', 'nicegui', 'asyncssh', 'fastapi', 'sqlalchemy', 'typer'}\n"
        "print(sorted(bad & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"

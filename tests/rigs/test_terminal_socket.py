"""The terminal's socket, really opened: who may speak, what is pushed, what garbage does."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import socket
import stat
import threading

import pytest

from bot.adapters.terminal import wire
from bot.adapters.terminal.ask import run_ask
from bot.adapters.terminal.client import Link, connect
from bot.adapters.terminal.console import Console
from bot.adapters.terminal.deciding import (
    run_approve,
    run_deny,
    run_output,
    run_resume,
    run_show,
    run_status,
    run_stop,
)
from bot.adapters.terminal.inprocess import serve_inprocess
from bot.adapters.terminal.server import TerminalSurface
from bot.domain.cards import Button
from bot.domain.messages import Identity, People, Person, Role
from bot.errors import ConflictError, NotAllowedError, OverseerError, RequestError
from bot.ports import Surface
from bot.settings import Home
from bot.testing.scripted_ears import ScriptedEars
from tests.rigs.terminal_server import WallClock, persons, started

APPROVE = Button(id="approve", label="Approve")


class Server:
    """A server on a loop of its own, as it is for a client in another process."""

    def __init__(self, home, people=None):
        self.home = Home(path=home)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        ears = ScriptedEars(people or persons())
        self.links = []
        try:
            self.surface, self.ears = self.do(started(home, ears))
        except BaseException:
            self._end()
            raise

    def do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def connect(self):
        link = connect(self.home)
        self.links.append(link)
        return link

    def call(self, function):
        self.loop.call_soon_threadsafe(function)

    def stop(self):
        self.do(self.surface.stop())
        self.do(self.ears.close())
        for link in self.links:
            link.close()
        self._end()

    def _end(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()


@pytest.fixture
def server(tmp_path):
    it = Server(tmp_path / "home")
    yield it
    it.stop()


@pytest.fixture
def link(server):
    return server.connect()


def console(**environ):
    return Console(stdin=io.StringIO(), stdout=io.StringIO(), stderr=io.StringIO(), environ=environ)


def out(of):
    return of.stdout.getvalue()


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
            second = TerminalSurface(server.home.socket, clock=WallClock())
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


class TestCommands:
    @pytest.mark.parametrize(
        ("text", "more", "status", "shown"),
        [("how is localhost?", {}, 0, "localhost is well"),
         ("destroy everything", {}, 3, "REFUSED"),
         ("restart nginx on web-9", {}, 2, "Which host do you mean?"),
         ("restart cron", {"wait": False}, 6, "./overseer approve 90"),
         ("restart cron", {"yes": True}, 0, "DONE"),
         ("both restart", {"yes": True, "wait": False}, 6, "1 of 2 votes"),
         ("break it", {"yes": True, "wait": False}, 4, "NEEDS A DECISION"),
         ("restart cron", {"plan_only": True}, 0, "WAITING"),
         ("thanks", {}, 0, "You're welcome"),
         ("  ", {}, 64, "")],
    )  # fmt: skip
    def test_ask_in_a_pipe(self, link, text, more, status, shown):
        con = console()
        assert run_ask(link, con, text, **more) == status
        assert shown in out(con)
        assert out(con).count(shown) <= 1 or not shown

    def test_ask_as_json_is_one_document(self, link):
        con = console()
        assert run_ask(link, con, "how is localhost?", json=True) == 0
        found = json.loads(out(con))
        assert (found["outcome"], found["exit"], found["state"]) == ("done", 0, "ANSWER")
        assert found["card"]["title"] == "localhost is well"
        assert con.stderr.getvalue() == ""

    def test_an_error_as_json_is_one_document_too(self, server, link):
        server.ears._people = People()
        con = console()
        assert run_ask(link, con, "how?", json=True) == 3
        assert "os:" in json.loads(out(con))["error"]["sentence"]

    def test_approve_follows_what_it_started(self, link):
        run_ask(link, console(), "restart cron", wait=False)
        con = console()
        assert run_approve(link, con, 90) == 0
        assert "DONE" in out(con)
        assert run_approve(link, con, 90) == 3
        assert "already done" in con.stderr.getvalue()

    def test_approve_of_two_waits_for_the_other(self, link):
        run_ask(link, console(), "both restart", wait=False)
        assert run_approve(link, console(), 90) == 6
        assert run_approve(link, console(), 90, wait=False) == 6

    def test_approve_refuses_another_digest_and_an_unknown_plan(self, server, link):
        run_ask(link, console(), "restart cron", wait=False)
        con = console()
        assert run_approve(link, con, 90, digest="beef") == 64
        assert "7f3a c21e" in con.stderr.getvalue()
        assert server.ears.presses == []
        assert run_approve(link, console(), 1234) == 64
        assert run_approve(link, console(), 90, digest="7f3a c21e", wait=False) == 0

    def test_deny_ends_it_with_a_reason(self, link):
        run_ask(link, console(), "restart cron", wait=False)
        assert run_deny(link, console(), 90, reason="not on a friday") == 0
        con = console()
        run_show(link, con, 90)
        assert "ana: not on a friday" in out(con)

    def test_a_vote_that_does_not_count_is_explained(self, tmp_path):
        me = persons().persons[0].model_copy(update={"roles": frozenset({Role.OPERATOR})})
        server = Server(tmp_path / "home", People(persons=(me,)))
        link = server.connect()
        con = console()
        try:
            assert run_ask(link, con, "restart cron", yes=True, wait=False) == 6
            assert "needs an approver" in con.stderr.getvalue()
            assert run_approve(link, console(), 90) == 3
        finally:
            server.stop()

    def test_stop_finds_the_only_run(self, link):
        con = console()
        assert run_stop(link, con) == 0
        assert "Nothing of yours is running." in out(con)
        run_ask(link, console(), "slow restart", wait=False)
        run_approve(link, console(), 90, wait=False)
        assert run_stop(link, console()) == 0
        assert link.card(90).card.state == "CANCELLED"

    def test_stop_asks_which_when_there_are_several(self, link):
        for plan in (90, 91):
            run_ask(link, console(), "slow restart", wait=False)
            run_approve(link, console(), plan, wait=False)
        con = console()
        assert run_stop(link, con) == 64
        assert "#90" in con.stderr.getvalue()
        assert "#91" in con.stderr.getvalue()
        assert run_stop(link, console(), 91, kill=True) == 0

    def test_stop_all_and_resume_use_the_roots_own_way_when_there_is_one(self, server, link):
        con = console()
        assert run_stop(link, con, everything=True) == 0
        assert "stop everything" in out(con)
        assert run_resume(link, con) == 0

        async def freeze(person, args):
            return {"accepted": True, "text": f"Frozen by {person.display}."}

        server.surface.offer("freeze", freeze)
        assert run_stop(link, con, everything=True) == 0
        assert "Frozen by Ana." in out(con)

    def test_status_is_dense_and_names_what_waits(self, link):
        run_ask(link, console(), "restart cron", wait=False)
        con = console()
        assert run_status(link, con) == 0
        assert "parser    rules" in out(con)
        assert "#90   WAITING 0 of 1 vote  restart cron" in out(con)
        con = console()
        run_status(link, con, json=True)
        assert json.loads(out(con))["waiting_for_you"][0]["plan"] == 90

    def test_output_in_a_pipe_is_as_it_was(self, link):
        run_ask(link, console(), "restart cron", yes=True)
        con = console()
        assert run_output(link, con, 90, "web-1") == 0
        assert out(con) == "restarting on web-1\ndone\n"
        assert run_output(link, con, 91, "web-1") == 0
        assert "Nothing was printed" in con.stderr.getvalue()

    def test_a_server_that_dies_is_status_1_with_a_cure(self, tmp_path):
        server = Server(tmp_path / "home")
        link = server.connect()
        server.stop()
        con = console()
        assert run_ask(link, con, "how?") == 1
        assert "./overseer run" in con.stderr.getvalue()


class TestInProcess:
    def test_without_a_server_the_same_commands_work(self, tmp_path):
        @contextlib.asynccontextmanager
        async def serve():
            ears = ScriptedEars(persons())
            surface = TerminalSurface(tmp_path / "s.sock", clock=WallClock(), version="0.1.0")
            ears.subscribe(lambda item, edited: surface.show(item, edited=edited))
            await surface.start(ears)
            yield surface
            await surface.stop()

        with serve_inprocess(serve) as link:
            assert link.alone
            con = console()
            assert run_ask(link, con, "restart cron", yes=True) == 0
            assert "DONE" in out(con)

    def test_what_fails_at_the_start_is_raised(self):
        @contextlib.asynccontextmanager
        async def serve():
            raise ConflictError("The database is locked.")
            yield

        with pytest.raises(ConflictError, match="locked"), serve_inprocess(serve):
            pass


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


def test_a_link_needs_no_person_from_the_client():
    assert "person" not in Link.say.__annotations__
    assert Person(
        name="x", display="x", roles=frozenset(), identities=(Identity(surface="os", account="x"),)
    )

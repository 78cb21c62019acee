"""The commands over the real socket, in a pipe: what they print and how they exit."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.adapters.machine import SystemClock
from bot.adapters.terminal.ask import run_ask
from bot.adapters.terminal.deciding import (
    run_approve,
    run_output,
    run_resume,
    run_status,
    run_stop,
)
from bot.adapters.terminal.following import Following
from bot.adapters.terminal.inprocess import serve_inprocess
from bot.adapters.terminal.live import Live
from bot.adapters.terminal.outcomes import Exit
from bot.adapters.terminal.server import TerminalSurface
from bot.domain.cards import Button
from bot.domain.messages import People, Reply
from bot.errors import ConflictError
from bot.ports.accounts import account_of
from bot.testing.scripted_ears import ScriptedEars
from tests.rigs.terminal_server import Server, console, out, persons

pytest_plugins = ("tests.rigs.terminal_fixtures",)
APPROVE = Button(id="approve", label="Approve")
READ = "7f3a c21e"


def interrupted(monkeypatch, after=""):
    """Ctrl-C, once the newest card is in a state."""
    step = Following.step

    def steps(self, timeout=None):
        if not after or (self.card is not None and self.card.state == after):
            raise KeyboardInterrupt
        return step(self, timeout)

    monkeypatch.setattr(Following, "step", steps)


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

    def test_the_options_of_a_question_are_requests_where_nobody_can_press(self, link):
        con = console()
        assert run_ask(link, con, "restart nginx on web-9") == 2
        assert "./overseer ask 'restart nginx on web-1'" in out(con)
        assert "Press" not in out(con)

    def test_stop_finds_the_only_run(self, link):
        con = console()
        assert run_stop(link, con) == 0
        assert "Nothing of yours is running." in out(con)
        assert run_stop(link, console(), kill=True) == 0
        run_ask(link, console(), "slow restart", wait=False)
        run_approve(link, console(), 90, digest=READ, wait=False)
        assert run_stop(link, console()) == 0
        assert link.card(90).card.state == "CANCELLED"

    def test_stop_drops_what_is_still_read_and_says_so(self, server, link):
        asked = []

        async def drop(person, args):
            asked.append((person.name, args["event"]))
            return {"accepted": True, "text": "Dropped 2 requests of yours."}

        server.surface.offer("drop", drop)
        con = console()
        assert run_stop(link, con) == 0
        assert asked == [("ana", "")]
        assert out(con) == "Dropped 2 requests of yours.\n"

    @pytest.mark.parametrize("live", [False, True])
    def test_ctrl_c_before_there_is_a_plan_drops_the_request(self, server, link, live, monkeypatch):
        heard, dropped = [], []

        async def hears(message):
            heard.append(message.event_id)
            return Reply(accepted=True, thread=message.thread)

        async def never(thread, timeout_s=None):
            await asyncio.Event().wait()

        async def drop(person, args):
            dropped.append(args["event"])
            return {"accepted": True, "text": "Dropped 1 request of yours."}

        monkeypatch.setattr(server.ears, "on_message", hears)
        monkeypatch.setattr(server.ears, "idle", never)
        server.surface.offer("drop", drop)
        interrupted(monkeypatch)
        con = console()
        if live:
            monkeypatch.setattr("bot.adapters.terminal.live.single_keys", contextlib.nullcontext)
            following = Following(link, link.new_thread())
            assert Live(con, following).run(following.say("reload nginx on web-3")) == 5
        else:
            assert run_ask(link, con, "reload nginx on web-3") == 5
        assert dropped == heard
        assert "Dropped 1 request of yours. Nothing of it ran." in out(con)

    def test_ctrl_c_once_there_is_a_plan_drops_nothing_and_says_how_to_stop_it(
        self, server, link, monkeypatch
    ):
        async def drop(person, args):
            return {"accepted": True, "text": ""}  # it is a plan by now

        server.surface.offer("drop", drop)
        interrupted(monkeypatch, after="WAITING")
        con = console()
        assert run_ask(link, con, "restart cron") == 130
        assert "#90 still waits for votes." in out(con)
        assert "Stop: ./overseer stop 90" in out(con)

    def test_stop_asks_which_when_there_are_several(self, link):
        for plan in (90, 91):
            run_ask(link, console(), "slow restart", wait=False)
            run_approve(link, console(), plan, digest=READ, wait=False)
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

    def test_a_server_that_dies_is_a_failure_with_a_cure(self, tmp_path):
        server = Server(tmp_path / "home")
        link = server.connect()
        server.stop()
        con = console()
        assert run_ask(link, con, "how?") == Exit.FAILED
        assert "./overseer run" in con.stderr.getvalue()

    @pytest.mark.parametrize("json_too", [False, True])
    def test_a_server_that_goes_away_under_a_waiting_ask_detaches_it(self, tmp_path, json_too):
        server = Server(tmp_path / "home")
        link, con = server.connect(), console()
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(run_ask, link, con, "slow restart", yes=True, json=json_too)
            while not any(p.button == "approve" for p in server.ears.presses):
                time.sleep(0.01)
            server.stop()
            assert asked.result(30) == Exit.DETACHED
        if json_too:
            said = json.loads(out(con))
            assert (said["outcome"], said["plan"]) == ("detached", 90)
            assert "./overseer run" in said["error"]["cure"]
        else:
            assert "Then return: ./overseer chat 90" in con.stderr.getvalue()


class TestInProcess:
    def test_without_a_server_the_same_commands_work(self, tmp_path):
        @contextlib.asynccontextmanager
        async def serve():
            ears = ScriptedEars(persons())
            surface = TerminalSurface(
                tmp_path / "s.sock", clock=SystemClock(), account=account_of, version="0.1.0"
            )
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

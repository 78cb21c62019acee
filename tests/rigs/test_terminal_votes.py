"""Votes over the real socket: what was read is what is approved, in a pipe and at a terminal."""

from __future__ import annotations

import contextlib
import io

import pytest

from bot.adapters.terminal.ask import run_ask
from bot.adapters.terminal.console import Console
from bot.adapters.terminal.deciding import (
    run_approve,
    run_deny,
    run_show,
)
from bot.adapters.terminal.following import Following
from bot.adapters.terminal.live import Live
from bot.domain.messages import People, Role
from bot.testing.scripted_cards import waiting
from tests.rigs.terminal_server import Server, console, out, persons

pytest_plugins = ("tests.rigs.terminal_fixtures",)
READ = "7f3a c21e"
CARD_DIGEST = "7f3ac21e" * 8


class Terminal(io.StringIO):
    """What is typed or shown in a terminal that can't move its cursor."""

    def isatty(self):
        return True


def at_a_terminal(typed):
    return Console(
        stdin=Terminal(typed), stdout=Terminal(), stderr=io.StringIO(), environ={"TERM": "dumb"}
    )


def test_approve_follows_what_it_started(link):
    run_ask(link, console(), "restart cron", wait=False)
    con = console()
    assert run_approve(link, con, 90, digest=READ) == 0
    assert "DONE" in out(con)
    assert run_approve(link, con, 90) == 3
    assert "already done" in con.stderr.getvalue()


def test_approve_of_two_waits_for_the_other(link):
    run_ask(link, console(), "both restart", wait=False)
    assert run_approve(link, console(), 90, digest=READ) == 6
    assert run_approve(link, console(), 90, digest=READ, wait=False) == 6


def test_approve_refuses_another_digest_and_an_unknown_plan(server, link):
    run_ask(link, console(), "restart cron", wait=False)
    con = console()
    assert run_approve(link, con, 90, digest="beefbeef") == 64
    assert "7f3a c21e" in con.stderr.getvalue()
    assert server.ears.presses == []
    assert run_approve(link, console(), 1234) == 64
    assert run_approve(link, console(), 90, digest="7f3a c21e", wait=False) == 0


def test_approve_in_a_pipe_wants_to_know_what_was_read(server, link):
    run_ask(link, console(), "restart cron", wait=False)
    con = console()
    assert run_approve(link, con, 90) == 64
    assert "sudo systemctl restart -- cron.service" in con.stderr.getvalue()
    hint = "./overseer approve 90 --digest 7f3ac21e7f3ac21e"
    assert hint in con.stderr.getvalue()
    assert run_approve(link, console(), 90, json=True) == 64
    assert run_approve(link, console(), 90, digest="7f") == 64
    assert server.ears.presses == []


@pytest.mark.parametrize(("typed", "status"), [("yes\n", 0), ("n\n", 6), ("", 6), ("a\n", 6)])
def test_approve_at_a_terminal_shows_it_and_asks(server, link, typed, status):
    run_ask(link, console(), "restart cron", wait=False)
    con = at_a_terminal(typed)
    assert run_approve(link, con, 90) == status
    shown, _, _ = out(con).partition("Approve restart? Type yes:")
    assert "sudo systemctl restart -- cron.service" in shown
    assert [press.digest for press in server.ears.presses] == [CARD_DIGEST] * (status == 0)


def test_a_plan_that_changes_while_it_is_read_gets_no_vote(server, link):
    """The vote is for what was shown: the press names that digest, whatever waits by then."""
    run_ask(link, console(), "restart cron", wait=False)

    class Slow(io.StringIO):
        def isatty(self):
            return True

        def readline(self):
            for seq, item in server.ears._items.items():
                if item.card and item.card.plan == 90:
                    card = item.card.model_copy(update={"revision": 2, "digest": "beef" * 16})
                    server.ears._items[seq] = item.model_copy(update={"card": card})
            return "yes\n"

    con = at_a_terminal("")
    con.stdin = Slow()
    run_approve(link, con, 90)
    assert [(p.revision, p.digest) for p in server.ears.presses] == [(1, CARD_DIGEST)]


def test_a_vote_for_what_was_withdrawn_is_too_late(server, link):
    run_ask(link, console(), "restart cron", wait=False)
    for seq, item in server.ears._items.items():
        if item.card and item.card.plan == 90:
            card = item.card.model_copy(update={"state": "CANCELLED"})
            server.ears._items[seq] = item.model_copy(update={"card": card})
    assert run_approve(link, console(), 90, digest=READ) == 5


def test_what_nobody_may_vote_for_is_not_waited_for(server, link, monkeypatch):
    from bot.testing import scripted_ears

    def barred(*args):
        card = waiting(*args)
        return card.model_copy(update={"buttons": card.buttons[1:]})

    monkeypatch.setattr(scripted_ears, "waiting", barred)
    con = console()
    assert run_ask(link, con, "restart cron", yes=True) == 3
    assert "WAITING" in out(con)
    assert "./overseer approve" not in out(con)
    assert server.ears.presses == []


@pytest.mark.parametrize("live", [False, True])
def test_yes_approves_nothing_that_a_model_put_in(server, link, monkeypatch, live):
    from bot.testing import scripted_ears

    def read_by_a_model(*args):
        card = waiting(*args)
        approve = card.buttons[0].model_copy(update={"unread": False})
        return card.model_copy(update={"buttons": (approve, *card.buttons[1:])})

    monkeypatch.setattr(scripted_ears, "waiting", read_by_a_model)
    con = console()
    if live:
        monkeypatch.setattr("bot.adapters.terminal.live.single_keys", contextlib.nullcontext)
        monkeypatch.setattr("bot.adapters.terminal.live.key_pressed", lambda *_: "")
        monkeypatch.setattr(con.stdin, "fileno", lambda: 0)
        following = Following(link, link.new_thread())
        it = Live(con, following, yes=True, leave_waiting=True)
        it.run(following.say("restart cron"))
        assert "doesn't approve it" in out(con)
    else:
        assert run_ask(link, con, "restart cron", yes=True, wait=False) == 6
        told = " ".join(con.stderr.getvalue().split())
        assert "--yes doesn't approve it" in told
        assert "Only a model read that, or put something in" in told  # it may be just what was said
    assert server.ears.presses == []


def test_all_of_a_long_plan_is_printed_where_it_can_be_approved(link):
    con, shown, asked = console(), console(), at_a_terminal("no\n")
    assert run_ask(link, con, "restart attached", wait=False) == 6
    run_show(link, shown, 90)
    run_approve(link, asked, 90)
    for each in (con, shown, asked):
        assert [f"| df {number}" in out(each) for number in (0, 450, 899)] == [True] * 3


def test_deny_ends_it_with_a_reason(link):
    run_ask(link, console(), "restart cron", wait=False)
    assert run_deny(link, console(), 90, reason="not on a friday") == 0
    con = console()
    run_show(link, con, 90)
    assert "ana: not on a friday" in out(con)


def test_a_vote_that_does_not_count_is_explained(tmp_path):
    me = persons().persons[0].model_copy(update={"roles": frozenset({Role.OPERATOR})})
    server = Server(tmp_path / "home", People(persons=(me,)))
    link = server.connect()
    con = console()
    try:
        assert run_ask(link, con, "restart cron", yes=True, wait=False) == 6
        assert "needs an approver" in con.stderr.getvalue()
        assert run_approve(link, console(), 90, digest=READ) == 3
    finally:
        server.stop()

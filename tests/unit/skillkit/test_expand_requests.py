"""Who may yield what: hosts run commands, Overseer sends requests, and a read changes nothing."""

import sys

import pytest

from bot.domain.inventory import Host, Target
from bot.skillkit.contract import (
    Call,
    Check,
    CommandResult,
    Effect,
    HostResult,
    Hosts,
    Params,
    Request,
    Shell,
    Undo,
    action,
)
from bot.skillkit.expand import SkillError, expand
from bot.skillkit.printed import printed

PURGE = Request(method="PURGE", url="https://cdn.example/")
GET = Request(method="GET", url="https://cdn.example/")


class On(Params):
    hosts: Hosts


class Nothing(Params):
    pass


def expanded(*yielded, params=Nothing, effect=Effect.WRITE, **more):
    def make(p, host):
        yield from (y() if callable(y) else y for y in yielded)

    made = action("x.y", params=params, effect=effect, title=lambda p: "x", **more)(make)
    given = On(hosts=("web-1",)) if params is On else Nothing()
    return expand(made, given, Host(name="web-1"), Target(name="web-1"), {}).plan


def test_an_action_without_hosts_sends_requests_and_their_undo():
    plan = expanded(PURGE, Undo(GET))
    assert (plan.commands, plan.undo) == ((PURGE,), (GET,))


@pytest.mark.parametrize(
    "yielded",
    [
        (Shell(argv=("x",)),),
        (PURGE, Shell(argv=("x",))),
        (PURGE, Undo(Shell(argv=("x",)))),
        (PURGE, Check(argv=("x",))),
        (Call(operation="plan.cancel"),),
    ],
)
def test_it_may_yield_nothing_else(yielded):
    with pytest.raises(SkillError, match="has no hosts and may yield only Request"):
        expanded(*yielded)


@pytest.mark.parametrize("other", [PURGE, Call(operation="plan.cancel")])
def test_an_action_on_hosts_may_yield_neither_a_request_nor_a_call(other):
    with pytest.raises(SkillError, match="a step of its own"):
        expanded(Shell(argv=("x",)), other, params=On)
    with pytest.raises(SkillError, match="a step of its own"):
        expanded(Shell(argv=("x",)), Undo(other), params=On)


def test_what_happens_inside_sends_no_request():
    with pytest.raises(SkillError, match="in-process"):
        expanded(PURGE, in_process=True)


def test_a_read_sends_only_what_changes_nothing():
    assert expanded(GET, effect=Effect.READ).commands == (GET,)
    with pytest.raises(SkillError, match="is a read and sends a PURGE"):
        expanded(PURGE, effect=Effect.READ)


def test_whatever_a_skill_raises_is_a_sentence_without_the_value():
    with pytest.raises(SkillError, match=r"x\.y failed at it: url: .*no password"):
        expanded(lambda: Request(method="GET", url="https://me:hunter2@cdn.example/"))
    with pytest.raises(SkillError) as caught:
        expanded(lambda: Request(method="GET", url="https://me:hunter2@cdn.example/"))
    assert "hunter2" not in str(caught.value)
    with pytest.raises(SkillError, match="ZeroDivisionError"):
        expanded(lambda: 1 // 0)


def test_a_read_without_a_report_shows_what_was_printed():
    def gave(host, text):
        return HostResult(host=host, results=(CommandResult(exit_status=0, stdout=text),))

    report = printed(Nothing(), [gave("a", "up\n"), gave("b", "up\n"), gave("c", "x\n" * 25)])
    same, other, more = report.blocks
    assert [(b.title, b.text[:2], b.hidden_lines) for b in (same, other)] == [
        ("a b", "up", 0),
        ("c", "x\n", 0),
    ]
    assert more.text == "… 5 more lines after these"
    [alone] = printed(Nothing(), [gave("overseer", "")]).blocks
    assert (alone.title, alone.text) == ("", "(nothing was printed)")


@pytest.mark.parametrize("code", [0, 3, "enough"])
def test_an_action_that_exits_fails_alone(code):
    with pytest.raises(SkillError, match=r"x\.y failed at it: SystemExit"):
        expanded(PURGE, lambda: sys.exit(code))

"""The books' HTML: what it must carry, where boxes stand, and that data stays data."""

import re
from datetime import UTC, datetime

import pytest

from bot.adapters.web.books_view import log_html, nav_html, runs_html
from bot.adapters.web.census_view import hosts_html, people_html
from bot.adapters.web.graph_view import GAP_X, GAP_Y, HIGH, WIDE, graph_html, places
from bot.adapters.web.shelf import is_book
from bot.domain.cards import Tone
from bot.domain.messages import Identity, People, Person, Role
from bot.domain.sheets import HostLine, Log, RunLine, RunList, StepSheet, TargetSheet, Told

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVIL = "<img src=x onerror=alert(1)>\u202e"
ANA = Person(
    name="ana", display="Ana", roles=frozenset({Role.ADMIN}),
    identities=(Identity(surface="web", account=EVIL),),
)  # fmt: skip


def step(number, *needs, state="pending", done=0, hosts=("a",)):
    targets = tuple(TargetSheet(host=h, state=state, tone=Tone.DIM) for h in hosts)
    return StepSheet(
        id=f"s{number}", number=number, title=f"service.stop x{number}", state=state,
        tone=Tone.DIM, needs=tuple(f"s{n}" for n in needs), done=done, targets=targets,
    )  # fmt: skip


def test_a_box_stands_right_of_all_that_it_needs():
    steps = (step(1), step(2), step(3, 1), step(4, 2, 3))
    over, down = WIDE + GAP_X, HIGH + GAP_Y
    assert places(steps) == {
        "s1": (0, 0), "s2": (0, down), "s3": (over, 0), "s4": (2 * over, 0)
    }  # fmt: skip


def test_the_graph_read_aloud_says_state_and_order():
    drawn = graph_html((step(1, done=1, state="done"), step(2, 1, hosts=("a", "b"))))
    assert 'aria-label="step 1, service.stop x1, done, 1 of 1 done"' in drawn
    assert 'aria-label="step 2, service.stop x2, pending, 0 of 2 done, after step 1"' in drawn
    assert drawn.count("<path") == 1
    assert 'aria-hidden="true"' in drawn
    assert graph_html(()) == ""


def line(**more):
    given = {
        "plan": 9, "title": f"#9 stop {EVIL}", "requester": "ana", "at": AT, "state": EVIL,
        "tone": Tone.BAD, "standing": EVIL, "hosts": (EVIL, "b", "c", "d"), "reason": EVIL,
    }  # fmt: skip
    return RunLine(**given | more)


def pages():
    told = Told(at=AT, who=EVIL, text=EVIL, plan=9, aside=EVIL, exact=(EVIL,))
    prompted = Told(at=AT, text="begins", exact=(EVIL,), prompt=True)
    people = People(persons=(ANA, ANA.model_copy(update={"name": EVIL, "display": EVIL})))
    host = HostLine(
        name=EVIL, environment=EVIL, groups=(EVIL,), labels=(EVIL,), address=EVIL, held_by=9,
        leftovers=2, last=line(),
    )  # fmt: skip
    return {
        "runs": runs_html(
            RunList(open=(line(),), ended=(line(),), older=4), people, everything=True, first=True
        ),
        "log": log_html(Log(lines=(told, prompted), older=3), EVIL),
        "hosts": hosts_html((host,)),
        "people": people_html(people, ANA),
        "graph": graph_html((step(1), step(2, 1, state=EVIL, hosts=(EVIL,)))),
    }


@pytest.mark.parametrize("name", pages())
def test_whatever_a_host_or_a_person_says_stays_text(name):
    drawn = pages()[name]
    assert "<img" not in drawn
    assert "\u202e" not in re.sub(r'="[^"]*"', "", drawn)  # an attribute turns nothing around
    assert "&lt;img src=x onerror=alert(1)&gt;" in drawn


def test_older_pages_keep_what_was_asked():
    assert 'href="/runs?all=1&amp;before=4"' in pages()["runs"]
    log = log_html(Log(lines=(), older=3), "web-1 failed")
    assert 'href="/audit?q=web-1+failed&amp;before=3"' in log
    assert "Nothing in the log has “web-1 failed” in it." in log


def test_only_approvers_see_everybodys_log_and_others_are_told():
    assert "your own requests" in log_html(Log(lines=(), everything=False), "")
    assert "your own requests" not in log_html(Log(lines=()), "")


def test_a_lone_approver_is_told_about_solo_mode_and_an_admin_how_to_add_one():
    alone = people_html(People(persons=(ANA,)), ANA)
    assert "Solo mode: Ana is the only one" in alone
    assert "people invite" in alone
    chris = Person(name="chris", display="Chris", roles=frozenset({Role.APPROVER}))
    two = people_html(People(persons=(ANA, chris)), chris)
    assert "Solo mode" not in two
    assert "people invite" not in two


def test_the_way_to_the_books_says_where_one_is():
    assert nav_html("/runs/9").count('aria-current="page"') == 1
    assert nav_html("/audit?q=x").index("aria-current") > nav_html("/audit?q=x").index("/audit")
    assert "aria-current" not in nav_html("/c/x")


@pytest.mark.parametrize(
    ("path", "book"),
    [
        ("/runs", True), ("/runs/9", True), ("/runs?all=1", True), ("/hosts", True),
        ("/audit?q=a+b", True), ("/people", True), ("/runs/x", False), ("/runs/9/8", False),
        ("/", False), ("/c/runs", False), ("/plan/9", False),
    ],
)  # fmt: skip
def test_what_is_a_book(path, book):
    assert is_book(path) is book

"""Rows: whatever came from a host or a person can be stored, and comes back as itself."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.adapters.store import rows
from bot.domain.commands import CommandResult
from bot.domain.events import Event
from bot.domain.runs import Attempt, Run
from tests.rigs.stores import START, attempt, event, plan, run

TEXT = some.text(some.characters(codec=None), max_size=20)
WILD = "caf\udce9 \ud800 \x00 \x1b[31m"


def test_times_are_text_that_sorts():
    east = datetime(2026, 3, 1, 13, tzinfo=timezone(timedelta(hours=2)))
    texts = [rows.moment(t) for t in (east, START - timedelta(microseconds=1), START)]
    assert texts == sorted(texts)
    assert rows.time_in(texts[0]) == east
    with pytest.raises(ValueError, match="no time zone"):
        rows.moment(datetime(2026, 3, 1))  # noqa: DTZ001


@given(TEXT)
def test_any_output_can_be_stored(text):
    wild = attempt(
        note=text, results=(CommandResult(exit_status=None, stdout=text, data={text: [text]}),)
    )
    back = rows.attempt_of(rows.attempt_row(wild, "a"))
    clean = rows.plain(text)
    assert (back.note, back.results[0].stdout, back.results[0].data) == (
        clean,
        clean,
        {clean: [clean]},
    )
    if clean == text:
        assert back == wild


@given(TEXT)
def test_any_event_can_be_stored(text):
    back = rows.event_of(rows.event_row(event(person=text, data={"t": text, "n": None}), 7))
    assert (back.seq, back.person, back.data["t"]) == (7, rows.plain(text), rows.plain(text))


def test_models_inside_an_event_become_plain():
    wild = event(data={"results": (CommandResult(exit_status=0, stdout=WILD),), "raw": b"\xff"})
    data = rows.event_of(rows.event_row(wild, 1)).data
    assert data["results"][0]["stdout"] == rows.plain(WILD)


def test_every_field_has_its_column():
    full = {
        Run: (run(ended_at=START, decide_by=START, decider="bo", stopping=True, why="w"), rows.run_row, rows.run_of),
        Attempt: (
            attempt(number=3, ended_at=START, note="n", changed=True, left_out=True),
            lambda a: rows.attempt_row(a, "x"), rows.attempt_of,
        ),
        Event: (event(plan=1, step="s", host="h", person="p", version=3, seq=4), lambda e: rows.event_row(e, 4), rows.event_of),
    }  # fmt: skip
    for value, out, back in full.values():
        assert back(out(value)) == value


def test_a_plan_is_found_by_hosts_and_services():
    tags = rows.tags_of(
        plan(hosts=("a", "b"), params={"service": "x", "services": ["y", 3], "q": "z"})
    )
    assert tags == {("host", "a"), ("host", "b"), ("service", "x"), ("service", "y")}
